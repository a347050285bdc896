"""The project's own rasteriser."""

import numpy as np
import pytest

from inkbetween.tools.paint import Stroke, paint
from inkbetween.tools.picture import Picture

RED, BLUE = (220, 20, 20), (20, 20, 220)
SQUARE = np.array([[20.0, 20.0], [80.0, 20.0], [80.0, 80.0], [20.0, 80.0]])


def test_fills_and_order():
    far = Stroke(SQUARE, np.ones(4), None, RED, True)
    near = Stroke(SQUARE + np.full(2, 30.0), np.ones(4), None, BLUE, True)
    image = paint([far, near], (120, 120))
    assert image.shape == (120, 120, 3)
    assert tuple(image[30, 30]) == RED
    assert tuple(image[70, 70]) == BLUE
    assert tuple(image[5, 5]) == (255, 255, 255)


def test_width_follows_pressure():
    path = np.stack([np.linspace(10, 190, 20), np.full(20, 50.0)], axis=1)
    image = paint([Stroke(path, np.linspace(2, 20, 20), (0, 0, 0))], (200, 100))
    thick = (image[..., 0] < 128).sum(0)
    assert thick[20] == pytest.approx(3, abs=1.5)
    assert thick[180] == pytest.approx(19, abs=1.5)


def test_a_closed_line_is_closed():
    image = paint([Stroke(SQUARE, np.full(4, 4.0), (0, 0, 0), None, True)], (100, 100))
    assert image[50, 20, 0] < 128
    assert image[50, 50, 0] == 255


def test_odd_strokes_are_drawn_or_left_out():
    nan = np.array([[10, 10], [np.nan, 20], [30, 30]])
    far = np.array([[1e9, 50], [-1e9, 50]])
    strokes = [Stroke(path, np.full(len(path), 4.0)) for path in (nan, far, np.array([[60.0, 70.0]]), np.zeros((0, 2)))]
    image = paint(strokes, (100, 100))
    assert image[70, 60, 0] < 128
    assert image[20, 20, 0] < 128


def test_a_picture_of_a_dot_and_of_nothing():
    assert Picture([np.array([[50.0, 50.0]])], (100, 100)).amount > 0
    nothing = Picture([], (100, 100))
    assert nothing.amount == 0
    assert (nothing.distance == np.float32(nothing.diagonal)).all()
