"""Frames to look at: a GIF that moves, and a contact sheet of every frame with its keys marked."""

from __future__ import annotations

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
# GIFs count in hundredths of a second; 4 is as near to 24 frames a second as they get.
_MILLISECONDS = 40


def gif(path: Path, images: dict[int, Image], sample: Sample) -> None:
    """A loop: a cycle closes by itself, anything else waits and goes back."""
    first, last = min(images), max(images)
    order = list(range(first, last))
    if not sample.cycle:
        order = [first] * 8 + order + [last] * 10 + order[::-1]
    height = round(_GIF_WIDTH * sample.size[1] / sample.size[0])
    small = [Picture.fromarray(images[n]).resize((_GIF_WIDTH, height), Picture.Resampling.LANCZOS) for n in order]
    # One palette for all frames, or flat colours flicker.
    palette = small[0].quantize(96)
    flat = [frame.quantize(palette=palette, dither=Picture.Dither.NONE) for frame in small]
    flat[0].save(path, save_all=True, append_images=flat[1:], duration=_MILLISECONDS, loop=0, optimize=True)


def contact_sheet(path: Path, images: dict[int, Image], sample: Sample) -> None:
    """Every frame cropped to what moves, in reading order; keys have a red frame. Raises OSError if not written."""
    keys = {key.frame for key in sample.keys}
    left, right = _extent(images, sample)
    cells = []
    for number, image in sorted(images.items()):
        crop = image[:, left:right]
        scale = _CELL_WIDTH / crop.shape[1]
        cell = cv2.resize(crop, (_CELL_WIDTH, round(crop.shape[0] * scale)), interpolation=cv2.INTER_AREA)
        colour, label = (_KEY, f"{number} key") if number in keys else (_BETWEEN, f"{number}")
        cv2.rectangle(cell, (1, 1), (cell.shape[1] - 2, cell.shape[0] - 2), colour, 5 if number in keys else 1)
        cv2.putText(cell, label, (14, 28), cv2.FONT_HERSHEY_SIMPLEX, 0.6, colour, 2, cv2.LINE_AA)
        cells.append(cell)
    blank = np.full_like(cells[0], 255)
    cells += [blank] * (-len(cells) % _COLUMNS)
    rows = [np.hstack(cells[i : i + _COLUMNS]) for i in range(0, len(cells), _COLUMNS)]
    if not cv2.imwrite(str(path), np.vstack(rows)[..., ::-1]):
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
