"""Bodies on four legs: dogs, cats, horses, cattle, sheep, lizards and dinosaurs, none of them a portrait."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inkbetween.training.figures.builder import AHEAD, LEFT, Builder
from inkbetween.training.figures.forms import Body

from . import heads

Rng = np.random.Generator


@dataclass(frozen=True)
class Beast:
    """`ears` as heads know them. Lengths in units of the body's height at the back, about 1; `rise` is the neck's
    angle above level, degrees."""

    ears: str
    long: float
    leg: float
    chest: float
    belly: float
    hip: float
    thick: float
    neck: float
    rise: float
    head: float
    snout: float
    tail: float
    tail_thick: float


#                   long  leg  chest belly hip  thick neck rise head  snout tail tailt
KINDS: dict[str, tuple[str, tuple[float, ...]]] = {
    "dog": ("cat", (1.0, 0.55, 0.21, 0.16, 0.18, 0.050, 0.30, 45, 0.150, 0.20, 0.55, 0.045)),
    "cat": ("cat", (1.1, 0.45, 0.17, 0.16, 0.17, 0.045, 0.20, 35, 0.165, 0.07, 0.95, 0.040)),
    "horse": ("cat", (1.2, 0.75, 0.22, 0.21, 0.22, 0.050, 0.55, 55, 0.130, 0.36, 0.60, 0.060)),
    "cow": ("bear", (1.3, 0.52, 0.27, 0.28, 0.24, 0.065, 0.32, 15, 0.170, 0.26, 0.70, 0.022)),
    "sheep": ("bear", (0.9, 0.38, 0.26, 0.29, 0.25, 0.045, 0.22, 35, 0.140, 0.16, 0.20, 0.060)),
    "bear": ("bear", (1.1, 0.42, 0.27, 0.28, 0.26, 0.095, 0.22, 20, 0.190, 0.20, 0.12, 0.060)),
    "dino": ("none", (1.2, 0.42, 0.24, 0.28, 0.24, 0.080, 0.55, 40, 0.120, 0.16, 1.50, 0.140)),
    "lizard": ("none", (1.3, 0.22, 0.15, 0.17, 0.14, 0.050, 0.20, 10, 0.130, 0.17, 1.30, 0.090)),
    "mouse": ("bear", (0.8, 0.24, 0.19, 0.24, 0.24, 0.040, 0.12, 20, 0.180, 0.17, 1.00, 0.020)),
    "hare": ("rabbit", (0.8, 0.36, 0.16, 0.19, 0.22, 0.045, 0.18, 40, 0.160, 0.10, 0.12, 0.070)),
}


def quadruped(name: str, rng: Rng) -> Body:
    kind = str(rng.choice(list(KINDS)))
    ears, numbers = KINDS[kind]
    values = np.array(numbers, dtype=np.float64) * np.exp(rng.normal(0, 0.1, len(numbers)))
    if rng.random() < 0.3:  # a cartoon beast has a large head on a short neck
        values *= np.array([0.85, 0.85, 1, 1, 1, 1.1, 0.8, 1, 1.6, 1.1, 1, 1])
    beast = Beast(ears, *(float(v) for v in values))
    b = Builder("quadruped", name, spacing=0.009)
    skeleton(b, beast)
    trunk = torso(b, beast, rng)
    for s, side in ((1.0, "L"), (-1.0, "R")):
        legs(b, beast, s, side, kind in ("horse", "cow", "sheep"))
    head(b, beast, rng)
    adorn(b, beast, trunk, kind, rng)
    return b.body(1.3)


def skeleton(b: Builder, p: Beast) -> None:
    b.bone("hips", None, (0, p.leg + p.hip * 0.6, -p.long * 0.5))
    b.bone("spine", "hips", (0, 0.0, p.long * 0.4))
    b.bone("chest", "spine", (0, 0.0, p.long * 0.4))
    up, on = np.sin(np.radians(p.rise)), np.cos(np.radians(p.rise))
    b.bone("neck", "chest", (0, p.chest * 0.35, p.long * 0.16))
    b.bone("head", "neck", (0, p.neck * up, p.neck * on))
    b.bone("tail", "hips", (0, p.hip * 0.4, -p.hip * 0.8))
    for s, side in ((1.0, "L"), (-1.0, "R")):
        low = p.leg + p.hip * 0.6
        b.bone(f"thigh.{side}", "hips", (s * p.hip * 0.55, -p.hip * 0.1, 0.0))
        b.bone(f"shin.{side}", f"thigh.{side}", (0, -low * 0.38, low * 0.12))
        b.bone(f"hock.{side}", f"shin.{side}", (0, -low * 0.27, -low * 0.24))
        b.bone(f"paw.{side}", f"hock.{side}", (0, -low * 0.28, low * 0.03))
        b.bone(f"upper.{side}", "chest", (s * p.chest * 0.5, -p.chest * 0.2, 0.02))
        b.bone(f"lower.{side}", f"upper.{side}", (0, -low * 0.4, -low * 0.05))
        b.bone(f"hand.{side}", f"lower.{side}", (0, -low * 0.45 + p.chest * 0.0, low * 0.03))


def torso(b: Builder, p: Beast, rng: Rng) -> int:
    controls = [
        b.at("hips", (0, -0.1 * p.hip, -p.hip * 0.45), axis=AHEAD),
        b.at("hips", (0, 0, p.long * 0.08), axis=AHEAD),
        b.at("spine", (0, (p.belly - p.chest) * -0.4, -0.05 * p.long), axis=AHEAD),
        b.at("chest", (0, 0, -0.12 * p.long), axis=AHEAD),
        b.at("chest", (0, 0.05 * p.chest, p.long * 0.08), axis=AHEAD),
    ]
    narrow = rng.uniform(0.72, 0.95)
    stops = [(0, p.hip * 0.75), (0.25, p.hip), (0.5, p.belly), (0.78, p.chest), (1, p.chest * 0.75)]
    return b.tube("torso", controls, [(q, r * narrow, r) for q, r in stops], rings=18, bend=1.5)


def legs(b: Builder, p: Beast, s: float, side: str, hoof: bool) -> None:
    t = p.thick
    low = p.leg + p.hip * 0.6
    hind = [b.at(f"{bone}.{side}") for bone in ("thigh", "shin", "hock", "paw")]
    stops = [(0, p.hip * 0.5, p.hip * 0.75), (0.33, t * 1.2, t * 1.7), (0.66, t * 0.72, t * 0.9), (1, t * 0.72)]
    form = b.tube(f"hind.{side}", hind, stops, rings=20, bend=0.9)
    fore = [b.at(f"{bone}.{side}") for bone in ("upper", "lower", "hand")]
    stops = [
        (0, p.chest * 0.42, p.chest * 0.6),
        (0.35, t * 1.15, t * 1.35),
        (0.55, t * 0.9),
        (0.8, t * 0.7),
        (1, t * 0.72),
    ]
    other = b.tube(f"fore.{side}", fore, stops, rings=18, bend=0.9)
    for bone, high in ((f"paw.{side}", low * 0.07 - p.hip * 0.1), (f"hand.{side}", low * 0.15 - p.chest * 0.2)):
        high = max(high, t * 0.5)
        if hoof:
            ends = [b.at(bone, (0, t * 0.3, 0)), b.at(bone, (0, -high, t * 0.3))]
            b.tube(f"hoof.{bone}", ends, [(0, t * 0.85), (1, t * 1.15)], rings=7, flat=True)
        else:
            size = t * 1.0
            points = [(0, -high + size * 0.7, -size * 0.2), (0, -high + size * 0.62, size * 1.3)]
            ends = [b.at(bone, q, LEFT, AHEAD) for q in points]
            foot = b.tube(f"foot.{bone}", ends, [(0, size * 0.9, size * 0.75), (1, size * 1.05, size * 0.65)], rings=7)
            for angle in (240, 270, 300):
                b.mark(foot, np.array([[0.8, angle], [1.0, angle]]))
        b.sole(bone, (0, -high - (0 if hoof else size * 0.08), size * 0.8 if not hoof else t * 0.3))
    if hoof:
        b.belt(form, 0.94)
        b.belt(other, 0.93)


def head(b: Builder, p: Beast, rng: Rng) -> None:
    """Neck, cranium, muzzle and ears."""
    size = p.head
    start, end = p.chest * 0.72, size * 0.72
    controls = [b.at("chest", (0, 0.0, p.long * 0.06)), b.at("neck", (0, 0, 0)), b.at("head", (0, 0, -size * 0.15))]
    neck = b.tube(
        "neck", controls, [(0, start * 0.8, start), (0.5, start * 0.7, start * 0.85), (1, end * 0.85, end)], rings=13
    )
    if rng.random() < 0.2:
        b.belt(neck, 0.62)
        b.belt(neck, 0.68)
    form = b.ball("head", "head", (0, size * 0.35, size * 0.2), (size * 0.82, size * 0.95, size * 0.9))
    y, z = size * 0.35, size * 0.2
    heads.eyes(b, form, rng, rng.uniform(32, 52), rng.uniform(12, 24), rng.uniform(1.0, 1.6))
    drop = rng.uniform(0.15, 0.5)
    points = [(0, y - 0.15 * size, z + 0.35 * size), (0, y - 0.2 * size - drop * p.snout, z + 0.7 * size + p.snout)]
    ends = [b.at("head", q, LEFT, AHEAD) for q in points]
    low = size * rng.uniform(0.36, 0.5)
    snout = b.tube("snout", ends, [(0, size * 0.64, size * 0.62), (1, low * 1.05, low)], rings=11)
    tip = np.array(points[1])
    blunt = rng.random()
    if blunt < 0.6:
        place = tip + np.array([0, low * 0.55, low * 0.75])
        b.ball("nose", "head", place.tolist(), (low * 0.5, low * 0.32, low * 0.36))
    else:
        for angle in (305, 235):
            turn = np.linspace(0, 2 * np.pi, 14)
            b.mark(snout, np.column_stack([0.97 + 0.025 * np.cos(turn), angle + 9 * np.sin(turn)]))
    # side x axis points down for a muzzle that lies ahead: 0 is left, 180 right, 90 below.
    for flip, zero in ((1, 0), (-1, 180)):
        b.mark(
            snout,
            np.array(
                [[1.0, 90 - flip * 45], [0.9, zero + flip * 30], [0.45, zero + flip * 22], [0.25, zero + flip * 8]]
            ),
        )
    if p.ears != "none":
        heads.ears(b, "head", y, size * 0.8, size * 0.85, rng, p.ears)
    if rng.random() < 0.15:
        heads.whiskers(b, form)


def adorn(b: Builder, p: Beast, trunk: int, kind: str, rng: Rng) -> None:
    """Tail, mane, horns, spikes, wool, stripes and spots."""
    nodes, curl = [], rng.uniform(-0.5, 0.9) if kind not in ("dino", "lizard") else -0.15
    for k in range(8):
        q = k / 7
        nodes.append((0.0, p.tail * (curl * q * q - 0.25 * q), -p.tail * 0.85 * q))
    brush = kind in ("dog", "horse") or rng.random() < 0.2
    t = p.tail_thick
    stops = [(0, t * 0.8), (0.6, t * 1.7), (1, t * 0.2)] if brush else [(0, t), (1, t * (0.15 if t > 0.07 else 0.6))]
    stiff = 0.32 if kind in ("dino", "lizard") else 0.15
    chain = b.spring("tail", nodes, stiff, 0.6 if brush else 0.0)
    b.tube("tail", chain, stops, rings=18)
    if kind == "cow":
        b.tube("tuft", chain[-1:], [(0, t * 2.0)], rings=1)
    up, on = np.sin(np.radians(p.rise)), np.cos(np.radians(p.rise))
    if kind == "horse" or rng.random() < 0.08:
        mane(b, p, up, on)
    if kind in ("cow", "sheep") or rng.random() < 0.08:
        horns(b, p)
    cover(b, p, kind, rng)
    coat(b, p, trunk, kind, rng)
    pattern(b, p, trunk, rng)


def mane(b: Builder, p: Beast, up: float, on: float) -> None:
    """Locks along the back of the neck, overlapping, which fall to one side."""
    back = np.array([0.0, on, -up])
    for k in range(7):
        q = k / 6
        start = np.array([0, p.neck * up * q, p.neck * on * q]) + back * (p.head * 0.6 + p.chest * 0.35 * (1 - q))
        way = 0.75 * back + np.array([0.3, -0.55 * up, -0.3])
        nodes = [start - 0.2 * back * p.head] + [
            start + way * p.neck * 0.16 * j + np.array([0, -0.015 * j * j * p.neck, 0]) for j in (1, 2, 3)
        ]
        size = p.neck * 0.12
        b.tube(
            f"mane.{k}",
            b.spring("neck", nodes, 0.35, 0.6),
            [(0, size), (0.4, size), (1, size * 0.12)],
            rings=10,
            depth=0.7,
        )
    start = np.array([0, p.head * 1.2, 0.1 * p.head])
    nodes = [start + np.array([0.02 * j, 0.04 * j - 0.05 * j * j, 0.2 * j]) * p.head for j in range(4)]
    b.tube("forelock", b.spring("head", nodes, 0.4, 0.4), [(0, p.head * 0.28), (1, p.head * 0.05)], rings=9, depth=0.7)


def coat(b: Builder, p: Beast, trunk: int, kind: str, rng: Rng) -> None:
    """Ticks of fur, folds of skin, and where the belly begins. Below is 90 degrees on the trunk, 0 its left."""
    ticks = rng.random() < (0.75 if kind in ("dog", "cat", "bear", "mouse", "hare") else 0.3)
    for flip, zero in ((1, 0), (-1, 180)):
        if ticks:
            for place, angle in ((0.88, 35), (0.8, 60), (0.55, 66), (0.3, 30), (0.15, -20), (0.68, -48), (0.42, -50)):
                a = zero + flip * (angle + rng.uniform(-8, 8))
                q = place + rng.uniform(-0.02, 0.02)
                zigzag = [[q, a], [q - 0.035, a + flip * 7], [q - 0.02, a + flip * 12], [q - 0.055, a + flip * 19]]
                b.mark(trunk, np.array(zigzag))
        else:
            b.mark(trunk, np.array([[0.7, zero + flip * 5], [0.62, zero + flip * 25], [0.63, zero + flip * 45]]))
            b.mark(trunk, np.array([[0.36, zero - flip * 10], [0.4, zero + flip * 20], [0.35, zero + flip * 50]]))
        if rng.random() < 0.5:
            wave = np.linspace(0.2, 0.85, 9)
            b.mark(trunk, np.column_stack([wave, zero + flip * (52 + 5 * np.cos(np.arange(9) * 2.2))]))


def horns(b: Builder, p: Beast) -> None:
    for s in (1.0, -1.0):
        size = p.head
        points = [
            (s * size * 0.5, size * 1.05, 0),
            (s * size * 1.0, size * 1.2, 0.1 * size),
            (s * size * 1.1, size * 1.75, 0.3 * size),
        ]
        side = "L" if s > 0 else "R"
        horn = b.tube(
            f"horn.{side}",
            [b.at("head", q) for q in points],
            [(0, size * 0.2), (1, size * 0.03)],
            rings=10,
            bend=1.8,
        )
        b.belt(horn, 0.3)


def cover(b: Builder, p: Beast, kind: str, rng: Rng) -> None:
    """A fleece, or plates along the back."""
    if kind == "sheep":
        for k in range(10):
            around, along = 2.4 * k, (k % 5) / 4
            place = (
                p.belly * 0.7 * np.cos(around),
                p.belly * (0.35 + 0.35 * abs(np.sin(around))),
                (along - 0.5) * p.long * 0.8,
            )
            size = p.belly * rng.uniform(0.45, 0.6)
            b.ball(f"wool.{k}", "spine", place, (size, size, size))
    elif kind in ("dino", "lizard") and rng.random() < 0.75:
        count = int(rng.integers(5, 9))
        for k in range(count):
            q = k / (count - 1)
            bone, z = (
                ("chest", p.long * (0.1 - 0.45 * q * 2)) if q < 0.5 else ("hips", p.long * (0.35 - 0.5 * (q - 0.5) * 2))
            )
            size = p.chest * (0.35 + 0.4 * np.sin(np.pi * (q * 0.8 + 0.1)))
            points = [(0, p.chest * 0.8, z), (0, p.chest * 0.95 + size, z - 0.3 * size)]
            b.tube(
                f"plate.{k}",
                [b.at(bone, c, AHEAD) for c in points],
                [(0, size * 0.6), (0.5, size * 0.5), (1, size * 0.08)],
                8,
                depth=0.25,
            )


def pattern(b: Builder, p: Beast, trunk: int, rng: Rng) -> None:
    """Stripes, spots or a saddle, or nothing."""
    style = rng.random()
    if style < 0.2:
        for place in np.linspace(0.25, 0.85, int(rng.integers(3, 6))):
            for low, high in ((200, 255), (285, 340)):
                b.mark(trunk, np.array([[place, low], [place + 0.03, (low + high) / 2], [place, high]]))
    elif style < 0.4:
        for _ in range(int(rng.integers(4, 8))):
            place, angle, size = rng.uniform(0.2, 0.85), rng.uniform(0, 360), rng.uniform(0.03, 0.08)
            turn = np.linspace(0, 2 * np.pi, 20)
            b.mark(trunk, np.column_stack([place + size * np.cos(turn) * 0.6, angle + 300 * size * np.sin(turn)]))
    elif style < 0.5:
        b.belt(trunk, 0.45)
        b.belt(trunk, 0.7)
        saddle = b.ball("saddle", "spine", (0, p.belly * 0.75, 0.0), (p.belly * 0.6, p.long * 0.2, p.belly * 0.35))
        b.patch(saddle, heads.oval(0, 60, 70, 20), closed=True)
