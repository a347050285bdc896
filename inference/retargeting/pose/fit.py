"""Where a drawing's joints are: a figure's pose is laid on it and adjusted.

Bones are turned and stretched until they run through the middle of the limbs. Steps are tried, many at once, to
minimise `pose_cost`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...geometry.points import Array, to_complex, to_plane
from ...skeletons.detector.joint_maps import JointMaps, shown_by
from ...skeletons.detector.silhouette import Silhouette
from ...skeletons.figure import Figure
from ...skeletons.projection import Planar
from .cost import FitPoseSettings, Meant, Pose, PoseCost
from .laid import laid_out
from .match import nearest_moment, unlikeness
from .moves import moves


@dataclass(frozen=True)
class Joints:
    """Where the joints of a figure are in a drawing.

    xy      (N, 2) scene units in the drawing plane
    moment  number of the frame whose pose the drawing is
    side    how the figure is seen in the drawing: a projection
    cost    how badly it fits; comparable between poses for the same drawing only
    """

    names: tuple[str, ...]
    xy: Array
    moment: int
    side: str
    cost: float

    def moved(self, places: Mapping[str, tuple[float, float]]) -> Joints:
        """The pose with some joints elsewhere."""
        xy = self.xy.copy()
        for name, place in places.items():
            xy[self.names.index(name)] = place
        return replace(self, xy=xy)


@dataclass(frozen=True)
class _Try:
    """A side, a moment or, beyond the last one, a stance, and the head's size."""

    side: str
    moment: int
    head: float


class PoseFitter:
    """Fits poses of a figure to one drawing.

    ink          (n, 2) places spread evenly along the lines
    silhouette   of the drawing
    pins         joints whose places are known
    maps         where joints are likely; only for figures of people, None where that is not known
    """

    def __init__(
        self,
        figure: Figure,
        ink: Array,
        silhouette: Silhouette,
        pins: Mapping[str, tuple[float, float]] | None = None,
        settings: FitPoseSettings = FitPoseSettings(),
        maps: JointMaps | None = None,
    ) -> None:
        self._figure, self._settings = figure, settings
        self._box = ink.min(0), ink.max(0)
        self._size = float(np.ptp(ink, axis=0).max())
        self._pins = {figure.names.index(name): complex(*place) for name, place in (pins or {}).items()}
        self._cost = PoseCost(figure, ink, silhouette, self._pins, settings, maps)
        self._maps, self._shown = maps, None if maps is None else shown_by(figure)
        self._known = self._shown is not None
        self._bones = figure.bones
        self._moves = {step: moves(figure, step, settings.shift) for step in settings.steps}

    def best(
        self, sides: Mapping[str, Planar], stances: Mapping[str, Planar], own: int | None, search: bool = True
    ) -> Joints:
        """The pose that fits best.

        It is of any moment, seen from any of the sides, or one of the stances as they are seen from there. The
        moment is then that whose pose is most like it; `own` (None: there is none of its own) where others are
        hardly more so, or where nothing is to be searched.
        """
        if len(self._pins) == self._figure.count:
            return self._given(sides, own, search)
        count = len(next(iter(sides.values())).xy)
        every = {side: planar.followed(stances[side]) for side, planar in sides.items()}
        step = max(count // self._settings.moments, 1)
        looked = range(0, count, step) if search or own is None else ()
        standing = range(count, len(next(iter(every.values())).xy))
        moments = sorted({*looked, *standing, *([] if own is None else [own])})
        rough = [_Try(side, moment, head) for side in sides for moment in moments for head in self._settings.heads]
        costs = [self._rough(every[one.side], one) for one in rough]
        ranked = [rough[n] for n in np.argsort(costs, kind="stable").tolist()]
        apart = _apart(ranked, max(count // 10, 1))
        chosen = apart[: self._settings.tried]
        for side in sides:
            # Where joints are known about, the size of the head is, too.
            for heads in [self._settings.heads] if self._known else [(head,) for head in self._settings.heads]:
                alike = [one for one in apart if one.side == side and one.head in heads]
                chosen += alike[: self._settings.of_each]
        mine = [one for one in ranked if one.moment == own][: self._settings.of_each]
        steps = self._settings.steps
        found = {
            one: self._refined(every[one.side], one, steps[:1], self._settings.first).cost for one in (*chosen, *mine)
        }
        count = self._settings.likely // 2 if self._known else self._settings.likely
        likely = sorted(found, key=lambda one: found[one])[:count]
        found = {one: self._refined(every[one.side], one, steps[:2]).cost for one in (*likely, *mine)}
        best = min(found, key=lambda one: found[one])
        if mine:
            best_of_mine = min(mine, key=lambda one: found[one])
            best = best if found[best] < self._settings.other_frame * found[best_of_mine] else best_of_mine
        joints = self._refined(every[best.side], best, self._settings.steps)
        moment = own if own is not None and (not search or best.moment == own) else None
        if moment is None:
            moment = nearest_moment(self._figure, sides[best.side], joints.xy, own, self._settings.better)
        return replace(joints, moment=moment)

    def _given(self, sides: Mapping[str, Planar], own: int | None, search: bool) -> Joints:
        """Where every joint's place is known, only side and moment are to be found."""
        xy = to_plane(np.array([self._pins[joint] for joint in range(self._figure.count)]))
        off = {side: unlikeness(self._figure, planar, xy) for side, planar in sides.items()}
        least = {side: float(values.min() if search or own is None else values[own]) for side, values in off.items()}
        side = min(least, key=lambda one: least[one])
        moment = (
            nearest_moment(self._figure, sides[side], xy, own, self._settings.better) if search or own is None else own
        )
        return Joints(self._figure.names, xy, moment, side, least[side])

    def _start(self, planar: Planar, tried: _Try) -> Pose:
        """The figure's pose, its head made larger, as large as the drawing and laid on it."""
        z = to_complex(planar.xy[tried.moment])
        above = np.where(self._figure.parents >= 0, self._figure.parents, 0)
        thick = np.ones((1, len(self._bones)))
        own = Pose(z[:1], (z - z[above])[None] * self._larger(tried), thick)
        z = self._cost.places(own, pinned=False)[0]
        low, high = self._box
        wide, tall = float(np.ptp(z.real)), float(np.ptp(z.imag))
        fills = self._settings.fills
        scale = fills * float(np.max(high - low)) / max(wide, tall, 1e-12)
        if tall > 0.5 * wide:
            scale = fills * float(high[1] - low[1]) / tall
        middle = complex(z.real.min() + z.real.max(), z.imag.min() + z.imag.max()) / 2.0
        z = (z - middle) * scale + complex(*(low + high) / 2.0)
        return Pose(z[:1].copy(), own.offset * scale, thick)

    def _larger(self, tried: _Try) -> Array:
        """(N,) by how much each segment is made longer.

        Only those of parts that have no like are, as heads.
        """
        out = np.ones(self._figure.count)
        out[self._bones[self._cost.grows]] = tried.head
        return out

    def _rough(self, planar: Planar, tried: _Try) -> float:
        pose = self._start(planar, tried)
        sizes = np.array(self._settings.sizes)[:, None]
        meant = self._meant(planar, tried, pose)
        several = Pose(np.repeat(pose.root, len(sizes)), pose.offset * sizes, np.repeat(pose.wide, len(sizes), axis=0))
        laid = self._laid(pose)
        known = np.inf if laid is None else float(self._cost.of(laid, meant)[0])
        return min(known, float(self._cost.of(several, meant).min()))

    def _refined(self, planar: Planar, which: _Try, steps: Sequence[float], rounds: int = 0) -> Joints:
        """By the best step of every part at once where that is better, or the best of all."""
        pose = self._start(planar, which)
        meant = self._meant(planar, which, pose)
        cost = float(self._cost.of(pose, meant)[0])
        laid = self._laid(pose)
        if laid is not None and (other := float(self._cost.of(laid, meant)[0])) < cost:
            pose, cost = laid, other
        for step in steps:
            tries = self._moves[step]
            for _ in range(rounds or self._settings.rounds):
                shifted = pose.root + tries.shift * self._size
                tried = Pose(shifted, pose.offset * tries.factor, pose.wide * tries.wide)
                costs = self._cost.of(tried, meant)
                better = [_least(costs, tries.part == one) for one in np.unique(tries.part)]
                better = [n for n in better if costs[n] < cost - 1e-6]
                if not better:
                    break
                root = pose.root + tries.shift[better].sum() * self._size
                joint, wide = (np.prod(by[better], axis=0) for by in (tries.factor, tries.wide))
                both = Pose(root, pose.offset * joint, pose.wide * wide)
                together = float(self._cost.of(both, meant)[0])
                single = min(better, key=lambda n: costs[n])
                if together <= costs[single]:
                    pose, cost = both, together
                else:
                    pose, cost = tried.pick(single), float(costs[single])
        xy = to_plane(self._cost.places(pose)[0])
        return Joints(self._figure.names, xy, which.moment, which.side, cost)

    def _laid(self, pose: Pose) -> Pose | None:
        """The pose with the joints that maps tell where they tell them."""
        if self._maps is None or self._shown is None:
            return None
        z = self._cost.places(pose)[0]
        known = self._shown.places(self._maps, to_plane(z), self._settings.sure) | self._pins
        z = laid_out(self._figure, z, known)
        offset = z - z[np.where(self._figure.parents >= 0, self._figure.parents, 0)]
        return Pose(z[:1].copy(), offset[None], pose.wide)

    def _meant(self, planar: Planar, tried: _Try, pose: Pose) -> Meant:
        along, whole = Planar(planar.xy[[tried.moment]], planar.depth[[tried.moment]]).segments(self._figure)
        flat, larger = np.linalg.norm(along[0], axis=1), self._larger(tried)
        scale = np.abs(pose.offset[0]).sum() / max(float((flat * larger).sum()), 1e-12)
        part = self._figure.part[self._bones]
        length = (part[:, None] == part).astype(float) @ (whole[0] * larger)[self._bones] * scale
        return Meant(pose.offset[0].copy(), flat / np.maximum(whole[0], 1e-12), length)


def _apart(ranked: Sequence[_Try], frames: int) -> list[_Try]:
    """Without those that are nearly the same as an earlier one."""
    out: list[_Try] = []
    for one in ranked:
        alike = (o for o in out if (o.side, o.head) == (one.side, one.head) and abs(o.moment - one.moment) < frames)
        if not any(alike):
            out.append(one)
    return out


def _least(costs: Array, where: NDArray[np.bool_]) -> int:
    rows = np.flatnonzero(where)
    return int(rows[np.argmin(costs[rows])])
