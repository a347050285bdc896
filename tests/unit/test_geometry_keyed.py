"""Ways through keys: both sides of a key agree on the velocity there, however uneven the steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from inkbetween.inference.geometry import keyed

STEP = 1e-6


def way(t: float, places: np.ndarray, gap: int, times: np.ndarray) -> complex:
    """On the straight way of a gap, bent at the keys that have neighbours."""
    step, moved = np.diff(times), np.diff(places)
    bends: list[Any] = [0.0, 0.0]
    for end, beside in ((0, gap - 1), (1, gap + 1)):
        if 0 <= beside < len(moved):
            velocity = moved[beside] / step[beside] * step[gap]
            bends[end] = keyed.bend(velocity, moved[gap], keyed.share_of(step[gap], step[beside]))
    return complex(places[gap] + t * moved[gap] + keyed.between(t, *bends))


@pytest.mark.parametrize("times", [[0.0, 1.0, 2.0, 3.0], [0.0, 4.0, 5.0, 12.0], [0.0, 0.5, 8.0, 8.25]])
def test_keys_are_hit_and_passed_smoothly(times: list[float]) -> None:
    at, random = np.array(times), np.random.default_rng(4)
    places = random.normal(size=4) + 1j * random.normal(size=4)
    step = np.diff(at)
    for gap in range(3):
        assert way(0.0, places, gap, at) == pytest.approx(places[gap])
        assert way(1.0, places, gap, at) == pytest.approx(places[gap + 1])
    for key in (1, 2):
        arriving = (way(1.0, places, key - 1, at) - way(1.0 - STEP, places, key - 1, at)) / (STEP * step[key - 1])
        leaving = (way(STEP, places, key, at) - way(0.0, places, key, at)) / (STEP * step[key])
        assert arriving == pytest.approx(leaving, abs=1e-4)


def test_what_goes_evenly_goes_straight() -> None:
    times = np.array([0.0, 3.0, 4.0, 10.0])
    for gap in range(3):
        for t in (0.2, 0.7):
            assert way(t, times * (2.0 + 1.0j), gap, times) == pytest.approx(
                (times[gap] + t * (times[gap + 1] - times[gap])) * (2.0 + 1.0j)
            )


def test_the_shorter_gap_has_more_to_say() -> None:
    assert keyed.share_of(1.0, 1.0) == 0.5
    # a velocity beside that comes from a short gap bends a long one's own nearly all the way
    assert keyed.share_of(9.0, 1.0) == pytest.approx(0.9)


def test_bends_of_many_at_once() -> None:
    bend_a, bend_b = np.array([1.0, 2.0j]), np.array([0.0, 1.0])
    out = keyed.between(0.25, bend_a, bend_b)
    assert out == pytest.approx([keyed.between(0.25, a, b) for a, b in zip(bend_a, bend_b, strict=True)])
