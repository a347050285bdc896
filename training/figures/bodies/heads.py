"""Heads that look somewhere: skull, face and ears. Faces are painted on; noses, ears and snouts are forms."""

from __future__ import annotations

import numpy as np

from inkbetween.training.figures.builder import Builder, directions
from inkbetween.training.figures.rig import Array

Rng = np.random.Generator


def oval(azimuth: float, elevation: float, wide: float, high: float, tilt: float = 0.0, count: int = 24) -> Array:
    """Directions around a closed oval on a head, degrees."""
    turn = np.linspace(0, 360, count, endpoint=False)
    x, y = wide * np.cos(np.radians(turn)), high * np.sin(np.radians(turn))
    c, s = np.cos(np.radians(tilt)), np.sin(np.radians(tilt))
    return directions(azimuth + c * x - s * y, elevation + s * x + c * y)


def curve(points: list[tuple[float, float]], count: int = 24) -> Array:
    """Directions along a smooth line through (azimuth, elevation) points, degrees."""
    given = np.array(points, dtype=np.float64)
    if len(given) < 3:
        return directions(given[:, 0], given[:, 1])
    at = np.linspace(0, len(given) - 1, count)
    low = np.minimum(at.astype(int), len(given) - 2)
    part = (at - low)[:, None]
    p0, p1 = given[np.maximum(low - 1, 0)], given[low]
    p2, p3 = given[low + 1], given[np.minimum(low + 2, len(given) - 1)]
    bend = (2 * p0 - 5 * p1 + 4 * p2 - p3) * part**2 + (3 * (p1 - p2) + p3 - p0) * part**3
    smooth = p1 + 0.5 * ((p2 - p0) * part + bend)
    return directions(smooth[:, 0], smooth[:, 1])


def skull(
    b: Builder, bone: str, tall: float, wide: float, deep: float, jaw: float, name: str = "head"
) -> tuple[int, float]:
    """An egg above its bone: `tall` high, half-widths wide and deep, the jaw's size relative to the cranium's.
    Returns the form and how high its middle lies above the bone."""
    top, low = min(wide, tall * 0.47), min(wide * jaw, tall * 0.45)
    middle = tall / 2 - 0.04 * tall
    controls = [b.at(bone, (0, low * 0.9, 0.04 * tall)), b.at(bone, (0, tall - top - 0.04 * tall, 0))]
    form = b.tube(name, controls, [(0, low * wide / top, low * deep / wide * 0.97), (1, wide, deep)], rings=7)
    return form, middle


def eyes(b: Builder, head: int, rng: Rng, apart: float = 24.0, height: float = 3.0, big: float = 1.0) -> None:
    """A pair of eyes with brows, in one of several styles."""
    style = rng.choice(["dot", "oval", "tall", "lidded", "almond", "sleepy"], p=[0.18, 0.28, 0.2, 0.12, 0.14, 0.08])
    wide = big * rng.uniform(7, 10.5)
    look = rng.uniform(-2.5, 2.5)
    brow_tilt = rng.uniform(-4, 4)
    brow = rng.random() < 0.75
    thick = rng.random() < 0.4
    for s in (1.0, -1.0):
        x = s * apart
        if style == "dot":
            b.patch(head, oval(x, height, wide * 0.38, wide * 0.55), closed=True)
        elif style in ("oval", "tall", "lidded"):
            high = wide * {"oval": 1.15, "tall": 1.75, "lidded": 1.1}[str(style)]
            b.patch(head, oval(x, height, wide, high), closed=True)
            b.patch(head, oval(x + look - s, height - 0.1 * high, wide * 0.45, high * 0.48), closed=True)
            if style == "tall":
                b.patch(head, oval(x + look + 1.5, height + 0.25 * high, wide * 0.18, high * 0.16), closed=True)
                lash = [(x + s * wide * 1.1, height + high * 0.3), (x + s * wide * 1.7, height + high * 0.65)]
                b.patch(head, curve(lash))
            if style == "lidded":
                b.patch(head, curve([(x - wide, height + 1), (x, height + 0.45 * high), (x + wide, height + 1)]))
        elif style == "almond":
            corner = [(x - s * wide * 1.2, height - 1), (x, height + wide * 0.7), (x + s * wide * 1.3, height + 1.5)]
            under = [(x + s * wide * 1.3, height + 1.5), (x, height - wide * 0.65), (x - s * wide * 1.2, height - 1)]
            b.patch(head, curve(corner))
            b.patch(head, curve(under))
            b.patch(head, oval(x + look * 0.6, height, wide * 0.45, wide * 0.52), closed=True)
        else:
            b.patch(head, curve([(x - wide, height), (x, height - wide * 0.6), (x + wide, height)]))
        if brow:
            up = height + wide * (2.1 if style == "tall" else 1.75)
            line = [(x - s * wide, up - brow_tilt), (x, up + 2.5), (x + s * wide * 1.2, up + brow_tilt - 1)]
            b.patch(head, curve(line))
            if thick:
                b.patch(head, curve([(a, e - 3.2 + 0.8 * k) for k, (a, e) in enumerate(line)]))
                b.patch(head, curve([(line[0][0], line[0][1]), (line[0][0], line[0][1] - 3.2)]))
                b.patch(head, curve([(line[2][0], line[2][1]), (line[2][0], line[2][1] - 1.6)]))


def mouth(b: Builder, head: int, rng: Rng, height: float = -32.0, wide: float = 17.0) -> None:
    style = rng.choice(["smile", "open", "line", "small", "grin", "frown"], p=[0.3, 0.24, 0.14, 0.1, 0.14, 0.08])
    up = rng.uniform(2, 5)
    if style == "smile":
        b.patch(head, curve([(-wide, height + up), (0, height - up), (wide, height + up)]))
        for s in (1, -1):
            b.patch(head, curve([(s * wide - 2.5, height + up + 2.5), (s * wide + 2.5, height + up - 2)]))
    elif style == "open":
        deep = rng.uniform(6, 13)
        b.patch(head, curve([(-wide, height + 2), (0, height - 1), (wide, height + 2)]))
        b.patch(head, curve([(wide, height + 2), (wide * 0.6, height - deep), (0, height - deep * 1.25),
                             (-wide * 0.6, height - deep), (-wide, height + 2)]))  # fmt: skip
        if rng.random() < 0.6:
            b.patch(head, curve([(-wide * 0.5, height - deep * 0.75), (0, height - deep * 0.6),
                                 (wide * 0.5, height - deep * 0.75)]))  # fmt: skip
    elif style == "grin":
        b.patch(head, oval(0, height, wide, 5.5), closed=True)
        b.patch(head, curve([(-wide, height), (0, height - 0.5), (wide, height)]))
        for x in (-0.5, 0.0, 0.5):
            b.patch(head, curve([(x * wide, height + 4.5), (x * wide, height - 4.5)]))
    elif style == "small":
        b.patch(head, oval(0, height, 5, 4.5), closed=True)
    else:
        bow = -up if style == "frown" else 0.5
        b.patch(head, curve([(-wide * 0.7, height + bow), (0, height), (wide * 0.7, height + bow * 0.7)]))


def nose(b: Builder, head: int, bone: str, middle: float, deep: float, rng: Rng) -> None:
    style = rng.choice(["ball", "corner", "long", "button", "none"], p=[0.35, 0.25, 0.15, 0.15, 0.1])
    size = deep * rng.uniform(0.13, 0.27)
    y = middle - 0.1 * deep
    if style == "ball":
        b.ball("nose", bone, (0, y, deep * 0.98), (size, size, size * rng.uniform(0.75, 1.1)))
    elif style == "long":
        tip = b.at(bone, (0, y - size * 0.6, deep * 0.95 + size * 2.2))
        b.tube("nose", [b.at(bone, (0, y, deep * 0.8)), tip], [(0, size * 0.8), (1, size * 0.45)], rings=6)
    elif style == "corner":
        b.patch(head, curve([(0, 2), (7, -15)]))
        b.patch(head, curve([(7, -15), (-2, -17)]))
    elif style == "button":
        b.patch(head, curve([(-6, -12), (0, -16), (6, -12)]))


def ears(b: Builder, bone: str, middle: float, wide: float, deep: float, rng: Rng, kind: str) -> None:
    """kind: human, cat, bear, rabbit, elf, none."""
    for s in (1.0, -1.0):
        name = "ear." + ("L" if s > 0 else "R")
        if kind == "human":
            tall = deep * 0.3
            ear = b.ball(
                name, bone, (s * wide * 1.0, middle - 0.05 * deep, -0.05 * deep), (wide * 0.13, tall * 0.62, tall)
            )
            b.patch(ear, curve([(s * 90 - 25, -20), (s * 90 - 10, 30), (s * 90 + 30, 35)]))
        elif kind == "elf":
            controls = [
                b.at(bone, (s * wide * 0.9, middle, 0)),
                b.at(bone, (s * wide * 1.7, middle + 0.45 * deep, -0.3 * deep)),
            ]
            b.tube(name, controls, [(0, deep * 0.2), (0.4, deep * 0.2), (1, deep * 0.02)], rings=9, depth=0.4)
        elif kind == "cat":
            size = deep * 0.55
            base = (s * wide * 0.55, middle + deep * 0.62, 0.0)
            tip = (s * wide * 0.85, middle + deep * 0.62 + size * 1.35, 0.0)
            half = (np.array(base) + np.array(tip)) / 2
            ear = b.tube(
                name, b.spring(bone, [base, half, tip], 0.75), [(0, size * 0.55), (1, size * 0.04)], rings=9, depth=0.4
            )
            b.mark(ear, np.array([[0.2, 140], [0.82, 95], [0.2, 40]]))
        elif kind == "bear":
            size = deep * rng.uniform(0.28, 0.4)
            ear = b.ball(name, bone, (s * wide * 0.75, middle + deep * 0.75, 0), (size, size * 0.5, size))
            b.patch(ear, oval(0, 0, 32, 32), closed=True)
        elif kind == "rabbit":
            long = deep * rng.uniform(1.3, 2.4)
            root = np.array((s * wide * 0.4, middle + deep * 0.7, 0.0))
            way = np.array((s * rng.uniform(0.1, 0.5), 1.0, -0.15))
            nodes = [root + way * long * k / 4 for k in range(5)]
            size = long * 0.17
            stops = [(0, size * 0.6), (0.6, size), (1, size * 0.25)]
            ear = b.tube(name, b.spring(bone, nodes, 0.3), stops, rings=14, depth=0.45)
            b.mark(ear, np.array([[0.12, 110], [0.5, 140], [0.85, 90], [0.5, 40], [0.12, 70]]))


def glasses(b: Builder, head: int, apart: float = 24.0, height: float = 3.0) -> None:
    for s in (1, -1):
        b.patch(head, oval(s * apart, height, 15, 14), closed=True, lifted=1.04)
        b.patch(head, curve([(s * (apart + 15), height), (s * 85, height + 4)]), lifted=1.04)
    b.patch(head, curve([(-apart + 15, height), (0, height + 3), (apart - 15, height)]), lifted=1.04)


def whiskers(b: Builder, head: int) -> None:
    for s in (1, -1):
        for tilt in (-8, 0, 8):
            b.patch(head, curve([(s * 26, -22 + tilt * 0.5), (s * 60, -20 + tilt)]), lifted=1.03)
