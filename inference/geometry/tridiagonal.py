"""Tridiagonal systems, eliminated once and solved many times.

See parallel cyclic reduction, Hockney and Jesshope 1981.
"""

from __future__ import annotations

import numpy as np

from .points import Array, Complex, Index
from .ragged import Ragged


class Tridiagonal:
    """Solves many systems with one symmetric tridiagonal matrix.

    `diagonal` (n,), `beside` (n-1,).
    """

    def __init__(self, diagonal: Array, beside: Array) -> None:
        n = len(diagonal)
        main = diagonal.astype(float).copy()
        lower, upper = np.concatenate([[0.0], beside])[:n], np.concatenate([beside, [0.0]])[:n]
        self._steps: list[tuple[int, Array, Array]] = []
        reach = 1
        while reach < n and (np.any(lower) or np.any(upper)):
            down, up = np.zeros(n), np.zeros(n)
            down[reach:] = -lower[reach:] / main[:-reach]
            up[:-reach] = -upper[:-reach] / main[reach:]
            self._steps.append((reach, down, up))
            next_main = main.copy()
            next_main[reach:] += down[reach:] * upper[:-reach]
            next_main[:-reach] += up[:-reach] * lower[reach:]
            next_lower, next_upper = np.zeros(n), np.zeros(n)
            next_lower[reach:] = down[reach:] * lower[:-reach]
            next_upper[:-reach] = up[:-reach] * upper[reach:]
            # far couplings die out; what is below rounding is dropped so that long drawings end early
            lower = np.where(np.abs(next_lower) > 1e-12 * next_main, next_lower, 0.0)
            upper = np.where(np.abs(next_upper) > 1e-12 * next_main, next_upper, 0.0)
            main = next_main
            reach *= 2
        self._main = main

    def solve(self, right: Complex) -> Complex:
        value = right
        for reach, down, up in self._steps:
            following = value.copy()
            following[reach:] += down[reach:] * value[:-reach]
            following[:-reach] += up[:-reach] * value[reach:]
            value = following
        return value / self._main


class Looped:
    """Solves such systems where the ends of some chains are tied to each other.

    `diagonal` (n,) and `beside` (n-1,) are those of the chains alone; L of these run from `first` to `last`, each
    closed as stiffly as `grip`, all (L,). One rank more for each (Sherman, Morrison 1950).
    """

    def __init__(self, diagonal: Array, beside: Array, first: Index, last: Index, grip: Array) -> None:
        self._alone = Tridiagonal(diagonal, beside)
        self._first, self._last = first, last
        loops, self._rows = Ragged.stretches(first, last - first + 1)
        self._loop = loops.owner
        ends = np.zeros(len(diagonal), complex)
        ends[first], ends[last] = 1.0, -1.0
        closed = self._alone.solve(ends).real
        self._closed = closed[self._rows]
        self._gain = grip / (1.0 + grip * (closed[first] - closed[last]))

    def solve(self, right: Complex) -> Complex:
        value = self._alone.solve(right)
        if len(self._first):
            open_ = self._gain * (value[self._first] - value[self._last])
            value[self._rows] -= self._closed * open_[self._loop]
        return value
