"""A skeleton inferred from drawings: joints, the tree they make, and its motion.

Rigid parts turn against each other at joints.

A joint of two parts is the place that both carry alike to every key (least squares, as Kirk, O'Brien, Forsyth 2005 and
Ross, Tarlow, Zemel 2010 find them in tracked points); the tree joins the parts that have the best joints.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...geometry import keyed
from ...geometry.neighbours import Grid
from ...geometry.points import Array, Complex, Index, to_complex
from ...geometry.ragged import sums
from ...motion.ribbon import Ribbon
from .parts import Fitted, PartSettings, spread


@dataclass(frozen=True)
class SkeletonSettings:
    """Lengths, and costs of joints, in engine units; angles in radians.

    stiff     parts that turn against each other by less have their joint where they adjoin
    far       what a joint costs for each unit that it lies away from where the parts adjoin
    unjoined  parts whose joint costs as much hang on nothing
    near      parts as near as this adjoin
    long      how much less a joint costs each time that e times as much line adjoins there,
    much      from this on
    calm      a part that turns by this much is half as good a root as one of its size that does not
    free      what hangs on nothing and turns by less rather goes straight
    steady    a part whose size changes by this factor (its logarithm) between keys points to and away from the viewer
              as much as it turns: its ends go straighter than on a circle
    bent      how far a neighbouring key may bend a part's way, as a share of the way;
    abrupt    one that would bend it by more than this shows that the part sets out or stops there: it is bent by
              its own way at most
    """

    stiff: float = 0.15
    far: float = 0.15
    unjoined: float = 25.0
    near: float = 40.0
    long: float = 2.0
    much: float = 24.0
    calm: float = 0.2
    free: float = 0.4
    steady: float = 0.15
    bent: float = 1.5
    abrupt: float = 2.5


@dataclass(frozen=True)
class Skeleton:
    """J parts in the motion from key a to key b, engine units.

    parents   (J,) number of the part that each hangs on, -1 for none
    order     (J,) the parts, parents first
    joint     (J,) where in key a a part hangs on its parent, what it turns about where it hangs on none
    frames    (K,) ascending, of the keys: the one before, key a, key b, the one after, where they are known
    turn      (K, J) how each part is turned there, against key a
    place     (K, J) where the joint is there, as the part itself has it
    sure      (K, J) how far that is to be believed, from 0 to 1
    start     number of key a among the keys
    settings  how ways run on through keys
    """

    parents: Index
    order: Index
    joint: Complex
    frames: Array
    turn: Complex
    place: Complex
    sure: Array
    start: int
    settings: SkeletonSettings = SkeletonSettings()

    @property
    def count(self) -> int:
        return len(self.parents)

    def at(self, t: float) -> Fitted:
        """The similarities that carry the parts from key a (0) to `t`; key b is 1."""
        low = self.start
        turn, own = self._turned(t), self._through(self.place, t)
        apart = self._gaps(low) * (1.0 - t) + self._gaps(low + 1) * t
        shift = np.zeros(self.count, complex)
        for part in self.order:
            parent, joint = self.parents[part], self.joint[part]
            # where the parent has the joint, and what lies between that and where the part has it
            at = own[part] if parent < 0 else turn[parent] * joint + shift[parent] + apart[part]
            shift[part] = at - turn[part] * joint
        return Fitted(turn, shift, np.ones(self.count))

    def _gaps(self, key: int) -> Complex:
        """(J,) the way from each joint as the parent has it to it as the part has it."""
        place, turn, up = self.place[key], self.turn[key], self.parents
        return np.where(up >= 0, place - (place[up] + turn[up] * (self.joint - self.joint[up])), 0.0)

    def _turned(self, t: float) -> Complex:
        """(J,) how the parts are turned at `t`.

        They turn on circles where they keep their size, straighter where they do not.
        """
        a, b = self.turn[self.start], self.turn[self.start + 1]
        change = np.log(np.maximum(np.abs(b / a), 1e-6))
        round_ = np.exp(-((change / self.settings.steady) ** 2))
        angle = np.log(self.turn)
        # counted on from those of key b, to which a part turns the shorter way
        whole = np.rint((angle.imag[self.start + 1] - angle.imag) / (2.0 * np.pi))
        bent = np.exp(self._through(angle + 2j * np.pi * whole, t))
        return np.asarray(round_ * bent + (1.0 - round_) * self._through(self.turn, t))

    def _through(self, value: Complex, t: float) -> Complex:
        """Values (K, J) at keys, taken to `t` by a Catmull-Rom spline for uneven steps."""
        low, high = self.start, self.start + 1
        a, b = value[low], value[high]
        limits = self.settings.bent, self.settings.abrupt
        step, own = np.diff(self.frames), b - a
        bend_a = bend_b = np.zeros(len(own))
        if low > 0:
            bend_a = self.sure[low - 1] * _bend(a - value[low - 1], own, step[low] / step[low - 1], limits)
        if high + 1 < len(self.frames):
            bend_b = self.sure[high + 1] * _bend(value[high + 1] - b, own, step[low] / step[high], limits)
        return np.asarray(a + t * own + keyed.between(t, bend_a, bend_b))


def _bend(beside: Complex, own: Complex, longer: float, limits: tuple[float, float]) -> Complex:
    """How the velocity at a key departs from this gap's own, per gap.

    Both sides of the key then meet. This gap is so many times as `longer` than the one `beside`. What hardly moves
    between these keys is not thrown about: a foot on the ground stays. `limits` are `bent` and `abrupt` of
    the settings."""
    bent, abrupt = limits
    bend = keyed.bend(beside * longer, own, keyed.share_of(longer, 1.0))
    size = np.abs(bend) / np.maximum(np.abs(own), 1e-12)
    most = np.interp(size, [bent, abrupt], [bent, 1.0])
    return np.asarray(bend * np.minimum(1.0, most / np.maximum(size, 1e-12)))


def skeleton_of(
    ribbon: Ribbon,
    part: Index,
    weight: Array,
    fits: Sequence[tuple[float, Fitted]],
    frames: tuple[float, float],
    settings: SkeletonSettings = SkeletonSettings(),
    step: float = PartSettings().step,
) -> Skeleton:
    """The skeleton of rigid parts `part` (V,), from their similarities `fits`.

    Each fit comes with its key's frame, that of key b first; `frames` are those of key a and key b.
    Lines are looked at every `step` of them."""
    count = len(fits[0][1].turn)
    own = part >= 0
    size = np.asarray(np.bincount(part[own], weight[own], count), float)
    z = to_complex(ribbon.a)
    middle = sums((z * weight)[own], part[own], count) / np.maximum(size, 1e-9)
    meeting = _meetings(ribbon, part, weight, settings.near, step)
    joint, cost = _joints(meeting, [fit for _, fit in fits], settings)
    # what turns little is what the rest hangs on
    steady = size / (1.0 + (np.angle(fits[0][1].turn) / settings.calm) ** 2)
    parents, order, joints = _tree(steady, middle, meeting, joint, cost, settings.unjoined)
    # what hangs on nothing turns about its own centre, the nearer to its middle the less it turns
    turn, shift = fits[0][1].turn - 1.0, fits[0][1].shift
    free = settings.free**2
    centre = (free * middle - np.conj(turn) * shift) / (free + np.abs(turn) ** 2)
    joints = np.where(parents < 0, centre, joints)
    still = Fitted(np.ones(count, complex), np.zeros(count, complex), np.ones(count))
    rows = sorted([*fits, (frames[0], still)], key=lambda row: row[0])
    moments = np.array([frame for frame, _ in rows])
    turn = np.array([fit.turn for _, fit in rows])
    place = np.array([fit.turn * joints + fit.shift for _, fit in rows])
    sure = np.array([fit.sure for _, fit in rows])
    return Skeleton(
        parents, order, joints, moments, turn, place, sure, int(np.searchsorted(moments, frames[0])), settings
    )


@dataclass(frozen=True)
class _Meeting:
    """Pairs (M,) of parts that adjoin: `one`, `other`, `where`, and how `much`.

    `where` is in key a; `much` is the length of line along which they adjoin.
    """

    one: Index
    other: Index
    where: Complex
    much: Array


def _meetings(ribbon: Ribbon, part: Index, weight: Array, near: float, step: float) -> _Meeting:
    rows, ink = spread(weight, np.flatnonzero(part >= 0), step)
    i, j, _ = Grid(ribbon.a[rows], near / 2).pairs(ribbon.a[rows], near)
    apart = part[rows[i]] < part[rows[j]]
    both = ink[i[apart]] * ink[j[apart]]
    i, j = rows[i[apart]], rows[j[apart]]
    count = int(part.max(initial=-1)) + 1
    names, which = np.unique(part[i] * count + part[j], return_inverse=True)
    total = np.maximum(np.bincount(which, both, len(names)), 1e-12)
    z = to_complex((ribbon.a[i] + ribbon.a[j]) / 2)
    where = sums(z * both, which, len(names)) / total
    return _Meeting(names // count, names % count, where, np.sqrt(total))


def _joints(meeting: _Meeting, fits: Sequence[Fitted], settings: SkeletonSettings) -> tuple[Complex, Array]:
    """Where pairs of parts are joined (M,), and what that costs.

    The cost is how far apart they carry the place at most, and how far off they lie where they adjoin.
    """
    one, other = meeting.one, meeting.other
    apart = [
        (np.minimum(fit.sure[one], fit.sure[other]), fit.turn[one] - fit.turn[other], fit.shift[one] - fit.shift[other])
        for fit in fits
    ]
    stiff = settings.stiff**2
    above = stiff * meeting.where - sum(sure * np.conj(turn) * shift for sure, turn, shift in apart)
    below = stiff + sum(sure * np.abs(turn) ** 2 for sure, turn, _ in apart)
    joint = np.asarray(above / below)
    miss = np.max([sure * np.abs(turn * joint + shift) for sure, turn, shift in apart], axis=0)
    away, held = np.abs(joint - meeting.where), np.log1p(meeting.much / settings.much)
    return joint, miss + settings.far * away - settings.long * held


def _tree(
    steady: Array, middle: Complex, meeting: _Meeting, joint: Complex, cost: Array, unjoined: float
) -> tuple[Index, Index, Complex]:
    """Parents (J,), the order of parts with parents first, and joints (J,).

    It grows from the steadiest part outwards, the best joint first (Prim), and again from the steadiest that is
    left. What costs `unjoined` is no joint."""
    one, other = meeting.one, meeting.other
    parents = np.full(len(steady), -1, np.int64)
    joints = middle.copy()
    reached = np.zeros(len(steady), bool)
    order: list[int] = []
    while not reached.all():
        open_ = (cost < unjoined) & (reached[one] != reached[other])
        if open_.any():
            best = int(np.argmin(np.where(open_, cost, np.inf)))
            parent, child = (one[best], other[best]) if reached[one[best]] else (other[best], one[best])
            parents[child], joints[child] = parent, joint[best]
        else:
            child = np.argmax(np.where(reached, -1.0, steady))
        reached[child] = True
        order.append(int(child))
    return parents, np.array(order, np.int64), joints
