"""What an animator does: click Tween in the sidebar, undo it, press Esc while it draws, adjust it afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .window import BlenderWindow

SCENE = (Path(__file__).resolve().parent / "scene.py").read_text()
LAST = 9

# By frame: type, and the sum of all coordinates.
Frames = dict[str, list[Any]]


def frames(blender: BlenderWindow) -> Frames:
    found: Frames = blender.ask("answer = timeline()")["Lines"]
    return found


def is_drawing(blender: BlenderWindow) -> bool:
    """Whether Tween is running as a modal operator."""
    operators = "[o.bl_idname for o in bpy.context.window_manager.windows[0].modal_operators]"
    return "INKBETWEEN_OT_tween" in blender.ask(f"answer = {operators}")


@pytest.fixture
def drawing(blender: BlenderWindow) -> Frames:
    """Two keys, Draw mode, our tab in the sidebar."""
    return prepare(blender, LAST, 4)


def prepare(blender: BlenderWindow, last: int, strokes: int) -> Frames:
    blender.ask(f"{SCENE}\nmake_drawing({last}, {strokes})")
    blender.wait(lambda: "Inkbetween" in blender.ask(SELECT_TAB), "the sidebar's tab")
    blender.ask("redraw()")
    return frames(blender)


SELECT_TAB = """
region().active_panel_category = "Inkbetween"
answer = region().active_panel_category
"""


def test_click_undo_redo(blender: BlenderWindow, drawing: Frames) -> None:
    assert list(drawing) == ["1", str(LAST)]
    x, y = blender.find_button("inkbetween.tween(scope='LAYER'")
    blender.screenshot("sidebar")
    blender.click(x, y)
    blender.wait(lambda: len(frames(blender)) == LAST, "the in-betweens")
    tweened = frames(blender)
    assert {tweened[str(n)][0] for n in range(2, LAST)} == {"GENERATED"}
    assert {n: tweened[n] for n in drawing} == drawing
    over_canvas(blender)
    blender.screenshot("tweened")
    blender.press("ctrl+z")
    blender.wait(lambda: frames(blender) == drawing, "one undo step to take all of it back")
    blender.press("ctrl+shift+z")
    blender.wait(lambda: frames(blender) == tweened, "redo to bring it back")
    blender.click(*blender.find_button("inkbetween.clear(scope='LAYER'"))
    blender.wait(lambda: frames(blender) == drawing, "Clear to leave the keys alone")


def test_adjusting_the_last_operation(blender: BlenderWindow, drawing: Frames) -> None:
    blender.click(*blender.find_button("inkbetween.tween(scope='LAYER'"))
    blender.wait(lambda: len(frames(blender)) == LAST, "the in-betweens")
    # What typing into the panel at the lower left does: change the setting, take the step back, run it anew.
    blender.ask(
        "operator = bpy.context.window_manager.operators[-1]\n"
        "operator.properties.step = 3\n"
        "window = bpy.context.window_manager.windows[0]\n"
        "with bpy.context.temp_override(window=window, area=area(), region=region('WINDOW')):\n"
        "    bpy.ops.ed.undo_redo()\n"
    )
    blender.wait(lambda: list(frames(blender)) == ["1", "4", "7", "9"], "the in-betweens on threes")
    blender.screenshot("adjusted")


def test_escape_leaves_everything_as_it_was(blender: BlenderWindow) -> None:
    before = prepare(blender, 200, 120)
    start_and_wait(blender)
    blender.screenshot("progress")
    blender.press("Escape")
    blender.wait(lambda: not is_drawing(blender), "Esc to cancel")
    blender.screenshot("cancelled")
    assert frames(blender) == before


def test_undo_waits_until_it_is_drawn(blender: BlenderWindow) -> None:
    before = prepare(blender, 100, 60)
    start_and_wait(blender)
    blender.press("ctrl+z")
    assert is_drawing(blender)
    blender.wait(lambda: not is_drawing(blender), "the end")
    after = frames(blender)
    assert len(after) == 100
    assert {n: after[n] for n in before} == before
    over_canvas(blender)
    blender.press("ctrl+z")
    blender.wait(lambda: frames(blender) == before, "one undo step to take all of it back")


def start_and_wait(blender: BlenderWindow) -> None:
    blender.click(*blender.find_button("inkbetween.tween(scope='LAYER'"))
    blender.wait(lambda: is_drawing(blender), "Tween to show its progress", 20)


def over_canvas(blender: BlenderWindow) -> None:
    x, y, width, height = blender.ask("answer = rectangle('WINDOW')")
    blender.move(x + width // 4, y + height // 2)


@pytest.mark.parametrize(
    ("menu", "area", "mode"),
    [
        ("DOPESHEET_MT_key", "DOPESHEET_EDITOR", "PAINT_GREASE_PENCIL"),
        ("VIEW3D_MT_paint_grease_pencil", "VIEW_3D", "PAINT_GREASE_PENCIL"),
        ("VIEW3D_MT_edit_greasepencil", "VIEW_3D", "EDIT"),
    ],
)
def test_entry_in_blenders_menus(blender: BlenderWindow, drawing: Frames, menu: str, area: str, mode: str) -> None:
    over_canvas(blender)
    blender.ask(
        "window = bpy.context.window_manager.windows[0]\n"
        f"place, part = area({area!r}), region('WINDOW', {area!r})\n"
        "with bpy.context.temp_override(window=window, area=place, region=part):\n"
        f"    bpy.ops.object.mode_set(mode={mode!r})\n"
        f"    bpy.ops.wm.call_menu(name={menu!r})\n"
    )
    blender.press("End")  # our entry is the last
    blender.press("Right")
    blender.screenshot(menu)
    blender.press("Return")
    blender.wait(lambda: len(frames(blender)) == LAST, "the in-betweens of Tween Gap", 20)
    assert {n: frames(blender)[n] for n in drawing} == drawing
