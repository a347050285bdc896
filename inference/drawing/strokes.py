"""Arc length over all strokes of a drawing at once.

Lengths, resampling, and looking a position up along a stroke.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array, Index
from ..geometry.ragged import Ragged, wide
from .contract import Drawing

_SLOTS = 2**32
"""More than there are material slots, whatever a drawing has of them: both keys' kinds are numbered alike."""


@dataclass(frozen=True)
class Strokes:
    """The polylines of a drawing; closed ones repeat their first point at the end.

    point   (Q,) index into the drawing's points
    xy      (Q, 2) position
    offsets (S+1,) stroke s owns the rows offsets[s]:offsets[s+1]
    cyclic  (S,) bool
    kind    (S,) int, strokes drawn with the same material on the same layer are of one kind, in whichever drawing
    layer   (S,) int, strokes of different layers never become each other
    solid   (S,) bool, the stroke bounds a fill
    """

    point: Index
    xy: Array
    offsets: Index
    cyclic: NDArray[np.bool_]
    kind: Index
    layer: Index
    solid: NDArray[np.bool_]

    @staticmethod
    def of(drawing: Drawing, xy: Array) -> Strokes:
        """The strokes of `drawing` with their points at `xy` (P, 2).

        These may be in other units than the drawing's.
        """
        closing = drawing.cyclic & (drawing.rows.counts > 2)
        rows, point = drawing.rows.closed(closing)
        solid = np.zeros(rows.count, bool) if drawing.filled is None else drawing.filled
        layer = np.zeros(rows.count, np.int64) if drawing.layer is None else drawing.layer
        kind = layer * _SLOTS + drawing.material
        return Strokes(point, xy[point], rows.offsets, closing, kind, layer, solid)

    @property
    def count(self) -> int:
        return len(self.offsets) - 1

    @cached_property
    def rows(self) -> Ragged:
        """Which rows are whose."""
        return Ragged(self.offsets)

    @property
    def owner(self) -> Index:
        """(Q,) the stroke of each row."""
        return self.rows.owner

    @cached_property
    def reach(self) -> Array:
        """(Q,) arc length from the start of the row's own stroke."""
        if not len(self.xy):
            return np.zeros(0)
        step = np.concatenate([[0.0], np.linalg.norm(np.diff(self.xy, axis=0), axis=1)])
        step[self.rows.first[self.rows.filled]] = 0.0
        total = np.cumsum(step)
        return total - total[self.rows.first.clip(max=len(total) - 1)][self.owner]

    @cached_property
    def length(self) -> Array:
        """(S,) arc length of each stroke."""
        filled = self.rows.filled
        length = np.zeros(self.count)
        length[filled] = self.reach[self.rows.last[filled]]
        return length

    @cached_property
    def _key(self) -> Array:
        # one growing number over all rows: strokes lie one unit beyond each other's end
        return self.reach + self._base[self.owner]

    @cached_property
    def _base(self) -> Array:
        return np.concatenate([[0.0], np.cumsum(self.length + 1.0)])[:-1]

    def locate(self, stroke: Index, along: Array) -> tuple[Index, Array]:
        """Rows and fractions of arc length `along` (n,) on `stroke` (n,).

        Row + fraction lies between two rows.
        """
        first, last = self.offsets[stroke], self.offsets[stroke + 1] - 1
        along = np.clip(along, 0.0, self.length[stroke])
        row = np.searchsorted(self._key, self._base[stroke] + along, side="right") - 1
        row = np.clip(row, first, np.maximum(last - 1, first))
        after = np.minimum(row + 1, last)
        span = self.reach[after] - self.reach[row]
        fraction = np.clip((along - self.reach[row]) / np.where(span > 0, span, 1.0), 0.0, 1.0)
        return row, np.where(span > 0, fraction, 0.0)

    def wrap(self, stroke: Index, along: Array) -> Array:
        """Arc lengths `along` (n,) on `stroke` (n,) taken back within closed strokes.

        They may run round them.
        """
        length = self.length[stroke]
        over = self.cyclic[stroke] & ((along < 0) | (along > length))
        return np.where(over, np.mod(along, np.where(length > 0, length, 1.0)), along)

    def at(self, stroke: Index, along: Array) -> Array:
        """(n, 2) positions at arc length `along` on `stroke`."""
        row, fraction = self.locate(stroke, along)
        after = np.minimum(row + 1, self.offsets[stroke + 1] - 1)
        return self.xy[row] + (self.xy[after] - self.xy[row]) * fraction[:, None]


@dataclass(frozen=True)
class Samples:
    """Points set at even steps of arc length along every stroke.

    xy (N, 2); stroke (N,); along (N,) arc length from the stroke's start; tangent (N, 2) unit, zero on a dot;
    before, after (N,) index of the neighbour along the stroke or -1 at an open end; weight (N,) length stood for;
    kind, layer (N,) of the stroke.
    """

    xy: Array
    stroke: Index
    along: Array
    tangent: Array
    before: Index
    after: Index
    weight: Array
    kind: Index
    layer: Index

    @property
    def count(self) -> int:
        return len(self.xy)

    def pick(self, rows: Index) -> Samples:
        """The samples `rows` (ascending).

        Neighbours stay neighbours where nothing between them is left out.
        """
        if len(rows) == self.count:
            return self
        number = np.full(self.count, -1, np.int64)
        number[rows] = np.arange(len(rows))
        before, after = (np.where(link >= 0, number[link], -1) for link in (self.before[rows], self.after[rows]))
        along, tangent, weight = self.along[rows], self.tangent[rows], self.weight[rows]
        return Samples(
            self.xy[rows], self.stroke[rows], along, tangent, before, after, weight, self.kind[rows], self.layer[rows]
        )


def resample(strokes: Strokes, spacing: float, least: int = 1) -> Samples:
    """Samples about `spacing` apart, ends included.

    At least `least` steps are on every stroke longer than nothing.
    """
    length = strokes.length
    steps = np.where(length > 1e-9, np.maximum(np.rint(length / spacing).astype(np.int64), least), 0)
    # the seam of a closed stroke is one place, not two
    counts = np.where(strokes.rows.filled, steps + np.where(strokes.cyclic & (steps > 0), 0, 1), 0)
    rows = Ragged.of(counts)
    stroke, first, local = rows.owner, rows.first, rows.within
    step = length / np.maximum(steps, 1)
    along = local * step[stroke]
    index = np.arange(len(stroke))
    closed = (strokes.cyclic & (steps > 0))[stroke]
    ends = local == counts[stroke] - 1
    after = np.where(~ends, index + 1, np.where(closed, first[stroke], -1))
    before = np.where(local > 0, index - 1, np.where(closed, first[stroke] + counts[stroke] - 1, -1))
    xy = strokes.at(stroke, along)
    ahead, behind = np.where(after >= 0, after, index), np.where(before >= 0, before, index)
    tangent = xy[ahead] - xy[behind] if len(xy) else np.zeros((0, 2))
    norm = np.linalg.norm(tangent, axis=1, keepdims=True)
    tangent = np.where(norm > 1e-12, tangent / np.where(norm > 1e-12, norm, 1.0), 0.0)
    half = np.where((before >= 0) & (after >= 0), 1.0, 0.5)
    weight = np.where(length[stroke] > 1e-9, step[stroke] * half, 0.0)
    return Samples(xy, stroke, along, tangent, before, after, weight, strokes.kind[stroke], strokes.layer[stroke])


def along_samples(samples: Samples, values: NDArray, stroke: Index, along: Array) -> NDArray:
    """Values (N, ...) known at samples, read at places along strokes.

    Places are arc length `along` (n,) on `stroke` (n,); between samples values are linear.
    """
    reach = float(samples.along.max(initial=0.0)) + 1.0
    key = samples.stroke * 2 * reach + samples.along
    row = np.searchsorted(key, stroke * 2 * reach + np.clip(along, 0, reach), side="right") - 1
    row = np.clip(row, 0, samples.count - 1)
    after = np.clip(row + 1, 0, samples.count - 1)
    after = np.where(samples.stroke[after] == samples.stroke[row], after, row)
    gap = samples.along[after] - samples.along[row]
    part = np.clip((along - samples.along[row]) / np.where(gap > 0, gap, 1.0), 0.0, 1.0) * (gap > 0)
    return values[row] + (values[after] - values[row]) * wide(part, values)
