"""Learned correspondence in the engine's terms.

Where coarse samples go, and how far that is to be believed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..drawing.strokes import Samples, Strokes
from ..geometry.exact import LOG2E, exp2
from ..geometry.neighbours import Grid
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
    """Where the fragments (N) of one key lie in the other.

    target (N, 2) in engine units, sure (N,) probability in [0, 1].
    """

    target: Array
    sure: Array


def places(
    a: tuple[Samples, Strokes, NDArray[np.float32]],
    b: tuple[Samples, Strokes, NDArray[np.float32]],
    weights: Weights,
    settings: PlaceSettings = PlaceSettings(),
) -> tuple[Place, Place, NDArray[np.float32]]:
    """Where the coarse samples (N), (M) of each key lie in the other.

    With the logarithms of the probabilities that they are each other (N, M); from samples, strokes and surroundings
    of both.
    """
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
    row, near, _ = Grid(other.xy, settings.around / 2).pairs(centre, settings.around)
    weight = exp2(score[row, near] * LOG2E).astype(np.float64)
    total = np.asarray(np.bincount(row, weight, len(score)), np.float64)
    target = np.stack([np.bincount(row, weight * axis[near], len(score)) for axis in other.xy.T], 1)
    target = np.where(total[:, None] > 1e-12, target / np.maximum(total, 1e-30)[:, None], centre)
    return Place(np.asarray(target, np.float64), np.minimum(np.sqrt(total), 1.0))
