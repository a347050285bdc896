"""Does training work at all? Every task, tiny, on a few figures drawn on the spot: it must learn something."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import nn

from inkbetween.training.figures.generate import make_clip
from inkbetween.training.loop import metrics
from inkbetween.training.loop.loop import METRICS, LoopSettings, Task, train
from inkbetween.training.tasks.pairs import Pair
from inkbetween.training.tasks.registry import TASKS
from inkbetween.training.tasks.shards import PairSet, draw_pair

FIGURES, PAIRS = 6, 10
"""How many, and pairs of each. The last figure's show how well what was learnt holds for others."""
BATCHES = 8
SETTINGS = LoopSettings(
    steps=10_000, rate=2e-3, warmup=10, average=0.9, report_every=5, validate_every=0, workers=0, device="cpu"
)


def smoke(folder: Path, minutes: float = 1.0, steps: int = SETTINGS.steps) -> None:
    """Train each of `TASKS` below this folder, all together so many minutes, or so many steps each. Raises ValueError
    where the loss does not fall."""
    pairs = [_pairs(index) for index in range(FIGURES)]
    learnt, held = PairSet.of([pair for own in pairs[:-1] for pair in own]), PairSet.of(pairs[-1])
    print(f"{len(learnt)} pairs to learn from, {len(held)} held out")
    for name, make in TASKS.items():
        settings = replace(SETTINGS, minutes=minutes / len(TASKS), steps=steps, finish=True)
        _learn(make(learnt, held, True), folder / name, settings)


def _learn(task: Task, folder: Path, settings: LoopSettings) -> None:
    torch.manual_seed(settings.seed)
    loss, figures = _judge(task, task.model())
    less, trained = _judge(task, train(task, folder, settings))
    print(
        f"{task.name}, {metrics.read(folder / METRICS)[-1]['step']} steps: loss {loss:.3f}, then {less:.3f}; held out"
    )
    for name, value in trained.items():
        print(f"  {name:16} untrained {figures[name]:9.3f}, trained {value:9.3f}")
    if not less < loss:
        raise ValueError(f"{task.name} has learnt nothing: see {folder / METRICS}")


@torch.no_grad()
def _judge(task: Task, model: nn.Module) -> tuple[float, dict[str, float]]:
    """The mean loss of batches that are always the same, and the task's own validation."""
    model.eval()
    losses = [float(task.loss(model, task.batch(np.random.default_rng([1, k])))[0]) for k in range(BATCHES)]
    return float(np.mean(losses)), task.validate(model)


def _pairs(index: int) -> list[Pair]:
    clip, rng = make_clip(0, index), np.random.default_rng(index)
    drawn = (draw_pair(clip, rng) for _ in range(PAIRS))
    return [pair for pair in drawn if pair is not None]
