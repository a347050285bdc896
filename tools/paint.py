"""The project's own rasteriser: strokes of changing width and flat fills, smooth-edged, where Blender cannot render."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.geometry.points import arc_length

Colour = tuple[int, int, int]
Image = NDArray[np.uint8]

# Drawn this many times larger and scaled down.
_OVERSAMPLE = 3


@dataclass(frozen=True)
class Stroke:
    """`path` (n, 2) px, y down; `width` (n,) px; RGB 0..255 of line and fill, None for neither."""

    path: NDArray[np.float64]
    width: NDArray[np.float64]
    line: Colour | None = (0, 0, 0)
    fill: Colour | None = None
    closed: bool = False


def paint(strokes: Sequence[Stroke], size: tuple[int, int], paper: Colour = (255, 255, 255)) -> Image:
    """(height, width, 3) RGB, later strokes over earlier ones."""
    width, height = size
    image = np.full((height * _OVERSAMPLE, width * _OVERSAMPLE, 3), paper, np.uint8)
    for stroke in strokes:
        finite = np.isfinite(stroke.path).all(axis=1) & np.isfinite(stroke.width)
        path = np.clip(stroke.path[finite], -4 * width, 5 * width) * _OVERSAMPLE
        if not len(path):
            continue
        if stroke.fill is not None and len(path) > 2:
            cv2.fillPoly(image, [np.round(path * 16).astype(np.int32)], stroke.fill, cv2.LINE_8, 4)
        if stroke.line is not None:
            _brush(image, path, stroke.width[finite] * _OVERSAMPLE, stroke.line, stroke.closed)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _brush(image: Image, path: NDArray[np.float64], width: NDArray[np.float64], colour: Colour, closed: bool) -> None:
    """Discs so close together that they make a smooth line."""
    if closed:
        path, width = np.concatenate([path, path[:1]]), np.concatenate([width, width[:1]])
    along = arc_length(path)
    at = np.linspace(0, along[-1], max(int(along[-1] / 1.5) + 1, 1))
    x, y, w = (np.interp(at, along, values) for values in (path[:, 0], path[:, 1], width))
    centres = np.round(np.stack([x, y], axis=1) * 16).astype(int)
    radii = np.round(np.maximum(w / 2, 0.5) * 16).astype(int)
    for (cx, cy), radius in zip(centres.tolist(), radii.tolist(), strict=True):
        cv2.circle(image, (cx, cy), radius, colour, -1, cv2.LINE_8, 4)
