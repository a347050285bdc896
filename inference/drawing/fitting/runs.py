"""Polylines laid out for fitting.

Closed ones come round, and points lie close enough to measure by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ...geometry.points import Array, Index, Mask
from ...geometry.ragged import Ragged, begins, sums, wide
from ..contract import Curves

UNEVEN = 1.5
"""How much longer a segment is than its neighbour where a Catmull-Rom curve swings out between."""
NOTHING = 1e-30
"""What is divided by instead of zero."""
FARTHEST = 0.2
"""How far a parameter is corrected at once, in segments or spans."""
SAMPLES = 8
"""Steps, at least, in which the way from one control point to the next is measured."""


@dataclass(frozen=True)
class CurveSettings:
    """How close curves lie to what they are fitted to.

    line    how far a curve may leave its polyline, as a share of the line's mean radius
    coarse  but no farther than this share of the drawing's longer side, thick as lines may be
    fine    and never asked to lie closer than this share of it
    value   how far numbers along a line, such as its radius, may leave what they were, as a share of their largest
    rounds  times that control points are added where a curve is not close enough; of NURBS `growth` times as many each
            time, as theirs lie beside the curve
    """

    line: float = 0.7
    coarse: float = 2.5e-3
    fine: float = 2e-4
    value: float = 0.1
    rounds: int = 10
    growth: float = 1.5


@dataclass(frozen=True)
class Runs:
    """R polylines of n points in all, as curves are fitted to them.

    place    (n, 3)
    first, second, part  (n,) each lies between two points of the drawing
    owner    (n,) run that a point belongs to
    closed   (R,) the last point of a run is its first one again
    along    (n,) arc length from the start of the run
    knot     (n,) where control points shall lie; at the ends always
    clock    (n,) grows along a run, by 1 from one of the key's control points to the next, as the key's curve did
    free     (n,) where a key's handles were free
    values   (n, k) numbers along the line, in the unit by which they may stray
    slack    (R,) how far a curve may stray
    """

    place: Array
    first: Index
    second: Index
    part: Array
    owner: Index
    closed: Mask
    along: Array
    knot: Mask
    clock: Array
    free: Mask
    values: Array
    slack: Array

    @property
    def count(self) -> int:
        return len(self.closed)

    @property
    def starts(self) -> Mask:
        """(n,) the first point of each run."""
        return begins(self.owner)

    @property
    def ends(self) -> Mask:
        """(n,) the last point of each run."""
        return np.append(begins(self.owner)[1:], True)[: len(self.owner)]


@dataclass(frozen=True)
class Segments:
    """Segments (G,) from knot to knot, and the points (m,) between their ends.

    Rows of both ends; of the points their row, their segment, and where between the ends they lie by the clock, 0 to
    1.
    """

    first: Index
    last: Index
    inner: Index
    segment: Index
    share: Array

    @staticmethod
    def of(runs: Runs) -> Segments:
        rows = np.flatnonzero(runs.knot)
        together = runs.owner[rows[1:]] == runs.owner[rows[:-1]]
        first, last = rows[:-1][together], rows[1:][together]
        number = np.full(len(rows), -1, np.int64)
        number[:-1][together] = np.arange(len(first))
        inner = np.flatnonzero(~runs.knot)
        segment = number[np.cumsum(runs.knot)[inner] - 1]
        start = runs.clock[first][segment]
        length = np.maximum(runs.clock[last][segment] - start, NOTHING)
        return Segments(first, last, inner, segment, (runs.clock[inner] - start) / length)

    def total(self, values: Array) -> Array:
        """(G,) sums over the inner points (m,) of each segment."""
        return sums(values, self.segment, len(self.first))


def unrolled(
    curves: Curves, strokes: Index, controls: tuple[Array, Array], free: Mask, values: Array, slack: Array
) -> Runs:
    """Runs of some strokes that have points.

    free (P,), values (P, k), slack (S,) as in `Runs`.

    controls  numbers (P,) as `traced` gives them, of which equal ones beside each other are one place on the key's
              curve, and what is highest where that place is, if it is a control point
    """
    number, peak = controls
    own, points = Ragged(curves.offsets.astype(np.int64)).picked(strokes)
    cyclic = curves.attributes.get("cyclic")
    closed = (own.counts > 2) & (cyclic is not None and cyclic.values[strokes].astype(bool))
    laid, item = own.closed(closed, np.where(closed, _lowest(own, number[points]), 0))
    row, owner = points[item], laid.owner
    place = curves.attributes["position"].values.astype(np.float64)[row]
    runs = Runs(
        place,
        row,
        row,
        np.zeros(len(row)),
        owner,
        closed,
        _along(place, owner),
        np.zeros(len(row), bool),
        np.zeros(len(row)),
        free[row],
        values[row],
        slack[strokes],
    )
    known = _known(runs, number[row], peak[row])
    whole = known & (number[row] == np.rint(number[row]))
    knot = _apart(runs, whole | runs.starts | runs.ends)
    return replace(runs, knot=knot, clock=_clock(runs, np.where(known, number[row], -1.0)))


def _lowest(strokes: Ragged, number: Array) -> Index:
    """(R,) which of its points has the lowest number in each stroke.

    It is the first where none has one.
    """
    order = np.lexsort((np.where(number >= 0, number, np.inf), strokes.owner))
    return np.asarray(order[strokes.first] - strokes.first)


def _along(place: Array, owner: Index) -> Array:
    """(n,) arc length of points at `place` (n, 3) from the start of their run."""
    step = np.linalg.norm(np.diff(place, axis=0, prepend=place[:1]), axis=1)
    starts = begins(owner)
    step[starts] = 0.0
    total = np.cumsum(step)
    return total - total[starts][owner] if len(owner) else total


def _known(runs: Runs, number: Array, peak: Array) -> Mask:
    """(n,) where in each stretch of equal numbers the place is that they tell of.

    It is at the highest peak, in the middle of equal ones; at an end that lies in the stretch.
    """
    change = begins(runs.owner, number)
    stretch = np.cumsum(change) - 1
    low = runs.along[change]
    high = runs.along[np.r_[np.flatnonzero(change)[1:] - 1, len(number) - 1]]
    off = np.abs(runs.along - (low + high)[stretch] / 2.0)
    order = np.lexsort((off, -np.round(peak, 6), ~(runs.starts | runs.ends), stretch))
    known = np.zeros(len(number), bool)
    known[order[np.r_[True, np.diff(stretch[order]) > 0]]] = True
    return known & (number >= 0)


def _clock(runs: Runs, number: Array) -> Array:
    """(n,) how far the key's curve has come.

    By the numbers that are known (n,), -1 elsewhere; by arc length where none are.
    """
    row = np.flatnonzero((number >= 0) | runs.starts | runs.ends)
    number, along, owner = number[row], runs.along[row], runs.owner[row]
    within = owner[1:] == owner[:-1]
    length = np.where(within, np.diff(along), 0.0)
    step = np.abs(np.diff(number))
    # No step leads beyond the next control point, but where other strokes begin or seams are crossed.
    known = within & (number[1:] >= 0) & (number[:-1] >= 0) & (step > 0) & (step <= 1.0 + 1e-6)
    spent, gone, whole = (sums(v, owner[1:], runs.count) for v in (known * step, known * length, length))
    pace = np.where(gone > 0, spent / np.maximum(gone, NOTHING), 1.0 / np.maximum(whole, NOTHING))
    # what is not known goes on as what came before it, else as all that is
    before = np.maximum.accumulate(np.where(known, np.arange(len(known)), -1))
    near = (before >= 0) & (owner[1:][before] == owner[1:]) & (length[before] > 0)
    local = np.where(near, step[before] / np.where(near, length[before], 1.0), pace[owner[1:]])
    total = np.concatenate([[0.0], np.cumsum(np.where(known, step, local * length))])
    # one growing number over all rows: runs lie one unit beyond each other's end
    reach = np.concatenate([[0.0], np.cumsum(whole + 1.0)])
    return np.interp(runs.along + reach[runs.owner], along + reach[owner], total)


def _apart(runs: Runs, knot: Mask) -> Mask:
    """The knots without those that lie on top of the one before, or of the end."""
    rows = np.flatnonzero(knot)
    gap = np.diff(runs.along[rows], append=np.inf)
    ends = (runs.starts | runs.ends)[rows]
    least = runs.slack[runs.owner[rows]]
    near_before = np.r_[False, gap[:-1] < least[1:]] & np.r_[False, np.diff(runs.owner[rows]) == 0]
    near_end = (gap < least) & np.r_[ends[1:], False]
    out = knot.copy()
    out[rows[(near_before | near_end) & ~ends]] = False
    return out


def measured(runs: Runs) -> Runs:
    """Runs with points added, so that each segment has `SAMPLES` steps at least.

    None is much longer than others.
    """
    segments = Segments.of(runs)
    length = runs.along[segments.last] - runs.along[segments.first]
    step = np.diff(runs.along, append=0.0)
    step[runs.ends] = 0.0
    # the segment that an edge lies in is that of the knot before
    rows = np.flatnonzero(runs.knot & ~runs.ends)
    whole = np.zeros(len(rows))
    whole[np.searchsorted(rows, segments.first)] = length
    within = whole[np.maximum(np.searchsorted(rows, np.arange(len(step)), side="right") - 1, 0)] if len(rows) else step
    parts = np.ceil(step * SAMPLES / np.maximum(within, NOTHING) - 1e-6)
    parts = np.where(runs.ends, 1, np.clip(parts, 1, SAMPLES)).astype(np.int64)
    cut = Ragged.of(parts)
    before, share = cut.owner, cut.share
    after = np.where(share > 0, np.minimum(before + 1, len(parts) - 1), before)

    # an edge may lie on one of the drawing's that is divided already
    end = np.where(runs.part[after] > 0, runs.second[after], runs.first[after])

    def mixed(values: Array) -> Array:
        part = wide(share, values)
        return np.asarray(values[before] * (1.0 - part) + values[after] * part)

    return replace(
        runs,
        place=mixed(runs.place),
        first=runs.first[before],
        second=np.where(share > 0, end, runs.second[before]),
        part=runs.part[before] + share * (np.where(runs.part[after] > 0, runs.part[after], 1.0) - runs.part[before]),
        owner=runs.owner[before],
        along=mixed(runs.along),
        knot=runs.knot[before] & (share == 0.0),
        clock=mixed(runs.clock),
        free=runs.free[before] & (share == 0.0),
        values=mixed(runs.values),
    )


def refined(runs: Runs, miss: Callable[[Runs, Segments], Array], rounds: int, even: bool = False) -> Runs:
    """Knots added half way between those where a curve strays too far.

    `miss` says of inner points (m,) how far, 1 being as far as they may. With `even`, where much longer ones lie
    beside it, these are divided instead.
    """
    runs = measured(runs)
    for _ in range(rounds):
        segments = Segments.of(runs)
        far = miss(runs, segments)
        if not (far > 1.0).any():
            break
        bad = np.zeros(len(segments.first), bool)
        bad[segments.segment[far > 1.0]] = True
        if even:
            bad = _longest(runs, segments, bad)
        half = (runs.along[segments.first] + runs.along[segments.last]) / 2.0
        off = np.where(bad[segments.segment], np.abs(runs.along[segments.inner] - half[segments.segment]), np.inf)
        order = np.lexsort((off, segments.segment))
        middle = order[np.r_[True, np.diff(segments.segment[order]) > 0]]
        knot = runs.knot.copy()
        knot[segments.inner[middle[np.isfinite(off[middle])]]] = True
        runs = measured(replace(runs, knot=knot))
    return runs


def _longest(runs: Runs, segments: Segments, bad: Mask) -> Mask:
    """(G,) the segments to divide where some are `bad`.

    Those beside them that are much longer, or else themselves.
    """
    length = runs.along[segments.last] - runs.along[segments.first]
    beside = np.r_[False, runs.owner[segments.first[1:]] == runs.owner[segments.first[:-1]]][: len(length)]
    before = np.where(beside, np.roll(length, 1), 0.0)
    after = np.where(np.r_[beside[1:], False][: len(length)], np.roll(length, -1), 0.0)
    long_before, long_after = (bad & (other > UNEVEN * length) for other in (before, after))
    return (bad & ~long_before & ~long_after) | np.roll(long_before, -1) | np.roll(long_after, 1)
