"""Drawings nobody would draw, through the whole of the engine: always finite strokes, never a warning."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Attribute, Curves
from inkbetween.inference.tween.object_tween import Key, Layer, ObjectTween

RNG = np.random.default_rng(0)


def curves(*strokes: object, cyclic: bool = False) -> Curves:
    points = [np.asarray(s, np.float32).reshape(-1, 3) for s in strokes]
    offsets = np.cumsum([0] + [len(p) for p in points]).astype(np.int32)
    count = len(points)
    return Curves(
        offsets,
        {
            "position": Attribute("POINT", "FLOAT_VECTOR", np.concatenate([np.zeros((0, 3), np.float32), *points])),
            "curve_type": Attribute("CURVE", "INT8", np.ones(count, np.int8)),
            "cyclic": Attribute("CURVE", "BOOLEAN", np.full(count, cyclic)),
            "radius": Attribute("POINT", "FLOAT", np.full(int(offsets[-1]), 0.01, np.float32)),
        },
    )


def wander(count: int, size: float = 1.0, start: tuple[float, float, float] = (0, 0, 0)) -> np.ndarray:
    """A line that goes anywhere in the front plane."""
    steps = np.cumsum(RNG.normal(size=(count, 3)), axis=0) * [1, 0, 1]
    return steps / count * size + start


LINE = curves(wander(20))
ONE = np.ones((1, 3))
ZERO_POINTS = Curves(
    np.array([0, 0, 20], np.int32),
    {**LINE.attributes, "cyclic": Attribute("CURVE", "BOOLEAN", np.zeros(2, bool))}
    | {"curve_type": Attribute("CURVE", "INT8", np.ones(2, np.int8))},
)
PAIRS = {
    "nothing": (curves(), LINE),
    "points": (curves(ONE), curves(2 * ONE)),
    "a point": (curves(ONE), LINE),
    "one place": (curves(np.repeat(ONE, 9, 0)), curves(np.zeros((9, 3)))),
    "one place, a line": (curves(np.repeat(ONE, 9, 0)), LINE),
    "many points": (curves(*RNG.normal(size=(50, 3))), curves(*RNG.normal(size=(40, 3)))),
    "nothing alike": (
        curves(*(wander(30) for _ in range(9))),
        curves(*(wander(30, 5, (100, 0, 100)) for _ in range(7))),
    ),
    "no length among lines": (curves(wander(20), np.repeat(ONE, 5, 0), ONE), curves(wander(20), ONE)),
    "closed, two and three points": (
        curves(wander(2), wander(3), wander(1), cyclic=True),
        curves(wander(2), wander(3), wander(1), cyclic=True),
    ),
    "a stroke without points": (ZERO_POINTS, LINE),
    "huge": (curves(wander(20, 1e30)), curves(wander(20, 1e30))),
    "as large as numbers get": (curves(wander(20, 3e38)), curves(wander(20, 3e38))),
    "tiny": (curves(wander(20, 1e-30)), curves(wander(20, 1e-30))),
    "far away": (curves(wander(20, 1, (1e6, 0, 1e6))), curves(wander(20, 1, (1e6, 0, 1e6)))),
    "a stray far away": (curves(wander(20), [[1e9, 0, 0], [1e9, 0, 1]]), LINE),
    "sizes apart": tuple(curves(*(wander(20, 10.0**k) for k in range(-6, 4))) for _ in range(2)),
    "the same line many times": (
        curves(*[LINE.attributes["position"].values] * 20),
        curves(*[LINE.attributes["position"].values] * 3),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("reverse", [False, True])
def test_any_drawing_gives_whole_drawings(name: str, reverse: bool) -> None:
    a, b = PAIRS[name][:: -1 if reverse else 1]
    with np.errstate(divide="raise", invalid="raise", over="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        tween = ObjectTween([Layer([Key(1, a), Key(5, b)], np.eye(4))])
        drawn = [tween.inbetween(0, 0, t) for t in (0.0, 0.25, 0.5, 1.0)]
    for inbetween in drawn:
        assert np.isfinite(inbetween.attributes["position"].values).all()
        assert np.isfinite(inbetween.attributes["radius"].values).all()
        sizes = {"POINT": inbetween.point_count, "CURVE": inbetween.stroke_count}
        for attribute in inbetween.attributes.values():
            assert len(attribute.values) == sizes[attribute.domain]
