"""The made-up show's drawings, the contact sheet, and the simulation of a farm."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.drawing.raster import CELL, Panel, sheet
from inkbetween.tools.farm.simulate import Farm, simulate
from inkbetween.tools.show.figure import walker

SQUARE = np.array([[0.0, 0], [2, 0], [2, 1], [0, 1], [0, 0]])


def test_the_same_seed_draws_the_same_figure() -> None:
    first, again = (walker(0.7, 1.0, 1.5, np.random.default_rng(3)) for _ in range(2))
    assert len(first) == 6
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    other = walker(0.7, 1.0, 1.5, np.random.default_rng(4))
    assert [len(stroke) for stroke in other] != [len(stroke) for stroke in first]


def test_a_sheet_shows_every_drawing_at_one_scale() -> None:
    picture = sheet([Panel([SQUARE], True), Panel([0.5 * SQUARE], False), *[Panel([], False)] * 5])
    width, height = CELL
    assert picture.shape == (2 * height, 6 * width, 3)
    ink = picture.sum(axis=2) < 300
    spans = [np.flatnonzero(ink[:height, n * width : (n + 1) * width].any(axis=0)) for n in (0, 1)]
    assert np.ptp(spans[0]) == pytest.approx(2 * np.ptp(spans[1]), abs=2)
    # Wide enough to fill the panel, and framed as what it is.
    assert np.ptp(spans[0]) > 0.7 * width
    assert picture[4, width // 2].tolist() == [214, 72, 60]
    assert picture[4, width + width // 2].tolist() == [190, 190, 198]


def test_a_sheet_survives_what_is_not_finite_and_what_is_a_point() -> None:
    broken = np.array([[0.0, 0], [np.nan, 1], [np.inf, 2]])
    assert sheet([Panel([broken, np.zeros((1, 2)), np.zeros((0, 2))], True)]).shape == (CELL[1], CELL[0], 3)
    assert sheet([]).shape == (CELL[1], CELL[0], 3)


def test_a_farm_without_overhead_grows_with_its_workers() -> None:
    farm = Farm(1.0, spread=0.0, scheduler_seconds=0.0, shot_bytes=0.0)
    one, ten = simulate(farm, 1, 100), simulate(farm, 10, 100)
    assert (one.seconds, ten.seconds) == (pytest.approx(100), pytest.approx(10))
    assert ten.efficiency == pytest.approx(1.0)


def test_a_farm_is_held_by_its_slowest_part() -> None:
    scheduler = simulate(Farm(1.0, 0.0, scheduler_seconds=0.01, shot_bytes=0.0), 1000, 20_000)
    assert scheduler.rate == pytest.approx(100, rel=0.02)
    assert scheduler.scheduler == pytest.approx(1.0, rel=0.02)
    server = simulate(Farm(1.0, 0.0, scheduler_seconds=0.0, shot_bytes=2e7, server_bytes=1e9), 1000, 20_000)
    assert server.rate == pytest.approx(50, rel=0.02)
    assert server.efficiency < 0.06
