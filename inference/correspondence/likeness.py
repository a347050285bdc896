"""How alike places of two drawings are.

The ink around them tells, and what the trained network says of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..drawing.strokes import Samples
from ..geometry.exact import LOG2E, exp2
from ..geometry.points import Array, Index


@dataclass(frozen=True)
class Likeness:
    """What tells how alike samples (N) and (M) of two drawings are.

    context_a (N, 60), context_b (M, 60)  their surroundings, see `descriptors`
    coarse_a (N,), coarse_b (M,)          the coarse sample beside each
    table                                 how likely coarse samples are each other (n, m) in [0, 1], or None
    parts_a (N, J), parts_b (M, J)        how surely they belong to each of J body parts, rows sum to 1, or None
    """

    context_a: NDArray[np.float32]
    context_b: NDArray[np.float32]
    coarse_a: Index
    coarse_b: Index
    table: NDArray[np.float32] | None = None
    parts_a: NDArray[np.float32] | None = None
    parts_b: NDArray[np.float32] | None = None

    def pick(self, rows: Index) -> Likeness:
        """For some of the first drawing's samples alone."""
        parts = None if self.parts_a is None else self.parts_a[rows]
        return replace(self, context_a=self.context_a[rows], coarse_a=self.coarse_a[rows], parts_a=parts)

    def unlike(self, places: Index, context_weight: float, learned_weight: float, part_weight: float) -> Array:
        """(N, k) cost of the first drawing's samples lying at `places` of the other.

        `places` (N, k).
        """
        cost = context_weight * (1.0 - np.einsum("nd,nkd->nk", self.context_a, self.context_b[places]))
        if self.table is not None:
            cost = cost + learned_weight * (1.0 - self.table[self.coarse_a[:, None], self.coarse_b[places]])
        if self.parts_a is not None and self.parts_b is not None:
            same = np.einsum("nj,nkj->nk", self.parts_a, self.parts_b[places])
            cost = cost + part_weight * (1.0 - np.minimum(2.0 * same, 1.0))
        return np.asarray(cost)


def beside(fine: Samples, coarse: Samples) -> Index:
    """(N,) for each fine sample the coarse one that is nearest along its stroke."""
    return nearest_along(coarse, fine.stroke, fine.along)


def nearest_along(coarse: Samples, stroke: Index, along: Array) -> Index:
    """(n,) the sample nearest to arc length `along` (n,) on `stroke` (n,)."""
    if not coarse.count:
        return np.zeros(len(stroke), np.int64)
    reach = float(max(along.max(initial=0.0), coarse.along.max(initial=0.0))) + 1.0
    key, sought = coarse.stroke * 3 * reach + coarse.along, stroke * 3 * reach + along
    after = np.clip(np.searchsorted(key, sought), 0, coarse.count - 1)
    before = np.maximum(after - 1, 0)
    return np.where(np.abs(key[before] - sought) < np.abs(key[after] - sought), before, after)


def widened(score: NDArray[np.float32], a: Samples, b: Samples) -> NDArray[np.float32]:
    """How likely coarse samples, or those beside them, are each other (n, m).

    From logarithms of probabilities.
    """
    table = exp2(score * (LOG2E / 2))
    for axis, side in ((0, a), (1, b)):
        wide = table.copy()
        for link in (side.before, side.after):
            has = np.flatnonzero(link >= 0)
            near = np.take(table, link[has], axis)
            if axis == 0:
                wide[has] = np.maximum(wide[has], near)
            else:
                wide[:, has] = np.maximum(wide[:, has], near)
        table = wide
    return table
