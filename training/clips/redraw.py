"""One clean drawing drawn by hand, as no two human drawings of a pose are alike: the truth stays that of the line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .clean_line import CleanLine, Floats, measure
from .clip import Labelled
from .extra import extra_strokes
from .restroke import restroke
from .sampling import Samples, sample
from .style import Style

FARTHEST = 8.0
"""Points of a stroke lie no farther apart, px."""
WAVES = 4
SHORTEST_WAVE, LONGEST_WAVE = 35.0, 300.0
BLEND = 6
"""Parts misplaced differently are blended over this many points to either side."""


def redraw(frame: Labelled, rng: np.random.Generator, style: Style) -> Labelled:
    """The drawing as this style's artist may draw it.

    `xy` is where the hand went. `track` stays where the clean line lies in each drawing, in this one too: a point
    drawn beyond a line's end has the end's. An extra stroke has `seen` False in all drawings, in its own too, which
    tells it from all others, and its tracks go along with the nearest line.
    """
    if len(frame.xy) == 0:
        return frame
    line = measure(frame)
    strokes = restroke(line, style, rng)
    samples = _shuffled(
        _together(sample(line, strokes, style, rng), extra_strokes(line, style, rng)), style.shuffle, rng
    )
    return _spread(_labelled(line, samples, style, rng))


def _together(one: Samples, other: Samples) -> Samples:
    further = int(one.stroke[-1]) + 1 if len(one.stroke) else 0
    return Samples(
        np.concatenate([one.at, other.at]),
        np.concatenate([one.shift, other.shift]),
        np.concatenate([one.stroke, other.stroke + further]),
        np.concatenate([one.extra, other.extra]),
    )


def _shuffled(samples: Samples, how_much: float, rng: np.random.Generator) -> Samples:
    """Strokes in another order, numbered by it."""
    count = int(samples.stroke.max(initial=-1)) + 1
    order = np.argsort(np.arange(count) + how_much * count * rng.uniform(-1.0, 1.0, count))
    rank = np.argsort(order)
    stroke = rank[samples.stroke]
    points = np.argsort(stroke, kind="stable")
    return Samples(samples.at[points], samples.shift[points], stroke[points], samples.extra[points])


def _labelled(line: CleanLine, samples: Samples, style: Style, rng: np.random.Generator) -> Labelled:
    frame = line.frame
    before, after, share = line.between(samples.at)
    nearest = np.where(share < 0.5, before, after)
    part = frame.part[nearest]
    track = frame.track[:, before]
    track += share.astype(np.float32)[:, None] * (frame.track[:, after] - track)
    track[:, samples.extra] += samples.shift[samples.extra].astype(np.float32)
    clean = line.place(samples.at) + samples.shift
    offsets = np.searchsorted(samples.stroke, np.arange(samples.stroke.max(initial=-1) + 2))
    return Labelled(
        (clean + _hand(clean, samples.stroke, part, style, rng)).astype(np.float32),
        offsets.astype(np.int64),
        frame.kind[nearest],
        part,
        (frame.depth[before] + share * (frame.depth[after] - frame.depth[before])).astype(np.float32),
        track,
        frame.seen[:, nearest] & ~samples.extra,
    )


def _hand(
    xy: Floats, stroke: NDArray[np.int64], part: NDArray[np.int16], style: Style, rng: np.random.Generator
) -> Floats:
    """(N, 2) px by which the hand errs: each body part a little misplaced, strokes in slow waves, a little tremor."""
    if not len(xy):
        return np.zeros((0, 2))
    names, number = np.unique(part, return_inverse=True)
    angle = rng.uniform(0.0, 2 * np.pi, len(names))
    offset = style.part_offset * np.sqrt(rng.random(len(names))) * np.array([np.cos(angle), np.sin(angle)])
    error = _blended(offset.T[number], stroke)
    if style.wobble > 0:
        error += _waves(xy, stroke, style.wobble, rng)
    if style.tremor > 0:
        error += rng.normal(0.0, style.tremor, xy.shape)
    return error


def _waves(xy: Floats, stroke: NDArray[np.int64], most: float, rng: np.random.Generator) -> Floats:
    """A few sines along each stroke, long waves higher than short ones; together about `most` px at the most."""
    step = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    along = np.cumsum(step)
    shape = (int(stroke[-1]) + 1, WAVES)
    length = np.exp(rng.uniform(np.log(SHORTEST_WAVE), np.log(LONGEST_WAVE), shape))
    height = length**0.7 * rng.uniform(0.3, 1.0, shape)
    height *= (most * rng.uniform(0.3, 1.0, shape[0]) / height.sum(1))[:, None]
    phase, angle = rng.uniform(0.0, 2 * np.pi, (2, *shape))
    wave = height[stroke] * np.sin(2 * np.pi * along[:, None] / length[stroke] + phase[stroke])
    return np.stack([(wave * np.cos(angle)[stroke]).sum(1), (wave * np.sin(angle)[stroke]).sum(1)], axis=1)


def _blended(error: Floats, stroke: NDArray[np.int64]) -> Floats:
    """Each point's mean over its neighbours in the stroke."""
    index = np.arange(len(stroke))
    low = np.maximum(index - BLEND, np.searchsorted(stroke, stroke, side="left"))
    high = np.minimum(index + BLEND + 1, np.searchsorted(stroke, stroke, side="right"))
    total = np.concatenate([np.zeros((1, 2)), np.cumsum(error, axis=0)])
    return (total[high] - total[low]) / (high - low)[:, None]


def _spread(frame: Labelled) -> Labelled:
    """Where the hand has pulled points too far apart, a point more half way."""
    gap = np.hypot(*np.diff(frame.xy, axis=0).T)
    within = np.diff(frame.stroke_of_point) == 0
    wide = np.flatnonzero(within & (gap > FARTHEST))
    if not len(wide):
        return frame
    points = np.sort(np.concatenate([np.arange(len(frame.xy)), wide]))
    new = np.flatnonzero(np.diff(points, prepend=-1) == 0)
    xy, depth, track = frame.xy[points], frame.depth[points], frame.track[:, points]
    xy[new] = 0.5 * (xy[new] + frame.xy[points[new] + 1])
    depth[new] = 0.5 * (depth[new] + frame.depth[points[new] + 1])
    track[:, new] = 0.5 * (track[:, new] + frame.track[:, points[new] + 1])
    offsets = np.searchsorted(points, frame.offsets)
    return _spread(
        Labelled(
            xy, offsets.astype(np.int64), frame.kind[points], frame.part[points], depth, track, frame.seen[:, points]
        )
    )
