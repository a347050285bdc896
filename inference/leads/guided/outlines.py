"""Outlines of fills belong to bones that hang together, mostly to one body part.

Where arms hang beside a jacket and a hand covers its hem, the hem is the trunk's all the same, however near their
bones lie. So are the lines along it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...drawing.strokes import Samples
from ...geometry.neighbours import Grid
from ...geometry.points import Index, to_complex
from ...geometry.potts import Beside
from ...skeletons.rig import parents_first


@dataclass(frozen=True)
class OutlineSettings:
    """What fills and the lines along them belong to.

    Lengths are in engine units, costs as those of `binding`.

    near       bones as many steps apart in the skeleton follow each other along an outline
    apart      one body part has a fill to itself where that costs, averaged over its outline, at most so much
               more than what is best for each place,
    elsewhere  and belonging to another part then costs so much more;
    dear       costs count up to this
    minor      a stretch of less than this share of an outline that hangs together with neither side is misread
    lies       a line is drawn along an outline that runs by this far from it,
    reach      told at samples of it no farther away than this,
    samples    of those the nearest,
    way        and runs no more across it than this (cosine of the angle between them)
    along      what it costs such a line to belong elsewhere than the fill does,
    evened     evened out along it so many times
    """

    near: int = 2
    apart: float = 1.0
    elsewhere: float = 4.0
    dear: float = 8.0
    minor: float = 0.3
    lies: float = 4.0
    reach: float = 20.0
    samples: int = 4
    way: float = 0.85
    along: float = 6.0
    evened: int = 8


def connected(
    weight: NDArray[np.float64],
    samples: Samples,
    solid: NDArray[np.bool_],
    parents: Index,
    settings: OutlineSettings = OutlineSettings(),
) -> NDArray:
    """Weights (N, J + 1) of samples, with those of fills' outlines made connected.

    `solid` (S,) are strokes that bound a fill.
    """
    rows = np.flatnonzero(solid[samples.stroke])
    if not len(rows):
        return weight
    out, near = weight.copy(), near_bones(parents, settings.near)
    for outline in np.split(rows, np.flatnonzero(np.diff(samples.stroke[rows])) + 1):
        out[outline] = _mended(out[outline], near, settings.minor)
    return out


def parts_of(parents: Index) -> Index:
    """(J,) the number of the body part that each bone belongs to.

    Bones below which the skeleton branches are one part with those that they hang on or carry, as the trunk is.
    Every chain without branches is one, as a limb is.
    """
    count = len(parents)
    leaves = np.ones(count, np.int64)
    leaves[parents[parents >= 0]] = 0
    order = parents_first(parents)
    for bone in reversed(order):
        if parents[bone] >= 0:
            leaves[parents[bone]] += leaves[bone]
    branches, part = leaves > 1, np.arange(count)
    for bone in order:
        above = parents[bone]
        if above >= 0 and branches[bone] == branches[above]:
            part[bone] = part[above]
    return np.asarray(np.unique(part, return_inverse=True)[1])


def claimed(
    cost: NDArray[np.float64],
    samples: Samples,
    solid: NDArray[np.bool_],
    parts: Index,
    settings: OutlineSettings = OutlineSettings(),
) -> NDArray[np.float64]:
    """Costs (N, J + 1) of belonging, raised for leaving a fill's body part (J,).

    A fill belongs to a part as a whole. `solid` (S,) are strokes that bound a fill.
    """
    out = cost
    for stroke in np.unique(samples.stroke[solid[samples.stroke]]):
        rows = np.flatnonzero(samples.stroke == stroke)
        own = np.minimum(cost[rows], settings.dear)
        whole = np.array(
            [own[:, :-1][:, parts == part].min(1).mean() for part in range(int(parts.max(initial=-1)) + 1)]
        )
        if len(whole) and whole.min() <= own.min(1).mean() + settings.apart:
            out = out.copy() if out is cost else out
            elsewhere = np.append(parts != whole.argmin(), True)
            out[rows] += settings.elsewhere * elsewhere
    return out


def following(
    weight: NDArray[np.float64],
    samples: Samples,
    solid: NDArray[np.bool_],
    settings: OutlineSettings = OutlineSettings(),
) -> NDArray[np.float64]:
    """(N, J + 1) what it costs lines to belong elsewhere than the fill they follow.

    Lines drawn along a fill's outline follow its weights (N, J + 1). `solid` (S,) are strokes that bound a fill.
    """
    out = np.zeros(weight.shape)
    bounds = solid[samples.stroke]
    fills, lines = np.flatnonzero(bounds), np.flatnonzero(~bounds)
    if not len(fills) or not len(lines):
        return out
    reach = settings.reach
    index, _ = Grid(samples.xy[fills], reach / 2).nearest(samples.xy[lines], settings.samples, reach)
    there = fills[np.maximum(index, 0)]
    heading = np.conj(to_complex(samples.tangent))
    apart = (heading[there] * (to_complex(samples.xy)[lines][:, None] - to_complex(samples.xy)[there])).imag
    way = np.abs((heading[there] * np.conj(heading)[lines][:, None]).real)
    tie = np.where((index >= 0) & (way > settings.way), np.exp(-((apart / settings.lies) ** 2)), 0.0)
    held = Beside(there, tie).mixed(weight) / np.maximum(tie.sum(1, keepdims=True), 1e-9)
    out[lines] = settings.along * tie.max(1, keepdims=True) * (1.0 - held)
    for _ in range(settings.evened):
        # where outlines cross, a line stays with the one it has come along
        before, after = (np.where((link >= 0)[:, None], out[link], out) for link in (samples.before, samples.after))
        out = 0.25 * before + 0.5 * out + 0.25 * after
    return out


def near_bones(parents: Index, steps: int) -> NDArray[np.bool_]:
    """(J + 1, J + 1) whether bones are at most so many steps apart.

    No bone at all is near to every bone.
    """
    count = len(parents)
    near = np.eye(count + 1, dtype=bool)
    child = np.flatnonzero(parents >= 0)
    step = near.copy()
    step[child, parents[child]] = step[parents[child], child] = True
    for _ in range(steps):
        near = near @ step
    near[-1] = near[:, -1] = True
    return near


def _mended(weight: NDArray[np.float64], near: NDArray[np.bool_], minor: float) -> NDArray[np.float64]:
    """Weights (n, J + 1) of one closed outline without minor stretches.

    What lies on either side takes them, the smallest first.
    """
    for _ in range(len(weight)):
        bone = weight.argmax(1)
        jumps = np.flatnonzero(~near[bone, np.roll(bone, -1)]) + 1
        if len(jumps) < 2:
            return weight
        length = np.diff(np.append(jumps, jumps[0] + len(bone)))
        least = int(length.argmin())
        if length[least] > minor * len(bone):
            return weight
        start, count = int(jumps[least]), int(length[least])
        before, after = weight[(start - 1) % len(bone)], weight[(start + count) % len(bone)]
        share = (np.arange(count)[:, None] + 1.0) / (count + 1.0)
        weight = weight.copy()
        weight[(start + np.arange(count)) % len(bone)] = (1.0 - share) * before + share * after
    return weight
