"""Tween inside Blender, as an animator would: with our operator, and with Blender's own Interpolate Sequence."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from time import perf_counter
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

import inkbetween
from inkbetween.addon import adapter
from inkbetween.inference.drawing.contract import Attribute, Curves
from inkbetween.inference.geometry.ragged import Ragged
from inkbetween.tools.space import to_pixels, to_plane

from . import rig_scene
from .paint.fills import Fill, Painting
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
    """Draw the keys, run, read what is between them. Frame k of the sequence is frame k + 1 of the scene."""
    gaps = sequence.gaps(gap)
    numbers = [first for first, _ in gaps] + [gaps[-1][1]]
    layer_object = _draw_keys(sequence, numbers)
    started = perf_counter()
    run(layer_object, gaps)
    seconds = perf_counter() - started
    wanted = [number for first, last in gaps for number in range(first + 1, last)]
    # Where nothing was drawn Blender shows the frame before; scoring it as empty shows what is missing.
    layers = {layer.name: {adapter.frame_number(f) - 1: f for f in layer.frames} for layer in layer_object.data.layers}
    lines, paint = layers["Lines"], layers.get("Fills", {})
    frames = {n: read_frame(lines[n].drawing) if n in lines else [] for n in wanted}
    fills = {n: read_fills(paint[n].drawing) if n in paint else [] for n in wanted} if sequence.fills else {}
    _remove(layer_object)
    return Tweened(frames, seconds / len(gaps), seconds / len(wanted), fills)


def _draw_keys(sequence: Sequence, numbers: list[int]) -> Any:
    data = adapter.grease_pencil_data().new("Benchmark")
    layer_object = bpy.data.objects.new("Benchmark", data)
    bpy.context.scene.collection.objects.link(layer_object)
    data.materials.append(_material("Ink", None))
    for number, colour in enumerate(() if sequence.palette is None else sequence.palette):
        data.materials.append(_material(f"Colour {number}", colour))
    if sequence.fills:
        below = data.layers.new("Fills")
        for number in numbers:
            fills = sequence.fills[number]
            curves = _curves([fill.outline for fill in fills], [fill.colour + 1 for fill in fills])
            adapter.insert_frame(below, number + 1, curves, "KEYFRAME")
    layer = data.layers.new("Lines")
    for number in numbers:
        adapter.insert_frame(layer, number + 1, _curves(sequence.frames[number]), "KEYFRAME")
    data.layers.active = layer
    return layer_object


def _material(name: str, colour: NDArray | None) -> Any:
    """Ink that strokes, or a colour that fills."""
    material = bpy.data.materials.new(name)
    bpy.data.materials.create_gpencil_data(material)
    if colour is not None:
        style = material.grease_pencil
        style.show_fill, style.show_stroke = True, False
        style.fill_color = (*((colour / 255.0) ** 2.2), 1.0)
    return material


def _curves(frame: Frame, materials: list[int] | None = None) -> Curves:
    """Lines of ink, or outlines of fills of these materials."""
    counts = [len(stroke) for stroke in frame]
    offsets = Ragged.of(counts).offsets.astype(np.int32)
    position = np.zeros((int(offsets[-1]), 3), np.float32)
    if frame:
        position[:, [0, 2]] = to_plane(np.concatenate(frame))
    radius = np.full(len(position), _RADIUS, np.float32)
    fills = {} if materials is None else _filled(materials)
    return Curves(
        offsets,
        {
            "position": Attribute("POINT", "FLOAT_VECTOR", position),
            "radius": Attribute("POINT", "FLOAT", radius),
            # 1 is a poly curve; without the attribute Blender takes strokes for Catmull-Rom.
            "curve_type": Attribute("CURVE", "INT8", np.ones(len(frame), np.int8)),
            **fills,
        },
    )


def _filled(materials: list[int]) -> dict[str, Attribute]:
    return {
        "material_index": Attribute("CURVE", "INT", np.array(materials, np.int32)),
        "cyclic": Attribute("CURVE", "BOOLEAN", np.ones(len(materials), bool)),
    }


def read_fills(drawing: Any) -> Painting:
    """Fills in pixels and drawing order."""
    curves = adapter.read_curves(drawing)
    if not curves.point_count:
        return []
    pixels = to_pixels(curves.attributes["position"].values[:, [0, 2]])
    material = curves.attributes.get("material_index")
    if material is None:
        return []
    parts = np.split(pixels, curves.offsets[1:-1])
    return [Fill(int(m) - 1, part) for m, part in zip(material.values, parts, strict=True) if len(part) and m > 0]


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
    materials = list(data.materials)
    bpy.data.objects.remove(layer_object)
    adapter.grease_pencil_data().remove(data)
    for material in materials:
        bpy.data.materials.remove(material)
