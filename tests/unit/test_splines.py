"""Curves to polylines, against curves known in closed form. That Blender agrees is tested in tests/blender."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Attribute, Curves
from inkbetween.inference.drawing.splines import BEZIER, CATMULL_ROM, NURBS, POLY, curve_types, evaluate, mix


def stroke(points: object, kind: int, cyclic: bool = False, **attributes: Attribute) -> Curves:
    position = np.asarray(points, np.float32).reshape(-1, 3)
    return Curves(
        np.array([0, len(position)], np.int32),
        {
            "position": Attribute("POINT", "FLOAT_VECTOR", position),
            "curve_type": Attribute("CURVE", "INT8", np.array([kind], np.int8)),
            "cyclic": Attribute("CURVE", "BOOLEAN", np.array([cyclic])),
            **attributes,
        },
    )


def points_of(curves: Curves) -> np.ndarray:
    return curves.attributes["position"].values


def circle(count: int) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.column_stack([np.cos(angle), np.zeros(count), np.sin(angle)])


def test_polylines_are_left_alone() -> None:
    curves = stroke(circle(5), POLY)
    assert evaluate(curves) is curves
    nothing = Curves(np.zeros(1, np.int32))
    assert evaluate(nothing) is nothing


def test_catmull_rom_passes_through_its_points() -> None:
    result = evaluate(stroke(circle(8), CATMULL_ROM, cyclic=True))
    assert result.offsets.tolist() == [0, 96]
    assert (points_of(result)[::12] == circle(8).astype(np.float32)).all()
    assert np.linalg.norm(points_of(result), axis=1) == pytest.approx(1, abs=0.01)


def test_a_bezier_quarter_circle() -> None:
    k = 4 / 3 * np.tan(np.pi / 8)
    curves = stroke(
        [[1, 0, 0], [0, 0, 1]],
        BEZIER,
        handle_left=Attribute("POINT", "FLOAT_VECTOR", np.array([[1, 0, -k], [k, 0, 1]], np.float32)),
        handle_right=Attribute("POINT", "FLOAT_VECTOR", np.array([[1, 0, k], [-k, 0, 1]], np.float32)),
    )
    result = evaluate(curves)
    assert np.linalg.norm(points_of(result), axis=1) == pytest.approx(1, abs=3e-4)
    assert len(points_of(result)) == 13
    assert not [name for name in result.attributes if name.startswith("handle")]


def test_a_nurbs_circle_is_a_circle() -> None:
    """The textbook's quadratic circle of nine points: weights matter."""
    corner = np.sqrt(0.5)
    places = [[1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1], [1, 0]]
    points = np.array([[x, 0, z] for x, z in places], float)
    curves = stroke(
        points,
        NURBS,
        nurbs_weight=Attribute("POINT", "FLOAT", np.array([1, corner] * 4 + [1], np.float32)),
        nurbs_order=Attribute("CURVE", "INT8", np.array([3], np.int8)),
        knots_mode=Attribute("CURVE", "INT8", np.array([3], np.int8)),  # endpoint Bezier
    )
    assert np.linalg.norm(points_of(evaluate(curves)), axis=1) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("kind", [CATMULL_ROM, BEZIER, NURBS])
@pytest.mark.parametrize("cyclic", [False, True])
def test_a_point_stays_a_point(kind: int, cyclic: bool) -> None:
    place = Attribute("POINT", "FLOAT_VECTOR", np.ones((1, 3), np.float32))
    result = evaluate(stroke([[1, 2, 3]], kind, cyclic, handle_left=place, handle_right=place))
    assert points_of(result).tolist() == [[1, 2, 3]]


def test_strokes_of_all_types_stay_in_order() -> None:
    types = np.array([NURBS, POLY, BEZIER, CATMULL_ROM, POLY], np.int8)
    count = len(types)
    position = np.repeat(np.arange(count, dtype=np.float32), 5)[:, None] * 10 + np.random.default_rng(0).random((25, 3))
    place = Attribute("POINT", "FLOAT_VECTOR", position.astype(np.float32))
    curves = Curves(
        np.arange(0, 26, 5, dtype=np.int32),
        {
            "position": place,
            "handle_left": place,
            "handle_right": place,
            "curve_type": Attribute("CURVE", "INT8", types),
            "number": Attribute("POINT", "INT", np.repeat(np.arange(count, dtype=np.int32), 5)),
            "name": Attribute("CURVE", "INT", np.arange(count, dtype=np.int32)),
        },
    )
    result = evaluate(curves)
    owner = np.repeat(np.arange(count), np.diff(result.offsets))
    assert (np.floor(points_of(result)[:, 0] / 10) == owner).all()
    assert (result.attributes["number"].values == owner).all()
    assert result.attributes["name"].values.tolist() == [0, 1, 2, 3, 4]
    assert (curve_types(result) == POLY).all()
    assert np.diff(result.offsets)[[1, 4]].tolist() == [5, 5]


def test_numbers_mix_and_names_do_not() -> None:
    curves = stroke(
        [[0, 0, 0], [1, 0, 0], [2, 0, 0]],
        CATMULL_ROM,
        resolution=Attribute("CURVE", "INT", np.array([4], np.int32)),
        radius=Attribute("POINT", "FLOAT", np.array([0, 1, 3], np.float32)),
        tag=Attribute("POINT", "INT", np.array([5, 6, 7], np.int32)),
        tint=Attribute("POINT", "BYTE_COLOR", np.array([[0, 0, 0, 0], [4, 4, 4, 255], [4, 4, 4, 255]], np.uint8)),
    )
    result = evaluate(curves).attributes
    assert result["radius"].values.tolist() == [0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3]
    assert result["tag"].values.tolist() == [5, 5, 6, 6, 6, 6, 7, 7, 7]
    assert result["tint"].values[1].tolist() == [1, 1, 1, 64]


def test_quaternions_take_the_short_way_and_stay_turns() -> None:
    values = np.array([[1, 0, 0, 0], [-np.sqrt(0.5), -np.sqrt(0.5), 0, 0]], np.float32)
    half = mix(Attribute("POINT", "QUATERNION", values), np.array([0]), np.array([1]), np.array([0.5]))
    angle = np.radians(22.5)
    assert half[0] == pytest.approx([np.cos(angle), np.sin(angle), 0, 0], abs=1e-6)


@pytest.mark.parametrize("kind", [CATMULL_ROM, BEZIER])
def test_no_more_points_than_the_tolerance_needs(kind: int) -> None:
    points = np.concatenate([circle(8), np.outer(np.linspace(1, 6, 9), [1, 0, 0])])
    handles: dict[str, Attribute] = {"resolution": Attribute("CURVE", "INT", np.array([64], np.int32))}
    if kind == BEZIER:
        tangent = np.gradient(points, axis=0) / 3
        for name, side in (("handle_left", -1), ("handle_right", 1)):
            handles[name] = Attribute("POINT", "FLOAT_VECTOR", (points + side * tangent).astype(np.float32))
    fine = stroke(points, kind, False, **handles)
    full = points_of(evaluate(fine)).astype(np.float64)
    sizes = []
    for tolerance in (1e-1, 1e-2, 1e-3):
        few = points_of(evaluate(fine, tolerance)).astype(np.float64)
        start, along = few[:-1], np.diff(few, axis=0)
        t = np.clip(((full[:, None] - start) * along).sum(2) / (along**2).sum(1), 0, 1)
        distance = np.linalg.norm(full[:, None] - start - t[..., None] * along, axis=2).min(1)
        assert distance.max() <= tolerance
        sizes.append(len(few))
    assert len(points) < sizes[0] < sizes[1] < sizes[2] < len(full) / 4
    assert len(evaluate(fine, 1e-12).attributes["position"].values) <= len(full)
