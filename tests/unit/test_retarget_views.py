"""Several drawings as views: which one shows while the performer turns, and how one goes over into the next."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Attribute, Drawing
from inkbetween.inference.drawing.conversion import to_curves
from inkbetween.inference.drawing.plane import fit_planes
from inkbetween.inference.retargeting.object_retarget import DrawnLayer, ObjectRetarget
from inkbetween.inference.retargeting.plan import RetargetSettings
from inkbetween.inference.retargeting.views import NamedView, TurningRetarget, parse_views, shown_views
from inkbetween.inference.skeletons.guide import GuideError
from inkbetween.inference.skeletons.rig import Rig
from inkbetween.inference.skeletons.view import Recording

FRONT, SIDE = 0.0, np.pi / 2


def test_views_are_named_by_frame_and_side() -> None:
    assert parse_views("10 side, 20 Three-Quarter,30,") == (
        NamedView(10, "SIDE"),
        NamedView(20, "THREE_QUARTER"),
        NamedView(30, "AUTO"),
    )
    assert parse_views("") == ()
    for wrong in ("front", "10 upside", "10 SIDE BACK", "1.5 SIDE"):
        with pytest.raises(GuideError, match="is no frame with a side: write for example 10 SIDE"):
            parse_views(wrong)
    with pytest.raises(GuideError, match="same frame"):
        parse_views("10 SIDE, 10 BACK")


def test_the_nearest_view_shows_and_does_not_flicker() -> None:
    turning = np.linspace(0.0, np.pi / 2, 40)
    shown = shown_views(turning, [FRONT, SIDE])
    assert shown[0] == 0
    assert shown[-1] == 1
    assert (np.diff(shown) != 0).sum() == 1
    wavering = np.pi / 4 + 0.09 * np.sin(np.arange(60.0))
    assert len(np.unique(shown_views(wavering, [FRONT, SIDE]))) == 1
    assert shown_views(np.array([np.pi - 0.1, -np.pi + 0.1]), [FRONT, np.pi]).tolist() == [1, 1]


def person(turn: float) -> Rig:
    """Walks on the spot, arms and legs swinging, and turns to the picture's right by `turn` within 24 frames."""
    joints = {
        "Hips": ("", (0.0, 0.0, 1.0)),
        "Spine": ("Hips", (0.0, 0.0, 1.25)),
        "Neck": ("Spine", (0.0, 0.0, 1.5)),
        "Head": ("Neck", (0.0, 0.0, 1.6)),
    }
    for side, x in (("Left", 1.0), ("Right", -1.0)):
        joints |= {
            f"{side}Arm": ("Spine", (0.2 * x, 0.0, 1.45)),
            f"{side}ForeArm": (f"{side}Arm", (0.22 * x, 0.0, 1.18)),
            f"{side}Hand": (f"{side}ForeArm", (0.24 * x, 0.0, 0.92)),
            f"{side}UpLeg": ("Hips", (0.1 * x, 0.0, 0.95)),
            f"{side}Leg": (f"{side}UpLeg", (0.11 * x, -0.01, 0.5)),
            f"{side}Foot": (f"{side}Leg", (0.12 * x, 0.0, 0.08)),
        }
    names = tuple(joints)
    parents = np.array([names.index(above) if above else -1 for above, _ in joints.values()])
    rest = np.array([place for _, place in joints.values()])
    tails = rest + np.array([0.0, 0.0, 0.03])
    for bone, parent in enumerate(parents):
        if parent >= 0:
            tails[parent] = rest[bone]
    tails[names.index("Head")] = [0.0, 0.0, 1.85]
    for bone, name in enumerate(names):
        tails[bone] += [0.0, -0.15, -0.05] if name.endswith("Foot") else [0.0, 0.0, 0.0]
        tails[bone] -= [0.0, 0.0, 0.13] if name.endswith("Hand") else [0.0, 0.0, 0.0]
    heads, ends = [], []
    for frame in range(24):
        swing = 0.35 * np.sin(frame / 3.0)
        angle = turn * frame / 23.0
        spun = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
        moved = []
        for points in (rest, tails):
            out = points.copy()
            for bone, name in enumerate(names):
                pivot = 1.45 if "Arm" in name or "Hand" in name else 0.95
                if ("Leg" in name or "Foot" in name or pivot == 1.45) and "Up" not in name:
                    sign = swing if ("Left" in name) == (pivot < 1.0) else -swing
                    out[bone, 1] += np.tan(sign) * (out[bone, 2] - pivot)
            moved.append(out @ spun.T)
        heads.append(moved[0])
        ends.append(moved[1])
    return Rig(names, parents, np.arange(1.0, 25.0), np.array(heads), np.array(ends))


def drawing(wide: float) -> Drawing:
    """A person of tubes, front (wide 1) or side (narrow)."""

    def tube(a: tuple[float, float], b: tuple[float, float], thick: float) -> np.ndarray:
        start, end = np.array(a), np.array(b)
        along = (end - start) / np.linalg.norm(end - start)
        across = thick * np.array([-along[1], along[0]])
        side = np.linspace(0.0, 1.0, 12)[:, None]
        return np.concatenate([start + across + side * (end - start), end - across - side * (end - start)])

    angle = np.linspace(0.0, 2 * np.pi, 30)
    parts = [tube((0.0, 0.95), (0.0, 1.5), 0.05 + 0.1 * wide)]
    parts.append(np.stack([0.13 * np.cos(angle), 1.72 + 0.13 * np.sin(angle)], 1))
    for x in (1.0, -1.0):
        parts.append(tube((0.2 * wide * x, 1.45), (0.3 * x, 0.8), 0.035))
        parts.append(tube((0.1 * wide * x, 0.93), (0.16 * x, 0.03), 0.05))
    return Drawing.from_strokes(parts, [True] * len(parts))


def layer_of(drawn: Drawing, shift: float) -> DrawnLayer:
    (plane,) = fit_planes([[np.zeros((0, 3))]], [np.eye(4)])
    curves = to_curves(replace(drawn, xy=drawn.xy + np.array([shift, 0.0])), plane)
    attributes = {"radius": Attribute("POINT", "FLOAT", np.full(drawn.point_count, 0.01, np.float32))}
    return DrawnLayer(replace(curves, attributes={**curves.attributes, **attributes}), np.eye(4))


@pytest.fixture(scope="module")
def turning() -> TurningRetarget:
    recording = Recording(person(np.pi / 2))
    # tubes are no people that a network knows
    quick = RetargetSettings(search=False, detect=False)
    layers = [[layer_of(drawing(1.0), 0.0)], [layer_of(drawing(0.2), 5.0)]]
    views = [
        ObjectRetarget(layers[0], recording, 1.0, replace(quick, projection="FRONT")),
        ObjectRetarget(layers[1], recording, 24.0, replace(quick, projection="RIGHT")),
    ]
    return TurningRetarget(views, blend=2)


def middle(turning: TurningRetarget, frame: float) -> float:
    position = turning.at(frame)[0].attributes["position"].values
    return float(position[:, 0].min() + position[:, 0].max()) / 2


def test_front_then_side_without_a_jump(turning: TurningRetarget) -> None:
    """The side is drawn five units away, and performs where the front stood."""
    first, last = turning.at(1.0)[0], turning.at(24.0)[0]
    assert (
        first.attributes["position"].values.tobytes()
        == turning.first.at(1.0)[0].attributes["position"].values.tobytes()
    )
    assert turning.shown(1.0) == 0
    assert turning.shown(24.0) == 1
    wide = [np.ptp(one.attributes["position"].values[:24, 0]) for one in (first, last)]
    assert wide[0] > 1.8 * wide[1]  # the trunk, seen from its side
    swap = next(frame for frame in range(1, 25) if turning.shown(frame) == 1)
    cut = TurningRetarget(turning.views)
    drawn = [one.at(swap)[0].attributes["position"].values for one in (cut, turning)]
    assert np.ptp(drawn[0][:24, 0]) < np.ptp(drawn[1][:, 0])
    assert len(cut.at(swap)[0].offsets) == len(last.offsets)
    middles = np.array([middle(turning, frame) for frame in range(1, 25)])
    assert np.abs(np.diff(middles)).max() < 0.25
    ground = [one.attributes["position"].values[:, 2].min() for one in (first, last)]
    assert ground[0] == pytest.approx(ground[1], abs=0.12)


def test_what_cannot_turn(turning: TurningRetarget) -> None:
    rig = person(0.0)
    chain = Rig(rig.names[:4], rig.parents[:4], rig.frames, rig.heads[:, :4], rig.tails[:, :4])
    alone = ObjectRetarget([layer_of(drawing(1.0), 0.0)], Recording(chain), 1.0, RetargetSettings(projection="VIEW"))
    with pytest.raises(GuideError, match="no sides"):
        TurningRetarget([alone, alone]).at(1.0)


def test_lines_stay_on_their_bones_while_one_view_becomes_the_next(turning: TurningRetarget) -> None:
    swap = next(frame for frame in range(1, 25) if turning.shown(frame) == 1)
    position = turning.at(float(swap))[0].attributes["position"].values
    plans = [view.plan for view in turning.views]
    # one third of the way from view to view, in the pose of that frame
    moment = plans[0].moment(swap)
    ends = [plan.joints_at(swap) + turning._shift(view, moment) for view, plan in enumerate(plans)]
    joints = ends[0] + (ends[1] - ends[0]) / 3.0
    figure = plans[0].figure
    head, tail = joints[figure.parents[figure.bones]], joints[figure.bones]
    share = np.linspace(0.0, 1.0, 20)[:, None, None]
    spots = (head + share * (tail - head)).reshape(-1, 2)
    far = np.linalg.norm(position[:, None, [0, 2]] - spots, axis=2).min(1)
    # the trunk is widest, beside the arms
    assert far.max() < 0.2
    strokes = np.diff(turning.at(float(swap))[0].offsets)
    assert len(strokes) == 6
