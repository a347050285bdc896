"""Retarget: a drawing performs what an armature does, on a layer of its own."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty

from ..addon import adapter
from ..addon.properties import ONCE, STEP, VIEWS
from . import wording
from .scene.performance import NothingToDo, Retargeting

if TYPE_CHECKING:
    from .jobs.retarget import RetargetJob, Source
    from .scene.commit import Committed, LayerEdit

FORESHORTENING: Any = EnumProperty(
    name="Foreshortening",
    description="How much shorter limbs get that point towards the viewer",
    items=(
        ("OFF", "Off", "Limbs keep the length they are drawn with"),
        ("WEAK", "Weak", "Limbs get shorter, less than in the performance"),
        ("STRONG", "Strong", "Limbs get as much shorter as in the performance"),
    ),
    default="OFF",
    options=ONCE,
)
IN_PLACE: Any = BoolProperty(
    name="In Place", description="Let the figure perform where it is drawn and walk nowhere", options=ONCE
)


BLEND: Any = IntProperty(
    name="View Blend",
    description="For how many frames a drawing becomes the next one as the performer turns",
    default=0,
    min=0,
    max=12,
    options=ONCE,
)


class INKBETWEEN_OT_retarget(Retargeting, bpy.types.Operator):
    """Let the drawing at the current frame perform what an armature does, on a new layer. The drawing stays as it is"""

    bl_idname = "inkbetween.retarget"
    bl_label = "Retarget Mocap"
    bl_options = {"REGISTER", "UNDO"}
    progress_text = "Retargeting"

    step: STEP
    foreshortening: FORESHORTENING
    in_place: IN_PLACE
    views: VIEWS
    view_blend: BLEND

    def draw(self, _context: Any) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        for name in (
            "guide",
            "frame_start",
            "frame_end",
            "step",
            "projection",
            "foreshortening",
            "in_place",
            "search",
            "views",
            "view_blend",
        ):
            layout.prop(self, name)

    def settings(self) -> Any:
        from ..inference.retargeting.plan import RetargetSettings

        return RetargetSettings(
            foreshortening=self.foreshortening, projection=self.projection, in_place=self.in_place, search=self.search
        )

    def prepare(self, context: Any) -> RetargetJob | None:
        from ..inference.skeletons.guide import GuideError

        obj = context.active_object
        try:
            job = self.make_job(context, self.step, True, self.views, self.view_blend)
            for source in job.sources:
                target = adapter.find_layer(obj.data, source.target)
                reason = "" if target is None else adapter.is_layer_editable(obj, target)
                if reason:
                    raise NothingToDo(f'Layer "{source.target}", which gets the result, {reason}.')
        except (NothingToDo, GuideError, adapter.AdapterError) as error:
            self.report({"ERROR"}, str(error))
            return None
        return job

    def finish(self, context: Any, job: RetargetJob) -> set[str]:
        from .scene.commit import commit
        from .scene.snapshot import StaleError

        if job.problem:
            self.report({"ERROR"}, job.problem)
            return {"CANCELLED"}
        obj = context.active_object
        try:
            with ExitStack() as rollback:
                edits = [
                    _edit(obj, source, drawn, job, rollback)
                    for source, drawn in zip(job.sources, job.drawn, strict=True)
                ]
                done = commit(edits, [source.snapshot for source in job.sources])
                rollback.pop_all()
        except (StaleError, adapter.AdapterError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return self._report(job, done)

    def _report(self, job: RetargetJob, done: Committed) -> set[str]:
        kept = sum(len(drawn) for drawn in job.drawn) - done.drawn
        given = job.retarget.given
        unknown = len(job.joints) - given
        lacking = wording.were(unknown)
        frame = round(job.retarget.plan.drawn_frame)
        names = wording.listed([f'"{source.target}"' for source in job.sources])
        parts = [
            f"drew {wording.count(done.drawn, 'frame')} on {names}",
            f"the pose of frame {frame} is the drawing's",
            f"{wording.count(given, 'joint')} taken as placed" if given else "",
            f"{wording.count(unknown, 'joint')} that the guide lacks {lacking} passed over" if unknown else "",
            f"{wording.count(kept, 'frame')} of yours there {wording.were(kept)} kept" if kept else "",
            wording.stuck(done.stuck) if done.stuck else "",
            *self._notes,
        ]
        self.report({"WARNING" if done.stuck else "INFO"}, wording.sentence(parts))
        return {"FINISHED"} if done.drawn else {"CANCELLED"}


def _edit(obj: Any, source: Source, drawn: dict[int, Any], job: RetargetJob, rollback: ExitStack) -> LayerEdit:
    """What becomes of the layer that gets a source's result, made where it is missing."""
    from ..inference.drawing.timeline import Origin
    from .scene.commit import LayerEdit
    from .scene.snapshot import read_layer

    target = adapter.find_layer(obj.data, source.target)
    if target is None:
        target = adapter.new_layer_like(obj, source.snapshot.ref.find(), source.target)
        rollback.callback(obj.data.layers.remove, target)
    snapshot = read_layer(obj, target)
    ours = {cel.number for cel in snapshot.cels if cel.origin is Origin.OURS}
    theirs = {cel.number for cel in snapshot.cels} - ours
    draw = {number: curves for number, curves in drawn.items() if number not in theirs}
    remove = [number for number in sorted(ours) if job.start <= number <= job.end and number not in drawn]
    return LayerEdit(snapshot, draw, remove)
