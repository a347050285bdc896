"""The sidebar tab "Inkbetween" of the 3D view, in every mode."""

from __future__ import annotations

from typing import Any

import bpy

from .. import adapter, targets
from ..scene_time import shown_frame
from .menus import SCOPES, draw_tween_button


class INKBETWEEN_PT_tween(bpy.types.Panel):
    bl_idname = "INKBETWEEN_PT_tween"
    bl_label = "Inkbetween"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Inkbetween"

    def draw(self, context: Any) -> None:
        layout = self.layout
        obj = context.active_object
        blocker = targets.object_blocker(obj)
        if blocker:
            _draw_reason(layout, blocker)
            return
        layer = obj.data.layers.active
        layout.label(text=adapter.tree_name(layer) if layer else "No active layer", icon="OUTLINER_DATA_GP_LAYER")
        _draw_settings(layout, context.scene.inkbetween)
        blockers = {scope: targets.scope_blocker(obj, scope) for scope, _ in SCOPES}
        for reason in sorted(set(filter(None, blockers.values()))):
            _draw_reason(layout, reason)
        column = layout.column(align=True)
        column.label(text="Tween")
        for scope, name in SCOPES:
            row = column.row(align=True)
            row.enabled = not blockers[scope]
            row.scale_y = 1.3
            draw_tween_button(row, context, scope, _button_text(scope, name, shown_frame(context.scene)))
        for operator, verb in (("inkbetween.clear", "Clear"), ("inkbetween.bake", "Bake")):
            column = layout.column(align=True)
            column.label(text=f"{verb} In-betweens")
            row = column.row(align=True)
            for scope, name in SCOPES:
                button = row.row(align=True)
                button.enabled = not blockers[scope]
                button.operator(operator, text=name).scope = scope


class INKBETWEEN_PT_retarget(bpy.types.Panel):
    bl_idname = "INKBETWEEN_PT_retarget"
    bl_label = "Retarget Mocap"
    bl_parent_id = "INKBETWEEN_PT_tween"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Inkbetween"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: Any) -> None:
        blocker = targets.scope_blocker(context.active_object, targets.LAYER)
        settings = context.scene.inkbetween
        if not blocker and settings.guide is None:
            blocker = "Choose an armature as the guide above."
        if blocker:
            _draw_reason(self.layout, blocker)
            return
        self.layout.prop(settings, "views")
        button = self.layout.operator("inkbetween.retarget", text=f"Retarget to {settings.guide.name}")
        button.guide, button.step, button.views = settings.guide.name, settings.step, settings.views
        row = self.layout.row(align=True)
        row.operator("inkbetween.place_joints", text="Show Joints").guide = settings.guide.name
        row.operator("inkbetween.remove_joints", text="Remove")


def _draw_settings(layout: Any, settings: Any) -> None:
    column = layout.column()
    column.use_property_split = True
    column.use_property_decorate = False
    column.prop(settings, "step")
    column.prop(settings, "easing")
    column.prop(settings, "guide")
    if settings.guide is None:
        column.prop(settings, "infer")


def _button_text(scope: str, name: str, frame: int) -> str:
    return f"{name} at Frame {frame}" if scope == "GAP" else name


def _draw_reason(layout: Any, reason: str) -> None:
    """A sentence, broken at its clauses: labels don't wrap."""
    column = layout.column(align=True)
    column.scale_y = 0.8
    for index, line in enumerate(reason.split("; ")):
        column.label(text=line, icon="INFO" if index == 0 else "BLANK1")
