"""Screws of the plane: how much of a way is done where turn and size grow evenly."""

from __future__ import annotations

import numpy as np

from .points import Complex


def progress(turn: Complex, t: float) -> Complex:
    """How much of the displacement is done at `t` on a screw path.

    `turn` is its rotation and scale in all.

    z(t) = a + (b - a) * (turn**t - 1) / (turn - 1): a logarithmic spiral about the motion's own centre, which a
    similarity follows rigidly; a straight line where turn is 1.
    """
    rate = np.log(turn)
    small = np.abs(rate) < 1e-4
    safe = np.where(small, 1.0, rate)
    # expm1(t r) / expm1(r), with its series where r vanishes
    spiral = np.expm1(t * safe) / np.expm1(safe)
    return np.where(small, t + 0.5 * t * (t - 1.0) * rate, spiral)


def departure(turn: Complex) -> tuple[Complex, Complex]:
    """Derivatives of `progress` at t = 0 and t = 1."""
    rate = np.log(turn)
    small = np.abs(rate) < 1e-4
    safe = np.where(small, 1.0, rate)
    leave = np.where(small, 1.0 - 0.5 * rate, safe / np.expm1(safe))
    return leave, leave * np.exp(rate)
