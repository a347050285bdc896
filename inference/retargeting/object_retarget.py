"""Retargeting an object's layers: one frame's drawings in, any frame's out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..drawing.contract import Curves, Drawing
from ..drawing.conversion import check_curves, to_curves, to_drawing
from ..drawing.fitting.making import MAKING
from ..drawing.layers import stack, take
from ..drawing.plane import Plane, fit_planes
from ..geometry.points import Array
from ..skeletons.figure import figure_of
from ..skeletons.view import Recording, canvas_of
from .plan import Retarget, RetargetSettings, plan_retarget


@dataclass(frozen=True)
class DrawnLayer:
    """One layer's drawing in layer space; to_world (4, 4) leads to world space."""

    curves: Curves
    to_world: Array


class ObjectRetarget:
    """Layers that move together as one drawing, planned when first asked for.

    layers     in drawing order, bottom first; they are numbered in it
    recording  the performance at every frame that may be asked for
    frame      the drawing's own
    fills      material slots that fill
    planes     that the drawing is planned in, where it has others to fit; else its own
    joints     places of joints that are known, (3,) in the world, by name; names that the figure lacks are passed over
    """

    def __init__(
        self,
        layers: Sequence[DrawnLayer],
        recording: Recording,
        frame: float | None,
        settings: RetargetSettings = RetargetSettings(),
        fills: frozenset[int] = frozenset(),
        joints: Mapping[str, Sequence[float]] | None = None,
        planes: Sequence[Plane] | None = None,
    ) -> None:
        self._layers, self._recording, self._frame = tuple(layers), recording, frame
        self.settings, self._fills, self._joints = settings, fills, joints or {}
        self._planes = planes_of([layers]) if planes is None else tuple(planes)
        self._plan: Retarget | None = None

    @property
    def plan(self) -> Retarget:
        """What was decided; raises `DrawingError` and `GuideError` where nothing can be."""
        if self._plan is None:
            for layer in self._layers:
                check_curves(layer.curves, "the drawing" if self._frame is None else f"frame {self._frame:g}")
            drawn = {
                number: to_drawing(layer.curves, plane, self._fills)
                for number, (layer, plane) in enumerate(zip(self._layers, self._planes, strict=True))
            }
            drawing = stack(drawn)
            depth = float(np.median(drawing.depth)) if drawing.point_count else 0.0
            self.canvas = canvas_of(self._planes[0], self._layers[0].to_world, depth)
            names = figure_of(self._recording.rig, self.settings.figure).names
            known = {name: self._laid(place) for name, place in self._joints.items() if name in names}
            self._plan = plan_retarget(drawing, self._recording, self.canvas, self._frame, self.settings, known)
        return self._plan

    def _laid(self, place: Sequence[float]) -> tuple[float, float]:
        x, y = (np.asarray(place, np.float64) - self.canvas.origin) @ self.canvas.axes[:2].T
        return float(x), float(y)

    @property
    def given(self) -> int:
        """How many joints were taken as they were put."""
        return sum(name in self.plan.joints.names for name in self._joints)

    @property
    def size(self) -> float:
        """The drawing's longer side, scene units."""
        return float(np.ptp(self.plan.drawing.xy, axis=0).max())

    def joints_in_world(self) -> dict[str, tuple[float, float, float]]:
        """Where the joints are, on the drawing, in the world, by name."""
        plan = self.plan
        places = self.canvas.middle + plan.joints.xy @ self.canvas.axes[:2]
        return {name: (float(x), float(y), float(z)) for name, (x, y, z) in zip(plan.joints.names, places, strict=True)}

    def at(self, frame: float) -> list[Curves]:
        """Every layer at a frame.

        Where the performer's pose is the drawing's, they are the drawings themselves, bit for bit.
        """
        plan = self.plan
        if plan.moment(frame) == plan.joints.moment:
            return [layer.curves for layer in self._layers]
        return self.to_layers(plan.at(frame))

    def to_layers(self, drawing: Drawing) -> list[Curves]:
        """A drawing in the plane as its layers' strokes.

        They have no attributes that those lack.
        """
        out = []
        for number, (layer, plane) in enumerate(zip(self._layers, self._planes, strict=True)):
            own = take(drawing, number)
            known = {(name, a.domain, a.kind) for name, a in layer.curves.attributes.items()}
            kept = {n: a for n, a in own.attributes.items() if (n, a.domain, a.kind) in known or n in MAKING}
            out.append(to_curves(replace(own, attributes=kept), plane))
        return out


def planes_of(drawings: Sequence[Sequence[DrawnLayer]]) -> tuple[Plane, ...]:
    """The one plane of several drawings on the same layers, as each layer sees it."""
    by_layer = list(zip(*drawings, strict=True))
    positions = [[_positions(drawn.curves) for drawn in layer] for layer in by_layer]
    return fit_planes(positions, [layer[0].to_world for layer in by_layer])


def _positions(curves: Curves) -> Array:
    position = curves.attributes.get("position")
    return np.zeros((0, 3)) if position is None else np.asarray(position.values, np.float64)
