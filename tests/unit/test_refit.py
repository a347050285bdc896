"""In-betweens of curves are curves of the same type, within the line's width of where they are meant to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Attribute, Curves
from inkbetween.inference.drawing.conversion import to_curves, to_drawing
from inkbetween.inference.drawing.fitting import refit as refitting
from inkbetween.inference.drawing.fitting.making import MAKING
from inkbetween.inference.drawing.fitting.refit import ALIGN, FREE
from inkbetween.inference.drawing.plane import fit_planes
from inkbetween.inference.drawing.splines import BEZIER, CATMULL_ROM, NURBS, POLY, evaluate
from inkbetween.inference.tween.object_tween import Key, Layer, ObjectTween
from inkbetween.inference.tween.plan import TweenSettings

RADIUS = 0.03
CLASSICAL = TweenSettings(learned=False)


def lines(bend: float = 0.0, count: int = 6) -> list[tuple[np.ndarray, bool, bool]]:
    """Control points of a wave, a ring and a corner in the front plane; whether they are closed, and cornered."""
    x = np.linspace(0, 3, count)
    angle = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    return [
        (np.column_stack([x, 0 * x, 0.5 * np.sin(2 * x + bend)]), False, False),
        (np.column_stack([4.5 + np.cos(angle), 0 * angle, 1.2 * np.sin(angle) + 0.2 * bend]), True, False),
        (np.array([[0, 0, -2], [1, 0, -1.2 + 0.3 * bend], [2, 0, -2.0], [3, 0, -1.5]]), False, True),
    ]


def key(
    kind: int,
    degrees: float = 0.0,
    shift: tuple[float, float] = (0, 0),
    setup: Mapping[str, int] = MappingProxyType({}),
    bend: float = 0.0,
    count: int = 6,
) -> Curves:
    """The lines as curves of one type and setup, turned and shifted."""
    places, left, right, types = [], [], [], []
    drawn = lines(bend, count)
    for points, closed, cornered in drawn:
        tangent = np.gradient(points, axis=0) / 3
        if closed:
            tangent = (np.roll(points, -1, 0) - np.roll(points, 1, 0)) / 6
        before, after = points - tangent, points + tangent
        if cornered:
            step = np.diff(points, axis=0) / 3
            after[:-1], before[1:] = points[:-1] + step, points[1:] - step
        places.append(points)
        left.append(before)
        right.append(after)
        types.append(np.full(len(points), FREE if cornered else ALIGN, np.int8))
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turn = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])

    def moved(parts: list[np.ndarray]) -> Attribute:
        values = np.concatenate(parts) @ turn + [shift[0], 0, shift[1]]
        return Attribute("POINT", "FLOAT_VECTOR", values.astype(np.float32))

    strokes = len(drawn)
    attributes = {
        "position": moved(places),
        "curve_type": Attribute("CURVE", "INT8", np.full(strokes, kind, np.int8)),
        "cyclic": Attribute("CURVE", "BOOLEAN", np.array([closed for _, closed, _ in drawn])),
        "radius": Attribute("POINT", "FLOAT", np.full(sum(map(len, places)), RADIUS, np.float32)),
        "resolution": Attribute("CURVE", "INT", np.full(strokes, 16, np.int32)),
    }
    if kind == BEZIER:
        handles = Attribute("POINT", "INT8", np.concatenate(types))
        attributes |= {"handle_left": moved(left), "handle_right": moved(right)}
        attributes |= {"handle_type_left": handles, "handle_type_right": handles}
    for name, value in setup.items():
        attributes[name] = Attribute("CURVE", "INT8", np.full(strokes, value, np.int8))
    return Curves(np.concatenate([[0], np.cumsum([len(p) for p in places])]).astype(np.int32), attributes)


def tween(a: Curves, b: Curves) -> ObjectTween:
    return ObjectTween([Layer([Key(1, a), Key(9, b)], np.eye(4))], CLASSICAL)


def stroke(curves: Curves, number: int) -> np.ndarray:
    """The points of a stroke, the first of a closed one once more at the end."""
    points = curves.attributes["position"].values[curves.offsets[number] : curves.offsets[number + 1]].astype(float)
    return np.vstack([points, points[:1]]) if curves.attributes["cyclic"].values[number] else points


def far(points: np.ndarray, line: np.ndarray) -> float:
    """How far the farthest point lies from a polyline."""
    line = np.vstack([line, line[-1:]])
    start, along = line[:-1], np.diff(line, axis=0)
    t = ((points[:, None] - start) * along).sum(2) / np.maximum((along**2).sum(1), 1e-30)
    nearest = start + np.clip(t, 0, 1)[..., None] * along
    return float(np.linalg.norm(points[:, None] - nearest, axis=2).min(1).max())


def apart(curve: Curves, polyline: Curves) -> float:
    """How far a drawing's curves leave the polylines of another, and these them, at most."""
    drawn = evaluate(curve)
    pairs = [(stroke(drawn, number), stroke(polyline, number)) for number in range(polyline.stroke_count)]
    return max(max(far(one, two), far(two, one)) for one, two in pairs)


@pytest.fixture
def meant(monkeypatch: pytest.MonkeyPatch) -> object:
    """Called with a tween and a time: the same in-between as the engine has it, polylines."""

    def polylines(tween: ObjectTween, t: float) -> Curves:
        with monkeypatch.context() as patch:
            patch.setattr("inkbetween.inference.drawing.conversion.refit", lambda curves, settings: curves)
            return tween.inbetween(0, 0, t)

    return polylines


SETUPS = [
    (BEZIER, {}),
    (CATMULL_ROM, {}),
    (NURBS, {"nurbs_order": 4, "knots_mode": 0}),
    (NURBS, {"nurbs_order": 3, "knots_mode": 1}),
    (NURBS, {"nurbs_order": 2, "knots_mode": 2}),
    (NURBS, {"nurbs_order": 3, "knots_mode": 3}),
]


def refitted(curves: Curves, degrees: float = 0.0) -> tuple[Curves, Curves]:
    """The drawing turned, as curves, and as the polylines that those are fitted to."""
    plane = fit_planes([[curves.attributes["position"].values]], [np.eye(4)])[0]
    drawing = to_drawing(curves, plane)
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turned = drawing.with_points(drawing.xy @ np.array([[cos, sin], [-sin, cos]]))
    bare = replace(turned, attributes={name: a for name, a in turned.attributes.items() if name not in MAKING})
    return to_curves(turned, plane), to_curves(bare, plane)


@pytest.mark.parametrize(("kind", "setup"), SETUPS)
def test_curves_that_move_keep_type_and_control_points(kind: int, setup: dict[str, int]) -> None:
    curves = key(kind, setup=setup)
    moved, line = refitted(curves, 25)
    assert (moved.attributes["curve_type"].values == kind).all()
    assert np.diff(moved.offsets)[[0, 2]] == pytest.approx(np.diff(curves.offsets)[[0, 2]], abs=1)
    assert np.diff(moved.offsets)[1] <= 2 * 8
    assert apart(moved, line) < 0.6 * RADIUS
    assert moved.attributes["resolution"].values.tolist() == [16, 16, 16]
    assert moved.attributes["cyclic"].values.tolist() == [False, True, False]
    assert not {name for name in moved.attributes if name.startswith(".")}
    for name, value in setup.items():
        assert (moved.attributes[name].values == value).all()
    if kind in (BEZIER, CATMULL_ROM):
        turned = key(kind, 25)
        for name in ("position", "handle_left", "handle_right")[: 3 if kind == BEZIER else 1]:
            assert moved.attributes[name].values == pytest.approx(turned.attributes[name].values, abs=0.01), name


@pytest.mark.parametrize(("kind", "setup"), SETUPS[:4])
def test_curves_drawn_anew_stay_within_the_lines_width(kind: int, setup: dict[str, int], meant: object) -> None:
    both = tween(key(kind, setup=setup), key(kind, 30, (0.4, 0.2), setup, bend=0.4, count=9))
    for t in (0.125, 0.5, 0.875):
        half = both.inbetween(0, 0, t)
        assert (half.attributes["curve_type"].values == kind).all()
        assert apart(half, meant(both, t)) < RADIUS  # type: ignore[operator]
        assert half.point_count < 0.4 * meant(both, t).point_count  # type: ignore[operator]


def test_handles_align_where_the_line_runs_on_and_not_at_corners() -> None:
    a = key(BEZIER)
    half, _ = refitted(a, 25)
    kinds = half.attributes["handle_type_left"].values
    assert np.array_equal(kinds, half.attributes["handle_type_right"].values)
    assert kinds[: a.offsets[2]].tolist() == [ALIGN] * int(a.offsets[2])
    assert kinds[a.offsets[2] + 1 : -1].tolist() == [FREE, FREE]
    place, left, right = (half.attributes[n].values.astype(float) for n in ("position", "handle_left", "handle_right"))
    into, out = place - left, right - place
    cosine = (into * out).sum(1) / np.linalg.norm(into, axis=1) / np.linalg.norm(out, axis=1)
    assert cosine[kinds == ALIGN] == pytest.approx(1.0, abs=1e-4)


def test_keys_that_disagree_give_polylines() -> None:
    half = tween(key(BEZIER), key(CATMULL_ROM, 25)).inbetween(0, 0, 0.25)
    assert (half.attributes["curve_type"].values == POLY).all()
    assert not {"handle_left", "resolution", *MAKING} & half.attributes.keys()
    assert half.point_count > 100


def test_each_stroke_has_its_own_type() -> None:
    def mixed(degrees: float) -> Curves:
        curves = key(BEZIER, degrees)
        types = Attribute("CURVE", "INT8", np.array([POLY, BEZIER, CATMULL_ROM], np.int8))
        return replace(curves, attributes={**curves.attributes, "curve_type": types})

    half = tween(mixed(0), mixed(20)).inbetween(0, 0, 0.5)
    assert half.attributes["curve_type"].values.tolist() == [POLY, BEZIER, CATMULL_ROM]
    assert np.diff(half.offsets)[1] == 8


def test_numbers_along_a_line_are_kept() -> None:
    """A line that swells in one key only swells half as much half way, though the other has no control point there."""

    def swelling(kind: int, degrees: float, peak: float, count: int) -> Curves:
        curves = key(kind, degrees, count=count)
        radius = np.full(curves.point_count, RADIUS, np.float32)
        radius[count // 2] = peak
        return replace(curves, attributes={**curves.attributes, "radius": Attribute("POINT", "FLOAT", radius)})

    for kind in (BEZIER, CATMULL_ROM):
        half = tween(swelling(kind, 0, RADIUS, 3), swelling(kind, 20, 0.2, 9)).inbetween(0, 0, 0.25)
        radius = half.attributes["radius"].values[: half.offsets[1]]
        assert radius.max() == pytest.approx(0.75 * RADIUS + 0.25 * 0.2, rel=0.25)
        assert radius[[0, -1]] == pytest.approx(RADIUS, rel=0.05)


@pytest.mark.parametrize("kind", [BEZIER, CATMULL_ROM, NURBS])
@pytest.mark.parametrize("cyclic", [False, True])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_small_and_spoilt_strokes(kind: int, cyclic: bool, count: int) -> None:
    """Dots, pairs, points in one place, radii that are no numbers: curves come out, with coordinates that are."""
    rng = np.random.default_rng(count)
    place = np.vstack([rng.normal(size=(count, 3)) * [1, 0, 1], np.ones((count, 3))]).astype(np.float32)
    vector = Attribute("POINT", "FLOAT_VECTOR", place)
    curves = Curves(
        np.array([0, count, 2 * count], np.int32),
        {
            "position": vector,
            "handle_left": vector,
            "handle_right": vector,
            "curve_type": Attribute("CURVE", "INT8", np.full(2, kind, np.int8)),
            "cyclic": Attribute("CURVE", "BOOLEAN", np.full(2, cyclic)),
            "radius": Attribute("POINT", "FLOAT", np.full(2 * count, np.nan, np.float32)),
        },
    )
    back, _ = refitted(curves)
    assert back.stroke_count == 2
    assert np.isfinite(back.attributes["position"].values).all()
    assert apart(back, evaluate(curves)) < 0.02


def test_thin_lines_are_followed_closely() -> None:
    """Where lines have no width, a small part of the drawing's size counts."""
    curves = key(BEZIER, bend=0.3, count=9)
    thin = Attribute("POINT", "FLOAT", np.zeros(curves.point_count, np.float32))
    curves = replace(curves, attributes={**curves.attributes, "radius": thin})
    plane = fit_planes([[curves.attributes["position"].values]], [np.eye(4)])[0]
    drawing = to_drawing(curves, plane)
    bent = drawing.with_points(drawing.xy + 0.1 * np.sin(7 * drawing.xy[:, ::-1]))
    poly = Curves(bent.offsets.astype(np.int32), {})
    poly = replace(poly, attributes={"position": Attribute("POINT", "FLOAT_VECTOR", plane.lift(bent.xy, bent.depth))})
    poly.attributes["cyclic"] = Attribute("CURVE", "BOOLEAN", bent.cyclic)  # type: ignore[index]
    assert apart(to_curves(bent, plane), poly) < 2 * refitting.CurveSettings().fine * 6


def test_a_hold_repeats_its_key() -> None:
    a = key(BEZIER)
    assert tween(a, key(BEZIER)).inbetween(0, 0, 0.5) is a


def test_layers_keep_to_their_own_types() -> None:
    """Lines as curves on one layer, polylines on another, planned together."""
    poly = [evaluate(key(BEZIER, degrees)) for degrees in (0, 20)]
    curved = [key(BEZIER, degrees) for degrees in (0, 20)]
    layers = [Layer([Key(1, a), Key(9, b)], np.eye(4)) for a, b in (curved, poly)]
    both = ObjectTween(layers, CLASSICAL)
    assert both.together(0, 0) == (0, 1)
    first, second = (both.inbetween(layer, 0, 0.5) for layer in (0, 1))
    assert (first.attributes["curve_type"].values == BEZIER).all()
    assert (second.attributes["curve_type"].values == POLY).all()
    assert not {"handle_left", "handle_type_left", *MAKING} & second.attributes.keys()


def test_strokes_of_one_key_alone_keep_their_type() -> None:
    """What only one key has comes or goes as the curve that it is."""
    a = key(BEZIER)
    fewer = {
        name: replace(one, values=one.values[: a.offsets[2]] if one.domain == "POINT" else one.values[:2])
        for name, one in key(BEZIER, 10).attributes.items()
    }
    half = tween(a, Curves(a.offsets[:3], fewer)).inbetween(0, 0, 0.25)
    assert half.stroke_count == 3
    assert (half.attributes["curve_type"].values == BEZIER).all()
