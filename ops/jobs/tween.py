"""Drawing the in-betweens of one or more layers. Knows nothing of Blender's context, so that a thread may run it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ...inference.drawing.contract import Curves, DrawingError
from ...inference.drawing.timeline import Gap, Origin
from ...inference.intent.said import FoundAgain
from ...inference.motion.clock import eased
from ...inference.skeletons.guide import GuideError
from ...inference.skeletons.view import Recording
from ...inference.tween.object_tween import Key, Layer, ObjectTween
from ...inference.tween.plan import TweenSettings
from ..scene.commit import LayerEdit
from ..scene.snapshot import LayerSnapshot


@dataclass(frozen=True)
class Doubted:
    """A gap left as it is because too little of what would be drawn is likely to be right: `confidence`, 0 to 1."""

    layer: str
    start: int
    end: int
    confidence: float


@dataclass
class Tally:
    """What happened besides drawing, for the report. `problems` are sentences; `bones` are those of inferred skeletons,
    by gap and the layers that move together in it."""

    keys: int = 0
    gaps: int = 0
    edited: int = 0
    holds: int = 0
    blanks: int = 0
    cramped: int = 0
    lonely: int = 0
    brought: int = 0
    doubtful: int = 0
    carried: int = 0
    held: int = 0
    bones: dict[tuple[object, ...], int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    doubted: list[Doubted] = field(default_factory=list)


class TweenJob:
    """All in-betweens of the gaps of some layers of an object; with `around`, only of the gap that shows at that frame.

    `beside` are other layers of the object: what is on them moves together with what is drawn, and stays as it is.
    `settings` are the engine's, `rate` is how many frames a second has, `guide` leads the lines.
    `frames` leaves out gaps without a frame in that range; gaps less sure than `least` are left as they are.
    `said` are the bones that the animator bound strokes to.
    """

    def __init__(
        self,
        snapshots: Sequence[LayerSnapshot],
        step: int,
        easing: str,
        around: int | None = None,
        beside: Sequence[LayerSnapshot] = (),
        settings: TweenSettings | None = None,
        rate: float = 24.0,
        guide: Recording | None = None,
        frames: range | None = None,
        least: float = 0.0,
        said: FoundAgain | None = None,
    ) -> None:
        self._step, self._easing, self._least = step, easing, least
        self._layers = [(snapshot, _among(snapshot.gaps(around), frames)) for snapshot in snapshots]
        self._stack = sorted([*snapshots, *beside], key=lambda snapshot: snapshot.place)
        fills = self._stack[0].fills if self._stack else frozenset()
        judged = replace(TweenSettings() if settings is None else settings, judged=True)
        self._tween = ObjectTween([layer_of(snapshot, said) for snapshot in self._stack], judged, fills, rate, guide)
        self.said, self.is_wired = said, judged.wired
        self._used: set[int] = set()
        self.total = sum(len(gap.inbetween_numbers(step)) for _, gaps in self._layers for gap in gaps)
        self.done = 0
        self.edits: list[LayerEdit] = []
        self.tally = Tally()

    @property
    def used(self) -> list[LayerSnapshot]:
        """The layers that had a say in what was drawn so far."""
        return [self._stack[number] for number in sorted(self._used)]

    def steps(self) -> Iterator[None]:
        """Do the work, a plan or an in-between at a time. `edits` holds whole gaps at any moment, all of them at the
        end."""
        for snapshot, gaps in self._layers:
            draw: dict[int, Curves] = {}
            remove: list[int] = []
            self.edits.append(LayerEdit(snapshot, draw, remove))
            edited = {cel.number for gap in gaps for cel in (gap.start, gap.end) if cel.origin is Origin.EDITED}
            self.tally.edited += len(edited)
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
            index = [key.frame for key in self._tween.layers[layer].keys].index(gap.start.number)
            if self._tween.is_hold(layer, index):
                self.tally.holds += 1
                numbers = ()
            else:
                together = self._tween.together(layer, index)
                self._used.update(together)
                bones = self._tween.bones(layer, index)
                if self._is_doubted(layer, index, gap):
                    return []
                self.tally.bones[gap.start.number, gap.end.number, together] = bones
                self.tally.lonely += self._tween.come_or_go(layer, index)
                self.tally.brought += self._tween.brought(layer, index)
                fallen = self._tween.fallen(layer, index)
                self.tally.doubtful += fallen.doubtful
                self.tally.carried += fallen.carried
                self.tally.held += fallen.held
                yield
            for number in numbers:
                draw[number] = self._tween.inbetween(layer, index, eased(self._easing, gap.time_of(number)))
                self.done += 1
                yield
        return [number for number in gap.ours if number not in numbers]

    def _is_doubted(self, layer: int, index: int, gap: Gap) -> bool:
        """Whether the gap is too little sure to be drawn, which is then noted."""
        confidence = self._tween.sureness(layer, index) if self._least > 0 else 1.0
        if confidence >= self._least:
            return False
        name = self._stack[layer].ref.name
        self.tally.doubted.append(Doubted(name, gap.start.number, gap.end.number, confidence))
        return True


def _among(gaps: tuple[Gap, ...], frames: range | None) -> tuple[Gap, ...]:
    """The gaps that have a frame between their keys in the range."""
    if frames is None:
        return gaps
    return tuple(gap for gap in gaps if gap.start.number < frames.stop - 1 and frames.start < gap.end.number)


def layer_of(snapshot: LayerSnapshot, said: FoundAgain | None = None) -> Layer:
    """A layer as the engine takes it, with the bones that its strokes were said to belong to."""
    nothing = Curves(np.zeros(1, np.int32))
    bones = {} if said is None else said.bones.get(snapshot.ref.name, {})
    keys = [
        Key(cel.number, snapshot.curves.get(cel.number, nothing), bones.get(cel.number, {}))
        for cel in snapshot.cels
        if cel.is_key
    ]
    return Layer(keys, snapshot.to_world)
