"""The state of a training run in one file: tensors as arrays, all else as JSON, and never a pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from inkbetween.inference.networks.files import write_arrays

MODEL, AVERAGED, OPTIMISER = "model/", "averaged/", "optimiser/"
COUNT = "averaged"
"""Under this name the progress says how often weights were averaged."""


def save(
    path: Path, model: nn.Module, averaged: AveragedModel, optimiser: torch.optim.Optimizer, progress: Mapping[str, Any]
) -> None:
    """Write everything that a run needs to go on; the file is complete or is still the one before.

    `averaged` is the model with averaged weights, `progress` whatever JSON holds.
    """
    arrays = {MODEL + name: _array(value) for name, value in model.state_dict().items()}
    arrays |= {AVERAGED + name: _array(value) for name, value in averaged.module.state_dict().items()}
    for name, parameter in model.named_parameters():
        for key, value in optimiser.state[parameter].items() if parameter in optimiser.state else ():
            arrays[f"{OPTIMISER}{name}/{key}"] = _array(torch.as_tensor(value))
    kept = {**progress, COUNT: int(averaged.n_averaged)}
    write_arrays(path, {"progress": np.array(json.dumps(kept)), **arrays}, compressed=False)


def load(path: Path, model: nn.Module, averaged: AveragedModel, optimiser: torch.optim.Optimizer) -> dict[str, Any]:
    """Put a saved state into these three and return the progress.

    Raises RuntimeError where the file holds another model's state, ValueError, KeyError or OSError where it holds none.
    """
    with np.load(path, allow_pickle=False) as data:
        arrays = {name: data[name] for name in data.files if name != "progress"}
        progress = dict(json.loads(str(data["progress"])))
    model.load_state_dict(_tensors(arrays, MODEL))
    averaged.module.load_state_dict(_tensors(arrays, AVERAGED))
    # older files do not count: what is averaged once is never begun anew
    averaged.n_averaged.fill_(progress.pop(COUNT, progress.get("step", 1)))
    moments = _tensors(arrays, OPTIMISER)
    for name, parameter in model.named_parameters():
        own = {key.rpartition("/")[2]: value for key, value in moments.items() if key.rpartition("/")[0] == name}
        if own:
            optimiser.state[parameter] = {key: _beside(value, key, parameter) for key, value in own.items()}
    return progress


def averaged_weights(path: Path) -> dict[str, NDArray]:
    """The averaged weights and buffers alone, by name: what is worth keeping when training is done."""
    with np.load(path, allow_pickle=False) as data:
        return {name.removeprefix(AVERAGED): data[name] for name in data.files if name.startswith(AVERAGED)}


def _array(value: Tensor) -> NDArray:
    return np.asarray(value.detach().cpu().numpy())


def _tensors(arrays: Mapping[str, NDArray], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): torch.from_numpy(a) for name, a in arrays.items() if name.startswith(prefix)}


def _beside(value: Tensor, key: str, parameter: Tensor) -> Tensor:
    """Adam's moments live where the parameter does. It keeps its count of steps on the CPU, unless it is fused."""
    return value if key == "step" and parameter.device.type == "cpu" else value.to(parameter.device)
