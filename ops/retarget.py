"""Retarget: a drawing performs what an armature does, on a layer of its own."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from ..addon import adapter, rigs, targets
from ..addon.properties import STEP
from . import wording
from .job import JobOperator

if TYPE_CHECKING:
    from .commit import Committed, LayerEdit
    from .retarget_job import RetargetJob, Source

LONGEST = 20_000
"""Frames that are retargeted at once."""


def _armatures(_owner: Any, context: Any, _typed: str) -> list[str]:
    return sorted(obj.name for obj in context.scene.objects if obj.type == "ARMATURE")


GUIDE: Any = StringProperty(
    name="Guide", description="The armature whose performance the drawing takes over", search=_armatures
)
START: Any = IntProperty(
    name="Start", description="First frame to draw; with an end of 0, too, the scene's frames in which the guide moves"
)
END: Any = IntProperty(name="End", description="Last frame to draw")
FORESHORTENING: Any = EnumProperty(
    name="Foreshortening",
    description="How much shorter limbs get that point towards the viewer",
    items=(
        ("OFF", "Off", "Limbs keep the length they are drawn with"),
        ("WEAK", "Weak", "Limbs get shorter, less than in the performance"),
        ("STRONG", "Strong", "Limbs get as much shorter as in the performance"),
    ),
    default="OFF",
)
PROJECTION: Any = EnumProperty(
    name="Projection",
    description="From where the performance is seen",
    items=(
        ("VIEW", "View", "Through the scene's camera, as drawings are"),
        (
            "AUTO",
            "Automatic",
            "From the side that is drawn; limbs that hardly move there, from where their motion shows",
        ),
        ("FRONT", "Front", "Always from the performer's front, whichever way the performer turns"),
        ("SIDE", "Side", "Always from the performer's side, the one that the drawing shows"),
        ("BACK", "Back", "Always from behind the performer"),
    ),
    default="VIEW",
)
IN_PLACE: Any = BoolProperty(name="In Place", description="Let the figure perform where it is drawn and walk nowhere")
SEARCH: Any = BoolProperty(
    name="Find Pose",
    description="Look for the frame whose pose the drawing has; otherwise it has that of its own frame",
    default=True,
)


class INKBETWEEN_OT_retarget(JobOperator, bpy.types.Operator):
    """Let the drawing at the current frame perform what an armature does, on a new layer. The drawing stays as it is"""

    bl_idname = "inkbetween.retarget"
    bl_label = "Retarget Mocap"
    bl_options = {"REGISTER", "UNDO"}
    progress_text = "Retargeting"

    guide: GUIDE
    frame_start: START
    frame_end: END
    step: STEP
    foreshortening: FORESHORTENING
    projection: PROJECTION
    in_place: IN_PLACE
    search: SEARCH

    @classmethod
    def poll(cls, context: Any) -> bool:
        blocker = targets.object_blocker(context.active_object)
        if blocker:
            cls.poll_message_set(blocker)
        return not blocker

    def draw(self, _context: Any) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        for name in ("guide", "frame_start", "frame_end", "step", "projection", "foreshortening", "in_place", "search"):
            layout.prop(self, name)

    def prepare(self, context: Any) -> RetargetJob | None:
        # Imported here because they bring NumPy: Blender's start should not wait for it.
        from ..inference.guidance.guide import GuideError
        from ..inference.retargeting.plan import RetargetSettings
        from .guiding import read_guidance
        from .retarget_job import RetargetJob

        obj, scene = context.active_object, context.scene
        try:
            sources = self._sources(obj, scene)
            start, end = self._range(scene)
            paper = obj, sources[0].snapshot.ref.find()
            guidance = read_guidance(scene, self.guide, range(start, end + 1), paper)
        except (_NothingToDo, GuideError, adapter.AdapterError) as error:
            self.report({"ERROR"}, str(error))
            return None
        self._notes = guidance.notes
        settings = RetargetSettings(
            foreshortening=self.foreshortening, projection=self.projection, in_place=self.in_place, search=self.search
        )
        return RetargetJob(sources, guidance.recording, start, end, self.step, settings)

    def _range(self, scene: Any) -> tuple[int, int]:
        start, end = self.frame_start, self.frame_end
        if not start and not end:
            start, end = scene.frame_start, scene.frame_end
            armature = rigs.find_armature(scene, self.guide)
            action = armature.animation_data.action if armature and armature.animation_data else None
            if action is not None:
                first, last = (round(number) for number in action.frame_range)
                if max(start, first) <= min(end, last):
                    start, end = max(start, first), min(end, last)
        if end < start:
            raise _NothingToDo(f"The frames end at {end}, before they start at {start}: choose a later end.")
        if end - start >= LONGEST:
            raise _NothingToDo(f"Frames {start} to {end} are more than {LONGEST:,}: choose a shorter range.")
        return start, end

    def _sources(self, obj: Any, scene: Any) -> list[Source]:
        """The active layer, and all visible, unlocked ones with a key where it has the one that shows."""
        from .retarget_job import Source
        from .snapshot import read_layer

        blocker = targets.scope_blocker(obj, targets.LAYER)
        if blocker:
            raise _NothingToDo(blocker)
        active = obj.data.layers.active
        name, now = adapter.tree_name(active), scene.frame_current
        numbers = [adapter.frame_number(frame) for frame in active.frames if adapter.frame_number(frame) <= now]
        if not numbers:
            raise _NothingToDo(f'Layer "{name}" shows nothing at frame {now}: go to a frame with a drawing.')
        number = max(numbers)
        sources = []
        for layer in obj.data.layers:
            if layer != active and (adapter.is_layer_editable(obj, layer) or not adapter.find_frame(layer, number)):
                continue
            snapshot = read_layer(obj, layer, number)
            if number in snapshot.curves:
                sources.append(Source(snapshot, number, f"{snapshot.ref.name} retargeted"))
            elif layer == active:
                ours = any(cel.number == number and not cel.is_key for cel in snapshot.cels)
                what = "shows a generated drawing" if ours else "shows nothing"
                raise _NothingToDo(
                    f'Layer "{name}" {what} at frame {now}: choose the layer and a frame with a drawing of yours.'
                )
        for source in sources:
            target = adapter.find_layer(obj.data, source.target)
            reason = "" if target is None else adapter.is_layer_editable(obj, target)
            if reason:
                raise _NothingToDo(f'Layer "{source.target}", which gets the result, {reason}.')
        return sources

    def finish(self, context: Any, job: RetargetJob) -> set[str]:
        from .commit import commit
        from .snapshot import StaleError

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
        frame = round(job.retarget.plan.drawn_frame)
        names = wording.listed([f'"{source.target}"' for source in job.sources])
        parts = [
            f"drew {wording.count(done.drawn, 'frame')} on {names}",
            f"the pose of frame {frame} is the drawing's",
            f"{wording.count(kept, 'frame')} of yours there {wording.were(kept)} kept" if kept else "",
            wording.stuck(done.stuck) if done.stuck else "",
            *self._notes,
        ]
        self.report({"WARNING" if done.stuck else "INFO"}, wording.sentence(parts))
        return {"FINISHED"} if done.drawn else {"CANCELLED"}


class _NothingToDo(RuntimeError):
    """Why nothing can be retargeted, as a sentence that says what to do."""


def _edit(obj: Any, source: Source, drawn: dict[int, Any], job: RetargetJob, rollback: ExitStack) -> LayerEdit:
    """What becomes of the layer that gets a source's result; it is made where there is none yet."""
    from ..inference.timeline import Origin
    from .commit import LayerEdit
    from .snapshot import read_layer

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
