"""The inferred lead: a skeleton inferred from the drawings leads limbs.

What corresponds is as it is without.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..free import FreeLead, FreeMatched
from ..lead import Cover, Pair, Travel
from .wire import WirePaths, wired


@dataclass(frozen=True)
class InferredLead:
    """The lead that turns limbs about the joints that the drawings show.

    All else goes the way of `free`.
    """

    free: FreeLead

    def correspond(self, pair: Pair) -> FreeMatched:
        return self.free.correspond(pair)

    def ways(self, matched: FreeMatched) -> Travel:
        settings = self.free.settings
        laid, paths = self.free.laid(matched)
        ribbon = laid.ribbon
        wire = None
        if not matched.footing.holds:
            around, frames = (matched.earlier, matched.later), matched.pair.context.frames
            wire = wired(
                ribbon,
                matched.found.match,
                matched.footing.sure,
                around,
                frames,
                paths,
                settings.wire,
                settings.motion.ways,
            )
        if wire is None:
            return self.free.travel(matched, laid, paths)
        return Travel(ribbon, laid.contacts, wire, self.free.shaped(matched, ribbon, paths, settings.wire.shape))

    def cover(self, matched: FreeMatched, travel: Travel) -> tuple[Travel, Cover]:
        return self.free.cover(matched, travel)

    def shown(self, _matched: FreeMatched, travel: Travel) -> WirePaths | None:
        return travel.ways if isinstance(travel.ways, WirePaths) else None
