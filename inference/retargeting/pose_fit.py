"""Where a drawing's joints are: a figure's pose is laid on the drawing, then its bones are turned and stretched until
they run through the middle of the limbs.

A pose is good where bones explain the ink (no ink farther from a bone than a limb is thick), where they keep away from
lines and inside the drawing, and where it stays what the performer did. Minimised by trying steps, many at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..drawing import Array
from ..local_motion import to_complex, to_plane
from ..neighbours import Index
from .figure import TRUNK, Figure
from .pose_moves import moves
from .projection import Planar
from .silhouette import Silhouette

Complex = NDArray[np.complex128]


@dataclass(frozen=True)
class FitPoseSettings:
    """Lengths as shares of the drawing's size.

    trunk, head, limb  how thick parts are expected to be, from bone to outline, as shares of their length in space; a
                 drawn head may be larger, and is thicker then
    cover        ink this much farther from every bone than a limb is thick costs 1
    medial       what running along a line costs, in the mean over bones; `outside` for a size's length outside
    turn         what turning a bone half around costs; those of trunk and head `firm` times as much
    stretch      what making a bone e times as long costs beside the others of its part; `part` of a part beside others
    other_frame  another frame than the drawing's own is taken where its pose costs less than this share
    moments      of the performance whose poses are tried
    tried        of them that are tried thoroughly
    heads        how much larger heads may be than the performer's: drawings are of all proportions
    steps        turns (radians) and stretches of bones, shifts of the whole, from coarse to fine
    """

    trunk: float = 0.3
    head: float = 0.42
    limb: float = 0.085
    cover: float = 0.03
    medial: float = 0.25
    outside: float = 3.0
    turn: float = 1.5
    firm: float = 5.0
    stretch: float = 0.35
    part: float = 0.2
    other_frame: float = 0.85
    moments: int = 24
    tried: int = 4
    heads: tuple[float, ...] = (1.0, 1.7, 2.7)
    steps: tuple[float, ...] = (0.5, 0.25, 0.1, 0.04)
    rounds: int = 10


@dataclass(frozen=True)
class Joints:
    """Where the joints of a figure are in a drawing.

    xy      (N, 2) scene units in the drawing plane
    moment  number of the frame whose pose the drawing is
    side    how the figure is seen in the drawing: a projection
    scale   the drawing's size over the figure's
    cost    how badly it fits; comparable between poses for the same drawing only
    """

    names: tuple[str, ...]
    xy: Array
    moment: int
    side: str
    scale: float
    cost: float

    def moved(self, places: Mapping[str, tuple[float, float]]) -> Joints:
        """With some joints elsewhere."""
        xy = self.xy.copy()
        for name, place in places.items():
            xy[self.names.index(name)] = place
        return replace(self, xy=xy)


@dataclass(frozen=True)
class _Pose:
    """Candidates (K): root (K,), and offset (K, N) of every joint from its parent, complex."""

    root: Complex
    offset: Complex

    def pick(self, number: int) -> _Pose:
        return _Pose(self.root[[number]], self.offset[[number]])


@dataclass(frozen=True)
class _Meant:
    """What the performer does: offset (N,) complex, as large as the drawing; share (N,) of each that is seen; length
    (B,) in space of the part that each bone belongs to."""

    offset: Complex
    share: Array
    length: Array


@dataclass(frozen=True)
class _Try:
    """A side, a moment, and how much larger the head is."""

    side: str
    moment: int
    head: float


class PoseFitter:
    """Fits poses of a figure to one drawing.

    ink          (n, 2) places spread evenly along the lines
    silhouette   of the drawing
    pins         joints whose places are known
    """

    def __init__(
        self,
        figure: Figure,
        ink: Array,
        silhouette: Silhouette,
        pins: Mapping[str, tuple[float, float]] | None = None,
        settings: FitPoseSettings = FitPoseSettings(),
    ) -> None:
        self._figure, self._silhouette, self._settings = figure, silhouette, settings
        self._box = ink.min(0), ink.max(0)
        self._size = float(np.ptp(ink, axis=0).max())
        places = [ink[:: max(len(ink) // 110, 1)], silhouette.places(60)]
        # Single precision is plenty here and twice as fast.
        self._ink = np.concatenate(places).astype(np.float32)
        self._pins = {figure.names.index(name): complex(*place) for name, place in (pins or {}).items()}
        self._bones = figure.bones
        self._thick, self._grows = self._thickness()
        self._firm = self._grows | (figure.part[self._bones] == TRUNK)
        self._moves = {step: moves(figure, step) for step in settings.steps}

    def _thickness(self) -> tuple[Array, NDArray[np.bool_]]:
        """(B,) as shares of the length of the bone's part, and whether it grows with the part."""
        figure, settings = self._figure, self._settings
        paired = {part for pair in figure.pairs for part in pair}
        out, lone = [], []
        for bone in self._bones:
            part = int(figure.part[bone])
            lone.append(part not in paired and len(figure.chain(part)) <= 2 and part != TRUNK)
            out.append(settings.trunk if part == TRUNK else settings.head if lone[-1] else settings.limb)
        return np.array(out), np.array(lone)

    def best(self, sides: Mapping[str, Planar], own: int | None, search: bool = True) -> Joints:
        """The pose that fits best of any moment, seen from any of the sides; that of the moment `own` (None: of no
        moment of its own) where others fit hardly better, or where nothing is to be searched."""
        count = len(next(iter(sides.values())).xy)
        step = max(count // self._settings.moments, 1)
        every = range(0, count, step) if search or own is None else ()
        moments = sorted({*every, *([] if own is None else [own])})
        rough = [_Try(side, moment, head) for side in sides for moment in moments for head in self._settings.heads]
        costs = [self._rough(sides[one.side], one) for one in rough]
        order = np.argsort(costs, kind="stable").tolist()
        ranked = _apart([rough[n] for n in order], max(count // 10, 1))
        chosen = ranked[: self._settings.tried]
        for side in sides:
            chosen += [one for one in ranked if one.side == side][:3]
        if own is not None:
            chosen += [rough[n] for n in order if rough[n].moment == own][:2]
        found = {one: self._refined(sides[one.side], one, self._settings.steps[:2]) for one in chosen}
        best = min(found, key=lambda one: found[one].cost)
        if own is not None:
            mine = min((one for one in found if one.moment == own), key=lambda one: found[one].cost)
            best = best if found[best].cost < self._settings.other_frame * found[mine].cost else mine
        return self._refined(sides[best.side], best, self._settings.steps)

    def _start(self, planar: Planar, tried: _Try) -> tuple[_Pose, float]:
        """The figure's pose with its head made larger, made as large as the drawing and laid on it."""
        z = to_complex(planar.xy[tried.moment])
        above = np.where(self._figure.parents >= 0, self._figure.parents, 0)
        own = _Pose(z[:1], (z - z[above])[None] * self._larger(tried))
        z = self._places(own, pinned=False)[0]
        low, high = self._box
        wide, tall = float(np.ptp(z.real)), float(np.ptp(z.imag))
        scale = 0.94 * float(np.max(high - low)) / max(wide, tall, 1e-12)
        if tall > 0.5 * wide:
            scale = 0.94 * float(high[1] - low[1]) / tall
        middle = complex(z.real.min() + z.real.max(), z.imag.min() + z.imag.max()) / 2.0
        z = (z - middle) * scale + complex(*(low + high) / 2.0)
        return _Pose(z[:1].copy(), own.offset * scale), scale

    def _larger(self, tried: _Try) -> Array:
        """(N,) by how much each segment is made longer: those of parts that have no like, as heads."""
        out = np.ones(self._figure.count)
        out[self._bones[self._grows]] = tried.head
        return out

    def _rough(self, planar: Planar, tried: _Try) -> float:
        pose, _ = self._start(planar, tried)
        several = _Pose(np.repeat(pose.root, 3), pose.offset * np.array([0.88, 1.0, 1.12])[:, None])
        return float(self._cost(several, self._meant(planar, tried, pose)).min())

    def _refined(self, planar: Planar, which: _Try, steps: Sequence[float]) -> Joints:
        """By the best step of every part at once where that is better, or the best of all."""
        pose, scale = self._start(planar, which)
        meant = self._meant(planar, which, pose)
        cost = float(self._cost(pose, meant)[0])
        for step in steps:
            part, shift, factor = self._moves[step]
            for _ in range(self._settings.rounds):
                tried = _Pose(pose.root + shift * self._size, pose.offset * factor)
                costs = self._cost(tried, meant)
                better = [_least(costs, part == one) for one in np.unique(part)]
                better = [n for n in better if costs[n] < cost - 1e-6]
                if not better:
                    break
                joint = np.prod(factor[better], axis=0)
                both = _Pose(pose.root + shift[better].sum() * self._size, pose.offset * joint)
                together = float(self._cost(both, meant)[0])
                single = min(better, key=lambda n: costs[n])
                if together <= costs[single]:
                    pose, cost = both, together
                else:
                    pose, cost = tried.pick(single), float(costs[single])
        xy = to_plane(self._places(pose)[0])
        return Joints(self._figure.names, xy, which.moment, which.side, scale, cost)

    def _meant(self, planar: Planar, tried: _Try, pose: _Pose) -> _Meant:
        along, whole = Planar(planar.xy[[tried.moment]], planar.depth[[tried.moment]]).segments(self._figure)
        flat, larger = np.linalg.norm(along[0], axis=1), self._larger(tried)
        scale = np.abs(pose.offset[0]).sum() / max(float((flat * larger).sum()), 1e-12)
        part = self._figure.part[self._bones]
        length = (part[:, None] == part).astype(float) @ (whole[0] * larger)[self._bones] * scale
        return _Meant(pose.offset[0].copy(), flat / np.maximum(whole[0], 1e-12), length)

    def _places(self, pose: _Pose, pinned: bool = True) -> Complex:
        """(K, N) of the joints."""
        z = np.empty_like(pose.offset)
        for joint, parent in enumerate(self._figure.parents):
            z[:, joint] = pose.root if parent < 0 else z[:, parent] + pose.offset[:, joint]
            if pinned and joint in self._pins:
                z[:, joint] = self._pins[joint]
        return z

    def _cost(self, pose: _Pose, meant: _Meant) -> Array:
        """(K,) of candidates."""
        places, bones, settings = to_plane(self._places(pose)).astype(np.float32), self._bones, self._settings
        head = places[:, self._figure.parents[bones]]
        along = places[:, bones] - head
        square = np.maximum((along**2).sum(2), 1e-18)
        length = np.sqrt(square)
        part = self._figure.part[bones]
        grown = np.clip((length @ (part[:, None] == part)) / meant.length, 0.5, 2.5)
        thick = (self._thick * meant.length * np.where(self._grows, grown, 1.0)).astype(np.float32)
        missed = np.maximum((_distances(self._ink, head, along, square) - thick[:, None]).min(2), 0.0)
        cost = np.minimum((missed / (settings.cover * self._size)) ** 2, 9.0).mean(1)
        spots = np.array([0.1, 0.3, 0.5, 0.7, 0.9], np.float32)[:, None]
        middle = head[:, :, None] + along[:, :, None] * spots
        depth = self._silhouette.depth_at(middle)
        # Trunk and head are full of lines, and must not be thicker than what is drawn around their middle.
        bulk = self._silhouette.bulk_at(middle)[..., [1, 2]].mean(2)
        room = np.where(self._firm, bulk, depth.mean(2)) / np.maximum(thick, 1e-12)
        beside = np.where(self._firm, 3.0, 1.0) * (1.0 - np.clip(room, 0.0, 1.0))
        outside = ((depth < 0.0).mean(2) * length).sum(1) / self._size
        cost = cost + settings.medial * beside.mean(1) + settings.outside * outside
        return np.asarray(cost + self._departure(pose, meant))

    def _departure(self, pose: _Pose, meant: _Meant) -> Array:
        """(K,) what it costs to be another pose than the one that was meant."""
        figure, settings = self._figure, self._settings
        inner = np.flatnonzero(figure.parents >= 0)
        inner = inner[np.abs(meant.offset[inner]) > 1e-9 * self._size]
        ratio = pose.offset[:, inner] / meant.offset[inner]
        weight = meant.share[inner] + 0.05
        upright = np.where(np.isin(inner, self._bones[self._firm]), settings.firm, 1.0)
        above = ratio[:, _positions(inner, figure.carrier[inner])]
        turned = 2.0 - np.cos(np.angle(ratio)) - np.cos(np.angle(ratio * np.conj(above)))
        cost = settings.turn * 0.5 * (turned * weight * upright).mean(1)
        longer = np.log(np.maximum(np.abs(ratio), 1e-6))
        middle = longer.mean(1)
        for part in np.unique(figure.part[inner]):
            own = figure.part[inner] == part
            mean = (longer[:, own] * weight[own]).sum(1) / weight[own].sum()
            cost += settings.stretch * ((longer[:, own] - mean[:, None]) ** 2 * weight[own]).mean(1)
            cost += settings.part * (mean - middle) ** 2
        return np.asarray(cost)


def _distances(points: NDArray, head: NDArray, along: NDArray, square: NDArray) -> NDArray:
    """(K, S, B) from points (S, 2) to bones (K, B, 2)."""
    x = points[None, :, None, 0] - head[:, None, :, 0]
    y = points[None, :, None, 1] - head[:, None, :, 1]
    to_x, to_y = along[:, None, :, 0], along[:, None, :, 1]
    foot = np.clip((x * to_x + y * to_y) / square[:, None], 0.0, 1.0)
    x -= foot * to_x
    y -= foot * to_y
    return np.asarray(np.sqrt(x * x + y * y))


def _apart(ranked: Sequence[_Try], frames: int) -> list[_Try]:
    """Without those that are nearly the same as an earlier one."""
    out: list[_Try] = []
    for one in ranked:
        alike = (o for o in out if (o.side, o.head) == (one.side, one.head) and abs(o.moment - one.moment) < frames)
        if not any(alike):
            out.append(one)
    return out


def _positions(inner: Index, wanted: Index) -> Index:
    """Where the joints `wanted` are among `inner`; those that are not there stand for themselves."""
    place = {int(joint): number for number, joint in enumerate(inner)}
    return np.array([place.get(int(joint), number) for number, joint in enumerate(wanted)], np.int64)


def _least(costs: Array, where: NDArray[np.bool_]) -> int:
    rows = np.flatnonzero(where)
    return int(rows[np.argmin(costs[rows])])
