"""Places in the plane, as rows of two numbers or as complex ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Mask = NDArray[np.bool_]
Complex = NDArray[np.complex128]
"""x + iy: a similarity of the plane is then z -> s z + m."""


def to_complex(xy: Array) -> Complex:
    """(...,) places (..., 2) as complex numbers."""
    return xy[..., 0] + 1j * xy[..., 1]


def to_plane(z: Complex) -> Array:
    """(..., 2) complex places (...,) as rows of two numbers."""
    return np.stack([z.real, z.imag], -1)


def arc_length(places: Array) -> Array:
    """(n,) length of a line through places (n, d) up to each, from 0.

    A single 0 where there are none.
    """
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(places, axis=0), axis=1))])
