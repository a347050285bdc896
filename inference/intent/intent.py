"""All that an animator says of a gap.

These are hard constraints that no evidence outweighs.
"""

from __future__ import annotations

from dataclasses import dataclass

from .bindings import Corrections


@dataclass(frozen=True)
class Intent:
    """What the animator says of a pair of keys.

    bindings  which bones hold which strokes, where that was said
    spacing   the name of the easing by which the in-betweens are spaced
    """

    bindings: Corrections | None = None
    spacing: str = "LINEAR"


NOTHING_SAID = Intent()
