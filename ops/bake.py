"""Bake: make in-betweens the artist's own."""

from __future__ import annotations

from typing import Any

import bpy

from ..addon import adapter
from ..addon.properties import scope_property
from . import wording
from .scoped import ScopedOperator

SCOPE = scope_property(
    "Bake the gap around the current frame on the active layer",
    "Bake the active layer",
    "Bake all visible, unlocked layers of the active object",
)


class INKBETWEEN_OT_bake(ScopedOperator, bpy.types.Operator):
    """Make generated in-betweens your own: they become breakdowns, which Tween and Clear leave alone"""

    bl_idname = "inkbetween.bake"
    bl_label = "Bake In-betweens"
    bl_options = {"REGISTER", "UNDO"}

    scope: SCOPE  # type: ignore[valid-type]

    def execute(self, context: Any) -> set[str]:
        from .scene.snapshot import generated_cels, read_layer

        found = self.chosen(context)
        if found is None:
            return {"CANCELLED"}
        chosen, around = found
        baked = layers = 0
        for layer in chosen.layers:
            numbers = [cel.number for cel in generated_cels(read_layer(chosen.obj, layer, around), around)]
            try:
                _bake(layer, numbers)
            except adapter.AdapterError as error:  # before anything changed: it concerns all layers or none
                self.report({"ERROR"}, str(error))
                return {"CANCELLED"}
            baked += len(numbers)
            layers += bool(numbers)
        if not baked:
            self.report({"INFO"}, "There is no in-between to bake.")
            return {"CANCELLED"}
        adapter.redraw_timelines()
        where = f"{wording.count(baked, 'in-between')} on {wording.count(layers, 'layer')}"
        self.report({"INFO"}, f"Baked {where}: breakdowns now, which Tween uses as keys.")
        return {"FINISHED"}


def _bake(layer: Any, numbers: list[int]) -> None:
    from ..inference.drawing.conversion import MARKS

    if not numbers:
        return
    adapter.set_frame_types(layer, numbers, "BREAKDOWN")
    for number in numbers:
        drawing = adapter.frame_at(layer, number).drawing
        # The marks of an instance stay, where another frame may still be told by them; here they mean nothing any more.
        if not adapter.shares_drawing(drawing):
            for name in MARKS:
                adapter.remove_attribute(drawing, name)
