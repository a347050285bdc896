"""Engine units and scene units.

Engine units make a drawing large enough to be measured by, whatever its size in the scene.

Every length that is a setting of the engine is in engine units: two keys together are `DIAGONAL` of them from corner to
corner. What is drawn is in scene units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from .exact import length
from .points import Array, Complex

DIAGONAL = 700.0
"""Engine units: both drawings of a pair together are this long from corner to corner."""


@dataclass(frozen=True, eq=False)
class Units:
    """Engine units: `scale` of them to the scene unit, from `centre` (2,) on.

    The centre is in scene units.
    """

    centre: Array
    scale: float

    @staticmethod
    def of(*places: Array) -> Units:
        """The units common to drawings whose points lie at `places` (n, 2), scene units.

        They are the scene's where all points lie in one place; they count from the origin where there are none.
        """
        every = np.concatenate(places)
        if not len(every):
            return Units(np.zeros(2), 1.0)
        low, high = every.min(0), every.max(0)
        diagonal = length(high - low)
        return Units((low + high) / 2, DIAGONAL / diagonal if diagonal > 0 else 1.0)

    @property
    def one(self) -> float:
        """How long an engine unit is in the scene."""
        return 1.0 / self.scale

    @overload
    def to_engine(self, places: Array) -> Array: ...
    @overload
    def to_engine(self, places: Complex) -> Complex: ...
    def to_engine(self, places: NDArray[Any]) -> NDArray[Any]:
        """Places (..., 2), or complex ones (...), from scene units to engine units."""
        return np.asarray((places - self._origin(places)) * self.scale)

    @overload
    def to_scene(self, places: Array) -> Array: ...
    @overload
    def to_scene(self, places: Complex) -> Complex: ...
    def to_scene(self, places: NDArray[Any]) -> NDArray[Any]:
        """Places (..., 2), or complex ones (...), from engine units to scene units."""
        return np.asarray(places / self.scale + self._origin(places))

    @overload
    def length_to_engine(self, length: float) -> float: ...
    @overload
    def length_to_engine(self, length: Array) -> Array: ...
    @overload
    def length_to_engine(self, length: Complex) -> Complex: ...
    def length_to_engine(self, length: Any) -> Any:
        """Lengths, or ways from place to place, from scene units to engine units."""
        return length * self.scale

    @overload
    def length_to_scene(self, length: float) -> float: ...
    @overload
    def length_to_scene(self, length: Array) -> Array: ...
    @overload
    def length_to_scene(self, length: Complex) -> Complex: ...
    def length_to_scene(self, length: Any) -> Any:
        """Lengths, or ways from place to place, from engine units to scene units."""
        return length / self.scale

    def _origin(self, places: NDArray[Any]) -> Any:
        return complex(*self.centre) if np.iscomplexobj(places) else self.centre
