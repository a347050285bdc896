"""The similarity of the plane that best lays places on places.

It is a turn, a size and a shift, found by weighted least squares.

As a line of complex numbers, w = goal + turn (z - middle), it has a closed form (Schaefer, McPhail, Warren 2006).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .points import Array, Complex, Index
from .ragged import sums

APART = 1e-12
"""Square units: places that are no farther apart than this, on average, lie in one place and tell of no turn."""


@dataclass(frozen=True, eq=False)
class Similarity:
    """One or more similarities (...).

    `turn` is rotation and size, `middle` goes to `goal`; all are complex.
    """

    turn: Complex
    middle: Complex
    goal: Complex

    @property
    def shift(self) -> Complex:
        """(...,) where the origin goes: z goes to turn z + shift."""
        return np.asarray(self.goal - self.turn * self.middle)

    def at(self, z: Complex) -> Complex:
        """Where places z go, one for each similarity (...)."""
        return np.asarray(self.goal + self.turn * (z - self.middle))

    def misses(self, z: Complex, w: Complex) -> Array:
        """(..., k) how far from w the k places z of each similarity come down."""
        way = w - self.goal[..., None] - self.turn[..., None] * (z - self.middle[..., None])
        return np.asarray(np.abs(way))

    def picked(self, rows: Index) -> Similarity:
        """Some of several similarities (n,), in the order asked for."""
        return Similarity(self.turn[rows], self.middle[rows], self.goal[rows])

    def sized(self, low: float = 1.0, high: float = 1.0) -> Similarity:
        """The same turn about the same places, of a size within bounds.

        It is rigid where none are given.
        """
        size = np.abs(self.turn)
        known = size > APART
        bound = np.clip(size, low, high) / np.where(known, size, 1.0)
        return replace(self, turn=np.where(known, self.turn * bound, 1.0 + 0.0j))


def similarity_of(z: Complex, w: Complex, weight: Array | None = None, stiffness: float = 0.0) -> Similarity:
    """The similarities (...) that best lay places z (..., k) on w (..., k).

    Each place counts by its `weight` (..., k).

    `stiffness` (square units) pulls towards neither turn nor growth, the more the nearer together the places lie.
    Places in one place tell of no turn, and are not turned.
    """
    weight = np.ones(z.shape) if weight is None else weight
    total = np.maximum(weight.sum(-1), 1e-30)
    middle, goal = (weight * z).sum(-1) / total, (weight * w).sum(-1) / total
    dz, dw = z - middle[..., None], w - goal[..., None]
    spread = (weight * (dz.real**2 + dz.imag**2)).sum(-1) / total
    np.conjugate(dz, out=dz)
    dz *= weight
    dz *= dw
    return Similarity(_turn(dz.sum(-1) / total, spread, stiffness), middle, goal)


def similarity_of_rows(z: Complex, w: Complex, owner: Index, count: int) -> Similarity:
    """The similarity of each of `count` owners, laying its z (N,) on w (N,)."""
    total = np.maximum(np.bincount(owner, minlength=count), 1)
    middle, goal = (sums(place, owner, count) / total for place in (z, w))
    dz, dw = z - middle[owner], w - goal[owner]
    spread = sums(np.abs(dz) ** 2, owner, count) / total
    return Similarity(_turn(sums(np.conj(dz) * dw, owner, count) / total, spread, 0.0), middle, goal)


def _turn(product: Complex, spread: Array, stiffness: float) -> Complex:
    """The turn by the means of conj(dz) dw and of the squares of dz.

    All are about their middles.
    """
    below = spread + stiffness
    known = below > APART
    return np.where(known, (product + stiffness) / np.where(known, below, 1.0), 1.0)
