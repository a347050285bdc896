"""The OpenJD template run for real, by OpenJD's own command line, in front of the project's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("openjd")

TEMPLATE = Path(__file__).resolve().parents[3] / "batch" / "farms" / "inkbetween.openjd.yaml"


def openjd(*words: str) -> subprocess.CompletedProcess[str]:
    program = "from openjd.cli import main; main()"
    return subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, timeout=300)


@pytest.fixture
def blender(tmp_path: Path) -> Path:
    """Stands for Blender's program: hands what follows `--command inkbetween` to the same command line."""
    program = tmp_path / "blender"
    lines = ["#!/bin/sh", '[ "$1 $2 $3" = "--background --command inkbetween" ] || exit 97', "shift 3"]
    program.write_text("\n".join([*lines, f'exec "{sys.executable}" -m inkbetween "$@"', ""]))
    program.chmod(0o755)
    return program


def test_the_template_is_valid() -> None:
    done = openjd("check", str(TEMPLATE))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(os.name != "posix", reason="the stand-in for Blender is a shell script")
def test_the_template_fills_every_shot_and_sums_up(make_shot: Any, blender: Path, tmp_path: Path) -> None:
    shots = [make_shot("sh 010", 0.5), make_shot("sh020", 1.0)]
    listed, out = tmp_path / "shots.txt", tmp_path / "out"
    listed.write_text("".join(f"{shot}\n" for shot in shots))
    values = {"ShotList": listed, "ShotCount": 2, "Output": out, "Blender": blender, "Engine": "CLASSICAL", "Step": 2}
    parameters = [word for name, value in values.items() for word in ("-p", f"{name}={value}")]
    done = openjd("run", str(TEMPLATE), "--step", "Summary", "--run-dependencies", *parameters)
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads((out / "summary.json").read_text())
    assert summary["states"] == {"filled": 2}
    assert [one["drawn"] for one in summary["shots"]] == [4, 4]
    assert "Progress: 100" in done.stdout or "openjd_progress: 100" in done.stdout
    # A task that fails is a failed job, told by the shot's reason.
    shots[1].write_bytes(shots[1].read_bytes()[:10_000])
    failed = openjd("run", str(TEMPLATE), "--step", "Fill", *parameters)
    assert failed.returncode != 0
    assert "sh020: FAILED" in failed.stdout
