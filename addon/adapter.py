"""The one place that knows Blender's Grease Pencil data, and the only one where Blender versions differ (4.3 to 5.2).

Drawings are copied in bulk (`foreach_get`/`foreach_set`) to `Curves` and back, bit for bit: offsets and every attribute
of every kind in both domains. Nothing here computes with coordinates. Vertex group weights are not attributes and
Blender offers no way to read them; `write_curves` therefore loses them, `set_attribute` and `remove_attribute` do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import bpy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..inference.drawing import Attribute, Curves

GENERATED = "GENERATED"
_POLY, _NURBS = 1, 3
_ENDPOINT_KNOTS, _CUSTOM_KNOTS = 1, 4

# Attribute data type -> (property of one element that holds the raw value, numbers per element, NumPy type).
# BYTE_COLOR goes through `color_srgb`: it is the stored byte / 255, while `color` is converted to linear and rounds.
_LAYOUT: dict[str, tuple[str, int, str]] = {
    "FLOAT": ("value", 1, "float32"),
    "INT": ("value", 1, "int32"),
    "INT8": ("value", 1, "int8"),
    "BOOLEAN": ("value", 1, "bool"),
    "FLOAT2": ("vector", 2, "float32"),
    "FLOAT_VECTOR": ("vector", 3, "float32"),
    "FLOAT4": ("vector", 4, "float32"),
    "FLOAT_COLOR": ("color", 4, "float32"),
    "BYTE_COLOR": ("color_srgb", 4, "uint8"),
    "QUATERNION": ("value", 4, "float32"),
    "FLOAT4X4": ("value", 16, "float32"),
    "INT16_2D": ("value", 2, "int16"),
    "INT32_2D": ("value", 2, "int32"),
}


class AdapterError(RuntimeError):
    """Blender's data cannot be read or written; the message says what and where."""


# --- data-blocks, layers ------------------------------------------------------------------------------------------


def grease_pencil_data() -> Any:
    """The collection of Grease Pencil data-blocks: `grease_pencils_v3` before Blender 5.0, `grease_pencils` since."""
    # An empty collection is falsy, so this must not become `a or b`.
    if bpy.app.version >= (5, 0, 0):
        return bpy.data.grease_pencils
    return bpy.data.grease_pencils_v3


def is_grease_pencil(obj: Any) -> bool:
    """Whether `obj` is a Grease Pencil object (the pre-4.3 kind, shown as annotations since, is not)."""
    # Before 5.0 the type is called GREASEPENCIL beside the legacy GPENCIL; both versions agree on the data's class.
    return obj is not None and isinstance(obj.data, _data_class())


def _data_class() -> type:
    return bpy.types.GreasePencil if bpy.app.version >= (5, 0, 0) else bpy.types.GreasePencilv3


def tree_name(node: Any) -> str:
    """The name of a layer or layer group; Blender 4.3 cuts long ones amid a letter, which Python refuses to read."""
    try:
        return str(node.name)
    except UnicodeDecodeError as error:
        return error.object.decode("utf-8", "replace")


def find_layer(data: Any, name: str) -> Any | None:
    """The layer called `name`, or None."""
    return next((layer for layer in data.layers if tree_name(layer) == name), None)


def data_blocker(obj: Any) -> str:
    """Why no layer of a Grease Pencil object may be written to, as the rest of a sentence; "" if they may."""
    for block, what in ((obj, "an object"), (obj.data, "data")):
        if block.library is not None:
            return f"belongs to {what} linked from another file"
    if obj.data.override_library is not None:
        return "belongs to data that is a library override"
    return ""


def is_layer_editable(obj: Any, layer: Any) -> str:
    """Why `layer` must not be written to, as the rest of a sentence that starts with its name; "" if it may."""
    reason = data_blocker(obj)
    if reason:
        return reason
    if layer.lock:
        return "is locked"
    if layer.hide:
        return "is hidden"
    group = layer.parent_group
    while group is not None:
        if group.lock:
            return f'is in the locked group "{tree_name(group)}"'
        if group.hide:
            return f'is in the hidden group "{tree_name(group)}"'
        group = group.parent_group
    return ""


def layer_matrix(obj: Any, layer: Any) -> NDArray[np.float64]:
    """(4, 4) from layer space to world space at the scene's current frame, as Blender draws the layer."""
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


# --- frames -------------------------------------------------------------------------------------------------------


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
    """The layer's frame that starts exactly at `number`; raises `AdapterError` if there is none."""
    frame = find_frame(layer, number)
    if frame is None:
        raise AdapterError(f'Layer "{tree_name(layer)}" has no frame at {number}.')
    return frame


def insert_frame(layer: Any, number: int, curves: Curves, keyframe_type: str = GENERATED) -> Any:
    """A new frame with `curves` as its own drawing; raises `AdapterError` where a frame exists already."""
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


def has_exposure_ends(data: Any) -> bool:
    """Whether any layer has a frame that ends an exposure: after it nothing shows, and it has no drawing.

    While there is one, no frame may be removed. Blender 4.3 to 5.2, its own Delete included, renumbers the drawings
    after a removal and takes the missing drawing's number -1 for one of them: the end then shows some key's drawing,
    and removing that again empties the key.
    """
    return any(frame.drawing is None for layer in data.layers for frame in layer.frames)


def shares_drawing(drawing: Any) -> bool:
    """Whether other frames show this very drawing (instances): writing it would change them too."""
    return int(drawing.user_count) > 1


# --- drawings -----------------------------------------------------------------------------------------------------


def read_curves(drawing: Any) -> Curves:
    """A bit-exact copy of a drawing, unknown attributes included."""
    import numpy as np

    from ..inference.drawing import Curves

    count = len(drawing.strokes)
    offsets = np.zeros(count + 1, np.int32)
    if count:  # the offsets of an empty drawing claim one element and have none
        drawing.curve_offsets.foreach_get("value", offsets)
    sizes = {"POINT": int(offsets[-1]), "CURVE": len(offsets) - 1}
    attributes = {a.name: _read_attribute(a, sizes[a.domain]) for a in drawing.attributes if a.domain in sizes}
    return Curves(offsets, attributes)


def write_curves(drawing: Any, curves: Curves) -> None:
    """Replace everything in `drawing` by `curves`, bit for bit, and tell Blender that it changed."""
    import numpy as np

    if len(drawing.strokes):
        drawing.remove_strokes()
    # Stale attributes would keep their name and clash with one of another kind.
    for name in [a.name for a in drawing.attributes if not a.is_required]:
        drawing.attributes.remove(drawing.attributes[name])
    # Made while there are no strokes: Blender 4.3 to 4.5 fill a new "nurbs_order" past the end of its buffer.
    for name, attribute in curves.attributes.items():
        _made_attribute(drawing, name, attribute)
    sizes = np.diff(curves.offsets).tolist()
    if sizes:
        _add_strokes(drawing, sizes, curves.attributes.get("curve_type"))
    # `add_strokes` makes attributes of its own (curve_type); those that `curves` lacks must go again.
    for name in [a.name for a in drawing.attributes if not a.is_required and a.name not in curves.attributes]:
        drawing.attributes.remove(drawing.attributes[name])
    for name, attribute in curves.attributes.items():
        _write_attribute(drawing, name, _without_custom_knots(curves) if name == "knots_mode" else attribute)
    tag_changed(drawing)


def _add_strokes(drawing: Any, sizes: list[int], types: Attribute | None) -> None:
    """Add strokes of the given types to an empty drawing.

    Blender counts strokes by type and trusts the count: writing "curve_type" alone leaves it thinking that all are
    polylines, and evaluating the others then runs over the end of its buffers. Removing a stroke makes it count anew,
    in every version; `set_types` is missing in 4.3 and converts handles along the way.
    """
    spare = types is not None and bool((types.values != _POLY).any())
    drawing.add_strokes([*sizes, 1] if spare else sizes)
    if types is not None and spare:
        raw = types.values.astype("int8").tolist()
        drawing.attributes["curve_type"].data.foreach_set("value", [*raw, _POLY])
        drawing.remove_strokes(indices=[len(sizes)])


def _without_custom_knots(curves: Curves) -> Attribute:
    """The knot modes, with "custom" turned into "endpoint" for NURBS strokes: Blender 4.5 to 5.2 offer no access to
    the knots themselves and crash on evaluating a stroke that lacks them."""
    import numpy as np

    modes, types = curves.attributes["knots_mode"], curves.attributes.get("curve_type")
    if types is None or modes.kind != "INT8" or modes.domain != "CURVE":
        return modes
    custom = (types.values == _NURBS) & (modes.values == _CUSTOM_KNOTS)
    return replace(modes, values=np.where(custom, np.int8(_ENDPOINT_KNOTS), modes.values))


def tag_changed(drawing: Any) -> None:
    """Make Blender redraw: `foreach_set` alone leaves its caches of positions and triangles as they were."""
    drawing.tag_positions_changed()
    drawing.id_data.update_tag()


def has_attribute(drawing: Any, name: str) -> bool:
    return name in drawing.attributes


def set_attribute(drawing: Any, name: str, attribute: Attribute) -> None:
    """Set one attribute and leave all else, vertex group weights included."""
    _write_attribute(drawing, name, attribute)
    tag_changed(drawing)


def remove_attribute(drawing: Any, name: str) -> bool:
    """Remove one attribute and leave all else; whether it was there."""
    if name not in drawing.attributes:
        return False
    drawing.attributes.remove(drawing.attributes[name])
    tag_changed(drawing)
    return True


def _layout(data: Any, kind: str) -> tuple[str, int, str]:
    """How values of `kind` lie in memory; kinds of future Blender versions are asked for their own shape."""
    if kind in _LAYOUT:
        return _LAYOUT[kind]
    types = {"FLOAT": "float32", "INT": "int32", "BOOLEAN": "bool"}
    for prop in data[0].bl_rna.properties if len(data) else ():
        if prop.identifier != "rna_type" and prop.type in types:
            return prop.identifier, max(prop.array_length, 1), types[prop.type]
    raise AdapterError(f"Attributes of the type {kind} are not supported; remove it or update Inkbetween.")


def _read_attribute(attribute: Any, count: int) -> Attribute:
    import numpy as np

    from ..inference.drawing import Attribute

    kind, data = attribute.data_type, attribute.data
    if kind == "STRING":
        # Strings have no bulk access. Fixed 255 bytes as Blender stores them; hardly any drawing has one.
        texts = np.array([element.value for element in data], "S255")
        return Attribute(attribute.domain, kind, texts)
    if not count:
        width, dtype = (_LAYOUT[kind][1], _LAYOUT[kind][2]) if kind in _LAYOUT else (1, "float32")
        return Attribute(attribute.domain, kind, np.zeros((0, width) if width > 1 else 0, dtype))
    name, width, dtype = _layout(data, kind)
    if kind == "BYTE_COLOR":
        srgb = np.empty(count * width, np.float32)
        data.foreach_get(name, srgb)
        values = np.rint(srgb * np.float32(255)).astype(np.uint8)
    else:
        values = np.empty(count * width, dtype)
        data.foreach_get(name, values)
    return Attribute(attribute.domain, kind, values.reshape(count, width) if width > 1 else values)


def _made_attribute(drawing: Any, name: str, like: Attribute) -> Any:
    """The drawing's attribute of this name, kind and domain, made where there is none."""
    target = drawing.attributes.get(name)
    if target is not None and (target.data_type, target.domain) != (like.kind, like.domain):
        if target.is_required:
            raise AdapterError(f'"{name}" must be {target.data_type} on {target.domain}, not {like.kind}.')
        drawing.attributes.remove(target)
        target = None
    if target is None:
        target = drawing.attributes.new(name, like.kind, like.domain)
        if target is None or target.name != name:
            raise AdapterError(f'Blender refuses an attribute "{name}" of the type {like.kind} in this drawing.')
    return target


def _write_attribute(drawing: Any, name: str, attribute: Attribute) -> None:
    import numpy as np

    data = _made_attribute(drawing, name, attribute).data
    if not len(attribute.values):
        return
    if attribute.kind == "STRING":
        for element, text in zip(data, attribute.values.tolist(), strict=True):
            element.value = text
        return
    prop, _, dtype = _layout(data, attribute.kind)
    values = np.ascontiguousarray(attribute.values, dtype).ravel()
    if attribute.kind == "BYTE_COLOR":
        values = values.astype(np.float32) / np.float32(255)
    data.foreach_set(prop, values)
