"""Smooth local motion from scattered matches: a similarity at every place.

It is fitted robustly to the matches around the place.

Moving least squares after Schaefer, McPhail, Warren 2006; see `similarity` for the fit at one place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .neighbours import Grid
from .points import Array, Complex, Index, Mask, to_complex, to_plane
from .similarity import Similarity, similarity_of


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
    """Where each place goes (N, 2), its turn (N,), and the fit's residual (N,).

    The turn is complex: rotation and scale. The residual is that of the matches around it, in engine units.
    """

    target: Array
    turn: Complex
    residual: Array

    def over(self, rows: Mask, other: LocalMotion) -> LocalMotion:
        """This motion at the places `rows` (N,), the `other` elsewhere."""
        return LocalMotion(
            np.where(rows[:, None], self.target, other.target),
            np.where(rows, self.turn, other.turn),
            np.where(rows, self.residual, other.residual),
        )


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
    """Motion at `place` (N, 2) from matches `source` -> `target` (M, 2).

    They are trusted by `trust` (M,)."""
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
    adapt, miss = weight, np.zeros_like(weight)
    led = Similarity(np.ones(len(place), complex), here, here)
    for round_ in range(rounds):
        led = similarity_of(z, w, adapt, stiffness)
        miss = led.misses(z, w)
        # Geman-McClure weights, from lenient to strict: outliers stop pulling
        scale = robust * 2.0 ** max(rounds - 2 - round_, 0)
        doubt = miss / scale
        doubt *= doubt
        doubt += 1.0
        doubt *= doubt
        adapt = weight / doubt
    residual = np.sqrt((adapt * miss**2).sum(1) / np.maximum(adapt.sum(1), 1e-30))
    found = LocalMotion(to_plane(led.at(here)), led.turn, residual)
    # far from all matches: the motion of the whole
    mean = np.average(to_complex(target) - to_complex(source), weights=trust + 1e-9)
    return found.over(use.any(1), replace(still(place), target=to_plane(here + mean)))
