"""A layer's timeline: the artist's frames, ours, and what lies between two keys.

A key is a frame the artist is responsible for: drawn by hand, or generated and since edited, or put where it stands.
Only frames that are ours alone may be replaced or removed.
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
    PLACED = "generated, copied or moved there by the artist"
    OURS = "generated, untouched"


@dataclass(frozen=True)
class Made:
    """What a generated drawing was made for.

    frame                  its number
    start, end             frames of the keys that it was drawn between; its own where it lies between none
    start_print, end_print fingerprints of these keys' drawings
    """

    frame: int
    start: int
    end: int
    start_print: int = 0
    end_print: int = 0

    @property
    def is_between(self) -> bool:
        """Whether it is an in-between, no frame of a performance."""
        return self.start < self.end


@dataclass(frozen=True)
class Cel:
    """One frame that starts on the timeline.

    number       the scene frame from which it shows
    origin       who answers for it
    blank        whether nothing shows: an empty drawing, or the end of an exposure
    fingerprint  of the drawing's content; 0 where there is none
    made         what a generated drawing was made for, where that is known
    """

    number: int
    origin: Origin
    blank: bool = False
    fingerprint: int = 0
    made: Made | None = None

    @property
    def is_key(self) -> bool:
        return self.origin is not Origin.OURS

    @property
    def is_breakdown(self) -> bool:
        """Whether it is a key that was an in-between; those around it are drawn anew."""
        generated = self.origin in (Origin.EDITED, Origin.PLACED)
        return generated and (self.made is None or self.made.is_between)


@dataclass(frozen=True)
class Gap:
    """Two neighbouring keys, and the numbers of our frames between them."""

    start: Cel
    end: Cel
    ours: tuple[int, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether a drawing is missing at one end.

        There is nothing to draw from or to then.
        """
        return self.start.blank or self.end.blank

    def inbetween_numbers(self, step: int) -> tuple[int, ...]:
        """Every `step`-th frame after the first key, short of the second.

        Raises ValueError for a step below 1.
        """
        if step < 1:
            raise ValueError(f"The step is {step}; it must be 1 or more.")
        return tuple(range(self.start.number + step, self.end.number, step))

    def time_of(self, number: int) -> float:
        """The time of a frame, 0 at the first key, 1 at the second."""
        return (number - self.start.number) / (self.end.number - self.start.number)

    def made(self, number: int) -> Made:
        """What an in-between at that frame is made for."""
        start, end = self.start, self.end
        return Made(number, start.number, end.number, start.fingerprint, end.fingerprint)


def gaps_between(cels: Iterable[Cel]) -> tuple[Gap, ...]:
    """All gaps of a timeline; `cels` in the order of their numbers."""
    cels = tuple(cels)
    keys = [cel for cel in cels if cel.is_key]
    return tuple(
        Gap(a, b, tuple(cel.number for cel in cels if not cel.is_key and a.number < cel.number < b.number))
        for a, b in pairwise(keys)
    )


def gap_at(gaps: Sequence[Gap], frame: int) -> Gap | None:
    """The gap that shows at `frame`.

    It is the one after a key that starts there, or before it if it is the last key.
    """
    for gap in gaps:
        if gap.start.number <= frame < gap.end.number:
            return gap
    if gaps and frame == gaps[-1].end.number:
        return gaps[-1]
    return None


def gaps_around(gaps: Sequence[Gap], frame: int) -> tuple[Gap, ...]:
    """The gap that shows at `frame`, and those that breakdowns part it from.

    All lie between two keys of the artist.
    """
    gap = gap_at(gaps, frame)
    if gap is None:
        return ()
    first = last = gaps.index(gap)
    while first > 0 and gaps[first].start.is_breakdown:
        first -= 1
    while last < len(gaps) - 1 and gaps[last].end.is_breakdown:
        last += 1
    return tuple(gaps[first : last + 1])


def outside(cels: Sequence[Cel], around: int | None = None) -> tuple[Cel, ...]:
    """Our frames that lie between no two keys.

    With `around`, those next to the gap there, or around that frame.
    """
    gaps = gaps_between(cels)
    ours = tuple(cel for cel in cels if not cel.is_key)
    if not gaps:
        return ours
    first, last = gaps[0].start.number, gaps[-1].end.number
    shown = () if around is None else gaps_around(gaps, around)
    early = around is None or around < first or gaps[0] in shown
    late = around is None or around > last or gaps[-1] in shown
    return tuple(cel for cel in ours if (early and cel.number < first) or (late and cel.number > last))


def orphans(cels: Sequence[Cel], around: int | None = None) -> tuple[int, ...]:
    """Numbers of in-betweens that have lost their gap.

    Nobody answers for what they show. `around` as in `outside`.

    A performance needs no keys. Where a drawing does not tell what it was made for, it is taken for a performance's
    if the layer has no key that the artist drew.
    """
    drawn = any(cel.origin is Origin.ARTIST for cel in cels)
    lost = [cel for cel in outside(cels, around) if (drawn if cel.made is None else cel.made.is_between)]
    return tuple(cel.number for cel in lost)


def neighbourhood(numbers: Sequence[int], are_keys: Sequence[bool], first: int, last: int) -> tuple[int, int]:
    """First and last frame that gaps and the keys next to them may depend on.

    The gaps reach from `first` to `last`.

    `numbers` ascending, at least one; `are_keys` what is certainly the artist's. Returns two keys to either side; where
    there are not so many, all that is there.
    """
    keys = [number for number, is_key in zip(numbers, are_keys, strict=True) if is_key]
    before = [number for number in keys if number <= first]
    after = [number for number in keys if number > last]
    # On the last key the gap before it is meant, so that one more key counts.
    reach = 2 if after else 3
    low = before[-reach] if len(before) >= reach else numbers[0]
    return low, after[1] if len(after) > 1 else numbers[-1]
