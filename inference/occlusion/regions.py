"""Regions: what limbs cover in the picture, by the lines of their bones.

A region reaches as far from its bone as the limb's outermost lines, looked at all round it: along either side, and
round either end. It keeps its width while the bone swings and foreshortens, as the lines do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array, Complex, Index
from ..geometry.ragged import Ragged
from ..motion.ribbon import APPEARING, VANISHING, Ribbon
from ..skeletons.held import HeldWays
from ..skeletons.limbs import Frames

SIDE, CAP = 6, 4
"""Parts that a side, and the half circle round an end, are divided into."""
ROUND = 2 * SIDE + 2 * CAP
MIRROR = (SIDE + ROUND // 2 - 1 - np.arange(ROUND)) % ROUND
"""The part across the bone of each."""


@dataclass(frozen=True)
class RegionSettings:
    """How far limbs reach.

    own     a line tells of a bone's limb where it belongs to the bone by this share
    fewest  parts of a limb's outline that must have been drawn in either key, else it covers nothing
    outer   how far out among the lines of a part, as a share of them, the outline is taken to lie: what lies beyond may
            have been misread
    spike   no part reaches farther than this times what those beside it do
    shrunk  regions end at this share of the way to the outline,
    shrink  and so many engine units within it
    """

    own: float = 0.45
    fewest: int = 5
    outer: float = 0.85
    spike: float = 1.1
    shrunk: float = 0.94
    shrink: float = 1.5


@dataclass(frozen=True)
class Regions:
    """How far limbs reach around their bones in either key.

    reach_a, reach_b (J, ROUND) for J bones: scene units, 0 where a bone covers nothing. girth (J,): half of how
    thick limbs are.
    """

    reach_a: Array
    reach_b: Array
    girth: Array

    @property
    def bones(self) -> Index:
        """Those that cover anything."""
        return np.flatnonzero(self.girth > 0)

    def inside(self, bones: Frames, z: Complex, bone: Index, t: float) -> tuple[Array, Array]:
        """How far inside the region of `bone` (P,) places z (P,) lie at `t`, and how deep.

        Below 0 outside; the depth is that of the bone at their foot.
        """
        share, off = bones.local(z, bone)
        reach = self.reach_a + t * (self.reach_b - self.reach_a)
        place = around(share, off)
        low = place.astype(np.int64) % ROUND
        part = place - np.floor(place)
        limit = reach[bone, low] * (1.0 - part) + reach[bone, (low + 1) % ROUND] * part
        return limit - np.abs(off), bones.depth_at(share, bone)


def around(share: Array, off: Complex) -> Array:
    """Where places lie round a bone, 0 to ROUND.

    Their foot is at `share`, and they are `off` it. The way leads along the left side, round the tail, back along
    the right side, round the head. Whole numbers are middles of parts.
    """
    turn = np.angle(off) / np.pi
    left = share * SIDE
    tail = SIDE + (0.5 - turn) * CAP
    right = SIDE + CAP + (1.0 - share) * SIDE
    head = 2 * SIDE + CAP + np.mod(-0.5 - turn, 2.0) * CAP
    beyond = share >= 1.0
    before = share <= 0.0
    # beside an end, not round it
    beside = np.abs(off.real) < 1e-9
    out = np.where(off.imag >= 0, left, right)
    out = np.where(beyond & ~beside, np.where(off.real > 0, tail, out), out)
    out = np.where(before & ~beside, np.where(off.real < 0, head, out), out)
    return np.mod(out - 0.5, ROUND)


def regions_of(paths: HeldWays, ribbon: Ribbon, unit: float, settings: RegionSettings = RegionSettings()) -> Regions:
    """What the limbs of a guide cover, an engine unit is `unit` scene units.

    `shrink` is in scene units.
    """
    shrink = settings.shrink * unit
    bones = len(paths.carrier.limbs.guide.names)
    in_a, in_b = ribbon.kind != APPEARING, ribbon.kind != VANISHING
    a = _outline(paths, paths.share_a, paths.off_a, in_a, bones, settings)
    b = _outline(paths, paths.share_b, paths.off_b, in_b, bones, settings)
    known = np.isfinite(a) | np.isfinite(b)
    drawn = known.sum(1)
    reach_a, reach_b = np.where(np.isfinite(a), a, b), np.where(np.isfinite(b), b, a)
    # what was drawn in neither key is like the other side
    reach_a, reach_b = (
        _closed(np.where(known, reach, reach[:, MIRROR]), settings.spike) for reach in (reach_a, reach_b)
    )
    covers = drawn >= settings.fewest
    reach_a, reach_b = (
        np.where(covers[:, None], np.maximum(settings.shrunk * reach - shrink, 0.0), 0.0)
        for reach in (reach_a, reach_b)
    )
    return Regions(reach_a, reach_b, np.where(covers, np.median((reach_a + reach_b) / 2, axis=1), 0.0))


def _outline(
    paths: HeldWays, share: Array, off: Complex, drawn: NDArray[np.bool_], bones: int, settings: RegionSettings
) -> Array:
    """(J, ROUND) how far out a key's lines lie around their bones, nan for none."""
    use = drawn[:, None] & (paths.held.weight > settings.own) & (paths.held.bone < bones)
    cell = paths.held.bone[use] * ROUND + np.rint(around(share[use], off[use])).astype(np.int64) % ROUND
    far = np.abs(off[use])
    out = np.full(bones * ROUND, np.nan)
    if len(cell):
        order = np.lexsort((far, cell))
        cell, far = cell[order], far[order]
        alike = Ragged.runs(cell)
        out[cell[alike.first]] = far[alike.first + ((alike.counts - 1) * settings.outer).astype(np.int64)]
    return out.reshape(bones, ROUND)


def _closed(reach: Array, spike: float) -> Array:
    """Regions with gaps bridged and spikes cut.

    Spikes reach farther than `spike` times what is beside them.
    """
    out = np.zeros_like(reach)
    for bone, row in enumerate(reach):
        known = np.flatnonzero(np.isfinite(row))
        if len(known):
            row = np.interp(np.arange(ROUND), known, row[known], period=ROUND)
            beside = np.maximum(np.roll(row, 1), np.roll(row, -1))
            out[bone] = np.minimum(row, spike * beside)
    return out
