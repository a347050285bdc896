"""The sidebar's section "Binding": which bones hold which strokes."""

from __future__ import annotations

from typing import Any

import bpy

from .. import overlay, targets
from ..scene_time import shown_frame


class InkbetweenPart(bpy.types.PropertyGroup):
    """A part of the guide's body and its colour over the 3D view"""

    # A panel can show no colour but that of a property.
    colour: bpy.props.FloatVectorProperty(  # type: ignore[valid-type]
        name="Colour",
        description="The colour of this part's bones and strokes over the 3D view",
        subtype="COLOR_GAMMA",
        min=0.0,
        max=1.0,
    )


class INKBETWEEN_PT_binding(bpy.types.Panel):
    bl_idname = "INKBETWEEN_PT_binding"
    bl_label = "Binding"
    bl_parent_id = "INKBETWEEN_PT_tween"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Inkbetween"

    @classmethod
    def poll(cls, context: Any) -> bool:
        settings = context.scene.inkbetween
        return bool(settings.guide_name) and not targets.object_blocker(context.active_object)

    def draw(self, context: Any) -> None:
        layout = self.layout
        row = layout.row(align=True)
        row.operator("inkbetween.show_binding", text="Show Binding", icon="BONE_DATA", depress=overlay.is_on())
        if overlay.is_on():
            row.operator("inkbetween.refresh_binding", text="", icon="FILE_REFRESH")
            _draw_legend(layout, context)
        if context.scene.inkbetween.guide is None:
            return  # an inferred skeleton has no bones to name
        column = layout.column(align=True)
        column.operator("inkbetween.bind", text="Bind to Bone")
        row = column.row(align=True)
        row.operator("inkbetween.unbind", text="Unbind").everything = False
        row.operator("inkbetween.unbind", text="Unbind All").everything = True


def _draw_legend(layout: Any, context: Any) -> None:
    """A line for each part that holds strokes: its colour, its name, how many."""
    if overlay.note():
        for line in overlay.note().split(": "):
            layout.label(text=line, icon="INFO")
        return
    frame = shown_frame(context.scene)
    column = layout.column(align=True)
    for name, count in overlay.legend(frame):
        split = column.split(factor=0.15)
        swatch = split.row()
        swatch.enabled = False
        swatch.prop(context.window_manager.inkbetween_parts[name], "colour", text="")
        split.label(text=f"{name}: {_strokes(count)}")
    if overlay.by_hand(frame):
        column.label(text=f"{_strokes(overlay.by_hand(frame))} bound by hand, drawn thick")


def _strokes(count: int) -> str:
    return f"{count:,} {'stroke' if count == 1 else 'strokes'}"
