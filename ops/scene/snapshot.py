"""A copy of what an operator is about to work on.

It holds no Blender reference: those die with every undo.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ...addon import adapter
from ...addon.scene_time import key_rate
from ...inference.drawing.contract import Curves
from ...inference.drawing.conversion import fingerprint
from ...inference.drawing.marks import is_untouched, made_for
from ...inference.drawing.ownership import settled
from ...inference.drawing.timeline import (
    Cel,
    Gap,
    Made,
    Origin,
    gap_at,
    gaps_around,
    gaps_between,
    neighbourhood,
    outside,
)

RETARGETED = " retargeted"
"""How names of layers end that hold a performance."""


class StaleError(RuntimeError):
    """What was copied is no longer what is in the scene; the message says which layer."""


@dataclass(frozen=True)
class LayerRef:
    """How to find a layer again.

    The data-block's session_uid survives undo, layer names are unique within it.
    """

    data_uid: int
    name: str

    def find(self) -> Any:
        """The layer now; raises `StaleError` if it is gone."""
        for data in adapter.grease_pencil_data():
            if data.session_uid == self.data_uid and (layer := adapter.find_layer(data, self.name)) is not None:
                return layer
        raise StaleError(f'Layer "{self.name}" is gone; nothing was changed.')


@dataclass(frozen=True)
class LayerSnapshot:
    """The frames of a layer, as far as an operator depends on them.

    place   the layer's number among the object's layers, in drawing order
    span    first and last frame read, or None for the whole layer
    cels    all frames in the span, in their order
    curves  the artist's drawings in the span that are not blank, by frame number
    """

    ref: LayerRef
    place: int
    span: tuple[int, int] | None
    cels: tuple[Cel, ...]
    curves: dict[int, Curves]

    def gaps(self, around: int | None = None) -> tuple[Gap, ...]:
        """The gaps between keys; with `around`, only the one that shows at that frame.

        Breakdowns that were in-betweens part it.
        """
        gaps = gaps_between(self.cels)
        return gaps if around is None else gaps_around(gaps, around)

    def shown(self, frame: int) -> Gap | None:
        """The gap that shows at that frame, between keys that may be breakdowns."""
        return gap_at(gaps_between(self.cels), frame)

    def check_unchanged(self, layer: Any) -> None:
        """Raise `StaleError` if a frame in the span came, went or changed since."""
        cels, _ = _read_cels(layer, self.span)
        if cels != self.cels:
            raise StaleError(
                f'Layer "{self.ref.name}" changed while in-betweens were being drawn; nothing was written. '
                "Run Tween again."
            )


def read_layer(obj: Any, layer: Any, around: int | None = None, to: int | None = None) -> LayerSnapshot:
    """A copy of a layer, or of what the gap around the frame `around` depends on.

    That is its keys and their neighbours. With `to`, of all gaps from there to that frame.
    """
    ref = LayerRef(obj.data.session_uid, adapter.tree_name(layer))
    place = [adapter.tree_name(other) for other in obj.data.layers].index(ref.name)
    span = None
    if around is not None and len(layer.frames):
        frames = sorted(layer.frames, key=adapter.frame_number)
        # Whether a generated frame was edited is only known once it is read; until then it is taken for ours.
        keys = [adapter.frame_type(frame) != adapter.GENERATED for frame in frames]
        numbers = [adapter.frame_number(frame) for frame in frames]
        span = neighbourhood(numbers, keys, around, around if to is None else to)
    cels, curves = _read_cels(layer, span)
    return LayerSnapshot(ref, place, span, cels, curves)


def read_beside(obj: Any, snapshots: Sequence[LayerSnapshot], around: int | None = None) -> list[LayerSnapshot]:
    """Copies of other visible layers that may move together with the `snapshots`.

    They may be locked.

    Such a layer has frames at both ends of a gap. `around` as given to `read_layer`.
    """
    known = {snapshot.ref.name for snapshot in snapshots}
    ends = [(gap.start.number, gap.end.number) for snapshot in snapshots for gap in snapshot.gaps(around)]
    beside = []
    for layer in obj.data.layers:
        if adapter.tree_name(layer) in known or not adapter.is_layer_visible(layer):
            continue
        numbers = {adapter.frame_number(frame) for frame in layer.frames}
        shared = [start for start, end in ends if start in numbers and end in numbers]
        if shared:
            beside.append(read_layer(obj, layer) if around is None else read_layer(obj, layer, shared[0], shared[-1]))
    return beside


def read_rate(scene: Any) -> float:
    """Frames of keys per second of the film."""
    return key_rate(scene)


def _read_cels(layer: Any, span: tuple[int, int] | None) -> tuple[tuple[Cel, ...], dict[int, Curves]]:
    frames = {adapter.frame_number(frame): frame for frame in sorted(layer.frames, key=adapter.frame_number)}
    performs = adapter.tree_name(layer).endswith(RETARGETED)

    @cache
    def read(number: int) -> tuple[Cel, Curves | None]:
        return _read_cel(frames[number], performs)

    def print_of(number: int) -> int | None:
        return read(number)[0].fingerprint if number in frames else None

    def all_made() -> Iterator[tuple[int, Made]]:
        for cel, _ in map(read, frames):
            if cel.made is not None:
                yield cel.number, cel.made

    numbers = [number for number in frames if span is None or span[0] <= number <= span[1]]
    cels = settled([read(number)[0] for number in numbers], print_of, all_made)
    artists = {}
    for cel in cels:
        curves = read(cel.number)[1]
        if cel.is_key and curves is not None and not cel.blank:
            artists[cel.number] = curves
    return cels, artists


def _read_cel(frame: Any, performs: bool) -> tuple[Cel, Curves | None]:
    """A frame of a layer; `performs` says that the layer holds a performance.

    Files of earlier versions do not say so of its frames.
    """
    number = adapter.frame_number(frame)
    if frame.drawing is None:  # the end of an exposure, which is the artist's whatever its type
        return Cel(number, Origin.ARTIST, blank=True), None
    curves = adapter.read_curves(frame.drawing)
    origin, made = Origin.ARTIST, None
    if adapter.frame_type(frame) == adapter.GENERATED:
        origin = Origin.OURS if is_untouched(curves) else Origin.EDITED
        made = made_for(curves) or (Made(number, number, number) if performs else None)
    return Cel(number, origin, curves.stroke_count == 0, fingerprint(curves), made), curves


def generated_cels(snapshot: LayerSnapshot, around: int | None) -> list[Cel]:
    """Generated frames, edited or not.

    With `around`, those of the gap there and the edited ones at its ends, or where there is no gap, those around
    that frame.
    """
    cels = [cel for cel in snapshot.cels if cel.origin is not Origin.ARTIST]
    if around is None:
        return cels
    gaps = snapshot.gaps(around)
    if not gaps:
        return list(outside(snapshot.cels, around))
    return [cel for cel in cels if gaps[0].start.number <= cel.number <= gaps[-1].end.number]
