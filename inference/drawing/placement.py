"""Where a layer lies in the world, frame by frame.

It may travel, turn and be squashed, and its strokes with it.

Strokes live in their layer, and the layer carries them. In-betweens are therefore drawn in layer space, whatever the
layer does meanwhile: animated transforms act on top of them as they do on keys. The world has its say in three things
only, each read at the frames of the gap's keys: how the layer is squashed, how its layers lie to each other, and where
a guide is seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array
from .plane import is_invertible

STILL = 1e-3
"""Layers whose drawings shift against each other by less than this share of their size from one key to the next lie
still to each other."""
_COARSE = 3
"""Decimals to which it counts how far a layer is squashed."""
_DECIMALS = 5
"""What Blender's single precision is sure of: rounded so, a layer that is merely carried has the same plane in every
gap."""


@dataclass(frozen=True)
class Placement:
    """Layer space to world space.

    frames    (T,) int64, ascending: when it was read
    matrices  (T, 4, 4) float64; a layer that stays has one, for all frames
    """

    frames: NDArray[np.int64]
    matrices: Array

    @staticmethod
    def still(to_world: Array) -> Placement:
        """A layer that stays where the (4, 4) matrix has it."""
        return Placement(np.zeros(1, np.int64), np.asarray(to_world, np.float64)[None])

    @staticmethod
    def of(frames: Sequence[int], matrices: Array) -> Placement:
        """Where it lies at some frames, one or more; still where that is all the same."""
        each = np.asarray(matrices, np.float64)
        if (each == each[0]).all():
            return Placement.still(each[0])
        return Placement(np.asarray(frames, np.int64), each)

    @property
    def is_still(self) -> bool:
        return len(self.matrices) == 1

    def at(self, frame: float) -> Array:
        """(4, 4) where it lies at a frame that was read; raises ValueError at others."""
        return np.asarray(self.along([frame])[0])

    def along(self, frames: Sequence[float] | NDArray[np.floating]) -> Array:
        """(F, 4, 4) where it lies at frames that were read; raises ValueError at others."""
        if self.is_still:
            return np.repeat(self.matrices, len(frames), axis=0)
        asked = np.rint(np.asarray(frames, np.float64)).astype(np.int64)
        row = np.minimum(np.searchsorted(self.frames, asked), len(self.frames) - 1)
        missing = asked[self.frames[row] != asked]
        if len(missing):
            raise ValueError(f"Where the layer lies at frame {missing[0]} was not read.")
        return np.asarray(self.matrices[row])


def is_usable(to_world: Array) -> bool:
    """Whether a layer with this (4, 4) matrix has a place, and a way back from there."""
    return bool(np.isfinite(to_world).all()) and is_invertible(to_world)


def ride_together(one: Placement, other: Placement, ends: tuple[int, int], boxes: tuple[Array, Array]) -> bool:
    """Whether two layers lie to each other alike at both ends of a gap.

    Drawings on one paper do. `boxes` (8, 3) are the corners of what is drawn on each, in its own space.
    """
    if one.is_still and other.is_still:
        return True
    there = [np.linalg.inv(one.at(end)) @ other.at(end) for end in ends]
    a, b = (boxes[1] @ matrix[:3, :3].T + matrix[:3, 3] for matrix in there)
    size = max(float(np.ptp(box, axis=0).max()) for box in (boxes[0], a))
    return bool(np.abs(a - b).max() <= STILL * size)


def corners(clouds: Sequence[NDArray[np.floating]]) -> Array:
    """(8, 3) the corners of the box around points (P, 3), at least one."""
    points = np.concatenate([np.asarray(cloud, np.float64) for cloud in clouds])
    low, high = points.min(0), points.max(0)
    pick = np.stack(np.meshgrid([0, 1], [0, 1], [0, 1]), -1).reshape(8, 3)
    return np.where(pick == 0, low, high)


def laid(placements: Sequence[Placement], ends: tuple[int, int]) -> list[Array]:
    """(4, 4) for each layer of a gap: from its space to their paper.

    The paper of layers that stay is the world. That of layers that are carried travels, turns and grows with the first
    of them, so that it is as squashed as that one and nothing else; of the gap's two keys, the one counts that squashes
    it less.
    """
    if all(placement.is_still for placement in placements):
        return [placement.at(ends[0]) for placement in placements]
    frame = max(ends, key=lambda end: (_evenness(placements[0].at(end)), -end))
    first = placements[0].at(frame)
    if not is_usable(first):
        return [np.eye(4), *(placement.at(frame) for placement in placements[1:])]
    paper = _squash(first)
    back = paper @ np.linalg.inv(first)
    return [paper, *(_rounded(back @ placement.at(frame)) for placement in placements[1:])]


def _evenness(to_world: Array) -> float:
    """The least scale as a share of the largest; -1 with no way back.

    It is too coarse to tell rounding errors apart.
    """
    if not is_usable(to_world):
        return -1.0
    scales = np.linalg.svd(to_world[:3, :3], compute_uv=False)
    return float(np.round(scales[2] / scales[0], _COARSE))


def _squash(to_world: Array) -> Array:
    """(4, 4) what is left of a matrix without its place, turn and size.

    M = R S, with S made of volume 1 (polar decomposition); M is invertible.
    """
    _, scales, axes = np.linalg.svd(to_world[:3, :3])
    squash = np.eye(4)
    squash[:3, :3] = (axes.T * (scales / np.cbrt(np.prod(scales)))) @ axes
    return _rounded(squash)


def _rounded(matrix: Array) -> Array:
    return np.asarray(np.round(matrix, _DECIMALS) + 0.0)
