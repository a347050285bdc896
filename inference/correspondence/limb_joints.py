"""Where strokes are joined, what is known of what they become, and how a limb turned about its joint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..geometry.neighbours import Grid
from ..geometry.points import Array, Complex, to_complex
from .matching import Match, Side
from .spans import Span, Spans


@dataclass(frozen=True)
class HingeSettings:
    """Lengths in engine units, angles in radians.

    touch     an end this near to another stroke is joined to it
    apart     what is joined and becomes places farther apart than this has come apart
    slip      a joint may move this far along what it is on
    least     shorter strokes are no limbs, nor are those whose ends are nearer than `reach` of their length
    host      a stroke is known to become another where this share of both is matched, and
    whole     wholly where this is
    miss      how far a limb may be from the other's shape, as a share of its length, and
    stretch   how many times as long it may be, where it has come apart; `near_miss`, `near_stretch` where it has not
    places    at which shapes are compared
    turned    a limb that turns less about its joint may move as its surroundings do
    *_cost    of turning round, of another length and of another material; `known` is what having been matched is worth
    """

    touch: float = 18.0
    apart: float = 40.0
    slip: float = 40.0
    least: float = 40.0
    reach: float = 0.3
    host: float = 0.5
    whole: float = 0.85
    miss: float = 0.2
    stretch: float = 1.4
    near_miss: float = 0.1
    near_stretch: float = 1.2
    places: int = 33
    turned: float = 0.6
    turn_cost: float = 0.1
    stretch_cost: float = 0.5
    kind_cost: float = 0.3
    known: float = 0.1


@dataclass(frozen=True)
class Joint:
    """An end (0 or 1) of a stroke that lies on another, the host, at arc length `along`."""

    stroke: int
    end: int
    host: int
    along: float


def joints(side: Side, settings: HingeSettings) -> list[Joint]:
    strokes = side.strokes
    limbs = np.flatnonzero(~strokes.cyclic & ~strokes.solid & (strokes.length >= settings.least))
    stroke, end = np.repeat(limbs, 2), np.tile([0, 1], len(limbs))
    xy = strokes.at(stroke, end * strokes.length[stroke])
    query, near, far = Grid(side.fine.xy, settings.touch).pairs(xy, settings.touch)
    host = side.fine.stroke[near]
    foreign = np.flatnonzero(host != stroke[query])
    order = foreign[np.lexsort((far[foreign], host[foreign], query[foreign]))]
    first = np.r_[True, (np.diff(query[order]) != 0) | (np.diff(host[order]) != 0)][: len(order)]
    rows = order[first]
    along = side.fine.along[near[rows]]
    names = zip(stroke[query[rows]], end[query[rows]], host[rows], along, strict=True)
    return [Joint(int(s), int(e), int(h), float(p)) for s, e, h, p in names]


@dataclass(frozen=True)
class Partner:
    """The stroke of key b that most of a stroke of key a becomes, which way (1 or -1), and which shares of both."""

    b: int
    way: int
    share: float
    other: float


class Known:
    """What is known of strokes of key a: their partners, and where places on them go."""

    def __init__(self, match: Match, spans: Spans) -> None:
        self.a, self.b = match.a, match.b
        self.spans: dict[int, list[Span]] = {}
        total: dict[tuple[int, int, int], Array] = {}
        for span in spans.matched:
            self.spans.setdefault(span.a, []).append(span)
            key = span.a, span.b, 1 if span.u[-1] >= span.u[0] else -1
            lengths = np.array([span.s[-1] - span.s[0], abs(span.u[-1] - span.u[0])])
            total[key] = total.get(key, np.zeros(2)) + lengths
        self.partner: dict[int, Partner] = {}
        for (a, b, way), (long_a, long_b) in sorted(total.items(), key=lambda item: float(item[1][0])):
            lengths = self.a.strokes.length[a], self.b.strokes.length[b]
            self.partner[a] = Partner(b, way, long_a / max(lengths[0], 1e-9), long_b / max(lengths[1], 1e-9))

    def share(self, stroke: int) -> float:
        """How much of a stroke and of its partner is matched to the other, the lesser of the two."""
        found = self.partner.get(stroke)
        return 0.0 if found is None else min(found.share, found.other)

    def image(self, stroke: int, along: float, slack: float = 12.0) -> tuple[int, float] | None:
        """Where spans take a place: the stroke of key b and the arc length there."""
        best: tuple[float, int, float] | None = None
        for span in self.spans.get(stroke, ()):
            off = max(span.s[0] - along, along - span.s[-1], 0.0)
            if off <= slack and (best is None or off < best[0]):
                best = off, span.b, float(np.interp(along, span.s, span.u))
        return None if best is None else best[1:]

    def place(self, stroke: int, along: float) -> tuple[int, float] | None:
        """Where a place goes on the stroke's partner, drawn out beyond what is matched of it."""
        partner = self.partner.get(stroke)
        if partner is None:
            return None
        best: tuple[float, float] | None = None
        for span in self.spans.get(stroke, ()):
            if span.b != partner.b:
                continue
            on = float(np.clip(along, span.s[0], span.s[-1]))
            off = abs(along - on)
            if best is None or off < best[0]:
                beyond = (along - on) * (1.0 if span.u[-1] >= span.u[0] else -1.0)
                best = off, float(np.interp(on, span.s, span.u)) + beyond
        return None if best is None else (partner.b, best[1])

    def xy(self, where: tuple[int, float]) -> complex:
        """A place of key b in the plane."""
        stroke, along = np.array([where[0]]), np.array([where[1]])
        return complex(to_complex(self.b.strokes.at(stroke, self.b.strokes.wrap(stroke, along)))[0])


def rate(known: Known, a: int, b: int, way: int, end: int, count: int) -> tuple[complex, float, float]:
    """The logarithm of the turn and size that lays a stroke on another from its joint on, how far that misses, and how
    far the stroke reaches from its joint, both as shares of its length."""
    z = walked(known.a, a, count)
    w = walked(known.b, b, count)[::way]
    if end:
        z, w = z[::-1], w[::-1]
    z, w = z - z[0], w - w[0]
    long_a, long_b = float(known.a.strokes.length[a]), float(known.b.strokes.length[b])
    turn = complex((np.conj(z) * w).sum() / max(float((np.abs(z) ** 2).sum()), 1e-12))
    angle = np.angle(turn) if abs(turn) > 1e-9 else 0.0
    size = np.log(max(long_b, 1e-9) / max(long_a, 1e-9))
    miss = float(np.abs(w - np.exp(size + 1j * angle) * z).mean()) / max(long_b, 1e-9)
    reach = min(abs(z[-1]) / max(long_a, 1e-9), abs(w[-1]) / max(long_b, 1e-9))
    return complex(size, angle), miss, float(reach)


def walked(side: Side, stroke: int, count: int) -> Complex:
    """(count,) places along a stroke."""
    along = np.linspace(0.0, float(side.strokes.length[stroke]), count)
    return to_complex(side.strokes.at(np.full(count, stroke), along))
