"""Evaluating any frame in a scene apart, without touching the artist's.

The scene is made for the purpose and removed again. Nothing but what is asked for, and what that hangs on, is evaluated
there (constraints, drivers, parents, NLA included, hidden or not), so that a heavy scene costs nothing. And as that
scene is not the one shown, Blender writes nothing back: the current frame and values that are not keyed yet stay.

What this cannot see: rigid bodies, which live in the artist's scene, and what other extensions' frame-change handlers
do, which are not called meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import bpy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Blender calls these while the scene apart is evaluated; it is none of their business.
_HANDLERS = ("frame_change_pre", "frame_change_post", "depsgraph_update_pre", "depsgraph_update_post")
_NAME = "Inkbetween"


@contextmanager
def apart(scene: Any) -> Iterator[Stage]:
    """A stage that runs like the scene; what was made for it is gone afterwards."""
    with _quiet():
        stage = Stage(scene)
        try:
            yield stage
        finally:
            stage.clear()


class Stage:
    """A scene apart, with objects that hang on what shall be evaluated.

    Blender then evaluates just that.

    Its frames are numbered as keys are, whether the artist's scene stretches time or not (see `scene_time`).
    """

    def __init__(self, scene: Any) -> None:
        self._made: list[tuple[Any, Any]] = []
        self._scene = self._new(bpy.data.scenes)
        for name in ("fps", "fps_base"):
            setattr(self._scene.render, name, getattr(scene.render, name))

    def follow(self, obj: Any, bone: str = "") -> Any:
        """An object that stays where another one is, or a bone of it."""
        return self._link(self._new(bpy.data.objects, None), obj, bone)

    def follow_camera(self, camera: Any) -> Any:
        """An object that stays where a camera is, and looks as it does.

        Any object may be a scene's camera.
        """
        return self._link(self._new(bpy.data.objects, camera.data if camera.type == "CAMERA" else None), camera)

    def follow_pose(self, armature: Any) -> Any:
        """An object that stays with an armature and what its bones move.

        A mesh that the armature deforms, by envelopes: by vertex groups it would depend on the bones it has groups of.
        """
        obj = self._new(bpy.data.objects, self._new(bpy.data.meshes))
        modifier = obj.modifiers.new(_NAME, "ARMATURE")
        modifier.object, modifier.use_bone_envelopes = armature, True
        return self._link(obj, armature)

    def hold(self, data: Any) -> Any:
        """An object with data of another one, which are evaluated with it."""
        obj = self._new(bpy.data.objects, data)
        self._scene.collection.objects.link(obj)
        return obj

    def go(self, frame: int) -> None:
        """Evaluate a frame.

        `frame_set` of a scene that no window shows leaves the original objects alone; `view_layer.update` would not.
        """
        self._scene.frame_set(frame)

    def evaluated(self, obj: Any) -> Any:
        """An object as it is at the frame, as long as that is not another one."""
        return obj.evaluated_get(self._scene.view_layers[0].depsgraph)

    def matrix(self, follower: Any) -> Any:
        """Where a follower is."""
        return self.evaluated(follower).matrix_world

    def bones(self, armature: Any, end: str) -> NDArray[np.float32]:
        """(B, 3) "head" or "tail" of all pose bones, in the armature's space."""
        import numpy as np

        bones = self.evaluated(armature).pose.bones
        values = np.zeros(3 * len(bones), np.float32)
        bones.foreach_get(end, values)
        return values.reshape(-1, 3)

    def clear(self) -> None:
        """Remove all that was made: the scene first, meshes last.

        Else objects would vanish from under its evaluation.
        """
        for blocks, block in (self._made[0], *reversed(self._made[1:])):
            blocks.remove(block)
        self._made.clear()

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


@contextmanager
def _quiet() -> Iterator[None]:
    """Blender tells no other extension of what is done meanwhile.

    They would take the scene apart for the artist's.
    """
    lists = [getattr(bpy.app.handlers, name) for name in _HANDLERS]
    kept = [list(handlers) for handlers in lists]
    try:
        for handlers in lists:
            handlers.clear()
        yield
    finally:
        for handlers, before in zip(lists, kept, strict=True):
            handlers[:] = before
