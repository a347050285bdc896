"""Shape contexts: what surrounds a place in a drawing.

See Belongie, Malik, Puzicha 2002.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .exact import Tensor, snapped
from .points import Array, Index

RINGS = (12.0, 24.0, 45.0, 80.0, 140.0)
SECTORS = 12
INNER = 6.0
"""Nearer than this ink counts as if it were there. Networks were trained with these rings."""
_AT_ONCE = 65536
"""Distances worked out at a time, so that they stay in the processor's cache."""


def shape_context(at: Array, ink: Array, weight: Array) -> NDArray[np.float32]:
    """(N, rings * sectors) unit vectors: how much ink lies around `at` (N, 2).

    Ink counts by ring and direction.

    `ink` (M, 2) are points of the drawing standing for `weight` (M,) of line length. Counts are softened between
    sectors and rings, and their square root is taken, so that a dot product compares two surroundings (Hellinger).
    They are rounded so that dot products of them are exact.
    """
    rings = len(RINGS)
    owner, other, dx, dy = _around(at.astype(np.float32), ink.astype(np.float32))
    square = dx * dx + dy * dy
    # float64, rounded: the last bit of a float32's depends on the machine
    edges = np.log(np.array((INNER, *RINGS)))
    ring = np.interp(0.5 * np.log(square, dtype=np.float64), edges, np.arange(rings + 1) - 0.5).astype(np.float32)
    sector = (np.arctan2(dy, dx, dtype=np.float64) * (SECTORS / (2 * np.pi))).astype(np.float32)
    ring0, sector0 = np.floor(ring), np.floor(sector)
    ring_part, sector_part = ring - ring0, sector - sector0
    # far rings hold more ink for the same importance
    mass = weight.astype(np.float32)[other] / np.maximum(np.sqrt(square), np.float32(INNER))
    inner, outer = mass * ring_part, mass * (1 - ring_part)
    # counted with room beyond the first and the last ring and sector, which is folded back then
    tall, wide = rings + 2, SECTORS + 2
    corner = (owner * tall + ring0.astype(np.int64) + 1) * wide + sector0.astype(np.int64) + SECTORS // 2
    count = len(at) * tall * wide
    counted = np.bincount(corner, outer * (1 - sector_part), count)
    for step, share in (
        (1, outer * sector_part),
        (wide, inner * (1 - sector_part)),
        (wide + 1, inner * sector_part),
    ):
        counted[step:] += np.bincount(corner, share, count)[: count - step]
    table = counted.reshape(len(at), tall, wide)
    table[:, :, :2] += table[:, :, SECTORS:]
    table[:, 1] += table[:, 0]
    table[:, rings] += table[:, rings + 1]
    out = np.roll(table[:, 1 : rings + 1, :SECTORS], -(SECTORS // 2), axis=2)
    histogram = np.sqrt(out.reshape(len(at), rings * SECTORS))
    # nothing around is a surrounding, too
    histogram[histogram.sum(1) <= 0] = 1.0
    norm = np.linalg.norm(histogram, axis=1, keepdims=True)
    return snapped((histogram / norm).astype(np.float32))


def _around(at: Tensor, ink: Tensor) -> tuple[Index, Index, Tensor, Tensor]:
    """Which places see which points of ink, and how far to the right and up.

    Ink counts within the rings and not on the places themselves.
    """
    (x, y), (ink_x, ink_y) = (np.ascontiguousarray(one.T) for one in (at, ink))
    step = max(_AT_ONCE // max(len(ink), 1), 1)
    seen = [(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.float32))]
    for first in range(0, len(at), step):
        dx, dy = (there - here[first : first + step, None] for here, there in ((x, ink_x), (y, ink_y)))
        square = dx * dx
        square += dy * dy
        pair = np.flatnonzero((square < np.float32(RINGS[-1] ** 2)) & (square > np.float32(1.0)))
        seen.append((pair + first * len(ink), dx.ravel()[pair], dy.ravel()[pair]))
    pairs, dx, dy = (np.concatenate(column) for column in zip(*seen, strict=True))
    return *np.divmod(pairs, max(len(ink), 1)), dx, dy


def turned_context(context: NDArray[np.float32], sectors: int) -> NDArray[np.float32]:
    """The surroundings (N, rings * sectors) after a turn by whole sectors.

    The turn is counter-clockwise.
    """
    shape = (len(context), len(RINGS), SECTORS)
    return np.roll(context.reshape(shape), sectors, axis=2).reshape(context.shape)
