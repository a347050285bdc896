"""Sculpted copies: the other key's strokes, point by point, pushed out of shape.

Who duplicates a key and then squashes, bends or sculpts it leaves every stroke its place in the order and its points.
What comes in the same order, with as many points, and is led there by one smooth motion that folds nothing, is known
point by point: nothing has to be guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

import numpy as np

from ...drawing.strokes import Strokes
from ...geometry.exact import GRAIN, steady
from ...geometry.local_motion import LocalMotion
from ...geometry.points import Array, Complex, Index, Mask
from ..matching import Match
from ..spans import Span
from ..tuning import SculptSettings


@dataclass(frozen=True)
class Sculpted:
    """Strokes that are the other key's, sculpted: the spans of whole strokes.

    turns  for each, how the motion turns and grows at the span's places; None where that is left to what is around
    """

    spans: tuple[Span, ...] = ()
    turns: tuple[Complex, ...] | None = None

    def impose(self, match: Match) -> Match:
        """The match with what is known of the motion of these strokes."""
        if self.turns is None:
            return match
        a, b = match.a, match.b
        forth, back = match.forth, match.back
        for span, turn in zip(self.spans, self.turns, strict=True):
            rows_a, rows_b = a.fine.stroke == span.a, b.fine.stroke == span.b
            along_a, along_b = a.fine.along[rows_a], b.fine.along[rows_b]
            goal = b.strokes.at(np.full(len(along_a), span.b), np.interp(along_a, span.s, span.u))
            home = a.strokes.at(np.full(len(along_b), span.a), np.interp(along_b, span.u, span.s))
            forth = _known(forth, rows_a, goal, np.interp(along_a, span.s, turn))
            back = _known(back, rows_b, home, 1.0 / np.interp(along_b, span.u, turn))
        return replace(match, forth=forth, back=back)


def _known(motion: LocalMotion, rows: Mask, goal: Array, turn: Complex) -> LocalMotion:
    """The motion with that of some rows replaced."""
    out = LocalMotion(motion.target.copy(), motion.turn.copy(), motion.residual.copy())
    out.target[rows], out.turn[rows], out.residual[rows] = goal, turn, 0.0
    return out


def sculpted(match: Match, settings: SculptSettings = SculptSettings()) -> Sculpted:
    """The strokes of key a that are the other key's, sculpted."""
    a, b = match.a.strokes, match.b.strokes
    taken = np.concatenate([np.zeros((0, 2), np.int64), *(copy.strokes for copy in match.copies)])
    left_a, left_b = (
        np.setdiff1d(np.flatnonzero(side.rows.filled), own) for side, own in ((a, taken[:, 0]), (b, taken[:, 1]))
    )
    pairs = _in_order(a, b, left_a, left_b)
    if len(pairs) and _enough(a, b, left_a, left_b, pairs, settings):
        (rows, rows_a), (_, rows_b) = (side.rows.picked(own) for side, own in ((a, pairs[:, 0]), (b, pairs[:, 1])))
        turn = _smooth(a.xy[rows_a], b.xy[rows_b], settings)
        if turn is not None:
            spans = tuple(_span(a, b, i, j) for i, j in pairs.tolist())
            return Sculpted(spans, tuple(rows.parts(turn)))
    if settings.bent and len(left_a) == 1 and len(left_b) == 1:
        return Sculpted(_alone(a, b, int(left_a[0]), int(left_b[0])))
    return Sculpted()


def _in_order(a: Strokes, b: Strokes, left_a: Index, left_b: Index) -> Index:
    """(n, 2) strokes of as many points, and alike, as they come in both keys."""
    names = [
        [(int(side.rows.counts[k]), int(side.kind[k]), bool(side.cyclic[k]), bool(side.solid[k])) for k in left]
        for side, left in ((a, left_a), (b, left_b))
    ]
    blocks = SequenceMatcher(None, names[0], names[1], autojunk=False).get_matching_blocks()
    rows = [(left_a[one.a + k], left_b[one.b + k]) for one in blocks for k in range(one.size)]
    return np.array(rows, np.int64).reshape(-1, 2)


def _enough(a: Strokes, b: Strokes, left_a: Index, left_b: Index, pairs: Index, settings: SculptSettings) -> bool:
    if int(a.rows.counts[pairs[:, 0]].sum()) < settings.points:
        return False
    return all(
        float(side.length[own].sum()) >= settings.share * max(float(side.length[left].sum()), 1e-9)
        for side, left, own in ((a, left_a, pairs[:, 0]), (b, left_b, pairs[:, 1]))
    )


def _smooth(one: Array, other: Array, settings: SculptSettings) -> Complex | None:
    """(n,) how one smooth motion that takes places (n, 2) to others turns and grows.

    None where there is none that folds nothing.
    """
    size = max(float(np.ptp(one, axis=0).max()), float(np.ptp(other, axis=0).max()), 1e-9)
    middle, scale = (one.max(0) + one.min(0)) / 2.0, max(float(np.ptp(one, axis=0).max()), 1e-9) / 2.0
    x, y = ((one - middle) / scale).T
    degree = 3 if len(one) >= settings.places * 2 * len(_powers(3)) else 1
    terms = np.stack([x**i * y**j for i, j in _powers(degree)], 1)
    told, *_ = np.linalg.lstsq(terms, other, rcond=None)
    missed = float(np.sqrt(((terms @ told - other) ** 2).sum(1).mean()))
    by_x = np.stack([i * x ** max(i - 1, 0) * y**j for i, j in _powers(degree)], 1) @ told
    by_y = np.stack([j * x**i * y ** max(j - 1, 0) for i, j in _powers(degree)], 1) @ told
    folded = float(((by_x[:, 0] * by_y[:, 1] - by_x[:, 1] * by_y[:, 0]) <= 0.0).mean())
    if steady(missed) > settings.miss * size or steady(folded) > settings.folds:
        return None
    # of what a motion does to directions and sizes, the part that is a similarity
    turn = (by_x[:, 0] + by_y[:, 1] + 1j * (by_x[:, 1] - by_y[:, 0])) / (2.0 * scale)
    return np.asarray(np.where(np.abs(turn) > GRAIN, turn, 1.0))


def _powers(degree: int) -> Sequence[tuple[int, int]]:
    """The powers of x and of y in a polynomial."""
    return [(i, total - i) for total in range(degree + 1) for i in range(total + 1)]


def _span(a: Strokes, b: Strokes, i: int, j: int) -> Span:
    """Point by point; points in one place stay so in both keys."""
    s, u = a.reach[a.rows.row(i)], b.reach[b.rows.row(j)]
    return Span(i, j, s, u, certain=True)


def _alone(a: Strokes, b: Strokes, i: int, j: int) -> tuple[Span, ...]:
    """A line that is alone in both keys, from end to end.

    Rings are compared as shapes.
    """
    rings: Mask = np.array([a.cyclic[i], b.cyclic[j]])
    if rings.any() or a.layer[i] != b.layer[j] or min(a.length[i], b.length[j]) <= 0.0:
        return ()
    share = np.linspace(0.0, 1.0, 33)
    one, other = (side.at(np.full(33, k), share * side.length[k]) for side, k in ((a, i), (b, j)))
    # the way that bends it less: how steps run in either key
    steps, others = (np.diff(place, axis=0) for place in (one, other))
    along, against = float((steps * others).sum()), float((steps * -others[::-1]).sum())
    back = steady(against) > steady(along)
    return (Span(i, j, share * a.length[i], (1.0 - share if back else share) * b.length[j], certain=True),)
