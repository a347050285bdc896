"""From runs along the clean line to points: where strokes really end, and where their points lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from inkbetween.inference.geometry.ragged import Ragged

from .clean_line import CleanLine, Floats
from .restroke import Strokes
from .style import Style

NEAR, OWN = 6.0, 15.0
"""A stroke ends on another line where that is within `NEAR` px, and farther than `OWN` px away along the same line."""
SAME = 0.05


@dataclass(frozen=True)
class Samples:
    """Points in the order in which they are drawn: stroke after stroke.

    at     (N,) coordinates of `CleanLine`
    shift  (N, 2) px, how far beside that place the point is meant to lie
    stroke (N,) number of its stroke
    extra  (N,) bool, the stroke is drawn in this key alone
    """

    at: Floats
    shift: Floats
    stroke: NDArray[np.int64]
    extra: NDArray[np.bool_]


def sample(line: CleanLine, strokes: Strokes, style: Style, rng: np.random.Generator) -> Samples:
    """Points of all strokes, ends too long or too short as the style has it."""
    bounds = np.array([run for runs in strokes for run in runs], np.float64).reshape(-1, 2)
    start, stop = bounds.T.copy()
    rows = Ragged.of([len(runs) for runs in strokes])
    head, tail = rows.first, rows.last
    miss = _miss(line, start[head], stop[tail], style, rng)
    _shorten(start, stop, head, miss[:, 0])
    _shorten(stop, start, tail, miss[:, 1])
    at, run = _along_runs(line, start, stop, style.spacing)
    stroke = rows.owner[run]
    place = line.place(at)
    moved = np.hypot(*np.diff(place, axis=0, prepend=place[:1] - 1.0).T) > SAME
    kept = moved | (np.diff(stroke, prepend=-1) != 0)
    at, stroke = at[kept], stroke[kept]
    step = style.spacing or 4.0
    before = _beyond(line, start[head], stop[head], miss[:, 0], step)
    after = _beyond(line, stop[tail], start[tail], miss[:, 1], step)
    shift = np.concatenate([before[1], np.zeros((len(at), 2)), after[1]])
    owner = np.concatenate([before[2], stroke, after[2]])
    rank = np.concatenate([-before[3], np.arange(1, len(at) + 1), len(at) + after[3]])
    order = np.lexsort((rank, owner))
    everything = np.concatenate([before[0], at, after[0]])
    return Samples(everything[order], shift[order], owner[order], np.zeros(len(order), bool))


def _miss(line: CleanLine, start: Floats, stop: Floats, style: Style, rng: np.random.Generator) -> Floats:
    """(strokes, 2) px by which each stroke is too long, or where negative too short, at its start and its stop."""
    ends = np.stack([start, stop], axis=1)
    # The cube makes most misses small and a few as large as may be.
    miss = style.overshoot * rng.uniform(-1.0, 1.0, ends.shape) ** 3
    if style.gaps > 0:
        gap = _on_another(line, ends.ravel()).reshape(ends.shape) & (rng.random(ends.shape) < style.gaps)
        miss = np.where(gap, -rng.uniform(1.0, max(style.overshoot, 3.0), ends.shape), miss)
    return miss


def _on_another(line: CleanLine, at: Floats) -> NDArray[np.bool_]:
    neighbours = range(1, min(12, len(line.along)) + 1)
    distance, index = cKDTree(line.frame.xy).query(line.place(at), k=neighbours, distance_upper_bound=NEAR)
    index = np.minimum(index, len(line.along) - 1)
    return np.asarray((np.isfinite(distance) & (np.abs(line.along[index] - at[:, None]) > OWN)).any(axis=1))


def _shorten(end: Floats, inner: Floats, runs: NDArray[np.int64], miss: Floats) -> None:
    """Move the ends of these runs inwards, in place, by a third of the run at the most."""
    length = inner[runs] - end[runs]
    end[runs] += np.sign(length) * np.minimum(np.maximum(-miss, 0.0), np.abs(length) / 3.0)


def _along_runs(line: CleanLine, start: Floats, stop: Floats, spacing: float) -> tuple[Floats, NDArray[np.int64]]:
    """Coordinates of the points of all runs, and the run of each. Corners keep a point."""
    low, high = np.minimum(start, stop), np.maximum(start, stop)
    if spacing == 0:
        first, last = np.searchsorted(line.along, low, side="right"), np.searchsorted(line.along, high, side="left")
        count = np.maximum(last - first, 0) + 2
    else:
        count = np.ceil((high - low) / spacing).astype(np.int64) + 1
    points = Ragged.of(count)
    run, k = points.owner, points.within
    if spacing == 0:
        inner = np.where(stop[run] >= start[run], first[run] + k - 1, last[run] - k)
        at = line.along[np.clip(inner, 0, len(line.along) - 1)]
        return np.where(k == 0, start[run], np.where(k == count[run] - 1, stop[run], at)), run
    at = start[run] + (stop - start)[run] * k / np.maximum(count[run] - 1, 1)
    return _onto_corners(line, at, (k > 0) & (k < count[run] - 1)), run


def _onto_corners(line: CleanLine, at: Floats, movable: NDArray[np.bool_]) -> Floats:
    """Where a corner lies half way to a neighbouring point or nearer, the nearest point moves there."""
    corners = np.sort(line.corners())
    if not len(corners) or not movable.any():
        return at
    after = np.searchsorted(corners, at)
    left, right = corners[np.maximum(after - 1, 0)], corners[np.minimum(after, len(corners) - 1)]
    nearest = np.where(np.abs(at - left) <= np.abs(right - at), left, right)
    step = np.abs(np.diff(at, append=at[-1]))
    reach = 0.5 * np.minimum(step, np.roll(step, 1))
    return np.where(movable & (np.abs(nearest - at) <= reach + 1e-6), nearest, at)


Beyond = tuple[Floats, Floats, NDArray[np.int64], NDArray[np.int64]]


def _beyond(line: CleanLine, end: Floats, inner: Floats, miss: Floats, step: float) -> Beyond:
    """Points beyond the strokes' ends: coordinate, shift, stroke, and which point from the end, from 1."""
    far = np.where((miss > 0.5) & (np.abs(inner - end) > 1.0), miss, 0.0)
    count = np.ceil(far / step).astype(np.int64)
    points = Ragged.of(count)
    stroke, k = points.owner, points.within + 1
    outward = line.direction(end) * np.sign(end - inner)[:, None]
    return end[stroke], outward[stroke] * (far[stroke] * k / count[stroke])[:, None], stroke, k
