"""Fitting confidence to drawings that know the truth: what the engine finds in redrawn keys is held against the tracks
of the clips they show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inkbetween.inference.confidence.evidence import (
    MIDDLE,
    RIGHT,
    SIGNS,
    SLIDE,
    UNMATCHED,
    Calibration,
    Places,
    evidence,
    logit,
)
from inkbetween.inference.confidence.ladder import LadderSettings
from inkbetween.inference.correspondence.cache import MatchCache
from inkbetween.inference.correspondence.correspond import Correspondence
from inkbetween.inference.correspondence.cycles import Beyond
from inkbetween.inference.correspondence.matching import MatchSettings
from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.drawing.strokes import Strokes
from inkbetween.inference.geometry.points import Array, Index
from inkbetween.inference.motion.ribbon import APPEARING, VANISHING
from inkbetween.inference.motion.trust import calm_at
from inkbetween.inference.tween.plan import Context, TweenPlan, TweenSettings, plan_tween
from inkbetween.training.clips.clip import Clip, Labelled
from inkbetween.training.clips.library import Clips
from inkbetween.training.clips.redraw import redraw
from inkbetween.training.clips.style import Style
from inkbetween.training.tasks.pairs import drawing_of
from inkbetween.training.tasks.shards import CHANCES, GAPS

from .reliability import Bins, fit_logistic, sharpness

ALL_KEPT = LadderSettings(carry=0.0, hold=0.0)


@dataclass(frozen=True)
class Sample:
    """Spans (K) or unmatched lines (K) of a pair.

    signs (K, F)  of `evidence`; for unmatched lines calm and the logarithm of how far they move
    right (K,)    share of their places that are right in the other key
    ink (K,)      how long they are
    middle        for spans: share of their places that are right half way (K,), logarithm of how far they move (K,)
    """

    signs: Array
    right: Array
    ink: Array
    middle: tuple[Array, Array] | None = None


@dataclass(frozen=True)
class Judged:
    """A pair that the engine worked on; asked: the same spans with a neighbouring key as a witness."""

    spans: Sample
    asked: Array
    unmatched: Sample


@dataclass(frozen=True)
class _Keys:
    """Three redrawn keys of a clip, and their frames."""

    drawn: tuple[Labelled, Labelled, Labelled]
    frames: tuple[int, int, int]
    drawings: tuple[Drawing, Drawing, Drawing]


def judged_pairs(clips: Clips, count: int, learned: bool, seed: int) -> list[Judged]:
    """About `count` pairs of redrawn keys, by the learned or the classical engine."""
    rng = np.random.default_rng(seed)
    out: list[Judged] = []
    for _ in range(20 * count):
        if len(out) >= count:
            break
        keys = _keys(clips.sample(rng), rng)
        if keys is not None:
            out += _judged(keys, learned)
    return out


def _keys(clip: Clip, rng: np.random.Generator) -> _Keys | None:
    """Three keys evenly apart, in either order; None where the clip is too short or a drawing empty."""
    fits = len(clip) > 2 * GAPS
    if not fits.any():
        return None
    gap = int(rng.choice(GAPS[fits], p=CHANCES[fits] / CHANCES[fits].sum()))
    first = int(rng.integers(len(clip) - 2 * gap))
    order = (0, 1, 2) if rng.random() < 0.5 else (2, 1, 0)
    a, b, c = (first + step * gap for step in order)
    style = Style.any(rng)
    one, two, three = (redraw(clip.frames[k], rng, style) for k in (a, b, c))
    if min(len(drawn.xy) for drawn in (one, two, three)) < 20:
        return None
    return _Keys((one, two, three), (a, b, c), (drawing_of(one), drawing_of(two), drawing_of(three)))


def _judged(keys: _Keys, learned: bool) -> Iterator[Judged]:
    """Both pairs of neighbouring keys, the third being the witness."""
    settings = TweenSettings(match=MatchSettings(learned=learned), learned=learned, ladder=ALL_KEPT)
    cache = MatchCache()
    a, b, c = keys.drawings
    direct = cache.direct(a, c, settings.match)
    first, second = cache.get(a, b, settings.match), cache.get(b, c, settings.match)
    witnesses: list[list[Beyond]] = [[], []]
    if direct is not None:
        witnesses = [[Beyond(second, direct[0], True)], [Beyond(first, direct[1], False)]]
    contexts = Context(after=c), Context(before=a)
    for k, found in enumerate((first, second)):
        if not found.spans.matched:
            continue
        plan = plan_tween(*keys.drawings[k : k + 2], context=contexts[k], settings=settings, cache=cache)
        truth = _Truth(found, keys.drawn[k], keys.drawn[k + 1], keys.frames[k], keys.frames[k + 1])
        spans = Sample(evidence(found), *truth.spans(), truth.middle(plan))
        yield Judged(spans, evidence(found, witnesses[k]), truth.unmatched(plan))


@dataclass(frozen=True)
class _Truth:
    """What is true of a correspondence between redrawn keys a and b, drawn at these frames of their clip."""

    found: Correspondence
    drawn_a: Labelled
    drawn_b: Labelled
    a: int
    b: int

    def _track(self, in_b: bool, stroke: Index, along: Array, frame: int) -> Array:
        """(n, 2) where the lines at these places of a key lie in a drawing of the clip, scene units."""
        match, drawn = self.found.match, self.drawn_b if in_b else self.drawn_a
        before, after, part = between((match.b if in_b else match.a).strokes, stroke, along)
        track = drawn.track[frame] * (1.0, -1.0)
        return np.asarray(track[before] * (1 - part) + track[after] * part)

    def _right(self, error: Array, tangent: Array) -> Array:
        """(n,) 1 where a line that runs by `tangent` (n, 2) has little `error` (n, 2), scene units, otherwise 0."""
        error = self.found.match.units.length_to_engine(error)
        along = np.abs((error * tangent).sum(1))
        across = np.sqrt(np.maximum((error**2).sum(1) - along**2, 0.0))
        return np.asarray(((across <= RIGHT) & (along <= SLIDE)).astype(float))

    def spans(self) -> tuple[Array, Array]:
        """Share of each span's places that are right, and its length: the clean lines are compared, for no hand draws a
        line twice in one place."""
        p = Places.of(self.found)
        error = self._track(False, p.stroke_a, p.s, self.b) - self._track(True, p.stroke_b, p.u, self.b)
        right = self._right(error, tangents(p.b, p.span))
        return p.mean(right), p.length

    def middle(self, plan: TweenPlan) -> tuple[Array, Array]:
        """The same half way between the keys, and how far spans move."""
        ribbon, match = plan.ribbon, self.found.match
        rows = np.flatnonzero((ribbon.stroke_a >= 0) & (ribbon.stroke_b >= 0))
        half = (self.a + self.b) / 2
        at_a, at_b = (ribbon.stroke_a[rows], ribbon.s[rows]), (ribbon.stroke_b[rows], ribbon.u[rows])
        clean = 0.5 * (self._track(False, *at_a, int(half)) + self._track(False, *at_a, int(np.ceil(half))))
        z = plan.xy(plan.clock.at(0.5))[rows]
        # the hand's own error in the keys goes along and is no mistake
        hand = match.units.to_scene(ribbon.a[rows]) - self._track(False, *at_a, self.a)
        hand = hand + match.units.to_scene(ribbon.b[rows]) - self._track(True, *at_b, self.b)
        piece, count = ribbon.piece[rows], len(self.found.spans.matched)
        drawn = np.stack([z.real, z.imag], 1)
        right = self._right(drawn - 0.5 * hand - clean, tangents(drawn, piece))
        travel = np.log1p(np.linalg.norm(ribbon.b[rows] - ribbon.a[rows], axis=1) / 20.0)
        some = np.maximum(np.bincount(piece, minlength=count), 1)
        return np.bincount(piece, right, count) / some, np.bincount(piece, travel, count) / some

    def unmatched(self, plan: TweenPlan) -> Sample:
        """Unmatched lines: where they are carried to is right if their line lies there, drawn or hidden."""
        ribbon, match = plan.ribbon, self.found.match
        right = np.zeros(len(ribbon.s))
        for kind, in_b, stroke, along, frame, goal in (
            (VANISHING, False, ribbon.stroke_a, ribbon.s, self.b, ribbon.b),
            (APPEARING, True, ribbon.stroke_b, ribbon.u, self.a, ribbon.a),
        ):
            rows = np.flatnonzero(ribbon.kind == kind)
            true = self._track(in_b, stroke[rows], along[rows], frame)
            error = match.units.to_scene(goal[rows]) - true
            right[rows] = self._right(error, tangents(goal[rows], ribbon.piece[rows]))
        rows = np.flatnonzero((ribbon.kind == VANISHING) | (ribbon.kind == APPEARING))
        travel = np.log1p(np.linalg.norm(ribbon.b - ribbon.a, axis=1) / 20.0)
        pieces, number = np.unique(ribbon.piece[rows], return_inverse=True)
        ink = np.bincount(number, minlength=len(pieces)).astype(float)
        calm, moved, fine = (
            np.bincount(number, v[rows], len(pieces)) / ink for v in (calm_at(self.found, ribbon), travel, right)
        )
        return Sample(np.stack([calm, moved], 1), fine, ink)


def tangents(xy: Array, piece: Index) -> Array:
    """(n, 2) unit directions of lines at their points `xy` (n, 2), each of a `piece` (n,); 0 where a piece is a dot."""
    last = len(xy) - 1
    rows = np.arange(len(xy))
    after, before = np.minimum(rows + 1, last), np.maximum(rows - 1, 0)
    after, before = np.where(piece[after] == piece, after, rows), np.where(piece[before] == piece, before, rows)
    way = xy[after] - xy[before]
    length = np.linalg.norm(way, axis=1, keepdims=True)
    return np.asarray(way / np.where(length > 1e-9, length, np.inf))


def between(strokes: Strokes, stroke: Index, along: Array) -> tuple[Index, Index, Array]:
    """The drawing's points before and after places, and how far (n, 1) they lie between the two."""
    row, part = strokes.locate(stroke, along)
    after = np.minimum(row + 1, strokes.offsets[stroke + 1] - 1)
    return strokes.point[row], strokes.point[after], part[:, None]


def fit_calibration(pairs: Sequence[Judged]) -> Calibration:
    """The calibration under which these pairs were judged honestly."""
    right, ink = (np.concatenate([getattr(pair.spans, name) for pair in pairs] * 2) for name in ("right", "ink"))
    signs = np.concatenate([*(pair.spans.signs for pair in pairs), *(pair.asked for pair in pairs)])
    by, bias = fit_logistic(signs, right, ink)
    numbers = {"span.bias": bias, **{f"span.{name}": float(value) for name, value in zip(SIGNS, by, strict=True)}}
    said = np.clip(Calibration(numbers).said(signs), 1e-3, 1 - 1e-3)
    (low, high), bend = fit_logistic(np.stack([np.log(said), -np.log1p(-said)], 1), right, ink, ridge=0.01)
    numbers |= {"bend.low": float(low), "bend.high": float(high), "bend.bias": bend}
    known = Calibration(numbers)
    sure = [known.bent(known.said(pair.asked)) for pair in pairs]
    numbers |= _named("loose", UNMATCHED, *_fit_unmatched(pairs, sure))
    numbers |= _named("middle", MIDDLE, *_fit_middle(pairs, sure))
    return Calibration(numbers)


def _named(group: str, names: Sequence[str], by: Array, bias: float) -> Mapping[str, float]:
    return {f"{group}.{name}": float(value) for name, value in zip(names, (bias, *by), strict=True)}


def _fit_unmatched(pairs: Sequence[Judged], sure: Sequence[Array]) -> tuple[Array, float]:
    rows = []
    for pair, own in zip(pairs, sure, strict=True):
        mean = logit(np.array(np.average(own, weights=pair.spans.ink)))
        rows.append(np.concatenate([np.full((len(pair.unmatched.ink), 1), mean), pair.unmatched.signs], axis=1))
    right, ink = (np.concatenate([getattr(pair.unmatched, name) for pair in pairs]) for name in ("right", "ink"))
    return fit_logistic(np.concatenate(rows), right, ink)


def _fit_middle(pairs: Sequence[Judged], sure: Sequence[Array]) -> tuple[Array, float]:
    known = [pair.spans.middle for pair in pairs if pair.spans.middle is not None]
    right, travel = (np.concatenate([middle[k] for middle in known]) for k in range(2))
    ink = np.concatenate([pair.spans.ink for pair in pairs])
    key = logit(np.concatenate(sure))
    return fit_logistic(np.stack([key, travel, key * travel], 1), right, ink, offset=key)


@dataclass(frozen=True)
class Honesty:
    """How honest confidence is in some pairs: in bins before calibration and after it, with and without witnesses, for
    spans half way, and for unmatched lines; how well it tells right from wrong."""

    before: Bins
    alone: Bins
    after: Bins
    middle: Bins
    unmatched: Bins
    sharp_before: float
    sharp: float

    @property
    def text(self) -> str:
        said = (
            ("before", self.before),
            ("without neighbouring keys", self.alone),
            ("after", self.after),
            ("half way", self.middle),
            ("unmatched lines", self.unmatched),
        )
        errors = ", ".join(f"{name} {bins.error:.3f}" for name, bins in said)
        return f"ECE {errors}; ROC area before {self.sharp_before:.3f}, after {self.sharp:.3f}"


def honesty_of(pairs: Sequence[Judged], calibration: Calibration) -> Honesty:
    """Before calibration the network's likeness stands for confidence, or, without a network, the chains' cost."""
    right, ink = (np.concatenate([getattr(pair.spans, name) for pair in pairs]) for name in ("right", "ink"))
    alone, asked = (np.concatenate(rows) for rows in zip(*((p.spans.signs, p.asked) for p in pairs), strict=True))
    likeness, cost = alone[:, SIGNS.index("likeness")], alone[:, SIGNS.index("cost")]
    raw = np.clip(likeness if likeness.any() else 1.0 - cost, 0.0, 1.0)
    sure = calibration.bent(calibration.said(asked))
    middle = [pair.spans.middle for pair in pairs if pair.spans.middle is not None]
    moved = np.concatenate([travel for _, travel in middle])
    half = calibration.between(sure, 20.0 * np.expm1(moved), 0.5)
    ends = np.cumsum([0, *(len(pair.spans.ink) for pair in pairs)])
    unmatched = [
        calibration.unmatched(
            float(np.average(sure[ends[k] : ends[k + 1]], weights=pair.spans.ink)),
            pair.unmatched.signs[:, 0],
            20.0 * np.expm1(pair.unmatched.signs[:, 1]),
        )
        for k, pair in enumerate(pairs)
    ]
    left, length = (np.concatenate([getattr(pair.unmatched, name) for pair in pairs]) for name in ("right", "ink"))
    return Honesty(
        Bins.of(raw, right, ink),
        Bins.of(calibration.bent(calibration.said(alone)), right, ink),
        Bins.of(sure, right, ink),
        Bins.of(half, np.concatenate([share for share, _ in middle]), ink),
        Bins.of(np.concatenate(unmatched), left, length),
        sharpness(raw, right, ink),
        sharpness(sure, right, ink),
    )
