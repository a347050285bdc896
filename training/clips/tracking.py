"""Follows drawn lines of an animated surface from drawing to drawing: where is this piece of line in all the others?

Features (creases, seams, borders of a colour) stay on their spot of the surface. Outlines do not: they are wherever the
surface turns away from the viewer, and slide over it as it turns (Cipolla and Giblin, "Visual Motion of Curves and
Surfaces", 2000). So from one drawing to the next a place on an outline moves with the surface and then, across the line
and not along it, onto the line that is there. Lines hidden by other forms take part: a line that passes behind an arm
is the same line when it comes out again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from inkbetween.inference.geometry.ragged import Ragged

from .clip import OUTLINE, Labelled

Floats = NDArray[np.floating]
Indices = NDArray[np.int64]

_NEIGHBOURS = 8
# A direction this short on the picture, px, says nothing.
_TINY = 1e-6
# What speaks against a candidate, squared px: a shown line goes on shown where it can, and a line of its kind.
_HIDDEN, _OTHER_KIND = 6.0, 16.0
# Facets larger than this, px, are flat sides, and outlines do not cross them unseen.
_COARSEST = 60.0


@dataclass(frozen=True)
class Lines:
    """All lines of one of T drawings, shown and hidden, and the surface under them: G points, S strokes.

    xyz      (G, 3) float, pixels: x right, y down, depth towards the viewer
    offsets  (S+1,) int, stroke s owns the points offsets[s]:offsets[s+1], at least two
    shown    (S,) bool, the stroke is drawn; it is hidden behind a form otherwise
    kind     (G,) OUTLINE or FEATURE
    part     (G,) body part
    rest     (G, 3) float, the place on the figure at rest, pixels: what lies near on the body is near here
    grain    (G,) float, the size of the surface's facets there, pixels: outlines leap from facet to facet
    carried  (T, G, 3) float, where the spot of the surface under the point lies in every drawing, pixels
    normals  (T, G, 3) float, unit surface normals there
    """

    xyz: Floats
    offsets: Indices
    shown: NDArray[np.bool_]
    kind: NDArray[np.uint8]
    part: NDArray[np.int16]
    rest: Floats
    grain: Floats
    carried: Floats
    normals: Floats

    def __len__(self) -> int:
        return len(self.xyz)


@dataclass(frozen=True)
class TrackingSettings:
    """What still counts as the same line in the next drawing.

    reach: how far beside its expected place, px; `reach_lost` where it was not found in the drawing before.
    overhang: how far beyond a stroke's end, px. turn: largest angle between directions, rad. depth: largest step in
    depth, px. rest: largest distance on the figure at rest, px; `rest_other_kind` where a crease becomes an outline or
    back, on the spot: what is painted on a form leaves sight at the outline and does not join it. facet: what a
    facet's size adds to depth and rest, and `facet_reach` to the reach, as shares. agreement: following a place there
    and its counterpart back must end this near, px, or the place is not taught as seen.
    """

    reach: float = 5.0
    reach_lost: float = 8.0
    overhang: float = 2.5
    turn: float = np.deg2rad(35.0)
    depth: float = 16.0
    rest: float = 24.0
    rest_other_kind: float = 6.0
    facet: float = 0.25
    facet_reach: float = 0.03
    agreement: float = 6.0


@dataclass(frozen=True)
class Tracked:
    """`agreeing`: the share of the places found in another drawing that come back within the agreed distance."""

    frames: tuple[Labelled, ...]
    agreeing: float


@dataclass(frozen=True)
class _Pool:
    """The lines of all drawings in one row; `first[k]` is the first point of drawing k. N points in all."""

    first: Indices
    shown: NDArray[np.bool_]  # (N,)
    kind: NDArray[np.uint8]
    rest: Floats
    grain: Floats
    carried: Floats  # (T, N, 3)
    normals: Floats
    next: Indices  # (N,) the next point of the stroke, or itself at its end
    before: Indices

    def tangents(self, drawing: int, at: slice) -> Floats:
        """(n, 2) unit directions along the strokes on the picture, zero where nothing can be said."""
        place = self.carried[drawing]
        along = (place[self.next[at]] - place[self.before[at]])[:, :2]
        return along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), _TINY)


@dataclass
class _Seats:
    """Where M places sit: on the pool's point `point`, the share `share` of the way to the stroke's next point.

    The place need not be in the drawing it sits in: a lost line stays where it was last seen on the surface. `origin`
    is the point that each began as.
    """

    origin: Indices
    point: Indices
    share: Floats
    on_line: NDArray[np.bool_]


def follow(drawings: Sequence[Lines], settings: TrackingSettings = TrackingSettings()) -> Tracked:
    """Track every shown point of every drawing through all drawings of the clip."""
    pool = _pool(drawings)
    sources = np.flatnonzero(pool.shown)
    count, total = len(drawings), len(sources)
    source_of_point = np.full(len(pool.shown), -1)
    source_of_point[sources] = np.arange(total)
    born = Ragged(pool.first).owner[sources]
    track = np.zeros((count, total, 3))
    point = np.zeros((count, total), np.int64)
    share = np.zeros((count, total))
    seen = np.zeros((count, total), bool)
    own = np.arange(total)
    track[born, own], point[born, own], seen[born, own] = pool.carried[born, sources], sources, True
    for steps in (list(range(count)), list(range(count - 1, -1, -1))):
        seats = _Seats(sources, sources.copy(), np.zeros(total), np.ones(total, bool))
        for here, there in pairwise(steps):
            active = np.flatnonzero(born <= here) if there > here else np.flatnonzero(born >= here)
            moved, place = _step(pool, _take(seats, active), there, settings)
            seats.point[active], seats.share[active], seats.on_line[active] = moved.point, moved.share, moved.on_line
            track[there, active], point[there, active], share[there, active] = place, moved.point, moved.share
            seen[there, active] = moved.on_line & pool.shown[moved.point]
    agrees = _agreement(pool, track, point, share, seen, source_of_point, born, settings.agreement)
    abroad = seen & (born[None] != np.arange(count)[:, None])
    agreeing = float(agrees[abroad].mean()) if abroad.any() else 1.0
    return Tracked(_labelled(drawings, born, track[..., :2], seen & agrees), agreeing)


def _pool(drawings: Sequence[Lines]) -> _Pool:
    first = Ragged.of([len(d) for d in drawings]).offsets
    after, before = [], []
    for start, drawing in zip(first, drawings, strict=False):
        index = np.arange(len(drawing))
        following, previous = index + 1, index - 1
        following[drawing.offsets[1:] - 1] = drawing.offsets[1:] - 1
        previous[drawing.offsets[:-1]] = drawing.offsets[:-1]
        after.append(following + start)
        before.append(previous + start)
    return _Pool(
        first,
        np.concatenate([d.shown[Ragged(d.offsets).owner] for d in drawings]),
        np.concatenate([d.kind for d in drawings]),
        np.concatenate([d.rest for d in drawings]),
        np.concatenate([np.minimum(d.grain, _COARSEST) for d in drawings]),
        np.concatenate([d.carried for d in drawings], axis=1, dtype=np.float32),
        np.concatenate([d.normals for d in drawings], axis=1, dtype=np.float32),
        np.concatenate(after),
        np.concatenate(before),
    )


def _take(seats: _Seats, which: Indices) -> _Seats:
    return _Seats(seats.origin[which], seats.point[which], seats.share[which], seats.on_line[which])


def _between(values: Floats, pool: _Pool, seats: _Seats) -> Floats:
    weight = seats.share[:, None]
    return (1 - weight) * values[seats.point] + weight * values[pool.next[seats.point]]


def _step(pool: _Pool, seats: _Seats, there: int, settings: TrackingSettings) -> tuple[_Seats, Floats]:
    """Move with the surface into the drawing `there`, then across onto a line that is there; (M, 3) places."""
    place = _between(pool.carried[there], pool, seats)
    if pool.first[there] == pool.first[there + 1]:
        return _Seats(seats.origin, seats.point, seats.share, np.zeros(len(place), bool)), place
    found = _nearest_lines(pool, seats, place, there, settings)
    lines = np.flatnonzero(found >= 0)
    point, share = seats.point.copy(), seats.share.copy()
    if len(lines):
        point[lines], share[lines] = _seat(pool, found[lines], place[lines, :2], there)
    moved = _Seats(seats.origin, point, share, found >= 0)
    place[lines] = _between(pool.carried[there], pool, _take(moved, lines))
    return moved, place


def _nearest_lines(pool: _Pool, seats: _Seats, place: Floats, there: int, settings: TrackingSettings) -> Indices:
    """(M,) the pool's point of drawing `there` nearest to each place on a line that may be the same line, or -1."""
    at = slice(pool.first[there], pool.first[there + 1])
    stretch = np.array([1.0, 1.0, 0.4])
    tree = cKDTree(pool.carried[there, at] * stretch)
    neighbours = min(_NEIGHBOURS, at.stop - at.start)
    coarse = pool.grain[seats.point]
    reach = np.where(seats.on_line, settings.reach, settings.reach_lost) + settings.facet_reach * coarse
    reach_most = np.hypot(reach.max(initial=0.0), 0.4 * (settings.depth + settings.facet * coarse.max(initial=0.0)))
    distance, nearest = tree.query(place * stretch, k=neighbours, distance_upper_bound=reach_most)
    distance, nearest = distance.reshape(len(place), -1), nearest.reshape(len(place), -1)
    row, column = np.nonzero(np.isfinite(distance))
    candidate = nearest[row, column] + at.start
    tangents = pool.tangents(there, slice(0, len(pool.kind)))
    direction, line = tangents[seats.point[row]], tangents[candidate]
    away = place[row] - pool.carried[there, candidate]
    along = (away[:, :2] * line).sum(1)
    across = np.abs(away[:, 0] * line[:, 1] - away[:, 1] * line[:, 0])
    on_body = np.linalg.norm(_between(pool.rest, pool, seats)[row] - pool.rest[candidate], axis=1)
    facing = (_between(pool.normals[there], pool, seats)[row] * pool.normals[there, candidate]).sum(1)
    beyond = np.where(pool.next[candidate] == candidate, along, 0.0)
    beyond = np.where(pool.before[candidate] == candidate, np.maximum(beyond, -along), beyond)
    origin = seats.origin[row]
    same_kind = pool.kind[origin] == pool.kind[candidate]
    # An outline slides away from where it began, a crease that takes its place for a while does not.
    from_origin = np.linalg.norm(pool.rest[origin] - pool.rest[candidate], axis=1)
    on_body = np.where(same_kind | (pool.kind[origin] == OUTLINE), on_body, from_origin)
    fits = (
        (across <= reach[row])
        & (np.abs(away[:, 2]) <= settings.depth + settings.facet * coarse[row])
        & (on_body <= np.where(same_kind, settings.rest + settings.facet * coarse[row], settings.rest_other_kind))
        & (np.abs((direction * line).sum(1)) >= np.cos(settings.turn))
        & (beyond <= settings.overhang)
        # The other edge of a thin limb is near too, but it looks the other way.
        & ((facing > 0.2) | ~same_kind | (pool.kind[origin] != OUTLINE))
    )
    shown = pool.shown[candidate]
    cost = (
        across**2
        + 0.15 * along**2
        + (0.3 * away[:, 2]) ** 2
        + (0.15 * on_body) ** 2
        + _HIDDEN * ~shown
        + _OTHER_KIND * ~same_kind
    )
    cost = np.where(fits, cost, np.inf)
    table = np.full(distance.shape, np.inf)
    table[row, column] = cost
    best = table.argmin(1)
    every = np.arange(len(place))
    return np.where(np.isfinite(table[every, best]), nearest[every, best] + at.start, -1)


def _seat(pool: _Pool, found: Indices, place: Floats, there: int) -> tuple[Indices, Floats]:
    """The foot of the perpendicular on the two pieces of stroke that meet in `found`: point and share."""
    xy = pool.carried[there, :, :2]
    starts = np.stack([pool.before[found], found], axis=1)
    start, end = xy[starts], xy[pool.next[starts]]
    chord = end - start
    share = ((place[:, None] - start) * chord).sum(2) / np.maximum((chord**2).sum(2), _TINY)
    share = np.clip(share, 0.0, 1.0)
    distance = np.linalg.norm(start + share[..., None] * chord - place[:, None], axis=2)
    nearer = distance.argmin(1)
    every = np.arange(len(found))
    return starts[every, nearer], share[every, nearer]


def _agreement(
    pool: _Pool,
    track: Floats,
    point: Indices,
    share: Floats,
    seen: NDArray[np.bool_],
    source_of_point: Indices,
    born: Indices,
    limit: float,
) -> NDArray[np.bool_]:
    """(T, M) whether the line found in another drawing, followed back from there, ends where the place came from."""
    agrees = np.ones(seen.shape, bool)
    home = track[born, np.arange(len(born)), :2]
    for drawing in range(len(track)):
        which = np.flatnonzero(seen[drawing])
        here, weight = point[drawing, which], share[drawing, which][:, None]
        start, end = source_of_point[here], source_of_point[pool.next[here]]
        back = (1 - weight) * track[born[which], start, :2] + weight * track[born[which], end, :2]
        agrees[drawing, which] = np.linalg.norm(back - home[which], axis=1) <= limit
    return agrees


def _labelled(drawings: Sequence[Lines], born: Indices, track: Floats, seen: NDArray[np.bool_]) -> tuple[Labelled, ...]:
    frames = []
    for number, drawing in enumerate(drawings):
        rows, shown = Ragged(drawing.offsets).picked(drawing.shown)
        mine = born == number
        frames.append(
            Labelled(
                drawing.xyz[shown, :2].astype(np.float32),
                rows.offsets,
                drawing.kind[shown],
                drawing.part[shown],
                drawing.xyz[shown, 2].astype(np.float32),
                track[:, mine].astype(np.float32),
                seen[:, mine],
            )
        )
    return tuple(frames)
