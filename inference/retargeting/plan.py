"""Retargeting: one drawing and a performance, and the drawing performs.

The figure of the guide is laid on the drawing (`pose_fit`), lines are bound to its bones (`skinning`), the bones turn
as the performer's do in the plane (`projection`), and the lines go with them (`puppet`). At the frame whose pose the
drawing has, it is the drawing itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..drawing.contract import Drawing, DrawingError
from ..drawing.strokes import Strokes, resample
from ..geometry.points import Array, Complex, Index
from ..skeletons import projection as sides
from ..skeletons.detector.joint_maps import maps_of, shown_by
from ..skeletons.detector.silhouette import silhouette_of
from ..skeletons.detector.stances import stances_of
from ..skeletons.figure import TRUNK, Figure, FigureSettings, figure_of
from ..skeletons.guide import GuideError
from ..skeletons.rig import Rig
from ..skeletons.view import Canvas, Recording, seen
from .draw_order import order_of, standings
from .footing import FootingSettings, path_of_root
from .pose.fit import FitPoseSettings, Joints, PoseFitter
from .puppet import Bent, Puppet
from .rigidity import RigidSettings
from .skin_tuning import SkinSettings
from .skinning import skin
from .sweeps import SweepSettings, tamed

OFF, WEAK, STRONG = "OFF", "WEAK", "STRONG"
FORESHORTENINGS = (OFF, WEAK, STRONG)
PROJECTIONS = (sides.AUTO, sides.VIEW, sides.FRONT, sides.THREE_QUARTER, sides.SIDE, sides.BACK)


# What a drawing may show a figure from, where nobody says it.
_SIDES = (sides.FRONT, sides.HALF_RIGHT, sides.HALF_LEFT, sides.RIGHT, sides.LEFT)


@dataclass(frozen=True)
class RetargetSettings:
    """How a drawing is bound to a performance and moved by it.

    foreshortening  how much shorter bones get that point towards the viewer: not, half way (geometric mean), fully
    projection      how the performer is seen: one of `PROJECTIONS`
    in_place        the figure goes nowhere, but up and down
    kept            radians: a bone that is drawn otherwise than the performer holds it stays that far off; the rest
                    fades within `fade` frames from the drawing's. Heads keep it all
    shortest, longest  how far bones foreshorten and grow
    in_front        how much nearer, as a share of the size, a part must be to be drawn in front
    frontal         a drawing this symmetrical (`Silhouette.symmetry`) shows the figure's front
    search          whether the drawing may show another moment of the performance than its own frame
    detect          whether joints of people are looked for with what was learnt of them, where it is at hand
    figure          what of a rig is drawn
    turning         how a figure turns in the plane
    pose            how the pose that is drawn is found
    skin            which bones carry the drawing
    rigid           how its lines hold together
    fine            places on lines, as shares of the size, at which the drawing is looked at
    edge_on         what is seen of a bone counts as at least this share of it: one that points at the viewer does not
                    grow without bounds
    footing         how the figure walks
    sweeps          how fast what bones hold may move
    """

    foreshortening: str = OFF
    projection: str = sides.AUTO
    in_place: bool = False
    kept: float = 0.35
    fade: float = 10.0
    shortest: float = 0.35
    longest: float = 1.3
    in_front: float = 0.04
    frontal: float = 0.76
    search: bool = True
    detect: bool = True
    figure: FigureSettings = FigureSettings()
    turning: sides.SideSettings = sides.SideSettings()
    pose: FitPoseSettings = FitPoseSettings()
    skin: SkinSettings = SkinSettings()
    rigid: RigidSettings = RigidSettings()
    fine: float = 1.0 / 260.0
    edge_on: float = 0.3
    footing: FootingSettings = FootingSettings()
    sweeps: SweepSettings = SweepSettings()


@dataclass(frozen=True)
class Retarget:
    """A drawing bound to a performance, at T frames.

    joints   where the drawing's joints are, for showing and correcting them
    frames   (T,)
    turn, stretch  (T, N) of the segments since the drawing; root (T,) complex
    part     (S,) of the strokes; changed (T, P, P) which parts came in front of which
    """

    drawing: Drawing
    figure: Figure
    joints: Joints
    frames: Array
    puppet: Puppet
    turn: Array
    stretch: Array
    root: Complex
    part: Index
    changed: NDArray[np.int8]

    @property
    def drawn_frame(self) -> float:
        """The frame at which the drawing is as it was drawn."""
        return float(self.frames[self.joints.moment])

    def moment(self, frame: float) -> int:
        """The number of the frame that shows there."""
        return int(np.clip(np.searchsorted(self.frames, frame, side="right") - 1, 0, len(self.frames) - 1))

    def joints_at(self, frame: float) -> Array:
        """(N, 2) where the joints are."""
        z = self._bent(self.moment(frame)).z
        return np.stack([z.real, z.imag], -1)

    def at(self, frame: float) -> Drawing:
        """The drawing at a frame, strokes in the order they are drawn in."""
        moment = self.moment(frame)
        if moment == self.joints.moment:
            return self.drawing
        return reordered(self.drawing.with_points(self.points(moment)), self.order(moment))

    def points(self, moment: int) -> Array:
        """(P, 2) where the drawing's points go, in the drawing's own order."""
        return self.puppet.at(self._bent(moment))

    def order(self, moment: int) -> Index:
        """(S,) the strokes in the order they are drawn in."""
        if moment == self.joints.moment:
            return np.arange(self.drawing.stroke_count)
        layer = np.zeros(self.drawing.stroke_count, np.int64) if self.drawing.layer is None else self.drawing.layer
        return order_of(self.part, layer, self.changed[moment])

    def _bent(self, moment: int) -> Bent:
        return self.puppet.bent(self.turn[moment], self.stretch[moment], complex(self.root[moment]))


def plan_retarget(
    drawing: Drawing,
    recording: Recording,
    canvas: Canvas,
    frame: float | None = None,
    settings: RetargetSettings = RetargetSettings(),
    joints: Mapping[str, tuple[float, float]] | None = None,
) -> Retarget:
    """Bind a drawing on a canvas to a performance.

    frame   the drawing's own, where the performer's pose is looked for first; None where it has none
    joints  places of joints that are known, by name; the others are fitted to them

    Raises `GuideError` where the guide cannot lead, `DrawingError` where nothing is drawn.
    """
    drawing.check()
    figure = figure_of(recording.rig, settings.figure)
    _check_names(figure, joints or {})
    body = sides.body_of(figure, settings.turning)
    sides.require_body(figure, body, settings.projection)
    size = float(np.ptp(drawing.xy, axis=0).max()) if drawing.point_count else 0.0
    if size <= 0.0:
        raise DrawingError("There is hardly anything drawn that could be bound to bones; draw the figure first.")
    ink = resample(Strokes.of(drawing, drawing.xy), size * settings.fine).xy
    silhouette = silhouette_of(ink, size)
    planars = _planars(figure, body, recording, canvas, settings.projection, silhouette.symmetry() > settings.frontal)
    maps = maps_of(silhouette) if settings.detect and shown_by(figure) is not None else None
    fitter = PoseFitter(figure, ink, silhouette, joints, settings.pose, maps)
    own = _own_moment(recording.rig.frames, frame)
    stances = _stances(figure, body, recording, canvas, planars, own or 0)
    found = fitter.best(planars, stances, own, settings.search)
    held = skin(drawing, figure, found.xy, silhouette, size, settings.skin)
    puppet = Puppet.of(figure, drawing.xy, found.xy, held).kept_whole(drawing, size, settings.rigid)
    each = sides.sides_of(figure, body, found.side, settings.turning) if settings.projection == sides.AUTO else None
    turn, stretch = _motion(figure, body, planars, found, each, settings)
    planar = planars[found.side]

    def path(turned: Array) -> Complex:
        return path_of_root(figure, puppet, planar, turned, stretch, found.moment, settings.in_place, settings.footing)

    turn = tamed(puppet, turn, stretch, path, found.moment, float(np.ptp(drawing.xy[:, 1])), settings.sweeps)
    root = path(turn)
    parts = range(int(figure.part.max()) + 1)
    depth = np.stack([planar.depth[:, figure.part == part].mean(1) for part in parts], 1)
    depth = depth * (size / max(float(np.ptp(planar.xy[found.moment], axis=0).max()), 1e-12))
    changed = standings(depth, found.moment, settings.in_front * size)
    return Retarget(drawing, figure, found, recording.rig.frames, puppet, turn, stretch, root, held.part, changed)


def _check_names(figure: Figure, joints: Mapping[str, tuple[float, float]]) -> None:
    for name, place in joints.items():
        if name not in figure.names:
            known = ", ".join(figure.names)
            raise GuideError(f'The guide has no joint "{name}" that is drawn: choose one of {known}.')
        if not np.isfinite(place).all():
            raise GuideError(f'Joint "{name}" is placed nowhere: give it a place in the drawing.')


def _own_moment(frames: Array, frame: float | None) -> int | None:
    if frame is None or not frames[0] <= frame <= frames[-1]:
        return None
    return int(np.argmin(np.abs(frames - frame)))


def _planars(
    figure: Figure, body: sides.Body | None, recording: Recording, canvas: Canvas, projection: str, frontal: bool
) -> dict[str, sides.Planar]:
    """How the drawing may show the figure: every side that the projection allows."""
    if projection == sides.VIEW or body is None:
        return {sides.VIEW: sides.through_camera(figure, recording.views, canvas)}
    allowed = {
        sides.AUTO: (sides.FRONT,) if frontal else _SIDES,
        sides.SIDE: (sides.RIGHT, sides.LEFT),
        sides.THREE_QUARTER: (sides.HALF_RIGHT, sides.HALF_LEFT),
    }.get(projection, (projection,))
    return {side: sides.by_body(figure, body, sides.YAWS[side]) for side in allowed}


def _stances(
    figure: Figure,
    body: sides.Body | None,
    recording: Recording,
    canvas: Canvas,
    planars: Mapping[str, sides.Planar],
    moment: int,
) -> dict[str, sides.Planar]:
    """The stances as each side shows them, and as the camera does.

    They face as the performer does at a moment.
    """
    places = stances_of(figure, body, moment)
    out = {}
    for side, planar in planars.items():
        if not len(places):
            out[side] = sides.Planar(planar.xy[:0], planar.depth[:0])
        elif side == sides.VIEW:
            at = figure.places[moment, 0] + places
            heads = at[:, np.where(figure.parents >= 0, figure.parents, 0)]
            rig = Rig(figure.names, figure.parents, np.arange(float(len(at))), heads, at)
            view = recording.views[moment] if recording.views else None
            guide = seen(rig, view, canvas)
            out[side] = sides.Planar(guide.tail, guide.tail_depth)
        else:
            assert body is not None
            out[side] = sides.still(places, body, moment, sides.YAWS[side])
    return out


def _motion(
    figure: Figure,
    body: sides.Body | None,
    planars: Mapping[str, sides.Planar],
    found: Joints,
    each: Sequence[str] | None,
    settings: RetargetSettings,
) -> tuple[Array, Array]:
    """(T, N) turn and stretch of every segment since the drawing."""
    shown = {found.side, *(each or ())}
    swings = {}
    for side in shown:
        planar = planars.get(side)
        if planar is None:
            assert body is not None
            planar = sides.by_body(figure, body, sides.YAWS[side])
        swings[side] = sides.swing_of(figure, planar, settings.turning)
    by_part = [found.side] * (int(figure.part.max()) + 1) if each is None else list(each)
    angle = np.stack([swings[by_part[part]].angle[:, n] for n, part in enumerate(figure.part)], 1)
    share = np.stack([swings[by_part[part]].share[:, n] for n, part in enumerate(figure.part)], 1)
    above = np.where(figure.parents >= 0, figure.parents, 0)
    along = found.xy - found.xy[above]
    drawn = np.arctan2(along[:, 1], along[:, 0])
    moment = found.moment
    off = np.angle(np.exp(1j * (drawn - angle[moment])))
    # How a bone that points at the viewer lies in the plane is chance: it says nothing about the drawing.
    kept = np.where(_single(figure), np.pi, settings.kept)
    excess = (off - np.clip(off, -kept, kept)) * np.clip(share[moment] / 0.5, 0.0, 1.0)
    away = np.abs(np.arange(len(angle)) - moment) / max(settings.fade, 1e-9)
    faded = np.clip(away, 0.0, 1.0)
    faded = faded * faded * (3.0 - 2.0 * faded)
    turn = angle - angle[moment] - faded[:, None] * excess
    return turn, _stretches(share, moment, settings)


def _single(figure: Figure) -> NDArray[np.bool_]:
    """(N,) joints of limbs that have no like, as heads.

    Skeletons end them in any direction, which says nothing.
    """
    paired = [part for pair in figure.pairs for part in pair]
    return ~np.isin(figure.part, [TRUNK, *paired])


def _stretches(share: Array, moment: int, settings: RetargetSettings) -> Array:
    power = {OFF: 0.0, WEAK: 0.5, STRONG: 1.0}[settings.foreshortening]
    seen = np.maximum(share, settings.edge_on)
    return np.clip((seen / seen[moment]) ** power, settings.shortest, settings.longest)


def reordered(drawing: Drawing, order: Index) -> Drawing:
    """The same strokes in another order."""
    if (order == np.arange(len(order))).all():
        return drawing
    return drawing.picked(order)
