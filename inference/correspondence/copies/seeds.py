"""By which similarities one drawing's strokes may be the other's.

How their ink is spread tells, whatever the order, direction, seams and points of the strokes.

Moments of ink about its middle say how large it is and how it is turned (Hu 1962); those of several strokes together
are the sums of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...drawing.strokes import Strokes
from ...geometry.moves import Move, fitted
from ...geometry.neighbours import Grid
from ...geometry.points import Array, Complex, Index, Mask, to_complex, to_plane
from .laid import laid, rows_of

ALIKE = 6e-3
"""Shapes whose measures differ by no more than this may be the same, sampled otherwise."""
TELLING = 1e-2
"""A moment tells how a shape is turned where it is at least this large, relative to what it could be."""
ANCHORS = 4
"""Shapes that look the same turned by several angles are tried turned by this many of them, the least first."""
NEAREST = 3
"""Of the strokes that a stroke may have become, so many are tried, the nearest first."""


@dataclass(frozen=True)
class Measures:
    """Measures of shapes (n,).

    ink            its length
    middle         its middle
    size           how far ink lies from the middle in the mean of squares
    second, third  what the moments z z and z |z|^2 about the middle are for a shape of size and ink 1
    """

    ink: Array
    middle: Complex
    size: Array
    second: Complex
    third: Complex

    @cached_property
    def signs(self) -> Array:
        """(n, 3) that no similarity changes: size by ink, and how large the moments are."""
        compact = self.size / np.maximum(self.ink, 1e-12)
        return np.stack([3.0 * compact, np.abs(self.second), np.abs(self.third)], 1)

    @property
    def bent(self) -> Array:
        """(n,) how far ink lies off a straight line, by its length: 0 for straight lines."""
        off = self.size * np.sqrt(np.maximum(1.0 - np.abs(self.second), 0.0) / 2.0)
        return np.asarray(off / np.maximum(self.ink, 1e-12))


def moments(strokes: Strokes) -> Complex:
    """(S, 5) each stroke's length, and integrals of z, z z, |z|^2 and z |z|^2.

    The integrals run along the stroke.
    """
    out = np.zeros((strokes.count, 5), complex)
    rows = np.arange(len(strokes.xy) - 1) if len(strokes.xy) else np.zeros(0, np.int64)
    rows = rows[strokes.owner[rows] == strokes.owner[rows + 1]] if len(rows) else rows
    here, there = to_complex(strokes.xy[rows]), to_complex(strokes.xy[rows + 1])
    length = np.abs(there - here)
    parts = []
    # Simpson's rule is exact for what is cubic along an edge
    for z, weight in ((here, 1 / 6), ((here + there) / 2, 4 / 6), (there, 1 / 6)):
        square = np.abs(z) ** 2
        terms = np.stack([np.ones(len(z)), z, z * z, square, z * square], 1)
        parts.append((weight * length)[:, None] * terms)
    total, owner = parts[0] + parts[1] + parts[2], strokes.owner[rows]
    for column in range(total.shape[1]):
        out[:, column].real = np.bincount(owner, total[:, column].real, strokes.count)
        out[:, column].imag = np.bincount(owner, total[:, column].imag, strokes.count)
    return out


def measured(sums: Complex) -> Measures:
    """Measures of shapes from the sums (n, 5) of the moments of their strokes."""
    ink = sums[:, 0].real
    total = np.maximum(ink, 1e-12)
    c = sums[:, 1] / total
    m20, m11, m21 = (sums[:, k] / total for k in (2, 3, 4))
    second = m20 - c * c
    spread = np.maximum(m11.real - np.abs(c) ** 2, 0.0)
    third = m21 - 2 * c * m11.real - np.conj(c) * m20 + 2 * c * np.abs(c) ** 2
    size = np.sqrt(spread)
    safe = np.maximum(size, 1e-9)
    return Measures(ink, c, size, second / safe**2, third / safe**3)


@dataclass(frozen=True)
class Sketch:
    """What is known of one key's strokes.

    kind (S,): strokes of different kinds are never each other; place (S,): their middle; all their measures.
    """

    strokes: Strokes
    kind: Index
    sums: Complex
    measures: Measures
    place: Complex

    @staticmethod
    def of(strokes: Strokes, kind: Index) -> Sketch:
        sums = moments(strokes)
        measures = measured(sums)
        first = np.minimum(strokes.offsets[:-1], max(len(strokes.xy) - 1, 0))
        dot = measures.ink <= 1e-9
        place = measures.middle
        if len(strokes.xy):
            place = np.where(dot, to_complex(strokes.xy[first]), place)
        return Sketch(strokes, kind, sums, measures, place)

    def whole(self, which: Index) -> Measures:
        """Measures of some strokes taken together."""
        return measured(self.sums[which].sum(0)[None])

    def points(self, which: Index) -> Complex:
        """The points of some strokes, in their order."""
        return to_complex(self.strokes.xy[rows_of(self.strokes, which)[0]])


def seeds_of(a: Sketch, b: Sketch, one: Index, other: Index) -> list[tuple[Move, bool]]:
    """Similarities that may lay strokes `one` of a on `other` of b.

    The plainest comes first, each with whether it leaves order and points as they are.
    """
    out: list[tuple[Move, bool]] = []
    ordered = _ordered(a, b, one, other)
    x, y = a.whole(one), b.whole(other)
    if min(x.ink[0], y.ink[0], x.size[0]) <= 1e-9 or (np.abs(x.signs - y.signs) > ALIKE).any():
        return [(move, True) for move in ordered]
    scale = float(y.ink[0] / x.ink[0])
    if abs(scale - 1.0) <= ALIKE:
        out.append((Move(1.0, complex(y.middle[0] - x.middle[0])), False))
    turns = [(angle, False) for angle in _angles(a, b, one, other, x, y, False)]
    flips = [(angle, True) for angle in _angles(a, b, one, other, x, y, True)]
    out += [(move, True) for move in ordered if not move.mirrored]
    for angle, mirrored in (*turns, *flips):
        turn = scale * np.exp(1j * angle)
        here = np.conj(x.middle[0]) if mirrored else x.middle[0]
        out.append((Move(complex(turn), complex(y.middle[0] - turn * here), mirrored), False))
    return out + [(move, True) for move in ordered if move.mirrored]


def _ordered(a: Sketch, b: Sketch, one: Index, other: Index) -> list[Move]:
    """The similarities that lay point on point, in the order in which they were drawn."""
    counts_a, counts_b = np.diff(a.strokes.offsets)[one], np.diff(b.strokes.offsets)[other]
    if len(one) != len(other) or not np.array_equal(counts_a, counts_b):
        return []
    z, w = a.points(one), b.points(other)
    return [fitted(z, w, mirrored) for mirrored in (False, True)]


def _angles(a: Sketch, b: Sketch, one: Index, other: Index, x: Measures, y: Measures, mirrored: bool) -> list[float]:
    """By which angles `one`, mirrored or not, may be turned to be `other`."""
    second, third = (np.conj(m) if mirrored else m for m in (x.second[0], x.third[0]))
    found: list[float] = []
    if abs(second) > TELLING:
        half = float(np.angle(y.second[0] / second)) / 2
        found = [half, half + np.pi]
        if abs(third) > TELLING:
            found.sort(key=lambda angle: (y.third[0] * np.conj(third) * np.exp(-1j * angle)).real, reverse=True)
    elif abs(third) > TELLING:
        found = [float(np.angle(y.third[0] / third))]
    else:
        found = [0.0, np.pi, *_anchored(a, b, one, other, x, y, mirrored)]
    wrapped = [float(np.angle(np.exp(1j * angle))) for angle in found]
    return wrapped if abs(third) > TELLING else sorted(wrapped, key=abs)


def _anchored(a: Sketch, b: Sketch, one: Index, other: Index, x: Measures, y: Measures, mirrored: bool) -> list[float]:
    """Angles that lay the farthest-out stroke on one that is as far out.

    Of a single stroke they lay the point that is farthest out.
    """
    if len(one) > 1:
        here, there = a.place[one] - x.middle[0], b.place[other] - y.middle[0]
    else:
        here, there = a.points(one) - x.middle[0], b.points(other) - y.middle[0]
    far = int(np.abs(here).argmax())
    radius = float(np.abs(here[far]) * y.ink[0] / x.ink[0])
    if radius <= ALIKE * y.size[0]:
        return []
    out = there[np.abs(np.abs(there) - radius) <= ALIKE * radius]
    own = np.conj(here[far]) if mirrored else here[far]
    angles = np.angle(out / own)
    return [float(angle) for angle in angles[np.argsort(np.abs(angles), kind="stable")][:ANCHORS]]


def stroke_pairs(a: Sketch, b: Sketch, unmatched_a: Index, unmatched_b: Index, bent: float) -> tuple[Index, Index]:
    """Pairs of strokes, bent by at least so much, that may be each other.

    Kind, closedness and measures decide; of each stroke of a with its NEAREST.
    """
    nothing = np.zeros(0, np.int64), np.zeros(0, np.int64)
    one, other = (
        unmatched[side.measures.bent[unmatched] >= bent] for side, unmatched in ((a, unmatched_a), (b, unmatched_b))
    )
    if not len(one) or not len(other):
        return nothing
    signs_a, signs_b = a.measures.signs[one], b.measures.signs[other]
    i, j, _ = Grid(signs_b[:, :2], ALIKE).pairs(signs_a[:, :2], ALIKE)
    alike = np.abs(signs_a[i, 2] - signs_b[j, 2]) <= ALIKE
    i, j = one[i[alike]], other[j[alike]]
    same = (a.kind[i] == b.kind[j]) & (a.strokes.cyclic[i] == b.strokes.cyclic[j])
    i, j = i[same], j[same]
    far = np.abs(a.place[i] - b.place[j])
    order = np.lexsort((far, i))
    i, j = i[order], j[order]
    rank = np.arange(len(i)) - np.searchsorted(i, i)
    return i[rank < NEAREST], j[rank < NEAREST]


def likely(a: Sketch, b: Sketch, i: Index, j: Index, slack: float, share: float) -> Mask:
    """(n,) whether stroke i of a, turned by its moments, lies about on j of b.

    It may be mirrored. It lies there within `slack` and a `share` of its size. Shapes whose moments do not tell may
    always.
    """
    out = np.abs(a.measures.second[i]) <= TELLING
    rows = np.flatnonzero(~out)
    i, j = i[rows], j[rows]
    scale = b.measures.ink[j] / a.measures.ink[i]
    allowed = slack + share * b.measures.size[j]
    for mirrored in (False, True):
        own, middle = a.measures.second[i], a.measures.middle[i]
        own, middle = (np.conj(own), np.conj(middle)) if mirrored else (own, middle)
        half = np.angle(b.measures.second[j] / own) / 2
        for branch in (0.0, np.pi):
            turn = scale * np.exp(1j * (half + branch))
            move = Move(turn, b.measures.middle[j] - turn * middle, np.full(len(rows), mirrored))
            out[rows] |= laid(move, a.strokes, b.strokes, i, j).miss <= allowed
    return np.asarray(out)


def pieces(places: Array, stroke: Index, unmatched: Index, count: int, touch: float) -> list[Index]:
    """The `unmatched` strokes of `count`, by what touches what: groups of two or more.

    Their samples at `places` (N, 2), each on its `stroke` (N,), come as near as `touch`.
    """
    usable = np.zeros(count, bool)
    usable[unmatched] = True
    rows = np.flatnonzero(usable[stroke])
    if not len(rows):
        return []
    i, j, _ = Grid(places[rows], touch).pairs(places[rows], touch)
    own, other = stroke[rows[i]], stroke[rows[j]]
    foreign = own != other
    own, other = own[foreign], other[foreign]
    label = np.arange(count)
    while True:
        lower = label.copy()
        np.minimum.at(lower, own, label[other])
        lower = lower[lower]
        if np.array_equal(lower, label):
            break
        label = lower
    order = np.argsort(label[unmatched], kind="stable")
    groups = np.split(unmatched[order], np.flatnonzero(np.diff(label[unmatched][order])) + 1)
    return [group for group in groups if len(group) > 1]


def piece_pairs(a: Sketch, b: Sketch, ones: list[Index], others: list[Index]) -> list[tuple[Index, Index]]:
    """Groups of strokes of either key that may be each other.

    How many they are tells, and their measures.
    """
    if not ones or not others:
        return []
    x, y = (measured(np.stack([side.sums[g].sum(0) for g in groups])) for side, groups in ((a, ones), (b, others)))
    alike = (np.abs(x.signs[:, None] - y.signs[None]) <= ALIKE).all(2)
    many = np.array([len(g) for g in ones])[:, None] == np.array([len(g) for g in others])
    return [(ones[i], others[j]) for i, j in zip(*np.nonzero(alike & many), strict=True)]


def centres(sketch: Sketch, which: Index) -> Array:
    """(n, 2) the middles of strokes."""
    return to_plane(sketch.place[which])
