"""A dancer in a bowler hat who does what the project's own motion capture does, drawn at any frame from any side.

The proportions are a cartoon's, not the performer's: short legs and trunk, a large head, gloves and shoes, a scarf that
trails behind. Only the turns of joints are taken over. Every drawing is made by a hand of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from . import mocap
from .hand import Hand

PALETTE = {
    "Ink": (40, 32, 46),
    "Skin": (250, 214, 180),
    "Blush": (240, 150, 128),
    "Hair": (150, 82, 52),
    "Hat": (62, 62, 84),
    "Band": (214, 88, 72),
    "Scarf": (222, 92, 76),
    "Jacket": (62, 126, 132),
    "Far jacket": (46, 102, 110),
    "Buttons": (246, 206, 110),
    "Trousers": (236, 206, 142),
    "Far trousers": (208, 174, 114),
    "Shoes": (104, 66, 60),
    "Far shoes": (84, 54, 52),
    "Gloves": (255, 255, 255),
    "Far gloves": (226, 226, 232),
    "White": (255, 255, 255),
}
PAPER = (246, 240, 226)

SCALE = 3.3
"""Pixels for each centimetre of the dancer."""
LEGS, TRUNK, ARMS = 0.8, 0.84, 0.92
"""How long they are beside the performer's; with the legs, how far a step goes."""
GROUND = 640.0

Point = NDArray[np.float64]


@dataclass(frozen=True)
class Pose:
    """The dancer as the camera sees it at one frame.

    at     joints (2,), px, y down
    axes   of joints, (3, 3): rows say where left, top and front point, each right, down, towards the viewer
    drift  (2,) how the neck moved lately, px a frame
    sway   -1 to 1, of what hangs loose
    """

    at: dict[str, Point]
    axes: dict[str, NDArray[np.float64]]
    drift: Point
    sway: float


Turns = dict[str, NDArray[np.float64]]


@cache
def _performed() -> tuple[Turns, Turns]:
    """Joints (T, 3) in centimetres with the dancer's proportions, and their turns (T, 3, 3), in the file's axes."""
    return _jointed(*mocap.turns())


def _jointed(hips: NDArray[np.float64], turned: Turns) -> tuple[Turns, Turns]:
    """The same of any hips (T, 3) and joints turned relative to their parents (T, 3, 3)."""
    places, turns = {"Hips": hips * LEGS}, {"Hips": turned["Hips"]}
    for name, (parent, offset) in mocap.JOINTS.items():
        if parent:
            places[name] = places[parent] + turns[parent] @ (np.array(offset) * _longer(name))
            turns[name] = turns[parent] @ turned[name]
    return places, turns


def _longer(name: str) -> float:
    if name.endswith(("Leg", "Foot", "Toe")):
        return LEGS
    return ARMS if name.endswith(("Arm", "Hand", "Shoulder")) else TRUNK


def seen(frame: int, yaw: float, x: float) -> Pose:
    """The pose at a frame from 1 on, the performer turned by `yaw` degrees from facing the viewer to facing right, the
    start of the walk `x` px from the left."""
    return _seen(_performed(), min(max(frame - 1, 0), mocap.FRAMES - 1), yaw, x)


def model(yaw: float, x: float) -> Pose:
    """A pose for a model sheet, of no performance: legs apart, arms away from the body."""
    turned = {name: np.eye(3)[None] for name in mocap.JOINTS}
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        turned[f"{side}Arm"] = mocap.about("z", np.array([-sign * 24.0]))
        turned[f"{side}ForeArm"] = mocap.about("z", np.array([sign * 14.0]))
        turned[f"{side}UpLeg"] = mocap.about("z", np.array([sign * 11.0]))
        turned[f"{side}Foot"] = mocap.about("z", np.array([-sign * 11.0]))
    return _seen(_jointed(np.array([[0.0, 94.0, 0.0]]), turned), 0, yaw, x)


def _seen(performed: tuple[Turns, Turns], now: int, yaw: float, x: float) -> Pose:
    places, turns = performed
    cos, sin = np.cos(np.radians(yaw)), np.sin(np.radians(yaw))
    look = np.array([[cos, 0.0, sin], [0.0, -1.0, 0.0], [-sin, 0.0, cos]])
    middle = np.array([x, GROUND])
    at = {name: middle + SCALE * (look @ path[now])[:2] for name, path in places.items()}
    axes = {name: (look @ turn[now]).T for name, turn in turns.items()}
    neck = SCALE * (places["Neck"] @ look.T)[:, :2]
    drift = (neck[now] - neck[max(now - 2, 0)]) / 2 if now > 1 else (neck[min(2, len(neck) - 1)] - neck[0]) / 2
    return Pose(at, axes, drift, float(np.sin(now * np.pi / 6)))


def draw(name: str, pose: Pose) -> Hand:
    """Back to front: far limbs, near leg, scarf, jacket, head, near arm. `name` is the hand's."""
    h = Hand(name)
    _arm(h, pose, "Left", True)
    _leg(h, pose, "Left", True)
    _leg(h, pose, "Right", False)
    _tail(h, pose)
    _jacket(h, pose)
    _head(h, pose)
    _arm(h, pose, "Right", False)
    return h


def _shade(colour: str, far: bool) -> str:
    return f"Far {colour.lower()}" if far else colour


def _text(controls: Sequence[Sequence[float] | Point] | Point) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in controls)


def _local(text: str, at: Point, along: Point, longer: float = 1.0) -> str:
    """Control points told with x along a direction, as points of the picture."""
    points = np.array([[float(number) for number in pair.split(",")] for pair in text.split()]) * (longer, 1.0)
    along = along / max(float(np.linalg.norm(along)), 1e-9)
    return _text(at + points[:, :1] * along + points[:, 1:] * np.array([-along[1], along[0]]))


def _leg(h: Hand, pose: Pose, side: str, far: bool) -> None:
    hip, knee, ankle = (pose.at[f"{side}{joint}"] for joint in ("UpLeg", "Leg", "Foot"))
    # However little of a foot is seen from its side, its shoe points somewhere.
    front = np.maximum(pose.axes[f"{side}Foot"][2, :2], (0.3, -1.0))
    size = max(float(np.linalg.norm(front)), 0.62)
    h.part(
        _local(
            "-20,-12 20,-12 20,-12 28,4 48,4 68,12 72,25 72,25 22,27 -25,25 -25,25 -28,6 -20,-12", ankle, front, size
        ),
        _shade("Shoes", far),
    )
    h.line(_local("-26,16 22,18 70,17", ankle, front, size), 3.5)
    h.limb(_text([hip, knee, ankle - 0.06 * (ankle - knee)]), [56, 52, 48], _shade("Trousers", far), cuff=True)


def _arm(h: Hand, pose: Pose, side: str, far: bool) -> None:
    shoulder, elbow, wrist = (pose.at[f"{side}{joint}"] for joint in ("Arm", "ForeArm", "Hand"))
    # The hand goes on from the arm: along the T-pose's arm, which is the left's axis.
    along = pose.axes[f"{side}Hand"][0, :2] * (1 if side == "Left" else -1)
    thumb = 1.0 if pose.axes[f"{side}Hand"][2] @ (along[1], -along[0], 0.0) > 0 else -1.0
    glove = "-4,-13 -4,-13 8,-16 16,-32 26,-32 26,-18 42,-16 50,-2 44,14 26,20 10,17 -4,13 -4,13"
    flipped = " ".join(f"{x},{thumb * float(y)}" for x, y in (pair.split(",") for pair in glove.split()))
    h.part(_local(flipped, wrist, along), _shade("Gloves", far))
    h.line(_local("30,-6 40,-5", wrist, along), 3, whole=True)
    h.line(_local("28,4 38,5", wrist, along), 3, whole=True)
    inside = shoulder + 0.3 * (pose.at["Neck"] - shoulder) + (0.0, 2.0)
    h.limb(_text([inside, shoulder, elbow, wrist]), [22, 42, 40, 38], _shade("Jacket", far), cuff=True)


def _jacket(h: Hand, pose: Pose) -> None:
    """Along the spine, as wide as shoulders and hips are apart; it opens in front."""
    bottom, top = pose.at["Hips"] + (0.0, 26.0), pose.at["Neck"]
    up = top - bottom
    across = np.array([-up[1], up[0]]) / np.linalg.norm(up)

    def at(share: float, side: float) -> Point:
        return np.asarray(bottom + share * up + side * across, float)

    def ends(joint: str) -> list[tuple[float, float]]:
        """How far to the right, and how high along the spine: the right one first."""
        ways = [pose.at[f"{side}{joint}"] - bottom for side in ("Left", "Right")]
        return sorted(((float(way @ across), float(way @ up / (up @ up))) for way in ways), reverse=True)

    (one, high), (other, raised) = ends("Arm")
    one, other = max(one, 24.0) + 10, min(other, -24.0) - 10
    wide, narrow = (aside + 40 * sign for (aside, _), sign in zip(ends("UpLeg"), (1, -1), strict=True))
    middle = (wide + narrow) / 2
    hem = [at(-0.05, wide), at(-0.1, middle), at(-0.05, narrow)]
    right = [at(1.02, 14), at(high, one), at(0.68, 0.4 * one + 28), at(0.36, 0.75 * wide)]
    left = [at(0.36, 0.75 * narrow), at(0.68, 0.4 * other - 28), at(raised, other), at(1.02, -14)]
    h.part(_text([*right, hem[0], *hem, hem[2], *left, left[-1], right[0]]), "Jacket")
    front = 40 * float(pose.axes["Chest"][2, :2] @ across)
    h.line(_text([at(0.9, 0.6 * front), at(0.5, front), at(-0.04, 0.9 * front + middle)]), 4)
    for share in (0.55, 0.38, 0.2):
        x, y = at(share, front - 11)
        h.patch(x, y, 11, 11, "Buttons")


def _tail(h: Hand, pose: Pose) -> None:
    """The scarf's loose end hangs behind and trails."""
    neck = pose.at["Neck"] + (0.0, 4.0)
    back = -np.sign(pose.axes["Chest"][2, 0] or 1.0)
    down = np.array([0.35 * back, 1.0]) - 0.08 * pose.drift
    down /= np.linalg.norm(down)
    aside = np.array([-down[1], down[0]])
    path = [neck, neck + 50 * down + 10 * pose.sway * aside, neck + 104 * down - 8 * pose.sway * aside]
    left, right = ([p + w * s * aside for p, w in zip(path, (10, 17, 22), strict=True)] for s in (1, -1))
    h.part(_text([*left, left[-1], right[-1], *right[::-1]]), "Scarf")


def _head(h: Hand, pose: Pose) -> None:
    top, front = pose.axes["Head"][1:, :2]
    up = top / np.linalg.norm(top)
    x, y = pose.at["Head"] + 46 * up
    h.place(x, y, float(np.degrees(np.arctan2(up[0], -up[1]))))
    _face(h, np.array([22.0, 16.0]) * front)
    h.place()
    neck = pose.at["Neck"] + 2 * up
    h.part(_local("-14,-34 6,-30 12,0 6,30 -14,34 -24,16 -26,0 -24,-16", neck, up), "Scarf")


def _face(h: Hand, aside: Point) -> None:
    """A head whose features lie `aside`, px, because it looks there; its hair lies on the other side."""
    level, (x, y) = np.array([1.0, 0.0]), aside
    h.part("20,-40 -30,-44 -62,-22 -70,8 -66,30 -82,44 -82,44 -60,50 -50,60 -50,60 -24,54 0,20", "Hair")
    h.part("-52,-10 -48,28 -26,52 4,58 34,50 52,26 54,-10 40,-46 0,-58 -40,-46", "Skin")
    h.patch(x - 30, y + 24, 22, 13, "Blush")
    h.patch(x + 26, y + 24, 20, 13, "Blush")
    for eye, wide in ((-17, 13), (17, 12)):
        h.spot(x + eye, y, wide, 25)
        h.spot(x + eye + 2, y - 6, 4, 7, "White")
    h.part(_local("-1,12 12,8 22,15 14,23 0,20", aside, level), "Skin", 4)
    h.line(_local("-15,30 0,38 16,31", aside, level), 4.5, whole=True)
    h.line(_local("-25,-20 -17,-25 -9,-22", aside, level), 4, whole=True)
    h.line(_local("9,-22 17,-25 24,-20", aside, level), 4, whole=True)
    h.part("-44,-34 -44,-34 -46,-70 -30,-96 0,-102 30,-96 46,-70 44,-34 44,-34", "Hat")
    h.part("-45,-34 -45,-34 -46,-50 -46,-50 0,-44 46,-50 46,-50 45,-34 45,-34 0,-28", "Band", 4)
    h.part("-72,-40 -50,-34 0,-26 50,-34 72,-40 64,-26 40,-18 0,-14 -40,-18 -64,-26", "Hat")
