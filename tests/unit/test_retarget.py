"""One drawing performs: limbs keep their length, bend at joints, nothing jumps, the drawn frame is as drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Drawing, DrawingError
from inkbetween.inference.mocap.bvh import parse_bvh
from inkbetween.inference.mocap.motion import rotated
from inkbetween.inference.mocap.take import take_of
from inkbetween.inference.retargeting import sweeps
from inkbetween.inference.retargeting.plan import Retarget, RetargetSettings, plan_retarget
from inkbetween.inference.skeletons.guide import GuideError
from inkbetween.inference.skeletons.rig import Rig
from inkbetween.inference.skeletons.view import Canvas, Recording
from inkbetween.tools.samples import mocap, painter, walk
from inkbetween.tools.samples.sample import Key
from inkbetween.tools.space import to_plane

FRONT = Canvas(np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]), np.zeros(3))
SIDE = RetargetSettings(projection="SIDE")


def drawing_of(key: Key) -> Drawing:
    marks = [*key.fills, *key.lines]
    drawing = Drawing.from_strokes([to_plane(mark.path) for mark in marks], [mark.fill for mark in marks])
    return replace(drawing, filled=np.array([mark.fill for mark in marks]))


def performer() -> Rig:
    """The project's own walk and dance, as Blender would have it."""
    take = take_of(parse_bvh(mocap.bvh()), 24.0)
    places, turns = take.motion.world()
    bones = take.bones
    tails = places + rotated(turns, np.broadcast_to(bones.tails - bones.heads, places.shape))
    return Rig(bones.names, bones.parents, np.arange(1.0, 1 + len(places)), places, tails)


@pytest.fixture(scope="module")
def rig() -> Rig:
    return performer()


@pytest.fixture(scope="module")
def girl() -> Drawing:
    return drawing_of(walk.sample().keys[0])


@pytest.fixture(scope="module")
def walking(rig: Rig, girl: Drawing) -> Retarget:
    return plan_retarget(girl, Recording(rig), FRONT, None, SIDE)


def lengths(plan: Retarget, joints: np.ndarray) -> np.ndarray:
    bones = plan.figure.bones
    return np.asarray(np.linalg.norm(joints[bones] - joints[plan.figure.parents[bones]], axis=1))


def test_she_is_seen_from_the_side_that_she_shows(walking: Retarget) -> None:
    """She walks to the right; the performer comes towards the viewer."""
    assert walking.joints.side == "RIGHT"


def test_joints_lie_in_the_limbs(walking: Retarget, girl: Drawing) -> None:
    """The knees of her spread legs, and her head, where they are drawn."""
    at = dict(zip(walking.joints.names, walking.joints.xy, strict=True))
    height = np.ptp(girl.xy[:, 1])
    knees = to_plane(np.array([[622.0, 528.0], [690.0, 524.0]]))
    for knee in knees:
        assert min(np.linalg.norm(at[name] - knee) for name in ("LeftLeg", "RightLeg")) < 0.08 * height
    ankles = to_plane(np.array([[556.0, 588.0], [730.0, 604.0]]))
    for ankle in ankles:
        assert min(np.linalg.norm(at[name] - ankle) for name in ("LeftFoot", "RightFoot")) < 0.08 * height
    face = to_plane(np.array([[650.0, 190.0]]))[0]
    middle = (at["Neck"] + at["Head end"]) / 2
    assert np.linalg.norm(middle - face) < 0.12 * height


def test_at_the_drawn_frame_it_is_the_drawing(walking: Retarget, girl: Drawing) -> None:
    drawn = walking.at(walking.drawn_frame)
    assert drawn.xy.tobytes() == girl.xy.tobytes()
    assert (drawn.offsets == girl.offsets).all()


@pytest.mark.parametrize("projection", ["SIDE", "AUTO", "VIEW", "FRONT"])
def test_bones_keep_their_length_without_foreshortening(rig: Rig, girl: Drawing, projection: str) -> None:
    quick = RetargetSettings(projection=projection, search=False)
    plan = plan_retarget(girl, Recording(rig), FRONT, 1.0, quick)
    drawn = lengths(plan, plan.joints.xy)
    for frame in plan.frames[::5]:
        assert lengths(plan, plan.joints_at(frame)) == pytest.approx(drawn, rel=0.03)


def test_limbs_keep_their_lines_lengths(walking: Retarget, girl: Drawing) -> None:
    """A trouser leg's outline is as long at every frame as it is drawn, short of what bends at the knee."""
    leg = girl.offsets[:-1].size
    counts = np.diff(girl.offsets)
    owner = girl.stroke_of_point
    inner = owner[1:] == owner[:-1]
    drawn = np.bincount(owner[1:][inner], np.linalg.norm(np.diff(girl.xy, axis=0), axis=1)[inner], leg)
    legs = np.isin(
        walking.part, [walking.figure.part[walking.joints.names.index(n)] for n in ("LeftFoot", "RightFoot")]
    )
    long = legs & (drawn > 0.5) & (counts > 8)
    assert long.sum() >= 4
    for frame in walking.frames[:48:6]:
        xy = walking.puppet.at(walking._bent(walking.moment(frame)))
        now = np.bincount(owner[1:][inner], np.linalg.norm(np.diff(xy, axis=0), axis=1)[inner], leg)
        assert np.median(np.abs(now[long] / drawn[long] - 1.0)) < 0.06


def test_it_walks(walking: Retarget, girl: Drawing) -> None:
    """Feet pass each other, she goes to the right, and the foot that stands hardly slides."""
    names = walking.joints.names
    feet = np.array(
        [[walking.joints_at(f)[names.index(n)] for n in ("LeftFoot", "RightFoot")] for f in walking.frames[:48]]
    )
    apart = feet[:, 0, 0] - feet[:, 1, 0]
    assert apart.max() > 0.5
    assert apart.min() < -0.5
    root = np.array([walking.joints_at(f)[0] for f in walking.frames[:48]])
    assert root[-1, 0] - root[0, 0] > 2.0
    slowest = np.abs(np.diff(feet[..., 0], axis=0)).min(1)
    assert np.median(slowest) < 0.1 * np.abs(np.diff(root[:, 0])).mean()


def test_in_place_goes_nowhere(rig: Rig, girl: Drawing) -> None:
    plan = plan_retarget(girl, Recording(rig), FRONT, 1.0, replace(SIDE, in_place=True, search=False))
    roots = np.array([plan.joints_at(frame)[0] for frame in plan.frames])
    assert np.ptp(roots[:, 0]) == 0.0
    assert np.ptp(roots[:, 1]) > 0.0


def with_sword(drawing: Drawing, at: np.ndarray) -> Drawing:
    """A long straight thing held at a place, pointing away to the right."""
    sword = at + np.linspace([0.0, -0.06], [2.6, 0.1], 30)
    strokes = [drawing.stroke(n) for n in range(drawing.stroke_count)]
    assert drawing.filled is not None
    out = Drawing.from_strokes([*strokes, sword], [*drawing.cyclic.tolist(), False])
    return replace(out, filled=np.array([*drawing.filled.tolist(), False]))


def jumps(plan: Retarget) -> tuple[np.ndarray, np.ndarray]:
    """(T - 1, P) how far points move between frames, and the ends of the bones that hold them, shares of the height."""
    points = np.array([plan.points(moment) for moment in range(len(plan.frames))])
    points[plan.joints.moment] = plan.drawing.xy
    joints = np.array([plan.joints_at(frame) for frame in plan.frames])
    height = np.ptp(plan.drawing.xy[:, 1])
    ends = np.linalg.norm(np.diff(joints, axis=0), axis=2) / height
    bone = plan.puppet.skin.bone[:, 0]
    moved = np.linalg.norm(np.diff(points, axis=0), axis=2) / height
    return moved, np.maximum(ends[:, bone], ends[:, plan.figure.parents[bone]])


@pytest.mark.parametrize("key", [walk.sample().keys[2], painter.sample().keys[0]])
def test_nothing_jumps(rig: Rig, key: Key) -> None:
    """No stroke point moves more than a quarter of the drawing's height between frames unless its bone does."""
    plan = plan_retarget(drawing_of(key), Recording(rig), FRONT, 1.0, RetargetSettings(in_place=True, search=False))
    moved, bone = jumps(plan)
    assert moved.max() > 0.02
    assert not ((moved > 0.25) & (bone <= 0.25)).any()


def test_what_is_held_does_not_sweep(rig: Rig, girl: Drawing, walking: Retarget) -> None:
    """A sword beyond a hand, and a performer who is three times as fast."""
    hand = walking.joints.xy[walking.joints.names.index("RightHand")]
    fast = replace(rig, frames=rig.frames[: len(rig.frames[::3])], heads=rig.heads[::3], tails=rig.tails[::3])
    armed = with_sword(girl, hand)
    places = {name: tuple(place) for name, place in zip(walking.joints.names, walking.joints.xy, strict=True)}
    plan = plan_retarget(armed, Recording(fast), FRONT, None, SIDE, places)
    moved, bone = jumps(plan)
    assert moved[:, -30:].max() > 0.1
    assert not ((moved > 0.25) & (bone <= 0.25)).any()


def test_a_sweep_is_slowed_though_no_joint_moves_far(rig: Rig, girl: Drawing, walking: Retarget) -> None:
    hand = walking.joints.xy[walking.joints.names.index("RightHand")]
    places = {name: tuple(place) for name, place in zip(walking.joints.names, walking.joints.xy, strict=True)}
    plan = plan_retarget(with_sword(girl, hand), Recording(rig), FRONT, None, SIDE, places)
    puppet, height = plan.puppet, float(np.ptp(girl.xy[:, 1]))
    wrist = int(puppet.skin.bone[-1, 0])
    turn = np.zeros((2, plan.figure.count))
    turn[1, wrist] = 1.4 * height / 2.6

    def path(turned: np.ndarray) -> np.ndarray:
        return np.full(len(turned), complex(plan.root[plan.joints.moment]))

    def moved(turned: np.ndarray) -> tuple[float, float]:
        bent = [puppet.bent(each, np.ones(plan.figure.count), complex(path(turned)[0])) for each in turned]
        points = [puppet.at(one) for one in bent]
        joints = float(np.abs(bent[1].z - bent[0].z).max())
        return float(np.linalg.norm(points[1] - points[0], axis=1).max()) / height, joints / height

    assert moved(turn)[0] > 0.25 > 2.0 * moved(turn)[1]
    limit = np.full((1, plan.figure.count), np.pi)
    slowed = sweeps._checked(puppet, turn, np.ones(turn.shape), path, 0, height, limit)
    assert 0.1 < moved(slowed)[0] <= 0.25


def test_foreshortening_shortens_what_points_at_the_viewer(rig: Rig, girl: Drawing) -> None:
    shortest = {}
    for strength in ("OFF", "WEAK", "STRONG"):
        plan = plan_retarget(
            girl,
            Recording(rig),
            FRONT,
            1.0,
            RetargetSettings(foreshortening=strength, projection="FRONT", search=False),
        )
        drawn = lengths(plan, plan.joints.xy)
        ratio = np.array([lengths(plan, plan.joints_at(frame)) / drawn for frame in plan.frames[:48]])
        shortest[strength] = ratio.min()
        assert plan.at(plan.drawn_frame).xy.tobytes() == girl.xy.tobytes()
    assert shortest["OFF"] == pytest.approx(1.0)
    assert shortest["STRONG"] < shortest["WEAK"] < 0.95


def test_given_joints_stay_where_they_are_put(rig: Rig, girl: Drawing, walking: Retarget) -> None:
    place = tuple(walking.joints.xy[walking.joints.names.index("RightHand")] + 0.2)
    plan = plan_retarget(girl, Recording(rig), FRONT, 1.0, replace(SIDE, search=False), {"RightHand": place})
    assert plan.joints.xy[plan.joints.names.index("RightHand")] == pytest.approx(place)
    assert plan.at(plan.drawn_frame).xy.tobytes() == girl.xy.tobytes()


def test_who_turns_is_still_seen_from_the_same_side(rig: Rig, girl: Drawing) -> None:
    """A performer who walks in another direction performs the same, seen from the body's own side."""
    angle = 1.1
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    other = replace(rig, heads=rig.heads @ turn.T, tails=rig.tails @ turn.T)
    plans = [plan_retarget(girl, Recording(each), FRONT, 1.0, replace(SIDE, search=False)) for each in (rig, other)]
    assert plans[0].joints_at(30.0) == pytest.approx(plans[1].joints_at(30.0), abs=1e-6)


def test_what_cannot_be(rig: Rig, girl: Drawing) -> None:
    nothing = Drawing.from_strokes([np.zeros((3, 2))])
    with pytest.raises(DrawingError, match="draw the figure first"):
        plan_retarget(nothing, Recording(rig), FRONT)
    with pytest.raises(GuideError, match='no joint "Tail"'):
        plan_retarget(girl, Recording(rig), FRONT, joints={"Tail": (0.0, 0.0)})
    with pytest.raises(GuideError, match="placed nowhere"):
        plan_retarget(girl, Recording(rig), FRONT, joints={"Head": (float("nan"), 0.0)})
    chain = Rig(("a", "b"), np.array([-1, 0]), rig.frames, rig.heads[:, :2], rig.tails[:, :2])
    with pytest.raises(GuideError, match="choose View"):
        plan_retarget(girl, Recording(chain), FRONT, settings=SIDE)
    flat = replace(rig, heads=0.0 * rig.heads, tails=0.0 * rig.tails)
    with pytest.raises(GuideError, match="have no length"):
        plan_retarget(girl, Recording(flat), FRONT)
