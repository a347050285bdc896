"""One drawing that performs the motion capture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np

from inkbetween.addon import adapter
from inkbetween.tools.paint import Image
from inkbetween.tools.samples.dance import Staging

from . import film, frames, performer, stage

# Drawn on twos, as much of animation is.
_STEP = 2
# Every so many frames on the sheet, and how much of the picture around the dancer, px.
_EVERY, _WIDTH = 6, 480.0


def make(staging: Staging, folder: Path, own: bool = False) -> list[Path]:
    """Write the capture, the .blend files, a sheet and a GIF; returns where they are."""
    sample = staging.sample
    numbers = range(staging.first, staging.last + 1, _STEP)
    shown = list(range(staging.first, staging.last + 1, _EVERY))
    staged = stage.build(sample)
    armature = performer.bring(staged, staging, folder)
    scene = bpy.context.scene
    scene.frame_start, scene.frame_end = staging.first, staging.last
    stage.save(before := folder / f"{sample.name}_drawing.blend")
    (drawing,) = frames.look(staged, sample, before, [staging.first], own).values()
    print(f"{sample.name}: {sample.title}. {retarget(staged, armature, staging)}", flush=True)
    stage.save(blend := folder / f"{sample.name}.blend")
    images = frames.look(staged, sample, blend, numbers, own)
    capture = performer.look(armature, staging, shown)

    def cell(image: Image, middle: float, label: str, key: bool = False) -> film.Cell:
        return film.Cell(film.around(image, middle, _WIDTH, sample), label, key)

    middle = staging.middle((staging.first + staging.last) // 2)
    rows = [[cell(row[number], staging.middle(number), str(number)) for number in shown] for row in (capture, images)]
    rows[0].insert(0, cell(np.full_like(drawing, sample.paper), middle, ""))
    rows[1].insert(0, cell(drawing, middle, "drawing", key=True))
    film.comparison(
        sheet := folder / f"{sample.name}_sheet.png", list(zip(("motion capture", "one drawing"), rows, strict=True))
    )
    film.gif(gif := folder / f"{sample.name}.gif", images, sample)
    return [blend, sheet, gif]


def retarget(staged: Any, armature: Any, staging: Staging) -> str:
    """Run the registered operator and hide what performs; returns what was drawn, in words."""
    own = [layer.name for layer in staged.data.layers]
    bpy.context.scene.frame_set(staging.first)
    bpy.ops.inkbetween.retarget(guide=armature.name, frame_start=staging.first, frame_end=staging.last, step=_STEP)
    for name in own:
        staged.data.layers[name].hide = True
    made = sum(adapter.frame_type(f) == adapter.GENERATED for layer in staged.data.layers for f in layer.frames)
    return f"{made} drawings on {len(staged.data.layers) - len(own)} layers"
