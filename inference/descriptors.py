"""What the surroundings of a place in a drawing look like: shape contexts (Belongie, Malik, Puzicha 2002)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .drawing import Array

RINGS = (12.0, 24.0, 45.0, 80.0, 140.0)
SECTORS = 12


def shape_context(at: Array, ink: Array, weight: Array) -> NDArray[np.float32]:
    """(N, rings * sectors) unit vectors: how much ink lies in each ring and direction around `at` (N, 2).

    `ink` (M, 2) are points of the drawing standing for `weight` (M,) of line length. Counts are softened between
    sectors and rings, and their square root is taken, so that a dot product compares two surroundings (Hellinger).
    """
    rings = len(RINGS)
    delta = (ink[None, :, :] - at[:, None, :]).astype(np.float32)
    distance = np.hypot(delta[..., 0], delta[..., 1])
    near = distance < RINGS[-1]
    near &= distance > 1.0
    owner, other = np.nonzero(near)
    d, delta = distance[owner, other], delta[owner, other]
    edges = np.log(np.array((6.0, *RINGS), np.float32))
    ring = np.interp(np.log(d), edges, np.arange(rings + 1) - 0.5)
    sector = np.arctan2(delta[:, 1], delta[:, 0]) * (SECTORS / (2 * np.pi))
    ring0, sector0 = np.floor(ring).astype(np.int64), np.floor(sector).astype(np.int64)
    ring_part, sector_part = ring - ring0, sector - sector0
    # far rings hold more ink for the same importance
    mass = weight[other] / np.maximum(d, 6.0)
    out = np.zeros(len(at) * rings * SECTORS)
    for ring_step, ring_mass in ((0, 1 - ring_part), (1, ring_part)):
        bin_ring = np.clip(ring0 + ring_step, 0, rings - 1)
        for sector_step, sector_mass in ((0, 1 - sector_part), (1, sector_part)):
            bins = (owner * rings + bin_ring) * SECTORS + (sector0 + sector_step) % SECTORS
            out += np.bincount(bins, mass * ring_mass * sector_mass, len(out))
    histogram = np.sqrt(out.reshape(len(at), rings * SECTORS))
    # nothing around is a surrounding, too
    histogram[histogram.sum(1) <= 0] = 1.0
    norm = np.linalg.norm(histogram, axis=1, keepdims=True)
    return (histogram / norm).astype(np.float32)


def turned_context(context: NDArray[np.float32], sectors: int) -> NDArray[np.float32]:
    """The surroundings (N, rings * sectors) as they are after a turn by whole sectors, counter-clockwise."""
    shape = (len(context), len(RINGS), SECTORS)
    return np.roll(context.reshape(shape), sectors, axis=2).reshape(context.shape)
