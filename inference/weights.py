"""The trained weights that ship with the engine: read without running anything, checked, remembered."""

from __future__ import annotations

import json
import logging
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).with_name("trained")
VERSION = 1
"""Of what the networks are fed and what they answer: weights of another version do not fit."""

log = logging.getLogger(__name__)


class WeightsError(ValueError):
    """Weights that cannot be used; the message says which, why, and what to do."""


@dataclass(frozen=True)
class Weights:
    """One network's weights by name, float32; heads and layers of it; the numbers it was calibrated with."""

    name: str
    heads: int
    layers: int
    arrays: Mapping[str, NDArray[np.float32]]
    calibration: Mapping[str, float]


def read_weights(path: Path) -> Weights:
    """Read a weights file; raises `WeightsError` where it is missing, damaged or of another version."""
    again = "reinstall the extension to get it back"
    try:
        with np.load(path, allow_pickle=False) as data:
            meta = json.loads(str(data["meta"]))
            arrays = {name: data[name].astype(np.float32) for name in data.files if name != "meta"}
    except FileNotFoundError:
        raise WeightsError(f"{path.name} is missing; {again}.") from None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise WeightsError(f"{path.name} is damaged ({error}); {again}.") from error
    if not isinstance(meta, dict) or meta.get("version") != VERSION:
        raise WeightsError(f"{path.name} is of another version; {again}.")
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise WeightsError(f"{path.name} is damaged (numbers that are not finite); {again}.")
    missing = [name for name, shape in meta["shapes"].items() if arrays.get(name, np.zeros(0)).shape != tuple(shape)]
    if missing:
        raise WeightsError(f"{path.name} is damaged ({missing[0]} does not fit); {again}.")
    return Weights(meta["name"], int(meta["heads"]), int(meta["layers"]), arrays, meta["calibration"])


def write_weights(path: Path, weights: Weights, about: Mapping[str, str]) -> None:
    """Write weights in half precision; `about` says what made them. The file is complete or not there at all."""
    meta = {
        "version": VERSION,
        "name": weights.name,
        "heads": weights.heads,
        "layers": weights.layers,
        "calibration": dict(weights.calibration),
        "shapes": {name: list(array.shape) for name, array in weights.arrays.items()},
        "about": dict(about),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    with unfinished.open("wb") as stream:
        halves = {name: array.astype(np.float16) for name, array in weights.arrays.items()}
        np.savez_compressed(stream, meta=np.array(json.dumps(meta)), **halves)
    unfinished.replace(path)


@lru_cache(maxsize=8)
def bundled(name: str, folder: Path = FOLDER) -> Weights | None:
    """The weights that came with the extension, or None, once told, where they cannot be used: the classical engine
    does the work then."""
    try:
        return read_weights(folder / f"{name}.npz")
    except WeightsError as error:
        log.warning("Inkbetween works without learned %s: %s", name, error)
        return None
