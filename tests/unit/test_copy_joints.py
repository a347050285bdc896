"""Limbs that are copied and turned each on its own stay together where they hang on each other."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.geometry.points import Array, Complex, to_complex, to_plane
from inkbetween.inference.tween.plan import Context, plan_tween

LIMBS = (2.0, 1.8, 1.2)


def limb(length: float) -> Complex:
    """A limb along the real axis that grows thinner, open where it hangs on."""
    along = np.linspace(0.03, 0.97, 15) * length
    side = along + 0.3j * (1 - 0.4 * along / length)
    sides = np.concatenate([side, np.conj(side)[::-1]])
    return np.asarray(sides, complex)


def joints(root: complex, angles: list[float]) -> list[complex]:
    out = [root]
    for length, angle in zip(LIMBS, angles, strict=True):
        out.append(out[-1] + length * np.exp(1j * angle))
    return out


def arm(root: complex, angles: list[float]) -> list[Array]:
    """Limbs that hang on each other, each at its angle in the picture."""
    places = joints(root, angles)
    return [to_plane(places[k] + limb(LIMBS[k]) * np.exp(1j * angles[k])) for k in range(len(LIMBS))]


def body(at: complex = 0.0) -> list[Array]:
    ring = np.exp(2j * np.pi * np.arange(40) / 40) * (1.5 + 0.2 * np.cos(4 * np.pi * np.arange(40) / 40 + 0.3))
    return [to_plane(at - 1.5 + ring)]


def drawing(at: complex, angles: list[float]) -> Drawing:
    strokes = [*body(at), *arm(at, angles)]
    return Drawing.from_strokes(strokes, [True] + [False] * (len(strokes) - 1))


SWINGS = [
    ([0.0, 0.0, 0.0], [0.8, 1.6, 2.5]),
    ([-1.0, 0.5, 0.2], [0.4, -0.6, 1.4]),
    ([1.0, 1.5, 1.0], [-0.5, -1.2, -1.6]),
]


@pytest.mark.parametrize("t", [0.25, 0.5, 0.75])
@pytest.mark.parametrize(("before", "after"), SWINGS)
def test_an_arm_swings_as_an_arm_does(before: list[float], after: list[float], t: float) -> None:
    plan = plan_tween(drawing(0.0, before), drawing(0.0, after))
    angles = [a + t * (b - a) for a, b in zip(before, after, strict=True)]
    assert plan.at(t).xy == pytest.approx(drawing(0.0, angles).xy, abs=1e-6)


@pytest.mark.parametrize(("before", "after"), SWINGS)
def test_it_stays_on_a_body_that_moves(before: list[float], after: list[float]) -> None:
    plan = plan_tween(drawing(0.0, before), drawing(3.0 + 1j, after))
    for t in (0.25, 0.5, 0.75):
        angles = [a + t * (b - a) for a, b in zip(before, after, strict=True)]
        assert plan.at(t).xy == pytest.approx(drawing(t * (3.0 + 1j), angles).xy, abs=1e-6)


def test_it_stays_together_whatever_the_keys_around_do() -> None:
    swing = [[-0.5, -0.8, -0.6], [0.0, 0.0, 0.0], [0.8, 1.6, 2.5], [0.2, 0.1, 0.3]]
    keys = [drawing(at, angles) for at, angles in zip((-2.0, 0.0, 3.0 + 1j, 3.0 + 3j), swing, strict=True)]
    plan = plan_tween(keys[1], keys[2], context=Context(keys[0], keys[3], (0.0, 1.0, 2.0, 3.0)))
    for t in (0.25, 0.5, 0.75):
        drawn, key = plan.at(t), keys[1]
        lines = [to_complex(drawn.stroke(k)) for k in range(drawn.stroke_count)]
        # where a limb ends and the next begins, in the axis of each
        ends = [((z[0] + z[-1]) / 2, (z[14] + z[15]) / 2) for z in lines[1:]]
        whole = [((z[0] + z[-1]) / 2, (z[14] + z[15]) / 2) for z in (to_complex(key.stroke(k)) for k in (1, 2, 3))]
        for k in (0, 1):
            assert abs(ends[k][1] - ends[k + 1][0]) < 1.02 * 0.03 * (LIMBS[k] + LIMBS[k + 1])
        for (start, end), (first, last) in zip(ends, whole, strict=True):
            assert abs(end - start) == pytest.approx(abs(last - first), abs=1e-6)


def test_what_lies_apart_does_not_hang_together() -> None:
    swing = [[0.0, 0.0, 0.0], [0.8, 1.6, 2.5]]
    a, b = (Drawing.from_strokes([*arm(0.0, s), *arm(9.0, [x * 0.5 for x in s])]) for s in swing)
    alone = plan_tween(Drawing.from_strokes(arm(0.0, swing[0])), Drawing.from_strokes(arm(0.0, swing[1]))).at(0.5)
    assert plan_tween(a, b).at(0.5).xy[: alone.point_count] == pytest.approx(alone.xy, abs=1e-6)
