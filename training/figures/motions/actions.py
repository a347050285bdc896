"""What two-legged figures do once: key poses with anticipation, the action, its overshoot and settling."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from inkbetween.training.figures.rig import Array

from .channels import Channels, combined, keyed, mirrored
from .gaits import idle

Rng = np.random.Generator
Key = tuple[float, Mapping[str, float]]

STAND = {"leg.L.raise": 5, "leg.R.raise": 5, "knee.L": 10, "knee.R": 10, "leg.L.swing": 5, "leg.R.swing": 5}
GUARD = {"arm.L.swing": 50, "elbow.L": 105, "arm.R.swing": 35, "elbow.R": 120, "bend": 10, "twist": -12,
         "leg.L.swing": 22, "leg.R.swing": -12, "knee.L": 26, "knee.R": 24, "foot.R": -8, "yaw": -15, "nod": 0,
         "lift": 0, "stretch": 0}  # fmt: skip
CROUCH = {"leg.L.swing": 62, "leg.R.swing": 62, "knee.L": 105, "knee.R": 105, "bend": 28, "arm.L.swing": -50,
          "arm.R.swing": -50, "elbow.L": 15, "elbow.R": 15, "nod": -12, "stretch": -0.1, "lift": 0}  # fmt: skip

ACTIONS: dict[str, list[Key]] = {
    "punch": [
        (0, GUARD),
        (5, {"twist": -42, "arm.R.swing": -35, "elbow.R": 125, "bend": 4, "arm.L.swing": 62, "look": 25, "yaw": -25}),
        (8, {"twist": 35, "arm.R.swing": 88, "elbow.R": 6, "bend": 18, "arm.L.swing": 25, "elbow.L": 120, "yaw": 18,
             "leg.R.swing": -28, "knee.R": 12, "knee.L": 38, "foot.R": -28, "wrist.R": 0, "look": -20,
             "stretch": 0.03}),
        (10, {"twist": 42, "arm.R.swing": 92, "elbow.R": 2, "bend": 20}),
        (17, {**GUARD, "look": 0}),
        (22, GUARD),
    ],
    "hook": [
        (0, GUARD),
        (6, {"twist": -48, "arm.R.raise": 55, "arm.R.swing": -15, "elbow.R": 80, "yaw": -25}),
        (9, {"twist": 10, "arm.R.raise": 78, "arm.R.swing": 40, "elbow.R": 85, "arm.R.twist": -60, "yaw": 10,
             "knee.L": 40}),
        (12, {"twist": 55, "arm.R.raise": 60, "arm.R.swing": 95, "elbow.R": 70, "yaw": 30, "bend": 16,
              "foot.R": -30}),
        (20, {**GUARD, "arm.R.raise": 0, "arm.R.twist": 0}),
    ],
    "kick": [
        (0, GUARD),
        (6, {"leg.R.swing": -45, "knee.R": 70, "bend": 14, "twist": 15, "arm.L.swing": -25, "arm.R.swing": 70,
             "knee.L": 30}),
        (9, {"leg.R.swing": 45, "knee.R": 75, "bend": -4, "foot.R": 10}),
        (11, {"leg.R.swing": 98, "knee.R": 6, "bend": -22, "lean": -10, "foot.R": -10, "knee.L": 12, "leg.L.swing": 0,
              "arm.L.swing": 40, "arm.R.swing": -45, "arm.L.raise": 25, "arm.R.raise": 40, "nod": 18,
              "stretch": 0.03}),
        (13, {"leg.R.swing": 104, "knee.R": 10, "bend": -25}),
        (17, {"leg.R.swing": 55, "knee.R": 80, "bend": 0, "lean": 0}),
        (23, {**GUARD, "arm.L.raise": 0, "arm.R.raise": 0}),
    ],
    "roundhouse": [
        (0, GUARD),
        (6, {"leg.R.raise": 25, "leg.R.swing": 15, "knee.R": 85, "yaw": -50, "arm.L.swing": 60, "twist": 20,
             "side": -12}),
        (10, {"leg.R.raise": 78, "leg.R.swing": 25, "knee.R": 45, "yaw": 20, "side": -30, "roll": 8,
              "arm.R.swing": -30}),
        (12, {"leg.R.raise": 88, "leg.R.swing": 50, "knee.R": 3, "yaw": 70, "side": -34, "arm.R.raise": 45,
              "foot.R": -40}),
        (16, {"leg.R.raise": 50, "leg.R.swing": 45, "knee.R": 70, "yaw": 110, "side": -15}),
        (23, {**GUARD, "yaw": 140, "side": 0, "roll": 0, "leg.R.raise": 0, "arm.R.raise": 0, "foot.R": 0}),
    ],
    "throw": [
        (0, {**STAND, "yaw": 0, "twist": 0, "arm.R.swing": 20, "elbow.R": 50, "arm.R.raise": 0, "arm.L.swing": 10,
             "elbow.L": 30}),
        (7, {"yaw": -35, "twist": -40, "arm.R.raise": 75, "arm.R.swing": -30, "elbow.R": 100, "arm.R.twist": 50,
             "arm.L.swing": 80, "elbow.L": 10, "leg.L.swing": 38, "knee.L": 35, "bend": -14, "knee.R": 30,
             "leg.R.swing": -5}),
        (9, {"leg.L.swing": 30, "knee.L": 20, "twist": -25, "elbow.R": 110}),
        (12, {"yaw": 20, "twist": 30, "arm.R.raise": 85, "arm.R.swing": 80, "elbow.R": 15, "arm.R.twist": 0,
              "bend": 25, "arm.L.swing": -35, "leg.R.swing": -30, "foot.R": -35, "wrist.R": 20, "knee.L": 35}),
        (15, {"twist": 45, "arm.R.swing": 60, "arm.R.raise": 10, "elbow.R": 25, "bend": 35, "knee.R": 45,
              "wrist.R": 40}),
        (23, {**STAND, "yaw": 0, "twist": 0, "arm.R.swing": 10, "elbow.R": 20, "arm.R.raise": 0, "bend": 4,
              "arm.L.swing": 0, "foot.R": 0, "wrist.R": 0}),
    ],
    "chop": [
        (0, {**GUARD, "elbow.R": 80}),
        (7, {"arm.R.swing": 165, "elbow.R": 95, "arm.L.swing": 150, "elbow.L": 85, "bend": -18, "nod": -5,
             "stretch": 0.05, "knee.L": 8, "knee.R": 8, "wrist.R": -25}),
        (11, {"arm.R.swing": 60, "elbow.R": 15, "arm.L.swing": 55, "elbow.L": 30, "bend": 40, "wrist.R": 15,
              "knee.L": 62, "leg.L.swing": 48, "knee.R": 40, "stretch": -0.07, "nod": -15}),
        (13, {"arm.R.swing": 35, "elbow.R": 10, "arm.L.swing": 32, "bend": 48, "wrist.R": 30}),
        (22, {**GUARD, "wrist.R": 0}),
    ],
    "jump": [
        (0, {**STAND, "lift": 0, "stretch": 0, "bend": 0, "arm.L.swing": 0, "arm.R.swing": 0, "elbow.L": 15,
             "elbow.R": 15, "nod": 0}),
        (6, CROUCH),
        (9, {"leg.L.swing": -5, "leg.R.swing": -8, "knee.L": 4, "knee.R": 6, "foot.L": -55, "foot.R": -55, "bend": -8,
             "arm.L.swing": 150, "arm.R.swing": 150, "lift": 0.04, "stretch": 0.1, "nod": -20}),
        (13, {"leg.L.swing": 40, "leg.R.swing": 25, "knee.L": 75, "knee.R": 70, "foot.L": -25, "foot.R": -30,
              "bend": 8, "arm.L.swing": 120, "arm.R.swing": 110, "arm.L.raise": 40, "arm.R.raise": 40, "lift": 0.34,
              "stretch": 0.0}),
        (17, {"leg.L.swing": 20, "leg.R.swing": 12, "knee.L": 22, "knee.R": 18, "foot.L": 5, "foot.R": 5,
              "lift": 0.02, "arm.L.swing": 60, "arm.R.swing": 60, "arm.L.raise": 60, "arm.R.raise": 60,
              "stretch": 0.08, "bend": 5}),
        (20, {**CROUCH, "arm.L.swing": 25, "arm.R.swing": 25, "arm.L.raise": 20, "arm.R.raise": 20, "foot.L": 0,
              "foot.R": 0, "stretch": -0.13}),
        (27, {**STAND, "stretch": 0, "bend": 0, "arm.L.swing": 0, "arm.R.swing": 0, "arm.L.raise": 0,
              "arm.R.raise": 0, "nod": 0}),
    ],
    "leap": [
        (0, {**CROUCH, "x": 0, "z": -0.35}),
        (4, {"leg.L.swing": 60, "knee.L": 60, "leg.R.swing": -38, "knee.R": 6, "foot.R": -60, "bend": 18, "lean": 15,
             "lift": 0.03, "arm.L.swing": 60, "arm.R.swing": 130, "stretch": 0.1, "z": -0.22}),
        (9, {"leg.L.swing": 75, "knee.L": 15, "leg.R.swing": -55, "knee.R": 40, "lift": 0.27, "arm.R.raise": 50,
             "arm.L.raise": 60, "stretch": 0.0, "z": 0.05, "bend": 8, "foot.L": -15}),
        (14, {"leg.L.swing": 40, "knee.L": 12, "leg.R.swing": -20, "knee.R": 70, "lift": 0.02, "foot.L": 10,
              "z": 0.25, "lean": 0}),
        (17, {"leg.L.swing": 65, "knee.L": 100, "leg.R.swing": 15, "knee.R": 105, "foot.R": -40, "lift": 0,
              "bend": 38, "arm.L.raise": 25, "arm.R.raise": 30, "stretch": -0.11, "z": 0.32}),
        (25, {**STAND, "bend": 0, "arm.L.swing": 0, "arm.R.swing": 0, "arm.L.raise": 0, "arm.R.raise": 0,
              "stretch": 0, "z": 0.35, "foot.R": 0, "foot.L": 0, "elbow.L": 15, "elbow.R": 15}),
    ],
    "wave": [
        (0, {**STAND, "arm.R.raise": 0, "elbow.R": 20, "arm.R.twist": 0, "tilt": 0, "side": 0, "wrist.R": 0}),
        (6, {"arm.R.raise": 95, "elbow.R": 80, "arm.R.twist": 90, "side": 6, "tilt": -8}),
        (10, {"elbow.R": 45, "wrist.R": 20, "tilt": 6}),
        (14, {"elbow.R": 95, "wrist.R": -25, "tilt": -6, "side": 8}),
        (18, {"elbow.R": 45, "wrist.R": 20, "tilt": 6}),
        (22, {"elbow.R": 95, "wrist.R": -25, "tilt": -6}),
        (26, {"elbow.R": 50, "wrist.R": 15}),
        (34, {"arm.R.raise": 0, "elbow.R": 15, "arm.R.twist": 0, "side": 0, "tilt": 0, "wrist.R": 0}),
    ],
    "sit": [
        (0, {**STAND, "bend": 0, "nod": 0, "arm.L.swing": 0, "arm.R.swing": 0, "elbow.L": 10, "elbow.R": 10,
             "stretch": 0}),
        (5, {"bend": 16, "nod": 10, "arm.L.swing": -15, "arm.R.swing": -15, "stretch": 0.02}),
        (13, {"leg.L.swing": 72, "leg.R.swing": 70, "knee.L": 98, "knee.R": 100, "bend": 45, "arm.L.swing": 35,
              "arm.R.swing": 40, "nod": -15}),
        (19, {"leg.L.swing": 100, "leg.R.swing": 96, "knee.L": 62, "knee.R": 70, "bend": 15, "lean": -10,
              "arm.L.swing": -30, "arm.R.swing": -28, "stretch": -0.09, "foot.L": 15, "foot.R": 12, "arm.L.raise": 20,
              "arm.R.raise": 20}),
        (24, {"leg.L.swing": 90, "leg.R.swing": 88, "knee.L": 40, "knee.R": 48, "bend": 5, "lean": -5, "stretch": 0.0,
              "nod": 5, "foot.L": 25, "foot.R": 22}),
        (30, {"bend": 10, "nod": 0}),
    ],
    "turn": [
        (0, {**STAND, "yaw": 0, "twist": 0, "look": 0, "nod": 0}),
        (4, {"look": -14, "twist": 12, "nod": 8, "bend": 6, "knee.L": 22, "knee.R": 22, "stretch": -0.04}),
        (9, {"yaw": 60, "twist": -25, "look": 45, "nod": 14, "leg.L.swing": 22, "knee.L": 45, "arm.L.raise": 20,
             "arm.R.raise": 20}),
        (14, {"yaw": 130, "twist": -5, "look": 30, "leg.L.swing": -8, "knee.L": 8, "leg.R.swing": 18, "knee.R": 40,
              "stretch": 0.03}),
        (19, {"yaw": 182, "twist": 12, "look": 5, "leg.R.swing": 5, "knee.R": 12, "nod": 0, "stretch": -0.03,
              "bend": 4}),
        (25, {**STAND, "yaw": 175, "twist": 0, "look": 0, "bend": 0, "arm.L.raise": 0, "arm.R.raise": 0,
              "stretch": 0}),
    ],
    "cheer": [
        (0, {**STAND, "lift": 0, "bend": 5, "arm.L.swing": 20, "arm.R.swing": 20, "elbow.L": 90, "elbow.R": 90,
             "stretch": 0}),
        (4, {"bend": 25, "knee.L": 65, "knee.R": 65, "leg.L.swing": 35, "leg.R.swing": 35, "stretch": -0.1,
             "nod": 12}),
        (8, {"bend": -12, "knee.L": 15, "knee.R": 40, "leg.L.swing": 0, "leg.R.swing": 10, "arm.L.swing": 160,
             "arm.R.swing": 165, "arm.L.raise": 25, "arm.R.raise": 25, "elbow.L": 10, "elbow.R": 10, "lift": 0.16,
             "stretch": 0.07, "nod": -22}),
        (12, {"knee.L": 50, "knee.R": 50, "leg.L.swing": 28, "leg.R.swing": 28, "lift": 0, "stretch": -0.07,
              "bend": 8, "elbow.L": 60, "elbow.R": 60}),
        (16, {"knee.L": 40, "knee.R": 15, "leg.L.swing": 10, "leg.R.swing": 0, "elbow.L": 10, "elbow.R": 10,
              "lift": 0.13, "stretch": 0.06, "bend": -12}),
        (20, {"knee.L": 50, "knee.R": 50, "leg.L.swing": 28, "leg.R.swing": 28, "lift": 0, "stretch": -0.06,
              "bend": 8}),
        (27, {**STAND, "bend": 0, "arm.L.swing": 20, "arm.R.swing": 20, "elbow.L": 80, "elbow.R": 80, "stretch": 0,
              "nod": 0}),
    ],
    "hit": [
        (0, GUARD),
        (3, {"bend": -35, "nod": -25, "arm.L.swing": 70, "arm.R.swing": 75, "elbow.L": 20, "elbow.R": 20, "lean": -12,
             "twist": 25, "leg.R.swing": -30, "stretch": 0.04}),
        (8, {"bend": -15, "leg.R.swing": -38, "knee.R": 15, "foot.R": -15, "nod": 15, "arm.L.swing": -20,
             "arm.R.swing": 10, "arm.L.raise": 50, "arm.R.raise": 55, "twist": 40}),
        (15, {"bend": 30, "nod": 25, "lean": 0, "knee.L": 45, "knee.R": 45, "twist": 5, "arm.L.raise": 15,
              "arm.R.raise": 15}),
        (24, {**GUARD, "arm.L.raise": 0, "arm.R.raise": 0}),
    ],
    "pick": [
        (0, {**STAND, "bend": 0, "nod": 0, "arm.R.swing": 0, "elbow.R": 10}),
        (9, {"bend": 70, "lean": 25, "leg.L.swing": 70, "leg.R.swing": 50, "knee.L": 95, "knee.R": 100,
             "arm.R.swing": 85, "elbow.R": 5, "nod": -20, "arm.L.swing": -40, "foot.R": -30, "stretch": -0.03}),
        (13, {"arm.R.swing": 90, "elbow.R": 20}),
        (21, {**STAND, "bend": -4, "lean": 0, "nod": 12, "arm.R.swing": 55, "elbow.R": 90, "arm.L.swing": 0,
              "foot.R": 0, "stretch": 0.03}),
        (26, {"bend": 0, "arm.R.swing": 48, "stretch": 0}),
    ],
    "bow": [
        (0, {**STAND, "bend": 0, "nod": 0}),
        (5, {"bend": -8, "nod": -8, "arm.R.raise": 40, "elbow.R": 20, "stretch": 0.03}),
        (13, {"bend": 68, "lean": 12, "nod": 25, "arm.R.swing": 30, "arm.R.raise": -20, "elbow.R": 85,
              "arm.L.swing": -35, "leg.L.swing": 20, "leg.R.swing": -6, "knee.R": 25, "stretch": -0.02}),
        (18, {"bend": 72, "nod": 30}),
        (27, {**STAND, "bend": 0, "lean": 0, "nod": 0, "arm.R.swing": 0, "arm.R.raise": 0, "elbow.R": 10,
              "arm.L.swing": 0, "stretch": 0}),
    ],
}  # fmt: skip


def act(name: str, t: Array, rng: Rng) -> Channels:
    """One action, varied in reach, timing and side, over a breathing stance, starting at any moment of it."""
    keys = []
    for time, pose in ACTIONS[name]:
        late = rng.uniform(-0.6, 0.6) if time else 0.0
        keys.append((time + late, {k: _varied(k, v, rng) for k, v in pose.items()}))
    long = keys[-1][0]
    start = rng.uniform(0, max(long - 17.0, 3.0))
    channels = keyed(t + start, keys, rng.uniform(0.85, 1.2), rng.uniform(0.5, 1.6))
    breath = {k: 0.3 * (v - v.mean()) for k, v in idle(t, rng).items()}
    channels = combined(channels, breath)
    return mirrored(channels) if rng.random() < 0.5 else channels


def _varied(name: str, value: float, rng: Rng) -> float:
    if name in ("lift", "stretch", "x", "z"):
        return value * rng.uniform(0.5, 1.3)
    return value * rng.uniform(0.82, 1.15) + rng.normal(0, 3.0)
