"""Fill Scene: the same strokes as Tween, on every object that may be written to, and a word on everything else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import bpy
import numpy as np
import pytest

from inkbetween.addon import adapter, targets
from inkbetween.inference.drawing.contract import Attribute
from inkbetween.ops.fill_scene import INKBETWEEN_OT_fill_scene, outline
from inkbetween.ops.filling.plan import LeftAlone, parse_frames, plan_fill
from inkbetween.ops.jobs.fill import FillJob, Stage
from inkbetween.ops.jobs.tween import TweenJob
from inkbetween.ops.scene.request import Wanted, read_request

ASKED = Wanted(1, "LINEAR", "", "CLASSICAL")


@pytest.fixture
def stage_scene(new_object: Any, key: Any) -> Callable[..., list[Any]]:
    """Two objects; the first has lines and fills on the same frames, and three keys."""

    def make() -> list[Any]:
        hero = new_object({1: key(0.0), 5: key(1.0, 0.5), 9: key(2.0, 0.8)}, "Hero")
        under = hero.data.layers.new("Colour", set_active=False)
        for number in (1, 5):
            adapter.insert_frame(under, number, key(0.2 * number), "KEYFRAME")
        prop = new_object({2: key(0.0), 6: key(1.5)}, "Prop", "Ink")
        return [hero, prop]

    return make


def start(obj: Any) -> FillJob:
    job = TweenJob(read_request(bpy.context.scene, targets.targets(obj, targets.OBJECT), ASKED))
    return FillJob([Stage(obj.name, job, 1.0)])


def test_draws_exactly_what_tween_draws(stage_scene: Any, run: Any, eye: Any) -> None:
    objects = stage_scene()
    for obj in objects:
        bpy.context.view_layer.objects.active = obj
        assert run("tween", scope="OBJECT", step=1, easing="EASE_IN").result == "FINISHED"
    tweened = [eye.everything(obj.data) for obj in objects]
    bpy.ops.wm.read_factory_settings(use_empty=True)
    objects = stage_scene()
    assert run("fill_scene", step=1, easing="EASE_IN").result == "FINISHED"
    filled = [eye.everything(obj.data) for obj in objects]
    assert filled == tweened
    assert [sum(kind == "GENERATED" for kind, _ in layer.values()) for layer in filled[0].values()] == [6, 3]


def test_the_plan_says_what_is_then_drawn(stage_scene: Any, run: Any) -> None:
    stage_scene()
    plan = plan_fill([bpy.context.scene], "", None, 1)
    assert (len(plan.parts), plan.layers, plan.gaps, plan.inbetweens, plan.left) == (2, 3, 4, 12, ())
    assert outline(plan).startswith("2 objects, 3 layers, 4 gaps, 12 in-betweens: ")
    assert "Drew 12 in-betweens on 3 layers" in run("fill_scene", engine="CLASSICAL").text
    assert plan_fill([bpy.context.scene], "", None, 1).inbetweens == 12


def test_what_is_left_alone_is_named_with_its_reason(stage_scene: Any, new_object: Any, key: Any, run: Any) -> None:
    hero, prop = stage_scene()
    hero.data.layers["Colour"].lock = True
    prop.data.layers.new("Hidden").hide = True
    prop.data.layers.new("Single")
    new_object({1: key(), 5: key(1.0)}, "Veiled").hide_viewport = True
    away = bpy.data.collections.new("Away")
    bpy.context.scene.collection.children.link(away)
    away.objects.link(new_object({1: key(), 5: key(1.0)}, "Excluded"))
    bpy.context.scene.collection.objects.unlink(bpy.data.objects["Excluded"])
    bpy.context.view_layer.layer_collection.children["Away"].exclude = True
    twin = bpy.data.objects.new("Twin", prop.data)
    bpy.context.scene.collection.objects.link(twin)
    ran = run("fill_scene", engine="CLASSICAL")
    assert ran.result == "FINISHED"
    for reason in (
        'Layer "Colour" of "Hero" is locked',
        'Layer "Hidden" of "Prop" is hidden',
        'Layer "Single" of "Prop" has fewer than two keys',
        '"Veiled" is hidden',
        '"Excluded" is hidden',
        '"Twin" shows the drawings of "Prop"',
    ):
        assert f"Left alone: {reason}" in ran.text
    assert "6 things left alone" in ran.text


def test_linked_drawings_are_left_alone(new_object: Any, key: Any, run: Any, eye: Any, tmp_path: Any) -> None:
    new_object({1: key(), 5: key(1.0)}, "Library")
    path = str(tmp_path / "library.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(path, link=True) as (_, wanted):
        wanted.objects = ["Library"]
    bpy.context.scene.collection.objects.link(wanted.objects[0])
    ran = run("fill_scene")
    assert ran.result == "ERROR"
    assert '"Library" belongs to an object linked from another file' in ran.text
    assert eye.generated(wanted.objects[0].data.layers[0]) == []


def test_every_scene_or_this_one(stage_scene: Any, new_object: Any, key: Any, run: Any, eye: Any) -> None:
    hero, _ = stage_scene()
    other = bpy.data.scenes.new("Other")
    far = bpy.data.objects.new("Far", adapter.grease_pencil_data().new("Far"))
    layer = far.data.layers.new("Lines")
    for number in (1, 4):
        adapter.insert_frame(layer, number, key(float(number)), "KEYFRAME")
    other.collection.objects.link(far)
    run("fill_scene", engine="CLASSICAL")
    assert eye.generated(layer) == []
    assert eye.generated(hero.data.layers["Lines"]) == [2, 3, 4, 6, 7, 8]
    run("fill_scene", engine="CLASSICAL", scenes="EVERY")
    assert eye.generated(layer) == [2, 3]


def test_only_the_layers_and_frames_asked_for(stage_scene: Any, run: Any, eye: Any) -> None:
    hero, prop = stage_scene()
    assert run("fill_scene", engine="CLASSICAL", layers="Lin*, Paper", frames="6-7").result == "FINISHED"
    assert eye.generated(hero.data.layers["Lines"]) == [6, 7, 8]
    assert eye.generated(hero.data.layers["Colour"]) == []
    assert eye.generated(prop.data.layers["Ink"]) == []


@pytest.mark.parametrize(("text", "frames"), [("", None), ("7", (7, 7)), ("12-48", (12, 48)), ("-5--2", (-5, -2))])
def test_frames_are_read(text: str, frames: tuple[int, int] | None) -> None:
    assert parse_frames(text) == (None if frames is None else range(frames[0], frames[1] + 1))


@pytest.mark.parametrize(("text", "complaint"), [("a-b", "write two numbers"), ("9-2", "end before they start")])
def test_frames_that_cannot_be_read_are_refused(stage_scene: Any, run: Any, text: str, complaint: str) -> None:
    stage_scene()
    ran = run("fill_scene", frames=text)
    assert ran.result == "ERROR"
    assert complaint in ran.text


def redraw(data: Any) -> None:
    """Every key with a wobble of its own."""
    for layer in data.layers:
        for number, frame in enumerate(layer.frames):
            position = adapter.read_curves(frame.drawing).attributes["position"].values.copy()
            position[:, 2] += 0.05 * np.sin(np.arange(len(position)) * 0.7 + number).astype(np.float32)
            adapter.set_attribute(frame.drawing, "position", Attribute("POINT", "FLOAT_VECTOR", position))


def test_gaps_of_low_confidence_are_left_as_they_are(stage_scene: Any, run: Any, eye: Any) -> None:
    hero, other = stage_scene()
    for data in {hero.data, other.data}:
        redraw(data)  # of copies all is sure
    ran = run("fill_scene", engine="CLASSICAL", least_confidence=1.0)
    assert 'Left alone: Layer "Lines" of "Hero", frames 1 to 5, has low confidence (0.' in ran.text
    assert eye.generated(hero.data.layers["Lines"]) == []
    assert ran.result == "CANCELLED"


def test_filling_again_changes_nothing(stage_scene: Any, run: Any, eye: Any) -> None:
    objects = stage_scene()
    run("fill_scene", engine="CLASSICAL")
    before = [eye.everything(obj.data) for obj in objects]
    run("fill_scene", engine="CLASSICAL")
    assert [eye.everything(obj.data) for obj in objects] == before


def test_one_undo_takes_everything_back(stage_scene: Any, eye: Any) -> None:
    stage_scene()
    bpy.ops.ed.undo_push(message="start")
    bpy.ops.ed.undo_push(message="start")
    assert bpy.ops.inkbetween.fill_scene("EXEC_DEFAULT", True, engine="CLASSICAL") == {"FINISHED"}
    assert all(eye.generated(bpy.data.objects[name].data.layers[0]) for name in ("Hero", "Prop"))
    bpy.ops.ed.undo()
    assert not any(eye.generated(bpy.data.objects[name].data.layers[0]) for name in ("Hero", "Prop"))


def stopped_after_a_gap(obj: Any) -> FillJob:
    """A job that Esc stopped amid its second gap."""
    job = start(obj)
    for _ in job.steps():
        if job.done == 4:
            break
    return job


def operator(on_cancel: str) -> Any:
    """What is left of the operator without Blender."""
    fake: Any = SimpleNamespace(on_cancel=on_cancel, _notes=[], engine="CLASSICAL")
    fake._left = (LeftAlone("X", "is locked"),)
    fake.said, fake.cancelled_text = [], INKBETWEEN_OT_fill_scene.cancelled_text
    fake.report = lambda level, text: fake.said.append(text)
    fake._write = partial(INKBETWEEN_OT_fill_scene._write, fake)
    fake._report_left = partial(INKBETWEEN_OT_fill_scene._report_left, fake)
    return fake


def test_esc_keeps_whole_gaps(stage_scene: Any, eye: Any) -> None:
    hero, _ = stage_scene()
    fake = operator("KEEP")
    assert INKBETWEEN_OT_fill_scene.interrupted(fake, bpy.context, stopped_after_a_gap(hero)) == {"FINISHED"}
    assert eye.generated(hero.data.layers["Lines"]) == [2, 3, 4]
    assert fake.said[0] == "Left alone: X is locked."
    assert fake.said[-1].startswith("Cancelled after 4 of 9 in-betweens; drew 3 in-betweens on 1 layer")


def test_esc_rolls_back_where_asked(stage_scene: Any, eye: Any) -> None:
    hero, _ = stage_scene()
    before = eye.everything(hero.data)
    fake = operator("ROLL_BACK")
    assert INKBETWEEN_OT_fill_scene.interrupted(fake, bpy.context, stopped_after_a_gap(hero)) == {"CANCELLED"}
    assert eye.everything(hero.data) == before
    assert fake.said == ["Cancelled; nothing was changed."]


def test_time_left_follows_the_pace(stage_scene: Any) -> None:
    hero, _ = stage_scene()
    job = start(hero)
    assert job.seconds_left() is None
    for _ in job.steps():
        if job.done == job.total - 1:
            break
    left = job.seconds_left()
    assert left is not None
    assert left > 0


def test_nothing_to_fill_says_why(run: Any) -> None:
    ran = run("fill_scene")
    assert ran.result == "ERROR"
    assert "draw two keys on a Grease Pencil layer" in ran.text
