"""The training loop for any task: resumable to the bit, one process or several, CPU or GPU."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader, Dataset

from inkbetween.inference.networks.weights import read_weights

from . import checkpoint, metrics

CHECKPOINT, METRICS, CURVES = "checkpoint.npz", "metrics.jsonl", "curves.png"
AGREE_EVERY = 10
"""Steps after which several processes agree anew how much time has passed."""

Batch = dict[str, Tensor]
Figures = Mapping[str, float | Tensor]


class Task(Protocol):
    """What is to be learnt.

    `batch` runs in worker processes and depends on nothing but `rng`; its tensors lie on the CPU and are moved for it.
    `loss` calls `model(...)` itself, none of its methods, because several processes train a wrapped model, and touches
    all parameters. Its second value are parts worth reporting; tensors among them are averaged without waiting for the
    GPU. `validate` gets the averaged weights, no gradients, on the device where they are (`next(model.parameters())`).
    """

    @property
    def name(self) -> str: ...

    def model(self) -> nn.Module: ...

    def batch(self, rng: np.random.Generator) -> Batch: ...

    def loss(self, model: nn.Module, batch: Batch) -> tuple[Tensor, Figures]: ...

    def validate(self, model: nn.Module) -> dict[str, float]: ...


@dataclass(frozen=True)
class LoopSettings:
    """steps          how many the schedule is made for; training ends with them
    minutes        training ends after these, too, and goes on when called again; None for no limit
    finish         within the last 30 % of these minutes the rate falls to nothing, for a last call that must end well
    rate           learning rate at its highest; `warmup` steps rise to it, a cosine falls to `rate_end` of it
    weight_decay   of AdamW, for matrices alone
    clip           largest norm of the gradient
    average        how much averaged weights keep in each step
    save_minutes   between checkpoints
    report_every   steps between lines in the metrics
    validate_every steps between validations; 0 for one at the end alone
    workers        processes in which batches are made; 0 makes them in between
    device         "cpu", "cuda", or "auto" for a GPU where there is one
    precision      of products of matrices: "float32", "bfloat16", or "auto" for bfloat16 on GPUs alone
    begin          weights file, as the extension's own, that a run without checkpoint begins from
    """

    steps: int = 20_000
    minutes: float | None = None
    finish: bool = False
    seed: int = 0
    rate: float = 1e-3
    rate_end: float = 0.02
    warmup: int = 500
    weight_decay: float = 0.01
    clip: float = 1.0
    average: float = 0.999
    save_minutes: float = 3.0
    report_every: int = 50
    validate_every: int = 1000
    workers: int = 1
    device: str = "auto"
    precision: str = "auto"
    begin: str = ""

    def rate_at(self, step: int, seconds: float) -> float:
        """The learning rate in this step, so many seconds after the call began."""
        rising = min(1.0, (step + 1) / max(self.warmup, 1))
        along = min(1.0, max(0, step - self.warmup) / max(self.steps - self.warmup, 1))
        rate = rising * (self.rate_end + (1.0 - self.rate_end) * 0.5 * (1.0 + math.cos(math.pi * along)))
        if self.finish and self.minutes is not None:
            rate *= min(1.0, max(0.0, (1.0 - seconds / (60.0 * self.minutes)) / 0.3))
        return self.rate * rate


class _Batches(Dataset[Batch]):
    """Batch number n of a process is always the same, whoever makes it and when."""

    def __init__(self, task: Task, seed: int, rank: int) -> None:
        self.task, self.seed, self.rank = task, seed, rank

    def __getitem__(self, step: int) -> Batch:
        return self.task.batch(np.random.default_rng([self.seed, step, self.rank]))


def train(task: Task, folder: Path, settings: LoopSettings) -> nn.Module:
    """Train until the steps or the minutes are over, from the folder's checkpoint where it has one, and return the
    model with averaged weights. Under torchrun all processes train one model, and the first one writes."""
    rank, world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    device = _device(settings.device)
    ours = world > 1 and not dist.is_initialized()
    if ours:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        return _Run(task, folder, settings, device, rank, world).run()
    finally:
        if ours:
            dist.destroy_process_group()


def _device(name: str) -> torch.device:
    if name == "cpu" or (name == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    torch.cuda.set_device(device)
    torch.set_float32_matmul_precision("high")
    return device


Tensors = tuple[Tensor, ...] | list[Tensor]


class _Run:
    def __init__(
        self, task: Task, folder: Path, settings: LoopSettings, device: torch.device, rank: int, world: int
    ) -> None:
        self.task, self.folder, self.settings, self.device = task, folder, settings, device
        self.rank, self.world = rank, world
        torch.manual_seed(settings.seed)
        self.model = task.model().to(device)
        self.averaged = AveragedModel(self.model, multi_avg_fn=self._average).requires_grad_(False).eval()
        self.optimiser = _optimiser(self.model, settings, fused=device.type == "cuda")
        self.step, self.seconds_before = 0, 0.0
        self._go_on()
        self.trained: nn.Module = self.model
        if world > 1:
            self.trained = nn.parallel.DistributedDataParallel(
                self.model, device_ids=[device.index] if device.type == "cuda" else None
            )
        self.began = self.saved = time.monotonic()
        self.seconds = 0.0
        """Since this call began, as all processes have agreed upon."""

    def run(self) -> nn.Module:
        settings = self.settings
        sums: dict[str, Tensor] = {}
        for batch in self._batches():
            figures = self._learn(batch)
            for name, value in figures.items():
                sums[name] = sums.get(name, torch.zeros((), device=self.device)) + value
            self.step += 1
            last = self._is_last()
            if self.rank == 0:
                if self.step % settings.report_every == 0 or last:
                    self._report(sums)
                    sums = {}
                if (settings.validate_every and self.step % settings.validate_every == 0) or last:
                    self._validate()
                if last or time.monotonic() - self.saved > 60.0 * settings.save_minutes:
                    self._save()
            if last:
                break
        return self.averaged.module

    def _batches(self) -> Iterator[Batch]:
        """Batches from this step on, on the device."""
        loader = DataLoader(
            _Batches(self.task, self.settings.seed, self.rank),
            batch_size=None,
            sampler=range(self.step, self.settings.steps),
            num_workers=self.settings.workers,
            prefetch_factor=3 if self.settings.workers else None,
            pin_memory=self.device.type == "cuda",
        )
        for batch in loader:
            yield {name: value.to(self.device, non_blocking=True) for name, value in batch.items()}

    def _learn(self, batch: Batch) -> dict[str, float | Tensor]:
        """One step of the optimiser; one whose gradient is not finite is left out, and counted."""
        settings = self.settings
        # Whatever the model draws at random, it draws the same when training went on from a checkpoint.
        torch.manual_seed(hash((settings.seed, self.step, self.rank)))
        rate = settings.rate_at(self.step, self.seconds)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.trained.train()
        with torch.autocast(self.device.type, torch.bfloat16) if self._in_bfloat16() else nullcontext():
            loss, parts = self.task.loss(self.trained, batch)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.model.parameters(), settings.clip)
        finite = bool(torch.isfinite(norm))
        if finite:
            self.optimiser.step()
            self.averaged.update_parameters(self.model)
        figures: dict[str, float | Tensor] = {"loss": loss.detach(), "gradient": norm} if finite else {}
        figures |= {name: _detached(value) for name, value in parts.items()} if finite else {}
        return {**figures, "rate": rate, "left out": float(not finite), "steps": 1.0}

    def _in_bfloat16(self) -> bool:
        precision = self.settings.precision
        return precision == "bfloat16" or (precision == "auto" and self.device.type == "cuda")

    @torch.no_grad()
    def _average(self, averaged: Tensors, own: Tensors, _: Tensor | int) -> None:
        # Young averages forget faster, or the first random weights would stay in them for long.
        keep = min(self.settings.average, (1.0 + self.step) / (10.0 + self.step))
        torch._foreach_lerp_(averaged, own, 1.0 - keep)

    def _is_last(self) -> bool:
        self.seconds = self._agreed_seconds()
        late = self.settings.minutes is not None and self.seconds > 60.0 * self.settings.minutes
        return late or self.step >= self.settings.steps

    def _agreed_seconds(self) -> float:
        seconds = time.monotonic() - self.began
        if self.world == 1:
            return seconds
        if self.step % AGREE_EVERY:
            return self.seconds
        shared = torch.tensor(seconds, dtype=torch.float64, device=self.device)
        dist.broadcast(shared, 0)
        return float(shared)

    def _report(self, sums: dict[str, Tensor]) -> None:
        count = float(sums.pop("steps"))
        left_out = float(sums.pop("left out"))
        figures = {name: float(value) / max(count - left_out, 1.0) for name, value in sums.items()}
        figures["rate"] = float(sums["rate"]) / count
        self._write({"training": figures, "left out": left_out})

    def _validate(self) -> None:
        with torch.no_grad():
            self._write({"validation": self.task.validate(self.averaged.module.eval())})

    def _write(self, report: dict[str, Any]) -> None:
        seconds = round(self.seconds_before + time.monotonic() - self.began, 2)
        metrics.append(self.folder / METRICS, {"step": self.step, "seconds": seconds, **report})

    def _save(self) -> None:
        progress = {
            "task": self.task.name,
            "step": self.step,
            "seconds": self.seconds_before + time.monotonic() - self.began,
            "settings": asdict(self.settings),
        }
        checkpoint.save(self.folder / CHECKPOINT, self.model, self.averaged, self.optimiser, progress)
        metrics.draw_curves(self.folder / METRICS, self.folder / CURVES)
        self.saved = time.monotonic()

    def _go_on(self) -> None:
        path = self.folder / CHECKPOINT
        if path.exists():
            progress = checkpoint.load(path, self.model, self.averaged, self.optimiser)
            if progress["task"] != self.task.name:
                raise ValueError(f"{path}: was trained for {progress['task']}, not for {self.task.name}")
            self.step, self.seconds_before = int(progress["step"]), float(progress["seconds"])
        elif self.settings.begin:
            self._begin(Path(self.settings.begin))
        if self.rank == 0:
            metrics.keep_until(self.folder / METRICS, self.step)

    def _begin(self, path: Path) -> None:
        """Go on from weights that shipped; what the optimiser had learnt of them is lost."""
        weights = read_weights(path)
        if weights.name != self.task.name:
            raise ValueError(f"{path}: was trained for {weights.name}, not for {self.task.name}")
        for model in (self.model, self.averaged.module):
            model.load_state_dict({name: torch.from_numpy(array) for name, array in weights.arrays.items()})


def _optimiser(model: nn.Module, settings: LoopSettings, fused: bool) -> torch.optim.AdamW:
    """Decay pulls matrices towards zero; biases and gains have reason to be what they are."""
    parameters = list(model.parameters())
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": settings.weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=settings.rate, fused=fused)


def _detached(value: float | Tensor) -> float | Tensor:
    return value.detach() if isinstance(value, Tensor) else value
