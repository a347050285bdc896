"""Runs inside a Blender with a window: answers questions of the tests, and says which button the mouse is on.

The tests act with mouse and keyboard alone; what is sent here is for looking. A question is a file NUMBER.py in the
folder given after "--"; the value it assigns to `answer` comes back as NUMBER.json.
"""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path
from typing import Any

import bpy

FOLDER = Path(sys.argv[sys.argv.index("--") + 1])


def area(kind: str = "VIEW_3D") -> Any:
    return next(a for a in bpy.context.window_manager.windows[0].screen.areas if a.type == kind)


def region(kind: str = "UI", area_kind: str = "VIEW_3D") -> Any:
    return next(r for r in area(area_kind).regions if r.type == kind)


def rectangle(kind: str = "UI", area_kind: str = "VIEW_3D") -> tuple[int, int, int, int]:
    """x, y, width, height of a region on the screen, from the top left."""
    place = region(kind, area_kind)
    height = bpy.context.window_manager.windows[0].height
    return place.x, height - place.y - place.height, place.width, place.height


def under_mouse(kind: str = "UI", area_kind: str = "VIEW_3D") -> str:
    """The operator call of the button under the mouse, or ""."""
    window = bpy.context.window_manager.windows[0]
    window_manager = bpy.context.window_manager
    with bpy.context.temp_override(window=window, area=area(area_kind), region=region(kind, area_kind)):
        if not bpy.ops.ui.copy_python_command_button.poll():
            return ""
        window_manager.clipboard = ""
        bpy.ops.ui.copy_python_command_button()
        return str(window_manager.clipboard)


def timeline() -> dict[str, dict[int, tuple[str, float]]]:
    """By layer and frame: the type, and the sum of all coordinates."""
    data = bpy.data.objects["Drawing"].data
    return {
        layer.name: {
            f.frame_number: (
                f.keyframe_type,
                round(sum(sum(p.position) for s in f.drawing.strokes for p in s.points), 4),
            )
            for f in layer.frames
        }
        for layer in data.layers
    }


def redraw() -> None:
    for each in bpy.context.window_manager.windows[0].screen.areas:
        each.tag_redraw()


def answer_questions() -> float:
    for question in sorted(FOLDER.glob("*.py")):
        names = dict(globals())
        try:
            exec(compile(question.read_text(), question.name, "exec"), names)  # noqa: S102
            reply = {"answer": names.get("answer")}
        except Exception:  # noqa: BLE001 - whatever it is, the test is to show it
            reply = {"error": traceback.format_exc()}
        question.unlink()
        unfinished = question.with_suffix(".part")
        unfinished.write_text(json.dumps(reply, default=str))
        unfinished.rename(question.with_suffix(".json"))
    return 0.05


bpy.context.preferences.view.show_splash = False
bpy.context.preferences.use_preferences_save = False
bpy.app.timers.register(answer_questions, first_interval=0.5, persistent=True)
