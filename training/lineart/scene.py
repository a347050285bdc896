"""A rigged character in Blender: its actions, its surface and its Line Art in the pixels of one camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Vector
from numpy.typing import NDArray

from inkbetween.training.clips.clip import HEIGHT, WIDTH

Floats = NDArray[np.float64]

# The look of the benchmark's drawings.
_CREASE = np.deg2rad(80.0)
_CHAINING = 0.004
# Hidden lines count behind so many forms; more lie in the thick of interlocked parts and are nobody's.
_DEEPEST = 4
DRAWN, CONTOURS, HIDDEN = "Drawn", "Contours", "Hidden"


@dataclass(frozen=True)
class Character:
    armature: Any
    meshes: tuple[Any, ...]


@dataclass(frozen=True)
class Surface:
    """The character's triangles, the same in all frames.

    triangles (F, 3) int; part (V,) body part of each vertex; parts: their names; rest (V, 3) vertices at rest, world.
    """

    triangles: NDArray[np.int64]
    part: NDArray[np.int16]
    parts: tuple[str, ...]
    rest: Floats


@dataclass(frozen=True)
class Camera:
    """An orthographic view. `axes` (3, 3): columns are the camera's x, y, z in the world."""

    axes: Floats
    centre: Floats
    scale: float

    def pixels(self, world: Floats) -> Floats:
        """(..., 3) x right, y down, depth towards the viewer."""
        view = (world - self.centre) @ self.axes * self.scale
        return view * [1.0, -1.0, 1.0] + [WIDTH / 2, HEIGHT / 2, 0.0]

    def directions(self, world: Floats) -> Floats:
        """(..., 3) directions, such as normals, in the pixels' axes."""
        return world @ self.axes * [1.0, -1.0, 1.0]


def load(path: Path) -> Character:
    """Raises ValueError where the file holds no mesh or Blender cannot read it."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    if path.suffix.lower() == ".fbx":
        bpy.ops.import_scene.fbx(filepath=str(path))
    else:
        bpy.ops.import_scene.gltf(filepath=str(path))
    armatures = [o for o in bpy.data.objects if o.type == "ARMATURE"]
    meshes = []
    for obj in list(bpy.data.objects):
        if obj.type in {"LIGHT", "CAMERA"}:
            bpy.data.objects.remove(obj)
        elif obj.type == "MESH" and (not armatures or _rigged(obj)):
            meshes.append(obj)
        elif obj.type == "MESH":
            obj.hide_viewport = obj.hide_render = True
    if not meshes:
        raise ValueError(f"{path.name} holds no mesh that moves with a rig.")
    for mesh in meshes:
        _smooth(mesh)
    return Character(armatures[0] if armatures else None, tuple(meshes))


def _rigged(obj: Any) -> bool:
    skinned = any(m.type == "ARMATURE" for m in obj.modifiers)
    return skinned or obj.parent_type == "BONE" or (obj.parent is not None and obj.parent.type == "ARMATURE")


def _smooth(obj: Any) -> None:
    """Weld what the file format split, as the benchmark does, so that forms are closed and creases are creases."""
    import bmesh  # Only there once bpy is.

    mesh = bmesh.new()
    mesh.from_mesh(obj.data)
    diagonal = max((Vector(obj.bound_box[6]) - Vector(obj.bound_box[0])).length, 1e-6)
    bmesh.ops.remove_doubles(mesh, verts=mesh.verts, dist=diagonal * 1e-4)
    mesh.to_mesh(obj.data)
    mesh.free()
    obj.data.polygons.foreach_set("use_smooth", np.ones(len(obj.data.polygons), bool))
    for name in ("sharp_edge", "sharp_face", "custom_normal"):
        attribute = obj.data.attributes.get(name)
        if attribute:
            obj.data.attributes.remove(attribute)


def play(character: Character, name: str) -> tuple[float, float]:
    """Make the action the character's only one; its first and last frame. Raises ValueError where there is none."""
    action = next((a for a in bpy.data.actions if a.name == name), None)
    action = action or next((a for a in bpy.data.actions if a.name.split("|")[-1] == name.split("|")[-1]), None)
    if action is None:
        raise ValueError(f"no action {name}: {sorted(a.name for a in bpy.data.actions)[:6]}")
    # A figure of loose objects has a slot of the action for each of them; a rig has one.
    targets = [character.armature] if character.armature else [o for o in bpy.data.objects if o.animation_data]
    for target in targets:
        data = target.animation_data or target.animation_data_create()
        for strip in list(data.nla_tracks):
            data.nla_tracks.remove(strip)
        data.action = action
        # Loose objects find their slot by their name.
        if character.armature is not None and len(action.slots):
            data.action_slot = action.slots[0]
    first, last = action.frame_range
    return float(first), float(last)


def go_to(frame: float) -> None:
    bpy.context.scene.frame_set(int(np.floor(frame)), subframe=float(frame - np.floor(frame)))


def surface(character: Character) -> Surface:
    """The triangles and the rest pose; the rig is put back into its pose."""
    rig = character.armature
    if rig is not None:
        rig.data.pose_position = "REST"
    bpy.context.view_layer.update()
    rest = vertices(character)[0]
    if rig is not None:
        rig.data.pose_position = "POSE"
    bpy.context.view_layer.update()
    triangles, part = [], []
    parts: dict[str, int] = {}
    first = 0
    for obj in character.meshes:
        mesh = obj.data
        mesh.calc_loop_triangles()
        corners = np.zeros(3 * len(mesh.loop_triangles), np.int32)
        mesh.loop_triangles.foreach_get("vertices", corners)
        triangles.append(corners.reshape(-1, 3).astype(np.int64) + first)
        part += _parts(obj, rig, parts)
        first += len(mesh.vertices)
    return Surface(np.concatenate(triangles), np.array(part, np.int16), tuple(parts), rest)


def _parts(obj: Any, rig: Any, parts: dict[str, int]) -> list[int]:
    """The body part of every vertex: the deforming bone that holds it most, or what the object hangs on."""
    whole = obj.parent_bone if obj.parent_type == "BONE" and obj.parent_bone else obj.name
    bones = {g.index: g.name for g in obj.vertex_groups if rig is not None and g.name in rig.data.bones}
    names = []
    for vertex in obj.data.vertices:
        held = [(g.weight, bones[g.group]) for g in vertex.groups if g.group in bones and g.weight > 0]
        names.append(max(held)[1] if held else whole)
    return [parts.setdefault(name, len(parts)) for name in names]


def vertices(character: Character) -> tuple[Floats, Floats]:
    """(V, 3) places and unit normals of all vertices in this frame, world."""
    graph = bpy.context.evaluated_depsgraph_get()
    places, normals = [], []
    for obj in character.meshes:
        evaluated = obj.evaluated_get(graph)
        mesh = evaluated.to_mesh()
        place = np.empty(3 * len(mesh.vertices), np.float32)
        normal = np.empty(3 * len(mesh.vertices), np.float32)
        mesh.vertices.foreach_get("co", place)
        mesh.vertex_normals.foreach_get("vector", normal)
        evaluated.to_mesh_clear()
        world = np.array(evaluated.matrix_world)
        places.append(place.reshape(-1, 3) @ world[:3, :3].T + world[:3, 3])
        turned = normal.reshape(-1, 3) @ np.linalg.inv(world[:3, :3] + 1e-12 * np.eye(3))
        normals.append(turned / np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-12))
    return np.concatenate(places), np.concatenate(normals)


def add_camera(points: Floats, yaw: float, pitch: float, margin: float) -> Camera:
    """The camera that frames all `points` (N, 3), `margin` times as wide as they need, as the scene's camera."""
    scene = bpy.context.scene
    data = bpy.data.cameras.new("camera")
    data.type = "ORTHO"
    obj = bpy.data.objects.new("camera", data)
    scene.collection.objects.link(obj)
    scene.camera = obj
    towards = Vector((np.sin(yaw), -np.cos(yaw), pitch)).normalized()
    rotation = (-towards).to_track_quat("-Z", "Y")
    axes = np.array(rotation.to_matrix())
    view = points @ axes
    low, high = view.min(0), view.max(0)
    width = max(high[0] - low[0], (high[1] - low[1]) * WIDTH / HEIGHT, 1e-6) * margin
    distance = 2 * float(np.linalg.norm(high - low))
    centre = axes @ ((low + high) / 2)
    obj.rotation_euler = rotation.to_euler()
    obj.location = Vector(centre) + towards * distance
    data.ortho_scale = width
    data.clip_start, data.clip_end = distance * 1e-3, distance * 10
    scene.render.resolution_x, scene.render.resolution_y = WIDTH, HEIGHT
    bpy.context.view_layer.update()
    return Camera(axes, np.asarray(centre), WIDTH / width)


def add_line_art() -> Any:
    """A Grease Pencil object with the drawing, and beside it which lines are contours and which are hidden."""
    data = bpy.data.grease_pencils.new("Line Art")
    obj = bpy.data.objects.new("Line Art", data)
    bpy.context.scene.collection.objects.link(obj)
    ink = bpy.data.materials.new("ink")
    bpy.data.materials.create_gpencil_data(ink)
    data.materials.append(ink)
    for layer in (DRAWN, CONTOURS, HIDDEN):
        data.layers.new(layer).frames.new(-100000)
        modifier = obj.modifiers.new(layer, "LINEART")
        modifier.source_type = "SCENE"
        modifier.target_layer = layer
        modifier.target_material = ink
        modifier.radius = 0.01
        modifier.crease_threshold = _CREASE
        modifier.chaining_image_threshold = _CHAINING
        modifier.stroke_depth_offset = 0.0
        modifier.use_crease_on_smooth = True
        modifier.use_crease_on_sharp = modifier.use_loose = modifier.use_edge_mark = False
        modifier.use_intersection = modifier.use_material = modifier.use_crease = layer != CONTOURS
        # One calculation serves all three.
        modifier.use_cache = layer != DRAWN
        if layer != DRAWN:
            modifier.use_multiple_levels = True
            modifier.level_start, modifier.level_end = (1 if layer == HIDDEN else 0), _DEEPEST
    return obj


def remove(objects: Sequence[Any]) -> None:
    for obj in objects:
        data = obj.data
        bpy.data.objects.remove(obj)
        if isinstance(data, bpy.types.Camera):
            bpy.data.cameras.remove(data)


def strokes(line_art: Any, layer: str) -> tuple[Floats, NDArray[np.int64]]:
    """The strokes in this frame: places (N, 3) in the world, offsets (S+1,)."""
    graph = bpy.context.evaluated_depsgraph_get()
    curves = line_art.evaluated_get(graph).data.layers[layer].frames[0].drawing
    offsets = np.zeros(max(len(curves.curve_offsets), 1), np.int32)
    if len(curves.curve_offsets) > 1:
        curves.curve_offsets.foreach_get("value", offsets)
    place = np.zeros(3 * offsets[-1], np.float32)
    if len(place):
        curves.attributes["position"].data.foreach_get("vector", place)
    return place.reshape(-1, 3).astype(np.float64), offsets.astype(np.int64)
