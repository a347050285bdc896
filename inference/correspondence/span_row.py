"""All spans of a key pair in one row of numbers, to be worked on at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..drawing.strokes import Strokes
from ..geometry.points import Array, Index, to_complex
from ..geometry.ragged import Ragged, sums
from ..geometry.similarity import similarity_of_rows


@dataclass(frozen=True)
class SpanRow:
    """K spans in a row, of N places in all.

    a, b (K,) the strokes they lie on; `rows` are the spans; s, u (N,) arc lengths on stroke a and b, engine units.
    """

    a: Index
    b: Index
    rows: Ragged
    s: Array
    u: Array

    @staticmethod
    def of(a: Sequence[int], b: Sequence[int], s: Sequence[Array], u: Sequence[Array]) -> SpanRow:
        nothing = np.zeros(0)
        along = np.concatenate([nothing, *s]), np.concatenate([nothing, *u])
        return SpanRow(np.array(a, np.int64), np.array(b, np.int64), Ragged.of([len(one) for one in s]), *along)

    def mean(self, value: Array) -> Array:
        """(K,) of values (N,) of each span."""
        return np.asarray(sums(value, self.rows.owner, self.rows.count) / np.maximum(self.rows.counts, 1))

    def distortion(self, strokes_a: Strokes, strokes_b: Strokes) -> Array:
        """(K,) how badly the best similarity lays a span on its counterpart.

        It is the mean miss as a share of their length. Lines bend on the way, but what crumples was matched wrongly.
        """
        owner = self.rows.owner
        a, b = self.a[owner], self.b[owner]
        z = to_complex(strokes_a.at(a, self.s))
        w = to_complex(strokes_b.at(b, strokes_b.wrap(b, self.u)))
        laid = similarity_of_rows(z, w, owner, self.rows.count)
        miss = self.mean(np.abs(w - laid.picked(owner).at(z)))
        first, last = self.rows.first, self.rows.last
        length = (np.abs(self.s[last] - self.s[first]) + np.abs(self.u[last] - self.u[first])) / 2
        return np.asarray(miss / np.maximum(length, 1e-9))

    def settled(self, rounds: int, share: float) -> SpanRow:
        """The spans with an even pace on stroke b.

        It goes `share` of the way there in each of `rounds`: the places of samples are only
        known to half a sample.
        """
        first, last = self.rows.first, self.rows.last
        way = np.where(self.u[last] >= self.u[first], 1.0, -1.0)[self.rows.owner]
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
        falls = (np.diff(u) < 0) & self.rows.joined
        for k in np.unique(self.rows.owner[:-1][falls]).tolist():
            own = self.rows.row(k)
            u[own] = np.maximum.accumulate(u[own])
        return u
