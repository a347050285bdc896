"""What a guide makes of a key pair.

The bones carry the first key to where they are at the second. It is matched there and taken back. Between the keys
the bones lead, and what the drawings add to them is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...correspondence.correspond import Correspondence
from ...correspondence.matching import Parts, Side
from ...correspondence.spans import Spans, Unmatched
from ...drawing.contract import Drawing
from ...drawing.strokes import Samples, Strokes, resample
from ...geometry.local_motion import LocalMotion
from ...geometry.points import Array, Index, to_complex, to_plane
from ...geometry.units import Units
from ...intent.bindings import FREE, Corrections
from ...skeletons.belonging import Belonging
from ...skeletons.held import Held
from ...skeletons.limbs import Frames, Limbs
from .binding import BindSettings, bind, likened
from .corrections import echoed
from .ink import Ink
from .outlines import connected, following


@dataclass(frozen=True)
class CarrySettings:
    """How keys are bound and carried.

    told  times that the keys are bound anew, each told what the other's lines belong to
    step  engine units: edges longer than this bend on the way
    """

    told: int = 2
    step: float = 8.0


@dataclass(frozen=True)
class Guided:
    """How a guide leads from key a, at `frame_a` of it, to key b, at `frame_b`.

    parts    which bones the lines of both keys belong to, the last one being none
    said     what the animator said of them, or None
    step     engine units: edges longer than this bend on the way
    key_a    as it was drawn
    dense    with long edges divided, lengths of its strokes as they were
    carried  as the bones carry it to key b; all three in scene units
    """

    limbs: Limbs
    frame_a: float
    frame_b: float
    parts: Parts
    key_a: Drawing
    dense: Drawing
    carried: Drawing
    said: Corrections | None = None
    step: float = CarrySettings().step

    def at(self, t: float) -> Frames:
        return self.limbs.at(self.frame_a + t * (self.frame_b - self.frame_a))


def lead(
    a: Drawing,
    b: Drawing,
    limbs: Limbs,
    frames: tuple[float, float],
    spacing: float,
    settings: BindSettings,
    said: Corrections | None = None,
    carry: CarrySettings = CarrySettings(),
) -> Guided:
    """Both keys bound to the bones where nothing was `said`, key a carried to key b."""
    units = Units.of(a.xy, b.xy)
    start, end = limbs.at(frames[0]), limbs.at(frames[1])
    near, far = start.scaled(units), end.scaled(units)
    drawn = [Strokes.of(key, units.to_engine(key.xy)) for key in (a, b)]
    one, other = (resample(strokes, spacing) for strokes in drawn)
    parents = limbs.guide.parents
    said_a, said_b = (None, None) if said is None else (said.a, said.b)
    own_a = own_b = known_a = known_b = None
    if said is not None:
        own_a, own_b = said.a[one.stroke], said.b[other.stroke]
        known_a = echoed(one, own_a, other, own_b, far, near, settings.land, settings.across)
        known_b = echoed(other, own_b, one, own_a, near, far, settings.land, settings.across)
    ink_a, ink_b = (Ink.of(samples, settings.lands, settings.ink) for samples in (one, other))
    weight_a = bind(one, near, ink_b, far, parents, settings, known_a, own_a, drawn[0].solid).weight
    weight_b = bind(other, far, ink_a, near, parents, settings, known_b, own_b, drawn[1].solid).weight
    for _ in range(carry.told):
        ink_a, ink_b = (
            ink.told(likened(weight, parents, settings)) for ink, weight in ((ink_a, weight_a), (ink_b, weight_b))
        )
        besides_a, besides_b = (
            following(weight, samples, strokes.solid, settings.outlines)
            for weight, samples, strokes in zip((weight_a, weight_b), (one, other), drawn, strict=True)
        )
        weight_a = bind(one, near, ink_b, far, parents, settings, known_a, own_a, drawn[0].solid, besides_a).weight
        weight_b = bind(other, far, ink_a, near, parents, settings, known_b, own_b, drawn[1].solid, besides_b).weight
    parts = Parts(
        Belonging(one, connected(weight_a, one, _open(drawn[0], said_a), parents, settings.outlines)),
        Belonging(other, connected(weight_b, other, _open(drawn[1], said_b), parents, settings.outlines)),
    )
    dense = divided(a, units.length_to_scene(carry.step))
    return carried(Guided(limbs, *frames, parts, a, dense, dense, said, carry.step), units)


def carried(guided: Guided, units: Units) -> Guided:
    """The guide with key a carried anew by its parts; `units` are both keys'."""
    dense, start, end = guided.dense, guided.at(0.0), guided.at(1.0)
    strokes = Strokes.of(dense, units.to_engine(dense.xy))
    # the closing row of a closed stroke repeats its first point
    rows = np.flatnonzero(strokes.rows.within < dense.rows.counts[strokes.owner])
    held = Held.of(guided.parts.a.along(strokes, strokes.owner[rows], strokes.reach[rows]))
    placed, _ = held.moved(to_complex(dense.xy), start, end)
    return replace(guided, carried=replace(dense, xy=to_plane(placed)))


def _open(strokes: Strokes, said: Index | None) -> NDArray[np.bool_]:
    """(S,) outlines of fills of which the animator said nothing."""
    return strokes.solid if said is None else strokes.solid & (said == FREE)


def divided(drawing: Drawing, step: float) -> Drawing:
    """The drawing with points added so that no edge is longer than `step`.

    What points carry is not kept.
    """
    rows = drawing.rows
    if not drawing.point_count:
        return drawing
    after = np.arange(drawing.point_count) + 1
    last = rows.last[rows.filled]
    after[last] = np.where(drawing.cyclic[rows.filled], rows.first[rows.filled], last)
    edge = drawing.xy[after] - drawing.xy
    parts = np.maximum(np.ceil(np.linalg.norm(edge, axis=1) / max(step, 1e-9)), 1).astype(np.int64)
    finer, cut = rows.divided(np.minimum(parts, 4096))
    owner = cut.owner
    xy = drawing.xy[owner] + edge[owner] * cut.share[:, None]
    return replace(
        drawing,
        xy=xy,
        depth=drawing.depth[owner],
        offsets=finer.offsets,
        attributes={name: value for name, value in drawing.attributes.items() if value.domain != "POINT"},
    )


def unwarped(found: Correspondence, guided: Guided) -> Correspondence:
    """A correspondence of the carried key a, told of key a as it was drawn."""
    match = found.match
    units = match.units
    bent = match.a.strokes
    drawn = Strokes.of(guided.dense, units.to_engine(guided.dense.xy))
    whole = Strokes.of(guided.key_a, units.to_engine(guided.key_a.xy))
    side = _side_of(match.a, bent, drawn, whole)
    start, end = (guided.at(t).scaled(units) for t in (0.0, 1.0))
    spin = Held.of(guided.parts.a.at(drawn, side.fine)).spin(start, end)
    forth = LocalMotion(match.forth.target, match.forth.turn * spin, match.forth.residual)
    fine = match.b.fine
    held = Held.of(guided.parts.b.at(match.b.strokes, fine))
    home, back_spin = held.moved(to_complex(fine.xy), end, start)
    apart = to_complex(match.back.target - fine.xy)
    back = LocalMotion(to_plane(home + back_spin * apart), match.back.turn * back_spin, match.back.residual)
    matched = tuple(replace(span, s=_along(span.a, span.s, bent, drawn)) for span in found.spans.matched)
    vanishing = tuple(_unbent(one, bent, drawn) for one in found.spans.vanishing)
    spans = Spans(matched, vanishing, found.spans.appearing)
    return Correspondence(replace(match, a=side, forth=forth, back=back), spans)


def _side_of(side: Side, bent: Strokes, drawn: Strokes, whole: Strokes) -> Side:
    def samples(old: Samples) -> Samples:
        row, part = bent.locate(old.stroke, old.along)
        after = np.minimum(row + 1, drawn.offsets[old.stroke + 1] - 1)
        along = drawn.reach[row] + (drawn.reach[after] - drawn.reach[row]) * part
        return replace(old, xy=drawn.at(old.stroke, along), along=along)

    return replace(side, strokes=whole, fine=samples(side.fine), coarse=samples(side.coarse))


def _along(stroke: int, along: Array, bent: Strokes, drawn: Strokes) -> Array:
    """Arc lengths of a carried stroke, taken to the stroke as it was drawn.

    On a closed stroke they may lie beyond the seam.
    """
    long_bent, long_drawn = float(bent.length[stroke]), float(drawn.length[stroke])
    rounds = np.floor(along / max(long_bent, 1e-9)) if bent.cyclic[stroke] else np.zeros(len(along))
    within = along - rounds * long_bent
    rows = slice(int(bent.offsets[stroke]), int(bent.offsets[stroke + 1]))
    return np.interp(within, bent.reach[rows], drawn.reach[rows]) + rounds * long_drawn


def _unbent(one: Unmatched, bent: Strokes, drawn: Strokes) -> Unmatched:
    start, end = _along(one.stroke, np.array([one.start, one.end]), bent, drawn)
    return replace(one, start=float(start), end=float(end))
