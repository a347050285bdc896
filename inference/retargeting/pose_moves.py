"""What is tried to lay a pose on a drawing: bones, limbs and the whole turned, made longer and shifted a little."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..neighbours import Index
from .figure import TRUNK, Figure

Complex = NDArray[np.complex128]


def moves(figure: Figure, step: float) -> tuple[Index, Complex, Complex]:
    """K things to try: the part each concerns (-1 for the whole), how far the root shifts (shares of the drawing's
    size), and by what every offset is multiplied (K, N)."""
    rows = list(_each_move(figure, step))
    part = np.array([row[0] for row in rows], np.int64)
    return part, np.array([row[1] for row in rows], complex), np.array([row[2] for row in rows], complex)


def _each_move(figure: Figure, step: float) -> Iterator[tuple[int, complex, Complex]]:
    every = np.arange(figure.count)
    changes = [np.exp(1j * step), np.exp(-1j * step), np.exp(step), np.exp(-step)]

    def factor(joints: Index, by: complex) -> Complex:
        out = np.ones(figure.count, complex)
        out[joints] = by
        return out

    for shift in (step, -step, 1j * step, -1j * step):
        yield -1, 0.3 * shift, np.ones(figure.count, complex)
    for by in changes[2:]:
        yield -1, 0.0, factor(every, by)
    for part in range(int(figure.part.max()) + 1):
        chain = figure.chain(part)
        if not len(chain):
            continue
        held = chain if part else np.flatnonzero(figure.part == TRUNK)
        for by in changes:
            yield part, 0.0, factor(held, by)
            for bone in chain:
                yield part, 0.0, factor(np.array([bone]), by)
                yield part, 0.0, factor(figure.below(int(bone)), by)
    fixed = np.flatnonzero(figure.fixed)
    for parent in np.unique(figure.parents[fixed]):
        for by in changes:
            yield TRUNK, 0.0, factor(fixed[figure.parents[fixed] == parent], by)
    for pair in figure.pairs:
        for by in changes[2:]:
            yield -2 - pair[0], 0.0, factor(np.concatenate([figure.chain(part) for part in pair]), by)
