"""Junctions: a line that ends on another line in both keys does so throughout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry.exact import steady
from ..geometry.neighbours import Grid
from ..geometry.points import Array, Complex, Index, arc_length, to_complex
from ..geometry.ragged import Ragged, begins
from ..geometry.tridiagonal import Tridiagonal
from ..geometry.units import Units
from .hinged import HingedPaths
from .ribbon import MATCHED, Ribbon


@dataclass(frozen=True)
class JunctionSettings:
    """Lengths in engine units.

    touch  an end this near to another line in key a touches it;
    there  the same places may be a little farther apart in key b
    own    a line touches itself farther than so many times `touch` along it from where it ends
    probe  lines are looked for from ends so many times `touch` away, at places no farther apart than that
    pin    how many times as firmly as by its own line an end is held where it touches,
    floor  and as by this share of the firmest line
    """

    touch: float = 8.0
    there: float = 12.0
    own: float = 5.0
    probe: float = 1.6
    pin: float = 1e4
    floor: float = 1e-2


@dataclass(frozen=True)
class Junctions:
    """Where J line ends touch another line.

    end              (J,) vertex that touches
    before, after    (J,) and part (J,): the place it touches, between two vertices of another line
    share            (J,) how much of the way to it the end goes; the other goes what remains
    apart_a, apart_b (J,) what lies between them in either key, scene units
    turning          (J,) the logarithm of how what sees them so turns
    """

    end: Index
    before: Index
    after: Index
    part: Array
    share: Array
    apart_a: Complex
    apart_b: Complex
    system: Tridiagonal | None
    pin: Array
    turning: Complex

    def close(self, xy: Complex, t: Array) -> Complex:
        """Positions (V,) with ends where they touch at `t` (V,).

        What is moved takes its line along, less and less far away.
        """
        if self.system is None:
            return xy
        t = t[self.end]
        apart = self.apart_a * (1.0 - t) + self.apart_b * np.exp(-self.turning) * t
        apart = apart * np.exp(self.turning * t)
        for _ in range(2):
            touched = xy[self.before] + (xy[self.after] - xy[self.before]) * self.part
            miss = touched + apart - xy[self.end]
            pull = np.zeros(len(xy), complex)
            pull[self.end] = self.share * miss * self.pin
            xy = xy + self.system.solve(pull)
        return xy


def junctions_of(
    ribbon: Ribbon,
    grip: Array,
    anchor: Array,
    units: Units,
    limbs: HingedPaths | None = None,
    settings: JunctionSettings = JunctionSettings(),
) -> Junctions:
    """Junctions of the ribbon's chains; `limbs` turn.

    `grip` (V-1,) and `anchor` (V,) are those of its `Shape`.
    """
    chains = ribbon.chains
    open_chains = np.flatnonzero(~ribbon.loop & (chains.counts > 1))
    ends = np.concatenate([chains.first[open_chains], chains.last[open_chains]])
    end, before, after, part = _touching(ribbon, ends, settings)
    at_b = ribbon.b[before] + (ribbon.b[after] - ribbon.b[before]) * part[:, None]
    near = np.linalg.norm(ribbon.b[end] - at_b, axis=1) <= settings.there
    end, before, after, part = _to_copies(ribbon, end[near], before[near], after[near], part[near], settings.touch)
    if not len(end):
        nothing = np.zeros(0, np.int64)
        none = np.zeros(0, complex)
        return Junctions(nothing, nothing, nothing, np.zeros(0), np.zeros(0), none, none, None, np.zeros(0), none)
    a, b = (units.length_to_scene(to_complex(place)) for place in (ribbon.a, ribbon.b))
    apart_a = a[end] - (a[before] + (a[after] - a[before]) * part)
    apart_b = b[end] - (b[before] + (b[after] - b[before]) * part)
    turning = np.zeros(len(end), complex) if limbs is None else limbs.frames(end, before)
    share = _shares(ribbon, end, before, after, part)
    pin = settings.pin * (anchor[end] + grip.max(initial=0.0) * settings.floor)
    held = anchor.copy()
    held[end] += pin
    diagonal = held
    diagonal[1:] += grip
    diagonal[:-1] += grip
    return Junctions(end, before, after, part, share, apart_a, apart_b, Tridiagonal(diagonal, -grip), pin, turning)


def _to_copies(
    ribbon: Ribbon, end: Index, before: Index, after: Index, part: Array, touch: float
) -> tuple[Index, Index, Index, Array]:
    """The junctions with none that would move a copy.

    What its end touches comes to it instead.
    """
    copied = ribbon.copied
    stays = copied[end]
    if not stays.any():
        return end, before, after, part
    place = np.where(part < 0.5, before, after)
    near = np.linalg.norm(ribbon.a[place] - ribbon.a[end], axis=1) <= touch
    turned = np.flatnonzero(stays & near & ~copied[place] & ~np.isin(place, end[~stays]))
    _, first = np.unique(place[turned], return_index=True)
    turned = turned[first]
    comes, to = place[turned], end[turned]
    parts = np.concatenate([part[~stays], np.zeros(len(turned))])
    ends = np.concatenate([end[~stays], comes])
    return ends, np.concatenate([before[~stays], to]), np.concatenate([after[~stays], to]), parts


def _touching(ribbon: Ribbon, ends: Index, settings: JunctionSettings) -> tuple[Index, Index, Index, Array]:
    """Ends that touch another line in key a, and where, between two vertices."""
    touch = settings.touch
    chain, edge = ribbon.chains.owner, ribbon.chains.edges
    length = np.linalg.norm(ribbon.a[edge + 1] - ribbon.a[edge], axis=1)
    # probes along every edge, so that long edges are found from near their middle, too
    count = np.maximum(np.ceil(length / touch).astype(np.int64), 1)
    probes = Ragged.of(count)
    owner = edge[probes.owner]
    middle = (probes.within + 0.5) / count[probes.owner]
    probe = ribbon.a[owner] + (ribbon.a[owner + 1] - ribbon.a[owner]) * middle[:, None]
    if not len(probe) or not len(ends):
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing, np.zeros(0)
    query, found, _ = Grid(probe, 2 * touch).pairs(ribbon.a[ends], settings.probe * touch)
    end, first = ends[query], owner[found]
    # a line may end on itself, but not beside its own end
    reach = arc_length(ribbon.a)
    foreign = (chain[end] != chain[first]) | (np.abs(reach[end] - reach[first]) > settings.own * touch)
    foreign &= (end != first) & (end != first + 1)
    end, first = end[foreign], first[foreign]
    way = ribbon.a[first + 1] - ribbon.a[first]
    square = np.maximum((way**2).sum(1), 1e-12)
    part = np.clip(((ribbon.a[end] - ribbon.a[first]) * way).sum(1) / square, 0.0, 1.0)
    distance = np.linalg.norm(ribbon.a[first] + way * part[:, None] - ribbon.a[end], axis=1)
    # lines present in both keys are the better hold
    preferred = distance + np.where(ribbon.kind[first] == MATCHED, 0.0, touch)
    order = np.lexsort((steady(preferred), end))
    end, first, part, distance = end[order], first[order], part[order], distance[order]
    best = begins(end) & (distance <= touch)
    return end[best], first[best], first[best] + 1, part[best]


def _shares(ribbon: Ribbon, end: Index, before: Index, after: Index, part: Array) -> Array:
    """Shares of the way: two ends that touch each other meet half way.

    A line seen in one key only follows the one seen in both.
    """
    target = np.where(part < 0.5, before, after)
    at_vertex = np.minimum(part, 1.0 - part) < 1e-6
    partner = {int(e): int(v) for e, v, exact in zip(end, target, at_vertex, strict=True) if exact}
    mutual: NDArray[np.bool_] = np.array([partner.get(int(v)) == int(e) for e, v in zip(end, target, strict=True)])
    both = (ribbon.kind[end] == MATCHED) == (ribbon.kind[target] == MATCHED)
    leads = (ribbon.kind[end] == MATCHED) & (ribbon.kind[target] != MATCHED)
    return np.where(leads, 0.0, np.where(mutual & both, 0.5, 1.0))
