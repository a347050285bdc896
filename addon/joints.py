"""Joints of a drawing as Empties.

They are fastened to what the drawing is fastened to, moved with G, saved with the file.

Empties and not bones or a custom overlay: they are picked, snapped, keyed, hidden and undone like anything in Blender,
and need no mode of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import bpy

from . import adapter

JOINT, FRAME, DRAWING = "inkbetween_joint", "inkbetween_frame", "inkbetween_drawing"
"""Custom properties of such an Empty: the joint's name, the frame of its drawing, the Grease Pencil object."""


def place(context: Any, obj: Any, layer: Any, frame: int, where: Mapping[str, Sequence[float]], size: float) -> int:
    """How many joints there are, each an Empty now, in place of those there were.

    They lie in the world at the frame of the drawing; `size` is their radius, scene units. Raises `AdapterError`
    where no collection can take them.
    """
    from mathutils import Matrix

    from .evaluated import places

    collection = next((c for c in (*obj.users_collection, context.scene.collection) if c.is_editable), None)
    if collection is None:
        raise adapter.AdapterError(
            "No joints can be placed here, because the scene's collections are linked: add one of this file."
        )
    remove(obj, frame)
    carrier, bone = places.carrier_of(obj, layer)
    made = []
    for name, spot in where.items():
        empty = bpy.data.objects.new(f"{obj.name} {name}", None)
        empty[JOINT], empty[FRAME], empty[DRAWING] = name, frame, obj
        empty.empty_display_type, empty.empty_display_size = "SPHERE", size
        empty.show_name = empty.show_in_front = True
        empty.lock_rotation = empty.lock_scale = (True, True, True)
        collection.objects.link(empty)
        empty.parent = carrier
        if bone:
            empty.parent_type, empty.parent_bone = "BONE", bone
        made.append((empty, Matrix.Translation(spot)))
    context.view_layer.update()
    since = _way(context, made[0][0], frame) if made else Matrix()
    for empty, matrix in made:
        empty.matrix_world = since @ matrix
    return len(made)


def _way(context: Any, empty: Any, frame: int) -> Any:
    """What an Empty fastened to the drawing has gone through from a frame until now."""
    from mathutils import Matrix

    from .evaluated import places

    (there,) = places.read_matrices(context.scene, [empty], frame)
    return empty.matrix_world @ Matrix(there.tolist()).inverted_safe()


def of(obj: Any, frame: int | None = None) -> list[Any]:
    """The Empties of an object's drawings, or of the one at a frame, by name.

    The first of those with the same name counts.
    """
    found = [other for other in bpy.data.objects if other.type == "EMPTY" and other.get(DRAWING) == obj]
    return [other for other in found if frame is None or other.get(FRAME) == frame]


def read(scene: Any, obj: Any, frame: int) -> dict[str, tuple[float, float, float]]:
    """Where in the world, at that frame, the drawing's joints were put, by name."""
    from .evaluated import places

    out: dict[str, tuple[float, float, float]] = {}
    empties = of(obj, frame)
    for empty, matrix in zip(empties, places.read_matrices(scene, empties, frame), strict=True):
        x, y, z = matrix[:3, 3].tolist()
        out.setdefault(str(empty.get(JOINT, "")), (x, y, z))
    return out


def remove(obj: Any, frame: int | None = None) -> int:
    """How many joints were removed of an object's drawings, or of the one at a frame."""
    found = of(obj, frame)
    for empty in found:
        bpy.data.objects.remove(empty)
    return len(found)
