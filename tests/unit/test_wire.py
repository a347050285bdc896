"""A skeleton inferred from the drawings: its parts and joints, the way it leads, and when it does not."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.correspondence.matching import MatchSettings
from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.drawing.plane import Plane
from inkbetween.inference.drawing.strokes import Strokes, resample
from inkbetween.inference.geometry.neighbours import Grid
from inkbetween.inference.geometry.points import Array, to_complex, to_plane
from inkbetween.inference.leads.inferred.parts import Seen, rigid_parts, similarities, weights_of
from inkbetween.inference.leads.inferred.skeleton import Skeleton
from inkbetween.inference.leads.inferred.wire import WirePaths
from inkbetween.inference.tween.inferred_shown import wire_look_of
from inkbetween.inference.tween.plan import Context, MatchCache, TweenPlan, TweenSettings, plan_tween

UPPER, LOWER = 2.0, 1.8
SWINGS = [(0, 4), (1, 5)]


def joints(frame: float) -> tuple[complex, complex, complex]:
    """Shoulder, elbow and wrist of an arm that swings by 10 degrees a frame, its elbow bending by 4 more."""
    first, second = np.deg2rad(-100 + 10 * frame), np.deg2rad(-90 + 14 * frame)
    elbow = UPPER * np.exp(1j * first)
    return 0j, complex(elbow), complex(elbow + LOWER * np.exp(1j * second))


def outline(start: complex, end: complex, girth: float) -> Array:
    """A limb that grows thinner, open where it hangs on."""
    along, across = end - start, 1j * (end - start) / abs(end - start) * girth
    t = np.linspace(0.08, 0.92, 15)
    sides = [start + t * along + side * across * (1.0 - 0.4 * t) for side in (1, -1)]
    return to_plane(np.concatenate([sides[0], sides[1][::-1]]))


def drawn(frame: float, order: int = 1) -> Drawing:
    """The arm with marks across, a body behind that does not move; in another order and direction by `order`."""
    shoulder, elbow, wrist = joints(frame)
    lines = [outline(shoulder, elbow, 0.3), outline(elbow, wrist, 0.22)]
    for start, end in ((shoulder, elbow), (elbow, wrist)):
        across = 1j * (end - start) / abs(end - start)
        marks = (start + share * (end - start) + np.linspace(-0.15, 0.2, 5) * across for share in (0.25, 0.4, 0.7))
        lines += [to_plane(mark) for mark in marks]
    lines.append(np.stack([np.full(20, -0.8), np.linspace(0.5, -3.0, 20)], 1))
    lines.append(np.stack([np.linspace(-0.8, -2.2, 9), np.full(9, -3.0)], 1))
    return Drawing.from_strokes([line[::order] for line in lines][::order])


def tweens(first: int, last: int, copies: bool = True) -> tuple[TweenPlan, TweenPlan]:
    """Without and with a skeleton; the limbs are copies, which is to be known or not."""
    a, b = drawn(first), drawn(last, -1)
    step, cache, match = last - first, MatchCache(), MatchSettings(copies=copies)
    context = Context(frames=(float(first - step), float(first), float(last), float(last + step)))
    without, wired = (
        plan_tween(a, b, context=context, settings=TweenSettings(match, wired=yes), cache=cache)
        for yes in (False, True)
    )
    return without, wired


def astray(one: Drawing, other: Drawing) -> Array:
    """How far samples of the ink of either lie from that of the other."""
    both = [resample(Strokes.of(d, d.xy), 0.02).xy for d in (one, other)]
    return np.concatenate([Grid(there, 0.1).nearest(here, 1, 20.0)[1][:, 0] for here, there in (both, both[::-1])])


def skeleton(plan: TweenPlan) -> Skeleton:
    assert isinstance(plan.shown, WirePaths)
    return plan.shown.skeleton


@pytest.mark.parametrize(("first", "last"), SWINGS)
def test_joints_are_found(first: int, last: int) -> None:
    _, plan = tweens(first, last)
    found = skeleton(plan)
    assert isinstance(plan.shown, WirePaths)
    assert plan.shown is plan.travel.ways
    assert 3 <= found.count <= 5
    # largest first: body and both halves of the arm
    turned = np.rad2deg(np.angle(found.turn[1]))
    body, upper, lower = np.argsort(np.abs(turned[:3]))
    assert np.allclose(turned[[body, upper, lower]], [0.0, 10.0 * (last - first), 14.0 * (last - first)], atol=2.0)
    at = plan.shown.units.to_scene(found.joint)
    shoulder, elbow, _ = joints(first)
    assert np.abs(at[found.parents == upper] - elbow).min() < 0.06
    # nothing is drawn where the arm hangs on the body: it turns about its shoulder all the same
    assert abs(at[upper] - shoulder) < 0.3
    assert sorted(found.order) == list(range(found.count))


@pytest.mark.parametrize(("first", "last"), SWINGS)
def test_the_skeleton_leads_nearer_the_truth(first: int, last: int) -> None:
    without, wired = tweens(first, last, copies=False)
    for share in (0.25, 0.5, 0.75):
        truth = drawn(first + share * (last - first))
        plain, led = (np.quantile(astray(plan.at(share), truth), 0.95) for plan in (without, wired))
        assert led < 0.02
        assert led < 0.6 * plain


def test_keys_are_hit() -> None:
    without, wired = tweens(0, 4)
    assert skeleton(wired).count
    for t in (0.0, 1.0):
        assert np.abs(wired.at(t).xy - without.at(t).xy).max() < 1e-9


def test_joints_stay_joined() -> None:
    _, plan = tweens(0, 4)
    found = skeleton(plan)
    child = np.flatnonzero(found.parents >= 0)
    up = found.parents[child]
    for t in np.linspace(0.0, 1.0, 9):
        pose = found.at(float(t))
        by_child = pose.turn[child] * found.joint[child] + pose.shift[child]
        by_parent = pose.turn[up] * found.joint[child] + pose.shift[up]
        # what the drawings leave between them in the second key comes evenly
        end = found.at(1.0)
        gap = end.turn[child] * found.joint[child] + end.shift[child]
        gap = gap - (end.turn[up] * found.joint[child] + end.shift[up])
        assert np.allclose(by_child - by_parent, t * gap, atol=1e-6)


def test_a_neighbouring_key_bends_the_way() -> None:
    """An arm that turns back after the second key slows down towards it."""
    keys = [drawn(frame, order) for frame, order in ((0, 1), (4, 1), (0, -1))]
    context = Context(None, keys[2], (-4.0, 0.0, 4.0, 8.0))
    plan = plan_tween(keys[0], keys[1], context=context, settings=TweenSettings(wired=True))
    found = skeleton(plan)
    assert len(found.frames) == 3
    part = int(np.abs(np.angle(found.turn[1])).argmax())
    half, whole = (float(np.angle(found.at(t).turn[part])) for t in (0.5, 1.0))
    assert half > 0.55 * whole


def blob(bulge: float, lobes: int) -> Drawing:
    angle = np.linspace(0.0, 2.0 * np.pi, 160)
    z = (2.0 + bulge * np.cos(lobes * angle) + 0.5 * bulge * np.sin((lobes + 2) * angle)) * np.exp(1j * angle)
    return Drawing.from_strokes([to_plane(z)])


def test_what_morphs_has_no_skeleton() -> None:
    a, b = blob(0.25, 3), blob(0.6, 5)
    without, wired = (plan_tween(a, b, settings=TweenSettings(wired=yes)) for yes in (False, True))
    assert wired.shown is None
    assert np.array_equal(wired.at(0.5).xy, without.at(0.5).xy)


DOT, DASH, NOTHING = np.array([[0.1, 0.1]]), np.array([[0.0, 0.0], [1.0, 0.0]]), np.zeros((0, 2))


@pytest.mark.parametrize("strokes", [[], [DOT], [NOTHING, DASH]])
def test_hardly_anything_drawn_is_no_trouble(strokes: list[Array]) -> None:
    few, many = Drawing.from_strokes(strokes), drawn(0)
    for a, b in ((few, many), (many, few), (few, few)):
        plan = plan_tween(a, b, settings=TweenSettings(wired=True))
        assert np.isfinite(plan.at(0.4).xy).all()


def test_lines_that_slide_along_themselves_stay_one_part() -> None:
    """Of a line nothing tells how far it is shifted along itself: matches that are shifted by chance mean no motion."""
    _, wired = tweens(0, 4)
    ribbon = wired.ribbon
    z, weight = to_complex(ribbon.a), weights_of(ribbon)
    turn, shift = np.exp(0.4j), 30.0 - 12.0j
    moved = turn * z + shift
    heading = Seen.of(moved, np.ones(len(z)), ribbon).heading
    slid = moved + 6.0 * np.sin(np.arange(len(z)) * 0.7) * heading
    seen = Seen(slid, heading, np.ones(len(z)))
    part = rigid_parts(ribbon, [seen])
    count = int(part.max()) + 1
    found = similarities(part, count, weight, z, seen)
    assert np.abs(np.angle(found.turn / turn)).max() < 0.03
    # the body, and both halves of the arm, which do not adjoin
    assert count <= 3
    assert weight[part >= 0].sum() > 0.95 * weight.sum()


@pytest.mark.parametrize("copies", [False, True])
def test_what_is_shown_counts_each_stroke_of_the_nearer_key_once(copies: bool) -> None:
    plan = tweens(0, 4, copies)[1]
    look = wire_look_of(plan, (0.0, 4.0), Plane(np.eye(3), np.eye(3), np.zeros(3)))
    assert look is not None
    for frame in (1.0, 3.0):
        assert sum(count for _, count in look.tally(frame)) == drawn(0).stroke_count
