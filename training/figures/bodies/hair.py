"""What grows and sits on heads: hair, beards, hats."""

from __future__ import annotations

import numpy as np

from inkbetween.training.figures.builder import Builder

from .heads import curve, oval

Rng = np.random.Generator


def shell(b: Builder, bone: str, tall: float, wide: float, deep: float, fit: float = 1.09, back: float = 0.2) -> int:
    """A cap of hair: the cranium made larger, moved up and back. Where it meets the skull is the hairline; the skull's
    own hidden circle under its rim is drawn with it."""
    top = min(wide, tall * 0.47)
    y = tall - top * 1.04 - 0.02 * tall
    place = (0.0, y + top * 0.14, -back * deep)
    return b.ball("hair", bone, place, (wide * fit, deep * fit, top * fit * 1.04))


def hairline(b: Builder, head: int, rng: Rng, fit: float, back: float) -> None:
    """The rim of a shell on the skull, smooth or in locks that hang lower."""
    up = np.array([0.0, 0.14, -back])
    far = float(np.linalg.norm(up))
    level = (1 + far * far - fit * fit) / (2 * far)
    ahead = up / far
    aside = np.array([1.0, 0.0, 0.0])
    third = np.cross(ahead, aside)
    turn = np.linspace(0, 2 * np.pi, 97)
    locks = int(rng.integers(0, 7))
    deep = rng.uniform(0.06, 0.2) if locks else 0.0
    wave = np.abs(((turn * locks / np.pi) % 1.0) - 0.5) * 2 if locks else np.zeros_like(turn)
    front = np.clip(np.cos(turn - _front(aside, third)), 0, 1) ** 0.5
    height = np.clip(level - 0.02 - deep * wave * front, -0.95, 0.95)
    ring = np.sqrt(1 - height**2)
    line = height[:, None] * ahead + ring[:, None] * (np.cos(turn)[:, None] * aside + np.sin(turn)[:, None] * third)
    b.patch(head, line)


def _front(aside: np.ndarray, third: np.ndarray) -> float:
    return float(np.arctan2(third[2], aside[2]))


def lock(
    b: Builder, bone: str, start: np.ndarray, way: np.ndarray, long: float, size: float, stiff: float, name: str
) -> None:
    """A pointed strand that follows through and droops."""
    nodes = [start + way * long * k / 3 + np.array([0, -0.25 * long * (k / 3) ** 2, 0]) for k in range(4)]
    b.tube(
        name, b.spring(bone, nodes, stiff, 1.0), [(0, size), (0.5, size * 0.8), (1, size * 0.06)], rings=10, depth=0.6
    )


def hair(b: Builder, head: int, bone: str, tall: float, wide: float, deep: float, rng: Rng) -> str:
    """One of many haircuts; returns its name."""
    styles = ["short", "long", "ponytail", "pigtails", "spikes", "bun", "curls", "mohawk", "bob", "bald"]
    style = str(rng.choice(styles, p=[0.14, 0.14, 0.13, 0.1, 0.13, 0.07, 0.08, 0.06, 0.1, 0.05]))
    if style == "bald":
        return style
    top = min(wide, tall * 0.47)
    crown = np.array([0.0, tall - top, 0.0])
    if style == "mohawk":
        for k, angle in enumerate(np.linspace(-50, 100, 6)):
            way = np.array([0, np.cos(np.radians(angle)), -np.sin(np.radians(angle))])
            lock(b, bone, crown + way * np.array([0, top, deep]) * 0.8, way, top * 1.0, top * 0.3, 0.7, f"spike.{k}")
        return style
    if style == "curls":
        count = int(rng.integers(9, 14))
        for k in range(count):
            around, up = 2.4 * k, 0.15 + 0.85 * (k / count)
            ring = np.sqrt(1 - min(up, 1.0) ** 2)
            place = (
                crown + np.array([wide * ring * np.cos(around), top * up, deep * (ring * np.sin(around) - 0.25)]) * 0.95
            )
            size = top * rng.uniform(0.34, 0.48)
            b.ball(f"curl.{k}", bone, place.tolist(), (size, size, size))
        return style
    fit, back = 1.06 + 0.05 * rng.random(), 0.2 + 0.12 * rng.random()
    strands(b, shell(b, bone, tall, wide, deep, fit, back), rng)
    hairline(b, head, rng, fit, back)
    hanging(b, bone, style, tall, wide, deep, rng)
    return style


def hanging(b: Builder, bone: str, style: str, tall: float, wide: float, deep: float, rng: Rng) -> None:
    """What a haircut has beyond its cap."""
    stops: list[tuple[float, ...]]
    top = min(wide, tall * 0.47)
    crown = np.array([0.0, tall - top, 0.0])
    behind = crown + np.array([0.0, 0.0, -deep * 1.05])
    if style in ("long", "bob"):
        long = tall * (rng.uniform(0.9, 2.0) if style == "long" else rng.uniform(0.45, 0.7))
        start = crown + np.array([0, top * 0.2, -deep * 0.45])
        nodes = [start + np.array([0, -1, -0.12 * (k > 1)]) * long * k / 5 for k in range(6)]
        stops = [(0, wide * 0.9, deep * 0.7), (0.35, wide * 1.08, deep * 0.55), (1, wide * 0.7, deep * 0.2)]
        if style == "bob":
            stops = [(0, wide, deep * 0.8), (0.6, wide * 1.22, deep * 0.85), (1, wide * 1.15, deep * 0.6)]
        form = b.tube(
            "hair.back", b.spring(bone, nodes, 0.16 if style == "long" else 0.5, 1.0), stops, rings=12, flat=True
        )
        for angle in (230, 270, 310):
            b.mark(form, np.array([[0.35, angle], [0.95, angle]]))
    elif style == "ponytail":
        long = tall * rng.uniform(0.8, 1.6)
        nodes = [behind + np.array([0, 0.2 - 1.0 * (k / 5) ** 1.5, -0.5 * np.sqrt(k / 5)]) * long for k in range(6)]
        nodes[0] = behind + np.array([0, 0.2 * top, 0])
        stops = [(0, wide * 0.14), (0.35, wide * 0.36), (0.7, wide * 0.28), (1, wide * 0.04)]
        form = b.tube("ponytail", b.spring(bone, nodes, 0.12, 1.0), stops, rings=14)
        b.belt(form, 0.06)
    elif style == "pigtails":
        for s in (1.0, -1.0):
            long = tall * rng.uniform(0.7, 1.1)
            start = crown + np.array([s * wide * 0.95, 0, -0.3 * deep])
            nodes = [start + np.array([s * 0.35 * np.sqrt(k / 5), -((k / 5) ** 1.4), -0.05]) * long for k in range(6)]
            stops = [(0, wide * 0.12), (0.4, wide * 0.33), (1, wide * 0.05)]
            form = b.tube("pigtail." + ("L" if s > 0 else "R"), b.spring(bone, nodes, 0.14, 1.0), stops, rings=13)
            b.belt(form, 0.07)
    elif style == "spikes":
        for k in range(int(rng.integers(6, 10))):
            around, up = rng.uniform(0, 2 * np.pi), rng.uniform(0.15, 0.95)
            ring = np.sqrt(1 - up * up)
            way = np.array([ring * np.cos(around), up, min(ring * np.sin(around), 0.45) - 0.25])
            start = crown + way * np.array([wide, top, deep]) * 0.85
            lock(b, bone, start, way / np.linalg.norm(way), top * rng.uniform(0.7, 1.2), top * 0.34, 0.55, f"spike.{k}")
    elif style == "bun":
        size = top * rng.uniform(0.35, 0.5)
        bun = b.ball("bun", bone, (crown + np.array([0, top * 0.95, -0.6 * deep])).tolist(), (size, size, size * 0.9))
        b.patch(bun, oval(150, 20, 30, 25), closed=True)


def beard(b: Builder, bone: str, tall: float, wide: float, deep: float, jaw: float, rng: Rng) -> None:
    long = tall * rng.uniform(0.25, 0.7)
    start = np.array([0, tall * 0.28, deep * 0.3])
    nodes = [start + np.array([0, -1, 0.25]) * long * k / 3 for k in range(4)]
    stops = [(0, wide * max(jaw, 0.7), deep * 0.72), (0.5, wide * 0.62, deep * 0.5), (1, wide * 0.08, deep * 0.08)]
    form = b.tube("beard", b.spring(bone, nodes, 0.45, 0.5), stops, rings=10)
    for angle in (70, 90, 110):
        b.mark(form, np.array([[0.55, angle], [0.9, angle]]))


def hat(b: Builder, bone: str, tall: float, wide: float, deep: float, rng: Rng) -> str:
    """A hat, a helmet, a crown or horns; returns its name."""
    stops: list[tuple[float, ...]]
    style = str(rng.choice(["cone", "cap", "tophat", "helmet", "crown", "horns", "antenna", "straw"]))
    top = min(wide, tall * 0.47)
    y = tall - top * 0.62
    if style in ("cone", "tophat", "straw"):
        low = b.at(bone, (0, y, 0))
        b.ball("brim", bone, (0, y, 0), (wide * 1.6, deep * 1.6, top * 0.05))
        if style == "cone":
            nodes = [(0.0, y + top * 2.3 * k / 4, -deep * 0.5 * (k / 4) ** 2) for k in range(5)]
            stops = [(0, wide * 0.98, deep * 0.98), (1, wide * 0.06, deep * 0.06)]
            form = b.tube("hat", b.spring(bone, nodes, 0.6, 0.4), stops, rings=12)
        elif style == "tophat":
            tops = [(0, wide * 0.9, deep * 0.9), (1, wide * 0.98, deep * 0.98)]
            form = b.tube("hat", [low, b.at(bone, (0, y + top * 1.3, 0))], tops, rings=9, flat=True)
        else:
            form = b.tube(
                "hat", [low, b.at(bone, (0, y + top * 0.35, 0))], [(0, wide, deep), (1, wide * 0.7, deep * 0.7)], 6
            )
        b.belt(form, 0.2)
    elif style == "cap":
        form = b.ball("cap", bone, (0, y, 0), (wide * 1.09, deep * 1.09, top * 0.95))
        b.patch(form, np.stack([np.sin(np.linspace(-2, 2, 40)), np.full(40, 0.12), np.cos(np.linspace(-2, 2, 40))], 1))
        b.ball("peak", bone, (0, y + top * 0.08, deep * 1.15), (wide * 0.75, deep * 0.6, top * 0.07))
        b.patch(form, np.stack([np.zeros(20), np.sin(np.linspace(0.1, 2, 20)), np.cos(np.linspace(0.1, 2, 20))], 1))
    elif style in ("helmet", "horns"):
        form = b.ball("helmet", bone, (0, y + 0.05 * top, -0.05 * deep), (wide * 1.12, deep * 1.12, top * 1.02))
        rim = np.linspace(0, 2 * np.pi, 60)
        b.patch(form, np.stack([np.sin(rim), np.full(60, 0.08), np.cos(rim)], 1))
        b.patch(form, np.stack([np.zeros(20), np.sin(np.linspace(0.1, 3, 20)), np.cos(np.linspace(0.1, 3, 20))], 1))
        for s in (1.0, -1.0) if style == "horns" else ():
            points = [
                (s * wide * 1.0, y + 0.35 * top, 0),
                (s * wide * 1.6, y + 0.5 * top, 0),
                (s * wide * 1.8, y + 1.3 * top, 0),
            ]
            stops = [(0, top * 0.25), (1, top * 0.03)]
            horn = b.tube("horn." + ("L" if s > 0 else "R"), [b.at(bone, p) for p in points], stops, rings=11, bend=2.0)
            b.belt(horn, 0.25)
    elif style == "crown":
        controls = [b.at(bone, (0, y + 0.1 * top, 0)), b.at(bone, (0, y + top * 0.6, 0))]
        form = b.tube(
            "crown", controls, [(0, wide * 0.98, deep * 0.98), (1, wide * 1.12, deep * 1.12)], rings=6, flat=True
        )
        b.belt(form, 0.25)
        for k in range(7):
            angle = 2 * np.pi * k / 7
            base = np.array([wide * 1.1 * np.sin(angle), y + top * 0.55, deep * 1.1 * np.cos(angle)])
            controls = [b.at(bone, base), b.at(bone, base + np.array([0, top * 0.45, 0]))]
            b.tube(f"tooth.{k}", controls, [(0, top * 0.2), (1, top * 0.05)], rings=5)
    else:
        for s in (1.0, -1.0):
            nodes = [(s * wide * (0.3 + 0.3 * k / 3), tall * 0.93 + top * 0.9 * k / 3, 0) for k in range(4)]
            chain = b.spring(bone, nodes, 0.3)
            b.tube(f"antenna.{s:.0f}", chain, [(0, top * 0.06), (1, top * 0.05)], rings=9)
            b.tube(f"bobble.{s:.0f}", chain[-1:], [(0, top * 0.17)], rings=1)
    return style


def strands(b: Builder, form: int, rng: Rng) -> None:
    """Lines combed from the crown, or from a parting."""
    parting = rng.uniform(-35, 35)
    for azimuth in np.arange(-165, 180, 42) + rng.uniform(-8, 8, 9)[: len(np.arange(-165, 180, 42))]:
        start, end = rng.uniform(45, 70), rng.uniform(-5, 32)
        middle = (azimuth * 0.8 + parting * 0.2, (start + end) / 2 + 5)
        b.patch(form, curve([(azimuth * 0.7 + parting * 0.3, start), middle, (azimuth, end)]))
