"""Blender's arrays to drawings in a plane and back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Attribute, Curves, DrawingError
from inkbetween.inference.drawing.conversion import (
    FINGERPRINT,
    check_curves,
    equal_drawings,
    fingerprint,
    to_curves,
    to_drawing,
    unified,
)
from inkbetween.inference.drawing.plane import fit_planes


def polylines(seed: int = 0, count: int = 12, **more: Attribute) -> Curves:
    rng = np.random.default_rng(seed)
    offsets = np.concatenate([[0], np.cumsum(rng.integers(1, 9, count))]).astype(np.int32)
    points = int(offsets[-1])
    position = (rng.normal(size=(points, 3)) * 10.0 ** rng.integers(-12, 6, (points, 1))).astype(np.float32)
    return Curves(
        offsets,
        {
            "position": Attribute("POINT", "FLOAT_VECTOR", position),
            "curve_type": Attribute("CURVE", "INT8", np.ones(count, np.int8)),
            "cyclic": Attribute("CURVE", "BOOLEAN", rng.integers(0, 2, count).astype(bool)),
            "material_index": Attribute("CURVE", "INT", rng.integers(0, 5, count).astype(np.int32)),
            "radius": Attribute("POINT", "FLOAT", rng.random(points).astype(np.float32)),
            "fill_color": Attribute("CURVE", "FLOAT_COLOR", rng.random((count, 4)).astype(np.float32)),
            "strange": Attribute("POINT", "INT32_2D", rng.integers(-9, 9, (points, 2)).astype(np.int32)),
            **more,
        },
    )


def bits(curves: Curves) -> dict[str, tuple]:
    return {n: (a.domain, a.kind, a.values.dtype, a.values.tobytes()) for n, a in curves.attributes.items()}


def with_attribute(curves: Curves, name: str, attribute: Attribute) -> Curves:
    return replace(curves, attributes={**curves.attributes, name: attribute})


def matrices() -> list[np.ndarray]:
    """Layer to world: plain, far away, turned, stretched, mirrored and sheared."""
    rng = np.random.default_rng(4)
    turned = np.eye(4)
    turned[:3, :3] = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    bent = np.eye(4)
    bent[:3, :3] = rng.normal(size=(3, 3)) * [1, 20, 0.05]
    bent[:3, 3] = 1e6
    return [np.eye(4), turned, np.diag([1.0, -3.0, 0.2, 1.0]), bent]


@pytest.mark.parametrize("matrix", matrices(), ids=["plain", "turned", "mirrored", "bent"])
def test_what_nobody_moved_returns_to_the_same_bits(matrix: np.ndarray) -> None:
    curves = polylines()
    plane = fit_planes([[curves.attributes["position"].values]], [matrix])[0]
    back = to_curves(to_drawing(curves, plane), plane)
    assert back.offsets.tolist() == curves.offsets.tolist()
    assert bits(back) == bits(curves)


@pytest.mark.parametrize("matrix", matrices(), ids=["plain", "turned", "mirrored", "bent"])
def test_what_moved_lands_where_it_was_moved_to(matrix: np.ndarray) -> None:
    curves = polylines()
    position = curves.attributes["position"].values
    plane = fit_planes([[position]], [matrix])[0]
    drawing = to_drawing(curves, plane)
    moved = to_curves(drawing.with_points(drawing.xy + np.array([3.0, -2.0])), plane)
    world = moved.attributes["position"].values.astype(np.float64) @ matrix[:3, :3].T
    was = position.astype(np.float64) @ matrix[:3, :3].T
    scale = np.abs(was).max()
    assert np.linalg.norm(world - was, axis=1) == pytest.approx(np.sqrt(13), abs=scale * 1e-5)


def test_selection_handles_and_fingerprint_stay_behind() -> None:
    curves = polylines()
    points = curves.point_count
    leave = {
        ".selection": Attribute("POINT", "BOOLEAN", np.ones(points, bool)),
        ".selection_handle_left": Attribute("POINT", "BOOLEAN", np.ones(points, bool)),
        FINGERPRINT: Attribute("CURVE", "INT", np.ones(12, np.int32)),
        "handle_left": Attribute("POINT", "FLOAT_VECTOR", np.ones((points, 3), np.float32)),
        "nurbs_order": Attribute("CURVE", "INT8", np.full(12, 4, np.int8)),
    }
    plane = fit_planes([[]], [np.eye(4)])[0]
    back = to_curves(to_drawing(replace(curves, attributes={**curves.attributes, **leave}), plane), plane)
    assert bits(back) == bits(curves)


def test_missing_stroke_attributes_have_blenders_meaning() -> None:
    curves = Curves(
        np.array([0, 2], np.int32),
        {
            "position": Attribute("POINT", "FLOAT_VECTOR", np.array([[0, 0, 0], [1, 0, 0]], np.float32)),
            "curve_type": Attribute("CURVE", "INT8", np.ones(1, np.int8)),
        },
    )
    drawing = to_drawing(curves, fit_planes([[]], [np.eye(4)])[0])
    assert (drawing.cyclic.tolist(), drawing.material.tolist()) == ([False], [0])
    bare = replace(curves, attributes={"position": curves.attributes["position"]})
    # without a type Blender takes Catmull-Rom
    assert to_drawing(bare, fit_planes([[]], [np.eye(4)])[0]).point_count == 13


def test_an_empty_key_is_an_empty_drawing() -> None:
    plane = fit_planes([[]], [np.eye(4)])[0]
    drawing = to_drawing(Curves(np.zeros(1, np.int32)), plane)
    assert (drawing.stroke_count, drawing.point_count) == (0, 0)
    drawing.check()
    assert to_curves(drawing, plane).stroke_count == 0


def test_unified_drawings_have_the_same_attributes() -> None:
    plane = fit_planes([[]], [np.eye(4)])[0]
    glow = Attribute("POINT", "FLOAT2", np.ones((polylines().point_count, 2), np.float32))
    a = to_drawing(polylines(glow=glow), plane)
    other = polylines(seed=1)
    opacity = Attribute("POINT", "FLOAT", np.full(other.point_count, 0.5, np.float32))
    wrong = Attribute("CURVE", "INT", np.full(12, 7, np.int32))
    b = to_drawing(with_attribute(with_attribute(other, "opacity", opacity), "radius", wrong), plane)
    c = to_drawing(Curves(np.zeros(1, np.int32)), plane)
    one, two, three = unified([a, b, c])
    assert one.attributes.keys() == two.attributes.keys() == three.attributes.keys()
    for name, attribute in one.attributes.items():
        assert (attribute.domain, attribute.kind) == (two.attributes[name].domain, two.attributes[name].kind)
    assert one.attributes["radius"] is a.attributes["radius"]
    assert (one.attributes["opacity"].values == 1).all()
    assert two.attributes["glow"].values.shape == (b.point_count, 2)
    assert (two.attributes["glow"].values == 0).all()
    assert (two.attributes["radius"].values == np.float32(0.01)).all()
    assert three.attributes["fill_color"].values.shape == (0, 4)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_coordinates_that_are_no_numbers_are_named(bad: float) -> None:
    curves = polylines()
    position = curves.attributes["position"].values.copy()
    position[curves.offsets[4], 2] = bad
    curves = with_attribute(curves, "position", Attribute("POINT", "FLOAT_VECTOR", position))
    with pytest.raises(DrawingError, match=r"Stroke 5 of frame 12 .* not finite numbers; delete or redraw it"):
        check_curves(curves, "frame 12")
    position[curves.offsets[7]] = bad
    with pytest.raises(DrawingError, match="Stroke 5 and 1 more of frame 12"):
        check_curves(curves, "frame 12")


def test_broken_arrays_are_told() -> None:
    curves = polylines()
    with pytest.raises(DrawingError, match="strokes of frame 3 do not fit"):
        check_curves(replace(curves, offsets=curves.offsets[::-1]), "frame 3")
    with pytest.raises(DrawingError, match="points of frame 3 have no positions"):
        check_curves(replace(curves, attributes={}), "frame 3")
    check_curves(Curves(np.zeros(1, np.int32)), "frame 3")


def test_every_attribute_counts_in_fingerprint_and_equality() -> None:
    curves = polylines()
    base = fingerprint(curves)
    assert 0 <= base < 2**31
    for name, attribute in curves.attributes.items():
        values = attribute.values.copy()
        values.view(np.uint8).reshape(-1)[-1] ^= 1
        changed = with_attribute(curves, name, replace(attribute, values=values))
        assert fingerprint(changed) != base, name
        assert not equal_drawings(changed, curves), name
    fewer = replace(curves, attributes={n: a for n, a in curves.attributes.items() if n != "strange"})
    assert fingerprint(fewer) != base
    assert not equal_drawings(fewer, curves)
    split = replace(curves, offsets=np.concatenate([curves.offsets[:1], [1], curves.offsets[2:]]).astype(np.int32))
    assert fingerprint(split) != base
    assert not equal_drawings(split, curves)


def test_selecting_is_not_editing() -> None:
    curves = polylines()
    selected = with_attribute(curves, ".selection", Attribute("CURVE", "BOOLEAN", np.ones(12, bool)))
    marked = with_attribute(selected, FINGERPRINT, Attribute("CURVE", "INT", np.ones(12, np.int32)))
    assert fingerprint(marked) == fingerprint(curves)
    assert equal_drawings(marked, curves)


def test_order_of_attributes_is_no_difference_but_nan_equals_itself() -> None:
    curves = polylines()
    position = curves.attributes["position"].values.copy()
    position[0] = np.nan
    curves = with_attribute(curves, "position", Attribute("POINT", "FLOAT_VECTOR", position))
    turned = replace(curves, attributes=dict(reversed(list(curves.attributes.items()))))
    assert fingerprint(turned) == fingerprint(curves)
    assert equal_drawings(turned, curves)


def test_fingerprints_are_the_same_in_every_session() -> None:
    """Stored in .blend files: this number may only change together with how old files are read."""
    curves = Curves(
        np.array([0, 2], np.int32),
        {
            "position": Attribute("POINT", "FLOAT_VECTOR", np.array([[0, 0, 0], [1, 0, 0.5]], np.float32)),
            "cyclic": Attribute("CURVE", "BOOLEAN", np.array([True])),
        },
    )
    assert fingerprint(curves) == 928585224
