"""From a figure's drawings to trained weights, as `make train-smoke` does it, in a few steps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from torch import Tensor, nn

from inkbetween.training.cli import main
from inkbetween.training.commands import smoke
from inkbetween.training.loop.checkpoint import averaged_weights
from inkbetween.training.loop.loop import CHECKPOINT, CURVES, Batch
from inkbetween.training.tasks.registry import TASKS, task_named
from inkbetween.training.tasks.trial import Trial


def test_every_task_learns_from_redrawn_figures(tmp_path: Path) -> None:
    smoke.smoke(tmp_path, steps=30)
    for name in TASKS:
        weights = averaged_weights(tmp_path / name / CHECKPOINT)
        assert sum(value.size for value in weights.values()) > 1000
        assert all(np.isfinite(value).all() for value in weights.values())
        assert (tmp_path / name / CURVES).exists()


def test_what_learns_nothing_is_refused(tmp_path: Path) -> None:
    class Idle(Trial):
        def loss(self, model: nn.Module, batch: Batch) -> tuple[Tensor, dict[str, float | Tensor]]:
            loss, parts = super().loss(model, batch)
            return 0.0 * loss + 1.0, parts

    with pytest.raises(ValueError, match="trial has learnt nothing"):
        smoke._learn(Idle(), tmp_path, replace(smoke.SETTINGS, steps=20))


def test_what_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="no task is called walk; there are correspondence, motion"):
        task_named("walk", tmp_path)
    with pytest.raises(ValueError, match="motion learns from pairs"):
        task_named("motion", None)
    assert main(["train", "motion", "--pairs", str(tmp_path), "--folder", str(tmp_path / "run")]) == 1
    assert "No pairs in" in capsys.readouterr().err
    assert main(["pairs", "--clips", str(tmp_path), "--folder", str(tmp_path / "pairs")]) == 1
    assert "no clip for training" in capsys.readouterr().err
