"""The guided lead: keys are matched as bones carry them, and bones lead the lines."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ...bodies.laid import laid_of
from ...confidence.evidence import confidence_of
from ...confidence.ladder import descend
from ...correspondence.cache import MatchCache
from ...correspondence.correspond import Correspondence, correspond, unmatched_share
from ...correspondence.matching import Match
from ...intent.bindings import Corrections
from ...motion.ribbon import Ribbon, solid_of
from ...motion.shape import Shape, shape_of
from ...occlusion.cover import Occlusion, occlusion_of
from ...skeletons.held import HeldWays
from ...skeletons.limbs import Limbs
from ..lead import Cover, Matched, Pair, Travel
from ..tuning import TweenSettings
from .again import again, settled
from .carried import Guided, lead, unwarped
from .fit import fitted
from .hidden_in_both import Neighbour, Unseen, unseen_of
from .paths import guided_paths, held_alike
from .unmatched import chosen, riding


@dataclass(frozen=True)
class GuidedMatched(Matched):
    """What corresponds, as `Matched`, and how the guide holds both keys.

    `between` and `footing` are told of key a as it is carried.
    """

    guided: Guided = field(kw_only=True)


@dataclass(frozen=True)
class GuidedLead:
    """The lead of a guide, seen in the plane of the keys.

    Its frames are those of the pair's context. What the animator said of bindings holds.
    """

    guide: Limbs
    bindings: Corrections | None
    settings: TweenSettings
    cache: MatchCache

    def correspond(self, pair: Pair) -> GuidedMatched:
        guided, between = self._bound(pair)
        footing = descend(between, confidence_of(between, settings=self.settings.evidence), self.settings.ladder)
        return GuidedMatched(pair, between, footing, unwarped(footing.found, guided), guided=guided)

    def ways(self, matched: GuidedMatched) -> Travel:
        found = matched.found
        lines = replace(self.settings.motion.ribbon, step=self.settings.guided.carry.step)
        laid = laid_of(matched.footing, found, lines, self.settings.bodies)
        ribbon = laid.ribbon
        paths = guided_paths(ribbon, found, matched.guided, self.settings.guided.hold)
        contacts = held_alike(laid.contacts, paths.held, self.settings.guided.hold)
        return Travel(ribbon, contacts, paths, self._shape(paths, ribbon, found.match), keeps=False)

    def cover(self, matched: GuidedMatched, travel: Travel) -> tuple[Travel, Cover]:
        if not self.settings.hidden or not isinstance(travel.ways, HeldWays):
            return travel, Cover()
        match = matched.found.match
        paths, ribbon, occlusion = self._hiding(matched, travel.ways, travel.ribbon)
        led = Travel(ribbon, travel.contacts, paths, self._shape(paths, ribbon, match), travel.keeps)
        return led, Cover(occlusion, self._unseen(matched, occlusion))

    def shown(self, matched: GuidedMatched, _travel: Travel) -> Guided:
        return matched.guided

    def _bound(self, pair: Pair) -> tuple[Guided, Correspondence]:
        """How the guide holds both keys, and what corresponds once key a is carried.

        The answer is remembered.
        """
        settings, context = self.settings, pair.context
        asked = (pair.a, pair.b, context, self.guide.guide, self.bindings, settings.match, settings.guided)
        return self.cache.known(("guided", asked), lambda: self._second_look(self._first_look(pair), pair))

    def _first_look(self, pair: Pair) -> Guided:
        """Both keys bound to the guide, which is fitted to them and those around."""
        context, settings, how = pair.context, self.settings, self.settings.guided
        before, start, end, after = context.frames
        around = ((before, context.before), (start, pair.a), (end, pair.b), (after, context.after))
        keys = [(moment, key) for moment, key in around if key is not None]
        guide, _ = fitted(self.guide, keys, how.bind, how.fit)
        spacing = settings.match.coarse
        return lead(pair.a, pair.b, guide, (start, end), spacing, how.bind, self.bindings, how.carry)

    def _second_look(self, guided: Guided, pair: Pair) -> tuple[Guided, Correspondence]:
        """What corresponds once what is unmatched in both keys is bound anew.

        It is believed if clearly less is unmatched then.
        """
        settings, second, b = self.settings, self.settings.guided.again, pair.b
        found = correspond(guided.carried, b, settings.match, guided.parts)
        anew = again(guided, unwarped(found, guided), b, settings.guided.bind, second)
        if anew is not None:
            other = correspond(anew.carried, b, settings.match, anew.parts)
            if unmatched_share(other) < second.clearly * unmatched_share(found):
                return settled(anew, guided, unwarped(other, anew)), other
        return guided, found

    def _hiding(self, matched: GuidedMatched, paths: HeldWays, ribbon: Ribbon) -> tuple[HeldWays, Ribbon, Occlusion]:
        """What hides what.

        Unmatched lines that bones alone lead to where the other key hides them are led so. The others may have
        turned out of sight, of which bones know nothing.
        """
        settings, how, match = self.settings, self.settings.guided, matched.found.match
        ridden = riding(matched.guided, paths, ribbon, match, matched.pair.b, how.bind, how.ride)
        solid = solid_of(ribbon, match.a.strokes, match.b.strokes)
        explained = occlusion_of(*ridden, match.units, solid, settings.hide).explained
        pieces = np.isin(ribbon.piece, np.unique(ribbon.piece[explained]))
        paths, ribbon = chosen(pieces, ridden, (paths, ribbon))
        return paths, ribbon, occlusion_of(paths, ribbon, match.units, solid, settings.hide, pieces)

    def _unseen(self, matched: GuidedMatched, occlusion: Occlusion) -> tuple[Unseen, ...]:
        """What both keys hide and the keys beside them show."""
        settings, guided, match = self.settings, matched.guided, matched.found.match
        context = matched.pair.context
        before, start, end, after = context.frames
        beside = (
            (before, context.before, start, guided.parts.a),
            (after, context.after, end, guided.parts.b),
        )
        neighbours = [Neighbour(at, key, near, parts) for at, key, near, parts in beside if key is not None]
        spacing, hide, how = settings.match.coarse, settings.hide, settings.guided
        regions, units, judged = occlusion.regions, match.units, settings.judged
        return unseen_of(guided, neighbours, regions, units, spacing, how.bind, hide, judged, how.unseen)

    def _shape(self, paths: HeldWays, ribbon: Ribbon, match: Match) -> Shape:
        """The shape of lines: what the bones give them, not what lies evenly between."""
        at_a, at_b = paths.at(0.0), paths.at(1.0)
        shape, turn = self.settings.motion.shape, np.ones(len(at_a), complex)
        reach = match.units.length_to_scene(shape.reach)
        return shape_of(at_a, at_b, turn, ribbon.chains, ribbon.loop, reach, point=shape.point)
