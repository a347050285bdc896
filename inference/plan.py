"""`plan_tween`: decide everything about a key pair once; `TweenPlan.at(t)`: draw any moment of it cheaply."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from .assembly import Outfit, assemble, outfit_of
from .cache import MatchCache
from .confidence import confidence_of
from .correspondence import Correspondence
from .curves import CONFIDENCE
from .cycles import Beyond
from .departures import FRAME_RATE, departures_of
from .drawing import Array, Drawing
from .junctions import Junctions, junctions_of
from .ladder import LadderSettings, Rungs, descend
from .local_motion import to_plane
from .matching import MatchSettings
from .motion import life_of, paths_of
from .neighbours import Index
from .paths import Complex, Paths
from .pieces import Ribbon, ribbon_of
from .shape import Shape, shape_of
from .trust import Sureness, Trust, doubtful_strokes, trust_of
from .weights import bundled

__all__ = ["Context", "MatchCache", "TweenPlan", "TweenReport", "TweenSettings", "plan_tween"]


@dataclass(frozen=True)
class TweenSettings:
    """What may be set; lengths are in engine units: the two keys together are 700 from corner to corner.

    shape   features of a line smaller than this keep their shape on the way, larger ones follow their paths
    stub    lines that come out or go in are left out while they are shorter than this
    learned let the trained network lead the way between the keys, where its weights are there
    ladder  when what is not sure is not trusted
    judged  say of every stroke how far it is to be trusted
    """

    match: MatchSettings = field(default_factory=MatchSettings)
    shape: float = 60.0
    stub: float = 5.0
    learned: bool = True
    ladder: LadderSettings = field(default_factory=LadderSettings)
    judged: bool = False


@dataclass(frozen=True)
class Context:
    """Neighbouring keys, for smooth paths through more than two keys.

    `frames` are the times of (before, key_a, key_b, after); those of absent neighbours are ignored. `rate` is how many
    frames a second has.
    """

    before: Drawing | None = None
    after: Drawing | None = None
    frames: tuple[float, float, float, float] = (-1.0, 0.0, 1.0, 2.0)
    rate: float = 24.0


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
    """

    vanishing: Index
    appearing: Index
    rungs: Rungs
    doubtful: Index

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
    paths: Paths
    shape: Shape
    junctions: Junctions
    birth: Array
    death: Array
    outfit: Outfit
    stub: float
    trust: Trust | None

    def xy(self, t: float) -> Complex:
        """(V,) where the vertices of the ribbon are at `t`, scene units."""
        return self.junctions.close(self.shape.at(t, self.paths.at(t)), t)

    def sureness(self, t: float) -> Sureness | None:
        """How far the in-between at `t` is to be trusted; None where plans are not `judged`."""
        return None if self.trust is None else self.trust.whole(t)

    def at(self, t: float) -> Drawing:
        """The drawing at `t`, 0 being key a and 1 key b; raises ValueError outside."""
        if not 0.0 <= t <= 1.0:
            raise ValueError(f"t must lie between 0 and 1, not at {t}.")
        means = {} if self.trust is None else {CONFIDENCE: self.trust.at(t)}
        return assemble(to_plane(self.xy(t)), self.ribbon, self.birth, self.death, self.outfit, t, self.stub, means)


def plan_tween(
    key_a: Drawing,
    key_b: Drawing,
    *,
    context: Context = Context(),
    settings: TweenSettings = TweenSettings(),
    cache: MatchCache | None = None,
) -> TweenPlan:
    """Plan the in-betweens of two keys in the same plane; raises `DrawingError` on broken drawings."""
    key_a.check()
    key_b.check()
    cache = MatchCache() if cache is None else cache
    between = cache.get(key_a, key_b, settings.match)
    earlier, later = _neighbours(key_a, key_b, context, settings, cache)
    footing = descend(between, confidence_of(between), settings.ladder)
    if footing.holds:
        earlier = later = None
    match, spans = footing.found.match, footing.found.spans
    ribbon = ribbon_of(match, spans)
    paths = paths_of(ribbon, footing.found, earlier, later, context.frames)
    carrier = bundled("motion") if settings.learned and not footing.holds else None
    if carrier is not None:
        gap = (context.frames[2] - context.frames[1]) * FRAME_RATE / context.rate
        known = earlier is not None, later is not None
        paths = replace(paths, terms=departures_of(ribbon, footing.found, paths, known, gap, carrier))
    birth, death = life_of(ribbon)
    shape = shape_of(paths.a, paths.b, paths.turn, ribbon.offsets, settings.shape / match.scale)
    junctions = junctions_of(ribbon, shape.grip, shape.anchor, match.scale)
    outfit = outfit_of(ribbon, key_a, key_b, match.a.strokes, match.b.strokes)
    trust, doubtful = None, np.zeros(0, np.int64)
    if settings.judged:
        sure = confidence_of(footing.found, _witnesses(key_a, key_b, context, (earlier, later), settings, cache))
        trust, doubtful = trust_of(footing, ribbon, sure), doubtful_strokes(footing.found, sure)
    report = TweenReport(
        np.setdiff1d(np.arange(key_a.stroke_count), [span.a for span in between.spans.matched]),
        np.setdiff1d(np.arange(key_b.stroke_count), [span.b for span in between.spans.matched]),
        footing.rungs,
        doubtful,
    )
    stub = settings.stub / match.scale
    return TweenPlan(key_a, key_b, report, ribbon, paths, shape, junctions, birth, death, outfit, stub, trust)


def _witnesses(
    a: Drawing,
    b: Drawing,
    context: Context,
    around: tuple[Correspondence | None, Correspondence | None],
    settings: TweenSettings,
    cache: MatchCache,
) -> list[Beyond]:
    """The neighbouring keys to which the network leads directly, past the nearer key of the two."""
    earlier, later = around
    out = []
    if earlier is not None and context.before is not None:
        direct = cache.direct(context.before, b, settings.match)
        out += [] if direct is None else [Beyond(earlier, direct[1], False)]
    if later is not None and context.after is not None:
        direct = cache.direct(a, context.after, settings.match)
        out += [] if direct is None else [Beyond(later, direct[0], True)]
    return out


def _on_layer(key: Drawing, strokes: Index, layer: int | None) -> int:
    return len(strokes) if layer is None or key.layer is None else int((key.layer[strokes] == layer).sum())


def _neighbours(
    a: Drawing, b: Drawing, context: Context, settings: TweenSettings, cache: MatchCache
) -> tuple[Correspondence | None, Correspondence | None]:
    """Correspondences to the neighbouring keys that have ink; a key held on either side leads nowhere."""
    before, after = context.before, context.after
    usable = a.point_count > 0 and b.point_count > 0
    earlier = later = None
    if usable and before is not None and before.point_count and not _same(before, a):
        before.check()
        earlier = cache.get(before, a, settings.match)
    if usable and after is not None and after.point_count and not _same(b, after):
        after.check()
        later = cache.get(b, after, settings.match)
    return earlier, later


def _same(one: Drawing, other: Drawing) -> bool:
    return one is other or (np.array_equal(one.xy, other.xy) and np.array_equal(one.offsets, other.offsets))
