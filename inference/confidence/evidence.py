"""The probability that spans are right, calibrated: of those at 0.8, 8 in 10 are.

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
UNMATCHED = ("bias", "sure", "calm", "travel")
MIDDLE = ("bias", "sure", "travel", "both")
LEAST = 1e-3
STEEPEST = 50.0
"""Beyond this exponentials say nothing more, and overflow at last."""


@dataclass(frozen=True)
class EvidenceSettings:
    """How signs are read; lengths in engine units.

    Calibrations hold for those that they were fitted with: whoever sets others fits them anew.

    home     where local motion leads by so far off, half of it is believed; likewise
    calm     where matches disagree with those around them by so much,
    lead     where the network leads by so far off,
    agreed   and where the way past a neighbouring key leads by so far off
    travel   ways are counted in logarithms, from about this on,
    length   and lengths from this on
    worst    of a span's places, this share is looked at for the unlikeliest
    bounds   signs grow no more beyond these: hardly any span that confidence was fitted to lies there
    low      strokes of in-betweens that are less probably right than this are reported
    """

    home: float = 6.0
    calm: float = 6.0
    lead: float = 20.0
    agreed: float = 12.0
    travel: float = 20.0
    length: float = 30.0
    worst: float = 0.2
    bounds: tuple[tuple[str, float], ...] = (
        ("cost", 2.0),
        ("turn", 0.7),
        ("scaled", 0.5),
        ("travel", 2.5),
        ("length", 2.0),
    )
    low: float = 0.5


def logit(p: Array) -> Array:
    p = np.clip(p, LEAST, 1.0 - LEAST)
    return np.asarray(np.log(p) - np.log1p(-p))


def logistic(x: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -STEEPEST, STEEPEST))))


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

    def low(self, values: Array, share: float) -> Array:
        """(K,) the value (n,) that `share` of each span's samples stay below."""
        order = np.lexsort((values, self.span))
        first = np.searchsorted(self.span, np.arange(self.count))
        sizes = np.diff(np.append(first, len(self.span)))
        return np.asarray(values[order][first + (share * (sizes - 1)).astype(np.int64)])


def near(distance: Array, half: float) -> Array:
    """1 where there is none, one half at `half`, towards 0 beyond."""
    return np.asarray(1.0 / (1.0 + (np.minimum(distance, 1e6) / half) ** 2))


def evidence(
    found: Correspondence, beyond: Sequence[Beyond] = (), settings: EvidenceSettings = EvidenceSettings()
) -> Array:
    """(K, SIGNS) for each span:

    surroundings, cost       likeness of the ink around, cost of the chain
    likeness, unlikeliest    what the network says of them, on average and at the worst fifth
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
    # what the chains charged for a sample without place
    absent = match.settings.chain.absent
    cost = np.where(match.chain.target >= 0, match.chain.cost, absent)[fine_a]
    forth, back = match.forth, match.back
    home = near(np.linalg.norm(along_samples(match.b.fine, back.target, p.stroke_b, p.u) - p.a, axis=1), settings.home)
    away = near(np.linalg.norm(along_samples(match.a.fine, forth.target, p.stroke_a, p.s) - p.b, axis=1), settings.home)
    calm = near(forth.residual[fine_a], settings.calm) + near(back.residual[fine_b], settings.calm)
    turn = forth.turn[fine_a]
    drawn = match.a.fine.weight.sum() + match.b.fine.weight.sum()
    in_b = sum(abs(float(span.u[-1] - span.u[0])) for span in found.spans.matched)
    likeness, lead = _learned(found, p, settings.lead)
    units = match.units
    s, u = units.length_to_scene(p.s), units.length_to_scene(p.u)
    apart = [units.length_to_engine(w.apart(p.stroke_a, s, p.stroke_b, u)) for w in beyond]
    bounds = dict(settings.bounds)
    signs = {
        "surroundings": p.mean(context),
        "cost": p.mean(np.clip(cost / absent, 0.0, bounds["cost"])),
        "likeness": p.mean(likeness),
        "unlikeliest": p.low(likeness, settings.worst),
        "lead": p.mean(lead),
        "home": p.mean(0.5 * (home + away)),
        "calm": p.mean(0.5 * calm),
        "turn": p.mean(np.abs(np.angle(turn))),
        "scaled": p.mean(np.abs(np.log(np.maximum(np.abs(turn), LEAST)))),
        "travel": np.log1p(p.mean(np.linalg.norm(p.b - p.a, axis=1)) / settings.travel),
        "length": np.log1p(p.length / settings.length),
        "covered": np.full(p.count, (p.length.sum() + in_b) / max(drawn, 1e-9)),
        "likely": np.full(p.count, np.average(likeness, weights=p.weight)),
        "agreed": np.mean([p.mean(near(d, settings.agreed)) for d in apart], axis=0) if apart else np.zeros(p.count),
        "asked": np.full(p.count, float(bool(apart))),
    }
    return np.stack([np.minimum(signs[name], bounds.get(name, np.inf)) for name in SIGNS], 1)


def _learned(found: Correspondence, p: Places, half: float) -> tuple[Array, Array]:
    """How like the network finds places (n,), and whether its likeliest is near (n,)."""
    match, table = found.match, found.match.likeness.table
    if table is None:
        return np.zeros(len(p.span)), np.zeros(len(p.span))
    one, other = nearest_along(match.a.coarse, p.stroke_a, p.s), nearest_along(match.b.coarse, p.stroke_b, p.u)
    there = match.b.coarse.xy[table.argmax(1)][one]
    here = match.a.coarse.xy[table.argmax(0)][other]
    lead = near(np.linalg.norm(there - p.b, axis=1), half) + near(np.linalg.norm(here - p.a, axis=1), half)
    return table[one, other].astype(float), 0.5 * lead


@dataclass(frozen=True)
class Calibration:
    """Numbers by name, fitted by `training.calibrate`; missing ones count as 0.

    "span."    and a sign or "bias": the regression
    "bend."    and "low", "high" or "bias": what it says, bent
    "loose."   and one of UNMATCHED: unmatched lines, by the name that files of weights have for them
    "middle."  and one of MIDDLE: the way between the keys
    """

    numbers: Mapping[str, float]
    settings: EvidenceSettings = EvidenceSettings()

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

        Motion that is `calm` carries them for `travel` engine units; the spans of the pair are `sure` on average.
        """
        bias, *by = (self[f"loose.{name}"] for name in UNMATCHED)
        return logistic(bias + by[0] * logit(np.array(sure)) + by[1] * calm + by[2] * self._far(travel))

    def between(self, key: Array, travel: Array, t: float | Array) -> Array:
        """The probability at t of being right, given that in the keys.

        It is `key` in the keys, and what it is of travels so many engine units.
        """
        bias, sure, far, both = (self[f"middle.{name}"] for name in MIDDLE)
        share, moved = 4.0 * t * (1.0 - t), self._far(travel)
        # what is surer in the keys is never less sure between them, however far it moves
        slope = np.maximum(1.0 + share * (sure + both * moved), 0.0)
        return logistic(slope * logit(key) + share * (bias + far * moved))

    def _far(self, travel: Array) -> Array:
        return np.asarray(np.log1p(travel / self.settings.travel))


def calibration_of(found: Correspondence, settings: EvidenceSettings = EvidenceSettings()) -> Calibration:
    """The calibration of the engine that found the correspondence."""
    if found.match.likeness.table is None:
        return Calibration(calibrations.CLASSICAL, settings)
    weights = bundled("correspondence")
    known = weights is not None and "span.bias" in weights.calibration
    numbers = weights.calibration if weights is not None and known else calibrations.LEARNED
    return Calibration(numbers, settings)


def confidence_of(
    found: Correspondence, beyond: Sequence[Beyond] = (), settings: EvidenceSettings = EvidenceSettings()
) -> Array:
    """(K,) the probability that a place of each span is right.

    `beyond` are neighbouring keys as witnesses. Copies are right.
    """
    calibration = calibration_of(found, settings)
    copies = np.array([span.copy >= 0 or span.certain for span in found.spans.matched], bool)
    return np.where(copies, 1.0, calibration.bent(calibration.said(evidence(found, beyond, settings))))
