"""One frame as a picture to look at: lines over paint, smooth-edged, with a title above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inkbetween.tools.bench.drawings.sequences import Frame, Painting, Sequence
from inkbetween.tools.bench.methods.tweened import Tweened
from inkbetween.tools.picture import rasterise
from inkbetween.tools.space import HEIGHT, WIDTH

Image = NDArray[np.uint8]
Palette = NDArray[np.uint8]

MARGIN = 8
"""Px of paper between rows."""
BAR = 20
"""Px of a line of text."""
# Where text starts, where it stands in its line, px; how large it is, as OpenCV counts.
_INDENT, _LINE = 6, 14
_TITLE, _NOTE = 0.42, 0.34
_WHITE, _DARK, _GREY, _FAINT = ((v, v, v) for v in (255, 40, 110, 205))
_INK = (30, 30, 40)
# Drawn this many times larger and scaled down; ink is so many of the larger pixels wide.
_LARGER = 3
_THICK = 4
# Of the size of what is shown, how much paper is left around it.
_ROOM = 0.06
_FAR = 8000.0
# OpenCV takes integer coordinates with a fixed number of fractional bits.
_SHIFT = 4


@dataclass(frozen=True)
class Cell:
    """A frame and what is written above it: its title, and notes in grey as far as there is room, the first first."""

    title: str
    lines: Frame
    fills: Painting = field(default_factory=list)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Window:
    """The part of the picture that is shown, px."""

    left: float
    top: float
    width: float
    height: float

    def scaled(self, points: NDArray[np.floating], scale: float) -> NDArray[np.float64]:
        """(n, 2) where points of the picture lie in the window, `scale` px for each px."""
        return np.clip((points - np.array([self.left, self.top])) * scale, -_FAR, _FAR)


def cell_of(sequence: Sequence, number: int, title: str) -> Cell:
    """A frame of the sequence as it is."""
    return Cell(title, sequence.frames[number], sequence.fills[number] if sequence.fills else [])


def cell_drawn(tweened: Tweened, number: int, title: str, notes: tuple[str, ...] = ()) -> Cell:
    """An in-between."""
    return Cell(title, tweened.frames[number], tweened.fills.get(number, []), notes)


def window_around(cells: Iterable[Cell], flattest: float = 0.5, tallest: float = 1.0) -> Window:
    """What shows all cells' lines and fills; its height is from `flattest` to `tallest` of its width."""
    points = [p for cell in cells for p in (*cell.lines, *(fill.outline for fill in cell.fills)) if len(p)]
    if not points:
        return Window(0.0, 0.0, float(WIDTH), float(HEIGHT))
    each = np.concatenate(points)
    low, high = each.min(0), each.max(0)
    width, height = (1.0 + 2.0 * _ROOM) * (high - low) + 1.0
    width = max(width, height / tallest)
    height = max(height, flattest * width)
    left, top = (low + high) / 2 - (width / 2, height / 2)
    return Window(float(left), float(top), float(width), float(height))


def cell_image(cell: Cell, palette: Palette | None, window: Window, width: int) -> Image:
    """(height, width, 3) BGR: the frame below its title."""
    scale = _LARGER * width / window.width
    size = _LARGER * width, _LARGER * round(window.height * width / window.width)
    image = np.full((size[1], size[0], 3), _WHITE, np.uint8)
    for fill in cell.fills:
        if len(fill.outline) > 2 and palette is not None:
            points = np.round(window.scaled(fill.outline, scale) * 2**_SHIFT).astype(np.int32)
            cv2.fillPoly(image, [points], [int(v) for v in palette[fill.colour][::-1]], cv2.LINE_8, _SHIFT)
    image[rasterise([window.scaled(line, scale) for line in cell.lines], size, _THICK)] = _INK
    shown = cv2.resize(image, (width, size[1] // _LARGER), interpolation=cv2.INTER_AREA)
    shown[:, -1] = _FAINT
    return np.vstack([_heading(cell, width), shown])


def _heading(cell: Cell, width: int) -> Image:
    """The title, and as much of the notes as there is room for."""
    image = bar(width, cell.title)
    at = 2 * _INDENT + _long(cell.title, _TITLE)
    for note in cell.notes:
        end = at + _long(note, _NOTE)
        if end > width:
            break
        cv2.putText(image, note, (at, _LINE), cv2.FONT_HERSHEY_SIMPLEX, _NOTE, _GREY, 1, cv2.LINE_AA)
        at = end + _INDENT
    return image


def _long(text: str, scale: float) -> int:
    """Px."""
    (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    return int(width)


def bar(width: int, text: str) -> Image:
    """(BAR, width, 3) a line of text on paper."""
    image = np.full((BAR, width, 3), _WHITE, np.uint8)
    cv2.putText(image, text, (_INDENT, _LINE), cv2.FONT_HERSHEY_SIMPLEX, _TITLE, _DARK, 1, cv2.LINE_AA)
    return image


def below(images: list[Image]) -> Image:
    """Images below each other from the left, with margins; narrower ones get paper on the right."""
    width = max(image.shape[1] for image in images)
    padded = [
        cv2.copyMakeBorder(image, 0, MARGIN, 0, width - image.shape[1], cv2.BORDER_CONSTANT, value=_WHITE)
        for image in images
    ]
    return np.vstack(padded)


def beside(images: list[Image]) -> Image:
    """Images beside each other from the top; lower ones get paper below."""
    height = max(image.shape[0] for image in images)
    padded = [
        cv2.copyMakeBorder(image, 0, height - image.shape[0], 0, 0, cv2.BORDER_CONSTANT, value=_WHITE)
        for image in images
    ]
    return np.hstack(padded)


def write(path: Path, image: Image) -> None:
    """Make the file and its folder; raises OSError where that cannot be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(path), image):
        raise OSError(f"{path}: the sheet could not be written.")
