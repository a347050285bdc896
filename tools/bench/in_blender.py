"""Tween inside Blender, as an animator would: with our operator, and with Blender's own Interpolate Sequence."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from time import perf_counter
from typing import Any

import bpy
import numpy as np

import inkbetween
from inkbetween.addon import adapter
from inkbetween.inference.drawing.contract import Attribute, Curves
from inkbetween.inference.geometry.ragged import Ragged
from inkbetween.tools.space import to_pixels, to_plane

from . import rig_scene
from .sequences import Frame, Sequence
from .tweened import Tweened

_RADIUS = 0.01


def start() -> None:
    """An empty file with a window, which Blender's own operator asks for, and the extension registered."""
    bpy.ops.wm.read_factory_settings(use_empty=False)
    if not hasattr(bpy.types, "INKBETWEEN_OT_tween"):
        inkbetween.register()


def tween(sequence: Sequence, gap: int, engine: str = "LEARNED", guided: str = "") -> Tweened:
    """Our registered operator on the whole layer, with its default settings but for the engine; `guided` by the
    sequence's own armature in the scene as it is ("true"), by one that is off ("off"), or by a skeleton inferred from
    the drawings ("auto")."""
    armature = guided in ("true", "off")
    with rig_scene.staged(sequence, off=guided == "off") if armature else nullcontext(guided.upper()) as guide:

        def run(layer_object: Any, gaps: list[tuple[int, int]]) -> None:
            with bpy.context.temp_override(**_at(layer_object, gaps[0][0] + 2)):
                bpy.ops.inkbetween.tween(scope="LAYER", engine=engine, guide=guide)

        return _tween(sequence, gap, run)


def interpolate(sequence: Sequence, gap: int) -> Tweened:
    """Blender's Interpolate Sequence in every gap, linear, with automatic flipping."""

    def run(layer_object: Any, gaps: list[tuple[int, int]]) -> None:
        for first, _ in gaps:
            with bpy.context.temp_override(**_at(layer_object, first + 2)):
                bpy.ops.object.mode_set(mode="PAINT_GREASE_PENCIL")
                bpy.ops.grease_pencil.interpolate_sequence(step=1, layers="ACTIVE", type="LINEAR", flip="AUTO")

    return _tween(sequence, gap, run)


def _tween(sequence: Sequence, gap: int, run: Callable[[Any, list[tuple[int, int]]], None]) -> Tweened:
    """Draw the keys, run, read what is between them. Frame k of the sequence is frame k + 1 of the scene."""
    gaps = sequence.gaps(gap)
    numbers = [first for first, _ in gaps] + [gaps[-1][1]]
    layer_object = _draw_keys({number: sequence.frames[number] for number in numbers})
    started = perf_counter()
    run(layer_object, gaps)
    seconds = perf_counter() - started
    wanted = [number for first, last in gaps for number in range(first + 1, last)]
    drawn = {adapter.frame_number(f) - 1: f for f in layer_object.data.layers[0].frames}
    # Where nothing was drawn Blender shows the frame before; scoring it as empty shows what is missing.
    frames = {n: read_frame(drawn[n].drawing) if n in drawn else [] for n in wanted}
    _remove(layer_object)
    return Tweened(frames, seconds / len(gaps), seconds / len(wanted))


def _draw_keys(keys: dict[int, Frame]) -> Any:
    data = adapter.grease_pencil_data().new("Benchmark")
    layer_object = bpy.data.objects.new("Benchmark", data)
    bpy.context.scene.collection.objects.link(layer_object)
    material = bpy.data.materials.new("Ink")
    bpy.data.materials.create_gpencil_data(material)
    data.materials.append(material)
    layer = data.layers.new("Lines")
    for number, frame in keys.items():
        adapter.insert_frame(layer, number + 1, _curves(frame), "KEYFRAME")
    data.layers.active = layer
    return layer_object


def _curves(frame: Frame) -> Curves:
    counts = [len(stroke) for stroke in frame]
    offsets = Ragged.of(counts).offsets.astype(np.int32)
    position = np.zeros((int(offsets[-1]), 3), np.float32)
    if frame:
        position[:, [0, 2]] = to_plane(np.concatenate(frame))
    radius = np.full(len(position), _RADIUS, np.float32)
    return Curves(
        offsets,
        {
            "position": Attribute("POINT", "FLOAT_VECTOR", position),
            "radius": Attribute("POINT", "FLOAT", radius),
            # 1 is a poly curve; without the attribute Blender takes strokes for Catmull-Rom.
            "curve_type": Attribute("CURVE", "INT8", np.ones(len(frame), np.int8)),
        },
    )


def read_frame(drawing: Any) -> Frame:
    curves = adapter.read_curves(drawing)
    pixels = to_pixels(curves.attributes["position"].values[:, [0, 2]]) if curves.point_count else np.zeros((0, 2))
    cyclic = curves.attributes.get("cyclic")
    frame = []
    for index in range(curves.stroke_count):
        points = pixels[curves.offsets[index] : curves.offsets[index + 1]]
        if not len(points):
            continue
        closed = cyclic is not None and bool(cyclic.values[index])
        frame.append(np.concatenate([points, points[:1]]) if closed else points)
    return frame


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


def _remove(layer_object: Any) -> None:
    if bpy.context.mode != "OBJECT":
        bpy.ops.object.mode_set(mode="OBJECT")
    data = layer_object.data
    bpy.data.objects.remove(layer_object)
    adapter.grease_pencil_data().remove(data)
    bpy.data.materials.remove(bpy.data.materials["Ink"])
