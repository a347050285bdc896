"""Bodies on two legs: people, children, brutes, robots and animals that walk upright, dressed and armed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inkbetween.training.figures.builder import AHEAD, Builder
from inkbetween.training.figures.forms import Body

from . import heads
from .hair import beard, hair, hat
from .limbs import arm, leg
from .outfits import dress_up, equip, ornament

Rng = np.random.Generator


@dataclass(frozen=True)
class Build:
    """Proportions; lengths in units of the figure's height, 1. Widths are half-widths."""

    head: float
    head_wide: float
    neck: float
    torso: float
    leg: float
    arm: float
    shoulder: float
    chest: float
    waist: float
    hip: float
    arm_thick: float
    leg_thick: float
    hand: float
    foot: float


def proportions(rng: Rng) -> tuple[str, Build]:
    """One of several kinds of build, varied."""
    names = ["real", "cartoon", "chibi", "lanky", "brute", "robot", "round"]
    kind = str(rng.choice(names, p=[0.2, 0.25, 0.17, 0.11, 0.1, 0.08, 0.09]))
    #          head   wide  neck  torso  arm   shou  chest waist hip   armt   legt   hand  foot
    table = {
        "real": (0.145, 0.36, 0.045, 0.33, 0.36, 0.108, 0.098, 0.075, 0.088, 0.026, 0.042, 0.042, 0.120),
        "cartoon": (0.225, 0.42, 0.03, 0.32, 0.34, 0.100, 0.094, 0.075, 0.088, 0.027, 0.038, 0.050, 0.130),
        "chibi": (0.40, 0.50, 0.01, 0.29, 0.27, 0.105, 0.105, 0.100, 0.112, 0.034, 0.046, 0.052, 0.125),
        "lanky": (0.150, 0.38, 0.06, 0.30, 0.43, 0.085, 0.070, 0.052, 0.062, 0.018, 0.024, 0.050, 0.135),
        "brute": (0.135, 0.42, 0.01, 0.42, 0.42, 0.175, 0.170, 0.110, 0.100, 0.052, 0.050, 0.070, 0.130),
        "robot": (0.170, 0.50, 0.04, 0.33, 0.36, 0.140, 0.120, 0.100, 0.105, 0.032, 0.042, 0.050, 0.140),
        "round": (0.220, 0.46, 0.00, 0.40, 0.30, 0.135, 0.165, 0.185, 0.160, 0.032, 0.046, 0.050, 0.120),
    }
    values = np.array(table[kind]) * np.exp(rng.normal(0, 0.09, 13))
    head, wide, neck, torso, *rest = (float(v) for v in values)
    long = max(1.0 - head - neck - torso, 0.16)
    return kind, Build(head, wide, neck, torso, long, *rest)


def skeleton(b: Builder, p: Build) -> None:
    """Bones that all motions of bipeds know."""
    b.bone("hips", None, (0, p.leg, 0))
    b.bone("spine", "hips", (0, p.torso * 0.15, 0))
    b.bone("chest", "spine", (0, p.torso * 0.38, 0))
    b.bone("neck", "chest", (0, p.torso * 0.47, -0.1 * p.chest))
    b.bone("head", "neck", (0, p.neck, 0.15 * p.chest))
    for s, side in ((1.0, "L"), (-1.0, "R")):
        b.bone(f"upperarm.{side}", "chest", (s * p.shoulder, p.torso * 0.38, 0))
        b.bone(f"forearm.{side}", f"upperarm.{side}", (0, -p.arm * 0.5, 0))
        b.bone(f"hand.{side}", f"forearm.{side}", (0, -p.arm * 0.5, 0))
        b.bone(f"thigh.{side}", "hips", (s * p.hip * 0.56, 0, 0))
        b.bone(f"shin.{side}", f"thigh.{side}", (0, -p.leg * 0.47, 0))
        b.bone(f"foot.{side}", f"shin.{side}", (0, -p.leg * 0.46, 0))


def torso(b: Builder, p: Build, robot: bool, rng: Rng) -> int:
    """One form from the pelvis to the neck."""
    flat = rng.uniform(0.62, 0.8)
    controls = [
        b.at("hips", (0, -p.hip * 0.18, 0)),
        b.at("hips", (0, p.torso * 0.1, 0)),
        b.at("spine", (0, p.torso * 0.16, 0)),
        b.at("chest", (0, p.torso * 0.12, 0)),
        b.at("chest", (0, p.torso * 0.38 - p.shoulder * 0.25, 0)),
        b.at("chest", (0, p.torso * 0.47, -0.05 * p.chest)),
    ]
    neck = max(p.head * p.head_wide * 0.38, 0.018)
    belly = rng.uniform(0.9, 1.15)
    stops = [
        (0.0, p.hip * 0.85, p.hip * flat * 0.95),
        (0.2, p.hip, p.hip * flat * 1.05),
        (0.42, p.waist, p.waist * (flat + 0.1) * belly),
        (0.68, p.chest, p.chest * flat),
        (0.84, max(p.shoulder * 0.86, neck), p.chest * flat * 0.82),
        (1.0, neck * 1.15, neck * 1.1),
    ]
    return b.tube("torso", controls, stops, rings=18, bend=0.9, flat=robot)


def biped(name: str, rng: Rng) -> Body:
    """A body from its own generator: all choices are made here and stay the same for all its clips."""
    kind, p = proportions(rng)
    robot = kind == "robot"
    b = Builder("biped", name)
    skeleton(b, p)
    trunk = torso(b, p, robot, rng)
    gloves, shoes = rng.random() < 0.35, rng.random() < 0.75
    fingers = kind != "chibi" and rng.random() < 0.7
    sleeves = str(rng.choice(["none", "short", "long", "puff"], p=[0.15, 0.3, 0.37, 0.18]))
    trousers = str(rng.choice(["none", "shorts", "long", "boots"], p=[0.12, 0.24, 0.34, 0.3]))
    for s, side in ((1.0, "L"), (-1.0, "R")):
        arm(b, side, s, p.arm, p.arm_thick, p.hand, fingers, gloves, sleeves, robot)
        leg(b, side, p.leg, p.leg_thick, p.foot, trousers, shoes, robot)
    head(b, p, kind, rng)
    dress_up(b, trunk, p.torso, p.leg, p.hip, p.waist, p.chest, not robot, rng)
    ornament(b, rng)
    equip(b, p.hand, p.torso, p.chest, rng)
    return b.body(1.0)


def head(b: Builder, p: Build, kind: str, rng: Rng) -> None:
    """Skull, face, and what is on it."""
    tall, wide = p.head, p.head * p.head_wide
    deep = wide * rng.uniform(0.95, 1.12)
    neck = max(wide * 0.36, 0.014)
    controls = [b.at("chest", (0, 0.4 * p.torso, -0.2 * p.chest)), b.at("head", (0, tall * 0.28, -deep * 0.3))]
    b.tube("neck", controls, [(0, neck * 1.05), (1, neck)], rings=7)
    jaw = rng.uniform(0.62, 0.98)
    form, middle = heads.skull(b, "head", tall, wide, deep, jaw)
    animal = kind not in ("real", "robot") and rng.random() < 0.35
    wild = rng.random()
    if kind == "robot":
        visor = rng.random() < 0.5
        if visor:
            b.patch(form, heads.oval(0, 4, 50, 16), closed=True)
        heads.eyes(b, form, rng, big=0.9)
        heads.mouth(b, form, rng, wide=14)
        for s in (1, -1):
            b.ball("bolt", "head", (s * wide, middle, 0), (wide * 0.22, deep * 0.25, deep * 0.25))
        if rng.random() < 0.6:
            hat(b, "head", tall, wide, deep, rng)
        return
    big = 1.3 if kind == "chibi" else 1.0
    if animal:
        snouty = rng.random() < 0.7
        heads.eyes(b, form, rng, 27.0, 12.0 if snouty else 5.0, big)
        if snouty:
            muzzle(b, middle, wide, deep, rng)
        else:
            heads.mouth(b, form, rng)
            heads.nose(b, form, "head", middle, deep, rng)
        heads.ears(b, "head", middle, wide, deep, rng, str(rng.choice(["cat", "bear", "rabbit"])))
        if rng.random() < 0.5:
            heads.whiskers(b, form)
        tail(b, p, rng)
        return
    heads.eyes(b, form, rng, big=big)
    heads.mouth(b, form, rng)
    heads.nose(b, form, "head", middle, deep, rng)
    if rng.random() < 0.8:
        heads.ears(b, "head", middle, wide, deep, rng, "elf" if wild < 0.12 else "human")
    if rng.random() < 0.12:
        heads.glasses(b, form)
    if rng.random() < 0.3:
        hat(b, "head", tall, wide, deep, rng)
    else:
        hair(b, form, "head", tall, wide, deep, rng)
    if rng.random() < 0.15:
        beard(b, "head", tall, wide, deep, jaw, rng)


def muzzle(b: Builder, middle: float, wide: float, deep: float, rng: Rng) -> None:
    """A snout with a nose at its end and a mouth under it."""
    long, size = deep * rng.uniform(0.35, 0.85), wide * rng.uniform(0.4, 0.55)
    y = middle - 0.28 * deep
    controls = [
        b.at("head", (0, y, deep * 0.55), axis=AHEAD),
        b.at("head", (0, y - 0.08 * deep, deep * 0.75 + long), axis=AHEAD),
    ]
    form = b.tube("snout", controls, [(0, size * 1.15, size), (1, size * 0.75, size * 0.6)], rings=8)
    b.ball(
        "nose", "head", (0, y + size * 0.45, deep * 0.75 + long + size * 0.35), (size * 0.32, size * 0.25, size * 0.24)
    )
    for s in (0.0, 180.0):
        flip = 1 if s == 0 else -1
        b.mark(form, np.array([[1.0, 90.0], [0.8, s + flip * 30], [0.3, s + flip * 18]]))


def tail(b: Builder, p: Build, rng: Rng) -> None:
    long, thick = p.leg * rng.uniform(0.7, 1.3), p.leg_thick * rng.uniform(0.4, 0.9)
    curl = rng.uniform(-0.2, 0.9)
    nodes = []
    for k in range(7):
        q = k / 6
        nodes.append((0, (curl * q * q - 0.4 * q * (1 - q)) * long, -p.hip * 0.5 - 0.8 * q * long))
    bushy = rng.random() < 0.4
    stops = [(0, thick), (0.6, thick * 1.9), (1, thick * 0.3)] if bushy else [(0, thick), (1, thick * 0.35)]
    b.tube("tail", b.spring("hips", nodes, 0.16), stops, rings=16)
