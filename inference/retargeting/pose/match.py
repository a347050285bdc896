"""Which moment of a performance a drawing shows."""

from __future__ import annotations

import numpy as np

from ...geometry.points import Array
from ...skeletons.figure import Figure
from ...skeletons.projection import Planar


def nearest_moment(figure: Figure, planar: Planar, xy: Array, own: int | None = None, better: float = 1.0) -> int:
    """The moment at which bones lie most as between the joints `xy` (N, 2).

    `own` unless another is off by less than `better` times as much.
    """
    off = unlikeness(figure, planar, xy)
    best = int(np.argmin(off))
    return own if own is not None and off[best] > better * off[own] else best


def unlikeness(figure: Figure, planar: Planar, xy: Array) -> Array:
    """(T,) how differently bones lie than between the joints `xy` (N, 2), 0 to 2.

    A bone counts by what is seen of it, and by how long it is drawn.
    """
    bones = figure.bones
    along, whole = planar.segments(figure)
    drawn = xy[bones] - xy[figure.parents[bones]]
    length = np.linalg.norm(drawn, axis=1)
    flat = np.linalg.norm(along[:, bones], axis=2)
    alike = np.einsum("tbk,bk->tb", along[:, bones], drawn) / np.maximum(flat * length, 1e-12)
    share = flat / np.maximum(whole[:, bones], 1e-12)
    # A bone that points at the viewer agrees with any direction half.
    return np.asarray(((1.0 - share * alike) * length).sum(1) / max(float(length.sum()), 1e-12))
