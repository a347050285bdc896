"""A guide whose arm does not hang quite where the drawn one does still leads it, though the trunk explains its lines in
one key nearly as well."""

from __future__ import annotations

import numpy as np

from inkbetween.inference.correspondence.correspond import Correspondence, correspond, unmatched_share
from inkbetween.inference.correspondence.matching import MatchSettings
from inkbetween.inference.drawing.contract import Attribute, Curves, Drawing
from inkbetween.inference.drawing.plane import fit_planes
from inkbetween.inference.drawing.strokes import Strokes, resample
from inkbetween.inference.geometry.neighbours import Grid
from inkbetween.inference.geometry.points import Array
from inkbetween.inference.leads.guided.again import AgainSettings, again, settled
from inkbetween.inference.leads.guided.binding import BindSettings
from inkbetween.inference.leads.guided.carried import Guided, lead, unwarped
from inkbetween.inference.leads.guided.fit import FitSettings
from inkbetween.inference.leads.guided.tuning import GuidedSettings
from inkbetween.inference.skeletons.guide import Guide
from inkbetween.inference.skeletons.limbs import Limbs
from inkbetween.inference.skeletons.rig import Rig
from inkbetween.inference.skeletons.view import Recording
from inkbetween.inference.tween.object_tween import Key, Layer, ObjectTween
from inkbetween.inference.tween.plan import Context, TweenSettings, plan_tween
from inkbetween.inference.tween.shown import look_of

TRUNK, UPPER, LOWER = range(3)
SHOULDER, WRONG = np.array([0.36, 2.6]), np.array([0.02, -0.1])
LONG, HALF = 1.2, 0.2


def joints(turn: float, shoulder: Array, longer: float = 1.0) -> Array:
    """Shoulder, elbow and wrist of an arm that points down at 0 degrees and to the side at 90."""
    way = np.array([np.sin(np.radians(turn)), -np.cos(np.radians(turn))])
    return np.asarray(shoulder + longer * LONG * np.arange(3.0)[:, None] * way)


def drawn(turn: float) -> Drawing:
    """Both sides of a trunk, and both of an arm with its cuff."""
    shoulder, _, wrist = joints(turn, SHOULDER)
    way = (wrist - shoulder) / (2 * LONG)
    side = HALF * np.array([-way[1], way[0]])
    t = np.linspace(0.0, 1.0, 24)[:, None]
    sides = [np.array([x, 3.0]) + t * np.array([0.0, -3.0]) for x in (-0.6, 0.6)]
    arms = [shoulder + sign * side + t * (wrist - shoulder) for sign in (1, -1)]
    return Drawing.from_strokes([*sides, *arms, wrist + side - 2 * t[::4] * side])


def guide() -> Guide:
    frames = np.linspace(0.0, 8.0, 9)
    at = np.array([joints(turn, SHOULDER + WRONG, 0.9) for turn in np.linspace(4.0, 60.0, 9)])
    trunk = np.tile(np.array([[0.0, 0.1], [0.0, 2.9]]), (9, 1, 1))
    head = np.stack([trunk[:, 0], at[:, 0], at[:, 1]], 1)
    tail = np.stack([trunk[:, 1], at[:, 1], at[:, 2]], 1)
    depth = np.tile([0.0, 0.5, 0.5], (9, 1))
    return Guide(("trunk", "upper", "lower"), np.array([-1, TRUNK, UPPER]), frames, head, tail, depth, depth)


def look() -> tuple[Guided, Correspondence, Guided, Correspondence]:
    """The guide and what it finds at first, and both once more."""
    match, bind = MatchSettings(learned=False), BindSettings()
    a, b = drawn(4.0), drawn(60.0)
    first = lead(a, b, Limbs.of(guide()), (0.0, 8.0), match.coarse, bind)
    found = correspond(first.carried, b, match, first.parts)
    anew = again(first, unwarped(found, first), b, bind)
    assert anew is not None
    return first, found, anew, correspond(anew.carried, b, match, anew.parts)


def test_free_lines_of_both_keys_find_each_other() -> None:
    _, found, _, other = look()
    assert unmatched_share(found) > 0.2
    assert unmatched_share(other) < 0.02


def test_what_is_known_is_held_as_before() -> None:
    first, _, anew, _ = look()
    for one, other in ((first.parts.a, anew.parts.a), (first.parts.b, anew.parts.b)):
        trunk = one.samples.stroke < 2
        assert (one.weight[trunk] == other.weight[trunk]).all()


def test_what_is_free_all_the_same_is_held_as_before() -> None:
    first, found, anew, _ = look()
    kept = settled(anew, first, unwarped(found, first))
    changed = (anew.parts.a.weight != first.parts.a.weight).any(1)
    assert changed.any()
    assert (kept.parts.a.weight[changed] == first.parts.a.weight[changed]).all()


def test_nothing_free_needs_no_second_look() -> None:
    _, _, anew, other = look()
    assert again(anew, unwarped(other, anew), drawn(60.0), BindSettings()) is None


def test_the_arm_stays_whole_on_the_way() -> None:
    context = Context(frames=(-8.0, 0.0, 8.0, 16.0))
    settings = TweenSettings(match=MatchSettings(learned=False), guided=GuidedSettings(FitSettings(lags=(), rounds=0)))
    plan = plan_tween(drawn(4.0), drawn(60.0), context=context, settings=settings, guide=Limbs.of(guide()))
    half_way = plan.at(0.5)
    asked = resample(Strokes.of(drawn(32.0), drawn(32.0).xy), 0.02)
    arm = asked.xy[asked.stroke > 1]
    shown = resample(Strokes.of(half_way, half_way.xy), 0.02).xy
    assert (Grid(shown, 0.1).nearest(arm, 1, 10.0)[1] < 0.08).mean() > 0.95


def test_nobody_looks_where_free_lines_would_miss_each_other() -> None:
    first, found, _, _ = look()
    assert again(first, unwarped(found, first), drawn(60.0), BindSettings(), AgainSettings(worth=1.1)) is None


def test_what_is_shown_is_the_binding_that_leads() -> None:
    """At first the trunk holds much of the arm in key a. The overlay has what leads in the end."""
    match = MatchSettings(learned=False)
    settings = TweenSettings(match=match, guided=GuidedSettings(FitSettings(lags=(), rounds=0)))
    a, b = drawn(4.0), drawn(60.0)
    keys = [Key(0, curves(a)), Key(8, curves(b))]
    tween = ObjectTween([Layer(keys, np.eye(4))], settings, guide=recording(guide()))
    first = lead(a, b, Limbs.of(guide()), (0.0, 8.0), match.coarse, BindSettings())
    (plane,) = fit_planes([[key.curves.attributes["position"].values for key in keys]], [np.eye(4)])
    asked = resample(Strokes.of(drawn(25.0), drawn(25.0).xy), 0.02)
    arm = asked.xy[asked.stroke > 1]
    shares = []
    for look in (look_of(first, b, plane, recording(guide()).rig), tween.look(0, 0)):
        shown = look.at(3.0).strokes.points[:, [0, 2]].astype(np.float64)
        shares.append(float((Grid(shown, 0.1).nearest(arm, 1, 10.0)[1] < 0.08).mean()))
    assert shares[0] < 0.65
    assert shares[1] > 0.85


def curves(drawing: Drawing) -> Curves:
    """A drawing in the front view as Blender has it."""
    position = np.column_stack([drawing.xy[:, 0], np.zeros(drawing.point_count), drawing.xy[:, 1]])
    attribute = Attribute("POINT", "FLOAT_VECTOR", position.astype(np.float32))
    return Curves(drawing.offsets.astype(np.int32), {"position": attribute})


def recording(seen: Guide) -> Recording:
    """The guide as a rig before a plane that is seen square."""
    ends = [
        np.stack([xy[..., 0], -depth, xy[..., 1]], -1)
        for xy, depth in ((seen.head, seen.head_depth), (seen.tail, seen.tail_depth))
    ]
    return Recording(Rig(seen.names, seen.parents, seen.frames, *ends))
