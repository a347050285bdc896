"""Groups of strokes that one similarity lays on strokes of the other key.

Some are copies beyond doubt.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...drawing.strokes import Samples
from ...geometry.moves import Move, fitted, settled
from ...geometry.neighbours import Grid
from ...geometry.points import Array, Complex, Index, Mask, to_complex, to_plane
from .laid import laid, rows_of
from .seeds import Sketch, centres, seeds_of


@dataclass(frozen=True)
class CopySettings:
    """Lengths in engine units.

    slack       how far a point of a copy may lie from where it should
    exact       how far at most if it is known by its shape alone, as a share of its size
    sampled     where other points lie on the same line: this share of the line's size
    first       what a guess may miss before it is fitted, besides this share of the size
    bent        lines that leave a straight one by less than this share of their length are straight; where
                points differ, those that leave it by less than `curved`
    touch       lines this near to each other hang together
    rounds      how often what is unmatched is looked at again
    most        similarities tried in a round
    clear       a stroke that looks like several is the nearest if that is at most this share of the way to the next
    about_face  degrees: a straight line alone is not believed to turn by more
    cell        strokes are looked up by their middles in cells of this size
    """

    slack: float = 0.03
    exact: float = 5e-4
    sampled: float = 2.5e-3
    first: float = 0.02
    bent: float = 4e-3
    curved: float = 0.03
    touch: float = 8.0
    rounds: int = 4
    most: int = 96
    clear: float = 0.5
    about_face: float = 170.0
    cell: float = 30.0


DOT, STRAIGHT, BENT = 2, 4, 8
"""How many numbers have to agree by chance for a dot, a straight line, a bent line to lie where a similarity leads."""
TRUE = 2e-3
"""Engine units: what floats miss."""
CORNER = 3
"""A line of no more points than this has one bend at most, which two numbers tell."""
STILL, SHIFT, TURN, SCALED, MIRRORED = 0, 2, 3, 4, 5
"""How many of them a similarity explains."""
SPARE = 4
"""So many more must agree for a group to be a copy; where it has not moved, or is a single straight line, a dot's."""


@dataclass(frozen=True)
class Group:
    """Pairs of strokes that one similarity lays on each other, within `miss` (n,)."""

    move: Move
    ordered: bool
    i: Index
    j: Index
    way: Array
    start: Array
    miss: Array

    def pick(self, rows: Index) -> Group:
        """Some of the pairs."""
        i, j, way, start, miss = self.i[rows], self.j[rows], self.way[rows], self.start[rows], self.miss[rows]
        return Group(self.move, self.ordered, i, j, way, start, miss)


@dataclass
class Search:
    """What is known of both keys, and which strokes are still free."""

    a: Sketch
    b: Sketch
    settings: CopySettings
    unmatched_a: Mask
    unmatched_b: Mask
    layers: tuple[Index, Index]
    samples: tuple[Samples, Samples]
    pairs: tuple[Index, Index] = (np.zeros(0, np.int64), np.zeros(0, np.int64))
    found: list[Group] = field(default_factory=list)


def is_complete(search: Search, group: Group) -> bool:
    """Whether a group is all that is free in both keys."""
    return len(group.i) == int(search.unmatched_a.sum()) == int(search.unmatched_b.sum())


def groups_of(search: Search, one: Index, other: Index) -> list[Group]:
    """What the similarities that lay strokes `one` on `other` lay in all.

    The plainest similarity comes first. For no strokes at all: what has not moved.
    """
    s = search.settings
    if not len(one):
        return [supported(search, Move(), True, s.slack, 0.0)]
    out = []
    for seed, ordered in seeds_of(search.a, search.b, one, other):
        move = fitted_again(search, seed, one, other)
        if move is None:
            continue
        group = supported(search, move, ordered, s.slack, s.sampled)
        if np.isin(one, group.i).all():
            out.append(group)
            if _shifted(group) or (_ordered(search, group) and not move.mirrored):
                break
    return out


def is_turned_over(search: Search, group: Group) -> bool:
    """Whether what would turn about lies as well mirrored, all in order.

    What is its own mirror image looks the same either way: the order of points tells. It is no chance, as it is with
    straight lines.
    """
    move, s = group.move, search.settings
    if move.mirrored or explained(move) <= SHIFT:
        return False
    if group.ordered and (np.diff(group.j[np.argsort(group.i)]) > 0).all():
        return False
    one, other = np.sort(group.i), np.sort(group.j)
    for seed in _mirrored(search, one, other):
        over = supported(search, seed, True, s.slack, s.sampled, (one, other))
        if len(over.i) == len(one) and int(_told(search, over).sum()) > explained(seed):
            return True
    return False


def _mirrored(search: Search, one: Index, other: Index) -> list[Move]:
    """The similarity that lays points on points, in their order, mirrored."""
    seeds = seeds_of(search.a, search.b, one, other)
    moves = (fitted_again(search, seed, one, other) for seed, ordered in seeds if ordered and seed.mirrored)
    return [move for move in moves if move is not None and move.mirrored]


def fitted_again(search: Search, seed: Move, one: Index, other: Index) -> Move | None:
    """A guess fitted to the strokes that it lays about on each other.

    None if it does not lay all `one` on `other`.
    """
    s = search.settings
    size = float(search.b.whole(other).size[0])
    rough = supported(search, seed, False, s.slack + s.first * size, s.first, (one, other))
    if len(rough.i) < len(one):
        return None
    z, w = matching(search, rough)
    move = settled(fitted(z, w, bool(seed.mirrored)), z, s.slack / 2)
    fine = supported(search, move, False, s.slack, s.sampled, (one, other))
    return move if len(fine.i) == len(one) else None


def matching(search: Search, group: Group) -> tuple[Complex, Complex]:
    """The points of a's strokes in a group, and where they lie on b's."""
    a, b = search.a.strokes, search.b.strokes
    rows, owner = rows_of(a, group.i)
    share = a.reach[rows] / np.maximum(a.length[group.i], 1e-12)[owner]
    along = group.start[owner] + group.way[owner] * share * b.length[group.j][owner]
    return to_complex(a.xy[rows]), to_complex(b.at(group.j[owner], b.wrap(group.j[owner], along)))


def supported(
    search: Search,
    move: Move,
    ordered: bool,
    slack: float,
    sampled: float,
    among: tuple[Index, Index] | None = None,
) -> Group:
    """All untaken strokes that the similarity lays on untaken ones, each on one.

    Or those `among` some.
    """
    a, b, s = search.a, search.b, search.settings
    one, other = (np.flatnonzero(search.unmatched_a), np.flatnonzero(search.unmatched_b)) if among is None else among
    size_a, size_b = a.measures.size, b.measures.size
    if len(one) == len(other) == 1:
        i, j = one, other
    else:
        reach = slack + sampled * float(size_b[other].max(initial=0.0))
        i, j, _ = Grid(centres(b, other), max(reach, s.cell)).pairs(to_plane(move.at(a.place[one])), reach)
        i, j = one[i], other[j]
    scale = abs(complex(move.turn))
    allowed = slack + sampled * size_b[j]
    if sampled == s.sampled:
        same = np.diff(a.strokes.offsets)[i] == np.diff(b.strokes.offsets)[j]
        allowed = np.where(same, slack, allowed)
    alike = (a.kind[i] == b.kind[j]) & (a.strokes.cyclic[i] == b.strokes.cyclic[j])
    alike &= np.abs(scale * size_a[i] - size_b[j]) <= 2.0 * allowed
    i, j, allowed = i[alike], j[alike], allowed[alike]
    found = laid(move, a.strokes, b.strokes, i, j)
    rows = _one_to_one(i, j, np.flatnonzero(found.miss <= allowed))
    return Group(move, ordered, i, j, found.way, found.start, found.miss).pick(rows)


def _one_to_one(i: Index, j: Index, rows: Index) -> Index:
    """Of pairs (i, j), those among `rows` taken if each stroke is taken once.

    They come in the order of i and j.
    """
    rows = rows[np.lexsort((j[rows], i[rows]))]
    if len(np.unique(i[rows])) == len(rows) == len(np.unique(j[rows])):
        return rows
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    out = []
    for row in rows.tolist():
        if int(i[row]) not in taken_a and int(j[row]) not in taken_b:
            taken_a.add(int(i[row]))
            taken_b.add(int(j[row]))
            out.append(row)
    return np.array(out, np.int64)


def untaken(search: Search, group: Group) -> Group:
    """What is left of a group when strokes have been taken."""
    rows = np.flatnonzero(search.unmatched_a[group.i] & search.unmatched_b[group.j])
    if len(rows) == len(group.i):
        return group
    return group.pick(rows)


def take(search: Search, group: Group) -> None:
    search.unmatched_a[group.i] = False
    search.unmatched_b[group.j] = False
    search.found.append(group)


def best_of(search: Search, groups: list[Group]) -> Group | None:
    """The group with most ink that is a copy beyond doubt.

    Of those alike in that, it is the one that moves most plainly.
    """
    ink = (round(float(np.log1p(search.a.measures.ink[group.i].sum())), 3) for group in groups)
    ranks = [(-size, -len(group.i), *_effort(search, group)) for size, group in zip(ink, groups, strict=True)]
    order = sorted(range(len(groups)), key=lambda k: ranks[k])
    return next((groups[k] for k in order if is_certain(search, groups[k])), None)


def _effort(search: Search, group: Group) -> tuple[bool, bool, bool, bool, float]:
    """How far a group's move is from plain, the smaller the plainer."""
    move = group.move
    turn = complex(move.turn)
    ordered = _ordered(search, group)
    return not move.still, bool(move.mirrored), not _shifted(group), not ordered, round(abs(np.log(turn)), 6)


def _shifted(group: Group) -> bool:
    """Whether a group is but shifted.

    A circle of many points looks nearly so when it was turned.
    """
    return group.move.turn == 1.0 and not group.move.mirrored and float(group.miss.max(initial=0.0)) <= TRUE


def _ordered(search: Search, group: Group) -> bool:
    """Whether points stay in order, and that is no chance.

    Any straight line is any other's, drawn one way or the other, and one that turned about by half a turn was rather
    drawn the other way.
    """
    told = int(_told(search, group).sum()) > explained(group.move)
    return group.ordered and (told or abs(np.angle(complex(group.move.turn))) <= np.deg2rad(search.settings.about_face))


def is_certain(search: Search, group: Group) -> bool:
    """Whether more numbers agree than chance and the similarity account for.

    A single stroke must look like no other.
    """
    if not len(group.i) or is_turned_over(search, group):
        return False
    congruent = not group.move.mirrored and explained(group.move) <= TURN
    if is_complete(search, group) and _same_points(search, group) and (congruent or not search.found):
        return True
    told, spare = _told(search, group), SPARE
    if group.move.still:
        spare = DOT
    if int(told.sum()) - explained(group.move) < spare:
        return False
    return len(group.i) > 1 or group.move.still or (exact(search, group) and _unique(search, group))


def exact(search: Search, group: Group) -> bool:
    """Whether the only stroke of a group is known again by its shape alone."""
    return bool(group.miss[0] <= search.settings.exact * search.b.measures.size[group.j[0]])


def _same_points(search: Search, group: Group) -> bool:
    counts_a, counts_b = (np.diff(side.strokes.offsets) for side in (search.a, search.b))
    return bool((counts_a[group.i] == counts_b[group.j]).all())


def _told(search: Search, group: Group) -> Index:
    """(n,) how many numbers say where a group's strokes lie and what they look like."""
    measures, s = search.a.measures, search.settings
    counts_a, counts_b = np.diff(search.a.strokes.offsets)[group.i], np.diff(search.b.strokes.offsets)[group.j]
    # other points may hide how a line is bent a little
    bent = measures.bent[group.i] >= np.where(counts_a == counts_b, s.bent, s.curved)
    told = np.where(bent, np.where(counts_a <= CORNER, BENT - 2, BENT), STRAIGHT)
    return np.where(measures.ink[group.i] > 1e-9, told, DOT)


def explained(move: Move) -> int:
    if move.still:
        return STILL
    if move.mirrored:
        return MIRRORED
    turn = complex(move.turn)
    if turn == 1.0:
        return SHIFT
    return TURN if abs(abs(turn) - 1.0) < 1e-9 else SCALED


def _unique(search: Search, group: Group) -> bool:
    """Whether a group's only stroke and its partner look like no other stroke.

    Only strokes that are not taken count, of either key.
    """
    i, j = search.pairs
    rivals = ((i == group.i[0]) ^ (j == group.j[0])) & search.unmatched_a[i] & search.unmatched_b[j]
    return not rivals.any()
