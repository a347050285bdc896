"""Rigid parts of a drawing: what one similarity carries to every other key.

Short stretches of line are joined, the best pair first, while one motion still explains both (agglomerative, as Ward
1963 joins clusters). Stretches are known by sums alone, so that joining two of them is adding.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...geometry.neighbours import Grid
from ...geometry.points import Array, Complex, Index, to_complex
from ...geometry.ragged import Ragged
from ...motion.ribbon import MATCHED, Ribbon

GONE = -1
"""Instead of how often a stretch has changed: it has been joined to another."""


@dataclass(frozen=True)
class PartSettings:
    """Lengths in engine units.

    stretch  of line that is taken for rigid to begin with
    near     lines as near as this in the first key, and as near as `apart` in the second, may be one part
    miss     parts are joined while what joining adds to their lines' misses stays below this
    small    so much line is added to a part's own where that is reckoned: crumbs are joined more easily
    least    line that a part has at least
    beside   what keys before and after count against the second: less is known of lines there
    astray   a similarity that misses where a part's line is by this much is believed half
    step     one vertex in so much line is looked at where it matters what is near
    ridge    how strongly parts of which nothing is known stay where they are
    slide    what missing its place along a line counts against missing the line
    few      what has less line of parts around it is carried less
    """

    stretch: float = 40.0
    near: float = 20.0
    apart: float = 45.0
    miss: float = 2.5
    small: float = 30.0
    least: float = 70.0
    beside: float = 0.1
    astray: float = 6.0
    step: float = 7.0
    ridge: float = 1e-3
    slide: float = 0.05
    few: float = 4.0


@dataclass(frozen=True)
class Seen:
    """Where the vertices of a ribbon are at another key.

    place    (V,) engine units
    heading  (V,) unit, of the line there, 0 where that is not known
    trust    (V,) from 0 to 1
    """

    place: Complex
    heading: Complex
    trust: Array

    @staticmethod
    def of(place: Complex, trust: Array, ribbon: Ribbon) -> Seen:
        """What is seen at a key, with the headings of the ribbon's lines."""
        ahead, behind = np.arange(1, len(place) + 1), np.arange(-1, len(place) - 1)
        starts, ends = ribbon.chains.first, ribbon.chains.last
        ahead[ends], behind[starts] = ends, starts
        way = place[ahead] - place[behind]
        return Seen(place, np.where(np.abs(way) > 1e-9, way / np.maximum(np.abs(way), 1e-9), 0.0), trust)

    def sums(self, z: Complex, weight: Array, group: Index, count: int, slide: float) -> NDArray[np.float64]:
        """(count, 5, 5) the normal equations of each group's similarity.

        It lays the places `z` of the group's vertices (V,) on where they are seen: the four numbers first, what they
        should make last. Lines slide along themselves unseen; a miss that way counts `slide`.
        """
        one = np.ones(len(z))
        columns = np.stack([z, 1j * z, one + 0j, 1j * one, self.place], 1)
        sure = (weight * self.trust)[:, None, None]
        known = np.abs(self.heading)[:, None, None]
        turned = columns * np.conj(np.where(self.heading == 0, 1.0, self.heading))[:, None]
        along, off = turned.real, turned.imag
        off_way, along_way = off[:, :, None] * off[:, None, :], along[:, :, None] * along[:, None, :]
        each = sure * (off_way + np.where(known > 0, slide, 1.0) * along_way)
        out = np.zeros((count, 5, 5))
        np.add.at(out, group, each)
        return out


@dataclass(frozen=True)
class Fitted:
    """Similarities z -> turn z + shift of rigid parts (J,), and trust (J,) in them."""

    turn: Complex
    shift: Complex
    sure: Array


def weights_of(ribbon: Ribbon) -> Array:
    """(V,) length of line in the first key that each matched vertex stands for.

    Engine units; 0 for others.
    """
    step = np.where(ribbon.chains.joined, np.linalg.norm(np.diff(ribbon.a, axis=0), axis=1), 0.0)
    both = np.concatenate([step, [0.0]]) + np.concatenate([[0.0], step])
    return np.asarray(np.where((ribbon.kind == MATCHED) & ribbon.counted, both / 2 + 1e-3, 0.0))


def rigid_parts(ribbon: Ribbon, seen: Sequence[Seen], settings: PartSettings = PartSettings()) -> Index:
    """(V,) the rigid part of every vertex, largest first, -1 for none.

    `seen` are the other keys, the second key first.
    """
    stretch = _stretches(ribbon, settings.stretch)
    weight = weights_of(ribbon)
    clusters = _Clusters(stretch, weight, to_complex(ribbon.a), seen, settings)
    clusters.join(_adjoining(ribbon, stretch, settings))
    found = clusters.parts()
    return np.where(weight > 0, found[stretch], -1)


def similarities(
    part: Index, count: int, weight: Array, z: Complex, seen: Seen, settings: PartSettings = PartSettings()
) -> Fitted:
    """The similarity of each of `count` rigid parts.

    It lays the part's vertices `z` (V,) best on where they are seen. It is believed as far as its line is known
    there and it fits.
    """
    own = part >= 0
    sums = seen.sums(z, np.where(own, weight, 0.0), np.maximum(part, 0), count, settings.slide)
    found, missed = _solved(sums, settings.ridge)
    ink = np.bincount(part[own], (weight * seen.trust)[own], count)
    known = ink / np.maximum(np.bincount(part[own], weight[own], count), 1e-9)
    turn, shift = found[:, 0] + 1j * found[:, 1], found[:, 2] + 1j * found[:, 3]
    fits = (ink > 1e-6) & (np.abs(turn) > 1e-3)
    miss = missed / np.maximum(ink, 1e-9)
    sure = np.where(fits, known / (1.0 + miss / settings.astray**2), 0.0)
    return Fitted(np.where(fits, turn, 1.0), np.where(fits, shift, 0.0), sure)


def _solved(sums: NDArray[np.float64], ridge: float) -> tuple[NDArray[np.float64], Array]:
    """The numbers (n, 4) that best fit normal equations, and the misses (n,).

    The equations are (n, 5, 5); a miss is what is left of the squares.
    """
    # hardly anything told: no turn and no shift
    left = sums[:, :4, :4] + ridge * np.eye(4)
    right = sums[:, :4, 4] + ridge * np.array([1.0, 0.0, 0.0, 0.0])
    found = np.linalg.solve(left, right[:, :, None])[:, :, 0]
    made = np.einsum("nij,nj->ni", sums[:, :4, :4], found)
    rest = sums[:, 4, 4] - (found * (2.0 * sums[:, :4, 4] - made)).sum(1)
    return found, np.maximum(rest, 0.0)


def _stretches(ribbon: Ribbon, length: float) -> Index:
    """(V,) number of the short stretch of line that each vertex is on."""
    if not len(ribbon.s):
        return np.zeros(0, np.int64)
    chain = ribbon.chains.owner
    step = np.linalg.norm(np.diff(ribbon.a, axis=0, prepend=ribbon.a[:1]), axis=1)
    along = np.cumsum(step)
    place = np.floor((along - along[ribbon.chains.first][chain]) / length)
    return Ragged.runs(chain, place, ribbon.piece).owner


def _adjoining(ribbon: Ribbon, stretch: Index, settings: PartSettings) -> list[set[int]]:
    """For every stretch, those that it may be one rigid part with.

    They are the next along the line, and what lies near in both keys.
    """
    rows, _ = spread(weights_of(ribbon), np.flatnonzero(ribbon.kind == MATCHED), settings.step)
    i, j, _ = Grid(ribbon.a[rows], settings.near).pairs(ribbon.a[rows], settings.near)
    near = np.linalg.norm(ribbon.b[rows[i]] - ribbon.b[rows[j]], axis=1) < settings.apart
    pairs = np.stack([stretch[rows[i[near]]], stretch[rows[j[near]]]], 1)
    matched = ribbon.kind == MATCHED
    on = np.flatnonzero(ribbon.chains.joined & matched[1:] & matched[:-1])
    pairs = np.concatenate([pairs, np.stack([stretch[on], stretch[on + 1]], 1)])
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    out: list[set[int]] = [set() for _ in range(int(stretch.max(initial=-1)) + 1)]
    for one, other in pairs.tolist():
        out[one].add(other)
        out[other].add(one)
    return out


class _Clusters:
    """Stretches that are joined step by step.

    Each holds, for every one of K other keys, its normal equations (K, 5, 5); see `Seen.sums`.
    """

    def __init__(self, stretch: Index, weight: Array, z: Complex, seen: Sequence[Seen], settings: PartSettings) -> None:
        count = int(stretch.max(initial=-1)) + 1
        self._settings = settings
        counts = [1.0, *[settings.beside] * (len(seen) - 1)]
        slide = settings.slide
        keys = [much * other.sums(z, weight, stretch, count, slide) for much, other in zip(counts, seen, strict=True)]
        self._sums = np.stack(keys, 1)
        self._ink = np.bincount(stretch, weight, count)
        self._miss = _missed(self._sums, settings.ridge)
        self._members = [[k] for k in range(count)]
        self._age = np.where(self._ink > 0, 0, GONE)

    def join(self, near: list[set[int]]) -> None:
        """Join what may be joined, the best pair first.

        `near` says what adjoins what, and is changed.
        """
        pairs = [(one, other) for one, others in enumerate(near) for other in others if other > one]
        heap = self._offers(np.array(pairs, np.int64).reshape(-1, 2))
        heapq.heapify(heap)
        while heap:
            _, one, other, age, other_age = heapq.heappop(heap)
            if (self._age[one], self._age[other]) != (age, other_age):
                continue
            self._sums[one] += self._sums[other]
            self._ink[one] += self._ink[other]
            self._miss[one] = _missed(self._sums[one][None], self._settings.ridge)[0]
            self._members[one] += self._members[other]
            self._age[one] += 1
            self._age[other] = GONE
            near[one] = (near[one] | near[other]) - {one, other}
            for beside in near[one]:
                near[beside].discard(other)
                near[beside].add(one)
            for offer in self._offers(np.array([(one, beside) for beside in near[one]], np.int64).reshape(-1, 2)):
                heapq.heappush(heap, offer)

    def parts(self) -> Index:
        """(stretches,) the rigid part of each, largest first, -1 where it is too small."""
        out = np.full(len(self._members), -1, np.int64)
        large = np.flatnonzero((self._age != GONE) & (self._ink >= self._settings.least))
        for number, name in enumerate(sorted(large.tolist(), key=lambda k: -float(self._ink[k]))):
            out[self._members[name]] = number
        return out

    def _offers(self, pairs: Index) -> list[tuple[float, int, int, int, int]]:
        """What joining pairs (n, 2) costs, each with its own and their versions.

        Those that cost too much are left out.
        """
        pairs = pairs[(self._age[pairs] != GONE).all(1)]
        one, other = pairs.T
        both = _missed(self._sums[one] + self._sums[other], self._settings.ridge)
        rise = both - self._miss[one] - self._miss[other]
        cost = rise / (np.minimum(self._ink[one], self._ink[other]) + self._settings.small)
        good = cost <= self._settings.miss**2
        columns = cost, one, other, self._age[one], self._age[other]
        return list(zip(*(column[good].tolist() for column in columns), strict=True))


def _missed(sums: NDArray[np.float64], ridge: float) -> Array:
    """(n,) the squared misses, times the line, of the best-fitting similarities.

    They are fitted to sums (n, K, 5, 5).
    """
    count, keys = sums.shape[:2]
    return np.asarray(_solved(sums.reshape(-1, 5, 5), ridge)[1].reshape(count, keys).sum(1))


def spread(weight: Array, rows: Index, step: float) -> tuple[Index, Array]:
    """Of the vertices `rows`, one every `step` of line, and what each stands for.

    One for every STEP of it, and what each stands for.
    """
    reached = np.floor(np.cumsum(weight[rows]) / step)
    first = np.flatnonzero(np.diff(reached, prepend=-1.0) > 0)
    return rows[first], np.add.reduceat(weight[rows], first) if len(first) else weight[:0]


def overlap(
    part: Index, count: int, ribbon: Ribbon, weight: Array, reach: float, settings: PartSettings = PartSettings()
) -> NDArray[np.float64]:
    """(V, J) how far each vertex goes with each rigid part.

    It goes with its own and, over `reach` (engine units), with those that it meets. What has no part goes with those
    around it, the less the farther off they are.
    """
    out = np.zeros((len(part), count))
    rows = np.flatnonzero(part >= 0)
    if not len(rows):
        return out
    some, much = spread(weight, rows, settings.step)
    i, j, far = Grid(ribbon.a[some], reach / 2).pairs(ribbon.a, 2.0 * reach)
    np.add.at(out, (i, part[some[j]]), np.exp(-((far / reach) ** 2)) * much[j])
    out[rows, part[rows]] += 1e-3
    near = np.minimum(out.sum(1, keepdims=True) / settings.few, 1.0)
    near[rows] = 1.0
    return np.asarray(near * out / np.maximum(out.sum(1, keepdims=True), 1e-12))
