"""Filling several objects, one after the other, each exactly as Tween fills it.

It knows nothing of Blender's context.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

from ..filling.plan import LeftAlone
from ..scene.commit import LayerEdit
from ..scene.snapshot import LayerSnapshot
from .tween import Tally, TweenJob

# Before so much of the work is done, what it really takes says little about the rest.
TELLING = 0.02


@dataclass(frozen=True)
class Stage:
    """The job of one object, the object's name, and the seconds it is likely to take."""

    name: str
    job: TweenJob
    seconds: float


class FillJob:
    """All in-betweens of some objects.

    `edits` holds whole gaps at any moment, so that what is done can be kept.
    """

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._stages = tuple(stages)
        self._started: float | None = None
        self.total = sum(stage.job.total for stage in stages)

    @property
    def done(self) -> int:
        return sum(stage.job.done for stage in self._stages)

    @property
    def edits(self) -> list[LayerEdit]:
        return [edit for stage in self._stages for edit in stage.job.edits]

    @property
    def used(self) -> list[LayerSnapshot]:
        return [snapshot for stage in self._stages for snapshot in stage.job.used]

    @property
    def tallies(self) -> list[Tally]:
        return [stage.job.tally for stage in self._stages]

    @property
    def is_wired(self) -> bool:
        """Whether skeletons are inferred from the drawings."""
        return any(stage.job.is_wired for stage in self._stages)

    @property
    def left(self) -> list[LeftAlone]:
        """Gaps that were left as they are, with the reason, so far."""
        found = []
        for stage in self._stages:
            for one in stage.job.tally.doubted:
                what = f'Layer "{one.layer}" of "{stage.name}", frames {one.start} to {one.end},'
                found.append(LeftAlone(what, f"has low confidence ({one.confidence:.2f})"))
            for problem in stage.job.tally.problems:
                found.append(LeftAlone(f'"{stage.name}"', f"has a gap that cannot be drawn: {problem}"))
        return found

    def steps(self) -> Iterator[None]:
        """Do the work, a plan or an in-between at a time."""
        self._started = perf_counter()
        for stage in self._stages:
            yield from stage.job.steps()

    def seconds_left(self) -> float | None:
        """How long the rest takes, at the pace so far; None while that is not known yet."""
        if self._started is None:
            return None
        whole = sum(stage.seconds for stage in self._stages)
        done = sum(stage.seconds * stage.job.done / max(stage.job.total, 1) for stage in self._stages)
        if done <= TELLING * whole:
            return None
        return (perf_counter() - self._started) * (whole - done) / done
