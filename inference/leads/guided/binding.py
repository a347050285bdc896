"""Binding: which bones of a guide a drawing's lines belong to.

Both keys decide together.

A line belongs to a bone that lies near it, that carries it onto ink of the other key that runs its way, and to which
the lines beside it belong, too: labels of a Potts model over samples (see `geometry.potts`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...drawing.strokes import Samples
from ...geometry.exact import smallest, steady
from ...geometry.neighbours import Grid
from ...geometry.points import Array, Complex, Index, to_complex
from ...geometry.potts import Beside, mean_field
from ...intent.bindings import FREE
from ...skeletons.limbs import Frames
from .corrections import impose
from .ink import Ink, InkSettings
from .outlines import OutlineSettings, claimed, parts_of

IMPOSSIBLE = 1e3
"""A cost so high that no weight at all is left, not even a rounding error."""


@dataclass(frozen=True)
class BindSettings:
    """Lengths in engine units, costs without unit.

    candidates   bones looked at for a sample: the nearest
    girth        how far from its bone a line is expected before anything is known of the limb; `girth_low` and
                 `girth_high` bound what is learnt of it
    near_weight  cost of a line as far from its bone as the limb is thick; `near_most` at most for what may be a wide
                 skirt, and as much again with every `far` that it is away
    land         a place this far from ink of the other key costs 1; `land_most` at most
    direction    cost of running across the ink there
    apart        cost of landing on ink that belongs to other bones; to parent or child `akin` of one's own counts
    still        cost of belonging to no bone, and staying
    reach        samples as near as this are neighbours
    agree        what a neighbour on another bone costs, all neighbours together; `kin` of it for parent and child
    sure         what it costs to belong elsewhere than is known
    rounds       of mean field, and of learning how thick limbs are
    neighbours   samples at most: the nearest
    line         what the next one along the line has to say, against one in the same place of the same line,
    others       and one on another line that runs the same way
    prior        as much as so many samples say counts what is expected before anything is known of how thick limbs are
    around       limbs are so many times as thick as their lines are far from the bone on average
    across       a line that runs across another by more than 45 degrees (cosine) is not its counterpart
    ink          how ink is looked up
    outlines     what fills and the lines along them belong to
    """

    candidates: int = 8
    girth: float = 30.0
    girth_low: float = 8.0
    girth_high: float = 90.0
    near_weight: float = 1.0
    near_most: float = 4.0
    far: float = 100.0
    land: float = 6.0
    land_most: float = 4.0
    direction: float = 1.5
    apart: float = 2.0
    akin: float = 0.7
    still: float = 5.0
    reach: float = 24.0
    agree: float = 4.0
    kin: float = 0.5
    sure: float = 6.0
    rounds: int = 8
    neighbours: int = 10
    line: float = 2.0
    others: float = 0.3
    prior: float = 4.0
    around: float = 1.3
    across: float = 0.7
    ink: InkSettings = InkSettings()
    outlines: OutlineSettings = OutlineSettings()

    @property
    def lands(self) -> float:
        """How near ink must be for a place to be better than any."""
        return self.land * float(np.sqrt(self.land_most))


@dataclass(frozen=True)
class Binding:
    """What samples (N) belong to.

    `weight` (N, J + 1) is each bone's share; rows sum to 1. The last column is no bone at all.
    """

    weight: NDArray[np.float64]


def bind(
    samples: Samples,
    own: Frames,
    other: Ink,
    there: Frames,
    parents: Index,
    settings: BindSettings,
    known: Array | None = None,
    said: Index | None = None,
    solid: NDArray[np.bool_] | None = None,
    besides: Array | None = None,
) -> Binding:
    """The samples of one key bound to bones. All lengths are in engine units.

    own      the bones at this key
    other    the ink of the other key; `there` the bones at that key
    known    (N, J + 1) what samples are known to belong to, 0 where that is not known
    said     (N,) the bone that the animator bound a sample to, or `FREE`; it draws its neighbours along
    solid    (S,) strokes that bound a fill: they belong to one body part where they can
    besides  (N, J + 1) what belonging costs for reasons of its own
    """
    bones = len(own.head) - 1
    rows = np.arange(samples.count)[:, None]
    far, chosen, landed = _candidates(samples, own, other, there, settings)
    heading = to_complex(samples.tangent)[:, None]
    at_rest = _landing(to_complex(samples.xy)[:, None], heading, other, settings) + settings.still
    beside = _neighbours(samples, settings)
    kin, limbs = _kinship(parents, settings), parts_of(parents)
    girth = np.full(bones, settings.girth)
    weight = np.zeros((samples.count, bones + 1))
    for round_ in range(2):
        cost = np.full(weight.shape, IMPOSSIBLE)
        cost[rows, chosen] = _near(far, girth[chosen], settings) + landed
        cost[:, -1:] = at_rest
        if besides is not None:
            cost = cost + besides
        if solid is not None:
            cost = claimed(cost, samples, solid, limbs, settings.outlines)
        if known is not None:
            cost = np.where(known.any(1, keepdims=True), settings.sure * (1.0 - known), cost)
        if said is not None:
            cost[said != FREE] = IMPOSSIBLE * (1.0 - impose(cost, said)[said != FREE])
        weight = mean_field(cost, lambda near: settings.agree * (beside.mixed(near) @ kin), settings.rounds)
        if round_ == 0:
            girth = _girths(far, chosen, weight, settings)
    return Binding(weight)


def likened(weight: Array, parents: Index, settings: BindSettings) -> Array:
    """(N, J + 1) how far ink may be what a bone carries a line onto.

    Ink of weights (N, J + 1) belongs to its own bone or to that bone's kin.
    """
    out = weight.copy()
    child = np.flatnonzero(parents >= 0)
    np.add.at(out.T, child, settings.akin * weight.T[parents[child]])
    np.add.at(out.T, parents[child], settings.akin * weight.T[child])
    return np.minimum(out, 1.0)


def fitness(samples: Samples, own: Frames, other: Ink, there: Frames, settings: BindSettings) -> float:
    """The least mean cost of binding samples to bones.

    The less it is, the better bones and drawings agree.
    """
    if not samples.count:
        return 0.0
    far, _, landed = _candidates(samples, own, other, there, settings)
    return float((_near(far, np.full(1, settings.girth), settings) + landed).min(1).mean())


def _candidates(
    samples: Samples, own: Frames, other: Ink, there: Frames, settings: BindSettings
) -> tuple[Array, Index, Array]:
    """(N, k) distance of the nearest bones, which they are, what landing costs."""
    z = to_complex(samples.xy)[:, None]
    bones = len(own.head) - 1
    every = np.broadcast_to(np.arange(bones), (samples.count, bones))
    share, off = own.local(z, every)
    number = min(settings.candidates, bones)
    chosen = smallest(steady(np.abs(off)), number)
    share, off = np.take_along_axis(share, chosen, 1), np.take_along_axis(off, chosen, 1)
    spin = there.heading[chosen] * np.conj(own.heading[chosen])
    heading = to_complex(samples.tangent)[:, None] * spin
    place = there.placed(share, off, chosen)
    return np.abs(off), chosen, _landing(place, heading, other, settings, chosen)


def _near(far: Array, girth: Array, settings: BindSettings) -> Array:
    near = np.minimum(far / girth, settings.near_most) + far / settings.far
    return np.asarray(settings.near_weight * near)


def _landing(place: Complex, heading: Complex, other: Ink, settings: BindSettings, bone: Index | None = None) -> Array:
    """(N, k) the cost of a place's distance from ink of its bone and direction."""
    cost = other.landing(place, heading, settings.land, settings.direction, bone, settings.apart)
    return np.minimum(cost, settings.land_most)


def _neighbours(samples: Samples, settings: BindSettings) -> Beside:
    """The neighbours of every sample, near it and along its stroke; shares sum to 1."""
    index, far = Grid(samples.xy, settings.reach / 2).nearest(samples.xy, settings.neighbours, settings.reach)
    own = index == np.arange(samples.count)[:, None]
    heading = to_complex(samples.tangent)
    along = np.abs((np.conj(heading)[:, None] * heading[np.maximum(index, 0)]).real)
    same = samples.stroke[np.maximum(index, 0)] == samples.stroke[:, None]
    alike = np.where(same, 1.0, settings.others * along)
    share = np.where((index >= 0) & ~own, np.exp(-far / settings.reach) * alike, 0.0)
    for link in (samples.before, samples.after):
        index = np.concatenate([index, link[:, None]], 1)
        share = np.concatenate([share, settings.line * (link >= 0)[:, None]], 1)
    return Beside(np.maximum(index, 0), share / np.maximum(share.sum(1, keepdims=True), 1e-9))


def _kinship(parents: Index, settings: BindSettings) -> NDArray[np.float64]:
    """(J + 1, J + 1) what it costs neighbours to belong to two bones."""
    count = len(parents)
    cost = np.ones((count + 1, count + 1))
    np.fill_diagonal(cost, 0.0)
    child = np.flatnonzero(parents >= 0)
    cost[child, parents[child]] = cost[parents[child], child] = settings.kin
    return cost


def _girths(far: Array, chosen: Index, weight: NDArray[np.float64], settings: BindSettings) -> Array:
    """(J,) how far each bone's lines lie from it; as at first where it has none."""
    bones = weight.shape[1] - 1
    held = weight[np.arange(len(far))[:, None], chosen]
    total = np.bincount(chosen.ravel(), held.ravel(), bones)
    mean = np.bincount(chosen.ravel(), (held * far).ravel(), bones)
    girth = (mean + settings.prior * settings.girth) / (total + settings.prior)
    return np.clip(settings.around * girth, settings.girth_low, settings.girth_high)
