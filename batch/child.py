"""One shot in a process of its own.

Blender may crash there, and takes nothing else along.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from .exits import ORPHANED
from .result import Result, read_result, write_result
from .settings import Settings
from .shots import Shot
from .unit import failed, finished

TAIL = 2000
"""Characters of a child's last words that a reason may quote from."""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Limits:
    """What a shot may take: seconds, and bytes of memory; None is without limit."""

    seconds: float | None = None
    memory: int | None = None


def run_shot(
    program: Sequence[str], shot: Shot, settings: Settings, limits: Limits = Limits(), force: bool = False
) -> Result:
    """The result of a child that fills the shot.

    A child that dies makes a failed result that says how.

    program  the command line of a process that takes the arguments of `python -m inkbetween`
    """
    done = None if force else finished(shot, settings)
    if done is not None:
        return done
    before = read_result(shot.record)
    words = [*program, *_arguments(shot, settings, limits, force)]
    # The child holds the other end of this pipe: it ends when this process does, however that comes about.
    with TemporaryFile() as said:
        child = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=said, stderr=subprocess.STDOUT, env=_environment()
        )
        try:
            code = child.wait(limits.seconds)
            reason = _reason(code, limits)
        except subprocess.TimeoutExpired:
            reason = f"It took longer than {limits.seconds:.0f} s and was stopped"
        finally:
            child.kill()
            child.wait()
        said.seek(max(said.seek(0, os.SEEK_END) - TAIL, 0))
        last = said.read().decode(errors="replace").strip().splitlines()[-1:]
    result = read_result(shot.record)
    if result is not None and result != before:
        return result  # whatever became of the child afterwards
    last_words = f" Its last words: {last[0]}" if last else ""
    result = failed(shot, settings, f"{reason or 'It left no result'}.{last_words}", died=True)
    write_result(shot.record, result)
    return result


def end_with_parent() -> None:
    """In a child: end as soon as whoever started it is gone.

    Nothing half-written bears a finished name.
    """

    def wait() -> None:
        sys.stdin.buffer.read()
        os._exit(ORPHANED)

    threading.Thread(target=wait, name="inkbetween-parent", daemon=True).start()


def limit_memory(limit: int) -> bool:
    """Whether this process is now limited to `limit` bytes of its own.

    Not every system can see to that.
    """
    try:
        import resource
    except ImportError:  # Windows
        return False
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    return True


def _arguments(shot: Shot, settings: Settings, limits: Limits, force: bool) -> list[str]:
    """The same shot for the child: the folders are those that `shot` was made with."""
    words = ["fill", str(shot.source), f"--output={shot.folder}", "--bound", *settings.arguments()]
    words += ["--in-place"] if shot.in_place else []
    words += ["--force"] if force else []
    words += [f"--memory={limits.memory}"] if limits.memory else []
    return words


def compute_on_one_thread() -> None:
    """Make NumPy, which is not loaded yet, compute on one thread.

    Its last bits depend on the number of threads, which must not depend on the machine. Whoever has set another
    number keeps it.
    """
    for name, number in ONE_THREAD.items():
        os.environ.setdefault(name, number)


def _environment() -> dict[str, str]:
    """The environment of a child.

    Workers share the cores among them, so that one thread each is best, too.
    """
    environment = {**os.environ, **ONE_THREAD}
    if PACKAGE.name == "inkbetween":  # not where the package is installed under another folder's name
        paths = [str(PACKAGE.parent), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    return environment


def _reason(code: int, limits: Limits) -> str:
    """Why a child did not end well, without a full stop.

    "" if it did, or has said so itself in its result.
    """
    if code >= 0:
        return "" if code in (0, 1) else f"Blender ended with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:  # a real-time signal
        name = f"signal {-code}"
    hint = " (perhaps for lack of memory)" if limits.memory or name == "SIGKILL" else ""
    return f"Blender crashed with {name}{hint}"
