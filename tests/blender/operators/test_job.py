"""Jobs that a window shows the progress of: cancelled by Esc, deaf to undo, honest about failure."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from inkbetween.ops.jobs import job as jobs


class Slow:
    """Three steps, each of which waits until it is let go."""

    def __init__(self) -> None:
        self.total, self.done = 3, 0
        self.started = threading.Semaphore(0)
        self.go = threading.Semaphore(0)
        self.thread: int | None = None

    def steps(self) -> Iterator[None]:
        self.thread = threading.get_ident()
        while self.done < self.total:
            self.started.release()
            assert self.go.acquire(timeout=20)
            self.done += 1
            yield


class Failing(Slow):
    def steps(self) -> Iterator[None]:
        assert self.go.acquire(timeout=20)
        yield
        raise ZeroDivisionError


class Operator(jobs.JobOperator):
    """What is left of an operator without Blender."""

    def __init__(self, job: Any) -> None:
        self.job = job
        self.finished_in: int | None = None
        self.reports: list[tuple[set[str], str]] = []

    def report(self, level: set[str], text: str) -> None:
        self.reports.append((level, text))

    def prepare(self, context: Any) -> Any:
        return self.job

    def finish(self, context: Any, job: Any) -> set[str]:
        self.finished_in = threading.get_ident()
        return {"FINISHED"}


class Window:
    """Stands for Blender's context and window manager, and writes down what is asked of them."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.status = ""
        self.window = object()
        self.window_manager = self
        self.workspace = self

    def event_timer_add(self, seconds: float, window: Any) -> str:
        self.calls.append("timer on")
        return "timer"

    def event_timer_remove(self, timer: str) -> None:
        self.calls.append("timer off")

    def progress_begin(self, low: int, high: int) -> None:
        self.calls.append(f"progress {low} to {high}")

    def progress_update(self, value: int) -> None:
        pass

    def progress_end(self) -> None:
        self.calls.append("progress off")

    def modal_handler_add(self, operator: Any) -> None:
        self.calls.append("modal")

    def status_text_set(self, text: str | None) -> None:
        self.status = text or ""


def event(kind: str, value: str = "PRESS", **keys: bool) -> Any:
    return SimpleNamespace(type=kind, value=value, **keys)


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Window:
    monkeypatch.setattr(jobs, "has_window", lambda context: True)
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 0.0)
    return Window()


@pytest.fixture
def slow() -> Iterator[Slow]:
    job = Slow()
    yield job
    for _ in range(job.total):
        job.go.release()


def test_without_a_window_invoke_executes() -> None:
    job = Slow()
    for _ in range(3):
        job.go.release()
    operator = Operator(job)
    assert operator.invoke(SimpleNamespace(window=None), event("LEFTMOUSE")) == {"FINISHED"}
    assert job.thread == threading.get_ident()


def test_progress_then_finish_in_the_main_thread(window: Window, slow: Slow) -> None:
    operator = Operator(slow)
    assert operator.invoke(window, event("LEFTMOUSE")) == {"RUNNING_MODAL"}
    assert "1 of 3" in window.status
    assert slow.started.acquire(timeout=20)
    slow.go.release()
    assert slow.started.acquire(timeout=20)
    assert operator.modal(window, event("TIMER", "NOTHING")) == {"PASS_THROUGH"}
    assert "2 of 3" in window.status
    for _ in range(2):
        slow.go.release()
    assert operator._worker is not None
    assert operator._worker.wait(20)
    assert operator.modal(window, event("TIMER", "NOTHING")) == {"FINISHED"}
    assert slow.thread != operator.finished_in == threading.get_ident()
    assert window.status == ""
    assert window.calls == ["timer on", "progress 0 to 3", "modal", "timer off", "progress off"]


def test_escape_cancels_and_ends_the_thread(window: Window, slow: Slow) -> None:
    operator = Operator(slow)
    operator.invoke(window, event("LEFTMOUSE"))
    assert slow.started.acquire(timeout=20)
    slow.go.release()
    assert operator.modal(window, event("ESC")) == {"CANCELLED"}
    assert slow.done < slow.total
    assert operator._worker is not None
    assert operator._worker.wait(0)
    assert operator.finished_in is None
    assert window.status == ""
    assert window.calls[-2:] == ["timer off", "progress off"]
    assert operator.reports == [({"WARNING"}, "Cancelled; nothing was changed.")]


@pytest.mark.parametrize("kind", ["Z", "LEFTMOUSE", "RIGHTMOUSE", "SPACE", "DEL", "LEFT_ARROW"])
def test_keys_and_clicks_wait_while_drawing(window: Window, slow: Slow, kind: str) -> None:
    """Undo, a changed frame or a deleted key would pull the scene from under the job."""
    operator = Operator(slow)
    operator.invoke(window, event("LEFTMOUSE"))
    assert operator.modal(window, event(kind, ctrl=True)) == {"RUNNING_MODAL"}
    slow.go.release()
    operator.cancel(window)


def test_an_exception_in_the_thread_comes_out_and_leaves_the_window_clean(window: Window) -> None:
    job = Failing()
    operator = Operator(job)
    operator.invoke(window, event("LEFTMOUSE"))
    job.go.release()
    assert operator._worker is not None
    assert operator._worker.wait(20)
    with pytest.raises(ZeroDivisionError):
        operator.modal(window, event("TIMER", "NOTHING"))
    assert window.status == ""
    assert window.calls[-2:] == ["timer off", "progress off"]
    assert operator.finished_in is None


def test_a_short_job_needs_no_progress(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 20.0)
    job = Slow()
    for _ in range(3):
        job.go.release()
    assert Operator(job).invoke(window, event("LEFTMOUSE")) == {"FINISHED"}
    assert window.calls == []


class Nested(Operator):
    def may_end_at_once(self) -> bool:
        return False


def test_a_short_job_that_another_operator_invoked_ends_in_the_window(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ends within the outer operator would get no undo step, and Ctrl+Z would take the artist's last stroke."""
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 20.0)
    job = Slow()
    for _ in range(3):
        job.go.release()
    operator = Nested(job)
    assert operator.invoke(window, event("LEFTMOUSE")) == {"RUNNING_MODAL"}
    assert operator._worker is not None
    assert operator._worker.wait(20)
    assert operator.finished_in is None
    assert operator.modal(window, event("TIMER", "NOTHING")) == {"FINISHED"}
    assert operator.finished_in == threading.get_ident()
