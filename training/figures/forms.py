"""What a figure's body is made of: tubes, balls and lines on them, hung on bones and on springs.

A form is a sweep of ellipsoids, the rings, along a bent axis. One ring is a ball, a head or an eye; many are a limb, a
torso, a tail; thin ones a wing, a brim or a skirt. Such a sweep has an outline from everywhere, can be asked what it
covers, and stays what it is when it is squashed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .rig import Array, Rig


@dataclass(frozen=True)
class Control:
    """A point that forms hang on: at `offset` in a bone's frame, or node `node` of spring `spring` when that is not -1.

    side, axis: directions in the bone's frame; the ring's first axis points to `side`, a ball's third axis along
    `axis`.
    """

    bone: int
    offset: tuple[float, float, float]
    side: tuple[float, float, float]
    axis: tuple[float, float, float]
    spring: int = -1
    node: int = 0


@dataclass(frozen=True)
class Spring:
    """What follows through: a chain of nodes (n, 3) in a bone's frame, the first fixed. Stiffness and damping per
    frame."""

    bone: int
    nodes: Array
    stiffness: float
    damping: float
    weight: float


@dataclass(frozen=True)
class Tube:
    """One form. weights (R, C'): rings from its controls `first:first+C'`; radii (R, 3) along side, across
    and axis; `flat` ends like a can's."""

    name: str
    first: int
    weights: Array
    slopes: Array
    radii: Array
    drawn: bool
    flat: bool = False

    @property
    def rings(self) -> int:
        return len(self.weights)


@dataclass(frozen=True)
class Mark:
    """A line on a form. ring (P,) place along it, counted in rings; offset and normal (P, 3) in the ring's frame."""

    tube: int
    ring: Array
    offset: Array
    normal: Array


@dataclass(frozen=True)
class Body:
    """A figure at rest. `kind` says which motions it can do; `soles` are controls that stand on the ground."""

    name: str
    kind: str
    rig: Rig
    height: float
    controls: tuple[Control, ...]
    springs: tuple[Spring, ...]
    tubes: tuple[Tube, ...]
    marks: tuple[Mark, ...]
    soles: tuple[int, ...]


def along(controls: int, rings: int, bend: float) -> tuple[Array, Array]:
    """Weights (R, C) that spread rings evenly over a polyline of controls and round its corners over `bend` rings, and
    the weights of the axis' slope per ring."""
    if rings == 1 or controls == 1:
        return np.ones((rings, controls)) / controls, np.zeros((rings, controls))
    place = np.linspace(0.0, controls - 1, rings)
    linear = np.maximum(0.0, 1.0 - np.abs(place[:, None] - np.arange(controls)))
    distance = np.arange(rings)[:, None] - np.arange(rings)
    # The kernel narrows towards the ends, so that these stay where they are and straight stretches stay straight.
    room = np.minimum(np.arange(rings), np.arange(rings)[::-1])[:, None]
    width = np.minimum(bend, room / 2.0) + 1e-6
    kernel = np.exp(-0.5 * (distance / width) ** 2) * (np.abs(distance) <= room)
    weights = (kernel / kernel.sum(1, keepdims=True)) @ linear
    return weights, np.gradient(weights, axis=0)


def profile(stops: Sequence[tuple[float, ...]], rings: int) -> Array:
    """Radii at evenly spread rings from stops (place 0 to 1, radius, ...), eased between them."""
    table = np.array(stops, dtype=np.float64)
    at = np.linspace(0.0, 1.0, rings)
    low = np.clip(np.searchsorted(table[:, 0], at, side="right") - 1, 0, max(len(table) - 2, 0))
    if len(table) == 1:
        return np.repeat(table[:, 1:], rings, axis=0)
    part = (at - table[low, 0]) / np.maximum(table[low + 1, 0] - table[low, 0], 1e-9)
    part = np.clip(part, 0.0, 1.0)[:, None]
    eased = 0.5 * part + 0.5 * part * part * (3.0 - 2.0 * part)
    return table[low, 1:] * (1.0 - eased) + table[low + 1, 1:] * eased
