"""How a key's curves were made, kept until in-betweens are made into curves again.

It is kept beside their polylines.

Three attributes go through the engine like all others, so that nothing there needs to know of curves. Of each stroke
its type as four numbers, of which one is 1: they are mixed from key to key, and stay 1 only where both keys agree. Of
each point where it lies between control points: the engine reads that at the nearest point and changes it over half
way. And 1 at control points, 0 at others: as that is mixed between points, its peaks tell just where they are.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ...geometry.points import Array, Mask
from ..contract import Attribute
from ..splines import BEZIER, CATMULL_ROM, NURBS, POLY

TYPES = ".inkbetween_curve_types"
CONTROLS = ".inkbetween_control_points"
PEAKS = ".inkbetween_peaks"
SETUP = ("resolution", "nurbs_order", "knots_mode")
"""What else is set of a curve as a whole."""
UNALIGNED = (0, 2)
"""Types of handles, free and vector, that need not align with the other."""
MAKING = frozenset({TYPES, CONTROLS, PEAKS, *SETUP})

_KINDS = (CATMULL_ROM, POLY, BEZIER, NURBS)
# Shares of the keys come with rounding.
_AGREED = 0.9999
# Fractions that are told apart between one control point and the next.
_PARTS = 4096


def type_shares(types: NDArray[np.int8]) -> Attribute:
    """(S, 4) for each stroke 1 at its type, else 0."""
    return Attribute("CURVE", "FLOAT4", (types[:, None] == np.array(_KINDS)).astype(np.float32))


def agreed_types(attributes: Mapping[str, Attribute], count: int) -> NDArray[np.int8]:
    """(S,) the type that a stroke has in every key that it comes from.

    Polylines where keys disagree.
    """
    if TYPES not in attributes:
        return np.full(count, POLY, np.int8)
    shares = attributes[TYPES].values
    best = np.argmax(shares, axis=1) if count else np.zeros(0, np.int64)
    agreed = shares[np.arange(count), best] > _AGREED
    return np.where(agreed, np.array(_KINDS, np.int8)[best], np.int8(POLY))


def marks(number: Array, free: Mask) -> Attribute:
    """(P,) whole numbers that say where points lie between control points.

    They hold that place, `number` (P,), and whether the handles of the control point before are `free` (P,).
    """
    values = 2 * (1 + np.rint(_PARTS * number)) + free
    return Attribute("POINT", "INT", values.astype(np.int32))


def peaks(number: Array) -> Attribute:
    """(P,) 1 at points that are control points."""
    return Attribute("POINT", "FLOAT", (number == np.rint(number)).astype(np.float32))


def numbers(values: NDArray[np.int32]) -> tuple[Array, Mask]:
    """The number that each mark (P,) holds, -1 for none, and if handles are free.

    They are as `marks` was given them.
    """
    return np.where(values > 0, (values // 2 - 1) / _PARTS, -1.0), values % 2 == 1
