"""What an overlay shows of a skeleton inferred from the drawings.

It is looked at as a guide is (`shown`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..drawing.plane import Plane
from ..geometry.points import Complex, Index
from ..geometry.ragged import sums
from ..leads.inferred.wire import WirePaths
from ..motion.clock import HALF_WAY
from ..motion.ribbon import FIRST, SECOND
from ..skeletons.body_parts import NO_PART, Part, coloured
from .plan import TweenPlan
from .shown import Lines, Sketch, joined_lines, lifted, rings

NOTHING_FOUND = (
    "No skeleton shows in how these two keys differ: Tween moves them as without. It takes limbs that keep their size "
    "and swing."
)


@dataclass(frozen=True)
class WireLook:
    """A gap from frame `start` to `end`, to be looked at in its parts' colours.

    plan      draws the in-betweens
    legend    the parts that carry lines, no part at all last
    of_chain  (2, C) which part most of a stroke belongs to that either key draws, -1 where it does not
    """

    start: float
    end: float
    plan: TweenPlan
    wire: WirePaths
    legend: tuple[Part, ...]
    of_chain: Index
    plane: Plane

    def at(self, frame: float) -> Sketch:
        """What to draw over a frame: the in-between itself, and the inferred bones."""
        moment = self.plan.clock.at(self._time(frame))
        plan, ribbon, each = self.plan, self.plan.ribbon, moment.each
        z = plan.xy(moment)
        depth = plan.outfit.depth_a * (1.0 - each) + plan.outfit.depth_b * each
        seen = (plan.birth <= each) & (each <= plan.death)
        edges = np.flatnonzero(ribbon.chains.joined & seen[1:] & seen[:-1])
        colour = np.array([part.colour for part in self.legend])[self.wire.own]
        strokes = joined_lines(self.plane, z, depth, colour, edges)
        nothing = joined_lines(self.plane, z, depth, colour, edges[:0])
        return Sketch(*self._bones(moment.whole, float(np.median(depth)) if len(depth) else 0.0), strokes, nothing)

    def tally(self, frame: float) -> list[tuple[Part, int]]:
        """The parts, and how many strokes of the nearer key most belong to each."""
        own = self.of_chain[int(self.plan.clock.at(self._time(frame)).whole >= HALF_WAY)]
        count = np.bincount(own[own >= 0], minlength=len(self.legend))
        return list(zip(self.legend, count.tolist(), strict=True))

    def by_hand(self, _frame: float) -> int:
        """Nothing is bound to bones that no one has named."""
        return 0

    def _time(self, frame: float) -> float:
        return float(np.clip((frame - self.start) / max(self.end - self.start, 1e-9), 0.0, 1.0))

    def _bones(self, t: float, depth: float) -> tuple[Lines, Lines]:
        """Lines from every part's joint to the joints of the parts that hang on it.

        Where none does, the line leads beyond the part's middle.
        """
        skeleton, wire = self.wire.skeleton, self.wire
        pose = skeleton.at(t)
        joint = pose.turn * skeleton.joint + pose.shift
        middle = pose.turn * self._middles() + pose.shift
        child = np.flatnonzero(skeleton.parents >= 0)
        leaf = np.setdiff1d(np.arange(skeleton.count), skeleton.parents[child])
        owner = np.concatenate([skeleton.parents[child], leaf])
        ends = np.stack([joint[owner], np.concatenate([joint[child], 2.0 * middle[leaf] - joint[leaf]])], 1)
        places = wire.units.to_scene(ends)
        colour = np.array([part.colour for part in self.legend])[owner]
        opaque = np.repeat(np.column_stack([colour, np.ones(len(owner))]), 2, axis=0)
        bones = lifted(self.plane, places.ravel(), np.full(places.size, depth), opaque)
        return bones, rings(self.plane, places.ravel(), depth, opaque, wire.units.one)

    def _middles(self) -> Complex:
        """(J,) the mean place of each part's lines in key a, engine units."""
        own, count = self.wire.own, self.wire.skeleton.count
        use = own < count
        total = np.bincount(own[use], minlength=count)
        middle = sums(self.wire.a[use], own[use], count) / np.maximum(total, 1)
        return np.where(total > 0, middle, self.wire.skeleton.joint)


def wire_look_of(plan: TweenPlan, frames: tuple[float, float], plane: Plane) -> WireLook | None:
    """What is seen of a plan; None where no skeleton leads in it."""
    wire = plan.shown
    if not isinstance(wire, WirePaths):
        return None
    count = wire.skeleton.count
    legend = (*coloured([f"Part {number + 1}" for number in range(count)]), NO_PART)
    ribbon = plan.ribbon
    chain = ribbon.chains.owner
    of_chain = np.stack(
        [
            _most(chain[drawn], wire.own[drawn], ribbon.chains.count, count + 1)
            for drawn in (ribbon.half != SECOND, ribbon.half != FIRST)
        ]
    )
    return WireLook(*frames, plan, wire, legend, of_chain, plane)


def _most(chain: Index, part: Index, chains: int, parts: int) -> Index:
    """(C,) the part that most vertices of a chain belong to, -1 where it has none."""
    table = np.bincount(chain * parts + part, minlength=chains * parts).reshape(chains, parts)
    return np.where(table.any(1), table.argmax(1), -1)
