"""What the animator says of bindings holds: exactly for the stroke, as far as fits for what lies beside it, and nowhere
else."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.drawing.conversion import to_curves
from inkbetween.inference.drawing.plane import fit_planes
from inkbetween.inference.drawing.strokes import Strokes, resample
from inkbetween.inference.geometry.points import Array
from inkbetween.inference.geometry.units import Units
from inkbetween.inference.intent.bindings import FREE, NO_BONE, Corrections
from inkbetween.inference.intent.intent import Intent
from inkbetween.inference.leads.guided.binding import BindSettings, bind
from inkbetween.inference.leads.guided.carried import Guided, lead
from inkbetween.inference.leads.guided.corrections import echoed, impose
from inkbetween.inference.leads.guided.ink import Ink
from inkbetween.inference.skeletons.guide import Guide
from inkbetween.inference.skeletons.held import HeldWays
from inkbetween.inference.skeletons.limbs import Limbs
from inkbetween.inference.skeletons.rig import Rig
from inkbetween.inference.skeletons.view import Recording
from inkbetween.inference.tween.object_tween import Key, Layer, ObjectTween
from inkbetween.inference.tween.plan import Context, TweenPlan, plan_tween

LEFT, RIGHT, NONE = 0, 1, 2
SWING = {LEFT: np.deg2rad([-125.0, -55.0]), RIGHT: np.deg2rad([-70.0, -110.0])}
FRAMES = np.arange(0.0, 9.0)


def foot(leg: int, frame: float) -> Array:
    """(2,) the end of a leg that hangs from the origin and swings from one angle to the other in eight frames."""
    angle = np.interp(frame, [0.0, 8.0], SWING[leg])
    return 3.0 * np.array([np.cos(angle), np.sin(angle)])


def drawn(frame: float) -> Drawing:
    """Both sides of the left leg, both of the right, a hat."""
    lines = []
    for leg in (LEFT, RIGHT):
        way = foot(leg, frame)
        side = 0.25 * np.array([-way[1], way[0]]) / 3.0
        at = np.linspace(0.15, 0.95, 20)[:, None]
        lines += [at * way + side, at * way - side]
    lines.append(np.stack([np.linspace(-0.6, 0.6, 9), np.full(9, 1.0)], 1))
    return Drawing.from_strokes(lines)


def legs() -> Guide:
    tail = np.array([[foot(leg, frame) for leg in (LEFT, RIGHT)] for frame in FRAMES])
    flat = np.zeros(tail.shape[:2])
    return Guide(("left", "right"), np.array([-1, -1]), FRAMES, np.zeros_like(tail), tail, flat, flat)


def said(a: dict[int, str] | None = None, b: dict[int, str] | None = None) -> Corrections | None:
    return Corrections.of(("left", "right"), (5, a or {}), (5, b or {}))


def led(corrections: Corrections | None) -> Guided:
    return lead(drawn(0), drawn(8), Limbs.of(legs()), (0.0, 8.0), 14.0, BindSettings(), corrections)


def plan(corrections: Corrections | None) -> TweenPlan:
    context = Context(frames=(-8.0, 0.0, 8.0, 16.0))
    return plan_tween(drawn(0), drawn(8), context=context, guide=Limbs.of(legs()), intent=Intent(corrections))


def bones_of(guided: Guided, key: str) -> list[int]:
    """By stroke, the bone that most of it belongs to."""
    parts = getattr(guided.parts, key)
    return [int(parts.weight[parts.samples.stroke == stroke].mean(0).argmax()) for stroke in range(5)]


def at(drawing: Drawing, points: Array) -> float:
    """How far `points` lie from the ink of a drawing, at most."""
    ink = resample(Strokes.of(drawing, drawing.xy), 0.002).xy
    return float(np.linalg.norm(points[:, None] - ink, axis=2).min(1).max())


def test_without_a_word_lines_find_their_bones() -> None:
    assert bones_of(led(None), "a") == bones_of(led(None), "b") == [LEFT, LEFT, RIGHT, RIGHT, NONE]


@pytest.mark.parametrize(("name", "bone"), [("right", RIGHT), (NO_BONE, NONE), ("left", LEFT)])
def test_what_was_said_holds_exactly(name: str, bone: int) -> None:
    parts = led(said(a={0: name})).parts.a
    of_stroke = parts.weight[parts.samples.stroke == 0]
    assert (of_stroke == np.eye(3)[bone]).all()
    assert np.allclose(parts.weight.sum(1), 1.0)


def test_what_lies_beside_is_drawn_along() -> None:
    def hat(corrections: Corrections | None) -> float:
        key = drawn(0)
        # two lines beside the hat, so that it has neighbours to agree with
        lines = [*(key.stroke(k) for k in range(5)), *(key.stroke(4) + np.array([0.0, d]) for d in (0.06, -0.06))]
        near = Drawing.from_strokes(lines)
        samples = resample(Strokes.of(near, near.xy * 100), 14.0)
        other = resample(Strokes.of(drawn(8), drawn(8).xy * 100), 14.0)
        start, end = (Limbs.of(legs()).at(frame).scaled(Units(np.zeros(2), 100.0)) for frame in (0.0, 8.0))
        own = None if corrections is None else np.append(corrections.a, [corrections.a[4]] * 2)[samples.stroke]
        if own is not None:
            own[samples.stroke == 4] = FREE
        weight = bind(
            samples, start, Ink.of(other, BindSettings().lands), end, legs().parents, BindSettings(), said=own
        ).weight
        return float(weight[samples.stroke == 4, LEFT].mean())

    assert hat(said(a={4: "left"})) > 10 * hat(None)


def test_the_counterpart_is_told_too() -> None:
    """A leg's line that is said to be the other leg's lies on that one in the other key, whose lines are bound so."""
    guided = led(said(a={0: "right", 1: "right", 2: "left", 3: "left"}))
    assert bones_of(guided, "a")[:4] == [RIGHT, RIGHT, LEFT, LEFT]
    wrong = led(said(b={2: NO_BONE}))
    assert bones_of(wrong, "b")[2] == NONE


def test_an_echo_needs_a_line_that_runs_the_same_way() -> None:
    key = Drawing.from_strokes([np.array([[0.0, 0.0], [60.0, 0.0]]), np.array([[30.0, -30.0], [30.0, 30.0]])])
    samples = resample(Strokes.of(key, key.xy), 6.0)
    still = Limbs.of(legs()).at(0.0)
    nothing, told = np.full(samples.count, FREE), np.where(samples.stroke == 0, LEFT, FREE)
    known = echoed(samples, nothing, samples, told, still, still, 3.0, 0.7)
    assert (known[samples.stroke == 0] == np.eye(3)[LEFT]).all()
    assert not known[samples.stroke == 1].any()
    assert not echoed(samples, told, samples, told, still, still, 3.0, 0.7)[samples.stroke == 0].any()


def test_a_corrected_line_goes_with_its_bone() -> None:
    """The hat stays where it is; said to be the left leg's it swings with that, and comes back to the other key."""
    still, swung = plan(None), plan(said(a={4: "left"}, b={4: "left"}))
    hat = drawn(0).stroke(4)
    assert at(still.at(0.5), hat) < 0.03
    half = SWING[LEFT].mean() - SWING[LEFT][0]
    turn = np.exp(1j * half) * (hat[:, 0] + 1j * hat[:, 1])
    back = SWING[LEFT].mean() - SWING[LEFT][1]
    home = np.exp(1j * back) * (hat[:, 0] + 1j * hat[:, 1])
    middle = (turn + home) / 2  # relative to the bone the hat goes from where it was to where it will be
    assert at(swung.at(0.5), np.stack([middle.real, middle.imag], 1)) < 0.05
    assert at(swung.at(0.5), hat) > 0.15


def test_no_bone_goes_straight() -> None:
    loose = plan(said(a={0: NO_BONE, 1: NO_BONE}, b={0: NO_BONE, 1: NO_BONE}))
    ways = loose.travel.ways
    assert isinstance(ways, HeldWays)
    told, held = np.isin(loose.ribbon.stroke_a, [0, 1]), ways.held
    assert told.any()
    assert np.allclose(((held.bone == NONE) * held.weight)[told].sum(1), 1.0, atol=1e-6)


@pytest.mark.parametrize("name", ["right", NO_BONE])
def test_keys_are_hit_all_the_same(name: str) -> None:
    corrected = plan(said(a={0: name}))
    for t, frame in ((0.0, 0), (1.0, 8)):
        key = drawn(frame)
        assert at(corrected.at(t), key.xy) < 1.5e-3  # the ink is sampled every 2e-3
        assert at(key, corrected.at(t).xy) < 1.5e-3


def test_lines_correspond_as_was_said() -> None:
    """Both lines of the left leg said to be the right one's, and the other way round: they become those."""
    swapped = plan(said(a={0: "right", 1: "right", 2: "left", 3: "left"}))
    ribbon = swapped.ribbon
    for leg, others in (((0, 1), (2, 3)), ((2, 3), (0, 1))):
        matched = np.isin(ribbon.stroke_a, leg) & (ribbon.stroke_b >= 0)
        assert np.isin(ribbon.stroke_b[matched], others).mean() > 0.9
    assert np.isin(plan(None).ribbon.stroke_b[np.isin(plan(None).ribbon.stroke_a, (0, 1))], (-1, 0, 1)).all()


def test_nothing_said_changes_nothing() -> None:
    free = Corrections(np.full(5, FREE), np.full(5, FREE))
    for t in (0.25, 0.5):
        one, other = plan(None).at(t), plan(free).at(t)
        assert one.xy.tobytes() == other.xy.tobytes()
        assert one.offsets.tobytes() == other.offsets.tobytes()


def test_what_the_guide_does_not_have_is_passed_over() -> None:
    assert said() is None
    assert said(a={0: "tail"}, b={9: "left", -1: "left"}) is None
    found = said(a={0: "tail", 3: NO_BONE}, b={1: "right"})
    assert found is not None
    assert found.a.tolist() == [FREE, FREE, FREE, NONE, FREE]
    assert found.b.tolist() == [FREE, RIGHT, FREE, FREE, FREE]


def test_imposing_leaves_the_rest_alone() -> None:
    weight = np.full((3, 3), 1 / 3)
    assert impose(weight, np.array([FREE, NONE, LEFT])).tolist() == [[1 / 3] * 3, [0, 0, 1], [1, 0, 0]]
    assert (weight == 1 / 3).all()


def tweened(bones: dict[int, dict[int, str]]) -> ObjectTween:
    """Keys at 0, 8 and 16, the last one like the first; `bones` by frame and stroke."""
    (plane,) = fit_planes([[]], [np.eye(4)])
    keys = [Key(f, to_curves(drawn(shown), plane), bones.get(f, {})) for f, shown in ((0, 0), (8, 8), (16, 0))]
    frames = np.arange(-4.0, 21.0)
    feet = np.array([[foot(leg, 8 - abs(8 - frame)) for leg in (LEFT, RIGHT)] for frame in frames])
    tails = np.stack([feet[..., 0], np.zeros(feet.shape[:2]), feet[..., 1]], -1)
    rig = Rig(("left", "right"), np.array([-1, -1]), frames, np.zeros_like(tails), tails)
    return ObjectTween([Layer(keys, np.eye(4))], guide=Recording(rig))


def bits(tween: ObjectTween, gap: int) -> list[bytes]:
    return [tween.inbetween(0, gap, t).attributes["position"].values.tobytes() for t in (0.25, 0.5)]


def test_gaps_that_do_not_touch_the_key_stay_bit_identical() -> None:
    plain, corrected = tweened({}), tweened({0: {4: "left"}})
    assert bits(plain, 1) == bits(corrected, 1)
    assert bits(plain, 0) != bits(corrected, 0)
    both = tweened({8: {4: "left"}})
    assert bits(plain, 0) != bits(both, 0)
    assert bits(plain, 1) != bits(both, 1)
