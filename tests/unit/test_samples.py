"""The samples are what they claim: keys drawn independently, the same every time."""

import numpy as np
import pytest

from inkbetween.tools.samples import dance, splines
from inkbetween.tools.samples.hand import Hand
from inkbetween.tools.samples.sample import Sample
from inkbetween.tools.samples.scenes import all_samples

SAMPLES = [*all_samples(), dance.guided().sample]
each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=[s.name for s in SAMPLES])


def heading(path: np.ndarray) -> np.ndarray:
    return path[-1] - path[0]


@each_sample
def test_keys_are_drawn_independently(sample: Sample):
    for a, b in zip(sample.keys, sample.keys[1:], strict=False):
        assert len(a.lines) != len(b.lines)
        assert not any(np.array_equal(x.path, y.path) for x in a.lines for y in b.lines)
        # Were strokes in the same order, the first of one key would lie near the first of the other, and so on.
        count = min(len(a.lines), len(b.lines))
        centre_a, centre_b = (np.array([m.path.mean(0) for m in k.lines[:count]]) for k in (a, b))
        in_turn = np.linalg.norm(centre_a - centre_b, axis=1)
        nearest = np.linalg.norm(centre_a[:, None] - centre_b[None], axis=2).min(1)
        assert np.median(in_turn) > 4 * np.median(nearest)


@each_sample
def test_some_strokes_are_drawn_the_other_way(sample: Sample):
    a, b = sample.keys[0].lines, sample.keys[-1].lines
    turned = 0
    for mark in a:
        other = min(b, key=lambda m: float(np.linalg.norm(m.path.mean(0) - mark.path.mean(0))))
        turned += float(heading(mark.path) @ heading(other.path)) < 0
    assert turned > len(a) / 8


@each_sample
def test_samples_are_complete_and_the_same_every_time(sample: Sample):
    again = next(s for s in [*all_samples(), dance.guided().sample] if s.name == sample.name)
    for key, same in zip(sample.keys, again.keys, strict=True):
        for mark, copy in zip(key.lines + key.fills, same.lines + same.fills, strict=True):
            assert np.array_equal(mark.path, copy.path)
            assert np.isfinite(mark.path).all()
            assert (mark.width > 0).all()
            assert len(mark.width) == len(mark.path) > 1
            assert mark.colour in sample.palette
    frames = [key.frame for key in sample.keys]
    assert frames == sorted(set(frames))


def test_the_walk_has_four_keys_or_more():
    assert len(next(s for s in SAMPLES if s.name == "walk").keys) >= 4


def test_what_lies_behind_is_left_out():
    hand = Hand("test", reverses=0, splits=0)
    hand.line("0,50 200,50")
    hand.part("60,0 60,0 140,0 140,0 140,100 140,100 60,100 60,100", "Skin", lines=False)
    left, right = sorted(hand.lines(), key=lambda mark: float(mark.path[0, 0]))
    assert left.path[:, 0].max() == pytest.approx(60, abs=4)
    assert right.path[:, 0].min() == pytest.approx(140, abs=4)


def test_hands_differ_by_name():
    drawn = []
    for name in ("one", "two", "one"):
        hand = Hand(name)
        for y in range(0, 300, 30):
            hand.line(f"0,{y} 100,{y + 10} 200,{y}")
        drawn.append(hand.lines())
    assert not np.array_equal(drawn[0][0].path, drawn[1][0].path)
    assert all(np.array_equal(a.path, b.path) for a, b in zip(drawn[0], drawn[2], strict=True))


def test_curves_pass_through_their_points():
    controls = splines.points("0,0 50,80 100,0 150,80")
    for path in (splines.curve(controls), splines.curve(controls, closed=True)):
        gaps = np.linalg.norm(controls[:, None] - path[None], axis=2).min(1)
        assert gaps.max() < 3


def test_a_point_given_twice_is_a_corner():
    square = splines.points("0,0 0,0 100,0 100,0 100,100 100,100 0,100 0,100")
    assert len(splines.corners(square)) == 4
    path = splines.curve(square, closed=True)
    on_an_edge = np.minimum.reduce([abs(path[:, 0]), abs(path[:, 0] - 100), abs(path[:, 1]), abs(path[:, 1] - 100)])
    assert on_an_edge.max() < 1e-6
    assert splines.corners(splines.points("0,0 50,80 100,0")) == []


def test_a_limb_is_as_wide_as_asked():
    one, other, outline = splines.limb(splines.points("0,0 0,50 0,100"), [40, 30, 20])
    assert np.linalg.norm(one[0] - other[0]) == pytest.approx(40, abs=1)
    assert np.linalg.norm(one[-1] - other[-1]) == pytest.approx(20, abs=1)
    assert len(outline) == len(one) + len(other)
