"""A run that was interrupted ends as if it had not been; several processes train one model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor, nn

from inkbetween.inference.networks.weights import Weights, write_weights
from inkbetween.training.loop import metrics
from inkbetween.training.loop.checkpoint import averaged_weights
from inkbetween.training.loop.loop import CHECKPOINT, CURVES, METRICS, Batch, LoopSettings, train
from inkbetween.training.tasks.trial import Trial

QUICK = LoopSettings(
    steps=60, rate=1e-2, warmup=5, report_every=10, validate_every=20, workers=0, device="cpu", average=0.9
)


class Killed(Exception):
    pass


class Mortal(Trial):
    """Dies when it has learnt so many batches."""

    def __init__(self, lives: int) -> None:
        self.lives = lives

    def loss(self, model: nn.Module, batch: Batch) -> tuple[Tensor, dict[str, float | Tensor]]:
        if self.lives == 0:
            raise Killed
        self.lives -= 1
        return super().loss(model, batch)


class Unsound(Trial):
    """Its third batch holds what is not a number."""

    def __init__(self) -> None:
        self.count = 0

    def loss(self, model: nn.Module, batch: Batch) -> tuple[Tensor, dict[str, float | Tensor]]:
        self.count += 1
        loss, parts = super().loss(model, batch)
        return (loss * torch.nan if self.count == 3 else loss), parts


def arrays(folder: Path) -> dict[str, np.ndarray]:
    with np.load(folder / CHECKPOINT, allow_pickle=False) as data:
        return {name: data[name] for name in data.files if name != "progress"}


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_it_learns_and_says_so(tmp_path: Path) -> None:
    model = train(Trial(), tmp_path, replace(QUICK, steps=300))
    reports = metrics.read(tmp_path / METRICS)
    trained = [report["training"]["loss"] for report in reports if "training" in report]
    validated = [report["validation"]["error"] for report in reports if "validation" in report]
    assert len(trained) == 30
    assert len(validated) == 15
    assert np.mean(trained[-3:]) < 0.2 * trained[0]
    assert validated[-1] < 0.5 * validated[0]
    assert validated[-1] == pytest.approx(Trial().validate(model)["error"])
    assert [report["step"] for report in reports] == sorted(report["step"] for report in reports)
    picture = cv2.imread(str(tmp_path / CURVES))
    assert picture.shape[0] > 200
    assert (picture < 128).any()


def test_the_averaged_weights_are_what_is_returned_and_stored(tmp_path: Path) -> None:
    model = train(Trial(), tmp_path, QUICK)
    stored = averaged_weights(tmp_path / CHECKPOINT)
    assert stored.keys() == model.state_dict().keys()
    assert all(np.array_equal(value, stored[name]) for name, value in model.state_dict().items())
    assert any(not np.array_equal(stored[name], arrays(tmp_path)[f"model/{name}"]) for name in stored)


def test_a_run_of_before_goes_on_and_keeps_its_averages(tmp_path: Path) -> None:
    """Files that do not say how often weights were averaged: their averages are not begun anew."""
    train(Trial(), tmp_path, replace(QUICK, steps=30))
    kept = arrays(tmp_path)
    with np.load(tmp_path / CHECKPOINT) as data:
        progress = json.loads(str(data["progress"]))
    assert progress.pop("averaged") == 30
    np.savez(tmp_path / CHECKPOINT, progress=np.array(json.dumps(progress)), **kept)
    train(Trial(), tmp_path, replace(QUICK, steps=31))
    after = arrays(tmp_path)
    moved = [
        np.abs(after[f"averaged/{name}"] - after[f"model/{name}"]).max()
        for name in averaged_weights(tmp_path / CHECKPOINT)
    ]
    assert max(moved) > 0.0


@pytest.mark.parametrize("workers", [0, 1])
def test_a_killed_run_goes_on_as_if_it_had_not_been(tmp_path: Path, workers: int) -> None:
    settings = replace(QUICK, workers=workers)
    train(Trial(), tmp_path / "whole", settings)
    # Killed between checkpoints: what came after the last one is done again, and reported once.
    with pytest.raises(Killed):
        train(Mortal(25), tmp_path / "killed", replace(settings, save_minutes=0.0))
    with pytest.raises(Killed):
        train(Mortal(17), tmp_path / "killed", settings)
    train(Trial(), tmp_path / "killed", settings)
    assert same(arrays(tmp_path / "whole"), arrays(tmp_path / "killed"))
    steps = [r["step"] for r in metrics.read(tmp_path / "killed" / METRICS) if "training" in r]
    assert steps == [10, 20, 30, 40, 50, 60]


def test_seeds_differ_and_nothing_else_does(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        train(Trial(), tmp_path / name, replace(QUICK, steps=5, seed=seed))
    assert same(arrays(tmp_path / "a"), arrays(tmp_path / "b"))
    assert not same(arrays(tmp_path / "a"), arrays(tmp_path / "c"))


def test_time_ends_a_run_that_then_goes_on(tmp_path: Path) -> None:
    train(Trial(), tmp_path, replace(QUICK, minutes=0.0))
    with np.load(tmp_path / CHECKPOINT) as data:
        assert json.loads(str(data["progress"]))["step"] == 1
    train(Trial(), tmp_path, QUICK)
    with np.load(tmp_path / CHECKPOINT) as data:
        assert json.loads(str(data["progress"]))["step"] == QUICK.steps


def test_the_rate_rises_falls_and_ends_in_time() -> None:
    settings = LoopSettings(steps=1000, warmup=100, rate=1.0, rate_end=0.1)
    rates = np.array([settings.rate_at(step, 0.0) for step in range(1000)])
    assert rates[0] == pytest.approx(0.01)
    assert rates.argmax() in (99, 100)
    assert (np.diff(rates[100:]) < 0).all()
    assert rates[-1] == pytest.approx(0.1, abs=1e-4)
    hurried = replace(settings, minutes=10.0, finish=True)
    assert hurried.rate_at(100, 400.0) == 1.0
    assert 0 < hurried.rate_at(100, 550.0) < 0.5
    assert hurried.rate_at(100, 600.0) == 0.0
    assert replace(hurried, finish=False).rate_at(100, 600.0) == 1.0


def test_a_step_that_is_not_finite_is_left_out(tmp_path: Path) -> None:
    model = train(Unsound(), tmp_path, QUICK)
    assert all(torch.isfinite(value).all() for value in model.state_dict().values())
    reports = [report for report in metrics.read(tmp_path / METRICS) if "training" in report]
    assert [report["left out"] for report in reports] == [1, 0, 0, 0, 0, 0]
    assert all(np.isfinite(report["training"]["loss"]) for report in reports)


def test_another_task_or_model_does_not_go_on(tmp_path: Path) -> None:
    class Other(Trial):
        name = "other"

    class Wider(Trial):
        def model(self) -> nn.Module:
            return nn.Sequential(nn.Linear(2, 17), nn.Linear(17, 1))

    train(Trial(), tmp_path, replace(QUICK, steps=2))
    with pytest.raises(ValueError, match="trained for trial, not for other"):
        train(Other(), tmp_path, QUICK)
    with pytest.raises(RuntimeError):
        train(Wider(), tmp_path, QUICK)


def test_a_run_may_begin_from_weights_that_shipped(tmp_path: Path) -> None:
    train(Trial(), tmp_path / "first", QUICK)
    learnt = averaged_weights(tmp_path / "first" / CHECKPOINT)
    shipped = tmp_path / "trial.npz"
    write_weights(shipped, Weights("trial", 1, 1, learnt, {}), {})
    before = Trial().validate(train(Trial(), tmp_path / "fresh", replace(QUICK, steps=1)))
    after = Trial().validate(train(Trial(), tmp_path / "on", replace(QUICK, steps=1, begin=str(shipped))))
    assert after["error"] < 0.5 * before["error"]
    write_weights(shipped, Weights("other", 1, 1, learnt, {}), {})
    with pytest.raises(ValueError, match="trained for other, not for trial"):
        train(Trial(), tmp_path / "wrong", replace(QUICK, begin=str(shipped)))


def test_products_may_be_rounded_on_cpus(tmp_path: Path) -> None:
    train(Trial(), tmp_path / "exact", QUICK)
    train(Trial(), tmp_path / "rounded", replace(QUICK, precision="bfloat16"))
    exact, rounded = (averaged_weights(tmp_path / name / CHECKPOINT) for name in ("exact", "rounded"))
    assert not same(exact, rounded)
    assert all(np.allclose(exact[name], rounded[name], atol=0.1) for name in exact)


def test_a_report_cut_off_in_the_middle_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / METRICS
    for step in (1, 2, 3):
        metrics.append(path, {"step": step, "training": {"loss": 1.0}})
    with path.open("a") as stream:
        stream.write('{"step": 4, "trai')
    metrics.keep_until(path, 2)
    assert [report["step"] for report in metrics.read(path)] == [1, 2]
    path.write_text('{"step"\n{"step": 2}\n')
    with pytest.raises(json.JSONDecodeError):
        metrics.read(path)


def test_two_processes_train_one_model(tmp_path: Path) -> None:
    together, alone = tmp_path / "together", tmp_path / "alone"
    # torchrun finds itself a free port, and keeps it
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    subprocess.run([*launch, *trial(together)[1:]], env=os.environ | {"OMP_NUM_THREADS": "1"}, timeout=120, check=True)
    with np.load(together / CHECKPOINT) as data:
        assert json.loads(str(data["progress"]))["step"] == 20
    assert sum("training" in report for report in metrics.read(together / METRICS)) == 2
    train(Trial(), alone, replace(QUICK, steps=20))
    # The second process brought batches of its own.
    assert not same(arrays(together), arrays(alone))


def trial(folder: Path) -> list[str]:
    settings = {**asdict(QUICK), "steps": 20}
    flags = [
        f"--{name.replace('_', '-')}={value}" for name, value in settings.items() if name not in ("minutes", "finish")
    ]
    return [sys.executable, "-m", "inkbetween.training", "train", "trial", f"--folder={folder}", *flags]
