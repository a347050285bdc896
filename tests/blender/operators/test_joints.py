"""Joints as Empties in real Blender: shown, moved, saved, taken by Retarget, removed; one undo step each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from inkbetween.addon import adapter, joints
from inkbetween.tools.samples import mocap, walk
from inkbetween.tools.space import to_plane

RANGE = {"frame_start": 1, "frame_end": 8, "projection": "SIDE"}


@pytest.fixture
def girl(new_object: Any, polylines: Any) -> Any:
    paths = [to_plane(mark.path) for mark in walk.sample().keys[0].lines]
    obj = new_object({1: polylines(*(np.stack([p[:, 0], 0 * p[:, 0], p[:, 1]], 1) for p in paths))}, "Girl")
    bpy.context.scene.frame_set(5)
    return obj


@pytest.fixture
def performer(girl: Any, run: Any, tmp_path: Path) -> str:
    mocap.write(tmp_path / "performer.bvh")
    run("import_mocap", filepath=str(tmp_path / "performer.bvh"))
    bpy.context.view_layer.objects.active = girl
    return "performer"


def by_name(obj: Any) -> dict[str, Any]:
    return {empty[joints.JOINT]: empty for empty in joints.of(obj)}


def positions(girl: Any, number: int) -> np.ndarray:
    drawing = adapter.frame_at(girl.data.layers["Lines retargeted"], number).drawing
    return adapter.read_curves(drawing).attributes["position"].values


def test_shown_moved_and_taken(girl: Any, performer: str, run: Any, eye: Any) -> None:
    girl.location, girl.rotation_euler = (3.0, 1.0, 0.5), (0.0, 0.3, 0.0)
    bpy.context.view_layer.update()
    before = eye.everything(girl.data)
    said = run("place_joints", guide=performer, **RANGE)
    assert said.result == "FINISHED"
    shown = by_name(girl)
    assert f"Placed {len(shown)} joints for the drawing at frame 1" in said.text
    assert {"LeftArm", "RightFoot", "Head"} <= set(shown)
    assert eye.everything(girl.data) == before
    assert bpy.context.view_layer.objects.active == girl
    # They lie on the drawing: in its plane, within its bounds.
    flat = np.array([girl.matrix_world.inverted() @ empty.matrix_world.translation for empty in shown.values()])
    drawn = adapter.read_curves(adapter.frame_at(girl.data.layers["Lines"], 1).drawing).attributes["position"].values
    assert np.abs(flat[:, 1]).max() < 1e-4
    assert (flat >= drawn.min(0) - 0.3).all()
    assert (flat <= drawn.max(0) + 0.3).all()
    assert all(empty.parent == girl for empty in shown.values())

    run("retarget", guide=performer, **RANGE)
    first = positions(girl, 8)
    hand = shown["RightHand"]
    hand.location.x += 0.6
    said = run("retarget", guide=performer, **RANGE)
    assert f"{len(shown)} joints taken as placed" in said.text
    assert "passed over" not in said.text
    assert np.abs(positions(girl, 8) - first).max() > 0.05
    shown["Head"][joints.JOINT] = "Antenna"
    said = run("retarget", guide=performer, **RANGE)
    assert "1 joint that the guide lacks was passed over" in said.text
    drawn_at = next(n for n in range(1, 9) if positions(girl, n).tobytes() == drawn.tobytes())
    assert f"the pose of frame {drawn_at} is the drawing's" in said.text


def test_again_replaces_them_and_remove_removes_them(girl: Any, performer: str, run: Any) -> None:
    run("place_joints", guide=performer, **RANGE)
    shown = by_name(girl)
    where = shown["Head"].matrix_world.translation.copy()
    shown["Head"].location.x += 1.0
    other = bpy.data.objects.new("Girl Head", None)
    bpy.context.scene.collection.objects.link(other)
    run("place_joints", guide=performer, **RANGE)
    again = by_name(girl)
    assert len(joints.of(girl)) == len(shown)
    assert (again["Head"].matrix_world.translation - where).length < 1e-4
    said = run("remove_joints")
    assert f"Removed {len(again)} joints" in said.text
    assert joints.of(girl) == []
    assert other.name in bpy.data.objects
    assert "Show Joints places them" in run("remove_joints").text


def test_saved_with_the_file(girl: Any, performer: str, run: Any, tmp_path: Path) -> None:
    run("place_joints", guide=performer, **RANGE)
    by_name(girl)["LeftHand"].location.z += 0.25
    bpy.context.view_layer.update()
    placed = joints.read(bpy.context.scene, girl, 1)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "girl.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "girl.blend"))
    girl = bpy.data.objects["Girl"]
    restored = joints.read(bpy.context.scene, girl, 1)
    assert restored.keys() == placed.keys()
    for name, place in placed.items():
        assert restored[name] == pytest.approx(place, abs=1e-5)
    assert joints.read(bpy.context.scene, girl, 2) == {}


def test_one_undo_step(girl: Any, performer: str, run: Any) -> None:
    bpy.ops.ed.undo_push(message="Drawn")
    bpy.ops.ed.undo_push(message="Drawn")
    run("place_joints", "EXEC_DEFAULT", True, guide=performer, **RANGE)
    count = len(joints.of(bpy.data.objects["Girl"]))
    run("remove_joints", "EXEC_DEFAULT", True)
    bpy.ops.ed.undo()
    assert len(joints.of(bpy.data.objects["Girl"])) == count > 0
    bpy.ops.ed.undo()
    assert joints.of(bpy.data.objects["Girl"]) == []


def test_a_layer_on_a_parent_carries_its_joints(girl: Any, performer: str, run: Any) -> None:
    holder = bpy.data.objects.new("Holder", None)
    bpy.context.scene.collection.objects.link(holder)
    holder.location = (1, 2, 3)
    girl.data.layers["Lines"].parent = holder
    bpy.context.view_layer.update()
    assert run("place_joints", guide=performer, **RANGE).result == "FINISHED"
    shown = by_name(girl)
    assert all(empty.parent == holder for empty in shown.values())
    before = np.array(shown["Head"].matrix_world.translation)
    holder.location.x += 2.0
    bpy.context.view_layer.update()
    assert np.array(shown["Head"].matrix_world.translation) - before == pytest.approx([2.0, 0.0, 0.0], abs=1e-5)


def test_what_cannot_be(girl: Any, performer: str, run: Any) -> None:
    assert 'There is no object "nobody"' in run("place_joints", guide="nobody", **RANGE).text
    girl.data.layers["Lines"].lock = True
    assert "is locked" in run("place_joints", guide=performer, **RANGE).text
    girl.data.layers["Lines"].lock = False
    bpy.context.scene.frame_set(0)
    assert "shows nothing at frame 0" in run("place_joints", guide=performer, **RANGE).text
    assert joints.of(girl) == []


@pytest.mark.parametrize("verb", ["place_joints", "remove_joints"])
def test_texts_of_the_operators(verb: str) -> None:
    rna = getattr(bpy.ops.inkbetween, verb).get_rna_type()
    for text in [rna.description, *(p.description for p in rna.properties if p.identifier != "rna_type")]:
        assert len(text.split()) > 2, text
        assert text[0].isupper()
        assert not text.endswith(".")


@pytest.mark.parametrize("path", ["location", "scale"])
def test_joints_of_a_figure_that_is_carried_are_those_of_its_drawing(
    girl: Any, performer: str, run: Any, path: str
) -> None:
    """Shown from one frame and read from another, they lie on the drawing as at its own."""
    for frame, value in ((1, (1, 1, 1)), (5, (3, 1, 2)), (9, (0.05, 0.05, 0.05))):
        setattr(girl, path, value)
        girl.keyframe_insert(path, frame=frame)
    found, drawn = [], []
    for playhead in (1, 4, 9):
        bpy.context.scene.frame_set(playhead)
        assert run("place_joints", guide=performer, **RANGE).result == "FINISHED"
        bpy.context.scene.frame_set(13 - playhead)
        found.append(joints.read(bpy.context.scene, girl, 1))
        run("retarget", guide=performer, **RANGE)
        drawn.append(positions(girl, 8))
        run("remove_joints")
    for places, made in zip(found, drawn, strict=True):
        assert places.keys() == found[0].keys()
        for name, place in places.items():
            assert place == pytest.approx(found[0][name], abs=1e-3)
        assert made == pytest.approx(drawn[0], abs=1e-2)
