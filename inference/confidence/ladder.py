"""The fallback ladder: clean, partial, carried, hold.

What is not sure is carried by what is; where nothing is sure, keys hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..correspondence.correspond import Correspondence, motion_of, unmatched_samples
from ..correspondence.spans import without
from ..geometry.local_motion import LocalMotion, still
from ..geometry.neighbours import Grid
from ..geometry.points import Array, Index
from .evidence import Places


@dataclass(frozen=True)
class LadderSettings:
    """When what is not sure is not trusted; lengths in engine units.

    carry   spans that are less than this times as sure as what surrounds them, and go elsewhere than it, are carried
            along with it, and change over as strokes without counterpart do
    astray  this far from where the surroundings go is elsewhere
    reach   what is nearer than this surrounds a span, and what is farther hardly counts: up to `beyond` times as far,
            and of that the nearest `places`
    hold    where less of the ink than this has a place in the other key that is right, both keys hold

    A span that is merely not sure goes its way: carrying whatever is less sure than some number gains nothing on
    drawings whose in-betweens are known, and loses where what is around it is no surer.
    """

    carry: float = 0.6
    astray: float = 20.0
    reach: float = 30.0
    beyond: float = 1.5
    places: int = 40
    hold: float = 0.03


@dataclass(frozen=True)
class Rungs:
    """Strokes of key a and of key b, sorted, by what became of them.

    clean    (K each) goes its own way in all of what corresponds
    partial  has some of it carried
    carried  has all of it carried
    held     is both keys held

    Unmatched strokes are on none.
    """

    clean: tuple[Index, Index]
    partial: tuple[Index, Index]
    carried: tuple[Index, Index]
    held: tuple[Index, Index]


@dataclass(frozen=True)
class Footing:
    """What is left of a correspondence on the ladder.

    The probability that each span that is left is right (K,), the rungs of the strokes, and whether both keys hold.
    """

    found: Correspondence
    sure: Array
    rungs: Rungs
    holds: bool


def descend(found: Correspondence, sure: Array, settings: LadderSettings) -> Footing:
    """Let go of spans that are not `sure` (K,) enough."""
    spans, match = found.spans, found.match
    drawn = float(match.a.fine.weight.sum() + match.b.fine.weight.sum())
    length = np.array([abs(span.s[-1] - span.s[0]) + abs(span.u[-1] - span.u[0]) for span in spans.matched])
    holds = bool(len(length)) and float((length * sure).sum()) < settings.hold * drawn
    # what is joined in both keys may go elsewhere than what is around it
    joined = {(hinge.a, hinge.b) for hinge in found.hinges}
    hangs = np.array([(span.a, span.b) in joined for span in spans.matched], bool)
    keep = np.full(len(sure), not holds) & (hangs | ~_outvoted(found, sure, settings))
    rungs = _rungs(found, keep, holds)
    if keep.all():
        return Footing(found, sure, rungs, holds)
    left = without(spans, keep, match.a.strokes, match.b.strokes, match.settings.spans)
    on = Correspondence(match, left, found.hinges)
    if not left.matched:
        forth, back = still(match.a.fine.xy), still(match.b.fine.xy)
    else:
        # what stays in spans moves as it did: the fit leaves out limbs that were found to swing
        unmatched_a, unmatched_b = unmatched_samples(on)
        forth, back = motion_of(match, left)
        forth, back = _blended(unmatched_a, forth, match.forth), _blended(unmatched_b, back, match.back)
    on_ladder = replace(on, match=replace(match, forth=forth, back=back))
    return Footing(on_ladder, sure[keep], rungs, holds)


def _outvoted(found: Correspondence, sure: Array, settings: LadderSettings) -> NDArray[np.bool_]:
    """(K,) spans that what is around them contradicts, being so much surer."""
    p = Places.of(found)
    if p.count < 2 or settings.carry <= 0.0:
        return np.zeros(p.count, bool)
    index, far = Grid(p.a, settings.reach / 2).nearest(p.a, settings.places, settings.beyond * settings.reach)
    others = (index >= 0) & (p.span[np.maximum(index, 0)] != p.span[:, None])
    index = np.where(others, index, 0)
    weight = others * np.exp(-((np.where(others, far, 0.0) / settings.reach) ** 2))
    said = sure[p.span[index]]
    around = (weight * said).sum(1) / np.maximum(weight.sum(1), 1e-9)
    # the surest have the most to say about where to go
    weight = weight * said**2
    moved = p.b - p.a
    led = (weight[..., None] * moved[index]).sum(1) / np.maximum(weight.sum(1), 1e-9)[:, None]
    astray = np.where(others.any(1), np.linalg.norm(moved - led, axis=1), 0.0)
    return np.asarray((sure < settings.carry * p.mean(around)) & (p.mean(astray) > settings.astray))


def _blended(rows: NDArray[np.bool_], inside: LocalMotion, outside: LocalMotion) -> LocalMotion:
    return LocalMotion(
        np.where(rows[:, None], inside.target, outside.target),
        np.where(rows, inside.turn, outside.turn),
        np.where(rows, inside.residual, outside.residual),
    )


def _rungs(found: Correspondence, keep: NDArray[np.bool_], holds: bool) -> Rungs:
    spans = found.spans.matched
    one = _standing(np.array([span.a for span in spans], np.int64), keep)
    other = _standing(np.array([span.b for span in spans], np.int64), keep)
    clean, partial, carried = zip(one, other, strict=True)
    none = np.zeros(0, np.int64), np.zeros(0, np.int64)
    return Rungs(none, none, none, carried) if holds else Rungs(clean, partial, carried, none)


def _standing(stroke: Index, keep: NDArray[np.bool_]) -> tuple[Index, Index, Index]:
    """Of the strokes (K,) that spans lie on: those that keep all spans, some, none."""
    kept, lost = np.unique(stroke[keep]), np.unique(stroke[~keep])
    return np.setdiff1d(kept, lost), np.intersect1d(kept, lost), np.setdiff1d(lost, kept)
