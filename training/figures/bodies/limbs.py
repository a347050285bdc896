"""Arms with hands and legs with feet, bare or dressed. All hang straight down at rest."""

from __future__ import annotations

import numpy as np

from inkbetween.training.figures.builder import AHEAD, LEFT, Builder


def arm(
    b: Builder,
    side: str,
    s: float,
    long: float,
    thick: float,
    hand: float,
    fingers: bool,
    glove: bool,
    sleeve: str,
    robot: bool,
) -> None:
    """An arm of `long` from shoulder to wrist with a hand; s is 1 on the left."""
    upper, fore, palm = f"upperarm.{side}", f"forearm.{side}", f"hand.{side}"
    controls = [
        b.at(upper),
        b.at(upper, (0, -long * 0.25, 0)),
        b.at(fore),
        b.at(fore, (0, -long * 0.25, 0)),
        b.at(palm),
    ]
    stops = [(0.0, thick * 1.25), (0.25, thick * 1.1), (0.5, thick * 0.88), (0.65, thick * 1.0), (1.0, thick * 0.68)]
    if robot:
        b.ball(f"shoulder.{side}", upper, (0, 0, 0), (thick * 1.7, thick * 1.7, thick * 1.7))
        b.tube(f"upperarm.{side}", controls[:3], [(0, thick * 0.8), (1, thick * 0.8)], rings=10, flat=True)
        b.ball(f"elbow.{side}", fore, (0, 0, 0), (thick * 1.05, thick * 1.05, thick * 1.05))
        low = b.tube(f"forearm.{side}", controls[2:], [(0, thick * 0.9), (1, thick * 1.35)], rings=10, flat=True)
        b.belt(low, 0.75)
    else:
        form = b.tube(f"arm.{side}", controls, stops, rings=20, bend=1.1)
        if sleeve == "short":
            ends = [b.at(upper, (0, thick * 0.1, 0)), b.at(upper, (0, -long * 0.2, 0))]
            b.tube(f"sleeve.{side}", ends, [(0, thick * 1.4), (1, thick * 1.6)], rings=9)
        elif sleeve == "puff":
            b.ball(f"sleeve.{side}", upper, (0, -long * 0.07, 0), (thick * 1.9, thick * 1.9, long * 0.15))
        elif sleeve == "long":
            wider = [(q, r * 1.28 + 0.3 * thick * q) for q, r in stops]
            outer = [*controls[:4], b.at(fore, (0, -long * 0.46, 0))]
            cloth = b.tube(f"sleeve.{side}", outer, wider, rings=20, bend=1.1)
            b.belt(cloth, 0.93)
            creases(b, cloth, 0.49, 270.0)
        else:
            b.belt(form, 0.93)
        if sleeve != "long":
            creases(b, form, 0.5, 270.0)
    mitten(b, palm, side, s, hand, thick, fingers, glove)


def mitten(b: Builder, palm: str, side: str, s: float, size: float, thick: float, fingers: bool, glove: bool) -> None:
    """A hand that hangs down, its palm to the body: a block with a thumb, and fingers if asked for. A glove has a
    rim."""
    wide = size * 0.42
    if fingers:
        controls = [b.at(palm, (0, 0.1 * size, 0), AHEAD), b.at(palm, (0, -size * 0.6, 0), AHEAD)]
        b.tube(f"hand.{side}", controls, [(0, wide * 0.8, wide * 0.55), (1, wide, wide * 0.5)], rings=7)
        for k, x in enumerate((0.75, 0.05, -0.65)):
            start = np.array([0, -size * 0.6, x * wide])
            bent = start + np.array([-s * 0.05 * size, -size * 0.36, x * wide * 0.12])
            tip = bent + np.array([-s * 0.2 * size, -size * 0.26, 0])
            joints = [b.at(palm, q, AHEAD) for q in (start, bent, tip)]
            b.tube(f"finger.{k}.{side}", joints, [(0, wide * 0.32), (1, wide * 0.26)], rings=9)
    else:
        joints = [
            b.at(palm, q, AHEAD) for q in ((0, 0.1 * size, 0), (0, -size * 0.5, 0), (-s * 0.16 * size, -size * 1.0, 0))
        ]
        b.tube(
            f"hand.{side}",
            joints,
            [(0, wide * 0.75, wide * 0.6), (0.5, wide, wide * 0.65), (1, wide * 0.62, wide * 0.5)],
            9,
        )
    joints = [
        b.at(palm, q, AHEAD) for q in ((0, -size * 0.22, wide * 0.6), (-s * 0.1 * size, -size * 0.62, wide * 1.45))
    ]
    b.tube(f"thumb.{side}", joints, [(0, wide * 0.36), (1, wide * 0.3)], rings=7)
    if glove:
        ends = [b.at(palm, (0, thick * 0.9, 0)), b.at(palm, (0, -thick * 0.1, 0))]
        b.tube(f"cuff.{side}", ends, [(0, thick * 1.2), (1, thick * 0.95)], rings=6)


def leg(b: Builder, side: str, long: float, thick: float, foot: float, cloth: str, shoe: bool, robot: bool) -> None:
    """A leg of `long` from hip to ground, with a foot."""
    thigh, shin, heel = f"thigh.{side}", f"shin.{side}", f"foot.{side}"
    upper, lower = long * 0.47, long * 0.46
    height = long - upper - lower
    controls = [
        b.at(thigh),
        b.at(thigh, (0, -upper * 0.5, 0)),
        b.at(shin),
        b.at(shin, (0, -lower * 0.4, 0)),
        b.at(heel),
    ]
    stops = [(0.0, thick * 1.35), (0.25, thick * 1.25), (0.5, thick * 0.9), (0.68, thick * 0.95), (1.0, thick * 0.6)]
    if robot:
        b.tube(f"thigh.{side}", controls[:3], [(0, thick * 1.1), (1, thick * 0.9)], rings=10, flat=True)
        knee = b.ball(f"knee.{side}", shin, (0, 0, 0), (thick * 1.1, thick * 1.1, thick * 1.1))
        b.patch(
            knee, np.stack([0.5 * np.cos(np.linspace(0, 7, 40)), 0.5 * np.sin(np.linspace(0, 7, 40)), np.ones(40)], 1)
        )
        calf = b.tube(f"shin.{side}", controls[2:], [(0, thick * 0.9), (1, thick * 1.5)], rings=10, flat=True)
        b.belt(calf, 0.3)
    else:
        form = b.tube(f"leg.{side}", controls, stops, rings=20, bend=1.1)
        if cloth == "shorts":
            ends = [b.at(thigh, (0, thick * 0.4, 0)), b.at(thigh, (0, -upper * 0.62, 0))]
            b.tube(f"shorts.{side}", ends, [(0, thick * 1.42), (1, thick * 1.65)], rings=11, flat=False)
        elif cloth == "long":
            wider = [(q, r * 1.18 + 0.5 * thick * q * q) for q, r in stops]
            outer = [*controls[:4], b.at(shin, (0, -lower * 0.88, 0))]
            form = b.tube(f"trousers.{side}", outer, wider, rings=20, bend=1.1)
            b.belt(form, 0.94)
            creases(b, form, 0.16, 285.0)
            creases(b, form, 0.82, 250.0)
        elif cloth == "boots":
            ends = [b.at(shin, (0, -lower * 0.42, 0)), b.at(heel, (0, 0, 0))]
            boot = b.tube(f"boot.{side}", ends, [(0, thick * 1.3), (1, thick * 0.95)], rings=10)
            b.belt(boot, 0.12)
        else:
            b.belt(form, 0.95)
        creases(b, form, 0.51, 90.0)
        if cloth != "boots":
            b.mark(form, np.array([[0.46, 235], [0.43, 270], [0.46, 305]]))
            b.mark(form, np.array([[0.53, 245], [0.56, 270], [0.53, 295]]))
    sole(b, heel, side, height, thick, foot, shoe)


def sole(b: Builder, heel: str, side: str, height: float, thick: float, foot: float, shoe: bool) -> None:
    """A foot from heel to toe, standing on the ground."""
    wide = max(foot * 0.24, thick * 0.62)
    tall = max(height * 0.62, wide * 0.62)
    y = -height + tall * 0.85
    points = [(0, y + 0.15 * tall, -foot * 0.12), (0, y, foot * 0.3), (0, y - 0.08 * tall, foot * 0.72)]
    controls = [b.at(heel, q, LEFT, AHEAD) for q in points]
    stops = [(0, wide * 0.82, tall * 1.0), (0.5, wide * 0.95, tall * 0.88), (1, wide * 0.9, tall * 0.7)]
    form = b.tube(f"foot.{side}", controls, stops, rings=10)
    if shoe:
        # side x axis points down for a form that lies ahead; the welt runs around the foot, low.
        b.mark(form, np.array([[0.0, 35.0], [1.0, 35.0]]))
        b.mark(form, np.array([[0.0, 145.0], [1.0, 145.0]]))
        b.belt(form, 0.55, 180, 360)
        for place in (0.62, 0.7, 0.78):
            b.belt(form, place, 245, 295)
    for z in (-foot * 0.2, foot * 0.8):
        b.sole(heel, (0, -height, z))


def creases(b: Builder, form: int, place: float, angle: float) -> None:
    """Two short folds in the bend of a limb."""
    b.mark(form, np.array([[place - 0.025, angle - 55], [place - 0.005, angle], [place - 0.01, angle + 25]]))
    b.mark(form, np.array([[place + 0.03, angle + 50], [place + 0.015, angle + 5], [place + 0.02, angle - 15]]))
