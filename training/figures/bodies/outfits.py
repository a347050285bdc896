"""Clothes that hang on the trunk, and things to carry."""

from __future__ import annotations

import numpy as np

from inkbetween.training.figures.builder import AHEAD, Builder

Rng = np.random.Generator


def dress_up(
    b: Builder, trunk: int, torso: float, leg: float, hip: float, waist: float, chest: float, skirts: bool, rng: Rng
) -> None:
    """Lines on the trunk: belts, necklines, buttons, pockets; and skirts, capes and scarves."""
    upper(b, trunk, rng)
    if rng.random() < 0.6:
        for flip, zero in ((1, 0), (-1, 180)):
            b.mark(trunk, np.array([[0.47, zero + flip * 12], [0.44, zero + flip * 48]]))
            b.mark(trunk, np.array([[0.42, zero + flip * 8], [0.4, zero + flip * 32]]))
            b.mark(trunk, np.array([[0.4, zero - flip * 20], [0.43, zero - flip * 50]]))
    if rng.random() < 0.35:
        b.mark(trunk, np.array([[0.72, 50], [0.72, 70], [0.62, 68], [0.62, 52]]), closed=True)
    lower(b, trunk, torso, leg, hip, max(waist, hip), skirts, rng)
    carried(b, trunk, torso, leg, hip, chest, rng)


def upper(b: Builder, trunk: int, rng: Rng) -> None:
    """What is worn on the chest."""
    top = str(rng.choice(["round", "vee", "jacket", "overall", "stripes", "armour", "hoodie", "plain"]))
    if top == "round":
        b.belt(trunk, 0.93, slope=-0.03)
    elif top == "vee":
        b.mark(trunk, np.array([[0.95, 150], [0.78, 90], [0.95, 30]]))
    elif top == "jacket":
        b.mark(trunk, np.array([[0.95, 140], [0.7, 92], [0.2, 90]]))
        b.mark(trunk, np.array([[0.95, 40], [0.7, 88]]))
        b.mark(trunk, np.array([[0.95, 125], [0.84, 135], [0.76, 108], [0.7, 92]]))
        for place in (0.6, 0.5, 0.4):
            b.mark(trunk, np.array([[place, 80], [place + 0.02, 76], [place, 72], [place - 0.02, 76]]), closed=True)
    elif top == "overall":
        b.mark(trunk, np.array([[0.9, 55], [0.66, 60], [0.64, 90], [0.66, 120], [0.9, 125]]))
        b.mark(trunk, np.array([[0.55, 70], [0.55, 110], [0.45, 105], [0.45, 75]]), closed=True)
        b.belt(trunk, 0.4)
    elif top == "stripes":
        for place in (0.45, 0.55, 0.65, 0.75):
            b.belt(trunk, place)
    elif top == "armour":
        for place in (0.4, 0.5, 0.6):
            b.belt(trunk, place, 15, 165, slope=-0.04)
        b.mark(trunk, np.array([[0.62, 90], [0.9, 90]]))
        b.mark(trunk, np.array([[0.9, 25], [0.72, 30], [0.66, 60], [0.7, 90], [0.66, 120], [0.72, 150], [0.9, 155]]))
    elif top == "hoodie":
        b.belt(trunk, 0.9, slope=-0.05)
        b.mark(trunk, np.array([[0.22, 55], [0.36, 68], [0.36, 112], [0.22, 125]]))
        for angle in (80, 100):
            b.mark(trunk, np.array([[0.87, angle], [0.76, angle + rng.uniform(-4, 4)]]))


def lower(b: Builder, trunk: int, torso: float, leg: float, hip: float, wide: float, skirts: bool, rng: Rng) -> None:
    """A belt, a hem, a skirt or a dress, as wide at its top as `wide`."""
    low = str(rng.choice(["belt", "hem", "skirt", "dress", "none"], p=[0.38, 0.22, 0.18, 0.12, 0.1]))
    if low == "belt":
        b.belt(trunk, 0.26)
        b.belt(trunk, 0.32)
        b.mark(trunk, np.array([[0.25, 80], [0.33, 80], [0.33, 100], [0.25, 100]]), closed=True)
    elif low == "hem":
        b.belt(trunk, 0.2)
        for s in (60, 120):
            b.mark(trunk, np.array([[0.36, s - 12], [0.36, s + 12], [0.28, s + 10], [0.28, s - 10]]), closed=True)
    elif low in ("skirt", "dress") and skirts:
        long = leg * (rng.uniform(0.28, 0.42) if low == "skirt" else rng.uniform(0.6, 0.85))
        hem = hip * rng.uniform(1.5, 2.0) + 0.25 * long
        y = torso * 0.12
        nodes = [(0, y - (y + long) * k / 4, 0) for k in range(5)]
        stops = [(0, wide * 1.02, wide * 0.88), (1, hem, hem * 0.95)]
        form = b.tube("skirt", b.spring("hips", nodes, 0.85, 0.1), stops, rings=14, flat=True)
        b.belt(form, 0.92)
        for angle in range(20, 380, 45):
            b.mark(form, np.array([[0.45, angle], [0.9, angle]]))


def carried(b: Builder, trunk: int, torso: float, leg: float, hip: float, chest: float, rng: Rng) -> None:
    """A cape, a scarf, a bag or a pack, or nothing."""
    extra = rng.random()
    if extra < 0.16:
        cape(b, torso, leg, chest, rng)
    elif extra < 0.3:
        scarf(b, torso, chest)
    elif extra < 0.44:
        b.mark(trunk, np.array([[0.9, 50], [0.3, 150]]))
        b.mark(trunk, np.array([[0.86, 42], [0.26, 142]]))
        b.ball("bag", "hips", (-hip * 1.15, -0.02, 0), (0.035, 0.055, 0.06))
    elif extra < 0.58:
        backpack = b.ball("pack", "chest", (0, torso * 0.1, -chest * 1.1), (chest * 0.75, chest * 0.45, torso * 0.28))
        b.patch(
            backpack, np.stack([np.sin(np.linspace(-3, 3, 60)), np.full(60, 0.25), np.cos(np.linspace(-3, 3, 60))], 1)
        )
        for angle in (55, 125):
            b.mark(trunk, np.array([[0.92, angle], [0.55, angle], [0.5, angle + (-30 if angle < 90 else 30)]]))


def cape(b: Builder, torso: float, leg: float, chest: float, rng: Rng) -> None:
    long = torso * 0.8 + leg * rng.uniform(0.2, 0.7)
    nodes = [(0, torso * 0.42 - long * k / 6, -chest * 0.75 - 0.15 * long * k / 6) for k in range(7)]
    stops = [(0, chest * 0.7, 0.012), (0.3, chest * 1.2, 0.014), (1, chest * 1.7, 0.02)]
    form = b.tube("cape", b.spring("chest", nodes, 0.12, 1.2), stops, rings=16)
    for angle in (240, 270, 300):
        b.mark(form, np.array([[0.3, angle], [0.95, angle]]))


def scarf(b: Builder, torso: float, chest: float) -> None:
    b.ball("scarf", "neck", (0, 0.005, 0), (chest * 0.62, chest * 0.6, 0.022))
    nodes = [(chest * 0.3, -torso * 0.5 * k / 5, -chest * 0.55 - 0.5 * chest * k / 5) for k in range(6)]
    stops = [(0, 0.022, 0.008), (1, 0.035, 0.009)]
    form = b.tube("scarf.end", b.spring("neck", nodes, 0.1, 0.8), stops, rings=12)
    b.belt(form, 0.85)


def equip(b: Builder, hand: float, torso: float, chest: float, rng: Rng) -> None:
    """Something in a hand, or nothing."""
    thing = str(rng.choice(["none", "sword", "staff", "shield", "hammer", "ball"], p=[0.5, 0.16, 0.1, 0.1, 0.08, 0.06]))
    grip = (0.0, -hand * 0.6, 0.0)
    if thing == "sword":
        long = rng.uniform(0.3, 0.5)
        start, end = (0.0, -hand * 0.6, 0.02), (0.0, -hand * 0.6, 0.05 + long)
        b.tube(
            "hilt", [b.at("hand.R", (0, -hand * 0.6, -0.05)), b.at("hand.R", start)], [(0, 0.011), (1, 0.011)], rings=6
        )
        blade = [b.at("hand.R", start), b.at("hand.R", end)]
        form = b.tube("blade", blade, [(0, 0.008, 0.024), (0.85, 0.007, 0.022), (1, 0.003, 0.003)], rings=12)
        b.mark(form, np.array([[0.08, 0], [0.85, 0]]))
        b.mark(form, np.array([[0.08, 180], [0.85, 180]]))
        ends = [b.at("hand.R", (0, -hand * 0.6 + y, 0.02), AHEAD) for y in (-0.05, 0.05)]
        b.tube("guard", ends, [(0, 0.012), (1, 0.012)], rings=7)
    elif thing == "staff":
        b.tube(
            "staff",
            [b.at("hand.R", (0, -hand * 0.6, -0.35)), b.at("hand.R", (0, -hand * 0.6, 0.4))],
            [(0, 0.011), (1, 0.011)],
            16,
        )
        b.ball("orb", "hand.R", (0, -hand * 0.6, 0.43), (0.035, 0.035, 0.035))
    elif thing == "shield":
        size = rng.uniform(0.11, 0.17)
        form = b.ball("shield", "forearm.L", (0.06, -0.1, 0), (0.022, size, size))
        for big in (0.75, 0.3):
            turn = np.linspace(0, 2 * np.pi, 49)
            ring = np.stack([np.full(49, np.sqrt(1 - big * big)), big * np.cos(turn), big * np.sin(turn)], 1)
            b.patch(form, ring)
    elif thing == "hammer":
        b.tube(
            "shaft",
            [b.at("hand.R", (0, -hand * 0.6, -0.1)), b.at("hand.R", (0, -hand * 0.6, 0.36))],
            [(0, 0.012), (1, 0.012)],
            12,
        )
        ends = [
            b.at("hand.R", (0, -hand * 0.6 - 0.09, 0.36), AHEAD),
            b.at("hand.R", (0, -hand * 0.6 + 0.09, 0.36), AHEAD),
        ]
        form = b.tube("hammer", ends, [(0, 0.052), (1, 0.052)], rings=8, flat=True)
        b.belt(form, 0.2)
        b.belt(form, 0.8)
    elif thing == "ball":
        form = b.ball("toy", "hand.R", grip, (0.06, 0.06, 0.06))
        turn = np.linspace(0, 2 * np.pi, 49)
        b.patch(form, np.stack([np.cos(turn), np.sin(turn), np.zeros(49)], 1))


def ornament(b: Builder, rng: Rng) -> None:
    """Bands, pads and patches on limbs and cloth, and a badge on the chest; the same on both sides."""
    names = {t.name: k for k, t in enumerate(b.tubes)}
    for stem in ("arm", "sleeve", "leg", "trousers", "shorts", "boot", "shin", "forearm"):
        style = str(rng.choice(["none", "band", "bands", "pad", "seam"], p=[0.3, 0.15, 0.15, 0.2, 0.2]))
        place, angle = rng.uniform(0.3, 0.8), float(rng.choice([0.0, 180.0, 270.0, 235.0, 305.0]))
        turn = np.linspace(0.0, 2 * np.pi, 25)
        for side in ("L", "R"):
            form = names.get(f"{stem}.{side}")
            if form is None:
                continue
            # On the right, left and right about the limb are exchanged.
            about = angle if side == "L" else 180.0 - angle
            if style in ("band", "bands"):
                for k in range(1 if style == "band" else 3):
                    b.belt(form, min(place + 0.045 * k, 0.95))
            elif style == "pad":
                b.mark(form, np.column_stack([place + 0.07 * np.cos(turn), about + 42 * np.sin(turn)]))
            elif style == "seam":
                b.mark(form, np.array([[0.12, about], [0.9, about]]))
    torso = names["torso"]
    badge = rng.random()
    if badge < 0.2:
        corners = np.linspace(0, 2 * np.pi, 11)[:-1]
        far = np.where(np.arange(10) % 2, 0.45, 1.0)
        b.mark(
            torso, np.column_stack([0.73 + 0.075 * far * np.cos(corners), 90 + 26 * far * np.sin(corners)]), closed=True
        )
    elif badge < 0.4:
        turn = np.linspace(0, 2 * np.pi, 33)
        for big in (1.0, 0.6):
            b.mark(torso, np.column_stack([0.73 + 0.08 * big * np.cos(turn), 90 + 28 * big * np.sin(turn)]))
