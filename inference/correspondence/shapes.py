"""Closed and filled shapes correspond whole: a fill cut in pieces is no fill."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..drawing.strokes import Samples, Strokes, along_samples
from ..geometry.exact import steady
from ..geometry.local_motion import LocalMotion, fit
from ..geometry.neighbours import Grid
from ..geometry.points import Array, Index, to_complex
from ..geometry.ragged import wide
from ..geometry.similarity import similarity_of
from .matching import Match, MatchSettings, Side
from .spans import Span
from .tuning import WholeSettings

ROUND = 64
"""Places on a shape's outline at which shapes are compared."""


def match_wholes(
    match: Match, *, taken: tuple[Span, ...] = (), settings: WholeSettings = WholeSettings()
) -> tuple[Span, ...]:
    """Spans of closed and filled strokes that become each other whole.

    Those already `taken` are left out.
    """
    shapes_a = _shapes(match.a.strokes, [span.a for span in taken])
    shapes_b = _shapes(match.b.strokes, [span.b for span in taken])
    if not len(shapes_a) or not len(shapes_b):
        return ()
    cost = _costs(match, shapes_a, shapes_b, settings)
    outline_a, outline_b = _outlines(match.a.strokes, shapes_a), _outlines(match.b.strokes, shapes_b)
    turn = _mean(match.a, shapes_a, match.forth.turn)
    goal = _goals(match, shapes_a)
    found = []
    for i in range(len(shapes_a)):
        for j in np.argsort(cost[i], kind="stable")[: settings.tries]:
            if cost[i, j] - settings.vote_weight > settings.most:
                continue
            rolls = bool(match.a.strokes.cyclic[shapes_a[i]] and match.b.strokes.cyclic[shapes_b[j]])
            fit, way, shift = _register(outline_a[i], outline_b[j], goal[i], turn[i], rolls, settings)
            total = float(cost[i, j] + settings.shape_weight * fit)
            if total <= settings.most:
                found.append((total, i, int(j), way, shift))
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    spans = []
    for _, i, j, way, shift in sorted(found):
        if i in taken_a or j in taken_b:
            continue
        taken_a.add(i)
        taken_b.add(j)
        place = _slide(outline_a[i], outline_b[j], goal[i], way, shift, settings)
        stroke_a, stroke_b = int(shapes_a[i]), int(shapes_b[j])
        spans.append(_span(match, stroke_a, stroke_b, place, way))
    return tuple(spans)


def led(match: Match, wholes: tuple[Span, ...], settings: MatchSettings = MatchSettings()) -> Match:
    """The match with lines along a fill going where it goes, in either key.

    Its outline is sure, theirs is a guess.
    """
    fills = [span for span in wholes if match.a.strokes.solid[span.a]]
    if not fills:
        return match
    a, b = match.a, match.b
    stroke_a = np.concatenate([np.full(len(span.s), span.a) for span in fills])
    stroke_b = np.concatenate([np.full(len(span.u), span.b) for span in fills])
    at_a = a.strokes.at(stroke_a, a.strokes.wrap(stroke_a, np.concatenate([span.s for span in fills])))
    at_b = b.strokes.at(stroke_b, b.strokes.wrap(stroke_b, np.concatenate([span.u for span in fills])))
    forth = _led(match.forth, a.fine, at_a, stroke_a, at_b, settings)
    return replace(match, forth=forth, back=_led(match.back, b.fine, at_b, stroke_b, at_a, settings))


def _led(
    motion: LocalMotion, fine: Samples, source: Array, stroke: Index, goal: Array, settings: MatchSettings
) -> LocalMotion:
    near, local = settings.whole.near, replace(settings.local, foreign=settings.whole.foreign)
    leading = fit(fine.xy, fine.stroke, source, stroke, goal, np.ones(len(source)), local)
    close = Grid(source, near).nearest(fine.xy, 1, near)[0][:, 0] >= 0
    return leading.over(close, motion)


def _shapes(strokes: Strokes, taken: list[int]) -> Index:
    shapes = np.flatnonzero((strokes.cyclic | strokes.solid) & (strokes.length > 0))
    return shapes[~np.isin(shapes, taken)]


def _goals(match: Match, shapes: Index) -> list[NDArray[np.complex128]]:
    """Where the motion around each shape takes its outline."""
    strokes, out = match.a.strokes, []
    for shape in shapes:
        steps = np.arange(ROUND) / (ROUND if strokes.cyclic[shape] else ROUND - 1) * strokes.length[shape]
        which = np.full(ROUND, shape)
        out.append(to_complex(along_samples(match.a.fine, match.forth.target, which, steps)))
    return out


def _outlines(strokes: Strokes, shapes: Index) -> list[NDArray[np.complex128]]:
    out = []
    for shape in shapes:
        steps = np.arange(ROUND) / (ROUND if strokes.cyclic[shape] else ROUND - 1)
        out.append(to_complex(strokes.at(np.full(ROUND, shape), steps * strokes.length[shape])))
    return out


def _mean(side: Side, shapes: Index, values: NDArray) -> NDArray:
    """Mean over the fine samples of each shape."""
    stroke = side.fine.stroke
    count = np.maximum(np.bincount(stroke, minlength=side.strokes.count), 1)
    total = np.zeros((side.strokes.count, *values.shape[1:]), values.dtype)
    np.add.at(total, stroke, values)
    return (total / wide(count, values))[shapes]


def _costs(match: Match, shapes_a: Index, shapes_b: Index, settings: WholeSettings) -> Array:
    """(A, B) cost of each pair: place, size, material, how many samples say so."""
    a, b = match.a, match.b

    def apart(one: Side, ones: Index, motion: LocalMotion, other: Side, others: Index) -> Array:
        goal, there = _mean(one, ones, motion.target), _mean(other, others, other.fine.xy)
        return np.linalg.norm(goal[:, None] - there[None], axis=2)

    far = (apart(a, shapes_a, match.forth, b, shapes_b) + apart(b, shapes_b, match.back, a, shapes_a).T) / 2
    # what is predicted may be led astray by other lines; what is simply near is near
    here, there = _mean(a, shapes_a, a.fine.xy), _mean(b, shapes_b, b.fine.xy)
    far = np.minimum(far, np.linalg.norm(here[:, None] - there[None], axis=2))
    long_a, long_b = a.strokes.length[shapes_a], b.strokes.length[shapes_b]
    size = np.abs(np.log(long_b[None] / long_a[:, None]))
    kind_a, kind_b = a.strokes.kind[shapes_a], b.strokes.kind[shapes_b]
    kind = kind_a[:, None] != kind_b
    # the only shape of its colour in both keys is hardly another
    only = ((kind_a[:, None] == kind_a).sum(1) == 1)[:, None] & ((kind_b[:, None] == kind_b).sum(1) == 1) & ~kind
    votes = np.zeros((a.strokes.count, b.strokes.count))
    live = match.chain.target >= 0
    np.add.at(votes, (a.fine.stroke[live], b.fine.stroke[match.chain.target[live]]), 1.0)
    votes = votes[np.ix_(shapes_a, shapes_b)]
    both = np.bincount(a.fine.stroke, minlength=a.strokes.count)[shapes_a][:, None]
    share = votes / np.maximum(both, 1)
    size = np.where(a.strokes.layer[shapes_a][:, None] == b.strokes.layer[shapes_b], size, np.inf)
    far = np.minimum(far / settings.distance, settings.far_most)
    cost = far + settings.size_weight * size + settings.kind_weight * kind
    return steady(cost + settings.vote_weight * (1.0 - share) - settings.only_bonus * only)


def _register(
    a: NDArray, b: NDArray, goal: NDArray, turn: complex, rolls: bool, settings: WholeSettings
) -> tuple[float, int, int]:
    """Cost of the best way to lay outline `a` on `b`, its direction and start.

    The cost is 0 to about 1; the start is where on `b` it starts.
    """
    za, zb = a - a.mean(), b - b.mean()
    norm = np.sqrt((np.abs(za) ** 2).sum() * (np.abs(zb) ** 2).sum()) + 1e-12
    best = (np.inf, 1, 0)
    lead = turn / max(abs(turn), 1e-9)
    for way in (1, -1):
        turned, there = (zb, b) if way > 0 else (_reversed(zb, rolls), _reversed(b, rolls))
        if rolls:
            overlap = np.fft.ifft(np.conj(np.fft.fft(za)) * np.fft.fft(turned)) / norm
            rolled = there[(np.arange(ROUND)[:, None] + np.arange(ROUND)) % ROUND]
        else:
            overlap = np.array([(np.conj(za) * turned).sum() / norm])
            rolled = there[None]
        off = 1.0 - (overlap * np.conj(lead)).real / np.maximum(np.abs(overlap), 1e-12)
        astray = np.minimum(np.abs(rolled - goal) / settings.distance, 1.0).mean(1)
        cost = steady(1.0 - np.abs(overlap) ** 2 + settings.turn_weight * off + settings.goal_weight * astray)
        shift = int(cost.argmin())
        if cost[shift] < best[0]:
            best = (float(cost[shift]), way, shift)
    return best


def _reversed(outline: NDArray, closed: bool) -> NDArray:
    return np.roll(outline[::-1], 1) if closed else outline[::-1]


def _slide(a: NDArray, b: NDArray, led: NDArray, way: int, shift: int, settings: WholeSettings) -> Array:
    """(ROUND,) place on b's outline (in steps, growing) of each place of a's.

    A dynamic programme lets places slide along the outline, so that corners meet corners, and fills stay under the
    lines around them (`led`).
    """
    order = (shift + np.arange(ROUND)) % ROUND
    zb = (b if way > 0 else np.roll(b[::-1], 1))[order] if shift or way > 0 else b[::-1]
    laid = similarity_of(a, zb)
    middle = laid.goal
    goal, zc = laid.at(a) - middle, zb - middle
    slides = np.arange(-settings.slide, settings.slide + 1)
    index = np.arange(ROUND)[:, None] + slides
    # the ends stay where they are: the outline closes there
    fixed = (index < 0) | (index >= ROUND)
    place = zc[np.clip(index, 0, ROUND - 1)]
    heading_a, heading_b = np.gradient(goal), np.gradient(zc)[np.clip(index, 0, ROUND - 1)]
    size = np.abs(zc).mean() + 1e-12
    step = np.abs(heading_a).mean() + 1e-12
    astray = np.minimum(np.abs((led - middle)[:, None] - place), settings.distance)
    cost = (
        np.abs(goal[:, None] - place) / size
        + settings.led_weight * astray / size
        + settings.heading_weight * np.abs(heading_a[:, None] - heading_b) / step
    )
    cost = np.where(fixed, 1e6, steady(cost))
    cost[0] = np.where(slides == 0, cost[0], 1e6)
    cost[-1] = np.where(slides == 0, cost[-1], 1e6)
    change = slides[None, :] - slides[:, None]
    move = steady(np.where(change < -1, 1e6, settings.slide_cost * np.abs(change)))
    came = np.zeros((ROUND, len(slides)), np.int64)
    total = cost[0]
    for k in range(1, ROUND):
        way_in = total[:, None] + move
        came[k] = way_in.argmin(0)
        total = way_in.min(0) + cost[k]
    chosen = int(total.argmin())
    out = np.zeros(ROUND)
    for k in range(ROUND - 1, -1, -1):
        out[k] = k + slides[chosen]
        chosen = int(came[k, chosen])
    return out + shift


def _span(match: Match, stroke_a: int, stroke_b: int, place: Array, way: int) -> Span:
    long_a, long_b = float(match.a.strokes.length[stroke_a]), float(match.b.strokes.length[stroke_b])
    closed_a, closed_b = bool(match.a.strokes.cyclic[stroke_a]), bool(match.b.strokes.cyclic[stroke_b])
    s = np.arange(ROUND) / (ROUND if closed_a else ROUND - 1) * long_a
    u = way * place / (ROUND if closed_b else ROUND - 1) * long_b
    if not closed_b and way < 0:
        u = u + long_b
    if closed_a:
        s = np.append(s, long_a)
        u = np.append(u, u[0] + way * long_b if closed_b else u[-1])
    return Span(stroke_a, stroke_b, s, u)
