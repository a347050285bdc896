"""The clock of a gap: how far on its way every vertex is at a moment.

That is spacing, apart from the path.

The animator's word is spacing: frames bunched up near a key read as slow, frames far apart as fast. An easing is the
curve behind a spacing chart; it says nothing about where the path runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from ..geometry.points import Array, Complex, Index, Mask


def linear(t: float) -> float:
    """Even spacing: the same distance on every frame."""
    return t


def ease_in(t: float) -> float:
    """Leaves the first key slowly and arrives at full speed.

    Frames bunch up after the first key.
    """
    return t * t


def ease_out(t: float) -> float:
    """Leaves at full speed and settles into the second key.

    Frames bunch up before the second key.
    """
    return t * (2.0 - t)


def ease_in_out(t: float) -> float:
    """Slow at both keys, fastest halfway.

    It is the smoothest cubic that is at rest at either end.
    """
    return t * t * (3.0 - 2.0 * t)


# Every curve is monotone, maps 0 to 0 and 1 to 1, and so never overshoots a key.
EASINGS: MappingProxyType[str, Callable[[float], float]] = MappingProxyType(
    {"LINEAR": linear, "EASE_IN": ease_in, "EASE_OUT": ease_out, "EASE_IN_OUT": ease_in_out}
)


HALF_WAY = 0.5
"""Where what cannot be blended changes over from the first key to the second."""


def away(t: float, near: float) -> float:
    """0 at either key to 1 at `near` from it and beyond."""
    return min(1.0, min(t, 1.0 - t) / near)


def eased(easing: str, t: float) -> float:
    """Progress along the path, 0 to 1, at the time `t`.

    0 is the first key, 1 the second.

    Raises ValueError for an unknown easing or a time outside the gap.
    """
    if easing not in EASINGS:
        raise ValueError(f'There is no easing "{easing}"; choose one of {", ".join(EASINGS)}.')
    if not 0.0 <= t <= 1.0:
        raise ValueError(f"The time {t} lies outside the gap; it must be from 0 to 1.")
    return EASINGS[easing](t)


@dataclass(frozen=True)
class Moment:
    """A moment of a gap as each of V vertices has it.

    time    0 at the first key to 1 at the second
    whole   how far on its way the drawing as a whole is, likewise
    paces   (P,) how far each of the parts is that have a spacing of their own
    part    (V,) the part of each vertex
    """

    time: float
    whole: float
    paces: Array
    part: Index

    @cached_property
    def each(self) -> Array:
        """(V,) how far on its way every vertex is."""
        return self.paces[self.part]

    @cached_property
    def past(self) -> Mask:
        """(V,) which vertices have changed over to the second key: they are past half way."""
        return self.each >= HALF_WAY

    def between(self, first: Index, second: Index) -> Array:
        """(n,) how far on the edges from vertices `first` (n,) to `second` are.

        It is the mean of their ends.
        """
        return 0.5 * (self.each[first] + self.each[second])

    def of_chains(self, offsets: Index) -> Array:
        """(C,) how far on chains are, `offsets` (C+1,): as their middle vertices are."""
        if not len(self.part):
            return np.full(len(offsets) - 1, self.whole)
        return self.each[np.minimum((offsets[:-1] + offsets[1:]) // 2, len(self.part) - 1)]

    def places(self, at: Callable[[float], Complex]) -> Complex:
        """(V,) where vertices are whose ways are `at`: each at its own part's pace."""
        z = at(float(self.paces[0]))
        for number in range(1, len(self.paces)):
            z = np.where(self.part == number, at(float(self.paces[number])), z)
        return z


@dataclass(frozen=True)
class Clock:
    """When V vertices are where on their ways.

    part (V,) tells which of the easings `spacing` each follows; the first is that of the drawing as a whole.
    """

    part: Index
    spacing: tuple[str, ...] = ("LINEAR",)

    @staticmethod
    def even(count: int, spacing: str = "LINEAR") -> Clock:
        """One spacing for all of `count` vertices.

        Raises ValueError where there is none of that name.
        """
        eased(spacing, 0.0)
        return Clock(np.zeros(count, np.int64), (spacing,))

    def at(self, time: float) -> Moment:
        """The moment at `time`, 0 at the first key to 1 at the second; else ValueError."""
        paces = np.array([eased(spacing, time) for spacing in self.spacing])
        return Moment(time, float(paces[0]), paces, self.part)
