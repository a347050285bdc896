"""Frames to look at: a GIF that moves, and a contact sheet of every frame with its keys marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Picture

from inkbetween.tools.paint import Image
from inkbetween.tools.samples.sample import Sample

_KEY = (214, 60, 60)
_BETWEEN = (150, 150, 150)
_COLUMNS = 6
_CELL_WIDTH = 420
_GIF_WIDTH = 640
# Of a sheet that compares: the width of a picture, the height of a row's title.
_NARROW = 160
_TITLE = 30
# GIFs count in hundredths of a second; 4 is as near to 24 frames a second as they get.
_MILLISECONDS = 40


def gif(path: Path, images: dict[int, Image], sample: Sample) -> None:
    """A loop: a cycle closes by itself, anything else waits and goes back. Frames are evenly spaced."""
    order = sorted(images)
    first, last = order[0], order.pop()
    milliseconds = _MILLISECONDS * (last - first) // len(order)
    if not sample.cycle:
        order = [first] * 8 + order + [last] * 10 + order[::-1]
    height = round(_GIF_WIDTH * sample.size[1] / sample.size[0])
    small = [Picture.fromarray(images[n]).resize((_GIF_WIDTH, height), Picture.Resampling.LANCZOS) for n in order]
    # One palette for all frames, or flat colours flicker.
    palette = small[0].quantize(96)
    flat = [frame.quantize(palette=palette, dither=Picture.Dither.NONE) for frame in small]
    flat[0].save(path, save_all=True, append_images=flat[1:], duration=milliseconds, loop=0, optimize=True)


def contact_sheet(path: Path, images: dict[int, Image], sample: Sample) -> None:
    """Every frame cropped to what moves, in reading order; keys have a red frame. Raises OSError if not written."""
    keys = {key.frame for key in sample.keys}
    left, right = _extent(images, sample)
    cells = []
    for number, image in sorted(images.items()):
        crop = image[:, left:right]
        size = _CELL_WIDTH, round(_CELL_WIDTH * crop.shape[0] / crop.shape[1])
        label = f"{number} key" if number in keys else f"{number}"
        cells.append(_cell(crop, size, label, number in keys))
    blank = np.full_like(cells[0], 255)
    cells += [blank] * (-len(cells) % _COLUMNS)
    rows = [np.hstack(cells[i : i + _COLUMNS]) for i in range(0, len(cells), _COLUMNS)]
    _write(path, np.vstack(rows))


@dataclass(frozen=True)
class Cell:
    """A picture on a sheet that compares; a key is framed red."""

    image: Image
    label: str = ""
    key: bool = False


def comparison(path: Path, rows: Sequence[tuple[str, Sequence[Cell]]]) -> None:
    """Rows of cells below each other, each with its title. Raises OSError if not written."""
    first = rows[0][1][0].image
    size = _NARROW, round(_NARROW * first.shape[0] / first.shape[1])
    strips = []
    for title, cells in rows:
        strip = np.full((_TITLE, _NARROW * len(cells), 3), 255, np.uint8)
        cv2.putText(strip, title, (6, _TITLE - 9), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (60, 60, 60), 1, cv2.LINE_AA)
        strips += [strip, np.hstack([_cell(cell.image, size, cell.label, cell.key) for cell in cells])]
    _write(path, np.vstack(strips))


def around(image: Image, middle: float, width: float, sample: Sample) -> Image:
    """What is drawn around a column, as wide as asked, both in the sample's pixels; a picture goes on as its edge."""
    scale = image.shape[1] / sample.size[0]
    columns = round((middle - width / 2) * scale) + np.arange(round(width * scale))
    return image[:, np.clip(columns, 0, image.shape[1] - 1)]


def _cell(crop: Image, size: tuple[int, int], label: str, key: bool) -> Image:
    """A picture of the size asked for, framed, with its label; keys in red."""
    cell = np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), np.uint8)
    colour, small = (_KEY if key else _BETWEEN), size[0] < _CELL_WIDTH
    cv2.rectangle(cell, (1, 1), (size[0] - 2, size[1] - 2), colour, 5 if key else 1)
    where, height, weight = ((9, 21), 0.5, 1) if small else ((14, 28), 0.6, 2)
    cv2.putText(cell, label, where, cv2.FONT_HERSHEY_SIMPLEX, height, colour, weight, cv2.LINE_AA)
    return cell


def _write(path: Path, sheet: Image) -> None:
    if not cv2.imwrite(str(path), sheet[..., ::-1]):
        raise OSError(f"{path}: the contact sheet could not be written.")


def _extent(images: dict[int, Image], sample: Sample) -> tuple[int, int]:
    """(left, right) columns of the picture that are drawn on in any frame, with a margin."""
    width = next(iter(images.values())).shape[1]
    drawn = np.zeros(width, bool)
    for image in images.values():
        drawn |= (np.abs(image.astype(int) - np.array(sample.paper)).max(-1) > 12).any(0)
    columns = np.flatnonzero(drawn)
    if not len(columns):
        return 0, width
    return max(int(columns[0]) - 30, 0), min(int(columns[-1]) + 30, width)
