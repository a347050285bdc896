"""`plan_tween`: decide everything about a key pair once; `TweenPlan.at(t)`: draw any moment of it cheaply."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..confidence.evidence import confidence_of
from ..confidence.ladder import Rungs
from ..correspondence.cache import MatchCache
from ..drawing.contract import Drawing
from ..drawing.conversion import CONFIDENCE
from ..drawing.layers import joined
from ..drawn.assembly import Outfit, assemble, outfit_of
from ..geometry.points import Array, Complex, Index, to_plane
from ..intent.bindings import Corrections
from ..leads.guided.hidden_in_both import Unseen
from ..leads.routes import led, unled
from ..leads.settings import Context, TweenSettings
from ..motion.clock import away
from ..motion.junctions import Junctions, junctions_of
from ..motion.ribbon import Ribbon
from ..motion.screws import Ways
from ..motion.shape import Shape
from ..motion.trust import Sureness, Trust, doubtful_strokes, trust_of
from ..motion.ways import life_of
from ..occlusion.cover import Occlusion
from ..skeletons.limbs import Limbs

__all__ = ["Context", "MatchCache", "TweenPlan", "TweenReport", "TweenSettings", "plan_tween"]


@dataclass(frozen=True)
class Fallen:
    """How many strokes are moved on their own but doubtful, carried along with others, held as both keys are. Strokes
    that are on a rung in both keys count once."""

    doubtful: int = 0
    carried: int = 0
    held: int = 0


@dataclass(frozen=True)
class TweenReport:
    """For the message to the animator.

    vanishing, appearing  strokes of key a and of key b that have no counterpart in the other, sorted
    rungs                 what the others may do on their own
    doubtful              strokes of key a that move on their own, little to be trusted; none where plans are not judged
    bones                 of the skeleton that was inferred from the drawings and leads; 0 where none does
    """

    vanishing: Index
    appearing: Index
    rungs: Rungs
    doubtful: Index
    bones: int = 0

    def come_or_go(self, key_a: Drawing, key_b: Drawing, layer: int | None = None) -> int:
        """How many strokes have no counterpart, in all or on one layer."""
        return _on_layer(key_a, self.vanishing, layer) + _on_layer(key_b, self.appearing, layer)

    def tally(self, key_a: Drawing, key_b: Drawing, layer: int | None = None) -> Fallen:
        """How many strokes are little to be trusted, are carried, are held, in all or on one layer."""
        carried, held = (
            max(_on_layer(key, strokes, layer) for key, strokes in zip((key_a, key_b), rung, strict=True))
            for rung in (self.rungs.carried, self.rungs.held)
        )
        return Fallen(_on_layer(key_a, self.doubtful, layer), carried, held)


@dataclass(frozen=True)
class TweenPlan:
    """Everything decided about a key pair. `at` only evaluates."""

    key_a: Drawing
    key_b: Drawing
    report: TweenReport
    ribbon: Ribbon
    paths: Ways
    shape: Shape | None
    junctions: Junctions
    birth: Array
    death: Array
    outfit: Outfit
    stub: float
    trust: Trust | None
    occlusion: Occlusion | None = None
    unseen: tuple[Unseen, ...] = ()

    def xy(self, t: float) -> Complex:
        """(V,) where the vertices of the ribbon are at `t`, scene units."""
        z = self.paths.at(t)
        return self.junctions.close(z if self.shape is None else self.shape.at(t, z), t)

    def brought(self, layer: int | None = None) -> int:
        """How many strokes that both keys hide a key beside them lends, in all or on one layer."""
        return sum(lines.strokes(layer) for lines in self.unseen)

    def sureness(self, t: float) -> Sureness | None:
        """How far the in-between at `t` is to be trusted; None where plans are not `judged`."""
        return None if self.trust is None else self.trust.whole(t)

    def at(self, t: float) -> Drawing:
        """The drawing at `t`, 0 being key a and 1 key b; raises ValueError outside."""
        if not 0.0 <= t <= 1.0:
            raise ValueError(f"t must lie between 0 and 1, not at {t}.")
        means = {} if self.trust is None else {CONFIDENCE: self.trust.at(t)}
        z = self.xy(t)
        cover = None if self.occlusion is None else self.occlusion.cover(z, t)
        # keys show short lines, too, but none that are cut to nothing
        stub = self.stub * max(away(t), 1e-3)
        drawn = assemble(to_plane(z), self.ribbon, self.birth, self.death, self.outfit, t, stub, means, cover)
        if not self.unseen:
            return drawn
        # hidden in both keys is hidden by something: it lies below all else
        return joined([*(lines.at(t, self.stub) for lines in self.unseen), drawn])


def plan_tween(
    key_a: Drawing,
    key_b: Drawing,
    *,
    context: Context = Context(),
    settings: TweenSettings = TweenSettings(),
    cache: MatchCache | None = None,
    guide: Limbs | None = None,
    said: Corrections | None = None,
) -> TweenPlan:
    """Plan the in-betweens of two keys in the same plane; raises `DrawingError` on broken drawings. A `guide`, seen in
    that plane, leads what its bones hold; its frames are those of the context. `said` is what the animator says
    of which bones hold which strokes."""
    key_a.check()
    key_b.check()
    cache = MatchCache() if cache is None else cache
    if guide is not None and key_a.point_count and key_b.point_count:
        route = led(key_a, key_b, guide, context, settings, said)
    else:
        route = unled(key_a, key_b, context, settings, cache)
    footing, ribbon, match = route.footing, route.ribbon, route.match
    birth, death = life_of(ribbon)
    if route.occlusion is not None:
        birth, death = route.occlusion.life(birth, death)
    junctions = junctions_of(ribbon, route.shape.grip, route.shape.anchor, match.scale)
    outfit = outfit_of(ribbon, key_a, key_b, match.a.strokes, match.b.strokes)
    trust, doubtful = None, np.zeros(0, np.int64)
    if settings.judged:
        sure = confidence_of(footing.found, route.witnesses)
        trust, doubtful = trust_of(footing, ribbon, sure), doubtful_strokes(footing.found, sure)
    report = TweenReport(
        np.setdiff1d(np.arange(key_a.stroke_count), [span.a for span in route.between.spans.matched]),
        np.setdiff1d(np.arange(key_b.stroke_count), [span.b for span in route.between.spans.matched]),
        footing.rungs,
        doubtful,
        route.bones,
    )
    stub = settings.stub / match.scale
    shape = route.shape if route.shaped else None
    return TweenPlan(
        key_a,
        key_b,
        report,
        ribbon,
        route.paths,
        shape,
        junctions,
        birth,
        death,
        outfit,
        stub,
        trust,
        route.occlusion,
        route.unseen,
    )


def _on_layer(key: Drawing, strokes: Index, layer: int | None) -> int:
    return len(strokes) if layer is None or key.layer is None else int((key.layer[strokes] == layer).sum())
