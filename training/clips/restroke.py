"""Other strokes for the same lines: where they are cut, what is left out, which are joined, which way they run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from .clean_line import CleanLine, Floats, unit
from .style import Style

Run = tuple[float, float]
"""From where to where a stroke follows the clean line, as coordinates of `CleanLine`; against it where they fall."""
Strokes = list[list[Run]]
"""Each stroke is one or more runs, drawn one after the other."""

SHORTEST = 8.0
"""No cut leaves less than this, px."""
MEET = 3.0
EVEN = -0.8
"""Ends go on evenly where the cosine between their outward directions is below this."""


def restroke(line: CleanLine, style: Style, rng: np.random.Generator) -> Strokes:
    """All lines but what goes missing, in other strokes; their order is still that of the lines."""
    missing = float(rng.uniform(0.0, style.missing)) * line.ink
    pieces = _join(line, _cut(line, missing, style, rng), style, rng)
    flip = rng.random(len(pieces)) < style.flips
    return [_reversed(runs) if turn else runs for runs, turn in zip(pieces, flip.tolist(), strict=True)]


def _cut(line: CleanLine, missing: float, style: Style, rng: np.random.Generator) -> Strokes:
    """Pieces between cuts, without what goes missing: up to half of it out of lines, the rest whole pieces."""
    holes = _holes(line, missing * float(rng.uniform(0.0, 0.5)), rng)
    corners, changes = line.corners(), line.part_changes()
    cuts = np.concatenate(
        [
            line.anywhere(int(rng.poisson(line.ink * style.splits / 100.0)), rng),
            corners[rng.random(len(corners)) < style.corner_splits],
            changes[rng.random(len(changes)) < style.part_splits],
            holes.ravel(),
        ]
    )
    low, high = line.along[line.first], line.along[line.last]
    stroke = line.stroke(cuts)
    cuts = np.sort(cuts[(cuts - low[stroke] > SHORTEST) & (high[stroke] - cuts > SHORTEST)])
    cuts = cuts[np.diff(cuts, prepend=-np.inf) > SHORTEST]
    # Every piece goes from a stroke's start or a cut to the next cut or the stroke's end.
    start, stop = np.sort(np.concatenate([low, cuts])), np.sort(np.concatenate([cuts, high]))
    kept = ~(_in_holes(start, stop, holes) | _left_out(stop - start, missing - float(np.ptp(holes, axis=1).sum()), rng))
    owner = line.stroke(0.5 * (start + stop))
    reseam = line.closed() & (rng.random(len(line.first)) < style.reseam)
    strokes: Strokes = []
    for k in range(len(line.first)):
        own = np.flatnonzero(owner == k)
        runs = [[(float(start[r]), float(stop[r]))] if kept[r] else [] for r in own]
        if reseam[k]:
            runs = _begin_elsewhere(runs, rng)
        strokes += [run for run in runs if run]
    return strokes


def _holes(line: CleanLine, amount: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """(n, 2) stretches of line that are left out, `amount` px together at the most."""
    length = rng.uniform(10.0, 70.0, int(amount // 40.0) + 1)
    length = length[np.cumsum(length) <= amount]
    start = line.anywhere(len(length), rng)
    return np.stack([start, start + length], axis=1)


def _in_holes(start: Floats, stop: Floats, holes: Floats) -> NDArray[np.bool_]:
    """Which pieces are the bottom of a hole. Where a cut of it was not to be had, the hole is not either."""
    middle = 0.5 * (start + stop)[:, None]
    inside = (holes[:, 0] < middle) & (middle < holes[:, 1]) & ((stop - start)[:, None] < 1.3 * np.ptp(holes, axis=1))
    return np.asarray(inside.any(axis=1))


def _left_out(length: Floats, amount: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Pieces of `amount` px together at the most, rather short ones."""
    order = np.argsort(rng.exponential(size=len(length)) * (length + 20.0))
    chosen = np.zeros(len(length), bool)
    # A dot is ink, too.
    chosen[order] = np.cumsum(length[order] + 2.0) <= amount
    return chosen


def _begin_elsewhere(pieces: Strokes, rng: np.random.Generator) -> Strokes:
    """A closed line, piece after piece: its end goes on into its start, and it begins at a cut or anywhere."""
    if len(pieces) > 1:
        return [pieces[-1] + pieces[0], *pieces[1:-1]] if pieces[-1] and pieces[0] else pieces
    if not pieces[0]:
        return pieces
    (start, stop) = pieces[0][0]
    seam = float(rng.uniform(start, stop))
    return [[(seam, stop), (start, seam)]]


def _join(line: CleanLine, strokes: Strokes, style: Style, rng: np.random.Generator) -> Strokes:
    """Some strokes become one where their ends meet. End 2 s is the start of stroke s, end 2 s + 1 its stop."""
    if len(strokes) < 2 or style.joins + style.uneven_joins == 0:
        return strokes
    at = np.array([(runs[0][0], runs[-1][1]) for runs in strokes]).ravel()
    inward = np.array([(_inward(*runs[0]), _inward(*runs[-1][::-1])) for runs in strokes]).ravel()
    place = line.place(at)
    outward = unit(place - line.place(inward))
    one, other = cKDTree(place).query_pairs(MEET, output_type="ndarray").reshape(-1, 2).T
    even = (outward[one] * outward[other]).sum(1) < EVEN
    wanted = rng.random(len(one)) < np.where(even, style.joins, style.uneven_joins)
    # What has just been cut stays so.
    wanted &= np.abs(at[one] - at[other]) > 1e-3
    partner = np.full(len(at), -1)
    member = np.arange(len(strokes))
    for pair in rng.permutation(np.flatnonzero(wanted)):
        a, b = int(one[pair]), int(other[pair])
        if partner[a] >= 0 or partner[b] >= 0 or member[a // 2] == member[b // 2]:
            continue
        partner[a], partner[b] = b, a
        member[member == member[b // 2]] = member[a // 2]
    return _walk(strokes, partner)


def _inward(start: float, stop: float) -> float:
    """A little way into a run from its start."""
    return start + float(np.clip(stop - start, -6.0, 6.0))


def _walk(strokes: Strokes, partner: NDArray[np.int64]) -> Strokes:
    """From each free end through joined ends to the other free end; joined strokes never form a ring."""
    joined: Strokes = []
    done = np.zeros(len(strokes), bool)
    for free in np.flatnonzero(partner < 0).tolist():
        end = free
        whole: list[Run] = []
        while end >= 0 and not done[end // 2]:
            done[end // 2] = True
            runs = strokes[end // 2]
            whole += runs if end % 2 == 0 else _reversed(runs)
            end = int(partner[end ^ 1])
        if whole:
            joined.append(whole)
    return joined


def _reversed(runs: list[Run]) -> list[Run]:
    return [(stop, start) for start, stop in reversed(runs)]
