"""Human motion capture on humanoid rigs that came without actions.

Every bone turns in the world as its counterpart turned away from the capture's rest pose, after the rest poses of arms
and legs have been aligned by the directions from joint to joint; the hips travel in proportion to the leg's length.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix, Quaternion, Vector

from . import scene as stage
from .jobs import LONGEST

_HIPS, _LEG = "Hips", "UpperLeg"
_SPINE = ("Abdomen", "Torso", "Chest")
_SOURCE_SPINE = ("LowerBack", "Spine", "Spine1", "Spine2", "Spine3")
# Target bone: its counterpart in the capture, and the children that say where both point at rest.
_LIMBS: Mapping[str, tuple[str, str, str]] = {
    "UpperArm": ("Arm", "LowerArm", "ForeArm"),
    "LowerArm": ("ForeArm", "Hand", "Hand"),
    "UpperLeg": ("UpLeg", "LowerLeg", "Leg"),
    "LowerLeg": ("Leg", "Foot", "Foot"),
}
_UPRIGHT = {"Neck": "Neck", "Head": "Head"}
_SIDED = {"Shoulder": "Shoulder", "Hand": "Hand", "Foot": "Foot"}


@dataclass(frozen=True)
class _Pair:
    """A target bone and its counterpart; `align` turns the target's rest direction into the source's, in the world."""

    target: str
    source: str
    align: Quaternion


def can_perform(character: stage.Character) -> bool:
    rig = character.armature
    return rig is not None and {_HIPS, *_SPINE, "UpperArm.L", "LowerLeg.R"} <= set(rig.data.bones.keys())


def perform(character: stage.Character, capture: Path, start: float) -> tuple[float, float]:
    """Give the character an action of LONGEST frames from the capture at the scene's rate; its first and last frame.

    `start` (0 to 1) says where in the capture. Raises ValueError where rig or capture are not of the known kind.
    """
    if not can_perform(character):
        raise ValueError("the rig has no human bones that are known")
    rig = character.armature
    before = set(bpy.data.objects)
    # Captures are recorded at 30 to 120 frames a second.
    bpy.ops.import_anim.bvh(filepath=str(capture), use_fps_scale=True, rotate_mode="QUATERNION")
    source = next(iter(set(bpy.data.objects) - before))
    try:
        pairs = _pairs(rig, source)
        first, last = source.animation_data.action.frame_range
        room = last - first - LONGEST
        if room < 0:
            raise ValueError(f"{capture.name} is shorter than a clip")
        # Captures often begin with the rest pose.
        begin = first + min(2.0, room) + start * max(room - 2.0, 0.0)
        _bake(rig, source, pairs, float(np.floor(begin)))
    finally:
        stage.remove([source])
    return 1.0, float(LONGEST)


def _pairs(rig: Any, source: Any) -> list[_Pair]:
    bones, captured = rig.data.bones, source.data.bones
    spine = [name for name in _SOURCE_SPINE if name in captured]
    if (
        not spine
        or _HIPS not in captured
        or not {"LeftArm", "RightForeArm", "LeftUpLeg", "RightLeg"} <= set(captured.keys())
    ):
        raise ValueError("the capture has no human bones that are known")
    upright = Quaternion()
    pairs = [_Pair(_HIPS, _HIPS, upright)]
    pairs += [
        _Pair(name, spine[min(i * len(spine) // len(_SPINE), len(spine) - 1)], upright) for i, name in enumerate(_SPINE)
    ]
    # The last part of the back must carry the arms as the capture's last part does.
    pairs[-1] = _Pair(_SPINE[-1], spine[-1], upright)
    pairs += [_Pair(a, b, upright) for a, b in _UPRIGHT.items() if a in bones and b in captured]
    for (side, long), (name, counterpart) in itertools.product((("L", "Left"), ("R", "Right")), _SIDED.items()):
        if f"{name}.{side}" in bones and long + counterpart in captured:
            pairs.append(_Pair(f"{name}.{side}", long + counterpart, upright))
    for (side, long), (name, (counterpart, child, its)) in itertools.product(
        (("L", "Left"), ("R", "Right")), _LIMBS.items()
    ):
        direction = _joint(rig, f"{child}.{side}") - _joint(rig, f"{name}.{side}")
        wanted = _joint(source, long + its) - _joint(source, long + counterpart)
        pairs.append(_Pair(f"{name}.{side}", long + counterpart, direction.rotation_difference(wanted)))
    return pairs


def _joint(rig: Any, bone: str) -> Vector:
    return rig.matrix_world @ rig.data.bones[bone].head_local


def _leg(rig: Any, names: Sequence[str]) -> float:
    joints = [_joint(rig, name) for name in names]
    return sum((b - a).length for a, b in itertools.pairwise(joints))


def _bake(rig: Any, source: Any, pairs: Sequence[_Pair], begin: float) -> None:
    """Key the rig's pose in the frames 1 to LONGEST."""
    rig.animation_data_clear()
    rig.animation_data_create().action = bpy.data.actions.new("Capture")
    by_target = {pair.target: pair for pair in pairs}
    # Parents come before their children in an armature, and the hips before the legs that some rigs hang on the root.
    hips = rig.pose.bones[_HIPS]
    first = [*reversed(hips.parent_recursive), hips]
    bones = first + [bone for bone in rig.pose.bones if bone not in first]
    stride = _leg(rig, ("UpperLeg.L", "LowerLeg.L", "Foot.L")) / _leg(source, ("LeftUpLeg", "LeftLeg", "LeftFoot"))
    for frame in range(LONGEST):
        stage.go_to(begin + frame)
        posed: dict[str, _Posed] = {}
        for bone in bones:
            _pose(rig, source, bone, by_target.get(bone.name), posed, stride)
            if bone.name in by_target:
                bone.keyframe_insert("rotation_quaternion", frame=frame + 1)
                bone.keyframe_insert("location", frame=frame + 1)


@dataclass(frozen=True)
class _Posed:
    """A bone's place and turn in the armature, in its pose and at rest."""

    head: Vector
    turn: Quaternion
    rest_head: Vector
    rest_turn: Quaternion

    def carry(self, rest_head: Vector, rest_turn: Quaternion) -> tuple[Vector, Quaternion]:
        """Where the bone takes what is fixed to it."""
        turned = self.turn @ self.rest_turn.inverted()
        return self.head + turned @ (rest_head - self.rest_head), turned @ rest_turn


def _pose(rig: Any, source: Any, bone: Any, pair: _Pair | None, posed: dict[str, _Posed], stride: float) -> None:
    """Set the bone's pose and note it in `posed`, which knows its parents'."""
    rest_head, rest_turn = bone.bone.head_local.copy(), bone.bone.matrix_local.to_quaternion()
    as_parent = (rest_head, rest_turn)
    if bone.parent:
        as_parent = posed[bone.parent.name].carry(*as_parent)
    if pair is None:
        posed[bone.name] = _Posed(*as_parent, rest_head, rest_turn)
        return
    world = rig.matrix_world.to_quaternion()
    head, turn = as_parent[0], world.inverted() @ _turn(source, pair.source) @ pair.align @ world @ rest_turn
    if bone.name == _HIPS:
        travel = source.matrix_world @ source.pose.bones[_HIPS].head - _joint(source, _HIPS)
        head = rest_head + rig.matrix_world.inverted().to_3x3() @ (travel * stride)
    elif bone.name.startswith(_LEG):
        head = posed[_HIPS].carry(rest_head, rest_turn)[0]
    posed[bone.name] = _Posed(head, turn, rest_head, rest_turn)
    bone.rotation_mode = "QUATERNION"
    bone.rotation_quaternion = as_parent[1].inverted() @ turn
    bone.location = as_parent[1].inverted() @ (head - as_parent[0])


def _turn(source: Any, bone: str) -> Quaternion:
    """How the capture's bone is turned away from its rest, in the world."""
    world = source.matrix_world.to_quaternion()
    pose: Matrix = source.pose.bones[bone].matrix
    rest: Matrix = source.data.bones[bone].matrix_local
    return world @ pose.to_quaternion() @ rest.to_quaternion().inverted() @ world.inverted()
