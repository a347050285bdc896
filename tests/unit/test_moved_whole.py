"""A few lines, drawn anew elsewhere: nobody copied them, and yet they go there as a whole."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.correspondence.matching import MatchSettings
from inkbetween.inference.correspondence.moved_whole import moved_whole
from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.drawing.strokes import Strokes, resample
from inkbetween.inference.geometry.points import Array
from inkbetween.inference.leads.tuning import TweenSettings
from inkbetween.inference.tween.plan import plan_tween

Drawn = tuple[list[Array], list[bool]]


def place(x: float, y: float) -> Array:
    return np.array([x, y])


def ring(rng: np.random.Generator, count: int, centre: Array, radius: float) -> Array:
    """A circle as a hand draws it, begun anywhere."""
    t = np.arange(count) / count * 2 * np.pi + rng.uniform(0, 2 * np.pi)
    r = radius * (1 + sum(0.02 * rng.normal() * np.cos(k * t + rng.uniform(0, 6)) for k in (2, 3)))
    return np.stack([r * np.cos(t), r * np.sin(t)], 1) + centre


def bow(rng: np.random.Generator, start: Array, end: Array, count: int) -> Array:
    """A line that is not quite straight."""
    t = np.linspace(0, 1, count)[:, None]
    way = end - start
    return start + way * t + 0.02 * rng.normal() * np.array([-way[1], way[0]]) * np.sin(np.pi * t)


def ball(rng: np.random.Generator, at: Array) -> Drawn:
    return [ring(rng, int(rng.integers(32, 60)), at, 1.0)], [True]


def line(rng: np.random.Generator, at: Array) -> Drawn:
    return [bow(rng, at, at + place(2.0, 0.5), int(rng.integers(6, 14)))], [False]


def face(rng: np.random.Generator, at: Array) -> Drawn:
    rings = [ring(rng, 40, at, 2.0), *(ring(rng, 14, at + place(x, 0.6), 0.3) for x in (-0.7, 0.7))]
    lines = [
        bow(rng, at + place(0, 0.4), at + place(0.1, -0.5), 8),
        bow(rng, at + place(-0.8, -1.2), at + place(0.8, -1.2), 10),
    ]
    return [*rings, *lines], [True] * 3 + [False] * 2


def box(xy: Array) -> Array:
    """Its middle and its size."""
    return np.concatenate([(xy.min(0) + xy.max(0)) / 2, np.ptp(xy, axis=0)])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("learned", [True, False])
@pytest.mark.parametrize("make", [ball, line, face], ids=lambda make: make.__name__)
def test_a_redrawn_shape_goes_straight_and_whole(make: object, learned: bool, seed: int) -> None:
    rng = np.random.default_rng([seed, 1])
    (one, closed), (other, _) = make(rng, np.zeros(2)), make(rng, rng.uniform(-4, 4, 2))  # type: ignore[operator]
    a, b = Drawing.from_strokes(one, closed), Drawing.from_strokes(other, closed)
    drawn = plan_tween(a, b, settings=TweenSettings(match=MatchSettings(learned=learned))).at(0.5)
    assert drawn.stroke_count == len(one)
    size = float(np.linalg.norm(np.ptp(a.xy, axis=0)))
    assert box(drawn.xy) == pytest.approx((box(a.xy) + box(b.xy)) / 2, abs=0.05 * size)


def found(one: list[Array], other: list[Array]) -> complex | None:
    """The turn of the whole, if it moved as one."""
    a, b = (Drawing.from_strokes(strokes) for strokes in (one, other))
    move = moved_whole(resample(Strokes.of(a, a.xy), 0.1), resample(Strokes.of(b, b.xy), 0.1))
    return None if move is None else complex(move.turn)


def scribble(rng: np.random.Generator) -> list[Array]:
    t = np.linspace(0, 1, 30)[:, None]
    return [sum(np.cos(np.pi * (k + 1) * t) * rng.normal(size=2) / (k + 1) for k in range(4)) for _ in range(4)]


def test_what_stays_in_place_has_not_moved() -> None:
    strokes = scribble(np.random.default_rng(2))
    assert found(strokes, [stroke + 0.01 for stroke in strokes]) is None


def test_another_drawing_has_not_moved() -> None:
    rng = np.random.default_rng(3)
    assert found(scribble(rng), [stroke + 8.0 for stroke in scribble(rng)]) is None


def test_one_limb_that_moves_is_not_the_whole() -> None:
    strokes = scribble(np.random.default_rng(4))
    assert found(strokes, [*strokes[:3], strokes[3] + 3.0]) is None


@pytest.mark.parametrize("degrees", [-120.0, 0.0, 60.0, 170.0])
def test_a_drawing_that_turned_clearly_is_turned(degrees: float) -> None:
    strokes = scribble(np.random.default_rng(5))
    angle = np.deg2rad(degrees)
    matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turn = found(strokes, [stroke @ matrix + [5.0, 2.0] for stroke in strokes])
    assert turn == pytest.approx(np.exp(1j * angle), abs=0.02)


def test_a_circle_is_not_turned() -> None:
    rng = np.random.default_rng(6)
    assert found([ring(rng, 40, np.zeros(2), 1.0)], [ring(rng, 40, np.array([4.0, 1.0]), 1.0)]) == 1.0
