"""A walking figure of a few lines, drawn anew for each key with another hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Path = NDArray[np.float64]
UP, ALONG = np.array([0.0, 1.0]), np.array([1.0, 0.0])


def walker(phase: float, at: float, size: float, rng: np.random.Generator) -> list[Path]:
    """(n, 2) each, y up: a figure in the middle of a walk at `phase` (radians), `at` along the floor, `size` high.

    Points, directions and order of the strokes are another hand's every time.
    """
    hip, chest = np.array([at, 0.5 * size]), np.array([at + 0.02 * size, 0.85 * size])
    swing = 0.5 * np.sin(phase)
    strokes = [_ring(chest + 0.16 * size * UP, 0.12 * size), _limb([hip, chest])]
    for side in (1, -1):
        knee = hip + 0.26 * size * _direction(side * swing)
        bend = side * swing - 0.5 * max(np.sin(phase + (0 if side > 0 else np.pi)), 0.0)
        foot = knee + 0.26 * size * _direction(bend)
        strokes.append(_limb([hip, knee, foot, foot + 0.08 * size * ALONG]))
        elbow = chest + 0.2 * size * _direction(-side * swing)
        strokes.append(_limb([chest, elbow, elbow + 0.18 * size * _direction(-side * swing + 0.4)]))
    order = rng.permutation(len(strokes))
    return [_redrawn(strokes[i], size, rng) for i in order]


def _direction(angle: float) -> Path:
    """Straight down, turned by `angle`."""
    return np.array([np.sin(angle), -np.cos(angle)])


def _ring(centre: Path, radius: float) -> Path:
    turn = np.linspace(0, 2 * np.pi, 25)
    return centre + radius * np.stack([np.cos(turn), np.sin(turn)], 1)


def _limb(joints: Sequence[Path]) -> Path:
    corners = np.array(joints)
    at = np.linspace(0, len(corners) - 1, 8 * (len(corners) - 1) + 1)
    return np.stack([np.interp(at, np.arange(len(corners)), corners[:, axis]) for axis in (0, 1)], 1)


def _redrawn(stroke: Path, size: float, rng: np.random.Generator) -> Path:
    """The same line with other points, a little beside its place, perhaps from its other end."""
    count = int(rng.integers(len(stroke) * 3 // 4, len(stroke) + 4))
    at = np.linspace(0, len(stroke) - 1, count)
    drawn = np.stack([np.interp(at, np.arange(len(stroke)), stroke[:, axis]) for axis in (0, 1)], 1)
    drawn += rng.normal(0, 0.004 * size, 2) + rng.normal(0, 0.0015 * size, drawn.shape)
    return drawn[::-1] if rng.random() < 0.5 else drawn
