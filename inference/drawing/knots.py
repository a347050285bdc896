"""Blender's knots of NURBS curves, and what control points weigh between them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array


def makes_nurbs(
    counts: NDArray[np.int64], degree: int | NDArray[np.int64], modes: NDArray[np.int64], cyclic: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """(n,) whether Blender takes so many points, in that knot mode, for NURBS."""
    is_bezier = (modes == 2) | (modes == 3)
    whole = ~is_bezier | ~cyclic | (counts % np.maximum(degree, 1) == 0)
    return (degree >= 1) & (counts > degree) & whole & ((modes != 2) | (counts > degree + 1))


def knots_of(count: int, order: int, mode: int, cyclic: bool) -> Array:
    """Blender's knot vectors.

    Normal 0, endpoint 1, Bezier 2, endpoint Bezier 3; custom ones (4) can't be read and count as endpoint.
    """
    is_bezier, is_endpoint = mode in (2, 3), mode in (1, 3, 4)
    repeat = order - 1 if is_bezier else 1
    head = order - (1 if cyclic else 0) if is_endpoint else min(2, repeat)
    tail = 2 * order - 1 if cyclic else (order if is_endpoint else 0)
    total = count + order + (order - 1 if cyclic else 0)
    offset = 1 if is_endpoint and cyclic else 0
    # One knot value stands `head` times, the following ones `repeat` times each; the tail repeats the start's widths.
    index = np.arange(total - tail - offset) - head
    body = offset + np.where(index < 0, 0, index // repeat + 1)
    current = float(offset + (0 if len(index) < head else (len(index) - head) // repeat + 1))
    knots = np.zeros(total)
    knots[offset : total - tail] = body
    for i in range(tail):  # at most 2 * order - 1, and it may repeat itself
        knots[total - tail + i] = current + knots[i] - knots[0]
    return knots


def basis_of(along: Array, knots: Array, spans: NDArray[np.int64], degree: int) -> Array:
    """(E, degree + 1) what control points weigh at each parameter of their span.

    See Cox and de Boor.
    """
    basis = np.zeros((len(along), degree + 1))
    basis[:, 0] = 1.0
    for d in range(1, degree + 1):
        saved = np.zeros(len(along))
        for r in range(d):
            above, below = knots[spans + r + 1], knots[spans + 1 - d + r]
            width = above - below
            share = np.divide(basis[:, r], width, out=np.zeros(len(along)), where=width > 0)
            basis[:, r] = saved + (above - along) * share
            saved = (along - below) * share
        basis[:, d] = saved
    return basis
