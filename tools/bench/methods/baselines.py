"""The alternatives that need no Blender: hold the nearest key, and one-to-one stroke assignment on straight paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree

from inkbetween.inference.geometry.points import arc_length
from inkbetween.tools.bench.drawings.sequences import Frame

_SAMPLES = 24
# Strokes farther apart than this on average are not the same stroke, px.
_FARTHEST = 60.0
# How much a difference in length counts beside a distance.
_LENGTH_WEIGHT = 0.5
_NEIGHBOURS = 8


Drawn = TypeVar("Drawn")


def hold(key_a: list[Drawn], key_b: list[Drawn], count: int) -> list[list[Drawn]]:
    """`count` in-betweens: each the nearer key, the first one in the middle; of lines or of fills."""
    return [key_a if 2 * index <= count + 1 else key_b for index in range(1, count + 1)]


def cross_fade(key_a: list[Drawn], key_b: list[Drawn], count: int) -> list[list[Drawn]]:
    """`count` in-betweens: both keys in one, the nearer one above; of lines or of fills."""
    return [key_b + key_a if 2 * index <= count + 1 else key_a + key_b for index in range(1, count + 1)]


@dataclass(frozen=True)
class _Pairs:
    """Strokes of both keys with the same number of samples: (M, K, 2), and the indices of those left alone."""

    a: NDArray[np.float64]
    b: NDArray[np.float64]
    alone_a: NDArray[np.int64]
    alone_b: NDArray[np.int64]


def assignment(key_a: Frame, key_b: Frame, count: int) -> list[Frame]:
    """`count` in-betweens from the cheapest one-to-one pairing of whole strokes, every point on a straight path.

    Strokes without a partner move with their neighbours and change over in the middle.
    """
    if not key_a or not key_b:
        return hold(key_a, key_b, count)
    samples_a, samples_b = (np.stack([_resample(s, _SAMPLES) for s in key]) for key in (key_a, key_b))
    shift = np.concatenate(key_b).mean(0) - np.concatenate(key_a).mean(0)
    pairs = _pair(samples_a, samples_b, shift)
    if not len(pairs.a):
        return hold(key_a, key_b, count)
    motion = (pairs.b - pairs.a).reshape(-1, 2)
    carried_a = _carried(samples_a[pairs.alone_a], pairs.a.reshape(-1, 2), motion)
    carried_b = _carried(samples_b[pairs.alone_b], pairs.b.reshape(-1, 2), motion)
    frames: list[Frame] = []
    for index in range(1, count + 1):
        t = index / (count + 1)
        frame = list((1 - t) * pairs.a + t * pairs.b)
        if t <= 0.5:
            frame += list(samples_a[pairs.alone_a] + t * carried_a)
        else:
            frame += list(samples_b[pairs.alone_b] - (1 - t) * carried_b)
        frames.append(frame)
    return frames


def _pair(a: NDArray[np.float64], b: NDArray[np.float64], shift: NDArray[np.float64]) -> _Pairs:
    """Hungarian assignment on mean distance once the whole drawing has moved by `shift`, in the cheaper direction."""
    aligned = b - shift
    forward, backward = (
        np.linalg.norm(a[:, None] - turned[None], axis=-1).mean(-1) for turned in (aligned, aligned[:, ::-1])
    )
    length_a, length_b = (np.linalg.norm(np.diff(x, axis=1), axis=-1).sum(-1) for x in (a, b))
    cost = np.minimum(forward, backward) + _LENGTH_WEIGHT * np.abs(length_a[:, None] - length_b[None])
    rows, columns = linear_sum_assignment(cost)
    close = cost[rows, columns] < _FARTHEST
    rows, columns = rows[close], columns[close]
    flipped = (backward < forward)[rows, columns]
    paired_b = np.where(flipped[:, None, None], b[columns, ::-1], b[columns])
    alone_a, alone_b = np.setdiff1d(np.arange(len(a)), rows), np.setdiff1d(np.arange(len(b)), columns)
    return _Pairs(a[rows], paired_b, alone_a, alone_b)


def _carried(strokes: NDArray[np.float64], points: NDArray[np.float64], motion: NDArray[np.float64]) -> NDArray:
    """The mean motion of the nearest paired points, for each sample of the strokes (M, K, 2)."""
    if not len(strokes):
        return strokes
    nearest = cKDTree(points).query(strokes.reshape(-1, 2), k=min(_NEIGHBOURS, len(points)))[1]
    return motion[nearest.reshape(len(nearest), -1)].mean(1).reshape(strokes.shape)


def _resample(stroke: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    along = arc_length(stroke)
    at = np.linspace(0, along[-1], count)
    return np.stack([np.interp(at, along, stroke[:, 0]), np.interp(at, along, stroke[:, 1])], axis=1)
