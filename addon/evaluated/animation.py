"""What is animated, told without evaluating anything.

A switch that is animated means nothing at the frame that shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import bpy


def is_animated(block: Any) -> bool:
    """Whether a data-block has an action, strips or drivers; None has none."""
    animation = None if block is None else block.animation_data
    if animation is None:
        return False
    strips = any(len(track.strips) for track in animation.nla_tracks)
    return animation.action is not None or strips or len(animation.drivers) > 0


def animates(block: Any, path: str) -> bool:
    """Whether an action, a strip or a driver of a data-block sets a property of it."""
    return is_animated(block) and any(curve.data_path == path for curve in _curves(block.animation_data))


def _curves(animation: Any) -> Iterator[Any]:
    yield from animation.drivers
    if animation.action is not None:
        yield from _curves_of(animation.action, getattr(animation, "action_slot", None))
    for track in animation.nla_tracks:
        for strip in track.strips:
            if strip.action is not None:
                yield from _curves_of(strip.action, getattr(strip, "action_slot", None))


def _curves_of(action: Any, slot: Any) -> Iterator[Any]:
    """The curves of an action; since Blender 4.4 those of one of its slots."""
    if bpy.app.version < (4, 4, 0):
        yield from action.fcurves
        return
    for layer in action.layers:
        for strip in layer.strips:
            bag = None if slot is None else strip.channelbag(slot)
            if bag is not None:
                yield from bag.fcurves
