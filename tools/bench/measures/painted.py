"""A coloured frame as pixels: which colour is seen where, beside the lines over it."""

from __future__ import annotations

from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from inkbetween.tools.bench.drawings.sequences import Painting
from inkbetween.tools.picture import Picture
from inkbetween.tools.space import HEIGHT, WIDTH

Labels = NDArray[np.int16]
PAPER = -1
# OpenCV takes integer coordinates with a fixed number of fractional bits.
_SHIFT = 4
_FAR = 4000.0
# Px: gaps in paint narrower than this are cracks; odd, the width of a disc.
_CLOSED = 15
# Px: what is smaller is no piece.
_PIECE = 12


class Painted:
    """A frame's paint and lines as pixels; everything that is measured of it alone is worked out once."""

    def __init__(self, fills: Painting, lines: Picture) -> None:
        self.labels: Labels = label_map(fills)
        self.lines = lines

    @cached_property
    def paint(self) -> NDArray[np.bool_]:
        """(HEIGHT, WIDTH) where there is paint."""
        return np.asarray(self.labels != PAPER)

    @cached_property
    def distance(self) -> NDArray[np.float32]:
        """(HEIGHT, WIDTH) px to the nearest paint; far everywhere where there is none."""
        if not self.paint.any():
            return np.full(self.paint.shape, self.lines.diagonal, np.float32)
        empty = (~self.paint).astype(np.uint8)
        return np.asarray(cv2.distanceTransform(empty, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)

    @cached_property
    def cracked(self) -> float:
        """Px of paper inside the figure, its painted area closed, per 1,000 px of paint."""
        if not self.paint.any():
            return 0.0
        # farther from the paint than the disc nothing is closed
        mask = self.paint[box_of(self.paint, 2 * _CLOSED)].astype(np.uint8)
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_CLOSED, _CLOSED))
        closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, disc) > 0
        return float(1000.0 * (closed & (mask == 0)).sum() / max(int(mask.sum()), 1))

    @cached_property
    def pieces(self) -> int:
        """Connected pieces of paint and ink that are worth counting."""
        either = self.paint | self.lines.ink
        if not either.any():
            return 0
        drawn = cv2.dilate(either[box_of(either, 2)].astype(np.uint8), np.ones((3, 3), np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(drawn, connectivity=8)
        return int((stats[1:, cv2.CC_STAT_AREA] >= _PIECE).sum())

    @cached_property
    def _counted(self) -> NDArray[np.int64]:
        """Px of each colour, up to the last one that is seen."""
        seen = self.labels[box_of(self.paint)] if self.paint.any() else np.zeros(0, np.int16)
        return np.bincount(seen[seen != PAPER])

    def areas(self, colours: int) -> NDArray[np.float64]:
        """(colours,) px of each colour of the palette."""
        return np.pad(self._counted, (0, colours - len(self._counted))).astype(np.float64)


def label_map(fills: Painting) -> Labels:
    """(HEIGHT, WIDTH) the number of the colour that is seen, PAPER where nothing is painted; later ones cover."""
    out = np.full((HEIGHT, WIDTH), PAPER, np.int16)
    for fill in fills:
        if len(fill.outline) > 2:
            points = np.clip(np.asarray(fill.outline, float), -_FAR, _FAR)
            cv2.fillPoly(out, [np.round(points * 2**_SHIFT).astype(np.int32)], fill.colour, cv2.LINE_8, _SHIFT)
    return out


def box_of(mask: NDArray[np.bool_], room: int = 0) -> tuple[slice, slice]:
    """The rows and columns that hold all of a mask, not empty, and `room` px around it as far as the picture goes."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    down, across = (slice(max(int(at[0]) - room, 0), int(at[-1]) + room + 1) for at in (rows, columns))
    return down, across
