"""Lines on one layer, fills on another: drawn apart, moved together, and only what is asked for is written."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import bpy
import numpy as np
import pytest

from inkbetween.addon import adapter, targets
from inkbetween.inference.drawing.contract import Attribute, Curves
from inkbetween.ops.jobs.tween import TweenJob
from inkbetween.ops.scene.commit import commit
from inkbetween.ops.scene.request import Wanted, read_request
from inkbetween.ops.scene.snapshot import StaleError

PAINT = 1  # material slot


def leaf(count: int = 160) -> np.ndarray:
    """(count, 2) the outline of a bent leaf of length 2, without an axis of symmetry; its first point is its tip."""
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)
    x, y = np.cos(turn), 0.35 * np.sin(turn) + 0.08 * np.sin(2 * turn + 0.5)
    return np.stack([x, y + 0.25 * x**2], 1)


def placed(shape: np.ndarray, angle: float) -> np.ndarray:
    """(n, 3) the shape in the front view, turned by `angle` degrees about a point beside it."""
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    flat = (shape + np.array([1.5, 0.2])) @ np.array([[c, s], [-s, c]])
    return np.stack([flat[:, 0], np.zeros(len(flat)), flat[:, 1]], 1)


@pytest.fixture
def lines(polylines: Callable[..., Curves]) -> Callable[[float], Curves]:
    """Called with an angle: the outline in three strokes, and a vein."""

    def make(angle: float) -> Curves:
        outline = placed(leaf(), angle)
        vein = placed(np.stack([np.linspace(-0.8, 0.7, 20), np.full(20, 0.15)], 1), angle)
        return polylines(outline[:55], outline[54:110], np.concatenate([outline[109:], outline[:1]]), vein)

    return make


@pytest.fixture
def fill(polylines: Callable[..., Curves]) -> Callable[..., Curves]:
    """Called with an angle: the outline as one closed stroke, started at another point in each key."""

    def make(angle: float, start: int = 0) -> Curves:
        outline = np.roll(placed(leaf(90), angle), start, axis=0)
        return polylines(
            outline,
            cyclic=Attribute("CURVE", "BOOLEAN", np.ones(1, bool)),
            material_index=Attribute("CURVE", "INT", np.full(1, PAINT, np.int32)),
        )

    return make


@pytest.fixture
def drawn(new_object: Any, lines: Any, fill: Any) -> Any:
    """An object with a layer "Fill" and above it the active "Lines", turned by 70 degrees from frame 1 to 9."""
    obj = new_object({1: fill(0.0), 9: fill(70.0, 37)}, layer="Fill")
    add_materials(obj, show_fill=(False, True))
    add(obj, "Lines", {1: lines(0.0), 9: lines(70.0)})
    bpy.context.scene.frame_set(4)
    return obj


def add(obj: Any, name: str, frames: dict[int, Curves]) -> Any:
    """A new active layer on top."""
    layer = obj.data.layers.new(name)
    for number, curves in frames.items():
        adapter.insert_frame(layer, number, curves, "KEYFRAME")
    obj.data.layers.active = layer
    return layer


def add_materials(obj: Any, show_fill: tuple[bool, ...]) -> None:
    for shown in show_fill:
        material = bpy.data.materials.new("Paint" if shown else "Ink")
        bpy.data.materials.create_gpencil_data(material)
        material.grease_pencil.show_fill = shown
        obj.data.materials.append(material)


def points(layer: Any, number: int) -> np.ndarray:
    return adapter.read_curves(adapter.frame_at(layer, number).drawing).attributes["position"].values


def outline_strays(obj: Any, number: int) -> float:
    """How far the fill's outline and the lines' outline are apart at most, in world units."""
    world = {}
    for layer in obj.data.layers:
        matrix = adapter.layer_matrix(obj, layer)
        world[layer.name] = points(layer, number) @ matrix[:3, :3].T + matrix[:3, 3]
    apart = np.linalg.norm(world["Fill"][:, None] - world["Lines"][None], axis=2)
    return float(apart.min(1).max())


@pytest.mark.parametrize("moved", [False, True])
def test_a_fill_stays_within_its_lines(drawn: Any, run: Any, moved: bool) -> None:
    if moved:  # the same picture, though one layer has its own transform and the object another
        below = drawn.data.layers["Fill"]
        below.translation, below.scale = (3.0, 0.0, -1.0), (2.0, 2.0, 2.0)
        for number in (1, 9):
            drawing = adapter.frame_at(below, number).drawing
            position = ((points(below, number) - (3.0, 0.0, -1.0)) / 2).astype(np.float32)
            adapter.set_attribute(drawing, "position", Attribute("POINT", "FLOAT_VECTOR", position))
        drawn.rotation_euler = (0.4, 0.2, 1.1)
        bpy.context.view_layer.update()
    run("tween", scope="OBJECT")
    for number in range(2, 9):
        assert outline_strays(drawn, number) < 0.05
    # and it is turned, not squeezed
    middle = points(drawn.data.layers["Lines"], 5)
    true = placed(leaf(), 35.0)
    assert np.linalg.norm(middle[:, None] - true[None], axis=2).min(0).max() < 0.15


def test_a_plain_fill_goes_where_its_lines_go(new_object: Any, polylines: Any, run: Any) -> None:
    """A sleeve's colour looks the same from both ends: alone it would turn backwards by 70 degrees, not on by 110."""

    def line(*corners: tuple[float, float]) -> np.ndarray:
        """(n, 2) a polygon's points, densely."""
        steps = np.linspace(0, 1, 20, endpoint=False)[:, None]
        ends = np.array(corners)
        return np.concatenate([a + (b - a) * steps for a, b in pairwise(ends)] + [ends[-1:]])

    sleeve = line((-1, -0.25), (1, -0.25), (1, 0.25), (-1, 0.25), (-1, -0.25))
    turn = np.linspace(0, 2 * np.pi, 30)
    fist = np.stack([1.3 + 0.3 * np.cos(turn), 0.3 * np.sin(turn)], 1)
    marks = [fist, line((-1, 0), (-1.2, 0.2), (-1.3, -0.2), (-1.5, 0.2)), line((0.5, -0.2), (0.6, 0.2))]
    closed = Attribute("CURVE", "BOOLEAN", np.ones(1, bool))
    turned = ((1, 0.0), (9, 110.0))
    obj = new_object({n: polylines(placed(sleeve[:-1], angle), cyclic=closed) for n, angle in turned}, layer="Fill")
    add_materials(obj, show_fill=(True,))
    add(obj, "Lines", {n: polylines(*(placed(mark, angle) for mark in (sleeve, *marks))) for n, angle in turned})
    run("tween", scope="OBJECT")
    for number in range(2, 9):
        assert outline_strays(obj, number) < 0.15


def test_every_scope_draws_the_same_and_writes_its_layers_only(drawn: Any, lines: Any, run: Any, eye: Any) -> None:
    for name, angle in (("Fill", 100.0), ("Lines", 100.0)):
        turned = lines(angle)
        adapter.insert_frame(drawn.data.layers[name], 17, turned, "KEYFRAME")
    adapter.insert_frame(drawn.data.layers["Lines"], 23, lines(90.0), "KEYFRAME")
    untouched = eye.everything(drawn.data)
    run("tween", scope="OBJECT")
    whole = eye.everything(drawn.data)
    for name in ("Fill", "Lines"):
        run("clear", scope="OBJECT")
        assert eye.everything(drawn.data) == untouched
        drawn.data.layers.active = drawn.data.layers[name]
        other = "Fill" if name == "Lines" else "Lines"
        run("tween", scope="LAYER")
        assert eye.everything(drawn.data) == untouched | {name: whole[name]}
        run("clear", scope="LAYER")
        run("tween", scope="GAP")
        now = eye.everything(drawn.data)
        assert now[other] == untouched[other]
        assert now[name] == {n: whole[name][n] for n in (*range(1, 10), *sorted(untouched[name])[2:])}


def alone(obj: Any, run: Any, eye: Any) -> dict[int, tuple]:
    """What the lines become where there is no other layer."""
    for layer in [layer for layer in obj.data.layers if layer.name != "Lines"]:
        obj.data.layers.remove(layer)
    run("tween", scope="LAYER")
    return eye.everything(obj.data)["Lines"]


def hide(obj: Any) -> None:
    obj.data.layers["Fill"].hide = True


def hide_group(obj: Any) -> None:
    group = obj.data.layer_groups.new("Paint")
    obj.data.layers.move_to_layer_group(obj.data.layers["Fill"], group)
    group.hide = True
    obj.data.layers.active = obj.data.layers["Lines"]


def key_elsewhere(obj: Any) -> None:
    obj.data.layers["Fill"].frames.move(9, 8)


def key_between(obj: Any) -> None:
    below = obj.data.layers["Fill"]
    adapter.insert_frame(below, 5, adapter.read_curves(adapter.frame_at(below, 1).drawing), "KEYFRAME")


def spoil(obj: Any) -> None:
    obj.data.layers["Fill"].frames[0].drawing.strokes[0].points[0].position = (float("nan"), 0, 0)


def empty(obj: Any) -> None:
    adapter.frame_at(obj.data.layers["Fill"], 9).drawing.remove_strokes()


@pytest.mark.parametrize("change", [hide, hide_group, key_elsewhere, key_between, spoil, empty])
@pytest.mark.parametrize("scope", ["GAP", "LAYER"])
def test_what_does_not_belong_does_not_join(drawn: Any, run: Any, eye: Any, change: Any, scope: str) -> None:
    change(drawn)
    before = eye.everything(drawn.data)["Fill"]
    assert run("tween", scope=scope).result == "FINISHED"
    after = eye.everything(drawn.data)
    assert after["Fill"] == before
    run("clear", scope="LAYER")
    assert alone(drawn, run, eye) == after["Lines"]


def test_a_locked_layer_joins_and_stays(drawn: Any, run: Any, eye: Any) -> None:
    run("tween", scope="OBJECT")
    together = eye.everything(drawn.data)["Lines"]
    run("clear", scope="OBJECT")
    drawn.data.layers["Fill"].lock = True
    before = eye.everything(drawn.data)["Fill"]
    run("tween", scope="OBJECT")
    after = eye.everything(drawn.data)
    assert after == {"Fill": before, "Lines": together}


def test_an_edited_inbetween_of_another_layer_is_a_key_there(drawn: Any, run: Any, eye: Any, edit: Any) -> None:
    run("tween", scope="OBJECT")
    run("clear", scope="LAYER")
    edit(drawn.data.layers["Fill"], 5)
    run("tween", scope="GAP")
    after = eye.everything(drawn.data)["Lines"]
    run("clear", scope="LAYER")
    assert alone(drawn, run, eye) == after


def test_a_hold_stays_beside_what_moves(drawn: Any, fill: Any, run: Any, eye: Any) -> None:
    adapter.write_curves(adapter.frame_at(drawn.data.layers["Fill"], 9).drawing, fill(0.0))
    ran = run("tween", scope="OBJECT")
    assert "1 hold between equal keys stayed as it is" in ran.text
    assert eye.generated(drawn.data.layers["Fill"]) == []
    assert eye.generated(drawn.data.layers["Lines"]) == [2, 3, 4, 5, 6, 7, 8]


def test_a_change_on_a_layer_that_joined_is_noticed(drawn: Any, eye: Any, edit: Any) -> None:
    stranger = add(drawn, "Stranger", {2: adapter.read_curves(adapter.frame_at(drawn.data.layers["Fill"], 1).drawing)})
    layer = drawn.data.layers["Lines"]
    chosen = targets.Targets(drawn, (layer,))
    job = TweenJob(read_request(bpy.context.scene, chosen, Wanted(1, "LINEAR", "")))
    for _ in job.steps():
        pass
    edit(stranger, 2)
    assert commit(job.edits, job.used).drawn == 7
    job = TweenJob(read_request(bpy.context.scene, chosen, Wanted(2, "LINEAR", "")))
    for _ in job.steps():
        pass
    edit(drawn.data.layers["Fill"], 1)
    before = eye.everything(drawn.data)
    with pytest.raises(StaleError, match='"Fill" changed'):
        commit(job.edits, job.used)
    assert eye.everything(drawn.data) == before
