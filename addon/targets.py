"""What a scope means: the layers an operator works on, and in words why it can't."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import adapter

GAP, LAYER, OBJECT = "GAP", "LAYER", "OBJECT"


@dataclass(frozen=True)
class Targets:
    """The layers to work on, and those an OBJECT scope leaves alone, with reasons.

    The latter are names.
    """

    obj: Any
    layers: tuple[Any, ...]
    skipped: tuple[tuple[str, str], ...] = ()


def object_blocker(obj: Any) -> str:
    """Why nothing can be tweened on the active object, as a sentence; "" if it can."""
    if obj is None:
        return "There is no active object; select a Grease Pencil object."
    if not adapter.is_grease_pencil(obj):
        return f'"{obj.name}" is not a Grease Pencil object; select one.'
    reason = adapter.data_blocker(obj)
    if reason:
        return f'"{obj.name}" {reason}.'
    if not len(obj.data.layers):
        return f'"{obj.name}" has no layers; add one and draw two keys.'
    return ""


def scope_blocker(obj: Any, scope: str) -> str:
    """Why `scope` can't be worked on, as a sentence; "" if it can.

    It is cheap enough to be asked on every redraw.
    """
    blocker = object_blocker(obj)
    if blocker:
        return blocker
    if scope == OBJECT:
        if any(not adapter.is_layer_editable(obj, layer) for layer in obj.data.layers):
            return ""
        return f'Every layer of "{obj.name}" is locked or hidden; unlock and show one.'
    layer = obj.data.layers.active
    if layer is None:
        return f'"{obj.name}" has no active layer; choose one.'
    reason = adapter.is_layer_editable(obj, layer)
    return f'Layer "{adapter.tree_name(layer)}" {reason}.' if reason else ""


def targets(obj: Any, scope: str) -> Targets:
    """The layers of `scope`; ask `scope_blocker` first."""
    if scope != OBJECT:
        return Targets(obj, (obj.data.layers.active,))
    reasons = [(layer, adapter.is_layer_editable(obj, layer)) for layer in obj.data.layers]
    return Targets(
        obj,
        tuple(layer for layer, reason in reasons if not reason),
        tuple((adapter.tree_name(layer), reason) for layer, reason in reasons if reason),
    )
