"""What a lead is: it says what becomes what, which way, what hides, what to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

from ..bodies.contacts import Contacts
from ..confidence.ladder import Footing
from ..correspondence.correspond import Correspondence
from ..correspondence.cycles import Beyond
from ..drawing.contract import Drawing
from ..motion.hinged import HingedPaths
from ..motion.ribbon import Ribbon
from ..motion.screws import Ways
from ..motion.shape import Shape
from ..occlusion.cover import Occlusion


@dataclass(frozen=True)
class Context:
    """Neighbouring keys, for smooth paths through more than two keys.

    `frames` are the times of (before, key_a, key_b, after); those of absent neighbours are ignored. `rate` is how many
    frames a second has.
    """

    before: Drawing | None = None
    after: Drawing | None = None
    frames: tuple[float, float, float, float] = (-1.0, 0.0, 1.0, 2.0)
    rate: float = 24.0


@dataclass(frozen=True)
class Pair:
    """Two keys in the same plane, and what lies around them."""

    a: Drawing
    b: Drawing
    context: Context = Context()

    @property
    def has_ink(self) -> bool:
        """Whether there is anything to lead in both keys."""
        return self.a.point_count > 0 and self.b.point_count > 0


@dataclass(frozen=True)
class Matched:
    """What corresponds between the keys of a pair.

    between    all that was found
    footing    what the ladder left of it, and how sure that is
    found      the same, told of both keys as they were drawn
    witnesses  neighbouring keys that have a say in how sure it is
    """

    pair: Pair
    between: Correspondence
    footing: Footing
    found: Correspondence
    witnesses: tuple[Beyond, ...] = ()


@dataclass(frozen=True)
class Travel:
    """How what is drawn travels: vertices in chains, what touches, ways, lines' shape.

    Lines keep their shape where `keeps`, and else have what the ways make of it. `limbs` says which turn about
    joints, where some do.
    """

    ribbon: Ribbon
    contacts: Contacts
    ways: Ways
    shape: Shape
    keeps: bool = True
    limbs: HingedPaths | None = None


class Lent(Protocol):
    """Lines that neither key shows, lent by a key beside them."""

    def strokes(self, layer: int | None = None) -> int:
        """How many, in all or on one layer."""
        ...

    def at(self, t: float, least: float) -> Drawing:
        """Those that come out at `t`, but for what is shorter than `least`, scene units."""
        ...


@dataclass(frozen=True)
class Cover:
    """What hides what, where that is known, and what a neighbouring key lends.

    It lends what both keys hide.
    """

    occlusion: Occlusion | None = None
    lent: tuple[Lent, ...] = ()


Found = TypeVar("Found", bound=Matched)


class Lead(Protocol[Found]):
    """What leads lines from key to key.

    A lead keeps nothing of a pair: each step is handed what the last one found.
    """

    def correspond(self, pair: Pair) -> Found:
        """What becomes what.

        Raises `DrawingError` where a neighbouring key cannot be worked on.
        """
        ...

    def ways(self, matched: Found) -> Travel:
        """How what corresponds, and what is unmatched, travels."""
        ...

    def cover(self, matched: Found, travel: Travel) -> tuple[Travel, Cover]:
        """What hides what, and how lines travel now that this is known."""
        ...

    def shown(self, matched: Found, travel: Travel) -> object | None:
        """What an overlay can show of the lead, or None: what holds which lines."""
        ...
