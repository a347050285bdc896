"""What of a figure's lines is hidden behind its forms, by geometry alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .rig import Array
from .surface import Rings

LENIENCE = 0.15
"""How far inside its own form an outline may lie, in half-widths of the form,"""
LENIENT = 4.0
"""and in pixels at the most."""


def covered(points: Array, owner: NDArray[np.int64], rings: Rings, slack: Array, own: Array) -> NDArray[np.bool_]:
    """Which points (T, P, 3) lie behind or inside some form, (T, P).

    owner (P,) is the tube that a point belongs to. A form covers a point that is farther than slack (P,) pixels
    inside the image of one of its ellipsoids and behind its front; for its own tube own (P,) px must lie between.
    """
    drawings, count = points.shape[:2]
    hidden = np.zeros((drawings, count), dtype=bool)
    flat = rings.spread[..., :2, :2]
    determinant = np.maximum(flat[..., 0, 0] * flat[..., 1, 1] - flat[..., 0, 1] ** 2, 1e-6)
    xx, yy, xy = flat[..., 1, 1] / determinant, flat[..., 0, 0] / determinant, -flat[..., 0, 1] / determinant
    zx, zy, zz = rings.spread[..., 2, 0], rings.spread[..., 2, 1], rings.spread[..., 2, 2]
    lean_x, lean_y = xx * zx + xy * zy, xy * zx + yy * zy
    thick = np.sqrt(np.maximum(zz - lean_x * zx - lean_y * zy, 0.0))
    reach = np.sqrt(np.stack([flat[..., 0, 0], flat[..., 1, 1]], -1))
    # The smaller half-axis of the image says how far inside, in pixels, a relative depth is.
    mean, spread = (
        (flat[..., 0, 0] + flat[..., 1, 1]) / 2,
        np.hypot((flat[..., 0, 0] - flat[..., 1, 1]) / 2, flat[..., 0, 1]),
    )
    narrow = np.sqrt(np.maximum(mean - spread, 0.25))
    lenient = np.minimum(LENIENCE * narrow, LENIENT)
    starts = np.searchsorted(rings.tube, np.arange(rings.tube[-1] + 2))
    x, y, z = (np.ascontiguousarray(points[..., k]) for k in range(3))
    for t in range(drawings):
        for tube in range(len(starts) - 1):
            of = slice(starts[tube], starts[tube + 1])
            low, high = rings.centre[t, of, :2] - reach[t, of], rings.centre[t, of, :2] + reach[t, of]
            (x0, y0), (x1, y1) = low.min(0), high.max(0)
            at = np.flatnonzero((x[t] > x0) & (x[t] < x1) & (y[t] > y0) & (y[t] < y1) & ~hidden[t])
            if not len(at):
                continue
            dx, dy = x[t, at, None] - rings.centre[t, of, 0], y[t, at, None] - rings.centre[t, of, 1]
            quadratic = dx * dx * xx[t, of] + 2.0 * dx * dy * xy[t, of] + dy * dy * yy[t, of]
            room = 1.0 - quadratic
            front = rings.centre[t, of, 2] + dx * lean_x[t, of] + dy * lean_y[t, of]
            front += np.sqrt(np.maximum(room, 0.0)) * thick[t, of]
            mine = owner[at] == tube
            # Rings are not everywhere as dense as the sweep they stand for: forms are lenient with their own outline.
            least = np.where(mine[:, None], np.maximum(slack[at, None], lenient[t, of]), slack[at, None])
            inside = narrow[t, of] * (1.0 - np.sqrt(quadratic)) > least
            between = np.where(mine, own[at], 1.5)[:, None]
            hidden[t, at] |= (inside & (front - z[t, at, None] > between)).any(1)
    return hidden
