"""What an operator was asked with last does not return unseen: Blender remembers properties unless told not to.

Blender uses what it remembers only for calls from a window; here it is asked what it would use.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import bpy
import pytest

from inkbetween.addon.panels import menus
from inkbetween.ops.scoped import as_in_sidebar

SEEN_BEFORE = {
    "fill_scene": {"scenes", "layers", "frames", "least_confidence", "on_cancel"},
    "bind": {"bone"},
    "import_mocap": {"frame_start", "timing", "auto_scale", "scale", "up"},
}
"""Properties that a dialog or the file browser shows before anything is done: remembering them is a service."""
VERBS = ("tween", "clear", "bake", "fill_scene", "retarget", "place_joints", "bind", "unbind", "import_mocap")


@pytest.mark.parametrize("verb", VERBS)
def test_only_what_is_shown_beforehand_is_remembered(verb: str) -> None:
    rna = getattr(bpy.ops.inkbetween, verb).get_rna_type()
    remembered = {p.identifier for p in rna.properties if p.identifier != "rna_type" and not p.is_skip_save}
    assert remembered == SEEN_BEFORE.get(verb, set())


def test_a_button_says_all_that_the_sidebar_shows(two_keys: Any, run: Any) -> None:
    """What was drawn last with other properties has no say."""
    run("tween", scope="OBJECT", engine="CLASSICAL", step=3, easing="EASE_IN", guide="AUTO")
    asked: dict[str, Any] = {}

    class Button:
        def __setattr__(self, name: str, value: Any) -> None:
            asked[name] = value

    bpy.context.scene.inkbetween.step = 2
    layout = SimpleNamespace(operator=lambda *_, **__: Button())
    menus.draw_tween_button(layout, bpy.context, "LAYER", "Layer")
    assert asked == {"scope": "LAYER", "step": 2, "easing": "LINEAR", "guide": ""}
    defaults = {p.identifier: p.default for p in bpy.ops.inkbetween.tween.get_rna_type().properties if p.is_skip_save}
    assert defaults["engine"] == "LEARNED"
    assert defaults.keys() == {*asked, "engine"}


def test_a_shortcut_does_as_the_sidebar() -> None:
    settings = bpy.context.scene.inkbetween
    settings.step, settings.easing, settings.infer = 4, "EASE_OUT", True
    called = SimpleNamespace(step=1, easing="LINEAR", guide="", engine="LEARNED")
    called.properties = SimpleNamespace(is_property_set=lambda name: name == "easing")
    as_in_sidebar(called, bpy.context.scene)
    assert (called.step, called.easing, called.guide, called.engine) == (4, "LINEAR", "AUTO", "LEARNED")


def test_settings_stay_with_the_file(tmp_path: Any) -> None:
    settings = bpy.context.scene.inkbetween
    settings.step, settings.easing, settings.infer, settings.views = 3, "EASE_IN", True, "10 SIDE"
    path = str(tmp_path / "kept.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.wm.open_mainfile(filepath=path)
    settings = bpy.context.scene.inkbetween
    assert (settings.step, settings.easing, settings.infer, settings.views) == (3, "EASE_IN", True, "10 SIDE")
