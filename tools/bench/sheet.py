"""The contact sheet: key, truth, ours, Blender's, key, in rows one can look at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inkbetween.tools.picture import rasterise
from inkbetween.tools.space import HEIGHT, WIDTH

from .paint.fills import Painting
from .sequences import Frame, Sequence
from .tweened import Tweened

_CELL = 300
_INK = 30
_FAINT = 200
_MARGIN = 8
_FAR = 4000.0
# OpenCV takes integer coordinates with a fixed number of fractional bits.
_SHIFT = 4
# With more rows than these the sheet is two columns wide.
_ONE_COLUMN = 8


@dataclass(frozen=True)
class Row:
    """One moment of one sequence: (title, lines, fills) cells from left to right; all are framed alike.

    The `palette` (C, 3) is that of the fills, RGB.
    """

    label: str
    cells: list[tuple[str, Frame, Painting]]
    palette: NDArray[np.uint8] | None = None


def rows_of(sequence: Sequence, gap: int, drawn: dict[str, Tweened], every: bool = False) -> list[Row]:
    """The middle in-between of the middle gap, or `every` in-between of the sequence."""

    def own(number: int) -> tuple[Frame, Painting]:
        return sequence.frames[number], sequence.fills[number] if sequence.fills else []

    gaps = sequence.gaps(gap)
    first, last = gaps[len(gaps) // 2]
    moments = [(first, last, (first + last) // 2)]
    if every:
        moments = [(a, b, number) for a, b in gaps for number in range(a + 1, b)]
    rows = []
    for a, b, number in moments:
        cells = [(f"key {a}", *own(a)), (f"truth {number}", *own(number))]
        cells += [(name, tweened.frames[number], tweened.fills.get(number, [])) for name, tweened in drawn.items()]
        cells.append((f"key {b}", *own(b)))
        rows.append(Row(f"{sequence.name}, gap {gap}", cells, sequence.palette))
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
    white = (255, 255, 255)
    return np.asarray(cv2.copyMakeBorder(strip, 0, _MARGIN, 0, right, cv2.BORDER_CONSTANT, value=white), np.uint8)


def _strip(row: Row) -> NDArray[np.uint8]:
    strokes = [stroke for _, frame, _ in (row.cells[0], row.cells[-1]) for stroke in frame]
    window = _window(strokes)
    cells = []
    for title, frame, fills in row.cells:
        cell = _cell(frame, fills, row.palette, window)
        cv2.putText(cell, title, (6, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (90, 90, 90), 1, cv2.LINE_AA)
        cell[:, -1] = _FAINT
        cells.append(cell)
    cv2.putText(cells[0], row.label, (6, _CELL - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.33, (120, 120, 120), 1, cv2.LINE_AA)
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


def _cell(
    frame: Frame, fills: Painting, palette: NDArray[np.uint8] | None, window: tuple[float, float, float]
) -> NDArray[np.uint8]:
    """Lines over paint, twice as large and scaled down: smooth lines without hiding gaps."""
    left, top, side = window
    scale = 2 * _CELL / side
    ink = rasterise([(stroke - (left, top)) * scale for stroke in frame], (2 * _CELL, 2 * _CELL), 3)
    image = np.full((2 * _CELL, 2 * _CELL, 3), 255, np.uint8)
    for fill in fills:
        if len(fill.outline) > 2 and palette is not None:
            points = np.clip((fill.outline - (left, top)) * scale, -_FAR, _FAR)
            colour = [int(value) for value in palette[fill.colour][::-1]]
            cv2.fillPoly(image, [np.round(points * 2**_SHIFT).astype(np.int32)], colour, cv2.LINE_AA, _SHIFT)
    image[ink] = _INK
    return np.asarray(cv2.resize(image, (_CELL, _CELL), interpolation=cv2.INTER_AREA), np.uint8)
