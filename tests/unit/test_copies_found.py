"""What counts as the other key's, and what does not: chance must not make copies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inkbetween.inference.correspondence.copies.found import Copy, copies_of
from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.drawing.strokes import Strokes, resample
from inkbetween.inference.geometry.points import Array, to_complex, to_plane
from inkbetween.inference.geometry.units import Units


def curve(rng: np.random.Generator, count: int = 20) -> Array:
    """A smooth line like no other."""
    t = np.linspace(0, 1, count)
    waves = [np.cos(np.pi * (k + 1) * t)[:, None] * rng.normal(size=2) / (k + 1) for k in range(4)]
    return np.asarray(sum(waves) + 4.0 * rng.normal(size=2))


def curves(rng: np.random.Generator, count: int) -> list[Array]:
    return [curve(rng, int(rng.integers(6, 40))) for _ in range(count)]


def ring(centre: complex, radius: float = 0.2) -> Array:
    return to_plane(centre + radius * np.exp(2j * np.pi * np.arange(16) / 16))


def found(a: Drawing, b: Drawing) -> list[Copy]:
    units = Units.of(a.xy, b.xy)
    sides = []
    for drawing in (a, b):
        lines = Strokes.of(drawing, units.to_engine(drawing.xy))
        sides.append((drawing, lines, resample(lines, 7.0)))
    return list(copies_of(sides[0], sides[1]))


def sizes(a: Drawing, b: Drawing) -> list[int]:
    """How many strokes each copy has."""
    return [len(copy.strokes) for copy in found(a, b)]


def turned(strokes: list[Array], degrees: float, shift: complex = 0.0, scale: float = 1.0) -> list[Array]:
    factor = scale * np.exp(1j * np.deg2rad(degrees))
    return [to_plane(factor * to_complex(stroke) + shift) for stroke in strokes]


@pytest.mark.parametrize("seed", range(6))
def test_other_drawings_are_no_copies(seed: int) -> None:
    rng = np.random.default_rng([seed, 1])
    one, other = curves(rng, 100), curves(rng, 100)
    assert sizes(Drawing.from_strokes(one), Drawing.from_strokes(other)) == []


@pytest.mark.parametrize("seed", range(6))
def test_what_another_hand_draws_is_no_copy(seed: int) -> None:
    rng = np.random.default_rng([seed, 2])
    one = curves(rng, 60)
    other = [stroke + 0.01 * (curve(rng, len(stroke)) - stroke.mean(0)) for stroke in one]
    assert sizes(Drawing.from_strokes(one), Drawing.from_strokes(other)) == []


def test_other_materials_and_layers_are_no_copies() -> None:
    rng = np.random.default_rng(3)
    a = Drawing.from_strokes(curves(rng, 8))
    one, other = (np.full(8, number) for number in (0, 1))
    assert sizes(a, replace(a, material=other.astype(np.int32))) == []
    assert sizes(replace(a, layer=one), replace(a, layer=other)) == []
    assert sizes(replace(a, layer=one), replace(a, layer=one)) == [8]


def test_layers_are_told_apart_by_material_whatever_the_highest_slot_is() -> None:
    rng = np.random.default_rng(4)
    lines = curves(rng, 4)
    a, b = Drawing.from_strokes(lines), Drawing.from_strokes([*lines, curve(rng)])
    layer = np.array([0, 0, 1, 1])
    a = replace(a, layer=layer, material=np.array([0, 1, 0, 1], np.int32))
    # the fifth stroke's material is in no other's way
    b = replace(b, layer=np.append(layer, 1), material=np.array([0, 1, 0, 1, 7], np.int32))
    assert sizes(a, b) == [4]


def test_a_straight_line_is_no_evidence_of_scale_or_turn() -> None:
    rng = np.random.default_rng(5)
    one, other = curves(rng, 4), curves(rng, 4)
    bar = np.linspace([0, 0], [2, 0.5], 6)
    a = Drawing.from_strokes([bar, *one])
    assert sizes(a, Drawing.from_strokes([*turned([bar], 0, 1.0, 1.7), *other])) == []
    assert sizes(a, Drawing.from_strokes([*turned([bar], 40, 1.0), *other])) == []
    assert sizes(a, Drawing.from_strokes([*turned([bar], 0, 3.0 + 1j), *other])) == [1]


def test_a_dot_is_no_evidence_of_anything_but_staying() -> None:
    rng = np.random.default_rng(6)
    one, other = curves(rng, 4), curves(rng, 4)
    dot = np.zeros((1, 2))
    assert sizes(Drawing.from_strokes([dot, *one]), Drawing.from_strokes([dot + 1.0, *other])) == []
    assert sizes(Drawing.from_strokes([dot, *one]), Drawing.from_strokes([dot, *other])) == [1]


def test_straight_lines_together_are_evidence() -> None:
    rng = np.random.default_rng(7)
    one, other = curves(rng, 4), curves(rng, 4)
    corners = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 1.5], [0.7, 2.5]])
    house = [np.linspace(corners[k], corners[k + 1], 5) for k in range(3)]
    copies = found(Drawing.from_strokes([*house, *one]), Drawing.from_strokes([*other, *turned(house, 70, 3.0, 1.4)]))
    assert [len(copy.strokes) for copy in copies] == [3]
    assert copies[0].move.turn == pytest.approx(1.4 * np.exp(1j * np.deg2rad(70)))


def test_what_looks_alike_goes_with_its_group() -> None:
    rng = np.random.default_rng(8)
    eyes, rest = [ring(0.0), ring(1.0)], curves(rng, 5)
    # one eye comes to lie where the other was
    a = Drawing.from_strokes([*eyes, *rest], [True] * 2 + [False] * 5)
    b = Drawing.from_strokes(turned([*rest, *eyes], 0, 1.0), [False] * 5 + [True] * 2)
    copies = found(a, b)
    assert [len(copy.strokes) for copy in copies] == [7]
    assert sorted(copies[0].strokes.tolist()) == [[0, 5], [1, 6], [2, 0], [3, 1], [4, 2], [5, 3], [6, 4]]


def test_what_looks_alike_and_goes_its_own_ways_goes_to_what_is_clearly_near() -> None:
    rng = np.random.default_rng(9)
    one, other = curves(rng, 3), curves(rng, 3)
    a = Drawing.from_strokes([ring(0.0), ring(4.0), ring(8.0), *one], [True] * 3 + [False] * 3)
    b = Drawing.from_strokes([ring(8.5 + 1j), ring(0.3j), ring(3.0), *other], [True] * 3 + [False] * 3)
    pairs = np.concatenate([copy.strokes for copy in found(a, b)])
    assert sorted(pairs.tolist()) == [[0, 1], [1, 2], [2, 0]]


def test_what_looks_alike_and_is_not_clearly_near_is_left_to_the_engine() -> None:
    rng = np.random.default_rng(10)
    one, other = curves(rng, 3), curves(rng, 3)
    a = Drawing.from_strokes([ring(0.0), ring(2.0), *one], [True] * 2 + [False] * 3)
    b = Drawing.from_strokes([ring(1.1), ring(5.0), *other], [True] * 2 + [False] * 3)
    assert sizes(a, b) == []
    # the same place among the strokes tells more
    alike = [stroke + 0.02 * np.sin(7 * stroke[:, ::-1]) for stroke in one]
    b = Drawing.from_strokes([ring(0.9), ring(2.95), *alike], [True] * 2 + [False] * 3)
    assert [copy.strokes.tolist() for copy in found(a, b)] == [[[0, 0]], [[1, 1]]]


def test_a_shape_that_looks_the_same_turned_is_shifted_if_it_can_be() -> None:
    a = Drawing.from_strokes([ring(0.0)], [True])
    # begun elsewhere and the other way round
    b = Drawing.from_strokes([np.roll(ring(3.0 + 1j), 5, axis=0)[::-1]], [True])
    assert found(a, b)[0].move.turn == 1.0


@pytest.mark.parametrize("seed", range(4))
def test_a_hundred_strokes_that_each_go_their_own_way_are_found(seed: int) -> None:
    rng = np.random.default_rng([seed, 11])
    one = curves(rng, 100)
    other = [turned([s], rng.uniform(-170, 170), complex(*rng.normal(size=2)), rng.uniform(0.5, 2))[0] for s in one]
    order = rng.permutation(100)
    pairs = np.concatenate(
        [c.strokes for c in found(Drawing.from_strokes(one), Drawing.from_strokes([other[k] for k in order]))]
    )
    assert len(pairs) >= 95
    assert (order[pairs[:, 1]] == pairs[:, 0]).all()


def test_buttons_that_look_alike_stay_in_their_order() -> None:
    rng = np.random.default_rng(12)
    buttons, one, other = [ring(1j * k) for k in range(5)], curves(rng, 3), curves(rng, 3)
    a = Drawing.from_strokes([*buttons, *one], [True] * 5 + [False] * 3)
    # by one place and more: each lies nearer to where another was
    b = Drawing.from_strokes([*turned(buttons, 0, 1.2j), *other], [True] * 5 + [False] * 3)
    assert [copy.strokes.tolist() for copy in found(a, b)] == [[[k, k] for k in range(5)]]


@pytest.mark.parametrize("seed", range(4))
def test_other_points_on_the_same_lines_are_the_same_lines(seed: int) -> None:
    rng = np.random.default_rng([seed, 13])
    lines = [curve(rng, 400) for _ in range(6)]
    one, other = ([line[np.r_[0 : 399 : int(rng.integers(3, 6)), 399]] for line in lines] for _ in range(2))
    copies = found(Drawing.from_strokes(one), Drawing.from_strokes(turned(other, 100, 2.0 + 1j, 1.7)))
    assert [len(copy.strokes) for copy in copies] == [6]
    assert copies[0].move.turn == pytest.approx(1.7 * np.exp(1j * np.deg2rad(100)), rel=1e-3)


def test_a_longer_line_drawn_the_other_way_is_not_turned_about() -> None:
    bar = np.linspace([0, 0], [2, 0.5], 6)
    (longer,) = turned([bar], 5, 1.0, 1.3)
    assert abs(np.angle(found(Drawing.from_strokes([bar]), Drawing.from_strokes([longer[::-1]]))[0].move.turn)) < 0.1
    # what is as long is a copy, and points go where they went
    (as_long,) = turned([bar], 150, 1.0)
    move = found(Drawing.from_strokes([bar]), Drawing.from_strokes([as_long]))[0].move
    assert move.turn == pytest.approx(np.exp(1j * np.deg2rad(150)))
