"""A sequence's armature in Blender's scene, in motion, before a camera that sees the drawing plane exactly as drawn.

The camera looks along y and sees the plane y = 0. Frame k of the sequence is frame k + 1 of the scene.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from inkbetween.addon import armature
from inkbetween.inference.mocap.bones import Bones, poses_of
from inkbetween.inference.mocap.motion import Motion, from_matrices
from inkbetween.tools.bench.drawings.rigged import Displacement, SeenRig, displacement, load_rig
from inkbetween.tools.bench.drawings.sequences import Sequence
from inkbetween.tools.space import HEIGHT, PIXELS_PER_UNIT, WIDTH

NAME = "Benchmark guide"
# The drawing plane's right, up and towards the viewer, in world space.
_AXES = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
# A bone must have a length; one without any other joint gets this, scene units.
_STUB = 0.05
_AWAY = 50.0


@contextmanager
def staged(sequence: Sequence, off: bool = False) -> Iterator[str]:
    """The name of the armature object, as it is or displaced, scaled and late; armature and camera are gone afterwards.
    Raises `SequenceError` where the sequence has no armature."""
    scene = bpy.context.scene
    rig = load_rig(sequence)
    before = scene.camera, scene.render.resolution_x, scene.render.resolution_y
    guide = _add_armature(rig, displacement(rig.guide()) if off else None)
    scene.camera = camera = _add_camera(scene)
    scene.render.resolution_x, scene.render.resolution_y = WIDTH, HEIGHT
    try:
        yield guide.name
    finally:
        armature.remove_armature(guide)
        bpy.data.cameras.remove(camera.data)
        scene.camera, scene.render.resolution_x, scene.render.resolution_y = before


def _add_armature(rig: SeenRig, off: Displacement | None) -> Any:
    """Where a displaced one is meant, the object is moved and scaled and its action begins later."""
    bones, motion = _bones(rig), _motion(rig)
    guide = armature.make_armature(bpy.context, NAME, bones)
    poses = poses_of(motion, bones, armature.rest_axes(guide, bones.names))
    armature.animate(guide, NAME, 1 if off is None else 1 + round(off.late), bones, poses)
    if off is not None:
        guide.scale = (off.scale,) * 3
        guide.location = _AXES @ np.append(off.about * (1.0 - off.scale) + off.shift, 0.0)
    return guide


def _bones(rig: SeenRig) -> Bones:
    ways = np.where(np.linalg.norm(rig.ways, axis=1, keepdims=True) > 0.0, rig.ways, (0.0, _STUB, 0.0))
    every = np.ones(len(rig.names), bool)
    heads = rig.rest_places @ _AXES.T
    return Bones(rig.names, rig.parents, heads, heads + ways @ _AXES.T, ~every, every, every)


def _motion(rig: SeenRig) -> Motion:
    """Turns from rest and places, each relative to the parent's."""
    turned, places = _AXES @ rig.turned @ _AXES.T, rig.places @ _AXES.T
    root = rig.parents < 0
    above = np.where(root[:, None, None], np.eye(3), turned[:, rig.parents])
    held = np.where(root[:, None], 0.0, places[:, rig.parents])
    turns = from_matrices((np.swapaxes(above, 2, 3) @ turned).reshape(-1, 3, 3)).reshape(*places.shape[:2], 4)
    return Motion(rig.parents, _along(above, places - held), turns)


def _along(axes: NDArray, vectors: NDArray) -> NDArray:
    """Vectors (T, B, 3) as axes (T, B, 3, 3) in columns see them."""
    return np.asarray(np.einsum("tbji,tbj->tbi", axes, vectors))


def _add_camera(scene: Any) -> Any:
    camera = bpy.data.objects.new(NAME, bpy.data.cameras.new(NAME))
    scene.collection.objects.link(camera)
    camera.data.type = "ORTHO"
    camera.data.ortho_scale, camera.data.clip_end = WIDTH / PIXELS_PER_UNIT, 4 * _AWAY
    camera.location, camera.rotation_euler = (0.0, -_AWAY, 0.0), (np.pi / 2, 0.0, 0.0)
    return camera
