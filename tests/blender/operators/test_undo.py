"""One undo step each, and nothing lost when undo comes at the wrong moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
import pytest

from inkbetween.addon import adapter, targets
from inkbetween.ops.jobs.tween import TweenJob
from inkbetween.ops.scene.commit import LayerEdit, commit
from inkbetween.ops.scene.request import Wanted, read_request
from inkbetween.ops.scene.snapshot import LayerSnapshot, StaleError, read_layer


def lines() -> Any:
    """The layer now: references from before an undo are dead."""
    return bpy.data.objects["Drawing"].data.layers["Lines"]


@pytest.fixture
def remembered(two_keys: Any) -> Any:
    # Headless Blender keeps no undo history until two steps were pushed.
    bpy.ops.ed.undo_push(message="Drawn")
    bpy.ops.ed.undo_push(message="Drawn")
    return two_keys


def test_undo_and_redo_of_each_operator(remembered: Any, run: Any, eye: Any) -> None:
    states = [eye.everything(lines().id_data)]
    for verb in ("tween", "bake"):
        run(verb, "EXEC_DEFAULT", True, scope="LAYER")
        states.append(eye.everything(lines().id_data))
    run("tween", "EXEC_DEFAULT", True, scope="LAYER")  # nothing to do between breakdowns: no step of its own
    assert states[0] != states[1] != states[2]
    for state in (states[1], states[0]):
        bpy.ops.ed.undo()
        assert eye.everything(lines().id_data) == state
    for state in (states[1], states[2]):
        bpy.ops.ed.redo()
        assert eye.everything(lines().id_data) == state


def test_undo_of_clear_brings_inbetweens_back_as_ours(remembered: Any, run: Any, eye: Any) -> None:
    run("tween", "EXEC_DEFAULT", True, scope="LAYER")
    before = eye.everything(lines().id_data)
    run("clear", "EXEC_DEFAULT", True, scope="LAYER")
    bpy.ops.ed.undo()
    assert eye.everything(lines().id_data) == before
    assert "Removed 7 in-betweens" in run("clear", scope="LAYER").text


def test_tween_again_after_undo(remembered: Any, run: Any, eye: Any) -> None:
    run("tween", "EXEC_DEFAULT", True, scope="LAYER")
    once = eye.everything(lines().id_data)
    bpy.ops.ed.undo()
    run("tween", "EXEC_DEFAULT", True, scope="LAYER")
    assert eye.everything(lines().id_data) == once


# --- the scene changes between copy and commit -----------------------------------------------------------------------


def job_of(obj: Any, layers: list[Any], wanted: Wanted) -> TweenJob:
    return TweenJob(read_request(bpy.context.scene, targets.Targets(obj, tuple(layers)), wanted))


def drawn(snapshot: LayerSnapshot) -> list[LayerEdit]:
    obj = next(obj for obj in bpy.data.objects if obj.data and obj.data.session_uid == snapshot.ref.data_uid)
    job = job_of(obj, [snapshot.ref.find()], Wanted(1, "LINEAR", ""))
    for _ in job.steps():
        pass
    return job.edits


def delete_layer() -> None:
    lines().id_data.layers.remove(lines())


def rename_layer() -> None:
    lines().name = "Ink"


def move_key() -> None:
    lines().frames.move(9, 12)


def occupy_frame() -> None:
    lines().frames.new(4)


def delete_object() -> None:
    bpy.data.objects.remove(bpy.data.objects["Drawing"])
    bpy.data.batch_remove(list(adapter.grease_pencil_data()))


def edit_key() -> None:
    lines().frames[0].drawing.strokes[0].points[0].position = (9, 9, 9)


@pytest.mark.parametrize("change", [delete_layer, rename_layer, move_key, occupy_frame, delete_object, edit_key])
def test_a_changed_scene_is_left_alone(two_keys: Any, eye: Any, change: Callable[[], None]) -> None:
    edits = drawn(read_layer(two_keys, lines()))
    change()
    before = [eye.everything(data) for data in adapter.grease_pencil_data()]
    with pytest.raises(StaleError, match="Lines"):
        commit(edits)
    assert [eye.everything(data) for data in adapter.grease_pencil_data()] == before


def test_undo_in_the_middle(remembered: Any, run: Any, eye: Any) -> None:
    run("tween", "EXEC_DEFAULT", True, scope="LAYER")
    edits = drawn(read_layer(bpy.data.objects["Drawing"], lines()))
    bpy.ops.ed.undo()
    before = eye.everything(lines().id_data)
    with pytest.raises(StaleError):
        commit(edits)
    assert eye.everything(lines().id_data) == before
    bpy.ops.ed.redo()
    assert commit(edits).drawn == 7  # the scene is again what was copied, though every reference died twice


# --- a commit that fails halfway --------------------------------------------------------------------------------------


class Refusal(RuntimeError):
    """Stands for any exception inside Blender."""


# The first time 5 frames are drawn; drawing on twos what was on ones, 6 more are removed.
@pytest.mark.parametrize(
    ("again", "fails_at"), [*((False, n) for n in range(1, 6)), *((True, n) for n in range(1, 12))]
)
def test_a_failing_commit_is_rolled_back(
    two_keys: Any, key: Any, run: Any, eye: Any, monkeypatch: pytest.MonkeyPatch, fails_at: int, again: bool
) -> None:
    other = two_keys.data.layers.new("Other")
    for number, x in ((1, 0.0), (6, 2.0)):
        adapter.insert_frame(other, number, key(x), "KEYFRAME")
    if again:
        run("tween", scope="OBJECT")
    layers = [lines(), two_keys.data.layers["Other"]]
    job = job_of(two_keys, layers, Wanted(2, "EASE_IN", ""))
    for _ in job.steps():
        pass
    before = eye.everything(two_keys.data)
    calls = 0

    def counted(original: Callable[..., None]) -> Callable[..., None]:
        def call(*arguments: Any) -> None:
            nonlocal calls
            calls += 1
            if calls == fails_at:
                raise Refusal
            original(*arguments)

        return call

    monkeypatch.setattr(adapter, "set_attributes", counted(adapter.set_attributes))
    monkeypatch.setattr(adapter, "remove_frame", counted(adapter.remove_frame))
    with pytest.raises(Refusal):
        commit(job.edits)
    assert eye.everything(two_keys.data) == before
