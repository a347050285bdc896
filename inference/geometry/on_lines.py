"""Places on lines: which edge lies nearest to a place, and where on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .exact import steady
from .neighbours import Grid
from .points import Array, Index, Mask
from .ragged import Ragged, begins


@dataclass(frozen=True)
class Edges:
    """Edges (E,) between vertices `first` and `second` that lie at `xy` (V, 2)."""

    xy: Array
    first: Index
    second: Index

    @property
    def count(self) -> int:
        return len(self.first)

    def picked(self, rows: Mask | Index) -> Edges:
        """Some of the edges."""
        return Edges(self.xy, self.first[rows], self.second[rows])

    def candidates(self, query: Array, reach: float) -> tuple[Index, Index, Array, Array]:
        """Edges within `reach` of places (n, 2): place, edge, part, distance, (k,) each.

        `part` is how far along the edge the nearest place on it lies, 0 to 1. Sorted by place, the nearest edge first.
        """
        if not self.count or not len(query):
            nothing = np.zeros(0, np.int64)
            return nothing, nothing, np.zeros(0), np.zeros(0)
        start, way = self.xy[self.first], self.xy[self.second] - self.xy[self.first]
        # probes along every edge, so that long edges are found from near their middle, too
        count = np.maximum(np.ceil(np.sqrt((way**2).sum(1)) / reach), 1).astype(np.int64)
        probes = Ragged.of(count)
        middle = (probes.within + 0.5) / count[probes.owner]
        probe = start[probes.owner] + way[probes.owner] * middle[:, None]
        place, found, _ = Grid(probe, 2.0 * reach).pairs(query, reach + 0.5 * reach)
        edge = probes.owner[found]
        square = np.maximum((way[edge] ** 2).sum(1), 1e-12)
        part = np.clip(((query[place] - start[edge]) * way[edge]).sum(1) / square, 0.0, 1.0)
        off = start[edge] + way[edge] * part[:, None] - query[place]
        far = np.sqrt((off**2).sum(1))
        order = np.lexsort((edge, steady(far), place))
        order = order[far[order] <= reach]
        place, edge, part, far = place[order], edge[order], part[order], far[order]
        # an edge has a probe for every stretch of it
        fresh = begins(place, edge) if len(place) else np.zeros(0, bool)
        return place[fresh], edge[fresh], part[fresh], far[fresh]


def nearest_of(place: Index) -> Index:
    """The rows of the first candidate of each place, candidates sorted by place."""
    return np.flatnonzero(begins(place)) if len(place) else np.zeros(0, np.int64)
