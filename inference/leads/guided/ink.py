"""Ink that tells quickly, and many times, how near it is.

Cell by cell it is worked out once which of it lies nearest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ...drawing.strokes import Samples
from ...geometry.neighbours import Grid
from ...geometry.points import Array, Complex, Index, to_complex


@dataclass(frozen=True)
class InkSettings:
    """How ink is looked up.

    cell  engine units: so coarse is the lattice; what is nearest to a cell's middle stands for what is nearest in it
    kept  samples kept for each cell, so that one that runs the right way is likely among them
    """

    cell: float = 8.0
    kept: int = 6


@dataclass(frozen=True)
class Ink:
    """Samples of a key, and which lie nearest to each cell of a lattice.

    `nearest` holds for the `cell`s (W * H, k) from `low` (2,) on the nearest samples, -1 where there are fewer
    within `reach`. Engine units. `held` (N, J) says which bones they belong to, where that is known.
    """

    samples: Samples
    reach: float
    low: Array
    size: Index
    nearest: Index
    held: Array | None = None
    cell: float = InkSettings().cell

    @staticmethod
    def of(samples: Samples, reach: float, settings: InkSettings = InkSettings()) -> Ink:
        """Ink that will be asked of places up to `reach` away."""
        cell, kept = settings.cell, settings.kept
        if not samples.count:
            return Ink(samples, reach, np.zeros(2), np.zeros(2, np.int64), np.zeros((0, kept), np.int64))
        low = samples.xy.min(0) - reach
        size = np.ceil((samples.xy.max(0) + reach - low) / cell).astype(np.int64) + 1
        x, y = np.meshgrid(*(low[k] + cell * (np.arange(size[k]) + 0.5) for k in (0, 1)), indexing="ij")
        middles = np.stack([x.ravel(), y.ravel()], -1)
        nearest, _ = Grid(samples.xy, reach / 2).nearest(middles, kept, reach + cell)
        return Ink(samples, reach, low, size, nearest, cell=cell)

    def told(self, held: Array) -> Ink:
        """The same ink, of which it is known now what it belongs to, (N, J)."""
        return replace(self, held=held)

    def landing(
        self,
        place: Complex,
        heading: Complex,
        land: float,
        direction: float,
        bone: Index | None = None,
        apart: float = 0,
    ) -> Array:
        """What it costs to come down at places (...) running along `heading` (...).

        It is the square of the way to ink in units of `land`, plus `direction` for running across it and `apart` for
        ink that is known to belong to others than `bone` (...). It is large where there is no ink within reach.
        """
        out = np.full(place.shape, 1e6)
        if not len(self.nearest):
            return out
        column = np.floor((place.real - self.low[0]) / self.cell).astype(np.int64)
        row = np.floor((place.imag - self.low[1]) / self.cell).astype(np.int64)
        on = (column >= 0) & (row >= 0) & (column < self.size[0]) & (row < self.size[1])
        near = self.nearest[column[on] * self.size[1] + row[on]]
        way = to_complex(self.samples.xy)[near] - place[on][:, None]
        along = (np.conj(heading[on])[:, None] * to_complex(self.samples.tangent)[near]).real
        cost = (way.real**2 + way.imag**2) / land**2 + direction * (1.0 - along**2)
        if self.held is not None and bone is not None:
            cost += apart * (1.0 - self.held[near, bone[on][:, None]])
        out[on] = np.where(near >= 0, cost, 1e6).min(1)
        return out
