"""Coarse correspondence: places choose among candidates, neighbours agreeing.

Each place of one drawing chooses a place of the other.

A Markov random field over samples of the drawing, solved by min-sum belief propagation. The unary cost compares
surroundings, direction and distance moved; the pairwise cost asks neighbours to keep their offset from each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..drawing.strokes import Samples
from ..geometry.exact import Tensor, logarithm, smallest
from ..geometry.neighbours import Grid
from ..geometry.points import Array, Index


@dataclass(frozen=True)
class BeliefSettings:
    """The settings of coarse correspondence.

    Costs are without unit; lengths are in engine units (the drawing's diagonal is about 700).

    candidates        places of the other drawing that each place chooses among: the cheapest
    context_weight    cost of surroundings that have nothing in common
    angle_weight      cost of running across
    distance_weight   cost of moving by `distance_scale`; beyond it, it grows as the logarithm does
    distance_scale    see there
    kind_weight       cost of another material
    layer_weight      cost of another layer: as good as never
    stroke_weight     what a neighbour along the stroke has to say,
    space_weight      and one on another stroke
    truncate          a neighbour's offset that changes by this share of its length, or more, costs as much
    slack             that is added to the length
    neighbours        on other strokes at most, of the nearest `neighbours_more` more
    neighbours_more   see there
    neighbour_radius  no farther than this
    iterations        of messages
    damping           share of the last message that is kept in the next
    elsewhere         places farther from the best than this are another answer
    margin_most       cost of another answer from which on it does not matter
    """

    candidates: int = 24
    context_weight: float = 4.0
    angle_weight: float = 0.6
    distance_weight: float = 1.2
    distance_scale: float = 60.0
    kind_weight: float = 1.5
    layer_weight: float = 50.0
    stroke_weight: float = 1.0
    space_weight: float = 0.35
    truncate: float = 1.2
    slack: float = 6.0
    neighbours: int = 5
    neighbours_more: int = 5
    neighbour_radius: float = 60.0
    iterations: int = 10
    damping: float = 0.4
    elsewhere: float = 24.0
    margin_most: float = 10.0


@dataclass(frozen=True)
class CoarseMatch:
    """Where the samples (N,) of one drawing lie in the other, and how clearly.

    `target` is the index of the matched sample, `margin` the cost to the next different answer.
    """

    target: Index
    margin: Array


def unary(
    a: Samples, b: Samples, context_a: NDArray, context_b: NDArray, shift: Array, settings: BeliefSettings
) -> NDArray[np.float32]:
    """(N, M) cost of each sample of `a` lying at each sample of `b`.

    `shift` (2,) is the motion of the whole.
    """
    cost = settings.context_weight * (1.0 - context_a @ context_b.T)
    along = (a.tangent @ b.tangent.T).astype(np.float32)
    cost += settings.angle_weight * (1.0 - along**2)
    delta = (b.xy[None] - (a.xy + shift)[:, None]).astype(np.float32)
    moved = _size(delta[..., 0], delta[..., 1]) / np.float32(settings.distance_scale)
    cost += settings.distance_weight * np.minimum(moved, 1.0 + logarithm(np.maximum(moved, 1.0)))
    cost += settings.kind_weight * (a.kind[:, None] != b.kind)
    cost += settings.layer_weight * (a.layer[:, None] != b.layer)
    return cost


def edges(a: Samples, settings: BeliefSettings) -> tuple[Index, Index, Array]:
    """Neighbour pairs (i < j) and their weights.

    Neighbours lie along the stroke, or near in the plane on other strokes.
    """
    has = a.after >= 0
    first, second = np.flatnonzero(has), a.after[has]
    grid = Grid(a.xy, settings.neighbour_radius / 2)
    index, far = grid.nearest(a.xy, settings.neighbours + settings.neighbours_more, settings.neighbour_radius)
    owner = np.repeat(np.arange(a.count), index.shape[1])
    other, far = index.ravel(), far.ravel()
    foreign = (other >= 0) & (a.stroke[other] != a.stroke[owner])
    owner, other = owner[foreign], other[foreign]
    rank = np.arange(len(owner)) - np.searchsorted(owner, owner)
    owner, other = owner[rank < settings.neighbours], other[rank < settings.neighbours]
    pair = np.unique(np.stack([np.minimum(owner, other), np.maximum(owner, other)], 1), axis=0)
    i = np.concatenate([first, pair[:, 0]])
    j = np.concatenate([second, pair[:, 1]])
    weight = np.concatenate([np.full(len(first), settings.stroke_weight), np.full(len(pair), settings.space_weight)])
    return i, j, weight


def solve(a: Samples, b: Samples, cost: NDArray[np.float32], settings: BeliefSettings) -> CoarseMatch:
    """The best candidate in `b` for every sample of `a`, given the (N, M) unary cost."""
    count = min(settings.candidates, b.count)
    label = smallest(cost, count)
    own = np.take_along_axis(cost, label, 1).astype(np.float32)
    place = b.xy[label].astype(np.float32)
    i, j, weight = edges(a, settings)
    offset = (a.xy[j] - a.xy[i]).astype(np.float32)
    x = place[j][:, None, :, 0] - place[i][:, :, None, 0] - offset[:, 0, None, None]
    y = place[j][:, None, :, 1] - place[i][:, :, None, 1] - offset[:, 1, None, None]
    pair = _size(x, y)
    pair /= (np.linalg.norm(offset, axis=1) + settings.slack)[:, None, None].astype(np.float32)
    np.minimum(pair, settings.truncate, out=pair)
    pair *= weight[:, None, None].astype(np.float32)
    count_edges = len(i)
    to_j = np.zeros((count_edges, count), np.float32)
    to_i = np.zeros((count_edges, count), np.float32)
    keep = np.float32(settings.damping)
    ends = np.concatenate([j, i])
    order = np.argsort(ends, kind="stable")
    runs = np.flatnonzero(np.r_[True, np.diff(ends[order]) > 0]) if len(ends) else np.zeros(0, np.int64)

    def beliefs() -> NDArray[np.float32]:
        total = own.copy()
        if len(ends):
            total[ends[order][runs]] += np.add.reduceat(np.concatenate([to_j, to_i])[order], runs, axis=0)
        return total

    for _ in range(settings.iterations):
        total = beliefs()
        out_i, out_j = total[i] - to_i, total[j] - to_j
        new_j = (pair + out_i[:, :, None]).min(1)
        new_i = (pair + out_j[:, None, :]).min(2)
        new_j -= new_j.min(1, keepdims=True)
        new_i -= new_i.min(1, keepdims=True)
        to_j = keep * to_j + (1 - keep) * new_j
        to_i = keep * to_i + (1 - keep) * new_i
    total = beliefs()
    best = total.argmin(1)
    rows = np.arange(a.count)
    chosen = place[rows, best]
    elsewhere = _size(*np.moveaxis(place - chosen[:, None], -1, 0)) > settings.elsewhere
    rival = np.where(elsewhere, total, np.inf).min(1)
    margin = np.minimum(rival - total[rows, best], settings.margin_most)
    return CoarseMatch(label[rows, best], margin.astype(float))


def _size(x: Tensor, y: Tensor) -> Tensor:
    """The length of vectors, alike on every machine, as np.hypot of float32 is not."""
    return np.asarray(np.sqrt(x * x + y * y))
