"""Stances: poses that people are drawn in, whatever the performer does.

They stand with arms down, out or up, or in stride. A drawing may show none of the poses of a performance; its joints
are then found from one of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...geometry.points import Array, Index
from ..figure import TRUNK, Figure
from ..projection import UP, Body, feet_of

# How far arms are raised and bent at the elbow, legs spread and in stride, radians.
_STANCES = (
    (0.2, 0.0, 0.08, 0.0),
    (0.7, 0.0, 0.25, 0.0),
    (1.5, 0.0, 0.12, 0.0),
    (2.4, 0.0, 0.25, 0.0),
    (0.6, 1.6, 0.2, 0.0),
    (0.3, 0.3, 0.05, 0.35),
    (0.4, 1.2, 0.05, 0.75),
)


@dataclass(frozen=True)
class _Frame:
    """Where left, forward and up are for the body, unit vectors (3,)."""

    left: Array
    forward: Array

    def way(self, side: float, ahead: float) -> Array:
        """(3,) the way of a limb that is raised from hanging down.

        It is raised by `side` radians outwards and `ahead` forwards.
        """
        down = np.cos(side) * np.cos(ahead)
        return np.asarray(np.sin(side) * self.left + np.cos(side) * np.sin(ahead) * self.forward - down * UP)


def stances_of(figure: Figure, body: Body | None, moment: int) -> Array:
    """(K, N, 3) places of the joints in the world, in every stance.

    The body faces as it does at a moment; bones are as long as they are. Nothing where the figure is no person: two
    arms above two legs, and a trunk that stands.
    """
    legs, arms = limbs_of(figure)
    if body is None or not legs or not arms:
        return np.zeros((0, figure.count, 3))
    frame = _Frame(body.left[moment], body.forward[moment])
    offsets = figure.places - figure.places[:, np.where(figure.parents >= 0, figure.parents, 0)]
    length = np.linalg.norm(offsets, axis=2).mean(0)
    parts = [np.einsum("tnk,tk->tn", offsets, axis).mean(0) for axis in (body.left, body.forward)]
    own = parts[0][:, None] * frame.left + parts[1][:, None] * frame.forward + offsets[..., 2].mean(0)[:, None] * UP
    left = {part: float(np.sign(parts[0][_hangs(figure, part)]) or 1.0) for part in (*legs, *arms)}
    out = []
    for raised, bent, spread, stride in _STANCES:
        along = np.where(figure.fixed[:, None], own, length[:, None] * UP)
        for number, part in enumerate(arms):
            swing = (0.8 if number else -0.8) * stride
            chain, side = figure.chain(part), left[part]
            ways = [frame.way(side * raised, swing), frame.way(side * (raised + 0.3 * bent), swing + 0.8 * bent)]
            _lay(along, chain, length, ways)
        for number, part in enumerate(legs):
            swing = (-1.0 if number else 1.0) * stride
            ways = [
                frame.way(left[part] * spread, swing + 0.2 * stride),
                frame.way(left[part] * spread, swing - stride),
            ]
            foot = np.cos(0.3) * frame.forward - np.sin(0.3) * UP
            _lay(along, figure.chain(part), length, [*ways, foot])
        places = np.zeros((figure.count, 3))
        for joint, parent in enumerate(figure.parents):
            if parent >= 0:
                places[joint] = places[parent] + along[joint]
        out.append(places)
    return np.array(out)


def limbs_of(figure: Figure) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The parts that are legs, and those that are arms.

    Nothing where that is not clear.
    """
    feet = {int(figure.part[foot]) for foot in feet_of(figure)}
    legs = [pair for pair in figure.pairs if feet & set(pair)]
    arms = [pair for pair in figure.pairs if not feet & set(pair)]
    trunk = figure.chain(TRUNK)
    if len(legs) != 1 or len(arms) != 1 or not len(trunk):
        return (), ()
    up = (figure.places[:, trunk[-1]] - figure.places[:, 0])[:, 2].mean()
    reach = np.linalg.norm(figure.places[:, trunk[-1]] - figure.places[:, 0], axis=1).mean()
    return (legs[0], arms[0]) if up > 0.6 * reach else ((), ())


def _hangs(figure: Figure, part: int) -> int:
    """The joint whose segment tells on which side a limb hangs."""
    first = int(figure.chain(part)[0])
    parent = int(figure.parents[first])
    return parent if figure.fixed[parent] else first


def _lay(along: Array, chain: Index, length: Array, ways: Sequence[Array]) -> None:
    """Lay the bones of a limb along `ways`; those beyond the last go on as it does."""
    for number, joint in enumerate(chain):
        along[joint] = length[joint] * ways[min(number, len(ways) - 1)]
