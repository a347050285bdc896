"""The same motion at a scene's frame rate."""

from __future__ import annotations

import numpy as np

from ..geometry.points import Array
from .capture import Bvh, BvhError
from .motion import Motion, slerp

SAME_RATE = 5e-4
"""Rates closer than this share are meant to be the same, for files round their frame time; 23.976 and 24 are not."""
MOST_FRAMES = 1_000_000
"""Blender's timeline ends at 1,048,574."""


def moments(frame_count: int, frame_time: float, fps: float) -> Array:
    """Where in the capture (N,), counted in its frames, each frame of a scene lies.

    The take lasts as long as it did: 480 frames at 120 a second become 96 at 24. Raises `BvhError` where there would
    be more than `MOST_FRAMES`.
    """
    step = 1.0 / (frame_time * fps)
    if abs(step - 1.0) < SAME_RATE:
        step = 1.0
    # The last frame counts even if rounding put it a little after the capture's end.
    count = int((max(frame_count, 1) - 1) / step + 0.02) + 1
    if count > MOST_FRAMES:
        raise BvhError(
            f"The take would last {count:,} frames at {fps:g} fps, for its Frame Time is {frame_time:g} seconds; "
            "correct that in the file, or import one capture frame per frame."
        )
    return np.minimum(np.arange(count) * step, frame_count - 1.0)[: frame_count and count]


def retimed(bvh: Bvh, fps: float) -> Motion:
    """The capture at `fps` frames a second: turns on the shortest arc, places on the line between frames."""
    at = moments(bvh.frame_count, bvh.frame_time, fps)
    low = np.floor(at).astype(np.int64)
    share = at - low
    before = bvh.motion(low)
    if not share.any():
        return before
    after = bvh.motion(np.minimum(low + 1, bvh.frame_count - 1))
    places = before.shifts + share[:, None, None] * (after.shifts - before.shifts)
    return Motion(bvh.parents, places, slerp(before.turns, after.turns, share[:, None]))
