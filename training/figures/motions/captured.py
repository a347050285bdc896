"""Motion capture put on two-legged figures: bones take over directions, figures keep their own lengths."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.mocap.bvh import Bvh, read_bvh
from inkbetween.inference.mocap.motion import to_matrices
from inkbetween.training.clips.clip import FPS
from inkbetween.training.figures.rig import Array, Pose
from inkbetween.training.figures.surface import unit

Rng = np.random.Generator

NAMES = {
    "thigh": ("upleg", "femur", "thigh", "hip"),
    "shin": ("lowleg", "loleg", "tibia", "shin", "calf", "knee", "leg"),
    "foot": ("foot", "ankle"),
    "toe": ("toebase", "toes", "toe"),
    "upperarm": ("uparm", "upperarm", "humerus", "shldr", "arm", "shoulder"),
    "forearm": ("forearm", "loarm", "lowerarm", "radius", "elbow"),
    "hand": ("hand", "wrist"),
}
"""What files call a joint, without its side; earlier names go first."""


@dataclass(frozen=True)
class Recording:
    """A capture whose joints are known. joints: canonical name to number, as `joints_at` counts; `up` (3, 3) turns the
    file's axes to y up; `floor` is the lowest place that any joint comes to; `leg` the length of a leg, in the file's
    units."""

    name: str
    capture: Bvh
    joints: dict[str, int]
    up: Array
    floor: float
    leg: float
    face: Array

    @property
    def seconds(self) -> float:
        return self.capture.frame_time * (len(self.capture.values) - 1)


def load_recording(path: Path, name: str) -> Recording:
    """Raises ValueError for files that are malformed, too short, or of something that is not human."""
    capture = read_bvh(path)
    joints = find_joints(capture)
    frames = np.unique(np.linspace(0, len(capture.values) - 1, 80).astype(int))
    place, turn = joints_at(capture, frames)
    rise = place[:, joints["head"]] - (place[:, joints["thigh.L"]] + place[:, joints["thigh.R"]]) / 2
    axis = int(np.argmax(np.abs(rise.mean(0))))
    # A cyclic exchange of axes keeps left and right.
    up = np.roll(np.eye(3), 1 - axis, axis=0)
    place = place @ up.T
    leg = float(np.median(_length(place, joints, "thigh.L", "shin.L") + _length(place, joints, "shin.L", "foot.L")))
    if not leg > 0 or capture.frame_time * len(capture.values) < 1.0 or rise.mean(0)[axis] <= 0:
        raise ValueError(f"{path.name}: too short, without legs, or upside down")
    ahead = np.cross(place[:, joints["upperarm.L"]] - place[:, joints["upperarm.R"]], [0.0, 1.0, 0.0])
    # Where a face looks in its joint's frame: ahead of the chest, on the average.
    face = unit(np.einsum("fji,fj->fi", up @ turn[:, joints["head"]], unit(ahead)).mean(0))
    feet = place[:, [joints["foot.L"], joints["foot.R"]], 1]
    return Recording(name, capture, joints, up, float(feet.min()), leg, face)


def joints_at(capture: Bvh, frames: NDArray[np.int64]) -> tuple[Array, Array]:
    """Places (F, J + E, 3) of all joints, then of where limbs end, and turns (F, J, 3, 3) of the joints in some frames,
    in the file's own axes and units."""
    place, turn = capture.motion(frames).world()
    matrix = to_matrices(turn)
    held = capture.end_joints
    ends = place[:, held] + np.einsum("fjab,jb->fja", matrix[:, held], capture.end_offsets)
    return np.concatenate([place, ends], axis=1), matrix


def _length(place: Array, joints: dict[str, int], a: str, b: str) -> Array:
    return np.linalg.norm(place[:, joints[a]] - place[:, joints[b]], axis=-1)


def find_joints(capture: Bvh) -> dict[str, int]:
    """Joints by canonical names, sides as .L and .R. Raises ValueError where one is missing."""
    plain: dict[tuple[str, str], int] = {}
    for k, name in enumerate(capture.names):
        word = re.sub(r"[^a-z0-9]", "", name.lower().split(":")[-1])
        for side, mark in (("L", "left"), ("R", "right"), ("L", "l"), ("R", "r")):
            for stem in (word.removeprefix(mark), word.removesuffix(mark)):
                if stem != word:
                    plain.setdefault((side, stem), k)
    joints: dict[str, int] = {}
    for bone, names in NAMES.items():
        for side in "LR":
            found = [plain[side, n] for n in names if (side, n) in plain]
            if found:
                joints[f"{bone}.{side}"] = found[0]
            elif bone != "toe":
                raise ValueError(f"no {bone} on side {side}")
    heads = [k for k, n in enumerate(capture.names) if re.sub(r"[^a-z]", "", n.lower().split(":")[-1]) == "head"]
    if not heads:
        raise ValueError("no head")
    joints["head"] = heads[0]
    below = np.concatenate([capture.parents, capture.end_joints])
    ends = np.flatnonzero(below == heads[0]).tolist()
    joints["crown"] = ends[0] if ends else heads[0]
    line, k = [], int(capture.parents[heads[0]])
    while k >= 0:
        line.append(k)
        k = int(capture.parents[k])
    joints["waist"] = line[len(line) // 2] if len(line) > 2 else line[0]
    return joints


def perform(recording: Recording, moments: Array, leg: float, rng: Rng) -> Pose:
    """A stretch of a recording at a pace of its own, perhaps mirrored, on a figure whose legs are `leg` long."""
    pace = float(np.exp(rng.uniform(np.log(0.9), np.log(1.7))))
    seconds = (moments - moments[0]) / FPS * pace
    starts = rng.uniform(0, max(recording.seconds - seconds[-1], 0.0), 5)
    best, vivid = 0, -1.0
    for k, start in enumerate(starts):
        place, _ = _sampled(recording, start + seconds[::6])
        # Arms and legs against the hips: a walk on the spot is as lively as one across the room.
        motion = float(np.abs(np.diff(place - place[:, :1], axis=0)).mean()) * rng.uniform(0.7, 1.3)
        if motion > vivid:
            best, vivid = k, motion
    place, face = _sampled(recording, starts[best] + seconds)
    if rng.random() < 0.5:
        place, face = place * [-1.0, 1.0, 1.0], face * [-1.0, 1.0, 1.0]
        flip = {"L": "R", "R": "L"}
        joints = {".".join(flip.get(p, p) for p in n.split(".")): k for n, k in recording.joints.items()}
    else:
        joints = recording.joints
    return _to_pose(place, face, joints, leg / recording.leg, recording.floor, rng)


def _sampled(recording: Recording, seconds: Array) -> tuple[Array, Array]:
    """Joints' places (T, J, 3) with y up, and the face's direction (T, 3), between frames if need be."""
    at = np.clip(seconds / recording.capture.frame_time, 0, len(recording.capture.values) - 1.001)
    low = at.astype(np.int64)
    part = (at - low)[:, None, None]
    before, after = joints_at(recording.capture, low), joints_at(recording.capture, low + 1)
    head = recording.joints["head"]
    place = (before[0] * (1 - part) + after[0] * part) @ recording.up.T
    turn = before[1][:, head] * (1 - part) + after[1][:, head] * part
    return place, unit(recording.up @ turn @ recording.face)


def _frame(y: Array, x: Array) -> Array:
    """Turns (T, 3, 3) whose second column is along y and whose first leans to x."""
    y = unit(y)
    x = unit(x - (x * y).sum(-1, keepdims=True) * y)
    return np.stack([x, y, np.cross(x, y)], axis=-1)


def _to_pose(place: Array, face: Array, joints: dict[str, int], scale: float, floor: float, rng: Rng) -> Pose:
    def at(name: str) -> Array:
        return place[:, joints[name]]

    pose = Pose(len(place))
    hips, shoulders = (at("thigh.L") + at("thigh.R")) / 2, (at("upperarm.L") + at("upperarm.R")) / 2
    across, wide = at("thigh.L") - at("thigh.R"), at("upperarm.L") - at("upperarm.R")
    waist = at("waist")
    # A waist near an end of the trunk says nothing about its bend.
    share = ((waist - hips) * (shoulders - hips)).sum(-1) / np.maximum(((shoulders - hips) ** 2).sum(-1), 1e-9)
    middle = 0.2 < float(np.median(share)) < 0.8
    trunk: Array = shoulders - hips
    low: Array = waist - hips if middle else trunk
    high: Array = shoulders - waist if middle else trunk
    turned = {"hips": _frame(low, across), "chest": _frame(high, wide)}
    turned["spine"] = _frame(low + high, unit(across) + unit(wide))
    turned["neck"] = _frame(at("head") - shoulders + 0.3 * high, wide)
    crown = at("crown") - at("head")
    upright = crown if float(np.median(np.linalg.norm(crown, axis=-1))) > 1e-6 else at("head") - shoulders
    turned["head"] = _frame(upright, np.cross(upright, face))
    for side in "LR":
        for upper, lower, end, bend in (("upperarm", "forearm", "hand", -1.0), ("thigh", "shin", "foot", 1.0)):
            a, b, c = at(f"{upper}.{side}"), at(f"{lower}.{side}"), at(f"{end}.{side}")
            hinge = bend * np.cross(unit(b - a), unit(c - b))
            usual = turned["chest" if bend < 0 else "hips"][..., 0]
            # Straight limbs have no hinge of their own.
            axis = _smooth(hinge + 0.25 * usual)
            turned[f"{upper}.{side}"], turned[f"{lower}.{side}"] = _frame(a - b, axis), _frame(b - c, axis)
            turned[f"{end}.{side}"] = turned[f"{lower}.{side}"]
        if f"toe.{side}" in joints:
            ahead = unit(at(f"toe.{side}") - at(f"foot.{side}"))
            # From the ankle to the toes it goes down even when a foot stands flat.
            x = turned[f"shin.{side}"][..., 0]
            z = unit(ahead - (ahead * x).sum(-1, keepdims=True) * x)
            y = np.cross(z, x)
            z = unit(z + 0.42 * y)
            turned[f"foot.{side}"] = np.stack([x, np.cross(z, x), z], axis=-1)
    ahead = np.cross(across, [0.0, 1.0, 0.0]).mean(0)
    yaw = np.arctan2(ahead[0], ahead[2])
    straight = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    pose.turned = {name: straight @ turn for name, turn in turned.items()}
    way = (hips - hips.mean(0)) @ straight.T * scale
    drift = np.linspace(-0.5, 0.5, len(way))[:, None] * (way[-1] - way[0])
    pose.root[:, [0, 2]] = (way - drift * rng.uniform(0.5, 1.0))[:, [0, 2]]
    soles = np.minimum(at("foot.L")[:, 1], at("foot.R")[:, 1])
    pose.lift[:] = np.maximum((soles - floor) * scale - 0.03, 0.0)
    return pose


def _smooth(vectors: Array) -> Array:
    """Over three drawings."""
    wide = np.concatenate([vectors[:1], vectors, vectors[-1:]])
    return 0.25 * wide[:-2] + 0.5 * wide[1:-1] + 0.25 * wide[2:]
