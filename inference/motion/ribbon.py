"""Ribbons: all vertices that are drawn between two keys, in chains.

A drawing is whole: every line of a key is one chain, whatever of it has a counterpart. Until half way the lines of the
first key are drawn, on their way to the second; from then on those of the second, on their way from the first. Copies
alone are drawn from one key to the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..correspondence.copies.told import points_of
from ..correspondence.matching import Match
from ..correspondence.spans import Spans
from ..drawing.strokes import Strokes, along_samples
from ..geometry.exact import steady
from ..geometry.points import Array, Index, Mask
from ..geometry.ragged import Ragged, begins

MATCHED, VANISHING, APPEARING = 0, 1, 2
THROUGH, FIRST, SECOND = 0, 1, 2
SAME = 1e-6
"""Engine units: places on a line that are no farther apart are one."""


@dataclass(frozen=True)
class RibbonSettings:
    """Of what vertices lines are made.

    step  engine units: edges longer than this are divided, so that lines can bend on the way
    """

    step: float = 10.0


@dataclass(frozen=True)
class Ribbon:
    """All vertices to be drawn, chained into strokes.

    offsets (C+1,)         chains of vertices
    loop (C,) bool         the chain's end is linked to its start
    half (V,)              FIRST where it is drawn until half way, SECOND where from then on, THROUGH where all the way
    piece (V,)             number of the span that it belongs to; stretches without counterpart are numbered after them
    kind (V,)              MATCHED, or VANISHING where only key a has it, APPEARING where only key b has
    stroke_a, s            (V,) stroke and arc length in key a, -1 and nan where only key b has the vertex
    stroke_b, u            (V,) the same in key b
    a, b (V, 2)            position in either key, engine units, predicted where the key does not have it
    gone (V,)              how early a vertex at a free end that has no counterpart goes: 1 first, 0 last
    copy (V,)              number of the match's copy that it belongs to, -1 for none
    point_a, point_b (V,)  the point of a copy's stroke that it is in either key, counted from the stroke's first, -1
                           where it is none
    """

    offsets: Index
    loop: NDArray[np.bool_]
    half: Index
    piece: Index
    kind: Index
    stroke_a: Index
    s: Array
    stroke_b: Index
    u: Array
    a: Array
    b: Array
    gone: Array
    copy: Index
    point_a: Index
    point_b: Index

    @property
    def copied(self) -> NDArray[np.bool_]:
        """(V,) whether it belongs to a copy."""
        return np.asarray(self.copy >= 0)

    @cached_property
    def chains(self) -> Ragged:
        """Which vertices are whose."""
        return Ragged(self.offsets)

    @cached_property
    def edges(self) -> tuple[Index, Index]:
        """(E,) the vertices at either end of every edge, those that close loops last."""
        inner, round_ = self.chains.edges, np.flatnonzero(self.loop)
        first = np.concatenate([inner, self.chains.last[round_]])
        return first, np.concatenate([inner + 1, self.chains.first[round_]])

    @property
    def own(self) -> Array:
        """(V, 2) where vertices are in the key that draws them, engine units."""
        return np.where((self.half == SECOND)[:, None], self.b, self.a)

    @property
    def other(self) -> Array:
        """(V, 2) where vertices are in the other key, engine units."""
        return np.where((self.half == SECOND)[:, None], self.a, self.b)

    @property
    def counted(self) -> Mask:
        """(V,) vertices that stand for both keys, what corresponds being counted once."""
        return np.asarray((self.half != SECOND) | (self.kind == APPEARING))

    @staticmethod
    def joined(parts: Sequence[Ribbon]) -> Ribbon:
        """Several ribbons as one, stretches without counterpart numbered anew."""
        loop, *columns = (np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Ribbon)[1:])
        offsets = Ragged.of(np.concatenate([part.chains.counts for part in parts])).offsets
        return Ribbon(offsets, loop, *columns)


@dataclass(frozen=True)
class _Stretch:
    """Arc lengths `s` (K,), rising, become `u` (K,) on the stroke `there`.

    `number` is that of its span.
    """

    stroke: int
    there: int
    s: Array
    u: Array
    number: int


def ribbon_of(match: Match, spans: Spans, settings: RibbonSettings = RibbonSettings()) -> Ribbon:
    """The ribbon between the keys."""
    told = [(n, span) for n, span in enumerate(spans.matched) if span.copy < 0]
    forth = [_Stretch(span.a, span.b, span.s, span.u, n) for n, span in told]
    back = [_Stretch(span.b, span.a, *_rising(span.u, span.s), n) for n, span in told]
    copies = np.array([[span.a, span.b] for span in spans.matched if span.copy >= 0], np.int64).reshape(-1, 2)
    parts = [
        _copies(match, spans),
        _whole(FIRST, match, np.setdiff1d(_drawn(match.a.strokes), copies[:, 0]), forth, settings.step),
        _whole(SECOND, match, np.setdiff1d(_drawn(match.b.strokes), copies[:, 1]), back, settings.step),
    ]
    ribbon = Ribbon.joined(parts)
    # stretches without counterpart are numbered after the spans
    runs = Ragged.runs(ribbon.piece < 0, ribbon.chains.owner)
    piece = np.where(ribbon.piece < 0, len(spans.matched) + runs.owner, ribbon.piece)
    return replace(ribbon, piece=piece)


def _drawn(strokes: Strokes) -> Index:
    """The strokes that have any point."""
    return np.flatnonzero(strokes.rows.filled)


def _rising(along: Array, with_: Array) -> tuple[Array, Array]:
    return (along, with_) if along[-1] >= along[0] else (along[::-1], with_[::-1])


def _copies(match: Match, spans: Spans) -> Ribbon:
    """The chains of copies, drawn all the way: every place of them as it was found."""
    found = [(n, span) for n, span in enumerate(spans.matched) if span.copy >= 0 and len(span.s)]
    a, b = match.a.strokes, match.b.strokes
    loop = np.array([bool(a.cyclic[span.a]) for _, span in found], bool)
    laid = Ragged.of([len(span.s) for _, span in found])

    def column(values: Sequence[int]) -> Index:
        return np.array(values, np.int64)[laid.owner]

    number, copy = column([n for n, _ in found]), column([span.copy for _, span in found])
    stroke_a, stroke_b = column([span.a for _, span in found]), column([span.b for _, span in found])
    empty = np.zeros(0)
    s = a.wrap(stroke_a, np.concatenate([empty, *(span.s for _, span in found)]))
    u = b.wrap(stroke_b, np.concatenate([empty, *(span.u for _, span in found)]))
    place_a, place_b = a.at(stroke_a, s), b.at(stroke_b, u)
    point_a, point_b = points_of(match, [span for _, span in found], laid.counts)
    kept = ~_seams(place_a, place_b, laid, loop)
    rows = Ragged.of(np.bincount(laid.owner[kept], minlength=laid.count))
    none = np.zeros(int(kept.sum()))
    half, kind = np.full(len(none), THROUGH), np.full(len(none), MATCHED)
    return Ribbon(
        rows.offsets,
        loop,
        half,
        number[kept],
        kind,
        *(stroke_a[kept], s[kept], stroke_b[kept], u[kept]),
        *(place_a[kept], place_b[kept]),
        none,
        *(copy[kept], point_a[kept], point_b[kept]),
    )


def _seams(a: Array, b: Array, rows: Ragged, loop: Mask) -> Mask:
    """(V,) the last vertices of loops that repeat their first in both keys."""
    out = np.zeros(len(a), bool)
    first, last = rows.first, rows.last
    closes = np.flatnonzero(loop & (last - first > 2))
    apart = np.abs(a[first[closes]] - a[last[closes]]).max(1) + np.abs(b[first[closes]] - b[last[closes]]).max(1)
    out[last[closes[apart <= SAME]]] = True
    return out


def _whole(half: int, match: Match, strokes: Index, stretches: Sequence[_Stretch], step: float) -> Ribbon:
    """The lines `strokes` of one key, each a chain, and where they go."""
    side, other, motion = (match.a, match.b, match.forth) if half == FIRST else (match.b, match.a, match.back)
    own = side.strokes
    rows, stroke, along = _places(own, strokes, stretches, step)
    there, where, number = _counterparts(own, rows, strokes, stroke, along, stretches)
    on = there >= 0
    where[on] = other.strokes.wrap(there[on], where[on])
    xy = own.at(stroke, along)
    to = along_samples(side.fine, motion.target, stroke, along) if len(stroke) else np.zeros((0, 2))
    to[on] = other.strokes.at(there[on], where[on])
    loop = own.cyclic[strokes] & (rows.counts > 2)
    kind = np.where(on, MATCHED, VANISHING if half == FIRST else APPEARING)
    (stroke_a, s, a), (stroke_b, u, b) = (stroke, along, xy), (there, where, to)
    if half == SECOND:
        (stroke_a, s, a), (stroke_b, u, b) = (there, where, to), (stroke, along, xy)
    none, gone, halves = np.full(len(on), -1), _gone(rows, loop, on, along), np.full(len(on), half)
    return Ribbon(
        rows.offsets,
        loop,
        halves,
        number,
        kind,
        stroke_a,
        s,
        stroke_b,
        u,
        a,
        b,
        gone,
        copy=none,
        point_a=none,
        point_b=none,
    )


def _places(own: Strokes, strokes: Index, stretches: Sequence[_Stretch], step: float) -> tuple[Ragged, Index, Array]:
    """Vertices of strokes: their points, where stretches begin and end, and between."""
    stroke, along = own.owner, own.reach
    ends = [(one.stroke, float(end)) for one in stretches for end in (one.s[0], one.s[-1])]
    if ends:
        on, at = np.array([s for s, _ in ends], np.int64), np.array([end for _, end in ends])
        stroke = np.concatenate([stroke, on])
        along = np.concatenate([along, np.clip(own.wrap(on, at), 0.0, own.length[on])])
    asked = np.isin(stroke, strokes)
    # the last point of a closed stroke is its first again
    asked &= ~(own.cyclic[stroke] & (along >= own.length[stroke] - SAME))
    stroke, along = stroke[asked], along[asked]
    order = np.lexsort((along, stroke))
    stroke, along = stroke[order], along[order]
    fresh = begins(stroke)
    fresh[1:] |= np.diff(along) > SAME
    stroke, along = stroke[fresh], along[fresh]
    last = np.append(stroke[1:] != stroke[:-1], True)[: len(stroke)]
    following = np.where(last, np.where(own.cyclic[stroke], own.length[stroke], along), np.roll(along, -1))
    parts = np.clip(np.ceil(steady((following - along) / step)), 1, 4096).astype(np.int64)
    cut = Ragged.of(parts)
    along = along[cut.owner] + (following - along)[cut.owner] * cut.share
    stroke = stroke[cut.owner]
    return Ragged.of(np.bincount(stroke, minlength=own.count)[strokes]), stroke, along


def _counterparts(
    own: Strokes, rows: Ragged, strokes: Index, stroke: Index, along: Array, stretches: Sequence[_Stretch]
) -> tuple[Index, Array, Index]:
    """(V,) stroke and arc length in the other key, and number of the span."""
    there, where, number = np.full(len(stroke), -1), np.full(len(stroke), np.nan), np.full(len(stroke), -1)
    row_of = np.full(own.count, -1)
    row_of[strokes] = np.arange(len(strokes))
    for one in stretches:
        row = int(row_of[one.stroke])
        if row < 0:
            continue
        place = slice(int(rows.offsets[row]), int(rows.offsets[row + 1]))
        rising = np.maximum.accumulate(one.s) + np.arange(len(one.s)) * 1e-9
        length = float(own.length[one.stroke])
        # stretches of closed strokes may pass over the seam
        for round_ in (0.0, length, -length) if own.cyclic[one.stroke] else (0.0,):
            at = along[place] + round_
            inside = np.flatnonzero((at >= rising[0] - SAME) & (at <= rising[-1] + SAME) & (number[place] < 0))
            rows_in = inside + place.start
            there[rows_in], number[rows_in] = one.there, one.number
            where[rows_in] = np.interp(at[inside], rising, one.u)
    return there, where, number


def _gone(rows: Ragged, loop: Mask, matched: Mask, along: Array) -> Array:
    """(V,) how early what is unmatched at an end of a line goes: its tip first.

    0 for all else, and for lines of which nothing is matched.
    """
    out = np.zeros(len(matched))
    index = np.where(matched, np.arange(len(matched)), -1)
    for row in np.flatnonzero(rows.filled & ~loop):
        place = rows.row(int(row))
        known = np.flatnonzero(index[place] >= 0)
        if not len(known):
            continue
        at = along[place]
        for tip, end in ((0, int(known[0])), (len(at) - 1, int(known[-1]))):
            if tip != end:
                tail = slice(place.start + min(tip, end), place.start + max(tip, end) + 1)
                out[tail] = np.abs(along[tail] - at[end]) / max(abs(float(at[tip] - at[end])), SAME)
    return out


def solid_of(ribbon: Ribbon, strokes_a: Strokes, strokes_b: Strokes) -> NDArray[np.bool_]:
    """(V,) whether a vertex bounds a fill in either key."""
    on_a, on_b = ribbon.stroke_a >= 0, ribbon.stroke_b >= 0
    out = np.zeros(len(on_a), bool)
    out[on_a] = strokes_a.solid[ribbon.stroke_a[on_a]]
    out[on_b] |= strokes_b.solid[ribbon.stroke_b[on_b]]
    return out
