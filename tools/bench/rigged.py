"""The armature that a sequence comes with, as the camera saw it: for tweening with a guide.

Arrays of the file, B bones, T frames: `bones` (B,) names, `parents` (B,), `rest` (B, 4, 4) and `pose` (T, B, 4, 4) in
camera space (x right, y up, z towards the viewer), `px_per_unit`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.guidance.guide import Guide
from inkbetween.tools.space import PIXELS_PER_UNIT

from .sequences import SequenceError

SHIFTED, SCALED, LATE = 0.05, 1.15, 2.0
"""A guide that is off: by this share of its height to either side, so much larger, so many frames late."""


def load_guide(path: Path) -> Guide:
    """The guide of a sequence in the plane that drawings live in; raises `SequenceError` where the file has none."""
    names = ("bones", "parents", "rest", "pose", "px_per_unit")
    with np.load(path, allow_pickle=False) as archive:
        missing = [name for name in names if name not in archive.files]
        if missing:
            raise SequenceError(f"{path.name}: has no armature to guide by; array {missing[0]} is missing.")
        bones, parents, rest, pose, scale = (archive[name] for name in names)
    scale = float(scale) / PIXELS_PER_UNIT
    head = pose[:, :, :3, 3].astype(float) * scale
    tail = _tails(parents, rest.astype(float), pose.astype(float), scale, head)
    head[..., 2] -= (middle := float(np.median(head[..., 2])))
    tail[..., 2] -= middle
    frames = np.arange(len(pose), dtype=float)
    ends = head[..., :2], tail[..., :2], head[..., 2], tail[..., 2]
    return Guide(tuple(map(str, bones)), parents.astype(np.int64), frames, *ends)


def displaced(guide: Guide) -> Guide:
    """The guide as it stands when it was not made for the drawings."""
    both = np.concatenate([guide.head, guide.tail], axis=1)
    height = float(np.ptp(both[0, :, 1]))
    moved = guide.placed(SCALED, both.reshape(-1, 2).mean(0), np.array([SHIFTED * height, 0.0]))
    return replace(moved, frames=moved.frames + LATE)


def _tails(parents: NDArray, rest: NDArray, pose: NDArray, scale: float, head: NDArray) -> NDArray[np.float64]:
    """(T, B, 3) tails at the next joint, that of the largest branch, as importers of motion capture have them."""
    count = len(parents)
    kin = np.eye(count, dtype=int)
    for bone in range(count - 1, -1, -1):
        ancestor = parents[bone]
        while ancestor >= 0:
            kin[ancestor, bone] = 1
            ancestor = parents[ancestor]
    branch = kin.sum(1)
    place = rest[:, :3, 3]
    tail = head.copy()
    for bone in range(count):
        children = [c for c in np.flatnonzero(parents == bone) if np.linalg.norm(place[c] - place[bone]) > 1e-3]
        if children:
            tail[:, bone] = head[:, max(children, key=lambda c: int(branch[c]))]
        elif parents[bone] >= 0:
            way = 0.5 * scale * (place[bone] - place[parents[bone]])
            turn = _rotation(pose[:, bone]) @ _rotation(rest[bone]).T
            tail[:, bone] = head[:, bone] + turn @ way
    return tail


def _rotation(matrix: NDArray) -> NDArray[np.float64]:
    """(..., 3, 3) without its scale."""
    turn = matrix[..., :3, :3]
    return np.asarray(turn / np.maximum(np.linalg.norm(turn, axis=-2, keepdims=True), 1e-12))
