"""Limbs that hang on the same line in both keys: they are matched from joint to joint, however far they turned.

Strokes tell where they are joined: an end of one lies on another. Where what they hang on has a counterpart, its joints
say what they may become, and from which end on; how far a limb turned about its joint hardly matters then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import count

import numpy as np

from ..geometry.local_motion import LocalMotion
from ..geometry.points import Array, Complex, Index, to_complex
from .limb_joints import HingeSettings, Joint, Known, joints, rate
from .matching import Match
from .spans import Span, Spans


@dataclass(frozen=True)
class Hinge:
    """Stroke `a` of key a becomes stroke `b` of key b, turning about its joint with the stroke `host` of key a, at arc
    length `at` there, by `rate`: the logarithm of its size and, imaginary, its angle, which may pass half a turn."""

    a: int
    b: int
    host: int
    at: float
    rate: complex


@dataclass(frozen=True)
class Hung:
    """What hangs on joints: spans of limbs that become each other whole, by which rates they turn, and hinges of those
    that turn about their joints, what they hang on first."""

    spans: tuple[Span, ...]
    rates: tuple[complex, ...]
    hinges: tuple[Hinge, ...]

    def impose(self, learnt: Match) -> Match:
        """The motion learnt from spans, but limbs turn as one."""
        a, b = learnt.a, learnt.b
        forth, back = learnt.forth, learnt.back
        for span, rate_ in zip(self.spans, self.rates, strict=True):
            factor = np.exp(rate_)
            rows_a, rows_b = np.flatnonzero(a.fine.stroke == span.a), np.flatnonzero(b.fine.stroke == span.b)
            goal = np.interp(a.fine.along[rows_a], span.s, span.u)
            order = np.argsort(span.u, kind="stable")
            home = np.interp(b.fine.along[rows_b], span.u[order], span.s[order])
            forth = _turning(forth, rows_a, b.strokes.at(np.full(len(rows_a), span.b), goal), factor)
            back = _turning(back, rows_b, a.strokes.at(np.full(len(rows_b), span.a), home), 1.0 / factor)
        return replace(learnt, forth=forth, back=back)


def _turning(motion: LocalMotion, rows: Index, goal: Array, factor: complex) -> LocalMotion:
    """The motion with that of some rows replaced: where they go, and how all of them turn."""
    target, turn = motion.target.copy(), motion.turn.copy()
    target[rows], turn[rows] = goal, factor
    return replace(motion, target=target, turn=turn)


@dataclass(frozen=True)
class _Fit:
    """How a limb of key a becomes one of key b from end `end` and `other_end` on: `rate`, the miss, and the cost."""

    a: int
    b: int
    joint: Joint
    way: int
    rate: complex
    cost: float


@dataclass
class _Grown:
    """What has been decided so far, by the stroke of key a: what it becomes and which way, and about what it turns."""

    becomes: dict[int, tuple[int, int]] = field(default_factory=dict)
    hinges: dict[int, Hinge] = field(default_factory=dict)
    parent: dict[int, int] = field(default_factory=dict)

    def hangs_on(self, stroke: int, above: int) -> bool:
        """Whether a stroke hangs on another, or is it."""
        while stroke != above and stroke in self.parent:
            stroke = self.parent[stroke]
        return stroke == above


def hung(match: Match, spans: Spans, settings: HingeSettings = HingeSettings()) -> Hung | None:
    """What of the spans is put right by joints, and what turns about them; None where nothing does."""
    joints_a, joints_b = joints(match.a, settings), joints(match.b, settings)
    if not joints_a or not joints_b:
        return None
    return _Search(Known(match, spans), joints_a, joints_b, match.forth.turn, settings).run(match)


class _Search:
    """Grows what is known outwards from what is matched well, joint by joint, the best fit first."""

    def __init__(
        self, known: Known, joints_a: list[Joint], joints_b: list[Joint], turn: Complex, settings: HingeSettings
    ) -> None:
        self.known, self.turn, self.settings = known, turn, settings
        self.on_a: dict[int, list[Joint]] = {}
        self.of_a: dict[int, list[Joint]] = {}
        self.on_b: dict[int, list[Joint]] = {}
        for joint in joints_a:
            self.on_a.setdefault(joint.host, []).append(joint)
            self.of_a.setdefault(joint.stroke, []).append(joint)
        for joint in joints_b:
            self.on_b.setdefault(joint.host, []).append(joint)
        self.apart = self._apart(joints_a)
        self.grown = _Grown()

    def _apart(self, joints: list[Joint]) -> set[int]:
        """Strokes to blame for joints that come apart: of two that do, that of which fewer joints hold."""
        known, settings = self.known, self.settings
        holds: dict[int, int] = {}
        broken: list[Joint] = []
        for joint in joints:
            if known.share(joint.host) < settings.host:
                continue
            end = known.image(joint.stroke, joint.end * float(known.a.strokes.length[joint.stroke]))
            place = known.place(joint.host, joint.along)
            if end is None or place is None:
                continue
            if abs(known.xy(end) - known.xy(place)) > settings.apart:
                broken.append(joint)
            else:
                for stroke in (joint.stroke, joint.host):
                    holds[stroke] = holds.get(stroke, 0) + 1
        out: set[int] = set()
        while broken:
            failed: dict[int, int] = {}
            for joint in broken:
                for stroke in (joint.stroke, joint.host):
                    failed[stroke] = failed.get(stroke, 0) + 1
            owners = {joint.stroke for joint in broken}
            worst = max(failed, key=lambda s: (failed[s] - holds.get(s, 0), s in owners, self._moved(s), -s))
            out.add(worst)
            broken = [joint for joint in broken if worst not in (joint.stroke, joint.host)]
        return out

    def _moved(self, stroke: int) -> float:
        """How far a stroke's ends move, as its spans say."""
        length = float(self.known.a.strokes.length[stroke])
        moved = 0.0
        for along in (0.0, length):
            image = self.known.image(stroke, along)
            if image is not None:
                here = to_complex(self.known.a.strokes.at(np.array([stroke]), np.array([along])))[0]
                moved = max(moved, float(abs(self.known.xy(image) - here)))
        return moved

    def run(self, match: Match) -> Hung | None:
        known, settings, grown = self.known, self.settings, self.grown
        for stroke, partner in known.partner.items():
            if stroke not in self.apart and known.share(stroke) >= settings.host:
                grown.becomes[stroke] = partner.b, partner.way
        waiting = list(grown.becomes)
        fits: list[tuple[float, int, int, int, _Fit]] = []
        number, changed = count(), dict[int, _Fit]()
        while waiting or fits:
            while waiting:
                for fit in self._fits(waiting.pop()):
                    heappush(fits, (fit.cost, fit.a, fit.b, next(number), fit))
            if not fits:
                break
            best = heappop(fits)[-1]
            if not self._open(best):
                continue
            self._hang(best)
            whole = self._is_known(best)
            if not whole or best.a in grown.hinges:
                changed[best.a] = best
            grown.becomes[best.a] = best.b, best.way
            waiting.append(best.a)
        if not changed:
            return None
        spans = tuple(_span(match, fit) for fit in changed.values())
        return Hung(spans, tuple(fit.rate for fit in changed.values()), tuple(grown.hinges.values()))

    def _is_known(self, fit: _Fit) -> bool:
        """Whether spans say the same already."""
        partner = self.known.partner.get(fit.a)
        same = partner is not None and (partner.b, partner.way) == (fit.b, fit.way)
        return same and self.known.share(fit.a) >= self.settings.whole

    def _open(self, fit: _Fit) -> bool:
        """Whether a fit is still to be had: nothing else has become what it becomes, nor does it hang on itself."""
        grown = self.grown
        if fit.a in grown.parent or grown.hangs_on(fit.joint.host, fit.a):
            return False
        holder = [a for a, (b, _) in grown.becomes.items() if b == fit.b and a != fit.a]
        return not holder

    def _hang(self, fit: _Fit) -> None:
        """Let a limb turn about its joint where it or what it hangs on turns far, and nothing holds its other end."""
        grown, host = self.grown, fit.joint.host
        grown.parent[fit.a] = host
        above = grown.hinges.get(host)
        turned = fit.rate.imag - self._turn_of(host)
        if above is None and abs(turned) < self.settings.turned:
            return
        for other in self.of_a[fit.a]:
            tied = other.end != fit.joint.end and other.host in grown.becomes
            if tied and not grown.hangs_on(other.host, fit.a) and grown.hinges.get(other.host) is not above:
                return
        grown.hinges[fit.a] = Hinge(fit.a, fit.b, host, fit.joint.along, fit.rate)

    def _turn_of(self, stroke: int) -> float:
        """The angle by which a stroke turns."""
        hinge = self.grown.hinges.get(stroke)
        if hinge is not None:
            return hinge.rate.imag
        b, way = self.grown.becomes[stroke]
        turn, _, reach = rate(self.known, stroke, b, way, 0, self.settings.places)
        if reach >= self.settings.reach:
            return turn.imag
        # a ring may begin anywhere
        return float(np.angle(self.turn[self.known.a.fine.stroke == stroke].mean()))

    def _place(self, stroke: int, along: float) -> tuple[int, float] | None:
        """Where a place on a stroke that is decided goes."""
        b, way = self.grown.becomes[stroke]
        partner = self.known.partner.get(stroke)
        if partner is not None and (partner.b, partner.way) == (b, way):
            return self.known.place(stroke, along)
        share = along / max(float(self.known.a.strokes.length[stroke]), 1e-9)
        return b, (share if way > 0 else 1.0 - share) * float(self.known.b.strokes.length[b])

    def _fits(self, host: int) -> Iterator[_Fit]:
        """What strokes that hang on a decided one may become."""
        known, settings = self.known, self.settings
        for joint in self.on_a.get(host, ()):
            place = self._place(host, joint.along)
            if place is None or joint.stroke in self.grown.parent:
                continue
            there = known.xy(place)
            for other in self.on_b.get(place[0], ()):
                if abs(known.xy((other.host, other.along)) - there) <= settings.slip:
                    fit = self._fit(joint, other)
                    if fit is not None:
                        yield fit

    def _fit(self, joint: Joint, other: Joint) -> _Fit | None:
        known, settings = self.known, self.settings
        a, b = known.a.strokes, known.b.strokes
        i, j = joint.stroke, other.stroke
        way = 1 if joint.end == other.end else -1
        if a.layer[i] != b.layer[j]:
            return None
        turn, miss, reach = rate(known, i, j, way, joint.end, settings.places)
        partner = known.partner.get(i)
        known_so = partner is not None and (partner.b, partner.way) == (j, way)
        astray = i in self.apart
        limits = (settings.miss, settings.stretch) if astray else (settings.near_miss, settings.near_stretch)
        if reach < settings.reach or miss > limits[0] or abs(turn.real) > np.log(limits[1]):
            return None
        if not astray and not known_so and (known.share(i) >= settings.host or self._held(j)):
            return None
        above = self._turn_of(joint.host)
        turned = float(np.angle(np.exp(1j * (turn.imag - above))))
        cost = miss + settings.stretch_cost * abs(turn.real) + settings.turn_cost * (1.0 - np.cos(turned)) / 2
        cost += settings.kind_cost * float(a.kind[i] != b.kind[j]) - settings.known * known_so
        return _Fit(i, j, joint, way, complex(turn.real, above + turned), float(cost))

    def _held(self, b: int) -> bool:
        """Whether a stroke of key b has a counterpart that is known."""
        return any(held == b for held, _ in self.grown.becomes.values())


def _span(match: Match, fit: _Fit) -> Span:
    """All of a limb becomes all of the other, at an even pace."""
    rows = match.a.fine.stroke == fit.a
    long_a, long_b = float(match.a.strokes.length[fit.a]), float(match.b.strokes.length[fit.b])
    s = np.unique(np.concatenate([[0.0], match.a.fine.along[rows], [long_a]]))
    share = s / max(long_a, 1e-9)
    return Span(fit.a, fit.b, s, (share if fit.way > 0 else 1.0 - share) * long_b)
