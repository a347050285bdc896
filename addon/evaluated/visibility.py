"""What is hidden or locked, wherever the playhead stands.

A switch that is animated says nothing at the frame that shows. Animated visibility is part of the shot, no wish to be
left alone; what is locked at times is locked.
"""

from __future__ import annotations

from typing import Any

from .animation import animates


def is_hidden(node: Any) -> bool:
    """Whether a layer or layer group is hidden for good."""
    return bool(node.hide) and not _is_animated(node, "hide")


def is_locked(node: Any) -> bool:
    """Whether a layer or layer group is locked, if only at times."""
    return bool(node.lock) or _is_animated(node, "lock")


def is_object_visible(obj: Any, view_layer: Any) -> bool:
    """Whether an object shows in a view layer, if only at times.

    Its collections have a say.
    """
    if not animates(obj, "hide_viewport"):
        return bool(obj.visible_get(view_layer=view_layer))
    return not obj.hide_get(view_layer=view_layer) and _shows(view_layer.layer_collection, obj)


def _shows(layer_collection: Any, obj: Any) -> bool:
    """Whether a collection that shows, or one in it, has the object."""
    if layer_collection.exclude or not layer_collection.is_visible:
        return False
    if any(one == obj for one in layer_collection.collection.objects):
        return True
    return any(_shows(child, obj) for child in layer_collection.children)


def _is_animated(node: Any, name: str) -> bool:
    data = node.id_data
    return data.animation_data is not None and animates(data, node.path_from_id(name))
