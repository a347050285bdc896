"""Fill Scene: draw all in-betweens of a scene, after showing what that means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, StringProperty

from ..addon import adapter
from ..addon.properties import EASING, ENGINE, STEP, TWEEN_GUIDE
from . import wording
from .jobs.job import JobOperator, has_window
from .scoped import as_in_sidebar
from .tween import drew, fallback_of, left_alone

if TYPE_CHECKING:
    from .filling.plan import FillPlan, LeftAlone
    from .jobs.fill import FillJob
    from .jobs.tween import Tally
    from .scene.request import Asked

CURRENT, EVERY = "CURRENT", "EVERY"
KEEP, ROLL_BACK = "KEEP", "ROLL_BACK"
LISTED = 40
"""Things left alone that are reported one by one; of more, the number is told."""

SCENES: Any = EnumProperty(
    name="Scenes",
    description="Which scenes of the file are filled",
    items=(
        (CURRENT, "This Scene", "Fill the scene that is open in the window"),
        (EVERY, "All Scenes", "Fill every scene of the file, one after the other"),
    ),
    default=CURRENT,
)
LAYERS: Any = StringProperty(
    name="Layers",
    description="Names of the layers to fill, separated by commas; * stands for any letters. Empty means all layers",
)
FRAMES: Any = StringProperty(
    name="Frames",
    description="Fill only gaps that have a frame in this range, written as 12-48. Empty means all gaps",
)
LEAST: Any = FloatProperty(
    name="Least Confidence",
    description="Leave gaps as they are whose in-betweens are less likely to be right than this",
    min=0.0,
    max=1.0,
    default=0.0,
    subtype="FACTOR",
)
ON_CANCEL: Any = EnumProperty(
    name="If Cancelled",
    description="What becomes of the gaps that are finished when Esc is pressed",
    items=(
        (KEEP, "Keep Finished Gaps", "Keep the in-betweens of all gaps that are finished"),
        (ROLL_BACK, "Roll Back", "Leave everything as it was before"),
    ),
    default=KEEP,
)


class INKBETWEEN_OT_fill_scene(JobOperator, bpy.types.Operator):
    """Draw the in-betweens of all gaps on all visible, unlocked layers of all Grease Pencil objects"""

    bl_idname = "inkbetween.fill_scene"
    bl_label = "Fill Scene"
    bl_options = {"REGISTER", "UNDO"}
    progress_text = "Filling the scene, in-between"

    scenes: SCENES
    layers: LAYERS
    frames: FRAMES
    step: STEP
    easing: EASING
    guide: TWEEN_GUIDE
    least_confidence: LEAST
    on_cancel: ON_CANCEL
    engine: ENGINE
    confirmed: BoolProperty(  # type: ignore[valid-type]
        name="Confirmed",
        description="Start at once, without showing first what would be done",
        options={"HIDDEN", "SKIP_SAVE"},
    )

    def invoke(self, context: Any, event: Any) -> set[str]:
        as_in_sidebar(self, context.scene)
        if self.confirmed or not has_window(context):
            return super().invoke(context, event)
        answer: set[str] = context.window_manager.invoke_props_dialog(self, width=420, confirm_text="Fill")
        return answer

    def draw(self, context: Any) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        for name in ("scenes", "layers", "frames", "step", "easing", "guide", "least_confidence", "on_cancel"):
            layout.prop(self, name)
        layout.prop(self, "engine")
        column = layout.column(align=True)
        for line in self._outline(context):
            column.label(text=line)

    def execute(self, context: Any) -> set[str]:
        if has_window(context) and not self.confirmed:
            # The dialog was answered, and must not block the window: work goes on behind a progress. What that draws
            # is its own undo step; this call makes none.
            names = [name for name in type(self).__annotations__ if name != "confirmed"]
            wanted = {name: getattr(self, name) for name in names}
            try:
                bpy.ops.inkbetween.fill_scene("INVOKE_DEFAULT", True, confirmed=True, **wanted)
            except RuntimeError as error:  # how Blender hands on what it reported as an error
                self.report({"ERROR"}, str(error).strip().removeprefix("Error: "))
            return {"CANCELLED"}
        return super().execute(context)

    def may_end_at_once(self) -> bool:
        return not self.confirmed

    def prepare(self, context: Any) -> FillJob | None:
        from ..inference.skeletons.guide import GuideError
        from .filling.plan import parse_frames

        try:
            plan, frames = self._plan(context), parse_frames(self.frames)
            job, self._notes = fill_job(context.scene, plan, self, frames, self.least_confidence)
        except (ValueError, GuideError) as error:
            self.report({"ERROR"}, str(error))
            return None
        if not plan.parts:
            self.report({"ERROR"}, _nothing(plan))
            return None
        self._left = plan.left
        return job

    def outlook(self, job: Any) -> str:
        seconds = job.seconds_left()
        return "" if seconds is None else f", {wording.duration(seconds)} left"

    def interrupted(self, context: Any, job: Any) -> set[str]:
        if self.on_cancel == ROLL_BACK:
            return JobOperator.interrupted(self, context, job)
        return self._write(job, cancelled=True)

    def finish(self, context: Any, job: FillJob) -> set[str]:
        return self._write(job)

    def _write(self, job: FillJob, cancelled: bool = False) -> set[str]:
        from .scene.commit import commit
        from .scene.snapshot import StaleError

        try:
            done = commit(job.edits, job.used)
        except (StaleError, adapter.AdapterError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self._report_left([*self._left, *job.left])
        start = [f"cancelled after {job.done:,} of {wording.count(job.total, 'in-between')}"] if cancelled else []
        fallback = fallback_of(self.engine) if done.drawn else ""
        bones = [number for tally in job.tallies for number in tally.bones.values()]
        led = wording.skeletons(bones) if job.is_wired else ""
        parts = [*start, drew(done), led, *left_alone(sum_of(job.tallies), done, 0), *self._notes]
        kept = len(self._left) + len(job.left)
        if kept:
            parts.append(f"{wording.count(kept, 'thing')} left alone, listed above")
        problems = any(tally.problems for tally in job.tallies)
        level = "WARNING" if cancelled or problems or done.stuck or fallback else "INFO"
        self.report({level}, " ".join(filter(None, [wording.sentence(parts), fallback])))
        return {"FINISHED"} if done.drawn or done.removed else {"CANCELLED"}

    def _report_left(self, left: list[LeftAlone]) -> None:
        for one in left[:LISTED]:
            self.report({"INFO"}, f"Left alone: {one}.")
        if len(left) > LISTED:
            self.report({"INFO"}, f"Left alone: {len(left) - LISTED:,} more.")

    def _plan(self, context: Any) -> FillPlan:
        from .filling.plan import parse_frames, plan_fill

        scenes = list(bpy.data.scenes) if self.scenes == EVERY else [context.scene]
        return plan_fill(scenes, self.layers, parse_frames(self.frames), self.step)

    def _outline(self, context: Any) -> list[str]:
        """What the dialog says would be done."""
        try:
            plan = self._plan(context)
        except ValueError as error:
            return [str(error)]
        lines = [outline(plan)]
        lines += [str(one) for one in plan.left[:4]]
        if len(plan.left) > 4:
            lines.append(f"{len(plan.left) - 4:,} more left alone")
        return lines


def fill_job(shown: Any, plan: FillPlan, asked: Asked, frames: range | None, least: float) -> tuple[FillJob, list[str]]:
    """The job that carries out a plan as Tween would, and notes on guides.

    It goes object by object; `shown` is the scene that is open. Of several scenes, those without the guide are drawn
    without it. Raises `GuideError` as `read_request` does.
    """
    from .jobs.fill import FillJob, Stage
    from .jobs.tween import TweenJob
    from .scene.request import Wanted, read_request

    stages, notes = [], set[str]()
    led = {part.scene for part in plan.parts if asked.guide in part.scene.objects}
    for part in plan.parts:
        if part.scene != shown:
            part.scene.view_layers[0].update()  # where things are in a scene is not worked out until it shows
        here: Asked = asked
        if led and part.scene not in led:
            here = Wanted(asked.step, asked.easing, "", asked.engine)
            notes.add(f'scene "{part.scene.name}" has no "{asked.guide}" and was drawn without a guide')
        request = read_request(part.scene, part.chosen, here)
        stages.append(Stage(request.obj, TweenJob(request, frames, least), part.seconds))
        notes.update(request.notes)
    return FillJob(stages), sorted(notes)


def outline(plan: FillPlan) -> str:
    """The plan as one line."""
    counts = [
        wording.count(len(plan.parts), "object"),
        wording.count(plan.layers, "layer"),
        wording.count(plan.gaps, "gap"),
        wording.count(plan.inbetweens, "in-between"),
    ]
    return f"{', '.join(counts)}: {wording.duration(plan.seconds)}"


def _nothing(plan: FillPlan) -> str:
    reasons = wording.listed([str(one) for one in plan.left])
    return f"There is nothing to fill{f': {reasons}' if reasons else '; draw two keys on a Grease Pencil layer'}."


def sum_of(tallies: list[Tally]) -> Tally:
    """One tally of all objects, without the sentences."""
    from .jobs.tween import Tally

    names = [name for name, value in vars(Tally()).items() if isinstance(value, int)]
    return Tally(**{name: sum(getattr(tally, name) for tally in tallies) for name in names})
