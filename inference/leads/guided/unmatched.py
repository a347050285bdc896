"""Unmatched lines ride on their bones.

The other key tells nothing of them but where the lines that they adjoin are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...correspondence.matching import Match
from ...drawing.contract import Drawing
from ...drawing.strokes import Strokes
from ...geometry.points import Array, Complex, Index, arc_length, to_complex, to_plane
from ...geometry.ragged import sums
from ...geometry.units import Units
from ...motion.ribbon import APPEARING, MATCHED, VANISHING, Ribbon
from ...skeletons.belonging import Belonging
from ...skeletons.held import Held, HeldWays
from .binding import BindSettings, bind
from .carried import Guided
from .ink import Ink


@dataclass(frozen=True)
class RideSettings:
    """How unmatched lines ride on bones; lengths in engine units.

    tied       over this length an unmatched line passes from the bones of the line it adjoins to its own,
    drawn      and over this length it is drawn along where that line departs from where bones lead
    known      as near as this along a stroke, what a matched vertex belongs to holds for a sample
    land_most, direction, still, agree  take the place of those of `BindSettings`: what has no counterpart hardly gains
               from a bone that carries it onto ink
    """

    tied: float = 25.0
    drawn: float = 80.0
    known: float = 8.0
    land_most: float = 1.0
    direction: float = 0.4
    still: float = 6.0
    agree: float = 8.0

    def bound(self, settings: BindSettings) -> BindSettings:
        """The settings by which unmatched lines are bound."""
        land_most, direction = self.land_most, self.direction
        return replace(settings, land_most=land_most, direction=direction, still=self.still, agree=self.agree)


@dataclass(frozen=True)
class _Joints:
    """Where unmatched lines adjoin matched ones.

    vertex  (L,) of unmatched lines
    end     (L,) the end of the line that adjoins
    hold    (L,) the matched vertex that it adjoins
    far     (L,) engine units along the line from that end
    """

    vertex: Index
    end: Index
    hold: Index
    far: Array


@dataclass(frozen=True)
class _Key:
    """One of two keys: the kind of what only it has, and where its vertices lie.

    `strokes`, with `stroke` and arc length `along` of vertices on them.
    """

    kind: int
    strokes: Strokes
    stroke: Index
    along: Array


def riding(
    guided: Guided,
    paths: HeldWays,
    ribbon: Ribbon,
    match: Match,
    key_b: Drawing,
    settings: BindSettings,
    ride: RideSettings = RideSettings(),
) -> tuple[HeldWays, Ribbon]:
    """The ways of `ribbon` with unmatched lines led by their bones, and the ribbon.

    Unmatched lines are bound once it is known what is matched; the ways of all else are kept. The ribbon tells where
    that takes them.
    """
    unmatched = ribbon.kind != MATCHED
    if not unmatched.any():
        return paths, ribbon
    start, end = guided.at(0.0), guided.at(1.0)
    held = _held(guided, paths, ribbon, match, key_b, settings, ride)
    share_a, share_b = paths.share_a.copy(), paths.share_b.copy()
    off_a, off_b = paths.off_a.copy(), paths.off_b.copy()
    a, b = (to_complex(match.units.to_scene(place)) for place in (ribbon.a, ribbon.b))
    joints = _joints(ribbon)
    for kind, here, there, near, goal in ((VANISHING, start, end, a, b), (APPEARING, end, start, b, a)):
        rows = np.flatnonzero(ribbon.kind == kind)
        bone = held.bone[rows]
        share, off = here.local(near[rows, None], bone)
        goal[rows] = (held.weight[rows] * there.placed(share, off, bone)).sum(1)
        drawn = _drawn(joints, ribbon.kind == kind, near, goal, ride.drawn)[rows]
        goal[rows] += drawn
        shifted = off + drawn[:, None] * np.conj(there.heading[bone])
        share_a[rows] = share_b[rows] = share
        off_a[rows], off_b[rows] = (off, shifted) if kind == VANISHING else (shifted, off)
    placed = [match.units.to_engine(to_plane(z)) for z in (a, b)]
    ribbon = replace(ribbon, a=placed[0], b=placed[1])
    return HeldWays(guided, held, share_a, off_a, share_b, off_b), ribbon


def _held(
    guided: Guided,
    paths: HeldWays,
    ribbon: Ribbon,
    match: Match,
    key_b: Drawing,
    settings: BindSettings,
    ride: RideSettings,
) -> Held:
    """Which bones hold vertices: unmatched lines bound anew, all else as before."""
    weight = np.zeros((len(ribbon.s), guided.parts.a.weight.shape[1]))
    np.put_along_axis(weight, paths.held.bone, paths.held.weight, 1)
    keys = (
        _Key(VANISHING, match.a.strokes, ribbon.stroke_a, ribbon.s),
        _Key(APPEARING, match.b.strokes, ribbon.stroke_b, ribbon.u),
    )
    bound = _bound(guided, ribbon, keys, weight, Units.of(guided.key_a.xy, key_b.xy), settings, ride)
    for key, parts in zip(keys, bound, strict=True):
        rows = np.flatnonzero(ribbon.kind == key.kind)
        weight[rows] = parts.along(key.strokes, key.stroke[rows], key.along[rows])
    joints = _joints(ribbon)
    # where an unmatched line meets its line both must be held alike, else they part on the way
    for joint, hold, far in zip(joints.vertex, joints.hold, joints.far, strict=True):
        tie = np.exp(-far / ride.tied)
        weight[joint] = weight[joint] * (1.0 - tie) + weight[hold] * tie
    held, unmatched = Held.of(weight), (ribbon.kind != MATCHED)[:, None]
    return Held(np.where(unmatched, held.bone, paths.held.bone), np.where(unmatched, held.weight, paths.held.weight))


def _bound(
    guided: Guided,
    ribbon: Ribbon,
    keys: tuple[_Key, _Key],
    weight: Array,
    units: Units,
    settings: BindSettings,
    ride: RideSettings,
) -> tuple[Belonging, Belonging]:
    """Both keys bound anew.

    What is matched belongs where it does. What is unmatched hardly gains from a bone that carries it onto ink of the
    other key, for that is not its own. `units` are those of the samples.
    """
    settings = ride.bound(settings)
    ends = [guided.at(t).scaled(units) for t in (0.0, 1.0)]
    parts = (guided.parts.a, guided.parts.b)
    parents = guided.limbs.guide.parents
    out = []
    for own, other in ((0, 1), (1, 0)):
        known = _known(parts[own], keys[own], ribbon, weight, ride.known)
        samples = parts[own].samples
        said = None if guided.said is None else (guided.said.a, guided.said.b)[own][samples.stroke]
        there = Ink.of(parts[other].samples, settings.lands, settings.ink)
        bound = bind(samples, ends[own], there, ends[other], parents, settings, known, said)
        out.append(Belonging(samples, bound.weight))
    return out[0], out[1]


def _known(parts: Belonging, key: _Key, ribbon: Ribbon, weight: Array, reach: float) -> Array:
    """(N, J + 1) what matched vertices say of samples within `reach` on their stroke.

    0 where there are none.
    """
    samples = parts.samples
    out = np.zeros(parts.weight.shape)
    matched = np.flatnonzero(ribbon.kind == MATCHED)
    if not len(matched):
        return out
    # samples may be in other units, and of strokes that were bent
    length = np.bincount(samples.stroke, samples.weight, key.strokes.count)
    ratio = length / np.maximum(key.strokes.length, 1e-9)
    span = 2.0 * float(length.max()) + 4 * reach
    told = key.stroke[matched] * span + key.along[matched] * ratio[key.stroke[matched]]
    order = np.argsort(told)
    told, matched = told[order], matched[order]
    asked = samples.stroke * span + samples.along
    after = np.minimum(np.searchsorted(told, asked), len(told) - 1)
    before = np.maximum(after - 1, 0)
    nearest = np.where(np.abs(told[after] - asked) < np.abs(told[before] - asked), after, before)
    near = np.abs(told[nearest] - asked) < reach
    out[near] = weight[matched[nearest[near]]]
    return out


def _joints(ribbon: Ribbon) -> _Joints:
    """Where unmatched lines adjoin matched vertices, from either end."""
    chain = ribbon.chains.owner
    first, last = ribbon.chains.first[chain], ribbon.chains.last[chain]
    index = np.arange(len(chain))
    found: list[tuple[Index, Index, Index, Array]] = []
    for way, edge, around in ((-1, first, last), (1, last, first)):
        beside = np.where(index != edge, index + way, np.where(ribbon.loop[chain], around, -1))
        unmatched = (ribbon.kind != MATCHED) & (beside >= 0)
        for begin in np.flatnonzero(unmatched & (ribbon.kind[beside] == MATCHED)):
            # the whole piece, from this end on
            rows = np.arange(begin, around[begin] - way, -way)
            rows = rows[: int(np.argmin(np.append(ribbon.piece[rows] == ribbon.piece[begin], False)))]
            place = (ribbon.b if ribbon.kind[begin] == APPEARING else ribbon.a)[rows]
            far = arc_length(place)
            found.append((rows, np.full(len(rows), begin), np.full(len(rows), beside[begin]), far))
    if not found:
        nothing = np.zeros(0, np.int64)
        return _Joints(nothing, nothing, nothing, np.zeros(0))
    vertex, end, hold, far = (np.concatenate(column) for column in zip(*found, strict=True))
    return _Joints(vertex, end, hold, far)


def _drawn(joints: _Joints, chosen: NDArray[np.bool_], near: Complex, goal: Complex, over: float) -> Complex:
    """(V,) how far the lines that the chosen ones adjoin draw them along.

    Where they adjoin, all the way, so that they stay joined; away from there less and less, `over` engine units.
    """
    use = chosen[joints.vertex]
    vertex, end, hold, far = joints.vertex[use], joints.end[use], joints.hold[use], joints.far[use]
    miss = goal[hold] + near[end] - near[hold] - goal[end]
    close = 1.0 / (far + 1e-3)
    drawn = close * np.exp(-far / over) * miss
    total = np.bincount(vertex, close, len(near))
    return np.asarray(sums(drawn, vertex, len(near)) / np.maximum(total, 1e-12))


def chosen(
    pieces: NDArray[np.bool_], one: tuple[HeldWays, Ribbon], other: tuple[HeldWays, Ribbon]
) -> tuple[HeldWays, Ribbon]:
    """Vertices (V,) of `pieces` as in `one`, all others as in `other`."""
    (ridden, there), (paths, ribbon) = one, other
    wide = pieces[:, None]
    held = Held(
        np.where(wide, ridden.held.bone, paths.held.bone), np.where(wide, ridden.held.weight, paths.held.weight)
    )
    share_a, share_b = np.where(wide, ridden.share_a, paths.share_a), np.where(wide, ridden.share_b, paths.share_b)
    off_a, off_b = np.where(wide, ridden.off_a, paths.off_a), np.where(wide, ridden.off_b, paths.off_b)
    ribbon = replace(
        ribbon,
        a=np.where(wide, there.a, ribbon.a),
        b=np.where(wide, there.b, ribbon.b),
    )
    return HeldWays(paths.carrier, held, share_a, off_a, share_b, off_b), ribbon
