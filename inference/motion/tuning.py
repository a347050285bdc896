"""Settings of motion: how pieces are linked, their ways, and what they keep."""

from __future__ import annotations

from dataclasses import dataclass

from .departures import DepartureSettings
from .junctions import JunctionSettings
from .ribbon import RibbonSettings
from .shape import ShapeSettings
from .ways import WaySettings


@dataclass(frozen=True)
class MotionSettings:
    """All of the room's.

    ribbon      how pieces are linked
    ways        how neighbouring keys bend paths
    departures  how far the network's paths replace the engine's own
    shape       how lines keep their shape
    junctions   which lines end on which, and stay there
    """

    ribbon: RibbonSettings = RibbonSettings()
    ways: WaySettings = WaySettings()
    departures: DepartureSettings = DepartureSettings()
    shape: ShapeSettings = ShapeSettings()
    junctions: JunctionSettings = JunctionSettings()
