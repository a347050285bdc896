"""Tween inside Blender, as an animator would: with our operator, and with Blender's own Interpolate Sequence."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from time import perf_counter
from typing import Any

import bpy

import inkbetween
from inkbetween.tools.bench.drawings.sequences import Sequence

from . import grease_pencil, rig_scene
from .tweened import Tweened


def start() -> None:
    """An empty file with a window, which Blender's own operator asks for, and the extension registered."""
    bpy.ops.wm.read_factory_settings(use_empty=False)
    if not hasattr(bpy.types, "INKBETWEEN_OT_tween"):
        inkbetween.register()


def tween(sequence: Sequence, gap: int, engine: str = "LEARNED", guided: str = "") -> Tweened:
    """Our registered operator on all layers, with its default settings but for the engine; `guided` by the
    sequence's own armature in the scene as it is ("true"), by one that is off ("off"), or by a skeleton inferred from
    the drawings ("auto")."""
    armature = guided in ("true", "off")
    with rig_scene.staged(sequence, off=guided == "off") if armature else nullcontext(guided.upper()) as guide:

        def run(layer_object: Any, gaps: list[tuple[int, int]]) -> None:
            with bpy.context.temp_override(**_at(layer_object, gaps[0][0] + 2)):
                scope = "OBJECT" if sequence.fills else "LAYER"
                bpy.ops.inkbetween.tween(scope=scope, engine=engine, guide=guide)

        return _tween(sequence, gap, run)


def interpolate(sequence: Sequence, gap: int) -> Tweened:
    """Blender's Interpolate Sequence in every gap, linear, with automatic flipping."""

    def run(layer_object: Any, gaps: list[tuple[int, int]]) -> None:
        for first, _ in gaps:
            with bpy.context.temp_override(**_at(layer_object, first + 2)):
                bpy.ops.object.mode_set(mode="PAINT_GREASE_PENCIL")
                which = "ALL" if sequence.fills else "ACTIVE"
                bpy.ops.grease_pencil.interpolate_sequence(step=1, layers=which, type="LINEAR", flip="AUTO")

    return _tween(sequence, gap, run)


def _tween(sequence: Sequence, gap: int, run: Callable[[Any, list[tuple[int, int]]], None]) -> Tweened:
    """Draw the keys, run, read what is between them."""
    gaps = sequence.gaps(gap)
    layer_object = grease_pencil.draw_keys(sequence, [first for first, _ in gaps] + [gaps[-1][1]])
    started = perf_counter()
    run(layer_object, gaps)
    seconds = perf_counter() - started
    wanted = [number for first, last in gaps for number in range(first + 1, last)]
    frames, fills = grease_pencil.read_drawn(layer_object, wanted)
    grease_pencil.remove(layer_object)
    return Tweened(frames, seconds / len(gaps), seconds / len(wanted), fills)


def _at(layer_object: Any, frame: int) -> dict[str, Any]:
    """The context of somebody who looks at the object in a 3D view at that frame."""
    scene = bpy.context.scene
    bpy.context.view_layer.objects.active = layer_object
    layer_object.select_set(True)
    scene.frame_set(frame)
    window = bpy.context.window_manager.windows[0]
    area = next(a for a in window.screen.areas if a.type == "VIEW_3D")
    region = next(r for r in area.regions if r.type == "WINDOW")
    return {"window": window, "area": area, "region": region, "active_object": layer_object, "object": layer_object}
