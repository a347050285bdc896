"""Read sequences of drawings: one .npz each, frame k as points `pk` (P, 2) and points per stroke `nk` (S,).

Coloured ones also hold the `palette` (C, 3), and of each frame the fills: points `qk` (P, 2), points per fill `mk`
(F,), and colours `ck` (F,), numbers of the palette, in drawing order.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence as Several
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Stroke = NDArray[np.float64]
Frame = list[Stroke]


@dataclass(frozen=True)
class Fill:
    """An area of one colour: its number in the palette, and its outline (n, 2), px."""

    colour: int
    outline: NDArray[np.float64]


Painting = list[Fill]


class SequenceError(ValueError):
    """A sequence that cannot be read; the message names the file, what is wrong with it and what was expected."""


@dataclass(frozen=True)
class Sequence:
    """Consecutive frames, each a list of strokes (n, 2) in pixels of a 1280 x 720 picture, y down; the file that they
    come from; of coloured ones the fills of each frame, and the palette (C, 3), RGB from 0 to 255."""

    name: str
    frames: list[Frame]
    path: Path | None = None
    fills: list[Painting] = field(default_factory=list)
    palette: NDArray[np.uint8] | None = None

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
            wanted = (name for name in archive.files if name[:1] in "pnqmc" and name[1:].isdigit())
            arrays = {name: archive[name] for name in wanted}
            palette = archive["palette"] if "palette" in archive.files else None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise SequenceError(f"{path.name}: not a readable .npz file ({error}).") from error
    count = sum(name[0] == "n" for name in arrays)
    if not count:
        raise SequenceError(f"{path.name}: has no frames; expected arrays p0, n0, p1, n1 and so on.")
    frames = [[part for part in _parts(path.name, arrays, index, "p", "n") if len(part)] for index in range(count)]
    if palette is None:
        return Sequence(path.stem, frames, path)
    if palette.ndim != 2 or palette.shape[1] != 3:
        raise SequenceError(f"{path.name}: palette is {palette.shape}, expected (colours, 3).")
    fills = [_painting(path.name, arrays, index, len(palette)) for index in range(count)]
    return Sequence(path.stem, frames, path, fills, palette.astype(np.uint8))


def _painting(file: str, arrays: dict[str, NDArray], index: int, colours: int) -> Painting:
    outlines, of = _parts(file, arrays, index, "q", "m"), arrays.get(f"c{index}")
    if of is None or of.shape != (len(outlines),) or not np.issubdtype(of.dtype, np.integer):
        raise SequenceError(f"{file}: c{index} must be one whole number for each of the {len(outlines)} fills.")
    if ((of < 0) | (of >= colours)).any():
        raise SequenceError(f"{file}: c{index} names colours that the palette of {colours} does not have.")
    return [Fill(int(colour), outline) for colour, outline in zip(of, outlines, strict=True)]


def _parts(file: str, arrays: dict[str, NDArray], index: int, places: str, numbers: str) -> list[Stroke]:
    """The lines or the outlines of a frame, (n, 2) each."""
    points, counts = arrays.get(f"{places}{index}"), arrays.get(f"{numbers}{index}")
    if points is None or counts is None:
        missing = places if points is None else numbers
        raise SequenceError(f"{file}: frame {index} has no array {missing}{index}; frames count from 0 without holes.")
    if points.ndim != 2 or points.shape[1] != 2:
        raise SequenceError(f"{file}: {places}{index} is {points.shape}, expected (points, 2).")
    if counts.ndim != 1 or not np.issubdtype(counts.dtype, np.integer) or (counts < 0).any():
        raise SequenceError(f"{file}: {numbers}{index} must be one whole number of points per stroke.")
    if counts.sum() != len(points):
        told = f"{numbers}{index} counts {counts.sum()} points, {places}{index} has {len(points)}"
        raise SequenceError(f"{file}: {told}.")
    if not np.isfinite(points).all():
        raise SequenceError(f"{file}: {places}{index} has coordinates that are not finite numbers.")
    return np.split(points.astype(np.float64), np.cumsum(counts)[:-1]) if len(counts) else []
