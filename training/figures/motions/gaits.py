"""Two legs that walk, run, sneak, march, skip, dance, swim and fly: what repeats."""

from __future__ import annotations

import numpy as np

from inkbetween.training.figures.rig import Array

from .channels import Channels

Rng = np.random.Generator
TURN = 2.0 * np.pi


def _bump(phase: Array, centre: float, wide: float) -> Array:
    """A smooth bump of a cycle, 1 at `centre`, 0 farther than `wide` from it; both in cycles."""
    away = np.abs((phase - centre + 0.5) % 1.0 - 0.5)
    return np.where(away < wide, 0.5 + 0.5 * np.cos(np.pi * np.minimum(away / wide, 1.0)), 0.0)


def _steps(phase: Array, stride: float, knee: float, stand: float, heel: float, push: float) -> Channels:
    """Legs of a step: contact ahead at phase 0 on the left, half a cycle later on the right."""
    out: Channels = {}
    for side, shift in (("L", 0.0), ("R", 0.5)):
        p = phase + shift
        out[f"leg.{side}.swing"] = stride * np.cos(TURN * p) + 0.12 * stride + 0.25 * knee * _bump(p, 0.76, 0.2)
        out[f"knee.{side}"] = stand + 0.4 * stand * _bump(p, 0.12, 0.14) + knee * _bump(p, 0.7, 0.27)
        out[f"foot.{side}"] = heel * _bump(p, 0.99, 0.13) - push * _bump(p, 0.6, 0.2)
    return out


def walk(t: Array, rng: Rng) -> Channels:
    style = str(
        rng.choice(["plain", "strut", "sneak", "march", "tired", "zombie"], p=[0.4, 0.14, 0.12, 0.12, 0.12, 0.1])
    )
    cycle = rng.uniform(20, 32)
    phase = t / cycle + rng.random()
    stride, knee, stand = rng.uniform(20, 30), rng.uniform(45, 62), rng.uniform(4, 10)
    arms, elbow, lean, sway = rng.uniform(16, 32), rng.uniform(8, 25), rng.uniform(0, 5), rng.uniform(3, 8)
    swing, beat = np.cos(TURN * phase), np.cos(2 * TURN * phase)
    if style == "march":
        knee, arms, stride = 95.0, 45.0, 30.0
    elif style == "sneak":
        stand, lean, arms, elbow, knee = 35.0, 22.0, 12.0, 80.0, 85.0
    elif style == "tired":
        lean, arms, stride = 14.0, 9.0, 16.0
    out = _steps(phase, stride, knee, stand, 18.0, rng.uniform(25, 45))
    for side, s in (("L", 1.0), ("R", -1.0)):
        out[f"arm.{side}.swing"] = -s * arms * np.cos(TURN * (phase - 0.03)) - 2 + (40 if style == "sneak" else 0)
        out[f"elbow.{side}"] = elbow - s * 0.4 * arms * np.cos(TURN * (phase - 0.09))
        out[f"wrist.{side}"] = -s * 12 * np.cos(TURN * (phase - 0.16))
        out[f"arm.{side}.raise"] = np.full_like(t, rng.uniform(0, 10))
        if style == "zombie":
            out[f"arm.{side}.swing"] = 75 + 8 * np.cos(TURN * (phase + 0.1 * s))
            out[f"elbow.{side}"] = 12 + 6 * beat
    out["twist"] = -0.35 * arms * np.cos(TURN * (phase - 0.02))
    out["yaw"] = 0.2 * stride * swing
    out["side"] = sway * np.sin(TURN * phase)
    out["roll"] = -0.7 * sway * np.sin(TURN * phase) * (2.0 if style == "strut" else 1.0)
    out["bend"] = lean + 2 * beat
    out["nod"] = (18 if style == "tired" else 0) - 0.7 * lean - 3 * np.cos(2 * TURN * (phase - 0.06))
    out["look"] = 0.2 * arms * np.cos(TURN * (phase - 0.02))
    out["lift"] = np.zeros_like(t)
    return out


def run(t: Array, rng: Rng) -> Channels:
    cycle = rng.uniform(13, 19)
    phase = t / cycle + rng.random()
    stride, knee = rng.uniform(36, 50), rng.uniform(85, 118)
    arms, lean = rng.uniform(40, 60), rng.uniform(8, 22)
    out = _steps(phase, stride, knee, rng.uniform(15, 25), 12.0, 55.0)
    for side, s in (("L", 1.0), ("R", -1.0)):
        out[f"arm.{side}.swing"] = -s * arms * np.cos(TURN * (phase - 0.03)) - 5
        out[f"elbow.{side}"] = rng.uniform(70, 100) - s * 22 * np.cos(TURN * (phase - 0.1))
        out[f"arm.{side}.raise"] = np.full_like(t, rng.uniform(4, 16))
        out[f"wrist.{side}"] = -s * 10 * np.cos(TURN * (phase - 0.15))
    out["twist"] = -rng.uniform(10, 22) * np.cos(TURN * (phase - 0.02))
    out["yaw"] = 9 * np.cos(TURN * phase)
    out["lean"] = np.full_like(t, lean * 0.5)
    out["bend"] = lean * 0.5 + 4 * np.cos(2 * TURN * (phase - 0.1))
    out["nod"] = -0.6 * lean + 5 * np.cos(2 * TURN * (phase - 0.2))
    out["roll"] = 4 * np.sin(TURN * phase)
    hop = np.maximum(np.sin(2 * TURN * (phase - 0.25 - 0.02)), 0.0)
    out["lift"] = rng.uniform(0.02, 0.07) * hop
    out["stretch"] = rng.uniform(0.0, 0.05) * np.sin(2 * TURN * (phase - 0.25))
    return out


def skip(t: Array, rng: Rng) -> Channels:
    out = run(t * 0.8, rng)
    cycle = rng.uniform(16, 22)
    out["lift"] = rng.uniform(0.06, 0.14) * np.abs(np.sin(TURN * t / cycle))
    out["stretch"] = 0.07 * np.cos(2 * TURN * t / cycle) * -1
    return out


def dance(t: Array, rng: Rng) -> Channels:
    """Every channel swings with the beat, at once, twice or half as fast, in its own phase."""
    beat = rng.uniform(10, 16)
    reach = {"side": 14, "twist": 22, "bend": 10, "yaw": 25, "roll": 9, "nod": 12, "tilt": 12, "look": 20,
             "elbow.L": 45, "elbow.R": 45, "arm.L.swing": 45, "arm.R.swing": 45, "arm.L.raise": 40,
             "arm.R.raise": 40, "wrist.L": 30, "wrist.R": 30, "leg.L.swing": 22, "leg.R.swing": 22,
             "leg.L.raise": 12, "leg.R.raise": 12, "arm.L.twist": 30, "arm.R.twist": 30}  # fmt: skip
    rest = {"elbow.L": 55, "elbow.R": 55, "arm.L.raise": 35, "arm.R.raise": 35, "arm.L.swing": 25, "arm.R.swing": 25}
    out: Channels = {}
    for name, far in reach.items():
        pace = rng.choice([0.5, 1.0], p=[0.7, 0.3])
        wave = np.sin(TURN * (pace * t / beat + rng.choice([0.0, 0.25, 0.5, 0.75]) + rng.normal(0, 0.03)))
        # A wave with flat tops holds its poses for a moment.
        out[name] = rest.get(name, 0) + far * rng.uniform(0.35, 1.0) * np.tanh(1.6 * wave) / 0.92
    for side in "LR":
        out[f"knee.{side}"] = 18 + 16 * np.cos(TURN * t / beat) + 1.3 * np.maximum(out[f"leg.{side}.swing"], 0)
        out[f"leg.{side}.swing"] = out[f"leg.{side}.swing"] + 9
    out["lift"] = rng.uniform(0, 0.06) * np.maximum(np.sin(TURN * t / beat), 0)
    out["stretch"] = 0.04 * np.sin(TURN * t / beat)
    return out


def swim(t: Array, rng: Rng) -> Channels:
    cycle = rng.uniform(20, 30)
    phase = t / cycle + rng.random()
    out: Channels = {"lean": np.full_like(t, rng.uniform(60, 85)), "nod": np.full_like(t, -40.0)}
    for side, shift in (("L", 0.0), ("R", 0.5)):
        turn = 360 * ((phase + shift) % 1.0)
        out[f"arm.{side}.swing"] = 180.0 - np.unwrap(turn, period=360)
        out[f"elbow.{side}"] = 10 + 55 * _bump(phase + shift, 0.2, 0.3)
        kick = np.sin(TURN * (3 * t / cycle + shift))
        out[f"leg.{side}.swing"] = 18 * kick
        out[f"knee.{side}"] = 12 + 14 * np.sin(TURN * (3 * t / cycle + shift - 0.2))
        out[f"foot.{side}"] = np.full_like(t, -130.0)
    out["twist"] = 25 * np.sin(TURN * phase)
    out["roll"] = 8 * np.cos(TURN * phase)
    out["lift"] = 0.2 + 0.02 * np.sin(2 * TURN * phase)
    return out


def fly(t: Array, rng: Rng) -> Channels:
    cycle = rng.uniform(20, 34)
    wave = np.sin(TURN * (t / cycle + rng.random()))
    slow = np.sin(TURN * (0.5 * t / cycle + rng.random()))
    out: Channels = {"lean": 70 + 6 * wave, "bend": -12 + 5 * wave, "nod": -45 + 4 * slow, "roll": 14 * slow}
    one = bool(rng.random() < 0.5)
    for side in "LR":
        ahead = one or side == "L"
        out[f"arm.{side}.swing"] = (168.0 if ahead else -12.0) + 7.0 * np.roll(wave, 1)
        out[f"elbow.{side}"] = 5 + 6 * wave
        out[f"leg.{side}.swing"] = -8 + (8 if side == "L" else -7) * slow
        out[f"knee.{side}"] = 14 + 10 * wave + (25 if side == "R" else 0)
        out[f"foot.{side}"] = np.full_like(t, -120.0)
    out["lift"] = 0.3 + 0.05 * wave
    return out


def idle(t: Array, rng: Rng) -> Channels:
    cycle = rng.uniform(22, 36)
    wave = np.sin(TURN * (t / cycle + rng.random()))
    late = np.sin(TURN * (t / cycle + rng.random()))
    out: Channels = {
        "bend": 4 * wave,
        "nod": 4 * late,
        "side": 6 * late,
        "roll": 5 * wave,
        "look": 24 * late,
        "tilt": 5 * wave,
    }
    for side in "LR":
        out[f"arm.{side}.swing"] = rng.uniform(-5, 30) + 6 * wave
        out[f"elbow.{side}"] = rng.uniform(10, 70) + 8 * late
        out[f"arm.{side}.raise"] = rng.uniform(0, 20) + 3 * wave
        bend = rng.uniform(4, 16) + 4 * wave
        out[f"knee.{side}"], out[f"leg.{side}.swing"] = 2 * bend, bend
        out[f"leg.{side}.raise"] = np.full_like(t, rng.uniform(2, 9))
    out["stretch"] = 0.02 * wave
    return out


CYCLES = {"walk": walk, "run": run, "skip": skip, "dance": dance, "swim": swim, "fly": fly, "idle": idle}
