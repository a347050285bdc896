"""Which body parts the lines of a drawing belong to, at samples along its strokes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..drawing.strokes import Samples, Strokes, along_samples
from ..geometry.points import Index


@dataclass(frozen=True)
class Belonging:
    """What samples (N) belong to: weight (N, J) of J parts, rows sum to 1."""

    samples: Samples
    weight: NDArray[np.float64]

    def along(self, strokes: Strokes, stroke: Index, along: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, J) what places at arc length `along` (n,) on `stroke` (n,) belong to.

        `strokes` are the sampled ones, though perhaps bent and in other units: places are told by share of their
        length.
        """
        # not the last sample's arc length: on a closed stroke that is a step short of the seam
        length = np.bincount(self.samples.stroke, self.samples.weight, strokes.count)
        share = along / np.maximum(strokes.length[stroke], 1e-9)
        return np.asarray(along_samples(self.samples, self.weight, stroke, share * length[stroke]))

    def at(self, strokes: Strokes, fine: Samples) -> NDArray[np.float32]:
        """(n, J) at other samples of the strokes."""
        return self.along(strokes, fine.stroke, fine.along).astype(np.float32)
