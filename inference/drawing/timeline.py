"""A layer's timeline: which frames are the artist's, which are ours, and what lies between two keys.

A key is a frame the artist is responsible for: drawn by hand, or generated and edited since. Only frames that are ours
alone may be replaced or removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise


class Origin(Enum):
    """Who answers for a frame."""

    ARTIST = "drawn by the artist"
    EDITED = "generated, edited by the artist since"
    OURS = "generated, untouched"


@dataclass(frozen=True)
class Cel:
    """One frame that starts on the timeline.

    number       the scene frame from which it shows
    origin       who answers for it
    blank        whether nothing shows: an empty drawing, or the end of an exposure
    fingerprint  of the drawing's content; 0 where there is none
    """

    number: int
    origin: Origin
    blank: bool = False
    fingerprint: int = 0

    @property
    def is_key(self) -> bool:
        return self.origin is not Origin.OURS


@dataclass(frozen=True)
class Gap:
    """Two neighbouring keys, and the numbers of our frames between them."""

    start: Cel
    end: Cel
    ours: tuple[int, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether a drawing is missing at one end, so that there is nothing to draw from or to."""
        return self.start.blank or self.end.blank

    def inbetween_numbers(self, step: int) -> tuple[int, ...]:
        """Every `step`-th frame after the first key, short of the second; raises ValueError for a step below 1."""
        if step < 1:
            raise ValueError(f"The step is {step}; it must be 1 or more.")
        return tuple(range(self.start.number + step, self.end.number, step))

    def time_of(self, number: int) -> float:
        """The time of a frame, 0 at the first key, 1 at the second."""
        return (number - self.start.number) / (self.end.number - self.start.number)


def gaps_between(cels: Iterable[Cel]) -> tuple[Gap, ...]:
    """All gaps of a timeline; `cels` in the order of their numbers."""
    cels = tuple(cels)
    keys = [cel for cel in cels if cel.is_key]
    return tuple(
        Gap(a, b, tuple(cel.number for cel in cels if not cel.is_key and a.number < cel.number < b.number))
        for a, b in pairwise(keys)
    )


def gap_at(gaps: Sequence[Gap], frame: int) -> Gap | None:
    """The gap that shows at `frame`: the one after a key that starts there, or before it if it is the last key."""
    for gap in gaps:
        if gap.start.number <= frame < gap.end.number:
            return gap
    if gaps and frame == gaps[-1].end.number:
        return gaps[-1]
    return None


def neighbourhood(numbers: Sequence[int], are_keys: Sequence[bool], frame: int) -> tuple[int, int] | None:
    """First and last frame that the gap at `frame` and the keys next to it may depend on.

    `numbers` ascending, `are_keys` what is certainly the artist's. Returns two keys to either side where there are so
    many, one where not, or None if `frame` lies before the first key or after the last.
    """
    keys = [number for number, is_key in zip(numbers, are_keys, strict=True) if is_key]
    if not keys or not keys[0] <= frame <= keys[-1]:
        return None
    before = [number for number in keys if number <= frame]
    after = [number for number in keys if number > frame]
    # On the last key the gap before it is meant, so that one more key counts.
    reach = 2 if after else 3
    return before[max(len(before) - reach, 0)], (after or before)[: 2 if after else None][-1]
