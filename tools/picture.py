"""A drawing as pixels: lines of two pixels and the distance to them, what every picture metric starts from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.floating]
Strokes = Sequence[Points]

# OpenCV takes integer coordinates with a fixed number of fractional bits.
_SHIFT = 4


class Picture:
    """The strokes of one frame on a raster.

    `ink` is (height, width) bool; `distance` is (height, width) float32, pixels to the nearest ink, or the diagonal
    everywhere where there is no ink.
    """

    def __init__(self, strokes: Strokes, size: tuple[int, int] = (1280, 720), thickness: int = 2) -> None:
        self.ink = rasterise(strokes, size, thickness)

    @cached_property
    def distance(self) -> NDArray[np.float32]:
        if not self.ink.any():
            return np.full(self.ink.shape, self.diagonal, np.float32)
        paper = (~self.ink).astype(np.uint8)
        return np.asarray(cv2.distanceTransform(paper, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)

    @cached_property
    def amount(self) -> int:
        """How many pixels are ink."""
        return int(self.ink.sum())

    @property
    def diagonal(self) -> float:
        height, width = self.ink.shape
        return float(np.hypot(height, width))


def rasterise(strokes: Strokes, size: tuple[int, int], thickness: int = 2) -> NDArray[np.bool_]:
    """(height, width) bool: polylines in pixels, y down, drawn hard-edged; a one-point stroke is a dot."""
    width, height = size
    image = np.zeros((height, width), np.uint8)
    for stroke in strokes:
        # Far outside there is nothing to see, and OpenCV's fixed-point coordinates would overflow.
        points = np.clip(np.asarray(stroke, float).reshape(-1, 2), -4 * width, 5 * width)
        if len(points) == 1:
            points = np.repeat(points, 2, axis=0)
        if len(points):
            fixed = np.round(points * 2**_SHIFT).astype(np.int32)
            cv2.polylines(image, [fixed], False, 255, thickness, cv2.LINE_8, _SHIFT)
    return image > 0
