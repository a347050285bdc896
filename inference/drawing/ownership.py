"""Whether generated frames stand where they were made for, or where the artist put them.

An in-between knows its frame, the frames of its keys, and the fingerprints of what was drawn on them. One that stands
at its own frame is ours, whatever became of its keys. One that stands elsewhere is ours where it went along with its
keys: the animator has shifted, stretched or copied part of the timeline. Otherwise the artist has copied or moved it by
itself, and means it to be there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from .timeline import Cel, Made, Origin

# Stretching a timeline rounds keys and what is between them to whole frames, each by itself.
ROUNDING = 1.0
# So many frames that were shifted alike went with the timeline, where their keys cannot be told any more.
COMPANY = 2

Prints = Callable[[int], int | None]
"""The fingerprint of what starts at a frame of the layer; None where nothing does."""
Others = Callable[[], Iterable[tuple[int, Made]]]
"""All generated frames of the layer by their numbers, as far as it is known what they were made for."""


def settled(cels: Sequence[Cel], prints: Prints, others: Others) -> tuple[Cel, ...]:
    """The same frames of a layer; those of ours that the artist put where they stand are `Origin.PLACED`."""
    return tuple(
        replace(cel, origin=Origin.PLACED)
        if cel.origin is Origin.OURS and cel.made is not None and _is_put(cel.number, cel.made, cels, prints, others)
        else cel
        for cel in cels
    )


def _is_put(number: int, made: Made, cels: Sequence[Cel], prints: Prints, others: Others) -> bool:
    shift = number - made.frame
    if not made.is_between:
        return shift != 0 and not _is_shifted_performance(made, shift, others)
    stayed = _agreeing(made, 0, prints)
    if shift == 0:
        return stayed == 0 and _is_strange(made, cels, prints)
    moved = _agreeing(made, shift, prints)
    if moved:
        return moved < stayed
    if _is_stretched(number, made, cels, prints):
        return False
    return stayed > 0 or not _is_shifted(made, shift, prints, others)


def _agreeing(made: Made, shift: int, prints: Prints) -> int:
    """How many of both keys are found, so many frames on, as they were when it was drawn."""
    ends = (made.start, made.start_print), (made.end, made.end_print)
    return sum(prints(frame + shift) == code for frame, code in ends)


def _is_strange(made: Made, cels: Sequence[Cel], prints: Prints) -> bool:
    """Whether others in the same gap were drawn from the keys that are there now: it comes from another layer."""
    ends = made.start, made.end
    siblings = [cel.made for cel in cels if cel.origin is Origin.OURS and cel.made is not None]
    return any((one.start, one.end) == ends and _agreeing(one, 0, prints) == len(ends) for one in siblings)


def _is_stretched(number: int, made: Made, cels: Sequence[Cel], prints: Prints) -> bool:
    """Whether it stands between its keys as it did, only that they are farther apart or nearer together now."""
    before = [cel.number for cel in cels if cel.is_key and cel.number < number]
    after = [cel.number for cel in cels if cel.is_key and cel.number > number]
    if not before or not after:
        return False
    start, end = before[-1], after[0]
    if end - start == made.end - made.start:
        return False
    if prints(start) != made.start_print and prints(end) != made.end_print:
        return False
    time = (made.frame - made.start) / (made.end - made.start)
    return abs(start + time * (end - start) - number) <= ROUNDING


def _is_shifted(made: Made, shift: int, prints: Prints, others: Others) -> bool:
    """Whether it went with the timeline, as far as can be told after both keys were drawn anew."""
    beside = prints(made.start + shift) is not None or prints(made.end + shift) is not None
    return beside and not _stays(made, others) and len(_shifted_alike(shift, others)) >= COMPANY


def _is_shifted_performance(made: Made, shift: int, others: Others) -> bool:
    """Whether a whole performance was moved."""
    return not _stays(made, others) and len(_shifted_alike(shift, others)) >= COMPANY


def _stays(made: Made, others: Others) -> bool:
    """Whether one made for the same stands where it was made for: a copy leaves that behind."""
    ends = made.start, made.frame, made.end
    return any(number == one.frame and (one.start, one.frame, one.end) == ends for number, one in others())


def _shifted_alike(shift: int, others: Others) -> set[int]:
    return {one.frame for number, one in others() if number - one.frame == shift}
