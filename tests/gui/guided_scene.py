"""Sent to Blender by the tests: an object "Drawing" with an arm at two keys, and an armature "Arm" that guides it."""

import itertools
import math

import bpy

LAST = 9


def angles(frame):
    """How far the upper arm and the forearm point up."""
    share = (frame - 1) / (LAST - 1)
    return -1.2 + 1.6 * share, -0.9 + 2.2 * share


def joints(frame):
    """Shoulder, elbow and hand in the front view."""
    upper, lower = angles(frame)
    elbow = 1.6 * math.cos(upper), 1.6 * math.sin(upper)
    return (0.0, 0.0), elbow, (elbow[0] + 1.4 * math.cos(lower), elbow[1] + 1.4 * math.sin(lower))


def outline(frame):
    """Both sides of either bone, 12 points each."""
    places = joints(frame)
    strokes = []
    for (x, z), (to_x, to_z) in itertools.pairwise(places):
        size = math.hypot(to_x - x, to_z - z)
        side = -0.18 * (to_z - z) / size, 0.18 * (to_x - x) / size
        for sign in (1, -1):
            at = [0.1 + 0.8 * step / 11 for step in range(12)]
            strokes.append(
                [(x + t * (to_x - x) + sign * side[0], 0.0, z + t * (to_z - z) + sign * side[1]) for t in at]
            )
    return strokes


def make_drawing():
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
    for frame in (1, LAST):
        drawing, strokes = layer.frames.new(frame).drawing, outline(frame)
        drawing.add_strokes([len(stroke) for stroke in strokes])
        for stroke, places in zip(drawing.strokes, strokes, strict=True):
            for point, place in zip(stroke.points, places, strict=True):
                point.position, point.radius, point.opacity = place, 0.01, 1.0
        drawing.tag_positions_changed()
    return obj


def make_arm():
    data = bpy.data.armatures.new("Arm")
    obj = bpy.data.objects.new("Arm", data)
    bpy.context.scene.collection.objects.link(obj)
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="EDIT")
    upper, lower = data.edit_bones.new("upper_arm.L"), data.edit_bones.new("forearm.L")
    upper.head, upper.tail, lower.head, lower.tail = (0, 0, 0), (1.6, 0, 0), (1.6, 0, 0), (3.0, 0, 0)
    lower.parent = upper
    upper.roll = lower.roll = math.pi / 2
    bpy.ops.object.mode_set(mode="OBJECT")
    sign = -1.0 if data.bones["upper_arm.L"].matrix_local.col[2].y > 0 else 1.0
    for frame in range(1, LAST + 1):
        first, second = angles(frame)
        for name, angle in (("upper_arm.L", first), ("forearm.L", second - first)):
            bone = obj.pose.bones[name]
            bone.rotation_mode, bone.rotation_euler = "XYZ", (0.0, 0.0, sign * angle)
            bone.keyframe_insert("rotation_euler", frame=frame)
    obj.hide_set(True)
    return obj


def make_guided():
    drawing, arm = make_drawing(), make_arm()
    bpy.context.scene.inkbetween.guide = arm
    bpy.context.scene.frame_end = LAST
    bpy.context.scene.frame_set(1)
    window = bpy.context.window_manager.windows[0]
    view = next(a for a in window.screen.areas if a.type == "VIEW_3D")
    part = next(r for r in view.regions if r.type == "WINDOW")
    with bpy.context.temp_override(window=window, area=view, region=part):
        bpy.context.view_layer.objects.active = drawing
        drawing.select_set(True)
        bpy.ops.view3d.view_axis(type="FRONT")
        view.spaces.active.region_3d.view_perspective = "ORTHO"
        view.spaces.active.region_3d.view_distance = 8.0
        view.spaces.active.show_region_ui = True
        bpy.ops.object.mode_set(mode="EDIT")
        bpy.ops.grease_pencil.select_all(action="DESELECT")
        drawing.data.layers[0].frames[0].drawing.strokes[0].select = True
        bpy.ops.ed.undo_push(message="Selected")


make_guided()
