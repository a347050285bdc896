"""The joint detector on NumPy alone, the same as its torch twin in `training`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...geometry.exact import BITS, snapped
from ...networks.numpy_layers import Layers, Tensor, attend, gelu, heads_of
from .joint_view import MAP_CELL, SIDE

GROUP, HEADS = 8, 4
"""Channels that are normalised together, and heads of attention."""


def logits_of(weights: Mapping[str, Tensor], view: Tensor, bits: int = BITS) -> Tensor:
    """(J, SIDE / 4, SIDE / 4) from what it sees, (CHANNELS, SIDE, SIDE).

    They are alike on every machine at `bits` of BITS or fewer.
    """
    layers = Layers(weights, bits=bits)
    # Channels come last here: products of matrices want them so.
    x = _relu(_conv(layers, "down1", view.transpose(1, 2, 0), 2))
    two = _block(layers.at("block2"), _conv(layers, "down2", x, 2))
    three = _block(layers.at("block3"), _conv(layers, "down3", _relu(two), 2))
    deep = _block(layers.at("block4"), _conv(layers, "down4", _relu(three), 2))
    places = deep.reshape(-1, deep.shape[-1]) + weights["place"]
    number = 0
    while f"within.{number}.out.weight" in weights:
        places = _within(layers.at(f"within.{number}"), places)
        number += 1
    deep = places.reshape(deep.shape)
    three = _block(layers.at("join3"), three + _twice(_linear(layers, "up3", deep)))
    two = _block(layers.at("join2"), two + _twice(_linear(layers, "up2", three)))
    out = _linear(layers, "answer", _relu(_norm(layers, "norm", two)))
    assert out.shape[0] == SIDE // MAP_CELL
    return np.ascontiguousarray(out.transpose(2, 0, 1))


def _relu(x: Tensor) -> Tensor:
    return np.maximum(x, np.float32(0.0))


def _linear(layers: Layers, name: str, x: Tensor) -> Tensor:
    """A convolution of one cell: (H, W, in) to (H, W, out)."""
    weight, bias = (layers.weights[f"{layers.name}{name}.{part}"] for part in ("weight", "bias"))
    return np.asarray(snapped(x, layers.bits) @ snapped(weight[:, :, 0, 0], layers.bits).T + bias)


def _conv(layers: Layers, name: str, x: Tensor, stride: int = 1) -> Tensor:
    """A convolution of 3 x 3 cells, zeros around.

    From (H, W, in) to (H / stride, W / stride, out).
    """
    weight, bias = (layers.weights[f"{layers.name}{name}.{part}"] for part in ("weight", "bias"))
    tall, wide, count = x.shape
    padded = np.zeros((tall + 2, wide + 2, count), np.float32)
    padded[1:-1, 1:-1] = snapped(x, layers.bits)
    out = np.broadcast_to(bias, (tall // stride, wide // stride, len(bias))).copy()
    for row in range(3):
        for column in range(3):
            at = padded[row : row + tall : stride, column : column + wide : stride]
            out += np.ascontiguousarray(at) @ snapped(weight[:, :, row, column], layers.bits).T
    return out


def _norm(layers: Layers, name: str, x: Tensor) -> Tensor:
    """Group normalisation (Wu, He 2018)."""
    tall, wide, count = x.shape
    groups = x.reshape(tall * wide, count // GROUP, GROUP)
    mean = groups.mean((0, 2), keepdims=True)
    off = groups - mean
    scale = 1.0 / np.sqrt((off * off).mean((0, 2), keepdims=True) + np.float32(1e-5))
    out = (off * scale).reshape(tall, wide, count)
    return np.asarray(out * layers.weights[f"{layers.name}{name}.weight"] + layers.weights[f"{layers.name}{name}.bias"])


def _block(layers: Layers, x: Tensor) -> Tensor:
    out = _conv(layers, "conv1", _relu(_norm(layers, "norm1", x)))
    return np.asarray(x + _conv(layers, "conv2", _relu(_norm(layers, "norm2", out))))


def _within(layers: Layers, x: Tensor) -> Tensor:
    query, key, value = (
        heads_of(part, HEADS) for part in np.split(layers.linear("project", layers.norm("norm1", x)), 3, -1)
    )
    x = x + layers.linear("out", attend(query, key, value, layers.bits))
    return np.asarray(x + layers.linear("second", gelu(layers.linear("first", layers.norm("norm2", x)))))


def _twice(x: Tensor) -> Tensor:
    """Every cell four times."""
    return np.repeat(np.repeat(x, 2, 0), 2, 1)
