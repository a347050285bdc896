"""Every character in a process of its own: Blender forgets nothing of the last one, and a crash costs one alone."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .jobs import Character, allowed, read_index


@dataclass(frozen=True)
class Ended:
    """What a process said, and what went wrong, "" if nothing did."""

    said: str
    trouble: str


def run_apart(module: str, arguments: Sequence[str], seconds: float, given: str | None = None) -> Ended:
    """Run `python -m module` with arguments for so many seconds at most; `given` is what it reads."""
    command = [sys.executable, "-m", module, *arguments]
    try:
        run = subprocess.run(command, input=given, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return Ended("", "too slow")
    if run.returncode == 0:
        return Ended(run.stdout, "")
    return Ended(run.stdout, "; ".join(run.stderr.strip().splitlines()[-2:]) or f"exit {run.returncode}")


def add_arguments(parser: argparse.ArgumentParser, required: bool) -> None:
    """What a command is told of characters; `--one` says that this process is a character's own."""
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=required, help="folder with INDEX.csv and rigged characters")
    parser.add_argument("--bench", type=Path, help="what the benchmark shows (default DATA/../../bench/drawings.json)")
    parser.add_argument("--mocap", type=Path, help="folder of .bvh files (default DATA/../mocap)")
    parser.add_argument("--one", metavar="FILE", help="this character alone, in this process")


def characters_of(options: argparse.Namespace) -> list[Character]:
    """The characters that training may see."""
    shown = json.loads((options.bench or options.data / "../../bench/drawings.json").read_text())
    return allowed(read_index(options.data / "INDEX.csv"), shown)


def own_character(options: argparse.Namespace) -> Character:
    """The one that this process is for."""
    return next(one for one in characters_of(options) if one.file == options.one)


def file_of(out: Path, one: Character) -> Path:
    """Where what is made of a character lies."""
    return out / one.pack / f"{one.name}.npz"


def each_character(module: str, options: argparse.Namespace, seconds: float) -> int:
    """Run a command for every character whose file is not there yet; how many failed."""
    characters, failed = characters_of(options), 0
    asked = {name: getattr(options, name) for name in ("out", "data", "bench", "mocap")}
    passed_on = [part for name, value in asked.items() if value is not None for part in (f"--{name}", str(value))]
    for number, one in enumerate(characters, 1):
        if file_of(options.out, one).exists():
            continue
        ended = run_apart(module, ["--one", one.file, *passed_on], seconds)
        failed += bool(ended.trouble)
        said = ended.said.strip().splitlines()[-1:]
        print(f"[{number}/{len(characters)}] {one.file} {ended.trouble or (said[0] if said else 'done')}", flush=True)
    return failed
