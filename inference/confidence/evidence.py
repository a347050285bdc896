"""How probably spans are right, calibrated: of those at 0.8, 8 in 10 are.

A place of a span is right where the line lies within RIGHT of where it goes in truth and slides along itself by no more
than SLIDE: that is hardly seen, and where along a line a place goes is often anyone's guess. Signs of a good match are
weighed by a logistic regression, and what it says is bent by another with two parameters (beta calibration: Kull, Silva
Filho, Flach 2017). Both were fitted to drawings that know the truth (`training.calibrate`): for the trained network the
numbers come with its weights, for the classical engine they stand in `calibrations`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..correspondence.correspond import Correspondence
from ..correspondence.cycles import Beyond
from ..correspondence.likeness import nearest_along
from ..drawing.strokes import along_samples
from ..geometry.points import Array, Index
from ..geometry.ragged import Ragged
from ..networks.weights import bundled
from . import calibrations

RIGHT = 5.0
"""Engine units: a pixel is about one, where a drawing fills a picture 720 pixels high."""
SLIDE = 15.0
SIGNS = (
    *("surroundings", "cost", "likeness", "unlikeliest", "lead", "home", "calm", "turn", "scaled", "travel"),
    *("length", "covered", "likely", "agreed", "asked"),
)
BOUNDS = {"turn": 0.7, "scaled": 0.5, "travel": 2.5, "length": 2.0}
"""Signs grow no more beyond these: hardly any span that confidence was fitted to lies there."""
ABSENT = 3.2
"""What the chains charge for a sample without place."""
UNMATCHED = ("bias", "sure", "calm", "travel")
MIDDLE = ("bias", "sure", "travel", "both")
LEAST = 1e-3


def logit(p: Array) -> Array:
    p = np.clip(p, LEAST, 1.0 - LEAST)
    return np.asarray(np.log(p) - np.log1p(-p))


def logistic(x: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -50.0, 50.0))))


@dataclass(frozen=True)
class Places:
    """The samples (n) of all `count` spans in a row.

    The span they belong to, stroke and arc length in both keys, positions a, b (n, 2), the length that each stands
    for. Engine units.
    """

    span: Index
    stroke_a: Index
    s: Array
    stroke_b: Index
    u: Array
    a: Array
    b: Array
    weight: Array
    count: int

    @staticmethod
    def of(found: Correspondence) -> Places:
        spans = found.spans.matched
        a, b = found.match.a.strokes, found.match.b.strokes
        span = Ragged.of([len(span.s) for span in spans]).owner
        stroke_a = np.array([span.a for span in spans], np.int64)[span]
        stroke_b = np.array([span.b for span in spans], np.int64)[span]
        s = np.concatenate([np.zeros(0), *(span.s for span in spans)])
        u = np.concatenate([np.zeros(0), *(span.u for span in spans)])
        step = np.zeros(len(s) + 1)
        if len(s):
            step[1:-1] = np.where(np.diff(span) == 0, np.abs(np.diff(s)), 0.0)
        weight = 0.5 * (step[1:] + step[:-1]) + 1e-3
        s, u = a.wrap(stroke_a, s), b.wrap(stroke_b, u)
        return Places(span, stroke_a, s, stroke_b, u, a.at(stroke_a, s), b.at(stroke_b, u), weight, len(spans))

    @property
    def length(self) -> Array:
        """(K,) of each span, in key a."""
        return np.asarray(np.bincount(self.span, self.weight, self.count), np.float64)

    def mean(self, values: Array) -> Array:
        """(K,) of values (n,) over each span's length."""
        return np.bincount(self.span, values * self.weight, self.count) / self.length

    def low(self, values: Array, share: float = 0.2) -> Array:
        """(K,) the value (n,) that `share` of each span's samples stay below."""
        order = np.lexsort((values, self.span))
        first = np.searchsorted(self.span, np.arange(self.count))
        sizes = np.diff(np.append(first, len(self.span)))
        return np.asarray(values[order][first + (share * (sizes - 1)).astype(np.int64)])


def near(distance: Array, half: float) -> Array:
    """1 where there is none, one half at `half`, towards 0 beyond."""
    return np.asarray(1.0 / (1.0 + (np.minimum(distance, 1e6) / half) ** 2))


def evidence(found: Correspondence, beyond: Sequence[Beyond] = ()) -> Array:
    """(K, SIGNS) for each span:

    surroundings, cost       likeness of the ink around, cost of the chain
    likeness, unlikeliest    what the network says of them, in the mean and at the worst fifth
    lead                     what the network holds likeliest lies near, from either key
    home                     local motion leads there from either key
    calm, turn, scaled       matches around agree; how far the surroundings turn, and grow or shrink
    travel, length           how far it moves, how long it is, both as logarithms
    covered, likely          of the whole pair: share of ink in spans, mean likeness
    agreed, asked            past the neighbouring keys it leads where they are said to come from directly; 1 if asked

    What there is no network for is 0.
    """
    match, p = found.match, Places.of(found)
    if not p.count:
        return np.zeros((0, len(SIGNS)))
    fine_a, fine_b = nearest_along(match.a.fine, p.stroke_a, p.s), nearest_along(match.b.fine, p.stroke_b, p.u)
    context = np.einsum("nd,nd->n", match.a.context[fine_a], match.b.context[fine_b]).astype(float)
    cost = np.where(match.chain.target >= 0, match.chain.cost, ABSENT)[fine_a]
    forth, back = match.forth, match.back
    home = near(np.linalg.norm(along_samples(match.b.fine, back.target, p.stroke_b, p.u) - p.a, axis=1), 6.0)
    away = near(np.linalg.norm(along_samples(match.a.fine, forth.target, p.stroke_a, p.s) - p.b, axis=1), 6.0)
    calm = near(forth.residual[fine_a], 6.0) + near(back.residual[fine_b], 6.0)
    turn = forth.turn[fine_a]
    drawn = match.a.fine.weight.sum() + match.b.fine.weight.sum()
    in_b = sum(abs(float(span.u[-1] - span.u[0])) for span in found.spans.matched)
    likeness, lead = _learned(found, p)
    units = match.units
    s, u = units.length_to_scene(p.s), units.length_to_scene(p.u)
    apart = [units.length_to_engine(w.apart(p.stroke_a, s, p.stroke_b, u)) for w in beyond]
    signs = {
        "surroundings": p.mean(context),
        "cost": p.mean(np.clip(cost / ABSENT, 0.0, 2.0)),
        "likeness": p.mean(likeness),
        "unlikeliest": p.low(likeness),
        "lead": p.mean(lead),
        "home": p.mean(0.5 * (home + away)),
        "calm": p.mean(0.5 * calm),
        "turn": p.mean(np.abs(np.angle(turn))),
        "scaled": p.mean(np.abs(np.log(np.maximum(np.abs(turn), LEAST)))),
        "travel": np.log1p(p.mean(np.linalg.norm(p.b - p.a, axis=1)) / 20.0),
        "length": np.log1p(p.length / 30.0),
        "covered": np.full(p.count, (p.length.sum() + in_b) / max(drawn, 1e-9)),
        "likely": np.full(p.count, np.average(likeness, weights=p.weight)),
        "agreed": np.mean([p.mean(near(d, 12.0)) for d in apart], axis=0) if apart else np.zeros(p.count),
        "asked": np.full(p.count, float(bool(apart))),
    }
    return np.stack([np.minimum(signs[name], BOUNDS.get(name, np.inf)) for name in SIGNS], 1)


def _learned(found: Correspondence, p: Places) -> tuple[Array, Array]:
    """How like the network finds places (n,), and whether its likeliest is near (n,)."""
    match, table = found.match, found.match.likeness.table
    if table is None:
        return np.zeros(len(p.span)), np.zeros(len(p.span))
    one, other = nearest_along(match.a.coarse, p.stroke_a, p.s), nearest_along(match.b.coarse, p.stroke_b, p.u)
    there = match.b.coarse.xy[table.argmax(1)][one]
    here = match.a.coarse.xy[table.argmax(0)][other]
    lead = near(np.linalg.norm(there - p.b, axis=1), 20.0) + near(np.linalg.norm(here - p.a, axis=1), 20.0)
    return table[one, other].astype(float), 0.5 * lead


@dataclass(frozen=True)
class Calibration:
    """Numbers by name, fitted by `training.calibrate`; missing ones count as 0.

    "span."       and a sign or "bias": the regression
    "bend."       and "low", "high" or "bias": what it says, bent
    "unmatched."  and one of UNMATCHED: unmatched lines
    "middle."     and one of MIDDLE: the way between the keys
    """

    numbers: Mapping[str, float]

    def __getitem__(self, name: str) -> float:
        return float(self.numbers.get(name, 0.0))

    def said(self, signs: Array) -> Array:
        """(K,) what the regression alone says of spans with these signs (K, SIGNS)."""
        return logistic(signs @ np.array([self[f"span.{name}"] for name in SIGNS]) + self["span.bias"])

    def bent(self, said: Array) -> Array:
        """(K,) probabilities from what the regression says."""
        said = np.clip(said, LEAST, 1.0 - LEAST)
        return logistic(self["bend.low"] * np.log(said) - self["bend.high"] * np.log1p(-said) + self["bend.bias"])

    def unmatched(self, sure: float, calm: Array, travel: Array) -> Array:
        """Probabilities that unmatched lines are right.

        Motion that is `calm` carries them for `travel` engine units; the spans of the pair are `sure` in the mean.
        """
        bias, *by = (self[f"unmatched.{name}"] for name in UNMATCHED)
        return logistic(bias + by[0] * logit(np.array(sure)) + by[1] * calm + by[2] * np.log1p(travel / 20.0))

    def between(self, key: Array, travel: Array, t: float | Array) -> Array:
        """The probability at t of being right, given that in the keys.

        It is `key` in the keys, and what it is of travels so many engine units.
        """
        bias, sure, far, both = (self[f"middle.{name}"] for name in MIDDLE)
        share, moved = 4.0 * t * (1.0 - t), np.log1p(travel / 20.0)
        # what is surer in the keys is never less sure between them, however far it moves
        slope = np.maximum(1.0 + share * (sure + both * moved), 0.0)
        return logistic(slope * logit(key) + share * (bias + far * moved))


def calibration_of(found: Correspondence) -> Calibration:
    """The calibration of the engine that found the correspondence."""
    if found.match.likeness.table is None:
        return Calibration(calibrations.CLASSICAL)
    weights = bundled("correspondence")
    known = weights is not None and "span.bias" in weights.calibration
    return Calibration(weights.calibration) if weights is not None and known else Calibration(calibrations.LEARNED)


def confidence_of(found: Correspondence, beyond: Sequence[Beyond] = ()) -> Array:
    """(K,) the probability that a place of each span is right.

    `beyond` are neighbouring keys as witnesses. Copies are right.
    """
    calibration = calibration_of(found)
    copies = np.array([span.copy >= 0 for span in found.spans.matched], bool)
    return np.where(copies, 1.0, calibration.bent(calibration.said(evidence(found, beyond))))
