"""The ways of limbs that turn about joints: each goes along with what it hangs on, and turns by its full angle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..correspondence.hinges import Hinge
from ..geometry.points import Array, Complex, Index
from .ribbon import MATCHED, Ribbon
from .screws import Paths


@dataclass(frozen=True)
class _Limb:
    """Vertices `rows` (n,), turning by `rate` about the place `part` of the way from vertex `before` to `after`."""

    rows: Index
    before: int
    after: int
    part: float
    rate: complex

    def joint(self, values: Complex) -> complex:
        """Of values (V,), that at the joint."""
        return complex(values[self.before] + (values[self.after] - values[self.before]) * self.part)


@dataclass(frozen=True)
class HingedPaths:
    """Paths of which some limbs turn about joints, what they hang on first."""

    paths: Paths
    limbs: tuple[_Limb, ...]

    def at(self, t: float) -> Complex:
        """(V,) positions at `t` in [0, 1], scene units."""
        z = self.paths.at(t)
        a, b = self.paths.a, self.paths.b
        bend = t * (1.0 - t) ** 2 * self.paths.bend_a - t**2 * (1.0 - t) * self.paths.bend_b
        for limb in self.limbs:
            # seen from the joint, which moves as what the limb hangs on does
            here, there = a[limb.rows] - limb.joint(a), b[limb.rows] - limb.joint(b)
            turned = np.exp(limb.rate)
            done = (np.exp(t * limb.rate) - 1.0) / (turned - 1.0) if abs(turned - 1.0) > 1e-4 else t
            z[limb.rows] = limb.joint(z) + here + (there - here) * done + bend[limb.rows] - limb.joint(bend)
        return z

    def turns(self) -> tuple[Complex, Array]:
        """How each vertex (V,) turns, and how many whole turns more."""
        turn, rounds = self.paths.turn.copy(), np.zeros(len(self.paths.turn))
        for limb in self.limbs:
            turn[limb.rows] = np.exp(limb.rate)
            rounds[limb.rows] = np.rint((limb.rate.imag - np.angle(np.exp(limb.rate))) / (2.0 * np.pi))
        return turn, rounds


def hinged(paths: Paths, ribbon: Ribbon, hinges: Sequence[Hinge]) -> HingedPaths:
    """The paths with limbs turning about their joints."""
    limbs = []
    for hinge in hinges:
        rows = np.flatnonzero((ribbon.kind == MATCHED) & (ribbon.stroke_a == hinge.a) & (ribbon.stroke_b == hinge.b))
        on = np.flatnonzero(ribbon.stroke_a == hinge.host)
        if not len(rows) or not len(on):
            continue
        on = on[np.argsort(ribbon.s[on], kind="stable")]
        after = int(np.clip(np.searchsorted(ribbon.s[on], hinge.at), 0, len(on) - 1))
        first, second = int(on[max(after - 1, 0)]), int(on[after])
        apart = float(ribbon.s[second] - ribbon.s[first])
        part = float(np.clip((hinge.at - ribbon.s[first]) / apart, 0.0, 1.0)) if apart > 1e-9 else 0.0
        limbs.append(_Limb(rows, first, second, part, hinge.rate))
    return HingedPaths(paths, tuple(limbs))
