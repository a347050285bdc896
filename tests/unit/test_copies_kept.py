"""What stayed in place comes back to its layer to the bit, whatever its curves and wherever its layer lies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Attribute, Curves
from inkbetween.inference.drawing.conversion import CONFIDENCE, KEPT
from inkbetween.inference.leads.tuning import TweenSettings
from inkbetween.inference.tween.object_tween import Key, Layer, ObjectTween

POLY, BEZIER = 1, 2
STAYING = 3
"""The first strokes of every key stay."""


def drawn(rng: np.random.Generator, kinds: list[int]) -> Curves:
    """Strokes like no others, of these curve types, drawn in the plane y = 0.3."""
    strokes = []
    for _ in kinds:
        t = np.linspace(0, 1, int(rng.integers(5, 20)))
        waves = [np.cos(np.pi * (k + 1) * t)[:, None] * rng.normal(size=2) / (k + 1) for k in range(4)]
        strokes.append(sum(waves) + 3.0 * rng.normal(size=2))
    flat = np.concatenate(strokes)
    flat[1] = flat[0]  # a pen that waits leaves a point twice
    count, points = len(kinds), len(flat)
    position = np.column_stack([flat[:, 0], np.full(points, 0.3), flat[:, 1]]).astype(np.float32)
    aside = np.array([0.1, 0.0, 0.05], np.float32)
    return Curves(
        np.cumsum([0, *(len(s) for s in strokes)]).astype(np.int32),
        {
            "position": Attribute("POINT", "FLOAT_VECTOR", position),
            "curve_type": Attribute("CURVE", "INT8", np.array(kinds, np.int8)),
            "cyclic": Attribute("CURVE", "BOOLEAN", rng.random(count) < 0.3),
            "material_index": Attribute("CURVE", "INT", rng.integers(0, 2, count).astype(np.int32)),
            "radius": Attribute("POINT", "FLOAT", rng.uniform(0, 0.1, points).astype(np.float32)),
            "vertex_color": Attribute("POINT", "FLOAT_COLOR", rng.uniform(0, 1, (points, 4)).astype(np.float32)),
            "handle_left": Attribute("POINT", "FLOAT_VECTOR", position - aside),
            "handle_right": Attribute("POINT", "FLOAT_VECTOR", position + aside),
            "handle_type_left": Attribute("POINT", "INT8", np.full(points, 3, np.int8)),
            "handle_type_right": Attribute("POINT", "INT8", np.full(points, 3, np.int8)),
        },
    )


def with_moved(curves: Curves, by: np.ndarray) -> Curves:
    """All strokes but the STAYING ones elsewhere."""
    attributes = dict(curves.attributes)
    for name in ("position", "handle_left", "handle_right"):
        values = attributes[name].values.copy()
        values[curves.offsets[STAYING] :] += by.astype(np.float32)
        attributes[name] = replace(attributes[name], values=values)
    return replace(curves, attributes=attributes)


def somewhere(rng: np.random.Generator) -> np.ndarray:
    """A layer that is turned, scaled and moved."""
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    out = np.eye(4)
    out[:3, :3] = turn * rng.uniform(0.3, 3.0)
    out[:3, 3] = rng.normal(size=3)
    return out


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kinds", [[POLY] * 6, [BEZIER] * 6, [BEZIER, POLY, POLY, BEZIER, POLY, BEZIER]])
def test_strokes_that_stay_come_back_to_the_bit(kinds: list[int], seed: int) -> None:
    rng = np.random.default_rng([seed, 1])
    keys, layers = [], []
    to_world = somewhere(rng)
    for _ in range(2):
        one = drawn(rng, kinds)
        keys.append(one)
        # by a whole number: what floats can't hold would not be the same shape
        layers.append(Layer([Key(1, one), Key(9, with_moved(one, np.array([2.0, 0.0, -1.0])))], to_world))
    tween = ObjectTween(layers, TweenSettings(judged=True))
    for layer, key in enumerate(keys):
        for t in (0.25, 0.75):
            between = tween.inbetween(layer, 0, t)
            assert KEPT not in between.attributes
            assert between.stroke_count == key.stroke_count
            points = int(key.offsets[STAYING])
            assert between.offsets[: STAYING + 1].tobytes() == key.offsets[: STAYING + 1].tobytes()
            for name, attribute in key.attributes.items():
                if name.startswith("handle") and BEZIER not in kinds[:STAYING]:
                    continue
                rows = points if attribute.domain == "POINT" else STAYING
                assert between.attributes[name].values[:rows].tobytes() == attribute.values[:rows].tobytes(), name
            assert (between.attributes[CONFIDENCE].values == 1.0).all()
