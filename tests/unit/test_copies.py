"""What is the other key's, moved, turned, scaled or mirrored, comes out exactly; what stayed in place, to the bit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Attribute, Drawing
from inkbetween.inference.drawing.conversion import CONFIDENCE
from inkbetween.inference.geometry.points import Array, Complex, to_complex, to_plane
from inkbetween.inference.leads.tuning import TweenSettings
from inkbetween.inference.tween.plan import Context, plan_tween

Maker = Callable[[np.random.Generator], Drawing]
MOMENTS = (0.1, 0.25, 0.5, 0.75, 0.9)
EXACT = 1e-6  # of the drawing's size


def round_(count: int, radius: float = 1.0, centre: complex = 0.0, squash: float = 1.0) -> Array:
    angle = np.arange(count) / count * 2 * np.pi
    return to_plane(centre + radius * (np.cos(angle) + 1j * squash * np.sin(angle)))


def curve(rng: np.random.Generator, count: int | None = None) -> Array:
    """A smooth line like no other."""
    count = int(rng.integers(6, 40)) if count is None else count
    t = np.linspace(0, 1, count)
    waves = [np.cos(np.pi * (k + 1) * t)[:, None] * rng.normal(size=2) / (k + 1) for k in range(4)]
    return np.asarray(sum(waves) + 4.0 * rng.normal(size=2))


def ball(rng: np.random.Generator) -> Drawing:
    return Drawing.from_strokes([round_(int(rng.integers(32, 80)))], [True])


def open_ball(rng: np.random.Generator) -> Drawing:
    outline = round_(int(rng.integers(32, 80)))
    return Drawing.from_strokes([np.concatenate([outline, outline[:1]])])


def line(rng: np.random.Generator) -> Drawing:
    return Drawing.from_strokes([np.linspace([0, 0], rng.normal(size=2), int(rng.integers(2, 12)))])


def polyline(rng: np.random.Generator) -> Drawing:
    return Drawing.from_strokes([np.cumsum(rng.normal(size=(int(rng.integers(4, 12)), 2)), axis=0)])


def face(rng: np.random.Generator) -> Drawing:
    outline, left, right = round_(48, 2.0, squash=1.2), round_(16, 0.3, -0.7 + 0.6j), round_(16, 0.3, 0.7 + 0.6j)
    t = np.linspace(0, 1, 12)
    nose = np.stack([0.2 * np.sin(3 * t), 0.4 - t], 1)
    mouth = np.stack([-0.8 + 1.6 * t, -1.2 - 0.3 * np.sin(np.pi * t)], 1)
    return Drawing.from_strokes([outline, left, right, nose, mouth], [True, True, True, False, False])


def stick_figure(rng: np.random.Generator) -> Drawing:
    ends = np.array([3j, 0, 2.5j, 1.4 + 1.5j, 2.5j, -1.2 + 1.2j, 0, 0.8 - 2j, 0, -0.6 - 2.1j])
    limbs = [to_plane(np.linspace(pair[0], pair[1], 7)) for pair in ends.reshape(-1, 2)]
    return Drawing.from_strokes([round_(24, 0.6, 3.6j), *limbs], [True] + [False] * 5)


def doodle(rng: np.random.Generator) -> Drawing:
    return Drawing.from_strokes([curve(rng) for _ in range(int(rng.integers(2, 20)))])


def painted(rng: np.random.Generator) -> Drawing:
    """Filled shapes, each with its outline on them."""
    places = [complex(*rng.normal(size=2)) * 3 for _ in range(4)]
    shapes = [round_(30, rng.uniform(0.4, 1.2), z, rng.uniform(0.4, 0.9)) for z in places]
    drawing = Drawing.from_strokes([*shapes, *shapes], [True] * 8)
    filled = np.arange(8) < 4
    return replace(drawing, filled=filled, material=np.where(filled, 1, 0).astype(np.int32))


TELLING: tuple[Maker, ...] = (face, stick_figure, doodle, painted)
ALL: tuple[Maker, ...] = (*TELLING, ball, open_ball, line, polyline)


@dataclass(frozen=True)
class Move:
    turn: complex
    shift: complex
    mirrored: bool = False

    def at(self, z: Complex) -> Complex:
        return np.asarray(self.turn * (np.conj(z) if self.mirrored else z) + self.shift)

    def on_the_way(self, z: Complex, t: float) -> Complex:
        """By the screw, or straight where there is none."""
        if self.mirrored:
            return np.asarray((1 - t) * z + t * self.at(z))
        if self.turn == 1.0:
            return z + t * self.shift
        centre = self.shift / (1.0 - self.turn)
        return np.asarray(centre + (z - centre) * np.exp(t * np.log(self.turn)))


def some_move(rng: np.random.Generator, kind: str) -> Move:
    shift = complex(*rng.normal(size=2)) * 3
    angle = np.deg2rad(rng.uniform(-170, 170)) if kind != "move" else 0.0
    scale = np.exp(rng.uniform(np.log(0.3), np.log(3.0))) if kind in ("scale", "mirror") else 1.0
    return Move(complex(scale * np.exp(1j * angle)), shift, kind == "mirror")


def moved(drawing: Drawing, move: Move) -> Drawing:
    return drawing.with_points(to_plane(move.at(to_complex(drawing.xy))))


def picked(drawing: Drawing, order: Sequence[int], points: Sequence[Array]) -> Drawing:
    """The strokes in this order, of each these of its points."""
    rows = [drawing.offsets[s] + np.asarray(p) for s, p in zip(order, points, strict=True)]
    all_rows = np.concatenate(rows).astype(np.int64)
    offsets = np.concatenate([[0], np.cumsum([len(r) for r in rows])]).astype(np.int64)
    at = {"POINT": all_rows, "CURVE": np.asarray(order)}
    return replace(
        drawing,
        xy=drawing.xy[all_rows],
        depth=drawing.depth[all_rows],
        offsets=offsets,
        cyclic=drawing.cyclic[order],
        material=drawing.material[order],
        attributes={n: replace(a, values=a.values[at[a.domain]]) for n, a in drawing.attributes.items()},
        filled=None if drawing.filled is None else drawing.filled[order],
    )


def redrawn_otherwise(drawing: Drawing, rng: np.random.Generator) -> tuple[Drawing, list[int]]:
    """The same strokes in another order, some the other way round, closed ones from elsewhere."""
    order = [int(s) for s in rng.permutation(drawing.stroke_count)]
    points = []
    for stroke in order:
        number = np.arange(np.diff(drawing.offsets)[stroke])
        if drawing.cyclic[stroke]:
            number = np.roll(number, int(rng.integers(len(number))))
        points.append(number[::-1] if rng.random() < 0.5 else number)
    return picked(drawing, order, points), order


def strokes(drawing: Drawing) -> list[Array]:
    return [drawing.stroke(s) for s in range(drawing.stroke_count)]


def size(drawing: Drawing) -> float:
    return float(np.linalg.norm(np.ptp(drawing.xy, axis=0)))


def assert_exact(a: Drawing, b: Drawing, move: Move, order: Sequence[int] | None = None) -> None:
    """`order`: which stroke of a each of b's is."""
    plan = plan_tween(a, b)
    order = range(a.stroke_count) if order is None else order
    for t in MOMENTS:
        drawn = plan.at(t)
        there = [to_plane(move.on_the_way(to_complex(stroke), t)) for stroke in strokes(a)]
        expected = there if t < 0.5 else [there[s] for s in order]
        assert [len(s) for s in strokes(drawn)] == [len(s) for s in expected]
        assert list(drawn.cyclic) == list((a if t < 0.5 else b).cyclic)
        miss = np.linalg.norm(drawn.xy - np.concatenate(expected), axis=1).max()
        assert miss <= EXACT * max(size(a), size(b))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", ["move", "turn", "scale"])
@pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
def test_a_copied_drawing_moves_exactly(make: Maker, kind: str, seed: int) -> None:
    rng = np.random.default_rng([seed, 1])
    a, move = make(rng), some_move(rng, kind)
    assert_exact(a, moved(a, move), move)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", ["move", "turn", "scale"])
@pytest.mark.parametrize("make", TELLING, ids=lambda make: make.__name__)
def test_order_direction_and_seams_do_not_matter(make: Maker, kind: str, seed: int) -> None:
    rng = np.random.default_rng([seed, 2])
    a, move = make(rng), some_move(rng, kind)
    b, order = redrawn_otherwise(moved(a, move), rng)
    assert_exact(a, b, move, order)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("make", [ball, open_ball, line], ids=lambda make: make.__name__)
def test_what_looks_the_same_turned_is_not_turned(make: Maker, seed: int) -> None:
    rng = np.random.default_rng([seed, 3])
    a, move = make(rng), some_move(rng, "move")
    b, _ = redrawn_otherwise(moved(a, move), rng)
    drawn = plan_tween(a, b).at(0.5)
    assert drawn.stroke_count == 1
    assert drawn.xy.mean(0) == pytest.approx(0.5 * (a.xy.mean(0) + b.xy.mean(0)), abs=0.02 * size(a))
    assert size(drawn) == pytest.approx(size(a))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("otherwise", [False, True])
def test_a_mirrored_drawing_goes_straight_and_whole(seed: int, otherwise: bool) -> None:
    rng = np.random.default_rng([seed, 4])
    a, move = doodle(rng), some_move(rng, "mirror")
    b, order = redrawn_otherwise(moved(a, move), rng) if otherwise else (moved(a, move), None)
    assert_exact(a, b, move, order)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("learned", [True, False])
def test_every_engine_is_exact(seed: int, learned: bool) -> None:
    rng = np.random.default_rng([seed, 5])
    a, move = doodle(rng), some_move(rng, "turn")
    settings = TweenSettings(learned=learned)
    settings = replace(settings, match=replace(settings.match, learned=learned), wired=True)
    drawn = plan_tween(a, moved(a, move), settings=settings).at(0.25)
    assert drawn.xy == pytest.approx(to_plane(move.on_the_way(to_complex(a.xy), 0.25)), abs=EXACT * size(a))


def dressed(drawing: Drawing, rng: np.random.Generator) -> Drawing:
    """With what a brush leaves behind, and a line that passes a place twice."""
    points, count = drawing.point_count, drawing.stroke_count
    attributes = {
        "radius": Attribute("POINT", "FLOAT", rng.uniform(0.01, 0.1, points).astype(np.float32)),
        "opacity": Attribute("POINT", "FLOAT", rng.uniform(0, 1, points).astype(np.float32)),
        "vertex_color": Attribute("POINT", "FLOAT_COLOR", rng.uniform(0, 1, (points, 4)).astype(np.float32)),
        "softness": Attribute("CURVE", "FLOAT", rng.uniform(0, 1, count).astype(np.float32)),
        "start_cap": Attribute("CURVE", "INT8", rng.integers(0, 2, count).astype(np.int8)),
    }
    xy = drawing.xy.copy()
    xy[1] = xy[0]
    return replace(drawing, attributes=attributes, xy=xy, depth=rng.normal(size=points) * 0.1)


def joined(one: Drawing, other: Drawing) -> Drawing:
    attributes = {
        n: replace(a, values=np.concatenate([a.values, other.attributes[n].values])) for n, a in one.attributes.items()
    }
    return replace(
        one,
        xy=np.concatenate([one.xy, other.xy]),
        depth=np.concatenate([one.depth, other.depth]),
        offsets=np.concatenate([one.offsets, one.offsets[-1] + other.offsets[1:]]),
        cyclic=np.concatenate([one.cyclic, other.cyclic]),
        material=np.concatenate([one.material, other.material]),
        attributes=attributes,
    )


def assert_same_bits(drawn: Drawing, key: Drawing, count: int) -> None:
    """The first strokes of both are the same."""
    points = int(key.offsets[count])
    assert drawn.offsets[: count + 1].tobytes() == key.offsets[: count + 1].tobytes()
    assert drawn.xy[:points].tobytes() == key.xy[:points].tobytes()
    assert drawn.depth[:points].tobytes() == key.depth[:points].tobytes()
    for name, attribute in key.attributes.items():
        rows = points if attribute.domain == "POINT" else count
        assert drawn.attributes[name].values[:rows].tobytes() == attribute.values[:rows].tobytes(), name


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["move", "turn", "scale"])
def test_what_stays_is_left_to_the_bit_while_the_rest_moves(kind: str, seed: int) -> None:
    rng = np.random.default_rng([seed, 7])
    stays, goes, move = dressed(doodle(rng), rng), dressed(doodle(rng), rng), some_move(rng, kind)
    a, b = joined(stays, goes), joined(stays, moved(goes, move))
    plan = plan_tween(a, b)
    for t in MOMENTS:
        drawn = plan.at(t)
        assert drawn.stroke_count == a.stroke_count
        assert_same_bits(drawn, a, stays.stroke_count)
        there = to_plane(move.on_the_way(to_complex(goes.xy), t))
        assert drawn.xy[stays.point_count :] == pytest.approx(there, abs=EXACT * size(a))


@pytest.mark.parametrize("seed", range(6))
def test_what_stays_is_left_to_the_bit_while_the_rest_is_redrawn(seed: int) -> None:
    rng = np.random.default_rng([seed, 8])
    stays = dressed(doodle(rng), rng)
    one, other = (dressed(Drawing.from_strokes([curve(rng) for _ in range(5)]), rng) for _ in range(2))
    plan = plan_tween(joined(stays, one), joined(stays, other))
    for t in MOMENTS:
        assert_same_bits(plan.at(t), stays, stays.stroke_count)


def wobbled(drawing: Drawing, rng: np.random.Generator) -> Drawing:
    """As another hand would draw it."""
    wave = np.concatenate([0.15 * curve(rng, len(stroke)) * [0.1, 0.1] for stroke in strokes(drawing)])
    return drawing.with_points(drawing.xy + wave - wave.mean(0))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["move", "turn", "scale"])
def test_one_piece_moves_exactly_while_another_is_redrawn(kind: str, seed: int) -> None:
    rng = np.random.default_rng([seed, 9])
    piece, move = face(rng), some_move(rng, kind)
    rest = Drawing.from_strokes([curve(rng) for _ in range(6)])
    a, b = joined(piece, rest), joined(moved(piece, move), wobbled(rest, rng))
    drawn = plan_tween(a, b).at(0.25)
    there = to_plane(move.on_the_way(to_complex(piece.xy), 0.25))
    assert np.diff(drawn.offsets)[:5].tolist() == np.diff(piece.offsets).tolist()
    assert drawn.xy[: piece.point_count] == pytest.approx(there, abs=EXACT * size(a))


def test_pieces_go_their_own_ways() -> None:
    rng = np.random.default_rng(10)
    pieces = [face(rng), stick_figure(rng), doodle(rng)]
    pieces = [moved(piece, Move(1.0, 12.0 * k)) for k, piece in enumerate(pieces)]
    moves = [some_move(rng, "turn") for _ in pieces]
    a, b = pieces[0], moved(pieces[0], moves[0])
    for piece, move in zip(pieces[1:], moves[1:], strict=True):
        a, b = joined(a, piece), joined(b, moved(piece, move))
    drawn = plan_tween(a, b).at(0.25)
    there = [move.on_the_way(to_complex(piece.xy), 0.25) for piece, move in zip(pieces, moves, strict=True)]
    assert drawn.xy == pytest.approx(to_plane(np.concatenate(there)), abs=EXACT * size(a))


def test_with_keys_around_a_copy_bends_its_way_but_not_its_shape() -> None:
    rng = np.random.default_rng(12)
    a = face(rng)
    moves = [Move(1.0, 0.0), Move(complex(np.exp(0.5j)), 3.0 + 1j), Move(complex(np.exp(1.2j)), 3.0 + 4j)]
    before, b, after = moved(a, Move(1.0, -2.0 + 2j)), moved(a, moves[1]), moved(a, moves[2])
    plan = plan_tween(a, b, context=Context(before, after, (0.0, 1.0, 2.0, 3.0)))
    for t in MOMENTS:
        drawn = to_complex(plan.at(t).xy)
        straight = moves[1].on_the_way(to_complex(a.xy), t)
        # one and the same way off the screw for all its points
        assert np.abs((drawn - straight) - (drawn - straight).mean()).max() < EXACT * size(a)
    assert np.abs((to_complex(plan.at(0.5).xy) - moves[1].on_the_way(to_complex(a.xy), 0.5)).mean()) > 0.01


def test_what_stays_stays_whatever_the_keys_around_do() -> None:
    rng = np.random.default_rng(13)
    stays, goes = dressed(face(rng), rng), dressed(doodle(rng), rng)
    keys = [joined(stays, moved(goes, Move(1.0, complex(k * k, k)))) for k in range(4)]
    plan = plan_tween(keys[1], keys[2], context=Context(keys[0], keys[3], (0.0, 1.0, 2.0, 3.0)))
    for t in MOMENTS:
        assert_same_bits(plan.at(t), stays, stays.stroke_count)


def test_copies_are_certain() -> None:
    rng = np.random.default_rng(14)
    a = doodle(rng)
    plan = plan_tween(a, moved(a, some_move(rng, "turn")), settings=TweenSettings(judged=True))
    assert (plan.at(0.5).attributes[CONFIDENCE].values == 1.0).all()
    assert not len(plan.report.vanishing)
    assert not len(plan.report.appearing)
