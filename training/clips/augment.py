"""The same clip seen otherwise: mirrored, larger or smaller, turned, shifted. Redrawing is another matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .clip import HEIGHT, WIDTH, Labelled

SMALLEST, LARGEST = 0.6, 1.2
TURN = 15.0
ANY_TURN = 0.05
"""How often the picture is turned by any angle instead of `TURN` degrees at the most."""
SHIFT = 0.08
"""Of the picture's width and height, at the most."""


@dataclass(frozen=True)
class View:
    """A similarity of the picture plane about the picture's centre: `matrix` (2, 2), then `shift` (2,) px."""

    matrix: NDArray[np.float64]
    shift: NDArray[np.float64]

    @staticmethod
    def random(rng: np.random.Generator) -> View:
        scale = np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST)))
        angle = np.radians(rng.uniform(-180.0, 180.0) if rng.random() < ANY_TURN else rng.uniform(-TURN, TURN))
        mirror = np.diag([rng.choice([-1.0, 1.0]), 1.0])
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        return View(scale * turn @ mirror, rng.uniform(-SHIFT, SHIFT, 2) * (WIDTH, HEIGHT))

    @property
    def scale(self) -> float:
        return float(np.sqrt(abs(np.linalg.det(self.matrix))))

    def place(self, xy: NDArray[np.float32]) -> NDArray[np.float32]:
        """(..., 2) px."""
        centre = np.array([WIDTH / 2, HEIGHT / 2])
        matrix, shift = self.matrix.astype(np.float32), (centre + self.shift - self.matrix @ centre).astype(np.float32)
        return np.asarray(xy @ matrix.T + shift, np.float32)


def seen_through(view: View, frames: Iterable[Labelled]) -> tuple[Labelled, ...]:
    """Drawings of one clip, all through the same view. Points farther apart than before stay as they are: augment
    first, redraw then, and points lie close enough."""
    return tuple(
        replace(
            frame,
            xy=view.place(frame.xy),
            track=view.place(frame.track),
            depth=(frame.depth * view.scale).astype(np.float32),
        )
        for frame in frames
    )
