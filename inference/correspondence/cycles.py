"""A second opinion on what corresponds, past a neighbouring key.

The network alone leads there directly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..drawing.contract import Drawing
from ..drawing.strokes import Samples, Strokes, along_samples, resample
from ..geometry.points import Array, Index
from ..geometry.shape_context import shape_context
from ..geometry.units import Units
from ..networks.weights import bundled
from .correspond import Correspondence
from .learned import places
from .likeness import nearest_along
from .matching import MatchSettings, thinned


@dataclass(frozen=True)
class Direct:
    """Where the network alone lays a drawing in another.

    Coarse samples (N) in engine `units`, their target (N, 2) in scene units.
    """

    coarse: Samples
    units: Units
    target: Array

    def at(self, stroke: Index, along: Array) -> Array:
        """(n, 2) places at arc length `along` (n,) on `stroke` (n,), scene units."""
        # what lies between two samples may go with either: a mean of both would be neither's place
        return self.target[nearest_along(self.coarse, stroke, self.units.length_to_engine(along))]


def directly(a: Drawing, b: Drawing, settings: MatchSettings) -> tuple[Direct, Direct] | None:
    """Where either drawing lies in the other, by the network alone, or None.

    None without a network or ink.
    """
    weights = bundled("correspondence") if settings.learned else None
    if weights is None or not a.point_count or not b.point_count:
        return None
    units = Units.of(a.xy, b.xy)
    one, other = _seen(a, units, settings), _seen(b, units, settings)
    forth, back, _ = places(one, other, weights, settings.place)
    return (
        Direct(one[0], units, units.to_scene(forth.target)),
        Direct(other[0], units, units.to_scene(back.target)),
    )


def _seen(drawing: Drawing, units: Units, settings: MatchSettings) -> tuple[Samples, Strokes, NDArray[np.float32]]:
    strokes = Strokes.of(drawing, units.to_engine(drawing.xy))
    coarse, ink = resample(strokes, settings.coarse), resample(strokes, settings.fine)
    coarse = coarse.pick(thinned(coarse.count, settings.coarse_most))
    ink = ink.pick(thinned(ink.count, settings.ink_most))
    return coarse, strokes, shape_context(coarse.xy, ink.xy, ink.weight)


@dataclass(frozen=True)
class Beyond:
    """A neighbouring key as a witness.

    Past key b (`forward`): `through` leads from key b on to it, `direct` from key a to it. Before key a: `through`
    leads from it to key a, `direct` from key b to it.
    """

    through: Correspondence
    direct: Direct
    forward: bool

    def apart(self, stroke_a: Index, s: Array, stroke_b: Index, u: Array) -> Array:
        """(n,) how far the two places beyond are apart, scene units.

        Places at `s` of key a are said to be at `u` of key b, arc lengths in scene units.
        """
        match = self.through.match
        units = match.units
        if self.forward:
            here, motion, stroke, along = match.a.fine, match.forth, stroke_b, u
            straight = self.direct.at(stroke_a, s)
        else:
            here, motion, stroke, along = match.b.fine, match.back, stroke_a, s
            straight = self.direct.at(stroke_b, u)
        led = units.to_scene(along_samples(here, motion.target, stroke, units.length_to_engine(along)))
        return np.asarray(np.linalg.norm(led - straight, axis=1))
