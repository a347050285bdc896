"""Nearest neighbours in the plane with NumPy alone: a uniform grid, no trees, nothing quadratic."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .drawing import Array

Index = NDArray[np.int64]


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
        self.start = np.searchsorted(number[self.order], np.arange(int(self.size.prod()) + 1))

    def _cells(self, points: Array) -> Index:
        return np.floor((points - self.low) / self.cell).astype(np.int64)

    def pairs(self, query: Array, radius: float) -> tuple[Index, Index, Array]:
        """All (query index, point index, distance) no farther apart than `radius`, sorted by query index."""
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
        counts = (end - begin).ravel()
        total = int(counts.sum())
        shift = np.repeat(np.cumsum(counts) - counts, counts)
        point = self.order[np.repeat(begin.ravel(), counts) + np.arange(total) - shift]
        owner = np.repeat(np.repeat(np.arange(len(query)), columns.shape[1]), counts)
        distance = np.linalg.norm(query[owner] - self.points[point], axis=1)
        keep = distance <= radius
        return owner[keep], point[keep], distance[keep]

    def nearest(self, query: Array, k: int, radius: float) -> tuple[Index, Array]:
        """(M, k) indices of the nearest points within `radius` and their distances; -1 and inf where there are fewer."""
        owner, point, distance = self.pairs(query, radius)
        index = np.full((len(query), k), -1, np.int64)
        far = np.full((len(query), k), np.inf)
        if len(owner):
            order = np.lexsort((distance, owner))
            owner, point, distance = owner[order], point[order], distance[order]
            rank = np.arange(len(owner)) - np.searchsorted(owner, owner)
            keep = rank < k
            index[owner[keep], rank[keep]] = point[keep]
            far[owner[keep], rank[keep]] = distance[keep]
        return index, far
