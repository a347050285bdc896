"""What a drawing covers, on a grid: its inside, and how far places are from ink."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...geometry.points import Array

Mask = NDArray[np.bool_]
# Farther than this many cells a distance is not told apart.
_FAR = 40
_MARGIN = 6


@dataclass(frozen=True)
class Silhouette:
    """A grid over the drawing: `low` (2,) its corner, `cell` its step, x first.

    ink     cells with lines
    inside  cells within the drawing: no way leads out of them except across lines, small gaps counting as closed
    far     how far the middles of cells are from ink, at most 40 cells, scene units
    bulk    likewise from what is outside
    """

    low: Array
    cell: float
    ink: Mask
    inside: Mask
    far: Array
    bulk: Array

    def cells(self, xy: Array) -> NDArray[np.int64]:
        """(..., 2) the cell of places; those off the grid get one at its edge."""
        return np.clip(np.floor((xy - self.low) / self.cell).astype(np.int64), 0, np.array(self.ink.shape) - 1)

    def depth_at(self, xy: Array) -> Array:
        """(...) how far from ink places inside the drawing are; minus that outside."""
        at = self.cells(xy)
        far = self.far[at[..., 0], at[..., 1]]
        return np.where(self.inside[at[..., 0], at[..., 1]], far, -far - self.cell)

    def met(self, xy: Array) -> Mask:
        """(...) whether lines run through the cells of places."""
        at = self.cells(xy)
        return np.asarray(self.ink[at[..., 0], at[..., 1]])

    def bulk_at(self, xy: Array) -> Array:
        """(...) how far from what is outside places are."""
        at = self.cells(xy)
        return np.asarray(self.bulk[at[..., 0], at[..., 1]])

    def crossings(self, start: Array, end: Array, spare: float) -> tuple[NDArray[np.int64], Array]:
        """(M,) how often ways from `start` to `end` (M, 2) meet lines; how far outside.

        Ways are straight. Lines within `spare` of the end do not count. The second answer is how far ways lead
        through what is outside.
        """
        longest = float(np.linalg.norm(end - start, axis=1).max(initial=0.0))
        steps = max(int(np.ceil(longest / (0.7 * self.cell))), 1)
        count = np.zeros(len(start), np.int64)
        length = np.linalg.norm(end - start, axis=1)
        reach = np.clip(1.0 - spare / np.maximum(length, 1e-12), 0.0, 1.0)
        before = np.zeros(len(start), bool)
        outside = np.zeros(len(start))
        for step in range(steps + 1):
            at = self.cells(start + (end - start) * (reach * step / steps)[:, None])
            here = self.ink[at[:, 0], at[:, 1]]
            count += here & ~before
            before = here
            outside += ~self.inside[at[:, 0], at[:, 1]]
        return count, outside * length * reach / (steps + 1)

    def symmetry(self) -> float:
        """How symmetrical the drawing is, left to right, 0 to 1.

        It is the share, of what the drawing or its mirror image covers, that both cover, mirrored about where that
        is most.
        """
        inside = self.inside
        middle = int(2.0 * np.nonzero(inside)[0].mean())
        reach = len(inside) // 6
        best = 0.0
        for about in range(middle - reach, middle + reach + 1):
            there = about - np.arange(len(inside))
            known = (there >= 0) & (there < len(inside))
            mirrored = np.where(known[:, None], inside[np.clip(there, 0, len(inside) - 1)], False)
            best = max(best, float((inside & mirrored).sum() / max(int((inside | mirrored).sum()), 1)))
        return best

    def places(self, number: int, inside: bool = True) -> Array:
        """(n, 2) about `number` places spread evenly over the inside, or the outside."""
        x, y = np.nonzero(self.inside if inside else ~self.inside)
        step = max(int(np.ceil(np.sqrt(len(x) / max(number, 1)))), 1)
        kept = (x % step == 0) & (y % step == 0)
        return np.asarray(self.low + (np.stack([x[kept], y[kept]], 1) + 0.5) * self.cell)


def silhouette_of(ink: Array, size: float, fineness: int = 130, gap: int = 2) -> Silhouette:
    """The silhouette of places (n, 2) along all lines.

    Places are closer together than size / fineness, where `size` is the drawing's longer side. Gaps of up to 2 *
    `gap` cells count as closed.
    """
    cell = max(size / fineness, 1e-12)
    low = ink.min(0) - _MARGIN * cell
    shape = np.ceil((ink.max(0) + _MARGIN * cell - low) / cell).astype(np.int64) + 1
    mask = np.zeros(tuple(shape), bool)
    at = np.floor((ink - low) / cell).astype(np.int64)
    mask[at[:, 0], at[:, 1]] = True
    wall = _grown(mask, gap)
    outside = _flooded(wall)
    # Closing the gaps made the lines thick; what is outside grows back to them.
    inside = ~_grown(outside, gap) | mask
    return Silhouette(low, cell, mask, inside, distance(mask) * cell, distance(~inside) * cell)


def _grown(mask: Mask, by: int) -> Mask:
    out = mask
    for _ in range(by):
        wide = out.copy()
        wide[1:] |= out[:-1]
        wide[:-1] |= out[1:]
        wide[:, 1:] |= out[:, :-1]
        wide[:, :-1] |= out[:, 1:]
        out = wide
    return out


def _flooded(wall: Mask) -> Mask:
    """What can be reached from the grid's edge without crossing a wall."""
    free = ~wall
    out = np.zeros_like(free)
    out[0] = out[-1] = True
    out[:, 0] = out[:, -1] = True
    out &= free
    while True:
        wide = _grown(out, 1) & free
        if (wide == out).all():
            return out
        out = wide


def distance(mask: Mask) -> Array:
    """Cells to the nearest one of the mask, at most `_FAR`.

    They are counted along one axis first, then across.
    """
    best = np.where(mask, 0.0, float(_FAR**2))
    for axis in (0, 1):
        source = np.moveaxis(best, axis, 0)
        out = source.copy()
        for step in range(1, min(_FAR, len(source))):
            np.minimum(out[step:], source[:-step] + step**2, out=out[step:])
            np.minimum(out[:-step], source[step:] + step**2, out=out[:-step])
        best = np.moveaxis(out, 0, axis)
    return np.asarray(np.sqrt(best))
