"""Limbs that turn far about their joints: they stay joined, keep their length, and end goes to end."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.correspondence.joints.limb_joints import HingeSettings, Joined
from inkbetween.inference.correspondence.matching import MatchSettings, match
from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.tween.engines import settings_of
from inkbetween.inference.tween.plan import Context, TweenPlan, plan_tween

SHOULDER, HIP = np.array([0.0, 1.0]), np.array([0.0, 0.0])
LIMBS = {
    "right arm": (SHOULDER, [0.45, 0.55], [0.85, 0.15]),
    "left arm": (SHOULDER, [-0.45, 0.6], [-0.8, 0.1]),
    "right leg": (HIP, [0.25, -0.7], [0.35, -1.4]),
    "left leg": (HIP, [-0.3, -0.65], [-0.4, -1.4]),
}
TIMES = (0.125, 0.25, 0.5, 0.75, 0.875)
Strokes = dict[str, np.ndarray]


def line(start: np.ndarray, end: np.ndarray, count: int = 15, bow: float = 0.05) -> np.ndarray:
    """A stroke that bends a little, as hands draw them."""
    share, way = np.linspace(0, 1, count)[:, None], end - start
    return start + way * share + np.array([-way[1], way[0]]) * bow * 4 * share * (1 - share)


def turned(xy: np.ndarray, about: np.ndarray, degrees: float) -> np.ndarray:
    angle = np.radians(degrees)
    matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return (xy - about) @ matrix + about


def figure(limb: str, degrees: float, *, jointed: bool = False, shift: tuple[float, float] = (0.0, 0.0)) -> Strokes:
    """A stick figure of which one limb is turned about its joint; `jointed`: limbs of two strokes each."""
    around = 2 * np.pi * np.arange(25) / 24
    strokes: Strokes = {
        "head": np.array([0.0, 1.55]) + 0.3 * np.stack([np.cos(around), np.sin(around)], 1),
        "spine": line(np.array([0.0, 1.25]), HIP, 16, 0.02),
    }
    for name, (joint, middle, tip) in LIMBS.items():
        angle = degrees if name == limb else 0.0
        upper, lower = (
            turned(line(np.asarray(p), np.asarray(q)), joint, angle) for p, q in ((joint, middle), (middle, tip))
        )
        if jointed:
            strokes[f"{name}, upper"], strokes[f"{name}, lower"] = upper, lower
        else:
            strokes[name] = np.concatenate([upper, lower[1:]])
    return {name: xy + np.array(shift) for name, xy in strokes.items()}


def evenly(xy: np.ndarray, count: int) -> np.ndarray:
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(xy, axis=0), axis=1))])
    at = np.linspace(0, along[-1], count)
    return np.stack([np.interp(at, along, xy[:, k]) for k in (0, 1)], 1)


def redrawn(strokes: Strokes, seed: int) -> Strokes:
    """The same strokes as a hand draws them anew: other points, order and directions, off by 1 to 2 % of the figure."""
    rng = np.random.default_rng(seed)
    out: Strokes = {}
    for name in rng.permutation(list(strokes)):
        xy = evenly(strokes[name], int(len(strokes[name]) * rng.uniform(0.6, 1.8)))
        share = np.linspace(0, 1, len(xy))[:, None] * (2 if name == "head" else 1)
        wave = [rng.normal(size=2) * np.sin(np.pi * (k * share + rng.uniform())) / k for k in (1, 2)]
        xy = xy + 0.018 * sum(wave)
        out[name] = xy[::-1] if rng.uniform() < 0.5 else xy
    return out


def planned(a: Strokes, b: Strokes, engine: str) -> TweenPlan:
    keys = [Drawing.from_strokes(list(strokes.values())) for strokes in (a, b)]
    return plan_tween(*keys, settings=settings_of(engine))


def length(xy: np.ndarray) -> float:
    return float(np.linalg.norm(np.diff(xy, axis=0), axis=1).sum())


def is_at(drawing: Drawing, strokes: Strokes, name: str) -> np.ndarray:
    """The stroke of an in-between that lies where one is expected, running as that does; fails where none does."""
    expected = evenly(strokes[name], 40)
    drawn = [drawing.stroke(k) for k in range(drawing.stroke_count)]
    found = [xy[::way] for xy in drawn for way in (1, -1)]
    miss = [np.linalg.norm(evenly(xy, 40) - expected, axis=1).max() for xy in found]
    assert min(miss) < 0.2, f"{name} is off by {min(miss):.2f}"
    return found[int(np.argmin(miss))]


def check(plan: TweenPlan, a: Strokes, b: Strokes, limb: str, degrees: float, shift: tuple[float, float]) -> None:
    """At every moment the limb is turned about its joint by its share of the angle, and nothing else came apart."""
    jointed = f"{limb}, upper" in a
    joint = LIMBS[limb][0]
    for t in TIMES:
        drawing = plan.at(t)
        expected = figure(limb, degrees * t, jointed=jointed, shift=(shift[0] * t, shift[1] * t))
        assert drawing.stroke_count == len(a)
        parts = [f"{limb}, upper", f"{limb}, lower"] if jointed else [limb]
        drawn = [is_at(drawing, expected, name) for name in parts]
        for name, xy in zip(parts, drawn, strict=True):
            assert length(xy) == pytest.approx(length(a[name]) * (1 - t) + length(b[name]) * t, rel=0.02)
        chain = [joint + np.array(shift) * t, *(xy[end] for xy in drawn for end in (0, -1))]
        for one, other in zip(chain[::2], chain[1::2], strict=False):
            assert np.linalg.norm(one - other) < 0.1, "comes apart"
        is_at(drawing, expected, "spine")


@pytest.mark.parametrize("engine", ["LEARNED", "CLASSICAL"])
@pytest.mark.parametrize("degrees", [-170, -150, -125, 120, 140, 165])
@pytest.mark.parametrize(("limb", "jointed"), [("right arm", False), ("right arm", True), ("left leg", False)])
def test_a_limb_turns_about_its_joint(engine: str, degrees: int, limb: str, jointed: bool) -> None:
    a = figure(limb, 0.0, jointed=jointed)
    b = redrawn(figure(limb, degrees, jointed=jointed), abs(degrees))
    check(planned(a, b, engine), a, b, limb, degrees, (0.0, 0.0))


@pytest.mark.parametrize("engine", ["LEARNED", "CLASSICAL"])
@pytest.mark.parametrize(("limb", "degrees"), [("left arm", -145), ("right arm", 160), ("right leg", 130)])
def test_a_limb_goes_along_with_its_body(engine: str, limb: str, degrees: float) -> None:
    shift = (0.1, 0.05)
    a = figure(limb, 0.0)
    b = redrawn(figure(limb, degrees, shift=shift), 7)
    check(planned(a, b, engine), a, b, limb, degrees, shift)


@pytest.mark.parametrize("engine", ["LEARNED", "CLASSICAL"])
def test_neighbouring_keys_do_not_bend_a_limb(engine: str) -> None:
    a, b = figure("right arm", 0.0), redrawn(figure("right arm", 150.0), 9)
    keys = [a, b, figure("right arm", -40.0), figure("right arm", 120.0)]
    one, two, before, after = (Drawing.from_strokes(list(strokes.values())) for strokes in keys)
    context = Context(before, after, (0.0, 8.0, 16.0, 24.0))
    plan = plan_tween(one, two, context=context, settings=settings_of(engine))
    check(plan, a, b, "right arm", 150.0, (0.0, 0.0))


@pytest.mark.parametrize("engine", ["LEARNED", "CLASSICAL"])
def test_the_same_figure_traced_keeps_its_limb(engine: str) -> None:
    """The same points in both keys but for the arm's turn."""
    a, b = figure("right arm", 0.0), figure("right arm", 150.0)
    check(planned(a, b, engine), a, b, "right arm", 150.0, (0.0, 0.0))


@pytest.mark.parametrize("engine", ["LEARNED", "CLASSICAL"])
@pytest.mark.parametrize("degrees", [-150.0, 130.0])
def test_a_hand_goes_along_with_its_arm(engine: str, degrees: float) -> None:
    """The arm ends on a ring; both turn as one."""
    around = 2 * np.pi * np.arange(24) / 24
    hand = np.array([0.93, 0.08]) + 0.106 * np.stack([np.cos(around), np.sin(around)], 1)

    def key(angle: float) -> Drawing:
        strokes = [*figure("right arm", angle).values(), turned(hand, SHOULDER, angle)]
        return Drawing.from_strokes(strokes, [False] * (len(strokes) - 1) + [True])

    plan = plan_tween(key(0.0), key(degrees), settings=settings_of(engine))
    for t in TIMES:
        drawing = plan.at(t)
        assert drawing.stroke_count == 7
        middle = turned(np.array([0.93, 0.08]), SHOULDER, degrees * t)
        rings = [drawing.stroke(int(k)) for k in np.flatnonzero(drawing.cyclic)]
        assert min(np.abs(np.linalg.norm(xy - middle, axis=1) - 0.106).max() for xy in rings) < 0.02


def joined(*strokes: np.ndarray) -> Joined:
    drawing = Drawing.from_strokes([*strokes])
    whole = Drawing.from_strokes([np.array([[-400.0, 0.0], [400.0, 0.0]])])
    return Joined(match(drawing, whole, MatchSettings(learned=False)).a, HingeSettings())


def test_only_what_hangs_by_one_joint_is_free() -> None:
    body, limb = (
        line(np.array([0.0, 0.0]), np.array([0.0, 300.0])),
        line(np.array([0.0, 200.0]), np.array([150.0, 150])),
    )
    more = line(np.array([150.0, 150.0]), np.array([150.0, 20.0]))
    back = line(np.array([150.0, 20.0]), np.array([0.0, 0.0]))
    for strokes, free in (((body, limb), True), ((body, limb, more), True), ((body, limb, more, back), False)):
        found = joined(*strokes)
        (joint,) = [joint for joint in found.of[1] if joint.host == 0]
        assert found.free(joint) is free
