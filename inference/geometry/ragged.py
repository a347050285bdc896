"""Rows of uneven length, laid end to end: who owns what, picked, closed, summed.

Strokes own points, chains own vertices, edges own the pieces they are cut into. All of them are one array of items and
the offsets at which rows begin; what follows from the offsets is worked out here, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .points import Array, Index, Mask

Value = TypeVar("Value", bound=np.generic)


@dataclass(frozen=True, eq=False)
class Ragged:
    """R rows of N items in all.

    `offsets` (R + 1,) int64: row r owns the items offsets[r]:offsets[r + 1].
    """

    offsets: Index

    @staticmethod
    def of(counts: Sequence[int] | NDArray[np.integer]) -> Ragged:
        """Rows of so many items each."""
        offsets = np.zeros(len(counts) + 1, np.int64)
        np.cumsum(counts, out=offsets[1:])
        return Ragged(offsets)

    @staticmethod
    def runs(*names: NDArray) -> Ragged:
        """Rows of the stretches of items that are alike in all `names` (N,)."""
        return Ragged(np.append(np.flatnonzero(begins(*names)), len(names[0])))

    @staticmethod
    def stretches(first: Index, counts: Index) -> tuple[Ragged, Index]:
        """Rows of so many items from each `first` on, and which items those are."""
        out = Ragged.of(counts)
        return out, np.arange(out.total) + np.repeat(first - out.first, out.counts)

    @property
    def count(self) -> int:
        """How many rows there are, empty ones too."""
        return len(self.offsets) - 1

    @property
    def total(self) -> int:
        """How many items there are."""
        return int(self.offsets[-1])

    @property
    def first(self) -> Index:
        """(R,) each row's first item; that of an empty row is another's."""
        return self.offsets[:-1]

    @property
    def last(self) -> Index:
        """(R,) each row's last item; that of an empty row is another's, or -1."""
        return self.offsets[1:] - 1

    @cached_property
    def counts(self) -> Index:
        """(R,) items of each row."""
        return np.diff(self.offsets)

    @property
    def filled(self) -> Mask:
        """(R,) rows that have any item."""
        return self.counts > 0

    @cached_property
    def owner(self) -> Index:
        """(N,) the row of each item."""
        return np.repeat(np.arange(self.count), self.counts)

    @cached_property
    def within(self) -> Index:
        """(N,) the place of each item in its own row, from 0."""
        return np.arange(self.total) - np.repeat(self.first, self.counts)

    @property
    def share(self) -> Array:
        """(N,) how far into its own row each item lies, from 0 to below 1."""
        return np.asarray(self.within / self.counts[self.owner])

    @cached_property
    def joined(self) -> Mask:
        """(N - 1,) items that are of one row with the next."""
        return self.owner[1:] == self.owner[:-1]

    @property
    def edges(self) -> Index:
        """(n,) items after which their row goes on."""
        return np.flatnonzero(self.joined)

    def row(self, number: int) -> slice:
        """The items of one row."""
        return slice(int(self.offsets[number]), int(self.offsets[number + 1]))

    def parts(self, values: NDArray[Value]) -> list[NDArray[Value]]:
        """Values (N, ...) row by row."""
        return [values[i:j] for i, j in zip(self.offsets[:-1].tolist(), self.offsets[1:].tolist(), strict=True)]

    def picked(self, rows: Index | Mask) -> tuple[Ragged, Index]:
        """Some rows in the order asked for, and which items those have."""
        return Ragged.stretches(self.first[rows], self.counts[rows])

    def closed(self, closing: Mask, start: Index | int = 0) -> tuple[Ragged, Index]:
        """Rows that run round once from their `start`-th item (R,), and their items.

        `closing` ones (R,) come back to it at the end.
        """
        out = Ragged.of(self.counts + (closing & self.filled))
        turn = np.broadcast_to(np.asarray(start, np.int64), self.count)[out.owner]
        return out, self.first[out.owner] + (out.within + turn) % self.counts[out.owner]

    def divided(self, parts: NDArray[np.integer]) -> tuple[Ragged, Ragged]:
        """The same rows with every item in `parts` (N,) of its own, and those parts.

        The parts' rows are the items.
        """
        cut = Ragged.of(parts)
        return Ragged(cut.offsets[self.offsets]), cut


def begins(*names: NDArray) -> Mask:
    """(N,) items that differ from the one before in any of `names` (N,).

    The first is among them.
    """
    out = np.zeros(len(names[0]), bool)
    out[:1] = True
    for name in names:
        out[1:] |= name[1:] != name[:-1]
    return out


def sums(values: NDArray, owner: Index, count: int) -> NDArray:
    """(count,) the sum of each owner's values (N,), real or complex; 0 for none."""
    if np.iscomplexobj(values):
        return np.bincount(owner, values.real, count) + 1j * np.bincount(owner, values.imag, count)
    # without any item bincount answers in whole numbers
    return np.bincount(owner, values, count).astype(np.float64)


def wide(share: NDArray, values: NDArray) -> NDArray:
    """`share` (N,) shaped so that it weighs values (N, ...)."""
    return share.reshape(-1, *[1] * (values.ndim - 1))
