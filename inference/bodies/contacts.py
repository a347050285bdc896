"""Contacts: what lies on the lines of a drawing, ends of other lines and paint.

A drawing holds together because ends meet lines and because paint reaches the lines around it. Each key is asked for
itself: what lies where in the key that is drawn does so until the other takes over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from ..geometry.on_lines import Edges, nearest_of
from ..geometry.points import Array, Index, Mask
from ..geometry.ragged import sums
from ..motion.ribbon import FIRST, MATCHED, SAME, SECOND, THROUGH, Ribbon

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
    torn   a place that is led this far from where most of so many vertices on either side, `around`, are led is let go
    """

    touch: float = 6.0
    there: float = 8.0
    astray: float = 40.0
    own: float = 40.0
    beside: int = 6
    paint: float = 9.0
    share: float = 0.3
    agree: float = 12.0
    torn: float = 40.0
    around: int = 8


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
        return Contacts(*(getattr(self, field.name)[rows] for field in fields(Contacts)))

    @staticmethod
    def joined(parts: Sequence[Contacts]) -> Contacts:
        """Several as one."""
        return Contacts(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Contacts)))

    def on(self, z: np.ndarray) -> np.ndarray:
        """(J, ...) where on their lines they lie, values (V, ...) being known of vertices."""
        part = self.part.reshape(-1, *[1] * (z.ndim - 1))
        return np.asarray(z[self.before] + (z[self.after] - z[self.before]) * part)


def contacts_of(ribbon: Ribbon, solid: Mask, settings: ContactSettings = ContactSettings()) -> Contacts:
    """What lies on what in either key; `solid` (V,) bounds a fill."""
    keys = [_Key.of(ribbon, solid, half) for half in (FIRST, SECOND)]
    return Contacts.joined([kind(ribbon, solid, key, settings) for key in keys for kind in (_ends, _paint)])


def without_tails(ribbon: Ribbon, contacts: Contacts) -> Array:
    """(V,) `gone` of the ribbon, 0 on ends of lines that touch something."""
    chains = ribbon.chains
    touching = np.zeros(len(ribbon.gone), bool)
    touching[contacts.vertex[contacts.kind != PAINT]] = True
    # what is unmatched at either end of a chain is a stretch of its own
    stretch = np.zeros(int(ribbon.piece.max(initial=-1)) + 1, bool)
    filled = chains.filled
    for tips in (chains.first[filled], chains.last[filled]):
        stretch[ribbon.piece[tips[touching[tips]]]] = True
    return np.where(stretch[ribbon.piece], 0.0, ribbon.gone)


@dataclass(frozen=True)
class _Key:
    """One key: what is drawn in its half, and where that lies in it and in the other."""

    half: int
    live: Mask
    here: Array
    there: Array
    edges: Edges

    @staticmethod
    def of(ribbon: Ribbon, solid: Mask, half: int) -> _Key:
        here, there = (ribbon.a, ribbon.b) if half == FIRST else (ribbon.b, ribbon.a)
        live = (ribbon.half == THROUGH) | (ribbon.half == half)
        first, second = ribbon.edges
        rows = live[first] & ~solid[first]
        return _Key(half, live, here, there, Edges(here, first[rows], second[rows]))

    def contacts(self, vertex: Index, edge: Index, part: Array, kind: int) -> Contacts:
        """Vertices (J,) on edges, each wholly led by its line."""
        before, after = self.edges.first[edge], self.edges.second[edge]
        count = len(vertex)
        return Contacts(vertex, before, after, part, np.full(count, kind), np.full(count, self.half), np.ones(count))


def _ends(ribbon: Ribbon, solid: Mask, key: _Key, settings: ContactSettings) -> Contacts:
    """Ends of lines that touch other lines."""
    chains, edges, here, there = ribbon.chains, key.edges, key.here, key.there
    open_ = ~ribbon.loop & (chains.counts > 1)
    vertex = np.concatenate([chains.first[open_], chains.last[open_]])
    vertex = vertex[key.live[vertex] & ~solid[vertex]]
    place, edge, part, _ = edges.candidates(here[vertex], settings.touch)
    end, host = vertex[place], edges.first[edge]
    # a line may end on itself, but not beside its own end
    step = np.concatenate([[0.0], _length(np.diff(here, axis=0))])[: len(here)]
    reach = np.cumsum(step)
    foreign = (chains.owner[end] != chains.owner[host]) | (np.abs(reach[end] - reach[host]) > settings.own)
    foreign &= (end != host) & (end != edges.second[edge])
    place, edge, part = place[foreign], edge[foreign], part[foreign]
    best = nearest_of(place)
    on = key.contacts(vertex[place[best]], edge[best], part[best], JOINT)
    off = here[on.vertex] - on.on(here)
    joined = _length(there[on.vertex] - on.on(there) - off) <= settings.there
    astray = _beside(ribbon, there, on.vertex, on.before, settings.beside)
    slides = ~joined & ((astray <= settings.astray) | (ribbon.kind[on.vertex] != MATCHED))
    on = replace(on, kind=np.where(joined, JOINT, SLIDE)).picked(joined | slides)
    on = _but_copies(ribbon, on)
    return replace(on, share=_shares(on))


def _but_copies(ribbon: Ribbon, on: Contacts) -> Contacts:
    """The contacts with none that would move a copy.

    What its end touches comes to it instead.
    """
    stays = ribbon.copied[on.vertex]
    if not stays.any():
        return on
    place = np.where(on.part < 0.5, on.before, on.after)
    turned = np.flatnonzero(stays & ~ribbon.copied[place] & ~np.isin(place, on.vertex[~stays]))
    _, first = np.unique(place[turned], return_index=True)
    turned = turned[first]
    count, to = len(turned), on.vertex[turned]
    comes = replace(
        on.picked(turned), vertex=place[turned], before=to, after=to, part=np.zeros(count), kind=np.full(count, JOINT)
    )
    return Contacts.joined([on.picked(~stays), comes])


def _shares(on: Contacts) -> Array:
    """(J,) how far ends go: two that touch each other meet half way."""
    target = np.where(on.part < 0.5, on.before, on.after)
    at_vertex = np.minimum(on.part, 1.0 - on.part) < SAME
    pairs = set(zip(on.vertex[at_vertex].tolist(), target[at_vertex].tolist(), strict=True))
    mutual = [(v, e) in pairs for e, v in zip(on.vertex.tolist(), target.tolist(), strict=True)]
    return np.where(np.array(mutual, bool) & at_vertex, 0.5, 1.0)


def _paint(ribbon: Ribbon, solid: Mask, key: _Key, settings: ContactSettings) -> Contacts:
    """Places on the edges of fills that lie on lines."""
    vertex = np.flatnonzero(key.live & solid & ~ribbon.copied)
    place, edge, part, _ = key.edges.candidates(key.here[vertex], settings.paint)
    best = nearest_of(place)
    on = key.contacts(vertex[place[best]], edge[best], part[best], PAINT)
    chain, chains = ribbon.chains.owner[on.vertex], ribbon.chains
    share = sums(np.ones(on.count), chain, chains.count) / np.maximum(chains.counts, 1)
    led = on.on(key.there) + key.here[on.vertex] - on.on(key.here)
    agrees = _length(key.there[on.vertex] - led) <= settings.agree
    on = on.picked((share[chain] >= settings.share) | agrees)
    return on.picked(~_torn_out(ribbon, on, key, settings))


def _torn_out(ribbon: Ribbon, on: Contacts, key: _Key, settings: ContactSettings) -> Mask:
    """(J,) short stretches of a fill's edge that go far from all around them.

    They lie under something that only passes there.
    """
    if not on.count:
        return np.zeros(0, bool)
    moved = key.there - key.here
    moved[on.vertex] = on.on(key.there) - on.on(key.here)
    chains, chain = ribbon.chains, ribbon.chains.owner[on.vertex]
    # round about: fills are rings
    around = on.vertex[:, None] + np.arange(-settings.around, settings.around + 1)
    first, count = chains.first[chain][:, None], chains.counts[chain][:, None]
    usual = np.median(moved[first + (around - first) % count], axis=1)
    return _length(moved[on.vertex] - usual) > settings.torn


def window(ribbon: Ribbon, edge: Index, beside: int) -> tuple[Index, Mask]:
    """(J, 2 beside + 1) edges of a line around some (J,), and which there are."""
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


def _length(xy: Array) -> Array:
    return np.asarray(np.sqrt((xy**2).sum(1)))
