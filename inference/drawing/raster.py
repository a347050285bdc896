"""A contact sheet: drawings of a shot side by side as pixels, on NumPy alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array, arc_length

CELL = (240, 160)
COLUMNS = 6
OVERSAMPLE = 2
PAPER, INK, MARGIN, KEY, GENERATED = (255, 255, 255), (25, 25, 30), (232, 232, 236), (214, 72, 60), (190, 190, 198)
FRAME = 3


@dataclass(frozen=True)
class Panel:
    """One drawing, and whether it is a key, which is framed red.

    Strokes are (n, 2) each, in any unit, y up.
    """

    strokes: Sequence[Array]
    key: bool


def sheet(panels: Sequence[Panel]) -> NDArray[np.uint8]:
    """(height, width, 3) RGB: the panels in reading order.

    All have one scale, which shows everything in any of them.
    """
    width, height = CELL
    columns = max(min(COLUMNS, len(panels)), 1)
    rows = max(-(-len(panels) // columns), 1)
    picture = np.full((rows * height, columns * width, 3), MARGIN, np.uint8)
    scale, centre = _view([stroke for panel in panels for stroke in panel.strokes])
    for number, panel in enumerate(panels):
        row, column = divmod(number, columns)
        cell = picture[row * height : (row + 1) * height, column * width : (column + 1) * width]
        cell[2:-2, 2:-2] = KEY if panel.key else GENERATED
        inner = cell[2 + FRAME : -2 - FRAME, 2 + FRAME : -2 - FRAME]
        ink = _ink(panel.strokes, (inner.shape[1], inner.shape[0]), scale, centre)[..., None]
        inner[:] = np.round(np.array(PAPER) * (1 - ink) + np.array(INK) * ink)
    return picture


def _view(strokes: Sequence[Array]) -> tuple[float, Array]:
    """Pixels to a unit, and what lies amid a panel."""
    points = np.concatenate([np.zeros((0, 2)), *strokes])
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return 1.0, np.zeros(2)
    low, high = points.min(axis=0), points.max(axis=0)
    room = 0.86 * np.array(CELL)
    return float((room / np.maximum(high - low, 1e-9)).min()), (low + high) / 2


def _ink(strokes: Sequence[Array], size: tuple[int, int], scale: float, centre: Array) -> Array:
    """(height, width) how much of each pixel is covered by lines a pixel wide, 0 to 1."""
    width, height = size
    fine = np.zeros((height * OVERSAMPLE, width * OVERSAMPLE))
    for stroke in strokes:
        points = stroke[np.isfinite(stroke).all(axis=1)]
        if not len(points):
            continue
        at = ((points - centre) * (scale, -scale) + np.array(size) / 2) * OVERSAMPLE
        along = arc_length(at)
        dense = np.arange(0, along[-1] + 0.4, 0.4)
        x, y = (np.interp(dense, along, at[:, axis]) for axis in (0, 1))
        for dx in (0, 1):
            for dy in (0, 1):
                column, row = np.floor(x).astype(int) + dx, np.floor(y).astype(int) + dy
                seen = (column >= 0) & (column < fine.shape[1]) & (row >= 0) & (row < fine.shape[0])
                fine[row[seen], column[seen]] = 1.0
    return np.asarray(fine.reshape(height, OVERSAMPLE, width, OVERSAMPLE).mean(axis=(1, 3)))
