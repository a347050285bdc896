"""Ribbons: the pieces of line that are drawn between two keys, linked.

Every span is a piece, and so is every unmatched line. Their ends are linked where they belong together, so that strokes
come out whole again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..correspondence.copies.told import points_of
from ..correspondence.matching import Match
from ..correspondence.spans import Span, Spans, Unmatched
from ..drawing.strokes import Strokes, along_samples
from ..geometry.exact import steady
from ..geometry.neighbours import Grid
from ..geometry.points import Array, Index, arc_length, to_complex, to_plane
from ..geometry.ragged import Ragged, begins, wide
from ..geometry.similarity import similarity_of
from .links import Links

MATCHED, VANISHING, APPEARING = 0, 1, 2


@dataclass(frozen=True)
class RibbonSettings:
    """How pieces are linked; lengths in engine units.

    weld   ends of spans that lie nearer to each other than this in both keys, and on one stroke in one of them, are
           linked
    ring   a line is linked to itself where it is longer than so many times that
    slack  linked ends that lie farther apart than this in a key are not joined by a line there
    size   what only one key has is at least and at most so many times as large as there, in the other
    """

    weld: float = 12.0
    ring: float = 4.0
    slack: float = 1.5
    size: tuple[float, float] = (0.8, 1.25)


@dataclass(frozen=True)
class Piece:
    """Its kind; vertices' stroke and arc length in each key, -1 and nan for none."""

    kind: int
    stroke_a: int
    stroke_b: int
    s: Array
    u: Array


@dataclass(frozen=True)
class Ribbon:
    """All vertices to be drawn, chained into strokes.

    offsets (C+1,)         chains of vertices
    loop (C,) bool         the chain's end is linked to its start
    piece (V,)             piece of each vertex
    stroke_a, s            (V,) stroke and arc length in key a, -1 where only key b has the vertex
    stroke_b, u            (V,) the same in key b
    a, b (V, 2)            position in either key, engine units, predicted where the key does not have it
    gone (V,)              how early a vertex without counterpart goes: 1 first, 0 last
    alone (V,) bool        it has no counterpart and adjoins nothing that has
    apart_a, apart_b (V,)  it is linked to the vertex before it but lies apart from it in that key: no line is drawn
                           there while that key is the nearer one
    copy (V,)              number of the match's copy that it belongs to, -1 for none; None where there are no copies
    point_a, point_b (V,)  the point of a copy's stroke that it is in either key, counted from the stroke's first, -1
                           where it is none; None where there are no copies
    """

    offsets: Index
    loop: NDArray[np.bool_]
    piece: Index
    kind: Index
    stroke_a: Index
    s: Array
    stroke_b: Index
    u: Array
    a: Array
    b: Array
    gone: Array
    alone: NDArray[np.bool_]
    apart_a: NDArray[np.bool_]
    apart_b: NDArray[np.bool_]
    copy: Index | None = None
    point_a: Index | None = None
    point_b: Index | None = None

    @property
    def copied(self) -> NDArray[np.bool_]:
        """(V,) whether it belongs to a copy."""
        return np.zeros(len(self.s), bool) if self.copy is None else self.copy >= 0

    @cached_property
    def chains(self) -> Ragged:
        """Which vertices are whose."""
        return Ragged(self.offsets)


def inside(strokes: Strokes, stroke: int, low: float, high: float) -> Array:
    """Unwrapped arc lengths of a stroke's points strictly between `low` and `high`."""
    reach = strokes.reach[strokes.offsets[stroke] : strokes.offsets[stroke + 1]]
    if strokes.cyclic[stroke]:
        length = max(float(strokes.length[stroke]), 1e-9)
        rounds = np.arange(np.floor(low / length), np.floor(high / length) + 1.0)
        reach = (length * rounds[:, None] + reach[:-1]).ravel()
    return reach[(reach > low + 1e-6) & (reach < high - 1e-6)]


def _span_piece(span: Span, match: Match) -> Piece:
    s, u = span.s, span.u
    if span.copy >= 0:
        return Piece(MATCHED, span.a, span.b, s, u)
    way = 1.0 if u[-1] >= u[0] else -1.0
    grow_s = np.maximum.accumulate(s) + np.arange(len(s)) * 1e-9
    grow_u = np.maximum.accumulate(u * way) + np.arange(len(u)) * 1e-9
    own = inside(match.a.strokes, span.a, s[0], s[-1])
    low, high = sorted((u[0], u[-1]))
    other = inside(match.b.strokes, span.b, low, high) * way
    all_s = np.concatenate([own, np.interp(other, grow_u, grow_s), [s[0], s[-1]]])
    all_u = np.concatenate([np.interp(own, grow_s, grow_u), other, [u[0] * way, u[-1] * way]])
    all_s = np.clip(all_s, s[0], s[-1])
    order = np.lexsort((all_u, all_s))
    return Piece(MATCHED, span.a, span.b, all_s[order], all_u[order] * way)


def _unmatched_piece(one: Unmatched, strokes: Strokes, kind: int) -> Piece:
    own = inside(strokes, one.stroke, one.start, one.end)
    # an unmatched line between two spans parts in its middle, which must be there to part
    middle = [(one.start + one.end) / 2] if one.before >= 0 and one.after >= 0 else []
    along = np.unique(np.concatenate([[one.start], own, middle, [one.end]]))
    nothing = np.full(len(along), np.nan)
    if kind == VANISHING:
        return Piece(kind, one.stroke, -1, along, nothing)
    return Piece(kind, -1, one.stroke, nothing, along)


def ribbon_of(match: Match, spans: Spans, settings: RibbonSettings = RibbonSettings()) -> Ribbon:
    """The ribbon between the keys; ends that lie together in both keys are linked."""
    pieces = [_span_piece(span, match) for span in spans.matched]
    pieces += [_unmatched_piece(one, match.a.strokes, VANISHING) for one in spans.vanishing]
    pieces += [_unmatched_piece(one, match.b.strokes, APPEARING) for one in spans.appearing]
    laid = Ragged.of([len(piece.s) for piece in pieces])
    first, last, number = laid.first, laid.last, laid.owner
    kind = np.array([p.kind for p in pieces], np.int64)[number]
    stroke_a = np.array([p.stroke_a for p in pieces], np.int64)[number]
    stroke_b = np.array([p.stroke_b for p in pieces], np.int64)[number]
    s = np.concatenate([p.s for p in pieces]) if pieces else np.zeros(0)
    u = np.concatenate([p.u for p in pieces]) if pieces else np.zeros(0)
    a, b = np.zeros((len(s), 2)), np.zeros((len(s), 2))
    in_a, in_b = stroke_a >= 0, stroke_b >= 0
    s[in_a] = match.a.strokes.wrap(stroke_a[in_a], s[in_a])
    u[in_b] = match.b.strokes.wrap(stroke_b[in_b], u[in_b])
    a[in_a] = match.a.strokes.at(stroke_a[in_a], s[in_a])
    b[in_b] = match.b.strokes.at(stroke_b[in_b], u[in_b])
    only_a, only_b = kind == VANISHING, kind == APPEARING
    b[only_a] = along_samples(match.a.fine, match.forth.target, stroke_a[only_a], s[only_a])
    a[only_b] = along_samples(match.b.fine, match.back.target, stroke_b[only_b], u[only_b])
    matched = len(spans.matched)
    gone, alone = np.zeros(len(s)), np.zeros(len(s), bool)
    links = Links(len(pieces))
    base = matched
    for kind_now, unmatched in ((VANISHING, spans.vanishing), (APPEARING, spans.appearing)):
        for offset, one in enumerate(unmatched):
            piece = base + offset
            rows = slice(int(first[piece]), int(last[piece]) + 1)
            ends = [_span_end(spans, one.before, kind_now, True), _span_end(spans, one.after, kind_now, False)]
            goal, source = (b, a) if kind_now == VANISHING else (a, b)
            gone[rows] = _attach(goal, source, rows, [_vertex(end, first, last) for end in ends], settings.size)
            alone[rows] = max(ends) < 0
            strokes = match.a.strokes if kind_now == VANISHING else match.b.strokes
            if max(ends) < 0 and strokes.cyclic[one.stroke]:
                links.join(2 * piece, 2 * piece + 1)
            for side, end in enumerate(ends):
                if end >= 0:
                    links.join(2 * piece + side, end)
        base += len(unmatched)
    for index, span in enumerate(spans.matched):
        if span.copy >= 0 and match.a.strokes.cyclic[span.a]:
            links.join(2 * index, 2 * index + 1)
    _link_spans(links, spans, a, b, first, last, settings)
    chains, loops = links.chains()
    order = [np.arange(first[p], last[p] + 1)[:: -1 if backwards else 1] for chain in chains for p, backwards in chain]
    rows_all = np.concatenate(order) if order else np.zeros(0, np.int64)
    chain_of = Ragged.of([sum(int(laid.counts[p]) for p, _ in chain) for chain in chains]).owner
    loop = np.array(loops, bool)
    copy = np.array([*(span.copy for span in spans.matched), *[-1] * (len(pieces) - matched)], np.int64)[number]
    fresh, sealed = _distinct(a[rows_all], b[rows_all], kind[rows_all], chain_of, loop, copy[rows_all] >= 0)
    apart = [_apart(place[rows_all], number[rows_all], settings.slack)[fresh] for place in (a, b)]
    rows_all, chain_of = rows_all[fresh], chain_of[fresh]
    offsets = np.searchsorted(chain_of, np.arange(len(chains) + 1))
    pick = [value[rows_all] for value in (number, kind, stroke_a, s, stroke_b, u, a, b, gone, alone)]
    point_a, point_b = points_of(match, spans, laid.counts)
    ribbon = Ribbon(offsets, loop & sealed, *pick, *apart)
    return replace(ribbon, copy=copy[rows_all], point_a=point_a[rows_all], point_b=point_b[rows_all])


def _apart(place: Array, piece: Index, slack: float) -> NDArray[np.bool_]:
    """(V,) whether a vertex begins a piece apart from the end of the one before."""
    out = np.zeros(len(place), bool)
    out[1:] = (piece[1:] != piece[:-1]) & (np.linalg.norm(np.diff(place, axis=0), axis=1) > slack)
    return out


def _distinct(
    a: Array, b: Array, kind: Index, chain: Index, loops: NDArray[np.bool_], kept: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(V,) False for vertices that repeat the one before; (C,) whether loops do.

    They repeat it in both keys. Of `kept` ones (V,), only a loop's last, which repeats its first, is left out."""
    sealed = np.zeros(len(loops), bool)
    if not len(a):
        return np.zeros(0, bool), sealed
    behind = np.arange(len(a)) - 1
    starts = begins(chain)
    ends = np.r_[starts[1:], True]
    moved = np.abs(a - a[behind]).max(1) + np.abs(b - b[behind]).max(1) > 1e-6
    # a span and an unmatched line meet in one place, but that of the unmatched line does not live as long
    fresh = starts | moved | kept | (kind != kind[behind])
    first, last = np.flatnonzero(starts), np.flatnonzero(ends)
    closes = loops[chain[first]] & (last - first > 2)
    closes &= np.abs(a[first] - a[last]).max(1) + np.abs(b[first] - b[last]).max(1) <= 1e-6
    fresh[last[closes]] = False
    sealed[chain[first[closes]]] = True
    return fresh, sealed


def _span_end(spans: Spans, index: int, kind: int, at_end: bool) -> int:
    """The linkable end of the span that an unmatched line adjoins."""
    if index < 0:
        return -1
    span = spans.matched[index]
    backwards = kind == APPEARING and span.u[-1] < span.u[0]
    return 2 * index + (1 if at_end != backwards else 0)


def _vertex(end: int, first: Index, last: Index) -> int:
    if end < 0:
        return -1
    return int(last[end // 2] if end % 2 else first[end // 2])


def _attach(goal: Array, source: Array, rows: slice, joints: list[int], sizes: tuple[float, float]) -> Array:
    """How early each vertex of an unmatched line goes; carries it with its spans."""
    goal[rows] = _stiff(source[rows], goal[rows], sizes)
    along = arc_length(source[rows])
    total = max(float(along[-1]), 1e-9)
    part = along / total
    before, after = joints
    shift_before = goal[before] - goal[rows.start] if before >= 0 else None
    shift_after = goal[after] - goal[rows.stop - 1] if after >= 0 else None
    if shift_before is not None and shift_after is not None:
        goal[rows] += shift_before + (shift_after - shift_before) * part[:, None]
        return 1.0 - np.abs(2 * part - 1.0)
    if shift_before is not None:
        goal[rows] += shift_before
        return part
    if shift_after is not None:
        goal[rows] += shift_after
        return 1.0 - part
    # nothing to grow from: the whole stroke is carried by the motion around it and changes over half way
    return np.full(len(part), 0.5)


def _stiff(source: Array, goal: Array, sizes: tuple[float, float]) -> Array:
    """`source` laid on `goal` whole; a line of unknown other shape keeps its own."""
    z = to_complex(source)
    return to_plane(similarity_of(z, to_complex(goal)).sized(*sizes).at(z))


def _link_spans(
    links: Links, spans: Spans, a: Array, b: Array, first: Index, last: Index, settings: RibbonSettings
) -> None:
    """Link span ends that meet in both keys, one stroke's first, nearest first."""
    count = len(spans.matched)
    if not count:
        return
    weld = settings.weld
    vertex = np.stack([first[:count], last[:count]], 1).ravel()
    open_ends = np.flatnonzero(links.to[: 2 * count] < 0)
    at = a[vertex[open_ends]]
    i, j, _ = Grid(at, weld).pairs(at, weld)
    i, j = open_ends[i], open_ends[j]
    near = (i < j) & (np.linalg.norm(b[vertex[i]] - b[vertex[j]], axis=1) <= weld)
    i, j = i[near], j[near]
    stroke_a = np.array([s.a for s in spans.matched])
    stroke_b = np.array([s.b for s in spans.matched])
    apart = np.linalg.norm(a[vertex[i]] - a[vertex[j]], axis=1) + np.linalg.norm(b[vertex[i]] - b[vertex[j]], axis=1)
    same = (stroke_a[i // 2] == stroke_a[j // 2]).astype(float) + (stroke_b[i // 2] == stroke_b[j // 2])
    # strokes that only touch stay apart: they were drawn apart in both keys
    # and a line hardly longer than the weld is no ring
    long_enough = np.array([span.s[-1] - span.s[0] > settings.ring * weld for span in spans.matched])
    linkable = (same > 0) & ((i // 2 != j // 2) | long_enough[i // 2])
    copies = np.array([span.copy >= 0 for span in spans.matched])
    linkable &= ~(copies[i // 2] | copies[j // 2])
    for k in np.argsort(steady(apart - 100 * same), kind="stable"):
        if linkable[k]:
            links.join(int(i[k]), int(j[k]))


def solid_of(ribbon: Ribbon, strokes_a: Strokes, strokes_b: Strokes) -> NDArray[np.bool_]:
    """(V,) whether a vertex bounds a fill in either key."""
    on_a, on_b = ribbon.stroke_a >= 0, ribbon.stroke_b >= 0
    out = np.zeros(len(on_a), bool)
    out[on_a] = strokes_a.solid[ribbon.stroke_a[on_a]]
    out[on_b] |= strokes_b.solid[ribbon.stroke_b[on_b]]
    return out


def finer(ribbon: Ribbon, step: float) -> Ribbon:
    """The ribbon with vertices added: edges within pieces are at most `step` long.

    Engine units, in a key; lines that bend on the way must be able to."""
    count = len(ribbon.s)
    if count < 2:
        return ribbon
    length = np.maximum(*(np.linalg.norm(np.diff(place, axis=0), axis=1) for place in (ribbon.a, ribbon.b)))
    whole = ribbon.chains.joined & (ribbon.piece[1:] == ribbon.piece[:-1])
    for along in (ribbon.s, ribbon.u):
        # not over the seam of a closed stroke, where arc length starts anew
        whole &= ~(np.abs(np.diff(along)) > 2.0 * length + 1e-6)
    parts = np.append(np.where(whole, np.clip(np.ceil(steady(length / step)), 1, 4096), 1), 1).astype(np.int64)
    chains, cut = ribbon.chains.divided(parts)
    owner, share = cut.owner, cut.share
    after = np.where(share > 0, np.minimum(owner + 1, count - 1), owner)

    def mixed(values: Array) -> Array:
        part = wide(share, values)
        return np.asarray(values[owner] * (1.0 - part) + values[after] * part)

    index = [value[owner] for value in (ribbon.piece, ribbon.kind, ribbon.stroke_a, ribbon.stroke_b)]
    piece, kind, stroke_a, stroke_b = index
    alone = ribbon.alone[owner]
    apart_a, apart_b = (apart[owner] & (share == 0) for apart in (ribbon.apart_a, ribbon.apart_b))
    s, u, a, b, gone = (mixed(value) for value in (ribbon.s, ribbon.u, ribbon.a, ribbon.b, ribbon.gone))
    places = (a, b, gone, alone, apart_a, apart_b)
    copy = None if ribbon.copy is None else ribbon.copy[owner]
    return Ribbon(chains.offsets, ribbon.loop, piece, kind, stroke_a, s, stroke_b, u, *places, copy)
