"""The way from place to place: arcs instead of straight lines, smooth through neighbouring keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Complex = NDArray[np.complex128]


class Ways(Protocol):
    """How vertices (V,) travel."""

    def at(self, t: float) -> Complex:
        """(V,) positions at `t` in [0, 1], scene units."""
        ...


def progress(turn: Complex, t: float) -> Complex:
    """How much of the displacement is done at `t` on a screw path with rotation and scale `turn` in all.

    z(t) = a + (b - a) * (turn**t - 1) / (turn - 1): a logarithmic spiral about the motion's own centre, which a
    similarity follows rigidly; a straight line where turn is 1.
    """
    rate = np.log(turn)
    small = np.abs(rate) < 1e-4
    safe = np.where(small, 1.0, rate)
    # expm1(t r) / expm1(r), with its series where r vanishes
    spiral = np.expm1(t * safe) / np.expm1(safe)
    return np.where(small, t + 0.5 * t * (t - 1.0) * rate, spiral)


def departure(turn: Complex) -> tuple[Complex, Complex]:
    """Derivatives of `progress` at t = 0 and t = 1."""
    rate = np.log(turn)
    small = np.abs(rate) < 1e-4
    safe = np.where(small, 1.0, rate)
    leave = np.where(small, 1.0 - 0.5 * rate, safe / np.expm1(safe))
    return leave, leave * np.exp(rate)


@dataclass(frozen=True)
class Paths:
    """Ways of V vertices from `a` to `b` (complex, scene units) with rotation `turn`; `bend_a`, `bend_b` are how much
    the velocity at either key (per gap) departs from the screw's own, so that paths run on smoothly through keys.
    `terms` (V, k), where there are any, is what else is known of the way: see `travel`."""

    a: Complex
    b: Complex
    turn: Complex
    bend_a: Complex
    bend_b: Complex
    terms: Complex | None = None

    def at(self, t: float) -> Complex:
        """(V,) positions at `t` in [0, 1]."""
        z = self.a + (self.b - self.a) * progress(self.turn, t)
        rest = 1.0 - t
        z = z + t * rest * rest * self.bend_a - t * t * rest * self.bend_b
        if self.terms is None:
            return z
        return z + self.terms @ (4.0 * t * rest * (t - rest) ** np.arange(self.terms.shape[1]))
