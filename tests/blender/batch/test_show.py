"""The made-up show: what is said to be good is, and what is said to be bad is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inkbetween.ops.filling import command_line
from inkbetween.tools.show.make import make_show


def test_a_small_show_is_filled_and_its_faults_are_named(tmp_path: Path, capfd: Any) -> None:
    show, out = tmp_path / "show", tmp_path / "out"
    truth = make_show(show, 8, seed=5)
    assert [len(truth.good), len(truth.damaged), len(truth.locked), len(truth.orphaned)] == [2, 3, 2, 1]
    paths = (show / "shots.txt").read_text().splitlines()
    for path in paths:
        command_line.run(["fill", path, "--root", str(show), "-o", str(out), "--engine=CLASSICAL"])
    told = {}
    for path in paths:
        name = Path(path).relative_to(show).as_posix()
        told[name] = json.loads((out / name).with_suffix(".inkbetween.json").read_text())
    assert {told[name]["state"] for name in truth.good} == {"filled"}
    assert {told[name]["state"] for name in truth.damaged} == {"failed"}
    assert all("is locked" in told[name]["left"][0] for name in truth.locked)
    assert ["Library" in told[name]["reason"] for name in truth.orphaned] == [True]
    assert command_line.run(["summary", str(out), f"@{show / 'shots.txt'}", "--root", str(show)]) == 1
    assert ", 4 failed." in capfd.readouterr().out


def test_a_show_too_small_for_its_faults_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too few"):
        make_show(tmp_path, 5)
