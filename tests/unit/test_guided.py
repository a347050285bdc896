"""A guide leads lines on its bones' arcs, keys stay as they were drawn, and bones that draw nothing do no harm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inkbetween.inference.correspondence.correspond import correspond
from inkbetween.inference.correspondence.matching import MatchSettings
from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.drawing.strokes import Strokes, resample
from inkbetween.inference.geometry.neighbours import Grid
from inkbetween.inference.geometry.points import Array, to_complex
from inkbetween.inference.geometry.units import Units
from inkbetween.inference.leads.guided.binding import BindSettings, bind
from inkbetween.inference.leads.guided.carried import divided, lead, unwarped
from inkbetween.inference.leads.guided.fit import fitted
from inkbetween.inference.leads.guided.ink import Ink
from inkbetween.inference.skeletons.belonging import Belonging
from inkbetween.inference.skeletons.guide import Guide, GuideError
from inkbetween.inference.skeletons.limbs import Limbs
from inkbetween.inference.tween.plan import Context, plan_tween

FRAMES = np.arange(0.0, 9.0)
UPPER, LOWER, GIRTH = 2.0, 1.8, 0.25


def joints(frame: float) -> Array:
    """Shoulder, elbow and wrist (3, 2) of an arm that swings by 110 degrees in eight frames, the elbow bending."""
    swing, bend = np.deg2rad(-100 + 110 * frame / 8), np.deg2rad(15 + 60 * np.sin(np.pi * frame / 8))
    shoulder = np.array([0.3 * frame / 8, 0.0])
    elbow = shoulder + UPPER * np.array([np.cos(swing), np.sin(swing)])
    return np.array([shoulder, elbow, elbow + LOWER * np.array([np.cos(swing + bend), np.sin(swing + bend)])])


def drawn(frame: float, order: int = 1) -> Drawing:
    """Both sides of the arm, a bracelet, a body behind that does not move; other order and directions by `order`."""
    shoulder, elbow, wrist = joints(frame)
    first, second = elbow - shoulder, wrist - elbow
    normal = [np.array([-v[1], v[0]]) / np.linalg.norm(v) for v in (first, second)]
    t = np.linspace(0.12, 0.88, 12)[:, None]
    lines = [shoulder + t * first + side * GIRTH * normal[0] for side in (1, -1)]
    lines += [elbow + t * second + side * 0.8 * GIRTH * normal[1] for side in (1, -1)]
    lines.append(elbow + 0.7 * second + np.linspace(-0.8, 0.8, 5)[:, None] * GIRTH * normal[1])
    lines.append(np.stack([np.full(20, -0.8), np.linspace(0.5, -3.0, 20)], 1))
    lines.append(np.stack([np.linspace(-0.8, -2.2, 9), np.full(9, -3.0)], 1))
    return Drawing.from_strokes([line[::order] for line in lines][::order])


def arm(extra: bool = False, shift: float = 0.0, late: float = 0.0) -> Guide:
    at = np.array([joints(frame) for frame in FRAMES]) + shift
    head, tail = at[:, :2], at[:, 1:]
    names: tuple[str, ...] = ("upper", "lower")
    parents = np.array([-1, 0])
    if extra:
        # a target for inverse kinematics far away, one that jumps about, a finger of no length
        rng = np.random.default_rng(3)
        wild = rng.normal(0, 3, (len(FRAMES), 1, 2))
        far = np.full((len(FRAMES), 1, 2), 40.0)
        head = np.concatenate([head, far, wild, tail[:, 1:]], 1)
        tail = np.concatenate([tail, far + 1.0, wild + np.array([0.0, 2.0]), tail[:, 1:]], 1)
        names, parents = (*names, "target", "jumping", "finger"), np.array([-1, 0, -1, -1, 1])
    flat = np.zeros(head.shape[:2])
    return Guide(names, parents, FRAMES + late, head, tail, flat, flat)


def astray(one: Drawing, other: Drawing) -> Array:
    """How far samples of the ink of `one` lie from that of `other`."""
    points, there = (resample(Strokes.of(d, d.xy), 0.02).xy for d in (one, other))
    return np.asarray(Grid(there, 0.1).nearest(points, 1, 20.0)[1][:, 0])


def tween(guide: Guide | None, order: int = -1) -> tuple[Drawing, Drawing, Drawing, Drawing]:
    a, b = drawn(0), drawn(8, order)
    context = Context(frames=(-8.0, 0.0, 8.0, 16.0))
    plan = plan_tween(a, b, context=context, guide=None if guide is None else Limbs.of(guide))
    return a, b, plan.at(0.5), plan.at(0.25)


@pytest.mark.parametrize("order", [1, -1])
def test_lines_follow_the_bones(order: int) -> None:
    _, _, middle, early = tween(arm(), order)
    for frame, drawing in ((4, middle), (2, early)):
        assert np.quantile(astray(drawn(frame), drawing), 0.97) < 0.04
        assert np.quantile(astray(drawing, drawn(frame)), 0.97) < 0.04


def test_without_a_guide_the_elbow_cannot_be_known() -> None:
    _, _, middle, _ = tween(None)
    assert np.quantile(astray(drawn(4), middle), 0.9) > 0.15


@pytest.mark.parametrize("extra", [False, True])
def test_keys_are_hit(extra: bool) -> None:
    a, b = drawn(0), drawn(8, -1)
    plan = plan_tween(a, b, context=Context(frames=(-8.0, 0.0, 8.0, 16.0)), guide=Limbs.of(arm(extra)))
    assert astray(plan.at(0.0), a).max() < 1e-6
    assert astray(plan.at(1.0), b).max() < 1e-6


def test_bones_that_draw_nothing_do_no_harm() -> None:
    _, _, middle, _ = tween(arm(extra=True))
    assert np.quantile(astray(drawn(4), middle), 0.95) < 0.06


def test_lines_find_their_bones() -> None:
    a, b = drawn(0), drawn(8)
    limbs = Limbs.of(arm(extra=True))
    one, other = (resample(Strokes.of(key, key.xy * 100), 14.0) for key in (a, b))
    start, end = (limbs.at(frame).scaled(Units(np.zeros(2), 100.0)) for frame in (0.0, 8.0))
    weight = bind(one, start, Ink.of(other, BindSettings().lands), end, limbs.guide.parents, BindSettings()).weight
    assert np.allclose(weight.sum(1), 1.0)
    by_stroke = [weight[one.stroke == stroke].mean(0).argmax() for stroke in range(a.stroke_count)]
    none = limbs.guide.bone_count
    assert by_stroke == [0, 0, 1, 1, 1, none, none]


def test_a_guide_that_is_off_is_fitted() -> None:
    keys = [(frame, drawn(frame)) for frame in (0.0, 4.0, 8.0)]
    plain = Limbs.of(arm())
    limbs, fit = fitted(plain, keys)
    assert (fit.lag, fit.scale, fit.shift) == (0.0, 1.0, (0.0, 0.0))
    assert limbs is plain
    # a longer swing around the same drawings, so that there is something to be late by
    late, fit = fitted(Limbs.of(arm(late=2.0)), keys)
    assert fit.lag == -2.0
    assert np.allclose(late.guide.frames, FRAMES)
    _, fit = fitted(Limbs.of(arm(shift=0.4)), keys)
    assert np.abs(np.array(fit.shift) + 0.4).max() < 0.2


def test_a_guide_too_big_and_beside_still_leads() -> None:
    off = arm().placed(1.15, np.zeros(2), np.array([0.15, 0.1]))
    _, _, middle, _ = tween(replace(off, frames=FRAMES))
    assert np.quantile(astray(drawn(4), middle), 0.9) < 0.12


def test_headings_do_not_spin_while_a_bone_points_at_the_viewer() -> None:
    angle = np.linspace(0.35, 2.79, len(FRAMES))
    head = np.zeros((len(FRAMES), 1, 2))
    tail = np.stack([1e-3 * np.sin(9 * angle), np.cos(angle)], 1)[:, None]
    guide = Guide(("b",), np.array([-1]), FRAMES, head, tail, np.zeros((9, 1)), np.sin(angle)[:, None])
    limbs = Limbs.of(guide)
    steps = [np.abs(np.angle(limbs.heading[k + 1] / limbs.heading[k])) for k in range(len(FRAMES) - 1)]
    certain = np.abs(np.cos(angle)) > 0.5
    assert np.allclose(np.abs(limbs.heading), 1.0)
    assert np.allclose(
        limbs.heading[certain][:, 0], to_complex(tail[certain, 0]) / np.abs(np.cos(angle[certain])), atol=0.05
    )
    assert np.isfinite(steps).all()


def test_local_places_come_back() -> None:
    limbs = Limbs.of(arm(extra=True))
    frames = limbs.at(2.5)
    rng = np.random.default_rng(1)
    z = rng.normal(size=7) + 1j * rng.normal(size=7)
    for bone in range(6):
        which = np.full(7, bone)
        assert np.allclose(frames.placed(*frames.local(z, which), which), z)


def test_divided_lines_are_as_long_and_lie_where_they_did() -> None:
    square = Drawing.from_strokes([np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0]]), np.array([[9.0, 9.0]])])
    closed = replace(square, cyclic=np.array([True, False]))
    for key in (square, closed):
        fine = divided(key, 0.3)
        assert np.allclose(Strokes.of(fine, fine.xy).length, Strokes.of(key, key.xy).length)
        assert np.abs(np.diff(fine.xy[: fine.offsets[1]], axis=0)).max() <= 0.3 + 1e-9
        assert fine.stroke_count == key.stroke_count


def test_what_was_matched_as_carried_is_told_of_the_key_as_drawn() -> None:
    a, b = drawn(0), drawn(8, -1)
    settings = MatchSettings()
    guided = lead(a, b, Limbs.of(arm()), (0.0, 8.0), settings.coarse, BindSettings())
    found = unwarped(correspond(guided.carried, b, settings, guided.parts), guided)
    strokes = found.match.a.strokes
    assert np.allclose(strokes.length, found.match.units.length_to_engine(Strokes.of(a, a.xy).length))
    for span in found.spans.matched:
        assert span.s.min() >= -1e-6
        assert span.s.max() <= strokes.length[span.a] + 1e-6
    held = sum(span.s[-1] - span.s[0] for span in found.spans.matched) / strokes.length.sum()
    assert held > 0.9


def test_belonging_is_read_by_share_of_length() -> None:
    key = Drawing.from_strokes([np.array([[0.0, 0.0], [1.0, 0.0]])])
    strokes = Strokes.of(key, key.xy * 100)
    samples = resample(strokes, 10.0)
    share = samples.along / 100.0
    belonging = Belonging(samples, np.stack([share, 1 - share], 1))
    larger = Strokes.of(key, key.xy * 250)
    assert np.allclose(belonging.along(larger, np.array([0, 0]), np.array([25.0, 250.0]))[:, 0], [0.1, 1.0])


def test_a_guide_that_is_nowhere_is_refused() -> None:
    guide = arm()
    guide.head[3, 1, 0] = np.nan
    with pytest.raises(GuideError, match='Bone "lower" of the guide is nowhere at frame 3'):
        guide.check()
    with pytest.raises(GuideError, match="no bones"):
        Guide((), np.zeros(0, np.int64), FRAMES, *(np.zeros((9, 0, 2)),) * 2, *(np.zeros((9, 0)),) * 2).check()


def test_a_dot_and_an_empty_stroke_are_no_trouble() -> None:
    a, b = drawn(0), drawn(8)
    lines = [a.stroke(k) for k in range(a.stroke_count)]
    dotted = Drawing.from_strokes([*lines, np.array([[0.1, 0.1]]), np.zeros((0, 2))])
    plan = plan_tween(dotted, b, context=Context(frames=(-8.0, 0.0, 8.0, 16.0)), guide=Limbs.of(arm()))
    assert np.isfinite(plan.at(0.4).xy).all()
    empty = Drawing.from_strokes([])
    assert plan_tween(empty, b, guide=Limbs.of(arm())).at(0.4) is not None


def test_ink_of_another_limb_is_no_place_to_land() -> None:
    line = Drawing.from_strokes([np.stack([np.linspace(0, 100, 30), np.zeros(30)], 1)])
    ink = Ink.of(resample(Strokes.of(line, line.xy), 5.0), 20.0)
    held = np.zeros((ink.samples.count, 3))
    held[:, 1] = 1.0
    place = np.full((1, 2), 50.0 + 3.0j)
    far, heading = place + complex(500.0), np.ones((1, 2), complex)
    plain = ink.landing(place, heading, 6.0, 1.5)
    told = ink.told(held).landing(place, heading, 6.0, 1.5, np.array([[0, 1]]), 2.0)
    assert told[0, 1] == plain[0, 1]
    assert told[0, 0] == pytest.approx(plain[0, 0] + 2.0)
    assert ink.landing(far, heading, 6.0, 1.5).min() > 1e3
