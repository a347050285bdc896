"""Clear removes what is ours and nothing else; Bake gives it away for good."""

from __future__ import annotations

from typing import Any

import bpy
import pytest

from inkbetween.addon import adapter
from inkbetween.inference.drawing.conversion import MARKS


@pytest.fixture
def layer(two_keys: Any, key: Any, run: Any) -> Any:
    """Keys at 1, 9 and 13, in-betweens between them."""
    layer = two_keys.data.layers["Lines"]
    adapter.insert_frame(layer, 13, key(1.0), "BREAKDOWN")
    run("tween", scope="LAYER")
    return layer


def test_clear_gap(layer: Any, run: Any, eye: Any) -> None:
    before = eye.artist_frames(layer)
    ran = run("clear", scope="GAP")
    assert "Removed 7 in-betweens from 1 layer." in ran.text
    assert eye.generated(layer) == [10, 11, 12]
    assert eye.artist_frames(layer) == before


def test_clear_layer_and_object(layer: Any, run: Any, eye: Any, key: Any) -> None:
    other = layer.id_data.layers.new("Other")
    adapter.insert_frame(other, 1, key(0.0), "KEYFRAME")
    adapter.insert_frame(other, 3, key(2.0), "KEYFRAME")
    run("tween", scope="OBJECT")
    layer.id_data.layers.active = layer
    run("clear", scope="LAYER")
    assert (eye.generated(layer), eye.generated(other)) == ([], [2])
    run("clear", scope="OBJECT")
    assert eye.generated(other) == []


def test_clear_leaves_generated_frames_of_others(layer: Any, run: Any, eye: Any, key: Any) -> None:
    """The type alone is no proof: artists and other tools may set it, too."""
    adapter.insert_frame(layer, 20, key(3.0), "GENERATED")
    ran = run("clear", scope="LAYER")
    assert eye.generated(layer) == [20]
    assert "1 generated frame you had edited was kept" in ran.text


def test_clear_without_inbetweens_changes_nothing(two_keys: Any, run: Any) -> None:
    ran = run("clear", scope="LAYER")
    assert ran.result == "CANCELLED"
    assert "No in-between was removed" in ran.text


def test_bake_makes_breakdowns_that_stay(layer: Any, run: Any, eye: Any) -> None:
    ran = run("bake", scope="GAP")
    assert "Baked 7 in-betweens on 1 layer" in ran.text
    kinds = eye.timeline(layer)
    assert {kinds[n] for n in range(2, 9)} == {"BREAKDOWN"}
    drawings = [adapter.frame_at(layer, n).drawing for n in range(2, 9)]
    assert not any(adapter.has_attribute(drawing, mark) for drawing in drawings for mark in MARKS)
    baked = eye.artist_frames(layer)
    run("tween", scope="LAYER", step=2)
    run("clear", scope="LAYER")
    assert eye.artist_frames(layer) == baked
    assert eye.generated(layer) == []


def test_bake_takes_edited_frames_along(layer: Any, run: Any, eye: Any, edit: Any) -> None:
    edit(layer, 5)
    run("bake", scope="LAYER")
    assert eye.generated(layer) == []
    assert eye.timeline(layer)[5] == "BREAKDOWN"


def test_bake_keeps_the_ink(layer: Any, run: Any, eye: Any) -> None:
    before = adapter.read_curves(adapter.frame_at(layer, 4).drawing)
    run("bake", scope="LAYER")
    after = adapter.read_curves(adapter.frame_at(layer, 4).drawing)
    expected = {name: a for name, a in before.attributes.items() if name not in MARKS}
    assert eye.bits(after) == eye.bits(type(before)(before.offsets, expected))


def test_bake_lasts_when_the_file_is_opened_again(layer: Any, run: Any, eye: Any, tmp_path: Any) -> None:
    """Blender saves changed types only if told that something changed."""
    path = str(tmp_path / "scene.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    run("bake", scope="LAYER")
    baked = eye.everything(layer.id_data)
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    assert eye.everything(bpy.data.objects["Drawing"].data) == baked


def test_bake_of_an_instance_leaves_the_other_frame_as_it_is(layer: Any, run: Any, eye: Any) -> None:
    layer.frames.copy(4, 20, instance_drawing=True)
    adapter.frame_at(layer, 20).keyframe_type = "GENERATED"
    run("bake", scope="GAP")
    kept = eye.everything(layer.id_data)["Lines"][20]
    ran = run("clear", scope="LAYER")
    assert eye.everything(layer.id_data)["Lines"][20] == kept
    assert "Removed 3 in-betweens" in ran.text
    assert "1 generated frame you had copied or moved was kept" in ran.text


def test_nothing_to_bake(two_keys: Any, run: Any) -> None:
    ran = run("bake", scope="OBJECT")
    assert ran.result == "CANCELLED"
    assert "no in-between to bake" in ran.text


@pytest.mark.parametrize("verb", ["clear", "bake"])
def test_gap_outside_keys(layer: Any, run: Any, eye: Any, verb: str) -> None:
    bpy.context.scene.frame_set(40)
    before = eye.everything(layer.id_data)
    assert run(verb, scope="GAP").result == "CANCELLED"
    assert eye.everything(layer.id_data) == before


@pytest.mark.parametrize("frame", [10, 11, 40])
@pytest.mark.parametrize("verb", ["clear", "bake"])
def test_gap_on_frames_that_lost_theirs(layer: Any, run: Any, eye: Any, verb: str, frame: int) -> None:
    """The last key is gone; what shows there is stale in-betweens."""
    layer.frames.remove(13)
    bpy.context.scene.frame_set(frame)
    before = eye.artist_frames(layer)
    ran = run(verb, scope="GAP")
    assert ran.result == "FINISHED"
    assert eye.generated(layer) == [2, 3, 4, 5, 6, 7, 8]
    if verb == "clear":
        assert "Removed 3 in-betweens from 1 layer." in ran.text
        assert eye.artist_frames(layer) == before
    else:
        assert {eye.timeline(layer)[number] for number in (10, 11, 12)} == {"BREAKDOWN"}


@pytest.mark.parametrize("scope", ["GAP", "LAYER", "OBJECT"])
def test_clear_without_any_key(layer: Any, run: Any, eye: Any, scope: str) -> None:
    for number in (1, 9, 13):
        layer.frames.remove(number)
    ran = run("clear", scope=scope)
    assert eye.timeline(layer) == {}
    assert "Removed 10 in-betweens" in ran.text


def test_clear_gap_takes_both_sides_of_a_corrected_inbetween(layer: Any, run: Any, eye: Any, edit: Any) -> None:
    edit(layer, 5)
    bpy.context.scene.frame_set(7)
    ran = run("clear", scope="GAP")
    assert eye.generated(layer) == [5, 10, 11, 12]
    assert "1 generated frame you had edited was kept" in ran.text
