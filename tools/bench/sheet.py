"""The contact sheet: key, truth, ours, Blender's, key, in rows one can look at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inkbetween.tools.picture import rasterise
from inkbetween.tools.space import HEIGHT, WIDTH

from .sequences import Frame, Sequence

_CELL = 300
_INK = 30
_FAINT = 200
_MARGIN = 8
# With more rows than these the sheet is two columns wide.
_ONE_COLUMN = 8


@dataclass(frozen=True)
class Row:
    """One moment of one sequence: (title, strokes) cells from left to right; all are framed alike."""

    label: str
    cells: list[tuple[str, Frame]]


def rows_of(sequence: Sequence, gap: int, drawn: dict[str, dict[int, Frame]], every: bool = False) -> list[Row]:
    """The middle in-between of the middle gap, or `every` in-between of the sequence."""
    gaps = sequence.gaps(gap)
    first, last = gaps[len(gaps) // 2]
    moments = [(first, last, (first + last) // 2)]
    if every:
        moments = [(a, b, number) for a, b in gaps for number in range(a + 1, b)]
    rows = []
    for a, b, number in moments:
        cells = [(f"key {a}", sequence.frames[a]), (f"truth {number}", sequence.frames[number])]
        cells += [(name, frames[number]) for name, frames in drawn.items()]
        cells.append((f"key {b}", sequence.frames[b]))
        rows.append(Row(f"{sequence.name}, gap {gap}", cells))
    return rows


def draw(path: Path, rows: list[Row]) -> None:
    """Write the sheet; raises OSError where the file cannot be written."""
    strips = [_strip(row) for row in rows]
    width = max(strip.shape[1] for strip in strips) + _MARGIN
    strips = [_bordered(strip, width) for strip in strips]
    if len(strips) > _ONE_COLUMN:
        strips += [np.full_like(strips[0], 255)] * (len(strips) % 2)
        strips = [np.hstack(strips[i : i + 2]) for i in range(0, len(strips), 2)]
    path.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(path), np.vstack(strips)):
        raise OSError(f"{path}: the contact sheet could not be written.")


def _bordered(strip: NDArray[np.uint8], width: int) -> NDArray[np.uint8]:
    right = width - strip.shape[1]
    return np.asarray(cv2.copyMakeBorder(strip, 0, _MARGIN, 0, right, cv2.BORDER_CONSTANT, value=255), np.uint8)


def _strip(row: Row) -> NDArray[np.uint8]:
    strokes = [stroke for _, frame in (row.cells[0], row.cells[-1]) for stroke in frame]
    window = _window(strokes)
    cells = []
    for title, frame in row.cells:
        cell = _cell(frame, window)
        cv2.putText(cell, title, (6, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.4, 90, 1, cv2.LINE_AA)
        cell[:, -1] = _FAINT
        cells.append(cell)
    cv2.putText(cells[0], row.label, (6, _CELL - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.33, 120, 1, cv2.LINE_AA)
    return np.hstack(cells)


def _window(strokes: Frame) -> tuple[float, float, float]:
    """(left, top, side) of a square around both keys."""
    if not strokes:
        return 0.0, (HEIGHT - WIDTH) / 2, float(WIDTH)
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    side = 1.12 * float(max(high - low)) + 1
    left, top = (low + high) / 2 - side / 2
    return float(left), float(top), side


def _cell(frame: Frame, window: tuple[float, float, float]) -> NDArray[np.uint8]:
    """Twice as large and scaled down: smooth lines without hiding gaps."""
    left, top, side = window
    scale = 2 * _CELL / side
    ink = rasterise([(stroke - (left, top)) * scale for stroke in frame], (2 * _CELL, 2 * _CELL), 3)
    image = np.where(ink, _INK, 255).astype(np.uint8)
    return np.asarray(cv2.resize(image, (_CELL, _CELL), interpolation=cv2.INTER_AREA), np.uint8)
