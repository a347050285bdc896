"""Spans: stretches of one key's strokes that become stretches of the other's.

Chains of matched samples are cut into runs, two runs never claim the same ink, small holes are bridged, ends are
drawn out to the ends of the strokes. What is unmatched on either side is named too: it vanishes or appears.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..drawing.strokes import Samples, Strokes
from ..geometry.points import Array, Index
from .alignment import Chain
from .matching import Match
from .span_row import SpanRow
from .tuning import SpanSettings


@dataclass(frozen=True)
class Span:
    """[s[0], s[-1]] of stroke `a` becomes [u[0], u[-1]] of stroke `b`.

    u falls where it runs backwards, and passes beyond the length of a closed stroke where it crosses its seam. s, u
    (K,) are arc lengths in engine units. `copy` is the number of the match's copy that both strokes belong to, -1
    for none. In a copy the span is both strokes whole, and its places are the points to be drawn. What is `certain`
    was not guessed: nothing overrules it.
    """

    a: int
    b: int
    s: Array
    u: Array
    copy: int = -1
    certain: bool = False


@dataclass(frozen=True)
class Unmatched:
    """[start, end] of a stroke that has no counterpart.

    `before`, `after`: index of the span that adjoins it, or -1.
    """

    stroke: int
    start: float
    end: float
    before: int
    after: int


@dataclass(frozen=True)
class Spans:
    matched: tuple[Span, ...]
    vanishing: tuple[Unmatched, ...]
    appearing: tuple[Unmatched, ...]


def _runs(
    samples: Samples,
    other: Samples,
    strokes: Strokes,
    chain: Chain,
    keep: NDArray[np.bool_],
    settings: SpanSettings,
) -> Index:
    """(N,) number of the run each sample of `a` belongs to, -1 for none."""
    count = samples.count
    if not count or not other.count:
        return np.full(count, -1)
    alive = (chain.target >= 0) & keep
    target = np.maximum(chain.target, 0)
    joined = alive[1:] & alive[:-1] & (samples.stroke[1:] == samples.stroke[:-1])
    joined &= other.stroke[target[1:]] == other.stroke[target[:-1]]
    joined &= chain.forward[1:] == chain.forward[:-1]
    moved = _unwrapped(np.diff(other.along[target]), strokes, other.stroke[target[1:]])
    step = np.diff(samples.along)
    pace = moved * np.where(chain.forward[1:], 1.0, -1.0) / np.maximum(step, 1e-9)
    joined &= (pace > settings.slowest) & (pace < settings.fastest)
    run = np.cumsum(np.r_[True, ~joined]) - 1
    return np.where(alive, run, -1)


def _unwrapped(moved: Array, strokes: Strokes, stroke: Index) -> Array:
    length = strokes.length[stroke]
    wrap = strokes.cyclic[stroke] & (np.abs(moved) > length / 2)
    return np.where(wrap, moved - np.sign(moved) * length, moved)


def _claims(run: Index, gain: NDArray, chain: Chain, other: Samples) -> NDArray[np.bool_]:
    """(N,) False where a run of more gain claims the same ink."""
    alive = run >= 0
    rank = np.argsort(np.argsort(gain, kind="stable"), kind="stable")
    winner = np.full(other.count, -1, np.int64)
    strength = rank[run[alive]]
    place = chain.target[alive]
    np.maximum.at(winner, place, strength)
    wide = winner.copy()
    for link in (other.before, other.after):
        has = link >= 0
        wide[has] = np.maximum(wide[has], winner[link[has]])
    keep = alive.copy()
    keep[alive] = wide[place] <= strength
    return keep


def spans_of(
    match: Match,
    wholes: tuple[Span, ...] = (),
    settings: SpanSettings = SpanSettings(),
) -> Spans:
    """All spans of a match, `wholes` (strokes that correspond whole) among them."""
    a, b = match.a.fine, match.b.fine
    strokes_a, strokes_b = match.a.strokes, match.b.strokes
    keep = _partial(match, wholes)
    run = _runs(a, b, strokes_b, match.chain, keep, settings)
    for _ in range(2):
        live = run >= 0
        gain = np.bincount(run[live], (settings.worth - match.chain.cost)[live], minlength=int(run.max(initial=0)) + 1)
        keep &= _claims(run, gain, match.chain, b)
        run = _runs(a, b, strokes_b, match.chain, keep, settings)
    found = _collect(match, run, settings)
    found = _bridge(found, strokes_b, settings)
    row = _row(found).settled(settings.rounds, settings.settle)
    smooth = row.distortion(strokes_a, strokes_b) <= settings.crumple
    found = [replace(span, u=u) for span, u, kept in zip(found, row.rows.parts(row.u), smooth, strict=True) if kept]
    found = _draw_out(found, strokes_a, strokes_b, settings)
    found += wholes
    found.sort(key=lambda span: (span.a, span.s[0]))
    return _covering(found, strokes_a, strokes_b, settings)


def without(
    spans: Spans,
    keep: NDArray[np.bool_],
    strokes_a: Strokes,
    strokes_b: Strokes,
    settings: SpanSettings = SpanSettings(),
) -> Spans:
    """The spans of which `keep` (K,) is True; what the others held is unmatched."""
    return _covering(
        [span for span, kept in zip(spans.matched, keep, strict=True) if kept], strokes_a, strokes_b, settings
    )


def _covering(found: Sequence[Span], strokes_a: Strokes, strokes_b: Strokes, settings: SpanSettings) -> Spans:
    """Spans with what is unmatched beside them."""
    vanishing = _unmatched(
        [(s.a, float(s.s[0]), float(s.s[-1]), i) for i, s in enumerate(found)], strokes_a, settings.trifle
    )
    taken = [(s.b, float(min(s.u[0], s.u[-1])), float(max(s.u[0], s.u[-1])), i) for i, s in enumerate(found)]
    return Spans(tuple(found), tuple(vanishing), tuple(_unmatched(taken, strokes_b, settings.trifle)))


def _partial(match: Match, wholes: tuple[Span, ...]) -> NDArray[np.bool_]:
    """(N,) False for samples that no run may have.

    They are those of shapes that correspond whole, and of fills, which do so or not at all.
    """
    shut_a, shut_b = match.a.strokes.solid.copy(), match.b.strokes.solid.copy()
    shut_a[[span.a for span in wholes]] = True
    shut_b[[span.b for span in wholes]] = True
    target = match.chain.target
    keep = ~shut_a[match.a.fine.stroke]
    if match.b.fine.count:
        keep &= ~((target >= 0) & shut_b[match.b.fine.stroke[np.maximum(target, 0)]])
    return keep


def _collect(match: Match, run: Index, settings: SpanSettings) -> list[Span]:
    least = settings.least
    a, b, strokes_b = match.a.fine, match.b.fine, match.b.strokes
    live = np.flatnonzero(run >= 0)
    if not len(live):
        return []
    cuts = np.flatnonzero(np.diff(run[live])) + 1
    out = []
    for members in np.split(live, cuts):
        target = match.chain.target[members]
        stroke_a, stroke_b = int(a.stroke[members[0]]), int(b.stroke[target[0]])
        s = a.along[members]
        u = b.along[target]
        u = np.concatenate([u[:1], u[0] + np.cumsum(_unwrapped(np.diff(u), strokes_b, b.stroke[target[1:]]))])
        short = min(match.a.strokes.length[stroke_a], strokes_b.length[stroke_b]) < settings.short * least
        if s[-1] - s[0] < least and not (short and s[-1] - s[0] >= settings.most * match.a.strokes.length[stroke_a]):
            continue
        out.append(Span(stroke_a, stroke_b, s, u))
    return out


def _bridge(found: list[Span], strokes_b: Strokes, settings: SpanSettings) -> list[Span]:
    """Runs joined that follow each other on both strokes, with like holes."""
    bridge, uneven = settings.bridge, settings.uneven
    out: list[Span] = []
    for span in found:
        last = out[-1] if out else None
        if last is not None and last.a == span.a and last.b == span.b:
            hole_a = span.s[0] - last.s[-1]
            raw = span.u[0] - last.u[-1]
            length = strokes_b.length[span.b]
            if strokes_b.cyclic[span.b]:
                raw = raw - length * np.rint(raw / length)
            way = np.sign(last.u[-1] - last.u[0]) or np.sign(raw)
            same_way = (np.sign(span.u[-1] - span.u[0]) or way) == way
            hole_b = raw * way
            if same_way and 0 <= hole_b <= max(bridge, uneven * hole_a) and hole_a <= max(bridge, uneven * hole_b):
                shift = last.u[-1] + raw - span.u[0]
                joined = replace(
                    last,
                    s=np.concatenate([last.s, span.s]),
                    u=np.concatenate([last.u, span.u + shift]),
                )
                out[-1] = joined
                continue
        out.append(span)
    return out


def _row(spans: Sequence[Span]) -> SpanRow:
    return SpanRow.of(*([getattr(span, name) for span in spans] for name in ("a", "b", "s", "u")))


def _draw_out(found: list[Span], strokes_a: Strokes, strokes_b: Strokes, settings: SpanSettings) -> list[Span]:
    """Draw span ends out to stroke ends and to each other, on both sides."""
    s_ends = np.array([[span.s[0], span.s[-1]] for span in found]).reshape(-1, 2)
    u_ends = np.array([[span.u[0], span.u[-1]] for span in found]).reshape(-1, 2)
    a, b = np.array([s.a for s in found], np.int64), np.array([s.b for s in found], np.int64)
    room_a = _room(a, s_ends, strokes_a)
    room_b = _room(b, u_ends, strokes_b)
    out = []
    for i, span in enumerate(found):
        s, u = span.s, span.u
        way = 1.0 if u[-1] >= u[0] else -1.0
        # rooms are given low end, high end; b's low end is at the span's end where it runs backwards
        b_first, b_last = (room_b[i, 0], room_b[i, 1]) if way > 0 else (room_b[i, 1], room_b[i, 0])
        first = _grow(room_a[i, 0], b_first, settings)
        last = _grow(room_a[i, 1], b_last, settings)
        s = np.concatenate([[s[0] - first[0]], s, [s[-1] + last[0]]])
        u = np.concatenate([[u[0] - way * first[1]], u, [u[-1] + way * last[1]]])
        out.append(replace(span, s=s, u=u))
    return out


def _grow(room_a: float, room_b: float, settings: SpanSettings) -> tuple[float, float]:
    """How far a span's end is drawn out on either side, given the free ink beyond it."""
    close = settings.close
    if room_a <= close and room_b <= close:
        return room_a, room_b
    if room_a <= close or room_b <= close:
        short = min(room_a, room_b)
        return short, short
    both = min(room_a, room_b)
    if both <= settings.both * close and max(room_a, room_b) <= settings.alike * both:
        return room_a, room_b
    return 0.0, 0.0


def _room(stroke: Index, ends: Array, strokes: Strokes) -> Array:
    """(n, 2) unmatched ink before the low end and after the high end.

    Two spans share what lies between them.
    """
    room = np.zeros((len(stroke), 2))
    if not len(stroke):
        return room
    low, high = ends.min(1), ends.max(1)
    order = np.lexsort((low, stroke))
    stroke, low, high = stroke[order], low[order], high[order]
    first = np.r_[True, stroke[1:] != stroke[:-1]]
    last = np.r_[first[1:], True]
    length, closed = strokes.length[stroke], strokes.cyclic[stroke]
    of = np.cumsum(first) - 1
    # a closed stroke's first span has its last one before it, beyond the seam
    before = np.where(first, np.where(closed, high[last][of] - length, 0.0), np.roll(high, 1))
    after = np.where(last, np.where(closed, low[first][of] + length, length), np.roll(low, -1))
    room[order, 0] = np.maximum(low - before, 0.0) * np.where(first & ~closed, 1.0, 0.5)
    room[order, 1] = np.maximum(after - high, 0.0) * np.where(last & ~closed, 1.0, 0.5)
    return room


def _unmatched(taken: list[tuple[int, float, float, int]], strokes: Strokes, least: float) -> list[Unmatched]:
    """What no span covers, longer than `least`.

    On a closed stroke a stretch may pass the seam (end > length).
    """
    by_stroke: dict[int, list[tuple[float, float, int]]] = {}
    for stroke, low, high, index in taken:
        by_stroke.setdefault(stroke, []).append((low, high, index))
    out = []
    for stroke in np.flatnonzero(strokes.rows.filled).tolist():
        length = float(strokes.length[stroke])
        parts = sorted(by_stroke.get(stroke, []))
        if not parts:
            out.append(Unmatched(stroke, 0.0, length, -1, -1))
            continue
        if strokes.cyclic[stroke]:
            edges = [(parts[-1][1] - length, parts[-1][2]), *[(p[1], p[2]) for p in parts[:-1]]]
            for (end, before), (low, _, after) in zip(edges, parts, strict=True):
                if low - end > least:
                    start = end % length
                    out.append(Unmatched(stroke, start, start + low - end, before, after))
            continue
        reached, before = 0.0, -1
        for low, high, index in parts:
            if low - reached > least:
                out.append(Unmatched(stroke, reached, low, before, index))
            if high > reached:
                reached, before = high, index
        if length - reached > least:
            out.append(Unmatched(stroke, reached, length, before, -1))
    return out
