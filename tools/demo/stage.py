"""A sample as a Blender scene: one Grease Pencil object, colours below lines, seen by a camera exactly as drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np

import inkbetween
from inkbetween.addon import adapter
from inkbetween.inference.drawing.contract import Attribute, Curves
from inkbetween.inference.geometry.ragged import Ragged
from inkbetween.tools.samples.hand import Mark
from inkbetween.tools.samples.sample import Colour, Sample
from inkbetween.tools.space import PIXELS_PER_UNIT, to_plane

# The one colour that is drawn with; all others are flat.
LINE_MATERIAL = "Line"
COLOUR_LAYER, LINE_LAYER = "Colour", "Lines"


def build(sample: Sample) -> Any:
    """A new file with the sample's keys and nothing between them; returns the Grease Pencil object, active."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    data = adapter.grease_pencil_data().new(sample.name)
    staged = bpy.data.objects.new(sample.name, data)
    scene = bpy.context.scene
    scene.collection.objects.link(staged)
    slots = _materials(data, sample)
    for name in (COLOUR_LAYER, LINE_LAYER):
        layer = data.layers.new(name)
        # Flat cartoon colours, whatever lights a scene has.
        layer.use_lights = False
        for key in sample.keys:
            marks = key.fills if name == COLOUR_LAYER else key.lines
            adapter.insert_frame(layer, key.frame, _curves(marks, slots), "KEYFRAME")
    data.layers.active = data.layers[LINE_LAYER]
    bpy.context.view_layer.objects.active = staged
    staged.select_set(True)
    _set_up_scene(scene, sample)
    return staged


def register() -> None:
    if not hasattr(bpy.types, "INKBETWEEN_OT_tween"):
        inkbetween.register()


def tween(staged: Any, guide: str = "") -> str:
    """Run the registered operator on all layers, led by an armature if one is named; returns how many in-betweens
    there are now, in words."""
    register()
    bpy.ops.inkbetween.tween(scope="OBJECT", guide=guide)
    made = sum(adapter.frame_type(f) == adapter.GENERATED for layer in staged.data.layers for f in layer.frames)
    return f"{made} in-betweens on {len(staged.data.layers)} layers"


def save(path: Path) -> None:
    """Write the .blend; raises RuntimeError, as Blender does, where it cannot be written."""
    bpy.ops.wm.save_as_mainfile(filepath=str(path), compress=True, check_existing=False)


def _materials(data: Any, sample: Sample) -> dict[str, int]:
    """Material slots by name: the line, and one flat colour for each of the palette."""
    slots = {}
    for name in (LINE_MATERIAL, *sample.palette):
        material = bpy.data.materials.new(name)
        bpy.data.materials.create_gpencil_data(material)
        style, line = material.grease_pencil, name == LINE_MATERIAL
        style.show_stroke, style.show_fill = line, not line
        colour = (*linear(sample.palette["Ink" if line else name]), 1.0)
        style.color = colour
        style.fill_color = colour
        slots[name] = len(data.materials)
        data.materials.append(material)
    return slots


def linear(colour: Colour) -> tuple[float, ...]:
    """sRGB 0..255 to the linear light Blender's colours are in."""
    values = np.array(colour) / 255
    return tuple(np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4).tolist())


def _curves(marks: list[Mark], slots: dict[str, int]) -> Curves:
    offsets = Ragged.of([len(mark.path) for mark in marks]).offsets.astype(np.int32)
    position = np.zeros((int(offsets[-1]), 3), np.float32)
    position[:, [0, 2]] = to_plane(np.concatenate([mark.path for mark in marks]))
    radius = np.concatenate([mark.width for mark in marks]) / 2 / PIXELS_PER_UNIT
    material = [slots[mark.colour if mark.fill else LINE_MATERIAL] for mark in marks]
    return Curves(
        offsets,
        {
            "position": Attribute("POINT", "FLOAT_VECTOR", position),
            "radius": Attribute("POINT", "FLOAT", radius.astype(np.float32)),
            "material_index": Attribute("CURVE", "INT", np.array(material, np.int32)),
            "cyclic": Attribute("CURVE", "BOOLEAN", np.array([mark.fill for mark in marks], bool)),
            # 1 is a poly curve; without the attribute Blender takes strokes for Catmull-Rom.
            "curve_type": Attribute("CURVE", "INT8", np.ones(len(marks), np.int8)),
        },
    )


def _set_up_scene(scene: Any, sample: Sample) -> None:
    """Time, picture, camera, and the view somebody gets who opens the file."""
    scene.frame_start, scene.frame_end = sample.keys[0].frame, sample.keys[-1].frame
    scene.frame_set(scene.frame_start)
    scene.render.fps = sample.frames_per_second
    scene.render.resolution_x, scene.render.resolution_y = sample.size
    scene.render.engine = "BLENDER_WORKBENCH"
    scene.render.film_transparent = True
    scene.display.shading.light = "FLAT"
    scene.display.shading.color_type = "MATERIAL"
    scene.view_settings.view_transform = "Standard"
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    scene.collection.objects.link(camera)
    camera.data.type = "ORTHO"
    camera.data.ortho_scale = sample.size[0] / PIXELS_PER_UNIT
    camera.location, camera.rotation_euler = (0, -20, 0), (np.pi / 2, 0, 0)
    scene.camera = camera
    for screen in bpy.data.screens:
        for area in screen.areas:
            if area.type == "VIEW_3D":
                view = area.spaces.active
                view.region_3d.view_perspective = "CAMERA"
                view.shading.color_type = "MATERIAL"
                view.shading.background_type = "VIEWPORT"
                view.shading.background_color = linear(sample.paper)
                view.overlay.show_floor = view.overlay.show_axis_x = view.overlay.show_axis_y = False
