"""The search for copies: what is tried, and strokes that look like several.

It goes in rounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from ...drawing.strokes import Strokes
from ...geometry.moves import Move
from ...geometry.neighbours import Grid
from ...geometry.points import Array, Index
from .groups import (
    SHIFT,
    TURN,
    Group,
    Search,
    best_of,
    explained,
    fitted_again,
    groups_of,
    is_complete,
    is_turned_over,
    supported,
    take,
    untaken,
)
from .seeds import Sketch, likely, piece_pairs, pieces, seeds_of, stroke_pairs


def take_round(search: Search, first: bool) -> bool:
    """Take the groups that similarities lead to; whether to look for more.

    They are similarities of the whole, of layers, of what hangs together and of strokes; the largest group comes
    first. What has not moved is looked for in the `first` round.
    """
    search.pairs = _single_pairs(search)
    found: list[Group] = []
    known: set[tuple[int, int]] = set()
    for one, other in islice(_units(search, first), search.settings.most):
        if len(one) == len(other) == 1 and (int(one[0]), int(other[0])) in known:
            continue
        groups = groups_of(search, one, other)
        whole = best_of(search, [group for group in groups if is_complete(search, group)])
        if whole is not None:
            take(search, whole)
            return False
        found += groups
        known.update(pair for group in groups for pair in zip(group.i.tolist(), group.j.tolist(), strict=True))
    return _take_largest(search, found)


def _take_largest(search: Search, groups: list[Group]) -> bool:
    """Take one group after the other as long as any is a copy; whether one was."""
    taken = False
    while groups:
        best = best_of(search, groups)
        if best is None:
            break
        take(search, best)
        taken = True
        others = (untaken(search, group) for group in groups if group is not best)
        groups = [group for group in others if len(group.i)]
    return taken


def _units(search: Search, first: bool) -> Iterator[tuple[Index, Index]]:
    """Strokes of either key that may be each other, taken together.

    None of them, all, layers, what hangs together, single strokes.
    """
    unmatched_a, unmatched_b = np.flatnonzero(search.unmatched_a), np.flatnonzero(search.unmatched_b)
    if first:
        nothing = np.zeros(0, np.int64)
        yield nothing, nothing
    if len(unmatched_a) == len(unmatched_b):
        yield unmatched_a, unmatched_b
    layer_a, layer_b = search.layers
    for number in np.unique(layer_a[unmatched_a]).tolist():
        one, other = unmatched_a[layer_a[unmatched_a] == number], unmatched_b[layer_b[unmatched_b] == number]
        if len(other) == len(one) < len(unmatched_a):
            yield one, other
    pairs = piece_pairs(search.a, search.b, *_pieces(search, unmatched_a, unmatched_b))
    yield from sorted(pairs, key=lambda pair: -float(search.a.measures.ink[pair[0]].sum()))
    i, j = search.pairs
    for row in np.argsort(-search.a.measures.ink[i], kind="stable").tolist():
        yield i[row : row + 1], j[row : row + 1]


def _pieces(search: Search, unmatched_a: Index, unmatched_b: Index) -> list[list[Index]]:
    """What hangs together in either key, of strokes that may have a counterpart."""
    bent = search.settings.bent
    alike = stroke_pairs(search.a, search.b, unmatched_a, unmatched_b, bent)
    out = []
    for samples, side, unmatched, known in zip(
        search.samples, (search.a, search.b), (unmatched_a, unmatched_b), alike, strict=True
    ):
        unmatched = unmatched[(side.measures.bent[unmatched] < bent) | np.isin(unmatched, known)]
        out.append(pieces(samples.xy, samples.stroke, unmatched, side.strokes.count, search.settings.touch))
    return out


def _single_pairs(search: Search) -> tuple[Index, Index]:
    """Pairs of single bent strokes of as many points that may be each other."""
    a, b, s = search.a, search.b, search.settings
    i, j = stroke_pairs(a, b, np.flatnonzero(search.unmatched_a), np.flatnonzero(search.unmatched_b), s.bent)
    same = np.diff(a.strokes.offsets)[i] == np.diff(b.strokes.offsets)[j]
    i, j = i[same], j[same]
    near = likely(a, b, i, j, 2.0 * s.slack, s.exact)
    return i[near], j[near]


def take_single(search: Search) -> bool:
    """Take single strokes that look like several, or are straight; if any were.

    They are neither scaled nor mirrored: each is clearly the other's nearest, or simply so where it has the same
    place among as many strokes.
    """
    a, b, s = search.a, search.b, search.settings
    candidates = []
    taken = False
    drawn_alike = np.array_equal(a.strokes.offsets, b.strokes.offsets)
    for one, other in _congruent(search):
        group = _single(search, one, other)
        if group is not None:
            candidates.append((float(abs(a.place[one[0]] - b.place[other[0]])), group))
    candidates.sort(key=lambda pair: pair[0])
    for distance, group in candidates:
        rivals = [
            far
            for far, rival in candidates
            if rival is not group
            and (rival.i[0] == group.i[0] or rival.j[0] == group.j[0])
            and len(untaken(search, rival).i)
        ]
        clear = 1.0 if drawn_alike and group.i[0] == group.j[0] else s.clear
        if len(untaken(search, group).i) and distance <= clear * min(rivals, default=np.inf):
            take(search, group)
            taken = True
    return taken


def _congruent(search: Search) -> Iterator[tuple[Index, Index]]:
    """Pairs of single untaken strokes of the same size.

    Bent ones are alike in shape, straight ones run the same way.
    """
    a, b, s = search.a, search.b, search.settings
    unmatched_a, unmatched_b = np.flatnonzero(search.unmatched_a), np.flatnonzero(search.unmatched_b)
    i, j = _single_pairs(search)
    same = np.abs(a.measures.size[i] - b.measures.size[j]) <= 2.0 * s.slack
    yield from ((i[row : row + 1], j[row : row + 1]) for row in np.flatnonzero(same))
    one, other = (_straight(side, unmatched, s.bent) for side, unmatched in ((a, unmatched_a), (b, unmatched_b)))
    if not len(one) or not len(other):
        return
    chord_a, chord_b = _chords(a.strokes, one), _chords(b.strokes, other)
    i, j, _ = Grid(np.concatenate([chord_b, -chord_b]), 1.0).pairs(chord_a, 2.0 * s.slack)
    i, j = one[i], other[j % len(other)]
    same = (a.kind[i] == b.kind[j]) & (a.strokes.cyclic[i] == b.strokes.cyclic[j])
    yield from ((i[row : row + 1], j[row : row + 1]) for row in np.flatnonzero(same)[: s.most])


def _straight(side: Sketch, unmatched: Index, bent: float) -> Index:
    return unmatched[(side.measures.bent[unmatched] < bent) & (side.measures.ink[unmatched] > 1e-9)]


def _chords(strokes: Strokes, which: Index) -> Array:
    """(n, 2) the way from the first point of strokes to their last."""
    return np.asarray(strokes.xy[strokes.offsets[which + 1] - 1] - strokes.xy[strokes.offsets[which]])


def _single(search: Search, one: Index, other: Index) -> Group | None:
    """How one stroke is laid on another without scale; None if it can't be."""
    s = search.settings
    straight = search.a.measures.bent[one[0]] < s.bent
    shift = Move(1.0, complex(search.b.place[other[0]] - search.a.place[one[0]]))
    for seed, ordered in [(shift, True)] if straight else seeds_of(search.a, search.b, one, other):
        move = fitted_again(search, seed, one, other)
        if move is None or move.mirrored or explained(move) > (SHIFT if straight else TURN):
            continue
        group = supported(search, move, ordered, s.slack, s.sampled, (one, other))
        if len(group.i):
            return None if is_turned_over(search, group) else group
    return None
