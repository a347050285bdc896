"""Who is in front: strokes of a part that comes to the front are drawn later.

They do so without flicker.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array, Index
from ..geometry.ragged import Ragged


def standings(depth: Array, moment: int, clear: float) -> NDArray[np.int8]:
    """(T, P, P) which parts have changed places since the drawing was made.

    1 where a part has come in front of another since `moment`, -1 where it has fallen behind it, 0 where they stand
    as they are drawn.

    depth  (T, P) of the parts, towards the viewer
    clear  parts are in front of one another only if they are this much nearer; in between all stays as it was
    """
    apart = depth[:, :, None] - depth[:, None]
    sign = np.where(np.abs(apart) > clear, np.sign(apart), 0.0).astype(np.int8)
    held = np.zeros_like(sign)
    held[moment] = sign[moment]
    for step, stop in ((1, len(depth)), (-1, -1)):
        for now in range(moment + step, stop, step):
            held[now] = np.where(sign[now] != 0, sign[now], held[now - step])
    drawn = sign[moment]
    return np.where(held == drawn, 0, held).astype(np.int8)


def order_of(part: Index, layer: Index, changed: NDArray[np.int8]) -> Index:
    """(S,) the order in which the strokes are drawn.

    Strokes of two parts that changed places change theirs. All others stay as they are to each other, as far as both
    can be had.

    part, layer  (S,) of the strokes; a stroke stays on its layer
    changed      (P, P) of `standings`
    """
    order = np.arange(len(part))
    if not changed.any():
        return order
    for one in np.unique(layer):
        slots = np.flatnonzero(layer == one)
        # neighbours of the same part move as one
        alike = Ragged.runs(part[slots])
        runs = alike.parts(slots)
        whose = part[slots[alike.first]]
        since = changed[whose[:, None], whose[None, :]]
        # [i, j]: i is drawn after j, by its place or because it came in front
        after = np.where(since == 0, np.arange(len(runs))[:, None] > np.arange(len(runs)), since > 0)
        rows = _lifted(np.argsort(after.sum(1), kind="stable").tolist(), since > 0)
        order[slots] = np.concatenate([runs[row] for row in rows])
    return order


def _lifted(rows: list[int], above: NDArray[np.bool_]) -> list[int]:
    """Rows in an order in which all lie `above` what they must.

    Places that contradict each other give way to that.
    """
    for row in list(rows):
        below = [other for other in rows[rows.index(row) + 1 :] if above[row, other]]
        if below:
            rows.remove(row)
            rows.insert(rows.index(below[-1]) + 1, row)
    return rows
