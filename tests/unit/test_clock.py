"""The clock: every vertex at its own pace, what cannot be blended changing over where its own pace is half way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Attribute, Drawing
from inkbetween.inference.intent.intent import Intent
from inkbetween.inference.leads.tuning import TweenSettings
from inkbetween.inference.motion.clock import Clock, eased
from inkbetween.inference.tween.plan import TweenPlan, plan_tween

LINE = np.stack([np.linspace(0.0, 2.0, 12), np.zeros(12)], 1)
SETTINGS = TweenSettings(learned=False)


def key(shift: float, material: int) -> Drawing:
    """Two lines far apart, both shifted, that wear another material and another flag in every key."""
    drawn = Drawing.from_strokes([LINE + np.array([0.0, y + shift]) for y in (0.0, 3.0)])
    flags = Attribute("CURVE", "INT", np.full(2, material, np.int32))
    return replace(drawn, material=np.full(2, material, np.int32), attributes={"flag": flags})


@pytest.fixture(scope="module")
def plan() -> TweenPlan:
    settings = replace(SETTINGS, match=replace(SETTINGS.match, learned=False))
    return plan_tween(key(0.0, 4), key(0.8, 4), settings=settings)


def paced_apart(plan: TweenPlan) -> TweenPlan:
    """The plan with its second line slow out of its first key."""
    part = (plan.ribbon.stroke_a == 1).astype(np.int64)
    return replace(plan, clock=Clock(part, ("LINEAR", "EASE_IN")))


def heights(drawing: Drawing) -> list[float]:
    return sorted(float(drawing.stroke(n)[:, 1].mean()) for n in range(drawing.stroke_count))


@pytest.mark.parametrize("t", [0.25, 0.5, 0.75])
def test_each_part_is_where_its_own_spacing_puts_it(plan: TweenPlan, t: float) -> None:
    assert heights(plan.at(t)) == pytest.approx([0.8 * t, 3.0 + 0.8 * t], abs=1e-6)
    slow = eased("EASE_IN", t)
    assert heights(paced_apart(plan).at(t)) == pytest.approx([0.8 * t, 3.0 + 0.8 * slow], abs=1e-6)


def test_the_plan_eases_what_it_draws(plan: TweenPlan) -> None:
    settings = replace(SETTINGS, match=replace(SETTINGS.match, learned=False))
    eased_plan = plan_tween(plan.key_a, plan.key_b, settings=settings, intent=Intent(spacing="EASE_OUT"))
    now, then = eased_plan.at(0.3), plan.at(eased("EASE_OUT", 0.3))
    assert np.array_equal(now.xy, then.xy)
    assert np.array_equal(plan.paced("EASE_OUT").at(0.3).xy, then.xy)


def test_keys_are_met_whatever_the_pace(plan: TweenPlan) -> None:
    for t, drawn in ((0.0, plan.key_a), (1.0, plan.key_b)):
        assert heights(paced_apart(plan).at(t)) == pytest.approx(heights(drawn), abs=1e-6)


def test_what_cannot_be_blended_changes_over_at_its_own_half_way() -> None:
    settings = replace(SETTINGS, match=replace(SETTINGS.match, learned=False))
    one, other = key(0.0, 4), key(0.8, 4)
    other = replace(other, attributes={"flag": Attribute("CURVE", "INT", np.full(2, 9, np.int32))})
    plan = plan_tween(one, other, settings=settings)
    drawn = paced_apart(plan).at(0.6)  # the second line is at 0.36
    low = int(np.argmin([drawn.stroke(n)[:, 1].mean() for n in range(2)]))
    assert drawn.attributes["flag"].values[low] == 9
    assert drawn.attributes["flag"].values[1 - low] == 4


def test_a_spacing_that_does_not_exist_is_refused(plan: TweenPlan) -> None:
    with pytest.raises(ValueError, match='no easing "BOUNCE"'):
        plan.paced("BOUNCE")
