"""Key pairs as the networks see them: two drawings of one clip, redrawn, their fragments, and the truth about each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.drawing.strokes import Samples, Strokes, resample
from inkbetween.inference.geometry import local_motion
from inkbetween.inference.geometry.points import Array, to_complex, to_plane
from inkbetween.inference.geometry.shape_context import shape_context
from inkbetween.inference.geometry.spirals import departure
from inkbetween.inference.geometry.units import Units
from inkbetween.inference.motion.screws import Paths
from inkbetween.inference.motion.ways import bent
from inkbetween.inference.networks.fragments import HALF, Fragments, fragments_of
from inkbetween.training.clips.clip import Clip, Labelled

MOMENTS = np.arange(1, 8) / 8.0
"""Moments between the keys at which the truth is kept."""
SPACING = 14.0
MOST = 900
REACH = 9.0
"""Engine units within which the other drawing's fragment is the one: little more than half of SPACING."""
FAR = 16.0
DOUBT = 30.0
UNMATCHED, UNSURE = -1, -2


@dataclass(frozen=True)
class Side:
    """The fragments (N) of one key of a pair and what is true of them; lengths in units of HALF.

    features, place, before, after   as `Fragments`
    match (N,)       fragment of the other key that it becomes, UNMATCHED, or UNSURE: not to be learned from
    flip (N,)        the other key's line runs the other way
    move (N, 2)      how far its place moves to the other key, drawn there or not
    turn (N, 2)      rotation and scale of its surroundings on the way, real and imaginary
    seen (N, 7)      a line is there at each of MOMENTS, counted from this key
    depth (N,)       towards the viewer, part (N,) of the body
    """

    features: NDArray[np.float32]
    place: NDArray[np.float32]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    match: NDArray[np.int64]
    flip: NDArray[np.float32]
    move: NDArray[np.float32]
    turn: NDArray[np.float32]
    seen: NDArray[np.float32]
    depth: NDArray[np.float32]
    part: NDArray[np.int64]


@dataclass(frozen=True)
class Travel:
    """How fragments (N) of key a move to key b, for the motion model; lengths in units of HALF, time in gaps.

    b (N, 2)             place in key b, the surroundings' guess where it is not drawn there
    turn (N, 2)          rotation and scale on the way
    bend_a, bend_b (N, 2)  how neighbouring keys bend the path at either end
    known (N, 4)         drawn in key b; a key before is known; a key after is; time runs forwards
    baseline, path (7, N, 2)  the engine's own path and the true one, relative to the fragment's place, at MOMENTS
    weight (7, N)        how much the truth there counts
    """

    b: NDArray[np.float32]
    turn: NDArray[np.float32]
    bend_a: NDArray[np.float32]
    bend_b: NDArray[np.float32]
    known: NDArray[np.float32]
    baseline: NDArray[np.float32]
    path: NDArray[np.float32]
    weight: NDArray[np.float32]


@dataclass(frozen=True)
class Pair:
    """`gap` in frames of 1/24 s; `pixel` is how long a pixel is in units of HALF."""

    a: Side
    b: Side
    travel: Travel
    gap: float
    pixel: float


@dataclass(frozen=True)
class _Seen:
    """A redrawn key in engine units with the truth at its fragments: track (T, N, 2), seen (T, N)."""

    samples: Samples
    fragments: Fragments
    track: Array
    seen: NDArray[np.bool_]
    depth: Array
    part: NDArray[np.int64]


Redraw = Callable[[Labelled], Labelled]


def pair_of(clip: Clip, a: int, b: int, redraw: Redraw, rng: np.random.Generator, whole: float = 0.6) -> Pair | None:
    """The pair of the clip's drawings a and b (b may come before a); None where one of them is empty.

    Neighbouring keys as far away again are used where the clip has them, each with probability `whole`.
    """
    first, second = redraw(clip.frames[a]), redraw(clip.frames[b])
    if not len(first.xy) or not len(second.xy):
        return None
    units = Units.of(*(drawing_of(frame).xy for frame in (first, second)))
    one, other = _see(first, units), _see(second, units)
    if min(one.samples.count, other.samples.count) < 8 or max(one.samples.count, other.samples.count) > MOST:
        return None
    gap = b - a
    before = a - gap if 0 <= a - gap < len(clip) and rng.random() < whole else None
    after = b + gap if 0 <= b + gap < len(clip) and rng.random() < whole else None
    travel = _travel(one, a, b, before, after)
    return Pair(_side(one, other, a, b), _side(other, one, b, a), travel, float(abs(gap)), units.scale / HALF)


def drawing_of(frame: Labelled) -> Drawing:
    """The engine's drawings have y up."""
    xy = frame.xy.astype(float) * (1.0, -1.0)
    count = len(frame.offsets) - 1
    return Drawing(xy, np.zeros(len(xy)), frame.offsets, np.zeros(count, bool), np.zeros(count, np.int32))


def _see(frame: Labelled, units: Units) -> _Seen:
    drawing = drawing_of(frame)
    strokes = Strokes.of(drawing, units.to_engine(drawing.xy))
    samples, ink = resample(strokes, SPACING), resample(strokes, SPACING / 2)
    context = shape_context(samples.xy, ink.xy, ink.weight)
    row, share = strokes.locate(samples.stroke, samples.along)
    after = np.minimum(row + 1, strokes.offsets[samples.stroke + 1] - 1)
    p, q = strokes.point[row], strokes.point[after]
    nearest = np.where(share < 0.5, p, q)
    track = frame.track[:, p] * (1 - share)[:, None] + frame.track[:, q] * share[:, None]
    placed = units.to_engine(track.astype(float) * (1.0, -1.0))
    return _Seen(
        samples,
        fragments_of(samples, strokes, context),
        placed,
        frame.seen[:, nearest].astype(bool),
        np.asarray(units.length_to_engine(frame.depth[nearest]), float),
        frame.part[nearest].astype(np.int64),
    )


def _side(one: _Seen, other: _Seen, a: int, b: int) -> Side:
    match = _partner(one, other, a, b)
    goal = one.track[b]
    fitted = local_motion.fit(
        one.samples.xy, one.samples.stroke, one.samples.xy, one.samples.stroke, goal, np.where(one.seen[b], 1.0, 0.2)
    )
    partner = np.maximum(match, 0)
    heading = to_complex(one.samples.tangent) * fitted.turn
    flip = (np.conj(heading) * to_complex(other.samples.tangent[partner])).real < 0
    moments = a + np.rint(MOMENTS * (b - a)).astype(int)
    fragments = one.fragments
    return Side(
        fragments.features,
        fragments.place,
        fragments.before,
        fragments.after,
        match,
        flip.astype(np.float32),
        ((goal - one.samples.xy) / HALF).astype(np.float32),
        to_plane(fitted.turn).astype(np.float32),
        one.seen[moments].T.astype(np.float32),
        (one.depth / HALF).astype(np.float32),
        one.part,
    )


def _partner(one: _Seen, other: _Seen, a: int, b: int) -> NDArray[np.int64]:
    """The nearest fragment where a line of key a goes, where that fragment's own line comes from there."""
    goal, come = one.track[b], other.track[a]
    away = np.linalg.norm(goal[:, None] - other.samples.xy[None], axis=2)
    home = np.linalg.norm(one.samples.xy[:, None] - come[None], axis=2)
    drawn = one.seen[b][:, None] & other.seen[a][None]
    match = np.where(drawn, away + 0.5 * home, np.inf).argmin(1)
    rows = np.arange(len(match))
    near = (away[rows, match] < REACH) & (home[rows, match] < FAR) & drawn[rows, match]
    # a line near by that does not lead home, or another of the same part that nothing leads to: the truth is in doubt
    lost = ~other.seen[a] & (one.part[:, None] == other.part[None])
    kin = np.where(lost, away, np.inf).min(1)
    doubt = (one.seen[b] & (away.min(1) < FAR)) | (kin < DOUBT)
    # what is drawn in this key alone, its own drawing not excepted, is an artist's accident
    doubt &= one.seen[a]
    return np.where(near, match, np.where(doubt, UNSURE, UNMATCHED))


def _travel(one: _Seen, a: int, b: int, before: int | None, after: int | None) -> Travel:
    here, there = one.track[a], one.track[b]
    offset = one.samples.xy - here
    stroke = one.samples.stroke
    drawn = one.seen[b]

    def motion(source: Array, target: Array, trusted: NDArray[np.bool_]) -> local_motion.LocalMotion:
        return local_motion.fit(source, stroke, source, stroke, target, np.where(trusted, 1.0, 1e-3))

    forth = motion(here, there, drawn)
    goal = np.where(drawn[:, None], there, forth.target)
    leave, arrive = departure(forth.turn)
    moved = to_complex(goal - here)
    bend_a, bend_b = np.zeros(len(here), complex), np.zeros(len(here), complex)
    trust = np.ones(len(here))
    if before is not None:
        past = motion(here, one.track[before], one.seen[before])
        away, _ = departure(past.turn)
        arriving = -to_complex(past.target - here) * away
        bend_a = bent((arriving, trust), moved * leave, moved, 0.5)
    if after is not None:
        future = motion(goal, one.track[after], one.seen[after])
        away, _ = departure(future.turn)
        bend_b = bent((to_complex(future.target - goal) * away, trust), moved * arrive, moved, 0.5)
    paths = Paths(to_complex(here), to_complex(goal), forth.turn, bend_a, bend_b)
    times = a + MOMENTS * (b - a)
    low = np.floor(np.minimum(times, len(one.track) - 1)).astype(int)
    part = (times - low)[:, None, None]
    true = one.track[low] * (1 - part) + one.track[np.minimum(low + 1, len(one.track) - 1)] * part
    exact = np.abs(times - np.rint(times)) < 1e-6
    weight = np.where(drawn, 1.0, 0.3)[None] * exact[:, None]
    baseline = np.stack([to_plane(paths.at(float(t))) for t in MOMENTS])

    def plane(z: NDArray[np.complex128]) -> NDArray[np.float32]:
        return (to_plane(z) / HALF).astype(np.float32)

    return Travel(
        ((goal + offset) / HALF).astype(np.float32),
        to_plane(forth.turn).astype(np.float32),
        plane(bend_a),
        plane(bend_b),
        np.stack(
            [drawn, *(np.full(len(here), yes) for yes in (before is not None, after is not None, b > a))], 1
        ).astype(np.float32),
        ((baseline - here) / HALF).astype(np.float32),
        ((true - here) / HALF).astype(np.float32),
        weight.astype(np.float32),
    )


def pack(pairs: list[Pair]) -> dict[str, NDArray]:
    """Arrays of several pairs, one after the other, to be written as one file."""
    out: dict[str, NDArray] = {
        "gap": np.array([p.gap for p in pairs], np.float32),
        "pixel": np.array([p.pixel for p in pairs], np.float32),
        "count_a": np.array([len(p.a.place) for p in pairs], np.int32),
        "count_b": np.array([len(p.b.place) for p in pairs], np.int32),
    }
    for side in ("a", "b", "travel"):
        for field in fields(Travel if side == "travel" else Side):
            values = [np.asarray(getattr(getattr(p, side), field.name)) for p in pairs]
            axis = 1 if field.name in {"baseline", "path", "weight"} else 0
            joined = np.concatenate(values, axis=axis)
            exact = field.name in {"place", "b", "move", "baseline", "path"}
            kind = np.int16 if joined.dtype.kind == "i" else np.float32 if exact else np.float16
            out[f"{side}.{field.name}"] = joined.astype(kind)
    return out


def unpack(arrays: dict[str, NDArray]) -> list[Pair]:
    """The pairs of one file."""
    ends = {side: np.cumsum(arrays[f"count_{side}"]) for side in ("a", "b")}
    out = []
    for i, gap in enumerate(arrays["gap"]):

        def own(name: str, shape: type, i: int = i) -> dict[str, NDArray]:
            end = ends["b" if name == "b" else "a"]
            rows = slice(end[i - 1] if i else 0, end[i])
            values = {}
            for field in fields(shape):
                array = arrays[f"{name}.{field.name}"]
                part = array[:, rows] if field.name in {"baseline", "path", "weight"} else array[rows]
                # features stay as they are: thousands of pairs lie in memory
                whole = np.int64 if part.dtype.kind == "i" else np.float32
                values[field.name] = part if field.name == "features" else part.astype(whole)
            return values

        a, b, travel = Side(**own("a", Side)), Side(**own("b", Side)), Travel(**own("travel", Travel))
        out.append(Pair(a, b, travel, float(gap), float(arrays["pixel"][i])))
    return out
