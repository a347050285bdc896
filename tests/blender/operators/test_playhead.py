"""What is drawn does not depend on where the playhead stands: every key is read at its own frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from inkbetween.addon import adapter, overlay, targets
from inkbetween.batch.settings import Settings
from inkbetween.inference.drawing.contract import Attribute
from inkbetween.ops.filling.file import fill_file
from inkbetween.ops.jobs import show as look
from inkbetween.ops.scene.request import Wanted, read_request

KEYS = (1, 9, 17)
PLAYHEADS = (4, 9, 30)
IN_ONE_GAP = (2, 5, 8)


@pytest.fixture(autouse=True)
def off() -> Iterator[None]:
    yield
    look.stop_looking()


@pytest.fixture
def drawn(new_object: Any, key: Callable[..., Any], polylines: Callable[..., Any]) -> Any:
    """A layer "Fill" and above it "Lines", with keys at 1, 9 and 17."""
    closed = {"cyclic": Attribute("CURVE", "BOOLEAN", np.ones(1, bool))}
    turn = np.linspace(0, 2 * np.pi, 30, endpoint=False)
    blob = np.stack([np.cos(turn), 0 * turn, 0.5 * np.sin(turn) + 0.2 * np.cos(turn)], 1)
    obj = new_object({n: polylines(blob + np.array([0.4 * n, 0, 0]), **closed) for n in KEYS}, layer="Fill")
    layer = obj.data.layers.new("Lines")
    for number, place, angle in zip(KEYS, (0.0, 3.0, 5.0), (0.3, 0.9, 1.4), strict=True):
        adapter.insert_frame(layer, number, key(place, angle), "KEYFRAME")
    obj.data.layers.active = layer
    return obj


def keyed(owner: Any, path: str, *values: Any) -> None:
    """The property from one key to the next, the last value being held from frame 30 on."""
    for frame, value in zip((*KEYS, 30), (*values, *values[-1:] * 4), strict=False):
        setattr(owner, path, value)
        owner.keyframe_insert(path, frame=frame)


def linked(name: str, data: Any = None) -> Any:
    obj = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(obj)
    return obj


def moved(obj: Any) -> None:
    keyed(obj, "location", (0, 0, 0), (4, 1, 2), (-3, 0, 1))


def turned(obj: Any) -> None:
    keyed(obj, "rotation_euler", (0, 0, 0), (0.2, 0.9, 0.4), (1.0, -0.8, 0.1))


def squashed(obj: Any) -> None:
    keyed(obj, "scale", (1, 1, 1), (1.4, 1, 0.5), (0.6, 1, 1.8), (1, 1, 0.02))


def tiny(obj: Any) -> None:
    keyed(obj, "scale", (1, 1, 1), (0.05, 0.05, 0.05), (1, 1, 1), (0.05, 0.05, 0.05))


def flat(obj: Any) -> None:
    keyed(obj, "scale", (1, 1, 1), (1, 1, 1), (1, 1, 1), (1, 1, 0))


def layer_moved(obj: Any) -> None:
    keyed(obj.data.layers["Lines"], "translation", (0, 0, 0), (3, 0, 1), (-2, 0, 0))


def layer_squashed(obj: Any) -> None:
    keyed(obj.data.layers["Lines"], "scale", (1, 1, 1), (1, 1, 0.4), (0.05, 0.05, 0.05))


def parent_squashed(obj: Any) -> None:
    obj.parent = linked("Above")
    obj.parent.parent = linked("Root")
    squashed(obj.parent.parent)


def layer_parented(obj: Any) -> None:
    obj.data.layers["Lines"].parent = linked("Above")
    squashed(obj.data.layers["Lines"].parent)


def layer_on_a_bone(obj: Any) -> None:
    rig = linked("Rig", bpy.data.armatures.new("Rig"))
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    rig.data.edit_bones.new("bone").tail = (0, 0, 1)
    bpy.ops.object.mode_set(mode="OBJECT")
    squashed(rig.pose.bones["bone"])
    bpy.context.view_layer.objects.active = obj
    layer = obj.data.layers["Lines"]
    layer.parent, layer.parent_bone = rig, "bone"


def driven(obj: Any) -> None:
    obj.driver_add("scale", 2).driver.expression = "1 / (1 + frame / 9)"


def constrained(obj: Any) -> None:
    target = linked("Target")
    squashed(target)
    obj.constraints.new("COPY_SCALE").target = target


MOTIONS = [
    moved,
    turned,
    squashed,
    tiny,
    flat,
    layer_moved,
    layer_squashed,
    parent_squashed,
    layer_parented,
    layer_on_a_bone,
    driven,
    constrained,
]


def drawn_from(obj: Any, run: Any, eye: Any, playhead: int, scope: str, **how: Any) -> dict[str, Any]:
    """All of the drawings as Tween makes them with the playhead there; they are cleared again."""
    bpy.context.scene.frame_set(playhead)
    assert run("tween", scope=scope, **how).result == "FINISHED"
    made = eye.everything(obj.data)
    assert run("clear", scope="OBJECT").result == "FINISHED"
    return made


@pytest.mark.parametrize("animate", MOTIONS)
def test_tween_draws_the_same_wherever_the_playhead_stands(drawn: Any, run: Any, eye: Any, animate: Any) -> None:
    animate(drawn)
    whole = [drawn_from(drawn, run, eye, at, "OBJECT", engine="CLASSICAL") for at in PLAYHEADS]
    assert all(made == whole[0] for made in whole)


@pytest.mark.parametrize("animate", [turned, squashed, layer_moved])
def test_a_gap_is_drawn_the_same_by_itself_and_among_all(drawn: Any, run: Any, eye: Any, animate: Any) -> None:
    animate(drawn)
    whole = drawn_from(drawn, run, eye, 30, "OBJECT", engine="CLASSICAL")["Lines"]
    gap = [drawn_from(drawn, run, eye, at, "GAP", engine="CLASSICAL")["Lines"] for at in IN_ONE_GAP]
    assert all(made == gap[0] for made in gap)
    assert gap[0] == {number: bits for number, bits in whole.items() if number <= 9 or number in KEYS}


@pytest.mark.parametrize("animate", [moved, turned, tiny])
def test_a_layer_that_is_carried_as_a_whole_is_drawn_as_if_it_stayed(
    drawn: Any, run: Any, eye: Any, animate: Any
) -> None:
    """Strokes live in the layer, which carries them: the in-betweens do not travel once more."""
    bpy.context.scene.frame_set(1)
    run("tween", scope="OBJECT", engine="CLASSICAL")
    still = {(la.name, n): places(la, n) for la in drawn.data.layers for n in eye.generated(la)}
    run("clear", scope="OBJECT")
    animate(drawn)
    bpy.context.scene.frame_set(12)
    run("tween", scope="OBJECT", engine="CLASSICAL")
    for (name, number), want in still.items():
        assert places(drawn.data.layers[name], number) == pytest.approx(want, abs=2e-3)


def places(layer: Any, number: int) -> np.ndarray:
    return adapter.read_curves(adapter.frame_at(layer, number).drawing).attributes["position"].values


@pytest.mark.parametrize("animate", [squashed, layer_moved, layer_parented])
def test_three_saves_of_a_shot_are_filled_alike(drawn: Any, tmp_path: Path, animate: Any) -> None:
    animate(drawn)
    digests = []
    for playhead in (1, 12, 30):
        bpy.context.scene.frame_set(playhead)
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / f"{playhead}.blend"), copy=True)
    for playhead in (1, 12, 30):
        filled = fill_file(
            tmp_path / f"{playhead}.blend", tmp_path / f"{playhead}_out.blend", Settings(engine="CLASSICAL")
        )
        digests.append(filled.inbetweens)
        assert filled.counts["inbetweens"] == 28
    assert len(set(digests)) == 1


@pytest.fixture
def arm_rig() -> Any:
    rig = linked("Arm", bpy.data.armatures.new("Arm"))
    active = bpy.context.view_layer.objects.active
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    bone = rig.data.edit_bones.new("arm")
    bone.head, bone.tail = (0, 0, 0), (2, 0, 0)
    bpy.ops.object.mode_set(mode="OBJECT")
    rig.pose.bones["arm"].rotation_mode = "XYZ"
    keyed(rig.pose.bones["arm"], "rotation_euler", (0, 0, 0), (0, 0, 0.6), (0, 0, 1.0))
    bpy.context.view_layer.objects.active = active
    return rig


@pytest.mark.parametrize("animate", [moved, squashed, layer_moved, layer_on_a_bone])
def test_guided_tweens_and_their_binding_are_the_same_from_everywhere(
    drawn: Any, arm_rig: Any, run: Any, eye: Any, animate: Any
) -> None:
    animate(drawn)
    bpy.context.scene.inkbetween.guide = arm_rig
    made, seen = [], []
    for playhead in IN_ONE_GAP:
        made.append(drawn_from(drawn, run, eye, playhead, "GAP", guide="Arm"))
        assert run("show_binding").result == "FINISHED"
        shown = overlay.shown()
        assert shown is not None
        seen.append([lines.points.tobytes() for lines, _ in overlay.layers_of(shown.look, 4)])
        look.stop_looking()
    assert all(one == made[0] for one in made)
    assert all(one == seen[0] for one in seen)


@pytest.mark.parametrize("active", ["Fill", "Lines"])
def test_layers_that_part_see_the_guide_from_their_own_paper(
    drawn: Any, arm_rig: Any, run: Any, eye: Any, active: str
) -> None:
    """Whichever layer is active, and whether it is drawn by itself or with all: as Show Binding has it."""
    layer_parented(drawn)
    bpy.context.scene.inkbetween.guide = arm_rig
    drawn.data.layers.active = drawn.data.layers[active]
    whole = drawn_from(drawn, run, eye, 4, "OBJECT", guide="Arm")
    assert drawn_from(drawn, run, eye, 4, "LAYER", guide="Arm")[active] == whole[active]
    run("show_binding")
    shown = overlay.shown()
    assert shown is not None
    seen = shown.look.at(4).strokes.points
    (number,) = (number for number, layer in enumerate(drawn.data.layers) if layer.name == active)
    bpy.context.scene.frame_set(4)
    chosen = targets.targets(drawn, targets.OBJECT)
    tween = read_request(bpy.context.scene, chosen, Wanted(1, "LINEAR", "Arm"), 4).tween()
    assert (tween.look(number, 0).at(4).strokes.points == seen).all()


def test_a_visibility_that_is_animated_leaves_nothing_alone(drawn: Any, run: Any, eye: Any) -> None:
    """What is hidden at the playhead and seen elsewhere is no wish to be left alone."""
    layer = drawn.data.layers["Fill"]
    keyed(layer, "hide", False, True)
    keyed(drawn, "hide_viewport", False, True, False, True)
    made = []
    for playhead in PLAYHEADS:
        bpy.context.scene.frame_set(playhead)
        assert run("fill_scene", engine="CLASSICAL").result == "FINISHED"
        made.append(eye.everything(drawn.data))
        run("clear", scope="OBJECT")
    assert all(one == made[0] for one in made)
    assert sum(kind == "GENERATED" for kind, _ in made[0]["Fill"].values()) == 14


def test_a_lock_that_is_animated_is_a_lock(drawn: Any, run: Any, eye: Any) -> None:
    keyed(drawn.data.layers["Fill"], "lock", True, False)
    for playhead in PLAYHEADS:
        bpy.context.scene.frame_set(playhead)
        run("tween", scope="OBJECT", engine="CLASSICAL")
        assert eye.generated(drawn.data.layers["Fill"]) == []


def test_a_fill_that_is_animated_is_a_fill(drawn: Any) -> None:
    material = bpy.data.materials.new("Paint")
    bpy.data.materials.create_gpencil_data(material)
    drawn.data.materials.append(material)
    for frame, fills in ((1, True), (9, False)):
        material.grease_pencil.show_fill = fills
        material.grease_pencil.keyframe_insert("show_fill", frame=frame)
    for playhead in (1, 12):
        bpy.context.scene.frame_set(playhead)
        assert adapter.filling_materials(drawn) == {0}


def test_what_the_sidebar_hands_over_cannot_be_animated() -> None:
    for name in ("step", "easing", "guide", "views", "infer"):
        assert not bpy.context.scene.inkbetween.bl_rna.properties[name].is_animatable


def test_reading_leaves_the_scene_as_it_is(drawn: Any, run: Any) -> None:
    squashed(drawn)
    layer_moved(drawn)
    scene = bpy.context.scene
    scene.frame_set(3, subframe=0.25)
    drawn.location = (7, 8, 9)  # not keyed
    drawn.scale = (3, 2, 1)  # keyed, and any change of frame would lose it
    drawn.data.layers["Lines"].translation = (5, 5, 5)
    bpy.context.view_layer.update()
    called: list[int] = []
    bpy.app.handlers.frame_change_post.append(lambda *_: called.append(1))

    def state() -> tuple[Any, ...]:
        blocks = [len(getattr(bpy.data, kind)) for kind in ("scenes", "objects", "meshes", "collections", "actions")]
        where = tuple(map(tuple, drawn.matrix_world)), tuple(drawn.data.layers["Lines"].translation)
        return (
            scene.frame_current,
            scene.frame_subframe,
            where,
            tuple(drawn.scale),
            drawn.users,
            drawn.data.users,
            blocks,
        )

    before = state()
    assert run("tween", scope="OBJECT", engine="CLASSICAL").result == "FINISHED"
    assert called == []
    assert state() == before
