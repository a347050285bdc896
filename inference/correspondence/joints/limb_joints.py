"""Where strokes are joined, what they become, and how limbs turn about joints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...geometry.neighbours import Grid
from ...geometry.points import Array, Complex, to_complex
from ..matching import Match, Side
from ..spans import Span, Spans
from ..tuning import HingeSettings


@dataclass(frozen=True)
class Joint:
    """An end (0 or 1) of a stroke that lies on another, the host.

    At arc length `along`; `place` in the plane.
    """

    stroke: int
    end: int
    host: int
    along: float
    place: complex


class Joined:
    """The joints of a drawing.

    All, those on each host, those of each stroke, and what is joined to what.
    """

    def __init__(self, side: Side, settings: HingeSettings) -> None:
        self.near = 2.0 * settings.touch
        self.joints = _joints(side, settings)
        self.on: dict[int, list[Joint]] = {}
        self.of: dict[int, list[Joint]] = {}
        self._beside: dict[int, list[tuple[int, complex]]] = {}
        for joint in self.joints:
            self.on.setdefault(joint.host, []).append(joint)
            self.of.setdefault(joint.stroke, []).append(joint)
            for one, other in ((joint.stroke, joint.host), (joint.host, joint.stroke)):
                self._beside.setdefault(one, []).append((other, joint.place))

    def free(self, joint: Joint) -> bool:
        """Whether a stroke hangs on its host by this joint alone.

        Nothing that hangs on it leads back there.
        """
        at = self._beside[joint.stroke]
        waiting = [other for other, place in at if abs(place - joint.place) > self.near]
        seen = {joint.stroke, *waiting}
        while waiting:
            stroke = waiting.pop()
            if stroke == joint.host:
                return False
            fresh = {other for other, _ in self._beside[stroke]} - seen
            seen |= fresh
            waiting += fresh
        return True


def _joints(side: Side, settings: HingeSettings) -> list[Joint]:
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
    along, place = side.fine.along[near[rows]], to_complex(side.fine.xy[near[rows]])
    columns = stroke[query[rows]], end[query[rows]], host[rows], along, place
    return [Joint(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


@dataclass(frozen=True)
class Partner:
    """The stroke of key b that most of a stroke of key a becomes.

    Which way (1 or -1), and which shares of both.
    """

    b: int
    way: int
    share: float
    other: float


class Known:
    """What is known of strokes of key a: their partners, and where places go.

    Places on them go somewhere within `within` (engine units) along them of what is matched.
    """

    def __init__(self, match: Match, spans: Spans, within: float) -> None:
        self.within = within
        self.a, self.b, self.forth = match.a, match.b, match.forth
        self.spans: dict[int, list[Span]] = {}
        # strokes of key a that something of each of key b is matched to
        self.sources: dict[int, set[int]] = {}
        self._walks: dict[tuple[bool, int], Complex] = {}
        self._rates: dict[tuple[int, int, int, int, int], tuple[complex, float, float]] = {}
        self._turns: dict[int, float] = {}
        total: dict[tuple[int, int, int], Array] = {}
        for span in spans.matched:
            self.spans.setdefault(span.a, []).append(span)
            self.sources.setdefault(span.b, set()).add(span.a)
            key = span.a, span.b, 1 if span.u[-1] >= span.u[0] else -1
            lengths = np.array([span.s[-1] - span.s[0], abs(span.u[-1] - span.u[0])])
            total[key] = total.get(key, np.zeros(2)) + lengths
        self.partner: dict[int, Partner] = {}
        for (a, b, way), (long_a, long_b) in sorted(total.items(), key=lambda item: float(item[1][0])):
            whole_a, whole_b = (max(float(side.strokes.length[s]), 1e-9) for side, s in ((self.a, a), (self.b, b)))
            self.partner[a] = Partner(b, way, float(long_a) / whole_a, float(long_b) / whole_b)

    def share(self, stroke: int) -> float:
        """How much of a stroke and its partner is matched to the other, the lesser."""
        found = self.partner.get(stroke)
        return 0.0 if found is None else min(found.share, found.other)

    def says(self, a: int, b: int, way: int) -> bool:
        """Whether spans say that a stroke becomes another, this way."""
        found = self.partner.get(a)
        return found is not None and (found.b, found.way) == (b, way)

    def image(self, stroke: int, along: float) -> tuple[int, float] | None:
        """Where spans take a place: the stroke of key b and the arc length there."""
        best: tuple[float, int, float] | None = None
        for span in self.spans.get(stroke, ()):
            off = max(span.s[0] - along, along - span.s[-1], 0.0)
            if off <= self.within and (best is None or off < best[0]):
                best = off, span.b, float(np.interp(along, span.s, span.u))
        return None if best is None else best[1:]

    def place(self, stroke: int, along: float) -> tuple[int, float] | None:
        """Where a place goes on the stroke's partner, beyond what is matched, too."""
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
        return complex(self.places([where])[0])

    def turn(self, stroke: int) -> float:
        """The angle by which the surroundings of a stroke turn."""
        if stroke not in self._turns:
            self._turns[stroke] = float(np.angle(self.forth.turn[self.a.fine.stroke == stroke].mean()))
        return self._turns[stroke]

    def torn(self, joined: list[Joint], settings: HingeSettings) -> tuple[set[int], dict[int, int]]:
        """Strokes to blame for joints that come apart, and joints that hold without them.

        Of two, that one is to blame of which fewer joints hold. Joints are counted for each stroke.
        """
        holding: list[Joint] = []
        broken: list[Joint] = []
        for joint, off in zip(joined, self._off(joined, settings), strict=True):
            if off >= 0:
                (broken if off > settings.apart else holding).append(joint)
        holds = _tally(holding)
        out: set[int] = set()
        while broken:
            failed, owners = _tally(broken), {joint.stroke for joint in broken}
            worst = max(failed, key=lambda s: (failed[s] - holds.get(s, 0), s in owners, self._moved(s), -s))
            out.add(worst)
            broken = [joint for joint in broken if worst not in (joint.stroke, joint.host)]
        return out, _tally([joint for joint in holding if not out & {joint.stroke, joint.host}])

    def _off(self, joined: list[Joint], settings: HingeSettings) -> list[float]:
        """How far apart what is joined comes, -1 where that is not known."""
        pairs: list[tuple[int, tuple[int, float], tuple[int, float]]] = []
        for number, joint in enumerate(joined):
            place = self.place(joint.host, joint.along) if self.share(joint.host) >= settings.host else None
            if place is None:
                continue
            end = self.image(joint.stroke, joint.end * float(self.a.strokes.length[joint.stroke]))
            if end is not None:
                pairs.append((number, end, place))
            if self.share(joint.stroke) >= settings.host:
                # most of it may run the other way
                b, way = self.partner[joint.stroke].b, self.partner[joint.stroke].way
                if not self.b.strokes.cyclic[b]:
                    tip = (joint.end if way > 0 else 1 - joint.end) * float(self.b.strokes.length[b])
                    pairs.append((number, (b, tip), place))
        out = np.full(len(joined), -1.0)
        if pairs:
            numbers, ends, places = zip(*pairs, strict=True)
            np.maximum.at(out, np.array(numbers), np.abs(self.places(ends) - self.places(places)))
        return out.tolist()

    def places(self, where: Sequence[tuple[int, float]]) -> Complex:
        """Places of key b in the plane."""
        stroke, along = np.array([w[0] for w in where]), np.array([w[1] for w in where])
        return to_complex(self.b.strokes.at(stroke, self.b.strokes.wrap(stroke, along)))

    def _moved(self, stroke: int) -> float:
        """How far a stroke's ends move, as its spans say."""
        moved = 0.0
        for along in (0.0, float(self.a.strokes.length[stroke])):
            image = self.image(stroke, along)
            if image is not None:
                here = to_complex(self.a.strokes.at(np.array([stroke]), np.array([along])))[0]
                moved = max(moved, float(abs(self.xy(image) - here)))
        return moved

    def rate(self, a: int, b: int, way: int, end: int, places: int) -> tuple[complex, float, float]:
        """The log of the turn and size that lays a stroke on another from its end on.

        With how far that misses, and how far the stroke reaches from there, both as shares of its length.
        """
        asked = a, b, way, end, places
        if asked not in self._rates:
            self._rates[asked] = self._rate(*asked)
        return self._rates[asked]

    def _rate(self, a: int, b: int, way: int, end: int, places: int) -> tuple[complex, float, float]:
        z, w = self._walk(False, a, places), self._walk(True, b, places)[::way]
        if end:
            z, w = z[::-1], w[::-1]
        z, w = z - z[0], w - w[0]
        long_a, long_b = (max(float(side.strokes.length[s]), 1e-9) for side, s in ((self.a, a), (self.b, b)))
        turn, miss = _laid(z, w, long_a, long_b)
        return turn, miss, float(min(abs(z[-1]) / long_a, abs(w[-1]) / long_b))

    def _walk(self, second: bool, stroke: int, places: int) -> Complex:
        """(places,) along a stroke of key a, or of key b."""
        if (second, places) not in self._walks:
            self._walks[second, places] = _walked(self.b if second else self.a, places)
        return np.asarray(self._walks[second, places][stroke])

    def evenly(self, a: int, b: int, way: int) -> Span:
        """All of a stroke becomes all of another, at an even pace."""
        long_a, long_b = float(self.a.strokes.length[a]), float(self.b.strokes.length[b])
        s = np.unique(np.concatenate([[0.0], self.a.fine.along[self.a.fine.stroke == a], [long_a]]))
        share = s / max(long_a, 1e-9)
        return Span(a, b, s, (share if way > 0 else 1.0 - share) * long_b)

    def round(self, a: int, at_a: float, b: int, at_b: float) -> tuple[Span, complex, float]:
        """How a ring turns that becomes another, and how far that misses.

        It turns from where something ends on both.
        """
        long_a, long_b = (max(float(side.strokes.length[s]), 1e-9) for side, s in ((self.a, a), (self.b, b)))
        s = np.unique(np.concatenate([[0.0], self.a.fine.along[self.a.fine.stroke == a], [long_a]]))
        z = to_complex(self.a.strokes.at(np.full(len(s), a), s))
        way = 1 if _runs_left(self.a, a) == _runs_left(self.b, b) else -1
        u = at_b + way * (s - at_a) * long_b / long_a
        stroke = np.full(len(s), b)
        w = to_complex(self.b.strokes.at(stroke, self.b.strokes.wrap(stroke, u)))
        turn, miss = _laid(z - z.mean(), w - w.mean(), long_a, long_b)
        return Span(a, b, s, u), turn, miss


def _tally(joined: list[Joint]) -> dict[int, int]:
    """How many of the joints each stroke has."""
    out: dict[int, int] = {}
    for joint in joined:
        for stroke in (joint.stroke, joint.host):
            out[stroke] = out.get(stroke, 0) + 1
    return out


def _laid(z: Complex, w: Complex, long_a: float, long_b: float) -> tuple[complex, float]:
    """The log of the turn that lays places on others, and the mean miss as a share.

    They are sized as lengths are.
    """
    turn = complex((np.conj(z) * w).sum())
    angle = float(np.angle(turn)) if abs(turn) > 1e-9 else 0.0
    rate = complex(np.log(long_b / long_a), angle)
    return rate, float(np.abs(w - np.exp(rate) * z).mean()) / long_b


def _runs_left(side: Side, stroke: int) -> bool:
    """Whether a ring runs counterclockwise."""
    z = _walked(side, 64)[stroke]
    return bool((np.conj(z) * np.roll(z, -1)).imag.sum() > 0)


def _walked(side: Side, places: int) -> Complex:
    """(S, places) along every stroke."""
    count = side.strokes.count
    stroke = np.broadcast_to(np.arange(count)[:, None], (count, places)).ravel()
    along = np.linspace(0.0, 1.0, places) * side.strokes.length[:, None]
    return to_complex(side.strokes.at(stroke, along.ravel())).reshape(count, places)
