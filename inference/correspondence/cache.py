"""What was worked out about pairs of drawings, remembered: neighbouring gaps do not match the same pair twice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from ..drawing.contract import Drawing
from .correspond import Correspondence, correspond
from .cycles import Direct, directly
from .matching import MatchSettings

Found = TypeVar("Found")


class _Latest(Generic[Found]):
    """The latest `size` answers about pairs of drawings."""

    def __init__(self, size: int, work: Callable[[Drawing, Drawing, MatchSettings], Found]) -> None:
        self._size, self._work = size, work
        self._known: OrderedDict[tuple[int, int], tuple[Drawing, Drawing, Found]] = OrderedDict()

    def get(self, a: Drawing, b: Drawing, settings: MatchSettings) -> Found:
        # the drawings are kept, so that an identity is never handed out again while it is remembered
        key = (id(a), id(b))
        entry = self._known.get(key)
        if entry is None:
            entry = (a, b, self._work(a, b, settings))
            self._known[key] = entry
        self._known.move_to_end(key)
        while len(self._known) > self._size:
            self._known.popitem(last=False)
        return entry[2]


class MatchCache:
    """Remembers the latest correspondences, and where the network alone leads past a key."""

    def __init__(self, size: int = 8) -> None:
        self._found: _Latest[Correspondence] = _Latest(size, correspond)
        self._direct: _Latest[tuple[Direct, Direct] | None] = _Latest(size, directly)

    def get(self, a: Drawing, b: Drawing, settings: MatchSettings) -> Correspondence:
        """How `a` and `b` correspond."""
        return self._found.get(a, b, settings)

    def direct(self, a: Drawing, b: Drawing, settings: MatchSettings) -> tuple[Direct, Direct] | None:
        """Where either lies in the other, by the network alone; None without one."""
        return self._direct.get(a, b, settings)
