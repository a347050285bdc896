"""Vertices that are drawn: every line of either key whole, corners where they are, edges as long as they may be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inkbetween.inference.correspondence.matching import MatchSettings
from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.geometry.exact import GRAIN
from inkbetween.inference.geometry.units import Units
from inkbetween.inference.motion.ribbon import FIRST, SECOND, RibbonSettings
from inkbetween.inference.tween.plan import Context, TweenSettings, plan_tween

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


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


def keys_apart() -> list[Drawing]:
    line = np.stack([np.linspace(0.0, 3.0, 7), np.zeros(7)], 1)
    return [Drawing.from_strokes([SQUARE + by, line - 2.0 + by], [True, False]) for by in (0.0, 0.1)]


@pytest.mark.parametrize("step", [3.0, 10.0, 1e6])
def test_a_ribbon_has_each_line_of_either_key_whole(step: float) -> None:
    settings = TweenSettings(match=MatchSettings(copies=False), learned=False)
    settings = replace(settings, motion=replace(settings.motion, ribbon=RibbonSettings(step)))
    keys = keys_apart()
    plan = plan_tween(*keys, settings=settings)
    ribbon = plan.ribbon
    assert ribbon.chains.count == len(ribbon.loop) == 4
    assert ribbon.chains.total == len(ribbon.s)
    units = Units.of(keys[0].xy, keys[1].xy)
    for half, key, stroke, place in (
        (FIRST, keys[0], ribbon.stroke_a, ribbon.a),
        (SECOND, keys[1], ribbon.stroke_b, ribbon.b),
    ):
        rows = ribbon.half == half
        # chain by chain, all of it of one stroke
        owners = [set(part.tolist()) for part in ribbon.chains.parts(np.where(rows, stroke, -1))]
        assert sorted(map(tuple, owners))[-2:] == [(0,), (1,)]
        drawn = units.to_scene(place[rows])
        assert np.linalg.norm(key.xy[:, None] - drawn[None], axis=2).min(1).max() < 1e-9
        edge = np.flatnonzero(ribbon.chains.joined & rows[1:])
        assert np.linalg.norm(place[edge + 1] - place[edge], axis=1).max() <= step * (1.0 + GRAIN)


def test_points_at_the_seam_of_a_ring_are_no_two_points() -> None:
    settings = TweenSettings(match=MatchSettings(copies=False), learned=False)
    settings = replace(settings, motion=replace(settings.motion, ribbon=RibbonSettings(1e6)))
    ring = Drawing.from_strokes([SQUARE], [True])
    bent = Drawing.from_strokes([SQUARE * [1.1, 0.9]], [True])
    ribbon = plan_tween(ring, bent, settings=settings).ribbon
    assert ribbon.loop.all()
    for row in range(ribbon.chains.count):
        place = ribbon.own[ribbon.chains.row(row)]
        assert np.linalg.norm(place - np.roll(place, 1, axis=0), axis=1).min() > 1.0
