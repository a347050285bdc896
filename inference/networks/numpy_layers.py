"""The few layers that the learned engine is made of, on NumPy alone: the same as their torch twins in `training`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Tensor = NDArray[np.float32]
GELU = np.float32(np.sqrt(2.0 / np.pi))


@dataclass(frozen=True)
class Layers:
    """Named weights; `at("within.0")` is a view of those below a name."""

    weights: Mapping[str, Tensor]
    name: str = ""

    def at(self, name: str) -> Layers:
        return Layers(self.weights, f"{self.name}{name}.")

    def linear(self, name: str, x: Tensor) -> Tensor:
        """x (..., in) @ weight.T + bias, where there is one."""
        out = x @ self.weights[f"{self.name}{name}.weight"].T
        bias = self.weights.get(f"{self.name}{name}.bias")
        if bias is not None:
            out += bias
        return out

    def norm(self, name: str, x: Tensor) -> Tensor:
        """Layer normalisation (Ba, Kiros, Hinton 2016) over the last axis."""
        x = x - x.mean(-1, keepdims=True)
        x *= 1.0 / np.sqrt(np.einsum("...c,...c->...", x, x)[..., None] / x.shape[-1] + np.float32(1e-5))
        x *= self.weights[f"{self.name}{name}.weight"]
        x += self.weights[f"{self.name}{name}.bias"]
        return x


def gelu(x: Tensor) -> Tensor:
    """Gaussian error linear units, in the form with tanh (Hendrycks, Gimpel 2016)."""
    inner = x * x
    inner *= np.float32(0.044715) * GELU
    inner += GELU
    inner *= x
    np.tanh(inner, out=inner)
    inner += 1.0
    inner *= x
    inner *= 0.5
    return inner


def softmax(x: Tensor, axis: int) -> Tensor:
    x = np.exp(x - x.max(axis, keepdims=True))
    x /= x.sum(axis, keepdims=True)
    return x


def log_softmax(x: Tensor, axis: int) -> Tensor:
    x = x - x.max(axis, keepdims=True)
    return x - np.log(np.exp(x).sum(axis, keepdims=True))


def log_sigmoid(x: Tensor) -> Tensor:
    return -np.logaddexp(np.float32(0.0), -x)


def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Scaled dot-product attention (Vaswani et al. 2017): query (H, N, d), key and value (H, M, d) -> (N, H * d)."""
    scores = (query * np.float32(query.shape[-1] ** -0.5)) @ key.transpose(0, 2, 1)
    scores -= scores.max(-1, keepdims=True)
    np.exp(scores, out=scores)
    mixed = (scores @ value) / scores.sum(-1, keepdims=True)
    return np.ascontiguousarray(mixed.transpose(1, 0, 2)).reshape(query.shape[1], -1)


def heads_of(x: Tensor, heads: int) -> Tensor:
    """(N, H * d) -> (H, N, d)"""
    return np.ascontiguousarray(x.reshape(len(x), heads, -1).transpose(1, 0, 2))


def turning(layers: Layers, place: Tensor) -> tuple[Tensor, Tensor]:
    """Rotary position encoding with learned frequencies (Su et al. 2021): cosines and sines (N, d / 2)."""
    angle = layers.linear("frequencies", place)
    return np.cos(angle), np.sin(angle)


def turned(x: Tensor, by: tuple[Tensor, Tensor]) -> Tensor:
    """x (H, N, d): the first half of the channels against the second."""
    cos, sin = by
    half = x.shape[-1] // 2
    one, two = x[..., :half], x[..., half:]
    return np.concatenate([one * cos - two * sin, one * sin + two * cos], -1)


def update(layers: Layers, x: Tensor, *messages: Tensor) -> Tensor:
    """A fragment's state with messages."""
    hidden = layers.linear("first", np.concatenate([x, *messages], -1))
    return x + layers.linear("second", gelu(layers.norm("norm", hidden)))


def within(layers: Layers, heads: int, x: Tensor, by: tuple[Tensor, Tensor], before: NDArray, after: NDArray) -> Tensor:
    """Attention among a drawing's own fragments, and messages along its strokes."""
    query, key, value = (heads_of(part, heads) for part in np.split(layers.linear("project", x), 3, axis=-1))
    message = layers.linear("out", attend(turned(query, by), turned(key, by), value))
    one, other = x[before], x[after]
    return update(layers.at("update"), x, message, one + other, np.abs(one - other))


def between(layers: Layers, heads: int, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Attention from each drawing's fragments to the other's."""
    key_a, key_b = (heads_of(layers.linear("key", x), heads) for x in (a, b))
    value_a, value_b = (heads_of(layers.linear("value", x), heads) for x in (a, b))
    to_a = layers.linear("out", attend(key_a, key_b, value_b))
    to_b = layers.linear("out", attend(key_b, key_a, value_a))
    return update(layers.at("update"), a, to_a), update(layers.at("update"), b, to_b)
