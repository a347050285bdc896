"""Span alignment: a dynamic programme lays strokes along those of the other key.

Each sample of a stroke lies on one of a few candidate places of the other drawing, travelled forwards or backwards,
or on none. Staying on one stroke at even pace is free; pace changes, jumps to other strokes and gaps cost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..drawing.strokes import Samples, Strokes
from ..geometry.exact import steady
from ..geometry.neighbours import Grid
from ..geometry.points import Array, Index
from .likeness import Likeness


@dataclass(frozen=True)
class ChainSettings:
    """Costs without unit, lengths in engine units.

    candidates      places of the other drawing that each sample chooses among: the nearest to where it is predicted
    radius          and no farther from there than this
    distance_scale  a place so far from there costs 1, growing as its square does,
    distance_most   to at most this; the same counts for where the place is predicted to come from
    angle_weight    cost of running across, twice that of running the other way
    context_weight  cost of surroundings that have nothing in common
    learned_weight  cost of what the network holds impossible
    part_weight     cost of another body part
    kind_weight     cost of another material
    absent          cost of having no place
    vanish          cost of a line's becoming, or ceasing to be, without place
    pace_weight     cost of a pace that differs by 1 from an even one,
    pace_most       which counts up to here
    jump            cost of going on elsewhere,
    jump_within     and of doing so on the same stroke besides
    turn_back       cost of turning back,
    backwards       which is a pace below this
    """

    candidates: int = 9
    radius: float = 26.0
    distance_scale: float = 9.0
    distance_most: float = 4.0
    angle_weight: float = 2.0
    context_weight: float = 2.0
    learned_weight: float = 0.7
    part_weight: float = 2.0
    kind_weight: float = 1.5
    absent: float = 3.2
    vanish: float = 1.5
    pace_weight: float = 1.0
    pace_most: float = 2.5
    jump: float = 2.0
    jump_within: float = 1.0
    turn_back: float = 3.0
    backwards: float = -0.2


@dataclass(frozen=True)
class Chain:
    """Where each sample of a stroke lies.

    target (N,) sample of the other drawing, -1 where there is none; forward (N,) bool; cost (N,) of the place.
    """

    target: Index
    forward: NDArray[np.bool_]
    cost: Array


def _far(distance: Array, settings: ChainSettings) -> Array:
    return np.minimum((distance / settings.distance_scale) ** 2, settings.distance_most)


def align(
    a: Samples,
    b: Samples,
    strokes_b: Strokes,
    goal: Array,
    turn: NDArray[np.complex128],
    back: Array,
    likeness: Likeness,
    settings: ChainSettings,
    unmatched_b: NDArray[np.bool_] | None = None,
) -> Chain:
    """Lay the strokes sampled by `a` (N) along those sampled by `b` (M).

    goal (N, 2) is where each sample of `a` is predicted, turn (N,) the predicted rotation there, back (M, 2) where
    each sample of `b` is predicted to come from; the two directions must agree. Only places of `b` that are
    `unmatched_b` (M,) may be taken.
    """
    a, b = (replace(one, xy=steady(one.xy), along=steady(one.along)) for one in (a, b))
    k = settings.candidates
    open_b = np.arange(b.count) if unmatched_b is None else np.flatnonzero(unmatched_b)
    index, far = Grid(b.xy[open_b], settings.radius / 2).nearest(goal, k, settings.radius)
    real = index >= 0
    index = open_b[index] if len(open_b) else index
    safe = np.where(real, index, 0)
    heading = a.tangent[:, 0] + 1j * a.tangent[:, 1]
    heading = heading * turn / np.maximum(np.abs(turn), 1e-9)
    other = (b.tangent[:, 0] + 1j * b.tangent[:, 1])[safe]
    along = (np.conj(heading)[:, None] * other).real
    # a dot has no direction and lies well on a dot
    along = np.where((heading == 0)[:, None] & (other == 0), 1.0, along)
    cost = _far(far, settings) + _far(np.linalg.norm(back[safe] - a.xy[:, None], axis=2), settings)
    cost += likeness.unlike(safe, settings.context_weight, settings.learned_weight, settings.part_weight)
    cost += settings.kind_weight * (a.kind[:, None] != b.kind[safe])
    # another layer's lines are no place to go
    real &= a.layer[:, None] == b.layer[safe]
    # two states a place: travelled forwards or backwards
    states = np.concatenate(
        [cost + settings.angle_weight * (1 - along), cost + settings.angle_weight * (1 + along)], axis=1
    )
    states = np.where(np.concatenate([real, real], 1), states, 1e6)
    target = np.concatenate([safe, safe], 1)
    sign = np.repeat([1.0, -1.0], k)
    absent = np.full((a.count, 1), settings.absent)
    # costs that only noise tells apart are equal, and whole multiples of a unit: their sums are exact
    states = steady(np.concatenate([states, absent], 1))
    return _viterbi(a, b, strokes_b, states, target, sign, settings)


def _viterbi(
    a: Samples, b: Samples, strokes_b: Strokes, states: Array, target: Index, sign: Array, settings: ChainSettings
) -> Chain:
    """All strokes at once, longest first, one step along the stroke at a time."""
    starts = np.flatnonzero((a.before < 0) | (a.before != np.arange(a.count) - 1))
    counts = np.diff(np.r_[starts, a.count])
    order = np.argsort(-counts, kind="stable")
    starts, counts = starts[order], counts[order]
    total = states.shape[1]
    came = np.zeros((a.count, total), np.int16)
    best = states[starts]
    for step in range(1, int(counts.max(initial=0))):
        alive = int((counts > step).sum())
        now = starts[:alive] + step
        pace = a.along[now] - a.along[now - 1]
        # the same places, run forwards and backwards
        here, there = (target[rows, : sign.size // 2] for rows in (now - 1, now))
        path = best[:alive, :, None] + _transition(b, strokes_b, here, there, pace, settings)
        came[now] = path.argmin(1)
        best[:alive] = path.min(1) + states[now]
    chosen = np.zeros(a.count, np.int64)
    if len(starts):
        chosen[starts + counts - 1] = best.argmin(1)
        for step in range(int(counts.max()) - 1, 0, -1):
            now = starts[counts > step] + step
            chosen[now - 1] = came[now, chosen[now]]
    matched = chosen < total - 1
    rows = np.arange(a.count)
    column = np.where(matched, chosen, 0)
    place = np.where(matched, target[rows, column], -1)
    return Chain(place, sign[column] > 0, states[rows, chosen])


def _transition(
    b: Samples, strokes_b: Strokes, before: Index, after: Index, step: Array, settings: ChainSettings
) -> Array:
    """(n, 2K+1, 2K+1) cost of going from state to state over `step` (n,).

    States are the candidates `before` and `after` (n, K), run forwards, then backwards, then none. `step` is arc
    length.
    """
    n, k = before.shape
    length = np.maximum(step, 1e-6)[:, None, None]
    moved = b.along[after][:, None, :] - b.along[before][:, :, None]
    same = b.stroke[before][:, :, None] == b.stroke[after][:, None, :]
    # a closed stroke goes on past its seam
    round_ = steady(strokes_b.length)[b.stroke[before]][:, :, None]
    closed = strokes_b.cyclic[b.stroke[before]][:, :, None]
    moved = np.where(closed & (np.abs(moved) > round_ / 2), moved - np.sign(moved) * round_, moved)
    across, up = (place[after][:, None, :] - place[before][:, :, None] for place in b.xy.T)
    gap = np.sqrt(across * across + up * up) / length
    leap = settings.jump + settings.pace_weight * np.minimum(np.abs(gap - 1.0), settings.pace_most)
    within, pace = leap + settings.jump_within, moved / length
    out = np.empty((n, 2 * k + 1, 2 * k + 1))
    out[:, 2 * k, : 2 * k] = out[:, : 2 * k, 2 * k] = settings.vanish
    out[:, 2 * k, 2 * k] = 0.0
    for way, rows in ((pace, slice(0, k)), (-pace, slice(k, 2 * k))):
        run = settings.pace_weight * np.minimum(np.abs(way - 1.0), settings.pace_most)
        run += np.where(way < settings.backwards, settings.turn_back, 0.0)
        for columns in (slice(0, k), slice(k, 2 * k)):
            cost = run if columns == rows else run + settings.turn_back
            out[:, rows, columns] = np.where(same, np.minimum(cost, within), leap)
    return out
