"""What may be set of how drawings hold together."""

from __future__ import annotations

from dataclasses import dataclass

from .closing import ClosingSettings
from .contacts import ContactSettings
from .settling import SettleSettings


@dataclass(frozen=True)
class BodySettings:
    """All of the room's.

    contacts  what lies on what in a key
    settle    where lines and paint go so that it still does in the other key
    closing   how it is kept so on the way
    """

    contacts: ContactSettings = ContactSettings()
    settle: SettleSettings = SettleSettings()
    closing: ClosingSettings = ClosingSettings()
