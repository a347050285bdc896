"""Which bones carry a drawing's lines, and how: rigid, smooth at joints.

First every place on a line finds its part (an arm, the trunk): one whose bones are near, that can be reached without
crossing lines, and that the places beside it on the line belong to as well. Within a part the nearest bone holds it;
near a joint both bones do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..drawing.contract import Drawing
from ..drawing.strokes import Samples, Strokes, along_samples, resample
from ..geometry.exact import smallest, steady
from ..geometry.neighbours import Grid
from ..geometry.points import Array, Complex, Index, to_complex
from ..geometry.potts import Beside, mean_field
from ..skeletons.detector.silhouette import Silhouette
from ..skeletons.figure import TRUNK, Figure
from .skin_tuning import SkinSettings

MOST = 3
"""Bones that have a say in where a point goes."""


@dataclass(frozen=True)
class Skin:
    """What carries n points.

    bone (n, MOST) joints at whose segments' ends they hang, the one with the most say first, weight (n, MOST), rows
    sum to 1; part (S,) the part that most of each stroke belongs to."""

    bone: Index
    weight: Array
    part: Index


def skin(
    drawing: Drawing,
    figure: Figure,
    joints: Array,
    silhouette: Silhouette,
    size: float,
    settings: SkinSettings = SkinSettings(),
) -> Skin:
    """A drawing's points bound to the bones of a figure.

    Its joints lie at `joints` (N, 2) in the drawing; `size` is the drawing's longer side."""
    strokes = Strokes.of(drawing, drawing.xy)
    samples = resample(strokes, settings.spacing * size)
    z = to_complex(joints)
    far, foot = _distances(samples.xy, figure, z)
    thick = _thickness(figure, z, silhouette, size, settings)
    cost = _costs(samples, figure, z, far, foot, thick, silhouette, size, settings)
    small = _extents(strokes) < settings.small * size
    closed = np.where(strokes.solid, settings.solid, settings.stroke)
    belongs = _parts(samples, figure, cost, small, closed, size, settings)
    weight = _weights(samples, figure, z, cost, belongs, thick, settings)
    weight = _evened(samples, weight, size, settings)
    weight = _small_whole(samples, small, weight, settings.sharp)
    part = np.zeros(drawing.stroke_count, np.int64)
    for stroke in range(drawing.stroke_count):
        own = samples.stroke == stroke
        if own.any():
            held = weight[own].sum(0)
            part[stroke] = figure.part[figure.bones[int(np.argmax(held))]]
    along = np.zeros(drawing.point_count)
    rows = np.arange(len(strokes.xy))[::-1]
    along[strokes.point[rows]] = strokes.reach[rows]  # of a closed stroke's first point the first row counts
    points = along_samples(samples, weight, drawing.stroke_of_point, along)
    number = min(MOST, points.shape[1])
    chosen = np.argsort(-points, axis=1, kind="stable")[:, :number]
    kept = np.take_along_axis(points, chosen, 1) + 1e-9
    return Skin(figure.bones[chosen], kept / kept.sum(1, keepdims=True), part)


def _distances(xy: Array, figure: Figure, z: Complex) -> tuple[Array, Complex]:
    """(n, B) from places to bones, and the nearest places on them."""
    head = z[figure.parents[figure.bones]]
    along = z[figure.bones] - head
    way = to_complex(xy)[:, None] - head
    share = np.clip((np.conj(along) * way).real / np.maximum(np.abs(along) ** 2, 1e-18), 0.0, 1.0)
    foot = head + share * along
    return np.abs(to_complex(xy)[:, None] - foot), foot


def _thickness(figure: Figure, z: Complex, silhouette: Silhouette, size: float, settings: SkinSettings) -> Array:
    """(B,) from each bone to the outline around its middle, as drawn."""
    bones = figure.bones
    head, tail = z[figure.parents[bones]], z[bones]
    spots = head[:, None] + (tail - head)[:, None] * np.array(settings.spots)
    places = np.stack([spots.real, spots.imag], -1)
    # Trunk and head are full of lines: what counts there is where the drawing ends.
    paired = {part for pair in figure.pairs for part in pair}
    bulky = np.array([int(part) not in paired for part in figure.part[bones]])
    depth = np.median(np.where(bulky[:, None], silhouette.bulk_at(places), silhouette.depth_at(places)), axis=1)
    length = np.abs(tail - head)
    low = np.where(figure.part[bones] == TRUNK, *settings.thinnest) * size
    most, slim, least = settings.thickest
    return np.asarray(np.clip(depth, low, np.maximum(np.where(bulky, most, slim) * length, least * low)))


def _costs(
    samples: Samples,
    figure: Figure,
    z: Complex,
    far: Array,
    foot: Complex,
    thick: Array,
    silhouette: Silhouette,
    size: float,
    settings: SkinSettings,
) -> Array:
    """(n, B) what hanging on each bone costs a sample."""
    near = settings.near * np.log1p(np.maximum(far / thick - 1.0, 0.0)) + settings.inside * np.minimum(far / thick, 1.0)
    number = min(settings.tried, near.shape[1])
    chosen = smallest(steady(near), number)
    rows = np.repeat(np.arange(samples.count), number)
    feet = foot[rows, chosen.ravel()]
    ends = samples.xy[rows]
    crossed, outside = silhouette.crossings(
        np.stack([feet.real, feet.imag], -1), ends, settings.clear * silhouette.cell
    )
    cross = np.full(near.shape, float(settings.cross_most))
    cross[rows, chosen.ravel()] = np.minimum(crossed, settings.cross_most)
    astray = np.full(near.shape, settings.astray_most)
    astray[rows, chosen.ravel()] = np.minimum(settings.astray * outside / size, settings.astray_most)
    along = z[figure.bones] - z[figure.parents[figure.bones]]
    along = along / np.maximum(np.abs(along), 1e-12)
    heading = to_complex(samples.tangent)
    across = 1.0 - (np.conj(heading)[:, None] * along).real ** 2
    return np.asarray(near + astray + settings.cross * cross + settings.across * across)


def _parts(
    samples: Samples,
    figure: Figure,
    cost: Array,
    small: NDArray[np.bool_],
    whole: Array,
    size: float,
    settings: SkinSettings,
) -> Array:
    """(n, P) how surely each sample belongs to each part: mean field on a Potts model.

    `whole` (S,) is how much of what its neighbours have to say is said by the whole stroke."""
    owner = figure.part[figure.bones]
    count = int(figure.part.max()) + 1
    unary = np.full((samples.count, count), settings.never)
    for part in np.unique(owner):
        unary[:, part] = cost[:, owner == part].min(1)
    neighbours = _neighbours(samples, size, settings)
    detail = np.flatnonzero(small[samples.stroke])
    say = whole[samples.stroke][:, None]
    around_it = _surroundings(samples, detail, size, settings)

    def disagreeing(belongs: Array) -> Array:
        around = neighbours.mixed(belongs)
        around += say * (_by_stroke(samples, belongs)[samples.stroke] - around)
        # A detail, as an eye is, belongs to what it is drawn in, whatever bone passes there.
        own, others = settings.detail
        around[detail] = own * around[detail] + others * around_it.mixed(belongs)
        return -settings.agree * around

    return mean_field(unary, disagreeing, settings.rounds)


def _surroundings(samples: Samples, detail: Index, size: float, settings: SkinSettings) -> Beside:
    """Samples of other strokes around some; shares sum to 1, to 0 if none is near."""
    reach = settings.surroundings * size
    index, far = Grid(samples.xy, reach / 3).nearest(samples.xy[detail], settings.seen, reach)
    known = np.maximum(index, 0)
    other = (index >= 0) & (samples.stroke[known] != samples.stroke[detail][:, None])
    share = np.where(other, np.exp(-2.0 * np.where(other, far, 0.0) / reach), 0.0)
    return Beside(known, share / np.maximum(share.sum(1, keepdims=True), 1e-12))


def _by_stroke(samples: Samples, values: Array) -> Array:
    """(S, ...) the mean over each stroke's samples; zero where it has none."""
    count = int(samples.stroke.max(initial=-1)) + 1
    total = np.zeros((count, *values.shape[1:]))
    np.add.at(total, samples.stroke, values)
    number = np.bincount(samples.stroke, minlength=count)
    return np.asarray(total / np.maximum(number, 1)[:, None])


def _neighbours(samples: Samples, size: float, settings: SkinSettings) -> Beside:
    reach = settings.reach * size
    index, far = Grid(samples.xy, reach / 2).nearest(samples.xy, settings.asked, reach)
    known = np.maximum(index, 0)
    heading = to_complex(samples.tangent)
    alike = np.abs((np.conj(heading)[:, None] * heading[known]).real)
    other = (index >= 0) & (samples.stroke[known] != samples.stroke[:, None])
    share = np.where(other, alike**settings.alike * np.exp(-2.0 * far / reach), 0.0)
    for link in (samples.before, samples.after):
        known = np.concatenate([known, np.maximum(link, 0)[:, None]], 1)
        share = np.concatenate([share, 1.0 * (link >= 0)[:, None]], 1)
    return Beside(known, share / np.maximum(share.sum(1, keepdims=True), 1.0))


def _weights(
    samples: Samples,
    figure: Figure,
    z: Complex,
    cost: Array,
    belongs: Array,
    thick: Array,
    settings: SkinSettings,
) -> Array:
    """(n, B) the bones of each sample's part: the nearest, and at joints the next."""
    bones = figure.bones
    place = {int(bone): number for number, bone in enumerate(bones)}
    part = np.argmax(belongs, axis=1)
    mine = np.where(figure.part[bones] == part[:, None], cost, np.inf)
    nearest = np.argmin(mine, axis=1)
    weight = np.zeros(cost.shape)
    weight[np.arange(samples.count), nearest] = 1.0
    here = to_complex(samples.xy)
    for number, bone in enumerate(bones):
        own = np.flatnonzero(nearest == number)
        if not len(own):
            continue
        for neighbour, joint, sign in _neighbouring(figure, int(bone)):
            other = place[neighbour]
            toward = _unit(z[bone] - z[figure.parents[bone]]) + _unit(z[neighbour] - z[figure.parents[neighbour]])
            past = sign * (np.conj(_unit(toward)) * (here[own] - z[joint])).real
            wide = settings.bend * min(thick[number], thick[other], settings.joint * _length(figure, z, int(bone)))
            share = _smoothstep(0.5 + past / (2.0 * max(wide, 1e-12)))
            share = np.minimum(share, 0.5)
            weight[own, other] += share
            weight[own, number] -= share
    weight = np.maximum(weight, 0.0)
    return np.asarray(weight / np.maximum(weight.sum(1, keepdims=True), 1e-12))


def _neighbouring(figure: Figure, bone: int) -> list[tuple[int, int, float]]:
    """Bones that share a joint with this one in a chain, and the joint.

    The last answer is whether it lies beyond (1) or before."""
    out = []
    parent = int(figure.parents[bone])
    carrier = int(figure.carrier[bone])
    if parent > 0 and carrier != bone and not figure.fixed[parent] and carrier > 0:
        out.append((carrier, parent, -1.0))
    elif figure.fixed[parent] and figure.carrier[parent] > 0:
        out.append((int(figure.carrier[parent]), parent, -1.0))
    for child in np.flatnonzero((figure.parents == bone) & ~figure.fixed):
        if figure.part[child] == figure.part[bone]:
            out.append((int(child), bone, 1.0))
    return out


def _length(figure: Figure, z: Complex, bone: int) -> float:
    return float(np.abs(z[bone] - z[figure.parents[bone]]))


def _unit(z: complex) -> complex:
    return z / max(abs(z), 1e-12)


def _smoothstep(value: Array) -> Array:
    share = np.clip(value, 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share))


def _evened(samples: Samples, weight: Array, size: float, settings: SkinSettings) -> Array:
    """Weights without jumps along a stroke, and where two strokes' ends meet."""
    before = np.where(samples.before >= 0, samples.before, np.arange(samples.count))
    after = np.where(samples.after >= 0, samples.after, np.arange(samples.count))
    for _ in range(max(int((settings.smooth / settings.spacing) ** 2 * 2.0), 1)):
        weight = 0.5 * weight + 0.25 * (weight[before] + weight[after])
    ends = np.flatnonzero((samples.before < 0) | (samples.after < 0))
    if len(ends) > 1:
        index, _ = Grid(samples.xy[ends], settings.reach * size).nearest(
            samples.xy[ends], settings.ends, settings.met * settings.spacing * size
        )
        share = np.where(index >= 0, 1.0, 0.0)
        near = Beside(np.maximum(index, 0), share)
        met = near.mixed(weight[ends]) / np.maximum(share.sum(1), 1.0)[:, None]
        weight[ends] = np.where(share.sum(1)[:, None] > 1.0, met, weight[ends])
        for _ in range(settings.again):
            kept = weight[ends]
            weight = 0.5 * weight + 0.25 * (weight[before] + weight[after])
            weight[ends] = kept
    return weight


def _extents(strokes: Strokes) -> Array:
    """(S,) the longer side of each stroke's box."""
    out = np.zeros(strokes.count)
    for stroke in range(strokes.count):
        rows = strokes.xy[strokes.offsets[stroke] : strokes.offsets[stroke + 1]]
        out[stroke] = float(np.ptp(rows, axis=0).max()) if len(rows) else 0.0
    return out


def _small_whole(samples: Samples, small: NDArray[np.bool_], weight: Array, sharp: int) -> Array:
    """Strokes too small to bend go as one."""
    mean = _by_stroke(samples, weight)
    # One that lies across a joint still goes with one bone mostly.
    whole = mean**sharp / np.maximum((mean**sharp).sum(1, keepdims=True), 1e-12)
    return np.where(small[samples.stroke][:, None], whole[samples.stroke], weight)
