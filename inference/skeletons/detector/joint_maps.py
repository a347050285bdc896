"""Maps of where a drawing seems to have a person's joints, one for each joint.

A small network that has seen many people makes them. They say where joints are likely; the pose that is laid on the
drawing still has to be one of the figure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...geometry.points import Array, Index
from ...networks.weights import bundled
from ..figure import TRUNK, Figure
from .joint_net import logits_of
from .joint_view import JOINTS, LEFT_OUT, LIMBS, MAP_CELL, view_of
from .silhouette import Silhouette
from .stances import limbs_of

# Whatever the network says, a joint may be anywhere with this chance.
_ANYWHERE = 0.02
# Cells around a map's highest place that count as that place.
_AROUND = 2
# Maps whose highest places hold less than this on average show no person.
_SURE = 0.5


@dataclass(frozen=True)
class JointMaps:
    """Maps over a drawing, for each of `JOINTS`.

    low    (2,) the place of the first cell's corner, `cell` the step; y goes up
    cost   (J, X, Y) minus the logarithm of how likely the joint is there, 0 where it is most likely
    place  (J, 2) the most likely places
    sure   (J,) how likely a joint is to be about there
    """

    low: Array
    cell: float
    cost: NDArray[np.float32]
    place: Array
    sure: Array

    def at(self, joint: Index, xy: Array) -> Array:
        """(..., n) what it costs that joints (n,) are at places (..., n, 2).

        Between cells it is linear.
        """
        shape = np.array(self.cost.shape[1:])
        at = np.clip((xy - self.low) / self.cell - 0.5, 0.0, shape - 1.001)
        first = at.astype(np.int64)
        x, y = np.moveaxis(at - first, -1, 0)
        i, j = np.moveaxis(first, -1, 0)
        low = self.cost[joint, i, j] * (1.0 - x) + self.cost[joint, i + 1, j] * x
        high = self.cost[joint, i, j + 1] * (1.0 - x) + self.cost[joint, i + 1, j + 1] * x
        return np.asarray(low * (1.0 - y) + high * y)


def maps_of(silhouette: Silhouette) -> JointMaps | None:
    """None where the network's weights cannot be used, or it recognises no person."""
    weights = bundled("joints")
    if weights is None:
        return None
    view, corner = view_of(silhouette)
    logits = logits_of(weights.arrays, view).astype(float)
    likely = np.exp(logits - logits.max((1, 2), keepdims=True))
    # Pictures count rows from above, drawings go up.
    likely = (likely / likely.sum((1, 2), keepdims=True))[:, ::-1].transpose(0, 2, 1)
    cell = MAP_CELL * silhouette.cell
    low = corner - [0.0, cell * likely.shape[2]]
    spots = [_peak(one) for one in likely]
    sure = np.array([spot[1] for spot in spots])
    if sure[LEFT_OUT:].mean() < _SURE:
        return None
    spread = (1.0 - _ANYWHERE) * likely + _ANYWHERE / likely[0].size
    cost = -np.log(spread / spread.max((1, 2), keepdims=True))
    return JointMaps(low, cell, cost.astype(np.float32), low + cell * np.array([spot[0] for spot in spots]), sure)


def _peak(likely: Array) -> tuple[Array, float]:
    """The middle of what is about the highest place, in cells, and how much that is."""
    i, j = np.unravel_index(int(np.argmax(likely)), likely.shape)
    x, y = (slice(max(k - _AROUND, 0), k + _AROUND + 1) for k in (int(i), int(j)))
    part = likely[x, y]
    total = float(part.sum())
    at = (
        np.arange(x.start, x.start + part.shape[0]) @ part.sum(1),
        part.sum(0) @ np.arange(y.start, y.start + part.shape[1]),
    )
    return np.array(at) / total + 0.5, total


@dataclass(frozen=True)
class Shown:
    """Which joints of a figure maps tell.

    joint  (n,) those that have no like, and `name` (n,) what they are among `JOINTS`
    pairs  of limbs, each (2, 3), and which maps theirs are, (2, 3)
    """

    joint: Index
    name: Index
    pairs: tuple[tuple[Index, Index], ...]

    @property
    def count(self) -> int:
        return len(self.joint) + 6 * len(self.pairs)

    def off(self, maps: JointMaps, xy: Array) -> Array:
        """(K,) the mean cost of a figure's joints being at (K, N, 2).

        Which of a pair of limbs is which is left to what is cheaper.
        """
        cost = maps.at(self.name, xy[:, self.joint]).sum(1)
        for joints, names in self.pairs:
            ways = [maps.at(order, xy[:, joints]).sum((1, 2)) for order in (names, names[::-1])]
            cost = cost + np.minimum(*ways)
        return np.asarray(cost / self.count)

    def places(self, maps: JointMaps, xy: Array, least: float) -> dict[int, complex]:
        """The most likely places of a figure's joints by number.

        Only those at least so likely count. Limbs are told apart as they are nearer to where the figure has them,
        (N, 2).
        """
        out = {int(j): int(n) for j, n in zip(self.joint, self.name, strict=True)}
        for joints, names in self.pairs:
            far = [np.linalg.norm(xy[joints] - maps.place[order], axis=2).sum() for order in (names, names[::-1])]
            order = names if far[0] <= far[1] else names[::-1]
            out |= {int(j): int(n) for j, n in zip(joints.ravel(), order.ravel(), strict=True)}
        return {joint: complex(*maps.place[name]) for joint, name in out.items() if maps.sure[name] >= least}


def shown_by(figure: Figure) -> Shown | None:
    """None where the figure is no person with arms and legs in two pieces."""
    legs, arms = limbs_of(figure)
    if not legs or not arms:
        return None
    pairs, start = [], LEFT_OUT
    for limb, parts in zip(LIMBS, (arms, legs), strict=True):
        chains = [figure.chain(part) for part in parts]
        if min(map(len, chains)) < 2:
            return None
        joints = np.array([[figure.parents[chain[0]], *chain[:2]] for chain in chains])
        pairs.append((joints, np.arange(start, start + 2 * len(limb)).reshape(2, len(limb))))
        start += 2 * len(limb)
    alone = [(0, "pelvis")]
    single = [part for part in range(1, int(figure.part.max()) + 1) if part not in (*legs, *arms)]
    heads = [part for part in single if len(figure.chain(part))]
    if len(heads) == 1 and figure.parents[figure.chain(heads[0])[0]] != 0 and TRUNK not in heads:
        alone.append((int(figure.chain(heads[0])[-1]), "head"))
    joint, name = (np.array(column) for column in zip(*((j, JOINTS.index(n)) for j, n in alone), strict=True))
    return Shown(joint, name, tuple(pairs))
