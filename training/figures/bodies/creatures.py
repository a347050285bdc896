"""Birds, bats, bees, fish, spiders, octopuses and blobs."""

from __future__ import annotations

import numpy as np

from inkbetween.training.figures.builder import AHEAD, LEFT, Builder
from inkbetween.training.figures.forms import Body

from . import heads

Rng = np.random.Generator
SPINE = 7
"""Joints of a fish's spine."""


def bird(name: str, rng: Rng) -> Body:
    """Something with two wings: a bird with feathers, a bat or dragon with skins."""
    b = Builder("flyer", name, spacing=0.008)
    long, fat = rng.uniform(0.36, 0.6), rng.uniform(0.1, 0.17)
    span, skin = rng.uniform(0.42, 0.7), rng.random() < 0.35
    b.bone("hips", None, (0, 0.6, 0))
    b.bone("chest", "hips", (0, 0.02, long * 0.3))
    b.bone("neck", "chest", (0, fat * 0.3, long * 0.2))
    neck = rng.uniform(0.06, 0.25)
    b.bone("head", "neck", (0, neck * 0.6, neck * 0.8))
    points = [
        ("hips", (0, 0, -long * 0.45)),
        ("hips", (0, -0.02, 0)),
        ("chest", (0, -0.01, 0)),
        ("chest", (0, 0.01, long * 0.22)),
    ]
    controls = [b.at(bone, q, LEFT, AHEAD) for bone, q in points]
    trunk = b.tube("body", controls, [(0, fat * 0.3), (0.4, fat * 0.95), (0.7, fat), (1, fat * 0.6)], rings=15)
    b.mark(trunk, np.array([[0.9, 20], [0.6, 40], [0.3, 40]]))
    b.mark(trunk, np.array([[0.9, 160], [0.6, 140], [0.3, 140]]))
    size = rng.uniform(0.075, 0.12)
    controls = [b.at("chest", (0, 0, long * 0.14), LEFT, AHEAD), b.at("neck"), b.at("head")]
    b.tube("neck", controls, [(0, fat * 0.7), (0.5, size * 0.75), (1, size * 0.7)], rings=10)
    head = b.ball("head", "head", (0, size * 0.3, size * 0.2), (size * 0.88, size, size * 0.92))
    heads.eyes(b, head, rng, rng.uniform(40, 65), 14, rng.uniform(1.0, 1.8))
    beak(b, size, rng)
    for s, side in ((1.0, "L"), (-1.0, "R")):
        b.bone(f"wing.{side}", "chest", (s * fat * 0.7, fat * 0.45, 0))
        b.bone(f"fore.{side}", f"wing.{side}", (s * span * 0.36, 0, 0.05))
        b.bone(f"tip.{side}", f"fore.{side}", (s * span * 0.32, 0, -0.02))
        (skins if skin else feathers)(b, s, side, span, rng)
        leg = [("hips", (s * fat * 0.45, -fat * 0.7, 0)), ("hips", (s * fat * 0.5, -fat * 1.3, -0.06))]
        b.tube(f"leg.{side}", [b.at(bone, q) for bone, q in leg], [(0, 0.022), (1, 0.011)], rings=6)
        for k in (-1, 0, 1):
            start, end = (s * fat * 0.5, -fat * 1.3, -0.06), (s * fat * 0.5 + 0.022 * k, -fat * 1.3 - 0.02, -0.1)
            b.tube(f"toe.{k}.{side}", [b.at("hips", start), b.at("hips", end)], [(0, 0.01), (1, 0.006)], rings=4)
    for place, angle in (
        (0.75, 60),
        (0.65, 75),
        (0.55, 60),
        (0.65, 105),
        (0.75, 120),
        (0.45, 80),
        (0.5, 100),
        (0.35, 90),
    ):
        b.mark(trunk, np.array([[place, angle - 9], [place - 0.035, angle], [place, angle + 9]]))
    tail = rng.uniform(0.2, 0.4)
    if skin:
        nodes = [(0, -0.02 * k, -long * 0.42 - tail * 1.8 * k / 6) for k in range(7)]
        b.tube(
            "tail", b.spring("hips", nodes, 0.18), [(0, fat * 0.3), (0.8, 0.02), (0.92, 0.045), (1, 0.004)], rings=16
        )
    else:
        for k in range(-2, 3):
            end = (0.07 * k, -0.01 * abs(k), -long * 0.45 - tail)
            b.tube(f"tail.{k}", b.spring("hips", [(0.01 * k, 0, -long * 0.4), end], 0.5),
                   [(0, 0.02, 0.008), (0.75, 0.04, 0.008), (1, 0.02, 0.006)], rings=8)  # fmt: skip
    return b.body(1.0)


def beak(b: Builder, size: float, rng: Rng) -> None:
    long = size * rng.uniform(0.6, 1.8)
    hook = rng.uniform(0.0, 0.5) * size
    low = [
        (0, size * 0.2, size * 0.8),
        (0, size * 0.15, size * 1.0 + long * 0.6),
        (0, size * 0.15 - hook, size * 1.1 + long),
    ]
    form = b.tube("beak", [b.at("head", q, LEFT, AHEAD) for q in low], [(0, size * 0.4), (1, size * 0.04)], rings=10)
    b.mark(form, np.array([[0.1, 25], [0.85, 15]]))
    b.mark(form, np.array([[0.1, 155], [0.85, 165]]))


def feathers(b: Builder, s: float, side: str, span: float, rng: Rng) -> None:
    """An arm with long feathers behind it, fanned out towards the tip."""
    wing, fore, tip = f"wing.{side}", f"fore.{side}", f"tip.{side}"
    chord = span * rng.uniform(0.28, 0.42)
    arm = [
        b.at(wing, (0, 0, 0), AHEAD),
        b.at(fore, (0, 0, 0), AHEAD),
        b.at(tip, (0, 0, 0), AHEAD),
        b.at(tip, (s * span * 0.1, 0, -0.02), AHEAD),
    ]
    b.tube(f"wing.{side}", arm, [(0, 0.055, 0.03), (0.5, 0.045, 0.022), (1, 0.022, 0.012)], rings=15)
    spots = [
        (wing, 0.12, 8),
        (wing, 0.3, 12),
        (fore, 0.12, 16),
        (fore, 0.3, 24),
        (tip, 0.02, 38),
        (tip, 0.06, 56),
        (tip, 0.1, 74),
    ]
    for k, (bone, out, fan) in enumerate(spots):
        root = np.array([s * out * span, 0.0, -0.01])
        way = np.array([s * np.sin(np.radians(fan)), 0.0, -np.cos(np.radians(fan))])
        long = chord * (0.8 + 0.11 * k)
        nodes = [root + way * long * j / 2 for j in range(3)]
        wide = span * 0.065
        stops = [(0, wide * 0.5, 0.008), (0.3, wide, 0.008), (0.75, wide * 0.9, 0.007), (1, wide * 0.3, 0.005)]
        b.tube(
            f"feather.{k}.{side}",
            b.spring(bone, nodes, 0.4, side=(float(way[2]), 0.0, float(-way[0]))),
            stops,
            rings=10,
        )


def skins(b: Builder, s: float, side: str, span: float, rng: Rng) -> None:
    """An arm with fingers and one skin behind it."""
    wing, fore, tip = f"wing.{side}", f"fore.{side}", f"tip.{side}"
    chord = span * rng.uniform(0.3, 0.45)
    arm = [b.at(wing), b.at(fore), b.at(tip), b.at(tip, (s * span * 0.34, 0, -0.04))]
    b.tube(f"wing.{side}", arm, [(0, 0.03), (0.5, 0.018), (1, 0.008)], rings=16)
    back = [
        (wing, (0.0, 0, -chord * 0.35)),
        (fore, (0, 0, -chord * 0.42)),
        (tip, (0, 0, -chord * 0.38)),
        (tip, (s * span * 0.3, 0, -0.06)),
    ]
    skin = [b.at(bone, q, AHEAD) for bone, q in back]
    form = b.tube(
        f"skin.{side}", skin, [(0, chord * 0.4, 0.006), (0.5, chord * 0.5, 0.006), (1, chord * 0.06, 0.005)], rings=16
    )
    for place in (0.33, 0.66):
        for lifted in (90, 270):
            b.mark(form, np.array([[place, lifted - 88], [place + 0.02, lifted], [place + 0.06, lifted + 88]]))


def fish(name: str, rng: Rng) -> Body:
    b = Builder("swimmer", name, spacing=0.008)
    long, tall, fat = 1.0, rng.uniform(0.13, 0.32), rng.uniform(0.5, 0.85)
    b.bone("hips", None, (0, 0.5, 0.36 * long))
    for k in range(1, SPINE):
        b.bone(f"spine.{k}", "hips" if k == 1 else f"spine.{k - 1}", (0, 0, -long * 0.86 / (SPINE - 1)))
    bones = ["hips"] + [f"spine.{k}" for k in range(1, SPINE)]
    controls = [b.at("hips", (0, 0, 0.12))] + [b.at(bone) for bone in bones]
    peak = rng.uniform(0.25, 0.45)
    stops = [(0, tall * 0.35), (0.14, tall * 0.75), (peak, tall), (0.75, tall * 0.45), (1, tall * 0.14)]
    trunk = b.tube("body", controls, [(q, r * fat, r) for q, r in stops], rings=22)
    # side x axis: up, for a form that lies backwards.
    for flip, zero in ((1, 0), (-1, 180)):
        turn = np.linspace(0, 2 * np.pi, 24)
        eye = np.column_stack([0.1 + 0.028 * np.cos(turn), zero + flip * (28 + 16 * np.sin(turn))])
        b.mark(trunk, eye)
        pupil = np.column_stack([0.1 + 0.012 * np.cos(turn), zero + flip * (28 + 7 * np.sin(turn))])
        b.mark(trunk, pupil)
        b.mark(trunk, np.array([[0.2, zero + flip * 50], [0.235, zero], [0.2, zero - flip * 45]]))
        b.mark(trunk, np.array([[0.0, zero - flip * 25], [0.06, zero - flip * 30], [0.09, zero - flip * 14]]))
        if rng.random() < 0.7:
            for place in np.linspace(0.35, 0.8, 4):
                b.mark(trunk, np.array([[place, zero + flip * 55], [place + 0.05, zero], [place, zero - flip * 55]]))
    fins(b, tall, fat, bones, rng)
    return b.body(1.0)


def fins(b: Builder, tall: float, fat: float, bones: list[str], rng: Rng) -> None:
    size = rng.uniform(0.12, 0.26)
    for flip in (1.0, -1.0):
        nodes = [(0, flip * 0.01, 0.05), (0, flip * size * 0.45, -0.1), (0, flip * size, -0.22)]
        lobe = b.tube(
            f"tail.{flip:.0f}",
            b.spring(bones[-1], nodes, 0.7, side=AHEAD),
            [(0, 0.03, 0.012), (0.5, 0.07, 0.01), (1, 0.008, 0.006)],
            11,
        )
        b.mark(lobe, np.array([[0.2, 90], [0.85, 90]]))
        b.mark(lobe, np.array([[0.2, 270], [0.85, 270]]))
        root = (flip * tall * fat * 0.85, -tall * 0.2, 0.0)
        tip = (flip * (tall * fat * 0.85 + size * 0.7), -tall * 0.45, -size * 0.6)
        half = (np.array(root) + np.array(tip)) / 2
        b.tube(
            f"fin.{flip:.0f}",
            b.spring(bones[1], [root, half, tip], 0.3, side=AHEAD),
            [(0, 0.03, 0.009), (0.6, 0.06, 0.009), (1, 0.03, 0.006)],
            10,
        )
    count = int(rng.integers(1, 4))
    for k in range(count):
        bone = bones[2 + k]
        nodes = [(0, tall * 0.75, 0.02), (0, tall * 1.0 + size * 0.3, -0.03), (0, tall * 0.95 + size * 0.75, -0.12)]
        b.tube(
            f"back.{k}",
            b.spring(bone, nodes, 0.5, side=AHEAD),
            [(0, 0.075, 0.01), (0.5, 0.06, 0.01), (1, 0.02, 0.006)],
            10,
        )
    nodes = [(0, -tall * 0.75, 0.0), (0, -tall * 1.0 - size * 0.2, -0.08)]
    b.tube("belly", b.spring(bones[3], nodes, 0.5, side=AHEAD), [(0, 0.06, 0.01), (1, 0.02, 0.006)], 8)


def spider(name: str, rng: Rng) -> Body:
    """Six or eight legs around a body: spiders, beetles, crabs."""
    b = Builder("crawler", name, spacing=0.008)
    size = rng.uniform(0.12, 0.2)
    pairs = int(rng.choice([3, 4]))
    b.bone("hips", None, (0, 0.35, 0))
    b.bone("head", "hips", (0, 0.0, size * 0.95))
    back = rng.uniform(1.0, 1.9)
    belly = b.ball(
        "belly",
        "hips",
        (0, size * 0.3, -size * back * 0.85),
        (size * 1.05 * back * 0.8, size * back, size * back * 0.75),
    )
    for k in range(int(rng.integers(1, 4))):
        b.patch(belly, heads.oval(180, 35 - 30 * k, 26 - 5 * k, 10), closed=True)
    b.ball("thorax", "hips", (0, 0, size * 0.3), (size * 0.75, size * 0.8, size * 0.6))
    head = b.ball("head", "head", (0, 0, 0), (size * 0.62, size * 0.6, size * 0.55))
    heads.eyes(b, head, rng, rng.uniform(18, 34), 15, rng.uniform(1.2, 2.0))
    heads.mouth(b, head, rng, -25, 18)
    for s, side in ((1.0, "L"), (-1.0, "R")):
        nodes = [(s * size * 0.3, -size * 0.3, size * 0.45), (s * size * 0.32, -size * 0.65, size * 0.75)]
        b.tube(f"fang.{side}", [b.at("head", q) for q in nodes], [(0, size * 0.14), (1, size * 0.03)], rings=6)
        for k in range(pairs):
            fan = np.radians(-48 + 96 * k / (pairs - 1))
            out = np.array([s * np.cos(fan), 0.0, -np.sin(fan)])
            bone = f"leg.{k}.{side}"
            b.bone(bone, "hips", out * size * 0.6 + np.array([0, 0, size * 0.3]))
            b.bone(f"mid.{k}.{side}", bone, out * size * 1.7 + np.array([0, size * 1.5, 0]))
            b.bone(f"end.{k}.{side}", f"mid.{k}.{side}", out * size * 1.6 + np.array([0, -size * 1.7, 0]))
            tip = out * size * 0.35 + np.array([0, -size * 1.6, 0])
            joints = [b.at(bone), b.at(f"mid.{k}.{side}"), b.at(f"end.{k}.{side}"), b.at(f"end.{k}.{side}", tip)]
            thick = size * 0.17
            form = b.tube(
                bone,
                joints,
                [(0, thick), (0.33, thick * 1.15), (0.66, thick * 0.8), (1, thick * 0.3)],
                rings=20,
                bend=0.7,
            )
            b.belt(form, 0.37)
            b.belt(form, 0.69)
            b.sole(f"end.{k}.{side}", tip)
    return b.body(1.0)


def blob(name: str, rng: Rng) -> Body:
    """One soft body with a face, feet and perhaps arms: slimes, balls, ghosts, eggs, octopuses."""
    b = Builder("blob", name, spacing=0.008)
    b.bone("hips", None, (0, 0.4, 0))
    wide, tall = rng.uniform(0.3, 0.42), rng.uniform(0.3, 0.45)
    pear = rng.uniform(0.5, 0.95)
    b.bone("top", "hips", (0, tall * 0.6, 0))
    ends = [b.at("hips", (0, 0, 0)), b.at("hips", (0, tall * 0.35, 0)), b.at("top", (0, 0, 0))]
    form = b.tube("body", ends, [(0, wide), (1, wide * pear)], rings=9)
    heads.eyes(b, form, rng, rng.uniform(14, 22), rng.uniform(12, 30), rng.uniform(0.9, 1.4))
    heads.mouth(b, form, rng, rng.uniform(-22, -5), rng.uniform(10, 20))
    for s in (1.0, -1.0):
        if rng.random() < 0.5:
            b.patch(form, heads.oval(s * 32, 0, 5, 3), closed=True)
    if rng.random() < 0.4:
        b.patch(form, heads.oval(0, -48, 34, 22), closed=True)
    for _ in range(int(rng.integers(0, 12))):
        size = rng.uniform(4, 9)
        b.patch(form, heads.oval(rng.uniform(60, 300), rng.uniform(-40, 55), size, size * 0.9), closed=True)
    tentacles = rng.random() < 0.45
    if tentacles:
        count = int(rng.integers(6, 9))
        for k in range(count):
            angle = 2 * np.pi * (k + 0.5) / count
            out = np.array([np.sin(angle), 0.0, np.cos(angle)])
            nodes = [
                out * wide * (0.6 + 0.75 * q) + np.array([0, -wide * (0.5 + 0.8 * q - 0.7 * q * q), 0])
                for q in np.linspace(0, 1, 7)
            ]
            across = (float(np.cos(angle)), 0.0, float(-np.sin(angle)))
            arm = b.spring("hips", nodes, 0.13, side=across)
            form = b.tube(f"arm.{k}", arm, [(0, wide * 0.3), (0.6, wide * 0.17), (1, wide * 0.05)], rings=16)
            for place in (0.4, 0.6, 0.8):
                turn = np.linspace(0, 2 * np.pi, 14)
                b.mark(form, np.column_stack([place + 0.035 * np.cos(turn), 270 + 25 * np.sin(turn)]))
        b.sole("hips", (0, -wide * 0.95, 0))
        return b.body(1.0)
    for s, side in ((1.0, "L"), (-1.0, "R")):
        foot = b.ball(
            f"foot.{side}", "hips", (s * wide * 0.5, -wide * 0.92, wide * 0.3), (wide * 0.3, wide * 0.42, wide * 0.2)
        )
        b.patch(foot, heads.curve([(-40, -5), (0, -8), (40, -5)]))
        root, bent = np.array([s * wide * 0.9, tall * 0.15, 0]), np.array([s * wide * 1.45, -0.1 * tall, wide * 0.1])
        hand = bent + np.array([s * wide * 0.1, -wide * 0.35, wide * 0.25])
        chain = b.spring("hips", [root, bent, hand], 0.22)
        b.tube(f"arm.{side}", chain, [(0, wide * 0.13), (1, wide * 0.1)], rings=11)
        b.tube(f"hand.{side}", chain[-1:], [(0, wide * 0.2)], rings=1)
    if rng.random() < 0.5:
        for s in (1.0, -1.0) if rng.random() < 0.7 else (0.0,):
            nodes = [(s * wide * 0.35, tall * (0.25 + 0.16 * k), 0) for k in range(4)]
            chain = b.spring("top", nodes, 0.25)
            b.tube(f"feeler.{s:.0f}", chain, [(0, wide * 0.07), (1, wide * 0.05)], rings=9)
            b.tube(f"bulb.{s:.0f}", chain[-1:], [(0, wide * 0.14)], rings=1)
    b.sole("hips", (0, -wide * 1.05, 0))
    return b.body(1.0)
