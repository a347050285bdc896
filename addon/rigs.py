"""Reading an armature's motion, and the camera that sees it, frame by frame.

The scene stays untouched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .evaluated.animation import is_animated

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Motion:
    """What was read: J bones at T frames. It holds no Blender reference.

    names    of the bones
    parents  number of each bone's parent among them, -1 where it has none
    heads, tails  (T, J, 3) float32, in the armature's space
    to_world      (T, 4, 4) float64, the armature's space to world space
    cameras       for each frame where the scene's camera is: camera space to world space (4, 4), and whether it has a
                  perspective; empty where the scene has none
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    heads: NDArray[np.float32]
    tails: NDArray[np.float32]
    to_world: NDArray[np.float64]
    cameras: tuple[tuple[NDArray[np.float64], bool], ...]


def find_armature(scene: Any, name: str) -> Any | None:
    """The armature object of the scene with that name, or None.

    A linked object may have the same name as another.
    """
    return next((obj for obj in scene.objects if obj.name == name and obj.type == "ARMATURE"), None)


def guide_blocker(scene: Any, name: str) -> str:
    """Why the object called `name` cannot guide, and what to do; "" if it can.

    It is a sentence, and cheap.
    """
    obj = find_armature(scene, name)
    if obj is None:
        if any(other.name == name for other in scene.objects):
            return f'"{name}" is not an armature: choose one as the guide.'
        return f'There is no object "{name}" in this scene: choose an armature of it as the guide.'
    if not len(obj.data.bones):
        return f'Armature "{name}" has no bones: choose another one as the guide.'
    if obj.mode == "EDIT":
        return f'Armature "{name}" is in Edit Mode and shows no motion: leave Edit Mode.'
    if obj.data.pose_position == "REST":
        return f'Armature "{name}" shows its rest position: set it to Pose Position.'
    if not may_move(obj):
        return f'Armature "{name}" has no animation: give it an action, or choose another one as the guide.'
    return ""


def may_move(obj: Any) -> bool:
    """Whether anything could move the armature object or its bones.

    That is an action, NLA, drivers, constraints or a parent.
    """
    if is_animated(obj) or is_animated(obj.data):
        return True
    bones = obj.pose.bones if obj.pose is not None else ()
    return obj.parent is not None or bool(len(obj.constraints)) or any(len(bone.constraints) for bone in bones)


def guiding_bones(obj: Any) -> list[int]:
    """Numbers of the pose bones that limbs follow.

    They are those that deform, or all where none does.

    A production rig has hundreds of others, handles and helpers. Whether bones are shown says nothing: such rigs hide
    just those that deform.
    """
    bones = obj.pose.bones
    deforming = [number for number, bone in enumerate(bones) if bone.bone.use_deform]
    return deforming or list(range(len(bones)))


def guiding_names(obj: Any) -> list[str]:
    """Names of the bones that limbs follow."""
    return [obj.pose.bones[number].name for number in guiding_bones(obj)]


def read_motion(scene: Any, armature: Any, frames: Sequence[int]) -> Motion:
    """Where the bones and the scene's camera are at some frames, evaluated.

    Frames are numbered as keys are, the drawings' own among them (see `scene_time`).
    """
    import numpy as np

    from .evaluated.stage import apart

    chosen = guiding_bones(armature)
    cameras = [camera for camera in (_camera_at(scene, frame) for frame in frames) if camera is not None]
    heads = np.zeros((len(frames), len(chosen), 3), np.float32)
    tails = heads.copy()
    place = np.tile(np.eye(4), (len(frames), 1, 1))
    views = []
    with apart(scene) as stage:
        body = stage.follow_pose(armature)
        eyes = {camera: stage.follow_camera(camera) for camera in dict.fromkeys(cameras)}
        for moment, frame in enumerate(frames):
            stage.go(frame)
            heads[moment] = stage.bones(armature, "head")[chosen]
            tails[moment] = stage.bones(armature, "tail")[chosen]
            place[moment] = stage.matrix(body)
            if cameras:
                eye = eyes[cameras[moment]]
                views.append((np.array(stage.matrix(eye), np.float64), _has_perspective(stage.evaluated(eye))))
    names = tuple(armature.pose.bones[number].name for number in chosen)
    return Motion(names, _parents(armature, chosen), heads, tails, place, tuple(views))


def _parents(armature: Any, chosen: list[int]) -> tuple[int, ...]:
    """The number of each chosen bone's nearest chosen ancestor; -1 for none."""
    bones = armature.pose.bones
    number = {bones[index].name: place for place, index in enumerate(chosen)}
    parents = []
    for index in chosen:
        above = bones[index].parent
        while above is not None and above.name not in number:
            above = above.parent
        parents.append(-1 if above is None else number[above.name])
    return tuple(parents)


def _camera_at(scene: Any, frame: int) -> Any | None:
    """The scene's camera at a frame.

    Markers may change it, and the first of them holds before it, too.
    """
    bound = [m for m in scene.timeline_markers if m.camera is not None and not m.camera.hide_render]
    if not bound:
        return scene.camera
    before = [marker for marker in bound if marker.frame <= frame]
    marker = max(before, key=lambda m: m.frame) if before else min(bound, key=lambda m: m.frame)
    return marker.camera


def _has_perspective(camera: Any) -> bool:
    """Whether lines of sight meet in the camera.

    Any object may be the scene's camera: others than cameras look as cameras with a perspective do.
    """
    return camera.type != "CAMERA" or camera.data.type != "ORTHO"
