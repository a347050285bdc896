"""What is drawn over a gap's frames: bones where they are, strokes in the colour of what holds them, in layer space."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Curves, Drawing, DrawingError
from inkbetween.inference.drawing.conversion import to_curves
from inkbetween.inference.drawing.plane import fit_planes
from inkbetween.inference.intent.bindings import NO_BONE
from inkbetween.inference.skeletons.body_parts import body_parts
from inkbetween.inference.skeletons.guide import GuideError
from inkbetween.inference.skeletons.rig import Rig
from inkbetween.inference.skeletons.view import Recording
from inkbetween.inference.tween.object_tween import Key, Layer, ObjectTween
from inkbetween.inference.tween.shown import FAINT, Look

# A body on two legs: the root at the origin, chest and head above, arms, legs; a target far away that draws nothing.
JOINTS = {
    "spine": (None, (0, 0), (0, 1)),
    "chest": ("spine", (0, 1), (0, 2)),
    "neck": ("chest", (0, 2), (0, 2.3)),
    "head": ("neck", (0, 2.3), (0, 3.0)),
    **{f"upper_arm.{s}": ("chest", (0.4 * x, 2), (1.2 * x, 1.6)) for s, x in (("L", 1), ("R", -1))},
    **{f"forearm.{s}": (f"upper_arm.{s}", (1.2 * x, 1.6), (1.9 * x, 1.0)) for s, x in (("L", 1), ("R", -1))},
    **{f"thigh.{s}": ("spine", (0.3 * x, 0), (0.4 * x, -1.2)) for s, x in (("L", 1), ("R", -1))},
    **{f"shin.{s}": (f"thigh.{s}", (0.4 * x, -1.2), (0.5 * x, -2.4)) for s, x in (("L", 1), ("R", -1))},
}
FRAMES = np.arange(-4.0, 13.0)
STEP = 0.2
"""How far the body walks to the right in a frame."""


def body() -> Rig:
    names = tuple(JOINTS)
    parents = np.array([-1 if above is None else names.index(above) for above, _, _ in JOINTS.values()])
    ends = np.array([[head, tail] for _, head, tail in JOINTS.values()], float)
    at = np.stack([ends[..., 0], np.zeros(ends.shape[:2]), ends[..., 1]], -1)
    at = at[None] + FRAMES[:, None, None, None] * np.array([STEP, 0.0, 0.0])
    return Rig(names, parents, FRAMES, at[:, :, 0], at[:, :, 1])


def outline(frame: float, bones: tuple[str, ...] = ("chest", "head", "forearm.L", "shin.R")) -> Drawing:
    """A line on either side of some bones, the same bone's beside each other."""
    lines = []
    for bone in bones:
        head, tail = (np.array(end, float) for end in JOINTS[bone][1:])
        way = tail - head
        side = 0.15 * np.array([-way[1], way[0]]) / np.linalg.norm(way)
        at = np.linspace(0.15, 0.85, 8)[:, None]
        lines += [head + at * way + side + [STEP * frame, 0.0], head + at * way - side + [STEP * frame, 0.0]]
    return Drawing.from_strokes(lines)


def curves(drawing: Drawing) -> Curves:
    (plane,) = fit_planes([[]], [np.eye(4)])
    return to_curves(drawing, plane)


def tween(bones: dict[int, str] | None = None, guide: bool = True) -> ObjectTween:
    keys = [Key(0, curves(outline(0)), bones or {}), Key(8, curves(outline(8)))]
    return ObjectTween([Layer(keys, np.eye(4))], guide=Recording(body()) if guide else None)


@cache
def seen() -> Look:
    look = tween().look(0, 0)
    assert isinstance(look, Look)
    return look


def test_bones_lie_where_they_are_and_go_along() -> None:
    rig, at = body(), seen().at
    for frame in (0.0, 3.0, 8.0):
        points = at(frame).bones.points.reshape(-1, 2, 3)
        moment = int(frame + 4)
        true = np.stack([rig.heads[moment], rig.tails[moment]], 1)
        for bone in true:
            assert np.abs(points - bone).max((1, 2)).min() < 1e-5


def test_every_limb_has_one_colour_of_its_own() -> None:
    parts = body_parts(body())
    by_name: dict[str, set[str]] = {}
    for bone, part in zip(JOINTS, parts.of_bone.tolist(), strict=False):
        by_name.setdefault(parts.parts[part].name, set()).add(bone)
    assert by_name == {
        "Trunk": {"spine", "chest"},
        "Head": {"neck", "head"},
        "Left arm": {"upper_arm.L", "forearm.L"},
        "Right arm": {"upper_arm.R", "forearm.R"},
        "Left leg": {"thigh.L", "shin.L"},
        "Right leg": {"thigh.R", "shin.R"},
    }
    assert len({part.colour for part in parts.parts}) == len(parts.parts) == 7
    assert parts.parts[int(parts.of_bone[-1])].name == "No bone"


def test_strokes_have_the_colour_of_what_holds_them() -> None:
    sketch, colours = seen().at(0.0), {part.name: part.colour for part in seen().legend}
    middle = sketch.strokes.points.reshape(-1, 2, 3).mean(1)
    tint = sketch.strokes.colours.reshape(-1, 2, 4).mean(1)
    for bone, name in (("head", "Head"), ("forearm.L", "Left arm"), ("shin.R", "Right leg"), ("chest", "Trunk")):
        at = np.mean(JOINTS[bone][1:], axis=0)
        near = np.linalg.norm(middle[:, [0, 2]] - at, axis=1) < 0.2
        assert near.any()
        assert np.abs(tint[near, :3] - colours[name]).max() < 0.2, name
    assert (tint[:, 3] == 1.0).all()


def test_strokes_lie_on_the_key_and_ride_on_their_bones_between() -> None:
    look = seen()
    for frame, shift in ((0.0, 0.0), (2.0, 2 * STEP), (6.0, 6 * STEP), (8.0, 8 * STEP)):
        points = look.at(frame).strokes.points[:, [0, 2]]
        true = outline(0).xy + np.array([shift, 0.0])
        astray = np.linalg.norm(points[:, None] - true, axis=2).min(1)
        # points lie between those of the drawing, too
        assert astray.max() < 0.1
        assert np.linalg.norm(true[:, None] - points, axis=2).min(1).max() < 1e-3


def test_bones_that_draw_nothing_are_faint() -> None:
    sketch = seen().at(0.0)
    opacity = sketch.bones.colours[::2, 3]
    assert sorted(np.round(opacity, 3)) == [pytest.approx(FAINT)] * 8 + [1.0] * 4
    assert (np.diff(opacity) >= 0).all(), "what draws lies on top"


def test_the_tally_counts_strokes_by_part() -> None:
    count = {part.name: number for part, number in seen().tally(0.0)}
    assert {name: number for name, number in count.items() if number} == {
        "Trunk": 2,
        "Head": 2,
        "Left arm": 2,
        "Right leg": 2,
    }
    assert seen().by_hand(0.0) == seen().at(0.0).by_hand.count == 0


def test_what_was_bound_by_hand_is_marked_and_coloured_so() -> None:
    look = tween(bones={0: "shin.R", 2: NO_BONE}).look(0, 0)
    sketch, colours = look.at(0.0), {part.name: part.colour for part in look.legend}
    assert (look.by_hand(0.0), look.by_hand(8.0)) == (2, 0)
    assert sketch.by_hand.count
    tints = {tuple(np.round(tint, 3)) for tint in sketch.by_hand.colours[:, :3].tolist()}
    assert tints == {tuple(np.round(colours[name], 3)) for name in ("Right leg", "No bone")}
    assert look.at(8.0).by_hand.count == 0


def test_it_is_drawn_in_the_space_of_the_layer() -> None:
    matrix = np.array([[0.0, 0, 2, 5], [0, 2, 0, -1], [-2, 0, 0, 3], [0, 0, 0, 1]])
    back = np.linalg.inv(matrix)
    keys = []
    for frame in (0, 8):
        drawing = outline(frame)
        world = np.stack([drawing.xy[:, 0], np.zeros(drawing.point_count), drawing.xy[:, 1]], 1)
        local = world @ back[:3, :3].T + back[:3, 3]
        flat = curves(drawing)
        position = flat.attributes["position"]
        moved = {**flat.attributes, "position": type(position)("POINT", "FLOAT_VECTOR", local.astype(np.float32))}
        keys.append(Key(frame, Curves(flat.offsets, moved)))
    look = ObjectTween([Layer(keys, matrix)], guide=Recording(body())).look(0, 0)
    points = look.at(4.0).bones.points.astype(float) @ matrix[:3, :3].T + matrix[:3, 3]
    rig = body()
    for bone in np.stack([rig.heads[8], rig.tails[8]], 1):
        assert np.abs(points.reshape(-1, 2, 3) - bone).max((1, 2)).min() < 1e-4


def test_lines_are_ready_to_be_drawn() -> None:
    sketch = seen().at(3.0)
    for lines in (sketch.bones, sketch.joints, sketch.strokes, sketch.by_hand):
        assert lines.points.dtype == lines.colours.dtype == np.float32
        assert lines.points.shape == (2 * lines.count, 3)
        assert lines.colours.shape == (2 * lines.count, 4)
        assert np.isfinite(lines.points).all()
        assert ((lines.colours >= 0) & (lines.colours <= 1)).all()
    dark = sketch.bones.tinted((0.0, 0.0, 0.0, 0.5))
    assert np.allclose(dark.colours[:, 3], 0.5 * sketch.bones.colours[:, 3])
    assert (dark.points == sketch.bones.points).all()


def test_what_cannot_be_looked_at() -> None:
    with pytest.raises(GuideError, match="no guide"):
        tween(guide=False).look(0, 0)
    keys = [Key(0, curves(outline(0))), Key(8, Curves(np.zeros(1, np.int32)))]
    with pytest.raises(DrawingError, match="nothing at frame 8"):
        ObjectTween([Layer(keys, np.eye(4))], guide=Recording(body())).look(0, 0)


def test_bones_without_a_body_are_one_part() -> None:
    point = np.zeros((1, 2, 3))
    parts = body_parts(Rig(("a", "b"), np.array([-1, -1]), np.zeros(1), point, point))
    assert [part.name for part in parts.parts] == ["Trunk", "No bone"]
    assert parts.of_bone.tolist() == [0, 0, 1]
