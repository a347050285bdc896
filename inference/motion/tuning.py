"""Settings of motion: of what lines are made, their ways, and what they keep."""

from __future__ import annotations

from dataclasses import dataclass

from .departures import DepartureSettings
from .ribbon import RibbonSettings
from .shape import ShapeSettings
from .ways import WaySettings


@dataclass(frozen=True)
class MotionSettings:
    """All of the room's.

    ribbon      of what vertices lines are made
    ways        how neighbouring keys bend paths
    departures  how far the network's paths replace the engine's own
    shape       how lines keep their shape
    """

    ribbon: RibbonSettings = RibbonSettings()
    ways: WaySettings = WaySettings()
    departures: DepartureSettings = DepartureSettings()
    shape: ShapeSettings = ShapeSettings()
