"""Labels that neighbours share: mean field on a Potts model.

Places choose among labels, each at a cost of its own, and pay for differing from the places beside them. Every round
places hear what their neighbours lean to, and lean anew (Kraehenbuehl, Koltun 2011 use the same update on pixels).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .points import Array, Index


@dataclass(frozen=True, eq=False)
class Beside:
    """What each of N places hears.

    k neighbours, `index` (N, k), and how much each has to say, `share` (N, k).
    """

    index: Index
    share: Array

    def mixed(self, values: Array) -> Array:
        """(N, L) what the neighbours of each place hold of values (M, L)."""
        return np.asarray(np.einsum("nk,nkl->nl", self.share, values[self.index]))


def mean_field(cost: Array, disagreeing: Callable[[Array], Array], rounds: int) -> Array:
    """(N, L) how far places lean to labels, rows sum to 1.

    cost         (N, L) of each label at each place
    disagreeing  what labels cost besides (N, L) where places lean so (N, L)
    """
    weight = softmax(-cost)
    for _ in range(rounds):
        weight = softmax(-(cost + disagreeing(weight)))
    return weight


def softmax(value: Array) -> Array:
    """(N, L) shares of labels by their value, the higher the more; rows sum to 1."""
    rising = np.exp(value - value.max(1, keepdims=True))
    return np.asarray(rising / rising.sum(1, keepdims=True))
