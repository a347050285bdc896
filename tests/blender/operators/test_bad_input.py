"""Whatever an animator's file holds: a clear message or the right result, never a traceback, never a changed key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import bpy
import numpy as np
import pytest

from inkbetween.addon import adapter


@pytest.fixture
def tween(run: Any, eye: Any) -> Any:
    """Runs Tween on a layer or object scope and sees to it that no key changed."""

    def call(obj: Any, scope: str = "LAYER", **properties: Any) -> Any:
        before = [eye.artist_frames(layer) for layer in obj.data.layers]
        ran = run("tween", scope=scope, **properties)
        assert [eye.artist_frames(layer) for layer in obj.data.layers] == before
        return ran

    return call


@pytest.fixture
def lines(two_keys: Any) -> Any:
    return two_keys.data.layers["Lines"]


def finite(layer: Any, numbers: list[int]) -> bool:
    drawings = [adapter.read_curves(adapter.frame_at(layer, n).drawing) for n in numbers]
    return all(np.isfinite(d.attributes["position"].values).all() for d in drawings)


# --- keys -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("empty", [1, 9])
def test_empty_key(new_object: Any, key: Any, polylines: Any, tween: Any, eye: Any, empty: int) -> None:
    obj = new_object({n: polylines() if n == empty else key(0.0) for n in (1, 9)} | {13: key(3.0)})
    ran = tween(obj)
    assert "next to an empty key stayed as" in ran.text
    assert eye.generated(obj.data.layers["Lines"]) == ([] if empty == 9 else [10, 11, 12])


def test_keys_on_both_sides_of_an_empty_one(new_object: Any, key: Any, polylines: Any, tween: Any, eye: Any) -> None:
    obj = new_object({1: key(0.0), 4: key(1.0), 8: polylines(), 12: key(5.0), 15: key(9.0)})
    ran = tween(obj)
    assert eye.generated(obj.data.layers["Lines"]) == [2, 3, 13, 14]
    assert "2 gaps next to an empty key stayed as they are" in ran.text


def test_no_stroke_at_all(new_object: Any, polylines: Any, tween: Any, eye: Any) -> None:
    obj = new_object({1: polylines(), 5: polylines()})
    ran = tween(obj)
    assert ran.result == "CANCELLED"
    assert "empty key" in ran.text


def test_one_point_strokes(new_object: Any, polylines: Any, tween: Any, eye: Any) -> None:
    dots = [[(0, 0, 0)], [(1, 0, 1)], [(2, 0, 0)]]
    obj = new_object({1: polylines(*dots), 5: polylines(*(np.add(d, (3, 0, 0)) for d in dots))})
    tween(obj)
    layer = obj.data.layers["Lines"]
    assert eye.generated(layer) == [2, 3, 4]
    assert finite(layer, [2, 3, 4])


def test_one_point_stroke_against_a_line(new_object: Any, polylines: Any, tween: Any, eye: Any) -> None:
    obj = new_object({1: polylines([(0, 0, 0)]), 5: polylines(eye.bar(2.0))})
    tween(obj)
    layer = obj.data.layers["Lines"]
    assert eye.generated(layer) == [2, 3, 4]
    assert finite(layer, [2, 3, 4])


def test_coincident_points(new_object: Any, polylines: Any, tween: Any, eye: Any) -> None:
    heap = np.tile([[1.0, 0.0, 2.0]], (20, 1))
    doubled = np.repeat(eye.bar(0.0), 3, axis=0)
    obj = new_object({1: polylines(heap, doubled), 5: polylines(np.add(heap, (2, 0, 0)), np.add(doubled, (2, 0, 0)))})
    tween(obj)
    layer = obj.data.layers["Lines"]
    assert eye.generated(layer) == [2, 3, 4]
    assert finite(layer, [2, 3, 4])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_coordinates_that_are_no_numbers(new_object: Any, polylines: Any, tween: Any, eye: Any, bad: float) -> None:
    broken = eye.bar(0.0)
    broken[3, 0] = bad
    obj = new_object({1: polylines(eye.bar(0.0), broken), 5: polylines(eye.bar(1.0))})
    ran = tween(obj)
    assert ran.result == "ERROR"
    assert 'Layer "Lines": Stroke 2 of frame 1' in ran.text
    assert eye.generated(obj.data.layers["Lines"]) == []


def test_a_broken_key_spoils_its_own_gaps_only(new_object: Any, polylines: Any, tween: Any, eye: Any) -> None:
    obj = new_object({n: polylines(eye.bar(n)) for n in (1, 4, 7, 10, 13)})
    layer = obj.data.layers["Lines"]
    tween(obj)
    broken = eye.bar(0.0)
    broken[0] = np.nan
    adapter.write_curves(adapter.frame_at(layer, 7).drawing, polylines(broken))
    kept = {n: eye.everything(obj.data)["Lines"][n] for n in (5, 6, 8, 9)}
    ran = tween(obj, easing="EASE_IN")
    assert ran.result == "FINISHED"
    assert "Drew 4 in-betweens" in ran.text
    assert "frame 7" in ran.text
    assert {n: eye.everything(obj.data)["Lines"][n] for n in kept} == kept


@pytest.mark.parametrize("scope", ["GAP", "LAYER", "OBJECT"])
def test_single_key(new_object: Any, key: Any, tween: Any, scope: str) -> None:
    ran = tween(new_object({1: key(0.0)}), scope)
    assert ran.result == "ERROR"
    assert '"Lines"' in ran.text
    assert "draw a" in ran.text.lower()


def test_no_key(new_object: Any, tween: Any) -> None:
    assert tween(new_object(), "GAP").result == "ERROR"


@pytest.mark.parametrize("scope", ["GAP", "LAYER"])
def test_adjacent_keys(new_object: Any, key: Any, tween: Any, eye: Any, scope: str) -> None:
    obj = new_object({1: key(0.0), 2: key(1.0), 3: key(2.0)})
    bpy.context.scene.frame_set(1)
    ran = tween(obj, scope)
    assert ran.result == "CANCELLED"
    assert "no room for an in-between" in ran.text
    assert eye.generated(obj.data.layers["Lines"]) == []


def test_step_longer_than_the_gap(two_keys: Any, tween: Any, lines: Any, eye: Any) -> None:
    assert "no room for an in-between" in tween(two_keys, step=50).text
    assert eye.generated(lines) == []


def test_current_frame_outside_all_gaps(two_keys: Any, tween: Any) -> None:
    bpy.context.scene.frame_set(-3)
    ran = tween(two_keys, "GAP")
    assert ran.result == "ERROR"
    assert "Frame -3 is not between two keys" in ran.text


def test_nothing_alike(new_object: Any, polylines: Any, tween: Any, eye: Any) -> None:
    turns = np.linspace(0, 12, 80)
    spiral = np.stack([turns * np.cos(turns), 0 * turns, turns * np.sin(turns)], 1) * 0.1
    obj = new_object({1: polylines(*(eye.bar(x) for x in range(5))), 9: polylines(np.add(spiral, (40, 0, 30)))})
    ran = tween(obj)
    layer = obj.data.layers["Lines"]
    assert "Drew 7 in-betweens" in ran.text
    assert finite(layer, eye.generated(layer))


def test_three_thousand_strokes(new_object: Any, polylines: Any, tween: Any, eye: Any) -> None:
    rng = np.random.default_rng(3)
    starts = rng.uniform(-50, 50, (3000, 1, 3)) * (1, 0, 1)
    strokes = starts + eye.bar(0.0, 0.4, 5) * 0.5
    obj = new_object({1: polylines(*strokes), 3: polylines(*np.add(strokes, (1.5, 0, 0.2)))})
    tween(obj)
    layer = obj.data.layers["Lines"]
    assert eye.generated(layer) == [2]
    drawn = adapter.read_curves(adapter.frame_at(layer, 2).drawing)
    assert drawn.stroke_count > 2000


def test_frames_already_occupied(two_keys: Any, key: Any, lines: Any, tween: Any, eye: Any) -> None:
    for number, kind in ((3, "BREAKDOWN"), (5, "JITTER"), (6, "MOVING_HOLD"), (7, "EXTREME")):
        adapter.insert_frame(lines, number, key(number), kind)
    tween(two_keys)
    assert eye.generated(lines) == [2, 4, 8]


# --- Blender's data -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["lock", "hide"])
@pytest.mark.parametrize("verb", ["tween", "clear", "bake"])
def test_locked_or_hidden_layer(two_keys: Any, lines: Any, run: Any, eye: Any, how: str, verb: str) -> None:
    setattr(lines, how, True)
    before = eye.everything(two_keys.data)
    for scope in ("GAP", "LAYER", "OBJECT"):
        ran = run(verb, scope=scope)
        assert ran.result == "ERROR"
        assert ("locked" if how == "lock" else "hidden") in ran.text
    assert eye.everything(two_keys.data) == before


@pytest.mark.parametrize("how", ["lock", "hide"])
def test_layer_in_a_locked_or_hidden_group(two_keys: Any, lines: Any, run: Any, how: str) -> None:
    group = two_keys.data.layer_groups.new("Head")
    two_keys.data.layers.move_to_layer_group(lines, group)
    setattr(group, how, True)
    two_keys.data.layers.active = lines
    ran = run("tween", scope="LAYER")
    assert ran.result == "ERROR"
    assert '"Head"' in ran.text


def test_linked_data(two_keys: Any, eye: Any, run: Any, tmp_path: Any) -> None:
    path = str(tmp_path / "library.blend")
    bpy.data.libraries.write(path, {two_keys})
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(path, link=True) as (source, target):
        target.objects = list(source.objects)
    obj = bpy.data.objects["Drawing"]
    bpy.context.scene.collection.objects.link(obj)
    bpy.context.view_layer.objects.active = obj
    before = eye.everything(obj.data)
    for verb in ("tween", "clear", "bake"):
        ran = run(verb, scope="OBJECT")
        assert ran.result == "ERROR"
        assert "linked from another file" in ran.text
    assert eye.everything(obj.data) == before


def test_keys_that_share_one_drawing(new_object: Any, key: Any, tween: Any, eye: Any) -> None:
    """An instance is a hold; in-betweens next to it must not write through it."""
    obj = new_object({1: key(0.0), 5: key(3.0)})
    layer = obj.data.layers["Lines"]
    layer.frames.copy(1, 9, instance_drawing=True)
    layer.frames.copy(1, 13, instance_drawing=True)
    ran = tween(obj)
    assert eye.generated(layer) == [2, 3, 4, 6, 7, 8]
    assert "1 hold" in ran.text
    assert not any(adapter.shares_drawing(adapter.frame_at(layer, n).drawing) for n in eye.generated(layer))


def test_instance_of_an_inbetween_is_not_written_through(two_keys: Any, lines: Any, tween: Any, eye: Any) -> None:
    tween(two_keys)
    lines.frames.copy(5, 30, instance_drawing=True)
    adapter.frame_at(lines, 30).keyframe_type = "KEYFRAME"
    tween(two_keys, "GAP", easing="EASE_OUT")
    assert eye.generated(lines) == [2, 3, 4, 5, 6, 7, 8]


@pytest.fixture
def turned_parent(two_keys: Any) -> Iterator[Any]:
    """The object and its layer hang from an empty that is scaled unevenly, mirrored and turned."""
    parent = bpy.data.objects.new("Parent", None)
    bpy.context.scene.collection.objects.link(parent)
    parent.scale = (3.0, 0.5, -2.0)
    parent.rotation_euler = (0.4, 1.1, -0.7)
    parent.location = (10.0, -4.0, 2.0)
    two_keys.parent = parent
    layer = two_keys.data.layers["Lines"]
    layer.parent = parent
    layer.rotation = (0.2, 0.0, 0.9)
    layer.scale = (1.0, 4.0, 0.3)
    bpy.context.view_layer.update()
    return two_keys


def test_scaled_and_rotated_parent(turned_parent: Any, lines: Any, tween: Any, eye: Any) -> None:
    tween(turned_parent)
    assert eye.generated(lines) == [2, 3, 4, 5, 6, 7, 8]
    points = adapter.read_curves(adapter.frame_at(lines, 5).drawing).attributes["position"].values
    assert np.isfinite(points).all()
    assert abs(points[:, 1]).max() < 1e-3  # drawn in the front plane of the layer, and so are the in-betweens
    assert points[:, 0].min() > -1.0
    assert points[:, 0].max() < 7.0


def test_parent_scaled_to_nothing(two_keys: Any, lines: Any, tween: Any, eye: Any) -> None:
    two_keys.scale = (0.0, 0.0, 0.0)
    bpy.context.view_layer.update()
    ran = tween(two_keys)
    assert ran.result in {"FINISHED", "ERROR"}
    assert finite(lines, eye.generated(lines))


@pytest.mark.parametrize("name", ["線画 ✏️", "ľúče \u202e rtl", "a\u0301\u200d", "'\"\\n%s{0}", "Ω" * 40])
def test_names_with_any_unicode(new_object: Any, key: Any, tween: Any, eye: Any, name: str) -> None:
    obj = new_object({1: key(0.0), 5: key(2.0)}, name=name[:20], layer=name)
    (layer,) = obj.data.layers
    tween(obj)
    assert eye.generated(layer) == [2, 3, 4]
    layer.lock = True
    assert adapter.tree_name(layer) in tween(obj).text


def test_no_active_object(run: Any) -> None:
    for verb in ("tween", "clear", "bake"):
        ran = run(verb, scope="LAYER")
        assert ran.result == "ERROR"
        assert "There is no active object" in ran.text


def test_other_kinds_of_objects(run: Any) -> None:
    bpy.context.view_layer.objects.active = None
    bpy.ops.object.camera_add()
    ran = run("tween", scope="LAYER")
    assert ran.result == "ERROR"
    assert "is not a Grease Pencil object" in ran.text


def test_object_without_layers(run: Any) -> None:
    data = adapter.grease_pencil_data().new("Bare")
    obj = bpy.data.objects.new("Bare", data)
    bpy.context.scene.collection.objects.link(obj)
    bpy.context.view_layer.objects.active = obj
    ran = run("tween", scope="OBJECT")
    assert ran.result == "ERROR"
    assert "has no layers" in ran.text


def test_no_active_layer(two_keys: Any, lines: Any, tween: Any) -> None:
    two_keys.data.layer_groups.active = two_keys.data.layer_groups.new("Group")
    if two_keys.data.layers.active is None:
        assert "no active layer" in tween(two_keys).text
    else:
        assert tween(two_keys).result == "FINISHED"
