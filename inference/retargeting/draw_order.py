"""Who is in front: strokes of a part that comes in front of another are drawn later, without flicker."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..drawing import Array
from ..neighbours import Index


def standings(depth: Array, moment: int, clear: float) -> NDArray[np.int8]:
    """(T, P, P) 1 where a part has come in front of another since the drawing was made at `moment`, -1 where it has
    fallen behind it, 0 where they stand as they are drawn.

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


def order_of(part: Index, layer: Index, changed: NDArray[np.int8], depth: Array) -> Index:
    """(S,) the strokes in the order they are drawn in: those of parts that changed places share theirs anew, the
    others stay.

    part, layer  (S,) of the strokes; a stroke stays on its layer
    changed      (P, P) of `standings`
    depth        (P,) of the parts
    """
    order = np.arange(len(part))
    moved = np.flatnonzero(changed.any(axis=1))
    if not len(moved):
        return order
    for one in np.unique(layer):
        slots = np.flatnonzero(np.isin(part, moved) & (layer == one))
        if len(slots):
            rank = depth[part[slots]]
            order[slots] = slots[np.argsort(rank, kind="stable")]
    return order
