"""A posed body as ellipsoids before an orthographic camera, and where its outlines and marks lie.

All lengths are pixels: x to the right, y down, z towards the viewer. The outline of a sweep of ellipsoids is the
envelope of their images: each ring's support point to the left and right of the axis, tilted by how the sweep widens.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .forms import Body
from .rig import Array, Posed
from .springs import swing


@dataclass(frozen=True)
class Camera:
    """yaw about the figure's height, then pitch (seen from above when positive), radians; pixels = scale * units +
    shift."""

    yaw: float
    pitch: float
    scale: float
    shift: tuple[float, float]

    @property
    def matrix(self) -> Array:
        """(3, 3) from the world to the picture's x, y (down) and z (towards the viewer), unscaled."""
        cy, sy, cp, sp = np.cos(self.yaw), np.sin(self.yaw), np.cos(self.pitch), np.sin(self.pitch)
        turn = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
        tip = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
        return np.diag([1.0, -1.0, 1.0]) @ tip @ turn


@dataclass(frozen=True)
class Rings:
    """All rings of a body in T drawings, pixels. tube (R,) owner; centre (T, R, 3); frame (T, R, 3, 3), columns are
    the unit vectors side, across, axis; spread (T, R, 3, 3) the ellipsoids' squared half-axes as matrices; slope (T,
    R, 3) of the axis per ring; differ (R, R) takes differences along the tubes."""

    tube: NDArrayInt
    centre: Array
    frame: Array
    spread: Array
    slope: Array
    differ: Array


NDArrayInt = np.ndarray


def place_controls(body: Body, posed: Posed) -> tuple[Array, Array, Array]:
    """Controls' places, sides and axes in the world, (T, C, 3) each."""
    bones = np.array([c.bone for c in body.controls])
    offset, side, axis = (np.array([getattr(c, key) for c in body.controls]) for key in ("offset", "side", "axis"))
    turn = posed.turn[:, bones]
    place = posed.place[:, bones] + np.einsum("tcij,cj->tci", turn, offset)
    chains = swing(body, posed)
    for k, control in enumerate(body.controls):
        if control.spring >= 0:
            place[:, k] = chains[control.spring][:, control.node]
    return place, np.einsum("tcij,cj->tci", turn, side), np.einsum("tcij,cj->tci", turn, axis)


def place_rings(body: Body, controls: tuple[Array, Array, Array], shape: Array, camera: Camera) -> Rings:
    """Rings before the camera. shape (T, 3, 3) squashes the world's space about the origin."""
    place, side, axis = controls
    total = sum(t.rings for t in body.tubes)
    weights, slopes, lone = (np.zeros((total, len(body.controls))) for _ in range(3))
    differ = np.zeros((total, total))
    tube = np.empty(total, dtype=np.int64)
    radii = np.empty((total, 3))
    row = 0
    for k, form in enumerate(body.tubes):
        rows, columns = slice(row, row + form.rings), slice(form.first, form.first + form.weights.shape[1])
        weights[rows, columns], slopes[rows, columns] = form.weights, form.slopes
        tube[rows], radii[rows] = k, form.radii
        if form.rings == 1:
            lone[rows, columns] = 1.0
        else:
            differ[rows, rows] = np.gradient(np.eye(form.rings), axis=0)
        row += form.rings
    slope = slopes @ place
    along = unit(slope + 1e-3 * (lone @ axis))
    across = weights @ side
    first = unit(across - (across * along).sum(-1, keepdims=True) * along)
    frame = np.stack([first, np.cross(first, along), along], axis=-1)
    squash = camera.scale * camera.matrix @ shape
    turned = squash[:, None] @ frame * radii[None, :, None, :]
    spread = turned @ np.swapaxes(turned, -1, -2)
    centre = np.einsum("tij,trj->tri", squash, weights @ place)
    centre[..., :2] += camera.shift
    moved = np.einsum("tij,trj->tri", squash, slope)
    return Rings(tube, centre, squash[:, None] @ frame, spread, moved, differ)


def unit(vectors: Array) -> Array:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


def support(centre: Array, spread: Array, direction: Array) -> Array:
    """The points (..., 3) of ellipsoids that lie farthest to `direction` (..., 2) in the picture."""
    flat = np.einsum("...ij,...j->...i", spread[..., :2], direction)
    size = np.sqrt(np.maximum((flat[..., :2] * direction).sum(-1), 1e-12))
    return centre + flat / size[..., None]


def side_directions(rings: Rings) -> tuple[Array, Array]:
    """Axis direction and the direction of side 0, (T, R, 2) unit vectors each, in the picture.

    A form that swings past the line of sight keeps its upper edge above: sides are followed through the drawings.
    """
    slope = rings.slope[..., :2]
    ahead = slope / np.maximum(np.linalg.norm(slope, axis=-1, keepdims=True), 1e-9)
    lone = np.abs(rings.differ).sum(1) == 0
    axis = rings.frame[..., :2, 2]
    ahead[:, lone] = (axis / np.maximum(np.linalg.norm(axis, axis=-1, keepdims=True), 1e-9))[:, lone]
    perpendicular = np.stack([-ahead[..., 1], ahead[..., 0]], axis=-1)
    flat = (slope[1:] * slope[:-1]).sum(-1)
    full = (rings.slope[1:] * rings.slope[:-1]).sum(-1)
    owner = np.eye(rings.tube[-1] + 1)[rings.tube]
    passes = ((flat @ owner) < 0) & ((full @ owner) > 0)
    sign = np.cumprod(np.concatenate([np.ones((1, owner.shape[1])), np.where(passes, -1.0, 1.0)]), axis=0)
    return ahead, perpendicular * sign[:, rings.tube, None]


TILTS = np.radians(np.linspace(-78.0, 78.0, 13))


def envelope(rings: Rings) -> Array:
    """Directions from every ring's centre in which the outline lies, one per side, (T, R, 2 sides, 2) unit vectors.

    A direction n belongs to the envelope of the rings' ellipses where n . c' + d/du sqrt(n S n) = 0, along the axis
    c(u) with spreads S(u). It is found for each ring between directions tilted from the axis' perpendicular.
    """
    ahead, aside = side_directions(rings)
    flat = rings.spread[..., :2, :2]
    change = np.einsum("rs,tsij->trij", rings.differ, flat)
    pace = np.linalg.norm(rings.slope[..., :2], axis=-1)
    along, across = (_quadratics(m, ahead, aside) for m in (flat, change))
    sin, cos = np.sin(TILTS), np.cos(TILTS)
    out = []
    for sign in (1.0, -1.0):
        size, grows = (
            q[0][..., None] * sin**2 + sign * q[1][..., None] * (2 * sin * cos) + q[2][..., None] * cos**2
            for q in (along, across)
        )
        excess = sin * pace[..., None] + 0.5 * grows / np.sqrt(np.maximum(size, 1e-12))
        tilt = _root(excess)[..., None]
        out.append(np.cos(tilt) * sign * aside + np.sin(tilt) * ahead)
    return np.stack(out, axis=2)


def _quadratics(matrix: Array, ahead: Array, aside: Array) -> tuple[Array, Array, Array]:
    """A symmetric form's values ahead, mixed and aside."""
    first, second = (np.einsum("trij,trj->tri", matrix, v) for v in (ahead, aside))
    return (ahead * first).sum(-1), (aside * first).sum(-1), (aside * second).sum(-1)


def _root(excess: Array) -> Array:
    """Where (..., K) values at TILTS rise through zero, closest to no tilt; else the end that is closer to it."""
    rises = (excess[..., :-1] < 0) & (excess[..., 1:] >= 0)
    middle = np.abs((TILTS[:-1] + TILTS[1:]) / 2)
    k = np.argmin(np.where(rises, middle, 9.0), axis=-1)[..., None]
    low, high = np.take_along_axis(excess, k, -1)[..., 0], np.take_along_axis(excess, k + 1, -1)[..., 0]
    k = k[..., 0]
    found = TILTS[k] + (TILTS[k + 1] - TILTS[k]) * np.clip(-low / np.maximum(high - low, 1e-12), 0.0, 1.0)
    return np.where(rises.any(-1), found, np.where(excess[..., 0] >= 0, TILTS[0], TILTS[-1]))


def cap_points(rings: Rings, ring: NDArrayInt, angle: Array, outward: Array) -> Array:
    """Points (T, P, 3) on the outlines of single rings. angle (P,) radians from the axis' direction times outward
    (P,) ±1 towards side 0. Where the axis is foreshortened the labels close up on the sides, so that nothing jumps as
    it turns through the line of sight."""
    ahead, aside = side_directions(rings)
    seen = np.linalg.norm(rings.frame[..., :2, 2], axis=-1) / np.linalg.norm(rings.frame[..., 2], axis=-1)
    weight = np.clip(seen, 0.2, 1.0)[:, ring, None] * (np.cos(angle) * outward)[:, None]
    direction = unit(weight * ahead[:, ring] + np.sin(angle)[:, None] * aside[:, ring])
    return support(rings.centre[:, ring], rings.spread[:, ring], direction)
