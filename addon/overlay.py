"""Drawing over the 3D view which bones hold which strokes.

`ops.show_binding` works that out and hands it in.

Drawing only looks up what is there. The module holds no Blender reference from one redraw to the next: objects are
looked up by name, and what is shown is arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import bpy

from . import adapter
from .scene_time import shown_frame

if TYPE_CHECKING:
    from ..inference.tween.shown import Looked

# Pixels: strokes, strokes bound by hand, bones with the dark line behind them, rings around joints.
STROKE, BY_HAND, BONE, EDGE, RING = 2.0, 5.0, 3.0, 5.5, 1.5
_DARK = (0.0, 0.0, 0.0, 0.45)


@dataclass(frozen=True)
class Shown:
    """What is seen over a layer of an object, and the look of a gap.

    Names, and the session's number of its data.
    """

    obj: str
    layer: str
    data_uid: int
    look: Looked


@dataclass
class _State:
    """What the overlay shows, and whether it still holds.

    `drawn` are the batches of a frame; `note` says why nothing is seen; `stale`: drawings changed since,
    `rig_stale`: the guide's action did.
    """

    handle: Any = None
    shown: Shown | None = None
    note: str = ""
    stale: bool = False
    rig_stale: bool = False
    drawn: tuple[Any, float, list[Any]] | None = None


_state = _State()


def is_on() -> bool:
    return _state.handle is not None


def shown() -> Shown | None:
    """What is shown now, whatever the frame."""
    return _state.shown


def note() -> str:
    """Why nothing is seen, as a sentence; "" if something is."""
    return _state.note


def legend(frame: float) -> list[tuple[str, int]]:
    """The parts that strokes of a frame belong to, and how many do.

    Their colours are in the window manager.
    """
    if _state.shown is None or not _covers(_state.shown.look, frame):
        return []
    return [(part.name, count) for part, count in _state.shown.look.tally(frame) if count]


def covers(frame: float) -> bool:
    """Whether there is something to be seen at a frame."""
    return _state.shown is not None and _covers(_state.shown.look, frame)


def by_hand(frame: float) -> int:
    """How many strokes of a frame the animator bound."""
    look = None if _state.shown is None else _state.shown.look
    return look.by_hand(frame) if look is not None and _covers(look, frame) else 0


def switch_on() -> None:
    """Draw from now on whatever is handed to `show`."""
    if is_on():
        return
    _state.handle = bpy.types.SpaceView3D.draw_handler_add(_draw, (), "WINDOW", "POST_VIEW")
    for name, function in _handlers():
        handlers = getattr(bpy.app.handlers, name)
        if function not in handlers:  # as where a file could not be opened
            handlers.append(function)


def switch_off() -> None:
    """Draw nothing any more, and forget everything."""
    for name, function in _handlers():
        handlers = getattr(bpy.app.handlers, name)
        if function in handlers:
            handlers.remove(function)
    _forget()


def show(what: Shown | None, why_not: str = "") -> None:
    """Show this from now on, or nothing and why."""
    _state.shown, _state.note, _state.drawn = what, why_not, None
    colours = bpy.context.window_manager.inkbetween_parts
    colours.clear()
    for part in () if what is None else what.look.legend:
        row = colours.add()
        row.name, row.colour = part.name, part.colour
    adapter.redraw_views()


def take_stale() -> tuple[bool, bool]:
    """Whether drawings, and the guide's action, changed since this was last asked."""
    found = _state.stale, _state.rig_stale
    _state.stale = _state.rig_stale = False
    return found


def _covers(look: Looked, frame: float) -> bool:
    return look.start <= frame <= look.end


# --- what Blender calls --------------------------------------------------------------------------------------------


def _on_update(_scene: Any, depsgraph: Any) -> None:
    if depsgraph.id_type_updated("ACTION"):
        _state.rig_stale = _state.stale = True
    if _state.shown is None:
        # whatever was missing may be there now
        _state.stale = True
        return
    _state.stale |= any(update.id.original.session_uid == _state.shown.data_uid for update in depsgraph.updates)


def _on_undo(*_: Any) -> None:
    _state.stale = _state.rig_stale = True


def _on_load(*_: Any) -> None:
    # Blender is running through the handlers, and drops them itself when the new file is there.
    _forget()


def _handlers() -> tuple[tuple[str, Any], ...]:
    return (
        ("depsgraph_update_post", _on_update),
        ("undo_post", _on_undo),
        ("redo_post", _on_undo),
        ("load_pre", _on_load),
    )


def _forget() -> None:
    global _state
    if _state.handle is not None:
        bpy.types.SpaceView3D.draw_handler_remove(_state.handle, "WINDOW")
    _state = _State()
    adapter.redraw_views()


def _draw() -> None:
    """Called with every redraw of a 3D view."""
    context = bpy.context
    what = _state.shown
    frame = shown_frame(context.scene)
    if what is None or not context.space_data.overlay.show_overlays or not _covers(what.look, frame):
        return
    obj = context.scene.objects.get(what.obj)
    if obj is None or obj.data is None or obj.data.session_uid != what.data_uid or not obj.visible_get():
        return
    layer = adapter.find_layer(obj.data, what.layer)
    if layer is not None and adapter.is_layer_visible(layer):
        _draw_over(context, adapter.layer_matrix(obj, layer), _batches(what, frame))


def _batches(what: Shown, frame: float) -> list[Any]:
    """What to draw at a frame, in order, each a batch and its width.

    It is made when a frame is first drawn.
    """
    if _state.drawn is None or _state.drawn[0] is not what or _state.drawn[1] != frame:
        import gpu
        from gpu_extras.batch import batch_for_shader

        shader = gpu.shader.from_builtin("POLYLINE_SMOOTH_COLOR")
        rows = []
        for lines, width in layers_of(what.look, frame):
            content = {"pos": lines.points, "color": lines.colours}
            rows.append((batch_for_shader(shader, "LINES", content), width))
        _state.drawn = what, frame, rows
    return _state.drawn[2]


def layers_of(look: Looked, frame: float) -> list[tuple[Any, float]]:
    """The lines that are drawn over a frame, each with its width in pixels.

    First come those that lie below.
    """
    sketch = look.at(frame)
    layers = [
        (sketch.strokes, STROKE),
        (sketch.by_hand, BY_HAND),
        (sketch.bones.tinted(_DARK), EDGE),
        (sketch.bones, BONE),
        (sketch.joints, RING),
    ]
    return [(lines, width) for lines, width in layers if lines.count]


def _draw_over(context: Any, matrix: Any, rows: list[Any]) -> None:
    import gpu
    from mathutils import Matrix

    shader = gpu.shader.from_builtin("POLYLINE_SMOOTH_COLOR")
    scale = context.preferences.system.ui_scale
    gpu.state.blend_set("ALPHA")
    gpu.state.depth_test_set("NONE")
    try:
        with gpu.matrix.push_pop():
            gpu.matrix.multiply_matrix(Matrix(matrix.tolist()))
            shader.bind()
            shader.uniform_float("viewportSize", (context.region.width, context.region.height))
            for batch, width in rows:
                shader.uniform_float("lineWidth", width * scale)
                batch.draw(shader)
    finally:
        gpu.state.blend_set("NONE")
