"""Reading an armature's motion, and the camera that sees it, without touching the scene.

Poses are evaluated at every frame in a scene of their own, made for the purpose and removed again. Nothing but what the
bones, the cameras and the drawing hang on is evaluated there (constraints, drivers, parents, NLA included, hidden or
not), so that a heavy scene costs nothing. And as that scene is not the one shown, Blender writes nothing back: the
current frame and poses that are not keyed yet stay.

What this cannot see: rigid bodies, which live in the artist's scene, and poses made by other extensions' frame-change
handlers, which are not called meanwhile.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import bpy

from .scene_time import shown_moment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Blender calls these while the scene apart is evaluated; it is none of their business.
_HANDLERS = ("frame_change_pre", "frame_change_post", "depsgraph_update_pre", "depsgraph_update_post")
_NAME = "Inkbetween"


@dataclass(frozen=True)
class Motion:
    """What was read: J bones at T frames. It holds no Blender reference.

    names    of the bones
    parents  number of each bone's parent among them, -1 where it has none
    heads, tails  (T, J, 3) float32, in the armature's space
    to_world      (T, 4, 4) float64, the armature's space to world space
    cameras       for each frame where the scene's camera is: camera space to world space (4, 4), and whether it has a
                  perspective; empty where the scene has none
    carrier       (T, 4, 4) float64, where the paper lies that the strokes are drawn on; the identity if none was asked
    now           (4, 4) float64, where it lies as the scene shows it now
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    heads: NDArray[np.float32]
    tails: NDArray[np.float32]
    to_world: NDArray[np.float64]
    cameras: tuple[tuple[NDArray[np.float64], bool], ...]
    carrier: NDArray[np.float64]
    now: NDArray[np.float64]


def find_armature(scene: Any, name: str) -> Any | None:
    """The armature object of the scene with that name, or None. A linked object may have the same name as another."""
    return next((obj for obj in scene.objects if obj.name == name and obj.type == "ARMATURE"), None)


def guide_blocker(scene: Any, name: str) -> str:
    """Why the object called `name` cannot guide, as a sentence that says what to do; "" if it can. Cheap."""
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
    """Whether anything could move the armature object or its bones: an action, NLA, drivers, constraints, a parent."""
    for block in (obj, obj.data):
        animation = block.animation_data
        if animation is not None:
            strips = any(len(track.strips) for track in animation.nla_tracks)
            if animation.action is not None or strips or len(animation.drivers):
                return True
    bones = obj.pose.bones if obj.pose is not None else ()
    return obj.parent is not None or bool(len(obj.constraints)) or any(len(bone.constraints) for bone in bones)


def guiding_bones(obj: Any) -> list[int]:
    """Numbers of the pose bones that limbs follow: those that deform, or all where none does.

    A production rig has hundreds of others, handles and helpers. Whether bones are shown says nothing: such rigs hide
    just those that deform.
    """
    bones = obj.pose.bones
    deforming = [number for number, bone in enumerate(bones) if bone.bone.use_deform]
    return deforming or list(range(len(bones)))


def guiding_names(obj: Any) -> list[str]:
    """Names of the bones that limbs follow."""
    return [obj.pose.bones[number].name for number in guiding_bones(obj)]


def read_motion(scene: Any, armature: Any, frames: Sequence[int], drawn: tuple[Any, Any] | None = None) -> Motion:
    """Where the bones and the scene's camera are at some frames, as Blender evaluates them.

    frames  numbered as keys are, the drawings' own among them: not stretched (see `scene_time`)
    drawn   Grease Pencil object and layer whose paper's way is to be told as well
    """
    import numpy as np

    chosen = guiding_bones(armature)
    cameras = [camera for camera in (_camera_at(scene, frame) for frame in frames) if camera is not None]
    heads = np.zeros((len(frames), len(chosen), 3), np.float32)
    tails = heads.copy()
    place, seen, carrier = (np.tile(np.eye(4), (len(frames), 1, 1)) for _ in range(3))
    now = np.eye(4)
    with _quiet(), _apart(scene) as stage:
        body = stage.follow_pose(armature)
        eyes = {camera: stage.follow(camera) for camera in dict.fromkeys(cameras)}
        paper = stage.follow(*carrier_of(*drawn)) if drawn is not None else None
        for moment, frame in enumerate(frames):
            stage.go(frame)
            heads[moment] = stage.bones(armature, "head")[chosen]
            tails[moment] = stage.bones(armature, "tail")[chosen]
            place[moment] = stage.matrix(body)
            if cameras:
                seen[moment] = stage.matrix(eyes[cameras[moment]])
            if paper is not None:
                carrier[moment] = stage.matrix(paper)
        if paper is not None:
            stage.go(shown_moment(scene))
            now[:] = stage.matrix(paper)
    views = tuple((matrix, _has_perspective(camera)) for matrix, camera in zip(seen, cameras, strict=False))
    names = tuple(armature.pose.bones[number].name for number in chosen)
    return Motion(names, _parents(armature, chosen), heads, tails, place, views, carrier, now)


def _parents(armature: Any, chosen: list[int]) -> tuple[int, ...]:
    """The number among the chosen bones of each one's nearest ancestor that was chosen, too; -1 where there is none."""
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
    """The scene's camera at a frame: markers may change it, and the first of them holds before it, too."""
    bound = [m for m in scene.timeline_markers if m.camera is not None and not m.camera.hide_render]
    if not bound:
        return scene.camera
    before = [marker for marker in bound if marker.frame <= frame]
    marker = max(before, key=lambda m: m.frame) if before else min(bound, key=lambda m: m.frame)
    return marker.camera


def _has_perspective(camera: Any) -> bool:
    """Whether lines of sight meet in the camera. Any object may be the scene's camera: others than cameras look as
    cameras with a perspective do."""
    return camera.type != "CAMERA" or camera.data.type != "ORTHO"


def carrier_of(obj: Any, layer: Any) -> tuple[Any, str]:
    """The object, and the bone of it if any, that takes a layer's strokes along."""
    parent = layer.parent
    if parent is None:
        return obj, ""
    bones = parent.pose.bones if parent.type == "ARMATURE" and parent.pose is not None else {}
    return parent, layer.parent_bone if layer.parent_bone in bones else ""


@contextmanager
def _quiet() -> Iterator[None]:
    """Blender tells no other extension of what is done meanwhile; they would take the scene apart for the artist's."""
    lists = [getattr(bpy.app.handlers, name) for name in _HANDLERS]
    kept = [list(handlers) for handlers in lists]
    try:
        for handlers in lists:
            handlers.clear()
        yield
    finally:
        for handlers, before in zip(lists, kept, strict=True):
            handlers[:] = before


@contextmanager
def _apart(scene: Any) -> Iterator[_Stage]:
    """A stage that runs like the scene; what was made for it is gone afterwards."""
    stage = _Stage(scene)
    try:
        yield stage
    finally:
        stage.clear()


class _Stage:
    """A scene apart, with objects that hang on what shall be evaluated: Blender then evaluates just that.

    Its frames are numbered as keys are, whether the artist's scene stretches time or not.
    """

    def __init__(self, scene: Any) -> None:
        self._made: list[tuple[Any, Any]] = []
        self._scene = self._new(bpy.data.scenes)
        for name in ("fps", "fps_base"):
            setattr(self._scene.render, name, getattr(scene.render, name))

    def follow(self, obj: Any, bone: str = "") -> Any:
        """An object that stays where another one is, or a bone of it."""
        return self._link(self._new(bpy.data.objects, None), obj, bone)

    def follow_pose(self, armature: Any) -> Any:
        """Likewise, and what all bones of an armature move.

        A mesh that the armature deforms, by envelopes: by vertex groups it would depend on the bones it has groups of.
        """
        obj = self._new(bpy.data.objects, self._new(bpy.data.meshes))
        modifier = obj.modifiers.new(_NAME, "ARMATURE")
        modifier.object, modifier.use_bone_envelopes = armature, True
        return self._link(obj, armature)

    def go(self, moment: float) -> None:
        """Evaluate a frame, or a moment between two. `frame_set` of a scene that no window shows leaves the original
        objects alone; `view_layer.update` would not."""
        whole = math.floor(moment)
        self._scene.frame_set(whole, subframe=moment - whole)

    def matrix(self, follower: Any) -> Any:
        """Where a follower is."""
        return follower.evaluated_get(self._graph).matrix_world

    def bones(self, armature: Any, end: str) -> NDArray[np.float32]:
        """(B, 3) "head" or "tail" of all pose bones, in the armature's space."""
        import numpy as np

        bones = armature.evaluated_get(self._graph).pose.bones
        values = np.zeros(3 * len(bones), np.float32)
        bones.foreach_get(end, values)
        return values.reshape(-1, 3)

    def clear(self) -> None:
        """Remove all that was made: the scene first, lest objects vanish from under its evaluation, meshes last."""
        for blocks, block in (self._made[0], *reversed(self._made[1:])):
            blocks.remove(block)
        self._made.clear()

    @property
    def _graph(self) -> Any:
        return self._scene.view_layers[0].depsgraph

    def _new(self, blocks: Any, *data: Any) -> Any:
        block = blocks.new(_NAME, *data)
        self._made.append((blocks, block))
        return block

    def _link(self, obj: Any, parent: Any, bone: str = "") -> Any:
        obj.parent = parent
        if bone:
            obj.parent_type, obj.parent_bone = "BONE", bone
        self._scene.collection.objects.link(obj)
        return obj
