"""Show Binding without a window: what it hands to the overlay, what the panel lists, that nothing is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import bpy
import numpy as np
import pytest

from inkbetween.addon import adapter, overlay
from inkbetween.addon.panels import binding as binding_panel
from inkbetween.inference.drawing.contract import Attribute, Curves
from inkbetween.ops.jobs import show as look
from inkbetween.ops.scene import request

from .test_guide import arm

FRAMES = range(-3, 14)
ANGLE = {"upper_arm.L": lambda frame: -0.8 + 0.1 * frame, "upper_arm.R": lambda frame: 3.9 - 0.1 * frame}


def arms(frame: int) -> list[np.ndarray]:
    """Both sides of two arms that swing up, (n, 3) in the front view."""
    lines = []
    for angle in (turned(frame) for turned in ANGLE.values()):
        way, side = np.array([np.cos(angle), np.sin(angle)]), 0.1 * np.array([-np.sin(angle), np.cos(angle)])
        at = np.linspace(0.4, 1.9, 12)[:, None]
        lines += [at * way + side, at * way - side]
    return [np.stack([line[:, 0], 0 * line[:, 0], line[:, 1]], 1) for line in lines]


@pytest.fixture
def drawn(new_object: Any, polylines: Callable[..., Curves]) -> Any:
    obj = new_object({number: polylines(*arms(number)) for number in (1, 5, 9)})
    armature = bpy.data.armatures.new("Body")
    rig = bpy.data.objects.new("Body", armature)
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    spine = armature.edit_bones.new("spine")
    spine.head, spine.tail = (0, 0, -2), (0, 0, 0)
    for name in ANGLE:
        bone = armature.edit_bones.new(name)
        bone.head, bone.tail, bone.roll, bone.parent = (0, 0, 0), (2, 0, 0), np.pi / 2, spine
    bpy.ops.object.mode_set(mode="OBJECT")
    sign = -1.0 if armature.bones["upper_arm.L"].matrix_local.col[2].y > 0 else 1.0
    for name, turned in ANGLE.items():
        bone = rig.pose.bones[name]
        bone.rotation_mode = "XYZ"
        for frame in FRAMES:
            bone.rotation_euler = (0.0, 0.0, sign * turned(frame))
            bone.keyframe_insert("rotation_euler", frame=frame)
    bpy.context.view_layer.objects.active = obj
    bpy.context.scene.inkbetween.guide = rig
    bpy.context.scene.frame_set(1)
    return obj


@pytest.fixture(autouse=True)
def off() -> Iterator[None]:
    yield
    look.stop_looking()


def handlers() -> list[int]:
    names = ("depsgraph_update_post", "undo_post", "redo_post", "load_pre")
    return [len(getattr(bpy.app.handlers, name)) for name in names]


def test_it_is_switched_on_and_off_leaving_nothing(drawn: Any, run: Any, eye: Any) -> None:
    before, keys = handlers(), eye.everything(drawn.data)
    assert run("show_binding").result == "FINISHED"
    assert overlay.is_on()
    assert handlers() == [number + 1 for number in before]
    assert run("show_binding").result == "FINISHED"
    assert not overlay.is_on()
    assert overlay.shown() is None
    assert handlers() == before
    assert eye.everything(drawn.data) == keys


def test_what_is_drawn_lies_on_bones_and_strokes(drawn: Any, run: Any) -> None:
    run("show_binding")
    shown = overlay.shown()
    assert shown is not None
    layers = overlay.layers_of(shown.look, 1)
    strokes = layers[0][0].points.reshape(-1, 3)
    for line in arms(1):
        assert np.linalg.norm(line[:, None] - strokes, axis=2).min(1).max() < 1e-4
    bones = shown.look.at(5).bones.points
    for turned in ANGLE.values():
        hand = 2.0 * np.array([np.cos(turned(5)), 0.0, np.sin(turned(5))])
        assert np.linalg.norm(bones - hand, axis=1).min() < 1e-3
    assert [width for _, width in layers] == [overlay.STROKE, overlay.EDGE, overlay.BONE, overlay.RING]


def test_the_legend_counts_and_has_colours(drawn: Any, run: Any) -> None:
    run("show_binding")
    legend = dict(overlay.legend(1))
    assert sum(legend.values()) == 4
    assert {"Left arm", "Right arm"} <= legend.keys()
    colours = bpy.context.window_manager.inkbetween_parts
    assert all(name in colours for name in legend)
    assert len({tuple(row.colour) for row in colours}) == len(colours)
    assert overlay.legend(30) == []


def test_what_was_bound_by_hand_is_drawn_once_more(drawn: Any, run: Any) -> None:
    bpy.ops.object.mode_set(mode="EDIT")
    chosen = Attribute("CURVE", "BOOLEAN", np.array([True, False, False, False]))
    adapter.set_attribute(adapter.frame_at(drawn.data.layers[0], 1).drawing, ".selection", chosen)
    run("bind", bone="No Bone")
    run("show_binding")
    shown = overlay.shown()
    assert shown is not None
    assert overlay.by_hand(1) == 1
    assert overlay.BY_HAND in [width for _, width in overlay.layers_of(shown.look, 1)]
    assert dict(overlay.legend(1))["No bone"] == 1
    run("unbind")
    assert run("refresh_binding").result == "FINISHED"
    assert overlay.by_hand(1) == 0


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Filled with an entry for every look that is worked out."""
    worked: list[str] = []
    steps = look.LookJob.steps

    def noted(self: look.LookJob) -> Any:
        worked.append(self.obj)
        return steps(self)

    monkeypatch.setattr(look.LookJob, "steps", noted)
    return worked


def advance() -> None:
    """What the timer does in a window, until nothing is under way."""
    look._advance(bpy.context)
    while look._looking.worker is not None:
        look._looking.worker.wait(30)
        look._advance(bpy.context)


def test_each_gap_is_worked_out_once(drawn: Any, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    worked = counted(monkeypatch)
    run("show_binding")
    for frame in (2, 3, 4, 6, 8, 2, 1, 7):
        bpy.context.scene.frame_set(frame)
        advance()
        assert overlay.legend(frame)
    assert len(worked) == 2


def test_paper_that_moves_is_worked_out_once(drawn: Any, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for frame, x in ((1, 0.0), (9, 3.0)):
        drawn.location.x = x
        drawn.keyframe_insert("location", frame=frame)
    bpy.context.scene.frame_set(2)
    worked = counted(monkeypatch)
    run("show_binding")
    advance()
    for frame in (3, 4, 2):
        bpy.context.scene.frame_set(frame)
        overlay.take_stale()
        look._looking.changed = None
        advance()
    assert len(worked) == 1
    drawn.name = "Other"
    advance()
    shown = overlay.shown()
    assert shown is not None
    assert shown.obj == "Other"


def test_a_key_that_changes_is_looked_at_again(
    drawn: Any, run: Any, edit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look, "PAUSE_SECONDS", -1.0)
    run("show_binding")
    first = overlay.shown()
    advance()
    assert overlay.shown() is first
    edit(drawn.data.layers[0], 1)
    bpy.context.view_layer.update()
    advance()
    assert overlay.shown() is not first
    assert overlay.shown() is not None


def test_where_there_is_no_gap_it_says_so(drawn: Any, run: Any) -> None:
    run("show_binding")
    bpy.context.scene.frame_set(20)
    advance()
    assert overlay.shown() is None
    assert "Frame 20 is not between two keys" in overlay.note()
    bpy.context.scene.frame_set(2)
    advance()
    assert overlay.note() == ""
    assert overlay.legend(2)


def test_what_cannot_be_shown(drawn: Any, run: Any) -> None:
    bpy.context.scene.frame_set(20)
    assert "Frame 20 is not between two keys" in run("show_binding").text
    bpy.context.scene.frame_set(2)
    bpy.data.objects["Body"].animation_data_clear()
    assert "no animation" in run("show_binding").text
    bpy.context.scene.inkbetween.guide = None
    assert "Choose an armature as the guide" in run("show_binding").text
    assert not overlay.is_on()
    bpy.context.view_layer.objects.active = None
    assert not bpy.ops.inkbetween.show_binding.poll()


def test_another_file_forgets_all(drawn: Any, run: Any, tmp_path: Any) -> None:
    path = str(tmp_path / "scene.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    run("show_binding")
    bpy.ops.wm.open_mainfile(filepath=path)
    assert not overlay.is_on()
    assert overlay.shown() is None
    assert run("show_binding").result == "FINISHED"


def test_undo_leaves_it_as_it_is(drawn: Any, run: Any) -> None:
    bpy.ops.ed.undo_push(message="Drawn")
    bpy.ops.ed.undo_push(message="Drawn")
    run("show_binding")
    run("tween", "EXEC_DEFAULT", True, scope="LAYER", guide="Body")
    bpy.ops.ed.undo()
    advance()
    assert overlay.legend(1)


class Layout:
    """Records what a panel draws, which Blender itself only does with a window."""

    def __init__(self, record: list[Any] | None = None) -> None:
        self.record = [] if record is None else record
        self.enabled = True

    def row(self, **_: Any) -> Layout:
        return Layout(self.record)

    column = split = row

    def label(self, text: str = "", icon: str = "NONE") -> None:
        self.record.append(text)

    def prop(self, data: Any, name: str, text: str = "") -> None:
        assert name in data.bl_rna.properties
        self.record.append(tuple(data.colour))

    def operator(self, name: str, **_: Any) -> Any:
        self.record.append(name)
        return type("Button", (), {})()


def drawn_panel() -> list[Any]:
    layout = Layout()
    binding_panel.INKBETWEEN_PT_binding.draw(type("Self", (), {"layout": layout})(), bpy.context)
    return layout.record


def test_the_panel_lists_the_parts(drawn: Any, run: Any) -> None:
    assert binding_panel.INKBETWEEN_PT_binding.poll(bpy.context)
    assert "inkbetween.refresh_binding" not in drawn_panel()
    run("show_binding")
    listed = drawn_panel()
    assert "Left arm: 2 strokes" in listed
    assert {"inkbetween.show_binding", "inkbetween.refresh_binding", "inkbetween.bind", "inkbetween.unbind"} <= set(
        listed
    )
    assert len([entry for entry in listed if isinstance(entry, tuple)]) == len(overlay.legend(1))
    overlay.show(None, "Nothing here: go there.")
    assert "Nothing here" in drawn_panel()
    bpy.context.scene.inkbetween.guide = None
    assert not binding_panel.INKBETWEEN_PT_binding.poll(bpy.context)


def test_what_was_shown_is_not_worked_out_again_to_be_drawn(
    drawn: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("show_binding")
    cache, worked = request.known_by("LEARNED"), []
    known = cache.known

    def noted(asked: Any, work: Callable[[], Any]) -> Any:
        def counted() -> Any:
            worked.append(asked)
            return work()

        return known(asked, counted)

    monkeypatch.setattr(cache, "known", noted)
    assert run("tween", scope="GAP", guide="Body").result == "FINISHED"
    assert worked == []


@pytest.mark.parametrize("verb", ["bind", "unbind", "show_binding", "refresh_binding"])
def test_operators_explain_themselves(verb: str) -> None:
    rna = getattr(bpy.ops.inkbetween, verb).get_rna_type()
    texts = [rna.description, *(p.description for p in rna.properties if p.identifier != "rna_type")]
    for text in texts:
        assert len(text.split()) > 2, text
        assert text[0].isupper(), text
        assert not text.endswith("."), f"Blender adds the full stop of tooltips: {text}"


def test_without_a_guide_the_inferred_skeleton_is_shown(
    new_object: Any, polylines: Callable[..., Curves], run: Any, eye: Any
) -> None:
    obj = new_object({1: polylines(*arm(1)), 9: polylines(*arm(9)[::-1])})
    bpy.context.scene.frame_set(4)
    settings, keys = bpy.context.scene.inkbetween, eye.everything(obj.data)
    assert "Choose an armature" in run("show_binding").text
    settings.infer = True
    assert run("show_binding").result == "FINISHED"
    assert sum(dict(overlay.legend(4)).values()) == 4
    shown = overlay.shown()
    assert shown is not None
    assert shown.look.at(5).bones.count >= 2
    assert eye.everything(obj.data) == keys
    # what is coloured is the in-between that Tween draws
    assert run("tween", guide="AUTO").result == "FINISHED"
    made = adapter.read_curves(adapter.frame_at(obj.data.layers[0], 5).drawing).attributes["position"].values
    strokes = shown.look.at(5).strokes.points
    assert np.linalg.norm(made[:, None] - strokes, axis=2).min(1).max() < 1e-3


def test_drawings_without_a_skeleton_say_so(drawn: Any, run: Any, polylines: Callable[..., Curves]) -> None:
    layer = drawn.data.layers[0]
    for number, x in ((1, 0.0), (5, 1.0), (9, 2.0)):
        line = np.stack([np.linspace(0, 2, 20) + x, np.zeros(20), np.zeros(20)], 1)
        adapter.write_curves(adapter.frame_at(layer, number).drawing, polylines(line))
    bpy.context.scene.inkbetween.guide = None
    bpy.context.scene.inkbetween.infer = True
    ran = run("show_binding")
    assert ran.result == "ERROR"
    assert "No skeleton shows" in ran.text
