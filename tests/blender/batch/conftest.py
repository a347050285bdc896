"""What the tests of batch work share: tiny shots as files, and the command line as a farm calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

import inkbetween
from inkbetween.addon import adapter

FAST = ("--engine=CLASSICAL",)


@pytest.fixture(scope="module", autouse=True)
def registered() -> Iterator[None]:
    inkbetween.register()
    yield
    inkbetween.unregister()


@pytest.fixture
def make_shot(tmp_path: Path, new_object: Any, polylines: Any) -> Callable[..., Path]:
    """Called with a name and the amount of motion, saves a shot with two layers and two gaps of two in-betweens."""

    def make(name: str, motion: float = 1.0, prepare: Callable[[Any], None] | None = None, folder: str = "in") -> Path:
        bpy.ops.wm.read_factory_settings(use_empty=True)

        def key(number: int, lift: float = 0.0) -> Any:
            along = np.linspace(0, 1, 9)
            turned = 0.2 * motion * number + along
            line = np.stack([along + 0.1 * motion * number, 0 * along, np.sin(turned) + lift], 1)
            return polylines(line, line[::-1] * (1, 1, -1))

        obj = new_object({n: key(n) for n in (1, 4, 7)}, name)
        second = obj.data.layers.new("Ink", set_active=False)
        for number in (1, 4, 7):
            adapter.insert_frame(second, number, key(number, 0.5), "KEYFRAME")
        if prepare is not None:
            prepare(obj)
        path = tmp_path / folder / f"{name}.blend"
        path.parent.mkdir(parents=True, exist_ok=True)
        bpy.ops.wm.save_as_mainfile(filepath=str(path), check_existing=False)
        return path

    return make


@dataclass(frozen=True)
class Ended:
    """How a call of the command line ended."""

    code: int
    text: str


@pytest.fixture
def fill() -> Callable[..., Ended]:
    """Called with arguments, runs `python -m inkbetween fill` with them, by the fast engine."""

    def call(*words: Any) -> Ended:
        command = [sys.executable, "-m", "inkbetween", "fill", *map(str, words), *FAST]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
        assert "Traceback" not in done.stderr, done.stderr
        return Ended(done.returncode, done.stdout + done.stderr)

    return call


@pytest.fixture
def result_of() -> Callable[[Path], Any]:
    """Called with a filled file, reads its result."""
    return lambda path: json.loads(path.with_name(f"{path.stem}.inkbetween.json").read_text())
