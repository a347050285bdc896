"""What the joint detector looks at: a drawing's silhouette on a square grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...geometry.points import Array
from .silhouette import Silhouette, distance

Tensor = NDArray[np.float32]

LIMBS = (("shoulder", "elbow", "hand"), ("hip", "knee", "foot"))
JOINTS = ("head", "neck", "pelvis", *(f"{joint} {n}" for limb in LIMBS for n in (1, 2) for joint in limb))
"""The head's middle, where the neck meets it, between the hips; then arms and legs, which of two is the first says
nothing: a drawing need not show who is left."""
LEFT_OUT = 3
"""So many joints come before the limbs."""
SIDE = 144
"""Cells of the grid; a drawing's longer side has 130, as a silhouette has."""
CHANNELS = 4
MAP_CELL = 4
"""Cells of the grid to one of the maps."""
_NEAR, _DEEP = 10.0, 20.0


def view_of(silhouette: Silhouette) -> tuple[Tensor, Array]:
    """What the detector sees of a drawing, and (2,) where its upper left corner is.

    (CHANNELS, SIDE, SIDE) by rows from above, as pictures are: ink, inside, how far from ink, how far from what is
    outside. A grid that is larger is cut.
    """
    ink, inside = np.zeros((2, SIDE, SIDE), bool)
    wide, tall = (min(count, SIDE) for count in silhouette.ink.shape)
    left, above = (SIDE - wide) // 2, (SIDE - tall) // 2
    for whole, part in ((ink, silhouette.ink), (inside, silhouette.inside)):
        # The silhouette's second axis goes up.
        whole[above : above + tall, left : left + wide] = part[:wide, :tall].T[::-1]
    near, deep = np.minimum(distance(ink) / _NEAR, 2.0), np.minimum(distance(~inside) / _DEEP, 2.0)
    corner = silhouette.low + silhouette.cell * np.array([-left, tall + above])
    return np.stack([ink, inside, near, deep]).astype(np.float32), corner
