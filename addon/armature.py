"""Making an armature with an action, from plain arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from . import adapter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..inference.mocap.bones import Bones, Poses


def make_armature(context: Any, name: str, bones: Bones) -> Any:
    """A new armature object with these bones at rest, active and selected.

    It is in Object mode. Raises `AdapterError`, and leaves the scene as it was, where no collection can take it.
    """
    if context.object is not None and context.object.mode != "OBJECT":
        bpy.ops.object.mode_set(mode="OBJECT")
    obj = bpy.data.objects.new(name, bpy.data.armatures.new(name))
    if not _link(context, obj):
        remove_armature(obj)
        raise adapter.AdapterError(
            "No armature can be made here, because the active collection and the scene's own are hidden or linked; "
            "choose a visible collection of this file in the Outliner."
        )
    for other in context.selected_objects:
        other.select_set(False)
    obj.select_set(True)
    context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="EDIT")
    try:
        _add_bones(obj.data.edit_bones, bones)
    finally:
        bpy.ops.object.mode_set(mode="OBJECT")
    return obj


def _link(context: Any, obj: Any) -> bool:
    """Put the object where it can be seen.

    Bones are made in Edit mode, which hidden objects cannot enter.
    """
    for collection in (context.collection, context.scene.collection):
        if not collection.is_editable:
            continue
        collection.objects.link(obj)
        if obj.visible_get():
            return True
        collection.objects.unlink(obj)
    return False


def _add_bones(edit_bones: Any, bones: Bones) -> None:
    made: list[Any] = []
    for index, name in enumerate(bones.names):
        bone = edit_bones.new(name)
        bone.head, bone.tail = bones.heads[index], bones.tails[index]
        if bones.parents[index] >= 0:
            bone.parent = made[bones.parents[index]]
            bone.use_connect = bool(bones.connected[index])
        made.append(bone)


def rest_axes(obj: Any, names: tuple[str, ...]) -> NDArray[np.float64]:
    """(J, 3, 3) axes of bones at rest, in columns, in the armature's space."""
    import numpy as np

    bones = obj.data.bones
    return np.array([bones[name].matrix_local.to_3x3() for name in names], np.float64).reshape(-1, 3, 3)


def animate(obj: Any, name: str, start: int, bones: Bones, poses: Poses) -> None:
    """Give the armature a new action, a key a frame from `start`.

    Every bone that turns or moves has keys.
    """
    import numpy as np

    curves = adapter.new_action(obj, name)
    frames = start + np.arange(len(poses.turns), dtype=np.float32)
    for index, bone in enumerate(bones.names):
        path = f'pose.bones["{bpy.utils.escape_identifier(bone)}"].'
        channels = [("location", poses.places[:, index])] if bones.shifted[index] else []
        channels += [("rotation_quaternion", poses.turns[:, index])] if bones.turned[index] else []
        group = curves.groups.new(bone) if channels else None
        for channel, values in channels:
            for component in range(values.shape[1]):
                curve = curves.fcurves.new(path + channel, index=component)
                curve.group = group
                _fill(curve, frames, values[:, component])


def _fill(curve: Any, frames: NDArray[np.float32], values: NDArray[np.float64]) -> None:
    """Linear keys, in bulk."""
    import numpy as np

    points = curve.keyframe_points
    points.add(len(frames))
    points.foreach_set("co", np.stack([frames, values], 1).astype(np.float32).ravel())
    linear = bpy.types.Keyframe.bl_rna.properties["interpolation"].enum_items["LINEAR"].value
    points.foreach_set("interpolation", np.full(len(frames), linear, np.int32))
    curve.update()


def remove_armature(obj: Any) -> None:
    """Remove an armature and its action, as if it had never been made."""
    action = obj.animation_data.action if obj.animation_data else None
    data = obj.data
    bpy.data.objects.remove(obj)
    bpy.data.armatures.remove(data)
    if action is not None:
        bpy.data.actions.remove(action)
