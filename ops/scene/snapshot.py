"""A copy of what an operator is about to work on. It holds no Blender reference: those die with every undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...addon import adapter
from ...inference.drawing.contract import Curves
from ...inference.drawing.conversion import FINGERPRINT, fingerprint
from ...inference.drawing.timeline import Cel, Gap, Origin, gap_at, gaps_between, neighbourhood
from ...inference.geometry.points import Array


class StaleError(RuntimeError):
    """What was copied is no longer what is in the scene; the message says which layer."""


@dataclass(frozen=True)
class LayerRef:
    """How to find a layer again: the data-block's session_uid survives undo, layer names are unique within it."""

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

    place     the layer's number among the object's layers, in drawing order
    span      first and last frame read, or None for the whole layer
    cels      all frames in the span, in their order
    curves    the artist's drawings in the span that are not blank, by frame number
    to_world  (4, 4) float64, layer space to world space
    fills     material slots that fill
    """

    ref: LayerRef
    place: int
    span: tuple[int, int] | None
    cels: tuple[Cel, ...]
    curves: dict[int, Curves]
    to_world: Array
    fills: frozenset[int]

    def gaps(self, around: int | None = None) -> tuple[Gap, ...]:
        """The gaps between keys; with `around`, only the one that shows at that frame."""
        gaps = gaps_between(self.cels)
        if around is None:
            return gaps
        gap = gap_at(gaps, around)
        return () if gap is None else (gap,)

    def check_unchanged(self, layer: Any) -> None:
        """Raise `StaleError` if a frame in the span came, went or changed since."""
        cels, _ = _read_cels(layer, self.span)
        if cels != self.cels:
            raise StaleError(
                f'Layer "{self.ref.name}" changed while in-betweens were being drawn; nothing was written. '
                "Run Tween again."
            )


def read_layer(obj: Any, layer: Any, around: int | None = None) -> LayerSnapshot:
    """Copy a layer, or only what the gap around the frame `around` depends on: its keys and their neighbours."""
    ref = LayerRef(obj.data.session_uid, adapter.tree_name(layer))
    place = [adapter.tree_name(other) for other in obj.data.layers].index(ref.name)
    span = None
    if around is not None:
        frames = sorted(layer.frames, key=adapter.frame_number)
        # Whether a generated frame was edited is only known once it is read; until then it is taken for ours.
        keys = [adapter.frame_type(frame) != adapter.GENERATED for frame in frames]
        span = neighbourhood([adapter.frame_number(frame) for frame in frames], keys, around) or (around, around)
    cels, curves = _read_cels(layer, span)
    to_world, fills = adapter.layer_matrix(obj, layer), adapter.filling_materials(obj)
    return LayerSnapshot(ref, place, span, cels, curves, to_world, fills)


def read_beside(obj: Any, snapshots: Sequence[LayerSnapshot], around: int | None = None) -> list[LayerSnapshot]:
    """Copy the other visible layers, locked or not, whose strokes may move together with those of the `snapshots`.

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
            beside.append(read_layer(obj, layer, None if around is None else shared[0]))
    return beside


def read_rate(scene: Any) -> float:
    """Frames per second of the scene."""
    return float(scene.render.fps / scene.render.fps_base)


def _read_cels(layer: Any, span: tuple[int, int] | None) -> tuple[tuple[Cel, ...], dict[int, Curves]]:
    cels, artists = [], {}
    for frame in sorted(layer.frames, key=adapter.frame_number):
        number = adapter.frame_number(frame)
        if span is not None and not span[0] <= number <= span[1]:
            continue
        cel, curves = _read_cel(frame)
        cels.append(cel)
        if cel.is_key and curves is not None and not cel.blank:
            artists[number] = curves
    return tuple(cels), artists


def _read_cel(frame: Any) -> tuple[Cel, Curves | None]:
    number = adapter.frame_number(frame)
    generated = adapter.frame_type(frame) == adapter.GENERATED
    if frame.drawing is None:  # the end of an exposure, which is the artist's whatever its type
        return Cel(number, Origin.ARTIST, blank=True), None
    curves = adapter.read_curves(frame.drawing)
    code = fingerprint(curves)
    origin = Origin.ARTIST
    if generated:
        origin = Origin.OURS if _is_untouched(curves, code) else Origin.EDITED
    return Cel(number, origin, curves.stroke_count == 0, code), curves


def _is_untouched(curves: Curves, code: int) -> bool:
    """Whether a generated drawing still is what was written; strokes the artist added carry no or another mark."""
    if not curves.stroke_count:
        return True  # an in-between may be empty, and there is nothing in it to lose
    mark = curves.attributes.get(FINGERPRINT)
    return mark is not None and mark.domain == "CURVE" and bool((mark.values == code).all())


def generated_cels(snapshot: LayerSnapshot, around: int | None) -> list[Cel]:
    """Generated frames, edited or not; with `around`, those of the gap there and the edited ones at its ends."""
    cels = [cel for cel in snapshot.cels if cel.origin is not Origin.ARTIST]
    if around is None:
        return cels
    gaps = snapshot.gaps(around)
    return [cel for cel in cels if any(gap.start.number <= cel.number <= gap.end.number for gap in gaps)]
