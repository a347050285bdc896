"""What goes on while Show Binding is on.

Looks are worked out beside the window, and handed to the overlay.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import bpy

from ...addon import adapter, overlay, targets
from ...addon.scene_time import shown_frame
from .job import Worker, has_window

if TYPE_CHECKING:
    from ...inference.tween.shown import Looked
    from ..scene.guiding import Guidance
    from ..scene.request import TweenRequest

TICK_SECONDS = 0.1
PAUSE_SECONDS = 0.4
"""Drawings that change are looked at again after they have not changed for that long."""
MOST = 24
"""Looks that are kept: what was looked at before shows at once."""
WORKING = "Working out which bones hold which strokes"


class Blocked(RuntimeError):
    """Why nothing can be shown, as a sentence that says what to do."""


class LookJob:
    """The look of the gap that is asked for, on one layer.

    It knows nothing of Blender's context, so that a thread may run it.

    name   of all that the look depends on
    start  the frame of the gap's first key
    """

    total = 1

    def __init__(self, request: TweenRequest) -> None:
        (self.snapshot,) = request.layers
        assert request.around is not None
        gap = self.snapshot.shown(request.around)
        assert gap is not None
        self.start = gap.start.number
        self.name: Hashable = (self.snapshot.ref, self.start, request.content)
        self.obj = request.obj
        self._tween = request.tween()
        layer = request.stack.index(self.snapshot)
        self._place = layer, self._tween.gap_from(layer, self.start)
        self.done = 0
        self.look: Looked | None = None
        self.problem = ""

    def steps(self) -> Iterator[None]:
        from ...inference.drawing.contract import DrawingError
        from ...inference.skeletons.guide import GuideError

        try:
            self.look = self._tween.look(*self._place)
        except (DrawingError, GuideError) as error:
            self.problem = str(error)
        self.done = 1
        yield


@dataclass
class _Looking:
    """What goes on while the overlay is on.

    What it was last asked for and when that changed, the job under way and who does it, what is known already, and
    how guides moved.
    """

    asked: tuple[Hashable, ...] | None = None
    changed: float | None = None
    job: LookJob | None = None
    worker: Worker | None = None
    known: dict[Hashable, Looked] = field(default_factory=dict)
    guidance: dict[Hashable, Guidance] = field(default_factory=dict)

    def keep(self, job: LookJob) -> None:
        if job.look is not None:
            self.known[job.name] = job.look
            while len(self.known) > MOST:
                del self.known[next(iter(self.known))]


_looking = _Looking()


def stop_looking() -> None:
    """Switch the overlay off and let nothing go on behind it."""
    global _looking
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    if _looking.worker is not None:
        _looking.worker.cancel()
    _looking = _Looking()
    overlay.switch_off()


def forget_guides() -> None:
    """Read guides anew when they are needed next."""
    _looking.guidance.clear()


def started(operator: Any, context: Any, job: LookJob) -> set[str]:
    """In a window the job goes on beside it; elsewhere it is done now."""
    if has_window(context):
        _looking.asked = None
        if not bpy.app.timers.is_registered(_tick):
            bpy.app.timers.register(_tick, first_interval=0.0)
        return {"FINISHED"}
    if job.name not in _looking.known:
        for _ in job.steps():
            pass
        _looking.keep(job)
    _show(job)
    if job.problem:
        operator.report({"ERROR"}, job.problem)
        return {"CANCELLED"}
    return {"FINISHED"}


def _tick() -> float | None:
    """Seconds to the next tick: goes on with what is under way, notices changes.

    Blender's timer calls it.
    """
    if not overlay.is_on():
        return None
    windows = bpy.context.window_manager.windows
    if windows and not windows[0].screen.is_animation_playing:
        with bpy.context.temp_override(window=windows[0]):
            _advance(bpy.context)
    return TICK_SECONDS


def _advance(context: Any) -> None:
    if _looking.worker is not None and not _harvested(_looking.worker):
        return
    drawings, rig = overlay.take_stale()
    now = time.monotonic()
    if rig:
        _looking.guidance.clear()
    if drawings or rig:
        _looking.changed = now
    where = _where(context)
    settled = _looking.changed is not None and now - _looking.changed > PAUSE_SECONDS
    if not settled and (where == _looking.asked or _is_seen(where, shown_frame(context.scene))):
        return
    _looking.asked = where
    if settled:
        _looking.changed = None
    try:
        job = look_job(context)
    except (Blocked, adapter.AdapterError) as error:
        overlay.show(None, str(error))
        return
    if job.name in _looking.known:
        _show(job)
        return
    _looking.job, _looking.worker = job, Worker(job)
    seen = overlay.shown()
    if seen is None or seen.obj != job.obj:
        overlay.show(None, WORKING)


def _harvested(worker: Worker) -> bool:
    """Whether what was under way is done, and there is something to show."""
    job = _looking.job
    if job is None or not worker.wait(0):
        return False
    _looking.job = _looking.worker = None
    worker.result()
    _looking.keep(job)
    if job.problem:
        overlay.show(None, job.problem)
        return False
    _looking.asked = None
    return True


def _where(context: Any) -> tuple[Hashable, ...]:
    """What the artist looks at, as far as it is cheap to know, the frame first."""
    obj, guide = context.view_layer.objects.active, context.scene.inkbetween.guide_name
    name = layer = ""
    if adapter.is_grease_pencil(obj) and obj.data.layers.active is not None:
        name, layer = obj.name, adapter.tree_name(obj.data.layers.active)
    return shown_frame(context.scene), context.scene.name, name, layer, guide


def _is_seen(where: tuple[Hashable, ...], frame: int) -> bool:
    """Whether only the frame is another one, of the same gap."""
    return _looking.asked is not None and where[1:] == _looking.asked[1:] and overlay.covers(frame)


def _show(job: LookJob) -> None:
    look = _looking.known.get(job.name)
    if look is None:
        overlay.show(None, job.problem)
        return
    shown, ref = overlay.shown(), job.snapshot.ref
    if shown is None or shown.look is not look or (shown.obj, shown.layer) != (job.obj, ref.name):
        overlay.show(overlay.Shown(job.obj, ref.name, ref.data_uid, look))


def look_job(context: Any) -> LookJob:
    """The look to be worked out: the active layer's gap at the current frame.

    It is read as Tween reads it.
    """
    from ...inference.skeletons.guide import GuideError
    from ..scene.request import read_request, wanted_in

    obj, scene = context.view_layer.objects.active, context.scene
    blocker = targets.object_blocker(obj)
    if not blocker and obj.data.layers.active is None:
        blocker = f'"{obj.name}" has no active layer; choose one.'
    wanted = None if blocker else wanted_in(scene)
    if wanted is not None and not wanted.guide:
        blocker = "Choose an armature as the guide, or Skeleton from Drawings: bones are what holds strokes."
    if wanted is None or blocker:
        raise Blocked(blocker)
    around = shown_frame(scene)
    chosen = targets.Targets(obj, (obj.data.layers.active,))
    try:
        request = read_request(scene, chosen, wanted, around, _looking.guidance)
    except GuideError as error:
        raise Blocked(str(error)) from error
    (layer,) = request.layers
    if layer.shown(around) is None:
        raise Blocked(f'Frame {around} is not between two keys of layer "{layer.ref.name}": go to a frame that is.')
    return LookJob(request)
