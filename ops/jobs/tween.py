"""Drawing the in-betweens of one or more layers, without Blender's context.

A thread may run it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

from ...inference.drawing.contract import Curves, DrawingError
from ...inference.drawing.timeline import Gap, Made, Origin, orphans
from ...inference.skeletons.guide import GuideError
from ...inference.tween.report import doubtful
from ..scene.commit import LayerEdit
from ..scene.request import TweenRequest
from ..scene.snapshot import LayerSnapshot


@dataclass(frozen=True)
class Doubted:
    """A gap left as it is because too little is likely to be right.

    `confidence` of what would be drawn, 0 to 1.
    """

    layer: str
    start: int
    end: int
    confidence: float


@dataclass
class Tally:
    """What happened besides drawing, for the report.

    `problems` are sentences. `bones` are those of inferred skeletons, by gap and the layers that move together in
    it.
    """

    keys: int = 0
    gaps: int = 0
    edited: int = 0
    placed: int = 0
    holds: int = 0
    blanks: int = 0
    cramped: int = 0
    unmatched: int = 0
    lent: int = 0
    doubtful: int = 0
    carried: int = 0
    held: int = 0
    bones: dict[tuple[object, ...], int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    doubted: list[Doubted] = field(default_factory=list)


class TweenJob:
    """All in-betweens that are asked for.

    Gaps without a frame in the range `frames` are left out. Gaps less sure than `least` are left as they are.
    """

    def __init__(self, request: TweenRequest, frames: range | None = None, least: float = 0.0) -> None:
        self._step, self._least, self._low = request.step, least, request.settings.evidence.low
        self._layers = [(snapshot, _among(snapshot.gaps(request.around), frames)) for snapshot in request.layers]
        self._orphans = [_within(orphans(snapshot.cels, request.around), frames) for snapshot in request.layers]
        self._stack = request.stack
        self._tween = request.tween()
        self.said, self.is_wired, self.notes = request.said, request.settings.wired, request.notes
        self._used: set[int] = set()
        self.total = sum(len(gap.inbetween_numbers(self._step)) for _, gaps in self._layers for gap in gaps)
        self.done = 0
        self.edits: list[LayerEdit] = []
        self.tally = Tally()

    @property
    def used(self) -> list[LayerSnapshot]:
        """The layers that had a say in what was drawn so far."""
        return [self._stack[number] for number in sorted(self._used)]

    def steps(self) -> Iterator[None]:
        """Do the work, a plan or an in-between at a time.

        `edits` holds whole gaps at any moment, all of them at the end.
        """
        for (snapshot, gaps), lost in zip(self._layers, self._orphans, strict=True):
            draw: dict[int, Curves] = {}
            remove: list[int] = []
            made: dict[int, Made] = {}
            self.edits.append(LayerEdit(snapshot, draw, remove, lost, made))
            origins = {cel.number: cel.origin for gap in gaps for cel in (gap.start, gap.end)}
            self.tally.edited += list(origins.values()).count(Origin.EDITED)
            self.tally.placed += list(origins.values()).count(Origin.PLACED)
            self.tally.keys += sum(cel.is_key for cel in snapshot.cels)
            self.tally.gaps += len(gaps)
            layer = [other.ref for other in self._stack].index(snapshot.ref)
            for gap in gaps:
                before = self.done
                drawn: dict[int, Curves] = {}
                try:
                    needless = yield from self._draw_gap(layer, gap, drawn)
                except (DrawingError, GuideError) as error:
                    # The other gaps can still be drawn; what this one holds already stays.
                    self.tally.problems.append(f'Layer "{snapshot.ref.name}": {error}')
                else:
                    made.update({number: gap.made(number) for number in drawn})
                    draw.update(drawn)
                    remove.extend(needless)
                self.done = before + len(gap.inbetween_numbers(self._step))

    def _draw_gap(self, layer: int, gap: Gap, draw: dict[int, Curves]) -> Generator[None, None, list[int]]:
        """Draw the gap; returns the numbers of frames of ours in it that go."""
        numbers: tuple[int, ...] = gap.inbetween_numbers(self._step)
        if gap.is_blank:
            self.tally.blanks += 1
            numbers = ()
        elif not numbers:
            self.tally.cramped += 1
        else:
            index = self._tween.gap_from(layer, gap.start.number)
            if self._tween.is_hold(layer, index):
                self.tally.holds += 1
                numbers = ()
            else:
                report = self._tween.report(layer, index)
                self._used.update(report.together)
                if self._is_doubted(layer, gap, report.sureness):
                    return []
                self.tally.bones[gap.start.number, gap.end.number, report.together] = report.bones
                self.tally.unmatched += report.unmatched
                self.tally.lent += report.lent
                self.tally.carried += report.carried
                self.tally.held += report.held
                yield
            for number in numbers:
                draw[number] = self._tween.inbetween(layer, index, gap.time_of(number))
                self.done += 1
                yield
            # counted as they are stored: the most in any one in-between of the gap
            self.tally.doubtful += max((doubtful(drawn, self._low) for drawn in draw.values()), default=0)
        return [number for number in gap.ours if number not in numbers]

    def _is_doubted(self, layer: int, gap: Gap, sureness: float) -> bool:
        """Whether the gap is too little sure to be drawn, which is then noted."""
        if sureness >= self._least:
            return False
        name = self._stack[layer].ref.name
        self.tally.doubted.append(Doubted(name, gap.start.number, gap.end.number, sureness))
        return True


def _among(gaps: tuple[Gap, ...], frames: range | None) -> tuple[Gap, ...]:
    """The gaps that have a frame between their keys in the range."""
    if frames is None:
        return gaps
    return tuple(gap for gap in gaps if gap.start.number < frames.stop - 1 and frames.start < gap.end.number)


def _within(numbers: tuple[int, ...], frames: range | None) -> tuple[int, ...]:
    return tuple(number for number in numbers if frames is None or number in frames)
