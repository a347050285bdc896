"""Limbs that swing too far to be recognised in place.

What is unmatched in one drawing is turned about where it hangs on, and laid on what is unmatched in the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..geometry.exact import steady
from ..geometry.local_motion import LocalMotion
from ..geometry.neighbours import Grid
from ..geometry.points import Array, Complex, Index, to_complex, to_plane
from ..geometry.similarity import similarity_of
from .matching import Match
from .tuning import SwingSettings


@dataclass(frozen=True)
class _Cluster:
    """Samples that hang together.

    Rows of the fine samples, and of the matched ones that they hang on.
    """

    rows: Index
    roots: Index


@dataclass(frozen=True)
class Swung:
    """The match with swinging motion put right, and the samples to align anew.

    (N,), (M,) of either side.
    """

    match: Match
    rows_a: NDArray[np.bool_]
    rows_b: NDArray[np.bool_]

    def impose(self, learnt: Match) -> Match:
        """The motion learnt from spans, but what swings swings as one."""
        return replace(
            learnt,
            forth=_imposed(learnt.forth, self.match.forth, self.rows_a),
            back=_imposed(learnt.back, self.match.back, self.rows_b),
        )


def _imposed(learnt: LocalMotion, swung: LocalMotion, rows: NDArray[np.bool_]) -> LocalMotion:
    return replace(swung, residual=learnt.residual).over(rows, learnt)


def doubtful(motion: LocalMotion, settings: SwingSettings = SwingSettings()) -> NDArray[np.bool_]:
    """(N,) samples whose surroundings shrink, grow or tear more than drawn things do."""
    scaled = np.abs(np.log(np.maximum(np.abs(motion.turn), 1e-6)))
    return (scaled > settings.squeezed) | (motion.residual > settings.torn)


def swing(
    match: Match,
    unmatched_a: NDArray[np.bool_],
    unmatched_b: NDArray[np.bool_],
    settings: SwingSettings = SwingSettings(),
) -> Swung | None:
    """What of the unmatched samples of both sides swings; None if nothing does."""
    found = _motions(match, unmatched_a, unmatched_b, settings)
    if found is None:
        # a limb that hangs free in one drawing may lie across the body in the other: tried from there, too
        flipped = replace(match, a=match.b, b=match.a, forth=match.back, back=match.forth)
        found = _motions(flipped, unmatched_b, unmatched_a, settings)
        if found is None:
            return None
        found = found[::-1]
    (forth, rows_a), (back, rows_b) = found
    # what is aligned anew lets go of what it was matched to, on both sides
    chain = match.chain
    held = (chain.target >= 0) & (rows_a | rows_b[np.maximum(chain.target, 0)])
    unmatched_again = replace(chain, target=np.where(held, -1, chain.target))
    return Swung(replace(match, chain=unmatched_again, forth=forth, back=back), rows_a, rows_b)


_Side = tuple[LocalMotion, NDArray[np.bool_]]


def _motions(
    match: Match, unmatched_a: NDArray[np.bool_], unmatched_b: NDArray[np.bool_], settings: SwingSettings
) -> tuple[_Side, _Side] | None:
    """The motion of either side, swinging clusters of side a put right.

    With which samples swing.
    """
    found_a = _clusters(match, unmatched_a, settings)
    others = np.flatnonzero(unmatched_b)
    if not found_a or len(others) < settings.fewest:
        return None
    other_clusters = _clusters(replace(match, a=match.b, b=match.a), unmatched_b, settings)
    goal, turn = to_complex(match.forth.target), match.forth.turn.copy()
    home, unturn = to_complex(match.back.target), match.back.turn.copy()
    rows_a, rows_b = np.zeros(len(goal), bool), np.zeros(len(home), bool)
    for cluster in found_a:
        laid = _lay(match, cluster, others, other_clusters, settings)
        if laid is None:
            continue
        factor, shift = laid
        z = to_complex(match.a.fine.xy[cluster.rows])
        goal[cluster.rows], turn[cluster.rows] = factor * z + shift, factor
        near, _ = Grid(to_plane(goal[cluster.rows]), settings.catch / 3).nearest(
            match.b.fine.xy[others], 1, settings.catch
        )
        caught = others[near[:, 0] >= 0]
        rows_a[cluster.rows] = rows_b[caught] = True
        home[caught] = (to_complex(match.b.fine.xy[caught]) - shift) / factor
        unturn[caught] = 1.0 / factor
    if not rows_a.any():
        return None
    forth = LocalMotion(to_plane(goal), turn, match.forth.residual)
    back = LocalMotion(to_plane(home), unturn, match.back.residual)
    return (forth, rows_a), (back, rows_b)


def _clusters(match: Match, unmatched: NDArray[np.bool_], settings: SwingSettings) -> list[_Cluster]:
    """The largest clusters of unmatched samples of side a."""
    fine = match.a.fine
    rows = np.flatnonzero(unmatched)
    if not len(rows):
        return []
    i, j, _ = Grid(fine.xy[rows], settings.gap).pairs(fine.xy[rows], settings.gap)
    label = np.arange(len(rows))
    while True:
        lower = label.copy()
        np.minimum.at(lower, i, label[j])
        lower = lower[lower]
        if np.array_equal(lower, label):
            break
        label = lower
    ink = np.bincount(label, fine.weight[rows], minlength=len(rows))
    largest = np.argsort(-ink, kind="stable")[: settings.clusters]
    bound = np.flatnonzero(~unmatched)
    out = []
    for name in largest[ink[largest] >= settings.least]:
        members = rows[label == name]
        near, _ = Grid(fine.xy[members], settings.gap).nearest(fine.xy[bound], 1, settings.gap)
        out.append(_Cluster(members, bound[near[:, 0] >= 0]))
    return out


def _lay(
    match: Match, cluster: _Cluster, others: Index, other_clusters: list[_Cluster], settings: SwingSettings
) -> tuple[complex, complex] | None:
    """Factor and shift of the similarity that lays the cluster on unmatched lines.

    z -> factor z + shift; lines are the other's.
    """
    a, b = match.a.fine, match.b.fine
    rows = _thin(cluster.rows, settings.samples)
    others = _thin(others, settings.others)
    z, w = to_complex(a.xy[rows]), to_complex(b.xy[others])
    heading, other = to_complex(a.tangent[rows]), to_complex(b.tangent[others])
    alien = settings.kind_cost * (a.kind[rows][:, None] != b.kind[others])

    def cost(place: Complex, factor: complex) -> tuple[float, Index, Array]:
        along = (np.conj(heading * factor / max(abs(factor), 1e-12))[:, None] * other).real
        apart = np.abs(place[:, None] - w)
        total = steady(apart + settings.direction_cost * (1.0 - along**2) + alien)
        best = total.argmin(1)
        each = total[np.arange(len(z)), best]
        return float(np.minimum(each, settings.far).mean()), best, np.minimum(each, settings.far)

    pivots = [(z.mean(), to_complex(b.xy[c.rows]).mean()) for c in other_clusters]
    if len(cluster.roots):
        roots = _thin(cluster.roots, settings.pivots)
        held, carried = to_complex(a.xy[roots]), to_complex(match.forth.target[roots])
        pivots += [(held.mean(), carried.mean()), *zip(held, carried, strict=True)]
    now, _, _ = cost(to_complex(match.forth.target[rows]), complex(match.forth.turn[rows].mean()) or 1.0)
    expected = to_complex(match.forth.target[rows]).mean()
    squeezed = np.abs(np.log(np.maximum(np.abs(match.forth.turn[rows]), 1e-6)))
    now += settings.squeeze_cost * float(np.minimum(squeezed, 1.0).mean())
    best: tuple[float, complex, complex] = (np.inf, 1.0, 0.0)
    angles = np.angle(np.exp(2j * np.pi * np.arange(settings.angles) / settings.angles))
    factors = np.exp(1j * angles)
    # all angles at once: how lines run there does not depend on the pivot
    along = (np.conj(heading * factors[:, None])[..., None] * other).real
    running = settings.direction_cost * (1.0 - along**2) + alien
    for here, there in pivots:
        places = there + factors[:, None] * (z - here)
        each = (np.abs(places[..., None] - w) + running).min(2)
        scores = np.minimum(each, settings.far).mean(1) + settings.angle_cost * np.abs(angles)
        scores = steady(scores + settings.travel_cost * np.abs(places.mean(1) - expected))
        first = int(scores.argmin())
        if scores[first] < steady(best[0]):
            best = (float(scores[first]), complex(factors[first]), complex(there - factors[first] * here))
    factor, shift = best[1], best[2]
    score = np.inf
    for _ in range(settings.rounds):
        score, nearest, each = cost(factor * z + shift, factor)
        weight = 1.0 / (1.0 + (each / settings.good) ** 2) ** 2 + 1e-9
        target = w[nearest]
        # limbs keep about their length
        laid = similarity_of(z, target, weight).sized(*settings.size)
        factor, shift = complex(laid.turn), complex(laid.shift)
    score = cost(factor * z + shift, factor)[0]
    if score >= settings.good or score >= settings.better * now:
        return None
    return (factor, shift) if _covers(match, factor * z + shift, other_clusters, settings) else None


def _covers(match: Match, place: Complex, other_clusters: list[_Cluster], settings: SwingSettings) -> bool:
    """Whether most of the cluster that it is laid on is covered.

    A piece that happens to fit does not count.
    """
    grid = Grid(to_plane(place), settings.good)
    hit = total = 0.0
    for cluster in other_clusters:
        near, _ = grid.nearest(match.b.fine.xy[cluster.rows], 1, 2.0 * settings.good)
        weight = match.b.fine.weight[cluster.rows]
        found = float(weight[near[:, 0] >= 0].sum())
        if found > settings.touched * float(weight.sum()):
            hit, total = hit + found, total + float(weight.sum())
    return total > 0 and hit >= settings.covered * total


def _thin(rows: Index, most: int) -> Index:
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]
