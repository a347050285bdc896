"""Drawings hold together between keys: lines whole, ends on their lines, paint under its lines, nothing glued."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from inkbetween.inference.bodies.contacts import JOINT, PAINT, SLIDE, contacts_of
from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.drawing.strokes import Strokes
from inkbetween.inference.geometry.on_lines import Edges
from inkbetween.inference.geometry.points import Array
from inkbetween.inference.geometry.springs import Springs, solved
from inkbetween.inference.geometry.tridiagonal import Tridiagonal
from inkbetween.inference.motion.ribbon import FIRST, SECOND, solid_of
from inkbetween.inference.tween.plan import TweenPlan, TweenSettings, plan_tween

TIMES = (0.1, 0.25, 0.45, 0.55, 0.75, 0.9)


def coloured(lines: list[Array], fills: list[Array]) -> Drawing:
    """Fills on one layer, lines on another above it."""
    drawing = Drawing.from_strokes([*fills, *lines], [True] * len(fills) + [False] * len(lines))
    filled = np.arange(len(fills) + len(lines)) < len(fills)
    material = np.where(filled, 1 + np.arange(len(filled)), 0).astype(np.int32)
    return replace(drawing, filled=filled, material=material, layer=(~filled).astype(np.int64))


def dense(corners: Array, step: float = 0.05) -> Array:
    """A line through corners, points no farther apart than `step`."""
    parts = [corners[:1]]
    for one, other in itertools.pairwise(corners):
        count = int(np.ceil(np.linalg.norm(other - one) / step))
        parts.append(one + (other - one) * (np.arange(1, count + 1) / count)[:, None])
    return np.concatenate(parts)


def plan(a: Drawing, b: Drawing, learned: bool = False) -> TweenPlan:
    return plan_tween(a, b, settings=TweenSettings(learned=learned))


def off(points: Array, line: Array) -> Array:
    """How far each of the points is from a line."""
    edges = Edges(line, np.arange(len(line) - 1), np.arange(1, len(line)))
    place, _, _, far = edges.candidates(points, 1e3)
    return np.array([far[place == k].min() for k in range(len(points))])


def box(left: float, right: float, low: float, high: float) -> Array:
    return np.array([[left, low], [right, low], [right, high], [left, high], [left, low]])


def patches(shift: float, bend: float) -> tuple[list[Array], list[Array]]:
    """Two patches of paint that share a line, their outlines drawn from any point on."""
    rim = dense(box(0.0, 4.0, 0.0, 2.0)) * [1.0, 1.0 + 0.1 * shift]
    middle = dense(np.array([[2.0, 0.0], [2.0, 2.0]])) * [1.0, 1.0 + 0.1 * shift]
    middle[:, 0] += bend * np.sin(np.pi * np.linspace(0.0, 1.0, len(middle)))
    left = np.concatenate(
        [middle, dense(np.array([[2.0, 2.0], [0.0, 2.0], [0.0, 0.0], [2.0, 0.0]]))[1:-1] * [1.0, 1.0 + 0.1 * shift]]
    )
    right = np.concatenate(
        [
            middle[::-1],
            dense(np.array([[2.0, 0.0], [4.0, 0.0], [4.0, 2.0], [2.0, 2.0]]))[1:-1] * [1.0, 1.0 + 0.1 * shift],
        ]
    )
    by = np.array([shift, 0.0])
    return [rim + by, middle + by], [left + by, right + by]


@pytest.mark.parametrize("learned", [False, True])
@pytest.mark.parametrize("roll", [0, 37])
def test_paint_stays_under_its_lines_and_neighbours_do_not_part(roll: int, learned: bool) -> None:
    lines, fills = patches(0.0, 0.1)
    a = coloured(lines, fills)
    lines, fills = patches(0.8, -0.5)
    b = coloured(lines, [np.roll(fill, roll * (1 + k), axis=0)[:: (-1) ** k] for k, fill in enumerate(fills)])
    tween = plan(a, b, learned)
    for t in TIMES:
        drawn = tween.at(t)
        assert drawn.stroke_count == 4
        paint, ink = [drawn.stroke(k) for k in (0, 1)], [drawn.stroke(k) for k in (2, 3)]
        for fill in paint:
            assert np.minimum(*(off(fill, line) for line in ink)).max() < 0.03
        # both reach the line between them along all of it
        middle = ink[1][len(ink[1]) // 4 : -len(ink[1]) // 4]
        for fill in paint:
            assert off(middle, np.concatenate([fill, fill[:1]])).max() < 0.03


@pytest.mark.parametrize("splits", [(), (13,), (7, 22)])
def test_lines_are_as_whole_as_those_of_the_nearer_key(splits: tuple[int, ...]) -> None:
    turn = np.linspace(0.0, 5.0, 41)
    one = np.stack([np.cos(turn), np.sin(turn)], 1)
    other = one * [1.3, 0.8] + [0.5, 0.2]
    bounds = (0, *splits, 40)
    parts = [other[i : j + 1] for i, j in itertools.pairwise(bounds)]
    tween = plan(Drawing.from_strokes([one]), Drawing.from_strokes(parts[::-1]))
    for t in TIMES:
        assert tween.at(t).stroke_count == (1 if t < 0.5 else len(parts))
    # and what was split stays joined
    for t in (0.55, 0.75):
        drawn = tween.at(t)
        tips = np.concatenate([drawn.stroke(k)[[0, -1]] for k in range(drawn.stroke_count)])
        apart = np.linalg.norm(tips[:, None] - tips, axis=2) + 9.0 * np.eye(len(tips))
        assert np.sort(apart.min(1))[: 2 * len(splits)].max(initial=0.0) < 0.02


def test_an_end_stays_on_its_line_until_half_way_though_the_other_key_parts_them() -> None:
    """A fold that ends on a hem, and a little above it in the other key."""
    hem = dense(np.array([[0.0, 0.0], [4.0, 0.4]]))
    fold = dense(np.array([[1.5, 3.0], [1.7, 0.17]]))
    a = Drawing.from_strokes([hem, fold])
    by = np.array([0.3, 0.8])
    b = Drawing.from_strokes([hem + by, (fold + by)[:-4]])
    tween = plan(a, b)
    for t in (0.1, 0.3, 0.45):
        drawn = tween.at(t)
        assert off(drawn.stroke(1)[[0, -1]], drawn.stroke(0)).min() < 0.02


def test_a_ball_does_not_stick_to_the_ground() -> None:
    turn = np.linspace(0.0, 2.0 * np.pi, 60, endpoint=False)
    ball = np.stack([np.cos(turn), np.sin(turn)], 1)
    ground = dense(np.array([[-5.0, -1.0], [5.0, -1.0]]))
    a, b = (coloured([ground], [ball * [1.0, squash] + [x, y]]) for squash, x, y in ((1.0, -1.0, 0.0), (1.1, 1.0, 2.5)))
    tween = plan(a, b)
    for t in TIMES:
        fill = tween.at(t).stroke(0)
        size = np.ptp(fill, axis=0)
        assert size[0] == pytest.approx(2.0, abs=0.1)
        assert size[1] == pytest.approx(2.0 + 0.2 * t, abs=0.15)


def test_an_end_that_leaves_its_line_lets_go() -> None:
    """A foot that is one line touches the ground with its end, and is up in the air in the other key."""
    ground = dense(np.array([[-3.0, 0.0], [3.0, 0.0]]))
    leg = dense(np.array([[0.0, 2.5], [0.4, 1.2], [0.0, 0.0]]))
    tween = plan(Drawing.from_strokes([ground, leg]), Drawing.from_strokes([ground, leg * [1.0, 0.97] + [0.5, 1.5]]))
    drawn = tween.at(0.4)
    tall = np.ptp(drawn.stroke(1)[:, 1])
    assert tall == pytest.approx(2.5, abs=0.15)
    assert drawn.stroke(1)[:, 1].min() > 0.4


def test_a_line_that_is_drawn_longer_grows() -> None:
    turn = np.linspace(0.0, 3.0, 80)
    curl = np.stack([np.cos(turn) * (1.0 + 0.3 * turn), np.sin(2.0 * turn)], 1)
    tween = plan(Drawing.from_strokes([curl[:40]]), Drawing.from_strokes([curl + 0.02]))
    length = [float(np.linalg.norm(np.diff(tween.at(t).stroke(0), axis=0), axis=1).sum()) for t in (0.3, 0.6, 0.8, 1.0)]
    assert length == sorted(length)
    assert length[1] < 0.95 * length[-1]


def test_what_lies_on_copies_does_so_in_both_halves() -> None:
    """The ring is the same in both keys, moved; the paint under it was filled anew."""
    turn = np.linspace(0.0, 2.0 * np.pi, 90)
    ring = np.stack([np.cos(turn) * (1.0 + 0.2 * np.sin(3.0 * turn)), np.sin(turn)], 1)
    by = np.array([3.0, 1.0])
    a = coloured([ring], [ring[:-1]])
    b = coloured([ring + by], [np.roll((0.5 * (ring[:-1] + ring[1:]) + by), 31, axis=0)[::-1]])
    tween = plan(a, b)
    assert (tween.ribbon.copy >= 0).any()
    for t in TIMES:
        drawn = tween.at(t)
        assert off(drawn.stroke(0), drawn.stroke(1)).max() < 0.03


def test_contacts_say_what_touches_in_which_key() -> None:
    hem = dense(np.array([[0.0, 0.0], [4.0, 0.4]]))
    fold = dense(np.array([[1.5, 3.0], [1.7, 0.17]]))
    bent = fold + 0.2 * np.sin(np.linspace(0.0, 3.0, len(fold)))[:, None] * [1.0, 0.0]
    a, b = Drawing.from_strokes([hem, fold]), Drawing.from_strokes([hem * [1.1, 1.0], bent * [1.1, 1.0]])
    tween = plan(a, b)
    solid = np.zeros(len(tween.ribbon.s), bool)
    found = contacts_of(tween.ribbon, solid)
    assert set(found.half.tolist()) == {FIRST, SECOND}
    assert set(found.kind.tolist()) <= {JOINT, SLIDE}
    assert (solid_of(tween.ribbon, *(Strokes.of(d, d.xy) for d in (a, b))) == solid).all()
    for half, xy in ((FIRST, tween.ribbon.a), (SECOND, tween.ribbon.b)):
        on = found.picked(found.half == half)
        assert on.count == 1
        assert np.linalg.norm(xy[on.vertex] - on.on(xy)) < 2.0
    lines, fills = patches(0.0, 0.1)
    painted = plan(coloured(lines, fills), coloured(*patches(0.5, 0.3)))
    ribbon = painted.ribbon
    fill = np.isin(ribbon.chains.owner, np.flatnonzero(ribbon.loop))
    found = contacts_of(ribbon, fill)
    assert np.mean(np.isin(np.flatnonzero(fill), found.vertex[found.kind == PAINT])) > 0.9


def test_nearest_edges_are_found_from_anywhere_near() -> None:
    xy = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 5.0]])
    edges = Edges(xy, np.array([0, 1]), np.array([1, 2]))
    place, edge, part, far = edges.candidates(np.array([[5.0, 0.7], [9.0, 4.0], [50.0, 0.0]]), 1.5)
    assert place.tolist() == [0, 1]
    assert edge.tolist() == [0, 1]
    assert part == pytest.approx([0.5, 0.8])
    assert far == pytest.approx([0.7, 1.0])
    assert len(edges.candidates(np.zeros((0, 2)), 1.0)[0]) == 0
    assert len(edges.picked(np.zeros(2, bool)).candidates(xy, 1.0)[0]) == 0


def test_chains_tied_to_each_other_come_to_rest() -> None:
    """Two chains of three, the middle of one tied to the end of the other, as a dense solver has it."""
    rng = np.random.default_rng(4)
    first, second = np.array([0, 1, 3, 4, 1]), np.array([1, 2, 4, 5, 5])
    springs = Springs(first, second, rng.uniform(0.5, 2.0, 5), rng.normal(size=5) + 1j * rng.normal(size=5))
    hold, said = rng.uniform(0.1, 1.0, 6), rng.normal(size=6) + 1j * rng.normal(size=6)
    alone = Tridiagonal(hold + springs.stiffness(6), -springs.beside(6))
    right = hold * said + springs.load(6)
    found = solved(lambda z: hold * z + springs.pull(z), right, said, alone, 50, 1e-12)
    matrix = np.diag(hold)
    for i, j, grip in zip(first, second, springs.grip, strict=True):
        matrix[[i, j], [i, j]] += grip
        matrix[[i, j], [j, i]] -= grip
    assert found == pytest.approx(np.linalg.solve(matrix, right))
