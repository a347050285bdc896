"""Score tweened sequences: every in-between against the true frame, averaged per sequence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from functools import cache
from itertools import pairwise
from math import nan

import numpy as np

from inkbetween.tools.picture import Picture

from . import continuity, metrics
from .paint.measures import Painted, PaintScore, paint_score
from .sequences import Sequence
from .tweened import Method, Tweened

_PAINT = tuple(field.name for field in fields(PaintScore))


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
    # of coloured sequences, see `paint.measures`
    colour: float = nan
    held: float = nan
    naked: float = nan
    cracks: float = nan
    loose: float = nan
    bits: float = nan
    lost: float = nan


@dataclass(frozen=True)
class Result:
    """One method's score on one sequence with a key every `gap` frames."""

    gap: int
    method: str
    sequence: str
    score: Score


class Truth:
    """A sequence's own frames as pictures, made once and shared by all gaps and methods."""

    def __init__(self, sequence: Sequence) -> None:
        self.sequence = sequence
        self.palette = np.zeros((0, 3)) if sequence.palette is None else sequence.palette
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
            yield Result(gap, name, sequence.name, score(truth, gap, tweened)), tweened


def _steps(pictures: list[Picture]) -> list[float]:
    return [continuity.step_size(one, other) for one, other in pairwise(pictures)]


def score(truth: Truth, gap: int, tweened: Tweened) -> Score:
    rows: list[tuple[float, ...]] = []
    evenness: list[float] = []
    paint: list[list[float]] = []
    for first, last in truth.sequence.gaps(gap):
        pictures = [truth.picture(first)]
        for number in range(first + 1, last):
            strokes = tweened.frames[number]
            drawn, true = Picture(strokes), truth.picture(number)
            pictures.append(drawn)
            whole = continuity.wholeness(strokes)
            share = continuity.wholeness_score(whole, truth.whole(first), truth.whole(last), (number - first) / gap)
            close, f1 = metrics.chamfer_distance(true, drawn), metrics.f1_score(true, drawn)
            lines = (share, whole.stubs, whole.free_ends, whole.strokes, whole.mean_length)
            rows.append((close, f1, metrics.ink_ratio(true, drawn), *lines))
            if number in tweened.fills:
                coloured = Painted(tweened.fills[number], drawn)
                t, colours = (number - first) / gap, len(truth.palette)
                keys = truth.painted(first), truth.painted(last)
                one = paint_score(truth.painted(number), coloured, *keys, t, colours)
                paint.append(list(asdict(one).values()))
        pictures.append(truth.picture(last))
        true_pictures = [truth.picture(number) for number in range(first, last + 1)]
        evenness.append(continuity.evenness_score(_steps(pictures), _steps(true_pictures)))
    means = [float(value) for value in np.mean(rows, axis=0)]
    chamfer, f1_mean, ink, whole_share, stubs, free_ends, strokes_mean, length = means
    even = float(np.mean(evenness))
    return Score(
        chamfer=chamfer,
        f1=f1_mean,
        ink=ink,
        continuity=whole_share * even,
        wholeness=whole_share,
        evenness=even,
        stubs=stubs,
        free_ends=free_ends,
        strokes=strokes_mean,
        stroke_length=length,
        per_pair=tweened.per_pair,
        per_frame=tweened.per_frame,
        **(dict(zip(_PAINT, map(float, np.mean(paint, axis=0)), strict=True)) if paint else {}),
    )
