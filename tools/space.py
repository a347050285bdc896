"""Pixels of a 1280 x 720 picture, y down, to the plane drawings live in, 100 px per unit, y up, and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 1280, 720
PIXELS_PER_UNIT = 100.0


def to_plane(pixels: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n, 2) to (n, 2), the picture's centre at the origin."""
    return (np.asarray(pixels, float) - (WIDTH / 2, HEIGHT / 2)) * (1, -1) / PIXELS_PER_UNIT


def to_pixels(plane: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(plane, float) * (1, -1) * PIXELS_PER_UNIT + (WIDTH / 2, HEIGHT / 2)
