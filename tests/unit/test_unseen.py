"""A limb that both keys hide comes out between them, with the lines of a key beside them that shows it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Attribute, Drawing
from inkbetween.inference.drawing.conversion import CONFIDENCE
from inkbetween.inference.geometry.points import Array
from inkbetween.inference.leads.guided.fit import FitSettings
from inkbetween.inference.leads.guided.tuning import GuidedSettings
from inkbetween.inference.skeletons.guide import Guide
from inkbetween.inference.skeletons.limbs import Limbs
from inkbetween.inference.tween.plan import Context, TweenPlan, TweenSettings, plan_tween

from .test_occlusion import LONG, NARROW, WIDE, ground, limb, share_drawn, within

FRAMES = np.arange(-8.0, 17.0)
BEFORE, FIRST, OUT, LAST = -2.5, -0.4, 2.2, 0.4
LOW, HIGH = 0.2 * LONG, 0.8 * LONG


def arm(x: float) -> Array:
    """The outline of a limb that is shorter than the one in front of it."""
    return limb(x, NARROW) * (1.0, (HIGH - LOW) / LONG) + (0.0, LOW)


def guide(behind: float = -1.0, x: Array | None = None) -> Guide:
    """A limb that stays, and one that is beside it 8 frames before the first key, and again between the keys."""
    if x is None:
        x = np.interp(FRAMES, [-8.0, 0.0, 4.0, 8.0, 16.0], [BEFORE, FIRST, OUT, LAST, BEFORE])
    x = np.stack([np.zeros(25), x], 1)
    low, high = (np.broadcast_to(ends, x.shape) for ends in ([0.1, LOW + 0.1], [LONG - 0.1, HIGH - 0.1]))
    depth = np.stack([np.zeros(25), np.full(25, behind)], 1)
    parents = np.array([-1, -1])
    return Guide(("front", "back"), parents, FRAMES, np.stack([x, low], 2), np.stack([x, high], 2), depth, depth)


COVERED = [limb(0.0, WIDE), ground()]
SHOWN = [limb(0.0, WIDE), arm(BEFORE), ground()]


def plan(
    a: Drawing,
    b: Drawing,
    before: Drawing | None,
    after: Drawing | None = None,
    bones: Guide | None = None,
    hidden: bool = True,
    judged: bool = False,
) -> TweenPlan:
    context = Context(before, after, (-8.0, 0.0, 8.0, 16.0))
    settings = TweenSettings(guided=GuidedSettings(FitSettings(lags=(), rounds=0)), hidden=hidden, judged=judged)
    return plan_tween(a, b, context=context, settings=settings, guide=Limbs.of(bones or guide()))


def drawn(lines: list[Array]) -> Drawing:
    return Drawing.from_strokes(lines)


@pytest.fixture(scope="module")
def hidden() -> TweenPlan:
    return plan(drawn(COVERED), drawn(COVERED), drawn(SHOWN))


def test_it_is_drawn_where_it_comes_out(hidden: TweenPlan) -> None:
    out = hidden.at(0.5)
    assert share_drawn(out, arm(OUT)) > 0.97
    assert share_drawn(out, limb(0.0, WIDE)) > 0.97
    # and no other trace of it
    assert out.stroke_count == 3


def test_it_is_cut_where_the_limb_in_front_ends(hidden: TweenPlan) -> None:
    x = WIDE
    half_out = hidden.at(0.5 * (x - FIRST) / (OUT - FIRST))
    assert within(half_out, 0.0, 0.8 * WIDE) < 0.1
    right = np.array([[x + NARROW, LOW + 0.2], [x + NARROW, HIGH - 0.2]])
    assert share_drawn(half_out, right) > 0.95


@pytest.mark.parametrize("t", [0.0, 1e-6, 0.02, 0.98, 1.0 - 1e-6, 1.0])
def test_keys_and_what_is_beside_them_do_not_show_it(hidden: TweenPlan, t: float) -> None:
    shown = hidden.at(t)
    assert shown.stroke_count == 2
    assert within(shown, 0.0, 0.9 * WIDE) < 0.05


def test_the_key_after_may_show_it_as_well() -> None:
    found = plan(drawn(COVERED), drawn(COVERED), None, drawn(SHOWN))
    assert share_drawn(found.at(0.5), arm(OUT)) > 0.97


def test_it_is_taken_from_one_key_where_both_beside_show_it() -> None:
    found = plan(drawn(COVERED), drawn(COVERED), drawn(SHOWN), drawn(SHOWN))
    assert len(found.cover.lent) == 1
    assert found.at(0.5).stroke_count == 3


def test_nothing_comes_where_no_key_beside_shows_it() -> None:
    found = plan(drawn(COVERED), drawn(COVERED), drawn(COVERED), drawn(COVERED))
    assert not found.cover.lent
    assert found.at(0.5).stroke_count == 2


def test_nothing_comes_where_nothing_hides_it() -> None:
    # in front of the other limb, it would have been drawn if it were there
    assert not plan(drawn(COVERED), drawn(COVERED), drawn(SHOWN), bones=guide(behind=1.0)).cover.lent


def test_a_limb_that_one_key_shows_is_not_doubled() -> None:
    x = np.interp(FRAMES, [-8.0, 0.0, 8.0], [BEFORE, -1.6, 0.2])
    one, other = [limb(0.0, WIDE), arm(-1.6)], [limb(0.0, WIDE)]
    found = plan(drawn(one), drawn(other), drawn(SHOWN), bones=guide(x=x))
    assert not found.cover.lent


def test_occlusion_off_brings_nothing() -> None:
    assert not plan(drawn(COVERED), drawn(COVERED), drawn(SHOWN), hidden=False).cover.lent


def test_a_capture_that_does_not_reach_the_key_beside_brings_nothing() -> None:
    whole = guide()
    since = slice(8, None)
    short = Guide(
        whole.names,
        whole.parents,
        whole.frames[since],
        whole.head[since],
        whole.tail[since],
        whole.head_depth[since],
        whole.tail_depth[since],
    )
    assert not plan(drawn(COVERED), drawn(COVERED), drawn(SHOWN), bones=short).cover.lent


def test_lines_keep_what_they_wear_and_lie_below_all_others() -> None:
    def dressed(lines: list[Array], radius: float) -> Drawing:
        bare = drawn(lines)
        worn = {
            "radius": Attribute("POINT", "FLOAT", np.full(bare.point_count, radius, np.float32)),
            "softness": Attribute("CURVE", "FLOAT", np.full(bare.stroke_count, radius, np.float32)),
        }
        material = np.full(bare.stroke_count, round(10 * radius), np.int32)
        layers = np.zeros(bare.stroke_count, np.int64)
        return replace(bare, attributes=worn, material=material, layer=layers)

    keys = dressed(COVERED, 0.1), dressed(COVERED, 0.1)
    out = plan(*keys, dressed(SHOWN, 0.3)).at(0.5)
    assert out.stroke_count == 3
    assert out.material.tolist() == [3, 1, 1]
    assert out.attributes["softness"].values == pytest.approx([0.3, 0.1, 0.1])
    assert out.attributes["radius"].values[: out.offsets[1]] == pytest.approx(0.3)
    assert out.layer is not None
    assert out.layer.tolist() == [0, 0, 0]


def test_a_fill_comes_out_closed() -> None:
    def filled(*strokes: Array) -> Drawing:
        bare = Drawing.from_strokes([one[:-1] for one in strokes], [True] * len(strokes))
        return replace(bare, filled=np.ones(len(strokes), bool))

    trunk = limb(0.0, WIDE)
    out = plan(filled(trunk), filled(trunk), filled(trunk, arm(BEFORE))).at(0.5)
    assert out.cyclic.tolist() == [True, True]
    assert len(out.stroke(0)) >= len(arm(BEFORE)) - 1


def test_confidence_is_said_of_them_too() -> None:
    out = plan(drawn(COVERED), drawn(COVERED), drawn(SHOWN), judged=True).at(0.5)
    said = out.attributes[CONFIDENCE].values
    assert len(said) == out.stroke_count == 3
    assert np.all((said > 0.0) & (said < 1.0 + 1e-6))
