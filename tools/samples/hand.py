"""The hand that draws a key: unsteady, with its own pressure, seams, directions and order, and the same every time.

Parts are drawn back to front. Whatever a later part covers is left out of the lines of earlier ones, as a draughtsman
leaves out what cannot be seen; the flat colours beneath stay whole, because a painter paints through.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .splines import Path, corners, curve, evenly, lengths, limb, points, visible

Press = Literal["both", "in", "out", "even"]

_TURNED: dict[Press, Press] = {"both": "both", "in": "out", "out": "in", "even": "even"}
_WOBBLE = 0.7
_WAVE = 70.0
_LONG = 110.0
_TAPER = 45.0


@dataclass(frozen=True)
class Mark:
    """One stroke as drawn: `path` (n, 2) px, `width` (n,) px; a fill is closed and has no line of its own."""

    path: Path
    width: NDArray[np.float64]
    colour: str
    fill: bool = False


@dataclass(frozen=True)
class _Line:
    """A line before it is drawn; shapes from number `level` on lie in front of it."""

    path: Path
    width: float
    press: Press
    level: int
    whole: bool


class Hand:
    """Draws one key. Two hands of different names differ in everything but what they were asked to draw."""

    def __init__(self, name: str, reverses: float = 0.35, splits: float = 0.3) -> None:
        self._random = np.random.default_rng(crc32(name.encode()))
        self._reverses, self._splits = reverses, splits
        self._shapes: list[Path] = []
        self._fills: list[Mark] = []
        self._lines: list[_Line] = []
        self._spots: list[Mark] = []
        self._turn, self._origin = np.eye(2), np.zeros(2)

    def place(self, x: float = 0.0, y: float = 0.0, degrees: float = 0.0) -> None:
        """Draw what follows around (x, y) and turned clockwise, as one turns the sheet; without values, as it lies."""
        angle = np.radians(degrees)
        self._turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        self._origin = np.array([x, y])

    def part(self, outline: str, colour: str, width: float = 5.0, lines: bool = True) -> None:
        """A closed shape that covers what is behind it: its flat colour and, unless told otherwise, its outline.

        A control point given twice is a corner, where the hand is put down anew.
        """
        controls = self._placed(points(outline))
        self._cover(curve(controls, closed=True), colour)
        if not lines:
            return
        pieces = corners(controls)
        if pieces:
            for piece in pieces:
                self._add(curve(piece), width)
        else:
            ring = np.roll(curve(controls, closed=True), int(self._random.integers(99)), axis=0)
            self._add(np.concatenate([ring, ring[:2]]), width)

    def limb(self, joints: str, widths: list[float], colour: str, width: float = 5.0, cuff: bool = False) -> None:
        """A tube along its joints, flat at its ends: the colour, two sides, and the end of a cuff."""
        left, right, outline = limb(self._placed(points(joints)), widths)
        self._cover(outline, colour)
        self._add(left, width)
        self._add(right, width)
        if cuff:
            self._add(evenly(np.stack([left[-1], right[-1]])), width)

    def line(self, path: str, width: float = 5.0, press: Press = "both", whole: bool = False) -> None:
        """Draw through control points ("x,y x,y …"), in front of all parts so far.

        Long lines may be drawn in two goes; `whole` ones never are, because a face's features are single gestures.
        """
        self._add(curve(self._placed(points(path))), width, press, whole)

    def spot(self, x: float, y: float, width: float, height: float, colour: str = "Ink") -> None:
        """A filled oval, such as a pupil, on top of the lines."""
        self._spots.append(self._oval(x, y, width, height, colour))

    def patch(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A flat oval among the colours, such as a blush, that covers no lines."""
        self._fills.append(self._oval(x, y, width, height, colour))

    def fills(self) -> list[Mark]:
        """Flat colours back to front, as parts were drawn: order is what is in front."""
        return list(self._fills)

    def lines(self) -> list[Mark]:
        """What can be seen of all lines, in this hand's own order; spots last, on top."""
        marks = []
        for line in self._lines:
            for part in visible(evenly(line.path), self._shapes[line.level :]):
                for piece in [part] if line.whole else self._in_goes(part):
                    marks.append(self._draw(piece, line))
        order = self._random.permutation(len(marks))
        return [marks[i] for i in order] + self._spots

    def _placed(self, controls: Path) -> Path:
        return np.asarray(controls @ self._turn + self._origin, float)

    def _add(self, path: Path, width: float, press: Press = "both", whole: bool = False) -> None:
        self._lines.append(_Line(path, width, press, len(self._shapes), whole))

    def _oval(self, x: float, y: float, width: float, height: float, colour: str) -> Mark:
        count = int(self._random.integers(12, 18))
        turn = np.linspace(0, 2 * np.pi, count, endpoint=False) + self._random.uniform(0, 6)
        oval = np.array([x, y]) + np.stack([np.cos(turn) * width / 2, np.sin(turn) * height / 2], axis=1)
        return Mark(self._placed(oval), np.full(count, 1.0), colour, fill=True)

    def _cover(self, shape: Path, colour: str) -> None:
        self._shapes.append(shape)
        seam = int(self._random.integers(len(shape)))
        outline = np.roll(shape, seam, axis=0)
        if self._random.random() < self._reverses:
            outline = outline[::-1]
        outline = self._wobble(evenly(np.concatenate([outline, outline[:1]]), 7.0)[:-1], 0.4)
        self._fills.append(Mark(outline, np.full(len(outline), 1.0), colour, fill=True))

    def _in_goes(self, path: Path) -> list[Path]:
        """One stroke, or two that overlap a little or leave a small gap where the hand was put down again."""
        along = lengths(path)
        if along[-1] < _LONG or self._random.random() > self._splits:
            return [path]
        cut = self._random.uniform(0.3, 0.7) * along[-1]
        overlap = self._random.uniform(-2.0, 8.0)
        goes = (path[along <= cut + overlap / 2], path[along >= cut - overlap / 2])
        return [go for go in goes if len(go) > 2]

    def _draw(self, path: Path, line: _Line) -> Mark:
        path, press = self._wobble(self._overshoot(path), _WOBBLE), line.press
        if self._random.random() < self._reverses:
            path, press = path[::-1], _TURNED[press]
        along = lengths(path)
        taper = min(0.5 * along[-1], _TAPER) + 1e-9
        rise = np.clip(along / taper, 0, 1) if press in ("both", "in") else np.ones_like(along)
        fall = np.clip((along[-1] - along) / taper, 0, 1) if press in ("both", "out") else np.ones_like(along)
        swell = 1 + 0.12 * np.sin(along / 60 + self._random.uniform(0, 6))
        return Mark(path, line.width * swell * (0.35 + 0.65 * np.minimum(rise, fall) ** 0.7), "Ink")

    def _overshoot(self, path: Path) -> Path:
        """Ends a pixel or two too far or not far enough."""
        reach = self._random.uniform(-1.5, 2.0, 2)
        ends = []
        for end, inner, by in ((path[0], path[1], reach[0]), (path[-1], path[-2], reach[1])):
            ends.append(end + by * (end - inner) / max(float(np.linalg.norm(end - inner)), 1e-9))
        return np.concatenate([ends[:1], path[1:-1], ends[1:]])

    def _wobble(self, path: Path, size: float) -> Path:
        along = lengths(path)[:, None]
        phase = self._random.uniform(0, 2 * np.pi, (2, 2))
        wave = _WAVE * self._random.uniform(0.8, 1.5)
        drift = np.sin(along * 2 * np.pi / wave + phase[0]) + 0.6 * np.sin(along * 2 * np.pi / (2.7 * wave) + phase[1])
        return np.asarray(path + size * drift, float)
