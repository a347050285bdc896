"""Import Mocap: a BVH file becomes an armature with an action.

It has the scene's frame rate and size.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, StringProperty

from ..addon import adapter
from . import wording
from .jobs.job import has_window

if TYPE_CHECKING:
    from ..inference.mocap.take import Take

PATH: Any = StringProperty(
    name="File", description="The BVH file to import", subtype="FILE_PATH", options={"SKIP_SAVE", "HIDDEN"}
)
FILTER: Any = StringProperty(default="*.bvh", options={"HIDDEN", "SKIP_SAVE"})
START: Any = IntProperty(
    name="Start Frame", description="The frame on which the take begins, as the Dope Sheet counts", default=1
)
TIMING: Any = EnumProperty(
    name="Timing",
    description="How the capture's frames become frames of the scene",
    items=(
        ("SCENE", "Retime to Scene", "Keep the speed: a take of four seconds lasts four seconds at the scene's rate"),
        ("FRAMES", "Frame by Frame", "One frame of the capture is one frame of the scene, at whatever speed"),
    ),
    default="SCENE",
)
AUTO_SCALE: Any = BoolProperty(
    name="Automatic Scale",
    description=(
        "Take the file for metres, centimetres or inches, whichever makes a figure of plausible height, or else scale "
        "it to about a person's"
    ),
    default=True,
)
SCALE: Any = FloatProperty(
    name="Scale",
    description="Scene units for each unit of the file, where the scale is not automatic",
    default=1.0,
    min=1e-6,
    max=1e6,
    soft_min=0.001,
    soft_max=100.0,
)
UP: Any = EnumProperty(
    name="Up",
    description="The axis of the file that points up",
    items=(
        ("AUTO", "Automatic", "Y as the format has it, unless the figure clearly stands along Z"),
        ("Y", "Y", "Turn Y up, as most files need it"),
        ("Z", "Z", "Leave Z up, as in Blender"),
    ),
    default="AUTO",
)


class INKBETWEEN_OT_import_mocap(bpy.types.Operator):
    """Import motion capture from a BVH file as an armature, at the scene's frame rate and the size of a person"""

    bl_idname = "inkbetween.import_mocap"
    bl_label = "Import Mocap"
    bl_options = {"REGISTER", "UNDO"}

    filepath: PATH
    filter_glob: FILTER
    frame_start: START
    timing: TIMING
    auto_scale: AUTO_SCALE
    scale: SCALE
    up: UP

    def draw(self, _context: Any) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        for name in ("frame_start", "timing", "up", "auto_scale"):
            layout.prop(self, name)
        row = layout.row()
        row.enabled = not self.auto_scale
        row.prop(self, "scale")

    def invoke(self, context: Any, _event: Any) -> set[str]:
        if not has_window(context):
            return self.execute(context)
        if self.filepath:  # a file was dropped
            answer: set[str] = context.window_manager.invoke_props_dialog(self)
            return answer
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: Any) -> set[str]:
        # Imported here because they bring NumPy: Blender's start should not wait for it.
        from ..inference.mocap.bvh import BvhError, read_bvh
        from ..inference.mocap.take import take_of
        from .scene.snapshot import read_rate

        if not self.filepath:
            self.report({"ERROR"}, "There is no file to import; choose a BVH file.")
            return {"CANCELLED"}
        path = Path(bpy.path.abspath(self.filepath))
        fps = read_rate(context.scene) if self.timing == "SCENE" else None
        scale = None if self.auto_scale else self.scale
        try:
            take = take_of(read_bvh(path), fps, scale, None if self.up == "AUTO" else self.up)
            _make(context, path, self.frame_start, take)
        except (BvhError, adapter.AdapterError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self.report({"INFO" if take.frame_count > 1 else "WARNING"}, _summary(path, take, fps))
        return {"FINISHED"}


def _make(context: Any, path: Path, start: int, take: Take) -> None:
    """Make the armature, or nothing at all."""
    from ..addon import armature
    from ..inference.mocap.bvh import file_name

    name = Path(file_name(path)).stem
    obj = armature.make_armature(context, name, take.bones)
    done = False
    try:
        if take.frame_count:
            poses = take.poses(armature.rest_axes(obj, take.bones.names))
            armature.animate(obj, name, start, take.bones, poses)
        done = True
    finally:
        if not done:
            armature.remove_armature(obj)


def _summary(path: Path, take: Take, fps: float | None) -> str:
    from ..inference.mocap.bvh import file_name

    bones = wording.count(len(take.bones.names), "bone")
    name = file_name(path)
    size = f"measured in {take.fit.unit}" if take.fit.unit else f"scaled by {take.fit.scale:g}"
    up = "" if take.fit.up == "Y" else f"{take.fit.up} up"
    if not take.frame_count:
        return wording.sentence([f"imported {bones} of {name}, which has no frames: the armature rests", size, up])
    rate = "frame by frame" if fps is None else f"at {fps:.5g} fps"
    frames = wording.count(take.frame_count, "frame")
    return wording.sentence([f"imported {bones} and {frames} of {name} {rate}", *_ends(take), size, up])


def _ends(take: Take) -> list[str]:
    """What the artist should know of how the take ends."""
    if take.frame_count == 1:
        return ["it is a single pose, as the file has one frame: nothing moves"]
    return [f"its last pose comes {take.late:.1g} of a frame late, on the next whole one"] if take.late else []
