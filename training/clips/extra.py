"""Strokes that one key alone has: doubled sketch lines, accents, hatching."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.geometry.ragged import Ragged

from .clean_line import CleanLine, Floats
from .sampling import Samples
from .style import Style

STEP = 4.0
ATTEMPTS = 40
LEAST = 12.0
"""What is left of the ink, px, when nothing more is tried."""
Beside = tuple[Floats, Floats]
"""Coordinates (n,) along the clean line, and shifts (n, 2) px from there."""


def extra_strokes(line: CleanLine, style: Style, rng: np.random.Generator) -> Samples:
    """Strokes beside lines, their ink together the share that the style has at the most; numbered from 0."""
    budget = float(rng.uniform(0.0, style.extra)) * line.ink
    found: list[Beside] = []
    for _ in range(ATTEMPTS):
        at = float(line.anywhere(1, rng)[0])
        strokes = _KINDS[int(rng.choice(len(_KINDS), p=(0.5, 0.2, 0.3)))](line, at, rng)
        ink = sum(STEP * (len(along) - 1) for along, _ in strokes)
        if ink <= budget:
            found += strokes
            budget -= ink
        if budget < LEAST:
            break
    rows = Ragged.of([len(along) for along, _ in found])
    return Samples(
        np.concatenate([np.zeros(0), *(along for along, _ in found)]),
        np.concatenate([np.zeros((0, 2)), *(shift for _, shift in found)]),
        rows.owner,
        np.ones(rows.total, bool),
    )


def _double(line: CleanLine, at: float, rng: np.random.Generator) -> list[Beside]:
    """The line once more, a little beside and not quite parallel."""
    stroke = line.stroke(np.array([at]))[0]
    start, stop = line.along[line.first[stroke]], line.along[line.last[stroke]]
    half = rng.uniform(12.0, 70.0)
    start, stop = max(float(start), at - half), min(float(stop), at + half)
    along = np.linspace(start, stop, int((stop - start) / STEP) + 2)
    side = float(rng.choice([-1.0, 1.0]))
    off = np.linspace(rng.uniform(1.5, 5.0), rng.uniform(1.5, 5.0), len(along)) * side
    return [(along, _across(line.direction(along)) * off[:, None])]


def _accent(line: CleanLine, at: float, rng: np.random.Generator) -> list[Beside]:
    """A short curved stroke that starts near the line and goes anywhere."""
    angle = rng.uniform(0.0, 2 * np.pi) + np.linspace(
        0.0, rng.uniform(-1.0, 1.0), int(rng.uniform(10.0, 30.0) / STEP) + 2
    )
    way = np.cumsum(np.stack([np.cos(angle), np.sin(angle)], axis=1) * STEP, axis=0)
    return [(np.full(len(way), at), way + rng.normal(0.0, 3.0, 2))]


def _hatch(line: CleanLine, at: float, rng: np.random.Generator) -> list[Beside]:
    """Parallel strokes side by side that begin on the line, as shading does."""
    stroke = line.stroke(np.array([at]))[0]
    anchors = at + rng.uniform(4.0, 8.0) * np.arange(int(rng.integers(3, 8)))
    anchors = anchors[anchors <= line.along[line.last[stroke]]]
    along = line.direction(anchors[:1])
    lean, side = rng.uniform(-1.0, 1.0), rng.choice([-1.0, 1.0])
    way = np.cos(lean) * side * _across(along) + np.sin(lean) * along
    strokes: list[Beside] = []
    for anchor in anchors.tolist():
        far = rng.uniform(1.0, 4.0) + np.arange(0.0, rng.uniform(8.0, 30.0), STEP)[:, None]
        strokes.append((np.full(len(far), anchor), way * far + rng.normal(0.0, 0.5, 2)))
    return strokes


def _across(way: Floats) -> NDArray[np.float64]:
    return np.stack([-way[:, 1], way[:, 0]], axis=1)


_KINDS = (_double, _accent, _hatch)
