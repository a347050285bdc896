"""An armature read from the scene: every joint where Blender itself sees it, and the scene as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Matrix, Vector

from inkbetween.addon import adapter, rigs
from inkbetween.addon.evaluated import places, stage
from inkbetween.inference.drawing.contract import Curves
from inkbetween.inference.skeletons.guide import Guide, GuideError
from inkbetween.inference.skeletons.view import Canvas
from inkbetween.ops.scene.guiding import MARGIN, Guidance, frames_of, read_guidance
from inkbetween.ops.scene.snapshot import read_layer

FRONT = Canvas(np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]), np.zeros(3))
FRAMES = range(1, 8)


def linked(name: str, data: Any = None) -> Any:
    obj = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(obj)
    return obj


def new_rig(name: str = "Rig") -> Any:
    """An arm of two bones that bends, with a handle that does not deform between them; the object moves, too."""
    armature = linked(name, bpy.data.armatures.new(name))
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    above = None
    for number, bone in enumerate(("upper", "handle", "lower")):
        made = armature.data.edit_bones.new(bone)
        made.head, made.tail, made.parent = (0, 0.1 * number, number), (0, 0.1 * number, number + 1), above
        above = made
    bpy.ops.object.mode_set(mode="OBJECT")
    armature.data.bones["handle"].use_deform = False
    for frame, angle in ((1, 0.0), (7, 1.2)):
        for bone in armature.pose.bones:
            bone.rotation_mode, bone.rotation_euler = "XYZ", (angle, 0.3 * angle, angle)
            bone.keyframe_insert("rotation_euler", frame=frame)
        armature.location = (0.2 * angle, 0.5 * angle, 0)
        armature.keyframe_insert("location", frame=frame)
    armature.scale = (1, 1.5, 0.7)
    return armature


def new_camera(kind: str, name: str = "Camera") -> Any:
    data = bpy.data.cameras.new(name)
    data.type, data.shift_x, data.ortho_scale = kind, 0.1, 9
    camera = linked(name, data)
    camera.location, camera.rotation_euler = (1, -12, 2), (1.45, 0.1, 0.05)
    bpy.context.scene.camera = camera
    return camera


def read(frames: Any = FRAMES, name: str = "Rig") -> Guidance:
    return read_guidance(bpy.context.scene, name, frames)


def joints(armature: Any, frame: float) -> dict[str, tuple[Vector, Vector]]:
    """Head and tail of the bones in the world as the scene itself shows them."""
    bpy.context.scene.frame_set(int(frame), subframe=frame - int(frame))
    to_world = armature.matrix_world
    return {bone.name: (to_world @ bone.head, to_world @ bone.tail) for bone in armature.pose.bones}


def assert_seen_as_blender_sees(guide: Guide, armature: Any) -> None:
    """Joints in the world, and the places on the paper they were given, have the same place in the camera's picture."""
    scene = bpy.context.scene
    for moment, frame in enumerate(guide.frames):
        there = joints(armature, int(frame))
        for number, name in enumerate(guide.names):
            for end, (joint, place) in enumerate(zip(there[name], (guide.head, guide.tail), strict=True)):
                x, z = place[moment, number]
                ours = world_to_camera_view(scene, scene.camera, Vector((x, 0, z)))
                blenders = world_to_camera_view(scene, scene.camera, joint)
                assert ours[:2] == pytest.approx(blenders[:2], abs=1e-4), (frame, name, end)
                depth = (guide.head_depth, guide.tail_depth)[end][moment, number]
                assert np.sign(depth) == np.sign(ours[2] - blenders[2]) or abs(depth) < 1e-4


@pytest.mark.parametrize("kind", ["PERSP", "ORTHO"])
def test_joints_are_where_the_camera_sees_them(kind: str) -> None:
    armature, camera = new_rig(), new_camera(kind)
    camera.keyframe_insert("location", frame=1)
    camera.location = (-2, -9, 1)
    camera.keyframe_insert("location", frame=7)
    guidance = read()
    assert guidance.notes == ()
    guide = guidance.recording.seen(FRONT)
    assert guide.names == ("upper", "lower")
    assert guide.parents.tolist() == [-1, 0]
    assert_seen_as_blender_sees(guide, armature)
    assert np.ptp(guide.tail[:, 1], axis=0).max() > 0.5


def test_without_a_camera_it_is_seen_square_to_the_drawing() -> None:
    armature = new_rig()
    guidance = read()
    assert "no camera" in guidance.notes[0]
    guide = guidance.recording.seen(FRONT)
    for moment, frame in enumerate(FRAMES):
        _, tail = joints(armature, frame)["lower"]
        assert [*guide.tail[moment, 1], guide.tail_depth[moment, 1]] == pytest.approx(
            [tail.x, tail.z, -tail.y], abs=1e-5
        )


def test_cameras_change_at_markers() -> None:
    armature, one = new_rig(), new_camera("PERSP", "One")
    other = new_camera("ORTHO", "Other")
    other.location.x = 3
    for frame, camera in ((2, one), (5, other)):
        bpy.context.scene.timeline_markers.new("", frame=frame).camera = camera
    guidance = read()
    assert [view.perspective for view in guidance.recording.views] == [True] * 4 + [False] * 3
    assert_seen_as_blender_sees(guidance.recording.seen(FRONT), armature)


def test_a_camera_may_change_its_kind() -> None:
    """Each frame is seen as the camera sees it then, whatever it is at the playhead."""
    armature, camera = new_rig(), new_camera("PERSP")
    for frame, kind in ((1, "PERSP"), (5, "ORTHO")):
        camera.data.type = kind
        camera.data.keyframe_insert("type", frame=frame)
    for playhead in (1, 6):
        bpy.context.scene.frame_set(playhead)
        guidance = read()
        assert [view.perspective for view in guidance.recording.views] == [True] * 4 + [False] * 3
        assert_seen_as_blender_sees(guidance.recording.seen(FRONT), armature)


def test_constraints_drivers_parents_and_strips_have_their_say() -> None:
    armature = new_rig()
    root, target = linked("Root"), linked("Target")
    armature.parent = root
    for obj, end in ((root, (2, 0, 1)), (target, (0, 3, 5))):
        for frame, place in ((1, (0, 0, 0)), (7, end)):
            obj.location = place
            obj.keyframe_insert("location", frame=frame)
    constraint = armature.pose.bones["lower"].constraints.new("TRACK_TO")
    constraint.target, constraint.track_axis, constraint.up_axis = target, "TRACK_Y", "UP_Z"
    curve = armature.driver_add("scale", 0)
    curve.driver.expression = "1 + frame / 10"
    track = armature.animation_data.nla_tracks.new()
    track.strips.new("Strip", 1, armature.animation_data.action)
    armature.animation_data.action = None
    rig = read().recording.rig
    for moment, frame in enumerate(FRAMES):
        there = joints(armature, frame)
        for number, name in enumerate(rig.names):
            assert rig.heads[moment, number] == pytest.approx(there[name][0][:], abs=1e-5)
            assert rig.tails[moment, number] == pytest.approx(there[name][1][:], abs=1e-5)


@pytest.mark.parametrize("how", ["hide_viewport", "hide_set", "excluded", "pose mode"])
def test_hidden_rigs_and_cameras_guide_as_well(how: str) -> None:
    armature, camera = new_rig(), new_camera("PERSP")
    want = read().recording.seen(FRONT)
    if how == "hide_viewport":
        armature.hide_viewport = camera.hide_viewport = True
    elif how == "hide_set":
        armature.hide_set(True)
        camera.hide_set(True)
    elif how == "excluded":
        away = bpy.data.collections.new("Away")
        bpy.context.scene.collection.children.link(away)
        for obj in (armature, camera):
            away.objects.link(obj)
            bpy.context.scene.collection.objects.unlink(obj)
        bpy.context.view_layer.layer_collection.children["Away"].exclude = True
    else:
        bpy.ops.object.mode_set(mode="POSE")
    guide = read().recording.seen(FRONT)
    assert (guide.head == want.head).all()
    assert (guide.tail == want.tail).all()


@pytest.mark.parametrize("override", [False, True])
def test_linked_rigs_guide_as_well(tmp_path: Path, override: bool) -> None:
    want = read_of(new_rig())
    path = str(tmp_path / "rig.blend")
    bpy.data.libraries.write(path, {bpy.data.objects["Rig"]})
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(path, link=True) as (_, into):
        into.objects = ["Rig"]
    (obj,) = into.objects
    bpy.context.scene.collection.objects.link(obj)
    if override:
        obj = obj.override_hierarchy_create(bpy.context.scene, bpy.context.view_layer)
        assert obj.override_library is not None
    assert read_of(obj) == pytest.approx(want)


def read_of(armature: Any) -> np.ndarray:
    return read(name=armature.name).recording.rig.tails


def test_the_scene_stays_as_it_is() -> None:
    armature, camera = new_rig(), new_camera("PERSP")
    scene = bpy.context.scene
    scene.frame_set(3, subframe=0.25)
    armature.pose.bones["upper"].rotation_euler = (3, 2, 1)  # not keyed: any change of frame would lose it
    camera.location.x = 5
    armature.select_set(True)
    bpy.context.view_layer.update()
    before = state(armature)
    blocks = count_of_blocks()
    called = []
    handlers = [getattr(bpy.app.handlers, name) for name in ("frame_change_pre", "depsgraph_update_post")]
    for registered in handlers:
        registered.append(lambda *_: called.append(1))
    kept = [list(registered) for registered in handlers]
    read()
    assert called == []
    assert [list(registered) for registered in handlers] == kept
    assert state(armature) == before
    assert camera.location.x == 5
    assert count_of_blocks() == blocks
    bpy.context.view_layer.update()
    assert state(armature) == before


def state(armature: Any) -> tuple:
    scene = bpy.context.scene
    bones = [(tuple(b.rotation_euler), tuple(b.head), tuple(b.tail)) for b in armature.pose.bones]
    where = tuple(map(tuple, armature.matrix_world))
    shown = armature.select_get(), armature.users, bpy.context.view_layer.objects.active.name
    return scene.frame_current, scene.frame_subframe, bones, where, shown, bpy.context.scene.name


def count_of_blocks() -> list[int]:
    return [len(blocks) for blocks in (bpy.data.scenes, bpy.data.objects, bpy.data.meshes, bpy.data.collections)]


def test_nothing_is_left_behind_by_what_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    new_rig()
    blocks, called = count_of_blocks(), []
    bpy.app.handlers.frame_change_post.append(lambda *_: called.append(1))

    def fail(*_: Any) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(stage.Stage, "bones", fail)
    with pytest.raises(RuntimeError, match="no"):
        read()
    assert count_of_blocks() == blocks
    bpy.context.scene.frame_set(2)
    assert called == [1]


@pytest.mark.parametrize("stretched", [200, 50])
def test_stretched_time_parts_no_drawing_from_its_pose(stretched: int, new_object: Any, polylines: Any) -> None:
    """A drawing and a pose with the same number are seen together, whatever frame of the scene shows them."""
    armature, camera = new_rig(), new_camera("PERSP")
    paper = new_object({number: polylines([(0, 0, 0), (1, 0, number)]) for number in FRAMES})
    paper.parent, paper.matrix_parent_inverse = camera, camera.matrix_world.inverted()
    for frame, spot in ((1, (0, -9, 0)), (7, (4, -8, 1))):
        camera.location = spot
        camera.keyframe_insert("location", frame=frame)
    bpy.context.scene.render.frame_map_new = stretched
    motion = rigs.read_motion(bpy.context.scene, armature, FRAMES)
    (placement,) = places.read_placements(bpy.context.scene, paper, paper.data.layers[:], FRAMES)
    for moment, frame in enumerate(FRAMES):
        tail = joints(armature, frame * stretched / 100)["lower"][1]
        assert (motion.to_world[moment] @ [*motion.tails[moment, 1], 1])[:3] == pytest.approx(tail[:], abs=1e-5)
        assert placement.at(frame) == pytest.approx(np.array(paper.matrix_world), abs=1e-5)
        assert motion.cameras[moment][0] == pytest.approx(np.array(camera.matrix_world), abs=1e-5)


def test_where_no_bone_deforms_all_guide() -> None:
    for bone in new_rig().data.bones:
        bone.use_deform = False
    rig = read().recording.rig
    assert rig.names == ("upper", "handle", "lower")
    assert rig.parents.tolist() == [-1, 0, 1]


def test_what_cannot_guide_says_what_to_do() -> None:
    armature = new_rig()
    linked("Empty")
    linked("Bare", bpy.data.armatures.new("Bare"))
    bpy.data.objects.new("Elsewhere", armature.data)
    for name, what in (
        ("Nobody", "no object"),
        ("Elsewhere", "no object"),
        ("Empty", "not an armature"),
        ("Bare", "no bones"),
    ):
        with pytest.raises(GuideError, match=f'"{name}".*{what}|{what}.*"{name}"'):
            read(name=name)
    armature.data.pose_position = "REST"
    with pytest.raises(GuideError, match="Pose Position"):
        read()
    armature.data.pose_position = "POSE"
    bpy.ops.object.mode_set(mode="EDIT")
    with pytest.raises(GuideError, match="Edit Mode"):
        read()
    bpy.ops.object.mode_set(mode="OBJECT")
    armature.animation_data_clear()
    with pytest.raises(GuideError, match="no animation"):
        read()
    assert rigs.guide_blocker(bpy.context.scene, "Rig") != ""


def test_a_rig_that_stands_still_is_told_of() -> None:
    new_rig()
    assert any("stands still" in note for note in read(range(20, 30)).notes)


@pytest.mark.parametrize("fastened", ["object", "layer"])
def test_paper_fastened_to_a_camera_that_travels(
    fastened: str, new_object: Callable[..., Any], polylines: Callable[..., Curves]
) -> None:
    """Camera and paper pass a figure: on the paper it is where the camera's picture has it."""
    armature, camera = new_rig(), new_camera("PERSP")
    camera.rotation_euler = (np.pi / 2, 0, 0)
    for frame, spot in ((1, (0, -9, 0)), (7, (4, -8, 1))):
        camera.location = spot
        camera.keyframe_insert("location", frame=frame)
    stroke = polylines([(-1, 0, 0), (1, 0, 1), (0, 0, 2)])
    paper = new_object({1: stroke, 7: stroke})
    layer = paper.data.layers[0]
    bpy.context.scene.frame_set(4)
    if fastened == "object":
        paper.parent, paper.matrix_parent_inverse = camera, camera.matrix_world.inverted()
    else:
        layer.parent = camera  # Blender keeps it in place itself
    bpy.context.view_layer.update()
    place = adapter.layer_matrix(paper, layer)
    assert place == pytest.approx(np.eye(4), abs=1e-5)
    frames = frames_of([read_layer(paper, layer)])
    assert frames == range(FRAMES[0] - MARGIN, FRAMES[-1] + MARGIN + 1)
    (placement,) = places.read_placements(bpy.context.scene, paper, [layer], frames)
    guide = read(frames).recording.travelling(placement, placement.at(4)).seen(FRONT)
    for moment, frame in enumerate(frames):
        _, tail = joints(armature, frame)["lower"]
        at = Matrix(adapter.layer_matrix(paper, layer).tolist())
        x, z = guide.tail[moment, 1]
        ours = world_to_camera_view(bpy.context.scene, camera, at @ Vector((x, 0, z)))
        assert ours[:2] == pytest.approx(world_to_camera_view(bpy.context.scene, camera, tail)[:2], abs=1e-4)
