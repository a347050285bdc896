"""What it costs to lay a pose on a drawing.

A pose is good where limbs as thick as they are explain what is drawn (no ink and no inside farther from a bone than
its limb is thick, no outside nearer), where bones keep away from lines and inside the drawing, and where it stays what
was meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...geometry.points import Array, Complex, Index, to_plane
from ...skeletons.detector.joint_maps import JointMaps, shown_by
from ...skeletons.detector.silhouette import Silhouette
from ...skeletons.figure import TRUNK, Figure


@dataclass(frozen=True)
class FitPoseSettings:
    """Lengths as shares of the drawing's size.

    trunk, head, limb  how thick parts are expected to be, from bone to outline, as shares of their length in space; a
                 drawn head may be larger, and is thicker then
    cover        ink and inside this much farther from every bone than a limb is thick cost 1; `spill` where what is
                 outside is as much within a limb
    medial       what running along a line costs on average over bones; `outside` for a size's length outside
    turn         what turning a bone half around costs; those of trunk and head `firm` times as much
    stretch      what making a bone e times as long costs beside the others of its part; `part` of a part beside
                 others, `whole` of all, `pair` of a limb beside its like
    roomy        what a limb costs in the middle of much that is drawn, as the trunk is
    cross        for each line that a limb's bone crosses, of two
    thick        what it costs where parts are e times as thick as expected
    seen         what it costs where joints are e times less likely to be seen than at the likeliest places, on average
    sure         joints at least so likely to be about where they seem to be are laid there to begin with
    other_frame  another frame than the drawing's own is taken where its pose costs less than this share
    moments      of the performance whose poses are tried
    tried        of them that are tried further, and `of_each` side and size of head; the `likely` ones thoroughly
    heads        how much larger heads may be than the performer's: drawings are of all proportions
    steps        turns (radians) and stretches of bones, shifts of the whole, from coarse to fine
    rounds       with every step; `first` with the first one before the likely ones are chosen
    better       the drawing's own moment is kept unless another one is off by less than this share
    along        where bones are looked at for lines that they cross: from, to, how often; not near their joints
    shift        of the whole in a step, as a share of its turn
    fills        the figure is as large as this share of the drawing to begin with, and tried at `sizes` of that
    worst        what a place costs at most that is not explained
    grown        how far a part's thickness goes along with its length
    spots        where along bones it is looked how deep inside the drawing they run
    lost         a limb runs where too much is drawn if that is so many times as thick as the limb
    bulky        what it costs trunk and head to be thicker than what is drawn, beside limbs
    faint        what a bone that points at the viewer has to say at least
    ink, inside, without  places on lines, inside and outside the drawing at which poses are judged
    """

    trunk: float = 0.3
    head: float = 0.42
    limb: float = 0.085
    cover: float = 0.03
    spill: float = 1.5
    medial: float = 0.25
    outside: float = 3.0
    turn: float = 1.5
    firm: float = 5.0
    stretch: float = 0.35
    part: float = 0.35
    whole: float = 0.3
    pair: float = 0.3
    roomy: float = 0.15
    cross: float = 0.15
    thick: float = 0.35
    seen: float = 0.4
    sure: float = 0.25
    other_frame: float = 0.85
    moments: int = 24
    tried: int = 4
    of_each: int = 1
    likely: int = 8
    heads: tuple[float, ...] = (1.0, 1.7, 2.7, 4.5)
    steps: tuple[float, ...] = (0.5, 0.25, 0.1, 0.04)
    rounds: int = 10
    first: int = 4
    better: float = 0.75
    along: tuple[float, float, int] = (0.1, 0.9, 14)
    shift: float = 0.3
    fills: float = 0.94
    sizes: tuple[float, ...] = (0.88, 1.0, 1.12)
    worst: float = 9.0
    grown: tuple[float, float] = (0.5, 2.5)
    spots: tuple[float, ...] = (0.1, 0.3, 0.5, 0.7, 0.9)
    lost: float = 1.7
    bulky: float = 3.0
    faint: float = 0.05
    ink: int = 90
    inside: int = 70
    without: int = 90


@dataclass(frozen=True)
class Pose:
    """Candidates (K): root (K,), and each joint's offset (K, N) from its parent.

    Both are complex. wide (K, B) is how many times as thick as expected bones are.
    """

    root: Complex
    offset: Complex
    wide: Array

    def pick(self, number: int) -> Pose:
        return Pose(self.root[[number]], self.offset[[number]], self.wide[[number]])


@dataclass(frozen=True)
class Meant:
    """What the performer does.

    offset  (N,) complex, as large as the drawing
    share   (N,) of each that is seen
    length  (B,) in space of the part that each bone belongs to
    """

    offset: Complex
    share: Array
    length: Array


class PoseCost:
    """How badly poses of a figure fit a drawing.

    ink, silhouette, pins, maps  as `PoseFitter` has them; `grows` (B,) tells which bones' thickness grows with their
    length
    """

    def __init__(
        self,
        figure: Figure,
        ink: Array,
        silhouette: Silhouette,
        pins: Mapping[int, complex],
        settings: FitPoseSettings,
        maps: JointMaps | None = None,
    ) -> None:
        self._figure, self._silhouette, self._settings = figure, silhouette, settings
        self._maps, self._shown = maps, None if maps is None else shown_by(figure)
        self._along = np.linspace(*settings.along, dtype=np.float32)[:, None]
        self._size = float(np.ptp(ink, axis=0).max())
        # Single precision is plenty here and twice as fast.
        places = [
            ink[:: max(len(ink) // settings.ink, 1)],
            silhouette.places(settings.inside),
            silhouette.places(settings.without, inside=False),
        ]
        self._spots = np.concatenate(places).astype(np.float32)
        self._without = len(places[2])
        self._pins, self._bones = dict(pins), figure.bones
        self._thick, self.grows = self._thickness()
        self._firm = self.grows | (figure.part[self._bones] == TRUNK)

    def _thickness(self) -> tuple[Array, NDArray[np.bool_]]:
        """(B,) shares of the length of the bone's part; whether it grows with the part."""
        figure, settings = self._figure, self._settings
        paired = {part for pair in figure.pairs for part in pair}
        out, single = [], []
        for bone in self._bones:
            part = int(figure.part[bone])
            single.append(part not in paired and len(figure.chain(part)) <= 2 and part != TRUNK)
            out.append(settings.trunk if part == TRUNK else settings.head if single[-1] else settings.limb)
        return np.array(out), np.array(single)

    def places(self, pose: Pose, pinned: bool = True) -> Complex:
        """(K, N) of the joints."""
        z = np.empty_like(pose.offset)
        for joint, parent in enumerate(self._figure.parents):
            z[:, joint] = pose.root if parent < 0 else z[:, parent] + pose.offset[:, joint]
            if pinned and joint in self._pins:
                z[:, joint] = self._pins[joint]
        return z

    def of(self, pose: Pose, meant: Meant) -> Array:
        """(K,) of candidates."""
        places, bones, settings = to_plane(self.places(pose)).astype(np.float32), self._bones, self._settings
        head = places[:, self._figure.parents[bones]]
        along = places[:, bones] - head
        square = np.maximum((along**2).sum(2), 1e-18)
        length = np.sqrt(square)
        part = self._figure.part[bones]
        grown = np.clip((length @ (part[:, None] == part)) / meant.length, *settings.grown)
        thick = (self._thick * meant.length * np.where(self.grows, grown, 1.0) * pose.wide).astype(np.float32)
        beyond = (_distances(self._spots, head, along, square) - thick[:, None]).min(2)
        beyond[:, -self._without :] *= -1.0
        missed = np.minimum((np.maximum(beyond, 0.0) / (settings.cover * self._size)) ** 2, settings.worst)
        cost = missed[:, : -self._without].mean(1) + settings.spill * missed[:, -self._without :].mean(1)
        spots = np.array(settings.spots, np.float32)[:, None]
        middle = head[:, :, None] + along[:, :, None] * spots
        depth = self._silhouette.depth_at(middle)
        # Trunk and head are full of lines, and must not be thicker than what is drawn around their middle.
        bulk = self._silhouette.bulk_at(middle)[..., [1, 2]].mean(2)
        room = np.where(self._firm, bulk, depth.mean(2)) / np.maximum(thick, 1e-12)
        beside = np.where(self._firm, settings.bulky, 1.0) * (1.0 - np.clip(room, 0.0, 1.0))
        lost = np.clip(bulk / np.maximum(settings.lost * thick, 1e-12) - 1.0, 0.0, 1.0)
        beside += settings.roomy / settings.medial * np.where(self._firm, 0.0, lost)
        at = head[:, :, None] + along[:, :, None] * self._along
        met = self._silhouette.met(at) & (bulk[:, :, None] > 0.0)
        crossed = np.diff(met.astype(np.int8), axis=2, prepend=0).clip(0).sum(2)
        beside += settings.cross / settings.medial * np.where(self._firm, 0.0, np.minimum(crossed, 2))
        outside = ((depth < 0.0).mean(2) * length).sum(1) / self._size
        cost = cost + settings.medial * beside.mean(1) + settings.outside * outside
        cost += settings.thick * (np.log(pose.wide) ** 2).mean(1)
        if self._maps is not None and self._shown is not None:
            cost += settings.seen * self._shown.off(self._maps, places.astype(float))
        return np.asarray(cost + self._departure(pose, meant))

    def _departure(self, pose: Pose, meant: Meant) -> Array:
        """(K,) what it costs to be another pose than the one that was meant."""
        figure, settings = self._figure, self._settings
        inner = np.flatnonzero(figure.parents >= 0)
        inner = inner[np.abs(meant.offset[inner]) > 1e-9 * self._size]
        ratio = pose.offset[:, inner] / meant.offset[inner]
        weight = meant.share[inner] + settings.faint
        upright = np.where(np.isin(inner, self._bones[self._firm]), settings.firm, 1.0)
        above = ratio[:, _positions(inner, figure.carrier[inner])]
        turned = 2.0 - np.cos(np.angle(ratio)) - np.cos(np.angle(ratio * np.conj(above)))
        longer = np.log(np.maximum(np.abs(ratio), 1e-6))
        middle = longer.mean(1)
        cost = settings.turn * 0.5 * (turned * weight * upright).mean(1) + settings.whole * middle**2
        means = np.zeros((int(figure.part.max()) + 1, len(cost)))
        for part in np.unique(figure.part[inner]):
            own = figure.part[inner] == part
            mean = (longer[:, own] * weight[own]).sum(1) / weight[own].sum()
            cost += settings.stretch * ((longer[:, own] - mean[:, None]) ** 2 * weight[own]).mean(1)
            cost += settings.part * (mean - middle) ** 2
            means[int(part)] = mean
        for one, other in figure.pairs:
            cost += settings.pair * (means[one] - means[other]) ** 2
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


def _positions(inner: Index, wanted: Index) -> Index:
    """Where the joints `wanted` are among `inner`; else they stand for themselves."""
    place = {int(joint): number for number, joint in enumerate(inner)}
    return np.array([place.get(int(joint), number) for number, joint in enumerate(wanted)], np.int64)
