"""From a few control points to a drawn curve, and what a draughtsman does with curves: offset, cut, hide."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.geometry.points import arc_length

Path = NDArray[np.float64]

_STEP = 5.0


def points(text: str) -> Path:
    """(n, 2) from "x,y x,y …", pixels, y down."""
    return np.array([[float(number) for number in pair.split(",")] for pair in text.split()])


def corners(controls: Path) -> list[Path]:
    """The open pieces of a closed outline between its corners, points given twice; none where it is all smooth."""
    same = np.flatnonzero(np.linalg.norm(controls - np.roll(controls, -1, axis=0), axis=1) < 1e-6)
    if not len(same):
        return []
    turned = np.roll(controls, -(same[0] + 1), axis=0)
    ring = np.concatenate([turned, turned[:1]])
    cuts = np.flatnonzero(np.linalg.norm(np.diff(ring, axis=0), axis=1) < 1e-6) + 1
    return [piece for piece in np.split(ring, cuts) if len(piece) > 1]


def curve(controls: Path, closed: bool = False, step: float = _STEP) -> Path:
    """A smooth curve through the control points, sampled every `step` px; a point given twice is a corner.

    Centripetal Catmull-Rom: no loops or cusps where controls lie unevenly. A closed curve does not repeat its start.
    """
    if closed:
        pieces = [curve(piece, step=step)[:-1] for piece in corners(controls)]
        if pieces:
            return np.concatenate(pieces)
        ring = np.concatenate([controls[-1:], controls, controls[:2]])
        return evenly(_catmull_rom(ring), step)[:-1]
    cuts = np.flatnonzero(np.linalg.norm(np.diff(controls, axis=0), axis=1) < 1e-6) + 1
    parts = []
    for piece in np.split(controls, cuts):
        if len(piece) > 1:
            ends = np.stack([2 * piece[0] - piece[1], 2 * piece[-1] - piece[-2]])
            parts.append(evenly(_catmull_rom(np.concatenate([ends[:1], piece, ends[1:]])), step))
    return np.concatenate([parts[0]] + [part[1:] for part in parts[1:]])


def _catmull_rom(controls: Path, samples: int = 24) -> Path:
    """Through all but the first and last control."""
    knots = np.concatenate([[0.0], np.cumsum(np.sqrt(np.linalg.norm(np.diff(controls, axis=0), axis=1)) + 1e-9)])
    parts = []
    for i in range(1, len(controls) - 2):
        p0, p1, p2, p3 = controls[i - 1 : i + 3]
        t0, t1, t2, t3 = knots[i - 1 : i + 3]
        t = np.linspace(t1, t2, samples, endpoint=False)[:, None]
        a1 = (t1 - t) / (t1 - t0) * p0 + (t - t0) / (t1 - t0) * p1
        a2 = (t2 - t) / (t2 - t1) * p1 + (t - t1) / (t2 - t1) * p2
        a3 = (t3 - t) / (t3 - t2) * p2 + (t - t2) / (t3 - t2) * p3
        b1 = (t2 - t) / (t2 - t0) * a1 + (t - t0) / (t2 - t0) * a2
        b2 = (t3 - t) / (t3 - t1) * a2 + (t - t1) / (t3 - t1) * a3
        parts.append((t2 - t) / (t2 - t1) * b1 + (t - t1) / (t2 - t1) * b2)
    return np.concatenate([*parts, controls[-2:-1]])


def lengths(path: Path) -> NDArray[np.float64]:
    """(n,) how far along each point lies, px."""
    return arc_length(path)


def evenly(path: Path, step: float = _STEP) -> Path:
    """The same path, its points about `step` px apart, ends kept."""
    along = lengths(path)
    at = np.linspace(0, along[-1], max(round(along[-1] / step) + 1, 2))
    return np.stack([np.interp(at, along, path[:, 0]), np.interp(at, along, path[:, 1])], axis=1)


def limb(joints: Path, widths: list[float]) -> tuple[Path, Path, Path]:
    """A tube around a bent axis: (one side, other side, outline); `widths` are full widths at the joints, px."""
    axis = curve(joints, step=4.0)
    at = lengths(axis)
    nearest = [float(at[np.argmin(np.linalg.norm(axis - joint, axis=1))]) for joint in joints]
    half = np.interp(at, nearest, np.array(widths) / 2)
    tangent = np.gradient(axis, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    normal = np.stack([tangent[:, 1], -tangent[:, 0]], axis=1)
    one, other = axis + normal * half[:, None], axis - normal * half[:, None]
    return one, other, np.concatenate([one, other[::-1]])


def hidden(path: Path, shapes: list[Path]) -> NDArray[np.bool_]:
    """(n,) which points lie inside any of the closed shapes: those from which a ray crosses the outline oddly often."""
    covered = np.zeros(len(path), bool)
    x, y = path[:, :1], path[:, 1:]
    for shape in shapes:
        x0, y0 = shape.T
        x1, y1 = np.roll(shape, -1, axis=0).T
        spans = (y0 <= y) != (y1 <= y)
        rise = np.where(y1 == y0, 1.0, y1 - y0)
        crossed = spans & (x < x0 + (y - y0) * (x1 - x0) / rise)
        covered |= crossed.sum(axis=1) % 2 == 1
    return covered


def visible(path: Path, shapes: list[Path], shortest: float = 8.0) -> list[Path]:
    """The parts of a path that no shape hides, those of at least `shortest` px; cuts are exact to a pixel."""
    if not shapes:
        return [path]
    fine = evenly(path, 1.0)
    shown = ~hidden(fine, shapes)
    edges = np.flatnonzero(np.diff(shown.astype(int))) + 1
    bounds = [0, *edges.tolist(), len(fine)]
    parts = [fine[a:b] for a, b in pairwise(bounds) if shown[a] and b - a > shortest]
    return [evenly(part) for part in parts]
