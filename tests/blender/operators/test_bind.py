"""Bind and unbind: the animator chooses a stroke's bone; Tween abides by it, undo and files remember, keys stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
import numpy as np
import pytest

from inkbetween.addon import adapter, bindings
from inkbetween.inference.drawing.contract import Attribute, Curves

FRAMES = range(1, 10)


def arm(frame: int) -> list[np.ndarray]:
    """Both sides of an arm that swings down, and a line beside it that stays, (n, 3) in the front view."""
    angle = 0.9 - 0.15 * (frame - 1)
    way, side = 3.0 * np.array([np.cos(angle), np.sin(angle)]), 0.2 * np.array([-np.sin(angle), np.cos(angle)])
    at = np.linspace(0.1, 0.9, 12)[:, None]
    lines = [at * way + side, at * way - side, np.stack([np.linspace(-1.6, -1.0, 6), np.full(6, -1.0)], 1)]
    return [np.stack([line[:, 0], 0 * line[:, 0], line[:, 1]], 1) for line in lines]


@pytest.fixture
def drawn(new_object: Any, polylines: Callable[..., Curves]) -> Any:
    obj = new_object({number: polylines(*arm(number)) for number in (1, 5, 9)})
    armature = bpy.data.armatures.new("Arm")
    rig = bpy.data.objects.new("Arm", armature)
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    for name, tail in (("arm", (3, 0, 0)), ("other", (0, 0, -3))):
        bone = armature.edit_bones.new(name)
        bone.head, bone.tail, bone.roll = (0, 0, 0), tail, np.pi / 2
    bpy.ops.object.mode_set(mode="OBJECT")
    sign = -1.0 if armature.bones["arm"].matrix_local.col[2].y > 0 else 1.0
    bone = rig.pose.bones["arm"]
    bone.rotation_mode = "XYZ"
    for frame in FRAMES:
        bone.rotation_euler = (0.0, 0.0, sign * (0.9 - 0.15 * (frame - 1)))
        bone.keyframe_insert("rotation_euler", frame=frame)
    bpy.context.view_layer.objects.active = obj
    bpy.context.scene.inkbetween.guide = rig
    bpy.context.scene.frame_set(1)
    return obj


def lines() -> Any:
    """The layer now: references from before an undo are dead."""
    return bpy.data.objects["Drawing"].data.layers[0]


def sayings() -> list[Any]:
    return bindings.read_sayings(bpy.data.objects["Drawing"].data)


def select(frame: int, *strokes: int) -> None:
    """Select strokes of the key at a frame, in Edit Mode, and go there."""
    if bpy.context.mode != "EDIT_GREASE_PENCIL":
        bpy.ops.object.mode_set(mode="EDIT")
    bpy.context.scene.frame_set(frame)
    drawing = adapter.frame_at(lines(), frame).drawing
    chosen = np.isin(np.arange(len(drawing.strokes)), strokes)
    adapter.set_attribute(drawing, ".selection", Attribute("CURVE", "BOOLEAN", chosen))


def positions(frame: int) -> bytes:
    drawing = adapter.frame_at(lines(), frame).drawing
    return bytes(adapter.read_curves(drawing).attributes["position"].values.tobytes())


def test_tween_abides_by_what_was_said(drawn: Any, run: Any, eye: Any) -> None:
    assert run("tween", scope="LAYER", guide="Arm").result == "FINISHED"
    before = {frame: positions(frame) for frame in FRAMES}
    select(1, 2)
    keys = {f: kept[2] for f, kept in eye.artist_frames(lines()).items()}
    ran = run("bind", bone="arm")
    assert (ran.result, "Bound 1 stroke of frame 1 to" in ran.text) == ("FINISHED", True)
    assert {f: kept[2] for f, kept in eye.artist_frames(lines()).items()} == keys
    assert "1 stroke followed the bones you chose" in run("tween", scope="LAYER", guide="Arm").text
    after = {frame: positions(frame) for frame in FRAMES}
    # the gap that touches the key moves, the other one and the keys do not
    assert [frame for frame in FRAMES if after[frame] != before[frame]] == [2, 3, 4]
    assert run("unbind").result == "FINISHED"
    assert sayings() == []
    run("tween", scope="LAYER", guide="Arm")
    assert {frame: positions(frame) for frame in FRAMES} == before


def test_only_the_gap_that_is_drawn_counts(drawn: Any, run: Any) -> None:
    select(9, 0, 2)
    run("bind", bone="arm")
    bpy.context.scene.frame_set(3)
    assert "bones you chose" not in run("tween", scope="GAP", guide="Arm").text
    bpy.context.scene.frame_set(7)
    assert "2 strokes followed the bones you chose" in run("tween", scope="GAP", guide="Arm").text


def test_layers_that_move_together_abide_by_it(drawn: Any, run: Any, polylines: Any) -> None:
    other = drawn.data.layers.new("Other")
    for number in (1, 5):
        adapter.insert_frame(other, number, polylines(*arm(number)[:1]), "KEYFRAME")
    select(1, 0)  # on the layer "Lines"; everything of the other one is selected, too
    run("bind", bone="other")
    assert sorted(said.layer for said in sayings()) == ["Lines", "Other"]
    assert "2 strokes followed" in run("tween", scope="GAP", guide="Arm").text


def test_no_bone_is_a_choice(drawn: Any, run: Any) -> None:
    select(1, 0, 1)
    assert "Bound 2 strokes of frame 1 to no bone" in run("bind", bone="No Bone").text
    assert "2 strokes followed the bones you chose" in run("tween", scope="LAYER", guide="Arm").text


def test_the_last_word_counts(drawn: Any, run: Any) -> None:
    select(1, 0)
    run("bind", bone="arm")
    run("bind", bone="other")
    (said,) = sayings()
    run("bind", bone="other")
    assert sayings() == [said]


def test_undo_and_redo_in_edit_mode(drawn: Any, run: Any) -> None:
    bpy.ops.ed.undo_push(message="Drawn")
    bpy.ops.ed.undo_push(message="Drawn")
    bpy.ops.object.mode_set("EXEC_DEFAULT", True, mode="EDIT")
    select(1, 0)
    bpy.ops.ed.undo_push(message="Selected")
    states = [sayings()]
    for bone in ("arm", "other"):
        run("bind", "EXEC_DEFAULT", True, bone=bone)
        states.append(sayings())
    run("unbind", "EXEC_DEFAULT", True, everything=True)
    states.append(sayings())
    assert [len(state) for state in states] == [0, 1, 1, 0]
    for state in states[-2::-1]:
        bpy.ops.ed.undo()
        assert sayings() == state
        assert bpy.context.mode == "EDIT_GREASE_PENCIL"
    for state in states[1:]:
        bpy.ops.ed.redo()
        assert sayings() == state


def test_undo_past_leaving_edit_mode(drawn: Any, run: Any) -> None:
    bpy.ops.ed.undo_push(message="Drawn")
    bpy.ops.ed.undo_push(message="Drawn")
    bpy.ops.object.mode_set("EXEC_DEFAULT", True, mode="EDIT")
    select(1, 0)
    run("bind", "EXEC_DEFAULT", True, bone="arm")
    said = sayings()
    bpy.ops.object.mode_set("EXEC_DEFAULT", True, mode="OBJECT")
    assert sayings() == said
    bpy.ops.ed.undo()
    assert sayings() == said
    bpy.ops.ed.undo()
    assert sayings() == []


def test_a_file_remembers(drawn: Any, run: Any, tmp_path: Any) -> None:
    select(1, 0)
    run("bind", bone="arm")
    bpy.ops.object.mode_set(mode="OBJECT")
    said, path = sayings(), str(tmp_path / "scene.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    assert sayings() == said
    assert "1 stroke followed" in run("tween", scope="LAYER", guide="Arm").text


def test_a_renamed_layer_and_a_moved_key_keep_it(drawn: Any, run: Any) -> None:
    select(1, 2)
    run("bind", bone="arm")
    drawn.data.layers.new("Above")
    drawn.data.layers.active = lines()
    lines().name = "Ink"
    assert [said.layer for said in sayings()] == ["Ink"]
    lines().frames.move(1, 2)
    bpy.context.scene.frame_set(3)
    assert "1 stroke followed" in run("tween", scope="GAP", guide="Arm").text
    bpy.context.scene.frame_set(2)
    run("bind", bone="other")  # what was said at frame 1 is of the same stroke
    assert [said.frame for said in sayings()] == [2]


def test_a_redrawn_stroke_loses_it_and_the_report_counts(drawn: Any, run: Any, edit: Any) -> None:
    select(1, 0, 2)
    run("bind", bone="arm")
    edit(lines(), 1)  # moves a point of stroke 0
    ran = run("tween", scope="LAYER", guide="Arm")
    assert "1 stroke followed the bones you chose; 1 redrawn stroke lost the bone you had chosen" in ran.text
    assert len(sayings()) == 1
    assert "redrawn" not in run("tween", scope="LAYER", guide="Arm").text


def test_bones_of_another_armature_are_told(drawn: Any, run: Any) -> None:
    select(1, 2)
    run("bind", bone="arm")
    bpy.data.objects["Arm"].name = "Leg"
    assert "1 stroke is bound to bones that this guide does not have" in run("tween", scope="LAYER", guide="Leg").text


def test_without_a_guide_nothing_is_said(drawn: Any, run: Any) -> None:
    select(1, 2)
    run("bind", bone="arm")
    assert "bones you chose" not in run("tween", scope="LAYER").text


def test_locked_layers_are_left_alone(drawn: Any, run: Any, polylines: Any) -> None:
    other = drawn.data.layers.new("Other")
    adapter.insert_frame(other, 1, polylines(*arm(1)), "KEYFRAME")
    other.lock = True
    select(1, 0)
    run("bind", bone="arm")
    assert [said.layer for said in sayings()] == ["Lines"]
    lines().lock = True
    assert "No stroke is selected" in run("bind", bone="arm").text


@pytest.mark.parametrize(
    ("bone", "said"), [("", "Choose a bone"), ("leg", 'has no bone "leg"'), ("Arm", 'has no bone "Arm"')]
)
def test_a_bone_that_is_not_there(drawn: Any, run: Any, bone: str, said: str) -> None:
    select(1, 0)
    ran = run("bind", bone=bone)
    assert (ran.result, said in ran.text) == ("ERROR", True)
    assert sayings() == []


def test_what_cannot_be_bound(drawn: Any, run: Any) -> None:
    select(1)
    assert "No stroke is selected at frame 1" in run("bind", bone="arm").text
    assert run("unbind").result == "ERROR"
    assert run("unbind", everything=True).result == "CANCELLED"
    run("tween", scope="LAYER", guide="Arm")
    bpy.context.scene.frame_set(3)
    assert "Frame 3 shows an in-between" in run("bind", bone="arm").text
    select(1, 0)
    bpy.context.scene.inkbetween.guide = None
    assert "Choose an armature as the guide" in run("bind", bone="arm").text
    assert 'There is no armature "Nobody"' in run("bind", bone="arm", guide="Nobody").text
    bpy.ops.object.mode_set(mode="OBJECT")
    assert not bpy.ops.inkbetween.bind.poll()
    assert "Select strokes in Edit Mode" in run("unbind").text


def test_linked_data_is_refused(drawn: Any, run: Any, tmp_path: Any) -> None:
    path = str(tmp_path / "library.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(path, link=True) as (_, wanted):
        wanted.objects = ["Drawing"]
    bpy.context.scene.collection.objects.link(wanted.objects[0])
    bpy.context.view_layer.objects.active = wanted.objects[0]
    for verb in ("bind", "unbind"):
        assert "linked from another file" in run(verb).text


def test_the_guides_bones_are_offered(drawn: Any) -> None:
    from inkbetween.ops.bind import INKBETWEEN_OT_bind, _bones

    class Owner:
        guide = ""

    assert _bones(Owner(), bpy.context, "") == ["No Bone", "arm", "other"]
    rna = bpy.ops.inkbetween.bind.get_rna_type()
    assert {"bone", "guide"} <= set(rna.properties.keys())
    assert {"REGISTER", "UNDO"} <= INKBETWEEN_OT_bind.bl_options
