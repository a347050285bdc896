"""Engine units: keys of any size and place are 700 of them from corner to corner, there and back again."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.geometry.points import arc_length, to_complex, to_plane
from inkbetween.inference.geometry.units import DIAGONAL, Units

SIZES = [(1e-4, 0.0), (1.0, 3.0), (1e5, -2e6)]


def cloud(seed: int, count: int = 20) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, 2))


@pytest.mark.parametrize(("size", "at"), SIZES)
def test_keys_together_are_as_long_as_settings_expect(size: float, at: float) -> None:
    a, b = size * cloud(1) + at, size * cloud(2) + at
    units = Units.of(a, b)
    both = units.to_engine(np.concatenate([a, b]))
    low, high = both.min(0), both.max(0)
    assert np.linalg.norm(high - low) == pytest.approx(DIAGONAL)
    assert np.allclose(low + high, 0.0, atol=1e-6)


@pytest.mark.parametrize(("size", "at"), SIZES)
def test_places_come_back_to_where_they_were(size: float, at: float) -> None:
    a = size * cloud(3) + at
    units = Units.of(a)
    assert np.allclose(units.to_scene(units.to_engine(a)), a, rtol=1e-12, atol=1e-9 * size)
    z = to_complex(a)
    assert np.allclose(units.to_scene(units.to_engine(z)), z, rtol=1e-12, atol=1e-9 * size)


def test_complex_places_are_the_same_places() -> None:
    units, a = Units(np.array([3.0, -2.0]), 50.0), cloud(4)
    assert np.allclose(to_plane(units.to_engine(to_complex(a))), units.to_engine(a))
    assert np.allclose(to_plane(units.to_scene(to_complex(a))), units.to_scene(a))


def test_lengths_do_not_know_of_the_centre() -> None:
    units, a = Units(np.array([3.0, -2.0]), 50.0), cloud(5)
    way = units.to_engine(a[1:]) - units.to_engine(a[:-1])
    assert np.allclose(units.length_to_engine(np.diff(a, axis=0)), way)
    assert np.allclose(units.length_to_scene(way), np.diff(a, axis=0))
    assert units.length_to_scene(1.0) == units.one == 0.02


def test_a_drawing_of_one_place_or_none_keeps_its_size() -> None:
    assert Units.of(np.zeros((0, 2)), np.zeros((0, 2))).scale == 1.0
    dot = Units.of(np.array([[4.0, 5.0]]))
    assert dot.scale == 1.0
    assert dot.to_engine(np.array([4.0, 5.0])).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("count", [1, 2, 9])
def test_a_line_is_as_long_as_its_steps(count: int) -> None:
    places = cloud(6, count)
    steps = [float(np.linalg.norm(places[k + 1] - places[k])) for k in range(count - 1)]
    assert np.allclose(arc_length(places), [sum(steps[:k]) for k in range(count)])
    assert arc_length(np.zeros((0, 2))).tolist() == [0.0]
