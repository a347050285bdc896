"""Learned correspondence: which fragments of two keys become each other.

A network trained on drawings that know the truth (`training.correspondence_net`) says so, evaluated with NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..geometry.exact import BITS, LOG2E, exp2, logarithm, product
from . import numpy_layers as network
from .fragments import CONTEXT, HALF, Fragments
from .numpy_layers import Layers, Softened, Tensor
from .weights import Weights

EMBEDDING = 8
NEARBY = 30.0
"""Engine units: places this far apart are half as near as places on each other."""


@dataclass(frozen=True)
class Described:
    """What the network says of a drawing's fragments (N), lengths in engine units.

    move (N, 2), scale (N,)  how far the place moves to the other key, seen there or not, and how far that may be off
    turn (N,)                rotation and scale of the surroundings
    flip (N,)                logit of the other line running the other way
    lasting (N,)             share of the way that a fragment without counterpart is seen
    depth (N,)               towards the viewer
    part (N, EMBEDDING)      fragments of a body part are near each other
    partnered (N,)           logit of having a counterpart
    """

    move: Tensor
    scale: Tensor
    turn: NDArray[np.complex64]
    flip: Tensor
    lasting: Tensor
    depth: Tensor
    part: Tensor
    partnered: Tensor


@dataclass(frozen=True)
class Matched:
    """What the network says of two keys' fragments.

    score (N, M) is the logarithm of the probability that fragments of a and b correspond. a, b are what else is said
    of them, asked seldom and so worked out when it is; from the `layers` and the states x (N, C), y (M, C) of the
    fragments.
    """

    score: Tensor
    layers: Layers
    x: Tensor
    y: Tensor

    @cached_property
    def a(self) -> Described:
        return _described(self.layers, self.x)

    @cached_property
    def b(self) -> Described:
        return _described(self.layers, self.y)


def match_fragments(a: Fragments, b: Fragments, weights: Weights, bits: int = BITS) -> Matched:
    """What the network says of two drawings' fragments.

    It is exact, and so alike everywhere, at `bits` of BITS or fewer.
    """
    layers = Layers(weights.arrays, bits=bits, rounded=weights.rounded)
    x, y = layers.linear("enter", a.features), layers.linear("enter", b.features)
    by_a, by_b = (network.turning(layers.at("turning"), side.place) for side in (a, b))
    prior = _prior(a, b, layers)
    for number in range(weights.layers):
        inner, across = layers.at(f"within.{number}"), layers.at(f"between.{number}")
        x = network.within(inner, weights.heads, x, by_a, a.before, a.after)
        y = network.within(inner, weights.heads, y, by_b, b.before, b.after)
        x, y = network.between(across, weights.heads, x, y)
        if number < weights.layers - 1:
            soft = Softened.of(_similar(layers, x, y) + prior)
            told = layers.at(f"told.{number}")
            x = _told(told, x, soft.shares(1), a.place, b.place)
            y = _told(told, y, soft.shares(0), b.place, a.place)
    score = _score(_similar(layers, x, y) + prior)
    one, other = (network.log_sigmoid(_partnered(layers, side)) for side in (x, y))
    score += one[:, None] + other
    return Matched(score, layers, x, y)


def _score(similar: Tensor) -> Tensor:
    """Logarithms of the probabilities that rows choose columns and columns rows."""
    out = similar + similar
    for axis in (1, 0):
        most = similar.max(axis, keepdims=True)
        chances = exp2((similar - most) * LOG2E)
        out -= most + logarithm(np.add.reduce(chances, axis, keepdims=True))
    return out


def _prior(a: Fragments, b: Fragments, layers: Layers) -> Tensor:
    """(N, M) what like surroundings and nearness say from the start."""
    alike = product(a.features[:, :CONTEXT], b.features[:, :CONTEXT], layers.bits)
    gains = layers.weights["prior"]
    x, y = (a.place[:, None, axis] - b.place[None, :, axis] for axis in (0, 1))
    x *= x
    y *= y
    x += y
    far = np.sqrt(x, out=x)
    far *= np.float32(HALF / NEARBY)
    far += np.float32(1.0)
    alike *= gains[0]
    alike -= logarithm(far) * gains[1]
    return np.asarray(alike)


def _similar(layers: Layers, x: Tensor, y: Tensor) -> Tensor:
    scale = np.float32(x.shape[1] ** -0.25)
    one, other = (layers.linear("match", side) * scale for side in (x, y))
    return product(one, other, layers.bits)


def _told(layers: Layers, x: Tensor, likely: Tensor, place: Tensor, other: Tensor) -> Tensor:
    """Where fragments seem to go is told them."""
    sure = np.stack([likely.max(1), np.add.reduce(likely * likely, 1)], 1)
    whole = network.whole_columns(other, layers.bits)
    # what rounding took off places is exact on its own
    # what is left of the places once they are whole, and the ones that tell the shares' sum
    both = np.concatenate([whole[:, :-1], network.whole_columns(other - whole[:, :-1], layers.bits)], 1)
    goal = network.mixed(likely, np.ones((len(x), 1), np.float32), both, layers.bits)
    way = goal[:, :2] + goal[:, 2:] - place
    return x + layers.linear("tell", np.concatenate([np.float32(4.0) * way, sure], 1))


def _partnered(layers: Layers, x: Tensor) -> Tensor:
    return layers.linear("partnered", x)[:, 0]


def _described(layers: Layers, x: Tensor) -> Described:
    out = layers.linear("described", network.update(layers.at("describe"), x))
    return Described(
        move=out[:, :2] * HALF,
        scale=np.exp(out[:, 2]) * HALF,
        turn=(out[:, 3] + 1.0 + 1j * out[:, 4]).astype(np.complex64),
        flip=out[:, 5],
        lasting=1.0 / (1.0 + np.exp(-out[:, 6])),
        depth=out[:, 7] * HALF,
        part=out[:, 8:],
        partnered=_partnered(layers, x),
    )
