"""What the learned engine sees of a motion: ways, turns, the neighbouring keys."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .fragments import CONTEXT, WIDTH

TERMS = 3
"""Departure from the path at t: 4 t (1 - t) times a polynomial of (2 t - 1) with this many coefficients."""
INPUTS = WIDTH - CONTEXT + 2 + 2 + 2 + 2 + 4 + 2


def travel_inputs(
    features: NDArray[np.float32],
    moved: NDArray,
    turn: NDArray[np.complex128],
    bend_a: NDArray,
    bend_b: NDArray,
    known: NDArray,
    gap: float,
) -> NDArray[np.float32]:
    """(N, INPUTS) what the network sees of fragments in motion.

    Fragments' features (N, WIDTH), the way to key b `moved` (N, 2), their `turn` (N,), how neighbouring keys bend
    the path (N, 2) twice, all in units of HALF; what is known (N, 4): drawn in key b, a key before, a key after,
    time forwards; and the frames of 1/24 s between the keys.
    """
    rate = np.log(np.where(turn == 0, 1.0, turn))
    pace = np.broadcast_to([gap / 8.0, 1.0 / gap], (len(features), 2))
    parts = [
        # what surrounds a line tells what it is, not how it moves
        features[:, CONTEXT:],
        4.0 * moved,
        np.stack([rate.real, rate.imag], 1),
        8.0 * bend_a,
        8.0 * bend_b,
        known,
        pace,
    ]
    return np.concatenate([np.asarray(part, np.float32) for part in parts], axis=1)
