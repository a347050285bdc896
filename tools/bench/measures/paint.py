"""Does a coloured drawing hold together? What an animator sees first, in numbers.

*colour* asks whether things are where they are in truth: the share of the figure's pixels that have another colour than
in the true frame. The others ask what any motion can keep:

*naked*: of 100 px of line, those with paper around them where the true frame has paint: fills that came off.
*cracks*: px of paper inside the figure beyond what the keys have there, per 1,000 px of paint.
*loose*: of 100 px of edge between paints, or paint and paper, those without a line near them.
*bits*: loose pieces beyond those of the keys.
*lost*: colour that is gone or too much, beside the keys' mixed by time, in % of the painted area.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .painted import Painted

# Px: a line with no paint so near is naked, if the true frame has paint not much farther.
_BESIDE, _AROUND = 6.0, 30.0
# Px: an edge of paint with no line so near is loose.
_NEAR = 4.0


@dataclass(frozen=True)
class PaintScore:
    """See the module; means over in-betweens, `held` the colour of the nearest key."""

    colour: float
    held: float
    naked: float
    cracks: float
    loose: float
    bits: float
    lost: float


def paint_score(true: Painted, drawn: Painted, key_a: Painted, key_b: Painted, t: float, colours: int) -> PaintScore:
    """How the paint of an in-between at `t` holds, beside the true frame and both keys."""
    nearer = key_a if t <= 0.5 else key_b
    cracks = drawn.cracked - ((1.0 - t) * key_a.cracked + t * key_b.cracked)
    mixed = (1.0 - t) * key_a.areas(colours) + t * key_b.areas(colours)
    lost = 100.0 * np.abs(drawn.areas(colours) - mixed).sum() / max(float(mixed.sum()), 1.0)
    bits = drawn.pieces - max(key_a.pieces, key_b.pieces)
    return PaintScore(
        colour=_wrong(true, drawn),
        held=_wrong(true, nearer),
        naked=_naked(true, drawn),
        cracks=max(cracks, 0.0),
        loose=_loose(drawn),
        bits=float(max(bits, 0)),
        lost=float(lost),
    )


def _wrong(true: Painted, drawn: Painted) -> float:
    figure = true.paint | drawn.paint
    return float((true.labels != drawn.labels)[figure].mean()) if figure.any() else 0.0


def _naked(true: Painted, drawn: Painted) -> float:
    bare = drawn.lines.ink & (drawn.distance > _BESIDE) & (true.distance <= _AROUND)
    return float(100.0 * bare.sum() / max(drawn.lines.amount, 1))


def _loose(drawn: Painted) -> float:
    labels = drawn.labels
    edge = np.zeros(labels.shape, bool)
    edge[:, 1:] |= labels[:, 1:] != labels[:, :-1]
    edge[1:] |= labels[1:] != labels[:-1]
    return float(100.0 * (drawn.lines.distance[edge] > _NEAR).mean()) if edge.any() else 0.0
