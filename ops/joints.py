"""Show Joints, Remove Joints: the figure's joints on the drawing, to be corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ..addon import adapter, joints, targets
from . import wording
from .scene.performance import NothingToDo, Retargeting

if TYPE_CHECKING:
    from .jobs.retarget import JointsJob

# The radius of an Empty, as a share of the drawing's size.
_RADIUS = 0.012


class INKBETWEEN_OT_place_joints(Retargeting, bpy.types.Operator):
    """Fit the guide's joints to the drawing at the current frame and show them as Empties. Move them with G where they
    are wrong: Retarget then takes them as they are"""

    bl_idname = "inkbetween.place_joints"
    bl_label = "Show Joints"
    bl_options = {"REGISTER", "UNDO"}
    progress_text = "Fitting joints"

    def draw(self, _context: Any) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        for name in ("guide", "frame_start", "frame_end", "projection", "search"):
            layout.prop(self, name)

    def settings(self) -> Any:
        from ..inference.retargeting.plan import RetargetSettings

        return RetargetSettings(projection=self.projection, search=self.search)

    def prepare(self, context: Any) -> JointsJob | None:
        from ..inference.skeletons.guide import GuideError
        from .jobs.retarget import JointsJob

        try:
            return JointsJob(self.make_job(context, 1, known=False))
        except (NothingToDo, GuideError, adapter.AdapterError) as error:
            self.report({"ERROR"}, str(error))
            return None

    def finish(self, context: Any, job: JointsJob) -> set[str]:
        from .scene.snapshot import StaleError

        if job.problem:
            self.report({"ERROR"}, job.problem)
            return {"CANCELLED"}
        source = job.sources[0]
        try:
            layer = source.snapshot.ref.find()
            source.snapshot.check_unchanged(layer)
            radius = _RADIUS * job.size
            count = joints.place(context, context.active_object, layer, source.frame, job.places, radius)
        except (StaleError, adapter.AdapterError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        placed = f"placed {wording.count(count, 'joint')} for the drawing at frame {source.frame}"
        self.report({"INFO"}, wording.sentence([placed, *self._notes]))
        return {"FINISHED"}


class INKBETWEEN_OT_remove_joints(bpy.types.Operator):
    """Remove the joints of this object's drawings. Retarget fits joints by itself again"""

    bl_idname = "inkbetween.remove_joints"
    bl_label = "Remove Joints"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: Any) -> bool:
        blocker = targets.object_blocker(context.active_object)
        if not blocker and not joints.of(context.active_object):
            blocker = f'"{context.active_object.name}" has no joints; Show Joints places them.'
        if blocker:
            cls.poll_message_set(blocker)
        return not blocker

    def execute(self, context: Any) -> set[str]:
        count = joints.remove(context.active_object)
        self.report({"INFO"}, wording.sentence([f"removed {wording.count(count, 'joint')}"]))
        return {"FINISHED"}
