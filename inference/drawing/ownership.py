"""Whether generated frames stand where they were made, or were put elsewhere.

An in-between knows its frame, the frames of its keys, and the fingerprints of what was drawn on them. One that stands
at its own frame is ours, whatever became of its keys. One that stands elsewhere is ours where it went along with its
keys: the animator has shifted, stretched or copied part of the timeline. Otherwise the artist has copied or moved it by
itself, and means it to be there.
"""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from .timeline import Cel, Made, Origin

# Stretching a timeline rounds keys and what is between them to whole frames, each by itself.
ROUNDING = 1.0
# So many frames that were shifted alike went with the timeline, where their keys cannot be told any more.
COMPANY = 2
BOTH = 2
"""An in-between has two keys."""

Prints = Callable[[int], int | None]
"""The fingerprint of what starts at a frame of the layer; None where nothing does."""
Others = Callable[[], Iterable[tuple[int, Made]]]
"""All generated frames of the layer by their numbers, as far as it is known what they were made for."""


def settled(cels: Sequence[Cel], prints: Prints, others: Others) -> tuple[Cel, ...]:
    """The same frames, those of ours that the artist put there as `Origin.PLACED`."""
    line = _Line(cels, prints, others)
    return tuple(
        replace(cel, origin=Origin.PLACED)
        if cel.origin is Origin.OURS and cel.made is not None and line.is_put(cel.number, cel.made)
        else cel
        for cel in cels
    )


class _Line:
    """What the other frames of a layer say of one."""

    def __init__(self, cels: Sequence[Cel], prints: Prints, others: Others) -> None:
        self._prints, self._others = prints, others
        self._keys = [cel.number for cel in cels if cel.is_key]
        ours = [cel.made for cel in cels if cel.origin is Origin.OURS and cel.made is not None]
        self._fresh = {(made.start, made.end) for made in ours if self._agreeing(made, 0) == BOTH}

    def is_put(self, number: int, made: Made) -> bool:
        """Whether the artist put it there."""
        if number != made.frame:
            return not self._went_along(number, made)
        # Where others in the same gap were drawn from the keys that are there, it comes from another layer.
        return (made.start, made.end) in self._fresh and not self._agreeing(made, 0)

    def _went_along(self, number: int, made: Made) -> bool:
        """Whether it got where it stands with its keys, or with all of its performance."""
        shift = number - made.frame
        if not made.is_between:
            return self._is_shifted(made, shift)
        stayed, moved = self._agreeing(made, 0), self._agreeing(made, shift)
        if moved:
            return moved >= stayed
        if self._is_stretched(number, made):
            return True
        beside = any(self._prints(frame + shift) is not None for frame in (made.start, made.end))
        return not stayed and beside and self._is_shifted(made, shift)

    def _agreeing(self, made: Made, shift: int) -> int:
        """How many of both keys are found, so many frames on, as they were then."""
        ends = (made.start, made.start_print), (made.end, made.end_print)
        return sum(self._prints(frame + shift) == code for frame, code in ends)

    def _is_stretched(self, number: int, made: Made) -> bool:
        """Whether it stands between its keys as it did, only these moved apart or closer."""
        after = bisect(self._keys, number)
        if not 0 < after < len(self._keys):
            return False
        start, end = self._keys[after - 1], self._keys[after]
        if end - start == made.end - made.start:
            return False
        if self._prints(start) != made.start_print and self._prints(end) != made.end_print:
            return False
        time = (made.frame - made.start) / (made.end - made.start)
        return abs(start + time * (end - start) - number) <= ROUNDING

    def _is_shifted(self, made: Made, shift: int) -> bool:
        """Whether others were shifted alike and none like it stayed.

        One would have stayed if this were a copy.
        """
        alike, staying = self._shifts
        return len(alike[shift]) >= COMPANY and (made.start, made.frame, made.end) not in staying

    @cached_property
    def _shifts(self) -> tuple[Mapping[int, set[int]], set[tuple[int, int, int]]]:
        """Which frames were shifted, by how far; and what the unmoved were made for."""
        alike: defaultdict[int, set[int]] = defaultdict(set)
        for number, made in self._others():
            alike[number - made.frame].add(made.frame)
        staying = {(made.start, made.frame, made.end) for number, made in self._others() if number == made.frame}
        return alike, staying
