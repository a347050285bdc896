"""The adapter: the one place that knows Blender's Grease Pencil data.

It is also the only one where Blender versions differ (4.3 to 5.2).

Here are data-blocks, layers and frames; reading and writing a drawing's arrays is in `drawings`, and both are used
through this module.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import bpy

from .drawings import (
    AdapterError,
    has_attribute,
    read_curves,
    remove_attribute,
    set_attribute,
    set_attributes,
    tag_changed,
    write_curves,
)
from .evaluated.animation import animates
from .evaluated.visibility import is_hidden, is_locked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..inference.drawing.contract import Curves

__all__ = [
    "GENERATED",
    "AdapterError",
    "add_tool_attributes",
    "data_blocker",
    "find_frame",
    "find_layer",
    "frame_at",
    "frame_number",
    "frame_type",
    "grease_pencil_data",
    "has_attribute",
    "has_exposure_ends",
    "insert_frame",
    "is_grease_pencil",
    "is_layer_editable",
    "is_layer_visible",
    "layer_matrix",
    "new_action",
    "new_layer_like",
    "point_count",
    "read_curves",
    "redraw_timelines",
    "redraw_views",
    "remove_attribute",
    "remove_frame",
    "set_attribute",
    "set_attributes",
    "set_frame_types",
    "shares_drawing",
    "tag_changed",
    "tree_name",
    "write_curves",
]

GENERATED = "GENERATED"

# Since Blender 5.2, which adds them to drawings of older files, fills and hidden lines are a stroke's own. 0 means no.
_TOOL_ATTRIBUTES = (("fill_id", "INT"), ("hide_stroke", "BOOLEAN"))


# --- data-blocks, layers ------------------------------------------------------------------------------------------


def grease_pencil_data() -> Any:
    """The collection of Grease Pencil data-blocks; Blender 5.0 renamed it."""
    # An empty collection is falsy, so this must not become `a or b`.
    if bpy.app.version >= (5, 0, 0):
        return bpy.data.grease_pencils
    return bpy.data.grease_pencils_v3


def is_grease_pencil(obj: Any) -> bool:
    """Whether `obj` is a Grease Pencil object, not of the kind before Blender 4.3."""
    # Before 5.0 the type is called GREASEPENCIL beside the legacy GPENCIL; both versions agree on the data's class.
    return obj is not None and isinstance(obj.data, _data_class())


def _data_class() -> type:
    return bpy.types.GreasePencil if bpy.app.version >= (5, 0, 0) else bpy.types.GreasePencilv3


def tree_name(node: Any) -> str:
    """The name of a layer or group; 4.3 cuts long ones where Python can't read them."""
    try:
        return str(node.name)
    except UnicodeDecodeError as error:
        return error.object.decode("utf-8", "replace")


def find_layer(data: Any, name: str) -> Any | None:
    """The layer called `name`, or None."""
    return next((layer for layer in data.layers if tree_name(layer) == name), None)


def data_blocker(obj: Any) -> str:
    """Why no layer may be written to, as the rest of a sentence; "" if they may."""
    for block, what in ((obj, "an object"), (obj.data, "data")):
        if block.library is not None:
            return f"belongs to {what} linked from another file"
    if obj.data.override_library is not None:
        return "belongs to data that is a library override"
    return ""


def is_layer_editable(obj: Any, layer: Any) -> str:
    """Why `layer` must not be written to, to follow its name; "" if it may.

    What is animated means nothing at the frame that shows: a layer is hidden or not whatever the playhead, and one
    that is locked at times is locked."""
    reason = data_blocker(obj)
    if reason:
        return reason
    if is_locked(layer):
        return "is locked"
    if is_hidden(layer):
        return "is hidden"
    group = layer.parent_group
    while group is not None:
        if is_locked(group):
            return f'is in the locked group "{tree_name(group)}"'
        if is_hidden(group):
            return f'is in the hidden group "{tree_name(group)}"'
        group = group.parent_group
    return ""


def is_layer_visible(layer: Any) -> bool:
    """Whether neither the layer nor a group around it is hidden, animation aside."""
    node = layer
    while node is not None:
        if is_hidden(node):
            return False
        node = node.parent_group
    return True


def layer_matrix(obj: Any, layer: Any) -> NDArray[np.float64]:
    """(4, 4) from layer space to world space at the current frame, as drawn."""
    import numpy as np

    local = layer.matrix_local
    parent = layer.parent
    if parent is None:
        return np.array(obj.matrix_world @ local, np.float64)
    base = parent.matrix_world
    bones = parent.pose.bones if parent.type == "ARMATURE" and parent.pose is not None else {}
    if layer.parent_bone and layer.parent_bone in bones:
        base = base @ bones[layer.parent_bone].matrix
    return np.array(base @ layer.matrix_parent_inverse @ local, np.float64)


def new_layer_like(obj: Any, layer: Any, name: str) -> Any:
    """A new, empty layer just above another one, in the same group and place.

    What is active stays so. Raises `AdapterError`, and makes nothing, where no layer can lie there."""
    layers = obj.data.layers
    made = layers.new(name, set_active=False, layer_group=layer.parent_group)
    for attribute in (
        "opacity",
        "blend_mode",
        "tint_color",
        "tint_factor",
        "radius_offset",
        "use_lights",
        "pass_index",
    ):
        setattr(made, attribute, getattr(layer, attribute))
    if layer.parent is None:
        for attribute in ("translation", "rotation", "scale"):
            setattr(made, attribute, getattr(layer, attribute))
    else:
        # Blender makes up a new inverse of the parent's place, which cannot be set: what it lacks goes into the layer.
        made.parent = layer.parent
        if layer.parent_bone:  # an empty name would leak its memory
            made.parent_bone = layer.parent_bone
        _lay(obj, made, layer_matrix(obj, layer))
    names = [tree_name(other) for other in layers]
    for _ in range(names.index(tree_name(made)) - names.index(tree_name(layer)) - 1):
        layers.move(made, "DOWN")
    return made


def _lay(obj: Any, layer: Any, wanted: NDArray[np.float64]) -> None:
    """Give a layer a place of its own that makes it lie at `wanted` in the world."""
    import numpy as np
    from mathutils import Matrix

    try:
        local = np.linalg.inv(layer_matrix(obj, layer)) @ wanted
    except np.linalg.LinAlgError:
        local = np.eye(4)
    layer.translation, turn, layer.scale = Matrix(local.tolist()).decompose()
    layer.rotation = turn.to_euler()
    if not np.allclose(layer_matrix(obj, layer), wanted, rtol=1e-4, atol=1e-4 * max(np.abs(wanted).max(), 1.0)):
        name = tree_name(layer)
        obj.data.layers.remove(layer)
        raise AdapterError(
            f'No layer "{name}" can lie where its source does, whose parent is sheared: clear the parent.'
        )


# --- frames -------------------------------------------------------------------------------------------------------


def filling_materials(obj: Any) -> frozenset[int]:
    """Material slots of the object whose strokes bound a fill, if only at times."""
    return frozenset(number for number, slot in enumerate(obj.material_slots) if _fills(slot.material))


def _fills(material: Any) -> bool:
    style = None if material is None else material.grease_pencil
    return style is not None and (style.show_fill or animates(material, "grease_pencil.show_fill"))


def frame_number(frame: Any) -> int:
    return int(frame.frame_number)


def frame_type(frame: Any) -> str:
    """ "KEYFRAME", "BREAKDOWN", "GENERATED", ..."""
    return str(frame.keyframe_type)


def set_frame_types(layer: Any, numbers: Iterable[int], keyframe_type: str) -> None:
    """Give existing frames another type, so that it lasts.

    Raises `AdapterError` while `has_exposure_ends`. Blender 4.3 to 5.2 save a type that was merely set, in files as in
    undo steps, only once a frame of the layer has come or gone; one that comes and goes makes sure of that.
    """
    if has_exposure_ends(layer.id_data):
        raise AdapterError(
            f'Frames of layer "{tree_name(layer)}" cannot change their type, because on a layer of '
            f'"{layer.id_data.name}" a key of fixed length ends, and Blender would break that end: put an empty key '
            "there instead."
        )
    number = None
    for number in numbers:
        frame_at(layer, number).keyframe_type = keyframe_type
    if number is not None:
        free = max(frame.frame_number for frame in layer.frames) + 1
        layer.frames.copy(number, free, instance_drawing=True)
        layer.frames.remove(free)


def find_frame(layer: Any, number: int) -> Any | None:
    """The layer's frame that starts exactly at `number`, or None."""
    return next((frame for frame in layer.frames if frame.frame_number == number), None)


def frame_at(layer: Any, number: int) -> Any:
    """The layer's frame that starts exactly at `number`; else `AdapterError`."""
    frame = find_frame(layer, number)
    if frame is None:
        raise AdapterError(f'Layer "{tree_name(layer)}" has no frame at {number}.')
    return frame


def insert_frame(layer: Any, number: int, curves: Curves, keyframe_type: str = GENERATED) -> Any:
    """A new frame with a drawing of its own; `AdapterError` where one is already."""
    if find_frame(layer, number) is not None:
        raise AdapterError(f'Layer "{tree_name(layer)}" already has a frame at {number}; remove it first.')
    frame = layer.frames.new(number)
    write_curves(frame.drawing, curves)
    frame.keyframe_type = keyframe_type
    return frame


def remove_frame(layer: Any, number: int) -> None:
    """Remove the frame at `number`; raises `AdapterError` if there is none."""
    frame_at(layer, number)
    layer.frames.remove(number)


def redraw_timelines() -> None:
    """Make timelines show changed frames; Blender redraws only the view of itself."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "DOPESHEET_EDITOR":
                area.tag_redraw()


def redraw_views() -> None:
    """Make the 3D views show what is drawn over them."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()


def has_exposure_ends(data: Any) -> bool:
    """Whether a layer has a frame that ends an exposure and has no drawing.

    While there is one, no frame may be removed. Blender 4.3 to 5.2, its own Delete included, renumbers the drawings
    after a removal and takes the missing drawing's number -1 for one of them: the end then shows some key's drawing,
    and removing that again empties the key."""
    return any(frame.drawing is None for layer in data.layers for frame in layer.frames)


def point_count(drawing: Any) -> int:
    """How many points a drawing has, without reading them."""
    return int(drawing.attributes.domain_size("POINT"))


def add_tool_attributes(drawing: Any) -> None:
    """Add attributes that Blender's tools make when they are first used.

    They say what their absence means. So it shows later whether an artist used them, while in older Blenders nobody
    could."""
    for name, kind in _TOOL_ATTRIBUTES if bpy.app.version >= (5, 2, 0) else ():
        if name not in drawing.attributes:
            drawing.attributes.new(name, kind, "CURVE")


def shares_drawing(drawing: Any) -> bool:
    """Whether other frames show this drawing: writing it would change them too."""
    return int(drawing.user_count) > 1


# --- actions ------------------------------------------------------------------------------------------------------


def new_action(obj: Any, name: str) -> Any:
    """What holds a new action's `fcurves` and `groups`: since Blender 4.4 a bag."""
    action = bpy.data.actions.new(name)
    data = obj.animation_data_create()
    data.action = action
    if bpy.app.version < (4, 4, 0):
        return action
    slot = action.slots.new(id_type="OBJECT", name=obj.name)
    data.action_slot = slot
    return action.layers.new("Layer").strips.new(type="KEYFRAME").channelbag(slot, ensure=True)
