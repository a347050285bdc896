"""Show Binding in a real window: bones and strokes in colour over the drawing, one bound by hand, undone, off again."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .window import HERE, BlenderWindow

ARM, NO_BONE = (0.10, 0.50, 0.95), (0.55, 0.55, 0.55)
FIND = "import sys\nfound = {name.rpartition('inkbetween.')[2]: module for name, module in sys.modules.items()}\n"


@pytest.fixture
def guided(blender: BlenderWindow) -> Iterator[BlenderWindow]:
    blender.ask((HERE / "guided_scene.py").read_text())
    blender.ask("region().active_panel_category = 'Inkbetween'")
    yield blender
    if state(blender)["on"]:
        blender.ask("bpy.ops.inkbetween.show_binding()")


def state(blender: BlenderWindow) -> dict[str, Any]:
    """What the overlay shows at the current frame, and how many strokes were bound by hand."""
    answer: dict[str, Any] = blender.ask(
        FIND + "overlay, frame = found['addon.overlay'], bpy.context.scene.frame_current\n"
        "said = found['addon.bindings'].read_sayings(bpy.data.objects['Drawing'].data)\n"
        "answer = {'on': overlay.is_on(), 'legend': overlay.legend(frame), 'by_hand': overlay.by_hand(frame),\n"
        "          'said': len(said), 'note': overlay.note()}"
    )
    return answer


def coloured(picture: Path, colour: tuple[float, float, float]) -> int:
    """How many pixels of a picture have a colour, or nearly."""
    command = ["convert", str(picture), "-depth", "8", "-format", "%c", "histogram:info:-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    count = 0
    for number, *pixel in re.findall(r"(\d+): \(\s*([\d.]+),\s*([\d.]+),\s*([\d.]+)", told):
        count += int(number) * all(abs(float(p) - 255 * c) < 12 for p, c in zip(pixel, colour, strict=True))
    return count


def over_canvas(blender: BlenderWindow) -> None:
    x, y, width, height = blender.ask("answer = rectangle('WINDOW')")
    blender.move(x + width // 4, y + height // 2)


def test_the_binding_is_seen_corrected_and_undone(guided: BlenderWindow) -> None:
    before = coloured(guided.screenshot("binding-off"), ARM)
    guided.click(*guided.find_button("inkbetween.show_binding("))
    guided.wait(lambda: state(guided)["legend"], "the binding to be worked out")
    assert state(guided)["legend"] == [["Left arm", 4]]
    over_canvas(guided)
    assert coloured(guided.screenshot("binding"), ARM) > before + 300

    x, y = guided.find_button("inkbetween.bind(")
    guided.click(x, y)
    guided.screenshot("bind-popup")
    for key in ("N", "o", "space", "B", "o", "n", "e"):
        guided.press(key)
    guided.screenshot("bind-typed")
    guided.press("Return")  # the name
    guided.move(x, y - 35)  # off the field, onto the dialog's title
    guided.press("Return")  # the dialog
    guided.wait(lambda: state(guided)["said"] == 1, "the stroke to be bound by hand", 20)
    guided.wait(lambda: state(guided)["by_hand"] == 1, "the overlay to show it")
    assert dict(state(guided)["legend"]) == {"Left arm": 3, "No bone": 1}
    over_canvas(guided)
    assert coloured(guided.screenshot("bound-by-hand"), NO_BONE) > 150

    guided.press("ctrl+z")
    guided.wait(lambda: state(guided)["said"] == 0, "one undo step to take it back", 20)
    guided.wait(lambda: state(guided)["by_hand"] == 0, "the overlay to show that, too")
    guided.press("ctrl+shift+z")
    guided.wait(lambda: state(guided)["said"] == 1, "redo to bring it back", 20)
    guided.click(*guided.find_button("inkbetween.show_binding("))
    guided.wait(lambda: not state(guided)["on"], "the overlay to be off", 20)


def test_bones_go_along_while_scrubbing(guided: BlenderWindow) -> None:
    guided.ask("bpy.ops.object.mode_set(mode='OBJECT')\nbpy.context.scene.frame_set(4)")
    guided.click(*guided.find_button("inkbetween.show_binding("))
    guided.wait(lambda: state(guided)["legend"], "the binding to be worked out")
    over_canvas(guided)
    guided.screenshot("binding-between")
    guided.ask("bpy.context.scene.frame_set(20)")
    guided.wait(lambda: "not between two keys" in state(guided)["note"], "it to say why nothing is seen", 20)
    guided.ask("bpy.context.scene.frame_set(6)")
    guided.wait(lambda: state(guided)["legend"], "what is known to be shown again", 20)


def test_an_inferred_skeleton_is_seen(guided: BlenderWindow) -> None:
    inferred = "settings = bpy.context.scene.inkbetween\nsettings.guide, settings.infer = None, True\n"
    guided.ask(inferred + "bpy.ops.object.mode_set(mode='OBJECT')\nbpy.context.scene.frame_set(5)")
    guided.click(*guided.find_button("inkbetween.show_binding("))
    guided.wait(lambda: state(guided)["legend"], "the skeleton to be worked out")
    assert sum(count for _, count in state(guided)["legend"]) == 4
    over_canvas(guided)
    guided.screenshot("binding-inferred")


def test_another_file_switches_it_off(guided: BlenderWindow) -> None:
    guided.click(*guided.find_button("inkbetween.show_binding("))
    guided.wait(lambda: state(guided)["on"], "the overlay", 20)
    guided.ask("bpy.ops.wm.read_homefile(load_ui=False)")
    assert guided.ask(FIND + "answer = found['addon.overlay'].is_on()") is False
    guided.ask((HERE / "guided_scene.py").read_text())
