"""`plan_tween` decides everything about a key pair; `TweenPlan.at(t)` draws it.

Planning is done once, drawing is cheap.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..bodies.closing import Closing, closing_of
from ..confidence.evidence import EvidenceSettings, confidence_of
from ..correspondence.cache import MatchCache
from ..drawing.contract import Drawing
from ..drawing.conversion import CONFIDENCE, KEPT
from ..drawing.layers import joined
from ..drawn.assembly import Outfit, assemble, outfit_of
from ..drawn.kept import Kept, kept_of
from ..geometry.points import Array, Complex, to_plane
from ..intent.intent import NOTHING_SAID, Intent
from ..leads.free import FreeLead
from ..leads.guided.lead import GuidedLead
from ..leads.inferred.lead import InferredLead
from ..leads.lead import Context, Cover, Lead, Matched, Pair, Travel
from ..leads.tuning import TweenSettings
from ..motion.clock import Clock, Moment, away
from ..motion.ribbon import Ribbon
from ..motion.trust import Sureness, Trust, trust_of
from ..motion.ways import life_of
from ..skeletons.limbs import Limbs
from .report import TweenReport

__all__ = ["Context", "Intent", "MatchCache", "TweenPlan", "TweenReport", "TweenSettings", "plan_tween"]


@dataclass(frozen=True)
class TweenPlan:
    """Everything decided about a key pair. `at` only evaluates.

    travel        how what is drawn travels, in chains of V vertices
    closing       what touches in a key does so on the way
    birth, death  (V,) how far on its way a vertex comes out and goes in
    outfit        all that the artist set on the lines
    clock         when every vertex is how far on its way
    cover         what hides what
    stub          scene units: lines that come out or go in are left out while they are shorter
    fade          see `HideSettings`: short lines are left out the less the nearer a key is
    trust         the probability that vertices are right; None where plans are not `judged`
    kept          what stays where it is, to the bit
    shown         what an overlay can show of what leads: the guide's hold on both keys, the inferred skeleton's ways
    """

    key_a: Drawing
    key_b: Drawing
    report: TweenReport
    travel: Travel
    closing: Closing
    birth: Array
    death: Array
    outfit: Outfit
    clock: Clock
    cover: Cover
    stub: float
    fade: float
    kept: Kept
    trust: Trust | None = None
    shown: object | None = None

    @property
    def ribbon(self) -> Ribbon:
        """The vertices that are drawn, in chains."""
        return self.travel.ribbon

    def paced(self, spacing: str) -> TweenPlan:
        """The same plan with other spacing; ValueError where no easing has that name."""
        return replace(self, clock=Clock.even(len(self.birth), spacing))

    def xy(self, moment: Moment) -> Complex:
        """(V,) where the vertices of the ribbon are, scene units."""
        travel = self.travel
        z = moment.places(travel.ways.at)
        if travel.keeps:
            z = travel.shape.at(moment.between(travel.shape.first, travel.shape.second), z)
        return self.kept.laid(self.closing.close(z, moment))

    def lent(self, layer: int | None = None) -> int:
        """How many strokes a neighbouring key lends, in all or on one layer.

        Both keys hide them.
        """
        return sum(lines.strokes(layer) for lines in self.cover.lent)

    def sureness(self, t: float) -> Sureness | None:
        """How far to trust the in-between at `t`; None where plans aren't `judged`."""
        return None if self.trust is None else self.trust.whole(self.clock.at(t).each)

    def at(self, t: float) -> Drawing:
        """The drawing at time `t`, 0 being key a and 1 key b; ValueError outside.

        Where strokes stay where they are, all carry KEPT.
        """
        if not 0.0 <= t <= 1.0:
            raise ValueError(f"t must lie between 0 and 1, not at {t}.")
        moment = self.clock.at(t)
        means = {} if self.trust is None else {CONFIDENCE: self.trust.at(moment.each)}
        z, hides = self.xy(moment), self.cover.occlusion
        cover = None if hides is None else hides.cover(z, moment.whole)
        # keys show short lines, too, but none that are cut to nothing
        stub = self.stub * max(away(moment.whole, self.fade), 1e-3)
        marks = {KEPT: self.kept.stroke + 1} if len(self.kept.pairs) else {}
        life = self.birth, self.death
        drawn = assemble(to_plane(z), self.ribbon, *life, self.outfit, moment, stub, means, cover, marks)
        if not self.cover.lent:
            return drawn
        # hidden in both keys is hidden by something: it lies below all else
        return joined([*(lines.at(moment.whole, self.stub) for lines in self.cover.lent), drawn])


def plan_tween(
    key_a: Drawing,
    key_b: Drawing,
    *,
    context: Context = Context(),
    settings: TweenSettings = TweenSettings(),
    cache: MatchCache | None = None,
    guide: Limbs | None = None,
    intent: Intent = NOTHING_SAID,
) -> TweenPlan:
    """The plan of the in-betweens of two keys in the same plane.

    A `guide`, seen in that plane, leads what its bones hold; its frames are those of the context. `intent` is what
    the animator says. Raises `DrawingError` on broken drawings.
    """
    key_a.check()
    key_b.check()
    pair = Pair(key_a, key_b, context)
    lead = _lead(pair, settings, MatchCache() if cache is None else cache, guide, intent)
    matched = lead.correspond(pair)
    travel, cover = lead.cover(matched, lead.ways(matched))
    ribbon, match = travel.ribbon, matched.found.match
    birth, death = life_of(ribbon)
    if cover.occlusion is not None:
        birth, death = cover.occlusion.life(birth, death)
    return TweenPlan(
        key_a,
        key_b,
        _report(matched),
        travel,
        closing_of(
            ribbon,
            travel.contacts,
            travel.shape,
            settings.motion.shape.reach,
            match.units,
            travel.limbs,
            settings.bodies.closing,
            settings.bodies.contacts.beside,
        ),
        birth,
        death,
        outfit_of(ribbon, key_a, key_b, match.a.strokes, match.b.strokes),
        Clock.even(len(birth), intent.spacing),
        cover,
        match.units.length_to_scene(settings.stub),
        settings.hide.fade,
        kept_of(ribbon, match, key_a, key_b),
        _trust(matched, ribbon, settings.evidence) if settings.judged else None,
        lead.shown(matched, travel),
    )


def _lead(pair: Pair, settings: TweenSettings, cache: MatchCache, guide: Limbs | None, intent: Intent) -> Lead[Any]:
    """The lead: the guide where there is one and lines to lead, or the drawings."""
    if guide is not None and pair.has_ink:
        return GuidedLead(guide, intent.bindings, settings, cache)
    free = FreeLead(settings, cache)
    return InferredLead(free) if settings.wired else free


def _report(matched: Matched) -> TweenReport:
    pair, spans = matched.pair, matched.between.spans
    return TweenReport(
        np.setdiff1d(np.arange(pair.a.stroke_count), [span.a for span in spans.matched]),
        np.setdiff1d(np.arange(pair.b.stroke_count), [span.b for span in spans.matched]),
        matched.footing.rungs,
    )


def _trust(matched: Matched, ribbon: Ribbon, settings: EvidenceSettings) -> Trust:
    sure = confidence_of(matched.footing.found, matched.witnesses, settings)
    return trust_of(matched.footing, ribbon, sure, settings)
