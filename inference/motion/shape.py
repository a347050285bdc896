"""Keeping the shape of lines on the way (as-rigid-as-possible, along the line).

Every edge of a chain turns and stretches evenly from one key to the other, and the chain as a whole stays on its
paths.

The edges are interpolated in log space (Sederberg, Gao, Wang, Mu 1993) and integrated against the paths by least
squares, a tridiagonal system whose elimination is done once (parallel cyclic reduction, Hockney and Jesshope 1981).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array, Complex, Index, Mask
from ..geometry.ragged import Ragged, sums
from ..geometry.tridiagonal import Looped


@dataclass(frozen=True)
class ShapeSettings:
    """How lines keep their shape.

    reach  engine units: features of a line smaller than this keep their shape, larger ones follow their paths
    point  an edge that is shorter than this share of itself in the other key is a point, and has no direction
    """

    reach: float = 60.0
    point: float = 0.05


@dataclass(frozen=True)
class Shape:
    """Edges (E,) of chained vertices (V of them).

    first, second   (E,) the vertices at their ends: each vertex and the next one, then those that close loops
    edge_a, edge_b  (E,) in either key
    rate            (E,) log of their ratio
    straight        (E,) where they have none
    grip            (E,) how strongly each holds (0 between chains)
    anchor          (V,) how strongly vertices stay on their paths
    held            (V,) which stay wholly
    """

    first: Index
    second: Index
    edge_a: Complex
    edge_b: Complex
    rate: Complex
    straight: NDArray[np.bool_]
    grip: Array
    anchor: Array
    held: NDArray[np.bool_]
    system: Looped

    @property
    def beside(self) -> Array:
        """(V-1,) how strongly the edges from each vertex to the next one hold."""
        return self.grip[: max(len(self.anchor) - 1, 0)]

    def at(self, t: float | Array, paths: Complex) -> Complex:
        """(V,) positions near `paths` (V,), the chains' edges as they should be at `t`.

        `t` is for all or (E,) of each.
        """
        if len(paths) < 2:
            return paths
        turned = self.edge_a * np.exp(t * self.rate)
        edge = np.where(self.straight, self.edge_a + t * (self.edge_b - self.edge_a), turned)
        # solved for the correction, so that nothing is lost to rounding where there is nothing to correct
        lack = self.grip * (edge - (paths[self.second] - paths[self.first]))
        inner, right = len(paths) - 1, np.zeros(len(paths), complex)
        right[1:] += lack[:inner]
        right[:-1] -= lack[:inner]
        # a vertex closes no more than one loop
        right[self.second[inner:]] += lack[inner:]
        right[self.first[inner:]] -= lack[inner:]
        return np.where(self.held, paths, paths + self.system.solve(right))


def shape_of(
    a: Complex,
    b: Complex,
    turn: Complex,
    chains: Ragged,
    loop: Mask,
    reach: float,
    rounds: Array | float = 0.0,
    held: NDArray[np.bool_] | None = None,
    point: float = ShapeSettings().point,
) -> Shape:
    """The shape of `chains` through vertices `a`, `b` (V,).

    Some are a `loop` (C,). They turn by about `turn` (V,) and `rounds` (V,) whole turns more. Features longer than
    `reach` (scene units) follow the paths, shorter ones keep their shape. Chains whose paths keep it exactly are
    `held` (V,); for `point` see `ShapeSettings`.
    """
    closes = np.flatnonzero(loop & (chains.counts > 2))
    inner = max(len(a) - 1, 0)
    first = np.concatenate([np.arange(inner), chains.last[closes]])
    second = np.concatenate([np.arange(1, inner + 1), chains.first[closes]])
    edge_a, edge_b = a[second] - a[first], b[second] - b[first]
    held = np.zeros(len(a), bool) if held is None else held
    # what its path holds needs no hold: edges of no length would leave nothing to solve for
    real = np.concatenate([chains.joined[:inner], np.ones(len(closes), bool)]) & ~(held[second] & held[first])
    long_a, long_b = np.abs(edge_a), np.abs(edge_b)
    length = (long_a + long_b) / 2
    floor = max(float(length.mean()) * 1e-3, 1e-12) if len(length) else 1e-12
    # an edge that is a point in one key has no direction there
    straight = (long_a < point * long_b + floor) | (long_b < point * long_a + floor)
    ratio = np.where(straight, 1.0, edge_b / np.where(straight, 1.0, edge_a))
    lead = np.angle(turn[second] + turn[first]) + 2.0 * np.pi * np.broadcast_to(rounds, len(a))[first]
    angle = lead + np.angle(ratio * np.exp(-1j * lead))
    rate = np.log(np.abs(ratio)) + 1j * angle
    grip = np.where(real, 1.0 / np.maximum(length, floor * 10), 0.0)
    half = np.where(real, length, 0.0) / 2
    mass = sums(half, first, len(a)) + sums(half, second, len(a))
    anchor = (mass + floor) / reach**2
    diagonal = anchor.copy()
    diagonal[1:] += grip[:inner]
    diagonal[:-1] += grip[:inner]
    system = Looped(diagonal, -grip[:inner], second[inner:], first[inner:], grip[inner:])
    return Shape(first, second, edge_a, edge_b, rate, straight, grip, anchor, held, system)
