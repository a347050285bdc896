"""Drawing the in-betweens of one or more layers. Knows nothing of Blender's context, so that a thread may run it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..inference.drawing import Curves, DrawingError
from ..inference.layer_tween import Key, LayerTween
from ..inference.timeline import Gap, Origin, gap_at, gaps_between
from ..inference.timing import eased
from .commit import LayerEdit
from .snapshot import LayerSnapshot


@dataclass
class Tally:
    """What happened besides drawing, for the report. `problems` are sentences."""

    keys: int = 0
    gaps: int = 0
    edited: int = 0
    holds: int = 0
    blanks: int = 0
    cramped: int = 0
    problems: list[str] = field(default_factory=list)


class TweenJob:
    """All in-betweens of the gaps of some layers; with `around`, only of the gap that shows at that frame."""

    def __init__(self, snapshots: Sequence[LayerSnapshot], step: int, easing: str, around: int | None = None) -> None:
        self._step, self._easing = step, easing
        self._layers = [(snapshot, _gaps(snapshot, around)) for snapshot in snapshots]
        self.total = sum(len(gap.inbetween_numbers(step)) for _, gaps in self._layers for gap in gaps)
        self.done = 0
        self.edits: list[LayerEdit] = []
        self.tally = Tally()

    def steps(self) -> Iterator[None]:
        """Do the work, a plan or an in-between at a time; `edits` is complete at the end."""
        for snapshot, gaps in self._layers:
            draw: dict[int, Curves] = {}
            remove: list[int] = []
            edited = {cel.number for gap in gaps for cel in (gap.start, gap.end) if cel.origin is Origin.EDITED}
            self.tally.edited += len(edited)
            self.tally.keys += sum(cel.is_key for cel in snapshot.cels)
            self.tally.gaps += len(gaps)
            places = _places(snapshot)
            for gap in gaps:
                before = self.done
                try:
                    yield from self._draw_gap(gap, places, draw, remove)
                except DrawingError as error:
                    # The other gaps can still be drawn; what this one holds already stays.
                    draw = {number: curves for number, curves in draw.items() if number < gap.start.number}
                    self.tally.problems.append(f'Layer "{snapshot.ref.name}": {error}')
                self.done = before + len(gap.inbetween_numbers(self._step))
            self.edits.append(LayerEdit(snapshot, draw, remove))

    def _draw_gap(
        self,
        gap: Gap,
        places: Mapping[int, tuple[LayerTween, int]],
        draw: dict[int, Curves],
        remove: list[int],
    ) -> Iterator[None]:
        numbers: tuple[int, ...] = gap.inbetween_numbers(self._step)
        if gap.is_blank:
            self.tally.blanks += 1
            numbers = ()
        elif not numbers:
            self.tally.cramped += 1
        else:
            tween, index = places[gap.start.number]
            if tween.is_hold(index):
                self.tally.holds += 1
                numbers = ()
            else:
                tween.prepare(index)
                yield
            for number in numbers:
                draw[number] = tween.inbetween(index, eased(self._easing, gap.time_of(number)))
                self.done += 1
                yield
        remove.extend(number for number in gap.ours if number not in numbers)


def _gaps(snapshot: LayerSnapshot, around: int | None) -> tuple[Gap, ...]:
    gaps = gaps_between(snapshot.cels)
    if around is None:
        return gaps
    gap = gap_at(gaps, around)
    return () if gap is None else (gap,)


def _places(snapshot: LayerSnapshot) -> dict[int, tuple[LayerTween, int]]:
    """By the frame of a gap's first key: the layer's tween and the gap's index in it.

    A blank key breaks the motion, so that each unbroken run of keys is tweened for itself.
    """
    runs: list[list[Key]] = [[]]
    for cel in snapshot.cels:
        if cel.is_key and cel.blank:
            runs.append([])
        elif cel.is_key:
            runs[-1].append(Key(cel.number, snapshot.curves[cel.number]))
    places = {}
    for run in runs:
        tween = LayerTween(run, snapshot.to_world, fills=snapshot.fills)
        places.update({key.frame: (tween, index) for index, key in enumerate(run[:-1])})
    return places
