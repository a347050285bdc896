"""What was said of bindings, imposed on weights; what it tells of the other key."""

from __future__ import annotations

import numpy as np

from ...drawing.strokes import Samples
from ...geometry.neighbours import Grid
from ...geometry.points import Array, Index, to_complex, to_plane
from ...intent.bindings import FREE
from ...skeletons.limbs import Frames


def impose(weight: Array, said: Index) -> Array:
    """Weights (N, J + 1) with all of it on the bone `said` (N,), where one was."""
    out, rows = weight.copy(), np.flatnonzero(said != FREE)
    out[rows] = 0.0
    out[rows, said[rows]] = 1.0
    return out


def echoed(
    samples: Samples,
    said: Index,
    other: Samples,
    there_said: Index,
    there: Frames,
    own: Frames,
    reach: float,
    across: float,
) -> Array:
    """(N, J + 1) what is known of a key's samples from what was said of the other's.

    The counterpart of a line bound by hand lies where that line is carried, and belongs to the same bone. 0 where
    nothing is known.

    said, there_said  (N,), (M,) bones that samples were bound to by hand
    own, there        the bones at either key
    reach             how near to where it is carried the counterpart lies, engine units
    across            how far it may run across (cosine)
    """
    out = np.zeros((samples.count, len(own.head)))
    rows = np.flatnonzero(there_said != FREE)
    if not len(rows) or not samples.count:
        return out
    bone = there_said[rows]
    share, off = there.local(to_complex(other.xy[rows]), bone)
    carried = to_plane(own.placed(share, off, bone))
    heading = to_complex(other.tangent[rows]) * own.heading[bone] * np.conj(there.heading[bone])
    index, _ = Grid(carried, reach / 2).nearest(samples.xy, 1, reach)
    near = np.maximum(index[:, 0], 0)
    along = np.abs((np.conj(to_complex(samples.tangent)) * heading[near]).real)
    found = np.flatnonzero((index[:, 0] >= 0) & (along > across) & (said == FREE))
    out[found, bone[near[found]]] = 1.0
    return out
