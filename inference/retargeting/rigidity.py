"""Lines that hang together keep their shape where bones that move apart hold them.

Skinning alone stretches a line wherever its bones change. Here lines are kept as rigid as possible (Sorkine, Alexa
2007) while places that one bone holds stay with it: what must give does so over some length of line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..drawing.contract import Drawing
from ..drawing.strokes import Samples, Strokes, resample
from ..geometry.neighbours import Grid
from ..geometry.points import Array, Complex, Index, to_complex
from ..geometry.ragged import sums, wide
from .skinning import Skin


@dataclass(frozen=True)
class RigidSettings:
    """Lengths as shares of the drawing's size.

    spacing  of nodes along lines, wider where there were more than `most`
    reach    how far apart lines hold each other, `beside` as strongly as a line holds itself
    alike    where they have this much of their bones in common
    give     over which length lines give where their bones change
    hold     how strongly places that one bone holds stay with it, and `least` those that several do
    lets_go  how quickly that passes where bones that do not meet have a say
    rounds   of turning and moving nodes in turn
    close    lines hold each other at least as far apart as so many times `spacing`
    """

    spacing: float = 0.014
    most: int = 1000
    reach: float = 0.03
    beside: float = 0.3
    alike: float = 0.6
    give: float = 0.05
    hold: float = 1.0
    least: float = 0.003
    lets_go: float = 6.0
    rounds: int = 3
    close: float = 1.1


@dataclass(frozen=True)
class _Between:
    """Places between two others: `first`, `second` (n,), `share` (n,) to the second."""

    first: Index
    second: Index
    share: Array

    def of(self, values: NDArray) -> NDArray:
        share = wide(self.share, values)
        return np.asarray(values[self.first] * (1.0 - share) + values[self.second] * share)


@dataclass(frozen=True)
class Rigidity:
    """Nodes (n) on a drawing's lines, and what holds them together.

    rest     (n,) complex, where they are drawn; drawn (P,) where the drawing's points are
    first, second, strength  (E,) edges between nodes
    hold     (n,) how strongly each stays where its bones carry it
    inverse  (n, n) of the system that places nodes
    nodes    nodes between the drawing's points; `points` its points between nodes
    """

    rest: Complex
    drawn: Complex
    first: Index
    second: Index
    strength: Array
    hold: Array
    inverse: Array
    nodes: _Between
    points: _Between
    rounds: int

    def kept(self, carried: Complex) -> Complex:
        """Points (P,) that their bones carried, with the lines' shape kept."""
        held = self.nodes.of(carried)
        edge = self.rest[self.second] - self.rest[self.first]
        z, unit = held, np.ones_like(held)
        for _ in range(self.rounds):
            way = self.strength * np.conj(edge) * (z[self.second] - z[self.first])
            turn = self._gathered(way, way)
            size = np.abs(turn)
            unit = np.where(size > 1e-12, turn / np.maximum(size, 1e-12), 1.0)
            pull = self.strength * 0.5 * (unit[self.first] + unit[self.second]) * edge
            right = self.hold * held + self._gathered(-pull, pull)
            moved = self.inverse @ np.stack([right.real, right.imag], -1)
            z = moved[:, 0] + 1j * moved[:, 1]
        # Where lines give, points keep their places beside the nodes; elsewhere what their bones make of them.
        beside = self.points.of(z) + self.points.of(unit) * (self.drawn - self.points.of(self.rest))
        firm = self.points.of(self.hold / self.hold.max())
        return np.asarray(firm * (carried + self.points.of(z - held)) + (1.0 - firm) * beside)

    def _gathered(self, to_first: NDArray, to_second: NDArray) -> Complex:
        """(n,) the sum over each node's edges."""
        node = np.concatenate([self.first, self.second])
        value = np.concatenate([to_first, to_second])
        return sums(value, node, len(self.rest))


def rigidity_of(
    drawing: Drawing, held: Skin, meeting: Index, size: float, settings: RigidSettings = RigidSettings()
) -> Rigidity | None:
    """What keeps a drawing's lines together; None where bones that meet hold all.

    meeting  (N, N) the joint between two bones, -1 where they share none
    size     the drawing's longer side
    """
    strokes = Strokes.of(drawing, drawing.xy)
    spacing = max(settings.spacing * size, float(strokes.length.sum()) / settings.most)
    samples = resample(strokes, spacing)
    row, share = strokes.locate(samples.stroke, samples.along)
    last = strokes.offsets[samples.stroke + 1] - 1
    nodes = _Between(strokes.point[row], strokes.point[np.minimum(row + 1, last)], share)
    dense = np.zeros((drawing.point_count, len(meeting)))
    np.add.at(dense, (np.arange(drawing.point_count)[:, None], held.bone), held.weight)
    weight = nodes.of(dense)
    apart = _apart(samples, weight, meeting, int(2.0 * (settings.give * size / spacing) ** 2) + 1)
    if not (apart > 1e-3).any():
        return None
    first, second, strength = _edges(samples, weight, spacing, size, settings)
    hold = settings.least + (settings.hold - settings.least) * np.clip(1.0 - settings.lets_go * apart, 0.0, 1.0) ** 2
    count = samples.count
    matrix = np.diag(hold)
    np.add.at(matrix, (first, second), -strength)
    np.add.at(matrix, (second, first), -strength)
    matrix[np.diag_indices(count)] += np.bincount(first, strength, count) + np.bincount(second, strength, count)
    rest = to_complex(samples.xy)
    points = _points(strokes, samples, drawing)
    drawn = to_complex(drawing.xy)
    return Rigidity(rest, drawn, first, second, strength, hold, np.linalg.inv(matrix), nodes, points, settings.rounds)


def _apart(samples: Samples, weight: Array, meeting: Index, rounds: int) -> Array:
    """(n,) how much bones that do not meet have to say around each node, 0 to 1."""
    before = np.where(samples.before >= 0, samples.before, np.arange(samples.count))
    after = np.where(samples.after >= 0, samples.after, np.arange(samples.count))
    for _ in range(rounds):
        weight = 0.5 * weight + 0.25 * (weight[before] + weight[after])
    together = (meeting >= 0) | np.eye(len(meeting), dtype=bool)
    return np.asarray(1.0 - np.einsum("nb,bc,nc->n", weight, together.astype(float), weight))


def _edges(
    samples: Samples, weight: Array, spacing: float, size: float, settings: RigidSettings
) -> tuple[Index, Index, Array]:
    """Edges along the lines, and between neighbouring lines with the same bones."""
    along = np.flatnonzero(samples.after >= 0)
    reach = max(settings.reach * size, settings.close * spacing)
    one, other, _ = Grid(samples.xy, reach).pairs(samples.xy, reach)
    alike = np.minimum(weight[one], weight[other]).sum(1)
    kept = (one < other) & (samples.after[one] != other) & (samples.before[one] != other) & (alike > settings.alike)
    return (
        np.concatenate([along, one[kept]]),
        np.concatenate([samples.after[along], other[kept]]),
        np.concatenate([np.ones(len(along)), settings.beside * alike[kept]]),
    )


def _points(strokes: Strokes, samples: Samples, drawing: Drawing) -> _Between:
    """Where a drawing's points lie between nodes."""
    along = np.zeros(drawing.point_count)
    rows = np.arange(len(strokes.xy))[::-1]
    along[strokes.point[rows]] = strokes.reach[rows]  # of a closed stroke's first point the first row counts
    stroke = drawing.stroke_of_point
    reach = float(samples.along.max(initial=0.0)) + 1.0
    first = np.searchsorted(samples.stroke * 2 * reach + samples.along, stroke * 2 * reach + along, side="right") - 1
    first = np.clip(first, 0, samples.count - 1)
    second = np.where(samples.after[first] >= 0, samples.after[first], first)
    end = np.where(second > first, samples.along[second], strokes.length[samples.stroke[first]])
    gap = end - samples.along[first]
    share = np.clip((along - samples.along[first]) / np.where(gap > 0, gap, 1.0), 0.0, 1.0) * (second != first)
    return _Between(first, second, share)
