"""A key that was duplicated and pushed out of shape moves point by point; a line that is alone bends whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from inkbetween.inference.correspondence.copies.sculpted import sculpted
from inkbetween.inference.correspondence.matching import MatchSettings, match
from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.geometry.points import Array
from inkbetween.inference.motion.ribbon import MATCHED, RibbonSettings
from inkbetween.inference.tween.plan import TweenPlan, TweenSettings, plan_tween

TURN = np.linspace(0.0, 2.0 * np.pi, 48, endpoint=False)
RING = np.stack([np.cos(TURN), np.sin(TURN)], 1)
ALONG = np.linspace(0.0, 1.0, 30)


def face() -> tuple[list[Array], list[bool]]:
    eye, by = RING[::3] * 0.18, np.array([0.4, -0.3])
    mouth = np.stack([ALONG - 0.5, -0.5 - 0.25 * np.sin(np.pi * ALONG)], 1)
    nose = np.stack([0.05 * np.sin(6.0 * ALONG), 0.15 - 0.35 * ALONG], 1)
    return [RING * [1.0, 1.2], eye - by, eye + by * [1.0, -1.0], mouth, nose], [True, True, True, False, False]


def pushed(how: Callable[[Array], Array]) -> Drawing:
    strokes, cyclic = face()
    return Drawing.from_strokes([how(stroke) for stroke in strokes], cyclic)


def bent(xy: Array) -> Array:
    turn = 0.6 * xy[:, 1]
    far = xy[:, 0] + 2.5
    return np.stack([far * np.cos(turn) - 2.0, far * np.sin(turn)], 1)


AFFINE = {
    "squashed": np.diag([1.25, 0.6]),
    "flat": np.diag([1.5, 0.35]),
    "stretched": np.diag([0.7, 1.7]),
    "sheared": np.array([[1.0, 0.0], [0.7, 1.0]]),
}


def tween(a: Drawing, b: Drawing) -> TweenPlan:
    """No points but the keys' own."""
    settings = TweenSettings(learned=False)
    lines = replace(settings.motion, ribbon=RibbonSettings(step=1e6))
    return plan_tween(a, b, settings=replace(settings, motion=lines))


@pytest.mark.parametrize("name", AFFINE)
def test_an_affine_push_passes_through_affine_pushes(name: str) -> None:
    a, b = pushed(lambda xy: xy), pushed(lambda xy: xy @ AFFINE[name] + [2.0, 0.5])
    plan = tween(a, b)
    assert (plan.ribbon.kind == MATCHED).all()
    areas = [1.0]
    for t in (0.25, 0.45, 0.55, 0.75):
        drawn = plan.at(t)
        assert drawn.stroke_count == a.stroke_count
        key = a if t < 0.5 else b
        terms = np.concatenate([key.xy, np.ones((len(key.xy), 1))], 1)
        told, *_ = np.linalg.lstsq(terms, drawn.xy, rcond=None)
        assert np.abs(terms @ told - drawn.xy).max() < 0.05
        area = np.linalg.det(told[:2]) * (1.0 if t < 0.5 else np.linalg.det(AFFINE[name]))
        areas.append(area)
    # neither shrinks on the way and grows again
    change = np.diff([*areas, np.linalg.det(AFFINE[name])])
    assert (change < 0.03).all() or (change > -0.03).all()
    assert np.abs(change).max() < 0.4


def test_a_bend_is_followed_point_by_point() -> None:
    a, b = pushed(lambda xy: xy), pushed(bent)
    plan = tween(a, b)
    assert (plan.ribbon.kind == MATCHED).all()
    assert (plan.ribbon.stroke_a == plan.ribbon.stroke_b).all()


def test_strokes_added_and_left_out_do_not_matter() -> None:
    strokes, cyclic = face()
    a = Drawing.from_strokes([*strokes, RING * 0.1 + [0.0, 0.9]], [*cyclic, True])
    b = Drawing.from_strokes([s * [1.3, 0.6] for s in (strokes[0], *strokes[2:])], [cyclic[0], *cyclic[2:]])
    found = sculpted(match(a, b, MatchSettings(learned=False)))
    assert [(span.a, span.b) for span in found.spans] == [(0, 0), (2, 1), (3, 2), (4, 3)]


def test_redrawn_keys_are_no_sculpted_copies() -> None:
    """As many points a stroke, but other strokes; another order; mirrored."""
    strokes, cyclic = face()
    swapped = [strokes[0], *(s @ AFFINE["squashed"] for s in strokes[2:0:-1]), *strokes[:2:-1]]
    for other in (
        [strokes[0] * 1.1, strokes[2] * [1.0, 1.4], strokes[1] * [1.0, 1.4], strokes[4], strokes[3]],
        swapped,
        [s * [-1.3, 0.7] for s in strokes],
    ):
        a, b = Drawing.from_strokes(strokes, cyclic), Drawing.from_strokes(other, cyclic)
        assert sculpted(match(a, b, MatchSettings(learned=False))).spans == ()


@pytest.mark.parametrize("angle", [60, 130, 200])
@pytest.mark.parametrize("points", [30, 23])
def test_a_line_that_is_alone_bends_whole(angle: int, points: int) -> None:
    line = np.stack([0.0 * ALONG, 3.0 * ALONG], 1)
    turn = np.radians(angle) * np.linspace(0.0, 1.0, points)
    arc = np.cumsum(np.stack([np.sin(turn), np.cos(turn)], 1), 0) * 3.0 / points
    plan = tween(Drawing.from_strokes([line]), Drawing.from_strokes([arc[::-1] if points == 23 else arc]))
    for t in (0.25, 0.5, 0.75):
        drawn = plan.at(t)
        assert drawn.stroke_count == 1
        steps = np.diff(drawn.stroke(0), axis=0)
        length = np.linalg.norm(steps, axis=1)
        assert length.sum() == pytest.approx(3.0, abs=0.25)
        heading = np.unwrap(np.angle(steps[:, 0] + 1j * steps[:, 1]))
        assert abs(heading[-1] - heading[0]) == pytest.approx(np.radians(angle) * t, abs=0.35)


def test_a_smile_that_becomes_a_frown_passes_through_a_straight_line() -> None:
    smile = np.stack([2.0 * ALONG - 1.0, -0.6 * np.sin(np.pi * ALONG)], 1)
    drawn = tween(Drawing.from_strokes([smile]), Drawing.from_strokes([smile[::2] * [1.0, -1.0]])).at(0.5)
    assert np.ptp(drawn.xy[:, 1]) < 0.1
    assert np.ptp(drawn.xy[:, 0]) == pytest.approx(2.0, abs=0.4)
    assert (np.diff(drawn.xy[:, 0]) > 0).all() or (np.diff(drawn.xy[:, 0]) < 0).all()


@pytest.mark.parametrize("points", [50, 61])
def test_a_ring_drawn_anew_stays_round(points: int) -> None:
    turn = np.linspace(0.0, 2.0 * np.pi, points, endpoint=False)
    other = 1.1 * np.stack([np.cos(turn), np.sin(turn)], 1) + [3.0, 1.0]
    plan = tween(Drawing.from_strokes([RING], [True]), Drawing.from_strokes([other], [True]))
    for t in (0.2, 0.45, 0.55, 0.8):
        ring = plan.at(t).stroke(0)
        far = np.linalg.norm(ring - (ring.max(0) + ring.min(0)) / 2.0, axis=1)
        assert far.max() / far.min() < 1.08
