"""Registering: three times over, nothing left behind, nothing heavy loaded, words where animators read them."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import bpy
import pytest

import inkbetween
from inkbetween.addon import properties, targets
from inkbetween.addon.panels import fill as fill_panel
from inkbetween.addon.panels import main as panel
from inkbetween.addon.panels import menus
from inkbetween.inference.motion.clock import EASINGS
from inkbetween.inference.tween.engines import ENGINES

VERBS = ("tween", "clear", "bake")


def draw_functions(host: str) -> list[str]:
    """What was appended to one of Blender's menus."""
    return [function.__name__ for function in getattr(getattr(bpy.types, host).draw, "_draw_funcs", [])[1:]]


def blender_state() -> dict[str, Any]:
    """What an extension may leave traces in."""
    keys = bpy.context.window_manager.keyconfigs.addon
    hooks = bpy.app.handlers
    owners = ("Scene", "Object", "WindowManager", "GreasePencil")
    return {
        "types": set(dir(bpy.types)),
        "operators": {name: set(dir(getattr(bpy.ops, name))) for name in dir(bpy.ops) if "ink" in name},
        "properties": {o: set(getattr(bpy.types, o).bl_rna.properties.keys()) for o in owners},
        "scene": set(dir(bpy.context.scene)),
        "menus": {host: draw_functions(host) for host in menus.HOSTS},
        "keys": [] if keys is None else [(m.name, len(m.keymap_items)) for m in keys.keymaps],
        "handlers": {n: len(h) for n in dir(hooks) if isinstance(h := getattr(hooks, n), list)},
    }


def test_three_times_over_leaving_nothing() -> None:
    with_extension = blender_state()
    inkbetween.unregister()
    try:
        without = blender_state()
        for _ in range(3):
            inkbetween.register()
            assert hasattr(bpy.types, "INKBETWEEN_OT_tween")
            inkbetween.unregister()
            assert blender_state() == without
    finally:
        inkbetween.register()
    assert with_extension["types"] - without["types"]
    assert blender_state()["types"] == with_extension["types"]


def test_registering_loads_no_engine() -> None:
    code = (
        "import os, sys, bpy, inkbetween\n"
        "inkbetween.register()\n"
        "print([m for m in sys.modules if m.startswith('inkbetween.inference') or m in ('cv2', 'scipy', 'torch')])\n"
        "inkbetween.unregister()\n"
        "sys.stdout.flush()\n"
        "os._exit(0)"  # Blender 4.3 as a module crashes at its end, see conftest
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize("verb", [*VERBS, "fill_scene"])
def test_operators_explain_themselves(verb: str) -> None:
    rna = getattr(bpy.ops.inkbetween, verb).get_rna_type()
    texts = [rna.description]
    texts += [p.description for p in rna.properties if p.identifier != "rna_type"]
    texts += [i.description for p in rna.properties if p.type == "ENUM" for i in p.enum_items]
    for text in texts:
        assert len(text.split()) > 2, text
        assert text[0].isupper(), text
        assert not text.endswith("."), f"Blender adds the full stop of tooltips: {text}"


@pytest.mark.parametrize("verb", [*VERBS, "fill_scene"])
def test_operators_are_undoable_and_repeatable(verb: str) -> None:
    cls = getattr(bpy.types, f"INKBETWEEN_OT_{verb}")
    assert {"REGISTER", "UNDO"} <= cls.bl_options


def test_easings_are_those_of_the_engine() -> None:
    rna = bpy.ops.inkbetween.tween.get_rna_type()
    assert [item.identifier for item in rna.properties["easing"].enum_items] == list(EASINGS)
    assert rna.properties["easing"].default == "LINEAR"


def test_engines_are_those_of_the_engine() -> None:
    rna = bpy.ops.inkbetween.tween.get_rna_type()
    assert [item.identifier for item in rna.properties["engine"].enum_items] == list(ENGINES)
    assert rna.properties["engine"].default == "LEARNED"


def test_settings_are_kept_with_the_scene(tmp_path: Any) -> None:
    bpy.context.scene.inkbetween.step = 3
    path = str(tmp_path / "scene.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    assert bpy.context.scene.inkbetween.step == 3
    assert isinstance(bpy.context.scene.inkbetween, properties.InkbetweenSettings)


class Layout:
    """Records what a panel or menu draws, which Blender itself only does with a window."""

    def __init__(self, record: list[Any] | None = None, parent: Layout | None = None) -> None:
        self.record = [] if record is None else record
        self.parent = parent
        self.enabled = True

    def row(self, **_: Any) -> Layout:
        return Layout(self.record, self)

    column = row

    def separator(self) -> None:
        pass

    def label(self, text: str = "", icon: str = "NONE") -> None:
        self.record.append(("label", text))

    def prop(self, data: Any, name: str) -> None:
        assert name in data.bl_rna.properties
        self.record.append(("prop", name))

    def menu(self, name: str) -> None:
        self.record.append(("menu", name))

    def operator(self, name: str, text: str = "") -> Any:
        button = Button(name, text, self)
        self.record.append(button)
        return button

    @property
    def usable(self) -> bool:
        return self.enabled and (self.parent is None or self.parent.usable)


class Button:
    """An operator's button; properties it does not have raise here as they do in Blender."""

    def __init__(self, name: str, text: str, layout: Layout) -> None:
        self.verb = name.removeprefix("inkbetween.")
        self.text, self.layout = text, layout
        self.values: dict[str, Any] = {}

    def __setattr__(self, name: str, value: Any) -> None:
        if name in {"verb", "text", "layout", "values"}:
            super().__setattr__(name, value)
            return
        assert name in getattr(bpy.ops.inkbetween, self.verb).get_rna_type().properties
        self.values[name] = value


def test_tweens_own_panel_shows_all_it_can_be_told() -> None:
    rna = bpy.ops.inkbetween.tween.get_rna_type()
    layout = Layout()
    bpy.types.INKBETWEEN_OT_tween.draw(SimpleNamespace(layout=layout, bl_rna=rna), bpy.context)
    everything = [p.identifier for p in rna.properties if p.identifier != "rna_type"]
    assert [name for kind, name in layout.record if kind == "prop"] == everything
    assert layout.record[-2:] == [("label", "Advanced"), ("prop", "engine")]


def drawn(cls: Any) -> tuple[list[Button], list[str]]:
    layout = Layout()
    self = type("Self", (), {"layout": layout})()
    cls.draw(self, bpy.context)
    buttons = [entry for entry in layout.record if isinstance(entry, Button)]
    return buttons, [entry[1] for entry in layout.record if not isinstance(entry, Button) and entry[0] == "label"]


MODES = ("OBJECT", "EDIT", "SCULPT_GREASE_PENCIL", "PAINT_GREASE_PENCIL")


@pytest.mark.parametrize("mode", MODES)
def test_sidebar_offers_all_scopes_in_every_mode(two_keys: Any, mode: str) -> None:
    bpy.ops.object.mode_set(mode=mode)
    bpy.context.scene.inkbetween.step = 2
    buttons, labels = drawn(panel.INKBETWEEN_PT_tween)
    assert [(b.verb, b.values["scope"]) for b in buttons] == [(v, s) for v in VERBS for s in ("GAP", "LAYER", "OBJECT")]
    assert all(button.layout.usable for button in buttons)
    assert {b.values["step"] for b in buttons if b.verb == "tween"} == {2}
    assert "Lines" in labels


@pytest.mark.parametrize("mode", MODES)
def test_tween_runs_in_every_mode(two_keys: Any, run: Any, eye: Any, mode: str) -> None:
    bpy.ops.object.mode_set(mode=mode)
    run("tween", scope="GAP")
    assert eye.generated(two_keys.data.layers["Lines"]) == [2, 3, 4, 5, 6, 7, 8]


def test_sidebar_says_why_it_is_disabled(two_keys: Any) -> None:
    two_keys.data.layers["Lines"].lock = True
    buttons, labels = drawn(panel.INKBETWEEN_PT_tween)
    assert not any(button.layout.usable for button in buttons)
    assert 'Layer "Lines" is locked.' in labels
    two_keys.data.layers.new("Free")
    two_keys.data.layers.active = two_keys.data.layers["Lines"]
    buttons, _ = drawn(panel.INKBETWEEN_PT_tween)
    assert [b.values["scope"] for b in buttons if b.layout.usable] == ["OBJECT"] * 3


def test_fill_scene_has_a_section_of_its_own() -> None:
    bpy.context.scene.inkbetween.step = 3
    buttons, _ = drawn(fill_panel.INKBETWEEN_PT_fill)
    assert [(b.verb, b.values["step"], b.values["guide"]) for b in buttons] == [("fill_scene", 3, "")]


def test_sidebar_without_an_object() -> None:
    bpy.context.view_layer.objects.active = None
    buttons, labels = drawn(panel.INKBETWEEN_PT_tween)
    assert buttons == []
    assert labels == ["There is no active object", "select a Grease Pencil object."]


def test_menu_offers_everything(two_keys: Any) -> None:
    buttons, _ = drawn(menus.INKBETWEEN_MT_inkbetween)
    assert {(b.verb, b.values["scope"]) for b in buttons} == {(v, s) for v in VERBS for s in ("GAP", "LAYER", "OBJECT")}


@pytest.mark.parametrize("host", menus.HOSTS)
def test_entries_stand_in_blenders_menus(two_keys: Any, host: str) -> None:
    functions = getattr(bpy.types, host).draw._draw_funcs
    assert functions.count(menus.draw_entry) == 1
    layout = Layout()
    menus.draw_entry(type("Self", (), {"layout": layout})(), bpy.context)
    assert ("menu", menus.INKBETWEEN_MT_inkbetween.bl_idname) in layout.record


def test_entries_spare_other_objects() -> None:
    bpy.ops.object.camera_add()
    layout = Layout()
    menus.draw_entry(type("Self", (), {"layout": layout})(), bpy.context)
    assert layout.record == []


def test_blockers_are_sentences(two_keys: Any) -> None:
    two_keys.data.layers["Lines"].hide = True
    for scope in ("GAP", "LAYER", "OBJECT"):
        blocker = targets.scope_blocker(two_keys, scope)
        assert blocker.endswith(".")
        assert "hidden" in blocker
