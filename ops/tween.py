"""Tween: draw what goes between the artist's keys."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import bpy

from ..addon import adapter, targets
from ..addon.properties import EASING, ENGINE, STEP, TWEEN_GUIDE, scope_property
from . import wording
from .jobs.job import JobOperator
from .scoped import ScopedOperator

if TYPE_CHECKING:
    from .jobs.tween import Tally, TweenJob
    from .scene.commit import Committed

SCOPE = scope_property(
    "Draw the gap around the current frame on the active layer",
    "Draw all gaps of the active layer",
    "Draw all gaps of all visible, unlocked layers of the active object",
)


class INKBETWEEN_OT_tween(ScopedOperator, JobOperator, bpy.types.Operator):
    """Draw the in-betweens between keys, as strokes on the same layer. Your keys are never touched"""

    bl_idname = "inkbetween.tween"
    bl_label = "Tween"
    bl_options = {"REGISTER", "UNDO"}
    progress_text = "Drawing in-between"

    scope: SCOPE  # type: ignore[valid-type]
    step: STEP
    easing: EASING
    guide: TWEEN_GUIDE
    engine: ENGINE

    def draw(self, _context: Any) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        for name in ("scope", "step", "easing"):
            layout.prop(self, name)
        layout.prop(self, "guide")
        layout.separator()
        layout.label(text="Advanced")
        layout.prop(self, "engine")

    def prepare(self, context: Any) -> TweenJob | None:
        from ..inference.skeletons.guide import GuideError

        found = self.chosen(context)
        if found is None:
            return None
        chosen, around = found
        self._frame = context.scene.frame_current
        self._skipped = len(chosen.skipped)
        try:
            job, self._notes = tween_job(context.scene, chosen, self, around)
        except GuideError as error:
            self.report({"ERROR"}, str(error))
            return None
        return job

    def finish(self, context: Any, job: TweenJob) -> set[str]:
        from .scene.commit import commit
        from .scene.said import forget
        from .scene.snapshot import StaleError

        try:
            done = commit(job.edits, job.used)
            if job.said and (done.drawn or done.removed):
                forget(job.edits[0].snapshot.ref.find().id_data, job.said.lost)
        except (StaleError, adapter.AdapterError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return self._report(job, done)

    def _report(self, job: TweenJob, done: Committed) -> set[str]:
        from .scene.said import parts as said_parts

        tally = job.tally
        changed = bool(done.drawn or done.removed)
        if not changed and not tally.gaps:
            self.report({"ERROR"}, self._no_gap(job))
            return {"CANCELLED"}
        if not changed and tally.problems:
            self.report({"ERROR"}, " ".join(tally.problems[:3]))
            return {"CANCELLED"}
        kept, led = said_parts(job.said), wording.skeletons(list(tally.bones.values())) if job.is_wired else ""
        text = wording.sentence([drew(done), led, *left_alone(tally, done, self._skipped), *kept, *self._notes])
        fallback = fallback_of(self.engine) if done.drawn else ""
        level = "WARNING" if tally.problems or done.stuck or fallback else "INFO"
        self.report({level}, " ".join(filter(None, [text, fallback, *tally.problems[:3]])))
        return {"FINISHED"} if changed else {"CANCELLED"}

    def _no_gap(self, job: TweenJob) -> str:
        names = wording.listed([f'"{edit.snapshot.ref.name}"' for edit in job.edits])
        if self.scope == targets.GAP and job.tally.keys > 1:
            return f"Frame {self._frame} is not between two keys of layer {names}; go to a frame that is."
        if self.scope == targets.GAP:
            return f"Frame {self._frame} is not between two keys of layer {names}: draw a key before it and one after."
        return f"No layer has two keys to draw between: {names}. Draw a second key."


class Asked(Protocol):
    """How in-betweens are wanted: the properties of Tween, and of whatever draws just as Tween does."""

    @property
    def step(self) -> int: ...

    @property
    def easing(self) -> str: ...

    @property
    def guide(self) -> str: ...

    @property
    def engine(self) -> str: ...


def tween_job(
    scene: Any,
    chosen: targets.Targets,
    asked: Asked,
    around: int | None = None,
    frames: range | None = None,
    least: float = 0.0,
) -> tuple[TweenJob, tuple[str, ...]]:
    """The job that draws the layers' in-betweens, and notes on its guide for the report.

    around         the frame whose gap is meant; None: all gaps
    frames, least  as `TweenJob` has them

    Raises `GuideError`, which says what to do, where the guide cannot be used.
    """
    # Imported here because they bring NumPy: Blender's start should not wait for it.
    from ..inference.tween.engines import settings_of
    from .jobs.tween import TweenJob
    from .scene.guiding import AUTO, frames_of, is_inferred, read_guidance
    from .scene.said import read_said
    from .scene.snapshot import read_beside, read_layer, read_rate

    snapshots = [read_layer(chosen.obj, layer, around) for layer in chosen.layers]
    beside = read_beside(chosen.obj, snapshots, around)
    settings, rate = settings_of(asked.engine), read_rate(scene)
    recording, said, notes = None, None, tuple[str, ...]()
    if is_inferred(scene, asked.guide):
        settings = replace(settings, wired=True)
    elif asked.guide:
        paper = chosen.obj, chosen.layers[0]
        guidance = read_guidance(scene, asked.guide, frames_of([*snapshots, *beside]), paper)
        recording, notes = guidance.recording, guidance.notes
        said = read_said(chosen.obj, asked.guide, recording.rig.names, snapshots, beside, around)
        if asked.guide == AUTO:
            notes += (f'the armature called "{AUTO}" led, no skeleton inferred from the drawings: rename it',)
    job = TweenJob(snapshots, asked.step, asked.easing, around, beside, settings, rate, recording, frames, least, said)
    return job, notes


def drew(done: Committed) -> str:
    """What was written, as part of a sentence."""
    if done.drawn:
        text = f"drew {wording.count(done.drawn, 'in-between')} on {wording.count(done.layers, 'layer')}"
        return f"{text} and removed {done.removed:,} that had become needless" if done.removed else text
    if done.removed:
        return f"removed {wording.count(done.removed, 'in-between')} that had become needless"
    return "nothing to draw"


def fallback_of(engine: str) -> str:
    """What the classical engine did in place of trained networks that cannot be used, as a sentence; "" if nothing."""
    from ..inference.tween.engines import shortfall_of

    lacks = shortfall_of(engine)
    if lacks is None:
        return ""
    why = wording.listed(lacks.faults)
    if lacks.all_of_it:
        return wording.sentence([f"learned engine unavailable: {why}", "drawn by the classical engine"])
    what = wording.listed(lacks.networks)
    return wording.sentence([f"learned {what} unavailable: {why}", f"{what} by the classical engine"])


def left_alone(tally: Tally, done: Committed, skipped: int) -> list[str]:
    """One part for each kind of stroke that found no partner, frame or layer that Tween kept its hands off."""
    parts = []
    if tally.lonely:
        verb = "comes or goes" if tally.lonely == 1 else "come or go"
        parts.append(f"{wording.count(tally.lonely, 'stroke')} without counterpart {verb}")
    if tally.brought:
        lent = f"{wording.count(tally.brought, 'stroke')} that both keys hide"
        parts.append(f"{lent} {wording.were(tally.brought)} taken from a key beside them")
    parts += wording.doubts(tally.doubtful, tally.carried, tally.held)
    if tally.edited:
        frames = wording.count(tally.edited, "generated frame")
        parts.append(f"{frames} you had edited {wording.were(tally.edited)} kept and used as keys")
    if tally.holds:
        parts.append(f"{wording.count(tally.holds, 'hold')} between equal keys stayed as {_they(tally.holds)}")
    if tally.blanks:
        parts.append(f"{wording.count(tally.blanks, 'gap')} next to an empty key stayed as {_they(tally.blanks)}")
    if tally.cramped:
        parts.append(f"{wording.count(tally.cramped, 'gap')} had no room for an in-between")
    if done.stuck:
        parts.append(wording.stuck(done.stuck))
    if skipped:
        parts.append(f"{wording.count(skipped, 'locked or hidden layer')} {wording.were(skipped)} left alone")
    return parts


def _they(number: int) -> str:
    return "it is" if number == 1 else "they are"
