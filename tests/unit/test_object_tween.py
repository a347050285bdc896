"""All keys of an object's layers in, any in-between out; one bad key spoils its own gaps only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Attribute, Curves, Drawing, DrawingError
from inkbetween.inference.drawing.conversion import FINGERPRINT, equal_drawings
from inkbetween.inference.intent.intent import Intent
from inkbetween.inference.tween import object_tween
from inkbetween.inference.tween.object_tween import Key, Layer, ObjectTween
from inkbetween.inference.tween.plan import Context


def arc(angle: float, kind: int = 1, count: int = 24, seed: int = 0) -> Curves:
    """Two strokes in the front plane, turned by `angle` degrees about the origin."""
    along = np.linspace(0, 1, count)
    wave = 0.02 * np.sin(9 * along + seed)
    strokes = np.stack([np.column_stack([along, wave]), np.column_stack([along, wave + 0.3])])
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    flat = strokes.reshape(-1, 2) @ np.array([[c, s], [-s, c]])
    position = np.column_stack([flat[:, 0], np.zeros(len(flat)), flat[:, 1]]).astype(np.float32)
    return Curves(
        np.array([0, count, 2 * count], np.int32),
        {
            "position": Attribute("POINT", "FLOAT_VECTOR", position),
            "curve_type": Attribute("CURVE", "INT8", np.full(2, kind, np.int8)),
            "cyclic": Attribute("CURVE", "BOOLEAN", np.zeros(2, bool)),
            "material_index": Attribute("CURVE", "INT", np.array([0, 3], np.int32)),
            "radius": Attribute("POINT", "FLOAT", np.full(2 * count, 0.01 + angle * 1e-4, np.float32)),
        },
    )


def alone(keys: Sequence[Key], to_world: np.ndarray | None = None) -> ObjectTween:
    """The tween of an object with a single layer."""
    return ObjectTween([Layer(keys, np.eye(4) if to_world is None else to_world)])


def broken(curves: Curves) -> Curves:
    position = curves.attributes["position"].values.copy()
    position[30] = np.nan
    return replace(curves, attributes={**curves.attributes, "position": Attribute("POINT", "FLOAT_VECTOR", position)})


@dataclass(frozen=True)
class Blend:
    """What stands in for a plan: a straight blend where the points agree in number, else the first key."""

    a: Drawing
    b: Drawing

    def at(self, t: float) -> Drawing:
        if self.a.point_count != self.b.point_count:
            return self.a
        radius = {n: self._mixed(n, t) for n in self.a.attributes if n == "radius"}
        moved = self.a.with_points(self.a.xy * (1 - t) + self.b.xy * t)
        return replace(moved, attributes={**self.a.attributes, **radius})

    def _mixed(self, name: str, t: float) -> Attribute:
        one, two = self.a.attributes[name], self.b.attributes[name]
        return replace(one, values=(one.values * (1 - t) + two.values * t).astype(one.values.dtype))


class Planner:
    """Stands in for the engine and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Drawing, Drawing, Context]] = []
        self.caches: list[object] = []

    def __call__(
        self,
        a: Drawing,
        b: Drawing,
        *,
        context: Context,
        settings: object,
        cache: object,
        guide: object,
        intent: Intent,
    ) -> Blend:
        assert guide is None
        assert intent == Intent()
        self.asked.append((a, b, context))
        self.caches.append(cache)
        return Blend(a, b)


@pytest.fixture(autouse=True)
def planner(monkeypatch: pytest.MonkeyPatch) -> Planner:
    planner = Planner()
    monkeypatch.setattr(object_tween, "plan_tween", planner)
    return planner


def test_an_inbetween_is_strokes_in_layer_space() -> None:
    matrix = np.diag([2.0, 2.0, 2.0, 1.0])
    matrix[:3, 3] = 5
    tween = alone([Key(1, arc(0)), Key(9, arc(40))], matrix)
    half = tween.inbetween(0, 0, 0.5)
    position = half.attributes["position"].values
    assert position.dtype == np.float32
    assert half.stroke_count == 2
    assert np.isfinite(position).all()
    assert np.abs(position[:, 1]).max() < 1e-6
    middle = (arc(0).attributes["position"].values + arc(40).attributes["position"].values) / 2
    assert position == pytest.approx(middle, abs=1e-6)
    assert (half.attributes["curve_type"].values == 1).all()
    assert half.attributes["material_index"].values.tolist() == [0, 3]
    assert half.attributes["radius"].values == pytest.approx(0.012, abs=1e-6)


def test_the_frame_rate_reaches_the_plan(planner: Planner) -> None:
    layer = Layer([Key(1, arc(0)), Key(9, arc(40))], np.eye(4))
    ObjectTween([layer], rate=12.5).prepare(0, 0)
    ObjectTween([layer]).prepare(0, 0)
    assert [context.rate for _, _, context in planner.asked] == [12.5, 24.0]


def test_each_gap_is_planned_once_and_only_when_asked_for(planner: Planner) -> None:
    tween = alone([Key(f, arc(f)) for f in (1, 5, 9)])
    assert (tween.gap_count(0), planner.asked) == (2, [])
    for t in (0.25, 0.5, 0.75):
        tween.inbetween(0, 1, t)
    tween.prepare(0, 1)
    assert len(planner.asked) == 1
    tween.inbetween(0, 0, 0.5)
    assert len(planner.asked) == 2
    assert planner.caches[0] is planner.caches[1] is not None


def test_neighbours_and_their_frames_reach_the_engine(planner: Planner) -> None:
    tween = alone([Key(f, arc(f)) for f in (1, 5, 9, 20)])
    for gap in range(3):
        tween.prepare(0, gap)
    (a0, b0, c0), (a1, b1, c1), (a2, b2, c2) = planner.asked
    assert [c.before is None for c in (c0, c1, c2)] == [True, False, False]
    assert [c.after is None for c in (c0, c1, c2)] == [False, False, True]
    assert c0.after is b1
    assert b0 is a1
    assert c1.before is a0
    assert c1.after is b2
    assert c2.before is a1
    assert b1 is a2
    assert list(c1.frames) == [1, 5, 9, 20]
    assert list(c0.frames[1:]) == [1, 5, 9]
    assert list(c2.frames[:3]) == [5, 9, 20]


def test_the_engine_works_in_scene_units_on_one_plane(planner: Planner) -> None:
    tween = alone([Key(1, arc(0)), Key(5, arc(90))], np.diag([1.0, 1.0, 3.0, 1.0]))
    tween.prepare(0, 0)
    a, b, _ = planner.asked[0]
    assert a.xy[:, 0].max() == pytest.approx(1)
    assert b.xy[:, 1].max() == pytest.approx(3, abs=0.1)
    assert (a.depth == 0).all()
    assert (b.depth == 0).all()
    assert a.attributes.keys() == b.attributes.keys()


def test_curves_reach_the_engine_as_polylines(planner: Planner) -> None:
    alone([Key(1, arc(0, kind=0)), Key(5, arc(10))]).prepare(0, 0)
    a, b, _ = planner.asked[0]
    assert 48 < a.point_count <= 2 * (23 * 12 + 1)
    assert b.point_count == 48


def test_a_hold_stays_a_hold_bit_for_bit(planner: Planner) -> None:
    """Curves stay curves in it, whatever is selected, and the engine is not asked."""
    first = arc(3, kind=0)
    marks = {
        ".selection": Attribute("CURVE", "BOOLEAN", np.ones(2, bool)),
        FINGERPRINT: Attribute("CURVE", "INT", np.ones(2, np.int32)),
    }
    second = replace(first, attributes={**first.attributes, **marks})
    tween = alone([Key(1, first), Key(5, second), Key(7, arc(20))])
    assert (tween.is_hold(0, 0), tween.is_hold(0, 1)) == (True, False)
    assert tween.inbetween(0, 0, 0.3) is first
    assert planner.asked == []


def test_one_bad_key_spoils_only_its_own_gaps(planner: Planner) -> None:
    keys = [Key(1, arc(0)), Key(5, arc(10)), Key(9, broken(arc(20))), Key(13, arc(30)), Key(17, arc(40))]
    tween = alone(keys)
    for gap in (1, 2):
        with pytest.raises(DrawingError, match="Stroke 2 of frame 9"):
            tween.inbetween(0, gap, 0.5)
    for gap in (0, 3):
        assert np.isfinite(tween.inbetween(0, gap, 0.5).attributes["position"].values).all()
    assert planner.asked[0][2].after is None
    assert planner.asked[1][2].before is None


def test_two_equal_bad_keys_are_still_bad() -> None:
    tween = alone([Key(1, broken(arc(0))), Key(5, broken(arc(0)))])
    with pytest.raises(DrawingError, match="frame 1"):
        tween.inbetween(0, 0, 0.5)


def test_empty_keys_are_keys(planner: Planner) -> None:
    empty = Curves(np.zeros(1, np.int32))
    tween = alone([Key(1, empty), Key(5, empty), Key(9, arc(0)), Key(13, empty)])
    assert tween.is_hold(0, 0)
    assert tween.inbetween(0, 0, 0.5).stroke_count == 0
    assert tween.inbetween(0, 1, 0.5).stroke_count == 0
    assert tween.inbetween(0, 2, 0.5).stroke_count == 2
    assert [(a.stroke_count, b.stroke_count) for a, b, _ in planner.asked] == [(0, 2), (2, 0)]
    assert all(a.attributes.keys() == b.attributes.keys() for a, b, _ in planner.asked)


def test_too_few_keys_make_no_gap() -> None:
    assert alone([]).gap_count(0) == 0
    single = alone([Key(4, arc(0))])
    assert single.gap_count(0) == 0
    with pytest.raises(IndexError, match="no gap 0"):
        single.inbetween(0, 0, 0.5)


def test_keys_out_of_order_are_refused() -> None:
    with pytest.raises(DrawingError, match="order of their frames"):
        alone([Key(5, arc(0)), Key(5, arc(1))])


def test_a_singular_layer_is_tweened_in_its_own_space() -> None:
    tween = alone([Key(1, arc(0)), Key(5, arc(30))], np.diag([1.0, 1.0, 0.0, 1.0]))
    position = tween.inbetween(0, 0, 0.5).attributes["position"].values
    assert np.isfinite(position).all()
    assert np.ptp(position[:, 2]) > 0.3


# --- layers together -------------------------------------------------------------------------------------------------


def turned(*frames: int, **attributes: Attribute) -> list[Key]:
    """Keys whose angle is their frame."""
    curves = {f: arc(f) for f in frames}
    return [Key(f, replace(c, attributes={**c.attributes, **attributes})) for f, c in curves.items()]


def two_layers(first: list[Key], second: list[Key], to_world: np.ndarray | None = None) -> ObjectTween:
    return ObjectTween([Layer(first, np.eye(4)), Layer(second, np.eye(4) if to_world is None else to_world)])


def layers_of(drawing: Drawing | None) -> list[int]:
    assert drawing is not None
    assert drawing.layer is not None
    return drawing.layer.tolist()


def test_layers_with_the_same_keys_are_planned_once_and_together(planner: Planner) -> None:
    moved = np.eye(4)
    moved[0, 3] = 7
    tween = two_layers(turned(1, 9), turned(1, 9), moved)
    halves = [tween.inbetween(layer, 0, 0.5) for layer in (1, 0)]
    ((a, b, _),) = planner.asked
    assert layers_of(a) == layers_of(b) == [0, 0, 1, 1]
    assert a.xy[48:] == pytest.approx(a.xy[:48] + np.array([7, 0]))
    one, two = (half.attributes["position"].values for half in halves)
    assert two == pytest.approx(one, abs=1e-6)
    assert halves[0].stroke_count == 2
    assert (tween.together(0, 0), tween.together(1, 0)) == ((0, 1), (0, 1))


def test_a_layer_is_drawn_with_its_own_attributes_only() -> None:
    softness = Attribute("POINT", "FLOAT", np.full(48, 0.5, np.float32))
    tween = two_layers(turned(1, 9), turned(1, 9, softness=softness))
    assert "softness" not in tween.inbetween(0, 0, 0.5).attributes
    assert (tween.inbetween(1, 0, 0.5).attributes["softness"].values == 0.5).all()


@pytest.mark.parametrize(
    "others", [turned(1, 8), turned(2, 9), turned(1, 5, 9), turned(9, 17), [*turned(1), Key(9, broken(arc(9)))]]
)
def test_layers_with_other_or_unusable_keys_do_not_join(planner: Planner, others: list[Key]) -> None:
    tween = two_layers(turned(1, 9), others)
    tween.prepare(0, 0)
    assert layers_of(planner.asked[0][0]) == [0, 0]
    assert tween.together(0, 0) == (0,)


def test_a_blank_key_does_not_join(planner: Planner) -> None:
    tween = two_layers(turned(1, 9), [Key(1, Curves(np.zeros(1, np.int32))), *turned(9)])
    tween.prepare(0, 0)
    assert layers_of(planner.asked[0][1]) == [0, 0]


def test_a_flattened_layer_does_not_join(planner: Planner) -> None:
    tween = two_layers(turned(1, 9), turned(1, 9), np.diag([1.0, 1.0, 0.0, 1.0]))
    tween.inbetween(0, 0, 0.5)
    tween.inbetween(1, 0, 0.5)
    assert [layers_of(a) for a, _, _ in planner.asked] == [[0, 0], [1, 1]]


def test_a_hold_stays_while_its_neighbour_moves_and_counts_there(planner: Planner) -> None:
    still = arc(3)
    tween = two_layers(turned(1, 9), [Key(1, still), Key(9, still)])
    assert tween.is_hold(1, 0)
    assert tween.inbetween(1, 0, 0.5) is still
    assert planner.asked == []
    tween.prepare(0, 0)
    assert layers_of(planner.asked[0][0]) == [0, 0, 1, 1]


def test_neighbouring_keys_are_those_nearest_on_any_layer(planner: Planner) -> None:
    tween = two_layers(turned(1, 5, 9, 20), turned(3, 5, 9, 20))
    tween.prepare(0, 1)
    tween.prepare(1, 1)
    ((_, _, context),) = planner.asked
    assert list(context.frames) == [3, 5, 9, 20]
    assert layers_of(context.before) == [1, 1]
    assert layers_of(context.after) == [0, 0, 1, 1]


def test_one_drawing_per_frame_serves_all_gaps(planner: Planner) -> None:
    """Correspondences are remembered by the drawing's identity."""
    tween = two_layers(turned(1, 5, 9), turned(1, 5, 9))
    tween.prepare(0, 0)
    tween.prepare(0, 1)
    (a0, b0, c0), (a1, b1, c1) = planner.asked
    assert c0.after is b1
    assert b0 is a1
    assert c1.before is a0


def test_far_keys_do_not_matter() -> None:
    """A scope that reads only the keys around a gap draws the same bits as one that reads all."""
    strange = replace(arc(1), attributes={**arc(1).attributes, "odd": Attribute("CURVE", "INT", np.ones(2, np.int32))})
    tilted = strange.attributes["position"].values @ np.array([[1, 0, 0], [0.6, 0.8, 0], [0, 0, 1]], np.float32)
    tilted[:, 1] += tilted[:, 2]
    position = Attribute("POINT", "FLOAT_VECTOR", tilted.astype(np.float32))
    far = replace(strange, attributes={**strange.attributes, "position": position})
    whole = two_layers([*turned(1, 5, 9, 13), Key(17, far)], turned(1, 5, 9, 13))
    near = two_layers(turned(1, 5, 9, 13), turned(1, 5, 9, 13))
    one, two = whole.inbetween(0, 1, 0.3), near.inbetween(0, 1, 0.3)
    assert equal_drawings(one, two)
