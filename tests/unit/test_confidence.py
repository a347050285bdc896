"""Confidence is honest: high where keys are the same, low where they are not. What is not sure is carried or held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inkbetween.inference.confidence.calibrations import CLASSICAL, LEARNED
from inkbetween.inference.confidence.evidence import (
    MIDDLE,
    SIGNS,
    UNMATCHED,
    Calibration,
    confidence_of,
    evidence,
    logistic,
)
from inkbetween.inference.confidence.ladder import LadderSettings, descend
from inkbetween.inference.correspondence.correspond import Correspondence, correspond
from inkbetween.inference.correspondence.cycles import Beyond, Direct
from inkbetween.inference.correspondence.matching import MatchSettings
from inkbetween.inference.drawing.contract import Attribute, Curves, Drawing
from inkbetween.inference.drawing.conversion import CONFIDENCE, FINGERPRINT, equal_drawings, fingerprint, to_drawing
from inkbetween.inference.drawing.plane import Plane
from inkbetween.inference.networks.weights import Weights, bundled, read_weights, write_weights
from inkbetween.inference.tween.plan import Context, TweenSettings, plan_tween
from inkbetween.training.calibration.reliability import Bins, draw_reliability, fit_logistic, sharpness
from inkbetween.training.networks.export import recalibrate

CLASSIC = MatchSettings(learned=False)
JUDGED = TweenSettings(match=CLASSIC, learned=False, judged=True)


def scribble(seed: int, strokes: int = 12) -> Drawing:
    """Wavy lines all over a square of 10."""
    rng = np.random.default_rng(seed)
    along = np.linspace(0, 1, 40)
    lines = []
    for _ in range(strokes):
        start, way = rng.uniform(0, 8, 2), rng.uniform(-3, 3, 2)
        wave = rng.uniform(0.2, 0.6, 2) * np.sin(2 * np.pi * along[:, None] * rng.uniform(0.5, 2, 2))
        lines.append(start + along[:, None] * way + wave)
    return Drawing.from_strokes(lines)


def moved(drawing: Drawing, by: tuple[float, float]) -> Drawing:
    return drawing.with_points(drawing.xy + by)


def found(a: Drawing, b: Drawing) -> Correspondence:
    return correspond(a, b, CLASSIC)


def confidences(drawing: Drawing) -> np.ndarray:
    return drawing.attributes[CONFIDENCE].values


def test_the_same_drawing_is_sure_and_another_is_not() -> None:
    one, other = scribble(0), scribble(1)
    same, strange = found(one, moved(one, (0.3, 0.1))), found(one, other)
    assert confidence_of(same).min() > 0.7
    assert strange.spans.matched
    assert np.mean(confidence_of(strange)) < 0.3


def shipped() -> Mapping[str, float]:
    weights = bundled("correspondence")
    assert weights is not None
    return weights.calibration


@pytest.mark.parametrize("numbers", [CLASSICAL, LEARNED, shipped()], ids=["classical", "learned", "shipped"])
def test_known_calibrations_mean_something(numbers: Mapping[str, float]) -> None:
    calibration = Calibration(numbers)
    names = {f"span.{name}" for name in (*SIGNS, "bias")} | {f"loose.{name}" for name in UNMATCHED}
    names |= {f"middle.{name}" for name in MIDDLE} | {"bend.low", "bend.high", "bend.bias"}
    assert set(numbers) <= names
    assert {"span.bias", "bend.high"} <= set(numbers)
    assert np.isfinite(list(numbers.values())).all()
    # what is bent stays in order
    assert (np.diff(calibration.bent(np.linspace(0.01, 0.99, 50))) > 0).all()


def test_a_witness_that_contradicts_lowers_agreement() -> None:
    a = scribble(2)
    b, c = moved(a, (0.2, 0.0)), moved(a, (0.5, 0.0))
    between, through = found(a, b), found(b, c)
    coarse, units = between.match.a.coarse, between.match.units

    def witness(off: float) -> Beyond:
        there = units.to_scene(coarse.xy) + np.array([0.5 + off, 0.0])
        return Beyond(through, Direct(coarse, units, there), True)

    agreed, asked = SIGNS.index("agreed"), SIGNS.index("asked")
    right, wrong = evidence(between, [witness(0.0)]), evidence(between, [witness(3.0)])
    assert (right[:, asked] == 1).all()
    assert (evidence(between)[:, asked] == 0).all()
    assert right[:, agreed].min() > 0.6
    assert wrong[:, agreed].max() < 0.1
    # it says nothing else
    others = [k for k in range(len(SIGNS)) if k not in (agreed, asked)]
    np.testing.assert_array_equal(right[:, others], evidence(between)[:, others])


def test_strokes_carry_confidence_only_where_asked_for() -> None:
    a, b = scribble(3), scribble(4)
    judged = plan_tween(a, b, settings=JUDGED).at(0.5)
    stored = judged.attributes[CONFIDENCE]
    assert (stored.domain, stored.kind, stored.values.dtype) == ("CURVE", "FLOAT", np.float32)
    assert len(stored.values) == judged.stroke_count
    assert (stored.values > 0).all()
    assert (stored.values < 1).all()
    plain = plan_tween(a, b, settings=replace(JUDGED, judged=False)).at(0.5)
    assert CONFIDENCE not in plain.attributes
    np.testing.assert_array_equal(plain.xy, judged.xy)


def test_what_has_no_counterpart_is_less_sure_than_what_has() -> None:
    a = scribble(5)
    lone = np.stack([np.linspace(11, 14, 40), np.linspace(9, 12, 40)], 1)
    more = Drawing.from_strokes([*(a.stroke(k) for k in range(a.stroke_count)), lone])
    plan = plan_tween(more, moved(a, (0.2, 0.1)), settings=JUDGED)
    assert plan.report.vanishing.tolist() == [a.stroke_count]
    drawn = plan.at(0.4)
    is_lone = np.array([drawn.stroke(k)[:, 0].max() > 11 for k in range(drawn.stroke_count)])
    assert is_lone.sum() == 1
    assert confidences(drawn)[is_lone] < confidences(drawn)[~is_lone].min()


def test_the_middle_of_a_long_way_is_less_sure_than_its_ends() -> None:
    a = scribble(6)
    # as another hand draws it: of an equal copy all is sure
    other = a.with_points(a.xy + 0.03 * np.sin(5.0 * a.xy[:, ::-1]))
    plan = plan_tween(a, moved(other, (3.0, 1.0)), settings=JUDGED)
    ends, middle = confidences(plan.at(0.02)).mean(), confidences(plan.at(0.5)).mean()
    assert middle < ends
    near = plan_tween(a, moved(other, (0.05, 0.0)), settings=JUDGED)
    assert confidences(near.at(0.5)).mean() > middle


def test_an_inbetween_as_a_whole_is_as_sure_as_its_ink() -> None:
    a = scribble(5)
    lone = np.stack([np.linspace(11, 14, 40), np.linspace(9, 12, 40)], 1)
    more = Drawing.from_strokes([*(a.stroke(k) for k in range(a.stroke_count)), lone])
    whole = plan_tween(a, moved(a, (0.2, 0.1)), settings=JUDGED)
    part = plan_tween(more, moved(a, (0.2, 0.1)), settings=JUDGED)
    sure, less = whole.sureness(0.3), part.sureness(0.3)
    assert sure is not None
    assert less is not None
    own = confidences(whole.at(0.3))
    assert own.min() <= sure.matched <= own.max()
    assert sure.unmatched == pytest.approx(0.0, abs=1e-9)
    ink = sum(np.linalg.norm(np.diff(a.stroke(k), axis=0), axis=1).sum() for k in range(a.stroke_count))
    assert less.unmatched == pytest.approx(3 * np.sqrt(2) / (3 * np.sqrt(2) + ink), rel=0.1)
    assert plan_tween(a, a, settings=replace(JUDGED, judged=False)).sureness(0.5) is None


def lattice() -> Drawing:
    """Lines near each other."""
    along = np.linspace(0, 6, 40)
    return Drawing.from_strokes([np.stack([along, 0.5 * k + 0.2 * np.sin(along * (1 + k))], 1) for k in range(8)])


def astray(between: Correspondence, stroke: int, by: float) -> Correspondence:
    """The same correspondence with one stroke's spans laid `by` engine units along their counterpart."""
    spans = [replace(span, u=span.u + by) if span.a == stroke else span for span in between.spans.matched]
    return replace(between, spans=replace(between.spans, matched=tuple(spans)))


@pytest.mark.parametrize(("doubt", "by", "carried"), [(0.1, 60.0, True), (0.8, 60.0, False), (0.1, 5.0, False)])
def test_a_span_that_surer_surroundings_contradict_is_carried_by_them(doubt: float, by: float, carried: bool) -> None:
    a = lattice()
    between = found(a, moved(a, (0.4, 0.2)))
    wrong = astray(between, 4, by)
    sure = np.array([doubt if span.a == 4 else 0.9 for span in wrong.spans.matched])
    footing = descend(wrong, sure, LadderSettings())
    assert not footing.holds
    assert footing.rungs.carried[0].tolist() == [4] * carried
    assert footing.rungs.clean[0].tolist() == [k for k in range(8) if k != 4 or not carried]
    assert (4 in {span.a for span in footing.found.spans.matched}) == (not carried)
    if carried:
        assert (footing.sure == 0.9).all()
        assert {rest.stroke for rest in footing.found.spans.vanishing} == {4}
        fine = footing.found.match.a.fine
        way = (footing.found.match.forth.target - fine.xy)[fine.stroke == 4]
        goal = footing.found.match.units.length_to_scene(way)
        np.testing.assert_allclose(goal, np.broadcast_to([0.4, 0.2], goal.shape), atol=0.05)


def test_a_stroke_of_which_a_part_is_carried_stands_between() -> None:
    a = lattice()
    halves = [half for k in range(8) for half in (a.stroke(k)[:21], a.stroke(k)[20:])]
    between = found(a, moved(Drawing.from_strokes(halves), (0.3, 0.0)))
    own = [k for k, span in enumerate(between.spans.matched) if span.a == 4]
    assert len(own) == 2
    spans = list(between.spans.matched)
    spans[own[0]] = replace(spans[own[0]], u=spans[own[0]].u + 60.0)
    wrong = replace(between, spans=replace(between.spans, matched=tuple(spans)))
    sure = np.full(len(spans), 0.9)
    sure[own[0]] = 0.1
    rungs = descend(wrong, sure, LadderSettings()).rungs
    assert rungs.partial[0].tolist() == [4]
    assert rungs.carried[1].tolist() == [spans[own[0]].b]


def test_where_hardly_anything_is_sure_both_keys_hold() -> None:
    a, b = scribble(9), scribble(10)
    context = Context(before=moved(a, (-1, 0)), after=moved(b, (1, 0)))
    settings = replace(JUDGED, ladder=LadderSettings(carry=0.0, hold=1.1))
    plan = plan_tween(a, b, context=context, settings=settings)
    for t, key in ((0.3, a), (0.7, b)):
        drawn = plan.at(t)
        assert drawn.stroke_count == key.stroke_count
        for k in range(key.stroke_count):
            gap = np.linalg.norm(drawn.stroke(k)[:, None] - key.stroke(k), axis=2).min(1)
            assert gap.max() < 0.01
    assert plan.report.held(a, b) > 0
    assert plan.report.carried(a, b) == 0


def test_confidence_is_no_part_of_a_drawing() -> None:
    base = Curves(
        np.array([0, 3], np.int32), {"position": Attribute("POINT", "FLOAT_VECTOR", np.eye(3, dtype=np.float32))}
    )
    mark = Attribute("CURVE", "FLOAT", np.array([0.5], np.float32))
    marked = Curves(base.offsets, {**base.attributes, CONFIDENCE: mark})
    assert fingerprint(marked) == fingerprint(base)
    assert equal_drawings(marked, base)
    signed = Curves(
        base.offsets, {**marked.attributes, FINGERPRINT: Attribute("CURVE", "INT", np.array([1], np.int32))}
    )
    plane = Plane(np.eye(3), np.eye(3), np.zeros(3))
    assert not {CONFIDENCE, FINGERPRINT} & to_drawing(signed, plane).attributes.keys()


def test_regression_makes_probabilities_honest(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(20_000, 2)) * (1.0, 5.0)
    true = logistic(features @ np.array([1.5, -0.2]) + 0.4)
    right, weight = (rng.random(len(true)) < true).astype(float), rng.uniform(0.5, 2.0, len(true))
    by, bias = fit_logistic(features, right, weight)
    np.testing.assert_allclose([*by, bias], [1.5, -0.2, 0.4], atol=0.08)
    # where what is added already says too much, steps must not lead astray
    offset = np.where(true > 0.5, 6.0, -6.0)
    by, bias = fit_logistic(np.stack([offset, features[:, 0]], 1), right, weight, offset=offset)
    said = logistic(offset * (1 + by[0]) + features[:, 0] * by[1] + bias)
    assert Bins.of(said, right, weight).error < 0.06
    honest, boastful = Bins.of(true, right, weight), Bins.of(true**0.2, right, weight)
    assert honest.error < 0.02
    assert boastful.error > 0.2
    assert honest.ink.sum() == pytest.approx(1.0)
    assert sharpness(true, right, weight) > 0.75
    assert sharpness(rng.random(len(true)), right, weight) == pytest.approx(0.5, abs=0.02)
    draw_reliability({"one": (boastful, honest), "other": (honest, honest)}, tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 1000


def test_calibration_is_written_and_all_else_stays(tmp_path: Path) -> None:
    path = tmp_path / "network.npz"
    array = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float16).astype(np.float32)
    write_weights(path, Weights("network", 2, 1, {"enter.weight": array}, {"old": 1.0}), {"command": "train"})
    recalibrate(path, {"span.bias": 0.25})
    after = read_weights(path)
    assert after.calibration == {"span.bias": 0.25}
    np.testing.assert_array_equal(after.arrays["enter.weight"], array)
    with np.load(path) as data:
        assert '"command": "train"' in str(data["meta"])
