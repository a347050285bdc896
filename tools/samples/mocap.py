"""The project's own motion capture, which nobody wore: a person walks two strides, closes the feet and dances a little.

Written from closed-form curves, the same every time. Feet are planned, step by step, and stay where they stand; hips,
spine and arms go by sines; legs follow by two bones' trigonometry. Centimetres, y up, the person looks along z and has
the left on the side of x, as usual in BVH files.

    python -m inkbetween.tools.samples.mocap walk.bvh
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FRAMES = 96
RATE = 24
CYCLE = 24.0
"""Frames of two steps of the walk."""
STRIDE = 130.0
"""Centimetres that a foot goes in them."""
STOP = 60.0
"""The frame at which the walk has come to rest."""

# Joint: its parent and where it hangs on, in a T-pose. Parents come before their children.
JOINTS: dict[str, tuple[str, tuple[float, float, float]]] = {
    "Hips": ("", (0, 0, 0)),
    "Spine": ("Hips", (0, 10, 0)),
    "Chest": ("Spine", (0, 14, 0)),
    "Neck": ("Chest", (0, 24, -1)),
    "Head": ("Neck", (0, 10, 2)),
}
for _side, _x in (("Left", 1), ("Right", -1)):
    JOINTS |= {
        f"{_side}Shoulder": ("Chest", (4 * _x, 19, 1)),
        f"{_side}Arm": (f"{_side}Shoulder", (13 * _x, 0, -1)),
        f"{_side}ForeArm": (f"{_side}Arm", (29 * _x, 0, 0)),
        f"{_side}Hand": (f"{_side}ForeArm", (26 * _x, 0, 0)),
        f"{_side}UpLeg": ("Hips", (9.5 * _x, -2, 0)),
        f"{_side}Leg": (f"{_side}UpLeg", (0, -44, 0)),
        f"{_side}Foot": (f"{_side}Leg", (0, -42, 0)),
        f"{_side}Toe": (f"{_side}Foot", (0, -6, 13)),
    }
ENDS: dict[str, tuple[float, float, float]] = {
    "Head": (0, 18, 2),
    **{f"{side}Hand": (9 * x, 0, 0) for side, x in (("Left", 1), ("Right", -1))},
    **{f"{side}Toe": (0, -2, 7) for side in ("Left", "Right")},
}
_ANKLE = 9.0
_HEEL = np.array([0.0, -_ANKLE, -5.0])
_BALL = np.array([0.0, -6.0, 13.0])
_THIGH, _SHIN = 44.0, 42.0
_STANDING = 95.0


@dataclass(frozen=True)
class Step:
    """A foot leaves the ground at a frame and comes down at another, at (x, z) of its ankle."""

    lift: float
    land: float
    to: tuple[float, float]
    height: float = 3.0


# Where each foot stands at first, and its steps; the right one is in front at frame 0.
_FEET: dict[str, tuple[tuple[float, float], tuple[Step, ...]]] = {
    "Left": (
        (8.0, -0.25 * STRIDE),
        (
            Step(1, 11, (8, 0.75 * STRIDE)),
            Step(25, 35, (8, 1.75 * STRIDE)),
            Step(49, 58, (9, 2.25 * STRIDE)),
            Step(63, 68, (24, 2.25 * STRIDE), 7),
            Step(86, 91, (12, 2.25 * STRIDE), 6),
        ),
    ),
    "Right": (
        (-8.0, 0.25 * STRIDE),
        (
            Step(13, 23, (-8, 1.25 * STRIDE)),
            Step(37, 47, (-8, 2.25 * STRIDE)),
            Step(74, 80, (-16, 2.25 * STRIDE + 12), 16),
        ),
    ),
}


def turns() -> tuple[Array, dict[str, Array]]:
    """Where the hips are, (T, 3), and how every joint is turned relative to its parent, (T, 3, 3) each."""
    frame = np.arange(FRAMES, dtype=np.float64)
    walk, dance = 1.0 - _ease(frame, 48, 58), _ease(frame, 56, 66)
    beat = np.pi * (frame - STOP) / 12.0
    stride = 2.0 * np.pi * frame / CYCLE
    hips, pelvis = _hips(frame, stride, beat, walk, dance)
    turned = {"Hips": pelvis, **_trunk(stride, beat, walk, dance)}
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        turned |= _arm(side, sign, stride, beat, walk, dance)
        turned |= _leg(side, sign, hips, pelvis, frame)
    return hips, turned


def _hips(frame: Array, stride: Array, beat: Array, walk: Array, dance: Array) -> tuple[Array, Array]:
    """Along evenly, then slowing down; up over the standing leg and down between; towards it, and swinging with it."""
    speed = STRIDE / CYCLE
    braking = np.clip(frame - 48.0, 0.0, STOP - 48.0)
    z = speed * (np.minimum(frame, 48.0) + braking - braking**2 / (2.0 * (STOP - 48.0)))
    x = -2.5 * walk * np.sin(stride) + dance * (4.0 * np.sin(beat) + 3.0)
    y = _STANDING - 2.3 - 1.5 * walk * np.cos(2.0 * stride) - dance * (3.5 + 2.5 * np.cos(2.0 * beat))
    yaw = 6.0 * walk * np.cos(stride) + 8.0 * dance * np.sin(beat + 0.6)
    roll = -3.0 * walk * np.sin(stride) - 6.0 * dance * np.sin(beat)
    z += 3.5  # over the middle of the feet rather than over the ankles
    return np.column_stack([x, y, z]), about("y", yaw) @ about("z", roll)


def _trunk(stride: Array, beat: Array, walk: Array, dance: Array) -> dict[str, Array]:
    """The shoulders turn against the hips and stay upright; the head looks where the person goes."""
    yaw = -6.5 * walk * np.cos(stride) - 6.0 * dance * np.sin(beat + 0.6)
    roll = 2.0 * walk * np.sin(stride) + 5.0 * dance * np.sin(beat - 0.3)
    lean = 1.5 + 1.0 * walk * np.cos(2.0 * stride - 0.5) + 2.0 * dance * np.cos(2.0 * beat)
    half = about("y", yaw) @ about("z", roll) @ about("x", lean)
    nod = -2.0 + 1.5 * walk * np.cos(2.0 * stride + 0.8) + 5.0 * dance * np.cos(2.0 * beat + 0.5)
    neck = about("y", -0.5 * yaw) @ about("x", nod)
    tilt = about("z", -5.0 * dance * np.sin(beat - 0.9)) @ about("y", -0.5 * yaw)
    return {"Spine": half, "Chest": half, "Neck": neck, "Head": tilt}


def _arm(side: str, sign: float, stride: Array, beat: Array, walk: Array, dance: Array) -> dict[str, Array]:
    """Each arm swings against its leg, the elbow later than the shoulder; in the dance they go up in turn."""
    swing = 25.0 * walk * sign * np.cos(stride - 0.25) + 4.0
    bend = 14.0 + 9.0 * walk * (1.0 + sign * np.cos(stride - 0.8)) + dance * (42.0 + 18.0 * sign * np.sin(beat - 0.4))
    lift = -78.0 + dance * (88.0 + 34.0 * sign * np.sin(beat))
    drag = -6.0 * walk * sign * np.cos(stride - 1.3) + 16.0 * dance * np.sin(2.0 * beat - 0.5)
    return {
        f"{side}Shoulder": about("z", sign * (4.0 + 0.08 * (lift + 78.0))),
        f"{side}Arm": about("x", -swing) @ about("z", sign * lift),
        # Bent forwards in the walk, upwards where the arm is up.
        f"{side}ForeArm": about("y", -sign * bend * (1.0 - 0.7 * dance)) @ about("z", sign * 0.9 * dance * bend),
        f"{side}Hand": about("z", sign * drag),
    }


def _leg(side: str, sign: float, hips: Array, pelvis: Array, frame: Array) -> dict[str, Array]:
    """Thigh, shin and foot, so that the ankle is where the step has it and the knee points ahead."""
    feet = [_foot(side, moment) for moment in frame]
    ankle, pitch, toes = (np.array(values) for values in zip(*feet, strict=True))
    hip = hips + pelvis @ np.array([9.5 * sign, -2.0, 0.0])
    reach = np.einsum("tji,tj->ti", pelvis, ankle - hip)  # as the pelvis sees it
    length = np.clip(np.linalg.norm(reach, axis=1), 30.0, 0.9995 * (_THIGH + _SHIN))
    inner = np.degrees(np.arccos((_THIGH**2 + length**2 - _SHIN**2) / (2.0 * _THIGH * length)))
    knee = 180.0 - np.degrees(np.arccos((_THIGH**2 + _SHIN**2 - length**2) / (2.0 * _THIGH * _SHIN)))
    sideways = np.degrees(np.arctan2(reach[:, 0], -reach[:, 1]))
    ahead = np.degrees(np.arctan2(reach[:, 2], np.hypot(reach[:, 0], reach[:, 1])))
    thigh = about("z", sideways) @ about("x", -(ahead + inner))
    shin = about("x", knee)
    foot = np.swapaxes(pelvis @ thigh @ shin, 1, 2) @ about("x", pitch)
    return {
        f"{side}UpLeg": thigh,
        f"{side}Leg": shin,
        f"{side}Foot": foot,
        f"{side}Toe": about("x", toes),
    }


def _foot(side: str, frame: float) -> tuple[Array, float, float]:
    """The ankle in the world, how far the toes point down and how far they are bent up again, degrees."""
    stand, steps = _FEET[side]
    down = -100.0
    for step in steps:
        long = _length(stand, step.to)
        if frame < step.lift:
            return _standing(stand, _pitch_standing(frame, down, long, step.lift, long))
        if frame < step.land:
            start, end = _pushing(long), -_striking(long)
            share = (frame - step.lift) / (step.land - step.lift)
            along = share - 0.8 * np.sin(2.0 * np.pi * share) / (2.0 * np.pi)
            ground = [_standing(at, turn)[0] for at, turn in ((stand, start), (step.to, end))]
            ankle = ground[0] + (ground[1] - ground[0]) * along
            ankle[1] += step.height * np.sin(np.pi * share) ** 2
            turn = start + (end - start) * float(_ease(share, 0.0, 1.0))
            return ankle, turn, -max(turn, 0.0) * max(1.0 - 3.0 * share, 0.0)
        stand, down = step.to, step.land
        last = long
    return _standing(stand, _pitch_standing(frame, down, last, 1e3, 0.0))


def _length(start: tuple[float, float], end: tuple[float, float]) -> float:
    """How much of a stride a step ahead is, 0 to 1."""
    return float(np.clip((end[1] - start[1]) / STRIDE, 0.0, 1.0))


def _pushing(length: float) -> float:
    """How far the heel is up when a foot leaves the ground."""
    return 12.0 + 26.0 * length


def _striking(length: float) -> float:
    """How far the toes are up when it comes down."""
    return 20.0 * length


def _pitch_standing(frame: float, down: float, came: float, lift: float, goes: float) -> float:
    """The toes slap down after landing; the heel rises before the foot leaves."""
    slap = -_striking(came) * (1.0 - float(_ease(frame, down, down + 3.0)))
    # Still rising when the foot leaves.
    rising = _ease(frame, lift - 6.0, lift + 2.0) / _ease(lift, lift - 6.0, lift + 2.0)
    return slap + _pushing(goes) * float(rising)


def _standing(at: tuple[float, float], pitch: float) -> tuple[Array, float, float]:
    """A foot on the ground, rolled over its ball (toes down) or its heel (toes up)."""
    pivot = _BALL if pitch > 0.0 else _HEEL
    flat = np.array([at[0], _ANKLE, at[1]])
    rolled = about("x", np.array([pitch]))[0]
    return flat + pivot - rolled @ pivot, pitch, -max(pitch, 0.0)


def _ease(value: Array | float, start: float, end: float) -> Array:
    """0 before, 1 after, smooth between."""
    share = np.clip((value - start) / (end - start), 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share))


def about(axis: str, degrees: Array) -> Array:
    """(T, 3, 3) right-handed turns about an axis."""
    at = "xyz".index(axis)
    one, two = (at + 1) % 3, (at + 2) % 3
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    out = np.zeros((len(degrees), 3, 3))
    out[:, at, at] = 1.0
    out[:, one, one] = out[:, two, two] = cos
    out[:, one, two], out[:, two, one] = -sin, sin
    return out


def bvh() -> str:
    """The text of the file."""
    hips, turned = turns()
    order = list(_walked("Hips"))
    columns = [hips]
    for name in order:
        columns.append(_angles(turned[name]))
    rows = np.concatenate(columns, axis=1)
    motion = [" ".join(f"{value:.4f}" for value in row + 0.0) for row in rows]
    head = ["MOTION", f"Frames: {FRAMES}", f"Frame Time: {1.0 / RATE:.6f}"]
    return "\n".join(["HIERARCHY", *_hierarchy("Hips"), *head, *motion]) + "\n"


def _walked(name: str) -> list[str]:
    """A joint and all that hangs on it, in the order of the file."""
    return [name, *(deep for child in _children(name) for deep in _walked(child))]


def _children(name: str) -> list[str]:
    return [child for child, (parent, _) in JOINTS.items() if parent == name]


def _hierarchy(name: str, depth: int = 0) -> list[str]:
    tab = "\t" * depth
    channels = (
        "3 Zrotation Xrotation Yrotation" if depth else "6 Xposition Yposition Zposition Zrotation Xrotation Yrotation"
    )
    lines = [f"{tab}{'JOINT' if depth else 'ROOT'} {name}", f"{tab}{{"]
    lines += [f"{tab}\tOFFSET {_numbers(JOINTS[name][1])}", f"{tab}\tCHANNELS {channels}"]
    for child in _children(name):
        lines += _hierarchy(child, depth + 1)
    if name in ENDS:
        lines += [f"{tab}\tEnd Site", f"{tab}\t{{", f"{tab}\t\tOFFSET {_numbers(ENDS[name])}", f"{tab}\t}}"]
    return [*lines, f"{tab}}}"]


def _numbers(values: tuple[float, float, float]) -> str:
    return " ".join(f"{value:.4f}" for value in values)


def _angles(turn: Array) -> Array:
    """(T, 3) degrees about z, x and y that make the turns (T, 3, 3), in this order, without jumps."""
    z = np.arctan2(-turn[:, 0, 1], turn[:, 1, 1])
    x = np.arcsin(np.clip(turn[:, 2, 1], -1.0, 1.0))
    y = np.arctan2(-turn[:, 2, 0], turn[:, 2, 2])
    return np.degrees(np.unwrap(np.column_stack([z, x, y]), axis=0))


def write(path: Path) -> None:
    """Write the file."""
    path.write_text(bvh(), encoding="ascii", newline="\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
