"""Outlines of fills belong to bones that hang together: where a hand covers the hem of a jacket, the hem is the
jacket's, however near the hand's bone lies and however well it would carry it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..neighbours import Index
from ..strokes import Samples

NEAR = 2
"""Bones as many steps apart in the skeleton follow each other along an outline."""
MINOR = 0.3
"""A stretch of less than this share of an outline that hangs together with neither side is taken for misread."""


def connected(weight: NDArray[np.float64], samples: Samples, solid: NDArray[np.bool_], parents: Index) -> NDArray:
    """Weights (N, J + 1) of samples with those of fills' outlines made to hang together; `solid` (S,) are strokes that
    bound a fill."""
    rows = np.flatnonzero(solid[samples.stroke])
    if not len(rows):
        return weight
    out, near = weight.copy(), _near(parents)
    for outline in np.split(rows, np.flatnonzero(np.diff(samples.stroke[rows])) + 1):
        out[outline] = _mended(out[outline], near)
    return out


def _near(parents: Index) -> NDArray[np.bool_]:
    """(J + 1, J + 1) whether bones are at most `NEAR` steps apart; no bone at all is near to every one."""
    count = len(parents)
    near = np.eye(count + 1, dtype=bool)
    child = np.flatnonzero(parents >= 0)
    step = near.copy()
    step[child, parents[child]] = step[parents[child], child] = True
    for _ in range(NEAR):
        near = near @ step
    near[-1] = near[:, -1] = True
    return near


def _mended(weight: NDArray[np.float64], near: NDArray[np.bool_]) -> NDArray[np.float64]:
    """One outline's weights (n, J + 1), closed: minor stretches given to what lies on either side, smallest first."""
    for _ in range(len(weight)):
        bone = weight.argmax(1)
        jumps = np.flatnonzero(~near[bone, np.roll(bone, -1)]) + 1
        if len(jumps) < 2:
            return weight
        length = np.diff(np.append(jumps, jumps[0] + len(bone)))
        least = int(length.argmin())
        if length[least] > MINOR * len(bone):
            return weight
        start, count = int(jumps[least]), int(length[least])
        before, after = weight[(start - 1) % len(bone)], weight[(start + count) % len(bone)]
        share = (np.arange(count)[:, None] + 1.0) / (count + 1.0)
        weight = weight.copy()
        weight[(start + np.arange(count)) % len(bone)] = (1.0 - share) * before + share * after
    return weight
