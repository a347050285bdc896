"""Line continuity: do lines hold together, and do they move without popping? One number, 1 as good as the keys.

It is the product of two:

*wholeness* asks whether lines are shredded. A break is a free end, one that meets no other ink, or a stub, a stroke
shorter than 6 px, wherever it lies. Breaks per 1,000 px of line are compared with those of the two keys, mixed by time:
min(1, keys / drawn), one break per 1,000 px granted to both so that a single end in a clean drawing is not a scandal.

*evenness* asks whether ink travels or jumps. The step between two neighbouring frames is the 95th percentile of the
distances from either frame's ink to the other's. In a gap of g steps, sum / largest is g where all are alike and 1
where everything happens at once, as when a key is held; it is scaled to 0..1. Real motion accelerates and hidden lines
vanish, so the true frames do not reach 1, either: the score is min(1, drawn / true), gap by gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from inkbetween.inference.geometry.points import arc_length
from inkbetween.inference.geometry.ragged import Ragged
from inkbetween.tools.picture import Picture, Strokes

STUB = 6.0
_TOUCH = 3.0
_GRANTED = 1.0
_SAMPLE = 2.0


@dataclass(frozen=True)
class Wholeness:
    """What a frame's strokes are like; lengths in px."""

    length: float
    strokes: int
    stubs: int
    free_ends: int

    @property
    def breaks(self) -> float:
        """Per 1,000 px of line."""
        return 1000 * (self.stubs + self.free_ends) / max(self.length, 1.0)

    @property
    def mean_length(self) -> float:
        return self.length / max(self.strokes, 1)


def wholeness(strokes: Strokes) -> Wholeness:
    """Count the stubs and the ends that meet nothing."""
    lengths = [_length(stroke) for stroke in strokes]
    return Wholeness(sum(lengths), len(lengths), sum(n < STUB for n in lengths), _free_ends(strokes))


def wholeness_score(drawn: Wholeness, key_a: Wholeness, key_b: Wholeness, t: float) -> float:
    """0..1: breaks of the keys, mixed at `t`, over those of the in-between."""
    if not drawn.strokes:
        return 0.0
    expected = (1 - t) * key_a.breaks + t * key_b.breaks
    return min(1.0, (expected + _GRANTED) / (drawn.breaks + _GRANTED))


def step_size(one: Picture, other: Picture, percentile: float = 95.0) -> float:
    """How far ink moved between two neighbouring frames, px."""
    if not one.amount or not other.amount:
        return 0.0 if one.amount == other.amount else one.diagonal
    moved = np.concatenate([other.distance[one.ink], one.distance[other.ink]])
    return float(np.percentile(moved, percentile))


def evenness_score(drawn: Sequence[float], true: Sequence[float]) -> float:
    """0..1 of the steps of one gap beside those of the true frames."""
    return min(1.0, evenness(drawn) / max(evenness(true), 1e-9))


def evenness(steps: Sequence[float]) -> float:
    """0..1 of the steps of one gap: 1 where all are alike, 0 where one does everything. A gap without motion is 1."""
    if len(steps) < 2 or max(steps) <= 1.0:
        return 1.0
    return (sum(steps) / max(steps) - 1) / (len(steps) - 1)


def _length(stroke: NDArray[np.floating]) -> float:
    return float(np.linalg.norm(np.diff(stroke, axis=0), axis=1).sum())


def _sample(stroke: NDArray[np.floating]) -> tuple[NDArray, NDArray]:
    """Points every two pixels along a stroke, ends included, and how far along they are."""
    along = arc_length(stroke)
    at = np.linspace(0, along[-1], max(int(np.ceil(along[-1] / _SAMPLE)) + 1, 2))
    return np.stack([np.interp(at, along, stroke[:, 0]), np.interp(at, along, stroke[:, 1])], axis=1), at


def _free_ends(strokes: Strokes) -> int:
    """Ends with no ink within touch but that of their own stroke's last few pixels."""
    if not strokes:
        return 0
    samples = [_sample(np.asarray(stroke, float)) for stroke in strokes]
    points = np.concatenate([p for p, _ in samples])
    along = np.concatenate([a for _, a in samples])
    rows = Ragged.of([len(p) for p, _ in samples])
    owner = rows.owner
    ends = np.unique(np.concatenate([rows.first, rows.last]))
    near = cKDTree(points).query_ball_point(points[ends], _TOUCH)
    free = 0
    for end, touched in zip(ends, near, strict=True):
        others = np.asarray(touched)
        same = owner[others] == owner[end]
        free += not np.any(~same | (np.abs(along[others] - along[end]) > 3 * _TOUCH))
    return int(free)
