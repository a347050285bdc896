"""Drawings of a figure from several sides: the nearest one performs.

Which is nearest changes as the performer turns. Which drawing shows changes with hysteresis, so that nothing
flickers. For some frames after a change the engine's own in-between of the two drawings in their poses may lead from
one to the other, guided by the joints of both. Limbs hold together, but faces and hands of two sides have little in
common. These frames need repair, and a cut is the default.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..drawing.contract import Curves, Drawing
from ..geometry.points import Array, Index
from ..leads.guided.fit import FitSettings
from ..leads.guided.tuning import GuidedSettings
from ..skeletons import projection as sides
from ..skeletons.guide import Guide, GuideError
from ..skeletons.limbs import Limbs
from ..tween.plan import TweenPlan, TweenSettings, plan_tween
from .object_retarget import ObjectRetarget

SIDES = (sides.FRONT, sides.THREE_QUARTER, sides.SIDE, sides.BACK, sides.LEFT, sides.RIGHT)
"""What a drawing may be said to show; left and right are where the figure faces in the picture."""
# Another drawing shows once it is nearer by so many radians.
_MARGIN = 0.2
# Joints are where they are in either drawing; what is in front differs between the sides, and is up to fills.
_AS_THEY_ARE = TweenSettings(guided=GuidedSettings(FitSettings(lags=(), rounds=0)), hidden=False)


@dataclass(frozen=True)
class NamedView:
    """A drawing at a frame, and the side it shows, one of `SIDES`.

    "AUTO" where nobody says it.
    """

    frame: int
    side: str


def parse_views(text: str) -> tuple[NamedView, ...]:
    """The views that a text names, as in "1 FRONT, 10 side, 20".

    Raises `GuideError` with what is wrong and what to write.
    """
    out = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        found = re.fullmatch(r"(-?\d+)(?:\s+([A-Za-z_-]+))?", part)
        side = (found[2] or sides.AUTO).upper().replace("-", "_") if found else ""
        if found is None or side not in (*SIDES, sides.AUTO):
            raise GuideError(
                f'View "{part}" is no frame with a side: write for example 10 SIDE, with {" or ".join(SIDES)}.'
            )
        out.append(NamedView(int(found[1]), side))
    frames = [view.frame for view in out]
    if len(set(frames)) < len(frames):
        raise GuideError("Two views have the same frame: name each frame once.")
    return tuple(out)


def shown_views(yaw: Array, of_view: Sequence[float]) -> Index:
    """(T,) which view shows.

    It is the one whose `of_view` is nearest to how far the body turned away, `yaw` (T,), radians. The one that shows
    stays while no other is clearly nearer.
    """
    away = np.abs(np.angle(np.exp(1j * (yaw[:, None] - np.asarray(of_view)))))
    out = np.zeros(len(yaw), np.int64)
    now = int(np.argmin(away[0])) if len(yaw) else 0
    for moment, each in enumerate(away):
        nearest = int(np.argmin(each))
        now = nearest if each[nearest] + _MARGIN < each[now] else now
        out[moment] = now
    return out


def yaw_of(body: sides.Body, axes: Array) -> Array:
    """(T,) radians by which the body turns away from facing the viewer.

    The canvas has these `axes` (3, 3); it turns towards the right of the picture.
    """
    return np.arctan2(body.forward @ axes[0], body.forward @ axes[2])


class TurningRetarget:
    """Several drawings that take turns as the performer turns.

    The first view is the drawing that `ObjectRetarget` alone would take. All are planned when first asked for.

    blend  for how many frames after a change one drawing becomes the other
    """

    def __init__(self, views: Sequence[ObjectRetarget], blend: int = 0) -> None:
        self.views, self._blend = tuple(views), blend
        self._shown: Index | None = None

    @property
    def first(self) -> ObjectRetarget:
        return self.views[0]

    def prepare(self) -> None:
        """Decide everything; raises `DrawingError` and `GuideError` where nothing can be."""
        if self._shown is not None:
            return
        plans = [view.plan for view in self.views]
        first = plans[0]
        body = sides.body_of(first.figure, self.first.settings.turning)
        if body is None:
            raise GuideError("The guide has no left and right limbs, and so no sides: take one drawing alone.")
        yaws = [sides.YAWS[plan.joints.side] for plan in plans]
        shown = shown_views(yaw_of(body, self.first.canvas.axes), yaws)
        roots = np.array([plan.root.real for plan in plans])
        step = np.diff(roots, axis=1)[shown[1:], np.arange(len(shown) - 1)]
        way = np.concatenate([[0.0], np.cumsum(step)])
        moment = first.joints.moment
        self._way = way - way[moment] + roots[0, moment]
        ground = [float(plan.drawing.xy[:, 1].min()) for plan in plans]
        self._lift = [ground[0] - one for one in ground]
        self._roots, self._shown = roots, shown

    def shown(self, frame: float) -> int:
        """The view that shows at a frame."""
        self.prepare()
        assert self._shown is not None
        return int(self._shown[self.first.plan.moment(frame)])

    def at(self, frame: float) -> list[Curves]:
        """Every layer at a frame.

        It is the drawing itself, bit for bit, where it shows in the pose that it has.
        """
        self.prepare()
        assert self._shown is not None
        moment = self.first.plan.moment(frame)
        now = int(self._shown[moment])
        before = self._shown[max(moment - self._blend, 0) : moment]
        changed = np.flatnonzero(before != now)
        if not len(changed):
            if now == 0 and not self._shift(0, moment).any():
                return self.first.at(frame)
            return self.first.to_layers(self._drawn(now, frame, moment))
        past = len(before) - 1 - int(changed[-1])  # frames since the change
        between = self._between(int(before[changed[-1]]), now, frame, moment)
        return self.first.to_layers(between.at((past + 1) / (self._blend + 1)))

    def _between(self, one: int, other: int, frame: float, moment: int) -> TweenPlan:
        """The in-between of two views, both in the pose of a moment.

        Which line is of which limb is known of both. The bones lead from one to the other as a guide's do.
        """
        figure, views = self.first.plan.figure, (one, other)
        joints = np.stack([self.views[view].plan.joints_at(frame) + self._shift(view, moment) for view in views])
        above = np.where(figure.parents >= 0, figure.parents, np.arange(figure.count))
        flat = np.zeros(joints.shape[:2])
        moments = np.array([0.0, 1.0])
        guide = Guide(figure.names, figure.parents, moments, joints[:, above], joints, flat, flat)
        key_a, key_b = (self._drawn(view, frame, moment) for view in views)
        return plan_tween(key_a, key_b, settings=_AS_THEY_ARE, guide=Limbs.of(guide))

    def _shift(self, view: int, moment: int) -> Array:
        """(2,) by which a view's drawing is shifted to go on where the others were."""
        across = float(self._way[moment] - self._roots[view, moment])
        size = self.first.size
        return np.array([across if abs(across) > 1e-9 * size else 0.0, self._lift[view]])

    def _drawn(self, view: int, frame: float, moment: int) -> Drawing:
        drawing = self.views[view].plan.at(frame)
        return replace(drawing, xy=drawing.xy + self._shift(view, moment))
