"""Rings of which a stretch is not drawn come out as the one line that is left, the edge that closes them included."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.drawing.strokes import Strokes
from inkbetween.inference.drawn.assembly import assemble, outfit_of
from inkbetween.inference.motion.clock import Clock
from inkbetween.inference.motion.ribbon import MATCHED, THROUGH, Ribbon

CORNERS = 8
TURN = 2 * np.pi * np.arange(CORNERS) / CORNERS
XY = np.stack([np.cos(TURN), np.sin(TURN)], 1)
EDGE = float(np.linalg.norm(XY[1] - XY[0]))


def drawn(hidden: list[int]) -> Drawing:
    """A ring of eight corners that is the same in both keys, some of its corners as far covered as others are not."""
    key = Drawing.from_strokes([XY], [True])
    strokes = Strokes.of(key, key.xy)
    zero, along = np.zeros(CORNERS, np.int64), EDGE * np.arange(CORNERS)
    places = zero, along, zero, along, XY, XY
    kind = np.full(CORNERS, MATCHED)
    ends = np.array([0, CORNERS])
    through, none = np.full(CORNERS, THROUGH), np.full(CORNERS, -1)
    ribbon = Ribbon(ends, np.array([True]), through, zero, kind, *places, np.zeros(CORNERS), none, none, none)
    outfit = outfit_of(ribbon, key, key, strokes, strokes)
    cover = np.where(np.isin(np.arange(CORNERS), hidden), 1.0, -1.0)
    birth, death = np.full(CORNERS, -1.0), np.full(CORNERS, 2.0)
    return assemble(XY, ribbon, birth, death, outfit, Clock.even(CORNERS).at(0.5), 0.0, cover=cover)


def length(drawing: Drawing) -> float:
    return float(np.linalg.norm(np.diff(drawing.stroke(0), axis=0), axis=1).sum())


@pytest.mark.parametrize("hidden", [[3], [0], [7], [6, 7, 0], [2, 3, 4]])
def test_a_ring_in_part_is_one_line(hidden: list[int]) -> None:
    drawing = drawn(hidden)
    assert drawing.stroke_count == 1
    assert not drawing.cyclic[0]
    # half of the edges on either side of what is hidden is drawn
    assert length(drawing) == pytest.approx((CORNERS - len(hidden)) * EDGE)


def test_a_whole_ring_stays_a_ring() -> None:
    drawing = drawn([])
    assert drawing.cyclic[0]
    assert np.allclose(drawing.stroke(0), XY)


def test_a_ring_hidden_twice_is_two_lines() -> None:
    drawing = drawn([1, 5])
    assert drawing.stroke_count == 2
    assert sum(len(drawing.stroke(k)) for k in (0, 1)) == CORNERS - 2 + 4
