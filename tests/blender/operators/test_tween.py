"""Tween: which frames it draws, which it replaces, which it keeps, and what it says."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
import pytest

from inkbetween.addon import adapter


@pytest.fixture
def layer(two_keys: Any) -> Any:
    return two_keys.data.layers["Lines"]


def positions(layer: Any, number: int) -> np.ndarray:
    return adapter.read_curves(adapter.frame_at(layer, number).drawing).attributes["position"].values


def test_gap_is_filled_and_keys_stay(layer: Any, run: Any, eye: Any) -> None:
    before = eye.artist_frames(layer)
    ran = run("tween", scope="GAP")
    assert ran.result == "FINISHED"
    assert "Drew 7 in-betweens on 1 layer" in ran.text
    assert eye.generated(layer) == [2, 3, 4, 5, 6, 7, 8]
    assert eye.artist_frames(layer) == before
    middle = positions(layer, 5)[:, 0].mean()
    assert positions(layer, 1)[:, 0].mean() < middle < positions(layer, 9)[:, 0].mean()


def test_step_draws_on_twos(layer: Any, run: Any, eye: Any) -> None:
    run("tween", scope="LAYER", step=2)
    assert eye.generated(layer) == [3, 5, 7]


def test_again_replaces_only_generated_frames(layer: Any, run: Any, eye: Any) -> None:
    run("tween", scope="LAYER")
    before = eye.artist_frames(layer)
    ran = run("tween", scope="LAYER", step=3)
    assert eye.generated(layer) == [4, 7]
    assert "Drew 2 in-betweens on 1 layer and removed 5" in ran.text
    assert eye.artist_frames(layer) == before


def test_again_gives_the_same(layer: Any, run: Any, eye: Any) -> None:
    run("tween", scope="LAYER")
    first = eye.everything(layer.id_data)
    run("tween", scope="LAYER")
    assert eye.everything(layer.id_data) == first


def test_easing_changes_spacing_not_path(layer: Any, run: Any) -> None:
    run("tween", scope="GAP", easing="LINEAR")
    even = [positions(layer, n)[:, 0].mean() for n in (2, 8)]
    run("tween", scope="GAP", easing="EASE_IN_OUT")
    eased = [positions(layer, n)[:, 0].mean() for n in (2, 8)]
    assert eased[0] < even[0]
    assert eased[1] > even[1]


def test_edited_inbetween_is_kept_and_becomes_a_key(layer: Any, run: Any, eye: Any, edit: Any) -> None:
    run("tween", scope="LAYER")
    edit(layer, 5)
    kept = eye.bits(adapter.read_curves(adapter.frame_at(layer, 5).drawing))
    ran = run("tween", scope="LAYER", step=2)
    assert eye.bits(adapter.read_curves(adapter.frame_at(layer, 5).drawing)) == kept
    assert eye.generated(layer) == [3, 5, 7]
    assert "1 generated frame you had edited was kept" in ran.text


def test_every_kind_of_edit_counts(layer: Any, run: Any, eye: Any) -> None:
    run("tween", scope="LAYER")
    drawing = {n: adapter.frame_at(layer, n).drawing for n in (2, 3, 4)}
    drawing[2].add_strokes([4])
    drawing[3].remove_strokes(indices=[0])
    drawing[4].strokes[0].points[0].radius = 0.5
    ran = run("clear", scope="LAYER")
    assert eye.generated(layer) == [2, 3, 4]
    assert "3 generated frames you had edited were kept" in ran.text


def test_selecting_is_no_edit(layer: Any, run: Any, eye: Any) -> None:
    run("tween", scope="LAYER")
    bpy.context.scene.frame_set(5)
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.grease_pencil.select_all(action="DESELECT")
    bpy.ops.object.mode_set(mode="OBJECT")
    run("clear", scope="LAYER")
    assert eye.generated(layer) == []


def test_inbetweens_stay_ours_when_the_file_is_opened_again(two_keys: Any, run: Any, eye: Any, tmp_path: Any) -> None:
    path = str(tmp_path / "scene.blend")
    for easing in ("LINEAR", "EASE_IN"):  # first new frames, then the same frames drawn anew
        run("tween", scope="LAYER", easing=easing)
        bpy.ops.wm.save_as_mainfile(filepath=path)
    written = eye.everything(bpy.data.objects["Drawing"].data)
    bpy.ops.wm.open_mainfile(filepath=path)
    assert eye.everything(bpy.data.objects["Drawing"].data) == written
    layer = bpy.data.objects["Drawing"].data.layers["Lines"]
    assert eye.generated(layer) == [2, 3, 4, 5, 6, 7, 8]
    ran = run("clear", scope="LAYER")
    assert "Removed 7 in-betweens from 1 layer." in ran.text
    assert eye.timeline(layer) == {1: "KEYFRAME", 9: "KEYFRAME"}


def test_hold_between_equal_keys_stays(layer: Any, run: Any, eye: Any) -> None:
    first = adapter.read_curves(adapter.frame_at(layer, 9).drawing)
    adapter.insert_frame(layer, 20, first, "KEYFRAME")
    ran = run("tween", scope="LAYER")
    assert eye.generated(layer) == [2, 3, 4, 5, 6, 7, 8]
    assert "1 hold between equal keys stayed as it is" in ran.text


def test_gap_that_became_a_hold_is_cleared(layer: Any, run: Any, eye: Any) -> None:
    run("tween", scope="LAYER")
    adapter.write_curves(adapter.frame_at(layer, 9).drawing, adapter.read_curves(adapter.frame_at(layer, 1).drawing))
    ran = run("tween", scope="LAYER")
    assert eye.generated(layer) == []
    assert "Removed 7 in-betweens that had become needless" in ran.text


@pytest.mark.parametrize(
    ("frame", "drawn"), [(1, range(2, 9)), (9, range(10, 15)), (12, range(10, 15)), (15, range(10, 15))]
)
def test_gap_is_the_one_that_shows(layer: Any, key: Any, run: Any, eye: Any, frame: int, drawn: range) -> None:
    adapter.insert_frame(layer, 15, key(1.0), "EXTREME")
    bpy.context.scene.frame_set(frame)
    run("tween", scope="GAP")
    assert eye.generated(layer) == list(drawn)


def test_gap_of_a_layer_is_drawn_as_the_layer_is(layer: Any, key: Any, run: Any, eye: Any) -> None:
    """Neighbouring keys shape the path whatever the scope."""
    for number, x in ((15, 2.0), (21, -3.0), (27, 0.0)):
        adapter.insert_frame(layer, number, key(x), "KEYFRAME")
    run("tween", scope="LAYER")
    whole = {n: positions(layer, n) for n in range(10, 15)}
    run("clear", scope="LAYER")
    bpy.context.scene.frame_set(11)
    run("tween", scope="GAP")
    assert eye.generated(layer) == list(whole)
    for number, expected in whole.items():
        np.testing.assert_allclose(positions(layer, number), expected, atol=1e-5)


def test_object_draws_visible_unlocked_layers(two_keys: Any, key: Any, run: Any, eye: Any) -> None:
    layers = {"Lines": two_keys.data.layers["Lines"]}
    for name in ("Fill", "Locked", "Hidden"):
        layers[name] = two_keys.data.layers.new(name)
        adapter.insert_frame(layers[name], 1, key(0.0), "KEYFRAME")
        adapter.insert_frame(layers[name], 5, key(1.0), "KEYFRAME")
    layers["Locked"].lock = True
    layers["Hidden"].hide = True
    before = eye.everything(two_keys.data)
    ran = run("tween", scope="OBJECT")
    assert "Drew 10 in-betweens on 2 layers; " in ran.text
    assert "; 2 locked or hidden layers were left alone." in ran.text
    assert eye.generated(layers["Fill"]) == [2, 3, 4]
    after = eye.everything(two_keys.data)
    assert {n: after[n] for n in ("Locked", "Hidden")} == {n: before[n] for n in ("Locked", "Hidden")}


def test_inbetweens_carry_their_own_mark_only(layer: Any, run: Any, edit: Any) -> None:
    """An edited in-between that serves as a key must not hand its old mark on."""
    run("tween", scope="LAYER")
    edit(layer, 5)
    run("tween", scope="LAYER")
    ran = run("clear", scope="LAYER")
    assert "Removed 6 in-betweens" in ran.text


def test_written_frames_show_in_the_viewport(two_keys: Any, run: Any) -> None:
    bpy.context.scene.frame_set(5)
    run("tween", scope="GAP")
    evaluated = two_keys.evaluated_get(bpy.context.evaluated_depsgraph_get())
    shown = evaluated.data.layers["Lines"].current_frame()
    assert shown.frame_number == 5
    assert shown.keyframe_type == "GENERATED"


def test_strokes_that_come_or_go_are_counted(new_object: Any, polylines: Any, run: Any) -> None:
    along = np.linspace(0, 2, 20)
    base = np.stack([along, 0 * along, 0.3 * np.sin(3 * along)], 1)
    moved = np.array([0.2, 0.0, 0.0])
    lower, ring = base - [0, 0, 1], base * [0.3, 1, 2] + [0.5, 0, 1.5]
    new_object({1: polylines(base, lower, ring), 9: polylines(lower + moved, base + moved)})
    bpy.context.scene.frame_set(4)
    assert "Drew 7 in-betweens on 1 layer; 1 stroke without counterpart comes or goes" in run("tween").text
