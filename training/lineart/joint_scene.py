"""A rigged person in Blender, in any pose and of any proportions: the lines a drawing of it would have, and its joints.

Line Art is exact and slow; here triangles are painted from far to near and lines are where depth, direction or material
jump between neighbouring pixels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import bpy
import cv2
import numpy as np
from mathutils import Euler
from numpy.typing import NDArray

from inkbetween.inference.skeletons.detector.joint_view import JOINTS
from inkbetween.tools.retargeting.subjects import limb_bones, side_of
from inkbetween.training.tasks.joint_views import JointView

from . import scene as stage

Floats = NDArray[np.float64]
Rng = np.random.Generator
_PIXELS = 360
# Degrees between faces, and depth as a share of the figure, from which a line is drawn.
_CREASE, _JUMP = 65.0, 0.022
_HEAD_MIDDLE = 0.6
# Of the figure's height.
_LARGEST_HEAD = 0.5


@dataclass(frozen=True)
class Person:
    """A character whose limbs are known: `bones` by joint ("left elbow"), each a bone's name and which end of it."""

    character: stage.Character
    triangles: NDArray[np.int64]
    material: NDArray[np.int64]
    head: NDArray[np.bool_]
    head_bone: str
    head_share: float
    bones: dict[str, tuple[str, str]]


def person_of(character: stage.Character) -> Person:
    """Raises ValueError where arms, legs and head are not told by the bones' names."""
    rig = character.armature
    if rig is None:
        raise ValueError("has no rig")
    names = [bone.name for bone in rig.data.bones]
    bones = limb_bones(names)
    for joint in ("hand", "foot"):
        for side in ("left", "right") if bones else ():
            bones[f"{side} {joint}"] = _beyond(rig, bones[f"{side} {joint}"][0], side, joint)
    heads = [name for name in names if re.search(r"^(.*[_ .:])?head([._]\d+)?$", name.lower())]
    if not bones or not heads:
        raise ValueError("has no arms, legs and head that are known")
    surface = stage.surface(character)
    below = {heads[0], *(bone.name for bone in rig.data.bones[heads[0]].children_recursive)}
    held = np.isin(surface.part, [n for n, part in enumerate(surface.parts) if part in below])
    if held.sum() < 20:
        raise ValueError("has no head")
    share = float(np.ptp(surface.rest[held][:, 2]) / max(np.ptp(surface.rest[:, 2]), 1e-9))
    material = []
    for number, obj in enumerate(character.meshes):
        of = np.zeros(len(obj.data.loop_triangles), np.int32)
        obj.data.loop_triangles.foreach_get("material_index", of)
        material.append(of.astype(np.int64) + 100 * number)
    return Person(character, surface.triangles, np.concatenate(material), held, heads[0], share, bones)


def _beyond(rig: Any, lower: str, side: str, joint: str) -> tuple[str, str]:
    """The bone and the end of it where a limb's lower bone meets hand or foot. Files without tails have them anywhere;
    feet that lead legs hang on the root. Raises ValueError where nothing tells."""
    bone = rig.data.bones[lower]
    if bone.children:
        return bone.children[0].name, "head"
    led = [b.name for b in rig.data.bones if side_of(b.name.lower()) == side and joint in b.name.lower()]
    if led:
        return led[0], "head"
    if bone.length < 0.4 * bone.parent.length:
        raise ValueError(f"{lower} ends nowhere that is known")
    return lower, "tail"


def take_shape(person: Person, rng: Rng) -> None:
    """Proportions by chance: big heads, short or thick limbs."""
    bones = person.character.armature.pose.bones
    for bone in bones:
        bone.scale = (1.0, 1.0, 1.0)
    if rng.random() < 0.4:
        return
    head = float(np.exp(rng.uniform(-0.1, 1.0))) if rng.random() < 0.6 else 1.0
    head = max(min(head, _LARGEST_HEAD / person.head_share), 1.0)
    bones[person.head_bone].scale = (head, head, head)
    for limb in ("elbow", "knee"):
        long, thick = float(np.exp(rng.normal(0.0, 0.2))), float(np.exp(rng.uniform(-0.25, 0.5)))
        upper = "shoulder" if limb == "elbow" else "hip"
        for side in ("left", "right"):
            # What hangs on a bone is scaled with it.
            bones[person.bones[f"{side} {upper}"][0]].scale = (thick, long, thick)


def take_pose(person: Person, rng: Rng) -> None:
    """Limbs turned by chance out of the pose at rest; no action moves them."""
    rig = person.character.armature
    rig.animation_data_clear()
    for bone in rig.pose.bones:
        bone.rotation_mode = "XYZ"
        bone.rotation_euler, bone.location = (0.0, 0.0, 0.0), (0.0, 0.0, 0.0)
    calm = rng.random() < 0.5
    for joint, most in (("shoulder", 80.0), ("elbow", 110.0), ("hip", 40.0), ("knee", 70.0)):
        for side in ("left", "right"):
            axis = rng.normal(size=3) * (1.0, 0.3, 1.0)
            turn = axis / np.linalg.norm(axis) * np.radians(most * rng.uniform() * (0.4 if calm else 1.0))
            rig.pose.bones[person.bones[f"{side} {joint}"][0]].rotation_euler = Euler(turn)
    rig.pose.bones[person.head_bone].rotation_euler = Euler(np.radians(rng.normal(0.0, 12.0, 3)))
    bpy.context.view_layer.update()


def shoot(person: Person, action: str, yaws: Floats, rng: Rng) -> list[JointView]:
    """The person as it stands now, seen from sides that are so far (radians) from the scene's front."""
    bpy.context.view_layer.update()
    places, normals = stage.vertices(person.character)
    joints = _joints(person, places)
    out = []
    for yaw in yaws:
        pitch = rng.uniform(-0.05, 0.25)
        away = np.array([np.sin(yaw), -np.cos(yaw), pitch])
        away /= np.linalg.norm(away)
        right = np.array([np.cos(yaw), np.sin(yaw), 0.0])
        axes = np.stack([right, np.cross(away, right), away], 1)
        view = places @ axes
        size = float(np.ptp(view[:, :2], axis=0).max())
        low = view[:, :2].min(0)
        flat = (view - [*low, 0.0]) * ((_PIXELS - 9) / size) + [4.0, 4.0, 0.0]
        rows, columns = np.nonzero(_lines(person, flat, normals @ axes))
        at = (joints @ axes)[:, :2]
        ink = np.stack([columns, rows], 1).astype(np.float32)
        if len(ink) > 200:
            out.append(JointView(action, ink, ((at - low) * ((_PIXELS - 9) / size) + 4.0).astype(np.float32)))
    return out


def _joints(person: Person, places: Floats) -> Floats:
    """(J, 3) in the world."""
    rig = person.character.armature

    def end(bone: Any, which: str) -> Floats:
        return np.array(rig.matrix_world @ getattr(bone, which))

    known = {joint: end(rig.pose.bones[bone], which) for joint, (bone, which) in person.bones.items()}
    neck = end(rig.pose.bones[person.head_bone], "head")
    skull = places[person.head]
    up = skull.mean(0) - neck
    up /= max(float(np.linalg.norm(up)), 1e-9)
    known["head"] = neck + up * _HEAD_MIDDLE * float(np.percentile((skull - neck) @ up, 98))
    known["neck"] = neck
    known["pelvis"] = (known["left hip"] + known["right hip"]) / 2.0
    sides = {"1": "left", "2": "right"}
    return np.array([known[n] if n in known else known[f"{sides[n[-1]]} {n[:-2]}"] for n in JOINTS])


def _lines(person: Person, flat: Floats, normals: Floats) -> NDArray[np.bool_]:
    """(_PIXELS, _PIXELS) where lines are; flat (V, 3) pixels and depth towards the viewer."""
    corners = flat[person.triangles]
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    across = np.cross(one, two)
    order = np.argsort(corners[:, :, 2].mean(1))
    order = order[np.abs(across[order, 2]) > 0.02]
    seen = np.zeros((_PIXELS, _PIXELS), np.int32)
    fixed = np.round(corners[:, :, :2] * 16.0).astype(np.int32)
    for triangle in order.tolist():
        cv2.fillConvexPoly(seen, fixed[triangle], triangle + 1, cv2.LINE_8, 4)
    covered = seen > 0
    number = np.maximum(seen - 1, 0)
    y, x = np.mgrid[:_PIXELS, :_PIXELS]
    level = np.where(np.abs(across[:, 2]) > 1e-9, across[:, 2], 1e-9)
    slope = -across[:, :2] / level[:, None]
    slope = slope.clip(-4.0, 4.0)
    start = corners[number, 0]
    depth = start[..., 2] + slope[number, 0] * (x - start[..., 0]) + slope[number, 1] * (y - start[..., 1])
    depth = np.clip(depth, corners[..., 2].min(1)[number], corners[..., 2].max(1)[number])
    depth = np.where(covered, depth, -1e6)
    facing = normals[person.triangles].mean(1)
    facing /= np.maximum(np.linalg.norm(facing, axis=1, keepdims=True), 1e-9)
    bright, made = facing[number], np.where(covered, person.material[number], -1)
    lines = np.zeros_like(covered)
    for here, there in ((np.s_[:, 1:], np.s_[:, :-1]), (np.s_[1:], np.s_[:-1])):
        bent = (bright[here] * bright[there]).sum(-1) < np.cos(np.radians(_CREASE))
        jump = np.abs(depth[here] - depth[there]) > _JUMP * _PIXELS
        both = covered[here] & covered[there]
        lines[here] |= jump | (made[here] != made[there]) | (bent & both)
    return lines & cv2.dilate(covered.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
