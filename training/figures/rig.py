"""Bones: a hierarchy of joints, and where rotations put them (forward kinematics).

A figure looks along +z, y points up, its left is +x. At rest all bones' frames are parallel to these axes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Rig:
    """Bones, parents before children. `offsets` (B, 3): a joint's place in its parent's frame; bone 0 is the root."""

    names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: Array

    def index(self, name: str) -> int:
        return self.names.index(name)


@dataclass
class Pose:
    """What a motion says about a rig at T moments.

    angles    bone to (T, 3) degrees about x, y, z; the turn about y comes first, then x, then z
    turned    bone to (T, 3, 3): turns in the world, which replace angles (motion capture)
    root      (T, 3) the root joint's way, in the rig's units
    lift      (T,) how far the lowest point is above the ground; NaN leaves the root where it is
    stretch   (T,) factor of the height, volume is kept
    """

    moments: int
    angles: dict[str, Array] = field(default_factory=dict)
    turned: dict[str, Array] = field(default_factory=dict)
    root: Array = field(default_factory=lambda: np.zeros((0, 3)))
    lift: Array = field(default_factory=lambda: np.zeros(0))
    stretch: Array = field(default_factory=lambda: np.ones(0))

    def __post_init__(self) -> None:
        if not len(self.root):
            self.root = np.zeros((self.moments, 3))
        if not len(self.lift):
            self.lift = np.zeros(self.moments)
        if not len(self.stretch):
            self.stretch = np.ones(self.moments)

    def turn(self, bone: str, x: Array | float = 0.0, y: Array | float = 0.0, z: Array | float = 0.0) -> None:
        """Add degrees to a bone's angles; a bone that the rig lacks is allowed and has no effect."""
        angles = self.angles.setdefault(bone, np.zeros((self.moments, 3)))
        angles[:, 0] += x
        angles[:, 1] += y
        angles[:, 2] += z


@dataclass(frozen=True)
class Posed:
    """Where all bones are. place (T, B, 3); turn (T, B, 3, 3), columns are the bone's axes in the world."""

    place: Array
    turn: Array


def rotation(angles: Array) -> Array:
    """(..., 3) degrees about x, y, z to matrices (..., 3, 3) = Rz Rx Ry."""
    cx, cy, cz = np.moveaxis(np.cos(np.radians(angles)), -1, 0)
    sx, sy, sz = np.moveaxis(np.sin(np.radians(angles)), -1, 0)
    rows = [
        [cz * cy - sz * sx * sy, -sz * cx, cz * sy + sz * sx * cy],
        [sz * cy + cz * sx * sy, cz * cx, sz * sy - cz * sx * cy],
        [-cx * sy, sx, cx * cy],
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def solve(rig: Rig, pose: Pose) -> Posed:
    """Forward kinematics."""
    moments, bones = pose.moments, len(rig.names)
    place, turn = np.zeros((moments, bones, 3)), np.zeros((moments, bones, 3, 3))
    still = np.broadcast_to(np.eye(3), (moments, 3, 3))
    for bone, (name, parent) in enumerate(zip(rig.names, rig.parents, strict=True)):
        above = still if parent < 0 else turn[:, parent]
        if name in pose.turned:
            turn[:, bone] = pose.turned[name]
        elif name in pose.angles:
            turn[:, bone] = above @ rotation(pose.angles[name])
        else:
            turn[:, bone] = above
        if parent < 0:
            place[:, bone] = rig.offsets[bone] + pose.root
        else:
            place[:, bone] = place[:, parent] + above @ rig.offsets[bone]
    return Posed(place, turn)


def moved(posed: Posed, shift: Array) -> Posed:
    """All bones shifted by (T, 3)."""
    return Posed(posed.place + shift[:, None], posed.turn)
