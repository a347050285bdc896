"""Occlusion: limbs in front hide lines behind, which are cut where limbs end.

Keys are right. What a key shows is not hidden at that key, whatever regions say; where they say otherwise by much,
they are not believed about that line. What only one key shows, and what the other hides, comes out and goes in where
a limb uncovers and covers it.

Fills are not cut: one that has lost a stretch of its outline is closed by a straight edge across itself. What is drawn
after them covers them. One that the other key hides as a whole is gone once all of it is covered.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array, Complex, Index
from ..geometry.ragged import Ragged, begins
from ..geometry.units import Units
from ..motion.clock import away
from ..motion.ribbon import APPEARING, MATCHED, VANISHING, Ribbon
from ..skeletons.held import HeldWays
from .regions import Regions, RegionSettings, regions_of

CLEAR = -1e3


@dataclass(frozen=True)
class HideSettings:
    """Lengths in engine units.

    regions  how far limbs reach
    margin   a line is behind a limb where it is deeper by this share of how thick both are, the thinner one of them
    steep    how fast it is hidden when it is deeper
    slack    a region that covers this much of what a key shows is misread by so little that it is put right
    fringe   what the other key hides may lie this far outside the region that hides it there
    most     a line that one key lacks is taken for hidden there where this share of it is
    aside    lines within this length of where a region is not believed are not hidden by it, either
    gap      hidden stretches shorter than this are shown
    sliver   shown stretches shorter than this, with hidden ones at either end, are hidden
    moments  looked at to tell what may ever be hidden
    holds    a bone that holds a line by more than this share does not hide it, nor do its parent and its children
    free     a line that no bone holds by more than this share has no depth, and is not hidden
    proof    what is put right is hidden, or shown, by this much
    fade     share of a gap over which what tidies in-betweens fades in from either key, which is right as it is
    """

    regions: RegionSettings = RegionSettings()
    margin: float = 0.5
    steep: float = 2.0
    slack: float = 3.0
    fringe: float = 6.0
    most: float = 0.5
    aside: float = 30.0
    gap: float = 30.0
    sliver: float = 40.0
    moments: int = 13
    holds: float = 0.1
    free: float = 0.5
    proof: float = 0.5
    fade: float = 0.125


@dataclass(frozen=True)
class Occlusion:
    """What hides V vertices.

    Pairs (P,) of a `vertex` and a `bone` whose region may hide it; by how much it must be `deeper` (P,); `mend_a`,
    `mend_b` (P,) what is added in either key so that it agrees with what the key shows.

    explained (V,)  the other key lacks the vertex because it is hidden there
    bridged (V,)    it is explained though no region covers it, by what is explained on either side
    along (V,)      length run through up to there, engine units, chains far apart
    solid (V,)      it bounds a fill
    """

    paths: HeldWays
    regions: Regions
    chain: Index
    vertex: Index
    bone: Index
    deeper: Array
    mend_a: Array
    mend_b: Array
    explained: NDArray[np.bool_]
    bridged: NDArray[np.bool_]
    along: Array
    solid: NDArray[np.bool_]
    settings: HideSettings
    unit: float

    def cover(self, z: Complex, t: float) -> Array:
        """(V,) how far inside the region of a limb in front vertices at z (V,) lie.

        Scene units, below 0 where none hides them."""
        out = np.full(len(z), CLEAR)
        if not len(self.vertex):
            return out
        hidden = _covered(self.paths, self.regions, z, self.vertex, self.bone, self.deeper, t, self.settings.steep)
        np.maximum.at(out, self.vertex, hidden + (1.0 - t) * self.mend_a + t * self.mend_b)
        out[self.bridged] = _between(self.explained & ~self.bridged, self.bridged, self.along, out)
        return np.where(
            self.solid, _of_chain(np.minimum, out, self.chain), self._tidied(out, z, away(t, self.settings.fade))
        )

    def _tidied(self, cover: Array, z: Complex, far: float) -> Array:
        """Without short gaps and slivers, the less the nearer a key: `far`, 0 to 1."""
        step = np.abs(np.diff(z, prepend=z[:1]))
        along = np.cumsum(np.where(begins(self.chain), 0.0, step))
        for hidden, least in ((True, self.settings.gap), (False, self.settings.sliver)):
            state = cover > 0
            runs = Ragged.runs(state, self.chain)
            begin, end = runs.first, runs.last
            inner = np.zeros(len(begin), bool)
            inner[1:-1] = (self.chain[begin[1:-1] - 1] == self.chain[begin[1:-1]]) & (
                self.chain[np.minimum(end[1:-1] + 1, len(state) - 1)] == self.chain[end[1:-1]]
            )
            length = along[end] - along[begin] + _to_edge(cover, step, begin) + _to_edge(cover, step, end, 1)
            short = inner & (state[begin] == hidden) & (length < far * least * self.unit)
            cover = np.where(short[runs.owner], -self.unit if hidden else self.unit, cover)
        return cover

    def life(self, birth: Array, death: Array) -> tuple[Array, Array]:
        """Birth and death of vertices; what covers them ends lives if it hides them.

        It ends those that it hides in a key, of lines that are hidden there as a whole: of others what remained would
        be pieces.
        """
        lives = _of_chain(np.logical_and, self.explained, self.chain)
        return np.where(lives, -1.0, birth), np.where(lives, 2.0, death)


def _covered(
    paths: HeldWays, regions: Regions, z: Complex, vertex: Index, bone: Index, deeper: Array, t: float, steep: float
) -> Array:
    """(P,) how far inside regions vertices are, and far enough behind to be hidden."""
    bones = paths.carrier.at(t)
    inside, depth = regions.inside(bones, z[vertex], bone, t)
    share = paths.share_a + t * (paths.share_b - paths.share_a)
    own = (paths.held.weight * bones.depth_at(share, paths.held.bone)).sum(1)
    return np.minimum(inside, steep * (depth - own[vertex] - deeper))


def occlusion_of(
    paths: HeldWays,
    ribbon: Ribbon,
    units: Units,
    solid: NDArray[np.bool_],
    settings: HideSettings = HideSettings(),
    may: NDArray[np.bool_] | None = None,
) -> Occlusion:
    """What hides what between two keys; `units` are those of the ribbon.

    `solid` (V,) bounds fills. Where `may` (V,) is given, it tells which unmatched lines may be explained."""
    unit = units.one
    regions = regions_of(paths, ribbon, unit, settings.regions)
    chain = ribbon.chains.owner
    vertex, bone = _pairs(paths, regions, settings.fringe * unit, settings)
    cut = ~(solid & (ribbon.kind == MATCHED))[vertex]
    vertex, bone = vertex[cut], bone[cut]
    deeper = _deeper(paths, regions, vertex, bone, settings)

    def covered(t: float) -> Array:
        return _covered(paths, regions, paths.at(t), vertex, bone, deeper, t, settings.steep)

    at_a, at_b = covered(0.0), covered(1.0)
    kind = ribbon.kind[vertex]
    seen_a, seen_b = kind != APPEARING, kind != VANISHING
    wrong = (seen_a & (at_a > settings.slack * unit)) | (seen_b & (at_b > settings.slack * unit))
    wrong |= _beside(ribbon, chain, vertex, bone, wrong, settings.aside)
    keep = np.flatnonzero(~wrong)
    vertex, bone, deeper, at_a, at_b = vertex[keep], bone[keep], deeper[keep], at_a[keep], at_b[keep]
    seen_a, seen_b = seen_a[keep], seen_b[keep]
    best_a, best_b = (_most(value, vertex, len(chain)) for value in (at_a, at_b))
    fringe = settings.fringe * unit
    explained = ((ribbon.kind == APPEARING) & (best_a > -fringe)) | ((ribbon.kind == VANISHING) & (best_b > -fringe))
    explained = _whole(_evened(explained, ribbon, chain, settings.aside), ribbon, settings.most)
    explained &= ~solid | _of_chain(np.logical_and, explained, chain)
    if may is not None:
        explained &= may
    paired = np.zeros(len(chain), bool)
    paired[vertex] = True
    explained &= np.isin(ribbon.piece, ribbon.piece[explained & paired])
    bridged = explained & ~paired
    least = settings.proof * unit
    mend_a = _mends(at_a, seen_a, explained[vertex] & (at_a >= best_a[vertex]), least)
    mend_b = _mends(at_b, seen_b, explained[vertex] & (at_b >= best_b[vertex]), least)
    return Occlusion(
        *(paths, regions, chain, vertex, bone, deeper, mend_a, mend_b),
        *(explained, bridged, _along(ribbon, chain), solid, settings, unit),
    )


def behind(
    paths: HeldWays,
    regions: Regions,
    chain: Index,
    along: Array,
    solid: NDArray[np.bool_],
    unit: float,
    settings: HideSettings,
) -> Occlusion:
    """What hides lines that neither key shows; `explained` are hidden in both.

    Vertices belong to `chain` (V,), lie `along` (V,) engine units from its start, and bound fills where they are
    `solid` (V,); an engine unit is `unit` scene units."""
    vertex, bone = _pairs(paths, regions, settings.fringe * unit, settings)
    deeper = _deeper(paths, regions, vertex, bone, settings)
    at_a, at_b = (_covered(paths, regions, paths.at(t), vertex, bone, deeper, t, settings.steep) for t in (0.0, 1.0))
    best_a, best_b = (_most(value, vertex, len(chain)) for value in (at_a, at_b))
    explained = np.minimum(best_a, best_b) > -settings.fringe * unit
    hides, unseen = explained[vertex], np.zeros(len(vertex), bool)
    mend_a, mend_b = (
        _mends(value, unseen, hides & (value >= best[vertex]), settings.proof * unit)
        for value, best in ((at_a, best_a), (at_b, best_b))
    )
    return Occlusion(
        *(paths, regions, chain, vertex, bone, deeper, mend_a, mend_b),
        *(explained, np.zeros(len(chain), bool), along, solid, settings, unit),
    )


def _deeper(paths: HeldWays, regions: Regions, vertex: Index, bone: Index, settings: HideSettings) -> Array:
    """(P,) by how much vertices must be behind bones to be hidden by their limbs."""
    girth = np.append(regions.girth, 0.0)
    own_girth = (paths.held.weight * girth[paths.held.bone]).sum(1)
    return np.asarray(settings.margin * np.minimum(own_girth[vertex], girth[bone]))


def _pairs(paths: HeldWays, regions: Regions, fringe: float, settings: HideSettings) -> tuple[Index, Index]:
    """Vertices, and bones not theirs whose regions they ever enter, or nearly."""
    bones = regions.bones
    far = np.maximum(regions.reach_a, regions.reach_b).max(1)[bones] + fringe
    count = len(paths.share_a)
    near = np.zeros((count, len(bones)), bool)
    every = np.broadcast_to(bones, near.shape)
    for t in np.linspace(0.0, 1.0, settings.moments):
        _, off = paths.carrier.at(t).local(paths.at(t)[:, None], every)
        near |= np.abs(off) < far
    parents = paths.carrier.limbs.guide.parents
    kin = np.eye(len(parents) + 1, dtype=bool)
    child = np.flatnonzero(parents >= 0)
    kin[child, parents[child]] = kin[parents[child], child] = True
    for slot in range(paths.held.bone.shape[1]):
        holds = paths.held.weight[:, slot] > settings.holds
        near &= ~(holds[:, None] & kin[paths.held.bone[:, slot]][:, bones])
    # what belongs to no bone has no depth
    none = (paths.held.weight * (paths.held.bone == len(parents))).sum(1) > settings.free
    vertex, column = np.nonzero(near & ~none[:, None])
    return vertex, bones[column]


def _beside(
    ribbon: Ribbon, chain: Index, vertex: Index, bone: Index, wrong: NDArray[np.bool_], reach: float
) -> NDArray[np.bool_]:
    """(P,) whether the same bone is wrong about a near place on the same line.

    Near is within `reach` (engine units)."""
    if not wrong.any():
        return wrong
    along = _along(ribbon, chain)
    span = float(along[-1]) + 2.0 * reach
    key = bone * span + along[vertex]
    bad = np.sort(key[wrong])
    after = np.searchsorted(bad, key)
    near = np.abs(bad[np.minimum(after, len(bad) - 1)] - key) < reach
    return near | (np.abs(bad[np.maximum(after - 1, 0)] - key) < reach)


def _along(ribbon: Ribbon, chain: Index) -> Array:
    """(V,) length run through up to each vertex, engine units, chains far apart."""
    step = np.linalg.norm(np.diff(ribbon.a, axis=0, prepend=ribbon.a[:1]), axis=1)
    return np.asarray(np.cumsum(np.where(begins(chain), 0.0, step)) + 1e3 * chain)


def _most(value: Array, vertex: Index, count: int) -> Array:
    out = np.full(count, CLEAR)
    np.maximum.at(out, vertex, value)
    return out


def _to_edge(cover: Array, step: Array, vertex: Index, ahead: int = 0) -> Array:
    """How far from vertices, on the way to a neighbour, what is hidden begins or ends.

    The neighbour is the one before or, where `ahead` is 1, the next; `step` (V,) is the way to each from the one
    before."""
    other = np.clip(vertex + 2 * ahead - 1, 0, len(cover) - 1)
    here, there = np.abs(cover[vertex]), np.abs(cover[other])
    return np.asarray(step[np.minimum(vertex + ahead, len(cover) - 1)] * here / np.maximum(here + there, 1e-12))


def _between(known: NDArray[np.bool_], asked: NDArray[np.bool_], along: Array, value: Array) -> Array:
    """Values (V,) where they are asked for, by those that are known on either side."""
    if not known.any():
        return value[asked]
    return np.interp(along[asked], along[known], value[known])


def _of_chain(join: np.ufunc, value: NDArray, chain: Index) -> NDArray:
    """(V,) what all values of a vertex's chain make together."""
    if not len(chain):
        return value
    runs = Ragged.runs(chain)
    return np.asarray(join.reduceat(value, runs.first)[runs.owner])


def _evened(explained: NDArray[np.bool_], ribbon: Ribbon, chain: Index, reach: float) -> NDArray[np.bool_]:
    """Unmatched lines between explained ones nearby are explained, too."""
    unmatched = ribbon.kind != MATCHED
    if not explained.any():
        return explained
    along = _along(ribbon, chain)
    known = along[explained]
    after = np.searchsorted(known, along)
    ahead = known[np.minimum(after, len(known) - 1)] - along
    behind = along - known[np.maximum(after - 1, 0)]
    return explained | (unmatched & (ahead >= 0) & (behind >= 0) & (ahead + behind < reach))


def _whole(explained: NDArray[np.bool_], ribbon: Ribbon, most: float) -> NDArray[np.bool_]:
    """(V,) those of unmatched lines that are hidden for the most part."""
    place = np.where((ribbon.kind == APPEARING)[:, None], ribbon.b, ribbon.a)
    step = np.linalg.norm(np.diff(place, axis=0, append=place[-1:]), axis=1)
    within = np.r_[ribbon.piece[1:] == ribbon.piece[:-1], False]
    length = np.where(within, step, 0.0) + 1e-3
    count = int(ribbon.piece.max(initial=-1)) + 1
    share = np.bincount(ribbon.piece, length * explained, count) / np.bincount(ribbon.piece, length, count).clip(1e-9)
    return np.asarray(explained & (share >= most)[ribbon.piece])


def _mends(at: Array, seen: NDArray[np.bool_], hiding: NDArray[np.bool_], least: float) -> Array:
    """What makes a key agree: shown where it shows, hidden where it hides."""
    shown = np.where(seen, np.minimum(-least - at, 0.0), 0.0)
    return np.asarray(np.where(hiding & ~seen, np.maximum(least - at, 0.0), shown))
