"""The drawing plane: where layers lie in space, and the way into it and back.

A rigid motion on screen is only rigid in world space, so the plane measures in scene units and not in layer units: the
scale and shear of a layer's matrix matter. Where the layers lie matters only relative to each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..geometry.exact import length, steady
from ..geometry.points import Array

# A drawing whose points leave an axis plane by less than this fraction of its size was drawn in that plane.
_FLAT = 1e-4
# Beyond that, a fitted plane this close to an axis plane (cosine of 2 degrees) is taken to be that plane.
_NEAR_AXIS = 0.99939
# A cloud whose thickness is more than this fraction of its second extent has no plane worth the name.
_THICK = 0.5
# Below this ratio of smallest to largest scale the layer is squashed flat and cannot be inverted.
_SINGULAR = 1e-6

# A fitted normal is rounded to this many decimals, so that gaps drawn in one plane also find the very same plane.
_DECIMALS = 5

# Axis planes as (right, up) axes, most usual first: front, side, top.
_AXIS_PLANES = ((0, 2), (1, 2), (0, 1))


@dataclass(frozen=True)
class Plane:
    """An orthonormal frame (right, up, normal) in world space, as one layer sees it.

    to_plane  (3, 3) float64, layer space -> (right, up, off the plane) in scene units
    to_layer  (3, 3) float64, its inverse
    offset    (3,) float64, where the layer's origin lies in the frame
    """

    to_plane: Array
    to_layer: Array
    offset: Array

    def project(self, positions: NDArray[Any]) -> tuple[Array, Array]:
        """xy (P, 2) and depth (P,), scene units, of layer-space positions (P, 3).

        All are float64.
        """
        flat = _transform(np.asarray(positions, np.float64), self.to_plane) + self.offset
        return np.ascontiguousarray(flat[:, :2]), np.ascontiguousarray(flat[:, 2])

    def lift(self, xy: Array, depth: Array) -> Array:
        """xy (P, 2) and depth (P,) -> (P, 3) float64 positions in layer space."""
        return _transform(np.column_stack([xy, depth]).astype(np.float64) - self.offset, self.to_layer)


def fit_planes(positions: Sequence[Sequence[NDArray[Any]]], to_world: Sequence[Array]) -> tuple[Plane, ...]:
    """The one plane that some layers were drawn in, as each of them sees it.

    Their origin is that of the first layer.

    positions  for each layer (P, 3) arrays in layer space, one per key; coordinates that are not finite are left out
    to_world   for each layer (4, 4) or (3, 3), layer space to world space; a singular one counts as layer space itself

    The layers' own axis planes come first, then the world's, then the best fit. Points, lines and nothing at all
    get the first axis plane that holds them: the front.
    """
    matrices = [np.asarray(matrix, np.float64) for matrix in to_world]
    linears = [matrix[:3, :3] if is_invertible(matrix) else np.eye(3) for matrix in matrices]
    origins = [matrix[:3, 3] if matrix.shape[1] > 3 else np.zeros(3) for matrix in matrices]
    # Layers that lie behind each other are parallel: where one lies must not tilt the plane.
    clouds = [_centred(keys, linear) for keys, linear in zip(positions, linears, strict=True)]
    candidates = [_frame(linear[:, i], linear[:, j]) for linear in linears for i, j in _AXIS_PLANES]
    candidates += [_frame(np.eye(3)[i], np.eye(3)[j]) for i, j in _AXIS_PLANES]
    frame = _choose(np.concatenate([np.zeros((0, 3)), *clouds]), candidates)
    planes = []
    for linear, origin in zip(linears, origins, strict=True):
        to_plane = _transform(frame, linear.T)
        # The difference of equal numbers is zero, whatever they are: a single layer keeps its coordinates bit for bit.
        apart = np.where(origin == origins[0], 0.0, origin - origins[0])
        offset = _transform(apart[None], frame)[0] if np.isfinite(apart).all() else np.zeros(3)
        planes.append(Plane(to_plane, np.linalg.inv(to_plane), offset))
    return tuple(planes)


def is_invertible(to_world: Array) -> bool:
    """Whether a layer's (4, 4) or (3, 3) matrix has a way back from the world."""
    linear = np.asarray(to_world, np.float64)[:3, :3]
    if not np.isfinite(linear).all():
        return False
    scales = np.linalg.svd(linear, compute_uv=False)
    return bool(scales[2] > _SINGULAR * scales[0])


def _centred(keys: Sequence[NDArray[Any]], linear: Array) -> Array:
    """The (P, 3) finite points of a layer's keys in world units, about their middle."""
    cloud = np.concatenate([np.zeros((0, 3)), *(np.asarray(p, np.float64).reshape(-1, 3) for p in keys)])
    cloud = _transform(cloud[np.isfinite(cloud).all(1)], linear)
    return cloud - cloud.mean(0) if len(cloud) else cloud


def _choose(cloud: Array, candidates: list[Array]) -> Array:
    """The (3, 3) frame, rows right, up, normal, that best fits centred points (P, 3).

    Points are in the world.
    """
    size = float(np.abs(cloud).max(initial=0.0))
    if size == 0.0:
        return candidates[0]
    centred = cloud / size
    for frame in candidates:
        if np.abs(_dot(centred, frame[2])).max() <= _FLAT:
            return frame
    extents, axes = np.linalg.eigh(_covariance(centred))  # ascending: thinnest first
    normal = axes[:, 0]
    nearest = max(candidates, key=lambda frame: steady(abs(_along(frame[2], normal))))
    is_line = extents[1] <= (_FLAT**2) * extents[2]
    if is_line:
        return _around_line(axes[:, 2], candidates)
    if abs(_along(nearest[2], normal)) >= _NEAR_AXIS or extents[0] > (_THICK**2) * extents[1]:
        return nearest
    rounded = np.round(normal, _DECIMALS)
    return _upright(rounded / length(rounded))


def _around_line(direction: Array, candidates: list[Array]) -> Array:
    """A line fits many planes: the one through it that faces most like an axis plane."""
    direction = np.round(direction, _DECIMALS)
    direction = direction / length(direction)
    nearest = min(candidates, key=lambda frame: steady(abs(_along(frame[2], direction))))
    normal = nearest[2] - direction * _along(nearest[2], direction)
    return _upright(normal / length(normal))


def _upright(normal: Array) -> Array:
    """The frame with this normal whose up is the world's Z.

    It is the world's Y where the drawing lies flat on the floor.
    """
    world_up = np.eye(3)[2] if abs(normal[2]) < 0.9 else np.eye(3)[1]
    # Which side is the front must not depend on the sign eigh happened to return.
    facing = _along(normal, np.array([0.3, -1.0, 0.6] if abs(normal[2]) < 0.9 else [0.1, -0.2, 1.0]))
    normal = normal if facing >= 0 else -normal
    up = world_up - normal * _along(world_up, normal)
    up /= length(up)
    return np.array([np.cross(up, normal), up, normal])


def _frame(right: Array, up: Array) -> Array:
    """The orthonormal frame of two axes' plane, keeping the first one's direction."""
    right = right / length(right)
    up = up - right * _along(up, right)
    up = up / length(up)
    return np.array([right, up, np.cross(right, up)])


def _along(one: Array, other: Array) -> float:
    """How far one vector (3,) goes along another, summed alike on every machine."""
    return float(np.add.reduce(one * other))


def _transform(points: Array, matrix: Array) -> Array:
    """Points (P, 3) times the transposed (3, 3) matrix, zero entries skipped.

    0 * inf must not spread NaN, and a drawing on an axis plane must keep its coordinates bit for bit.
    """
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
