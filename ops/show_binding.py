"""Show Binding, Refresh Binding: which bones hold which strokes, over the 3D view."""

from __future__ import annotations

from typing import Any

import bpy

from ..addon import adapter, overlay, targets
from .jobs import show


class INKBETWEEN_OT_show_binding(bpy.types.Operator):
    """Show over the 3D view which bones of the guide hold which strokes, coloured by body part"""

    bl_idname = "inkbetween.show_binding"
    bl_label = "Show Binding"
    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, context: Any) -> bool:
        blocker = "" if overlay.is_on() else targets.object_blocker(context.active_object)
        if blocker:
            cls.poll_message_set(blocker)
        return not blocker

    def execute(self, context: Any) -> set[str]:
        if overlay.is_on():
            show.stop_looking()
            return {"FINISHED"}
        show.stop_looking()  # another file may have switched it off with work under way
        try:
            job = show.look_job(context)
        except (show.Blocked, adapter.AdapterError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        overlay.switch_on()
        return show.started(self, context, job)


class INKBETWEEN_OT_refresh_binding(bpy.types.Operator):
    """Work out anew which bones hold which strokes, as after a change of the armature's constraints or the camera"""

    bl_idname = "inkbetween.refresh_binding"
    bl_label = "Refresh Binding"
    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, _context: Any) -> bool:
        return overlay.is_on()

    def execute(self, context: Any) -> set[str]:
        show.forget_guides()
        try:
            job = show.look_job(context)
        except (show.Blocked, adapter.AdapterError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return show.started(self, context, job)
