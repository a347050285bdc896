"""Where animators look: menus that get Inkbetween's entries.

They are the Dope Sheet's Key menu, the two that hold Blender's own Interpolate Sequence, and File > Import.
"""

from __future__ import annotations

from typing import Any

import bpy

from .. import adapter

# Blender 4.3 to 5.2 have no menu for interpolation alone: Interpolate Sequence stands in these of Draw and Edit mode.
HOSTS = ("DOPESHEET_MT_key", "VIEW3D_MT_paint_grease_pencil", "VIEW3D_MT_edit_greasepencil")

SCOPES = (("GAP", "Gap"), ("LAYER", "Layer"), ("OBJECT", "Object"))


def draw_tween_button(layout: Any, context: Any, scope: str, text: str) -> None:
    """Tween with the scene's settings."""
    settings = context.scene.inkbetween
    button = layout.operator("inkbetween.tween", text=text)
    button.scope, button.step, button.easing = scope, settings.step, settings.easing
    button.guide = settings.guide_name


class INKBETWEEN_MT_inkbetween(bpy.types.Menu):
    """Draw, clear and bake in-betweens of the active Grease Pencil object"""

    bl_idname = "INKBETWEEN_MT_inkbetween"
    bl_label = "Inkbetween"

    def draw(self, context: Any) -> None:
        layout = self.layout
        # A menu would otherwise open the operators' settings instead of running them.
        layout.operator_context = "INVOKE_DEFAULT"
        for scope, name in SCOPES:
            draw_tween_button(layout, context, scope, f"Tween {name}")
        for operator, verb in (("inkbetween.clear", "Clear"), ("inkbetween.bake", "Bake")):
            layout.separator()
            for scope, name in SCOPES:
                layout.operator(operator, text=f"{verb} {name}").scope = scope


def draw_entry(self: Any, context: Any) -> None:
    """Draw the entry appended to Blender's menus.

    The Key menu serves other objects, too, and stays as it is for them.
    """
    if not adapter.is_grease_pencil(context.active_object):
        return
    self.layout.separator()
    self.layout.menu(INKBETWEEN_MT_inkbetween.bl_idname)


class INKBETWEEN_FH_mocap(bpy.types.FileHandler):
    """Files dropped on the 3D view"""

    bl_idname = "INKBETWEEN_FH_mocap"
    bl_label = "Mocap"
    bl_import_operator = "inkbetween.import_mocap"
    bl_file_extensions = ".bvh"

    @classmethod
    def poll_drop(cls, context: Any) -> bool:
        return context.area is not None and context.area.type == "VIEW_3D"


def draw_import(self: Any, _context: Any) -> None:
    """Draw the entry appended to File > Import.

    Blender's own "Motion Capture (.bvh)" stands there, too.
    """
    self.layout.operator("inkbetween.import_mocap", text="Inkbetween Mocap (.bvh)")


def add_entries() -> None:
    bpy.types.TOPBAR_MT_file_import.append(draw_import)
    for host in HOSTS:
        getattr(bpy.types, host).append(draw_entry)


def remove_entries() -> None:
    bpy.types.TOPBAR_MT_file_import.remove(draw_import)
    for host in HOSTS:
        getattr(bpy.types, host).remove(draw_entry)
