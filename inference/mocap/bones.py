"""A capture as bones: heads, tails and names, and the pose of each bone; z is up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array
from .capture import Bvh
from .motion import Motion, from_matrices, inverse, product, rotated, unwound

PERSON = 1.8
"""Metres."""
UNITS = {"metres": 1.0, "centimetres": 0.01, "inches": 0.0254}
PLAUSIBLE = (1.1, 2.5)
"""How high, in metres, a figure of a known unit may be; others are scaled to about a person."""
ROUND = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0)
LONGEST_NAME = 63
"""Bytes that Blender has for the name of a bone."""
_LOOKS = 200
"""Moments, about, of a motion that tell how high the figure stands."""
_UNDECIDED = 0.4
_SHORT = 0.02
_NOTHING = 1e-4


@dataclass(frozen=True)
class Fit:
    """How a capture is brought into the scene.

    It is taken times `scale`, its axis `up` ("Y" or "Z") to the scene's z. `unit` is what the file seems to be
    measured in, "" where that is not known.
    """

    scale: float
    up: str
    unit: str = ""

    def turned(self, vectors: Array) -> Array:
        """Vectors (..., 3) of the file in the scene's axes."""
        if self.up == "Z":
            return vectors
        return np.stack([vectors[..., 0], -vectors[..., 2], vectors[..., 1]], -1)

    def placed(self, vectors: Array) -> Array:
        """Places (..., 3) of the file in the scene."""
        return self.turned(vectors) * self.scale

    def motion(self, motion: Motion) -> Motion:
        """The motion in the scene's axes and unit."""
        turns = np.concatenate([motion.turns[..., :1], self.turned(motion.turns[..., 1:])], -1)
        return Motion(motion.parents, self.placed(motion.shifts), turns)


def fit_to_scene(bvh: Bvh, motion: Motion, scale: float | None = None, up: str | None = None) -> Fit:
    """How to bring a capture into the scene; what is not given is guessed.

    How the figure stands at rest and in motion tells, from the soles to the top of the head: End Sites count in
    both.
    """
    every = max(len(motion.shifts) // _LOOKS, 1)
    places = bvh.reach(Motion(motion.parents, motion.shifts[::every], motion.turns[::every]))
    rest = bvh.rest_reach()
    up = up or _up(rest, places)
    if scale is not None:
        return Fit(scale, up)
    axis = "XYZ".index(up)
    heights = np.ptp(places[..., axis], axis=1)
    height = max(float(np.ptp(rest[:, axis])), float(np.quantile(heights, 0.9)) if len(heights) else 0.0)
    for unit, size in UNITS.items():
        if PLAUSIBLE[0] <= height * size <= PLAUSIBLE[1]:
            return Fit(size, up, unit)
    return Fit(_round(PERSON / height) if height > 0 else 1.0, up)


def _up(rest: Array, places: Array) -> str:
    """ "Z" where the figure is longer along z than along y, else "Y".

    Rest and motion are taken together. "Y" is what the format has it. Where rest and motion disagree, the axis
    counts whose lowest point is nearer to 0, as on a floor.
    """
    # Rest poses alone mislead: some lay all limbs along one axis, some are turned upright by the root.
    size = np.stack([np.ptp(rest, axis=0), np.median(np.ptp(places, axis=1), axis=0) if len(places) else np.ones(3)])
    size += 1e-9 + 1e-3 * size.max(axis=1, keepdims=True)
    leaning = float(np.log(size[:, 2] / size[:, 1]).sum())
    if abs(leaning) > _UNDECIDED or not len(places):
        return "Z" if leaning > _UNDECIDED else "Y"
    floor = np.abs(np.median(places.min(axis=1), axis=0))
    return "Z" if floor[2] < floor[1] and size[1, 2] > size[1, 1] else "Y"


def _round(scale: float) -> float:
    """A round number near by.

    Partners in one capture are scaled alike then, though one is taller.
    """
    power = 10.0 ** np.floor(np.log10(scale))
    nearest = min(ROUND, key=lambda digit: abs(np.log(digit * power / scale)))
    return float(f"{nearest * power:.6g}")


@dataclass(frozen=True)
class Bones:
    """J bones, in the scene's unit.

    names         without repeats, as Blender can store them
    parents       (J,) -1 for roots
    heads, tails  (J, 3) at rest, never in one place
    connected     (J,) bones whose head stays at their parent's tail
    turned, shifted  (J,) bones that turn, and that move relative to their parents
    """

    names: tuple[str, ...]
    parents: NDArray[np.int64]
    heads: Array
    tails: Array
    connected: NDArray[np.bool_]
    turned: NDArray[np.bool_]
    shifted: NDArray[np.bool_]


def bones_of(bvh: Bvh, fit: Fit) -> Bones:
    """A bone for each joint, from the joint to its main child or its End Site."""
    heads = fit.placed(bvh.rest())
    tails = heads + _along(bvh, heads, fit.placed(bvh.end_offsets))
    parents = bvh.parents
    lengths = np.linalg.norm(tails - heads, axis=1)
    joined = np.linalg.norm(heads - tails[parents], axis=1) <= 1e-6 * lengths[parents]
    connected = joined & (parents >= 0) & ~bvh.shifted
    return Bones(unique_names(bvh.names), parents, heads, tails, connected, bvh.turned, bvh.shifted)


def _along(bvh: Bvh, heads: Array, ends: Array) -> Array:
    """(J, 3) from head to tail."""
    places = np.concatenate([heads, heads[bvh.end_joints] + ends])
    size = float(np.ptp(places, axis=0).max()) or 1.0
    reach: list[list[Array]] = [[] for _ in heads]
    weight: list[list[int]] = [[] for _ in heads]
    below = np.ones(len(heads), np.int64)
    for joint in range(len(heads) - 1, 0, -1):
        if (parent := bvh.parents[joint]) >= 0:
            below[parent] += below[joint]
    for joint, parent in enumerate(bvh.parents):
        if parent >= 0:
            reach[parent].append(heads[joint] - heads[parent])
            weight[parent].append(int(below[joint]))
    for joint, end in zip(bvh.end_joints, ends, strict=True):
        reach[joint].append(end)
        weight[joint].append(0)
    out = np.zeros_like(heads)
    for joint, parent in enumerate(bvh.parents):
        came = out[parent] if parent >= 0 else None
        out[joint] = _main(np.array(reach[joint]).reshape(-1, 3), np.array(weight[joint]), came, size)
    return out


def _main(reach: Array, weight: NDArray[np.int64], came: Array | None, size: float) -> Array:
    """The way to the child that goes on as the parent bone did.

    Of a root's children it is the one that carries most.
    """
    far = np.linalg.norm(reach, axis=1) > _NOTHING * size
    if far.any():
        reach, weight = reach[far], weight[far]
        if came is None:
            return np.asarray(reach[int(np.argmax(weight))])
        return np.asarray(reach[int(np.argmax(reach @ came / np.linalg.norm(reach, axis=1)))])
    upward = np.array([0.0, 0.0, 1.0])
    if came is None or len(weight):
        # A joint that sits on its child: a stub, or it would pass for a limb.
        direction = upward if came is None else came / np.linalg.norm(came)
        return np.asarray(direction * _SHORT * size)
    # Nothing below it is known, as for hands of some captures: half as long as what it hangs on.
    return came / 2


def unique_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names as Blender can store them.

    The later of two equal ones is numbered: "Hand", "Hand.001".
    """
    taken: set[str] = set()
    following: dict[str, int] = {}
    out: list[str] = []
    for name in names:
        plain = _cut("".join(c for c in name if c.isprintable()).strip() or "Bone", LONGEST_NAME)
        unique = plain
        while unique in taken:
            following[plain] = following.get(plain, 0) + 1
            suffix = f".{following[plain]:03}"
            unique = _cut(plain, LONGEST_NAME - len(suffix)) + suffix
        taken.add(unique)
        out.append(unique)
    return tuple(out)


def _cut(name: str, size: int) -> str:
    """At most `size` bytes, no letter cut in two."""
    return name.encode("utf-8", "replace")[:size].decode("utf-8", "ignore")


@dataclass(frozen=True)
class Poses:
    """What Blender calls the basis of each bone, in its own axes at rest.

    turns (T, J, 4), places (T, J, 3).
    """

    turns: Array
    places: Array


def poses_of(motion: Motion, bones: Bones, axes: Array) -> Poses:
    """The pose of every bone, from `motion` in the scene's axes (`Fit.motion`).

    axes (J, 3, 3) are the bones' at rest, in columns.
    """
    own = from_matrices(axes)
    roots = bones.parents < 0
    at_rest = np.where(roots[:, None], bones.heads, bones.heads - bones.heads[bones.parents])
    turns = product(product(inverse(own), motion.turns), np.broadcast_to(own, motion.turns.shape))
    return Poses(unwound(turns), rotated(inverse(own), motion.shifts - at_rest))
