"""Laying lines on lines: whether a stroke, moved, is a stroke of the other key.

It does not matter which way it runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...drawing.strokes import Strokes
from ...geometry.moves import Move
from ...geometry.points import Array, Complex, Index, Mask, to_complex


@dataclass(frozen=True)
class Laid:
    """How pairs of strokes (n,) lie on each other.

    miss   how far any point of either lies from where it should, engine units
    way    1 where they run the same way, -1 where they run against each other
    start  where on the second the first begins
    """

    miss: Array
    way: Array
    start: Array


def rows_of(strokes: Strokes, which: Index) -> tuple[Index, Index]:
    """The rows of the strokes `which` (n,), end to end, and each row's place in it."""
    rows, items = strokes.rows.picked(which)
    return items, rows.owner


def laid(move: Move, a: Strokes, b: Strokes, i: Index, j: Index) -> Laid:
    """How strokes `i` (n,) of a lie on `j` (n,) of b by one similarity, or one each.

    None of them is empty.
    """
    if not len(i):
        return Laid(np.zeros(0), np.zeros(0), np.zeros(0))
    rows, owner = rows_of(a, i)
    z = _moved(move, a, rows, owner)
    ends = np.searchsorted(owner, np.arange(len(i)))
    start = _starts(b, i, j, a.cyclic[i], z[ends])
    share = a.reach[rows] / np.maximum(a.length[i], 1e-12)[owner]
    misses = []
    for sign in (1.0, -1.0):
        along = _along(b, j, a.cyclic[i], start, sign)[owner] + sign * share * b.length[j][owner]
        there = to_complex(b.at(j[owner], b.wrap(j[owner], along)))
        misses.append(np.maximum.reduceat(np.abs(there - z), ends))
    way = np.where(misses[0] <= misses[1], 1.0, -1.0)
    start = np.where(a.cyclic[i], start, np.where(way > 0, 0.0, b.length[j]))
    miss = np.minimum(*misses)
    # other points may leave out what lies between them
    other = np.flatnonzero(np.diff(a.offsets)[i] != np.diff(b.offsets)[j])
    if len(other):
        miss[other] = np.maximum(miss[other], _missed(move, a, b, i, j, way, start, other))
    return Laid(miss, way, start)


def _missed(move: Move, a: Strokes, b: Strokes, i: Index, j: Index, way: Array, start: Array, which: Index) -> Array:
    """How far points of b lie from a's lines, of the pairs `which`."""
    rows, owner = rows_of(b, j[which])
    pair = which[owner]
    share = (b.reach[rows] - start[pair]) * way[pair] / np.maximum(b.length[j], 1e-12)[pair]
    along = share * a.length[i][pair]
    place = to_complex(a.at(i[pair], a.wrap(i[pair], along)))
    z = (move if np.ndim(move.turn) == 0 else move.pick(pair)).at(place)
    return np.maximum.reduceat(np.abs(z - to_complex(b.xy[rows])), np.searchsorted(owner, np.arange(len(which))))


def _moved(move: Move, a: Strokes, rows: Index, owner: Index) -> Complex:
    place = to_complex(a.xy[rows])
    return (move if np.ndim(move.turn) == 0 else move.pick(owner)).at(place)


def _along(b: Strokes, j: Index, cyclic: Mask, start: Array, way: float) -> Array:
    """(n,) where the first point lies on stroke j that is travelled `way`."""
    return np.where(cyclic, start, 0.0 if way > 0 else b.length[j])


def _starts(b: Strokes, i: Index, j: Index, cyclic: Mask, first: Complex) -> Array:
    """(n,) how far along closed strokes `j` the place `first` (n,) lies, 0 on others."""
    out = np.zeros(len(i))
    closed = np.flatnonzero(cyclic & b.cyclic[j])
    if not len(closed):
        return out
    rows, owner = rows_of(b, j[closed])
    last = np.r_[owner[1:] != owner[:-1], True]
    rows, owner = rows[~last], owner[~last]
    here, there = to_complex(b.xy[rows]), to_complex(b.xy[rows + 1])
    edge, place = there - here, first[closed][owner]
    part = np.clip((np.conj(edge) * (place - here)).real / np.maximum(np.abs(edge) ** 2, 1e-18), 0.0, 1.0)
    far = np.abs(here + part * edge - place)
    ends = np.searchsorted(owner, np.arange(len(closed)))
    nearest = np.flatnonzero(far <= np.minimum.reduceat(far, ends)[owner])
    _, first_of = np.unique(owner[nearest], return_index=True)
    at = nearest[first_of]
    out[closed] = b.reach[rows[at]] + part[at] * np.abs(edge[at])
    return out
