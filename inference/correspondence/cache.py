"""What was worked out about pairs of drawings, remembered.

It is known by what they hold and what was asked.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from ..drawing.contract import Drawing
from ..drawing.prints import print_of
from .correspond import Correspondence, correspond
from .cycles import Direct, directly
from .matching import MatchSettings

Found = TypeVar("Found")


class MatchCache:
    """The latest answers about pairs of drawings, `size` of them.

    Equal drawings have one answer, whatever objects hold them: neighbouring gaps do not match the same pair twice, nor
    do Tween and what shows what Tween would do. Threads may share it.
    """

    def __init__(self, size: int = 16) -> None:
        self._size = size
        self._known: OrderedDict[bytes, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, a: Drawing, b: Drawing, settings: MatchSettings) -> Correspondence:
        """How `a` and `b` correspond."""
        return self.known((a, b, settings, "correspond"), lambda: correspond(a, b, settings))

    def direct(self, a: Drawing, b: Drawing, settings: MatchSettings) -> tuple[Direct, Direct] | None:
        """Where either lies in the other, by the network alone; None without one."""
        return self.known((a, b, settings, "directly"), lambda: directly(a, b, settings))

    def known(self, asked: Any, work: Callable[[], Found]) -> Found:
        """The answer to what is `asked`, worked out where it is not remembered.

        See `print_of`.
        """
        name = print_of(asked)
        with self._lock:
            if name in self._known:
                self._known.move_to_end(name)
                remembered: Found = self._known[name]
                return remembered
        found = work()
        with self._lock:
            self._known[name] = found
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return found
