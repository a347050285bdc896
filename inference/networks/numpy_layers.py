"""The few layers of the learned engine on NumPy, the same as their torch twins.

They are the same on every machine (`exact`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ..geometry.exact import BITS, LOG2E, Tensor, exp2, pieced, rounded, snapped

_GELU = np.float32(2.0 * np.sqrt(2.0 / np.pi)) * LOG2E
_CUBE = np.float32(0.044715)
_ROWS = 65536
"""Scores that are worked on at a time, so that they stay in the processor's cache."""


@dataclass(frozen=True)
class Layers:
    """Named weights; `at("within.0")` is a view of those below a name.

    Products of matrices are exact at `bits` of up to BITS; with more they are finer, but depend on the machine.
    """

    weights: Mapping[str, Tensor]
    name: str = ""
    bits: int = BITS
    rounded: dict[tuple[str, int], Tensor] = field(default_factory=dict)

    def at(self, name: str) -> Layers:
        return replace(self, name=f"{self.name}{name}.")

    def linear(self, name: str, *parts: Tensor) -> Tensor:
        """x @ weight.T + bias, where there is one; x (N, in) may come in parts."""
        out = pieced(snapped(np.concatenate(parts, 1), self.bits), self._whole(f"{self.name}{name}.weight"))
        bias = self.weights.get(f"{self.name}{name}.bias")
        if bias is not None:
            out += bias
        return out

    def _whole(self, name: str) -> Tensor:
        if (name, self.bits) not in self.rounded:
            self.rounded[name, self.bits] = snapped(self.weights[name], self.bits)
        return self.rounded[name, self.bits]

    def norm(self, name: str, x: Tensor) -> Tensor:
        """Layer normalisation (Ba, Kiros, Hinton 2016) over the last axis."""
        x = x - x.mean(-1, keepdims=True)
        x *= 1.0 / np.sqrt(np.add.reduce(x * x, -1, keepdims=True) / x.shape[-1] + np.float32(1e-5))
        x *= self.weights[f"{self.name}{name}.weight"]
        x += self.weights[f"{self.name}{name}.bias"]
        return x


def gelu(x: Tensor) -> Tensor:
    """Gaussian error linear units, with tanh (Hendrycks, Gimpel 2016).

    That is x / (1 + 2^-inner).
    """
    inner = x * x
    inner *= -_CUBE * _GELU
    inner -= _GELU
    inner *= x
    np.minimum(inner, np.float32(120.0), out=inner)
    exp2(inner)
    inner += np.float32(1.0)
    return np.divide(x, inner, out=inner)


@dataclass(frozen=True)
class Softened:
    """A table of scores (N, M) as powers of two below its largest.

    `shares` of rows and of columns add up to 1.
    """

    table: Tensor

    @staticmethod
    def of(scores: Tensor) -> Softened:
        """The softened table of scores, which are natural logarithms."""
        table = scores * LOG2E
        table -= table.max()
        return Softened(exp2(table))

    def shares(self, axis: int) -> Tensor:
        """Shares along rows (axis 1) or columns (axis 0); each row's add up to 1.

        Those along columns are turned.
        """
        shares = np.asarray(self.table / np.add.reduce(self.table, axis, keepdims=True))
        return shares if axis == 1 else np.ascontiguousarray(shares.T)


def mixed(shares: Tensor, total: Tensor, value: Tensor, bits: int) -> Tensor:
    """Means (N, d) of `value` (M, d + 1) by `shares` >= 0 (N, M), which are lost.

    `total` (N, 1) are the sums of the shares' rows; `whole_columns` made the values whole, and the last of them one.
    """
    # rounding may double a row's sum: values leave a bit of room
    out = rounded(shares, total, bits) @ value
    return np.asarray(out[:, :-1] / out[:, -1:])


def whole_columns(value: Tensor, bits: int) -> Tensor:
    """Values (..., M, d + 1) of which shares of `bits` are exact, see `mixed`.

    The last is 1: shares times that are the shares' sum.
    """
    whole = np.ones((*value.shape[:-1], value.shape[-1] + 1), np.float32)
    whole[..., :-1] = rounded(value + np.float32(0.0), np.abs(value).max(-2, keepdims=True), bits - 1)
    return whole


def attend(query: Tensor, key: Tensor, value: Tensor, bits: int = BITS) -> Tensor:
    """Scaled dot-product attention (Vaswani et al. 2017), (N, H * d).

    query (H, N, d), key and value (H, M, d).
    """
    heads, count, width = query.shape
    query = snapped(query * (np.float32(width**-0.5) * LOG2E), bits)
    key, value = snapped(key, bits).transpose(0, 2, 1), whole_columns(value, bits)
    out = np.empty((count, heads, value.shape[2] - 1), np.float32)
    step = max(_ROWS // max(key.shape[2], 1), 1)
    room = np.empty((min(step, count), key.shape[2]), np.float32)
    for head in range(heads):
        for begin in range(0, count, step):
            rows = slice(begin, min(begin + step, count))
            scores = np.matmul(query[head, rows], key[head], out=room[: rows.stop - begin])
            scores -= scores.max(1, keepdims=True)
            exp2(scores, bits)
            out[rows, head] = mixed(scores, np.add.reduce(scores, 1, keepdims=True), value[head], bits)
    return out.reshape(count, -1)


def attend_both(a: Tensor, b: Tensor, value_a: Tensor, value_b: Tensor, bits: int = BITS) -> tuple[Tensor, Tensor]:
    """Attention from keys a (H, N, d) to b (H, M, d) and back.

    (N, H * d), (M, H * d). What is alike is so either way, so that scores are worked out once.
    """
    heads, width = a.shape[0], a.shape[2]
    a = snapped(a * (np.float32(width**-0.5) * LOG2E), bits)
    b = snapped(b, bits).transpose(0, 2, 1)
    value_a, value_b = whole_columns(value_a, bits), whole_columns(value_b, bits)
    to_a = np.empty((a.shape[1], heads, value_b.shape[2] - 1), np.float32)
    to_b = np.empty((b.shape[2], heads, value_a.shape[2] - 1), np.float32)
    for head in range(heads):
        scores = a[head] @ b[head]
        scores -= scores.max()
        exp2(scores, bits)
        columns = np.add.reduce(scores, 0, keepdims=True)
        back = scores + np.float32(0.0)
        to_a[:, head] = mixed(scores, np.add.reduce(scores, 1, keepdims=True), value_b[head], bits)
        out = rounded(back, columns, bits).T @ value_a[head]
        to_b[:, head] = out[:, :-1] / out[:, -1:]
    return to_a.reshape(len(to_a), -1), to_b.reshape(len(to_b), -1)


def log_sigmoid(x: Tensor) -> Tensor:
    """The logarithm of 1 / (1 + exp(-x)), rounded as `exact.logarithm` is."""
    return np.asarray(-np.logaddexp(0.0, -x.astype(np.float64)).astype(np.float32))


def heads_of(x: Tensor, heads: int) -> Tensor:
    """The heads (H, N, d) of rows (N, H * d)."""
    return np.ascontiguousarray(x.reshape(len(x), heads, -1).transpose(1, 0, 2))


def turning(layers: Layers, place: Tensor) -> tuple[Tensor, Tensor]:
    """Rotary position encoding: cosines and sines (N, d / 2).

    Frequencies are learned (Su et al. 2021).
    """
    one, other = layers.weights[f"{layers.name}frequencies.weight"].T.astype(np.float64)
    # rounded from float64, whose last bit, which depends on the machine, is hardly ever seen
    angle = place[:, :1] * one + place[:, 1:] * other
    return np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)


def turned(x: Tensor, by: tuple[Tensor, Tensor]) -> Tensor:
    """x (H, N, d): the first half of the channels against the second."""
    cos, sin = by
    half = x.shape[-1] // 2
    one, two = x[..., :half], x[..., half:]
    return np.concatenate([one * cos - two * sin, one * sin + two * cos], -1)


def update(layers: Layers, x: Tensor, *messages: Tensor) -> Tensor:
    """A fragment's state with messages."""
    hidden = layers.linear("first", x, *messages)
    return x + layers.linear("second", gelu(layers.norm("norm", hidden)))


def within(layers: Layers, heads: int, x: Tensor, by: tuple[Tensor, Tensor], before: NDArray, after: NDArray) -> Tensor:
    """Attention among a drawing's own fragments, and messages along its strokes."""
    query, key, value = (heads_of(part, heads) for part in np.split(layers.linear("project", x), 3, axis=-1))
    message = layers.linear("out", attend(turned(query, by), turned(key, by), value, layers.bits))
    one, other = x[before], x[after]
    return update(layers.at("update"), x, message, one + other, np.abs(one - other))


def between(layers: Layers, heads: int, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Attention from each drawing's fragments to the other's."""
    key_a, key_b = (heads_of(layers.linear("key", x), heads) for x in (a, b))
    value_a, value_b = (heads_of(layers.linear("value", x), heads) for x in (a, b))
    to_a, to_b = (layers.linear("out", to) for to in attend_both(key_a, key_b, value_a, value_b, layers.bits))
    return update(layers.at("update"), a, to_a), update(layers.at("update"), b, to_b)
