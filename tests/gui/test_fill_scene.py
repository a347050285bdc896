"""Fill Scene in a window: the plan first, then a progress; Esc keeps what is finished, one undo takes it all back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .window import BlenderWindow

SCENE = (Path(__file__).resolve().parent / "scene.py").read_text()
LAST = 9
# A second gap: the last key once more, moved on.
SECOND_GAP = """
layer = bpy.data.objects["Drawing"].data.layers["Lines"]
end = {end}
layer.frames.copy({last}, end)
for stroke in next(f for f in layer.frames if f.frame_number == end).drawing.strokes:
    for point in stroke.points:
        point.position.x += 0.3
bpy.ops.ed.undo_push(message="Drawn")
"""
OPEN = """
window = bpy.context.window_manager.windows[0]
with bpy.context.temp_override(window=window, area=area(), region=region("WINDOW")):
    bpy.ops.inkbetween.fill_scene("INVOKE_DEFAULT", {properties})
"""

PATIENCE = """
import sys
(job,) = [module for name, module in sys.modules.items() if name.endswith("inkbetween.ops.jobs.job")]
answer, job.PATIENCE_SECONDS = job.PATIENCE_SECONDS, {seconds}
"""
# All that was reported so far, as the Info editor shows it.
REPORTS = """
window = bpy.context.window_manager.windows[0]
place = area("DOPESHEET_EDITOR")
place.type = "INFO"
try:
    with bpy.context.temp_override(window=window, area=place, region=region("WINDOW", "INFO")):
        bpy.ops.info.select_all(action="SELECT")
        bpy.ops.info.report_copy()
    answer = bpy.context.window_manager.clipboard
finally:
    place.type = "DOPESHEET_EDITOR"
"""


def frames(blender: BlenderWindow) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = blender.ask("answer = timeline()")["Lines"]
    return found


def is_filling(blender: BlenderWindow) -> bool:
    operators = "[o.bl_idname for o in bpy.context.window_manager.windows[0].modal_operators]"
    return "INKBETWEEN_OT_fill_scene" in blender.ask(f"answer = {operators}")


def open_dialog(blender: BlenderWindow, **properties: object) -> None:
    x, y, width, height = blender.ask("answer = rectangle('WINDOW')")
    blender.move(x + width // 3, y + height // 3)
    words = ", ".join(f"{name}={value!r}" for name, value in properties.items())
    blender.ask(OPEN.format(properties=words))


def test_the_plan_then_the_scene(blender: BlenderWindow) -> None:
    blender.ask(f"{SCENE}\nmake_drawing({LAST}, 4)")
    before = frames(blender)
    open_dialog(blender)
    wait_seconds(blender, 3)
    blender.screenshot("fill-plan")
    assert frames(blender) == before
    blender.press("Return")
    blender.wait(lambda: len(frames(blender)) == LAST, "the in-betweens")
    blender.screenshot("filled")
    blender.press("ctrl+z")
    blender.wait(lambda: frames(blender) == before, "one undo step to take all of it back")


def test_a_quick_fill_is_an_undo_step_and_reported(blender: BlenderWindow) -> None:
    """Two tiny keys are filled sooner than any progress could be shown; so that they are on a busy machine, too, the
    operator has more patience than usual."""
    blender.ask(f"{SCENE}\nmake_drawing(3, 1, 3)")
    before = frames(blender)
    usual = blender.ask(PATIENCE.format(seconds=60.0))
    open_dialog(blender)
    wait_seconds(blender, 3)
    blender.press("Return")
    blender.wait(lambda: len(frames(blender)) == 3, "the in-between")
    blender.wait(lambda: not is_filling(blender), "the end")
    blender.ask(PATIENCE.format(seconds=usual))
    assert "Drew 1 in-between on 1 layer" in blender.ask(REPORTS)
    blender.press("ctrl+z")
    blender.wait(lambda: frames(blender) == before, "undo to take the in-between back and nothing else")


def test_nothing_to_fill_is_said(blender: BlenderWindow) -> None:
    blender.ask(f"{SCENE}\nmake_drawing(3, 1, 3)")
    blender.ask("bpy.data.objects['Drawing'].data.layers['Lines'].frames.remove(3)")
    open_dialog(blender)
    wait_seconds(blender, 3)
    blender.press("Return")
    wait_seconds(blender, 1)
    said = blender.ask(REPORTS)
    assert "There is nothing to fill" in said
    assert "Traceback" not in said
    blender.press("Escape")


def test_escape_keeps_finished_gaps_or_rolls_back(blender: BlenderWindow) -> None:
    for on_cancel in ("KEEP", "ROLL_BACK"):
        blender.ask(f"{SCENE}\nmake_drawing({LAST}, 20)")
        blender.ask(SECOND_GAP.format(last=LAST, end=60000))
        before = frames(blender)
        open_dialog(blender, on_cancel=on_cancel)
        blender.press("Return")
        blender.wait(lambda: is_filling(blender), "Fill Scene to show its progress", 30)
        # The short gap is finished long before the other one, however quick the machine is.
        wait_seconds(blender, 20)
        blender.screenshot(f"filling-{on_cancel}")
        assert is_filling(blender)
        blender.press("Escape")
        blender.wait(lambda: not is_filling(blender), "Esc to stop it")
        after = frames(blender)
        kept = sorted(set(after) - set(before), key=int)
        assert kept == ([str(n) for n in range(2, LAST)] if on_cancel == "KEEP" else [])
        assert {n: after[n] for n in before} == before


def wait_seconds(blender: BlenderWindow, seconds: float) -> None:
    start = blender.ask("import time; answer = time.time()")
    blender.wait(lambda: blender.ask("import time; answer = time.time()") - start > seconds, "time to pass")
