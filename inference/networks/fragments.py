"""What the learned engine sees of a drawing: fragments, and their looks.

Fragments are places set evenly along its strokes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..drawing.strokes import Samples, Strokes
from ..geometry.points import Array, Index

FREQUENCIES = (1.0, 2.0, 4.0, 8.0)
HALF = 350.0
"""Engine units: both keys together reach this far from their middle, at most."""
CONTEXT = 60
WIDTH = CONTEXT + 2 + 4 * len(FREQUENCIES) + 4 + 1 + 5
"""Features of one fragment."""


@dataclass(frozen=True)
class Fragments:
    """What the networks see of N fragments.

    features       (N, WIDTH) float32
    place          (N, 2) float32, in units of HALF
    before, after  (N,) the neighbour along the stroke, the fragment itself at an open end
    """

    features: NDArray[np.float32]
    place: NDArray[np.float32]
    before: Index
    after: Index

    @property
    def count(self) -> int:
        return len(self.features)


def fragments_of(samples: Samples, strokes: Strokes, context: NDArray[np.float32]) -> Fragments:
    """Fragments at `samples` (N) of `strokes`, engine units.

    `context` (N, CONTEXT) is the ink around them.

    The features: the surroundings; the place and its Fourier features; direction, as drawn and without sense; how
    sharply the line bends; how far it goes on either way, how long it is, whether it is closed.
    """
    rows = np.arange(samples.count)
    before = np.where(samples.before >= 0, samples.before, rows)
    after = np.where(samples.after >= 0, samples.after, rows)
    place = samples.xy / HALF
    waves = (place[:, :, None] * (np.pi * np.array(FREQUENCIES))).reshape(len(rows), -1)
    heading = samples.tangent[:, 0] + 1j * samples.tangent[:, 1]
    senseless = heading**2
    bend = _bend(samples.xy - samples.xy[before], samples.xy[after] - samples.xy)
    length = strokes.length[samples.stroke]
    ends = np.stack([samples.along, length - samples.along], 1)
    closed = strokes.cyclic[samples.stroke]
    # a closed line goes on either way
    ends = np.where(closed[:, None], length[:, None], ends)
    parts = [
        context,
        place,
        np.sin(waves),
        np.cos(waves),
        np.stack([heading.real, heading.imag, senseless.real, senseless.imag], 1),
        bend[:, None],
        np.log1p(ends / 10.0) / 4.0,
        np.log1p(length / 10.0)[:, None] / 4.0,
        closed[:, None],
        ((before == rows) | (after == rows))[:, None],
    ]
    features = np.concatenate([np.asarray(part, np.float32) for part in parts], axis=1)
    return Fragments(features, place.astype(np.float32), before, after)


def _bend(came: Array, goes: Array) -> Array:
    """(N,) the turn from steps `came` (N, 2) to steps `goes` (N, 2).

    Where there is no step, it is from or to the x axis.

    In real numbers: products of complex ones differ in their last bit from machine to machine, and so in sign where a
    line turns back on itself.
    """
    (x, y), (u, v) = (np.where((step**2).sum(1, keepdims=True) > 1e-24, step, (1.0, 0.0)).T for step in (came, goes))
    return np.asarray(np.arctan2(x * v - y * u, x * u + y * v))
