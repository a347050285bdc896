"""Layers, frames and what may be written to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from inkbetween.addon import adapter
from inkbetween.inference.drawing.contract import Attribute, Curves
from inkbetween.inference.drawing.conversion import FINGERPRINT, equal_drawings, fingerprint

POINTS = np.random.default_rng(5).normal(size=(6, 3)).astype(np.float32)


@pytest.fixture
def drawn(new_object: Callable[..., Any], polylines: Callable[..., Curves]) -> Any:
    """An object whose layer has one stroke on frame 1."""
    return new_object({1: polylines(POINTS)})


def world_points_by_blender(obj: Any) -> np.ndarray:
    """The drawing's points in world space, as Blender itself transforms them on converting to a mesh."""
    bpy.ops.object.convert(target="MESH", keep_original=True)
    mesh = bpy.context.object
    points = np.zeros(len(mesh.data.vertices) * 3, np.float32)
    mesh.data.vertices.foreach_get("co", points)
    matrix = np.array(mesh.matrix_world)
    bpy.data.objects.remove(mesh)
    bpy.context.view_layer.objects.active = obj
    obj.select_set(True)
    return points.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]


def linked(obj: Any) -> Any:
    bpy.context.scene.collection.objects.link(obj)
    return obj


def rig() -> Any:
    armature = linked(bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig")))
    drawn = bpy.context.view_layer.objects.active
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    bone = armature.data.edit_bones.new("Arm")
    bone.head, bone.tail = (0, 0, 1), (1, 0, 2)
    bpy.ops.object.mode_set(mode="OBJECT")
    bpy.context.view_layer.objects.active = drawn
    return armature


@pytest.mark.parametrize("parent", ["none", "empty", "armature", "bone"])
def test_layer_matrix_is_blenders(drawn: Any, parent: str) -> None:
    layer = drawn.data.layers[0]
    drawn.location, drawn.rotation_euler, drawn.scale = (1, 2, 3), (0.3, 0.4, 0.5), (1, 2, 0.5)
    layer.translation, layer.rotation, layer.scale = (0.1, 0.2, 0.3), (0.5, 0.1, 0.2), (2, 1, 3)
    if parent != "none":
        layer.parent = linked(bpy.data.objects.new("Empty", None)) if parent == "empty" else rig()
        layer.parent_bone = "Arm" if parent == "bone" else ""
        bpy.context.view_layer.update()
        layer.parent.location, layer.parent.scale = (3, 1, 0), (1, -2, 1.5)  # after parenting: the inverse stays
    if parent == "bone":
        pose = layer.parent.pose.bones["Arm"]
        pose.rotation_mode, pose.rotation_euler = "XYZ", (0.4, 0.2, 0)
    bpy.context.view_layer.update()
    drawn.select_set(True)
    matrix = adapter.layer_matrix(drawn, layer)
    assert matrix.dtype == np.float64
    ours = POINTS @ matrix[:3, :3].T + matrix[:3, 3]
    assert ours == pytest.approx(world_points_by_blender(drawn), abs=1e-5)


def test_a_bone_that_is_gone_does_no_harm(drawn: Any) -> None:
    layer = drawn.data.layers[0]
    layer.parent, layer.parent_bone = rig(), "Arm"
    layer.parent_bone = "Leg"
    assert np.isfinite(adapter.layer_matrix(drawn, layer)).all()


def test_what_may_be_edited(drawn: Any) -> None:
    data = drawn.data
    layer = data.layers[0]
    assert adapter.is_layer_editable(drawn, layer) == ""
    layer.lock = True
    assert adapter.is_layer_editable(drawn, layer) == "is locked"
    layer.lock, layer.hide = False, True
    assert adapter.is_layer_editable(drawn, layer) == "is hidden"
    layer.hide = False
    outer, inner = data.layer_groups.new("Outer"), None
    inner = data.layer_groups.new("Inner", parent_group=outer)
    data.layers.move_to_layer_group(layer, inner)
    assert adapter.is_layer_editable(drawn, layer) == ""
    outer.lock = True
    assert adapter.is_layer_editable(drawn, layer) == 'is in the locked group "Outer"'
    outer.lock, inner.hide = False, True
    assert adapter.is_layer_editable(drawn, layer) == 'is in the hidden group "Inner"'


def test_what_shows(drawn: Any) -> None:
    data = drawn.data
    layer = data.layers[0]
    outer = data.layer_groups.new("Outer")
    data.layers.move_to_layer_group(layer, data.layer_groups.new("Inner", parent_group=outer))
    layer.lock = outer.lock = True
    assert adapter.is_layer_visible(layer)
    for node in (layer, layer.parent_group, outer):
        node.hide = True
        assert not adapter.is_layer_visible(layer)
        node.hide = False
    assert adapter.is_layer_visible(layer)


def test_linked_data_may_not_be_edited(drawn: Any, tmp_path: Path) -> None:
    path = str(tmp_path / "library.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(path, link=True) as (_, chosen):
        chosen.objects = ["Drawing"]
    obj = linked(bpy.data.objects["Drawing"])
    assert adapter.is_layer_editable(obj, obj.data.layers[0]) == "belongs to an object linked from another file"
    override = obj.override_create()
    assert "linked" in adapter.is_layer_editable(override, override.data.layers[0])
    local = linked(bpy.data.objects.new("Local", obj.data))
    assert adapter.is_layer_editable(local, local.data.layers[0]) == "belongs to data linked from another file"


def test_only_grease_pencil_objects_are(drawn: Any) -> None:
    assert adapter.is_grease_pencil(drawn)
    assert drawn.data in adapter.grease_pencil_data().values()
    assert not adapter.is_grease_pencil(None)
    assert not adapter.is_grease_pencil(bpy.data.objects.new("Empty", None))
    assert not adapter.is_grease_pencil(bpy.data.objects.new("Mesh", bpy.data.meshes.new("Mesh")))


def test_frames_are_inserted_typed_and_removed(drawn: Any, polylines: Callable[..., Curves]) -> None:
    layer = drawn.data.layers[0]
    curves = polylines(POINTS[:3], POINTS[3:])
    frame = adapter.insert_frame(layer, 5, curves)
    assert (adapter.frame_number(frame), adapter.frame_type(frame)) == (5, "GENERATED")
    assert equal_drawings(adapter.read_curves(frame.drawing), curves)
    adapter.set_frame_types(layer, [int(frame.frame_number)], "BREAKDOWN")
    assert adapter.frame_type(adapter.find_frame(layer, 5)) == "BREAKDOWN"
    with pytest.raises(adapter.AdapterError, match='Layer "Lines" already has a frame at 5'):
        adapter.insert_frame(layer, 5, curves)
    adapter.remove_frame(layer, 5)
    assert adapter.find_frame(layer, 5) is None
    with pytest.raises(adapter.AdapterError, match="no frame at 5"):
        adapter.remove_frame(layer, 5)
    assert [f.frame_number for f in layer.frames] == [1]


def test_an_instance_is_known(drawn: Any) -> None:
    layer = drawn.data.layers[0]
    assert not adapter.shares_drawing(layer.frames[0].drawing)
    copy = layer.frames.copy(1, 4, instance_drawing=True)
    assert adapter.shares_drawing(copy.drawing)
    assert adapter.shares_drawing(layer.frames[0].drawing)


def test_fingerprint_stays_while_nothing_is_edited(drawn: Any, tmp_path: Path) -> None:
    drawing = drawn.data.layers[0].frames[0].drawing
    before = fingerprint(adapter.read_curves(drawing))
    adapter.set_attribute(drawing, FINGERPRINT, Attribute("CURVE", "INT", np.array([before], np.int32)))
    for mode in ("EDIT", "SCULPT_GREASE_PENCIL", "PAINT_GREASE_PENCIL", "VERTEX_GREASE_PENCIL", "OBJECT"):
        bpy.ops.object.mode_set(mode=mode)
        assert fingerprint(adapter.read_curves(drawing)) == before
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.grease_pencil.select_all(action="DESELECT")
    assert ".selection" in adapter.read_curves(drawing).attributes
    assert fingerprint(adapter.read_curves(drawing)) == before
    bpy.ops.object.mode_set(mode="OBJECT")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "saved.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "saved.blend"))
    loaded = adapter.read_curves(bpy.data.objects["Drawing"].data.layers[0].frames[0].drawing)
    assert fingerprint(loaded) == before == int(loaded.attributes[FINGERPRINT].values[0])


@pytest.mark.parametrize("edit", ["move", "delete", "material", "thickness"])
def test_fingerprint_tells_an_edit(drawn: Any, edit: str) -> None:
    drawing = drawn.data.layers[0].frames[0].drawing
    before = fingerprint(adapter.read_curves(drawing))
    if edit == "move":
        drawing.strokes[0].points[2].position = (9, 9, 9)
    elif edit == "delete":
        drawing.resize_strokes(sizes=[5], indices=[0])
    elif edit == "material":
        drawing.strokes[0].material_index = 1
    else:
        drawing.strokes[0].points[0].radius = 0.5
    assert fingerprint(adapter.read_curves(drawing)) != before
