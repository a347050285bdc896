"""The benchmark's drawing as a Grease Pencil object: keys drawn as an animator would, in-betweens read from it.

Lines lie on the layer "Lines", in ink; fills on the layer "Fills" below, with a material for each colour.
"""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from inkbetween.addon import adapter
from inkbetween.inference.drawing.contract import Attribute, Curves
from inkbetween.inference.geometry.ragged import Ragged
from inkbetween.tools.bench.drawings.sequences import Fill, Frame, Painting, Sequence
from inkbetween.tools.space import to_pixels, to_plane

_RADIUS = 0.01
_LINES, _FILLS = "Lines", "Fills"


def draw_keys(sequence: Sequence, numbers: list[int]) -> Any:
    """A Grease Pencil object with these frames as keys; frame k of the sequence is frame k + 1 of the scene."""
    data = adapter.grease_pencil_data().new("Benchmark")
    layer_object = bpy.data.objects.new("Benchmark", data)
    bpy.context.scene.collection.objects.link(layer_object)
    data.materials.append(_material("Ink", None))
    for number, colour in enumerate(() if sequence.palette is None else sequence.palette):
        data.materials.append(_material(f"Colour {number}", colour))
    if sequence.fills:
        below = data.layers.new(_FILLS)
        for number in numbers:
            fills = sequence.fills[number]
            curves = _curves([fill.outline for fill in fills], [fill.colour + 1 for fill in fills])
            adapter.insert_frame(below, number + 1, curves, "KEYFRAME")
    layer = data.layers.new(_LINES)
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


def read_drawn(layer_object: Any, numbers: list[int]) -> tuple[dict[int, Frame], dict[int, Painting]]:
    """The lines and the fills of frames of the sequence; none where nothing was drawn.

    Blender shows the frame before there. Scoring it as empty shows what is missing.
    """
    layers = {layer.name: {adapter.frame_number(f) - 1: f for f in layer.frames} for layer in layer_object.data.layers}
    lines, paint = layers[_LINES], layers.get(_FILLS)
    frames = {n: read_frame(lines[n].drawing) if n in lines else [] for n in numbers}
    if paint is None:
        return frames, {}
    return frames, {n: read_fills(paint[n].drawing) if n in paint else [] for n in numbers}


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
    """Lines in pixels; a cyclic one gets its closing edge."""
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


def remove(layer_object: Any) -> None:
    """Take the object out of the file, its data and materials, too."""
    if bpy.context.mode != "OBJECT":
        bpy.ops.object.mode_set(mode="OBJECT")
    data = layer_object.data
    materials = list(data.materials)
    bpy.data.objects.remove(layer_object)
    adapter.grease_pencil_data().remove(data)
    for material in materials:
        bpy.data.materials.remove(material)
