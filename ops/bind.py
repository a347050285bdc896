"""Bind and unbind: the animator says which bone of the guide strokes belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty, StringProperty

from ..addon import adapter, bindings, rigs, targets
from ..addon.properties import GUIDE, ONCE
from . import wording

if TYPE_CHECKING:
    from ..inference.intent.said import Saying
    from .scene.snapshot import LayerSnapshot

NOTHING = "No Bone"
"""How the animator chooses none; a bone of this name takes precedence."""


class _NothingToDo(RuntimeError):
    """Why nothing can be bound, as a sentence that says what to do."""


@dataclass(frozen=True)
class _Chosen:
    """The key of a layer that shows, its frame, and its selected strokes' prints."""

    snapshot: LayerSnapshot
    frame: int
    strokes: tuple[int, ...]


def _armature(owner: Any, context: Any) -> Any | None:
    """The armature that an operator's property `guide` names, or the scene's settings."""
    if owner.guide:
        return rigs.find_armature(context.scene, owner.guide)
    return context.scene.inkbetween.guide


def _bones(owner: Any, context: Any, _typed: str) -> list[str]:
    armature = _armature(owner, context)
    return [NOTHING, *([] if armature is None else sorted(rigs.guiding_names(armature)))]


BONE: Any = StringProperty(
    name="Bone",
    description=f'Bone of the guide that the selected strokes belong to, or "{NOTHING}" to let them go their own way',
    search=_bones,
)
EVERYTHING: Any = BoolProperty(
    name="Everything",
    description="Of all strokes of the object, on all layers and frames, selected or not",
    options=ONCE,
)


class INKBETWEEN_OT_bind(bpy.types.Operator):
    """Say which bone of the guide the selected strokes belong to, at the key that shows. Tween then abides by it"""

    bl_idname = "inkbetween.bind"
    bl_label = "Bind Strokes to Bone"
    bl_options = {"REGISTER", "UNDO"}

    bone: BONE
    guide: GUIDE

    @classmethod
    def poll(cls, context: Any) -> bool:
        blocker = _blocker(context.active_object)
        if blocker:
            cls.poll_message_set(blocker)
        return not blocker

    def invoke(self, context: Any, _event: Any) -> set[str]:
        try:
            self._guide(context)
            _selected(context)
        except _NothingToDo as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        done: set[str] = context.window_manager.invoke_props_dialog(self)
        return done

    def draw(self, _context: Any) -> None:
        self.layout.activate_init = True  # so that a name can be typed at once
        self.layout.prop(self, "bone")

    def execute(self, context: Any) -> set[str]:
        from ..inference.intent.bindings import NO_BONE
        from ..inference.intent.said import Saying, bone_code

        try:
            armature = self._guide(context)
            names = rigs.guiding_names(armature)
            bone = self._bone(armature.name, names)
            chosen = _selected(context)
        except (_NothingToDo, adapter.AdapterError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        data = context.active_object.data
        own = {bone_code(armature.name, name) for name in (*names, NO_BONE)}
        kept = [said for said in _put_right(data, chosen) if said.bone not in own or not _is_of(said, chosen)]
        said = [
            Saying(one.snapshot.ref.name, one.frame, stroke, bone_code(armature.name, bone))
            for one in chosen
            for stroke in one.strokes
        ]
        bindings.write_sayings(data, [*kept, *said])
        where = wording.listed([f"frame {frame}" for frame in sorted({one.frame for one in chosen})])
        bound = f'to "{bone}"' if bone != NO_BONE else "to no bone"
        self.report({"INFO"}, f"Bound {wording.count(len(said), 'stroke')} of {where} {bound}.")
        return {"FINISHED"}

    def _guide(self, context: Any) -> Any:
        armature = _armature(self, context)
        if armature is None:
            missing = f'There is no armature "{self.guide}" in this scene: choose' if self.guide else "Choose"
            raise _NothingToDo(f"{missing} an armature as the guide, whose bones strokes can be bound to.")
        if not rigs.guiding_names(armature):
            raise _NothingToDo(f'Armature "{armature.name}" has no bones: choose another one as the guide.')
        return armature

    def _bone(self, armature: str, names: Sequence[str]) -> str:
        from ..inference.intent.bindings import NO_BONE

        if self.bone in names:
            return self.bone
        if self.bone == NOTHING:
            return NO_BONE
        if not self.bone:
            raise _NothingToDo(f'Choose a bone of "{armature}", or "{NOTHING}".')
        raise _NothingToDo(
            f'Armature "{armature}" has no bone "{self.bone}" that moves drawings: choose another one, or "{NOTHING}".'
        )


class INKBETWEEN_OT_unbind(bpy.types.Operator):
    """Let the selected strokes find their bones by themselves again"""

    bl_idname = "inkbetween.unbind"
    bl_label = "Unbind Strokes"
    bl_options = {"REGISTER", "UNDO"}

    everything: EVERYTHING

    @classmethod
    def poll(cls, context: Any) -> bool:
        blocker = targets.object_blocker(context.active_object)
        if blocker:
            cls.poll_message_set(blocker)
        return not blocker

    def execute(self, context: Any) -> set[str]:
        data = context.active_object.data
        before = bindings.read_sayings(data)
        try:
            kept = [] if self.everything else self._kept(context, data)
        except (_NothingToDo, adapter.AdapterError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        gone = len(before) - len(kept)
        if not gone:
            what = "No stroke" if self.everything else "No selected stroke"
            self.report({"INFO"}, f"{what} was bound to a bone by hand.")
            return {"CANCELLED"}
        bindings.write_sayings(data, kept)
        find = "finds its bone by itself" if gone == 1 else "find their bones by themselves"
        self.report({"INFO"}, f"{wording.count(gone, 'stroke')} {find} again.")
        return {"FINISHED"}

    @staticmethod
    def _kept(context: Any, data: Any) -> list[Saying]:
        blocker = _blocker(context.active_object)
        if blocker:
            raise _NothingToDo(blocker)
        chosen = _selected(context)
        return [said for said in _put_right(data, chosen) if not _is_of(said, chosen)]


def _blocker(obj: Any) -> str:
    """Why no stroke can be chosen, as a sentence; "" if they can."""
    blocker = targets.object_blocker(obj)
    return blocker or ("" if obj.mode == "EDIT" else "Select strokes in Edit Mode.")


def _selected(context: Any) -> list[_Chosen]:
    """The selected strokes of the keys that show, on all layers that Edit Mode edits."""
    from ..inference.drawing.conversion import selected_strokes
    from ..inference.intent.said import stroke_prints
    from .scene.snapshot import read_layer

    # Edit Mode edits the key at the scene's own frame, even where time is stretched and another one shows.
    obj, now = context.active_object, context.scene.frame_current
    chosen, between = [], False
    for layer in obj.data.layers:
        numbers = [adapter.frame_number(frame) for frame in layer.frames if adapter.frame_number(frame) <= now]
        if not numbers or adapter.is_layer_editable(obj, layer):
            continue
        snapshot, frame = read_layer(obj, layer, max(numbers)), max(numbers)
        curves = snapshot.curves.get(frame)
        if curves is None:
            between |= any(cel.number == frame and not cel.is_key for cel in snapshot.cels)
            continue
        strokes = stroke_prints(curves)[selected_strokes(curves)].tolist()
        if strokes:
            chosen.append(_Chosen(snapshot, frame, tuple(dict.fromkeys(strokes))))
    if chosen:
        return chosen
    if between:
        raise _NothingToDo(f"Frame {now} shows an in-between: go to a key of yours and select strokes there.")
    raise _NothingToDo(f"No stroke is selected at frame {now}: select the strokes that are meant, in Edit Mode.")


def _put_right(data: Any, chosen: Sequence[_Chosen]) -> list[Saying]:
    """All that was said, with the frames of keys that moved since."""
    from ..inference.intent.said import put_right
    from .scene.said import frames_of_layers

    keys = {one.snapshot.ref.name: one.snapshot.curves for one in chosen}
    return put_right(bindings.read_sayings(data), keys, frames_of_layers(data))


def _is_of(said: Saying, chosen: Sequence[_Chosen]) -> bool:
    """Whether it was said of one of the chosen strokes."""
    return any(
        said.layer == one.snapshot.ref.name and said.frame == one.frame and said.stroke in one.strokes for one in chosen
    )
