"""Nearest neighbours in the plane on NumPy: a uniform grid, nothing quadratic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .points import Array, Index
from .ragged import Ragged, wide

_RANK = 24
"""Bits of a number that say which place it is; those above say how far away."""
_FINE = 2.0**30
"""Distances are told apart to this share of how far is looked: what only noise tells apart is equally far."""
_NONE = np.int64(2**62)


class Grid:
    """Points (N, 2) sorted into square cells of side `cell`."""

    def __init__(self, points: Array, cell: float) -> None:
        self.points = points
        self.cell = max(float(cell), 1e-9)
        self.low = points.min(0) if len(points) else np.zeros(2)
        span = (points.max(0) - self.low) if len(points) else np.zeros(2)
        # the cell number must stay an integer however far the points lie apart
        self.cell = max(self.cell, float(span.max()) / 1024.0)
        self.size = (span / self.cell).astype(np.int64) + 1
        where = self._cells(points)
        number = where[:, 0] * self.size[1] + where[:, 1]
        self.order = np.argsort(number, kind="stable")
        # side by side in memory as they are looked through
        self._x, self._y = points[self.order, 0], points[self.order, 1]
        self.start = np.searchsorted(number[self.order], np.arange(int(self.size.prod()) + 1))

    def _cells(self, points: Array) -> Index:
        return np.floor((points - self.low) / self.cell).astype(np.int64)

    def pairs(self, query: Array, radius: float) -> tuple[Index, Index, Array]:
        """All (query index, point index, distance) no farther apart than `radius`.

        They are sorted by query index.
        """
        reach = int(np.ceil(radius / self.cell))
        home = self._cells(np.clip(query, self.low - 2 * radius, self.low + self.size * self.cell + 2 * radius))
        columns = home[:, None, 0] + np.arange(-reach, reach + 1)
        low = np.clip(home[:, 1] - reach, 0, self.size[1])
        high = np.clip(home[:, 1] + reach + 1, 0, self.size[1])
        valid = (columns >= 0) & (columns < self.size[0]) & (high > low)[:, None]
        safe = np.where(valid, columns, 0) * self.size[1]
        # a column of cells is one run of the sorted points
        begin = self.start[safe + low[:, None]]
        end = np.where(valid, self.start[safe + np.maximum(high, low)[:, None]], begin)
        runs = Ragged.of((end - begin).ravel())
        place = np.arange(runs.total) + np.repeat(begin.ravel() - runs.first, runs.counts)
        each = np.diff(runs.offsets[:: columns.shape[1]])
        x, y = np.repeat(query[:, 0], each), np.repeat(query[:, 1], each)
        x -= self._x[place]
        y -= self._y[place]
        x *= x
        y *= y
        x += y
        np.sqrt(x, out=x)
        keep = np.flatnonzero(x <= radius)
        owner = np.repeat(np.arange(len(query)), each)
        return owner[keep], self.order[place[keep]], x[keep]

    def nearest(self, query: Array, k: int, radius: float) -> tuple[Index, Array]:
        """(M, k) indices of the nearest points within `radius`, and their distances.

        -1 and inf where there are fewer. Of places that are equally far, as far as that can be told, those first in
        the grid come first.

        Looks close by first and widens the search only where too little is found, so that crowded drawings stay cheap.
        """
        index = np.full((len(query), k), -1, np.int64)
        far = np.full((len(query), k), np.inf)
        waiting = np.arange(len(query))
        reach = min(radius, self._near(k))
        while len(waiting) and len(self.points):
            owner, point, distance = self.pairs(query[waiting], reach)
            found = np.bincount(owner, minlength=len(waiting))
            done = (found >= k) | (reach >= radius)
            runs = Ragged.of(found)
            first, rank = runs.first, runs.within
            widest = max(int(found.max(initial=0)), k)
            # one whole number tells how far and which place it is, so that what is equally far is ordered, too
            table = np.full((len(waiting), widest), _NONE)
            table[owner, rank] = np.rint(distance * (_FINE / reach)).astype(np.int64) << _RANK | rank
            best = np.partition(table, k - 1, axis=1)[:, :k] if widest > k else table
            best = np.sort(best[done], axis=1)
            real = best < _NONE
            place = np.where(real, first[done, None] + (best & ((1 << _RANK) - 1)), 0)
            if len(point):
                index[waiting[done]] = np.where(real, point[place], -1)
                far[waiting[done]] = np.where(real, distance[place], np.inf)
            waiting = waiting[~done]
            reach = min(2.0 * reach, radius)
        return index, far

    def _near(self, k: int) -> float:
        """A radius that usually holds a few times `k` points."""
        occupied = int((np.diff(self.start) > 0).sum())
        return float(np.sqrt(1.2 * k / max(len(self.points) / max(occupied, 1), 1e-9))) * self.cell


@dataclass(frozen=True)
class LendSettings:
    """How places lend what is known of them to others near them, engine units.

    count  the nearest so many lend, the nearer the more
    reach  what is farther away lends nothing
    """

    count: int = 4
    reach: float = 48.0


def lent(at: Array, values: NDArray, places: Array, settings: LendSettings = LendSettings()) -> NDArray:
    """(m, ...) what `places` (m, 2) are lent of values (n, ...) known `at` (n, 2).

    It is the mean of the nearest, the nearer
    the more; 0 where none are near.
    """
    if not len(at):
        return np.zeros((len(places), *values.shape[1:]), values.dtype)
    index, far = Grid(at, settings.reach / 4).nearest(places, settings.count, settings.reach)
    weight = np.where(index >= 0, 1.0 / (far + 1.0), 0.0)
    total = weight.sum(1)
    summed = (weight.reshape(*weight.shape, *[1] * (values.ndim - 1)) * values[index]).sum(1)
    return np.asarray(summed / wide(np.where(total > 0, total, 1.0), values))
