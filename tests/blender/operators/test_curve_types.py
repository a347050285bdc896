"""Tween on keys drawn as curves, in real Blender: in-betweens are curves that Blender draws where they are meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
import numpy as np
import pytest

from inkbetween.addon import adapter
from inkbetween.inference.drawing.contract import Attribute, Curves
from inkbetween.inference.drawing.splines import BEZIER, CATMULL_ROM, NURBS, evaluate

RADIUS = 0.05


def key(kind: int, shift: float = 0.0, bend: float = 0.0) -> Curves:
    """A wave and a ring in the front plane."""
    x = np.linspace(0, 4, 6)
    angle = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    wave = np.column_stack([x, 0 * x, np.sin(1.5 * x + bend)])
    ring = np.column_stack([2 + np.cos(angle), 0 * angle, 3 + (1 + bend / 4) * np.sin(angle)])
    tangents = [np.gradient(wave, axis=0) / 3, (np.roll(ring, -1, 0) - np.roll(ring, 1, 0)) / 6]
    place, tangent = np.concatenate([wave, ring]) + np.array([shift, 0, 0]), np.concatenate(tangents)
    attributes = {
        "position": Attribute("POINT", "FLOAT_VECTOR", place.astype(np.float32)),
        "curve_type": Attribute("CURVE", "INT8", np.full(2, kind, np.int8)),
        "cyclic": Attribute("CURVE", "BOOLEAN", np.array([False, True])),
        "radius": Attribute("POINT", "FLOAT", np.full(14, RADIUS, np.float32)),
        "place": Attribute("POINT", "FLOAT", np.full(14, 7.0, np.float32)),
        "resolution": Attribute("CURVE", "INT", np.full(2, 24, np.int32)),
    }
    if kind == BEZIER:
        for side, sign in (("left", -1), ("right", 1)):
            handle = (place + sign * tangent).astype(np.float32)
            attributes[f"handle_{side}"] = Attribute("POINT", "FLOAT_VECTOR", handle)
            attributes[f"handle_type_{side}"] = Attribute("POINT", "INT8", np.full(14, 3, np.int8))
    if kind == NURBS:
        attributes["nurbs_order"] = Attribute("CURVE", "INT8", np.full(2, 4, np.int8))
        attributes["knots_mode"] = Attribute("CURVE", "INT8", np.array([1, 0], np.int8))
    return Curves(np.array([0, 6, 14], np.int32), attributes)


def farthest(points: np.ndarray, curves: Curves) -> float:
    """How far the farthest point lies from the drawing's lines."""
    lines = evaluate(curves)
    starts, ends = [], []
    for number, (first, last) in enumerate(zip(lines.offsets[:-1], lines.offsets[1:], strict=True)):
        line = lines.attributes["position"].values[first:last].astype(float)
        line = np.vstack([line, line[:1]]) if lines.attributes["cyclic"].values[number] else line
        starts.append(line[:-1])
        ends.append(line[1:])
    start, along = np.concatenate(starts), np.concatenate(ends) - np.concatenate(starts)
    t = ((points[:, None] - start) * along).sum(2) / np.maximum((along**2).sum(1), 1e-30)
    nearest = start + np.clip(t, 0, 1)[..., None] * along
    return float(np.linalg.norm(points[:, None] - nearest, axis=2).min(1).max())


def curves_at(layer: Any, frame: int) -> Curves:
    return adapter.read_curves(adapter.frame_at(layer, frame).drawing)


@pytest.mark.parametrize("kind", [BEZIER, CATMULL_ROM, NURBS])
def test_curves_come_between_curves(
    kind: int, new_object: Any, run: Any, eye: Any, blenders_points: Callable[..., Any]
) -> None:
    obj = new_object({1: key(kind), 9: key(kind, 2.0)})
    layer = obj.data.layers[0]
    before = eye.artist_frames(layer)
    assert run("tween", scope="LAYER", engine="CLASSICAL").result == "FINISHED"
    assert eye.artist_frames(layer) == before
    for frame, share in ((3, 0.25), (5, 0.5), (8, 0.875)):
        half = curves_at(layer, frame)
        assert (half.attributes["curve_type"].values == kind).all()
        assert half.point_count <= 20
        assert half.attributes["resolution"].values.tolist() == [24, 24]
        bpy.context.scene.frame_set(frame)
        points, numbers = blenders_points(obj)
        assert farthest(points, key(kind, 2.0 * share)) < RADIUS
        assert numbers == pytest.approx(7.0)


def test_what_blender_does_to_curves_is_no_edit(new_object: Any, run: Any, eye: Any, tmp_path: Any) -> None:
    """In-betweens stay ours when they are drawn, saved and read again, and are tweened again."""
    new_object({1: key(BEZIER), 9: key(BEZIER, 2.0, 0.6)})
    run("tween", scope="LAYER", engine="CLASSICAL")
    bpy.context.scene.frame_set(5)
    bpy.context.view_layer.update()
    path = str(tmp_path / "drawn.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    layer = bpy.data.objects["Drawing"].data.layers[0]
    assert eye.generated(layer) == list(range(2, 9))
    said = run("tween", scope="LAYER", engine="CLASSICAL")
    assert said.result == "FINISHED"
    assert "7 in-betweens" in said.text
    assert run("clear", scope="LAYER").result == "FINISHED"
    assert eye.generated(layer) == []


def test_an_artist_may_go_on_with_the_handles(new_object: Any, run: Any) -> None:
    """In Edit Mode the handles are there, and moving one bends the curve as it does in a key."""
    obj = new_object({1: key(BEZIER), 9: key(BEZIER, 2.0)})
    run("tween", scope="LAYER", engine="CLASSICAL")
    layer = obj.data.layers[0]
    half = curves_at(layer, 5)
    drawing = adapter.frame_at(layer, 5).drawing
    handle = half.attributes["handle_right"].values.copy()
    handle[2, 2] += 1.0
    adapter.set_attribute(drawing, "handle_right", Attribute("POINT", "FLOAT_VECTOR", handle))
    bent = evaluate(curves_at(layer, 5)).attributes["position"].values
    assert not np.allclose(bent, evaluate(half).attributes["position"].values)
