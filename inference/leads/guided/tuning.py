"""What may be set of the guided lead."""

from __future__ import annotations

from dataclasses import dataclass

from ...skeletons.limbs import LimbSettings
from .again import AgainSettings
from .binding import BindSettings
from .carried import CarrySettings
from .fit import FitSettings
from .hidden_in_both import UnseenSettings
from .paths import HoldSettings
from .unmatched import RideSettings


@dataclass(frozen=True)
class GuidedSettings:
    """All of the room's.

    limbs   how bones are seen
    fit     how far a guide may be moved to lie on the drawings
    bind    how lines find its bones
    carry   how often they are told of each other, and which edges bend
    again   when a second look is taken at what found no counterpart
    hold    how bones hold what is drawn
    ride    how unmatched lines ride on bones
    unseen  which lines that both keys hide a key beside them lends
    """

    fit: FitSettings = FitSettings()
    bind: BindSettings = BindSettings()
    carry: CarrySettings = CarrySettings()
    again: AgainSettings = AgainSettings()
    hold: HoldSettings = HoldSettings()
    ride: RideSettings = RideSettings()
    unseen: UnseenSettings = UnseenSettings()
    limbs: LimbSettings = LimbSettings()
