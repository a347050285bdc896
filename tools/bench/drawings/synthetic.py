"""Drawings with as many strokes as wanted, made by the project: a crowd of small figures, each key drawn anew.

A figure is ten curves of 30 to 90 px. In a "dense" drawing all figures share one picture of 1280 x 720, down to
hatching: strokes keep their length, so work grows with them. In a "crowd" the sheet grows with the figures instead and
a stroke's neighbourhood stays what it is.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from inkbetween.tools.space import HEIGHT, WIDTH

from .sequences import Frame

Layout = Literal["dense", "crowd"]

_FIGURE = 120.0


def pair(strokes: int, layout: Layout = "dense", seed: int = 0) -> tuple[Frame, Frame]:
    """Two keys of `strokes` strokes each, px: every figure turned and moved, strokes reordered, some reversed."""
    random = np.random.default_rng(seed)
    per_figure = 10
    figures = int(np.ceil(strokes / per_figure))
    columns = int(np.ceil(np.sqrt(figures)))
    key_a: Frame = []
    key_b: Frame = []
    for index in range(figures):
        place = np.array([index % columns, index // columns]) * _FIGURE
        if layout == "dense":
            place = random.uniform(_FIGURE, (WIDTH - _FIGURE, HEIGHT - _FIGURE))
        figure = _figure(random, min(per_figure, strokes - len(key_a)))
        turn, shift = random.uniform(-0.5, 0.5), random.uniform(-0.25, 0.25, 2) * _FIGURE
        key_a += [_redraw(stroke, random) + place for stroke in figure]
        key_b += [_redraw(_turned(stroke, turn), random) + place + shift for stroke in figure]
    order = random.permutation(len(key_b))
    return key_a, [key_b[i][::-1] if random.random() < 0.3 else key_b[i] for i in order]


def _figure(random: np.random.Generator, count: int) -> Frame:
    """Curves of 30 to 90 px around the origin: arcs of different bend, place and direction."""
    strokes = []
    for _ in range(count):
        length, bend = random.uniform(30, 90), random.uniform(-2.5, 2.5)
        heading = random.uniform(0, 2 * np.pi) + bend * np.linspace(-0.5, 0.5, 24)
        steps = np.stack([np.cos(heading), np.sin(heading)], axis=1) * length / 24
        strokes.append(np.cumsum(steps, axis=0) - steps.sum(0) / 2 + random.uniform(-0.35, 0.35, 2) * _FIGURE)
    return strokes


def _turned(stroke: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(stroke @ turn.T, float)


def _redraw(stroke: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    """The same line by an unsteady hand: other point density, a slow wobble of about a pixel."""
    count = int(random.integers(16, 32))
    at = np.linspace(0, len(stroke) - 1, count)
    points = np.stack([np.interp(at, np.arange(len(stroke)), stroke[:, axis]) for axis in (0, 1)], axis=1)
    phase = random.uniform(0, 2 * np.pi, 2)
    return points + 0.8 * np.sin(np.linspace(0, 4, count)[:, None] + phase)
