"""Operators that take their time: one body, run at once or in the background.

Scripts run it at once, a window runs it in the background and shows its progress.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, Protocol

import bpy

# Shorter jobs end before a progress could be read; a window may stand still for that long unnoticed.
PATIENCE_SECONDS = 0.15
TICK_SECONDS = 0.05


def has_window(context: Any) -> bool:
    """Whether events will come: timers never fire without a window."""
    return not bpy.app.background and context.window is not None


class Job(Protocol):
    """Work on copies that never touches Blender.

    Its steps are short enough to be cancelled between.
    """

    @property
    def total(self) -> int: ...

    @property
    def done(self) -> int: ...

    def steps(self) -> Iterator[None]: ...


class Worker:
    """A thread that runs a job.

    It only computes: threads that touch Blender's data crash Blender.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self._stop = threading.Event()
        executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inkbetween")
        self._future: Future[None] = executor.submit(self._run)
        executor.shutdown(wait=False)  # the thread ends with its job

    def _run(self) -> None:
        for _ in self.job.steps():
            if self._stop.is_set():
                return

    def wait(self, seconds: float) -> bool:
        """Whether the job ended within that time."""
        wait([self._future], seconds)
        return self._future.done()

    def result(self) -> None:
        """Raise what the job raised, if it did."""
        self._future.result()

    def cancel(self) -> None:
        """Stop after the step under way, and wait for it.

        An unfinished thread must not outlive its operator.
        """
        self._stop.set()
        wait([self._future])


class JobOperator:
    """A mixin for operators that run a job.

    Subclasses say in `prepare` what to compute and in `finish` what to write and report.
    """

    progress_text = "Working"
    cancelled_text = "Cancelled; nothing was changed."
    _worker: Worker | None = None
    _timer: Any = None

    def prepare(self, context: Any) -> Job | None:
        """Copy what is needed. None, after a report, if there is nothing to do."""
        raise NotImplementedError

    def finish(self, context: Any, job: Any) -> set[str]:
        """Write the result in one short step and report."""
        raise NotImplementedError

    def interrupted(self, context: Any, job: Any) -> set[str]:
        """What Esc makes of a job that stopped half way: nothing, by default."""
        self.report({"WARNING"}, self.cancelled_text)  # type: ignore[attr-defined]
        return {"CANCELLED"}

    def outlook(self, job: Any) -> str:
        """What else the status bar says of a job under way."""
        return ""

    def may_end_at_once(self) -> bool:
        """Whether a short job may end within `invoke`.

        Not where another operator invokes this one: of what ends there Blender makes no undo step and shows no report,
        as both are the outer one's. What ends in `modal` gets its own, however short it was.
        """
        return True

    def execute(self, context: Any) -> set[str]:
        job = self.prepare(context)
        if job is None:
            return {"CANCELLED"}
        for _ in job.steps():
            pass
        return self.finish(context, job)

    def invoke(self, context: Any, _event: Any) -> set[str]:
        if not has_window(context):
            return self.execute(context)
        job = self.prepare(context)
        if job is None:
            return {"CANCELLED"}
        self._worker = Worker(job)
        if self.may_end_at_once() and self._worker.wait(PATIENCE_SECONDS):
            return self._conclude(context)
        manager = context.window_manager
        self._timer = manager.event_timer_add(TICK_SECONDS, window=context.window)
        manager.progress_begin(0, max(job.total, 1))
        manager.modal_handler_add(self)
        self._show_progress(context)
        return {"RUNNING_MODAL"}

    def modal(self, context: Any, event: Any) -> set[str]:
        assert self._worker is not None
        if event.type == "ESC" and event.value == "PRESS":
            self.cancel(context)
            return self.interrupted(context, self._worker.job)
        if event.type != "TIMER":
            # Everything else waits, undo above all: it would pull the scene from under the job.
            return {"RUNNING_MODAL"}
        if self._worker.wait(0):
            self._end_modal(context)
            return self._conclude(context)
        self._show_progress(context)
        return {"PASS_THROUGH"}

    def cancel(self, context: Any) -> None:
        """Stop the job, called by `modal` and by Blender.

        Blender calls it when the window closes or another file is opened.
        """
        if self._worker is not None:
            self._worker.cancel()
        self._end_modal(context)

    def _conclude(self, context: Any) -> set[str]:
        assert self._worker is not None
        self._worker.result()
        return self.finish(context, self._worker.job)

    def _show_progress(self, context: Any) -> None:
        assert self._worker is not None
        job = self._worker.job
        context.window_manager.progress_update(job.done)
        if context.workspace is not None:
            text = f"{self.progress_text}: {min(job.done + 1, job.total):,} of {job.total:,}{self.outlook(job)}"
            context.workspace.status_text_set(f"{text}     Esc: cancel")

    def _end_modal(self, context: Any) -> None:
        if self._timer is None:
            return
        context.window_manager.event_timer_remove(self._timer)
        self._timer = None
        context.window_manager.progress_end()
        if context.workspace is not None:
            context.workspace.status_text_set(None)
