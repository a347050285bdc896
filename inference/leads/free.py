"""The free lead: what the drawings themselves tell, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..bodies.laid import Laid, laid_of
from ..confidence.evidence import confidence_of
from ..confidence.ladder import descend
from ..correspondence.cache import MatchCache
from ..correspondence.correspond import Correspondence
from ..correspondence.cycles import Beyond
from ..drawing.contract import Drawing
from ..motion.departures import FRAME_RATE, departures_of
from ..motion.hinged import hinged
from ..motion.ribbon import Ribbon
from ..motion.screws import Paths
from ..motion.shape import Shape, shape_of
from ..motion.ways import paths_of
from ..networks.weights import bundled
from .lead import Cover, Matched, Pair, Travel
from .tuning import TweenSettings


@dataclass(frozen=True)
class FreeMatched(Matched):
    """What corresponds, as `Matched`, and what does in the neighbouring keys.

    `earlier` leads from the key before to key a, `later` from key b to the key after, where they have a say in the
    ways.
    """

    earlier: Correspondence | None = None
    later: Correspondence | None = None


@dataclass(frozen=True)
class FreeLead:
    """The lead of the drawings alone: this pair of keys, and those around it."""

    settings: TweenSettings
    cache: MatchCache

    def correspond(self, pair: Pair) -> FreeMatched:
        between = self.cache.get(pair.a, pair.b, self.settings.match)
        earlier, later = self._neighbours(pair)
        footing = descend(between, confidence_of(between, settings=self.settings.evidence), self.settings.ladder)
        witnesses = self._witnesses(pair, earlier, later) if self.settings.judged else ()
        if footing.holds:
            earlier = later = None
        return FreeMatched(pair, between, footing, footing.found, witnesses, earlier, later)

    def ways(self, matched: FreeMatched) -> Travel:
        laid, paths = self.laid(matched)
        return self.travel(matched, laid, paths)

    def cover(self, _matched: FreeMatched, travel: Travel) -> tuple[Travel, Cover]:
        return travel, Cover()

    def shown(self, _matched: FreeMatched, _travel: Travel) -> None:
        return None

    def laid(self, matched: FreeMatched) -> tuple[Laid, Paths]:
        """The vertices that are drawn, and the ways that they go."""
        context, found = matched.pair.context, matched.found
        motion = self.settings.motion
        laid = laid_of(matched.footing, found, motion.ribbon, self.settings.bodies)
        ribbon = laid.ribbon
        paths = paths_of(ribbon, found, matched.earlier, matched.later, context.frames, motion.ways)
        carrier = bundled("motion") if self.settings.learned and not matched.footing.holds else None
        if carrier is None:
            return laid, paths
        gap = (context.frames[2] - context.frames[1]) * FRAME_RATE / context.rate
        known = matched.earlier is not None, matched.later is not None
        return laid, replace(paths, terms=departures_of(ribbon, found, paths, known, gap, carrier, motion.departures))

    def travel(self, matched: FreeMatched, laid: Laid, paths: Paths) -> Travel:
        """Lines on these ways, limbs turning about their joints."""
        ribbon, shape = laid.ribbon, self.settings.motion.shape
        limbs = hinged(paths, ribbon, matched.found.hinges)
        if limbs is None:
            return Travel(ribbon, laid.contacts, paths, self.shaped(matched, ribbon, paths, shape.reach))
        (turn, rounds), units = limbs.turns(), matched.found.match.units
        reach = units.length_to_scene(shape.reach)
        kept = shape_of(paths.a, paths.b, turn, ribbon.chains, ribbon.loop, reach, rounds, ribbon.copied, shape.point)
        return Travel(ribbon, laid.contacts, limbs, kept, limbs=limbs)

    def shaped(self, matched: FreeMatched, ribbon: Ribbon, paths: Paths, reach: float) -> Shape:
        """The shape of lines, kept where it is smaller than `reach`, engine units."""
        reach, point = matched.found.match.units.length_to_scene(reach), self.settings.motion.shape.point
        return shape_of(
            paths.a, paths.b, paths.turn, ribbon.chains, ribbon.loop, reach, held=ribbon.copied, point=point
        )

    def _witnesses(
        self, pair: Pair, earlier: Correspondence | None, later: Correspondence | None
    ) -> tuple[Beyond, ...]:
        """The neighbouring keys that the network reaches past the nearer key."""
        context, out = pair.context, []
        if earlier is not None and context.before is not None:
            direct = self.cache.direct(context.before, pair.b, self.settings.match)
            out += [] if direct is None else [Beyond(earlier, direct[1], False)]
        if later is not None and context.after is not None:
            direct = self.cache.direct(pair.a, context.after, self.settings.match)
            out += [] if direct is None else [Beyond(later, direct[0], True)]
        return tuple(out)

    def _neighbours(self, pair: Pair) -> tuple[Correspondence | None, Correspondence | None]:
        """Correspondences to the neighbouring keys that have ink.

        A key held on either side leads nowhere.
        """
        before, after = pair.context.before, pair.context.after
        earlier = later = None
        if pair.has_ink and before is not None and before.point_count and not _same(before, pair.a):
            before.check()
            earlier = self.cache.get(before, pair.a, self.settings.match)
        if pair.has_ink and after is not None and after.point_count and not _same(pair.b, after):
            after.check()
            later = self.cache.get(pair.b, after, self.settings.match)
        return earlier, later


def _same(one: Drawing, other: Drawing) -> bool:
    return one is other or (np.array_equal(one.xy, other.xy) and np.array_equal(one.offsets, other.offsets))
