"""Which strokes of an in-between are a key's, to the bit.

What stays in place is not drawn anew.
"""

from __future__ import annotations

import numpy as np

from ..drawing.contract import Curves, Drawing
from ..drawing.conversion import KEPT, equal_strokes
from ..geometry.points import Index
from .plan import TweenPlan


def unmoved(drawing: Drawing, plan: TweenPlan, layer: int, a: Curves, b: Curves) -> Index:
    """(S,) strokes of a layer's first key `a` that its in-between repeats, or -1.

    The in-between is `drawing`; `b` is the second key.
    """
    nothing = np.full(drawing.stroke_count, -1)
    mark = drawing.attributes.get(KEPT)
    if mark is None or plan.key_a.layer is None or plan.key_b.layer is None:
        return nothing
    on_a, on_b = (np.flatnonzero(key.layer == layer) for key in (plan.key_a, plan.key_b))
    i, j = plan.kept.pairs[np.isin(plan.kept.pairs[:, 0], on_a)].T
    own, other = np.searchsorted(on_a, i), np.searchsorted(on_b, j)
    repeats = plan.kept.same.copy()
    # curves that are no polylines are laid out in other points where their keys are of other size
    repeats[i] |= equal_strokes(a, b, own, other)
    number = np.zeros(len(repeats), np.int64)
    number[i] = own
    stroke = mark.values.astype(np.int64) - 1
    return np.where((stroke >= 0) & repeats[stroke], number[stroke], -1)
