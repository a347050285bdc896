"""Does a coloured drawing hold together? What an animator sees first, in numbers.

*colour* asks whether things are where they are in truth: the share of the figure's pixels that have another colour than
in the true frame. The others ask what any motion can keep:

*naked*: of 100 px of line, those with paper around them where the true frame has paint: fills that came off.
*cracks*: px of paper inside the figure beyond what the keys have there, per 1,000 px of paint.
*loose*: of 100 px of edge between paints, or paint and paper, those without a line near them.
*bits*: loose pieces beyond those of the keys.
*lost*: colour that is gone or too much, beside the keys' mixed by time, in % of the painted area.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from inkbetween.tools.picture import Picture

from .fills import PAPER, Labels, Painting, label_map

_BESIDE = 6.0
_AROUND = 30.0
_NEAR = 4.0
_CLOSED = 15
_PIECE = 12


@dataclass(frozen=True)
class PaintScore:
    """See the module; means over in-betweens, `held` the colour of the nearest key."""

    colour: float
    held: float
    naked: float
    cracks: float
    loose: float
    bits: float
    lost: float


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
        mask = self.paint.astype(np.uint8)
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_CLOSED, _CLOSED))
        closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, disc) > 0
        return float(1000.0 * (closed & ~self.paint).sum() / max(int(mask.sum()), 1))

    @cached_property
    def pieces(self) -> int:
        """Connected pieces of paint and ink that are worth counting."""
        drawn = cv2.dilate((self.paint | self.lines.ink).astype(np.uint8), np.ones((3, 3), np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(drawn, connectivity=8)
        return int((stats[1:, cv2.CC_STAT_AREA] >= _PIECE).sum())

    def areas(self, colours: int) -> NDArray[np.float64]:
        """(colours,) px of each colour."""
        return np.bincount(self.labels[self.paint], minlength=colours)[:colours].astype(float)


def paint_score(true: Painted, drawn: Painted, key_a: Painted, key_b: Painted, t: float, colours: int) -> PaintScore:
    """How the paint of an in-between at `t` holds, beside the true frame and both keys."""
    nearer = key_a if t <= 0.5 else key_b
    cracks = drawn.cracked - ((1.0 - t) * key_a.cracked + t * key_b.cracked)
    mixed = (1.0 - t) * key_a.areas(colours) + t * key_b.areas(colours)
    lost = 100.0 * np.abs(drawn.areas(colours) - mixed).sum() / max(float(mixed.sum()), 1.0)
    bits = drawn.pieces - max(key_a.pieces, key_b.pieces)
    return PaintScore(
        colour=_wrong(true, drawn),
        held=_wrong(true, nearer),
        naked=_naked(true, drawn),
        cracks=max(cracks, 0.0),
        loose=_loose(drawn),
        bits=float(max(bits, 0)),
        lost=float(lost),
    )


def _wrong(true: Painted, drawn: Painted) -> float:
    figure = true.paint | drawn.paint
    return float((true.labels != drawn.labels)[figure].mean()) if figure.any() else 0.0


def _naked(true: Painted, drawn: Painted) -> float:
    bare = drawn.lines.ink & (drawn.distance > _BESIDE) & (true.distance <= _AROUND)
    return float(100.0 * bare.sum() / max(drawn.lines.amount, 1))


def _loose(drawn: Painted) -> float:
    labels = drawn.labels
    edge = np.zeros(labels.shape, bool)
    edge[:, 1:] |= labels[:, 1:] != labels[:, :-1]
    edge[1:] |= labels[1:] != labels[:-1]
    return float(100.0 * (drawn.lines.distance[edge] > _NEAR).mean()) if edge.any() else 0.0
