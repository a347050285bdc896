"""What Blender is told when the extension is enabled, and forgets when disabled."""

from __future__ import annotations

import bpy

from ..ops.bake import INKBETWEEN_OT_bake
from ..ops.bind import INKBETWEEN_OT_bind, INKBETWEEN_OT_unbind
from ..ops.clear import INKBETWEEN_OT_clear
from ..ops.fill_scene import INKBETWEEN_OT_fill_scene
from ..ops.filling import command_line
from ..ops.import_mocap import INKBETWEEN_OT_import_mocap
from ..ops.jobs.show import stop_looking
from ..ops.joints import INKBETWEEN_OT_place_joints, INKBETWEEN_OT_remove_joints
from ..ops.retarget import INKBETWEEN_OT_retarget
from ..ops.show_binding import INKBETWEEN_OT_refresh_binding, INKBETWEEN_OT_show_binding
from ..ops.tween import INKBETWEEN_OT_tween
from .panels import menus
from .panels.binding import INKBETWEEN_PT_binding, InkbetweenPart
from .panels.fill import INKBETWEEN_PT_fill
from .panels.main import INKBETWEEN_PT_retarget, INKBETWEEN_PT_tween
from .panels.menus import INKBETWEEN_FH_mocap, INKBETWEEN_MT_inkbetween
from .properties import InkbetweenSettings

CLASSES = (
    InkbetweenSettings,
    InkbetweenPart,
    INKBETWEEN_OT_tween,
    INKBETWEEN_OT_clear,
    INKBETWEEN_OT_bake,
    INKBETWEEN_OT_bind,
    INKBETWEEN_OT_unbind,
    INKBETWEEN_OT_fill_scene,
    INKBETWEEN_OT_import_mocap,
    INKBETWEEN_OT_retarget,
    INKBETWEEN_OT_place_joints,
    INKBETWEEN_OT_remove_joints,
    INKBETWEEN_FH_mocap,
    INKBETWEEN_MT_inkbetween,
    INKBETWEEN_OT_show_binding,
    INKBETWEEN_OT_refresh_binding,
    INKBETWEEN_PT_tween,
    INKBETWEEN_PT_binding,
    INKBETWEEN_PT_fill,
    INKBETWEEN_PT_retarget,
)


def register() -> None:
    for cls in CLASSES:
        bpy.utils.register_class(cls)
    bpy.types.Scene.inkbetween = bpy.props.PointerProperty(type=InkbetweenSettings)
    bpy.types.WindowManager.inkbetween_parts = bpy.props.CollectionProperty(type=InkbetweenPart)
    menus.add_entries()
    command_line.register()


def unregister() -> None:
    stop_looking()
    command_line.unregister()
    menus.remove_entries()
    del bpy.types.WindowManager.inkbetween_parts
    del bpy.types.Scene.inkbetween
    for cls in reversed(CLASSES):
        bpy.utils.unregister_class(cls)
