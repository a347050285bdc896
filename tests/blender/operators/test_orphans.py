"""In-betweens that lost their gap go, by name; the artist's frames and corrected in-betweens never do."""

from __future__ import annotations

from typing import Any

import bpy
import pytest

from inkbetween.addon import adapter
from inkbetween.inference.drawing.conversion import MADE_FOR
from inkbetween.ops.scene.commit import LayerEdit, commit
from inkbetween.ops.scene.snapshot import read_layer


@pytest.fixture
def layer(two_keys: Any, run: Any) -> Any:
    """Keys at 1 and 9, in-betweens between them, the current frame 4."""
    run("tween", scope="LAYER")
    return two_keys.data.layers["Lines"]


@pytest.mark.parametrize("scope", ["GAP", "LAYER", "OBJECT"])
def test_a_key_moved_into_the_gap(layer: Any, run: Any, eye: Any, scope: str) -> None:
    layer.frames.remove(5)
    layer.frames.move(9, 5)
    before = eye.artist_frames(layer)
    ran = run("tween", scope=scope)
    assert eye.timeline(layer) == {1: "KEYFRAME", 2: "GENERATED", 3: "GENERATED", 4: "GENERATED", 5: "KEYFRAME"}
    assert 'removed 3 in-betweens that lay between no two keys: frames 6 to 8 of layer "Lines"' in ran.text
    assert eye.artist_frames(layer) == before


@pytest.mark.parametrize("scope", ["GAP", "LAYER", "OBJECT"])
@pytest.mark.parametrize("deleted", [(9,), (1,), (1, 9)])
def test_deleted_keys(layer: Any, run: Any, eye: Any, scope: str, deleted: tuple[int, ...]) -> None:
    for number in deleted:
        layer.frames.remove(number)
    before = eye.artist_frames(layer)
    ran = run("tween", scope=scope)
    assert ran.result == "FINISHED"
    assert 'Removed 7 in-betweens that lay between no two keys: frames 2 to 8 of layer "Lines"' in ran.text
    assert eye.generated(layer) == []
    assert eye.artist_frames(layer) == before


@pytest.mark.parametrize("frame", [7, 20])
def test_gap_where_orphans_show(layer: Any, run: Any, eye: Any, frame: int) -> None:
    layer.frames.remove(5)
    layer.frames.move(9, 5)
    kept = {n: eye.everything(layer.id_data)["Lines"][n] for n in (1, 2, 3, 4, 5)}
    bpy.context.scene.frame_set(frame)
    assert "frames 6 to 8" in run("tween", scope="GAP").text
    assert eye.everything(layer.id_data)["Lines"] == kept


def test_gap_leaves_orphans_beyond_other_gaps(layer: Any, key: Any, run: Any, eye: Any) -> None:
    adapter.insert_frame(layer, 15, key(1.0), "KEYFRAME")
    run("tween", scope="LAYER")
    layer.frames.remove(1)
    bpy.context.scene.frame_set(12)
    adapter.insert_frame(layer, 21, key(2.0), "KEYFRAME")
    bpy.context.scene.frame_set(18)
    run("tween", scope="GAP")
    assert eye.generated(layer) == [*range(2, 9), *range(10, 15), *range(16, 21)]
    bpy.context.scene.frame_set(12)
    assert "frames 2 to 8" in run("tween", scope="GAP").text
    assert eye.generated(layer) == [*range(10, 15), *range(16, 21)]


def test_corrected_orphans_stay(layer: Any, run: Any, eye: Any, edit: Any) -> None:
    edit(layer, 7)
    kept = eye.everything(layer.id_data)["Lines"][7]
    layer.frames.remove(5)
    layer.frames.move(9, 5)
    ran = run("tween", scope="LAYER", step=2)
    assert eye.everything(layer.id_data)["Lines"][7] == kept
    assert 8 not in eye.timeline(layer)
    assert "frame 8 of layer" in ran.text
    assert "1 generated frame you had edited was kept and used as keys" in ran.text


def test_generated_frames_of_others_and_blank_ones_stay(
    layer: Any, key: Any, run: Any, eye: Any, polylines: Any
) -> None:
    """Blender gives new keys any type the artist chooses: "Generated", too."""
    adapter.insert_frame(layer, 20, key(3.0), "GENERATED")
    adapter.insert_frame(layer, 24, polylines(), "GENERATED")
    before = eye.everything(layer.id_data)["Lines"]
    run("tween", scope="LAYER")
    after = eye.everything(layer.id_data)["Lines"]
    assert {n: after[n] for n in (1, 9, 20, 24)} == {n: before[n] for n in (1, 9, 20, 24)}


@pytest.mark.parametrize("version", ["this", "an earlier one"])
def test_a_performance_stays(two_keys: Any, run: Any, eye: Any, version: str, key: Any) -> None:
    """It lies between no keys by nature, and a key that the artist adds to it changes nothing."""
    performed = two_keys.data.layers.new("Lines retargeted")
    drawings = {number: key(0.3 * number) for number in range(1, 13)}
    commit([LayerEdit(read_layer(two_keys, performed), drawings)])
    if version != "this":
        for number in drawings:
            for name in MADE_FOR:
                adapter.remove_attribute(adapter.frame_at(performed, number).drawing, name)
    for added in (20, 24):
        before = eye.everything(two_keys.data)["Lines retargeted"]
        for verb, properties in (("tween", {"scope": "OBJECT"}), ("fill_scene", {})):
            run(verb, **properties)
            assert eye.everything(two_keys.data)["Lines retargeted"] == before
        adapter.insert_frame(performed, added, key(1.0), "KEYFRAME")
    two_keys.data.layers.active = performed
    assert "Removed 12 in-betweens" in run("clear", scope="LAYER").text


def test_one_undo_brings_them_back(layer: Any, run: Any, eye: Any) -> None:
    layer.frames.remove(9)
    bpy.ops.ed.undo_push(message="Deleted")
    bpy.ops.ed.undo_push(message="Deleted")
    before = eye.everything(layer.id_data)
    run("tween", "EXEC_DEFAULT", True, scope="LAYER")
    bpy.ops.ed.undo()
    assert eye.everything(bpy.data.objects["Drawing"].data) == before


def test_fill_scene_takes_them_away(layer: Any, key: Any, run: Any, eye: Any) -> None:
    other = layer.id_data.layers.new("Other")
    for number in (1, 5):
        adapter.insert_frame(other, number, key(number), "KEYFRAME")
    layer.frames.remove(9)
    ran = run("fill_scene")
    assert eye.generated(layer) == []
    assert eye.generated(other) == [2, 3, 4]
    assert 'frames 2 to 8 of layer "Lines"' in ran.text


def test_fill_scene_where_nothing_else_is_to_be_done(layer: Any, run: Any, eye: Any) -> None:
    layer.frames.remove(9)
    ran = run("fill_scene")
    assert ran.result == "FINISHED"
    assert eye.timeline(layer) == {1: "KEYFRAME"}


def test_fill_scene_keeps_to_its_frames(layer: Any, run: Any, eye: Any) -> None:
    layer.frames.remove(9)
    run("fill_scene", frames="1-4")
    assert eye.generated(layer) == [5, 6, 7, 8]


def test_what_cannot_be_removed_is_not_said_to_be(layer: Any, run: Any, eye: Any) -> None:
    """Blender breaks the ends of keys of fixed length when a frame is removed."""
    for number in (1, 9):
        layer.frames.remove(number)
    bpy.context.scene.frame_set(20)
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.grease_pencil.insert_blank_frame(duration=3)
    bpy.ops.object.mode_set(mode="OBJECT")
    before = eye.everything(layer.id_data)
    ran = run("tween", scope="LAYER")
    assert "7 in-betweens could not be removed" in ran.text
    assert "between no two keys" not in ran.text
    assert eye.everything(layer.id_data) == before
