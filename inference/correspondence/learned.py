"""Learned correspondence in the engine's terms: where coarse samples go, and how far that is to be believed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..drawing.strokes import Samples, Strokes
from ..geometry.points import Array
from ..networks.fragments import fragments_of
from ..networks.matcher import match_fragments
from ..networks.weights import Weights

IMPOSSIBLE = np.float32(-1e4)


@dataclass(frozen=True)
class PlaceSettings:
    """Engine units.

    around  fragments of the other key within this of the likeliest have a say in where exactly it is
    """

    around: float = 22.0


@dataclass(frozen=True)
class Place:
    """Where the fragments (N) of one key lie in the other: target (N, 2) in engine units, sure (N,) probability in
    [0, 1]."""

    target: Array
    sure: Array


def places(
    a: tuple[Samples, Strokes, NDArray[np.float32]],
    b: tuple[Samples, Strokes, NDArray[np.float32]],
    weights: Weights,
    settings: PlaceSettings = PlaceSettings(),
) -> tuple[Place, Place, NDArray[np.float32]]:
    """Where the coarse samples (N), (M) of each key lie in the other, and the logarithms of the probabilities that they
    are each other (N, M); from samples, strokes and surroundings of both."""
    one, other = a[0], b[0]
    matched = match_fragments(
        fragments_of(one, a[1], a[2]),
        fragments_of(other, b[1], b[2]),
        weights,
    )
    # lines never change layers
    score = np.where(one.layer[:, None] == other.layer, matched.score, IMPOSSIBLE)
    return _place(score, other, settings), _place(score.T, one, settings), score


def _place(score: NDArray[np.float32], other: Samples, settings: PlaceSettings) -> Place:
    best = score.argmax(1)
    centre = other.xy[best]
    near = np.linalg.norm(centre[:, None] - other.xy[None], axis=2) < settings.around
    weight = np.where(near, np.exp(score), 0.0)
    total = weight.sum(1)
    target = (weight @ other.xy) / np.maximum(total, 1e-30)[:, None]
    target = np.where(total[:, None] > 1e-12, target, centre)
    return Place(target, np.minimum(np.sqrt(total), 1.0))
