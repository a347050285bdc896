"""Score tweened sequences: every in-between against the true frame, averaged per sequence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from itertools import pairwise
from math import nan
from time import perf_counter

import numpy as np

from inkbetween.tools.picture import Picture

from .drawings.sequences import Sequence
from .measures import continuity, lines
from .measures.paint import PaintScore, paint_score
from .measures.painted import Painted
from .methods.tweened import Method, Tweened


@dataclass(frozen=True)
class Score:
    """Means over one sequence's in-betweens; lengths in px, times in seconds."""

    chamfer: float
    f1: float
    ink: float
    continuity: float
    wholeness: float
    evenness: float
    stubs: float
    free_ends: float
    strokes: float
    stroke_length: float
    per_pair: float
    per_frame: float
    # of coloured sequences, see `measures.paint`; NaN of all others
    colour: float = nan
    held: float = nan
    naked: float = nan
    cracks: float = nan
    loose: float = nan
    bits: float = nan
    lost: float = nan


@dataclass(frozen=True)
class Moment:
    """One in-between's score. `paint` is None where the method draws no fills."""

    chamfer: float
    f1: float
    ink: float
    wholeness: float
    stubs: float
    free_ends: float
    strokes: float
    stroke_length: float
    paint: PaintScore | None = None

    @property
    def values(self) -> dict[str, float]:
        """By the names that they have in `Score`."""
        own = {f.name: float(getattr(self, f.name)) for f in fields(self) if f.name != "paint"}
        return own if self.paint is None else own | asdict(self.paint)


@dataclass(frozen=True)
class Result:
    """One method's score on one sequence with a key every `gap` frames.

    `moments` are scores by frame number, `measuring` the seconds it took to score an in-between; files keep neither.
    """

    gap: int
    method: str
    sequence: str
    score: Score
    moments: dict[int, Moment] = field(default_factory=dict, compare=False)
    measuring: float = field(default=0.0, compare=False)


class Truth:
    """A sequence's own frames as pictures, made once and shared by all gaps and methods."""

    def __init__(self, sequence: Sequence) -> None:
        self.sequence = sequence
        self.colours = 0 if sequence.palette is None else len(sequence.palette)
        self.picture = cache(lambda index: Picture(sequence.frames[index]))
        self.whole = cache(lambda index: continuity.wholeness(sequence.frames[index]))
        self.painted = cache(lambda index: Painted(sequence.fills[index], self.picture(index)))


def run(sequence: Sequence, gaps: list[int], methods: dict[str, Method]) -> Iterator[tuple[Result, Tweened]]:
    """Score each method at each gap; gaps the sequence is too short for are passed over."""
    truth = Truth(sequence)
    for gap in gaps:
        if not sequence.gaps(gap):
            continue
        for name, method in methods.items():
            tweened = method(sequence, gap)
            started = perf_counter()
            score, moments = measured(truth, gap, tweened)
            seconds = (perf_counter() - started) / len(moments)
            yield Result(gap, name, sequence.name, score, moments, seconds), tweened


def measured(truth: Truth, gap: int, tweened: Tweened) -> tuple[Score, dict[int, Moment]]:
    """The score, and of each in-between what went into it."""
    moments: dict[int, Moment] = {}
    evenness: list[float] = []
    for first, last in truth.sequence.gaps(gap):
        pictures = [truth.picture(first)]
        for number in range(first + 1, last):
            pictures.append(Picture(tweened.frames[number]))
            moments[number] = _moment(truth, (first, number, last), tweened, pictures[-1])
        pictures.append(truth.picture(last))
        true_pictures = [truth.picture(number) for number in range(first, last + 1)]
        evenness.append(continuity.evenness_score(_steps(pictures), _steps(true_pictures)))
    rows = [moment.values for moment in moments.values()]
    means = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    even = float(np.mean(evenness))
    score = Score(
        **means,
        continuity=means["wholeness"] * even,
        evenness=even,
        per_pair=tweened.per_pair,
        per_frame=tweened.per_frame,
    )
    return score, moments


def _moment(truth: Truth, frames: tuple[int, int, int], tweened: Tweened, drawn: Picture) -> Moment:
    """The score of an in-between; `frames` are the first key's, its own, and the last key's."""
    first, number, last = frames
    t, true = (number - first) / (last - first), truth.picture(number)
    whole = continuity.wholeness(tweened.frames[number])
    paint = None
    if number in tweened.fills:
        painted = Painted(tweened.fills[number], drawn)
        keys = truth.painted(first), truth.painted(last)
        paint = paint_score(truth.painted(number), painted, *keys, t, truth.colours)
    return Moment(
        chamfer=lines.chamfer_distance(true, drawn),
        f1=lines.f1_score(true, drawn),
        ink=lines.ink_ratio(true, drawn),
        wholeness=continuity.wholeness_score(whole, truth.whole(first), truth.whole(last), t),
        stubs=whole.stubs,
        free_ends=whole.free_ends,
        strokes=whole.strokes,
        stroke_length=whole.mean_length,
        paint=paint,
    )


def _steps(pictures: list[Picture]) -> list[float]:
    return [continuity.step_size(one, other) for one, other in pairwise(pictures)]
