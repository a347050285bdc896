"""How well the engine finds what corresponds in redrawn keys of characters not learnt from: it is asked where every
fragment of either key lies in the other, and whether anywhere, and the clips say what is true."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from numpy.typing import NDArray

from inkbetween.inference.confidence.evidence import RIGHT, SLIDE, confidence_of, logistic
from inkbetween.inference.confidence.ladder import descend
from inkbetween.inference.correspondence.cache import MatchCache
from inkbetween.inference.correspondence.correspond import Correspondence
from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.drawing.strokes import Samples, Strokes, resample
from inkbetween.inference.geometry.neighbours import Grid
from inkbetween.inference.geometry.points import Array, Index
from inkbetween.inference.geometry.units import Units
from inkbetween.inference.leads.tuning import TweenSettings
from inkbetween.inference.networks.fragments import HALF, Fragments
from inkbetween.inference.networks.matcher import match_fragments
from inkbetween.inference.networks.weights import Weights
from inkbetween.inference.tween.plan import plan_tween
from inkbetween.training.clips.clip import Labelled
from inkbetween.training.clips.library import Clips
from inkbetween.training.clips.redraw import redraw
from inkbetween.training.clips.style import Style
from inkbetween.training.tasks.correspondence import laid
from inkbetween.training.tasks.pairs import SPACING, UNMATCHED, Pair, Side, drawing_of, pair_of

from .calibrate import between, tangents

BINS = 50
"""What is said of having a counterpart is counted in so many bins of probability."""
WHY = ("none", "hand", "slid", "near", "astray", "part")
"""Why a place is not within RIGHT of the truth, the first that holds: nothing is said to correspond; its clean line is
within, the hand drew it beyond; its line lies there, but it slid along by no more than SLIDE; it is no farther away
than that; it is on the same part of the body; it is on another."""
DENSE = 2.0
"""Engine units between places among which the best is sought."""
BEYOND = 1.0
"""Engine units by which a fragment may lie beyond a span's end and yet go with it."""


@dataclass(frozen=True)
class KeyPair:
    """Two redrawn keys of a clip: their truth as the networks learn it, how they were drawn, and their frames."""

    pair: Pair
    drawn: tuple[Labelled, Labelled]
    frames: tuple[int, int]
    drawings: tuple[Drawing, Drawing]

    @property
    def strokes(self) -> int:
        """Of the key that has more."""
        return max(key.stroke_count for key in self.drawings)


def key_pairs(clips: Clips, gap: int, count: int, seed: int) -> Iterator[KeyPair]:
    """`count` pairs `gap` drawings apart, forwards or backwards, the same for the same seed. Raises ValueError where
    the clips give fewer."""
    rng = np.random.default_rng([seed, gap])
    found = 0
    for _ in range(20 * count + 20):
        if found == count:
            return
        clip = clips.sample(rng)
        if len(clip) <= gap:
            continue
        first = int(rng.integers(len(clip) - gap))
        a, b = (first, first + gap) if rng.random() < 0.5 else (first + gap, first)
        style = Style.any(rng)
        drawn = redraw(clip.frames[a], rng, style), redraw(clip.frames[b], rng, style)
        in_turn = iter(drawn)
        pair = pair_of(clip, a, b, lambda _, keys=in_turn: next(keys), rng)  # type: ignore[misc]
        if pair is not None:
            found += 1
            yield KeyPair(pair, drawn, (a, b), (drawing_of(drawn[0]), drawing_of(drawn[1])))
    raise ValueError(
        f"The clips gave {found} pairs {gap} drawings apart, not {count}: make more clips, or longer ones."
    )


@dataclass(frozen=True)
class Row:
    """What one engine said of one pair.

    engine, gap, strokes      which, drawings apart, strokes of the key that has more
    points                    fragments drawn in both keys, of either; of these
    within, clean, right      are laid within RIGHT px of where the clean line is in truth; are so but for what the hand
                              erred there; lie on that line within RIGHT px and slid along it by no more than SLIDE px
    best                      have a place within RIGHT px of the truth that is the true one: no engine can do better
    why                       how many are not `within`, by WHY
    paired, lone (BINS,)      how many of those drawn in both keys, and of those without counterpart, were given such a
                              probability of having one; an engine that only says yes or no has two bins
    seconds, cpu              for the correspondence, on the clock and of the processor
    plan                      seconds for the rest of the plan
    """

    engine: str
    gap: int
    strokes: int
    points: int
    within: int
    clean: int
    right: int
    best: int
    why: Mapping[str, int]
    paired: Sequence[int]
    lone: Sequence[int]
    seconds: float
    cpu: float
    plan: float


@dataclass(frozen=True)
class _Key:
    """One key in engine `units`, those of the pair."""

    drawn: Labelled
    strokes: Strokes
    samples: Samples
    side: Side
    units: Units

    def track(self, stroke: Index, along: Array, frame: int) -> Array:
        """(n, 2) where the clean lines of these places lie in a drawing of the clip."""
        before, after, part = between(self.strokes, stroke, along)
        track = self.units.to_engine(self.drawn.track[frame] * (1.0, -1.0))
        return np.asarray(track[before] * (1 - part) + track[after] * part)

    def point(self, stroke: Index, along: Array) -> Index:
        """(n,) the drawn point nearest to each place along its stroke."""
        before, after, part = between(self.strokes, stroke, along)
        return np.where(part[:, 0] < 0.5, before, after)


@dataclass(frozen=True)
class _Said:
    """Where the fragments (N) of one key are said to lie in the other: drawn (N, 2) as the hand drew that, clean (N, 2)
    where its clean line is, part (N,) of the body there; none (N,) nowhere; partnered (N,) how probably anywhere."""

    drawn: Array
    clean: Array
    part: Index
    none: NDArray[np.bool_]
    partnered: Array


def keys_of(keys: KeyPair) -> tuple[_Key, _Key]:
    units = Units.of(*(drawing.xy for drawing in keys.drawings))
    out = []
    for drawn, drawing, side in zip(keys.drawn, keys.drawings, (keys.pair.a, keys.pair.b), strict=True):
        strokes = Strokes.of(drawing, units.to_engine(drawing.xy))
        out.append(_Key(drawn, strokes, resample(strokes, SPACING), side, units))
    return out[0], out[1]


def judge_engine(keys: KeyPair, settings: TweenSettings, name: str) -> Row:
    """What the whole engine says of a pair, after the ladder: one correspondence, read in both directions."""
    cache = MatchCache()
    began, cpu = time.perf_counter(), time.process_time()
    found = cache.get(*keys.drawings, settings.match)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    began = time.perf_counter()
    plan_tween(*keys.drawings, settings=settings, cache=cache)
    plan = time.perf_counter() - began
    found = descend(found, confidence_of(found), settings.ladder).found
    a, b = keys_of(keys)
    frame_a, frame_b = keys.frames
    forth = _judged(a, b, frame_b, _read(found, a, b, frame_b, True))
    back = _judged(b, a, frame_a, _read(found, b, a, frame_a, False))
    return _row(name, keys, _both(forth, back), (seconds, cpu, plan))


def judge_network(keys: KeyPair, weights: Weights, name: str) -> Row:
    """What the network alone says of a pair, as `correspondence_task.figures` reads it."""
    a, b = keys_of(keys)
    began, cpu = time.perf_counter(), time.process_time()
    matched = match_fragments(_fragments(a.side), _fragments(b.side), weights)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    frame_a, frame_b = keys.frames
    forth = _judged(a, b, frame_b, _laid(matched.score, matched.a.partnered, b, frame_b))
    back = _judged(b, a, frame_a, _laid(matched.score.T, matched.b.partnered, a, frame_a))
    return _row(name, keys, _both(forth, back), (seconds, cpu, 0.0))


def _fragments(side: Side) -> Fragments:
    return Fragments(side.features.astype(np.float32), side.place, side.before, side.after)


def _read(found: Correspondence, one: _Key, other: _Key, frame: int, forward: bool) -> _Said:
    """Places through the spans; strokes of clips are open."""
    stroke, along = one.samples.stroke, one.samples.along
    there, where = np.full(len(stroke), -1), np.zeros(len(stroke))
    for span in found.spans.matched:
        mine, yours, s, u = (span.a, span.b, span.s, span.u) if forward else (span.b, span.a, span.u, span.s)
        order = np.argsort(s, kind="stable")
        s, u = s[order], u[order]
        rows = np.flatnonzero((stroke == mine) & (there < 0) & (along >= s[0] - BEYOND) & (along <= s[-1] + BEYOND))
        there[rows], where[rows] = yours, np.interp(along[rows], s, u)
    none = there < 0
    to = np.maximum(there, 0)
    drawn, clean = other.strokes.at(to, where), other.track(to, where, frame)
    return _Said(
        drawn, clean, other.drawn.part[other.point(to, where)].astype(np.int64), none, np.where(none, 0.0, 1.0)
    )


def _laid(score: NDArray[np.float32], partnered: NDArray[np.float32], other: _Key, frame: int) -> _Said:
    place = torch.from_numpy(other.side.place)
    drawn = laid(torch.from_numpy(np.ascontiguousarray(score))[None], place[None])[0].numpy() * HALF
    best, samples = score.argmax(1), other.samples
    # the hand errs about as much there as at the likeliest fragment
    hand = samples.xy - other.track(samples.stroke, samples.along, frame)
    nowhere = np.zeros(len(drawn), bool)
    return _Said(drawn, drawn - hand[best], other.side.part[best], nowhere, logistic(partnered.astype(float)))


@dataclass(frozen=True)
class _Points:
    """Of fragments (n) of one key: drawn in the other too, or without counterpart there (what is in doubt is neither);
    how probably they are said to have one, px from the truth as drawn and clean, the latter across and along the line;
    on another part; px from the truth of the true place; said to be nowhere."""

    paired: NDArray[np.bool_]
    lone: NDArray[np.bool_]
    partnered: Array
    miss: Array
    clean: Array
    across: Array
    along: Array
    elsewhere: NDArray[np.bool_]
    best: Array
    none: NDArray[np.bool_]


def _judged(one: _Key, other: _Key, frame: int, said: _Said) -> _Points:
    """`frame` is the other key's."""
    samples, scale = one.samples, one.units.scale
    truth = one.track(samples.stroke, samples.along, frame)
    way = tangents(truth, samples.stroke)
    error = (said.clean - truth) / scale
    along = np.abs((error * way).sum(1))
    clean = np.linalg.norm(error, axis=1)
    return _Points(
        one.side.match >= 0,
        one.side.match == UNMATCHED,
        said.partnered,
        np.linalg.norm(said.drawn - truth, axis=1) / scale,
        clean,
        np.sqrt(np.maximum(clean**2 - along**2, 0.0)),
        along,
        said.part != one.side.part,
        _best(other, truth, frame) / scale,
        said.none,
    )


def _best(other: _Key, truth: Array, frame: int) -> Array:
    """(n,) how far from the truth the hand drew the place whose clean line is nearest to it."""
    dense = resample(other.strokes, DENSE)
    own = other.drawn.seen[frame][other.point(dense.stroke, dense.along)]
    rows = np.flatnonzero(own)
    if not len(rows):
        return np.full(len(truth), np.inf)
    track = other.track(dense.stroke[rows], dense.along[rows], frame)
    index, _ = Grid(track, 20.0).nearest(truth, 1, 60.0)
    drawn = dense.xy[rows[np.maximum(index[:, 0], 0)]]
    return np.where(index[:, 0] >= 0, np.linalg.norm(drawn - truth, axis=1), np.inf)


def _both(forth: _Points, back: _Points) -> _Points:
    joined = {f.name: np.concatenate([getattr(forth, f.name), getattr(back, f.name)]) for f in fields(_Points)}
    return _Points(**joined)


def _row(name: str, keys: KeyPair, points: _Points, seconds: tuple[float, float, float]) -> Row:
    has = points.paired
    within = (points.miss <= RIGHT) & ~points.none
    clean = (points.clean <= RIGHT) & ~points.none
    right = (points.across <= RIGHT) & (points.along <= SLIDE) & ~points.none
    near = points.clean <= SLIDE
    causes = (points.none, clean, right, near, ~points.elsewhere, np.ones(len(has), bool))
    why, open_ = {}, has & ~within
    for cause, holds in zip(WHY, causes, strict=True):
        why[cause] = int((open_ & holds).sum())
        open_ = open_ & ~holds
    best = points.best <= RIGHT
    told = [np.histogram(points.partnered[rows], BINS, (0.0, 1.0))[0].tolist() for rows in (has, points.lone)]
    return Row(
        engine=name,
        gap=abs(keys.frames[1] - keys.frames[0]),
        strokes=keys.strokes,
        points=int(has.sum()),
        within=int((has & within).sum()),
        clean=int((has & clean).sum()),
        right=int((has & right).sum()),
        best=int((has & best).sum()),
        why=why,
        paired=told[0],
        lone=told[1],
        seconds=seconds[0],
        cpu=seconds[1],
        plan=seconds[2],
    )


def figures_of(rows: Sequence[Row]) -> dict[str, float]:
    """All pairs' fragments together.

    Of those drawn in both keys, shares: `within`, `clean`, `right`, `best`, and each of WHY. Of recognising those
    without counterpart, which are the share `alone`: precision, recall and F1, where a probability below one half says
    so; the best F1 that a threshold reaches on these very pairs, and that threshold. NaN where nothing can be counted.
    """
    points = sum(row.points for row in rows)
    names = "within", "clean", "right", "best"
    out = {name: _share(sum(getattr(row, name) for row in rows), points) for name in names}
    out |= {name: _share(sum(row.why[name] for row in rows), points) for name in WHY}
    paired, lone = (np.sum([getattr(row, name) for row in rows], axis=0) for name in ("paired", "lone"))
    out["alone"] = _share(lone.sum(), lone.sum() + paired.sum())
    hits, wrong = np.cumsum(lone), np.cumsum(paired)
    half = BINS // 2 - 1
    out["precision"] = _share(hits[half], hits[half] + wrong[half])
    out["recall"] = _share(hits[half], lone.sum())
    f1 = np.array([_share(2 * h, h + w + lone.sum()) for h, w in zip(hits, wrong, strict=True)])
    top = int(np.argmax(np.nan_to_num(f1)))
    return out | {"f1": float(f1[half]), "f1_best": float(f1[top]), "threshold": (top + 1) / BINS}


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else float("nan")
