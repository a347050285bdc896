"""From a training run to the weights that ship: averaged, halved in precision, with what made them written beside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.networks.weights import FOLDER, Weights, read_weights, write_weights
from inkbetween.inference.skeletons.detector.joint_net import HEADS
from inkbetween.training.loop.checkpoint import averaged_weights
from inkbetween.training.loop.loop import CHECKPOINT
from inkbetween.training.tasks.registry import TASKS


def export(
    name: str,
    folder: Path,
    calibration: Mapping[str, float],
    about: Mapping[str, str],
    to: Path = FOLDER,
) -> Path:
    """Write the weights of the run in `folder` for the task `name`, and say where.

    `calibration` are the numbers that make its probabilities honest (see `calibrate`), `about` says what made it.
    Raises ValueError for a task that is not known, OSError or KeyError for a folder without a run.
    """
    if name not in TASKS:
        raise ValueError(f"no task is called {name}; there are {', '.join(TASKS)}")
    arrays = {key: np.asarray(value, np.float32) for key, value in averaged_weights(folder / CHECKPOINT).items()}
    layers = 1 + max(int(key.split(".")[1]) for key in arrays if key.startswith("within."))
    path = to / f"{name}.npz"
    write_weights(path, Weights(name, _heads(arrays), layers, arrays, calibration), about)
    return path


def _heads(arrays: Mapping[str, NDArray]) -> int:
    if "turning.frequencies.weight" not in arrays:
        return HEADS
    # rotary frequencies are half of a head's channels
    return int(arrays["enter.weight"].shape[0] // (2 * arrays["turning.frequencies.weight"].shape[0]))


def recalibrate(path: Path, calibration: Mapping[str, float]) -> None:
    """Write a weights file anew with other calibration; all else stays as it is, bit for bit.

    Raises `WeightsError` where it cannot be used.
    """
    weights = read_weights(path)
    with np.load(path, allow_pickle=False) as data:
        about = json.loads(str(data["meta"]))["about"]
    write_weights(path, replace(weights, calibration=dict(calibration)), about)
