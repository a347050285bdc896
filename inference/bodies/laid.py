"""All that is drawn between two keys, laid in both so that it holds together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..confidence.ladder import Footing
from ..correspondence.correspond import Correspondence
from ..motion.ribbon import Ribbon, RibbonSettings, ribbon_of, solid_of
from .contacts import Contacts, contacts_of, without_tails
from .settling import settled
from .tuning import BodySettings


@dataclass(frozen=True)
class Laid:
    """The vertices that are drawn, laid in both keys, and which of them lie on lines."""

    ribbon: Ribbon
    contacts: Contacts


def laid_of(
    footing: Footing,
    found: Correspondence,
    ribbon: RibbonSettings = RibbonSettings(),
    settings: BodySettings = BodySettings(),
) -> Laid:
    """What is drawn between the keys of `found`, which stand on `footing`."""
    match = found.match
    # keys that are held have no points but their own
    lines = ribbon_of(match, found.spans, replace(ribbon, step=np.inf) if footing.holds else ribbon)
    solid = solid_of(lines, match.a.strokes, match.b.strokes)
    contacts = contacts_of(lines, solid, settings.contacts)
    lines = replace(lines, gone=without_tails(lines, contacts))
    return Laid(settled(lines, contacts, match, footing.sure, solid, settings.settle), contacts)
