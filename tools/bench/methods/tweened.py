"""What every way of tweening hands to the scorer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from inkbetween.tools.bench.drawings.sequences import Frame, Painting, Sequence


@dataclass(frozen=True)
class Tweened:
    """In-betweens by frame number: lines and, of coloured sequences, fills.

    `per_pair` and `per_frame` are seconds. The engine alone tells planning a pair from drawing an in-between; an
    operator does everything in one call, whose time is divided by the pairs and by the in-betweens.
    """

    frames: dict[int, Frame]
    per_pair: float
    per_frame: float
    fills: dict[int, Painting] = field(default_factory=dict)


Method = Callable[[Sequence, int], Tweened]
