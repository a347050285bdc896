"""All spans of a key pair in one row of numbers, to be worked on at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..drawing.strokes import Strokes
from ..geometry.points import Array, Index, to_complex


@dataclass(frozen=True)
class SpanRow:
    """K spans: a, b (K,) the strokes they lie on; `start` (K + 1,) where each begins among the N places of all; `owner`
    (N,) the span of each place; s, u (N,) arc lengths on stroke a and b, engine units."""

    a: Index
    b: Index
    start: Index
    owner: Index
    s: Array
    u: Array

    @staticmethod
    def of(a: Sequence[int], b: Sequence[int], s: Sequence[Array], u: Sequence[Array]) -> SpanRow:
        count = np.array([len(one) for one in s], np.int64)
        start = np.concatenate([[0], np.cumsum(count)])
        owner = np.repeat(np.arange(len(count)), count)
        nothing = np.zeros(0)
        rows = np.concatenate([nothing, *s]), np.concatenate([nothing, *u])
        return SpanRow(np.array(a, np.int64), np.array(b, np.int64), start, owner, *rows)

    def parts(self, values: NDArray) -> list[NDArray]:
        """Values (N,) span by span."""
        return [values[i:j] for i, j in zip(self.start[:-1].tolist(), self.start[1:].tolist(), strict=True)]

    def mean(self, value: NDArray) -> NDArray:
        """(K,) of values (N,) of each span, complex ones too."""
        total = np.bincount(self.owner, value.real, len(self.a)) + 1j * np.bincount(self.owner, value.imag, len(self.a))
        return np.asarray(total / np.maximum(np.diff(self.start), 1))

    def distortion(self, strokes_a: Strokes, strokes_b: Strokes) -> Array:
        """(K,) how badly the best similarity lays a span in one key on the span in the other: the mean miss as a share
        of their length. Lines bend on the way, but what crumples was matched wrongly."""
        a, b = self.a[self.owner], self.b[self.owner]
        z = to_complex(strokes_a.at(a, self.s))
        w = to_complex(strokes_b.at(b, strokes_b.wrap(b, self.u)))
        z, w = (place - self.mean(place)[self.owner] for place in (z, w))
        turn = self.mean(np.conj(z) * w) / np.maximum(self.mean(np.abs(z) ** 2).real, 1e-12)
        miss = self.mean(np.abs(w - turn[self.owner] * z)).real
        first, last = self.start[:-1], self.start[1:] - 1
        length = (np.abs(self.s[last] - self.s[first]) + np.abs(self.u[last] - self.u[first])) / 2
        return np.asarray(miss / np.maximum(length, 1e-9))

    def settled(self, rounds: int, share: float) -> SpanRow:
        """With an even pace on stroke b, `share` of the way there in each of `rounds`: the places of samples are only
        known to half a sample."""
        first, last = self.start[:-1], self.start[1:] - 1
        way = np.where(self.u[last] >= self.u[first], 1.0, -1.0)[self.owner]
        u = self._rising(self.u * way)
        raw, inner = u.copy(), np.ones(len(u), bool)
        inner[first] = inner[last] = False
        at = np.flatnonzero(inner)
        before, after = self.s[at] - self.s[at - 1], self.s[at + 1] - self.s[at]
        for _ in range(rounds):
            middle = (u[at - 1] * after + u[at + 1] * before) / (after + before)
            u[at] = (1.0 - share) * raw[at] + share * middle
        return replace(self, u=self._rising(u) * way)

    def _rising(self, u: Array) -> Array:
        """The same values (N,), but never falling within a span."""
        falls = np.flatnonzero(np.diff(u) < 0)
        spans = self.owner[falls]
        for k in np.unique(spans[spans == self.owner[falls + 1]]).tolist():
            i, j = self.start[k], self.start[k + 1]
            u[i:j] = np.maximum.accumulate(u[i:j])
        return u
