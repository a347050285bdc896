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
_EVERY, _WIDTH = 6, 540.0


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
    _draw(sheet := folder / f"{sample.name}_sheet.png", staging, drawing, {n: (capture[n], images[n]) for n in shown})
    film.gif(gif := folder / f"{sample.name}.gif", images, sample)
    return [blend, sheet, gif]


def _draw(path: Path, staging: Staging, drawing: Image, shown: dict[int, tuple[Image, Image]]) -> None:
    """The drawing first, then the performer and what became of the drawing by frame number."""
    sample = staging.sample
    middle = staging.middle((staging.first + staging.last) // 2)
    around = film.around(drawing, middle, _WIDTH, sample)
    firsts = film.Cell(np.full_like(around, sample.paper)), film.Cell(around, "drawing", key=True)
    rows = []
    for title, first, row in zip(("motion capture", "one drawing"), firsts, (0, 1), strict=True):
        pictures = {n: film.around(pair[row], staging.middle(n), _WIDTH, sample) for n, pair in shown.items()}
        rows.append((title, [first, *(film.Cell(picture, str(number)) for number, picture in pictures.items())]))
    film.comparison(path, rows)


def retarget(staged: Any, armature: Any, staging: Staging) -> str:
    """Run the registered operator and hide what performs; returns what was drawn, in words."""
    own = [layer.name for layer in staged.data.layers]
    bpy.context.scene.frame_set(staging.first)
    bpy.ops.inkbetween.retarget(guide=armature.name, frame_start=staging.first, frame_end=staging.last, step=_STEP)
    for name in own:
        staged.data.layers[name].hide = True
    made = sum(adapter.frame_type(f) == adapter.GENERATED for layer in staged.data.layers for f in layer.frames)
    return f"{made} drawings on {len(staged.data.layers) - len(own)} layers"
