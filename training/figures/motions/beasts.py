"""How four legs, wings, fins, eight legs and blobs move."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from inkbetween.training.figures.rig import Array, Pose

from .channels import through
from .gaits import TURN, _bump

Rng = np.random.Generator


def _legs(pose: Pose, phases: dict[str, Array], stride: float, fold: float) -> None:
    """Four legs; a phase is 0 where the foot lands ahead. Keys: hind and fore, left and right."""
    for leg, p in phases.items():
        end, side = leg.split(".")
        swing = stride * np.cos(TURN * p) + 0.1 * fold * _bump(p, 0.76, 0.2)
        bend = fold * _bump(p, 0.72, 0.27)
        give = 8 * _bump(p, 0.25, 0.2)
        if end == "hind":
            pose.turn(f"thigh.{side}", -swing - 0.3 * bend)
            pose.turn(f"shin.{side}", 0.9 * bend + give)
            pose.turn(f"hock.{side}", -0.75 * bend - give + 0.4 * swing)
            pose.turn(f"paw.{side}", 0.6 * swing + 25 * _bump(p, 0.6, 0.22))
        else:
            pose.turn(f"upper.{side}", -swing - 0.25 * bend)
            pose.turn(f"lower.{side}", 1.1 * bend)
            pose.turn(f"hand.{side}", swing - 0.6 * bend + 55 * _bump(p, 0.66, 0.25))


def quadruped_walk(t: Array, rng: Rng) -> Pose:
    pose = Pose(len(t))
    trot = rng.random() < 0.5
    phase = t / (rng.uniform(14, 20) if trot else rng.uniform(22, 32)) + rng.random()
    later = (0.0, 0.5, 0.5, 0.0) if trot else (0.0, 0.5, 0.75, 0.25)
    phases = dict(zip(("hind.L", "hind.R", "fore.L", "fore.R"), (phase + q for q in later), strict=True))
    _legs(pose, phases, rng.uniform(20, 30), rng.uniform(45, 75))
    swing, beat = np.cos(TURN * phase), np.cos(2 * TURN * phase)
    pose.turn("hips", 1.5 * beat, 4 * swing, 3 * swing)
    pose.turn("spine", 0.0, -5 * swing, -3 * swing)
    pose.turn("chest", -1.5 * beat, -3 * swing, -1.0 * swing)
    pose.turn("neck", 5 * np.cos(2 * TURN * (phase - 0.08)) + rng.uniform(-12, 12), rng.uniform(-15, 15))
    pose.turn("head", -5 * np.cos(2 * TURN * (phase - 0.14)))
    pose.turn("tail", 6 * beat, 22 * np.cos(TURN * (phase - 0.2)))
    pose.stretch[:] = 1 + rng.uniform(0, 0.02) * beat
    return pose


def gallop(t: Array, rng: Rng) -> Pose:
    pose = Pose(len(t))
    phase = t / rng.uniform(11, 17) + rng.random()
    bound = rng.random() < 0.4
    later = (0.0, 0.04, 0.5, 0.54) if bound else (0.0, 0.12, 0.42, 0.56)
    phases = dict(zip(("hind.L", "hind.R", "fore.L", "fore.R"), (phase + q for q in later), strict=True))
    _legs(pose, phases, rng.uniform(36, 52), rng.uniform(70, 100))
    curl = np.cos(TURN * (phase - 0.02))
    flex = rng.uniform(10, 20)
    pose.turn("hips", -flex * curl + 6 * np.cos(TURN * (phase - 0.3)))
    pose.turn("spine", 0.9 * flex * curl)
    pose.turn("chest", 0.9 * flex * curl)
    pose.turn("neck", -0.8 * flex * np.cos(TURN * (phase - 0.1)) + rng.uniform(0, 15))
    pose.turn("head", 0.2 * flex * np.cos(TURN * (phase - 0.2)) - 5)
    pose.turn("tail", 14 * np.cos(TURN * (phase - 0.25)) + 15)
    pose.lift[:] = rng.uniform(0.04, 0.14) * np.maximum(np.cos(TURN * (phase - 0.88)), 0)
    pose.stretch[:] = 1 - rng.uniform(0, 0.05) * np.cos(TURN * (phase - 0.02))
    return pose


def _keys(
    pose: Pose, t: Array, speed: float, times: Sequence[float], turns: dict[str, tuple[list[float], int]]
) -> None:
    at = np.array(times) / speed
    for bone, (values, axis) in turns.items():
        angle = through(t, at, np.array(values))
        pose.turn(bone, *(angle if k == axis else 0.0 for k in range(3)))


def pounce(t: Array, rng: Rng) -> Pose:
    """Crouch, spring, land: a jump or an attack."""
    pose = Pose(len(t))
    far = rng.uniform(0.75, 1.15)
    speed, start = rng.uniform(0.9, 1.2), rng.uniform(0, 7)
    times = [0, 7, 11, 15, 19, 22, 29]
    turns: dict[str, tuple[list[float], int]] = {
        "hips": ([0, 14, -32, -8, 20, 12, 0], 0), "neck": ([0, -18, 12, 20, -14, -22, 0], 0),
        "head": ([0, 8, -8, -12, 14, 12, 0], 0),
        "spine": ([0, 4, 8, 2, -4, 8, 0], 0), "chest": ([0, -4, 8, -4, -6, 8, 0], 0),
        "tail": ([0, 14, -22, 4, 24, 8, 0], 0),
    }  # fmt: skip
    for side in "LR":
        d = rng.uniform(0.85, 1.15)
        turns[f"thigh.{side}"] = ([0, -58 * d, 42 * d, 48 * d, -55, -50, 0], 0)
        turns[f"shin.{side}"] = ([0, 75 * d, -20, 10, 55, 70, 0], 0)
        turns[f"hock.{side}"] = ([0, -58 * d, 22, 5, -30, -45, 0], 0)
        turns[f"paw.{side}"] = ([0, 26, 45, 45, 10, 10, 0], 0)
        turns[f"upper.{side}"] = ([0, -32 * d, -72 * d, -62 * d, -38, 10, 0], 0)
        turns[f"lower.{side}"] = ([0, 45 * d, 75, 25, 0, 40, 0], 0)
        turns[f"hand.{side}"] = ([0, -25, 40, 20, -20, -30, 0], 0)
    _keys(pose, t + start, speed, times, {k: ([v * far for v in vs], axis) for k, (vs, axis) in turns.items()})
    at = np.array(times) / speed
    pose.lift[:] = through(t + start, at, np.array([0, 0, 0.08, 0.42, 0.03, 0, 0]) * far)
    pose.root[:, 2] = through(t + start, at, np.array([-0.3, -0.4, -0.2, 0.1, 0.32, 0.36, 0.36]))
    pose.stretch[:] = 1 + through(t + start, at, np.array([0, -0.09, 0.07, 0, 0.05, -0.1, 0]))
    return pose


def beast_idle(t: Array, rng: Rng) -> Pose:
    """Looks about, wags, sits down a little, paws."""
    pose = Pose(len(t))
    cycle = rng.uniform(16, 30)
    a, c = (np.sin(TURN * (t / cycle + rng.random())) for _ in range(2))
    pose.turn("neck", 14 * a + rng.uniform(-25, 25), 26 * c)
    pose.turn("head", -8 * a, 18 * c, 10 * a)
    pose.turn("tail", 10 * a, 34 * np.sin(TURN * t / rng.uniform(8, 14)))
    down = rng.uniform(0, 1) * (0.5 + 0.5 * a)
    for side in "LR":
        pose.turn(f"thigh.{side}", -50 * down)
        pose.turn(f"shin.{side}", 78 * down)
        pose.turn(f"hock.{side}", -40 * down)
    pose.turn("hips", -18 * down)
    if rng.random() < 0.6:
        up = np.maximum(c, 0)
        pose.turn("upper.L", -55 * up)
        pose.turn("lower.L", 80 * up)
        pose.turn("hand.L", 30 * up)
    pose.stretch[:] = 1 + 0.025 * a
    return pose


def flap(t: Array, rng: Rng) -> Pose:
    """Wings beat; on the way up they fold."""
    pose = Pose(len(t))
    cycle = rng.uniform(12, 24)
    phase = t / cycle + rng.random()
    reach = rng.uniform(32, 55)
    up, late, last = (np.cos(TURN * (phase - q)) for q in (0.0, 0.1, 0.2))
    fold = 0.5 + 0.5 * np.sin(TURN * (phase + 0.02))
    for s, side in ((1.0, "L"), (-1.0, "R")):
        pose.turn(f"wing.{side}", -12 * late, s * -10 * fold, s * (reach * up + 8))
        pose.turn(
            f"fore.{side}", 0.0, s * 28 * np.maximum(-np.sin(TURN * phase), 0), s * (0.65 * reach * late - 8 * (1 - up))
        )
        pose.turn(f"tip.{side}", 0.0, s * -20 * fold, s * 0.7 * reach * last)
    pitch = rng.uniform(-25, 12)
    bank = rng.uniform(0, 14) * np.sin(TURN * t / 40 + rng.random() * 6)
    pose.turn("hips", pitch + 4 * late, 0.0, bank)
    pose.turn("neck", -0.6 * pitch - 5 * late, rng.uniform(-10, 10))
    pose.turn("head", -0.3 * pitch - 3 * last)
    pose.lift[:] = np.nan
    pose.root[:, 1] = -0.07 * np.cos(TURN * (phase - 0.25)) * rng.uniform(0.5, 1.3)
    return pose


def wriggle(t: Array, rng: Rng) -> Pose:
    """A wave runs down a fish's spine, growing."""
    pose = Pose(len(t))
    cycle, reach = rng.uniform(11, 22), rng.uniform(7, 15)
    phase = t / cycle + rng.random()
    upright = rng.random() < 0.25
    for k in range(1, 7):
        wave = reach * (0.35 + 0.2 * k) * np.sin(TURN * (phase - 0.13 * k))
        pose.turn(f"spine.{k}", *((wave, 0.0) if upright else (0.0, wave)))
    pose.turn(
        "hips",
        6 * np.sin(TURN * t / 37 + rng.random()),
        -0.55 * reach * np.sin(TURN * (phase - 0.1)),
        5 * np.sin(TURN * phase),
    )
    pose.lift[:] = np.nan
    pose.root[:, 1] = 0.03 * np.sin(TURN * phase * 0.5)
    return pose


def crawl(t: Array, rng: Rng) -> Pose:
    pose = Pose(len(t))
    phase = t / rng.uniform(12, 22) + rng.random()
    reach, high = rng.uniform(14, 24), rng.uniform(16, 30)
    for s, side in ((1.0, "L"), (-1.0, "R")):
        for k in range(4):
            p = phase + 0.5 * ((k + (side == "L")) % 2) + 0.06 * k
            pose.turn(f"leg.{k}.{side}", 0.0, s * reach * np.sin(TURN * p), s * high * np.maximum(np.cos(TURN * p), 0))
            pose.turn(f"mid.{k}.{side}", 0.0, 0.0, s * (-0.6 * high * np.maximum(np.cos(TURN * (p - 0.06)), 0)))
    pose.turn("hips", 3 * np.sin(2 * TURN * phase), 4 * np.sin(TURN * phase), 3 * np.cos(TURN * phase))
    pose.turn("head", 6 * np.sin(TURN * (phase - 0.1)), 10 * np.sin(0.5 * TURN * phase))
    return pose


def bounce(t: Array, rng: Rng) -> Pose:
    """A hop with squash and stretch, hanging at the top."""
    pose = Pose(len(t))
    cycle = rng.uniform(15, 24)
    phase = (t / cycle + rng.random()) % 1.0
    high = rng.uniform(0.25, 0.7)
    air = np.clip((phase - 0.3) / 0.7, 0, 1)
    rise = 4 * air * (1 - air)
    pose.lift[:] = high * rise
    squash = rng.uniform(0.15, 0.32)
    fast = np.abs(2 * air - 1) * (air > 0)
    pose.stretch[:] = (
        1 - squash * _bump(phase, 0.15, 0.17) + 0.7 * squash * fast * (air > 0) * (1 - _bump(phase, 0.0, 0.06)) * 0.9
    )
    lean = rng.uniform(0, 14)
    pose.turn(
        "hips",
        lean * np.cos(TURN * phase),
        rng.uniform(0, 18) * np.sin(0.5 * TURN * t / cycle),
        rng.uniform(0, 7) * np.sin(TURN * t / cycle / 2),
    )
    pose.turn("top", -10 * np.cos(TURN * (phase - 0.12)))
    return pose


def wobble(t: Array, rng: Rng) -> Pose:
    pose = Pose(len(t))
    phase = t / rng.uniform(14, 26) + rng.random()
    pose.turn("hips", 9 * np.sin(TURN * phase), 24 * np.sin(0.5 * TURN * phase), 12 * np.cos(TURN * phase))
    pose.turn("top", 10 * np.sin(TURN * (phase - 0.15)), 0.0, 12 * np.cos(TURN * (phase - 0.15)))
    pose.stretch[:] = 1 + 0.09 * np.sin(2 * TURN * phase)
    return pose


MOTIONS = {
    "quadruped": {"walk": quadruped_walk, "gallop": gallop, "pounce": pounce, "idle": beast_idle},
    "flyer": {"flap": flap},
    "swimmer": {"wriggle": wriggle},
    "crawler": {"crawl": crawl},
    "blob": {"bounce": bounce, "wobble": wobble},
}
