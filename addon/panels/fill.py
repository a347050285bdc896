"""The sidebar's section for everything at once."""

from __future__ import annotations

from typing import Any

import bpy


class INKBETWEEN_PT_fill(bpy.types.Panel):
    bl_idname = "INKBETWEEN_PT_fill"
    bl_label = "Fill Scene"
    bl_parent_id = "INKBETWEEN_PT_tween"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Inkbetween"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: Any) -> None:
        """One button, which shows first what it would do, with the scene's settings."""
        settings = context.scene.inkbetween
        button = self.layout.operator("inkbetween.fill_scene", text="Fill Scene…")
        button.step, button.easing = settings.step, settings.easing
        button.guide = settings.guide_name
