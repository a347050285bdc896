"""Matching two drawings: coarse belief, smooth motion, aligned chains, in order."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..drawing.contract import Drawing
from ..drawing.strokes import Samples, Strokes, resample
from ..geometry import local_motion
from ..geometry.exact import steady
from ..geometry.local_motion import LocalMotion
from ..geometry.moves import Move
from ..geometry.neighbours import Grid
from ..geometry.points import Array, Index, to_complex, to_plane
from ..geometry.shape_context import SECTORS, shape_context, turned_context
from ..geometry.units import Units
from ..networks.weights import Weights, bundled
from ..skeletons.belonging import Belonging
from . import alignment as chains
from . import belief
from .copies.found import Copy, copied, copies_of
from .learned import places
from .likeness import Likeness, beside, widened
from .moved_whole import moved_whole
from .tuning import CoarseSettings
from .tuning import MatchSettings as MatchSettings

COPIED = -1
"""The layer that copies are on while the rest is matched."""


@dataclass(frozen=True)
class Side:
    """One drawing of a pair, in engine units, and samples of it.

    Surroundings are (N, 60); `ink` are the fine samples that the coarse search chooses among.
    """

    strokes: Strokes
    fine: Samples
    context: NDArray[np.float32]
    coarse: Samples
    coarse_context: NDArray[np.float32]
    ink: Index


@dataclass(frozen=True)
class Parts:
    """Which body parts the lines of both drawings belong to."""

    a: Belonging
    b: Belonging


@dataclass(frozen=True)
class Match:
    """How two drawings correspond.

    units        engine units, common to both drawings
    a, b         the two sides
    chain        for every fine sample of `a`, its place among the fine samples of `b`
    forth, back  smooth motion at the fine samples of `a` towards `b`, and of `b` towards `a`
    likeness     of fine samples of both
    copies       what is the other key's but for a similarity; nothing else becomes any of that
    settings     that it was found with
    """

    units: Units
    a: Side
    b: Side
    chain: chains.Chain
    forth: LocalMotion
    back: LocalMotion
    likeness: Likeness
    copies: tuple[Copy, ...] = ()
    settings: MatchSettings = MatchSettings()


def _side(drawing: Drawing, units: Units, settings: MatchSettings) -> Side:
    strokes = Strokes.of(drawing, units.to_engine(drawing.xy))
    fine = resample(strokes, settings.fine)
    coarse = resample(strokes, settings.coarse)
    coarse = coarse.pick(thinned(coarse.count, settings.coarse_most))
    ink = thinned(fine.count, settings.ink_most)
    near, weight = fine.xy[ink], fine.weight[ink]
    context = shape_context(fine.xy, near, weight)
    return Side(strokes, fine, context, coarse, shape_context(coarse.xy, near, weight), ink)


def _apart(side: Side, copy: Index) -> Side:
    """The side with its copies (`copy` (S,) not -1) on a layer of their own."""
    known = copy >= 0
    if not known.any():
        return side
    layer = np.where(known, COPIED, side.strokes.layer)
    fine, coarse = (replace(samples, layer=layer[samples.stroke]) for samples in (side.fine, side.coarse))
    return replace(side, strokes=replace(side.strokes, layer=layer), fine=fine, coarse=coarse)


def thinned(count: int, most: int) -> Index:
    """Indices of `count` things, evenly thinned to `most`."""
    return np.arange(count) if count <= most else np.linspace(0, count - 1, most).astype(np.int64)


def _trust(
    coarse: Samples, margin: Array, target: Array, other: Samples, other_target: Array, settings: CoarseSettings
) -> Array:
    """How far each coarse match is clear of its rivals, and led back home."""
    index, _ = Grid(other.xy, settings.reach / 3).nearest(target, 1, settings.reach)
    near = np.maximum(index[:, 0], 0)
    home = other_target[near] + (target - other.xy[near])
    astray = np.where(index[:, 0] >= 0, np.linalg.norm(home - coarse.xy, axis=1), settings.lost)
    return np.clip(margin, settings.least, settings.most) / (1.0 + (astray / settings.astray) ** 2)


def match(drawing_a: Drawing, drawing_b: Drawing, settings: MatchSettings, parts: Parts | None = None) -> Match:
    """The match of two drawings; body `parts` that their lines belong to have a say."""
    units = Units.of(drawing_a.xy, drawing_b.xy)
    a, b = (_side(drawing, units, settings) for drawing in (drawing_a, drawing_b))
    copies: tuple[Copy, ...] = ()
    if settings.copies and parts is None:
        copies = copies_of((drawing_a, a.strokes, a.fine), (drawing_b, b.strokes, b.fine), settings.copy)
        a, b = (_apart(side, copied(copies, number, side.strokes.count)) for number, side in enumerate((a, b)))
    known_a, known_b = (copied(copies, k, s.strokes.count)[s.coarse.stroke] for k, s in enumerate((a, b)))
    if (known_a >= 0).all() or (known_b >= 0).all():
        # nothing is left that could become anything
        nothing = np.full(a.fine.count, -1)
        chain = chains.Chain(nothing, nothing < 0, np.zeros(a.fine.count))
        forth, back = local_motion.still(a.fine.xy), local_motion.still(b.fine.xy)
        return Match(units, a, b, chain, forth, back, _likeness(a, b, None, None), copies, settings)
    coarse_a, coarse_b = a.coarse, b.coarse
    whole = None
    if settings.copies and parts is None:
        whole = moved_whole(
            coarse_a.pick(np.flatnonzero(known_a < 0)), coarse_b.pick(np.flatnonzero(known_b < 0)), settings.moved
        )
    if whole is None:
        sectors, shift = _whole_motion(a, b, settings)
        turned = _turned(a, sectors)
    else:
        sectors, shift, turned = 0, np.zeros(2), _carried(a, whole, settings)
    # surroundings are compared as the drawing as a whole has turned
    a = replace(a, context=turned.context)
    # the network has seen no drawing turn as a whole by more than half a sector
    weights = bundled("correspondence") if settings.learned and sectors == 0 else None
    (target_b, clear_a), (target_a, clear_b), score = _coarse_match(turned, b, shift, weights, settings)
    target_a = _turned_back(a, sectors, target_a) if whole is None else to_plane(whole.inverse.at(to_complex(target_a)))
    likeness = _likeness(a, b, score, parts)
    trust_a = _trust(coarse_a, clear_a, target_b, coarse_b, target_a, settings.trust)
    trust_b = _trust(coarse_b, clear_b, target_a, coarse_a, target_b, settings.trust)
    for number, copy in enumerate(copies):
        for target, trust, own, samples, move in (
            (target_b, trust_a, known_a, coarse_a, copy.move),
            (target_a, trust_b, known_b, coarse_b, copy.move.inverse),
        ):
            rows = np.flatnonzero(own == number)
            target[rows], trust[rows] = to_plane(move.at(to_complex(samples.xy[rows]))), settings.trust.most
    forth = local_motion.fit(a.fine.xy, a.fine.stroke, coarse_a.xy, coarse_a.stroke, target_b, trust_a, settings.local)
    back = local_motion.fit(b.fine.xy, b.fine.stroke, coarse_b.xy, coarse_b.stroke, target_a, trust_b, settings.local)
    chain = chains.align(a.fine, b.fine, b.strokes, forth.target, forth.turn, back.target, likeness, settings.chain)
    return Match(units, a, b, chain, forth, back, likeness, copies, settings)


def align_again(m: Match, settings: MatchSettings) -> Match:
    """Align once more, led by the motion that the match itself has shown."""
    a, b = m.a, m.b
    chain = chains.align(
        a.fine, b.fine, b.strokes, m.forth.target, m.forth.turn, m.back.target, m.likeness, settings.chain
    )
    return replace(m, chain=chain)


def align_unmatched(
    m: Match, unmatched_a: NDArray[np.bool_], unmatched_b: NDArray[np.bool_], settings: chains.ChainSettings
) -> Match:
    """The match with what was unmatched on both sides matched to each other."""
    rows = np.flatnonzero(unmatched_a)
    if not len(rows) or not unmatched_b.any():
        return m
    a, b = m.a, m.b
    goal, turn = m.forth.target[rows], m.forth.turn[rows]
    part = chains.align(
        a.fine.pick(rows), b.fine, b.strokes, goal, turn, m.back.target, m.likeness.pick(rows), settings, unmatched_b
    )
    target, forward, cost = m.chain.target.copy(), m.chain.forward.copy(), m.chain.cost.copy()
    target[rows], forward[rows], cost[rows] = part.target, part.forward, part.cost
    return replace(m, chain=chains.Chain(target, forward, cost))


def _middle(samples: Samples) -> Array:
    return np.average(samples.xy, axis=0, weights=samples.weight + 1e-6)


def _whole_motion(a: Side, b: Side, settings: MatchSettings) -> tuple[int, Array]:
    """Sectors by which the drawing as a whole has turned, and its shift (2,).

    Neither, unless it is clearer so. A drawing of which one limb moved has stayed where it is, though its middle has
    not."""
    rows, places = thinned(a.coarse.count, settings.turn_samples), thinned(b.fine.count, 2 * settings.turn_samples)
    there, near = b.fine.pick(places), b.context[places]
    # no more is turned than is looked at
    few = replace(a, context=a.context[:0], coarse=a.coarse.pick(rows), coarse_context=a.coarse_context[rows])

    def cost(sectors: int, shift: Array) -> float:
        turned = _turned(few, sectors)
        costs = belief.unary(turned.coarse, there, turned.coarse_context, near, shift, settings.belief)
        angle = abs(np.angle(np.exp(2j * np.pi * sectors / SECTORS)))
        return float(steady(costs.min(1).mean(dtype=np.float64) + settings.turn_cost * angle))

    shift = _middle(b.fine) - _middle(a.fine)
    in_place, moved = cost(0, np.zeros(2)), [cost(sectors, shift) for sectors in range(SECTORS)]
    best = int(np.argmin(moved))
    if moved[best] < settings.turn_clear * min(in_place, moved[0]):
        return best, shift
    return 0, np.zeros(2) if in_place < settings.stay_clear * moved[0] else shift


def _carried(side: Side, move: Move, settings: MatchSettings) -> Side:
    """The side where the drawing's motion as a whole takes it."""
    strokes = replace(side.strokes, xy=to_plane(move.at(to_complex(side.strokes.xy))))
    spin = complex(move.turn) / abs(complex(move.turn))

    def samples(old: Samples) -> Samples:
        heading = to_plane(spin * to_complex(old.tangent))
        size = abs(complex(move.turn))
        place = to_plane(move.at(to_complex(old.xy)))
        return replace(old, xy=place, tangent=heading, along=size * old.along, weight=size * old.weight)

    fine, coarse = samples(side.fine), samples(side.coarse)
    near, weight = fine.xy[side.ink], fine.weight[side.ink]
    context = shape_context(fine.xy, near, weight)
    return Side(strokes, fine, context, coarse, shape_context(coarse.xy, near, weight), side.ink)


def _turned(side: Side, sectors: int) -> Side:
    """The side turned about its middle by whole sectors, its surroundings with it."""
    if sectors == 0:
        return side
    matrix, middle = _turn_of(sectors), _middle(side.fine)

    def samples(old: Samples) -> Samples:
        return replace(old, xy=(old.xy - middle) @ matrix + middle, tangent=old.tangent @ matrix)

    return replace(
        side,
        fine=samples(side.fine),
        coarse=samples(side.coarse),
        context=turned_context(side.context, sectors),
        coarse_context=turned_context(side.coarse_context, sectors),
    )


def _turned_back(side: Side, sectors: int, xy: Array) -> Array:
    """Places (N, 2) of the turned side, in the side itself."""
    middle = _middle(side.fine)
    return (xy - middle) @ _turn_of(sectors).T + middle


def _turn_of(sectors: int) -> Array:
    """(2, 2) what turns rows of places by whole sectors."""
    angle = 2 * np.pi * sectors / SECTORS
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


def _likeness(a: Side, b: Side, score: NDArray[np.float32] | None, parts: Parts | None) -> Likeness:
    table = None if score is None else widened(score, a.coarse, b.coarse)
    own = (None, None) if parts is None else (parts.a.at(a.strokes, a.fine), parts.b.at(b.strokes, b.fine))
    return Likeness(a.context, b.context, beside(a.fine, a.coarse), beside(b.fine, b.coarse), table, *own)


def _coarse_match(
    a: Side, b: Side, shift: Array, weights: Weights | None, settings: MatchSettings
) -> tuple[tuple[Array, Array], tuple[Array, Array], NDArray[np.float32] | None]:
    """Where either side's coarse samples lie (N, 2), how clearly (N,), the scores."""
    if weights is not None:
        one, other, score = places(
            (a.coarse, a.strokes, a.coarse_context), (b.coarse, b.strokes, b.coarse_context), weights, settings.place
        )
        most = settings.trust.most
        return (one.target, most * one.sure), (other.target, most * other.sure), score
    return _classical_match(a, b, shift, settings), _classical_match(b, a, -shift, settings), None


def _classical_match(one: Side, other: Side, shift: Array, settings: MatchSettings) -> tuple[Array, Array]:
    """Where coarse samples of `one` lie in the other (N, 2), how clearly (N,)."""
    choice = other.fine.pick(other.ink)
    cost = belief.unary(one.coarse, choice, one.coarse_context, other.context[other.ink], shift, settings.belief)
    found = belief.solve(one.coarse, choice, cost, settings.belief)
    return choice.xy[found.target], found.margin
