"""What lies behind is cut where a limb in front covers it, what keys show stays, what one key hides goes when it is."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.drawing.strokes import Strokes, resample
from inkbetween.inference.geometry.neighbours import Grid
from inkbetween.inference.geometry.points import Array
from inkbetween.inference.leads.guided.fit import FitSettings
from inkbetween.inference.leads.guided.tuning import GuidedSettings
from inkbetween.inference.occlusion.regions import MIRROR, ROUND, SIDE, around
from inkbetween.inference.skeletons.guide import Guide
from inkbetween.inference.skeletons.limbs import Limbs
from inkbetween.inference.tween.plan import Context, TweenPlan, TweenSettings, plan_tween

FRAMES = np.arange(0.0, 9.0)
HALF, LONG = 0.4, 3.0
NARROW, WIDE = 0.25, 0.9
CONTEXT = Context(frames=(-8.0, 0.0, 8.0, 16.0))
STILL = TweenSettings(guided=GuidedSettings(FitSettings(lags=(), rounds=0)))
"""The guide fits as it is."""


def limb(x: float, half: float) -> Array:
    """The outline of an upright limb at `x`, drawn round in one stroke."""
    corners = np.array([[x - half, 0.0], [x - half, LONG], [x + half, LONG], [x + half, 0.0], [x - half, 0.0]])
    t = np.linspace(0.0, 1.0, 12)[:-1, None]
    sides = [a + t * (b - a) for a, b in pairwise(corners)]
    return np.concatenate([*sides, corners[-1:]])


def ground(y: float = -1.0) -> Array:
    return np.stack([np.linspace(-4.0, 4.0, 30), np.full(30, y)], 1)


def guide(start: float, end: float, behind: float = -1.0) -> Guide:
    """A limb that stays at 0, and one that goes from `start` to `end`, deeper than it where `behind` is below 0."""
    x = np.stack([np.zeros(9), np.linspace(start, end, 9)], 1)
    head = np.stack([x, np.full(x.shape, 0.1)], 2)
    tail = np.stack([x, np.full(x.shape, LONG - 0.1)], 2)
    depth = np.stack([np.zeros(9), np.full(9, behind)], 1)
    return Guide(("front", "back"), np.array([-1, -1]), FRAMES, head, tail, depth, depth)


def plan(a: list[Array], b: list[Array], bones: Guide, hidden: bool = True) -> TweenPlan:
    keys = (Drawing.from_strokes(lines) for lines in (a, b))
    return plan_tween(*keys, context=CONTEXT, settings=replace(STILL, hidden=hidden), guide=Limbs.of(bones))


def ink(drawing: Drawing) -> Array:
    return resample(Strokes.of(drawing, drawing.xy), 0.02).xy


def share_drawn(drawing: Drawing, line: Array, slack: float = 0.06) -> float:
    """How much of a line a drawing shows."""
    asked = ink(Drawing.from_strokes([line]))
    _, far = Grid(ink(drawing), 0.1).nearest(asked, 1, 10.0)
    return float((far[:, 0] < slack).mean())


def within(drawing: Drawing, x: float, half: float) -> float:
    """Length of ink well within a limb at `x`."""
    points = ink(drawing)
    inner = (np.abs(points[:, 0] - x) < half) & (points[:, 1] > 0.1) & (points[:, 1] < LONG - 0.1)
    return float(inner.sum() * 0.02)


@pytest.fixture(scope="module")
def crossing() -> TweenPlan:
    one, other = ([limb(0.0, HALF), limb(x, NARROW), ground()] for x in (-1.6, 1.6))
    return plan(one, other, guide(-1.6, 1.6))


def test_what_passes_behind_is_hidden_there(crossing: TweenPlan) -> None:
    assert within(crossing.at(0.5), 0.0, 0.9 * HALF) < 0.1
    assert share_drawn(crossing.at(0.5), limb(0.0, HALF)) > 0.97


def test_without_occlusion_it_shows_through() -> None:
    one, other = ([limb(0.0, HALF), limb(x, NARROW), ground()] for x in (-1.6, 1.6))
    shown = plan(one, other, guide(-1.6, 1.6), hidden=False)
    assert within(shown.at(0.5), 0.0, 0.9 * HALF) > 2.0


def test_lines_are_cut_where_the_limb_ends(crossing: TweenPlan) -> None:
    # half of the limb behind is covered, its other side is seen whole
    t = 0.5 * (1.0 - HALF / 1.6)
    x = -1.6 + 3.2 * t
    drawing = crossing.at(t)
    left = np.array([[x - NARROW, 0.2], [x - NARROW, LONG - 0.2]])
    assert share_drawn(drawing, left) > 0.95
    points = ink(drawing)
    top = points[(np.abs(points[:, 1] - LONG) < 0.02) & (points[:, 0] < -0.2)]
    assert top[:, 0].min() == pytest.approx(x - NARROW, abs=0.05)
    assert within(drawing, 0.0, 0.8 * HALF) < 0.1


def test_what_is_seen_in_both_keys_is_seen_beside_them(crossing: TweenPlan) -> None:
    for t, x in ((0.001, -1.6), (0.999, 1.6)):
        assert share_drawn(crossing.at(t), limb(x, NARROW)) > 0.99
        assert share_drawn(crossing.at(t), ground()) > 0.99


def test_what_passes_in_front_is_not_hidden() -> None:
    one, other = ([limb(0.0, HALF), limb(x, NARROW)] for x in (-1.6, 1.6))
    half_way = plan(one, other, guide(-1.6, 1.6, behind=1.0)).at(0.5)
    assert share_drawn(half_way, limb(0.0, NARROW)) > 0.97


def test_limbs_at_the_same_depth_hide_nothing() -> None:
    one, other = ([limb(0.0, HALF), limb(x, NARROW)] for x in (-1.6, 1.6))
    half_way = plan(one, other, guide(-1.6, 1.6, behind=-0.05)).at(0.5)
    assert share_drawn(half_way, limb(0.0, NARROW)) > 0.97


def test_a_key_that_shows_lines_within_a_region_is_right() -> None:
    # the bones say that it lies behind, both keys that it does not
    one, other = ([limb(0.0, HALF), limb(x, NARROW)] for x in (-0.1, 0.1))
    bones = guide(-0.1, 0.1)
    for t in (0.01, 0.5, 0.99):
        drawing = plan(one, other, bones).at(t)
        assert share_drawn(drawing, limb(-0.1 + 0.2 * t, NARROW)) > 0.9


@pytest.mark.parametrize("backwards", [False, True])
def test_what_one_key_hides_goes_when_it_is_covered(backwards: bool) -> None:
    shown, covered = [limb(0.0, WIDE), limb(-2.5, NARROW), ground()], [limb(0.0, WIDE), ground()]
    found = plan(covered, shown, guide(0.0, -2.5)) if backwards else plan(shown, covered, guide(-2.5, 0.0))
    # still clear of the limb in front: whole, not retracted, though half of the way is gone
    early = found.at(0.49 if backwards else 0.51)
    assert share_drawn(early, limb(-2.5 * 0.49, NARROW)) > 0.95
    late = found.at(0.1 if backwards else 0.9)
    assert within(late, 0.0, 0.9 * WIDE) < 0.1
    assert share_drawn(late, limb(0.0, WIDE)) > 0.97


def test_long_edges_are_cut_between_their_points() -> None:
    # a bar behind the limb, drawn with its two ends alone, falls from above it to below it
    def bar(y: float) -> Array:
        return np.array([[-1.5, y], [1.5, y], [1.5, y + 0.3], [-1.5, y + 0.3], [-1.5, y]])

    y = np.stack([np.full(9, 0.1), np.linspace(3.6, -0.9, 9)], 1)
    head = np.stack([np.tile([0.0, -1.4], (9, 1)), y], 2)
    tail = np.stack([np.tile([0.0, 1.4], (9, 1)), y + np.array([LONG - 0.2, 0.0])], 2)
    depth = np.stack([np.zeros(9), np.full(9, -1.0)], 1)
    bones = Guide(("front", "bar"), np.array([-1, -1]), FRAMES, head, tail, depth, depth)
    found = plan([limb(0.0, HALF), bar(3.45)], [limb(0.0, HALF), bar(-1.05)], bones)
    half_way = found.at(0.5)
    assert within(half_way, 0.0, 0.8 * HALF) < 0.1
    assert share_drawn(half_way, np.array([[-1.5, 1.2], [-0.5, 1.2]])) > 0.95
    assert share_drawn(half_way, np.array([[0.5, 1.2], [1.5, 1.2]])) > 0.95


def test_a_fill_that_passes_behind_is_not_cut() -> None:
    # cut, it would be closed by an edge across itself; what is drawn after it covers it
    keys = [painted([limb(0.0, HALF)], limb(x, NARROW)) for x in (-1.6, 1.6)]
    found = plan_tween(*keys, context=CONTEXT, settings=STILL, guide=Limbs.of(guide(-1.6, 1.6)))
    for t in (0.3, 0.4, 0.5):
        drawing = found.at(t)
        (fill,) = np.flatnonzero(drawing.material)
        assert drawing.cyclic[fill]
        assert area(drawing.stroke(int(fill))) == pytest.approx(2 * NARROW * LONG, rel=0.03)


def test_a_fill_that_one_key_hides_is_gone_once_all_of_it_is() -> None:
    low = limb(-2.5, NARROW) * (1.0, 0.7) + (0.0, 0.45)
    keys = painted([limb(0.0, WIDE)], low), painted([limb(0.0, WIDE)])
    found = plan_tween(*keys, context=CONTEXT, settings=STILL, guide=Limbs.of(guide(-2.5, 0.0)))
    covered = 1.0 - (WIDE - NARROW) / 2.5
    for t, there in ((0.0, True), (0.7, True), (covered - 0.04, True), (covered + 0.1, False), (1.0, False)):
        assert found.at(t).material.sum() == there


@pytest.mark.parametrize("hides", [True, False])
def test_a_key_is_right_about_stretches_however_short(hides: bool) -> None:
    shown, covered = [limb(0.0, WIDE), limb(-2.5, NARROW)], [limb(0.0, WIDE)]
    found = plan(shown, covered, guide(-2.5, 0.0)).cover.occlusion
    assert found is not None
    # one place along the limb behind unlike all others of it
    odd = found.vertex[len(found.vertex) // 2]
    off = np.where((found.vertex == odd) == hides, 50.0, -50.0)
    told = replace(found, mend_a=off, mend_b=off)
    for t, kept in ((0.0, True), (0.5, False), (1.0, True)):
        hidden = told.cover(found.paths.at(t), t)[odd] > 0
        assert hidden == (hides == kept)


def painted(lines: list[Array], *fills: Array) -> Drawing:
    """Lines, and fills of the material 1 within outlines that end where they begin."""
    filled = np.arange(len(lines) + len(fills)) >= len(lines)
    bare = Drawing.from_strokes([*lines, *(outline[:-1] for outline in fills)], filled.tolist())
    return replace(bare, filled=filled, material=filled.astype(np.int32))


def area(ring: Array) -> float:
    """Of a closed polygon."""
    (x, y), (after, above) = ring.T, np.roll(ring, -1, axis=0).T
    return float(abs((x * above - after * y).sum()) / 2)


def test_round_a_bone_places_are_told_apart() -> None:
    turn = np.exp(1j * np.linspace(0.49 * np.pi, -0.49 * np.pi, 50))
    tail = around(np.ones(50), turn)
    assert np.all(np.diff(tail) > 0)
    side = around(np.linspace(0.1, 0.9, 9), np.full(9, 0.3j))
    other = around(np.linspace(0.1, 0.9, 9), np.full(9, -0.3j))
    assert np.all(np.diff(side) > 0)
    assert np.all(np.diff(other) < 0)
    across = np.mod(SIDE + ROUND // 2 - 1 - side, ROUND)
    assert np.allclose(across, other)
    assert np.array_equal(MIRROR[MIRROR], np.arange(ROUND))
