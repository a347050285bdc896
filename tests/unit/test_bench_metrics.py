"""The benchmark's measures say what their names promise."""

from itertools import pairwise

import numpy as np
import pytest

from inkbetween.tools.bench.measures import continuity, lines
from inkbetween.tools.picture import Picture

SIZE = (200, 100)


def line(y: float, x0: float = 20, x1: float = 180) -> np.ndarray:
    return np.stack([np.linspace(x0, x1, 30), np.full(30, y)], axis=1)


def dashes(y: float) -> list[np.ndarray]:
    return [line(y, x, x + 10) for x in range(20, 180, 20)]


def picture(*strokes: np.ndarray) -> Picture:
    return Picture(strokes, SIZE)


def test_the_same_drawing_is_perfect():
    one, same = picture(line(50)), picture(line(50)[::-1])
    assert lines.chamfer_distance(one, same) == 0
    assert lines.f1_score(one, same) == 1
    assert lines.ink_ratio(one, same) == 1


def test_chamfer_distance_of_a_shifted_line():
    # Every ink pixel is 10 px off but for the two nearer rows, both ways, over all pixels and the diagonal.
    truth, drawn = picture(line(40)), picture(line(50))
    per_pixel = truth.ink.sum() * 10 / truth.ink.size / np.hypot(*SIZE)
    assert lines.chamfer_distance(truth, drawn) == pytest.approx(1e5 * per_pixel, rel=0.15)
    assert lines.chamfer_distance(truth, drawn) == pytest.approx(lines.chamfer_distance(drawn, truth))


@pytest.mark.parametrize(("shift", "expected"), [(1, 1.0), (2, 1.0), (6, 0.0)])
def test_f1_forgives_two_pixels(shift: int, expected: float):
    assert lines.f1_score(picture(line(40)), picture(line(40 + shift))) == pytest.approx(expected, abs=0.01)


def test_nothing_drawn_scores_nothing():
    truth, empty = picture(line(50)), picture()
    assert lines.f1_score(truth, empty) == 0
    assert lines.ink_ratio(truth, empty) == 0
    assert lines.chamfer_distance(truth, empty) > lines.chamfer_distance(truth, picture(line(60)))


def test_doubled_lines_show_in_the_ink_ratio():
    assert lines.ink_ratio(picture(line(40)), picture(line(40), line(60))) == pytest.approx(2, abs=0.05)


def test_a_dashed_line_is_not_whole():
    key = continuity.wholeness([line(50)])
    assert (key.strokes, key.stubs, key.free_ends) == (1, 0, 2)
    assert continuity.wholeness_score(key, key, key, 0.5) == 1
    shredded = continuity.wholeness(dashes(50))
    assert shredded.free_ends == 16
    assert continuity.wholeness_score(shredded, key, key, 0.5) < 0.3


def test_strokes_that_meet_are_not_broken():
    parts = continuity.wholeness([line(50, 20, 100), line(50, 101, 180)])
    assert parts.free_ends == 2
    ring = np.stack([np.cos(np.linspace(0, 2 * np.pi, 60)), np.sin(np.linspace(0, 2 * np.pi, 60))], axis=1) * 30 + 50
    assert continuity.wholeness([ring]).free_ends == 0


def test_a_split_outline_is_less_whole():
    turn = np.linspace(0, 2 * np.pi, 400)
    ring = np.stack([100 + 40 * np.cos(turn), 50 + 40 * np.sin(turn)], axis=1)
    key, split = continuity.wholeness([ring]), continuity.wholeness([ring[:180], ring[220:]])
    # a gap of a tenth of the ring leaves two ends on what is left, about 226 px
    left = 2 * np.pi * 40 * 0.9
    assert split.breaks == pytest.approx(2000 / left, rel=0.01)
    assert continuity.wholeness_score(split, key, key, 0.5) == pytest.approx(1 / (1 + 2000 / left), rel=0.01)


def test_stubs_count_wherever_they_lie():
    assert continuity.wholeness([line(50), line(50, 60, 64)]).stubs == 1


def test_an_empty_in_between_is_not_whole():
    key = continuity.wholeness([line(50)])
    assert continuity.wholeness([]).free_ends == 0
    assert continuity.wholeness_score(continuity.wholeness([]), key, key, 0.5) == 0


def test_even_motion_beats_a_pop():
    moving = [picture(line(20 + 10 * k)) for k in range(5)]
    held = [moving[0], moving[0], moving[4], moving[4], moving[4]]
    travelled, popped = ([continuity.step_size(a, b) for a, b in pairwise(p)] for p in (moving, held))
    assert travelled == pytest.approx([10] * 4, abs=1)
    assert continuity.evenness(travelled) == pytest.approx(1)
    assert continuity.evenness(popped) == pytest.approx(0, abs=0.01)
    assert continuity.evenness_score(travelled, popped) == 1


def test_a_hold_is_even():
    assert continuity.evenness([0.0, 0.0, 0.5]) == 1
