"""Retarget in real Blender: a new layer that performs, the drawing as it was, and nothing at all where it cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from inkbetween.addon import adapter
from inkbetween.inference.drawing.contract import Attribute, Curves
from inkbetween.inference.drawing.splines import BEZIER, CATMULL_ROM
from inkbetween.ops.jobs.retarget import frame_numbers
from inkbetween.tools.samples import mocap, walk
from inkbetween.tools.space import to_plane

LAST = 24


def strokes(fills: bool) -> list[np.ndarray]:
    """A girl who walks, seen from her right side, in the front view."""
    key = walk.sample().keys[0]
    paths = [to_plane(mark.path) for mark in (key.fills if fills else key.lines)]
    return [np.stack([path[:, 0], 0 * path[:, 0], path[:, 1]], 1) for path in paths]


@pytest.fixture
def girl(new_object: Any, polylines: Any) -> Any:
    """Drawn at frame 1; the current frame is 5."""
    obj = new_object({1: polylines(*strokes(False))}, "Girl")
    bpy.context.scene.frame_start, bpy.context.scene.frame_end = 1, LAST
    bpy.context.scene.frame_set(5)
    return obj


@pytest.fixture
def performer(girl: Any, run: Any, tmp_path: Path) -> str:
    mocap.write(tmp_path / "performer.bvh")
    run("import_mocap", filepath=str(tmp_path / "performer.bvh"))
    bpy.context.view_layer.objects.active = girl
    return "performer"


def curves_at(layer: Any, number: int) -> Curves:
    return adapter.read_curves(adapter.frame_at(layer, number).drawing)


def positions(layer: Any, number: int) -> np.ndarray:
    return curves_at(layer, number).attributes["position"].values


def retarget(run: Any, guide: str, **properties: Any) -> Any:
    return run("retarget", guide=guide, projection=properties.pop("projection", "SIDE"), **properties)


def test_a_new_layer_performs_and_the_drawing_stays(girl: Any, performer: str, run: Any, eye: Any) -> None:
    before = eye.everything(girl.data)
    said = retarget(run, performer)
    assert said.result == "FINISHED"
    assert 'frames on "Lines retargeted"' in said.text
    layers = girl.data.layers
    assert [layer.name for layer in layers] == ["Lines", "Lines retargeted"]
    assert layers.active == layers["Lines"]
    assert eye.everything(girl.data)["Lines"] == before["Lines"]
    made = layers["Lines retargeted"]
    assert eye.timeline(made) == dict.fromkeys(range(1, LAST + 1), "GENERATED")
    source = positions(layers["Lines"], 1)
    same = [number for number in range(1, LAST + 1) if positions(made, number).tobytes() == source.tobytes()]
    assert len(same) == 1
    assert f"the pose of frame {same[0]} is the drawing's" in said.text
    assert np.ptp([positions(made, number) for number in range(1, LAST + 1)], axis=0).max() > 0.3


def test_stretched_time_keeps_drawing_and_performance_together(girl: Any, performer: str, run: Any, eye: Any) -> None:
    """What shows at frame 10 of the scene is the drawing at 5; the scene's frames to draw are numbered alike."""
    scene = bpy.context.scene
    want = retarget(run, performer, frame_start=1, frame_end=8)
    made = girl.data.layers["Lines retargeted"]
    before = {number: positions(made, number) for number in range(1, 9)}
    girl.data.layers.remove(made)
    scene.render.frame_map_new, scene.render.fps_base = 200, 0.5
    scene.frame_start, scene.frame_end = 2, 16
    scene.frame_set(10)
    assert retarget(run, performer).text == want.text
    made = girl.data.layers["Lines retargeted"]
    assert eye.timeline(made) == dict.fromkeys(range(1, 9), "GENERATED")
    assert all(np.array_equal(positions(made, number), before[number]) for number in before)


@pytest.mark.parametrize("kind", [CATMULL_ROM, BEZIER])
def test_a_drawing_of_curves_performs_as_curves(girl: Any, performer: str, run: Any, kind: int) -> None:
    drawing = adapter.frame_at(girl.data.layers[0], 1).drawing
    curves = adapter.read_curves(drawing)
    attributes = {
        **curves.attributes,
        "curve_type": Attribute("CURVE", "INT8", np.full(curves.stroke_count, kind, np.int8)),
        "handle_left": curves.attributes["position"],
        "handle_right": curves.attributes["position"],
    }
    adapter.write_curves(drawing, Curves(curves.offsets, attributes))
    assert retarget(run, performer, frame_start=1, frame_end=4).result == "FINISHED"
    made = girl.data.layers["Lines retargeted"]
    for number in range(1, 5):
        assert (curves_at(made, number).attributes["curve_type"].values == kind).all()
    assert np.ptp([curves_at(made, number).offsets[-1] for number in range(1, 5)]) < 0.2 * curves.point_count


def test_on_twos_the_drawn_frame_is_among_them(girl: Any, performer: str, run: Any, eye: Any) -> None:
    said = retarget(run, performer, step=2, search=False, frame_start=1, frame_end=12)
    assert "the pose of frame 1 is" in said.text
    assert eye.generated(girl.data.layers["Lines retargeted"]) == [1, 3, 5, 7, 9, 11]
    assert frame_numbers(1, 9, 3, 5) == [1, 2, 5, 8]


def test_again_replaces_only_what_is_untouched(girl: Any, performer: str, run: Any, eye: Any, edit: Any) -> None:
    retarget(run, performer, frame_start=1, frame_end=8)
    made = girl.data.layers["Lines retargeted"]
    edit(made, 4)
    mine = eye.bits(curves_at(made, 4))
    said = retarget(run, performer, frame_start=1, frame_end=8, step=2, search=False)
    assert "1 frame of yours there was kept" not in said.text  # frame 4 is not among the twos
    assert eye.generated(made) == [1, 3, 4, 5, 7]
    said = retarget(run, performer, frame_start=1, frame_end=8, foreshortening="STRONG")
    assert "1 frame of yours there was kept" in said.text
    assert eye.bits(curves_at(made, 4)) == mine
    assert [layer.name for layer in girl.data.layers] == ["Lines", "Lines retargeted"]


def test_layers_with_a_key_there_move_together(girl: Any, performer: str, run: Any, polylines: Any, eye: Any) -> None:
    layers = girl.data.layers
    for name in ("Colour", "Locked", "Elsewhere"):
        adapter.insert_frame(
            layers.new(name, set_active=False), 3 if name == "Elsewhere" else 1, polylines(*strokes(True)), "KEYFRAME"
        )
    layers["Locked"].lock = True
    layers["Colour"].translation = (0.5, 0.0, 0.25)
    retarget(run, performer, frame_start=1, frame_end=4)
    names = [layer.name for layer in layers]
    assert names == ["Lines", "Lines retargeted", "Colour", "Colour retargeted", "Locked", "Elsewhere"]
    assert tuple(layers["Colour retargeted"].translation) == tuple(layers["Colour"].translation)
    assert eye.generated(layers["Colour retargeted"]) == [1, 2, 3, 4]


def test_a_parented_layer_performs_where_it_lies(girl: Any, performer: str, run: Any) -> None:
    holder = bpy.data.objects.new("Holder", None)
    bpy.context.scene.collection.objects.link(holder)
    holder.location = (1, 2, 3)
    layer = girl.data.layers["Lines"]
    layer.parent = holder
    holder.location, holder.rotation_euler = (3, 2, 1), (0.0, 0.2, 0.0)
    bpy.context.view_layer.update()
    assert retarget(run, performer, frame_start=1, frame_end=3).result == "FINISHED"
    made = girl.data.layers["Lines retargeted"]
    assert adapter.layer_matrix(girl, made) == pytest.approx(adapter.layer_matrix(girl, layer), abs=1e-5)


def test_the_view_that_the_performer_shows(girl: Any, performer: str, run: Any, polylines: Any, eye: Any) -> None:
    """The performer comes towards the viewer: of a drawing from the side and one from the front that one performs."""
    front = [one + np.array([7.0, 0.0, 0.5]) for one in strokes(False)[:-2]]
    adapter.insert_frame(girl.data.layers["Lines"], 20, polylines(*front), "KEYFRAME")
    before = eye.everything(girl.data)["Lines"]
    said = retarget(run, performer, frame_start=1, frame_end=6, views="1 RIGHT, 20 FRONT", search=False)
    assert said.result == "FINISHED", said.text
    made = girl.data.layers["Lines retargeted"]
    assert {curves_at(made, number).stroke_count for number in range(2, 7)} == {len(front)}
    source = positions(girl.data.layers["Lines"], 1)
    assert np.abs(positions(made, 3).mean(0) - source.mean(0)).max() < 1.0  # where the first stands, not its own place
    assert positions(made, 3)[:, 2].min() == pytest.approx(source[:, 2].min(), abs=0.3)
    assert eye.everything(girl.data)["Lines"] == before


@pytest.mark.parametrize(
    ("views", "says"),
    [
        ("20 UPSIDE", "is no frame with a side"),
        ("9 FRONT", "no drawing of yours at frame 9"),
        ("x", "write for example"),
    ],
)
def test_no_such_view(girl: Any, performer: str, run: Any, eye: Any, views: str, says: str) -> None:
    before = eye.everything(girl.data)
    said = retarget(run, performer, frame_start=1, frame_end=4, views=views)
    assert said.result == "ERROR"
    assert says in said.text
    assert eye.everything(girl.data) == before


def test_one_undo_step(girl: Any, performer: str, run: Any, eye: Any) -> None:
    bpy.ops.ed.undo_push(message="Drawn")
    bpy.ops.ed.undo_push(message="Drawn")
    before = eye.everything(girl.data)
    run("retarget", "EXEC_DEFAULT", True, guide=performer, projection="SIDE", frame_start=1, frame_end=3)
    assert eye.everything(bpy.data.objects["Girl"].data) != before
    bpy.ops.ed.undo()
    assert eye.everything(bpy.data.objects["Girl"].data) == before


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("nobody", 'There is no object "nobody"'),
        ("", "choose an armature"),
        ("Girl", '"Girl" is not an armature'),
    ],
)
def test_no_guide(girl: Any, performer: str, run: Any, eye: Any, wrong: str, says: str) -> None:
    before = eye.everything(girl.data)
    said = retarget(run, wrong)
    assert said.result == "ERROR"
    assert says in said.text
    assert eye.everything(girl.data) == before


def test_what_cannot_be_leaves_all_as_it_was(girl: Any, performer: str, run: Any, eye: Any, polylines: Any) -> None:
    layer = girl.data.layers["Lines"]
    before = eye.everything(girl.data)

    def refused(says: str, **properties: Any) -> None:
        said = retarget(run, performer, **properties)
        assert said.result == "ERROR"
        assert says in said.text, said.text
        assert eye.everything(girl.data) == before

    refused("choose a later end", frame_start=9, frame_end=3)
    refused("choose a shorter range", frame_start=1, frame_end=30000)
    bpy.context.scene.frame_set(0)
    refused("shows nothing at frame 0")
    bpy.context.scene.frame_set(5)
    layer.lock = True
    refused("is locked")
    layer.lock = False
    bpy.data.objects[performer].animation_data_clear()
    refused("has no animation")


def test_a_broken_drawing(girl: Any, performer: str, run: Any, eye: Any, polylines: Any) -> None:
    broken = strokes(False)
    broken[2][1, 0] = np.nan
    adapter.write_curves(adapter.frame_at(girl.data.layers["Lines"], 1).drawing, polylines(*broken))
    said = retarget(run, performer, frame_start=1, frame_end=4)
    assert said.result == "ERROR"
    assert "Stroke 3 of frame 1" in said.text
    assert [layer.name for layer in girl.data.layers] == ["Lines"]


def test_its_own_result_is_no_source(girl: Any, performer: str, run: Any) -> None:
    retarget(run, performer, frame_start=1, frame_end=6)
    girl.data.layers.active = girl.data.layers["Lines retargeted"]
    said = retarget(run, performer, frame_start=1, frame_end=6)
    assert "shows a generated drawing" in said.text


def test_a_failure_while_writing_leaves_nothing(
    girl: Any, performer: str, run: Any, eye: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = eye.everything(girl.data)
    insert = adapter.insert_frame

    def fail(layer: Any, number: int, *rest: Any) -> Any:
        if number == 3:
            raise adapter.AdapterError("No room.")
        return insert(layer, number, *rest)

    monkeypatch.setattr(adapter, "insert_frame", fail)
    said = retarget(run, performer, frame_start=1, frame_end=4)
    assert "No room." in said.text
    assert eye.everything(girl.data) == before


def test_texts_of_the_operator() -> None:
    rna = bpy.ops.inkbetween.retarget.get_rna_type()
    shown = [p for p in rna.properties if p.identifier != "rna_type"]
    texts = [rna.description, *(p.description for p in shown)]
    texts += [item.description for p in shown if p.type == "ENUM" for item in p.enum_items]
    for text in texts:
        assert len(text.split()) > 2, text
        assert text[0].isupper()
        assert not text.endswith(".")
    assert {"REGISTER", "UNDO"} <= bpy.types.INKBETWEEN_OT_retarget.bl_options
