"""Clear: remove in-betweens nobody has touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ..addon import adapter
from ..addon.properties import scope_property
from . import wording
from .scoped import ScopedOperator

if TYPE_CHECKING:
    from .scene.snapshot import LayerSnapshot

SCOPE = scope_property(
    "Clear the gap around the current frame on the active layer",
    "Clear the active layer",
    "Clear all visible, unlocked layers of the active object",
)


class INKBETWEEN_OT_clear(ScopedOperator, bpy.types.Operator):
    """Remove generated in-betweens. Your keys, and in-betweens you have edited, stay"""

    bl_idname = "inkbetween.clear"
    bl_label = "Clear In-betweens"
    bl_options = {"REGISTER", "UNDO"}

    scope: SCOPE  # type: ignore[valid-type]

    def execute(self, context: Any) -> set[str]:
        from ..inference.drawing.timeline import Origin
        from .scene.commit import LayerEdit, commit
        from .scene.snapshot import generated_cels, read_layer

        found = self.chosen(context)
        if found is None:
            return {"CANCELLED"}
        chosen, around = found
        edits, kept = [], list[Origin]()
        for layer in chosen.layers:
            snapshot: LayerSnapshot = read_layer(chosen.obj, layer, around)
            cels = generated_cels(snapshot, around)
            kept += [cel.origin for cel in cels]
            ours = [cel.number for cel in cels if cel.origin is Origin.OURS]
            edits.append(LayerEdit(snapshot, remove=ours))
        try:
            done = commit(edits)
        except adapter.AdapterError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        removed = f"removed {wording.count(done.removed, 'in-between')} from {wording.count(done.layers, 'layer')}"
        parts = [removed if done.removed else "no in-between was removed"]
        parts += wording.kept(kept.count(Origin.EDITED), kept.count(Origin.PLACED))
        if done.stuck:
            parts.append(wording.stuck(done.stuck))
        self.report({"WARNING" if done.stuck else "INFO"}, wording.sentence(parts))
        return {"FINISHED"} if done.removed else {"CANCELLED"}
