"""What the animator says of bindings: this stroke belongs to that bone, whatever it looks like. A hard constraint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..drawing import Array
from ..local_motion import to_complex, to_plane
from ..neighbours import Grid, Index
from ..strokes import Samples
from .limbs import Frames

NO_BONE = ""
"""How the animator calls no bone at all: what belongs to it goes straight from key to key."""
FREE = -1
"""Nothing was said."""
ACROSS = 0.7
"""A line that runs across another by more than 45 degrees (cosine) is not its counterpart."""


@dataclass(frozen=True)
class Corrections:
    """Of the strokes of a key pair, a (S,) and b (S',) int64: the number of the bone that the animator bound each to,
    the number of bones for no bone, `FREE` where nothing was said."""

    a: Index
    b: Index

    @staticmethod
    def of(bones: Sequence[str], *keys: tuple[int, Mapping[int, str]]) -> Corrections | None:
        """From both keys' number of strokes and, by stroke, the bone's name; None where nothing is said. Bones that the
        guide does not have, and strokes that the key does not have, are passed over."""
        number = {name: index for index, name in enumerate(bones)} | {NO_BONE: len(bones)}
        said = []
        for count, names in keys:
            one = np.full(count, FREE, np.int64)
            for stroke, name in names.items():
                if 0 <= stroke < count and name in number:
                    one[stroke] = number[name]
            said.append(one)
        a, b = said
        return Corrections(a, b) if (a != FREE).any() or (b != FREE).any() else None


def impose(weight: Array, said: Index) -> Array:
    """Weights (N, J + 1) with all of it on the bone that was `said` (N,), where one was."""
    out, rows = weight.copy(), np.flatnonzero(said != FREE)
    out[rows] = 0.0
    out[rows, said[rows]] = 1.0
    return out


def echoed(
    samples: Samples, said: Index, other: Samples, there_said: Index, there: Frames, own: Frames, reach: float
) -> Array:
    """(N, J + 1) what is known of a key's samples by what was said of the other key's: where a line is carried that was
    bound by hand, its counterpart lies, and belongs to the same bone. 0 where that is not known.

    said, there_said  (N,), (M,) bones that samples were bound to by hand
    own, there        the bones at either key
    reach             how near to where it is carried the counterpart lies, engine units
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
    found = np.flatnonzero((index[:, 0] >= 0) & (along > ACROSS) & (said == FREE))
    out[found, bone[near[found]]] = 1.0
    return out
