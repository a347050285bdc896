"""The engine's small geometry: neighbours, arc length, screws, shape, local motion."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.drawing.strokes import Strokes, along_samples, resample
from inkbetween.inference.geometry import local_motion
from inkbetween.inference.geometry.neighbours import Grid, lent
from inkbetween.inference.geometry.ragged import Ragged
from inkbetween.inference.geometry.spirals import departure, progress
from inkbetween.inference.geometry.tridiagonal import Tridiagonal
from inkbetween.inference.motion.shape import shape_of


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.mark.parametrize("spread", [1.0, 40.0, 5000.0])
def test_nearest_agrees_with_brute_force(random: np.random.Generator, spread: float) -> None:
    points, query = random.normal(0, spread, (300, 2)), random.normal(0, spread, (80, 2))
    index, far = Grid(points, 10.0).nearest(query, 5, 30.0)
    distance = np.linalg.norm(query[:, None] - points, axis=2)
    for row in range(len(query)):
        expected = np.sort(distance[row][distance[row] <= 30.0])[:5]
        found = far[row][np.isfinite(far[row])]
        assert np.allclose(found, expected)
        assert np.allclose(distance[row][index[row][index[row] >= 0]], expected)


def test_nearest_of_nothing() -> None:
    index, far = Grid(np.zeros((0, 2)), 1.0).nearest(np.zeros((3, 2)), 2, 5.0)
    assert (index == -1).all()
    assert np.isinf(far).all()


def test_positions_along_a_closed_stroke_come_round() -> None:
    square = Drawing.from_strokes([np.array([[0, 0], [2, 0], [2, 2], [0, 2]], float)], [True])
    strokes = Strokes.of(square, square.xy)
    assert strokes.length[0] == pytest.approx(8.0)
    which = np.zeros(3, np.int64)
    along = strokes.wrap(which, np.array([7.0, 9.0, -1.0]))
    assert np.allclose(strokes.at(which, along), [[0, 1], [1, 0], [0, 1]])


def test_samples_are_even_and_know_their_neighbours() -> None:
    drawing = Drawing.from_strokes([np.array([[0, 0], [10, 0]], float), np.zeros((1, 2)), np.zeros((0, 2))])
    samples = resample(Strokes.of(drawing, drawing.xy), 2.0)
    assert samples.count == 7
    assert np.allclose(np.diff(samples.along[:6]), 2.0)
    assert samples.before.tolist() == [-1, 0, 1, 2, 3, 4, -1]
    assert samples.after.tolist() == [1, 2, 3, 4, 5, -1, -1]
    assert samples.weight.sum() == pytest.approx(10.0)
    half = along_samples(samples, samples.along, np.array([0]), np.array([5.0]))
    assert half[0] == pytest.approx(5.0)


def test_a_screw_follows_a_turning_body_rigidly(random: np.random.Generator) -> None:
    centre, angle = 3 + 2j, np.deg2rad(110)
    body = random.normal(size=20) + 1j * random.normal(size=20)
    turned = centre + np.exp(1j * angle) * (body - centre)
    turn = np.full(20, np.exp(1j * angle))
    for t in (0.0, 0.2, 0.5, 1.0):
        expected = centre + np.exp(1j * angle * t) * (body - centre)
        assert np.allclose(body + (turned - body) * progress(turn, t), expected)


def test_departure_is_the_slope_of_progress() -> None:
    turn = np.array([1.0, 1.0 + 1e-6j, np.exp(1j), 0.7 * np.exp(-2j)])
    leave, arrive = departure(turn)
    step = 1e-6
    assert np.allclose((progress(turn, step) - progress(turn, 0.0)) / step, leave, atol=1e-4)
    assert np.allclose((progress(turn, 1.0) - progress(turn, 1.0 - step)) / step, arrive, atol=1e-4)


@pytest.mark.parametrize("size", [1, 2, 3, 10, 257])
def test_tridiagonal_agrees_with_numpy(random: np.random.Generator, size: int) -> None:
    beside = -random.uniform(0, 1, size - 1)
    diagonal = 0.1 + np.r_[0.0, -beside] + np.r_[-beside, 0.0]
    matrix = np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)
    right = random.normal(size=size) + 1j * random.normal(size=size)
    assert np.allclose(Tridiagonal(diagonal, beside).solve(right), np.linalg.solve(matrix, right))


def test_shape_keeps_a_line_from_shrinking_on_straight_paths() -> None:
    """Ends that travel straight would bring a turning line to 0.38 of its length half way."""
    a = np.linspace(-100, 100, 60) + 0j
    b = a * np.exp(1j * np.deg2rad(135))
    turn = np.full(len(a), np.exp(1j * np.deg2rad(135)))
    shape = shape_of(a, b, turn, Ragged.of([len(a)]), np.zeros(1, bool), reach=1000.0)
    middle = shape.at(0.5, (a + b) / 2)
    assert np.abs(np.diff(middle)).sum() == pytest.approx(200.0, rel=0.03)
    for t, key in ((0.0, a), (1.0, b)):
        assert np.allclose(shape.at(t, key), key)


def test_local_motion_ignores_outliers(random: np.random.Generator) -> None:
    source = random.uniform(-50, 50, (200, 2))
    z = source[:, 0] + 1j * source[:, 1]
    moved = 1.1 * np.exp(0.5j) * z + (20 + 5j)
    target = np.stack([moved.real, moved.imag], 1)
    target[::10] += random.uniform(-200, 200, (20, 2))
    stroke = np.zeros(200, np.int64)
    place = random.uniform(-30, 30, (40, 2))
    found = local_motion.fit(
        place, stroke[:40], source, stroke, target, np.ones(200), local_motion.LocalSettings(stiffness=0.1)
    )
    expected = 1.1 * np.exp(0.5j) * (place[:, 0] + 1j * place[:, 1]) + (20 + 5j)
    assert np.abs(found.target[:, 0] + 1j * found.target[:, 1] - expected).max() < 0.1
    assert np.abs(found.turn - 1.1 * np.exp(0.5j)).max() < 0.01


@pytest.mark.parametrize("shape", [(), (3,)])
def test_values_are_lent_to_what_is_near(random: np.random.Generator, shape: tuple[int, ...]) -> None:
    at = np.array([[0.0, 0.0], [10.0, 0.0], [500.0, 0.0]])
    values = random.normal(size=(3, *shape)) + 1j
    found = lent(at, values, np.array([[0.0, 0.0], [5.0, 0.0], [500.0, 9.0], [200.0, 0.0]]))
    assert found.shape == (4, *shape)
    assert np.allclose(found[1], (values[0] + values[1]) / 2)
    assert np.allclose(found[2], values[2])
    assert np.allclose(found[3], 0.0)
    # the nearer one has more to say
    assert (np.abs(found[0] - values[0]) < np.abs(found[0] - values[1])).all()


def test_nothing_is_lent_by_nothing() -> None:
    assert np.array_equal(lent(np.zeros((0, 2)), np.zeros((0, 2)), np.ones((3, 2))), np.zeros((3, 2)))
