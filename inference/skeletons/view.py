"""Seeing a rig through a camera: joints go along lines of sight onto the plane.

Drawings lie in a plane, and what an animator draws on a figure is where the figure is *seen*. The paper need not stand
upright before the camera, nor where the figure is.

**Depth** is measured so that bones look the same size in all three directions, wherever the figure stands. Along
parallel lines of sight it is the way from the plane to the joint, towards the viewer. Through an eye a figure z away
appears D / z times as large on a plane D away. A step dz nearer therefore counts D / z times as much as well: together
from the plane on, that makes D * log(D / z).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..drawing.placement import Placement
from ..drawing.plane import Plane, is_invertible
from ..geometry.points import Array
from .guide import Guide, GuideError
from .rig import Rig

# Flatter than this (sine of 3 degrees) lines of sight graze the plane: nobody draws that way, and places run away.
_GRAZING = 0.05
# A perspective camera sees what lies less than 89 degrees from where it looks (cosine).
_AHEAD = 0.0175
# Nearer to the plane than this share of its way to the bones, a camera stands in it.
_INSIDE = 1e-4


@dataclass(frozen=True)
class View:
    """A camera at one moment.

    matrix       (4, 4) camera space to world space; it looks along its -Z. Its scale does not matter
    perspective  whether lines of sight meet in the camera; else they are parallel
    """

    matrix: Array
    perspective: bool


@dataclass(frozen=True)
class Canvas:
    """The drawing plane in the world.

    axes    (3, 3) rows right, up, normal, orthonormal: what the plane's coordinates count along
    origin  (3,) the point in the world that has the coordinates (0, 0) and the depth 0
    depth   where the strokes lie off the plane, along its normal, in scene units
    """

    axes: Array
    origin: Array
    depth: float = 0.0

    @property
    def middle(self) -> Array:
        """The (3,) point in the world at (0, 0), at the depth of the strokes."""
        return np.asarray(self.origin + self.depth * self.axes[2])


@dataclass(frozen=True)
class Recording:
    """A rig in motion and what it is seen through.

    That is a view for each of its frames, or none: then it is seen along the normal of the drawing plane.
    """

    rig: Rig
    views: tuple[View, ...] = ()

    def seen(self, canvas: Canvas) -> Guide:
        """The guide for drawings on this canvas; raises as the function `seen` does."""
        return seen(self.rig, self.views, canvas)

    def travelling(self, placement: Placement, now: Array) -> Recording:
        """The recording as seen by one who travels with what lies there.

        That is taken to stay where `now` (4, 4) has it; the frames of the rig were read of it.
        """
        return self if placement.is_still else self.steadied(placement.along(self.rig.frames), now)

    def steadied(self, places: Array, now: Array) -> Recording:
        """The recording as seen by one who travels with the paper.

        Paper may move: animators fasten it to a camera that travels. `places` (T, 4, 4) say where it lies at each of
        the rig's frames, `now` (4, 4) where it lies in the canvas that the drawings are planned on. A moment at which
        it is squashed flat stays as it is.
        """
        by = np.tile(np.eye(4), (len(places), 1, 1))
        for moment, place in enumerate(places):
            if is_invertible(place) and np.isfinite(place).all() and not (place == now).all():
                by[moment] = now @ np.linalg.inv(place)
        views = [replace(view, matrix=step @ view.matrix) for view, step in zip(self.views, by, strict=False)]
        return Recording(self.rig.carried(by), tuple(views))


def canvas_of(plane: Plane, to_world: Array, depth: float = 0.0) -> Canvas:
    """Where a plane of `fit_planes` lies in the world.

    One of its layers tells; it is the same by any of them.

    to_world  (4, 4) of that layer, as `fit_planes` was given it
    depth     of the strokes, as `Plane.project` measures it
    """
    matrix = np.asarray(to_world, np.float64)
    axes = plane.to_plane @ np.linalg.inv(matrix[:3, :3]) if is_invertible(matrix) else plane.to_plane
    return Canvas(axes, matrix[:3, 3] - axes.T @ plane.offset, depth)


def seen(rig: Rig, views: View | Sequence[View] | None, canvas: Canvas) -> Guide:
    """The rig as the drawing plane sees it, in the plane's coordinates.

    views  one for all frames, one for each, or none (None, empty): then it is seen along the normal of the plane

    Raises `GuideError` where bones, camera or drawing are nowhere, where the camera sees the plane edge-on or stands in
    it, and where a bone is not before a perspective camera.
    """
    rig.check()
    if not (np.isfinite(canvas.axes).all() and np.isfinite(canvas.middle).all()):
        raise GuideError("The drawing is nowhere: look at the object's location and scale.")
    each = _each(views, canvas, len(rig.frames))
    matrices = np.array([view.matrix for view in each], np.float64)
    if not np.isfinite(matrices).all():
        frame = rig.frames[~np.isfinite(matrices).all(axis=(1, 2))][0]
        raise GuideError(f"The camera is nowhere at frame {frame:g}: look at its constraints.")
    perspective = np.array([view.perspective for view in each])
    points = np.concatenate([rig.heads, rig.tails], axis=1)
    hit, depth = np.empty(points.shape), np.empty(points.shape[:2])
    for chosen, project in ((perspective, _through_eye), (~perspective, _along)):
        if chosen.any():
            hit[chosen], depth[chosen] = project(points[chosen], matrices[chosen], canvas, _Names(rig, chosen))
    xy = (hit - canvas.origin) @ canvas.axes[:2].T
    count = len(rig.names)
    guide = Guide(
        *(rig.names, rig.parents, rig.frames),
        *(xy[:, :count], xy[:, count:]),
        *(depth[:, :count], depth[:, count:]),
    )
    guide.check()
    return guide


def _each(views: View | Sequence[View] | None, canvas: Canvas, count: int) -> list[View]:
    """A view for each of `count` moments."""
    if views is None or (not isinstance(views, View) and not len(views)):
        matrix = np.eye(4)
        matrix[:3, :3], matrix[:3, 3] = canvas.axes.T, canvas.origin
        views = View(matrix, perspective=False)
    each = [views] * count if isinstance(views, View) else list(views)
    if len(each) != count:
        raise GuideError(f"{count} frames of the guide need as many views, or one; there are {len(each)}.")
    return each


@dataclass(frozen=True)
class _Names:
    """Names of the rows and columns of an array (T', 2 J) of frames and bones.

    Heads come first.
    """

    rig: Rig
    chosen: NDArray[np.bool_]

    def first(self, bad: NDArray[np.bool_]) -> tuple[str, float]:
        """Bone and frame of the first place that is bad."""
        moment, bone = np.argwhere(bad)[0]
        return self.rig.names[bone % len(self.rig.names)], float(self.rig.frames[self.chosen][moment])

    def frame(self, bad: NDArray[np.bool_]) -> float:
        """The first frame that is bad."""
        return float(self.rig.frames[self.chosen][np.argmax(bad)])


def _along(points: Array, matrices: Array, canvas: Canvas, names: _Names) -> tuple[Array, Array]:
    """Where parallel lines of sight show points (T', K, 3), and their depth (T', K)."""
    forward = _forward(matrices)
    slope = forward @ canvas.axes[2]
    grazing = np.abs(slope) < _GRAZING
    if grazing.any():
        raise GuideError(
            f"The camera sees the drawing plane edge-on at frame {names.frame(grazing):g}: turn the camera towards the "
            "drawing, or choose the scene's camera that does."
        )
    depth = (canvas.middle - points) @ canvas.axes[2] / slope[:, None]
    return points + depth[..., None] * forward[:, None], depth


def _through_eye(points: Array, matrices: Array, canvas: Canvas, names: _Names) -> tuple[Array, Array]:
    """Likewise by lines of sight that meet in the camera."""
    forward, eye = _forward(matrices), matrices[:, :3, 3]
    ray = points - eye[:, None]
    length = np.linalg.norm(ray, axis=2)
    ahead = np.einsum("tki,ti->tk", ray, forward)
    beside = ahead <= _AHEAD * length
    if beside.any():
        bone, frame = names.first(beside)
        raise GuideError(
            f'Bone "{bone}" of the guide is behind or beside the camera at frame {frame:g}: move the camera or the '
            "armature so that the camera sees all of it."
        )
    height = (canvas.middle - eye) @ canvas.axes[2]
    inside = np.abs(height) <= _INSIDE * np.median(length, axis=1)
    if inside.any():
        raise GuideError(
            f"The camera stands in the drawing plane at frame {names.frame(inside):g}: move the camera or the drawing."
        )
    slope = ray @ canvas.axes[2] * np.sign(height)[:, None]
    grazing = slope < _GRAZING * length
    if grazing.any():
        bone, frame = names.first(grazing)
        raise GuideError(
            f'Where the camera sees bone "{bone}" of the guide at frame {frame:g}, the drawing plane is edge-on or '
            "behind it: turn the camera towards the drawing."
        )
    larger = np.abs(height)[:, None] / slope
    return eye[:, None] + larger[..., None] * ray, larger * ahead * np.log(larger)


def _forward(matrices: Array) -> Array:
    """Where cameras (T', 4, 4) look, unit vectors (T', 3)."""
    forward = -matrices[:, :3, 2]
    size = np.linalg.norm(forward, axis=1, keepdims=True)
    if not (size > 0.0).all():
        raise GuideError("The camera's scale is zero: set it to 1.")
    return np.asarray(forward / size)
