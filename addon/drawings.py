"""The adapter's inner half: a drawing of Blender to `Curves` and back.

It is exact, bit for bit. Use it through `adapter`.

Copied in bulk (`foreach_get`/`foreach_set`): offsets and every attribute of every kind in both domains. Nothing here
computes with coordinates. Vertex group weights are not attributes and Blender offers no way to read them;
`write_curves` therefore loses them, `set_attribute` and `remove_attribute` do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..inference.drawing.contract import Attribute, Curves

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


def read_curves(drawing: Any) -> Curves:
    """A bit-exact copy of a drawing, unknown attributes included."""
    import numpy as np

    from ..inference.drawing.contract import Curves

    count = len(drawing.strokes)
    offsets = np.zeros(count + 1, np.int32)
    if count:  # the offsets of an empty drawing claim one element and have none
        drawing.curve_offsets.foreach_get("value", offsets)
    sizes = {"POINT": int(offsets[-1]), "CURVE": len(offsets) - 1}
    attributes = {a.name: _read_attribute(a, sizes[a.domain]) for a in drawing.attributes if a.domain in sizes}
    return Curves(offsets, attributes)


def write_curves(drawing: Any, curves: Curves) -> None:
    """Replace everything in `drawing` by `curves`, bit for bit, and tell Blender."""
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
    """The knot modes, with "custom" turned into "endpoint" for NURBS.

    Blender 4.5 to 5.2 offer no access to the knots themselves and crash on evaluating a stroke that lacks them.
    """
    import numpy as np

    modes, types = curves.attributes["knots_mode"], curves.attributes.get("curve_type")
    if types is None or modes.kind != "INT8" or modes.domain != "CURVE":
        return modes
    custom = (types.values == _NURBS) & (modes.values == _CUSTOM_KNOTS)
    return replace(modes, values=np.where(custom, np.int8(_ENDPOINT_KNOTS), modes.values))


def tag_changed(drawing: Any) -> None:
    """Make Blender redraw.

    `foreach_set` alone leaves its caches of positions and triangles as they were.
    """
    drawing.tag_positions_changed()
    drawing.id_data.update_tag()


def has_attribute(drawing: Any, name: str) -> bool:
    return name in drawing.attributes


def set_attribute(drawing: Any, name: str, attribute: Attribute) -> None:
    """Set one attribute and leave all else, vertex group weights included."""
    set_attributes(drawing, {name: attribute})


def set_attributes(drawing: Any, attributes: Mapping[str, Attribute]) -> None:
    """Set attributes, by name, and leave all else."""
    for name, attribute in attributes.items():
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
    """How values of `kind` lie in memory.

    Kinds of future Blender versions are asked for their own shape.
    """
    if kind in _LAYOUT:
        return _LAYOUT[kind]
    types = {"FLOAT": "float32", "INT": "int32", "BOOLEAN": "bool"}
    for prop in data[0].bl_rna.properties if len(data) else ():
        if prop.identifier != "rna_type" and prop.type in types:
            return prop.identifier, max(prop.array_length, 1), types[prop.type]
    raise AdapterError(f"Attributes of the type {kind} are not supported; remove it or update Inkbetween.")


def _read_attribute(attribute: Any, count: int) -> Attribute:
    import numpy as np

    from ..inference.drawing.contract import Attribute

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
