"""Limbs that both keys hide and a neighbouring key has drawn.

The bones bring that key's lines here. They are drawn where nothing is in front of them on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...drawing.contract import Drawing
from ...drawing.conversion import CONFIDENCE
from ...drawing.strokes import Strokes, resample
from ...drawn.assembly import Outfit, assemble, outfit_of
from ...geometry.neighbours import Grid
from ...geometry.points import Array, Index, to_complex, to_plane
from ...geometry.ragged import Ragged
from ...geometry.units import Units
from ...motion.clock import Clock
from ...motion.ribbon import MATCHED, THROUGH, Ribbon
from ...occlusion.cover import HideSettings, Occlusion, behind
from ...occlusion.regions import Regions
from ...skeletons.belonging import Belonging
from ...skeletons.held import Held, HeldWays
from .binding import BindSettings, bind, likened
from .carried import Guided
from .ink import Ink
from .outlines import parts_of


@dataclass(frozen=True)
class UnseenSettings:
    """Which lines a key beside the two lends; lengths in engine units.

    drawn    a line has a counterpart where a key has ink of the same bones as near as this to where they bring it
    same     how much of their belonging two places have in common that are of the same bones
    bound    a line comes along where bones hold it by this share
    least    lines shorter than this are left out
    gap      places farther apart along a line than so many steps are on two stretches of it
    clear    a line comes out where it is at some moment as far as this outside of what hides it; nearer to its edge,
             what it shows may as well be an error of the edge
    moments  between the keys, looked at
    sure     confidence in a line that neither key shows: on the benchmark's true frames half to two thirds of their ink
             lies on a line
    """

    drawn: float = 18.0
    same: float = 0.15
    bound: float = 0.6
    least: float = 30.0
    gap: float = 1.5
    clear: float = 8.0
    moments: int = 9
    sure: float = 0.5


@dataclass(frozen=True)
class Neighbour:
    """A key beside the two: its frame and what is drawn.

    `near` and `frame_near` are that key of the two, as it is bound, to which the neighbour's lines are laid.
    """

    frame: float
    key: Drawing
    frame_near: float
    near: Belonging


@dataclass(frozen=True)
class Unseen:
    """Lines of a neighbouring key that both keys hide, travelling with the bones.

    `sure` is the confidence in them, None where plans are not `judged`.
    """

    ribbon: Ribbon
    paths: HeldWays
    occlusion: Occlusion
    outfit: Outfit
    sure: float | None

    def strokes(self, layer: int | None = None) -> int:
        """How many strokes of that key they are taken from, in all or on one layer."""
        first = self.ribbon.stroke_a[self.ribbon.chains.first]
        if layer is not None and self.outfit.layer is not None:
            first = first[self.outfit.layer == layer]
        return len(np.unique(first))

    def at(self, t: float, least: float) -> Drawing:
        """What is seen of the lines at `t`; those cut shorter than `least` are left out.

        `least` is in scene units.
        """
        z = self.paths.at(t)
        count = len(z)
        means = {CONFIDENCE: np.full(count, self.sure)} if self.sure is not None else {}
        birth, death = np.full(count, -1.0), np.full(count, 2.0)
        cover = self.occlusion.cover(z, t)
        moment = Clock.even(count).at(t)
        return assemble(to_plane(z), self.ribbon, birth, death, self.outfit, moment, least, means, cover)


@dataclass(frozen=True)
class _Lines:
    """Vertices (V,) of lines of a neighbouring key.

    Stroke and arc length on it, how bones bring them, and the number of their body part. `whole` (S,) is how many
    there are of each stroke. What lies farther
    apart than `gap` (engine units) along it is on two stretches."""

    key: Drawing
    strokes: Strokes
    stroke: Index
    along: Array
    paths: HeldWays
    part: Index
    whole: Index
    gap: float

    @property
    def solid(self) -> NDArray[np.bool_]:
        return self.strokes.solid[self.stroke]

    def pick(self, rows: Index) -> _Lines:
        stroke, along, part = self.stroke[rows], self.along[rows], self.part[rows]
        return _Lines(self.key, self.strokes, stroke, along, self.paths.pick(rows), part, self.whole, self.gap)


def unseen_of(
    guided: Guided,
    neighbours: Sequence[Neighbour],
    regions: Regions,
    units: Units,
    spacing: float,
    settings: BindSettings,
    hide: HideSettings,
    judged: bool,
    unseen: UnseenSettings = UnseenSettings(),
) -> tuple[Unseen, ...]:
    """The lines of `neighbours` that both keys hide and that come out between them.

    Lines are sampled at `spacing`, in engine `units`. A body part is taken from the neighbour that has drawn most of
    it.
    """
    unit = units.one
    found = []
    for neighbour in neighbours:
        lines = _candidates(guided, neighbour, units, spacing, settings, unseen)
        if lines is not None and (hidden := _hidden(lines, regions, unit, hide, unseen)) is not None:
            found.append(hidden)
    number = int(parts_of(guided.limbs.guide.parents).max(initial=-1)) + 1
    much = [np.bincount(lines.part, minlength=number) for lines in found]
    out = []
    for own, lines in enumerate(found):
        best = np.ones(number, bool)
        for other in range(len(found)):
            best &= (much[own] > much[other]) | ((much[own] == much[other]) & (own <= other))
        chosen = lines.pick(np.flatnonzero(best[lines.part]))
        if len(chosen.stroke):
            out.append(_laid(chosen, regions, units, hide, unseen, judged))
    return tuple(out)


def _candidates(
    guided: Guided,
    neighbour: Neighbour,
    units: Units,
    spacing: float,
    settings: BindSettings,
    unseen: UnseenSettings,
) -> _Lines | None:
    """Lines that bones hold and of which neither key has drawn a counterpart."""
    key = neighbour.key
    frames = guided.limbs.guide.frames
    if not key.point_count or not frames[0] <= neighbour.frame <= frames[-1]:
        return None
    strokes = Strokes.of(key, units.to_engine(key.xy))
    samples = resample(strokes, spacing)
    parents = guided.limbs.guide.parents
    own, there = (guided.limbs.at(frame).scaled(units) for frame in (neighbour.frame, neighbour.frame_near))
    ink = Ink.of(neighbour.near.samples, settings.lands, settings.ink)
    ink = ink.told(likened(neighbour.near.weight, parents, settings))
    bound = Belonging(samples, bind(samples, own, ink, there, parents, settings, solid=strokes.solid).weight)
    stroke, along = _dense(strokes, guided.step)
    weight = bound.along(strokes, stroke, along)
    held = Held.of(weight)
    z = to_complex(units.to_scene(strokes.at(stroke, along)))
    share, off = guided.limbs.at(neighbour.frame).local(z[:, None], held.bone)
    paths = HeldWays(guided, held, share, off, share, off)
    use = weight[:, -1] < 1.0 - unseen.bound
    for t, drawn in ((0.0, guided.parts.a), (1.0, guided.parts.b)):
        place = units.to_engine(to_plane(paths.at(t)))
        use &= ~_met(place, weight, drawn, unseen)
    part = parts_of(parents)[weight[:, :-1].argmax(1)]
    whole = np.bincount(stroke, minlength=strokes.count)
    lines = _Lines(key, strokes, stroke, along, paths, part, whole, unseen.gap * guided.step)
    return lines.pick(np.flatnonzero(use)) if use.any() else None


def _dense(strokes: Strokes, step: float) -> tuple[Index, Array]:
    """Stroke and arc length of all points, with others between on long edges."""
    length = np.zeros(len(strokes.xy))
    length[:-1] = np.where(strokes.rows.joined, np.diff(strokes.reach), 0.0)
    cut = Ragged.of(np.clip(np.ceil(length / step), 1, 4096).astype(np.int64))
    row = cut.owner
    return strokes.owner[row], strokes.reach[row] + cut.share * length[row]


def _met(place: Array, weight: Array, drawn: Belonging, settings: UnseenSettings) -> NDArray[np.bool_]:
    """(V,) whether lines come to lie on ink of the same bones; weight (V, J + 1)."""
    vertex, sample, _ = Grid(drawn.samples.xy, settings.drawn).pairs(place, settings.drawn)
    alike = (weight[vertex] * drawn.weight[sample]).sum(1) > settings.same
    return np.bincount(vertex[alike], minlength=len(place)) > 0


def _hidden(
    lines: _Lines, regions: Regions, unit: float, settings: HideSettings, unseen: UnseenSettings
) -> _Lines | None:
    """(V,) those that limbs in front hide in both keys.

    They count as far as they hang together and are seen on the way.
    """
    run = _runs(lines, np.ones(len(lines.stroke), bool))
    occlusion = behind(lines.paths, regions, run, lines.along, lines.solid, unit, settings)
    hidden = occlusion.explained
    # a fill comes whole or not at all
    count = np.bincount(lines.stroke[hidden], minlength=lines.strokes.count)
    hidden = hidden & (~lines.solid | (count == lines.whole)[lines.stroke])
    run = _runs(lines, hidden)
    kept = hidden & _long(lines, run, unseen.least)[run]
    if not kept.any():
        return None
    seen = np.zeros(len(kept), bool)
    for t in np.linspace(0.0, 1.0, unseen.moments + 2)[1:-1]:
        seen |= occlusion.cover(lines.paths.at(float(t)), float(t)) < -unseen.clear * unit
    comes_out = np.bincount(run, seen & kept)[run] > 0
    rows = np.flatnonzero(kept & comes_out)
    return lines.pick(rows) if len(rows) else None


def _runs(lines: _Lines, use: NDArray[np.bool_]) -> Index:
    """(V,) the number of the stretch that each vertex lies on.

    A stretch is of vertices in use, or of vertices not in use.
    """
    edge = np.diff(lines.along, prepend=0.0)
    new = (np.diff(lines.stroke, prepend=-1) != 0) | (edge > lines.gap) | np.r_[False, use[1:] != use[:-1]]
    return np.cumsum(new) - 1


def _long(lines: _Lines, run: Index, least: float) -> NDArray[np.bool_]:
    """(R,) whether stretches are `least` long (engine units)."""
    begin = np.flatnonzero(np.diff(run, prepend=-1))
    end = np.append(begin[1:], len(run)) - 1
    return np.asarray(lines.along[end] - lines.along[begin] >= least)


def _laid(
    lines: _Lines, regions: Regions, units: Units, settings: HideSettings, unseen: UnseenSettings, judged: bool
) -> Unseen:
    count = len(lines.stroke)
    run = _runs(lines, np.ones(count, bool))
    begin = np.flatnonzero(np.diff(run, prepend=-1))
    offsets = np.append(begin, count)
    stroke, length = lines.stroke[begin], lines.strokes.length[lines.stroke[begin]]
    last = offsets[1:] - 1
    # a closed stroke that is hidden all round; its seam is one place, not two
    loop = lines.strokes.cyclic[stroke] & (lines.along[last] - lines.along[begin] >= length - 1e-6)
    if loop.any():
        lines = lines.pick(np.setdiff1d(np.arange(count), last[loop]))
        count = len(lines.stroke)
        run = np.delete(run, last[loop])
        offsets = np.append(np.flatnonzero(np.diff(run, prepend=-1)), count)
    a, b = (units.to_engine(to_plane(lines.paths.at(t))) for t in (0.0, 1.0))
    none, matched, gone = np.full(count, -1), np.full(count, MATCHED), np.zeros(count)
    stroke, along = lines.stroke, lines.along
    through = np.full(count, THROUGH)
    ribbon = Ribbon(offsets, loop, through, run, matched, stroke, along, stroke, along, a, b, gone, none, none, none)
    occlusion = behind(lines.paths, regions, run, along, lines.solid, units.one, settings)
    outfit = outfit_of(ribbon, lines.key, lines.key, lines.strokes, lines.strokes)
    return Unseen(ribbon, lines.paths, occlusion, outfit, unseen.sure if judged else None)
