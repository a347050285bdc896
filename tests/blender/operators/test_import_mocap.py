"""Import Mocap in real Blender: bones where the file has them, at the scene's rate, in one undo step or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from inkbetween.addon import armature
from inkbetween.addon.panels import menus
from inkbetween.inference.mocap.bvh import read_bvh
from inkbetween.inference.mocap.take import take_of

PERSON = """HIERARCHY
ROOT Hips
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Spine
  {
    OFFSET 0 30 0
    CHANNELS 3 Zrotation Xrotation Yrotation
    JOINT Left Arm
    {
      OFFSET 20 25 0
      CHANNELS 3 Yrotation Zrotation Xrotation
      End Site
      {
        OFFSET 55 0 0
      }
    }
  }
  JOINT Leg
  {
    OFFSET 10 0 0
    CHANNELS 3 Xrotation Yrotation Zrotation
    JOINT Foot
    {
      OFFSET 0 -90 5
      CHANNELS 3 Xrotation Yrotation Zrotation
    }
  }
}
MOTION
"""
ODD = """HIERARCHY
ROOT A\tb
{
  OFFSET 3 1 2
  CHANNELS 5 Yrotation Zposition Xposition Xrotation Yposition
  JOINT a"b\\c { OFFSET 0 0 0
    JOINT a"b\\c { OFFSET 0 1 0.5 CHANNELS 6 Zrotation Yrotation Xrotation Xposition Yposition Zposition }
    JOINT Hand { OFFSET -1 0 0 CHANNELS 2 Xrotation Zrotation }
  }
}
ROOT a"b\\c { OFFSET 5 0 0 CHANNELS 1 Yrotation }
MOTION
Frames:\t3
Frame Time:  0.0416667
10 1 2 20 3 5 15 25 0.1 1.2 0.4 70 80 30
-30 1.5 2 40 3 -5 75 25 0.2 1.1 0.3 -70 80 120
50 2 2.5 -60 3 95 15 -25 0.3 1.0 0.5 70 -80 -30
"""


def person(frames: int, seconds: float) -> str:
    rng = np.random.default_rng(5)
    phase = np.linspace(0, 6, max(frames, 1))[:, None] + rng.uniform(0, 6, 18)
    values = 60 * np.sin(phase) + np.array([0, 90] + [0] * 16)
    rows = [" ".join(f"{v:.5f}" for v in row) for row in values[:frames]]
    return f"{PERSON}Frames: {frames}\nFrame Time: {seconds:.6f}\n" + "\n".join(rows)


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(text: str, name: str = "walk.bvh") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def inventory() -> dict[str, Any]:
    """What an import could leave behind or change."""
    active = bpy.context.view_layer.objects.active
    return {
        "objects": sorted(o.name for o in bpy.data.objects),
        "armatures": len(bpy.data.armatures),
        "actions": len(bpy.data.actions),
        "active": active and active.name,
        "selected": sorted(o.name for o in bpy.context.selected_objects),
        "mode": bpy.context.mode,
    }


def bones_now(obj: Any, names: tuple[str, ...]) -> np.ndarray:
    return np.array([obj.matrix_world @ obj.pose.bones[name].head for name in names])


@pytest.mark.parametrize("text", [person(40, 1 / 30), ODD])
@pytest.mark.parametrize("timing", ["SCENE", "FRAMES"])
def test_bones_are_where_the_file_has_them(run: Any, file: Any, text: str, timing: str) -> None:
    path = file(text)
    assert run("import_mocap", filepath=str(path), frame_start=11, timing=timing).result == "FINISHED"
    take = take_of(read_bvh(path), 24.0 if timing == "SCENE" else None)
    expected = take.motion.world()[0]
    obj = bpy.context.object
    assert len(obj.data.bones) == len(take.bones.names)
    size = np.ptp(expected, axis=(0, 1)).max()
    for frame in sorted({0, 1, len(expected) // 2, len(expected) - 1}):
        bpy.context.scene.frame_set(11 + frame)
        assert bones_now(obj, take.bones.names) == pytest.approx(expected[frame], abs=1e-4 * size)
    first, last = obj.animation_data.action.frame_range
    assert (first, last) == (11, 10 + len(expected))
    assert all(bone.length > 1e-3 for bone in obj.data.bones)


@pytest.mark.parametrize("stretched", [200, 50])
def test_a_take_lasts_as_long_where_the_scene_stretches_time(run: Any, file: Any, stretched: int) -> None:
    scene = bpy.context.scene
    scene.render.frame_map_old, scene.render.frame_map_new = 100, stretched
    path = file(person(49, 1 / 24))
    run("import_mocap", filepath=str(path), frame_start=0)
    bvh, obj = read_bvh(path), bpy.context.object
    for frame in (0, 4, 48):
        scene.frame_set(frame)
        turned = bvh.positions()[frame][:, [0, 2, 1]] * [0.01, -0.01, 0.01]
        assert bones_now(obj, ("Hips", "Spine", "Left Arm", "Leg", "Foot")) == pytest.approx(turned, abs=1e-4)


def test_y_up_becomes_z_up_in_metres(run: Any, file: Any) -> None:
    path = file(person(3, 1 / 24))
    run("import_mocap", filepath=str(path))
    bvh, obj = read_bvh(path), bpy.context.object
    for frame, places in enumerate(bvh.positions()):
        bpy.context.scene.frame_set(1 + frame)
        turned = places[:, [0, 2, 1]] * [0.01, -0.01, 0.01]
        assert bones_now(obj, ("Hips", "Spine", "Left Arm", "Leg", "Foot")) == pytest.approx(turned, abs=1e-5)


def test_as_blenders_own_importer(run: Any, file: Any) -> None:
    path = file(person(12, 1 / 24))
    run("import_mocap", filepath=str(path), auto_scale=False, scale=1.0, up="Y")
    ours = bpy.context.object
    bpy.ops.import_anim.bvh(filepath=str(path))
    theirs = bpy.context.object
    assert theirs != ours
    for frame in (1, 5, 12):
        bpy.context.scene.frame_set(frame)
        for bone in theirs.pose.bones:
            place = theirs.matrix_world @ bone.head
            assert bones_now(ours, (bone.name.replace("_", " "),))[0] == pytest.approx(place, abs=1e-3)


def test_what_is_made(run: Any, file: Any) -> None:
    path = file(person(476, 1 / 120), "salsa_01.bvh")
    said = run("import_mocap", filepath=str(path))
    assert said.text.endswith("Imported 5 bones and 96 frames of salsa_01.bvh at 24 fps; measured in centimetres.")
    obj = bpy.context.object
    assert (obj.name, obj.data.name, obj.animation_data.action.name) == ("salsa_01",) * 3
    assert bpy.context.mode == "OBJECT"
    assert bpy.context.selected_objects == [obj]
    assert {bone.rotation_mode for bone in obj.pose.bones} == {"QUATERNION"}
    assert obj.data.bones["Foot"].parent.name == "Leg"
    curves = curves_of(obj)
    assert len(curves) == 3 + 4 * 5
    assert {c.group.name for c in curves} == {bone.name for bone in obj.data.bones}
    assert {len(c.keyframe_points) for c in curves} == {96}
    assert {p.interpolation for c in curves for p in c.keyframe_points[:3]} == {"LINEAR"}


def curves_of(obj: Any) -> list[Any]:
    data = obj.animation_data
    if bpy.app.version < (4, 4, 0):
        return list(data.action.fcurves)
    return list(data.action.layers[0].strips[0].channelbag(data.action_slot).fcurves)


def test_a_take_that_ends_between_two_frames_says_so(run: Any, file: Any) -> None:
    path = file(person(2, 1 / 30))
    bpy.context.scene.render.fps = 12
    said = run("import_mocap", filepath=str(path))
    assert "5 bones and 2 frames of walk.bvh at 12 fps; its last pose comes 0.6 of a frame late" in said.text
    bpy.context.scene.frame_set(2)
    turned = read_bvh(path).positions()[-1][:, [0, 2, 1]] * [0.01, -0.01, 0.01]
    assert bones_now(bpy.context.object, ("Hips", "Spine", "Left Arm", "Leg", "Foot")) == pytest.approx(
        turned, abs=1e-5
    )


def test_a_single_pose_says_so(run: Any, file: Any) -> None:
    said = run("import_mocap", filepath=str(file(person(1, 1 / 30))))
    assert "Warning" in said.text
    assert "1 frame of walk.bvh at 24 fps; it is a single pose" in said.text


def test_speed_follows_the_scenes_rate(run: Any, file: Any) -> None:
    path = file(person(121, 1 / 60))
    for fps, base, frames in ((24, 1.0, 49), (30, 1.0, 61), (24, 1.001, 49), (60, 1.0, 121)):
        bpy.context.scene.render.fps, bpy.context.scene.render.fps_base = fps, base
        run("import_mocap", filepath=str(path))
        assert bpy.context.object.animation_data.action.frame_range[1] == frames


def test_no_frames_make_a_skeleton_at_rest(run: Any, file: Any) -> None:
    said = run("import_mocap", filepath=str(file(person(0, 1 / 30))))
    assert said.result == "FINISHED"
    assert "Warning" in said.text
    assert "walk.bvh, which has no frames: the armature rests" in said.text
    assert bpy.context.object.animation_data is None
    assert len(bpy.context.object.data.bones) == 5


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (PERSON.removesuffix("MOTION\n"), "walk.bvh cannot be read. Line 30: the file ends here, without MOTION"),
        (person(9, 1 / 30).replace("Frames: 9", "Frames: 10"), "the motion ends after 9 frames"),
        (person(9, 1 / 30) + " x", '"x" is not a number'),
        (person(9, 1e6), "Frame Time is 1e+06 seconds"),
        ("", "walk.bvh cannot be read. It is empty"),
    ],
)
def test_malformed_files_leave_the_scene_as_it_was(run: Any, file: Any, two_keys: Any, text: str, says: str) -> None:
    bpy.ops.object.mode_set(mode="PAINT_GREASE_PENCIL")
    before = inventory()
    said = run("import_mocap", filepath=str(file(text)))
    assert said.result == "ERROR"
    assert says in said.text
    assert inventory() == before


def test_files_that_are_not_there(run: Any, tmp_path: Path) -> None:
    before = inventory()
    assert "choose a BVH file" in run("import_mocap").text
    assert "cannot be opened" in run("import_mocap", filepath=str(tmp_path / "none.bvh")).text
    assert "choose a BVH file" in run("import_mocap", "INVOKE_DEFAULT").text
    assert inventory() == before


def test_a_failure_half_way_leaves_nothing(run: Any, file: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(armature, "_fill", fail)
    with pytest.raises(AssertionError, match="MemoryError"):
        run("import_mocap", filepath=str(file(person(9, 1 / 30))))
    assert not len(bpy.data.objects) + len(bpy.data.armatures) + len(bpy.data.actions)


def test_from_draw_mode_with_a_hidden_collection(run: Any, file: Any, two_keys: Any) -> None:
    hidden = bpy.data.collections.new("Hidden")
    bpy.context.scene.collection.children.link(hidden)
    layer = bpy.context.view_layer.layer_collection.children["Hidden"]
    bpy.context.view_layer.active_layer_collection = layer
    hidden.hide_viewport = True
    bpy.ops.object.mode_set(mode="PAINT_GREASE_PENCIL")
    assert run("import_mocap", filepath=str(file(person(4, 1 / 24)))).result == "FINISHED"
    assert bpy.context.object.name in bpy.context.scene.collection.objects
    assert not two_keys.select_get()
    assert two_keys.mode == "OBJECT"


def test_no_collection_can_take_it(run: Any, file: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(armature, "_link", lambda *_: False)
    said = run("import_mocap", filepath=str(file(person(4, 1 / 24))))
    assert "choose a visible collection" in said.text
    assert not len(bpy.data.objects) + len(bpy.data.armatures)


def test_one_undo_step(run: Any, file: Any, two_keys: Any) -> None:
    # Headless Blender keeps no undo history until two steps were pushed.
    bpy.ops.ed.undo_push(message="Drawn")
    bpy.ops.ed.undo_push(message="Drawn")
    before = inventory()
    run("import_mocap", "EXEC_DEFAULT", True, filepath=str(file(person(4, 1 / 24))))
    after = inventory()
    assert after["objects"] == ["Drawing", "walk"]
    bpy.ops.ed.undo()
    assert inventory() == before
    assert "walk" not in bpy.data.objects
    bpy.ops.ed.redo()
    assert inventory() == after
    bpy.context.scene.frame_set(3)
    assert len(curves_of(bpy.data.objects["walk"])) == 23


def test_files_twice_and_long_names(run: Any, file: Any) -> None:
    path = file(person(2, 1 / 24), "ä" * 80 + ".bvh")
    for _ in range(2):
        assert run("import_mocap", filepath=str(path)).result == "FINISHED"
    assert len({o.name for o in bpy.data.objects}) == 2


def test_menu_and_drop_know_the_operator() -> None:
    assert bpy.types.TOPBAR_MT_file_import.draw._draw_funcs.count(menus.draw_import) == 1
    handler = bpy.types.INKBETWEEN_FH_mocap
    assert handler.bl_import_operator == "inkbetween.import_mocap"
    assert handler.bl_file_extensions == ".bvh"


def test_texts_of_the_operator() -> None:
    rna = bpy.ops.inkbetween.import_mocap.get_rna_type()
    shown = [p for p in rna.properties if p.identifier not in ("rna_type", "filter_glob")]
    texts = [rna.description, *(p.description for p in shown)]
    texts += [item.description for p in shown if p.type == "ENUM" for item in p.enum_items]
    assert len(texts) == 12
    for text in texts:
        assert len(text.split()) > 2, text
        assert text[0].isupper()
        assert not text.endswith(".")
