"""Places that bones hold: which bones have a say in each, and where they take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..geometry.exact import smallest, steady
from ..geometry.points import Array, Complex, Index
from .limbs import Frames, Limbs

MOST = 4
"""Bones that have a say in where a vertex goes."""


@dataclass(frozen=True)
class Held:
    """Which bones hold n places: bone, weight (n, MOST), weights sum to 1."""

    bone: Index
    weight: Array

    @staticmethod
    def of(weight: NDArray[np.floating]) -> Held:
        """The strongest bones of the weights (n, J + 1) of all."""
        number = min(MOST, weight.shape[1])
        bone = smallest(steady(-weight), number)
        kept = np.take_along_axis(weight, bone, 1) + 1e-9
        return Held(bone, kept / kept.sum(1, keepdims=True))

    def moved(self, z: Complex, start: Frames, end: Frames) -> tuple[Complex, Complex]:
        """Where places z (n,) held at `start` are at `end`, and their turns (n,), units."""
        share, off = start.local(z[:, None], self.bone)
        placed = (self.weight * end.placed(share, off, self.bone)).sum(1)
        return placed, self.spin(start, end)

    def spin(self, start: Frames, end: Frames) -> Complex:
        """(n,) how the bones have turned."""
        turn = (self.weight * end.heading[self.bone] * np.conj(start.heading[self.bone])).sum(1)
        size = np.abs(turn)
        return np.where(size > 1e-6, turn / np.maximum(size, 1e-9), 1.0)


class Carrier(Protocol):
    """Bones that lead from one key to the other."""

    @property
    def limbs(self) -> Limbs: ...

    def at(self, t: float) -> Frames:
        """The bones at `t`, 0 being key a and 1 key b."""
        ...


@dataclass(frozen=True)
class HeldWays:
    """Ways of V vertices, `held` by bones.

    share (V, MOST) and off (V, MOST) in either key, see `Frames.local`.
    """

    carrier: Carrier
    held: Held
    share_a: Array
    off_a: Complex
    share_b: Array
    off_b: Complex

    def pick(self, rows: Index) -> HeldWays:
        """Those of some vertices."""
        held = Held(self.held.bone[rows], self.held.weight[rows])
        share_a, share_b = self.share_a[rows], self.share_b[rows]
        return HeldWays(self.carrier, held, share_a, self.off_a[rows], share_b, self.off_b[rows])

    def at(self, t: float) -> Complex:
        """(V,) positions at `t` in [0, 1]."""
        share = self.share_a + t * (self.share_b - self.share_a)
        off = self.off_a + t * (self.off_b - self.off_a)
        placed = self.carrier.at(t).placed(share, off, self.held.bone)
        out: Complex = (self.held.weight * placed).sum(1)
        return out
