"""What an armature needs of a capture: bones first, then poses.

Poses can be told when the bones' axes are known.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..geometry.points import Array
from .bones import Bones, Fit, Poses, bones_of, fit_to_scene, poses_of
from .capture import Bvh
from .motion import Motion
from .retime import lateness, retimed


@dataclass(frozen=True)
class Take:
    """Bones at rest, and how they move at the scene's rate, in its axes and unit.

    The last pose comes `late` by a part of a frame where the capture ends between two.
    """

    fit: Fit
    bones: Bones
    motion: Motion
    late: float = 0.0

    @property
    def frame_count(self) -> int:
        return len(self.motion.turns)

    def poses(self, axes: Array) -> Poses:
        """For bones whose axes at rest are (J, 3, 3), in columns."""
        return poses_of(self.motion, self.bones, axes)


def take_of(bvh: Bvh, fps: float | None, scale: float | None = None, up: str | None = None) -> Take:
    """The capture at `fps` frames a second, or frame by frame where that is None.

    Scale and the axis that is up ("Y", "Z") are guessed where they are None. Raises `BvhError` where it is too long.
    """
    motion = bvh.motion() if fps is None else retimed(bvh, fps)
    late = 0.0 if fps is None else lateness(bvh.frame_count, bvh.frame_time, fps)
    fit = fit_to_scene(bvh, motion, scale, up)
    return Take(fit, bones_of(bvh, fit), fit.motion(motion), late)
