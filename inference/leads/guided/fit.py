"""Fitting a guide to the drawings it leads.

Mocap may stand beside them, be of another size, or come too early.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np

from ...correspondence.matching import thinned
from ...drawing.contract import Drawing
from ...drawing.strokes import Samples, Strokes, resample
from ...geometry.points import Array
from ...geometry.units import DIAGONAL, Units
from ...skeletons.limbs import Limbs
from .binding import BindSettings, fitness
from .ink import Ink


@dataclass(frozen=True)
class FitSettings:
    """How far a guide may be moved to lie on the drawings.

    lags      frames by which drawings may come later than the guide, tried all
    samples   of a drawing that are looked at
    spacing   between them before they are thinned, engine units
    steps     shares of the drawings' diagonal by which the guide is shifted, and scaled, each tried both ways
    lands     with each of them, how near to ink of the other key counts as on it, engine units: from afar, first, and
              once more from near by throughout; the better one counts
    timing    likewise where lags are compared, all together
    rounds    with every step
    shift, scale  how far a guide is expected off, as shares of the diagonal and of its size: farther is believed
              less, `usual` is what being that far off costs
    late      a lag is believed where it costs less than this share of what none does,
    placed    another place and size where they cost less than this share of what the guide's own do; of a guide that
              is late, and so was not made for these drawings, `moved`
    """

    lags: tuple[float, ...] = (-4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0)
    samples: int = 160
    spacing: float = 14.0
    steps: tuple[float, ...] = (0.04, 0.02, 0.01, 0.005, 0.0025)
    lands: tuple[float, ...] = (24.0, 12.0, 6.0, 6.0, 6.0)
    timing: tuple[float, ...] = (6.0, 12.0)
    rounds: int = 3
    shift: float = 0.05
    scale: float = 0.15
    usual: float = 0.02
    late: float = 0.975
    placed: float = 0.9
    moved: float = 0.975

    @property
    def latest(self) -> int:
        """Frames by which drawings may come earlier or later than the guide."""
        return int(np.ceil(np.abs(self.lags).max(initial=0.0)))


@dataclass(frozen=True)
class Fit:
    """How a guide was scaled and shifted, and by how many frames drawings come later."""

    lag: float = 0.0
    scale: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)

    def unusual(self, diagonal: float, settings: FitSettings) -> float:
        """What it costs by itself to be placed so; drawings have this `diagonal`.

        The diagonal is in scene units.
        """
        far = float(np.hypot(*self.shift)) / (settings.shift * diagonal)
        return settings.usual * (far**2 + (float(np.log(self.scale)) / settings.scale) ** 2)


Cost = Callable[..., float]


@dataclass(frozen=True)
class _Drawn:
    """A key's frame, samples and ink, engine units."""

    frame: float
    samples: Samples
    ink: Ink


def fitted(
    limbs: Limbs,
    keys: Sequence[tuple[float, Drawing]],
    bind: BindSettings = BindSettings(),
    settings: FitSettings = FitSettings(),
) -> tuple[Limbs, Fit]:
    """The guide as it best fits drawings in its plane.

    `keys` are their frames, ascending, and what is drawn there.
    """
    keys = [(moment, key) for moment, key in keys if key.point_count]
    if len(keys) < 2:
        return limbs, Fit()
    units = Units.of(keys[0][1].xy, keys[-1][1].xy)
    reach = replace(bind, land=max(settings.lands)).lands
    samples = [_samples(key, units, settings) for _, key in keys]
    drawn = [_Drawn(moment, own, Ink.of(own, reach, bind.ink)) for (moment, _), own in zip(keys, samples, strict=True)]

    diagonal = units.length_to_scene(DIAGONAL)

    @cache
    def cost(fit: Fit, land: float = bind.land) -> float:
        how = replace(bind, land=land)
        led = applied(limbs, fit, units.centre)
        at = [led.at(key.frame).scaled(units) for key in drawn]
        total = 0.0
        for k, (one, other) in enumerate(pairwise(drawn)):
            total += fitness(one.samples, at[k], other.ink, at[k + 1], how)
            total += fitness(other.samples, at[k + 1], one.ink, at[k], how)
        return total / (2 * len(drawn) - 2) + fit.unusual(diagonal, settings)

    # what was made for the drawings fits as it is, and another place or size that does a little better is chance
    best = _lag(Fit(), cost, settings)
    if _untimely(best, cost, settings) > settings.late * _untimely(Fit(), cost, settings):
        best = Fit()
    near = replace(settings, lands=(bind.land,) * len(settings.steps))
    placed = min((_descended(best, cost, how, diagonal) for how in (settings, near)), key=cost)
    if cost(placed) < (settings.moved if best.lag else settings.placed) * cost(best):
        best = placed
    return applied(limbs, best, units.centre), best


def applied(limbs: Limbs, fit: Fit, about: Array) -> Limbs:
    """The guide, fitted; headings stay as they are."""
    if fit == Fit():
        return limbs
    return replace(limbs, guide=limbs.guide.placed(fit.scale, about, np.array(fit.shift)).led(fit.lag))


def _samples(key: Drawing, units: Units, settings: FitSettings) -> Samples:
    samples = resample(Strokes.of(key, units.to_engine(key.xy)), settings.spacing)
    return samples.pick(thinned(samples.count, settings.samples))


def _lag(fit: Fit, cost: Cost, settings: FitSettings) -> Fit:
    """With the lag that costs least; the one it has where others cost the same."""
    tried = (fit, *(replace(fit, lag=lag) for lag in settings.lags))
    return min(tried, key=lambda one: _untimely(one, cost, settings))


def _untimely(fit: Fit, cost: Cost, settings: FitSettings) -> float:
    return sum(cost(fit, land) for land in settings.timing)


def _descended(fit: Fit, cost: Cost, settings: FitSettings, diagonal: float) -> Fit:
    """Shifted, scaled and at last made later or earlier, so that it costs less."""
    for _ in range(2):
        placed = _place(fit, cost, settings, diagonal)
        fit = _lag(placed, cost, settings)
        if fit == placed:
            break
    return fit


def _place(best: Fit, cost: Cost, settings: FitSettings, diagonal: float) -> Fit:
    """Shifted and scaled so that it costs less, by coordinate descent."""
    for step, land in zip(settings.steps, settings.lands, strict=True):
        least = cost(best, land)
        for _ in range(settings.rounds):
            x, y = best.shift
            by = step * diagonal
            tried = [
                *(replace(best, shift=(x + dx, y + dy)) for dx, dy in ((by, 0.0), (-by, 0.0), (0.0, by), (0.0, -by))),
                *(replace(best, scale=best.scale * factor) for factor in (1.0 + 2 * step, 1.0 / (1.0 + 2 * step))),
            ]
            costs = [cost(fit, land) for fit in tried]
            if min(costs) >= least:
                break
            least, best = min(costs), tried[int(np.argmin(costs))]
    return best
