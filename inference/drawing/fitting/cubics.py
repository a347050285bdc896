"""Bezier and Catmull-Rom curves laid on polylines by least squares.

All segments of all lines are fitted at once.

After Schneider, An Algorithm for Automatically Fitting Digitized Curves (Graphics Gems, 1990): ends and directions are
given, how far handles reach is solved for, parameters are corrected by Newton's method, and where a segment is too far
off, it is divided. Unlike there, segments begin as those of the key, and directions come from fits without any.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ...geometry.points import Array, Index, Mask
from .runs import FARTHEST, NOTHING, CurveSettings, Runs, Segments, refined

CORNER = np.cos(np.radians(20.0))
"""Cosine: where a line turns by more than that it has a corner, and handles do not align."""
LONGEST_HANDLE = 1.0
"""A handle reaches no farther than that share of its segment's length."""
SHORTEST_HANDLE = 0.02
"""A handle that reaches less far, as a share of its segment's size, has no direction of its own."""
CORRECTIONS = 4
"""Times that parameters are corrected."""
Shape = Callable[[Runs, Segments, Array], tuple[Array, Mask]]
"""Control points (G, 4, 3) of all segments for parameters (m,), and whether handles align (n,)."""

# Handles that no point has a say in lie at thirds; this much they always tend there.
_TENDENCY = 1e-7
# The arc of a circle rises above its chord by its length times its turn, over this.
_ARC = 8


@dataclass(frozen=True)
class Control:
    """Control points (K,) on `runs`.

    Their row there, handles (K, 3), and whether these align (K,).
    """

    runs: Runs
    row: Index
    left: Array
    right: Array
    aligned: Mask


@dataclass(frozen=True)
class _Cubics:
    """Segments as cubics: control points (G, 4, 3), parameters (m,) of inner points."""

    points: Array
    at: Array

    def __call__(self, segment: Index, order: int = 0) -> Array:
        """(m, 3) places, or their first or second derivatives, at `at`."""
        points = np.diff(self.points, order, axis=1) * (1, 3, 6)[order]
        t = self.at[:, None]
        s = 1.0 - t
        weights = ((s**3, 3 * s * s * t, 3 * s * t * t, t**3), (s * s, 2 * s * t, t * t), (s, t))[order]
        return np.sum([w * points[segment, k] for k, w in enumerate(weights)], axis=0)


def fit_bezier(runs: Runs, settings: CurveSettings) -> Control:
    """Bezier control points with handles."""
    return _fit(runs, settings, _handles, even=False)


def fit_catmull_rom(runs: Runs, settings: CurveSettings) -> Control:
    """Control points that a Catmull-Rom curve goes through."""

    def through(runs: Runs, segments: Segments, _at: Array) -> tuple[Array, Mask]:
        return _through(runs, segments), np.zeros(len(runs.owner), bool)

    return _fit(runs, settings, through, even=True)


def _fit(runs: Runs, settings: CurveSettings, shape: Shape, even: bool) -> Control:
    """Control points, as many as it takes for such cubics to lie close enough."""

    def laid(runs: Runs, segments: Segments) -> tuple[_Cubics, Mask]:
        at = segments.share
        points, aligned = shape(runs, segments, at)
        for _ in range(CORRECTIONS):
            at = _corrected(_Cubics(points, at), runs, segments)
            points, aligned = shape(runs, segments, at)
        return _Cubics(points, _corrected(_Cubics(points, at), runs, segments)), aligned

    def miss(runs: Runs, segments: Segments) -> Array:
        cubics, _ = laid(runs, segments)
        off = _off(cubics, runs, segments) / runs.slack[runs.owner[segments.inner]]
        if not runs.values.shape[1]:
            return off
        low, high = (runs.values[rows][segments.segment] for rows in (segments.first, segments.last))
        value = low + (high - low) * cubics.at[:, None]
        return np.maximum(off, np.abs(value - runs.values[segments.inner]).max(1))

    runs = refined(runs, miss, settings.rounds, even)
    segments = Segments.of(runs)
    cubics, aligned = laid(runs, segments)
    return _controls(runs, segments, cubics.points, aligned)


def _off(cubics: _Cubics, runs: Runs, segments: Segments) -> Array:
    """(m,) how far the curves leave their points and what lies between them.

    That counts, because a curve may meet all points and swing out between two. Between two points of a smooth line lies
    no chord but an arc, which rises above it by an eighth of its length times its turn.
    """
    row, at = segments.inner, cubics.at
    off = np.linalg.norm(cubics(segments.segment) - runs.place[row], axis=1)
    before = np.where(runs.knot[row - 1], 0.0, np.concatenate([[0.0], at[:-1]])[: len(at)])
    after = np.where(runs.knot[row + 1], 1.0, np.concatenate([at[1:], [1.0]])[: len(at)])
    rise = _rise(runs.place[row - 1], runs.place[row], runs.place[row + 1])
    for beside, value in ((row - 1, before), (row + 1, after)):
        middle = (runs.place[row] + runs.place[beside]) / 2.0
        between = replace(cubics, at=(at + value) / 2.0)(segments.segment)
        off = np.maximum(off, np.linalg.norm(between - middle, axis=1) - rise)
    return off


def _rise(before: Array, here: Array, after: Array) -> Array:
    """(m,) how far a smooth line through three places rises above its chords.

    It is 0 where the line has a corner. The arc of a circle rises by an eighth of its length times its turn.
    """
    come, go = here - before, after - here
    size = np.linalg.norm(come, axis=1) * np.linalg.norm(go, axis=1)
    smooth = (come * go).sum(1) > CORNER * size
    return np.where(smooth, np.linalg.norm(go - come, axis=1) / _ARC, 0.0)


def _controls(runs: Runs, segments: Segments, points: Array, aligned: Mask) -> Control:
    """Handles on both sides of every knot; beyond open ends as if the line ran on."""
    left, right = runs.place.copy(), runs.place.copy()
    right[segments.first], left[segments.last] = points[:, 1], points[:, 2]
    starts, ends = np.flatnonzero(runs.starts), np.flatnonzero(runs.ends)
    closed = runs.closed
    left[starts[closed]] = left[ends[closed]]
    tips, tails = starts[~closed], ends[~closed]
    left[tips] = 2.0 * runs.place[tips] - right[tips]
    right[tails] = 2.0 * runs.place[tails] - left[tails]
    keep = runs.knot.copy()
    keep[ends[closed]] = False
    row = np.flatnonzero(keep)
    return Control(runs, row, left[row], right[row], aligned[row])


def _corrected(cubics: _Cubics, runs: Runs, segments: Segments) -> Array:
    """Parameters closer to where each curve is nearest to its points.

    It is one step of Newton's method.
    """
    off = cubics(segments.segment) - runs.place[segments.inner]
    speed, bend = cubics(segments.segment, 1), cubics(segments.segment, 2)
    slope = (off * speed).sum(1)
    curve = (speed * speed).sum(1) + (off * bend).sum(1)
    step = np.where(curve > NOTHING, slope / np.where(curve > NOTHING, curve, 1.0), 0.0)
    return np.clip(cubics.at - np.clip(step, -FARTHEST, FARTHEST), 0.0, 1.0)


def _bernstein(at: Array) -> tuple[Array, Array, Array, Array]:
    """What the four control points of a cubic weigh at parameters (m,)."""
    s = 1.0 - at
    return s**3, 3.0 * s * s * at, 3.0 * s * at * at, at**3


def _solved(a: Array, b: Array, c: Array, x: Array, y: Array, size: Array) -> tuple[Array, Array]:
    """Solutions of the systems [[a, b], [b, c]] (G,).

    They tend to 0 where nothing is known.
    """
    some = _TENDENCY * (size + NOTHING)
    a, c = a + some, c + some
    det = a * c - b * b
    return (c * x - b * y) / det, (a * y - b * x) / det


def _handles(runs: Runs, segments: Segments, at: Array) -> tuple[Array, Mask]:
    """Points (G, 4, 3) of the cubics with aligned handles, and (n,) where they align.

    They align where the line runs on.
    """
    undirected = _undirected(runs, segments, at)
    leaving, arriving = _direction(undirected), -_direction(undirected[:, ::-1])
    into, out = np.zeros_like(runs.place), np.zeros_like(runs.place)
    out[segments.first], into[segments.last] = leaving, arriving
    starts, ends = np.flatnonzero(runs.starts)[runs.closed], np.flatnonzero(runs.ends)[runs.closed]
    into[starts], out[ends] = into[ends], out[starts]
    aligned = ((into * out).sum(1) > CORNER) & ~runs.free
    both = _unit(into + out)
    tip = ~into.any(1) ^ ~out.any(1)
    out = np.where(aligned[:, None], both, out)
    into = np.where(aligned[:, None], both, into)
    return _directed(runs, segments, at, out[segments.first], into[segments.last]), aligned | tip


def _direction(points: Array) -> Array:
    """(G, 3) where cubics (G, 4, 3) set out to.

    Their first handle says little where it is short.
    """
    ways = points[:, 1:] - points[:, :1]
    length = np.linalg.norm(ways, axis=2)
    first = np.argmax(length > SHORTEST_HANDLE * length.max(1, keepdims=True), axis=1)
    return _unit(ways[np.arange(len(points)), first])


def _undirected(runs: Runs, segments: Segments, at: Array) -> Array:
    """(G, 4, 3) the cubics that lie nearest, whatever their directions."""
    first, last = runs.place[segments.first], runs.place[segments.last]
    _, b1, b2, b3 = _bernstein(at)
    g = segments.segment
    third = (last - first) / 3.0
    rest = runs.place[segments.inner] - first[g] - (b1 + 2.0 * b2 + 3.0 * b3)[:, None] * third[g]
    count = segments.total(np.ones(len(at)))
    total = segments.total
    a, b, c = total(b1 * b1), total(b1 * b2), total(b2 * b2)
    one, two = np.zeros_like(first), np.zeros_like(first)
    for axis in range(first.shape[1]):
        one[:, axis], two[:, axis] = _solved(a, b, c, total(b1 * rest[:, axis]), total(b2 * rest[:, axis]), count)
    return np.stack([first, first + third + one, last - third + two, last], axis=1)


def _directed(runs: Runs, segments: Segments, at: Array, out: Array, into: Array) -> Array:
    """(G, 4, 3) the nearest cubics that leave and arrive in given directions (G, 3)."""
    first, last = runs.place[segments.first], runs.place[segments.last]
    length = runs.along[segments.last] - runs.along[segments.first]
    b0, b1, b2, b3 = _bernstein(at)
    g = segments.segment
    usual = (length / 3.0)[:, None]
    one, two = b1[:, None] * out[g], -b2[:, None] * into[g]
    rest = runs.place[segments.inner] - (b0 + b1)[:, None] * first[g] - (b2 + b3)[:, None] * last[g]
    rest -= one * usual[g] + two * usual[g]
    total = segments.total

    def dot(p: Array, q: Array) -> Array:
        return total((p * q).sum(1))

    a, b, c = dot(one, one), dot(one, two), dot(two, two)
    left, right = _solved(a, b, c, dot(one, rest), dot(two, rest), total(np.ones(len(at))))
    reach = [np.clip(length / 3.0 + more, 0.0, LONGEST_HANDLE * length) for more in (left, right)]
    return np.stack([first, first + reach[0][:, None] * out, last - reach[1][:, None] * into, last], axis=1)


def _through(runs: Runs, segments: Segments) -> Array:
    """(G, 4, 3) the cubics of Blender's Catmull-Rom curve through all knots."""
    place, count = runs.place, len(segments.first)
    number = np.arange(count)
    run = runs.owner[segments.first]
    low = np.searchsorted(run, np.arange(runs.count))
    high = np.searchsorted(run, np.arange(runs.count), side="right") - 1
    # A ring of two points has no neighbours to bend towards; the last knot of rings is their first one again.
    ring = runs.closed & (high - low >= 2)
    pair = runs.closed & (high - low < 2)
    before = np.where(number > low[run], number - 1, np.where(ring[run], high[run], number))
    after = np.where(number < high[run], number + 1, np.where(ring[run], low[run], number))
    before, after = np.where(pair[run], number, before), np.where(pair[run], number, after)
    first, last = place[segments.first], place[segments.last]
    earlier = np.where((before == number)[:, None], first, first[before])
    later = np.where((after == number)[:, None], last, last[after])
    return np.stack([first, first + (last - earlier) / 6.0, last - (later - first) / 6.0, last], axis=1)


def _unit(vectors: Array) -> Array:
    """Vectors (..., 3) of length 1; none where there is no direction."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.where(length > 1e-12, vectors / np.maximum(length, 1e-12), 0.0)
