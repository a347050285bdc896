"""Tween: draw what goes between the artist's keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ..addon import adapter, targets
from ..addon.properties import EASING, ENGINE, STEP, TWEEN_GUIDE, scope_property
from ..addon.scene_time import shown_frame
from . import wording
from .jobs.job import JobOperator
from .scoped import ScopedOperator, as_in_sidebar

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

    def invoke(self, context: Any, event: Any) -> set[str]:
        as_in_sidebar(self, context.scene)
        return JobOperator.invoke(self, context, event)

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
        # Imported here because they bring NumPy: Blender's start should not wait for it.
        from ..inference.skeletons.guide import GuideError
        from .jobs.tween import TweenJob
        from .scene.request import read_request

        found = self.chosen(context)
        if found is None:
            return None
        chosen, around = found
        self._frame = shown_frame(context.scene)
        self._skipped = len(chosen.skipped)
        try:
            return TweenJob(read_request(context.scene, chosen, self, around))
        except GuideError as error:
            self.report({"ERROR"}, str(error))
            return None

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
        text = wording.sentence([drew(done), led, *left_alone(tally, done, self._skipped), *kept, *job.notes])
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


def drew(done: Committed) -> str:
    """What was written, as part of a sentence."""
    lost = wording.orphans(done.orphans)
    needless = done.removed - sum(len(numbers) for _, numbers in done.orphans)
    parts = []
    if done.drawn:
        text = f"drew {wording.count(done.drawn, 'in-between')} on {wording.count(done.layers, 'layer')}"
        parts = [f"{text} and removed {needless:,} that had become needless" if needless else text]
    elif needless:
        parts = [f"removed {wording.count(needless, 'in-between')} that had become needless"]
    return "; ".join([*parts, lost] if lost else parts) or "nothing to draw"


def fallback_of(engine: str) -> str:
    """What the classical engine did in place of networks, as a sentence.

    These cannot be used. "" if there is nothing to say.
    """
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
    """What Tween kept its hands off, and strokes without partner, a part for each."""
    parts = []
    if tally.unmatched:
        verb = "comes or goes" if tally.unmatched == 1 else "come or go"
        parts.append(f"{wording.count(tally.unmatched, 'stroke')} without counterpart {verb}")
    if tally.lent:
        lent = f"{wording.count(tally.lent, 'stroke')} that both keys hide"
        parts.append(f"{lent} {wording.were(tally.lent)} taken from a key beside them")
    parts += wording.doubts(tally.doubtful, tally.carried, tally.held)
    parts += wording.kept(tally.edited, tally.placed, " and used as keys")
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
