"""Shots on Dask workers: all done, bad ones named, nothing lost and nothing done twice when processes are killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from inkbetween.ops.filling import command_line

psutil = pytest.importorskip("psutil")
pytest.importorskip("distributed")

WORKERS = ("--workers=2", "--engine=CLASSICAL")


@pytest.fixture
def show(make_shot: Any) -> list[Path]:
    """Four shots, all different."""
    return [make_shot(f"sh{number:03}", 0.2 + 0.15 * number) for number in range(4)]


class Coordinator:
    """A run on two workers, under observation."""

    def __init__(self, shots: list[Path], out: Path) -> None:
        words = [sys.executable, "-m", "inkbetween", "fill", *map(str, shots), "-o", str(out), *WORKERS]
        self.out = out
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines: list[str] = []

    def read_until(self, wanted: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if wanted in line:
                return line
        raise AssertionError(f"{wanted!r} never came: {self.lines}")

    def end(self) -> int:
        assert self.process.stdout is not None
        self.lines += [line.rstrip() for line in self.process.stdout]
        return self.process.wait(120)

    def children(self) -> list[Any]:
        """Everything that runs below it, Dask's workers and Blenders alike."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def workers(self) -> list[Any]:
        """The processes that have Blenders below them."""
        parents = {child.ppid() for child in self.children() if "inkbetween" in child.cmdline()}
        return [child for child in self.children() if child.pid in parents]


@pytest.fixture
def start() -> Iterator[Callable[..., Coordinator]]:
    running: list[Coordinator] = []

    def begin(shots: list[Path], out: Path) -> Coordinator:
        running.append(Coordinator(shots, out))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def digests_of(out: Path, result_of: Any) -> dict[str, str]:
    return {path.stem: result_of(path)["inbetweens"] for path in sorted(out.glob("*.blend"))}


def wait_for(what: Callable[[], Any], seconds: float = 60) -> Any:
    until = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return found


def test_a_run_whose_worker_and_then_coordinator_are_killed_ends_as_if_nothing_had_happened(
    show: list[Path], start: Any, result_of: Any, tmp_path: Path
) -> None:
    bad = tmp_path / "in" / "bad.blend"
    bad.write_bytes(b"no blend file at all")
    for shot in show:
        assert command_line.run(["fill", str(shot), "-o", str(tmp_path / "calm"), "--engine=CLASSICAL"]) == 0

    out = tmp_path / "out"
    first = start([*show, bad], out)
    link = first.read_until("Dashboard: ").split()[-1]
    with urllib.request.urlopen(link, timeout=20) as page:  # noqa: S310
        assert page.status == 200
    # A worker dies amid a shot; what it was at is done again, by another.
    wait_for(first.workers)[0].send_signal(signal.SIGKILL)
    first.read_until("] ")
    # Then the coordinator dies, and takes everything along.
    everything = [child.pid for child in first.children()]
    first.process.kill()
    first.process.wait()
    wait_for(lambda: not any(psutil.pid_exists(pid) and is_alive(pid) for pid in everything))
    done = {path.name.partition(".")[0] for path in out.glob("*.inkbetween.json")} - {"bad"}
    stamps = {name: (out / f"{name}.blend").stat().st_mtime_ns for name in done}

    second = start([*show, bad], out)
    assert second.end() == 1, second.lines
    assert any("bad: FAILED" in line for line in second.lines)
    assert digests_of(out, result_of) == digests_of(tmp_path / "calm", result_of)
    assert {name: (out / f"{name}.blend").stat().st_mtime_ns for name in done} == stamps
    assert sum("done before" in line for line in second.lines) == len(done)
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


# Python runs this before anything else: children that fill shots die as Blender does of some damaged files.
DEADLY = """
import os, sys
if "--bound" in sys.orig_argv:
    with open(os.environ["TRIES"], "a") as tries:
        tries.write("tried\\n")
    os.kill(os.getpid(), 11)
"""


def test_a_shot_that_kills_every_process_is_one_failed_shot(
    make_shot: Any, fill: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(DEADLY)
    paths = [str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))
    monkeypatch.setenv("TRIES", str(tmp_path / "tries"))
    ended = fill(make_shot("sh010"), "-o", tmp_path / "out", "--workers=1", "--retries=1")
    assert ended.code == 1
    assert "sh010: FAILED: Blender crashed with SIGSEGV" in ended.text
    assert (tmp_path / "tries").read_text().split() == ["tried", "tried"]


def test_a_scheduler_that_is_not_there(make_shot: Any, fill: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    ended = fill(make_shot("sh010"), "-o", tmp_path / "out", "--scheduler=tcp://127.0.0.1:1")
    assert ended.code == 3
    assert "tcp://127.0.0.1:1" in ended.text


def test_a_remote_scheduler(make_shot: Any, fill: Any, tmp_path: Path) -> None:
    """A scheduler and a worker started as on other machines, by Dask's own commands."""
    serve = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host=127.0.0.1", "--port=0", "--no-dashboard"]
    where = tmp_path / "scheduler.json"
    log = subprocess.DEVNULL
    scheduler = subprocess.Popen([*serve, f"--scheduler-file={where}"], stdout=log, stderr=log)
    work = [sys.executable, "-m", "distributed.cli.dask_worker", f"--scheduler-file={where}", "--no-nanny"]
    worker = subprocess.Popen([*work, "--nthreads=1", "--no-dashboard"], stdout=log, stderr=log)
    try:
        wait_for(where.exists)
        address = json.loads(wait_for(where.read_text))["address"]
        shot = make_shot("sh010")
        ended = fill(shot, "-o", tmp_path / "out", f"--scheduler={address}")
        assert ended.code == 0, ended.text
        assert (tmp_path / "out" / "sh010.blend").exists()
    finally:
        for process in (worker, scheduler):
            process.terminate()
            process.wait(30)
