"""What the timeline shows at each frame: rendered by Blender, or read back from it and painted by the project's own
rasteriser."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from inkbetween.addon import adapter
from inkbetween.inference.drawing.contract import Curves
from inkbetween.tools.paint import Image, Stroke, paint
from inkbetween.tools.samples.sample import Sample
from inkbetween.tools.space import PIXELS_PER_UNIT, to_pixels

from . import render
from .stage import LINE_MATERIAL

# What Blender draws points with that have none of their own.
_RADIUS = 0.01


def look(staged: Any, sample: Sample, blend: Path, numbers: Sequence[int], own: bool = False) -> dict[int, Image]:
    """(height, width, 3) RGB by frame number of the scene, which is saved as `blend`, too; `own` does not try Blender's
    renderer. What drew is printed."""
    images = None if own else render.with_blender(blend, sample, numbers)
    if images is not None:
        print(f"{blend.stem}: rendered by Blender (Workbench).", flush=True)
        return images
    print(f"{blend.stem}: painted by the project's own rasteriser, not by Blender.", flush=True)
    return {number: paint(_shown(staged, sample, number), sample.size, sample.paper) for number in numbers}


def _shown(staged: Any, sample: Sample, number: int) -> list[Stroke]:
    """All layers' strokes at a frame, lower layers first."""
    strokes = []
    for layer in staged.data.layers:
        if layer.hide:
            continue
        shown = [f for f in layer.frames if adapter.frame_number(f) <= number]
        if shown:
            curves = adapter.read_curves(max(shown, key=adapter.frame_number).drawing)
            names = [slot.name for slot in staged.data.materials]
            strokes += _strokes(curves, names, sample)
    return strokes


def _strokes(curves: Curves, materials: list[str], sample: Sample) -> list[Stroke]:
    if not curves.stroke_count:
        return []
    path = to_pixels(curves.attributes["position"].values[:, [0, 2]])
    radius = curves.attributes["radius"].values if "radius" in curves.attributes else np.full(len(path), _RADIUS)
    width = radius * 2 * PIXELS_PER_UNIT
    slots = curves.attributes["material_index"].values if "material_index" in curves.attributes else None
    closed = curves.attributes["cyclic"].values if "cyclic" in curves.attributes else None
    strokes = []
    for index in range(curves.stroke_count):
        points = slice(curves.offsets[index], curves.offsets[index + 1])
        name = materials[int(slots[index]) if slots is not None else 0].split(".")[0]
        line = sample.palette["Ink"] if name == LINE_MATERIAL else None
        fill = None if name == LINE_MATERIAL else sample.palette[name]
        strokes.append(Stroke(path[points], width[points], line, fill, closed is not None and bool(closed[index])))
    return strokes
