"""Children that fill shots: whatever becomes of one, there is a result that says it, and none outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from inkbetween.batch import files
from inkbetween.batch.child import Limits, compute_on_one_thread, limit_memory, run_shot
from inkbetween.batch.result import FAILED, FILLED, Result, read_result, write_result
from inkbetween.batch.settings import Settings
from inkbetween.batch.shots import Shot, shots_of

PLAIN = Settings()


@pytest.fixture
def shot(tmp_path: Path) -> Shot:
    (tmp_path / "out").mkdir()
    (tmp_path / "sh010.blend").write_bytes(b"keys")
    return shots_of([tmp_path / "sh010.blend"], tmp_path / "out")[0]


def program(body: str) -> tuple[str, ...]:
    """A child that gets the arguments of the command line; `record` is where its result would lie."""
    prelude = (
        "import json, os, sys, time, pathlib\nfolder = [a for a in sys.argv if a.startswith('--output=')][0][9:]\n"
    )
    return (sys.executable, "-c", prelude + body)


def test_a_child_that_crashes_is_told_with_its_last_words(shot: Shot) -> None:
    result = run_shot(program("print('reading'); sys.stdout.flush(); os.kill(os.getpid(), 11)"), shot, PLAIN)
    assert (result.state, result.died) == (FAILED, True)
    assert result.reason == "Blender crashed with SIGSEGV. Its last words: reading"
    assert read_result(shot.record) == result


def test_a_child_that_takes_too_long_is_stopped(shot: Shot) -> None:
    result = run_shot(program("time.sleep(60)"), shot, PLAIN, Limits(seconds=0.3))
    assert "took longer than 0 s and was stopped" in result.reason
    assert result.died


def test_a_child_without_a_result_is_no_success(shot: Shot) -> None:
    assert run_shot(program("pass"), shot, PLAIN).reason == "It left no result."


def test_an_old_result_does_not_stand_for_a_new_failure(shot: Shot) -> None:
    write_result(shot.record, Result("sh010", str(shot.source), FILLED))
    assert run_shot(program("os.kill(os.getpid(), 9)"), shot, PLAIN).state == FAILED


def test_a_child_ends_with_its_parent(tmp_path: Path) -> None:
    """The parent is killed as hard as can be; the child, amid its work, goes by itself."""
    child = "from inkbetween.batch.child import end_with_parent\nimport time\nend_with_parent()\n"
    child += "print('on', flush=True)\ntime.sleep(60)"
    parent = (
        "import subprocess, sys, time\n"
        f"c = subprocess.Popen([sys.executable, '-c', {child!r}], stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "c.stdout.readline(); print(c.pid, flush=True); time.sleep(60)"
    )
    running = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    pid = int(running.stdout.readline())
    running.send_signal(signal.SIGKILL)
    running.wait()
    until = time.monotonic() + 20
    while files._runs(pid) and _is_no_zombie(pid):
        assert time.monotonic() < until, "the child outlived its parent"
        time.sleep(0.02)


def _is_no_zombie(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_result_counts_whatever_becomes_of_the_child_afterwards(shot: Shot) -> None:
    """Blender as a module may crash at its very end, when everything is written."""
    told = shot.folder / "told.json"
    write_result(told, Result("sh010", str(shot.source), FILLED))
    body = f"pathlib.Path({str(told)!r}).rename({str(shot.record)!r}); os.kill(os.getpid(), 11)"
    assert run_shot(program(body), shot, PLAIN).state == FILLED


def test_arithmetic_runs_on_one_thread_unless_told_otherwise(shot: Shot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    compute_on_one_thread()
    assert (os.environ["OPENBLAS_NUM_THREADS"], os.environ["OMP_NUM_THREADS"]) == ("1", "7")
    result = run_shot(program("print(os.environ['OMP_NUM_THREADS'] + os.environ['OPENBLAS_NUM_THREADS'])"), shot, PLAIN)
    assert result.reason == "It left no result. Its last words: 11"


def test_memory_can_be_limited() -> None:
    code = (
        "from inkbetween.batch.child import limit_memory\n"
        "assert limit_memory(300 * 2**20)\n"
        "try:\n    bytearray(400 * 2**20)\nexcept MemoryError:\n    print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "refused"


def test_a_system_that_cannot_limit_memory_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    assert not limit_memory(2**30)
