"""NURBS curves laid on polylines by least squares.

They have the order of the keys' curves and knots that Blender makes itself.

Their control points lie beside the curve, so that all of a line's are solved for together: linear least squares for
given parameters, which then are corrected (Hoschek, Intrinsic parametrization for approximation, 1988).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...geometry.points import Array, Index
from ...geometry.ragged import wide
from ..knots import basis_of, knots_of, makes_nurbs
from .runs import FARTHEST, NOTHING, CurveSettings, Runs

NORMAL, ENDPOINT, BEZIER, ENDPOINT_BEZIER = range(4)
"""Knot modes. Custom knots cannot be read or written; endpoint ones take their place."""
LEAST, MOST = 3, 12
"""Points, at least and about at most, to measure by for each control point."""
CORRECTIONS = 4
"""Times that parameters are corrected."""
SETTLED = 0.2
"""A curve that is off by no more than that, as a share of how far it may stray, needs no correction."""
# Control points that few samples have a say in lie evenly between others, or where all others do.
_EVEN = {1: 1e-5, 2: 1e-3}
# How far apart two parameters are whose places tell a speed.
_STEP = 1e-4


@dataclass(frozen=True)
class NurbsCurve:
    """A run as control points (K, 3), with its `order` and its knots' `mode`.

    Rows with fractions (K,) say where along the run's points each takes its values from.
    """

    points: Array
    along: Array
    order: int
    mode: int


@dataclass(frozen=True)
class _Frame:
    """A curve of given control points but not yet places.

    Its spans are numbered 0, 1, ... in parameters.
    """

    count: int
    degree: int
    closed: bool
    mode: int

    @staticmethod
    def of(spans: int, degree: int, closed: bool, mode: int) -> _Frame:
        """The curve of as many spans."""
        if mode in (BEZIER, ENDPOINT_BEZIER) and degree > 1:
            count = spans * degree + (0 if closed else 2 if mode == BEZIER else 1)
        else:
            count = spans + (degree if not closed else degree - 1 if mode == ENDPOINT else 0)
        return _Frame(count, degree, closed, mode)

    def weights(self, at: Array) -> Array:
        """(m, K) of control points at parameters (m,)."""
        knots = knots_of(self.count, self.degree + 1, self.mode, self.closed)
        edges = np.unique(knots[self.degree : (self.count + self.degree if self.closed else self.count) + 1])
        span = np.clip(at.astype(np.int64), 0, len(edges) - 2)
        value = edges[span] + (at - span) * (edges[span + 1] - edges[span])
        place = np.searchsorted(knots, edges[span], side="right") - 1
        out = np.zeros((len(at), self.count))
        control = (place[:, None] - self.degree + np.arange(self.degree + 1)) % self.count
        # more points than the degree: none has its say twice
        out[np.arange(len(at))[:, None], control] = basis_of(value, knots, place, self.degree)
        return out

    def solved(self, place: Array, at: Array) -> Array:
        """(K, 3) control points whose curve is nearest to `place` (m, 3) at parameters."""
        weights = self.weights(at)
        bend = np.vstack([_EVEN[order] * np.diff(np.eye(self.count), order, axis=0) for order in (1, 2)])
        points = np.zeros((self.count, place.shape[1]))
        free = np.arange(self.count)
        if not self.closed and self.mode in (ENDPOINT, ENDPOINT_BEZIER):
            points[0], points[-1] = place[0], place[-1]
            free = free[1:-1]
        rows, goal = np.vstack([weights, bend]), np.vstack([place, np.zeros((len(bend), place.shape[1]))])
        points[free] = np.linalg.lstsq(rows[:, free], goal - rows @ points, rcond=None)[0]
        return points


def fit_nurbs(runs: Runs, number: int, order: int, mode: int, settings: CurveSettings) -> NurbsCurve | None:
    """One run as a NURBS curve; None where none lies close enough."""
    rows = np.flatnonzero(runs.owner == number)
    place, closed, slack = runs.place[rows], bool(runs.closed[number]), float(runs.slack[number])
    degree = max(order, 2) - 1
    mode = mode if 0 <= mode <= ENDPOINT_BEZIER else ENDPOINT
    base = runs.clock[rows] - runs.clock[rows[0]]
    spans = max(round(float(base[-1])), 1)
    for _ in range(settings.rounds + 1):
        frame = _Frame.of(spans, degree, closed, mode)
        if makes_nurbs(np.array([frame.count]), degree, np.array([mode]), np.array([closed]))[0]:
            fine = _spread(len(rows), frame.count)
            at = _between(base * spans / max(float(base[-1]), NOTHING), fine)
            points, at, off = _laid(frame, _between(place, fine), at, SETTLED * slack)
            if off <= slack:
                return NurbsCurve(points, _between(fine, _rows_of(frame, at)), degree + 1, frame.mode)
        spans = int(np.ceil(settings.growth * spans))
    return None


def _spread(count: int, controls: int) -> Array:
    """Which of `count` rows to measure by, and places between where they are few."""
    every = max((count - 1) // (MOST * controls), 1)
    rows = np.unique(np.append(np.arange(0, count, every), count - 1))
    steps = -(-LEAST * controls // max(len(rows) - 1, 1))
    return np.interp(np.arange(steps * (len(rows) - 1) + 1) / steps, np.arange(len(rows)), rows)


def _between(values: Array, row: Array) -> Array:
    """Values (m, ...) at rows with fractions (n,)."""
    low, high, part = rows_and_parts(row, len(values))
    return np.asarray(values[low] + (values[high] - values[low]) * wide(part, values))


def _laid(frame: _Frame, place: Array, at: Array, enough: float) -> tuple[Array, Array, float]:
    """Control points, corrected parameters of the points, and how far off it is.

    Parameters are corrected to where the curve is nearest. It may be off by `enough`.
    """
    points = frame.solved(place, at)
    off = frame.weights(at) @ points - place
    top = float(at[-1])
    for _ in range(CORRECTIONS):
        if np.linalg.norm(off, axis=1).max() <= enough:
            break
        low, high = np.maximum(at - _STEP, 0.0), np.minimum(at + _STEP, top)
        ends = [frame.weights(side) @ points for side in (low, high)]
        speed = (ends[1] - ends[0]) / (high - low)[:, None]
        size = (speed * speed).sum(1)
        step = np.where(size > NOTHING, (off * speed).sum(1) / np.where(size > NOTHING, size, 1.0), 0.0)
        inner = np.clip(at - np.clip(step, -FARTHEST, FARTHEST), 0.0, top)
        at = np.concatenate([at[:1], inner[1:-1], at[-1:]])
        points = frame.solved(place, at)
        off = frame.weights(at) @ points - place
    # it may meet all points and swing out between two
    between = frame.weights((at[1:] + at[:-1]) / 2.0) @ points - (place[1:] + place[:-1]) / 2.0
    return points, at, float(np.linalg.norm(np.vstack([off, between]), axis=1).max())


def _rows_of(frame: _Frame, at: Array) -> Array:
    """(K,) where each control point has most of its say, as rows.

    They are rows of the points whose parameters are `at` (m,).
    """
    fine = np.linspace(0.0, at[-1], 1 + 16 * max(round(float(at[-1])), 1))
    most = fine[np.argmax(frame.weights(fine), axis=0)]
    grow = np.maximum.accumulate(at) + np.arange(len(at)) * 1e-9
    return np.interp(most, grow, np.arange(len(at), dtype=float))


def rows_and_parts(along: Array, count: int) -> tuple[Index, Index, Array]:
    """Neighbouring rows of `count` and the way between them.

    They come from rows with fractions (K,).
    """
    row = np.clip(np.floor(along).astype(np.int64), 0, count - 1)
    return row, np.minimum(row + 1, count - 1), along - row
