"""Writing finished drawings to the timeline in one step: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from ...addon import adapter
from ...inference.drawing.contract import Curves
from ...inference.drawing.marks import signature
from ...inference.drawing.timeline import Made
from .snapshot import LayerSnapshot


@dataclass(frozen=True)
class LayerEdit:
    """What becomes of one layer.

    draw     drawings by frame number
    remove   numbers of our frames that go
    orphans  likewise, of frames that lie between no two keys
    made     what the drawings were made for, where that is an in-between
    """

    snapshot: LayerSnapshot
    draw: Mapping[int, Curves] = field(default_factory=dict)
    remove: Sequence[int] = ()
    orphans: Sequence[int] = ()
    made: Mapping[int, Made] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.draw and not self.goes

    @property
    def goes(self) -> tuple[int, ...]:
        """All frames that go."""
        return *self.remove, *self.orphans


@dataclass(frozen=True)
class Committed:
    """Counts for the report.

    `stuck` frames had to go but could not without harm to one of the artist's (see `adapter.has_exposure_ends`).
    `removed` counts the `orphans`, too: by layer, the numbers of those that are gone.
    """

    drawn: int = 0
    removed: int = 0
    layers: int = 0
    stuck: int = 0
    orphans: tuple[tuple[str, tuple[int, ...]], ...] = ()


def commit(edits: Sequence[LayerEdit], used: Sequence[LayerSnapshot] = ()) -> Committed:
    """Carry out all edits; `used` are all layers that the drawings depend on.

    Raises `StaleError` if a layer is no longer what was copied; the scene is then, and after any other exception, as
    it was before.
    """
    edits = [edit for edit in edits if not edit.is_empty]
    snapshots = {snapshot.ref: snapshot for snapshot in [*used, *(edit.snapshot for edit in edits)]} if edits else {}
    for snapshot in snapshots.values():
        snapshot.check_unchanged(snapshot.ref.find())
    layers = [edit.snapshot.ref.find() for edit in edits]
    drawn = removed = stuck = 0
    orphans: list[tuple[str, tuple[int, ...]]] = []
    with ExitStack() as rollback:
        for edit, layer in zip(edits, layers, strict=True):
            fixed = adapter.has_exposure_ends(layer.id_data)
            for number, curves in sorted(edit.draw.items()):
                if fixed and _shows_instance(layer, number):
                    stuck += 1
                    continue
                _draw(layer, number, curves, edit.made.get(number, Made(number, number, number)), rollback)
                drawn += 1
        # Last, and only what must go: what is drawn anew at the same frame was overwritten above.
        for edit, layer in zip(edits, layers, strict=True):
            if edit.goes and adapter.has_exposure_ends(layer.id_data):
                stuck += len(edit.goes)
                continue
            for number in edit.goes:
                _remove(layer, number, rollback)
                removed += 1
            if edit.orphans:
                orphans.append((edit.snapshot.ref.name, tuple(edit.orphans)))
        rollback.pop_all()
    adapter.redraw_timelines()
    return Committed(drawn, removed, len(edits), stuck, tuple(orphans))


def _shows_instance(layer: Any, number: int) -> bool:
    """Whether a frame is there already that shares its drawing with another."""
    frame = adapter.find_frame(layer, number)
    return frame is not None and adapter.shares_drawing(frame.drawing)


def _draw(layer: Any, number: int, curves: Curves, made: Made, rollback: ExitStack) -> None:
    """Put a drawing on the frame, in place of ours if there is one; mark it as ours."""
    if _shows_instance(layer, number):
        # The artist made an instance of our frame elsewhere: that one must not change with this one.
        _remove(layer, number, rollback)
    frame = adapter.find_frame(layer, number)
    if frame is None:
        rollback.callback(_remove_if_there, layer, number)
        frame = adapter.insert_frame(layer, number, curves, adapter.GENERATED)
    else:
        rollback.callback(_put_back, layer, number, adapter.read_curves(frame.drawing))
        adapter.write_curves(frame.drawing, curves)
    _sign(frame.drawing, made)


def _sign(drawing: Any, made: Made) -> None:
    """Mark every stroke by what Blender holds now, and by what it was made for.

    So a later edit shows.
    """
    adapter.add_tool_attributes(drawing)
    adapter.set_attributes(drawing, signature(adapter.read_curves(drawing), made))


def _remove(layer: Any, number: int, rollback: ExitStack) -> None:
    rollback.callback(_put_back, layer, number, adapter.read_curves(adapter.frame_at(layer, number).drawing))
    adapter.remove_frame(layer, number)


def _remove_if_there(layer: Any, number: int) -> None:
    # A generated frame too many does less harm than one of the artist's broken.
    if adapter.find_frame(layer, number) is not None and not adapter.has_exposure_ends(layer.id_data):
        adapter.remove_frame(layer, number)


def _put_back(layer: Any, number: int, curves: Curves) -> None:
    frame = adapter.find_frame(layer, number)
    if frame is None:
        adapter.insert_frame(layer, number, curves, adapter.GENERATED)
    else:
        adapter.write_curves(frame.drawing, curves)
