"""Limbs that hang on the same line in both keys are matched from joint to joint.

How far they turned does not matter.

Strokes tell where they are joined: an end of one lies on another. Where what they hang on has a counterpart, its joints
say what they may become, and from which end on; how far a limb turned about its joint hardly matters then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import count

import numpy as np

from ...geometry.local_motion import LocalMotion
from ...geometry.points import Array, Index
from ..matching import Match
from ..spans import Span, Spans
from ..tuning import HingeSettings
from .limb_joints import Joined, Joint, Known


@dataclass(frozen=True)
class Hinge:
    """Stroke `a` of key a becomes stroke `b` of key b, turning about a joint.

    The joint is the place at arc length `own`, joined to the stroke `host` of key a, at arc length `at` there.
    `rate` is the logarithm of its size and, imaginary, its angle, which may pass half a turn.
    """

    a: int
    b: int
    own: float
    host: int
    at: float
    rate: complex


@dataclass(frozen=True)
class Hung:
    """What hangs on joints.

    Spans of limbs that become each other whole, by which rates they turn, and hinges of those that turn about their
    joints, what they hang on first.
    """

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
    """The motion with that of some rows replaced: where they go, how all turn."""
    target, turn = motion.target.copy(), motion.turn.copy()
    target[rows], turn[rows] = goal, factor
    return replace(motion, target=target, turn=turn)


@dataclass(frozen=True)
class _Fit:
    """Stroke `a` becomes `b` one way (1) or the other (-1).

    Its place `own` is joined to the place `at` of `host`, arc lengths both, and it turns by `rate`: at what cost, by
    which span, whether spans say so, and whether it `swings`, or is only made whole where spans say so in part
    (`mends`).
    """

    a: int
    b: int
    way: int
    own: float
    host: int
    at: float
    rate: complex
    cost: float
    span: Span
    known: bool
    swings: bool
    mends: bool = False


def hung(match: Match, spans: Spans, settings: HingeSettings = HingeSettings()) -> Hung | None:
    """What joints put right of the spans, and what turns about them; None for nothing."""
    joined_a, joined_b = Joined(match.a, settings), Joined(match.b, settings)
    if not joined_a.joints or not joined_b.joints:
        return None
    return _Search(Known(match, spans, settings.within), joined_a, joined_b, settings).run()


class _Search:
    """Grows what is known outwards, joint by joint, the best fit first.

    It begins with strokes that many others hang on.
    """

    def __init__(self, known: Known, joined_a: Joined, joined_b: Joined, settings: HingeSettings) -> None:
        self.known, self.settings = known, settings
        self.a, self.b = joined_a, joined_b
        self.apart, self.holds = known.torn(joined_a.joints, settings)
        # what strokes of key a become, which way; whose strokes of key b are; how many joints from a root they are
        self.becomes: dict[int, tuple[int, int]] = {}
        self.holder: dict[int, int] = {}
        self.depth: dict[int, int] = {}
        self.hinges: dict[int, Hinge] = {}
        self.changed: dict[int, _Fit] = {}

    def run(self) -> Hung | None:
        known = self.known
        for stroke, partner in known.partner.items():
            if stroke not in self.apart and known.share(stroke) >= self.settings.host:
                self.becomes[stroke] = partner.b, partner.way
                self.holder[partner.b] = stroke
        length = known.a.strokes.length
        for root in sorted(self.becomes, key=lambda s: (-self.holds.get(s, 0), -length[s], s)):
            if root not in self.depth and root in self.becomes:
                self._grow(root)
        if not self.changed:
            return None
        for fit in list(self.changed.values()):
            self._give_back(fit)
        fits = self.changed.values()
        return Hung(tuple(fit.span for fit in fits), tuple(fit.rate for fit in fits), tuple(self.hinges.values()))

    def _grow(self, root: int) -> None:
        """Decide what hangs on a stroke, what hangs on that, and so on."""
        number, fits = count(), list[tuple[float, int, _Fit]]()
        waiting = [root]
        self.depth[root] = 0
        while waiting or fits:
            while waiting:
                for fit in self._fits(waiting.pop()):
                    heappush(fits, (fit.cost, next(number), fit))
            if not fits:
                return
            fit = heappop(fits)[-1]
            if fit.a not in self.depth and self._claims(fit):
                self._decide(fit)
                waiting.append(fit.a)

    def _claims(self, fit: _Fit) -> bool:
        """Whether what a stroke is to become is to be had.

        What hangs on nothing that is known yields to what does.
        """
        holder = self.holder.get(fit.b, fit.a)
        if holder == fit.a:
            return True
        if holder in self.depth or self.holds.get(holder, 0):
            return False
        del self.becomes[holder]
        self.apart.add(holder)
        return True

    def _decide(self, fit: _Fit) -> None:
        before = self.becomes.get(fit.a)
        if before is not None and self.holder.get(before[0]) == fit.a:
            del self.holder[before[0]]
        self.becomes[fit.a] = fit.b, fit.way
        self.holder[fit.b] = fit.a
        self.depth[fit.a] = self.depth[fit.host] + 1
        if fit.swings:
            self.hinges[fit.a] = Hinge(fit.a, fit.b, fit.own, fit.host, fit.at, fit.rate)
        if fit.swings or fit.mends:
            self.changed[fit.a] = fit

    def _give_back(self, fit: _Fit) -> None:
        """Let what a limb hangs on, and strokes it was matched to, match whole.

        They become each other in either key where their shapes agree.
        """
        known, settings = self.known, self.settings
        taken = {span.b for span in known.spans.get(fit.a, ())} | {fit.b}
        others = {fit.host, *(self.holder.get(b, fit.a) for b in taken), *known.sources.get(fit.b, ())}
        for i in sorted(others - set(self.changed)):
            if i not in self.becomes or known.share(i) >= settings.all:
                continue
            j, way = self.becomes[i]
            turn, miss, _ = known.rate(i, j, way, 0, settings.places)
            alike = miss <= settings.near_miss and abs(turn.real) <= np.log(settings.stretch)
            rings = known.a.strokes.cyclic[i] or known.b.strokes.cyclic[j]
            if alike and not rings:
                span = known.evenly(i, j, way)
                self.changed[i] = _Fit(i, j, way, 0.0, i, 0.0, turn, miss, span, False, False)

    def _turn_of(self, stroke: int) -> float:
        """The angle by which a decided stroke turns."""
        hinge = self.hinges.get(stroke)
        if hinge is not None:
            return hinge.rate.imag
        b, way = self.becomes[stroke]
        turn, _, reach = self.known.rate(stroke, b, way, 0, self.settings.places)
        return turn.imag if reach >= self.settings.reach else self.known.turn(stroke)

    def _place(self, stroke: int, along: float) -> tuple[int, float] | None:
        """Where a place on a decided stroke goes."""
        if stroke in self.changed:
            span = self.changed[stroke].span
            return span.b, float(np.interp(along, span.s, span.u))
        return self.known.place(stroke, along)

    def _fits(self, host: int) -> Iterator[_Fit]:
        """What strokes that are joined to a decided one may become."""
        waiting = [joint for joint in self.a.on.get(host, ()) if joint.stroke not in self.depth]
        known = [(joint, place) for joint in waiting if (place := self._place(host, joint.along)) is not None]
        where = self.known.places([place for _, place in known]) if known else ()
        for (joint, place), there in zip(known, where, strict=True):
            for other in self.b.on.get(place[0], ()):
                fit = self._limb(joint, other) if abs(other.place - there) <= self.settings.slip else None
                if fit is not None:
                    yield fit
        b, way = self.becomes[host]
        for joint in self.a.of.get(host, ()):
            for other in self.b.of.get(b, ()):
                if joint.host not in self.depth and (joint.end == other.end) == (way > 0):
                    fit = self._tip(joint, other)
                    if fit is not None:
                        yield fit

    def _limb(self, joint: Joint, other: Joint) -> _Fit | None:
        """A stroke that hangs on a decided one by its own end."""
        known, settings = self.known, self.settings
        i, j = joint.stroke, other.stroke
        way = 1 if joint.end == other.end else -1
        said, share = known.says(i, j, way), known.share(i)
        # what hangs on nothing that is known may be wrong altogether
        torn = i in self.apart or not self.holds.get(i, 0)
        known_so = said and not torn and share >= settings.whole
        if not torn and not said and (share >= settings.host or j in self.holder):
            return None
        turn, miss, reach = known.rate(i, j, way, joint.end, settings.places)
        fits = miss <= (settings.miss if torn else settings.near_miss) and abs(turn.real) <= np.log(settings.stretch)
        turned = _about(turn.imag - self._turn_of(joint.host))
        swings = joint.host in self.hinges or abs(turned) >= settings.turned
        mends = said and not torn and settings.host <= share < settings.all and miss <= settings.mend_miss
        if (swings or mends) and not (
            fits
            and reach >= settings.reach
            # what else holds it in both keys would have to turn, too
            and (self.a.free(joint) or self.b.free(other))
        ):
            swings = mends = False
        if not swings and not mends and not known_so:
            return None
        span = known.evenly(i, j, way)
        own = joint.end * float(known.a.strokes.length[i])
        return self._fit(joint.host, joint.along, own, turn, miss, span, known_so, swings, mends)

    def _tip(self, joint: Joint, other: Joint) -> _Fit | None:
        """A stroke that a decided one ends on, as an arm does on a hand."""
        known, settings = self.known, self.settings
        k, i, j = joint.stroke, joint.host, other.host
        end = joint.end * float(known.a.strokes.length[k])
        said = i not in self.apart and i in self.becomes and self.becomes[i][0] == j
        rings = known.a.strokes.cyclic[i] and known.b.strokes.cyclic[j]
        if rings and k in self.hinges and (said or j not in self.holder):
            span, turn, miss = known.round(i, joint.along, j, other.along)
            if miss <= settings.round_miss and abs(turn.real) <= np.log(settings.stretch):
                return self._fit(k, end, joint.along, turn, miss, span, said, True)
        if not said or known.share(i) < settings.whole:
            return None
        way = self.becomes[i][1]
        turn, miss, _ = known.rate(i, j, way, 0, settings.places)
        return self._fit(k, end, joint.along, turn, miss, known.evenly(i, j, way), True, False)

    def _fit(
        self,
        host: int,
        at: float,
        own: float,
        turn: complex,
        miss: float,
        span: Span,
        known: bool,
        swings: bool,
        mends: bool = False,
    ) -> _Fit | None:
        a, b, settings = self.known.a.strokes, self.known.b.strokes, self.settings
        i, j, way = span.a, span.b, 1 if span.u[-1] >= span.u[0] else -1
        if a.layer[i] != b.layer[j]:
            return None
        above = self._turn_of(host)
        turned = _about(turn.imag - above)
        cost = miss + settings.stretch_cost * abs(turn.real) + settings.turn_cost * (1.0 - np.cos(turned)) / 2
        cost += settings.deep_cost * self.depth[host]
        cost += settings.kind_cost * float(a.kind[i] != b.kind[j]) - settings.known * self.known.says(i, j, way)
        return _Fit(
            i, j, way, own, host, at, complex(turn.real, above + turned), float(cost), span, known, swings, mends
        )


def _about(angle: float) -> float:
    """The angle within half a turn."""
    return float(np.angle(np.exp(1j * angle)))
