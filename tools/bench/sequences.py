"""Read sequences of line drawings: one .npz each, frame k as points `pk` (P, 2) and points per stroke `nk` (S,)."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence as Several
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Stroke = NDArray[np.float64]
Frame = list[Stroke]


class SequenceError(ValueError):
    """A sequence that cannot be read; the message names the file, what is wrong with it and what was expected."""


@dataclass(frozen=True)
class Sequence:
    """Consecutive frames, each a list of strokes (n, 2) in pixels of a 1280 x 720 picture, y down; the file that they
    come from."""

    name: str
    frames: list[Frame]
    path: Path | None = None

    def gaps(self, gap: int) -> list[tuple[int, int]]:
        """(first, last) frame of every whole gap when every `gap`-th frame is a key."""
        return [(first, first + gap) for first in range(0, len(self.frames) - gap, gap)]


def load_folder(folder: Path, only: Several[str] = ()) -> list[Sequence]:
    """All sequences of a folder by name; with `only`, those whose name contains one of these words."""
    if not folder.is_dir():
        raise SequenceError(f"{folder}: no such folder. Name a folder of .npz sequences: python -m tools.bench FOLDER")
    paths = sorted(folder.glob("*.npz"))
    if not paths:
        raise SequenceError(f"{folder}: holds no .npz sequence.")
    chosen = [p for p in paths if not only or any(word.lower() in p.stem.lower() for word in only)]
    if not chosen:
        raise SequenceError(f"{folder}: none of its {len(paths)} sequences is named like {' or '.join(only)}.")
    return [load(path) for path in chosen]


def load(path: Path) -> Sequence:
    """Read one sequence; raise `SequenceError` where the file is not one."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files if name[:1] in "pn" and name[1:].isdigit()}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise SequenceError(f"{path.name}: not a readable .npz file ({error}).") from error
    count = sum(name[0] == "n" for name in arrays)
    if not count:
        raise SequenceError(f"{path.name}: has no frames; expected arrays p0, n0, p1, n1 and so on.")
    return Sequence(path.stem, [_frame(path.name, arrays, index) for index in range(count)], path)


def _frame(file: str, arrays: dict[str, NDArray], index: int) -> Frame:
    points, counts = arrays.get(f"p{index}"), arrays.get(f"n{index}")
    if points is None or counts is None:
        missing = "p" if points is None else "n"
        raise SequenceError(f"{file}: frame {index} has no array {missing}{index}; frames count from 0 without holes.")
    if points.ndim != 2 or points.shape[1] != 2:
        raise SequenceError(f"{file}: p{index} is {points.shape}, expected (points, 2).")
    if counts.ndim != 1 or not np.issubdtype(counts.dtype, np.integer) or (counts < 0).any():
        raise SequenceError(f"{file}: n{index} must be one whole number of points per stroke.")
    if counts.sum() != len(points):
        raise SequenceError(f"{file}: n{index} counts {counts.sum()} points, p{index} has {len(points)}.")
    if not np.isfinite(points).all():
        raise SequenceError(f"{file}: p{index} has coordinates that are not finite numbers.")
    parts = np.split(points.astype(np.float64), np.cumsum(counts)[:-1]) if len(counts) else []
    return [part for part in parts if len(part)]
