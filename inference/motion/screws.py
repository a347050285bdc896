"""The way from place to place: arcs, smooth through neighbouring keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..geometry import keyed
from ..geometry.points import Complex
from ..geometry.spirals import progress
from .copy_joints import CopyJoint, together


class Ways(Protocol):
    """How vertices (V,) travel."""

    def at(self, t: float) -> Complex:
        """(V,) positions at `t` in [0, 1], scene units."""
        ...


@dataclass(frozen=True)
class Paths:
    """Ways of V vertices from `a` to `b` with rotation `turn`.

    Places are complex, in scene units. `bend_a`, `bend_b` are how much the velocity at either key (per gap) departs
    from the screw's own, so that paths run on smoothly through keys. `terms` (V, k), where there are any, is what
    else is known of the way: see `travel`. Copies that hang together do so at `joints`.
    """

    a: Complex
    b: Complex
    turn: Complex
    bend_a: Complex
    bend_b: Complex
    terms: Complex | None = None
    joints: tuple[CopyJoint, ...] = ()

    def at(self, t: float) -> Complex:
        """(V,) positions at `t` in [0, 1]."""
        z = self.a + (self.b - self.a) * progress(self.turn, t)
        bends = keyed.between(t, self.bend_a, self.bend_b)
        z = together(np.asarray(z + bends, complex), self.joints, np.asarray(bends, complex), t)
        if self.terms is None:
            return z
        rest = 1.0 - t
        return z + self.terms @ (4.0 * t * rest * (t - rest) ** np.arange(self.terms.shape[1]))
