"""A guide: a skeleton in motion, seen in the drawing plane, that leads limbs.

It says where limbs go between keys.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array


class GuideError(ValueError):
    """A guide that cannot lead; the message says what is wrong with it and what to do."""


@dataclass(frozen=True)
class Pose:
    """One moment of a guide, seen in the drawing plane.

    head, tail (J, 2) of its bones there; head_depth, tail_depth (J,) towards the viewer, in the same units.
    """

    head: Array
    tail: Array
    head_depth: Array
    tail_depth: Array


@dataclass(frozen=True)
class Guide:
    """J bones at T moments.

    names       of the bones
    parents     (J,) number of each bone's parent, -1 where it has none
    frames      (T,) float64, ascending: when the poses are
    head, tail  (T, J, 2) float64, scene units in the drawing plane
    head_depth, tail_depth  (T, J) float64, scene units towards the viewer
    """

    names: tuple[str, ...]
    parents: NDArray[np.int64]
    frames: Array
    head: Array
    tail: Array
    head_depth: Array
    tail_depth: Array

    @property
    def bone_count(self) -> int:
        return len(self.names)

    def at(self, frame: float) -> Pose:
        """The pose at a frame, whole or not; the first or last one outside."""
        place = float(np.interp(frame, self.frames, np.arange(len(self.frames))))
        low = min(int(place), len(self.frames) - 1)
        high = min(low + 1, len(self.frames) - 1)
        share = place - low

        def mixed(values: Array) -> Array:
            return np.asarray(values[low] * (1.0 - share) + values[high] * share)

        return Pose(mixed(self.head), mixed(self.tail), mixed(self.head_depth), mixed(self.tail_depth))

    def led(self, by: float) -> Guide:
        """The same guide for drawings that are `by` frames later than it."""
        return replace(self, frames=self.frames + by)

    def placed(self, scale: float, about: Array, shift: Array) -> Guide:
        """The guide scaled about a point (2,) and shifted by (2,)."""

        def moved(xy: Array) -> Array:
            return np.asarray((xy - about) * scale + about + shift)

        depth = scale * self.head_depth, scale * self.tail_depth
        return replace(self, head=moved(self.head), tail=moved(self.tail), head_depth=depth[0], tail_depth=depth[1])

    def check(self) -> None:
        """Raise `GuideError` where there are no bones or moments, or numbers not finite."""
        if not self.bone_count or not len(self.frames):
            raise GuideError("The guide has no bones that could be seen: choose an armature with bones and an action.")
        for values in (self.head, self.tail, self.head_depth, self.tail_depth):
            bad = np.argwhere(~np.isfinite(values))
            if len(bad):
                frame, bone = self.frames[bad[0][0]], self.names[bad[0][1]]
                raise GuideError(f'Bone "{bone}" of the guide is nowhere at frame {frame:g}: look at its constraints.')
