"""Tween with a guide: an armature of the scene leads the lines, and keys stay as they were."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import bpy
import numpy as np
import pytest
from mathutils import Vector

from inkbetween.addon import adapter, properties
from inkbetween.inference.drawing.contract import Curves
from inkbetween.ops.scene import guiding

FRAMES = range(1, 10)


def angles(frame: int) -> tuple[float, float]:
    """How far upper and lower arm have turned from pointing right: the elbow bends and straightens again."""
    share = (frame - 1) / 8
    return -1.7 + 1.9 * share, 0.2 + 1.1 * np.sin(np.pi * share)


def arm(frame: int) -> list[np.ndarray]:
    """Both sides of a bent arm, (n, 3) in the front view."""
    first, second = angles(frame)
    lines = []
    start = np.zeros(2)
    for angle, size in ((first, 2.0), (first + second, 1.8)):
        way = size * np.array([np.cos(angle), np.sin(angle)])
        side = 0.2 * np.array([-np.sin(angle), np.cos(angle)])
        at = np.linspace(0.1, 0.9, 9)[:, None]
        lines += [start + at * way + side, start + at * way - side]
        start = start + way
    return [np.stack([line[:, 0], 0 * line[:, 0], line[:, 1]], 1) for line in lines]


@pytest.fixture
def drawn(new_object: Any, polylines: Callable[..., Curves]) -> Any:
    obj = new_object({1: polylines(*arm(1)), 9: polylines(*arm(9)[::-1])})
    bpy.context.scene.frame_set(4)
    return obj


@pytest.fixture
def armature(drawn: Any) -> Any:
    data = bpy.data.armatures.new("Arm")
    obj = bpy.data.objects.new("Arm", data)
    bpy.context.scene.collection.objects.link(obj)
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="EDIT")
    upper, lower = data.edit_bones.new("upper"), data.edit_bones.new("lower")
    upper.head, upper.tail = (0, 0, 0), (2, 0, 0)
    lower.head, lower.tail, lower.parent = (2, 0, 0), (3.8, 0, 0), upper
    # so that turning about a bone's own Z turns it in the front view
    upper.roll = lower.roll = np.pi / 2
    bpy.ops.object.mode_set(mode="OBJECT")
    sign = -1.0 if data.bones["upper"].matrix_local.col[2].y > 0 else 1.0
    for frame in FRAMES:
        for name, angle in zip(("upper", "lower"), angles(frame), strict=True):
            bone = obj.pose.bones[name]
            bone.rotation_mode = "XYZ"
            bone.rotation_euler = (0.0, 0.0, sign * angle)
            bone.keyframe_insert("rotation_euler", frame=frame)
    bpy.context.view_layer.objects.active = drawn
    return obj


def curves_at(layer: Any, frame: int) -> Curves:
    return adapter.read_curves(adapter.frame_at(layer, frame).drawing)


def farthest(layer: Any, frame: int) -> float:
    """How far the points of the in-between lie from the arm as it is at that frame, at most."""
    points = curves_at(layer, frame).attributes["position"].values
    true = np.concatenate(
        [
            np.stack([np.interp(np.linspace(0, 8, 200), np.arange(9), line[:, k]) for k in range(3)], 1)
            for line in arm(frame)
        ]
    )
    return float(np.linalg.norm(points[:, None] - true, axis=2).min(1).max())


def test_the_armature_leads_the_lines(drawn: Any, armature: Any, run: Any) -> None:
    layer = drawn.data.layers[0]
    keys = [curves_at(layer, number) for number in (1, 9)]
    run("tween", scope="LAYER")
    alone = farthest(layer, 5)
    ran = run("tween", scope="LAYER", guide="Arm")
    assert ran.result == "FINISHED"
    assert "7 in-betweens" in ran.text
    assert farthest(layer, 5) < 0.05 < alone
    for number, before in zip((1, 9), keys, strict=True):
        after = curves_at(layer, number)
        assert np.array_equal(before.attributes["position"].values, after.attributes["position"].values)


@pytest.mark.parametrize("stretched", [200, 50])
def test_stretched_time_changes_no_inbetween(drawn: Any, armature: Any, run: Any, stretched: int) -> None:
    layer = drawn.data.layers[0]
    run("tween", scope="LAYER", guide="Arm")
    before = curves_at(layer, 5)
    render = bpy.context.scene.render
    render.frame_map_old, render.frame_map_new = 100, stretched
    # twice as long a film at twice the rate: as many keys a second
    render.fps_base = 100 / stretched
    assert run("tween", scope="LAYER", guide="Arm").result == "FINISHED"
    assert np.array_equal(curves_at(layer, 5).attributes["position"].values, before.attributes["position"].values)


def test_the_gap_that_shows_is_the_one_that_is_meant(drawn: Any, run: Any, polylines: Any, eye: Any) -> None:
    """With time stretched to twice its length, frame 24 of the scene shows the drawing at 12."""
    layer = drawn.data.layers[0]
    adapter.insert_frame(layer, 17, polylines(*arm(5)), "KEYFRAME")
    bpy.context.scene.render.frame_map_new = 200
    bpy.context.scene.frame_set(24)
    assert run("tween", scope="GAP").result == "FINISHED"
    assert eye.generated(layer) == list(range(10, 17))
    bpy.context.scene.frame_set(40)
    assert "Frame 20 is not between two keys" in run("tween", scope="GAP").text


def test_the_armature_and_the_scene_stay_as_they_are(drawn: Any, armature: Any, run: Any) -> None:
    scenes, frame = len(bpy.data.scenes), bpy.context.scene.frame_current
    armature.hide_viewport = True
    assert run("tween", scope="GAP", guide="Arm").result == "FINISHED"
    assert (len(bpy.data.scenes), bpy.context.scene.frame_current) == (scenes, frame)
    assert armature.hide_viewport


def test_what_stands_still_is_said(drawn: Any, armature: Any, run: Any) -> None:
    for bone in armature.pose.bones:
        for frame in FRAMES:
            bone.rotation_euler = (0.0, 0.0, 0.0)
            bone.keyframe_insert("rotation_euler", frame=frame)
    assert '"Arm" stands still' in run("tween", scope="LAYER", guide="Arm").text


def test_an_armature_without_animation_cannot_guide(drawn: Any, armature: Any, run: Any) -> None:
    armature.animation_data_clear()
    ran = run("tween", scope="LAYER", guide="Arm")
    assert ran.result == "ERROR"
    assert "no animation" in ran.text


@pytest.mark.parametrize(("name", "said"), [("Nobody", "Nobody"), ("", "")])
def test_a_guide_that_is_not_there(drawn: Any, run: Any, name: str, said: str) -> None:
    ran = run("tween", scope="LAYER", guide=name)
    assert ran.result == ("ERROR" if name else "FINISHED")
    assert said in ran.text
    if name:
        assert [f.frame_number for f in drawn.data.layers[0].frames] == [1, 9]


def test_what_is_no_armature_cannot_guide(drawn: Any, run: Any) -> None:
    ran = run("tween", scope="LAYER", guide=drawn.name)
    assert ran.result == "ERROR"
    assert "armature" in ran.text.lower()


def test_the_panel_hands_the_guide_on(drawn: Any, armature: Any) -> None:
    settings = bpy.context.scene.inkbetween
    settings.guide = armature
    assert settings.guide == armature


def test_a_skeleton_is_inferred_from_the_drawings(drawn: Any, run: Any) -> None:
    layer = drawn.data.layers[0]
    keys = [curves_at(layer, number) for number in (1, 9)]
    ran = run("tween", scope="LAYER", guide="AUTO")
    assert ran.result == "FINISHED"
    assert "7 in-betweens" in ran.text
    assert "skeleton" in ran.text
    assert "1 gap" in ran.text
    for number, before in zip((1, 9), keys, strict=True):
        after = curves_at(layer, number)
        assert np.array_equal(before.attributes["position"].values, after.attributes["position"].values)


def test_an_armature_called_auto_goes_before(drawn: Any, armature: Any, run: Any) -> None:
    armature.name = "AUTO"
    ran = run("tween", scope="LAYER", guide="AUTO")
    assert ran.result == "FINISHED"
    assert 'armature called "AUTO" led' in ran.text
    assert farthest(drawn.data.layers[0], 5) < 0.05


def test_the_panel_asks_for_a_skeleton_unless_an_armature_is_chosen(drawn: Any, armature: Any) -> None:
    settings = bpy.context.scene.inkbetween
    assert settings.guide_name == ""
    settings.infer = True
    assert settings.guide_name == "AUTO" == guiding.AUTO == properties.AUTO
    settings.guide = armature
    assert settings.guide_name == "Arm"


def box(x: float, half: float, low: float, high: float) -> np.ndarray:
    """An upright limb, (n, 3) in the front view."""
    corners = np.array([[x - half, low], [x - half, high], [x + half, high], [x + half, low], [x - half, low]])
    share = np.linspace(0.0, 1.0, 12)[:-1, None]
    line = np.concatenate([a + share * (b - a) for a, b in pairwise(corners)])
    return np.stack([line[:, 0], 0 * line[:, 0], line[:, 1]], 1)


def bar(x: float, low: float, high: float) -> np.ndarray:
    return np.stack([np.full(20, x), np.zeros(20), np.linspace(low, high, 20)], 1)


@pytest.fixture
def passing(new_object: Any, polylines: Callable[..., Curves]) -> Any:
    """A limb that only the first of three keys shows, and its armature; it comes out between the other two. A head
    moves, too; lines amid limbs tell where their bones are."""
    front = [box(0.0, 0.9, 0.0, 3.0), bar(0.0, 0.3, 2.7)]
    head = {n: [box(x, 0.3, 3.2, 4.2), bar(x, 3.4, 4.0)] for n, x in ((1, -0.6), (9, 0.5), (17, 0.6))}
    keys = {n: polylines(*front, *head[n]) for n in (9, 17)}
    obj = new_object({1: polylines(*front, *head[1], box(-2.5, 0.25, 0.6, 2.4)), **keys})
    data = bpy.data.armatures.new("Limbs")
    armature = bpy.data.objects.new("Limbs", data)
    bpy.context.scene.collection.objects.link(armature)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    # deeper in the front view, so that it lies behind
    for name, low, high, deep in (("front", 0.1, 2.9, 0.0), ("back", 0.7, 2.3, 1.0), ("head", 3.3, 4.1, 0.0)):
        bone = data.edit_bones.new(name)
        bone.head, bone.tail = (0, deep, low), (0, deep, high)
    bpy.ops.object.mode_set(mode="OBJECT")
    across = armature.data.bones["back"].matrix_local.to_3x3().inverted()
    for frame, back, nod in ((1, -2.5, -0.6), (9, -0.4, 0.5), (13, 2.2, -0.5), (17, 0.4, 0.6)):
        for name, place in (("front", 0.0), ("back", back), ("head", nod)):
            bone = armature.pose.bones[name]
            bone.location = across @ Vector((place, 0.0, 0.0))
            bone.keyframe_insert("location", frame=frame)
    bpy.context.view_layer.objects.active = obj
    bpy.context.scene.frame_set(12)
    return obj


def test_a_limb_that_both_keys_hide_comes_out_between_them(passing: Any, run: Any) -> None:
    layer = passing.data.layers[0]
    before = {n: curves_at(layer, n).attributes["position"].values.tobytes() for n in (1, 9, 17)}
    said = run("tween", guide="Limbs", scope="GAP")
    assert "1 stroke that both keys hide was taken from a key beside them" in said.text
    drawn = curves_at(layer, 13)
    reach = drawn.attributes["position"].values[:, 0].max()
    assert reach == pytest.approx(2.2 + 0.25, abs=0.05)
    assert curves_at(layer, 10).attributes["position"].values[:, 0].max() < 1.0
    assert {n: curves_at(layer, n).attributes["position"].values.tobytes() for n in (1, 9, 17)} == before
