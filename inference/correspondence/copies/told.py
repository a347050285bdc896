"""Copies in the engine's terms: spans of whole strokes, and a motion known there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...geometry.local_motion import LocalMotion
from ...geometry.moves import Move
from ...geometry.points import Index, to_complex, to_plane
from ...geometry.ragged import Ragged
from ..matching import Match, Side
from ..spans import Span
from .found import Copy, copied


def spans_of_copies(copies: tuple[Copy, ...]) -> tuple[Span, ...]:
    """The spans of copies: whole strokes."""
    return tuple(
        Span(i, j, s, u, number)
        for number, copy in enumerate(copies)
        for (i, j), (s, u) in zip(copy.strokes.tolist(), copy.along, strict=True)
    )


def known(match: Match) -> Match:
    """The match with the motion that copies have, where they are."""
    if not match.copies:
        return match
    moves = [copy.move for copy in match.copies]
    on_a, on_b = (copied(match.copies, k, side.strokes.count) for k, side in enumerate((match.a, match.b)))
    forth = _imposed(match.forth, match.a, on_a, moves)
    back = _imposed(match.back, match.b, on_b, [move.inverse for move in moves])
    return replace(match, forth=forth, back=back)


def _imposed(motion: LocalMotion, side: Side, copy: Index, moves: list[Move]) -> LocalMotion:
    """The motion of a side whose strokes belong to the copies `copy` (S,)."""
    target, turn, residual = motion.target.copy(), motion.turn.copy(), motion.residual.copy()
    number = copy[side.fine.stroke]
    for k, move in enumerate(moves):
        rows = np.flatnonzero(number == k)
        target[rows] = to_plane(move.at(to_complex(side.fine.xy[rows])))
        # what is mirrored turns no way that its surroundings could follow
        turn[rows] = 1.0 if move.mirrored else move.turn
        residual[rows] = 0.0
    return LocalMotion(target, turn, residual)


def points_of(match: Match, spans: Sequence[Span], counts: Index) -> tuple[Index, Index]:
    """The points of strokes of either key that places along spans are.

    There are `counts` places of each span: -1 where they are none, and off copies.
    """
    out = np.full(int(counts.sum()), -1), np.full(int(counts.sum()), -1)
    known = {
        int(i): number
        for copy in match.copies
        for i, number in zip(copy.strokes[:, 0], copy.points, strict=True)
        if number is not None
    }
    first = Ragged.of(counts).first
    for index, span in enumerate(spans):
        if span.copy >= 0 and span.a in known:
            # a closed stroke comes back to its first
            number = known[span.a]
            rows = np.arange(counts[index])
            out[0][first[index] + rows], out[1][first[index] + rows] = rows % len(number), number[rows % len(number)]
    return out
