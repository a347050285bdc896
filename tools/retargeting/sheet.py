"""Contact sheets: the drawing with its joints, then the performance in even steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.geometry.points import Array
from inkbetween.inference.retargeting.plan import Retarget
from inkbetween.tools.paint import Stroke, paint

from .subjects import Subject

_CELL = 230
_COLOURS = ((40, 40, 40), (214, 60, 40), (40, 120, 220), (30, 150, 70), (200, 120, 0), (150, 60, 190), (0, 150, 160))


@dataclass(frozen=True)
class Row:
    label: str
    cells: list[NDArray[np.uint8]]


def row_of(label: str, subject: Subject, plan: Retarget, count: int) -> Row:
    """The drawing, coloured by the part each stroke belongs to, with the fitted bones and true joints (rings); then
    `count` moments."""
    side = 1.15 * float(np.ptp(subject.drawing.xy, axis=0).max())
    first = _cell(subject.drawing, side, plan)
    _skeleton(first, subject, plan, side)
    frames = plan.frames[np.linspace(0, len(plan.frames) - 1, count).astype(int)]
    return Row(label, [first, *(_cell(plan.at(frame), side, plan, frame) for frame in frames)])


def write(path: Path, rows: Sequence[Row]) -> None:
    """Raises OSError where the file cannot be written."""
    strips = []
    for row in rows:
        strip = np.hstack(row.cells)
        cv2.putText(strip, row.label, (6, _CELL - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (90, 90, 90), 1, cv2.LINE_AA)
        strips.append(strip)
    width = max(strip.shape[1] for strip in strips)
    strips = [np.pad(s, ((0, 4), (0, width - s.shape[1]), (0, 0)), constant_values=255) for s in strips]
    path.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(path), np.vstack(strips)[..., ::-1]):
        raise OSError(f"{path}: the contact sheet could not be written.")


def _framed(xy: Array, side: float, middle: Array) -> Array:
    return np.asarray((xy - middle) * (1, -1) * (_CELL / side) + _CELL / 2)


def _middle(xy: Array) -> Array:
    return np.asarray((xy.min(0) + xy.max(0)) / 2)


def _cell(drawing: Drawing, side: float, plan: Retarget, frame: float | None = None) -> NDArray[np.uint8]:
    order = np.arange(drawing.stroke_count) if frame is None else plan.order(plan.moment(frame))
    middle = _middle(drawing.xy)
    strokes = []
    for number in range(drawing.stroke_count):
        path = drawing.stroke(number)
        colour = _COLOURS[int(plan.part[order[number]]) % len(_COLOURS)]
        width = np.full(len(path), 1.3)
        strokes.append(Stroke(_framed(path, side, middle), width, colour, None, bool(drawing.cyclic[number])))
    image = paint(strokes, (_CELL, _CELL)).copy()
    if frame is not None:
        text = f"{frame:g}"
        cv2.putText(image, text, (6, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (90, 90, 90), 1, cv2.LINE_AA)
    return image


def _skeleton(image: NDArray[np.uint8], subject: Subject, plan: Retarget, side: float) -> None:
    figure, middle = plan.figure, _middle(subject.drawing.xy)
    at = np.round(_framed(plan.joints.xy, side, middle)).astype(int)
    for bone in figure.bones:
        colour = _COLOURS[int(figure.part[bone]) % len(_COLOURS)]
        ends = [tuple(map(int, at[n])) for n in (figure.parents[bone], bone)]
        cv2.line(image, ends[0], ends[1], colour, 2, cv2.LINE_AA)
        cv2.circle(image, ends[1], 3, colour, -1, cv2.LINE_AA)
    for place in subject.joints.values():
        x, y = np.round(_framed(place, side, middle)).astype(int)
        cv2.circle(image, (int(x), int(y)), 4, (255, 0, 200), 1, cv2.LINE_AA)
