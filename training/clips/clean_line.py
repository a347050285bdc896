"""A clean drawing measured along its lines: one coordinate runs through all of its strokes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .clip import Labelled

Floats = NDArray[np.float64]

BETWEEN = 1.0
"""What the coordinate advances from the end of a stroke to the start of the next."""
CLOSED_WITHIN, CLOSED_FROM = 3.0, 25.0
"""A line is closed where its ends are this near, px, and it is this long."""
CORNER = np.cos(np.radians(45.0))


@dataclass(frozen=True)
class CleanLine:
    """`along` (P,) px is the coordinate of each point: arc length within strokes, `BETWEEN` from one to the next, so it
    never decreases. `first` and `last` (S,) are the points at which strokes that have any begin and end."""

    frame: Labelled
    along: Floats
    first: NDArray[np.int64]
    last: NDArray[np.int64]

    @property
    def ink(self) -> float:
        """Length of all lines, px."""
        return float((self.along[self.last] - self.along[self.first]).sum())

    def between(self, at: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
        """Point before, point after, and how far from one to the other, 0..1, for each coordinate."""
        most = len(self.along) - 1
        before = np.clip(np.searchsorted(self.along, at, side="right") - 1, 0, most)
        after = np.minimum(before + 1, most)
        step = self.along[after] - self.along[before]
        share = np.divide(at - self.along[before], step, out=np.zeros(len(at)), where=step > 0)
        return before, after, np.clip(share, 0.0, 1.0)

    def place(self, at: Floats) -> Floats:
        """(n, 2) where the coordinates lie in the picture."""
        before, after, share = self.between(at)
        xy = self.frame.xy.astype(np.float64)
        return xy[before] + share[:, None] * (xy[after] - xy[before])

    def stroke(self, at: Floats) -> NDArray[np.int64]:
        """Which stroke, counted among those that have points, each coordinate lies on."""
        return np.clip(np.searchsorted(self.along[self.first], at + 1e-6, side="right") - 1, 0, len(self.first) - 1)

    def direction(self, at: Floats, reach: float = 4.0) -> Floats:
        """(n, 2) unit vectors along the line, from `reach` px before to `reach` px after; zero on a dot."""
        stroke = self.stroke(at)
        low, high = self.along[self.first[stroke]], self.along[self.last[stroke]]
        way = self.place(np.minimum(at + reach, high)) - self.place(np.maximum(at - reach, low))
        return unit(way)

    def anywhere(self, count: int, rng: np.random.Generator) -> Floats:
        """Random coordinates, each bit of ink as likely as any other."""
        length = self.along[self.last] - self.along[self.first]
        upto = np.cumsum(length)
        drawn = np.sort(rng.uniform(0.0, upto[-1], count))
        stroke = np.minimum(np.searchsorted(upto, drawn, side="right"), len(upto) - 1)
        return self.along[self.first[stroke]] + drawn - (upto[stroke] - length[stroke])

    def corners(self) -> Floats:
        """Coordinates of points at which a line turns sharply."""
        way = unit(np.diff(self.frame.xy.astype(np.float64), axis=0))
        turns = np.flatnonzero((way[1:] * way[:-1]).sum(1) < CORNER) + 1
        return self.along[turns[~np.isin(turns, self.first) & ~np.isin(turns, self.last)]]

    def part_changes(self) -> Floats:
        """Coordinates half way between points of one stroke that belong to different parts."""
        change = np.flatnonzero(np.diff(self.frame.part) != 0)
        change = change[~np.isin(change, self.last)]
        return 0.5 * (self.along[change] + self.along[change + 1])

    def closed(self) -> NDArray[np.bool_]:
        """(S,) for each stroke that has points."""
        ends = self.frame.xy[self.last] - self.frame.xy[self.first]
        long = self.along[self.last] - self.along[self.first] > CLOSED_FROM
        return long & (np.hypot(ends[:, 0], ends[:, 1]) <= CLOSED_WITHIN)


def measure(frame: Labelled) -> CleanLine:
    """Requires at least one point."""
    xy = frame.xy.astype(np.float64)
    count = np.diff(frame.offsets)
    first = frame.offsets[:-1][count > 0].astype(np.int64)
    last = (frame.offsets[1:][count > 0] - 1).astype(np.int64)
    step = np.hypot(*np.diff(xy, axis=0).T) if len(xy) > 1 else np.zeros(0)
    step[first[1:] - 1] = BETWEEN
    return CleanLine(frame, np.concatenate([[0.0], np.cumsum(step)]), first, last)


def unit(way: Floats) -> Floats:
    """(n, 2) vectors of length one; nothing stays nothing."""
    length = np.hypot(way[:, 0], way[:, 1])[:, None]
    return np.divide(way, length, out=np.zeros_like(way), where=length > 1e-9)
