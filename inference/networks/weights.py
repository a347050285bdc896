"""The trained weights that ship with the extension.

They are read without running anything, checked and remembered.
"""

from __future__ import annotations

import json
import logging
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .files import write_arrays

FOLDER = Path(__file__).with_name("trained")
VERSION = 2
"""Of what the networks are fed and what they answer: weights of another version do not fit."""

log = logging.getLogger(__name__)


class WeightsError(ValueError):
    """Weights that cannot be used.

    The message says which, why, and what to do, `fault` the first two in brief.
    """

    def __init__(self, fault: str, detail: str = "") -> None:
        self.fault = fault
        super().__init__(f"{fault}{f' ({detail})' if detail else ''}; reinstall the extension to get it back.")


@dataclass(frozen=True)
class Weights:
    """One network's weights by name, float32; its heads, layers and calibration."""

    name: str
    heads: int
    layers: int
    arrays: Mapping[str, NDArray[np.float32]]
    calibration: Mapping[str, float]
    rounded: dict[tuple[str, int], NDArray[np.float32]] = field(default_factory=dict, repr=False, compare=False)
    """Those that were rounded for exact products, by name and bits: worked out once."""


def read_weights(path: Path) -> Weights:
    """The weights in a file.

    Raises `WeightsError` where it is missing, damaged or of another version.
    """
    try:
        with np.load(path, allow_pickle=False) as data:
            meta = json.loads(str(data["meta"]))
            arrays = {name: data[name].astype(np.float32) for name in data.files if name != "meta"}
    except FileNotFoundError:
        raise WeightsError(f"{path.name} is missing") from None
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
        # RuntimeError: a flipped bit may say that the file is encrypted, or packed in a way unheard of
        raise WeightsError(f"{path.name} is damaged", str(error)) from error
    if not isinstance(meta, dict) or meta.get("version") != VERSION:
        raise WeightsError(f"{path.name} is of another version")
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise WeightsError(f"{path.name} is damaged", "numbers that are not finite")
    missing = [name for name, shape in meta["shapes"].items() if arrays.get(name, np.zeros(0)).shape != tuple(shape)]
    if missing:
        raise WeightsError(f"{path.name} is damaged", f"{missing[0]} does not fit")
    return Weights(meta["name"], int(meta["heads"]), int(meta["layers"]), arrays, meta["calibration"])


def write_weights(path: Path, weights: Weights, about: Mapping[str, str]) -> None:
    """Write weights in half precision; `about` says what made them.

    The file is complete or not there at all.
    """
    meta = {
        "version": VERSION,
        "name": weights.name,
        "heads": weights.heads,
        "layers": weights.layers,
        "calibration": dict(weights.calibration),
        "shapes": {name: list(array.shape) for name, array in weights.arrays.items()},
        "about": dict(about),
    }
    halves = {name: array.astype(np.float16) for name, array in weights.arrays.items()}
    write_arrays(path, {"meta": np.array(json.dumps(meta)), **halves})


def bundled(name: str, folder: Path | None = None) -> Weights | None:
    """The weights that came with the extension, or None where they cannot be used.

    That is told once: the classical engine does the work then.
    """
    found = _read_once(name, FOLDER if folder is None else folder)
    return found if isinstance(found, Weights) else None


def fault_of(name: str, folder: Path | None = None) -> str:
    """Why `bundled` has no such weights, as "motion.npz is missing"; "" where it has."""
    found = _read_once(name, FOLDER if folder is None else folder)
    return found.fault if isinstance(found, WeightsError) else ""


@lru_cache(maxsize=8)
def _read_once(name: str, folder: Path) -> Weights | WeightsError:
    try:
        return read_weights(folder / f"{name}.npz")
    except WeightsError as error:
        log.warning("Inkbetween works without learned %s: %s", name, error)
        return error
