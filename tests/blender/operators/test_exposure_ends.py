"""Keys of fixed length end in a frame without a drawing, which Blender breaks whenever a frame is removed."""

from __future__ import annotations

from typing import Any

import bpy
import pytest

from inkbetween.addon import adapter


@pytest.fixture
def ended(new_object: Any, key: Any) -> Any:
    """Keys at 1 and 6, and one at 20 that ends at 23."""
    obj = new_object({1: key(0.0), 6: key(3.0)})
    bpy.context.scene.frame_set(20)
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.grease_pencil.insert_blank_frame(duration=3)
    bpy.ops.object.mode_set(mode="OBJECT")
    layer = obj.data.layers["Lines"]
    adapter.write_curves(adapter.frame_at(layer, 20).drawing, key(6.0))
    assert adapter.frame_at(layer, 23).drawing is None
    bpy.context.scene.frame_set(3)
    return obj


def test_the_end_is_a_blank_key(ended: Any, run: Any, eye: Any, key: Any) -> None:
    layer = ended.data.layers["Lines"]
    adapter.insert_frame(layer, 26, key(1.0), "KEYFRAME")
    before = eye.artist_frames(layer)
    ran = run("tween", scope="LAYER")
    assert eye.generated(layer) == [2, 3, 4, 5, *range(7, 20)]
    assert "2 gaps next to an empty key stayed as they are" in ran.text
    assert eye.artist_frames(layer) == before


def test_drawing_again_needs_no_removal(ended: Any, run: Any, eye: Any) -> None:
    layer = ended.data.layers["Lines"]
    run("tween", scope="LAYER")
    before = eye.artist_frames(layer)
    ran = run("tween", scope="LAYER", easing="EASE_IN")
    assert ran.result == "FINISHED"
    assert eye.artist_frames(layer) == before


@pytest.mark.parametrize(("verb", "properties"), [("clear", {}), ("tween", {"step": 2})])
def test_what_would_have_to_be_removed_stays(ended: Any, run: Any, eye: Any, verb: str, properties: dict) -> None:
    layer = ended.data.layers["Lines"]
    run("tween", scope="LAYER")
    frames, before = eye.generated(layer), eye.artist_frames(layer)
    ran = run(verb, scope="LAYER", **properties)
    assert "could not be removed, because" in ran.text
    assert eye.generated(layer) == frames
    assert eye.artist_frames(layer) == before


def test_blender_still_breaks_ends(ended: Any) -> None:
    """The day this fails, Blender was repaired: `has_exposure_ends` may then let newer versions remove frames."""
    layer = ended.data.layers["Lines"]
    layer.frames.remove(6)
    assert adapter.frame_at(layer, 23).drawing is not None


def test_bake_refuses_rather_than_break_the_end(ended: Any, run: Any, eye: Any) -> None:
    run("tween", scope="LAYER")
    before = eye.everything(ended.data)
    ran = run("bake", scope="LAYER")
    assert ran.result == "ERROR"
    assert "key of fixed length ends" in ran.text
    assert eye.everything(ended.data) == before


def test_instance_of_an_inbetween_stays(ended: Any, run: Any, eye: Any) -> None:
    """It could only be replaced by removing it."""
    layer = ended.data.layers["Lines"]
    run("tween", scope="LAYER")
    layer.frames.copy(3, 30, instance_drawing=True)
    before, kept = eye.artist_frames(layer), eye.everything(ended.data)["Lines"][3]
    ran = run("tween", scope="LAYER", easing="EASE_IN")
    assert "1 in-between could not be removed" in ran.text
    assert eye.artist_frames(layer) == before
    assert eye.everything(ended.data)["Lines"][3] == kept
