"""Sent to Blender by the tests: an object "Drawing" in Draw mode, keys of some strokes, the sidebar open on our tab."""

import math

import bpy


def curl(x: float, z: float, turn: float, points: int) -> list[tuple[float, float, float]]:
    """A curl about 0.4 wide in the front view."""
    steps = [i / points for i in range(points)]
    return [(x + 0.2 * t * math.cos(turn + 7 * t), 0.0, z + 0.2 * t * math.sin(turn + 7 * t)) for t in steps]


def make_drawing(last: int, strokes: int, points: int = 30) -> None:
    """Keys at 1 and `last`; the current frame a third of the way between."""
    for obj in list(bpy.data.objects):
        bpy.data.objects.remove(obj)
    old = hasattr(bpy.data, "grease_pencils_v3")
    data = (bpy.data.grease_pencils_v3 if old else bpy.data.grease_pencils).new("Drawing")
    obj = bpy.data.objects.new("Drawing", data)
    bpy.context.scene.collection.objects.link(obj)
    ink = bpy.data.materials.new("Ink")
    bpy.data.materials.create_gpencil_data(ink)
    data.materials.append(ink)
    layer = data.layers.new("Lines")
    for frame, shift in ((1, -1.5), (last, 1.0)):
        drawing = layer.frames.new(frame).drawing
        drawing.add_strokes([points] * strokes)
        for index, stroke in enumerate(drawing.strokes):
            column, row = index % 10, index // 10
            places = curl(shift + 0.25 * column - 1.0, 0.25 * row - 1.0, 0.7 * index + 0.2 * shift, points)
            for point, place in zip(stroke.points, places, strict=True):
                point.position, point.radius, point.opacity = place, 0.008, 1.0
        drawing.tag_positions_changed()
    bpy.context.scene.frame_end = last
    bpy.context.scene.frame_set(1 + last // 3)
    window = bpy.context.window_manager.windows[0]
    view = next(a for a in window.screen.areas if a.type == "VIEW_3D")
    with bpy.context.temp_override(
        window=window, area=view, region=next(r for r in view.regions if r.type == "WINDOW")
    ):
        bpy.context.view_layer.objects.active = obj
        obj.select_set(True)
        bpy.ops.view3d.view_axis(type="FRONT")
        view.spaces.active.region_3d.view_perspective = "ORTHO"
        view.spaces.active.region_3d.view_distance = 8.0
        bpy.ops.object.mode_set(mode="PAINT_GREASE_PENCIL")
        view.spaces.active.show_region_ui = True
        bpy.ops.ed.undo_push(message="Drawn")
