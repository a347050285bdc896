"""Copies: what of a drawing *is* the other key's, laid there by one similarity.

It is the same strokes, moved, turned, scaled or mirrored.

Asked before anything is matched. What keys have in common by copying needs no guess: it moves exactly. Order,
direction, seams and points of strokes do not matter. The largest groups that one similarity moves are sought: the whole
drawing first, then layers, then what hangs together, then single strokes; every similarity found there is tried on all
that is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...drawing.contract import Drawing
from ...drawing.strokes import Samples, Strokes
from ...geometry.moves import Move, fitted, settled
from ...geometry.points import Array, Index
from .groups import CopySettings, Group, Search, matching
from .search import take_round, take_single
from .seeds import Sketch


@dataclass(frozen=True)
class Copy:
    """Strokes of key a that become strokes of key b by one similarity, engine units.

    strokes  (n, 2) of key a and of key b
    along    for each pair, arc lengths (k,) on stroke a and (k,) on stroke b of the places that become each other
    points   for each pair, which point of stroke b each point of stroke a becomes, None where points differ
    """

    move: Move
    strokes: Index
    along: tuple[tuple[Array, Array], ...]
    points: tuple[Index | None, ...]


def copies_of(
    a: tuple[Drawing, Strokes, Samples], b: tuple[Drawing, Strokes, Samples], settings: CopySettings = CopySettings()
) -> tuple[Copy, ...]:
    """The copies in two drawings, the largest first.

    Each drawing comes with its strokes, and even samples of them, in engine units.
    """
    layer_a, layer_b = _layer(a[0]), _layer(b[0])
    one, other = Sketch.of(a[1], _kinds(a[0], layer_a)), Sketch.of(b[1], _kinds(b[0], layer_b))
    drawn_a, drawn_b = (np.diff(side.strokes.offsets) > 0 for side in (one, other))
    if not (drawn_a.any() and drawn_b.any()):
        return ()
    search = Search(one, other, settings, drawn_a, drawn_b, (layer_a, layer_b), (a[2], b[2]))
    for number in range(settings.rounds):
        # what looks like several is left until no group takes it along
        if not take_round(search, number == 0) and not take_single(search):
            break
    return tuple(_copy(search, group) for group in search.found)


def _layer(drawing: Drawing) -> Index:
    """(S,) the layer of each stroke."""
    return np.zeros(drawing.stroke_count, np.int64) if drawing.layer is None else drawing.layer


def _kinds(drawing: Drawing, layer: Index) -> Index:
    """(S,) one number for each layer and material, the same in both keys."""
    filled = np.zeros(drawing.stroke_count, np.int64) if drawing.filled is None else drawing.filled.astype(np.int64)
    return np.asarray((layer * 2 + filled) * 2**32 + drawing.material.astype(np.int64), np.int64)


def _copy(search: Search, group: Group) -> Copy:
    z, w = matching(search, group)
    move = settled(fitted(z, w, bool(group.move.mirrored)), z, search.settings.slack / 2)
    rows = zip(group.i.tolist(), group.j.tolist(), group.way.tolist(), group.start.tolist(), strict=True)
    along, points = zip(
        *(_along(search.a.strokes, search.b.strokes, *row, search.settings.slack) for row in rows), strict=True
    )
    return Copy(move, np.stack([group.i, group.j], 1), along, points)


def _along(
    a: Strokes, b: Strokes, i: int, j: int, way: float, start: float, slack: float
) -> tuple[tuple[Array, Array], Index | None]:
    """Arc lengths of the places on strokes i and j that become each other.

    They are the points of both. The last answer is which points of the second those of the first become, where they
    are the same.
    """
    s = a.reach[a.offsets[i] : a.offsets[i + 1]]
    own = b.reach[b.offsets[j] : b.offsets[j + 1]]
    long_a, long_b = float(a.length[i]), float(b.length[j])
    u = start + way * s / max(long_a, 1e-12) * long_b
    closed = bool(b.cyclic[j])
    count = len(own) - closed
    points = _travelled(own, long_b, way, start) if closed else np.arange(count)[:: int(way)]
    travelled = own[points % count] + long_b * (points // count)
    if len(travelled) == len(u) and float(np.abs(travelled - u).max()) <= 2.0 * slack:
        return (s, travelled), points[:count] % count
    other = np.clip((travelled - start) * way / max(long_b, 1e-12), 0.0, 1.0) * long_a
    s = np.unique(np.concatenate([s, other]))
    s = s[np.r_[True, np.diff(s) > slack]]
    s[-1] = long_a
    return (s, start + way * s / max(long_a, 1e-12) * long_b), None


def _travelled(own: Array, length: float, way: float, start: float) -> Index:
    """(n + 1,) the points of a closed stroke in the order in which they are met.

    The way begins nearest to `start`; the first comes again at the end; n is added for every round.
    """
    count = len(own) - 1
    off = np.abs(own[:-1] - start)
    first = int(np.minimum(off, length - off).argmin())
    first += count if own[first] < start - length / 2 else -count if own[first] > start + length / 2 else 0
    return np.asarray(first + int(way) * np.arange(count + 1))


def copied(copies: Sequence[Copy], side: int, count: int) -> Index:
    """(S,) the copy that each stroke of key a (`side` 0) or b (1) belongs to, or -1.

    There are `count` strokes.
    """
    out = np.full(count, -1, np.int64)
    for number, copy in enumerate(copies):
        out[copy.strokes[:, side]] = number
    return out
