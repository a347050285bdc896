"""Timing, apart from the path: how far along its path a drawing is at a moment of its gap.

The animator's word is spacing: frames bunched up near a key read as slow, frames far apart as fast. An easing is the
curve behind a spacing chart; it says nothing about where the path runs.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType


def linear(t: float) -> float:
    """Even spacing: the same distance on every frame."""
    return t


def ease_in(t: float) -> float:
    """Leaves the first key slowly and arrives at full speed (frames bunch up after the first key)."""
    return t * t


def ease_out(t: float) -> float:
    """Leaves at full speed and settles into the second key (frames bunch up before the second key)."""
    return t * (2.0 - t)


def ease_in_out(t: float) -> float:
    """Slow at both keys, fastest halfway: the smoothest cubic that is at rest at either end."""
    return t * t * (3.0 - 2.0 * t)


# Every curve is monotone, maps 0 to 0 and 1 to 1, and so never overshoots a key.
EASINGS: MappingProxyType[str, Callable[[float], float]] = MappingProxyType(
    {"LINEAR": linear, "EASE_IN": ease_in, "EASE_OUT": ease_out, "EASE_IN_OUT": ease_in_out}
)


NEAR = 0.125
"""Share of a gap over which what tidies in-betweens fades in from either key, which is right as it is."""


def away(t: float) -> float:
    """0 at either key to 1 at `NEAR` from it and beyond."""
    return min(1.0, min(t, 1.0 - t) / NEAR)


def eased(easing: str, t: float) -> float:
    """Progress along the path, 0 to 1, at the time `t`, 0 at the first key to 1 at the second.

    Raises ValueError for an unknown easing or a time outside the gap.
    """
    if easing not in EASINGS:
        raise ValueError(f'There is no easing "{easing}"; choose one of {", ".join(EASINGS)}.')
    if not 0.0 <= t <= 1.0:
        raise ValueError(f"The time {t} lies outside the gap; it must be from 0 to 1.")
    return EASINGS[easing](t)
