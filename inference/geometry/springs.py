"""Least squares over chains of places that are tied to each other here and there.

Conjugate gradients (Hestenes, Stiefel 1952). The chains alone are solved exactly as the preconditioner, so that only
what ties them together takes rounds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .points import Array, Complex, Index
from .ragged import sums
from .tridiagonal import Tridiagonal


@dataclass(frozen=True)
class Springs:
    """Springs (E,) between the places `first` and `second`.

    Each is as stiff as `grip`, and at rest as long as `rest` (complex) says.
    """

    first: Index
    second: Index
    grip: Array
    rest: Complex

    def pull(self, z: Complex) -> Complex:
        """(V,) the gradient at places z (V,), but for what the springs' rest does."""
        tug = self.grip * (z[self.second] - z[self.first])
        return sums(tug, self.second, len(z)) - sums(tug, self.first, len(z))

    def load(self, count: int) -> Complex:
        """(count,) what the springs' rest asks of places."""
        tug = self.grip * self.rest
        return sums(tug, self.second, count) - sums(tug, self.first, count)

    def stiffness(self, count: int) -> Array:
        """(count,) how firmly places are held by all their springs."""
        return sums(self.grip, self.second, count) + sums(self.grip, self.first, count)

    def beside(self, count: int) -> Array:
        """(count - 1,) stiffness between each place and the next one."""
        chained = self.second == self.first + 1
        return sums(self.grip[chained], self.first[chained], count)[: max(count - 1, 0)]


def solved(
    apply: Callable[[Complex], Complex],
    right: Complex,
    start: Complex,
    chains: Tridiagonal,
    rounds: int,
    close: float,
) -> Complex:
    """The places (V,) where `apply` gives `right`, sought from `start` on.

    It takes at most so many rounds.
    `apply` is linear and positive in the real and imaginary parts. Ends where nothing is off by more than `close`
    times the largest of `right`.
    """
    z = start
    rest = right - apply(z)
    enough = close * float(np.abs(right).max(initial=0.0))
    step = chains.solve(rest)
    way, gain = step, _dot(rest, step)
    for _ in range(rounds):
        if float(np.abs(rest).max(initial=0.0)) <= enough or gain <= 0.0:
            break
        bent = apply(way)
        length = gain / max(_dot(way, bent), 1e-300)
        z, rest = z + length * way, rest - length * bent
        step = chains.solve(rest)
        gain, last = _dot(rest, step), gain
        way = step + gain / last * way
    return z


def _dot(one: Complex, other: Complex) -> float:
    return float((one.real * other.real).sum() + (one.imag * other.imag).sum())
