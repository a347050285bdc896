"""Copies the artist made, timelines they moved, files of other Blenders: whose a generated frame is then."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
import pytest

from inkbetween.addon import adapter
from inkbetween.inference.drawing.contract import Attribute
from inkbetween.inference.drawing.conversion import MADE_FOR
from inkbetween.ops.jobs import show


@pytest.fixture
def layer(two_keys: Any, key: Any, run: Any) -> Any:
    """Keys at 1, 9 and 17, in-betweens between them, the current frame 4."""
    layer = two_keys.data.layers["Lines"]
    adapter.insert_frame(layer, 17, key(1.0), "KEYFRAME")
    run("tween", scope="LAYER")
    return layer


def duplicate(layer: Any, number: int, to: int, instance: bool = False) -> None:
    """As the Dope Sheet does, which keeps the type."""
    if adapter.find_frame(layer, to) is not None:
        layer.frames.remove(to)
    layer.frames.copy(number, to, instance_drawing=instance)
    adapter.frame_at(layer, to).keyframe_type = "GENERATED"


def shift(layer: Any, by: int) -> None:
    for number in sorted((frame.frame_number for frame in layer.frames), reverse=by > 0):
        layer.frames.move(number, number + by)


def ink(eye: Any, layer: Any, number: int) -> Any:
    return eye.everything(layer.id_data)[layer.name][number]


# --- copies ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("instance", [False, True])
@pytest.mark.parametrize("to", [13, 15, 6, 25])
def test_a_copy_is_kept_and_becomes_a_key(layer: Any, run: Any, eye: Any, to: int, instance: bool) -> None:
    duplicate(layer, 5, to, instance)
    kept = ink(eye, layer, to)
    for easing in ("EASE_IN", "LINEAR"):  # when frame 5 has been drawn anew, too
        ran = run("tween", scope="LAYER", step=2, easing=easing)
        assert "1 generated frame you had copied or moved was kept and used as keys" in ran.text
        assert ink(eye, layer, to) == kept
    assert 5 in eye.generated(layer)
    ran = run("clear", scope="LAYER")
    assert "1 generated frame you had copied or moved was kept" in ran.text
    assert eye.generated(layer) == [to]
    assert ink(eye, layer, to) == kept


def test_a_copy_is_kept_by_gap_and_by_fill_scene(layer: Any, run: Any, eye: Any) -> None:
    duplicate(layer, 5, 13)
    kept = ink(eye, layer, 13)
    bpy.context.scene.frame_set(11)
    for verb, properties in (("tween", {"scope": "GAP"}), ("fill_scene", {}), ("clear", {"scope": "GAP"})):
        run(verb, **properties)
        assert ink(eye, layer, 13) == kept


def test_a_frame_moved_by_hand_is_kept(layer: Any, run: Any, eye: Any) -> None:
    run("tween", scope="LAYER", step=2)
    layer.frames.move(5, 6)
    kept = ink(eye, layer, 6)
    run("tween", scope="LAYER")
    assert ink(eye, layer, 6) == kept
    assert eye.generated(layer) == [*range(2, 9), *range(10, 17)]


def test_a_frame_of_another_layer_is_kept(layer: Any, key: Any, run: Any, eye: Any) -> None:
    other = layer.id_data.layers.new("Other")
    for number, x in ((1, 3.0), (9, 7.0)):
        adapter.insert_frame(other, number, key(x), "KEYFRAME")
    run("tween", scope="OBJECT")
    pasted = adapter.read_curves(adapter.frame_at(layer, 5).drawing)
    adapter.write_curves(adapter.frame_at(other, 5).drawing, pasted)
    run("tween", scope="OBJECT", easing="EASE_IN")
    assert eye.bits(adapter.read_curves(adapter.frame_at(other, 5).drawing)) == eye.bits(pasted)


# --- the timeline moves ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [10, 8, -3])
def test_a_shifted_timeline_stays_ours(layer: Any, run: Any, eye: Any, by: int) -> None:
    before = eye.artist_frames(layer)
    shift(layer, by)
    ran = run("tween", scope="LAYER", step=2)
    assert "kept" not in ran.text
    assert eye.generated(layer) == [n + by for n in (3, 5, 7, 11, 13, 15)]
    assert {n - by: frame for n, frame in eye.artist_frames(layer).items()} == before
    shift(layer, by)
    assert "Removed 6 in-betweens" in run("clear", scope="LAYER").text


def test_orphans_of_a_shifted_timeline_go(layer: Any, run: Any, eye: Any) -> None:
    shift(layer, 10)
    layer.frames.remove(27)
    run("tween", scope="LAYER")
    assert eye.generated(layer) == list(range(12, 19))


def test_a_duplicated_layer_is_tweened_as_the_first_is(layer: Any, run: Any, eye: Any) -> None:
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.grease_pencil.layer_duplicate()
    bpy.ops.object.mode_set(mode="OBJECT")
    (copy,) = [one for one in layer.id_data.layers if one.name != "Lines"]
    assert "Removed 14 in-betweens from 1 layer." in run("clear", scope="LAYER").text
    assert {len(eye.generated(one)) for one in (layer, copy)} == {0, 14}


# --- files of other Blenders and of earlier versions ----------------------------------------------------------------


def opened_elsewhere(layer: Any) -> None:
    """What Blender 5.2 adds as it reads a file of 5.0."""
    for frame in layer.frames:
        strokes = len(frame.drawing.strokes)
        fills = Attribute("CURVE", "INT", np.arange(1, strokes + 1, dtype=np.int32))
        hidden = Attribute("CURVE", "BOOLEAN", np.ones(strokes, bool))
        adapter.set_attributes(frame.drawing, {"fill_id": fills, "hide_stroke": hidden})


def test_attributes_of_a_later_blender_are_no_edit(layer: Any, run: Any, eye: Any) -> None:
    opened_elsewhere(layer)
    ran = run("tween", scope="LAYER", step=2)
    assert "kept" not in ran.text
    assert eye.generated(layer) == [3, 5, 7, 11, 13, 15]
    assert adapter.has_attribute(adapter.frame_at(layer, 5).drawing, "fill_id")
    assert "Removed 6 in-betweens" in run("clear", scope="LAYER").text


def test_edits_show_in_a_later_blender(layer: Any, run: Any, eye: Any, edit: Any) -> None:
    edit(layer, 3)
    opened_elsewhere(layer)
    edit(layer, 5)
    drawing = adapter.frame_at(layer, 7).drawing
    points = len(adapter.read_curves(drawing).attributes["position"].values)
    red = np.tile(np.array([1, 0, 0, 1], np.float32), (points, 1))
    adapter.set_attribute(drawing, "vertex_color", Attribute("POINT", "FLOAT_COLOR", red))
    run("clear", scope="LAYER")
    assert eye.generated(layer) == [3, 5, 7]


def test_files_of_earlier_versions(layer: Any, run: Any, eye: Any, edit: Any) -> None:
    """They hold fingerprints alone."""
    for number in eye.generated(layer):
        for name in MADE_FOR:
            assert adapter.remove_attribute(adapter.frame_at(layer, number).drawing, name)
    edit(layer, 5)
    before = ink(eye, layer, 5)
    layer.frames.remove(17)
    ran = run("tween", scope="LAYER", step=2)
    assert "1 generated frame you had edited was kept" in ran.text
    assert "frames 10 to 16" in ran.text
    assert eye.generated(layer) == [3, 5, 7]
    assert ink(eye, layer, 5) == before
    run("clear", scope="LAYER")
    assert eye.generated(layer) == [5]


# --- corrected in-betweens ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frame", [1, 3, 5, 6, 8])
def test_a_corrected_inbetween_draws_both_sides_anew(layer: Any, run: Any, eye: Any, edit: Any, frame: int) -> None:
    edit(layer, 5)
    before = eye.everything(layer.id_data)["Lines"]
    bpy.context.scene.frame_set(frame)
    run("tween", scope="GAP")
    after = eye.everything(layer.id_data)["Lines"]
    assert {n for n in before if after[n] != before[n]} == {2, 3, 4, 6, 7, 8}
    run("tween", scope="LAYER")
    whole = eye.everything(layer.id_data)["Lines"]
    assert {n: whole[n] for n in range(1, 10)} == {n: after[n] for n in range(1, 10)}


def test_several_corrections_in_one_gap(layer: Any, run: Any, eye: Any, edit: Any) -> None:
    for number in (3, 7):
        edit(layer, number)
    before = eye.everything(layer.id_data)["Lines"]
    bpy.context.scene.frame_set(5)
    ran = run("tween", scope="GAP")
    after = eye.everything(layer.id_data)["Lines"]
    assert {n for n in before if after[n] != before[n]} == {2, 4, 5, 6, 8}
    assert "2 generated frames you had edited were kept and used as keys" in ran.text


def test_show_binding_looks_at_the_side_that_shows(layer: Any, edit: Any) -> None:
    """Tween draws both sides together; each is looked at by itself."""
    edit(layer, 5)
    bpy.context.scene.inkbetween.infer = True
    for frame, start in ((3, 1), (5, 5), (7, 5)):
        bpy.context.scene.frame_set(frame)
        assert show.look_job(bpy.context).start == start
