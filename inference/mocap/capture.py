"""A motion capture as a BVH file tells it, and where its joints are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array, Index
from .motion import Motion, about, product, rotated

Matrices = NDArray[np.float64]

MOST_PLACES = 3_000_000
"""Joints times frames beyond which a capture is not worked out: half an hour of 70 joints at 24 frames a second."""


class BvhError(ValueError):
    """A capture that cannot be used.

    The message says what is wrong, in which line, and what to do.
    """


@dataclass(frozen=True)
class Bvh:
    """A capture of J joints, C channels, T frames.

    Lengths are in the file's unit, angles in degrees, axes as in the file.

    names           of the joints as the file has them: they may repeat, be empty, hold spaces
    parents         (J,) number of each joint's parent, which comes before it; -1 for roots
    offsets         (J, 3) rest place in the parent's frame, for roots in the world
    end_joints      (E,) joints that have an End Site
    end_offsets     (E, 3) where it is in the joint's frame
    channel_joints  (C,) the joint that a column of `values` moves
    channel_kinds   (C,) 0, 1, 2: its position's x, y, z; 3, 4, 5: a turn about x, y, z. A joint's turns apply in order
    values          (T, C)
    frame_time      seconds from frame to frame
    """

    names: tuple[str, ...]
    parents: Index
    offsets: Array
    end_joints: Index
    end_offsets: Array
    channel_joints: Index
    channel_kinds: Index
    values: Array
    frame_time: float

    @property
    def joint_count(self) -> int:
        return len(self.names)

    @property
    def frame_count(self) -> int:
        return len(self.values)

    def moved(self, first: int, beyond: int) -> NDArray[np.bool_]:
        """(J,) joints that have channels of the kinds `first` to `beyond` - 1."""
        found = np.zeros(self.joint_count, bool)
        found[self.channel_joints[(self.channel_kinds >= first) & (self.channel_kinds < beyond)]] = True
        return found

    @property
    def shifted(self) -> NDArray[np.bool_]:
        """(J,) joints with position channels."""
        return self.moved(0, 3)

    @property
    def turned(self) -> NDArray[np.bool_]:
        """(J,) joints with rotation channels."""
        return self.moved(3, 6)

    def rest(self) -> Array:
        """(J, 3) places of all joints when nothing is turned."""
        places = self.offsets.copy()
        for joint, parent in enumerate(self.parents):
            if parent >= 0:
                places[joint] += places[parent]
        return places

    def rest_reach(self) -> Array:
        """(J + E, 3) places of all joints and End Sites when nothing is turned.

        End Sites are tips of heads and toes.
        """
        places = self.rest()
        return np.concatenate([places, places[self.end_joints] + self.end_offsets])

    def reach(self, motion: Motion) -> Array:
        """(T, J + E, 3) places of all joints and End Sites in motion."""
        places, turns = motion.world()
        ends = places[:, self.end_joints] + rotated(turns[:, self.end_joints], self.end_offsets)
        return np.concatenate([places, ends], axis=1)

    def motion(self, frames: Index | None = None) -> Motion:
        """How joints move relative to their parents in some frames, by default in all.

        A root's position channels replace its offset. Those of other joints do, too, or are added to it, whichever
        keeps bones nearer to their length at rest: programs differ, and do not say.
        Raises `BvhError` where joints times frames are more than `MOST_PLACES`.
        """
        count = self.frame_count if frames is None else len(frames)
        if count * self.joint_count > MOST_PLACES:
            raise BvhError(
                f"{count:,} frames of {self.joint_count:,} joints are too many to work on: cut the take into parts"
            )
        values = self.values if frames is None else self.values[frames]
        shifts = np.tile(self.offsets, (count, 1, 1))
        turns = np.zeros((count, self.joint_count, 4))
        turns[..., 0] = 1.0
        place = self.channel_kinds < 3
        shifts[:, self.channel_joints[place], self.channel_kinds[place]] = values[:, place]
        if self._adds_offsets():
            below = np.flatnonzero(place & (self.parents[self.channel_joints] >= 0))
            joints, axes = self.channel_joints[below], self.channel_kinds[below]
            shifts[:, joints, axes] += self.offsets[joints, axes]
        for columns in self._turns_in_order():
            joints, axes = self.channel_joints[columns], self.channel_kinds[columns] - 3
            turns[:, joints] = product(turns[:, joints], about(axes, np.radians(values[:, columns])))
        return Motion(self.parents, shifts, turns)

    def _adds_offsets(self) -> bool:
        """Whether positions below roots count from the offset on."""
        joints = np.flatnonzero(self.shifted & (self.parents >= 0))
        lengths = np.linalg.norm(self.offsets[joints], axis=1)
        joints, lengths = joints[lengths > 0], lengths[lengths > 0]
        column = np.flatnonzero((self.channel_kinds < 3) & np.isin(self.channel_joints, joints))
        # A few frames tell.
        values = self.values[:: max(self.frame_count // 50, 1)][:, column]
        replaced = np.tile(self.offsets, (len(values), 1, 1))
        added = replaced.copy()
        replaced[:, self.channel_joints[column], self.channel_kinds[column]] = values
        added[:, self.channel_joints[column], self.channel_kinds[column]] += values
        misses = [np.abs(np.linalg.norm(p[:, joints], axis=2) / lengths - 1.0) for p in (replaced, added)]
        # One joint that travels must not outvote many that stay.
        replacing, adding = (np.minimum(miss, 1.0).sum() for miss in misses)
        return bool(adding < replacing)

    def _turns_in_order(self) -> list[Index]:
        """Columns that turn joints: those first in their joint, then the second ones."""
        rank = np.zeros(len(self.channel_joints), np.int64)
        seen: dict[int, int] = {}
        for column, (joint, kind) in enumerate(zip(self.channel_joints.tolist(), self.channel_kinds, strict=True)):
            rank[column] = seen.get(joint, 0) if kind >= 3 else -1
            seen[joint] = seen.get(joint, 0) + int(kind >= 3)
        return [np.flatnonzero(rank == order) for order in range(int(rank.max(initial=-1)) + 1)]

    def positions(self) -> Array:
        """(T, J, 3) places of all joints in the world."""
        return self.motion().world()[0]

    def rotations(self) -> Matrices:
        """(T, J, 3, 3) turns of all joints from rest, in the world.

        Columns are where axes go.
        """
        return self.motion().matrices()
