"""Smooth local motion from scattered matches: a similarity at every place, fitted robustly to the matches around it.

A similarity in the plane is z -> s z + m with complex s (rotation and scale) and m; the closed-form weighted fit is
the complex least-squares line (moving least squares after Schaefer, McPhail, Warren 2006).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .neighbours import Grid
from .points import Array, Complex, Index


@dataclass(frozen=True)
class LocalMotion:
    """At each place: where it goes (N, 2), turn (N,) complex rotation and scale there, residual (N,) of the matches
    around it against the fit, in engine units."""

    target: Array
    turn: Complex
    residual: Array


def still(place: Array) -> LocalMotion:
    """No motion at all, and nothing known of it."""
    return LocalMotion(place.copy(), np.ones(len(place), complex), np.full(len(place), np.inf))


def fit(
    place: Array,
    place_stroke: Index,
    source: Array,
    source_stroke: Index,
    target: Array,
    trust: Array,
    *,
    neighbours: int = 10,
    reach: float = 45.0,
    stiffness: float = 10.0,
    foreign: float = 0.3,
    robust: float = 6.0,
    rounds: int = 4,
) -> LocalMotion:
    """Motion at `place` (N, 2) from matches `source` -> `target` (M, 2) trusted by `trust` (M,).

    `neighbours` matches of the place's own stroke and as many of others are used; those of other strokes count
    `foreign` as much. `stiffness` (units squared) pulls rotation and scale towards none where matches are few.
    """
    if not len(source) or not len(place):
        return still(place)
    grid = Grid(source, reach / 3)
    index, far = grid.nearest(place, 3 * neighbours, 3 * reach)
    own = source_stroke[index] == place_stroke[:, None]
    valid = (index >= 0) & (trust[index] > 0)
    # few of each kind: the nearest of the own stroke, the nearest of others
    own_rank = np.cumsum(valid & own, 1)
    other_rank = np.cumsum(valid & ~own, 1)
    use = valid & np.where(own, own_rank <= neighbours, other_rank <= neighbours)
    distance = np.where(use, far, 0.0)
    weight = (
        np.where(use, np.exp(-((distance / reach) ** 2)) * trust[index] * np.where(own, 1.0, foreign), 0.0)
        + 1e-12 * use
    )
    # real numbers, not complex ones: quicker, and their products do not depend on the machine
    (x, y), (u, v) = (np.ascontiguousarray(at.T)[:, index] for at in (source, target))
    adapt = weight
    off = np.zeros_like(weight)
    middle, goal = place.T, place.T
    real, imaginary = np.ones(len(place)), np.zeros(len(place))
    for round_ in range(rounds):
        total = np.maximum(adapt.sum(1), 1e-30)
        middle, goal = (np.stack([_summed(adapt, axis) / total for axis in ways]) for ways in ((x, y), (u, v)))
        dx, dy, du, dv = x - middle[0, :, None], y - middle[1, :, None], u - goal[0, :, None], v - goal[1, :, None]
        spread = _summed(adapt, dx * dx + dy * dy) / total + stiffness
        real = (_summed(adapt, dx * du + dy * dv) / total + stiffness) / spread
        imaginary = _summed(adapt, dx * dv - dy * du) / total / spread
        du -= real[:, None] * dx - imaginary[:, None] * dy
        dv -= imaginary[:, None] * dx + real[:, None] * dy
        off = du * du + dv * dv
        # Geman-McClure weights, from lenient to strict: outliers stop pulling
        scale = robust * 2.0 ** max(rounds - 2 - round_, 0)
        adapt = weight / (1.0 + off / scale**2) ** 2
    found = use.any(1)
    apart = place.T - middle
    goal = goal + np.stack([real * apart[0] - imaginary * apart[1], imaginary * apart[0] + real * apart[1]])
    residual = np.sqrt(_summed(adapt, off) / np.maximum(adapt.sum(1), 1e-30))
    # far from all matches: the motion of the whole
    mean = np.average(target - source, axis=0, weights=trust + 1e-9)
    turn = np.where(found, real + 1j * imaginary, 1.0)
    return LocalMotion(np.where(found[:, None], goal.T, place + mean), turn, np.where(found, residual, np.inf))


def _summed(weight: Array, values: Array) -> Array:
    """(N,) sums of rows of values (N, k) times their weight (N, k)."""
    return np.asarray(np.einsum("nk,nk->n", weight, values))
