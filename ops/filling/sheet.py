"""The contact sheet of what was filled, read from the scene, laid in one plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...addon import adapter
from ...addon.targets import Targets
from ...inference.drawing.contract import Curves
from ...inference.drawing.conversion import to_drawing
from ...inference.drawing.plane import Plane, fit_planes
from ...inference.drawing.raster import Panel, sheet
from ...inference.geometry.points import Array

MOST = 60
"""Drawings on a sheet; of a longer shot, evenly chosen ones are shown."""


def sheet_of(objects: Sequence[Targets]) -> tuple[int, int, bytes]:
    """Width, height and RGB bytes of a picture of all layers that were filled.

    It shows lines, without their fills.
    """
    layers = [(chosen.obj, layer) for chosen in objects for layer in chosen.layers]
    cels = [_cels(layer) for _, layer in layers]
    matrices = [adapter.layer_matrix(obj, layer) for obj, layer in layers]
    clouds = [[c.attributes["position"].values for c in drawn.values() if c.point_count] for drawn in cels]
    planes = fit_planes(clouds, matrices) if layers else ()
    numbers = sorted({number for drawn in cels for number in drawn})
    if len(numbers) > MOST:
        numbers = [numbers[i] for i in np.linspace(0, len(numbers) - 1, MOST).round().astype(int)]
    keys = {n for _, layer in layers for n in _key_numbers(layer)}
    panels = [
        Panel(
            [s for drawn, plane in zip(cels, planes, strict=True) for s in _strokes(drawn, number, plane)],
            number in keys,
        )
        for number in numbers
    ]
    picture = sheet(panels)
    return picture.shape[1], picture.shape[0], picture.tobytes()


def _cels(layer: Any) -> dict[int, Curves]:
    return {
        adapter.frame_number(frame): adapter.read_curves(frame.drawing)
        for frame in layer.frames
        if frame.drawing is not None
    }


def _key_numbers(layer: Any) -> set[int]:
    return {adapter.frame_number(f) for f in layer.frames if adapter.frame_type(f) != adapter.GENERATED}


def _strokes(drawn: dict[int, Curves], number: int, plane: Plane) -> list[Array]:
    """What a layer shows at a frame, as polylines in the plane."""
    showing = max((n for n in drawn if n <= number), default=None)
    if showing is None or not drawn[showing].point_count:
        return []
    drawing = to_drawing(drawn[showing], plane)
    strokes = [drawing.xy[a:b] for a, b in zip(drawing.offsets[:-1], drawing.offsets[1:], strict=True)]
    return [np.concatenate([s, s[:1]]) if closed else s for s, closed in zip(strokes, drawing.cyclic, strict=True)]
