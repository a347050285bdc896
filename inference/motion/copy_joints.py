"""Joints of copies: two that turn and agree on a place near both stay together.

Each turns by a similarity of its own.

Two similarities have one place that both take to the same. Where it lies on or beside the lines of both it is a joint:
a forearm is not to leave its elbow half way because both halves of the arm travel on screws of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..correspondence.copies.found import Copy
from ..geometry.moves import Move
from ..geometry.points import Complex, Index, to_complex
from ..geometry.spirals import progress
from ..geometry.units import Units
from .ribbon import Ribbon

TURNING = 1e-6
"""Similarities that differ by less than this in their turn differ by a shift: no place is a joint."""


@dataclass(frozen=True)
class JointSettings:
    """Where two copies are joined.

    reach  engine units: a joint lies no farther than this from the lines of both,
    share  nor than this share of how far the lines of either reach
    """

    reach: float = 40.0
    share: float = 0.5


@dataclass(frozen=True)
class CopyJoint:
    """The vertices `rows` (n,) that hang on others at a joint.

    vertex  (2,) one of theirs and one of the others'
    turn    (2,) of their similarities
    a, b    where the joint is in either key, scene units
    parent  the number of the joint on which those others hang, -1 where on none
    """

    rows: Index
    vertex: Index
    turn: Complex
    a: complex
    b: complex
    parent: int


def together(z: Complex, joints: Sequence[CopyJoint], bends: Complex, t: float) -> Complex:
    """Positions (V,) with what hangs where its joint is.

    `bends` (V,) is how far off its screw each is at `t`.
    """
    if not joints:
        return z
    out = z.copy()
    moved: list[complex] = []
    for joint in joints:
        own, other = joint.a + (joint.b - joint.a) * progress(joint.turn, t) + bends[joint.vertex]
        off = complex(other - own) + (moved[joint.parent] if joint.parent >= 0 else 0.0)
        moved.append(off)
        out[joint.rows] += off
    return out


def copy_joints_of(
    ribbon: Ribbon, copies: Sequence[Copy], units: Units, settings: JointSettings = JointSettings()
) -> tuple[CopyJoint, ...]:
    """What of the copies hangs on what, each after what it hangs on.

    It hangs on what has not moved, or else on the largest.
    """
    kept = [number for number, copy in enumerate(copies) if not copy.move.mirrored and np.any(ribbon.copy == number)]
    # copies come largest first
    kept.sort(key=lambda number: not copies[number].move.still)
    rows = [np.flatnonzero(ribbon.copy == number) for number in kept]
    moves = [copies[number].move for number in kept]
    joints = _joints(moves, [to_complex(ribbon.a[own]) for own in rows], settings)
    waiting, placed = list(range(len(kept))), list[int]()
    joint_of: dict[int, int] = {}
    out: list[CopyJoint] = []
    while waiting:
        near = [(*joints[k, on], k, on) for k in waiting for on in placed if (k, on) in joints] if joints else []
        if not near:
            placed.append(waiting.pop(0))
            continue
        _, at, k, on = min(near, key=lambda found: found[0])
        waiting.remove(k)
        placed.append(k)
        joint_of[k] = len(out)
        turn = np.array([moves[k].turn, moves[on].turn], complex)
        there = complex(moves[k].at(np.array(at)))
        vertex = np.array([rows[k][0], rows[on][0]])
        one, two = units.to_scene(np.array([at, there], complex))
        out.append(CopyJoint(rows[k], vertex, turn, complex(one), complex(two), joint_of.get(on, -1)))
    return tuple(out)


def _joints(
    moves: Sequence[Move], lines: Sequence[Complex], settings: JointSettings
) -> dict[tuple[int, int], tuple[float, complex]]:
    """How far off the joints of copies that hang together are, and where.

    Pairs are in either order. It is off the lines of both, and where it is in key a.
    """
    turn, shift = (np.array([getattr(move, name) for move in moves], complex) for name in ("turn", "shift"))
    apart = turn[:, None] - turn
    turns = np.abs(apart) > TURNING
    joint = (shift - shift[:, None]) / np.where(turns, apart, 1.0)
    middle = np.array([z.mean() for z in lines], complex)
    radius = np.array([np.abs(z - m).max() for z, m in zip(lines, middle, strict=True)])
    reach = np.minimum(settings.reach, settings.share * radius)
    near = turns & (np.abs(joint - middle) <= radius + reach)
    out = {}
    for i, j in np.argwhere(near & near.T & (np.arange(len(moves))[:, None] < np.arange(len(moves)))).tolist():
        at = complex(joint[i, j])
        far = [float(np.abs(lines[k] - at).min()) for k in (i, j)]
        if far[0] <= reach[i] and far[1] <= reach[j]:
            out[i, j] = out[j, i] = sum(far), at
    return out
