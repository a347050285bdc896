"""A run of the coordinator as a process, and what it has left in its folder."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil


@dataclass(frozen=True)
class Run:
    """A coordinator under way."""

    process: subprocess.Popen[bytes]

    def family(self) -> list[Any]:
        """Everything below it."""
        try:
            return list(psutil.Process(self.process.pid).children(recursive=True))
        except psutil.NoSuchProcess:
            return []

    def blenders(self) -> list[Any]:
        """The children that fill shots."""
        return [child for child in self.family() if "--bound" in _words(child)]

    def workers(self) -> list[Any]:
        """Dask's workers that have a shot in hand."""
        parents = {child.ppid() for child in self.blenders()}
        return [child for child in self.family() if child.pid in parents]


def start(shots: Path, out: Path, workers: int, log: Path, engine: str) -> Run:
    """Fill a list of shots, whose folder is their root, on so many workers."""
    command = [sys.executable, "-m", "inkbetween", "fill", f"@{shots}", "--root", str(shots.parent), "-o", str(out)]
    command += [f"--workers={workers}", f"--engine={engine}"]
    with log.open("ab") as stream:
        return Run(subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT))


def records(out: Path) -> dict[str, dict[str, Any]]:
    """Every result below a folder, by its path."""
    found = {}
    for path in sorted(out.rglob("*.inkbetween.json")):
        found[path.relative_to(out).as_posix()] = json.loads(path.read_text())
    return found


def stamps(out: Path) -> dict[str, int]:
    """When each finished result was written, in nanoseconds."""
    good = {name for name, record in records(out).items() if record["state"] != "failed"}
    return {name: (out / name).stat().st_mtime_ns for name in good}


def _words(process: Any) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []
