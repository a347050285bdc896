"""What is tried to lay a pose on a drawing.

Bones, limbs and the whole are turned, made longer and shifted a little.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...geometry.points import Array, Complex, Index
from ...skeletons.figure import TRUNK, Figure

# Numbers of moves that concern the thickness of parts begin here and go down.
_THICK = -1000


@dataclass(frozen=True)
class Moves:
    """K things to try.

    The part each concerns (-1 for the whole, -2 and less for a pair), how far the root shifts (shares of the
    drawing's size), and by what every offset (K, N) and every bone's thickness (K, B) is multiplied.
    """

    part: Index
    shift: Complex
    factor: Complex
    wide: Array


def moves(figure: Figure, step: float, part_of_step: float) -> Moves:
    """All turns and stretches by `step`, parts thicker or thinner, the whole shifted.

    It is shifted by a part of the step.
    """
    rows = list(_each_move(figure, step, part_of_step))
    part = np.array([row[0] for row in rows], np.int64)
    shift, factor = (np.array([row[n] for row in rows], complex) for n in (1, 2))
    still = np.ones((len(rows), len(figure.bones)))
    groups = _groups(figure)
    thick = [np.where(np.isin(figure.part[figure.bones], group), by, 1.0) for group in groups for by in _sizes(step)]
    number = np.concatenate([part, np.repeat([_THICK - n for n in range(len(groups))], 2)])
    count = len(thick)
    return Moves(
        number,
        np.concatenate([shift, np.zeros(count)]),
        np.concatenate([factor, np.ones((count, figure.count))]),
        np.concatenate([still, np.array(thick).reshape(count, -1)]),
    )


def _groups(figure: Figure) -> list[tuple[int, ...]]:
    """Parts that are as thick as one another: pairs, and each of the others."""
    paired = {part for pair in figure.pairs for part in pair}
    return [*figure.pairs, *((part,) for part in range(int(figure.part.max()) + 1) if part not in paired)]


def _sizes(step: float) -> tuple[float, float]:
    return float(np.exp(step)), float(np.exp(-step))


def _each_move(figure: Figure, step: float, part_of_step: float) -> Iterator[tuple[int, complex, Complex]]:
    every = np.arange(figure.count)
    changes = [np.exp(1j * step), np.exp(-1j * step), np.exp(step), np.exp(-step)]

    def factor(joints: Index, by: complex) -> Complex:
        out = np.ones(figure.count, complex)
        out[joints] = by
        return out

    for shift in (step, -step, 1j * step, -1j * step):
        yield -1, part_of_step * shift, np.ones(figure.count, complex)
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
