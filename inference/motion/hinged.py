"""The ways of limbs that turn about joints.

Each goes along with what it hangs on, and turns by its full angle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..correspondence.joints.hinges import Hinge
from ..geometry.points import Array, Complex, Index
from .ribbon import MATCHED, Ribbon
from .screws import Paths


@dataclass(frozen=True)
class _Place:
    """A place `part` of the way from one vertex to another."""

    before: int
    after: int
    part: float

    def of(self, values: Complex) -> complex:
        """What values (V,) are at the place."""
        return complex(values[self.before] + (values[self.after] - values[self.before]) * self.part)


@dataclass(frozen=True)
class _Limb:
    """Vertices `rows` (n,) that turn by `rate` about the place `own`.

    That is joined to the place `joint`; `above` is the number of the limb that this is on, -1 for none.
    """

    rows: Index
    own: _Place
    joint: _Place
    rate: complex
    above: int


@dataclass(frozen=True)
class HingedPaths:
    """Paths of which some limbs turn about joints, what they hang on first."""

    paths: Paths
    limbs: tuple[_Limb, ...]

    def at(self, t: float) -> Complex:
        """(V,) positions at `t` in [0, 1], scene units."""
        z = self.paths.at(t)
        a, b = self.paths.a, self.paths.b
        for limb in self.limbs:
            own, joint = limb.own, limb.joint
            above = self.limbs[limb.above].rate if limb.above >= 0 else 0j
            # what little lies between both places of a joint changes as what is hung on sees it
            apart_a, apart_b = own.of(a) - joint.of(a), (own.of(b) - joint.of(b)) * np.exp(-above)
            pivot = joint.of(z) + np.exp(t * above) * (apart_a * (1.0 - t) + apart_b * t)
            # and the shape as the limb sees it that turns; neighbouring keys, which would bend it, have no say
            here, there = a[limb.rows] - own.of(a), (b[limb.rows] - own.of(b)) * np.exp(-limb.rate)
            z[limb.rows] = pivot + np.exp(t * limb.rate) * (here * (1.0 - t) + there * t)
        return z

    def turns(self) -> tuple[Complex, Array]:
        """How each vertex (V,) turns, and how many whole turns more."""
        turn, rounds = self.paths.turn.copy(), np.zeros(len(self.paths.turn))
        for limb in self.limbs:
            turn[limb.rows] = np.exp(limb.rate)
            rounds[limb.rows] = np.rint((limb.rate.imag - np.angle(np.exp(limb.rate))) / (2.0 * np.pi))
        return turn, rounds

    def frames(self, one: Index, other: Index) -> Complex:
        """(n,) by which rates turn what sees vertices `one` (n,) joined to `other` (n,).

        What the one's limb hangs on, or the other's, or both.
        """
        none = len(self.limbs)
        of = np.full(len(self.paths.a), none)
        for number, limb in enumerate(self.limbs):
            of[limb.rows] = number
        rate = np.array([*(limb.rate for limb in self.limbs), 0j])
        above = np.array([*(limb.above if limb.above >= 0 else none for limb in self.limbs), -1])
        one, other = of[one], of[other]
        host = np.where(above[one] == other, other, np.where(above[other] == one, one, none))
        host = np.where(one == other, one, np.where(above[one] == above[other], above[one], host))
        return rate[host]


def hinged(paths: Paths, ribbon: Ribbon, hinges: Sequence[Hinge]) -> HingedPaths | None:
    """The paths with limbs turning about their joints; None where none does."""
    limbs: list[_Limb] = []
    number: dict[int, int] = {}
    for hinge in hinges:
        rows = np.flatnonzero((ribbon.kind == MATCHED) & (ribbon.stroke_a == hinge.a) & (ribbon.stroke_b == hinge.b))
        on = np.flatnonzero(ribbon.stroke_a == hinge.host)
        if len(rows) and len(on):
            own, joint = _place(ribbon, rows, hinge.own), _place(ribbon, on, hinge.at)
            limbs.append(_Limb(rows, own, joint, hinge.rate, number.get(hinge.host, -1)))
            number[hinge.a] = len(limbs) - 1
    return HingedPaths(paths, tuple(limbs)) if limbs else None


def _place(ribbon: Ribbon, rows: Index, along: float) -> _Place:
    """Where vertices `rows` of a stroke of key a have this arc length."""
    rows = rows[np.argsort(ribbon.s[rows], kind="stable")]
    after = int(np.clip(np.searchsorted(ribbon.s[rows], along), 0, len(rows) - 1))
    first, second = int(rows[max(after - 1, 0)]), int(rows[after])
    apart = float(ribbon.s[second] - ribbon.s[first])
    part = float(np.clip((along - ribbon.s[first]) / apart, 0.0, 1.0)) if apart > 1e-9 else 0.0
    return _Place(first, second, part)
