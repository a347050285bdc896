"""Tween: what the artist set on points and strokes, between the keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from inkbetween.addon import adapter
from inkbetween.inference.drawing.contract import Attribute, Curves

FRAMES = range(2, 9)
RED = np.array([0.9, 0.2, 0.1, 1.0])


def spread(curves: Curves, domain: Any, kind: str, value: Any, dtype: Any = np.float32) -> Attribute:
    """The same value everywhere in a drawing."""
    count = curves.point_count if domain == "POINT" else curves.stroke_count
    return Attribute(domain, kind, np.array([value] * count, dtype))


def having(curves: Curves, **attributes: Attribute | None) -> Curves:
    return replace(curves, attributes={**curves.attributes, **{n: a for n, a in attributes.items() if a is not None}})


@pytest.fixture
def tweened(new_object: Any, key: Any, run: Any) -> Callable[..., list[np.ndarray]]:
    """Called with an attribute's name and what it is in the two keys (None: the key lacks it), returns its values in
    all in-betweens."""

    def tween(name: str, domain: str, kind: str, a: Any, b: Any, dtype: Any = np.float32) -> list[np.ndarray]:
        one, two = key(0.0), key(1.0, 0.5)
        one = having(one, **{name: None if a is None else spread(one, domain, kind, a, dtype)})
        two = having(two, **{name: None if b is None else spread(two, domain, kind, b, dtype)})
        layer = new_object({1: one, 9: two}).data.layers["Lines"]
        assert run("tween", scope="LAYER").result == "FINISHED"
        drawn = [adapter.read_curves(adapter.frame_at(layer, n).drawing).attributes for n in FRAMES]
        return [attributes[name].values.astype(float) for attributes in drawn]

    return tween


@pytest.mark.parametrize("without", [None, [0.0, 0.0, 0.0, 0.0]])
@pytest.mark.parametrize(("name", "domain"), [("vertex_color", "POINT"), ("fill_color", "CURVE"), ("tint", "POINT")])
def test_a_colour_in_one_key_fades(tweened: Any, name: str, domain: str, without: Any) -> None:
    for a, b, opaque in ((RED, without, 1 - np.arange(1, 8) / 8), (without, RED, np.arange(1, 8) / 8)):
        for values, alpha in zip(tweened(name, domain, "FLOAT_COLOR", a, b), opaque, strict=True):
            assert values[:, :3] == pytest.approx(np.tile(RED[:3], (len(values), 1)), abs=1e-6)
            assert values[:, 3] == pytest.approx(alpha, abs=1e-6)


def test_a_colour_in_bytes_in_one_key_fades(tweened: Any) -> None:
    red = [230, 50, 25, 255]
    for values, alpha in zip(
        tweened("stamp", "POINT", "BYTE_COLOR", red, None, np.uint8), 1 - np.arange(1, 8) / 8, strict=True
    ):
        assert np.abs(values[:, :3] - red[:3]).max() <= 1
        assert np.abs(values[:, 3] - 255 * alpha).max() <= 1


@pytest.mark.parametrize(("name", "domain"), [("rotation", "POINT"), ("uv_rotation", "CURVE")])
def test_a_rotation_goes_the_short_way_round(tweened: Any, name: str, domain: str) -> None:
    way = 2 * np.pi - 6.0
    for values, share in zip(tweened(name, domain, "FLOAT", 3.0, -3.0), np.arange(1, 8) / 8, strict=True):
        assert np.angle(np.exp(1j * (values - 3.0))) == pytest.approx(np.full(len(values), way * share), abs=1e-5)
        assert np.abs(values).max() <= np.pi + 1e-6


@pytest.mark.parametrize(("name", "domain", "assumed"), [("opacity", "POINT", 1.0), ("aspect_ratio", "CURVE", 1.0)])
def test_a_key_that_lacks_a_number_has_what_blender_assumes(
    tweened: Any, name: str, domain: str, assumed: float
) -> None:
    for values, share in zip(tweened(name, domain, "FLOAT", 0.5, None), np.arange(1, 8) / 8, strict=True):
        assert values == pytest.approx(np.full(len(values), 0.5 + (assumed - 0.5) * share), abs=1e-6)


def test_a_texture_keeps_its_size_where_one_key_says_nothing_of_it(tweened: Any) -> None:
    for values in tweened("uv_scale", "CURVE", "FLOAT2", [1.0, 1.0], None):
        assert values == pytest.approx(np.ones((len(values), 2)))
