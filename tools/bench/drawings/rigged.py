"""The armature that a sequence comes with, as the camera saw it: for tweening with a guide.

Arrays of the file, B bones, T frames: `bones` (B,) names, `parents` (B,), `rest` (B, 4, 4) and `pose` (T, B, 4, 4) in
camera space (x right, y up, z towards the viewer), `px_per_unit`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.skeletons.guide import Guide
from inkbetween.tools.space import PIXELS_PER_UNIT

from .sequences import Sequence, SequenceError

SHIFTED, SCALED, LATE = 0.05, 1.15, 2.0
"""A guide that is off: by this share of its height to either side, so much larger, so many frames late."""

# Joints nearer to each other than this are in one place, units of the file.
_SAME = 1e-3


@dataclass(frozen=True)
class SeenRig:
    """B bones at rest and at T frames: places in units of the drawing plane, z towards the viewer, the middle of all
    at 0; turns (…, 3, 3) of bones, whose columns are their axes. Parents come before their children.

    ways  (B, 3) at rest from each bone to the next joint, that of the largest branch, as importers of motion capture
          have it; half as long as the parent where there is none; 0 for a joint without any other
    """

    names: tuple[str, ...]
    parents: NDArray[np.int64]
    rest_places: NDArray[np.float64]
    rest_turns: NDArray[np.float64]
    ways: NDArray[np.float64]
    places: NDArray[np.float64]
    turns: NDArray[np.float64]

    @property
    def turned(self) -> NDArray[np.float64]:
        """(T, B, 3, 3) from rest to pose."""
        return np.asarray(self.turns @ np.swapaxes(self.rest_turns, 1, 2))

    def guide(self) -> Guide:
        """As the drawing plane sees it."""
        tails = self.places + np.einsum("tbij,bj->tbi", self.turned, self.ways)
        frames = np.arange(len(self.places), dtype=float)
        ends = self.places[..., :2], tails[..., :2], self.places[..., 2], tails[..., 2]
        return Guide(self.names, self.parents, frames, *ends)


@dataclass(frozen=True)
class Displacement:
    """A guide that was not made for the drawings: scaled about a point (2,), shifted by (2,), late by some frames."""

    about: NDArray[np.float64]
    shift: NDArray[np.float64]
    scale: float = SCALED
    late: float = LATE


def load_rig(sequence: Sequence) -> SeenRig:
    """The armature of a sequence; raises `SequenceError` where there is none."""
    names = ("bones", "parents", "rest", "pose", "px_per_unit")
    if sequence.path is None:
        raise SequenceError(f"{sequence.name} comes from no file that could hold an armature to guide by.")
    with np.load(sequence.path, allow_pickle=False) as archive:
        missing = [name for name in names if name not in archive.files]
        if missing:
            raise SequenceError(f"{sequence.path.name}: has no armature to guide by; array {missing[0]} is missing.")
        bones, parents, rest, pose, scale = (archive[name] for name in names)
    if (parents >= np.arange(len(parents))).any():
        raise SequenceError(f"{sequence.path.name}: parents must come before their children in its array bones.")
    scale = float(scale) / PIXELS_PER_UNIT
    middle = np.array([0.0, 0.0, scale * float(np.median(pose[..., 2, 3]))])
    (rest_places, rest_turns), (places, turns) = (_parted(m.astype(float), scale, middle) for m in (rest, pose))
    ways = _ways(parents, rest_places, _SAME * scale)
    return SeenRig(tuple(map(str, bones)), parents.astype(np.int64), rest_places, rest_turns, ways, places, turns)


def displacement(guide: Guide) -> Displacement:
    """How much a guide is displaced that is off, by its height in the first frame."""
    both = np.concatenate([guide.head, guide.tail], axis=1)
    height = float(np.ptp(both[0, :, 1]))
    return Displacement(both.reshape(-1, 2).mean(0), np.array([SHIFTED * height, 0.0]))


def displaced(guide: Guide) -> Guide:
    """The guide as it stands when it was not made for the drawings."""
    by = displacement(guide)
    moved = guide.placed(by.scale, by.about, by.shift)
    return replace(moved, frames=moved.frames + by.late)


def _parted(matrices: NDArray[np.float64], scale: float, middle: NDArray) -> tuple[NDArray, NDArray]:
    """Places and turns of bones (…, 4, 4); their scale says nothing."""
    turns = matrices[..., :3, :3]
    turns = turns / np.maximum(np.linalg.norm(turns, axis=-2, keepdims=True), 1e-12)
    return matrices[..., :3, 3] * scale - middle, turns


def _ways(parents: NDArray[np.integer], places: NDArray[np.float64], same: float) -> NDArray[np.float64]:
    """(B, 3) from each bone at rest to where it ends."""
    count = len(parents)
    branch = np.ones(count, int)
    for bone in range(count - 1, 0, -1):
        if parents[bone] >= 0:
            branch[parents[bone]] += branch[bone]
    ways = np.zeros((count, 3))
    for bone, parent in enumerate(parents):
        children = [c for c in np.flatnonzero(parents == bone) if np.linalg.norm(places[c] - places[bone]) > same]
        if children:
            ways[bone] = places[max(children, key=lambda c: int(branch[c]))] - places[bone]
        elif parent >= 0:
            ways[bone] = 0.5 * (places[bone] - places[parent])
    return ways
