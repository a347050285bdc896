"""Putting a body together, form by form."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from inkbetween.inference.geometry.points import arc_length

from .forms import Body, Control, Mark, Spring, Tube, along, profile
from .rig import Array, Rig

Vector = tuple[float, float, float]
Point = Sequence[float] | Array
LEFT: Vector = (1.0, 0.0, 0.0)
UP: Vector = (0.0, 1.0, 0.0)
AHEAD: Vector = (0.0, 0.0, 1.0)


class Builder:
    """Collects bones, forms and lines; `body` hands them over. Lengths are in units of the figure, about 1 tall."""

    def __init__(self, kind: str, name: str, spacing: float = 0.006) -> None:
        self.kind, self.name, self.spacing = kind, name, spacing
        self.bones: list[str] = []
        self.parents: list[int] = []
        self.offsets: list[Vector] = []
        self.controls: list[Control] = []
        self.springs: list[Spring] = []
        self.tubes: list[Tube] = []
        self.marks: list[Mark] = []
        self.soles: list[int] = []
        self.ring_sides: list[Vector] = []

    def bone(self, name: str, parent: str | None, offset: Point) -> str:
        self.bones.append(name)
        self.parents.append(-1 if parent is None else self.bones.index(parent))
        self.offsets.append(_vector(offset))
        return name

    def at(self, bone: str, offset: Point = (0, 0, 0), side: Vector = LEFT, axis: Vector = UP) -> Control:
        """A control point fixed to a bone."""
        return Control(self.bones.index(bone), _vector(offset), side, axis)

    def spring(
        self, bone: str, nodes: Sequence[Point], stiffness: float, weight: float = 0.0, side: Vector = LEFT
    ) -> list[Control]:
        """A chain that follows through; returns its control points."""
        at = self.bones.index(bone)
        self.springs.append(Spring(at, np.array(nodes, dtype=np.float64), stiffness, 0.55, weight))
        which = len(self.springs) - 1
        return [Control(at, _vector(p), side, UP, which, k) for k, p in enumerate(nodes)]

    def tube(
        self,
        name: str,
        controls: Sequence[Control],
        radii: Sequence[Sequence[float]],
        rings: int = 12,
        bend: float = 1.2,
        flat: bool = False,
        depth: float | None = None,
        drawn: bool = True,
    ) -> int:
        """A form along controls. radii: stops (place, radius across) or (place, radius to the side, radius across).
        `flat` ends it like a can instead of round; `depth` multiplies the radius across."""
        stops = [(s[0], s[1], s[2] if len(s) > 2 else s[1] * (1.0 if depth is None else depth)) for s in radii]
        across = np.maximum(profile(stops, rings), 1e-4)
        weights, slopes = along(len(controls), rings, bend)
        along_axis = np.minimum(across[:, 0], across[:, 1])
        if flat and rings > 1:
            points = np.array([c.offset for c in controls])
            length = np.linalg.norm(np.diff(points, axis=0), axis=1).sum() if _one_bone(controls) else 0.0
            thin = 0.6 * length / (rings - 1) if length else 0.3 * along_axis.mean()
            along_axis = np.full(rings, thin)
            along_axis[[0, -1]] = 0.15 * thin
        self.tubes.append(
            Tube(name, len(self.controls), weights, slopes, np.column_stack([across, along_axis]), drawn, flat)
        )
        self.controls.extend(controls)
        return len(self.tubes) - 1

    def ball(
        self,
        name: str,
        bone: str,
        offset: Point,
        radii: Point,
        side: Vector = LEFT,
        axis: Vector = UP,
        drawn: bool = True,
    ) -> int:
        """An ellipsoid; radii along side, across (ahead, for the standard frame) and axis (up)."""
        weights, slopes = along(1, 1, 0.0)
        radii_of = np.array([radii], dtype=np.float64)
        self.tubes.append(Tube(name, len(self.controls), weights, slopes, radii_of, drawn))
        self.controls.append(self.at(bone, offset, side, axis))
        return len(self.tubes) - 1

    def sole(self, bone: str, offset: Sequence[float]) -> None:
        """A point that may stand on the ground."""
        self.soles.append(len(self.controls))
        self.controls.append(self.at(bone, offset))

    def mark(self, tube: int, places: Array, closed: bool = False, lifted: float = 1.01) -> None:
        """A line on a tube. places (P, 2): place along it from 0 to 1, and angle about it in degrees; 0 is the side's
        direction, 90 is side x axis: ahead for a form that points up."""
        form = self.tubes[tube]
        if closed:
            places = np.vstack([places, places[:1]])
        dense = _dense(np.asarray(places, dtype=np.float64), 24)
        ring = (np.clip(dense[:, 0], 0.0, 1.0) * (form.rings - 1)).astype(np.float64)
        low = np.minimum(ring.astype(int), max(form.rings - 2, 0))
        part = (ring - low)[:, None]
        high = np.minimum(low + 1, form.rings - 1)
        radii = form.radii[low] * (1 - part) + form.radii[high] * part
        cos, sin = np.cos(np.radians(dense[:, 1])), np.sin(np.radians(dense[:, 1]))
        offset = np.column_stack([radii[:, 0] * cos, radii[:, 1] * sin, np.zeros(len(cos))]) * lifted
        normal = np.column_stack([cos / radii[:, 0], sin / radii[:, 1], np.zeros(len(cos))])
        self._add_mark(tube, ring, offset, normal)

    def belt(self, tube: int, place: float, start: float = 0.0, end: float = 360.0, slope: float = 0.0) -> None:
        """A line around a tube, or part of one; `slope` tilts it."""
        angle = np.linspace(start, end, 49)
        self.mark(tube, np.column_stack([place + slope * np.sin(np.radians(angle)), angle]))

    def patch(self, tube: int, directions: Array, closed: bool = False, lifted: float = 1.01) -> None:
        """A line on a head-like form whose axis points up: directions (P, 3), x left, y up, z ahead, from its
        middle."""
        form = self.tubes[tube]
        if closed:
            directions = np.vstack([directions, directions[:1]])
        dense = _dense(np.asarray(directions, dtype=np.float64), 12)
        dense /= np.linalg.norm(dense, axis=1, keepdims=True)
        # On a sweep the place along the axis follows the elevation, and what is left of it is on the ring's ellipsoid.
        ring = (np.clip(0.5 + 0.75 * dense[:, 1], 0.0, 1.0) * (form.rings - 1)).astype(np.float64)
        local = dense[:, [0, 2, 1]].copy()
        if form.rings > 1:
            local[:, 2] *= 0.5
            local /= np.linalg.norm(local, axis=1, keepdims=True)
        low = np.minimum(ring.astype(int), max(form.rings - 2, 0))
        part = (ring - low)[:, None]
        high = np.minimum(low + 1, form.rings - 1)
        radii = form.radii[low] * (1 - part) + form.radii[high] * part
        self._add_mark(tube, ring, local * radii * lifted, local / radii)

    def _add_mark(self, tube: int, ring: Array, offset: Array, normal: Array) -> None:
        form = self.tubes[tube]
        step = np.zeros(len(ring))
        if form.rings > 1:
            points = np.array([c.offset for c in self.controls[form.first : form.first + form.weights.shape[1]]])
            length = np.linalg.norm(np.diff(points, axis=0), axis=1).sum()
            step = ring * length / (form.rings - 1)
        path = np.column_stack([offset, step])
        travelled = arc_length(path)
        count = max(int(np.ceil(travelled[-1] / self.spacing)) + 1, 2)
        at = np.linspace(0.0, travelled[-1], count)
        table = np.column_stack([ring, offset, normal])
        even = np.column_stack([np.interp(at, travelled, column) for column in table.T])
        even[:, 4:] /= np.maximum(np.linalg.norm(even[:, 4:], axis=1, keepdims=True), 1e-12)
        self.marks.append(Mark(tube, even[:, 0], even[:, 1:4], even[:, 4:]))

    def body(self, height: float) -> Body:
        rig = Rig(tuple(self.bones), tuple(self.parents), np.array(self.offsets, dtype=np.float64))
        return Body(
            self.name,
            self.kind,
            rig,
            height,
            tuple(self.controls),
            tuple(self.springs),
            tuple(self.tubes),
            tuple(self.marks),
            tuple(self.soles),
        )


def directions(azimuth: Array, elevation: Array) -> Array:
    """Unit vectors (P, 3) from degrees to the left of ahead, and above."""
    a, e = np.radians(azimuth), np.radians(elevation)
    return np.column_stack([np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)])


def _dense(line: Array, times: int) -> Array:
    at = np.linspace(0, len(line) - 1, (len(line) - 1) * times + 1)
    return np.column_stack([np.interp(at, np.arange(len(line)), column) for column in line.T])


def _vector(values: Point) -> Vector:
    x, y, z = (float(v) for v in values)
    return x, y, z


def _one_bone(controls: Sequence[Control]) -> bool:
    return len({c.bone for c in controls}) == 1
