"""The drawing plane: where a layer's strokes lie in space, and the way from layer space into it and back.

Only the linear part of the layer's matrix matters: translation moves every key alike. Scale and shear do matter. A
rigid motion on screen is only rigid in world space, so the plane measures in scene units and not in layer units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .drawing import Array

# A drawing whose points leave an axis plane by less than this fraction of its size was drawn in that plane.
_FLAT = 1e-4
# Beyond that, a fitted plane this close to an axis plane (cosine of 2 degrees) is taken to be that plane.
_NEAR_AXIS = 0.99939
# A cloud whose thickness is more than this fraction of its second extent has no plane worth the name.
_THICK = 0.5
# Below this ratio of smallest to largest scale the layer is squashed flat and cannot be inverted.
_SINGULAR = 1e-6

# Axis planes as (right, up) axes, most usual first: front, side, top.
_AXIS_PLANES = ((0, 2), (1, 2), (0, 1))


@dataclass(frozen=True)
class Plane:
    """An orthonormal frame (right, up, normal) in world space.

    to_plane  (3, 3) float64, layer space -> (right, up, off the plane) in scene units
    to_layer  (3, 3) float64, its inverse
    """

    to_plane: Array
    to_layer: Array

    def project(self, positions: NDArray[Any]) -> tuple[Array, Array]:
        """(P, 3) positions in layer space -> xy (P, 2) and depth (P,), all float64 in scene units."""
        flat = _transform(np.asarray(positions, np.float64), self.to_plane)
        return np.ascontiguousarray(flat[:, :2]), np.ascontiguousarray(flat[:, 2])

    def lift(self, xy: Array, depth: Array) -> Array:
        """xy (P, 2) and depth (P,) -> (P, 3) float64 positions in layer space."""
        return _transform(np.column_stack([xy, depth]).astype(np.float64), self.to_layer)


def fit_plane(positions: Sequence[NDArray[Any]], to_world: Array) -> Plane:
    """The plane that all keys of a layer were drawn in.

    positions  (P, 3) arrays in layer space, one per key; coordinates that are not finite are left out
    to_world   (4, 4) or (3, 3), layer space to world space; a singular one is replaced by layer space itself

    The layer's own axis planes come first, then the world's, then the best fit. Points, lines and nothing at all
    get the first axis plane that holds them: the front.
    """
    linear = _usable(np.asarray(to_world, np.float64)[:3, :3])
    points = [np.asarray(p, np.float64).reshape(-1, 3) for p in positions]
    cloud = np.concatenate(points) if points else np.zeros((0, 3))
    cloud = _transform(cloud[np.isfinite(cloud).all(1)], linear)
    candidates = [_frame(linear[:, i], linear[:, j]) for i, j in _AXIS_PLANES]
    candidates += [_frame(np.eye(3)[i], np.eye(3)[j]) for i, j in _AXIS_PLANES]
    frame = _choose(cloud, candidates)
    to_plane = frame @ linear
    return Plane(to_plane, np.linalg.inv(to_plane))


def _usable(linear: Array) -> Array:
    if not np.isfinite(linear).all():
        return np.eye(3)
    scales = np.linalg.svd(linear, compute_uv=False)
    return linear if scales[2] > _SINGULAR * scales[0] else np.eye(3)


def _choose(cloud: Array, candidates: list[Array]) -> Array:
    """The (3, 3) frame, rows right, up, normal, that fits the (P, 3) world points best."""
    if len(cloud) == 0:
        return candidates[0]
    centred = cloud - cloud.mean(0)
    size = float(np.abs(centred).max())
    if size == 0.0:
        return candidates[0]
    centred = centred / size
    for frame in candidates:
        if np.abs(_dot(centred, frame[2])).max() <= _FLAT:
            return frame
    extents, axes = np.linalg.eigh(_covariance(centred))  # ascending: thinnest first
    normal = axes[:, 0]
    nearest = max(candidates, key=lambda frame: abs(float(frame[2] @ normal)))
    is_line = extents[1] <= (_FLAT**2) * extents[2]
    if is_line:
        return _around_line(axes[:, 2], candidates)
    if abs(float(nearest[2] @ normal)) >= _NEAR_AXIS or extents[0] > (_THICK**2) * extents[1]:
        return nearest
    return _upright(normal)


def _around_line(direction: Array, candidates: list[Array]) -> Array:
    """A line fits many planes: the one through it that faces most like an axis plane."""
    nearest = min(candidates, key=lambda frame: abs(float(frame[2] @ direction)))
    normal = nearest[2] - direction * float(nearest[2] @ direction)
    return _upright(normal / np.linalg.norm(normal))


def _upright(normal: Array) -> Array:
    """The frame with this normal whose up is the world's Z, or Y where the drawing lies flat on the floor."""
    world_up = np.eye(3)[2] if abs(normal[2]) < 0.9 else np.eye(3)[1]
    # Which side is the front must not depend on the sign eigh happened to return.
    facing = normal @ (np.array([0.3, -1.0, 0.6]) if abs(normal[2]) < 0.9 else np.array([0.1, -0.2, 1.0]))
    normal = normal if facing >= 0 else -normal
    up = world_up - normal * (world_up @ normal)
    up /= np.linalg.norm(up)
    return np.array([np.cross(up, normal), up, normal])


def _frame(right: Array, up: Array) -> Array:
    """The orthonormal frame of the plane spanned by two axes, keeping the first one's direction."""
    right = right / np.linalg.norm(right)
    up = up - right * (up @ right)
    up = up / np.linalg.norm(up)
    return np.array([right, up, np.cross(right, up)])


def _transform(points: Array, matrix: Array) -> Array:
    """points (P, 3) times the transposed (3, 3) matrix, with zero entries skipped: 0 * inf must not spread NaN,
    and a drawing on an axis plane must keep its coordinates bit for bit."""
    result = np.zeros_like(points)
    for row in range(3):
        for column in range(3):
            if matrix[row, column] != 0.0:
                result[:, row] += points[:, column] * matrix[row, column]
    return result


def _dot(points: Array, vector: Array) -> Array:
    return _transform(points, np.array([vector, np.zeros(3), np.zeros(3)]))[:, 0]


def _covariance(points: Array) -> Array:
    return points.T @ points / len(points)
