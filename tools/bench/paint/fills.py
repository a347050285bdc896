"""Fills of a frame: areas of one colour in drawing order, and the colours that are seen."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkbetween.tools.space import HEIGHT, WIDTH

Labels = NDArray[np.int16]
PAPER = -1
# OpenCV takes integer coordinates with a fixed number of fractional bits.
_SHIFT = 4
_FAR = 4000.0


@dataclass(frozen=True)
class Fill:
    """An area of one colour: its number in the palette, and its outline (n, 2), px."""

    colour: int
    outline: NDArray[np.float64]


Painting = list[Fill]


def label_map(fills: Painting) -> Labels:
    """(HEIGHT, WIDTH) the number of the colour that is seen, PAPER where nothing is painted; later ones cover."""
    out = np.full((HEIGHT, WIDTH), PAPER, np.int16)
    for fill in fills:
        if len(fill.outline) > 2:
            points = np.clip(np.asarray(fill.outline, float), -_FAR, _FAR)
            cv2.fillPoly(out, [np.round(points * 2**_SHIFT).astype(np.int32)], fill.colour, cv2.LINE_8, _SHIFT)
    return out
