"""Tween between keys of which one is the other, moved: exactly half way at half time, and what stayed to the bit."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
import pytest

from inkbetween.addon import adapter
from inkbetween.inference.drawing.contract import Attribute, Curves


def ball(x: float, z: float) -> np.ndarray:
    """(40, 3) a circle about a place in the front view."""
    angle = np.arange(40) / 40 * 2 * np.pi
    return np.stack([x + np.cos(angle), 0 * angle, z + np.sin(angle)], 1)


def scribble(seed: int) -> np.ndarray:
    """(30, 3) a line like no other, away from the ball."""
    rng = np.random.default_rng(seed)
    t = np.linspace(0, 1, 30)
    flat = sum(np.cos(np.pi * (k + 1) * t)[:, None] * rng.normal(size=2) / (k + 1) for k in range(4)) - [6.0, 0.0]
    return np.column_stack([flat[:, 0], 0 * t, flat[:, 1]])


@pytest.fixture
def drawn(polylines: Any) -> Any:
    """Called with where the ball is, returns a key of it and two lines with a brush's pressure."""

    def make(x: float, z: float) -> Curves:
        strokes = [ball(x, z), scribble(1), scribble(2)]
        pressure = np.random.default_rng(3).uniform(0.01, 0.1, sum(len(s) for s in strokes)).astype(np.float32)
        cyclic = Attribute("CURVE", "BOOLEAN", np.array([True, False, False]))
        return polylines(*strokes, radius=Attribute("POINT", "FLOAT", pressure), cyclic=cyclic)

    return make


def positions(layer: Any, number: int) -> np.ndarray:
    return adapter.read_curves(adapter.frame_at(layer, number).drawing).attributes["position"].values


@pytest.mark.parametrize("engine", ["LEARNED", "CLASSICAL"])
def test_a_moved_ball_is_half_way_at_half_time(new_object: Any, polylines: Any, run: Any, engine: str) -> None:
    closed = Attribute("CURVE", "BOOLEAN", np.array([True]))
    keys = [polylines(ball(x, z), cyclic=closed) for x, z in ((0.0, 0.0), (3.0, -2.0))]
    obj = new_object({1: keys[0], 9: keys[1]})
    bpy.context.scene.frame_set(4)
    assert run("tween", scope="GAP", engine=engine).result == "FINISHED"
    between = positions(obj.data.layers["Lines"], 5)
    assert between == pytest.approx(ball(1.5, -1.0), abs=1e-5)


def test_what_stays_is_left_to_the_bit(new_object: Any, drawn: Any, run: Any, eye: Any) -> None:
    first, last = drawn(0.0, 0.0), drawn(3.0, -2.0)
    obj = new_object({1: first, 9: last})
    obj.rotation_euler, obj.scale = (0.3, 0.1, -0.7), (1.3, 1.3, 1.3)
    bpy.context.scene.frame_set(4)
    layer = obj.data.layers["Lines"]
    before = eye.artist_frames(layer)
    run("tween", scope="GAP")
    assert eye.artist_frames(layer) == before
    for number in range(2, 9):
        between = adapter.read_curves(adapter.frame_at(layer, number).drawing)
        assert between.offsets.tobytes() == first.offsets.tobytes()
        for name in ("position", "radius"):
            own, key = (curves.attributes[name].values[40:] for curves in (between, first))
            assert own.tobytes() == key.tobytes(), name
        middle = between.attributes["position"].values[:40].mean(0)
        assert middle == pytest.approx(np.array([3.0, 0.0, -2.0]) * (number - 1) / 8, abs=1e-5)
