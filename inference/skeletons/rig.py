"""A skeleton in motion: where in the world its bones are at some frames.

`view` says how the drawing plane sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array
from .guide import GuideError

# Bones that move less than this share of the skeleton's size stand still: single precision does not hold more.
_STILL = 1e-5


@dataclass(frozen=True)
class Rig:
    """J bones at T frames.

    names    of the bones
    parents  (J,) int64, number of each bone's parent, -1 where it has none
    frames   (T,) float64, ascending: when the bones are there
    heads, tails  (T, J, 3) float64, world space; a bone may have no length
    """

    names: tuple[str, ...]
    parents: NDArray[np.int64]
    frames: Array
    heads: Array
    tails: Array

    @staticmethod
    def of(
        names: Sequence[str],
        parents: Sequence[int],
        frames: Sequence[float],
        heads: NDArray[np.floating],
        tails: NDArray[np.floating],
        to_world: Array,
    ) -> Rig:
        """The rig of bones (T, J, 3) in an object that lies at `to_world` (T, 4, 4)."""
        moments = np.asarray(frames, np.float64)
        at = np.asarray(to_world, np.float64)
        return Rig(tuple(names), np.asarray(parents, np.int64), moments, moved(heads, at), moved(tails, at))

    @property
    def is_still(self) -> bool:
        """Whether no bone is anywhere else at another frame."""
        both = np.concatenate([self.heads, self.tails], axis=1)
        if not both.size:
            return True
        size = float(np.ptp(both[0], axis=0).max())
        return bool((np.ptp(both, axis=0) <= _STILL * max(size, 1e-9)).all())

    def carried(self, by: Array) -> Rig:
        """The rig with everything moved at each frame by a matrix of its own, (T, 4, 4)."""
        return replace(self, heads=moved(self.heads, by), tails=moved(self.tails, by))

    def check(self) -> None:
        """Raise `GuideError` where bones or frames are missing, unordered or nowhere."""
        if not self.names or not len(self.frames):
            raise GuideError(
                "The guide has no bones, or no frame was read: choose an armature with bones and an action."
            )
        if not (np.diff(self.frames) > 0).all():
            raise GuideError("The frames of the guide must ascend.")
        shape = len(self.frames), len(self.names), 3
        if self.heads.shape != shape or self.tails.shape != shape or self.parents.shape != shape[1:2]:
            raise GuideError("The guide does not tell of every bone at every frame.")
        bad = np.argwhere(~(np.isfinite(self.heads) & np.isfinite(self.tails)).all(axis=2))
        if len(bad):
            frame, bone = self.frames[bad[0][0]], self.names[bad[0][1]]
            raise GuideError(f'Bone "{bone}" of the guide is nowhere at frame {frame:g}: look at its constraints.')


def moved(points: NDArray[np.floating], by: Array) -> Array:
    """Points (T, J, 3) by the matrix of their moment (T, 4, 4).

    A matrix that moves nothing changes no bit.
    """
    at = np.asarray(points, np.float64)
    if (by == np.eye(4)).all():
        return at
    return np.asarray(np.einsum("tij,tkj->tki", by[:, :3, :3], at) + by[:, None, :3, 3])


def parents_first(parents: NDArray[np.int64]) -> list[int]:
    """Bones (J,) in an order in which every one comes after its parent."""
    depth = np.zeros(len(parents), np.int64)
    above = parents.copy()
    while (above >= 0).any() and depth.max(initial=0) <= len(parents):
        depth += above >= 0
        above = np.where(above >= 0, parents[np.maximum(above, 0)], -1)
    return [int(bone) for bone in np.argsort(depth, kind="stable")]
