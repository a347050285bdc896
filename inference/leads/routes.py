"""From key to key: by what the drawings themselves tell, or by what a guide tells."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..confidence.evidence import confidence_of
from ..confidence.ladder import Footing, descend
from ..correspondence.cache import MatchCache
from ..correspondence.correspond import Correspondence, correspond, left_of
from ..correspondence.cycles import Beyond
from ..correspondence.matching import Match
from ..drawing.contract import Drawing
from ..intent.bindings import Corrections
from ..motion.departures import FRAME_RATE, departures_of
from ..motion.ribbon import Ribbon, finer, ribbon_of, solid_of
from ..motion.screws import Ways
from ..motion.shape import Shape, shape_of
from ..motion.ways import paths_of
from ..networks.weights import bundled
from ..occlusion.cover import Occlusion, occlusion_of
from ..skeletons.held import HeldWays
from ..skeletons.limbs import Limbs
from .guided.again import again, settled
from .guided.carried import STEP, Guided, lead, unwarped
from .guided.fit import fitted
from .guided.hidden_in_both import Neighbour, Unseen, unseen_of
from .guided.leftovers import chosen, riding
from .guided.paths import guided_paths
from .inferred.wire import wired
from .settings import Context, TweenSettings

CLEARLY, WORTH = 0.8, 0.15
"""Lines bound anew are believed where at most this share of what was left over before is left over; nobody looks where
other bones would carry less than the second of them onto what is left over."""


@dataclass(frozen=True)
class Route:
    """What leads from key to key: the correspondence, what the ladder left of it, how it is laid out and travels, and
    whether its lines keep the `shape` or what the paths make of them; what hides what, where that is known, and what
    both keys hide and a key beside them shows; of how many bones the skeleton is that was inferred and leads, 0 for
    none."""

    between: Correspondence
    footing: Footing
    match: Match
    ribbon: Ribbon
    paths: Ways
    shape: Shape
    shaped: bool
    witnesses: list[Beyond]
    occlusion: Occlusion | None = None
    unseen: tuple[Unseen, ...] = ()
    bones: int = 0


def unled(a: Drawing, b: Drawing, context: Context, settings: TweenSettings, cache: MatchCache) -> Route:
    """By what the drawings themselves tell."""
    between = cache.get(a, b, settings.match)
    earlier, later = _neighbours(a, b, context, settings, cache)
    footing = descend(between, confidence_of(between), settings.ladder)
    witnesses: list[Beyond] = []
    if settings.judged:
        witnesses = _witnesses(a, b, context, (earlier, later), settings, cache)
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
    wire = None
    if settings.wired and not footing.holds:
        wire = wired(ribbon, match, footing.sure, (earlier, later), context.frames, paths, settings.wire)
    reach = settings.shape if wire is None else settings.wire.shape
    shape = shape_of(paths.a, paths.b, paths.turn, ribbon.offsets, reach / match.scale)
    bones = 0 if wire is None else wire.skeleton.count
    return Route(between, footing, match, ribbon, paths if wire is None else wire, shape, True, witnesses, bones=bones)


def bound(
    a: Drawing, b: Drawing, guide: Limbs, context: Context, settings: TweenSettings, said: Corrections | None = None
) -> Guided:
    """Both keys bound to the bones of a guide that was fitted to them; what the animator `said` of strokes holds."""
    before, start, end, after = context.frames
    around = ((before, context.before), (start, a), (end, b), (after, context.after))
    guide, _ = fitted(guide, [(moment, key) for moment, key in around if key is not None], settings.bind, settings.fit)
    return lead(a, b, guide, (start, end), settings.match.coarse, settings.bind, said)


def led(
    a: Drawing, b: Drawing, guide: Limbs, context: Context, settings: TweenSettings, said: Corrections | None = None
) -> Route:
    """By what a guide tells: matched as it carries key a to key b, and led by its bones."""
    guided, between = _led(bound(a, b, guide, context, settings, said), b, settings)
    footing = descend(between, confidence_of(between), settings.ladder)
    found = unwarped(footing.found, guided)
    ribbon = finer(ribbon_of(found.match, found.spans), STEP)
    paths = guided_paths(ribbon, found, guided)
    hides: Occlusion | None = None
    unseen: tuple[Unseen, ...] = ()
    if settings.hidden:
        paths, ribbon, hides = _hiding(guided, paths, ribbon, found.match, b, settings)
        unseen = _unseen(guided, found.match, hides, context, settings)
    at_a, at_b = paths.at(0.0), paths.at(1.0)
    # lines have the shape that the bones give them, not what lies evenly between theirs in the keys
    shape = shape_of(at_a, at_b, np.ones(len(at_a), complex), ribbon.offsets, settings.shape / found.match.scale)
    return Route(between, footing, found.match, ribbon, paths, shape, False, [], hides, unseen)


def _unseen(
    guided: Guided, match: Match, hides: Occlusion, context: Context, settings: TweenSettings
) -> tuple[Unseen, ...]:
    """What both keys hide and the keys beside them show."""
    before, start, end, after = context.frames
    beside = (
        (before, context.before, start, guided.parts.a),
        (after, context.after, end, guided.parts.b),
    )
    neighbours = [Neighbour(at, key, near, parts) for at, key, near, parts in beside if key is not None]
    units = match.centre, match.scale
    spacing, bind, hide = settings.match.coarse, settings.bind, settings.hide
    return unseen_of(guided, neighbours, hides.regions, units, spacing, bind, hide, settings.judged)


def _led(guided: Guided, b: Drawing, settings: TweenSettings) -> tuple[Guided, Correspondence]:
    """What a guide makes of two keys, and how key a as it carries it corresponds to key b. What is left over in both
    keys is bound anew once all else is known, and believed if clearly less is left over then."""
    found = correspond(guided.carried, b, settings.match, guided.parts)
    anew = again(guided, unwarped(found, guided), b, settings.bind, WORTH)
    if anew is not None:
        other = correspond(anew.carried, b, settings.match, anew.parts)
        if left_of(other) < CLEARLY * left_of(found):
            return settled(anew, guided, unwarped(other, anew)), other
    return guided, found


def _hiding(
    guided: Guided, paths: HeldWays, ribbon: Ribbon, match: Match, b: Drawing, settings: TweenSettings
) -> tuple[HeldWays, Ribbon, Occlusion]:
    """What hides what. Leftovers that bones alone lead to where the other key hides them are led so; the others may
    have turned out of sight, of which bones know nothing."""
    ridden = riding(guided, paths, ribbon, match, b, settings.bind)
    solid = solid_of(ribbon, match.a.strokes, match.b.strokes)
    explained = occlusion_of(*ridden, match.scale, solid, settings.hide).explained
    pieces = np.isin(ribbon.piece, np.unique(ribbon.piece[explained]))
    paths, ribbon = chosen(pieces, ridden, (paths, ribbon))
    return paths, ribbon, occlusion_of(paths, ribbon, match.scale, solid, settings.hide, pieces)


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
