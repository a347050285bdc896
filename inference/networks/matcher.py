"""Learned correspondence: which fragments of two keys become each other, by a network trained on drawings that know
the truth (`training.correspondence_net`), evaluated with NumPy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import numpy_layers as network
from .fragments import CONTEXT, HALF, Fragments
from .numpy_layers import Layers, Tensor
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
    """score (N, M) logarithm of the probability that fragments of a and b correspond; what is said of either."""

    score: Tensor
    a: Described
    b: Described


def match_fragments(a: Fragments, b: Fragments, weights: Weights) -> Matched:
    """What the network says of two drawings' fragments."""
    layers = Layers(weights.arrays)
    x, y = layers.linear("enter", a.features), layers.linear("enter", b.features)
    by_a, by_b = (network.turning(layers.at("turning"), side.place) for side in (a, b))
    prior = _prior(a, b, weights.arrays["prior"])
    for number in range(weights.layers):
        inner, across = layers.at(f"within.{number}"), layers.at(f"between.{number}")
        x = network.within(inner, weights.heads, x, by_a, a.before, a.after)
        y = network.within(inner, weights.heads, y, by_b, b.before, b.after)
        x, y = network.between(across, weights.heads, x, y)
        if number < weights.layers - 1:
            similar = _similar(layers, x, y) + prior
            told = layers.at(f"told.{number}")
            x = _told(told, x, network.softmax(similar, 1), a.place, b.place)
            y = _told(told, y, network.softmax(similar, 0).T, b.place, a.place)
    similar = _similar(layers, x, y) + prior
    one, other = _described(layers, x), _described(layers, y)
    score = network.log_softmax(similar, 1) + network.log_softmax(similar, 0)
    score += network.log_sigmoid(one.partnered)[:, None] + network.log_sigmoid(other.partnered)[None]
    return Matched(score, one, other)


def _prior(a: Fragments, b: Fragments, gains: Tensor) -> Tensor:
    """(N, M) what like surroundings and nearness say from the start."""
    alike = a.features[:, :CONTEXT] @ b.features[:, :CONTEXT].T
    x, y = (a.place[:, None, axis] - b.place[None, :, axis] for axis in (0, 1))
    return gains[0] * alike - gains[1] * np.log1p(np.sqrt(x * x + y * y) * np.float32(HALF / NEARBY))


def _similar(layers: Layers, x: Tensor, y: Tensor) -> Tensor:
    scale = np.float32(x.shape[1] ** -0.25)
    return (layers.linear("match", x) * scale) @ (layers.linear("match", y) * scale).T


def _told(layers: Layers, x: Tensor, likely: Tensor, place: Tensor, other: Tensor) -> Tensor:
    """Where fragments seem to go is told them."""
    way = likely @ other - place
    sure = np.stack([likely.max(1), np.einsum("nm,nm->n", likely, likely)], 1)
    return x + layers.linear("tell", np.concatenate([np.float32(4.0) * way, sure], 1))


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
        partnered=layers.linear("partnered", x)[:, 0],
    )
