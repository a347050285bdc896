"""People as children and cartoonists put them together, in the plane: a head, a trunk, limbs of two pieces, clothes.

Drawn anew for every batch. What they lack in truth to life they have in variety: sticks and giants, heads as large as
bodies, coats and skirts and hair over everything, arms behind, across and above.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.skeletons.detector.joint_view import JOINTS

from .joint_views import JointView

Floats = NDArray[np.float64]
Rng = np.random.Generator
PIXELS = 340
_ROUND = np.stack([np.cos(np.linspace(0, 2 * np.pi, 25)[:-1]), np.sin(np.linspace(0, 2 * np.pi, 25)[:-1])], 1)
_WHITE, _INK = 0, 255


def doll(rng: Rng) -> JointView:
    """One person, proportions, pose, clothes and style by chance; pixels, y up."""
    shape = _Shape(rng)
    joints, limbs = _pose(shape, rng)
    groups = _dressed(shape, joints, limbs, rng)
    whole = np.concatenate([piece for group in groups for piece in group.pieces])
    low, size = whole.min(0), float(np.ptp(whole, axis=0).max())
    scale = (PIXELS - 14) / size

    def pixels(places: Floats) -> Floats:
        return np.asarray((places - low) * scale + 7.0)

    image = np.zeros((PIXELS, PIXELS), np.uint8)
    for group in groups:
        group.paint(image, pixels)
    rows, columns = np.nonzero(image == _INK)
    at = pixels(np.array([joints[name] for name in JOINTS]))
    return JointView("doll", np.stack([columns, rows], 1).astype(np.float32), at.astype(np.float32))


@dataclass(eq=False)
class _Group:
    """Pieces (n, 2) with one outline around all of them, and lines on them; what lies below is hidden."""

    pieces: list[Floats]
    lines: list[Floats] = field(default_factory=list)
    thick: int = 1

    def paint(self, image: NDArray[np.uint8], pixels: Callable[[Floats], Floats]) -> None:
        outlines = [np.round(pixels(piece)).astype(np.int32) for piece in self.pieces]
        cv2.polylines(image, outlines, True, _INK, 2 * self.thick + 1)
        for outline in outlines:
            cv2.fillPoly(image, [outline], _WHITE)
        inner = [np.round(pixels(line)).astype(np.int32) for line in self.lines]
        cv2.polylines(image, inner, False, _INK, self.thick)


class _Shape:
    """Proportions; lengths in units of the body without its head, half-widths."""

    def __init__(self, rng: Rng) -> None:
        self.yaw = float(rng.choice([0.0, rng.normal(0, 0.7), rng.uniform(-1.6, 1.6)], p=[0.5, 0.3, 0.2]))
        self.trunk = rng.uniform(0.3, 0.6)
        self.leg = max(1.0 - self.trunk - rng.uniform(0.0, 0.12), 0.22) * rng.uniform(0.75, 1.2)
        self.arm = float(np.exp(rng.normal(np.log(0.46), 0.22)))
        self.neck = float(rng.choice([0.0, rng.uniform(0.0, 0.1)]))
        # chibi heads are as tall as what is below them
        big = rng.choice([rng.uniform(0.11, 0.2), rng.uniform(0.18, 0.36), rng.uniform(0.3, 0.6)], p=[0.35, 0.4, 0.25])
        self.head = float(big)
        self.head_wide = self.head * float(np.exp(rng.normal(0.0, 0.18)))
        self.shoulder = self.trunk * rng.uniform(0.12, 0.55)
        self.hip = self.trunk * rng.uniform(0.12, 0.5)
        self.arm_thick, self.leg_thick = (float(np.exp(rng.uniform(np.log(0.012), np.log(0.13)))) for _ in range(2))
        self.foot = rng.uniform(0.04, 0.17)
        self.hand = max(rng.uniform(0.02, 0.08), self.arm_thick * 0.8)


_Joints = dict[str, Floats]


def _way(angle: float) -> Floats:
    """Down for 0, to the right for a quarter turn."""
    return np.array([np.sin(angle), -np.cos(angle)])


def _pose(shape: _Shape, rng: Rng) -> tuple[_Joints, list[str]]:
    """The joints, hips' middle at 0, and the limbs from far to near."""
    lean = rng.normal(0.0, 0.09) if rng.random() < 0.8 else rng.normal(0.0, 0.4)
    up = -_way(lean)
    across = np.array([up[1], -up[0]])
    flat, deep = np.cos(shape.yaw), np.sin(shape.yaw)
    top = up * shape.trunk
    neck = top + up * shape.neck
    nod = -_way(lean + rng.normal(0.0, 0.15))
    out: _Joints = {"pelvis": np.zeros(2), "neck": neck, "head": neck + nod * shape.head * 1.15}
    out["chin"] = neck + nod * shape.head
    drop, rise = rng.uniform(0.02, 0.22) * shape.trunk, rng.uniform(0.0, 0.1) * shape.trunk
    manner = str(rng.choice(["down", "out", "up", "hips", "across", "any"], p=[0.3, 0.22, 0.1, 0.1, 0.1, 0.18]))
    even = rng.random() < 0.45
    drawn: dict[str, tuple[float, float]] = {}
    for number, side in ((1, 1.0), (2, -1.0)):
        if not even and rng.random() < 0.5:
            manner = str(rng.choice(["down", "out", "up", "hips", "across", "any"]))
        raised, bent = drawn["arm"] if even and "arm" in drawn else _arm(manner, rng)
        drawn["arm"] = raised, bent
        noise = rng.normal(0.0, 0.07, 2)
        wide = shape.shoulder * rng.uniform(0.7, 1.0)
        shoulder = top - up * drop + across * side * wide * flat
        sign = side if abs(deep) < 0.75 else float(np.sign(deep))
        out |= _limb("shoulder elbow hand", number, shoulder, lean + sign * (raised + noise[0]),
                     lean + sign * (raised + bent + noise[1]), shape.arm, rng)  # fmt: skip
        spread = abs(rng.normal(0.12, 0.14)) if abs(deep) < 0.75 else rng.normal(0.0, 0.45)
        knee = rng.normal(0.0, 0.12) if rng.random() < 0.65 else -abs(rng.normal(0.0, 0.8))
        if even and "leg" in drawn:
            spread, knee = drawn["leg"]
        drawn["leg"] = spread, knee
        hip = up * rise + across * side * shape.hip * rng.uniform(0.35, 0.75) * flat
        ahead = side if abs(deep) < 0.75 else float(np.sign(deep) or 1.0)
        out |= _limb("hip knee foot", number, hip, ahead * spread, ahead * (spread + knee), shape.leg, rng)
    out["pelvis"] = (out["hip 1"] + out["hip 2"]) / 2.0
    far = 1 if deep > 0 else 2
    return out, [f"{far}", f"{3 - far}"]


def _arm(manner: str, rng: Rng) -> tuple[float, float]:
    """How far an arm is raised outwards, and bent beyond that, radians."""
    if manner == "down":
        return abs(rng.normal(0.2, 0.2)), rng.normal(0.05, 0.2)
    if manner == "out":
        return rng.normal(1.35, 0.3), rng.normal(0.0, 0.3)
    if manner == "up":
        return rng.normal(2.4, 0.35), rng.normal(0.2, 0.4)
    if manner == "hips":
        return rng.normal(0.8, 0.2), -rng.normal(1.6, 0.3)
    if manner == "across":
        return rng.normal(0.1, 0.25), -rng.uniform(1.0, 2.3)
    return rng.uniform(-0.6, 2.9), rng.uniform(-2.2, 2.2)


def _limb(words: str, number: int, start: Floats, upper: float, lower: float, long: float, rng: Rng) -> _Joints:
    first, second, third = words.split()
    seen = rng.uniform(0.35, 1.0, 2) if rng.random() < 0.15 else np.ones(2)
    half = long * rng.uniform(0.42, 0.58)
    middle = start + _way(upper) * half * seen[0]
    end = middle + _way(lower) * (long - half) * seen[1]
    return {f"{first} {number}": start, f"{second} {number}": middle, f"{third} {number}": end}


def _dressed(shape: _Shape, joints: _Joints, order: list[str], rng: Rng) -> list[_Group]:
    """What is painted, from far to near."""
    thick = int(rng.choice([1, 2, 3], p=[0.6, 0.3, 0.1]))
    up = joints["neck"] - joints["pelvis"]
    up = up / max(float(np.linalg.norm(up)), 1e-9)
    across = np.array([up[1], -up[0]])
    flat = 0.35 + 0.65 * abs(np.cos(shape.yaw))
    top = joints["neck"] - up * shape.neck
    trunk = [_trunk(shape, top, up, across, flat, rng)]
    if shape.neck > 0.0:
        wide = min(shape.head_wide, shape.shoulder) * rng.uniform(0.2, 0.6)
        trunk.append(_capsule(top - 0.02 * up, joints["chin"], wide, wide))
    legs, arms = [_leg(shape, joints, n, rng) for n in order], [_arm_of(shape, joints, n, rng) for n in order]
    body = _Group(trunk, _marks(trunk[0], rng))
    skull, hair = _head(shape, joints, rng)
    merged = rng.random()
    groups = [*([_Group([hair])] if hair is not None and rng.random() < 0.5 else [])]
    behind = [_Group(arm) for arm in arms if rng.random() < 0.35]
    before = [_Group(arm) for arm in arms if not any(arm is one.pieces for one in behind)]
    lower = [_Group(leg, _marks(leg[0], rng)) for leg in legs]
    if merged < 0.35:
        # One outline around body and limbs, as outlines are drawn.
        body = _Group([*trunk, *(p for leg in legs for p in leg), *(p for arm in arms for p in arm)], body.lines)
        groups.append(body)
        if rng.random() < 0.4:
            groups += before
    elif merged < 0.55:
        groups += [*behind, *lower, _Group([*trunk, *(piece for one in before for piece in one.pieces)], body.lines)]
    else:
        over = rng.random() < 0.75
        groups += [*behind, *lower, *([] if over else before), body, *(before if over else [])]
    cloth = _skirt(shape, joints, up, across, flat, rng)
    if cloth is not None:
        at = len(groups) if merged < 0.55 else groups.index(body) + int(rng.random() < 0.7)
        groups.insert(at, cloth)
    groups.append(skull)
    if hair is not None and rng.random() < 0.5:
        groups.append(_Group([_hat(shape, joints, rng)]))
    for group in groups:
        group.thick = thick
    return groups


def _trunk(shape: _Shape, top: Floats, up: Floats, across: Floats, flat: float, rng: Rng) -> Floats:
    shoulder, hip = shape.shoulder * flat, shape.hip * flat
    kind = rng.random()
    low = top - up * shape.trunk * rng.uniform(0.98, 1.12)
    if kind < 0.25:
        middle, tall = (top + low) / 2.0, float(np.linalg.norm(top - low)) / 2.0
        wide = max(shoulder, hip) * rng.uniform(0.9, 1.25)
        return np.asarray(middle + _ROUND[:, :1] * across * wide + _ROUND[:, 1:] * up * tall)
    waist = (shoulder + hip) / 2.0 * rng.uniform(0.7, 1.2)
    levels, widths = (0.0, 0.12, 0.55, 1.0), (shoulder * rng.uniform(0.5, 1.0), shoulder, waist, hip)
    right = [top + (low - top) * q + across * w for q, w in zip(levels, widths, strict=True)]
    left = [top + (low - top) * q - across * w for q, w in zip(levels, widths, strict=True)]
    return np.array([*right, *left[::-1]])


def _leg(shape: _Shape, joints: _Joints, number: str, rng: Rng) -> list[Floats]:
    hip, knee, foot = (joints[f"{name} {number}"] for name in ("hip", "knee", "foot"))
    thick = shape.leg_thick
    wide = float(np.exp(rng.uniform(0.0, 0.8))) if rng.random() < 0.3 else 1.0
    pieces = [
        _capsule(hip, knee, thick * rng.uniform(1.0, 1.4), thick * wide**0.5),
        _capsule(knee, foot, thick * wide**0.5, thick * wide),
    ]
    out = 1.0 if foot[0] >= 0.0 else -1.0
    turn = float(rng.choice([out, np.sign(shape.yaw) or out]))
    tip = foot + np.array([turn * shape.foot, -0.3 * shape.foot])
    if rng.random() < 0.85:
        size = max(thick * rng.uniform(0.6, 1.2), 0.015)
        pieces.append(_capsule(foot - [0.0, 0.2 * shape.foot], tip, size, size * rng.uniform(0.6, 1.2)))
    return pieces


def _arm_of(shape: _Shape, joints: _Joints, number: str, rng: Rng) -> list[Floats]:
    shoulder, elbow, hand = (joints[f"{name} {number}"] for name in ("shoulder", "elbow", "hand"))
    thick = shape.arm_thick
    wide = float(np.exp(rng.uniform(0.0, 0.8))) if rng.random() < 0.25 else 1.0
    pieces = [
        _capsule(shoulder, elbow, thick * rng.uniform(0.9, 1.5), thick * wide**0.5),
        _capsule(elbow, hand, thick * wide**0.5, thick * wide),
    ]
    along = (hand - elbow) / max(float(np.linalg.norm(hand - elbow)), 1e-9)
    kind = rng.random()
    if kind < 0.5:
        pieces.append(hand + along * 0.6 * shape.hand + _ROUND * shape.hand * rng.uniform(0.7, 1.2, 2))
    elif kind < 0.85:
        for turn in rng.normal(0.0, 0.1) + np.linspace(-0.8, 0.8, int(rng.integers(3, 6))):
            way = np.array([along[0] * np.cos(turn) - along[1] * np.sin(turn),
                            along[0] * np.sin(turn) + along[1] * np.cos(turn)])  # fmt: skip
            pieces.append(_capsule(hand, hand + way * shape.hand * 1.7, 0.012, 0.01))
    return pieces


def _head(shape: _Shape, joints: _Joints, rng: Rng) -> tuple[_Group, Floats | None]:
    """The skull with a face, and hair that is larger than it or None."""
    middle, size = joints["head"], np.array([shape.head_wide, shape.head])
    power = rng.uniform(0.6, 1.1)
    round_ = np.sign(_ROUND) * np.abs(_ROUND) ** power
    lines = []
    if rng.random() < 0.85:
        look = np.array([np.sin(shape.yaw), rng.normal(0.0, 0.1)]) * size * 0.7
        for side in (1.0, -1.0):
            eye = middle + look + np.array([side * 0.35 * np.cos(shape.yaw), rng.uniform(0.0, 0.2)]) * size
            lines.append(eye + _ROUND * size * rng.uniform(0.04, 0.2))
        curve = np.linspace(-0.4, 0.4, 9)
        mouth = np.stack([curve, rng.uniform(-0.5, 1.5) * curve**2 - 0.45], 1)
        lines.append(middle + look + mouth * size)
    skull = _Group([middle + round_ * size], lines)
    if rng.random() < 0.3:
        for side in (1.0, -1.0):
            tall = rng.uniform(0.2, 0.9)
            ear = middle + np.array([side * rng.uniform(0.5, 1.0), rng.uniform(0.0, 0.9)]) * size
            skull.pieces.append(ear + _ROUND * size * [0.25, tall])
    if rng.random() < 0.5:
        return skull, None
    long = rng.uniform(0.0, 2.6)
    puff = rng.uniform(1.05, 1.5)
    low = middle - [0.0, long * shape.head]
    wide = shape.head_wide * puff
    return skull, np.concatenate([middle + _ROUND[:13] * [wide, shape.head * puff], low + _ROUND[12:] * [wide, 0.1]])


def _hat(shape: _Shape, joints: _Joints, rng: Rng) -> Floats:
    low = joints["head"] + [0.0, shape.head * rng.uniform(0.3, 0.8)]
    wide, tall = shape.head_wide * rng.uniform(0.9, 1.6), shape.head * rng.uniform(0.4, 1.6)
    narrow = wide * rng.uniform(0.0, 0.9)
    corners = np.array([[-wide, 0.0], [wide, 0.0], [narrow, tall], [-narrow, tall]])
    return np.asarray(low + corners)


def _skirt(shape: _Shape, joints: _Joints, up: Floats, across: Floats, flat: float, rng: Rng) -> _Group | None:
    """A skirt, or a coat from the chest down."""
    kind = rng.random()
    if kind > 0.3:
        return None
    start = joints["pelvis"] + up * shape.trunk * (rng.uniform(0.0, 0.3) if kind < 0.18 else rng.uniform(0.5, 0.9))
    end = joints["pelvis"] - up * shape.leg * rng.uniform(0.15, 0.85)
    above = max(shape.hip, 0.6 * shape.shoulder) * flat * rng.uniform(0.9, 1.2)
    below = above * rng.uniform(1.0, 2.4)
    piece = np.array([start - across * above, start + across * above, end + across * below, end - across * below])
    shares = rng.uniform(-0.9, 0.9, int(rng.integers(0, 4)))
    lines = [np.array([start + across * above * q * 0.8, end + across * below * q]) for q in shares]
    return _Group([piece], lines)


def _capsule(a: Floats, b: Floats, wide_a: float, wide_b: float) -> Floats:
    both = np.concatenate([a + _ROUND * wide_a, b + _ROUND * wide_b]).astype(np.float32)
    return np.asarray(cv2.convexHull(both)[:, 0], float)


def _marks(piece: Floats, rng: Rng) -> list[Floats]:
    """Seams, buttons and folds on a piece."""
    if rng.random() < 0.5:
        return []
    low, high = piece.min(0), piece.max(0)
    out = []
    for _ in range(int(rng.integers(1, 5))):
        middle = low + (high - low) * rng.uniform(0.25, 0.75, 2)
        if rng.random() < 0.4:
            out.append(middle + _ROUND * (high - low).min() * rng.uniform(0.03, 0.15))
        else:
            out.append(middle + rng.uniform(-0.3, 0.3, (3, 2)) * (high - low))
    return out
