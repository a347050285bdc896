"""The same motion at a scene's frame rate."""

from __future__ import annotations

import math

import numpy as np

from ..geometry.points import Array
from .capture import Bvh, BvhError
from .motion import Motion, slerp

SAME_RATE = 5e-4
"""Rates closer than this share are meant to be the same, for files round their frame time; 23.976 and 24 are not."""
MOST_FRAMES = 1_000_000
"""Blender's timeline ends at 1,048,574."""
ROUNDING = 0.02
"""Frames of the scene by which a capture's end may miss one: frame times are rounded in files."""


def lasts(frame_count: int, frame_time: float, fps: float) -> float:
    """How many frames of a scene lie between the first and the last pose of a capture."""
    return max(frame_count - 1, 0) / _step(frame_time, fps)


def lateness(frame_count: int, frame_time: float, fps: float) -> float:
    """By what part of a frame of the scene `moments` puts the last pose off.

    It is 0 where they do so only by `ROUNDING`.
    """
    lasting = lasts(frame_count, frame_time, fps)
    late = _frames_on(lasting) - lasting
    return late if late > ROUNDING else 0.0


def moments(frame_count: int, frame_time: float, fps: float) -> Array:
    """Where in the capture (N,), counted in its frames, each frame of a scene lies.

    The take lasts as long as it did: 481 frames at 120 a second become 97 at 24. Where its end falls between two frames
    of the scene, the last pose comes on the later one: it is the pose that a movement ends in. Raises `BvhError` where
    there would be more than `MOST_FRAMES`.
    """
    step = _step(frame_time, fps)
    count = _frames_on(lasts(frame_count, frame_time, fps)) + 1
    if count > MOST_FRAMES:
        raise BvhError(
            f"The take would last {count:,} frames at {fps:g} fps, for its Frame Time is {frame_time:g} seconds; "
            "correct that in the file, or import one capture frame per frame."
        )
    at = np.minimum(np.arange(count) * step, frame_count - 1.0)
    at[-1] = frame_count - 1.0
    return at[: frame_count and count]


def _step(frame_time: float, fps: float) -> float:
    """Frames of the capture for each of the scene."""
    step = 1.0 / (frame_time * fps)
    return 1.0 if abs(step - 1.0) < SAME_RATE else step


def _frames_on(lasting: float) -> int:
    """On which frame of the scene, counted from 0, the last pose comes.

    It never comes on that of the first.
    """
    return max(math.ceil(lasting - ROUNDING), int(lasting > 0.0))


def retimed(bvh: Bvh, fps: float) -> Motion:
    """The capture at `fps` frames a second.

    Turns lie on the shortest arc, places on the line between frames.
    """
    at = moments(bvh.frame_count, bvh.frame_time, fps)
    low = np.floor(at).astype(np.int64)
    share = at - low
    before = bvh.motion(low)
    if not share.any():
        return before
    after = bvh.motion(np.minimum(low + 1, bvh.frame_count - 1))
    places = before.shifts + share[:, None, None] * (after.shifts - before.shifts)
    return Motion(bvh.parents, places, slerp(before.turns, after.turns, share[:, None]))
