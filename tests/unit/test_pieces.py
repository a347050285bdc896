"""Points that lie on a stretch of stroke, however often and whichever way round a closed one is run."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.correspondence.matching import MatchSettings
from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.drawing.strokes import Strokes
from inkbetween.inference.geometry.exact import GRAIN
from inkbetween.inference.motion.ribbon import finer, inside
from inkbetween.inference.tween.plan import Context, TweenSettings, plan_tween

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


@pytest.mark.parametrize("low", [-9.3, -6.5, -4.5, -0.5, 0.0, 0.5, 3.5, 7.5])
def test_a_closed_stroke_is_run_round(low: float) -> None:
    drawing = Drawing.from_strokes([SQUARE], [True])
    found = inside(Strokes.of(drawing, drawing.xy), 0, low, low + 4.0)
    corners = np.arange(np.ceil(low), low + 4.0)
    assert np.allclose(found, corners[corners > low])


def test_an_open_stroke_is_not() -> None:
    drawing = Drawing.from_strokes([SQUARE])
    assert np.allclose(inside(Strokes.of(drawing, drawing.xy), 0, -5.0, 9.0), np.arange(4.0))


@pytest.mark.parametrize("shift", range(0, 40, 8))
@pytest.mark.parametrize("way", [1, -1])
def test_corners_of_closed_strokes_are_hit_in_both_keys(shift: int, way: int) -> None:
    turn = np.linspace(0.0, 2 * np.pi, 40, endpoint=False)
    ring = np.stack([2.0 * np.cos(turn), np.sin(turn)], 1) * (1.0 + 0.2 * (-1.0) ** np.arange(40))[:, None]
    a = Drawing.from_strokes([ring], [True])
    b = Drawing.from_strokes([np.roll(ring + 0.1, shift, axis=0)[::way]], [True])
    plan = plan_tween(a, b, context=Context(), settings=TweenSettings(learned=False))
    for t, key in ((0.0, a), (1.0, b)):
        drawn = plan.at(t).xy
        far = np.linalg.norm(key.xy[:, None] - drawn[None], axis=2).min(1)
        assert far.max() < 1e-6


def test_a_ribbon_knows_its_chains_however_fine_it_is() -> None:
    line = np.stack([np.linspace(0.0, 3.0, 7), np.zeros(7)], 1)
    keys = [Drawing.from_strokes([SQUARE + by, line - 2.0 + by], [True, False]) for by in (0.0, 0.1)]
    # a guide, which wants edges finer, is matched as if there were no copies
    settings = TweenSettings(match=MatchSettings(copies=False), learned=False)
    ribbon = plan_tween(*keys, settings=settings).ribbon
    assert ribbon.chains.count == len(ribbon.loop)
    assert ribbon.chains.total == len(ribbon.s)
    dense = finer(ribbon, 10.0)
    assert dense.chains.total > ribbon.chains.total
    assert dense.chains.count == ribbon.chains.count
    for place, more in ((ribbon.a, dense.a), (ribbon.b, dense.b)):
        assert np.array_equal(more[dense.chains.first], place[ribbon.chains.first])
        assert np.array_equal(more[dense.chains.last], place[ribbon.chains.last])
        edge = dense.chains.edges
        inside_pieces = dense.piece[edge] == dense.piece[edge + 1]
        assert np.linalg.norm(more[edge + 1] - more[edge], axis=1)[inside_pieces].max() <= 10.0 * (1.0 + GRAIN)
