"""Nothing jumps unless its bone does.

What reaches far beyond a bone, as a sword beyond a hand, sweeps farther than the bone. Such bones turn no faster
than what they hold may move.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..geometry.points import Array, Complex
from ..skeletons.steadiness import limited
from .puppet import Bent, Puppet


@dataclass(frozen=True)
class SweepSettings:
    """How fast what bones hold may move; lengths as shares of the drawing's height.

    farthest    no point may move farther in a frame, unless an end of its bone does
    aim         that is what is aimed at: bending and keeping lines whole move points a little, too
    rounds      of slowing bones
    slowest     radians a frame: no bone is slowed further
    directions  in which the farthest that a bone holds is looked at
    checks      how often what is drawn in the end is looked at
    say         a bone with more of a say than this holds a point that jumps,
    slower      and turns that much slower then
    """

    farthest: float = 0.25
    aim: float = 0.22
    rounds: int = 5
    slowest: float = 0.02
    directions: int = 12
    checks: int = 12
    say: float = 0.05
    slower: float = 0.75


def tamed(
    puppet: Puppet,
    turn: Array,
    stretch: Array,
    path: Callable[[Array], Complex],
    moment: int,
    height: float,
    settings: SweepSettings = SweepSettings(),
) -> Array:
    """(T, N) `turn` slowed where what bones hold would jump though they do not.

    It is still nothing at `moment`.

    path    where the root goes (T,) when bones turn so
    height  of the drawing
    """
    ways = _extremes(puppet, settings.directions)
    limit = np.full((max(len(turn) - 1, 0), turn.shape[1]), np.pi)
    parents = np.where(puppet.figure.parents >= 0, puppet.figure.parents, 0)
    reach = np.maximum(np.abs(ways).max(1), 1e-12)
    for _ in range(settings.rounds):
        bent = [puppet.bent(*each) for each in zip(turn, stretch, path(turn).tolist(), strict=True)]
        step = _swept(puppet, bent, ways)
        ends = np.abs(np.diff([one.z for one in bent], axis=0))
        started = ends[:, parents]
        bad = (step > settings.aim * height) & (np.maximum(ends, started) <= settings.farthest * height)
        if not bad.any():
            break
        room = np.maximum((settings.aim * height - started) / reach, settings.slowest)
        limit = np.where(bad, np.minimum(limit, room), limit)
        turn = limited(turn, limit)
        turn = turn - turn[moment]
    return _checked(puppet, turn, stretch, path, moment, height, limit, settings)


def _checked(
    puppet: Puppet,
    turn: Array,
    stretch: Array,
    path: Callable[[Array], Complex],
    moment: int,
    height: float,
    limit: Array,
    settings: SweepSettings = SweepSettings(),
) -> Array:
    """`turn` slowed by what is drawn in the end, where anything moves far.

    All that holds a point which jumps is slowed.
    """
    bone, share = puppet.skin.bone, puppet.skin.weight
    ways = _extremes(puppet, settings.directions)
    parents = np.maximum(puppet.figure.parents, 0)
    for _ in range(settings.checks):
        bent = [puppet.bent(*each) for each in zip(turn, stretch, path(turn).tolist(), strict=True)]
        far = _swept(puppet, bent, ways).max(1, initial=0.0) > 0.5 * settings.farthest * height
        jumps = False
        for step in np.flatnonzero(far):
            moved = np.linalg.norm(puppet.at(bent[step + 1]) - puppet.at(bent[step]), axis=1)
            ends = np.abs(bent[step + 1].z - bent[step].z)
            own = np.maximum(ends[bone[:, 0]], ends[parents[bone[:, 0]]])
            bad = (moved > settings.farthest * height) & (own <= settings.farthest * height)
            if bad.any():
                jumps = True
                held = np.unique(bone[bad][share[bad] > settings.say])
                line = sorted({above for one in held for above in _chain(puppet, int(one))})
                limit[step, line] = np.minimum(
                    limit[step, line], settings.slower * np.abs(turn[step + 1] - turn[step])[line]
                )
        if not jumps:
            break
        turn = limited(turn, limit)
        turn = turn - turn[moment]
    return turn


def _swept(puppet: Puppet, bent: Sequence[Bent], ways: Complex) -> Array:
    """(T - 1, N) how far each bone moves what it holds, per frame, at most.

    It counts as far as that bone alone holds it.
    """
    parents = np.maximum(puppet.figure.parents, 0)
    joint, turn = (np.array(column) for column in zip(*((one.z, one.turn) for one in bent), strict=True))
    held = joint[:, parents, None] + ways * np.exp(1j * turn)[..., None]
    return np.asarray(np.abs(np.diff(held, axis=0)).max(2, initial=0.0))


def _chain(puppet: Puppet, joint: int) -> list[int]:
    """A joint and all that it hangs on."""
    out = []
    while joint > 0:
        out.append(joint)
        joint = int(puppet.figure.parents[joint])
    return out


def _extremes(puppet: Puppet, directions: int) -> Complex:
    """(N, directions) the farthest points each way that each joint's bone holds.

    They are seen from where the bone starts.
    """
    main = puppet.skin.bone[:, 0]
    way = puppet.z - puppet.joints[np.maximum(puppet.figure.parents[main], 0)]
    out = np.zeros((puppet.figure.count, directions), complex)
    for number, heading in enumerate(np.exp(2j * np.pi * np.arange(directions) / directions)):
        order = np.argsort((np.conj(heading) * way).real, kind="stable")
        out[main[order], number] = way[order]  # of those with the same bone the last one, the farthest, stays
    return out
