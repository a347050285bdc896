"""The project's own motion capture in a demo's scene: a file that the registered operator imports, then placed."""

from __future__ import annotations

from collections.abc import Sequence
from math import radians
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
import numpy as np

from inkbetween.tools.samples import dancer, mocap
from inkbetween.tools.samples.dance import Staging
from inkbetween.tools.space import PIXELS_PER_UNIT, to_pixels, to_plane

from .stage import register

if TYPE_CHECKING:
    from inkbetween.tools.paint import Image

_BONE = (116, 132, 160)
_WIDTH = 8.0


def bring(staged: Any, staging: Staging, folder: Path) -> Any:
    """The armature, placed beside the drawings; `staged` is the active object again."""
    register()
    mocap.write(path := folder / "dance.bvh")
    bpy.ops.inkbetween.import_mocap(filepath=str(path))
    armature = bpy.context.active_object
    # Imported in metres; so large that it takes the dancer's steps.
    armature.scale = (100 * dancer.LEGS * dancer.SCALE / PIXELS_PER_UNIT,) * 3
    armature.rotation_euler.z = radians(staging.yaw)
    x, z = to_plane(np.array([[staging.x, dancer.GROUND]]))[0]
    armature.location = (x, 0.0, z)
    armature.select_set(False)
    staged.select_set(True)
    bpy.context.view_layer.objects.active = staged
    return armature


def look(armature: Any, staging: Staging, numbers: Sequence[int]) -> dict[int, Image]:
    """The bones as the camera sees them, by frame number, painted by the project's own rasteriser."""
    # Not above: it needs OpenCV, and what brings the capture into a scene must work without.
    from inkbetween.tools.paint import Stroke, paint

    scene, sample = bpy.context.scene, staging.sample
    before = scene.frame_current
    images = {}
    for number in numbers:
        scene.frame_set(number)
        ends = [armature.matrix_world @ end for bone in armature.pose.bones for end in (bone.head, bone.tail)]
        pixels = to_pixels(np.array(ends)[:, [0, 2]]).reshape(-1, 2, 2)
        strokes = [Stroke(bone, np.array([_WIDTH, 0.4 * _WIDTH]), _BONE) for bone in pixels]
        images[number] = paint(strokes, sample.size, sample.paper)
    scene.frame_set(before)
    return images
