"""Bones that never spin: how fast their images may turn in the plane.

This holds whatever the projection makes of them.

The image of a bone that points nearly at the viewer turns by half in a frame or two though the bone hardly moves. Limbs
that keep their length would flail there.
"""

from __future__ import annotations

import numpy as np

from ..geometry.points import Array


def turns_in_space(along: Array) -> Array:
    """(T - 1, N) radians by which bones (T, N, 3) turn from moment to moment.

    Nothing where they have no length.
    """
    size = np.linalg.norm(along, axis=2, keepdims=True)
    unit = np.where(size > 1e-12, along / np.maximum(size, 1e-12), 0.0)
    cosine = np.where((size[1:] > 1e-12) & (size[:-1] > 1e-12), (unit[1:] * unit[:-1]).sum(2, keepdims=True), 1.0)
    return np.asarray(np.arccos(np.clip(cosine[..., 0], -1.0, 1.0)))


def limits_of(in_space: Array, faster: float, beside: float) -> Array:
    """(T - 1, N) radians that images may turn of bones that turn by `in_space`."""
    return np.asarray(faster * in_space + beside)


def limited(angle: Array, limit: Array) -> Array:
    """Angles (T, N) that change by at most `limit` (T - 1, N) from moment to moment.

    They stay as they are where they do so already.

    The mean of the largest such course below the angles and the smallest one above them: looking both ways in time,
    it neither lags nor leads.
    """
    way = np.concatenate([np.zeros_like(angle[:1]), np.cumsum(limit, axis=0)])
    below = np.minimum(_least(angle - way) + way, _least((angle + way)[::-1])[::-1] - way)
    above = np.maximum(_most(angle + way) - way, _most((angle - way)[::-1])[::-1] + way)
    return np.asarray(0.5 * (below + above))


def _least(values: Array) -> Array:
    return np.asarray(np.minimum.accumulate(values, axis=0))


def _most(values: Array) -> Array:
    return np.asarray(np.maximum.accumulate(values, axis=0))
