"""Training clips of a rig that the test builds: lines of a bending tube, and a capture performed by a stick figure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from inkbetween.training.clips.clip import FEATURE, OUTLINE, Clip, load_clip, save_clip
from inkbetween.training.clips.tracking import Tracked
from inkbetween.training.lineart import mocap as lineart_mocap
from inkbetween.training.lineart import scene as lineart_scene
from inkbetween.training.lineart.clip import TooStillError, make_clip
from inkbetween.training.lineart.jobs import Job

BEND = np.deg2rad(64.0)
PITCH = 0.15
LAST = 17


def armature(bones: dict[str, tuple[Any, Any, str | None]]) -> Any:
    """`bones`: name -> head, tail, parent."""
    data = bpy.data.armatures.new("Rig")
    rig = bpy.data.objects.new("Rig", data)
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    for name, (head, tail, parent) in bones.items():
        bone = data.edit_bones.new(name)
        bone.head, bone.tail = head, tail
        bone.parent = data.edit_bones[parent] if parent else None
    bpy.ops.object.mode_set(mode="OBJECT")
    return rig


@pytest.fixture
def tube() -> lineart_scene.Character:
    """A tube two units long along z with a painted patch on either half; action Bend turns its upper half about y."""
    rig = armature({"lower": ((0, 0, -1), (0, 0, 0), None), "upper": ((0, 0, 0), (0, 0, 1), "lower")})
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    heights = np.linspace(-1, 1, 9)
    ring = np.stack([0.3 * np.cos(angle), 0.3 * np.sin(angle)], axis=1)
    vertices = [(x, y, z) for z in heights for x, y in ring]
    faces = [
        (24 * r + i, 24 * r + (i + 1) % 24, 24 * (r + 1) + (i + 1) % 24, 24 * (r + 1) + i)
        for r in range(8)
        for i in range(24)
    ]
    mesh = bpy.data.meshes.new("Tube")
    mesh.from_pydata(vertices, [], [*faces, tuple(range(23, -1, -1)), tuple(range(192, 216))])
    for name in ("skin", "paint"):
        mesh.materials.append(bpy.data.materials.new(name))
    for row in (1, 6):
        # The columns 18 and 19 face the camera.
        for column in (17, 18, 19):
            mesh.polygons[24 * row + column].material_index = 1
    obj = bpy.data.objects.new("Tube", mesh)
    bpy.context.scene.collection.objects.link(obj)
    for name, held in (("lower", range(108)), ("upper", range(108, 216))):
        obj.vertex_groups.new(name=name).add(list(held), 1.0, "REPLACE")
    obj.modifiers.new("Armature", "ARMATURE").object = rig
    obj.parent = rig
    bone = rig.pose.bones["upper"]
    bone.rotation_mode = "XYZ"
    for name, most in (("Bend", BEND), ("Rest", 0.0)):
        rig.animation_data_create().action = bpy.data.actions.new(name)
        for frame in range(1, LAST + 1):
            bone.rotation_euler = (0, 0, most * (frame - 1) / (LAST - 1))
            bone.keyframe_insert("rotation_euler", frame=frame)
    return lineart_scene.Character(rig, (obj,))


def job_of(action: str) -> Job:
    return Job("t.glb", "tests", "tube", "tube", action, action, 0, 0.0, PITCH, 1.2, 0.0)


@pytest.fixture
def bent(tube: lineart_scene.Character) -> tuple[Clip, Tracked]:
    return make_clip(tube, job_of("Bend"), Path())


def test_a_clip_keeps_the_contract(bent: tuple[Clip, Tracked], tmp_path: Path) -> None:
    save_clip(bent[0], tmp_path / "clip.npz")
    clip = load_clip(tmp_path / "clip.npz")
    assert (clip.character, clip.action, clip.family, clip.parts) == ("tube", "Bend", "tests", ("lower", "upper"))
    assert len(clip) == LAST
    extent = np.ptp(np.concatenate([frame.xy for frame in clip.frames]), axis=0)
    assert 0.6 < max(extent / [1280, 720]) < 0.9
    for number, frame in enumerate(clip.frames):
        np.testing.assert_allclose(frame.track[number], frame.xy, atol=0.05)
        assert frame.seen[number].all()
        assert np.diff(frame.offsets).min() >= 2
        gap = np.linalg.norm(np.diff(frame.xy, axis=0), axis=1)[np.diff(frame.stroke_of_point) == 0]
        assert gap.max() <= 8.0
        assert set(np.unique(frame.kind)) == {OUTLINE, FEATURE}
        assert set(np.unique(frame.part)) == {0, 1}


def test_what_is_seen_lies_on_drawn_lines(bent: tuple[Clip, Tracked]) -> None:
    clip, tracked = bent
    assert tracked.agreeing > 0.95
    for there, drawn in enumerate(clip.frames):
        found = np.concatenate([frame.track[there][frame.seen[there]] for frame in clip.frames])
        # Points are 5.5 px apart along the lines.
        distance = np.concatenate(
            [np.linalg.norm(drawn.xy[None] - part[:, None], axis=2).min(1) for part in np.array_split(found, 20)]
        )
        assert np.quantile(distance, 0.99) < 3.5


def test_each_half_moves_as_its_bone_does(bent: tuple[Clip, Tracked]) -> None:
    clip = bent[0]
    first = clip.frames[0]
    low, high = first.xy[:, 1].min(), first.xy[:, 1].max()
    # The rows beside the joint belong to neither half.
    far = np.abs(first.xy[:, 1] - (low + high) / 2) > 0.2 * (high - low)
    still, turned = far & (first.part == 0), far & (first.part == 1) & first.seen[LAST - 1]
    assert np.abs(first.track[:, still] - first.xy[still]).max() < 0.5
    assert first.seen[:, still].mean() > 0.95
    assert turned.sum() > 0.8 * (far & (first.part == 1)).sum()
    place = np.column_stack([first.xy, first.depth])[turned]
    truth = (place - place.mean(0)) @ turn_in_pixels().T
    found = first.track[LAST - 1, turned] - first.track[LAST - 1, turned].mean(0)
    error = np.linalg.norm(found - truth[:, :2], axis=1)
    painted = first.kind[turned] == FEATURE
    assert painted.any()
    assert error[painted].max() < 2.0
    # Outlines slide a little, for the camera looks down a little.
    assert np.quantile(error, 0.95) < 6.0


def turn_in_pixels() -> np.ndarray:
    """(3, 3) the bend about the world's y axis, in pixels: x right, y down, depth towards the viewer."""
    towards = np.array([0.0, -1.0, PITCH]) / np.hypot(1.0, PITCH)
    axes = np.stack([[1.0, 0.0, 0.0], -np.cross(towards, [1.0, 0.0, 0.0]), towards])
    # The bone's z points along the world's -y.
    cos, sin = np.cos(BEND), -np.sin(BEND)
    return np.asarray(axes @ np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]]) @ axes.T)


def test_what_does_not_move_is_no_clip(tube: lineart_scene.Character) -> None:
    with pytest.raises(TooStillError):
        make_clip(tube, job_of("Rest"), Path())
    with pytest.raises(ValueError, match="no action Jump"):
        make_clip(tube, job_of("Jump"), Path())


JOINTS = """ROOT Hips 0 90 0
LeftUpLeg 10 0 0 > LeftLeg 0 -40 0 > LeftFoot 0 -40 0
RightUpLeg -10 0 0 > RightLeg 0 -40 0 > RightFoot 0 -40 0
Spine 0 20 0 > Neck 0 30 0 > Head 0 10 0
Spine LeftArm 15 25 0 > LeftForeArm 30 0 0 > LeftHand 25 0 0
Spine RightArm -15 25 0 > RightForeArm -30 0 0 > RightHand -25 0 0"""


def capture_text(frames: int) -> str:
    """A figure at rest in a T, 90 units from the floor to the hips, that holds its left arm up and walks 60 units."""
    tree: dict[str, list[tuple[str, str]]] = {}
    for line in JOINTS.splitlines()[1:]:
        words = line.split(" > ")
        first = words[0].split()
        parent = first.pop(0) if not first[1].lstrip("-").isdigit() else "Hips"
        for chunk in (first, *(w.split() for w in words[1:])):
            tree.setdefault(parent, []).append((chunk[0], " ".join(chunk[1:])))
            parent = chunk[0]
    order: list[str] = []

    def joint(name: str, offset: str, keyword: str) -> str:
        order.append(name)
        count = "6 Xposition Yposition Zposition" if keyword == "ROOT" else "3"
        children = "".join(joint(child, where, "JOINT") for child, where in tree.get(name, []))
        children = children or "End Site\n{\nOFFSET 0 5 0\n}\n"
        channels = f"CHANNELS {count} Zrotation Yrotation Xrotation"
        return f"{keyword} {name}\n{{\nOFFSET {offset}\n{channels}\n{children}}}\n"

    text = "HIERARCHY\n" + joint("Hips", "0 90 0", "ROOT")
    rows = []
    for frame in range(frames):
        turns = ["90 0 0" if name == "LeftArm" else "0 0 0" for name in order]
        rows.append(f"0 90 {60 * frame / (frames - 1)} " + " ".join(turns))
    return f"{text}MOTION\nFrames: {frames}\nFrame Time: 0.0416667\n" + "\n".join(rows) + "\n"


def test_a_capture_turns_bones_in_the_world_and_carries_legs_that_hang_on_the_root(tmp_path: Path) -> None:
    bones: dict[str, tuple[Any, Any, str | None]] = {
        "Root": ((0, 0, 0), (0, 0, 0.1), None),
        "Hips": ((0, 0, 0.9), (0, 0, 1.0), "Root"),
        "Abdomen": ((0, 0, 1.0), (0, 0, 1.1), "Hips"),
        "Torso": ((0, 0, 1.1), (0, 0, 1.2), "Abdomen"),
        "Chest": ((0, 0, 1.2), (0, 0, 1.4), "Torso"),
    }
    for side, x in (("L", 1), ("R", -1)):
        # Arms hang at 45 degrees where the capture's rest is a T.
        bones[f"UpperArm.{side}"] = ((0.2 * x, 0, 1.4), (0.4 * x, 0, 1.2), "Chest")
        bones[f"LowerArm.{side}"] = ((0.4 * x, 0, 1.2), (0.6 * x, 0, 1.0), f"UpperArm.{side}")
        bones[f"Hand.{side}"] = ((0.6 * x, 0, 1.0), (0.65 * x, 0, 0.95), f"LowerArm.{side}")
        bones[f"UpperLeg.{side}"] = ((0.1 * x, 0, 0.8), (0.1 * x, 0, 0.4), "Root")
        bones[f"LowerLeg.{side}"] = ((0.1 * x, 0, 0.4), (0.1 * x, 0, 0.0), f"UpperLeg.{side}")
        bones[f"Foot.{side}"] = ((0.1 * x, 0, 0.0), (0.1 * x, -0.1, 0.0), f"LowerLeg.{side}")
    rig = armature(bones)
    (tmp_path / "capture.bvh").write_text(capture_text(60))
    first, last = lineart_mocap.perform(lineart_scene.Character(rig, ()), tmp_path / "capture.bvh", 0.0)
    heads = []
    for frame in (first, last):
        lineart_scene.go_to(frame)
        heads.append({bone.name: np.array(bone.head) for bone in rig.pose.bones})
    arm = heads[0]["LowerArm.L"] - heads[0]["UpperArm.L"]
    np.testing.assert_allclose(arm / np.linalg.norm(arm), [0, 0, 1], atol=0.01)
    other = heads[0]["Hand.R"] - heads[0]["LowerArm.R"]
    np.testing.assert_allclose(other / np.linalg.norm(other), [-1, 0, 0], atol=0.01)
    # 60 units in 59 frames; the capture's legs are 100 times as long, and it walks towards -y.
    walked = heads[1]["Hips"] - heads[0]["Hips"]
    np.testing.assert_allclose(walked, [0, -0.6 * (last - first) / 59, 0], atol=0.01)
    for name in ("UpperLeg.L", "Foot.R", "Hand.L"):
        np.testing.assert_allclose(heads[1][name] - heads[0][name], walked, atol=1e-3)
    assert [obj.name for obj in bpy.data.objects] == ["Rig"]


def test_an_unknown_rig_performs_nothing(tube: lineart_scene.Character, tmp_path: Path) -> None:
    (tmp_path / "capture.bvh").write_text(capture_text(60))
    with pytest.raises(ValueError, match="no human bones"):
        lineart_mocap.perform(tube, tmp_path / "capture.bvh", 0.0)
