"""The second look at unmatched lines.

Lines that are unmatched in both keys may be each other's, held by bones that carry the one not quite onto the other.

A guide was made for somebody else: its arms are shorter than those drawn. Where an arm lies before the trunk, bones of
the trunk then explain its lines nearly as well, as they carry them onto lines of the trunk. Those have counterparts of
their own once all is matched, and what is still unmatched lies where the arm went.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...correspondence.correspond import Correspondence, unmatched_samples
from ...correspondence.matching import Parts
from ...drawing.contract import Drawing
from ...drawing.strokes import Samples, along_samples
from ...geometry.points import Array, Index, to_complex
from ...geometry.units import Units
from ...skeletons.belonging import Belonging
from ...skeletons.limbs import Frames
from .binding import BindSettings, bind
from .carried import Guided, carried
from .ink import Ink
from .outlines import following, near_bones


@dataclass(frozen=True)
class AgainSettings:
    """When and how unmatched lines are bound anew.

    wider    times as far from ink as otherwise lines may be carried, where only unmatched ink counts
    steps    the unmatched part of a stroke belongs to bones at most so many steps in the skeleton from those that hold
             its matched part;
    stray    others cost so much more
    fewest   samples that must be unmatched in either key
    worth    lines are bound anew where other bones than before would carry at least this share of them onto each other,
    clearly  and that is believed where at most this share of what was unmatched before is unmatched then
    """

    wider: float = 2.0
    steps: int = 3
    stray: float = 6.0
    fewest: int = 4
    worth: float = 0.15
    clearly: float = 0.8


def again(
    guided: Guided,
    found: Correspondence,
    key_b: Drawing,
    settings: BindSettings,
    second: AgainSettings = AgainSettings(),
) -> Guided | None:
    """The guide with unmatched lines bound anew, or None where that gains too little.

    Each key is told what is unmatched in the other. All else is held as it was. It gains too little where hardly
    anything is unmatched, or where it is not worth it. `found` has been `unwarped`.
    """
    parts = guided.parts.a, guided.parts.b
    unmatched = _unmatched(guided, found)
    if min(int(one.sum()) for one in unmatched) < second.fewest:
        return None
    solid = found.match.a.strokes.solid, found.match.b.strokes.solid
    units = Units.of(guided.key_a.xy, key_b.xy)
    ends = [guided.at(t).scaled(units) for t in (0.0, 1.0)]
    parents = guided.limbs.guide.parents
    wide = replace(settings, land=second.wider * settings.land)
    out, ink, anew, ever = [], [], 0.0, 0.0
    for one, rows in zip(parts, unmatched, strict=True):
        ink.append(Ink.of(one.samples.pick(np.flatnonzero(rows)), wide.lands, wide.ink))
        ever += float(one.samples.weight[rows].sum())
    for own, other in ((0, 1), (1, 0)):
        samples = parts[own].samples
        said = None if guided.said is None else (guided.said.a, guided.said.b)[own][samples.stroke]
        known = np.where(unmatched[own][:, None], 0.0, parts[own].weight)
        stray = second.stray * ~_akin(samples.stroke, unmatched[own], parts[own].weight, parents, second.steps)
        stray += following(parts[own].weight, samples, solid[own], settings.outlines)
        bound = bind(samples, ends[own], ink[other], ends[other], parents, wide, known, said, besides=stray)
        out.append(Belonging(samples, np.where(unmatched[own][:, None], bound.weight, parts[own].weight)))
        weight = bound.weight
        lands = _lands(samples, weight[:, :-1].argmax(1), ends[own], ink[other], ends[other], wide)
        moved = unmatched[own] & lands & (weight.argmax(1) != parts[own].weight.argmax(1))
        anew += float(samples.weight[moved].sum())
    if anew < second.worth * ever:
        return None
    return carried(replace(guided, parts=Parts(*out)), units)


def _lands(
    samples: Samples, bone: Index, own: Frames, ink: Ink, there: Frames, settings: BindSettings
) -> NDArray[np.bool_]:
    """(N,) whether `bone` (N,) carries samples onto `ink` that runs their way."""
    share, off = own.local(to_complex(samples.xy), bone)
    heading = to_complex(samples.tangent) * there.heading[bone] * np.conj(own.heading[bone])
    return ink.landing(there.placed(share, off, bone), heading, settings.land, settings.direction) < settings.land_most


def _akin(stroke: Index, unmatched: NDArray[np.bool_], weight: Array, parents: Index, steps: int) -> NDArray[np.bool_]:
    """(N, J + 1) which bones samples on strokes (N,) may belong to.

    They are `steps` at most from what holds the matched part of the stroke; where all of it is unmatched, any may.
    """
    held = np.zeros((int(stroke.max(initial=-1)) + 1, weight.shape[1]), bool)
    held[stroke[~unmatched], weight[~unmatched].argmax(1)] = True
    near = held @ near_bones(parents, steps)
    near[~held.any(1)] = True
    return np.asarray(near[stroke])


def settled(anew: Guided, before: Guided, found: Correspondence) -> Guided:
    """The guide `anew`, with lines that are still unmatched held as `before`.

    `found` has been `unwarped`.
    """
    parts = [
        Belonging(one.samples, np.where(unmatched[:, None], other.weight, one.weight))
        for unmatched, one, other in zip(
            _unmatched(anew, found), (anew.parts.a, anew.parts.b), (before.parts.a, before.parts.b), strict=True
        )
    ]
    return replace(anew, parts=Parts(*parts))


def _unmatched(guided: Guided, found: Correspondence) -> list[NDArray[np.bool_]]:
    """Which samples of either key lie on unmatched lines; fills correspond whole."""
    out = []
    sides = (guided.parts.a, found.match.a), (guided.parts.b, found.match.b)
    for (parts, side), left in zip(sides, unmatched_samples(found), strict=True):
        samples, strokes = parts.samples, side.strokes
        long = np.bincount(samples.stroke, samples.weight, strokes.count)
        share = samples.along / np.maximum(long[samples.stroke], 1e-9)
        along = share * strokes.length[samples.stroke]
        over = along_samples(side.fine, left.astype(float), samples.stroke, along)
        out.append((over > 0.5) & ~strokes.solid[samples.stroke])
    return out
