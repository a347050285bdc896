"""Contacts: what of a drawing lies on its lines, the ends of other lines and paint.

A drawing holds together because ends meet lines and because paint reaches the lines around it. Each key is asked for
itself: what lies where in the key that is drawn does so until the other takes over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..geometry.on_lines import Edges, nearest_of
from ..geometry.points import Array, Index, Mask
from ..geometry.ragged import sums
from ..motion.ribbon import FIRST, MATCHED, SECOND, THROUGH, Ribbon

JOINT, SLIDE, PAINT = 0, 1, 2


@dataclass(frozen=True)
class ContactSettings:
    """What lies on what; lengths in engine units.

    touch  an end no farther than this from another line touches it
    there  it is joined to the place that it touches if they are no farther apart than so in the other key, too, as far
           as is known; else it slides along the line
    astray an end that is farther than this from the line there lets go of it
    own    a line touches itself farther than this along it from where it ends
    beside edges to either side of a touched one along which an end slides
    paint  the edge of a fill no farther than this from a line lies on it
    share  of a fill of which a smaller part than this lies on lines, only those places do that agree with the lines'
           motion: it is a thing of its own that is near them
    agree  they agree if they end up no farther than this from where the line takes them
    """

    touch: float = 6.0
    there: float = 8.0
    astray: float = 40.0
    own: float = 40.0
    beside: int = 6
    paint: float = 9.0
    share: float = 0.3
    agree: float = 12.0


@dataclass(frozen=True)
class Contacts:
    """J places that lie on lines.

    vertex         (J,) that lies on the line
    before, after  (J,) and part (J,): where, between two vertices of a line
    kind           (J,) JOINT: an end that stays at its place; SLIDE: an end that slides along; PAINT: a fill's edge
    half           (J,) FIRST or SECOND: in which key, and so in which half of the gap
    share          (J,) how much of the way between both goes the vertex; the other goes what remains
    """

    vertex: Index
    before: Index
    after: Index
    part: Array
    kind: Index
    half: Index
    share: Array

    @property
    def count(self) -> int:
        return len(self.vertex)

    def picked(self, rows: Index | Mask) -> Contacts:
        """Some of them."""
        columns = (self.vertex, self.before, self.after, self.part, self.kind, self.half, self.share)
        return Contacts(*(column[rows] for column in columns))

    def on(self, z: np.ndarray) -> np.ndarray:
        """(J, ...) where on their lines they lie, values (V, ...) being known of vertices."""
        part = self.part.reshape(-1, *[1] * (z.ndim - 1))
        return np.asarray(z[self.before] + (z[self.after] - z[self.before]) * part)


def contacts_of(ribbon: Ribbon, solid: Mask, settings: ContactSettings = ContactSettings()) -> Contacts:
    """What lies on what in either key; `solid` (V,) bounds a fill."""
    parts = [_contacts(ribbon, solid, half, settings) for half in (FIRST, SECOND)]
    columns = ("vertex", "before", "after", "part", "kind", "half", "share")
    return Contacts(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))


def without_tails(ribbon: Ribbon, contacts: Contacts) -> Array:
    """(V,) `gone` of the ribbon, 0 on lines' ends that touch something: these stay whole."""
    chains = ribbon.chains
    touching = np.zeros(len(ribbon.gone), bool)
    touching[contacts.vertex[contacts.kind != PAINT]] = True
    # what is unmatched at either end of a chain is a stretch of its own
    stretch = np.zeros(int(ribbon.piece.max(initial=-1)) + 1, bool)
    filled = chains.filled
    for tips in (chains.first[filled], chains.last[filled]):
        stretch[ribbon.piece[tips[touching[tips]]]] = True
    return np.where(stretch[ribbon.piece], 0.0, ribbon.gone)


def _contacts(ribbon: Ribbon, solid: Mask, half: int, settings: ContactSettings) -> Contacts:
    """What lies on what in one key."""
    here, there = (ribbon.a, ribbon.b) if half == FIRST else (ribbon.b, ribbon.a)
    live = (ribbon.half == THROUGH) | (ribbon.half == half)
    first, second = ribbon.edges
    rows = live[first] & ~solid[first]
    edges = Edges(here, first[rows], second[rows])
    ends = _ends(ribbon, edges, solid, live, here, there, settings)
    paint = _paint(ribbon, edges, solid, live, here, there, settings)
    vertex, before, after, part, kind, share = (
        np.concatenate([one, other]) for one, other in zip(ends, paint, strict=True)
    )
    return Contacts(vertex, before, after, part, kind, np.full(len(vertex), half), share)


def _ends(
    ribbon: Ribbon, edges: Edges, solid: Mask, live: Mask, here: Array, there: Array, settings: ContactSettings
) -> tuple[Index, Index, Index, Array, Index, Array]:
    """Ends of lines that touch other lines: vertex, before, after, part, kind, share."""
    chains = ribbon.chains
    open_ = ~ribbon.loop & (chains.counts > 1)
    vertex = np.concatenate([chains.first[open_], chains.last[open_]])
    vertex = vertex[live[vertex] & ~solid[vertex]]
    place, edge, part, far = edges.candidates(here[vertex], settings.touch)
    end, host = vertex[place], edges.first[edge]
    # a line may end on itself, but not beside its own end
    step = np.concatenate([[0.0], np.sqrt((np.diff(here, axis=0) ** 2).sum(1))])[: len(here)]
    reach = np.cumsum(step)
    foreign = (chains.owner[end] != chains.owner[host]) | (np.abs(reach[end] - reach[host]) > settings.own)
    foreign &= (end != host) & (end != edges.second[edge])
    place, edge, part, end = place[foreign], edge[foreign], part[foreign], end[foreign]
    best = nearest_of(place)
    end, edge, part = end[best], edge[best], part[best]
    before, after = edges.first[edge], edges.second[edge]
    off = here[end] - _between(here, before, after, part)
    apart = _length(there[end] - _between(there, before, after, part) - off)
    joined = apart <= settings.there
    astray = _beside(ribbon, there, end, before, settings.beside)
    slides = ~joined & ((astray <= settings.astray) | (ribbon.kind[end] != MATCHED))
    keep = joined | slides
    end, before, after, part, kind = end[keep], before[keep], after[keep], part[keep], np.where(joined, JOINT, SLIDE)[keep]
    end, before, after, part, kind = _but_copies(ribbon, here, end, before, after, part, kind)
    return end, before, after, part, kind, _shares(end, before, after, part)


def _but_copies(
    ribbon: Ribbon, here: Array, end: Index, before: Index, after: Index, part: Array, kind: Index
) -> tuple[Index, Index, Index, Array, Index]:
    """The contacts with none that would move a copy: what its end touches comes to it instead."""
    stays = ribbon.copied[end]
    if not stays.any():
        return end, before, after, part, kind
    place = np.where(part < 0.5, before, after)
    turned = np.flatnonzero(stays & ~ribbon.copied[place] & ~np.isin(place, end[~stays]))
    _, first = np.unique(place[turned], return_index=True)
    turned = turned[first]
    comes, to = place[turned], end[turned]
    left = [value[~stays] for value in (end, before, after, part, kind)]
    right = [comes, to, to, np.zeros(len(to)), np.full(len(to), JOINT)]
    one, two, three, four, five = (np.concatenate(pair) for pair in zip(left, right, strict=True))
    return one, two, three, four, five


def _shares(end: Index, before: Index, after: Index, part: Array) -> Array:
    """(J,) two ends that touch each other meet half way."""
    target = np.where(part < 0.5, before, after)
    at_vertex = np.minimum(part, 1.0 - part) < 1e-6
    met = {(int(e), int(v)) for e, v, exact in zip(end, target, at_vertex, strict=True) if exact}
    mutual = np.array([(int(v), int(e)) in met for e, v in zip(end, target, strict=True)], bool)
    return np.where(mutual & at_vertex, 0.5, 1.0)


def _paint(
    ribbon: Ribbon, edges: Edges, solid: Mask, live: Mask, here: Array, there: Array, settings: ContactSettings
) -> tuple[Index, Index, Index, Array, Index, Array]:
    """Places on the edges of fills that lie on lines: vertex, before, after, part, kind, share."""
    vertex = np.flatnonzero(live & solid & ~ribbon.copied)
    place, edge, part, _ = edges.candidates(here[vertex], settings.paint)
    best = nearest_of(place)
    vertex, edge, part = vertex[place[best]], edge[best], part[best]
    before, after = edges.first[edge], edges.second[edge]
    chain, count = ribbon.chains.owner, ribbon.chains.count
    share = sums(np.ones(len(vertex)), chain[vertex], count) / np.maximum(ribbon.chains.counts, 1)
    led = _between(there, before, after, part) + here[vertex] - _between(here, before, after, part)
    keep = (share[chain[vertex]] >= settings.share) | (_length(there[vertex] - led) <= settings.agree)
    vertex, before, after, part = vertex[keep], before[keep], after[keep], part[keep]
    return vertex, before, after, part, np.full(len(vertex), PAINT), np.ones(len(vertex))


def window(ribbon: Ribbon, edge: Index, beside: int) -> tuple[Index, Mask]:
    """(J, 2 beside + 1) edges of a chain around those from vertex `edge` (J,), and which there are."""
    around = edge[:, None] + np.arange(-beside, beside + 1)
    last = len(ribbon.s) - 2
    safe = np.clip(around, 0, max(last, 0))
    chain = ribbon.chains.owner
    after = np.minimum(safe + 1, len(ribbon.s) - 1)
    real = (around >= 0) & (around <= last) & (chain[safe] == chain[edge][:, None]) & (chain[after] == chain[safe])
    return safe, real & (safe != after)


def _beside(ribbon: Ribbon, xy: Array, end: Index, edge: Index, beside: int) -> Array:
    """(J,) how far `end` lies from the stretch of line around `edge`, in one key."""
    around, real = window(ribbon, edge, beside)
    start, way = xy[around], xy[np.minimum(around + 1, len(xy) - 1)] - xy[around]
    part = ((xy[end][:, None] - start) * way).sum(2) / np.maximum((way**2).sum(2), 1e-12)
    off = start + way * np.clip(part, 0.0, 1.0)[..., None] - xy[end][:, None]
    return np.where(real, np.sqrt((off**2).sum(2)), np.inf).min(1, initial=np.inf)


def _between(xy: Array, before: Index, after: Index, part: Array) -> Array:
    return np.asarray(xy[before] + (xy[after] - xy[before]) * part[:, None])


def _length(xy: Array) -> Array:
    return np.asarray(np.sqrt((xy**2).sum(1)))
