"""Smooth local motion from scattered matches: a similarity at every place, fitted robustly to the matches around it.

A similarity in the plane is z -> s z + m with complex s (rotation and scale) and m; the closed-form weighted fit is
the complex least-squares line (moving least squares after Schaefer, McPhail, Warren 2006).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .neighbours import Grid
from .points import Array, Complex, Index, to_complex, to_plane


@dataclass(frozen=True)
class LocalSettings:
    """How motion is fitted to matches around a place; lengths in engine units.

    neighbours  matches of the place's own stroke, and as many of others, are used: the nearest
    reach       the farther away matches are than this, the less they count
    stiffness   units squared: pulls rotation and scale towards none where matches are few
    foreign     what a match on another stroke counts, against one on the place's own
    robust      a match that disagrees with those around it by so much counts a quarter, in the last of
    rounds      of fitting
    """

    neighbours: int = 10
    reach: float = 45.0
    stiffness: float = 10.0
    foreign: float = 0.3
    robust: float = 6.0
    rounds: int = 4


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
    settings: LocalSettings = LocalSettings(),
) -> LocalMotion:
    """Motion at `place` (N, 2) from matches `source` -> `target` (M, 2) trusted by `trust` (M,)."""
    if not len(source) or not len(place):
        return still(place)
    neighbours, reach, rounds = settings.neighbours, settings.reach, settings.rounds
    stiffness, foreign, robust = settings.stiffness, settings.foreign, settings.robust
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
    z, w = to_complex(source)[index], to_complex(target)[index]
    here = to_complex(place)
    adapt = weight
    turn = np.ones(len(place), complex)
    middle_z = middle_w = here
    error = np.zeros_like(weight)
    for round_ in range(rounds):
        total = np.maximum(adapt.sum(1), 1e-30)
        middle_z, middle_w = (adapt * z).sum(1) / total, (adapt * w).sum(1) / total
        dz, dw = z - middle_z[:, None], w - middle_w[:, None]
        spread = (adapt * np.abs(dz) ** 2).sum(1) / total
        turn = ((adapt * np.conj(dz) * dw).sum(1) / total + stiffness) / (spread + stiffness)
        error = np.abs(dw - turn[:, None] * dz)
        # Geman-McClure weights, from lenient to strict: outliers stop pulling
        scale = robust * 2.0 ** max(rounds - 2 - round_, 0)
        adapt = weight / (1.0 + (error / scale) ** 2) ** 2
    found = use.any(1)
    goal = middle_w + turn * (here - middle_z)
    residual = np.sqrt((adapt * error**2).sum(1) / np.maximum(adapt.sum(1), 1e-30))
    # far from all matches: the motion of the whole
    mean = np.average(to_complex(target) - to_complex(source), weights=trust + 1e-9)
    goal = np.where(found, goal, here + mean)
    return LocalMotion(to_plane(goal), np.where(found, turn, 1.0), np.where(found, residual, np.inf))
