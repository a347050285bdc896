"""Outlines of fills stay with bones that hang together."""

from __future__ import annotations

import numpy as np

from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.drawing.strokes import Samples, Strokes, resample
from inkbetween.inference.leads.guided.outlines import claimed, connected, following, parts_of

HIPS, CHEST, ARM, FORE, HAND, NONE = range(6)
PARENTS = np.array([-1, HIPS, CHEST, ARM, FORE])


def outline() -> Samples:
    turn = np.linspace(0.0, 2 * np.pi, 40, endpoint=False)
    drawing = Drawing.from_strokes([np.stack([np.cos(turn), np.sin(turn)], 1)], cyclic=[True])
    return resample(Strokes.of(drawing, drawing.xy * 100), 10.0)


def held(samples: Samples, stretches: list[tuple[int, float, float]]) -> np.ndarray:
    """Samples held by the hips but for stretches of another bone, from and to a share of the outline."""
    bone = np.full(samples.count, HIPS)
    share = np.arange(samples.count) / samples.count
    for one, start, end in stretches:
        bone[(share >= start) & (share < end)] = one
    return np.eye(6)[bone]


def test_a_hand_over_the_hem_does_not_take_it_along() -> None:
    samples = outline()
    weight = held(samples, [(CHEST, 0.5, 0.7), (HAND, 0.2, 0.3)])
    mended = connected(weight, samples, np.array([True]), PARENTS)
    assert mended[:, HAND].max() == 0.0
    assert np.allclose(mended.sum(1), 1.0)
    kept = weight[:, HAND] == 0.0
    assert (mended[kept] == weight[kept]).all()


def test_a_hand_across_the_seam_is_found_too() -> None:
    samples = outline()
    weight = held(samples, [(HAND, 0.0, 0.06), (HAND, 0.95, 1.0)])
    assert connected(weight, samples, np.array([True]), PARENTS)[:, HAND].max() == 0.0


def test_an_arm_that_is_part_of_the_outline_stays() -> None:
    samples = outline()
    weight = held(samples, [(CHEST, 0.1, 0.9), (ARM, 0.2, 0.8), (FORE, 0.3, 0.7), (HAND, 0.45, 0.55)])
    assert (connected(weight, samples, np.array([True]), PARENTS) == weight).all()


def test_half_of_an_outline_is_no_mistake_and_lines_are_left_alone() -> None:
    samples = outline()
    weight = held(samples, [(HAND, 0.0, 0.5)])
    assert (connected(weight, samples, np.array([True]), PARENTS) == weight).all()
    weight = held(samples, [(HAND, 0.2, 0.3)])
    assert connected(weight, samples, np.array([False]), PARENTS) is weight


def test_a_trunk_is_one_part_and_every_limb_another() -> None:
    # hips, spine, chest; two legs of two bones; two arms of two bones; a head
    parents = np.array([-1, 0, 1, 0, 3, 0, 5, 2, 7, 2, 9, 2])
    parts = parts_of(parents)
    assert len({*parts[:3].tolist()}) == 1
    limbs = [parts[[3, 4]], parts[[5, 6]], parts[[7, 8]], parts[[9, 10]], parts[[11]]]
    assert all(len({*limb.tolist()}) == 1 for limb in limbs)
    assert len({parts[0], *(limb[0] for limb in limbs)}) == 6
    assert parts_of(np.array([-1, 0, 1])).tolist() == [0, 0, 0]


def test_a_fill_that_one_part_explains_as_well_is_that_part_s() -> None:
    """Arms hang beside a jacket: their bones are nearer to its sides, but the trunk's do for all of it."""
    samples = outline()
    parents = np.array([-1, 0, 0, 0])
    parts = parts_of(parents)
    cost = np.full((samples.count, 5), 9.0)
    cost[:, 0] = 1.5
    cost[:10, 1] = cost[20:30, 2] = 0.5
    ruled = claimed(cost, samples, np.array([True]), parts)
    assert (ruled.argmin(1) == 0).all()
    assert claimed(cost, samples, np.array([False]), parts) is cost
    # legs and all in one outline: no part explains it
    cost[20:, 0] = 8.0
    cost[20:, 3] = 0.5
    assert claimed(cost, samples, np.array([True]), parts) is cost


def test_a_line_along_an_outline_belongs_where_the_fill_does() -> None:
    turn = np.linspace(0.0, 2 * np.pi, 60)
    ring = np.stack([np.cos(turn), np.sin(turn)], 1) * 100.0
    across = np.stack([np.linspace(60.0, 140.0, 20), np.full(20, 3.0)], 1)
    drawing = Drawing.from_strokes(
        [ring[:-1], 1.01 * ring[5:20], across, 1.3 * ring[5:20]], [True, False, False, False]
    )
    samples = resample(Strokes.of(drawing, drawing.xy), 10.0)
    solid = np.array([True, False, False, False])
    weight = np.where(solid[samples.stroke, None], np.eye(6)[HIPS], np.eye(6)[HAND])
    cost = following(weight, samples, solid)
    line = samples.stroke == 1
    assert cost[line, HIPS].max() < 0.01
    assert cost[line, HAND].min() > 4.0
    assert cost[~line].max() < 0.01
    assert not following(weight, samples, np.zeros(4, bool)).any()
