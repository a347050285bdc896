"""Strokes that stay where they are, the same in every in-between, to the bit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..correspondence.copies.found import Copy
from ..correspondence.matching import Match
from ..drawing.contract import Drawing
from ..geometry.points import Complex, Index, Mask, to_complex
from ..geometry.ragged import Ragged
from ..motion.ribbon import Ribbon


@dataclass(frozen=True)
class Kept:
    """What of a ribbon stays where it is.

    stroke   (C,) the stroke of key a that each chain is, where it is a copy that has not moved, -1 for others
    pairs    (n, 2) those strokes of key a, and what they are in key b
    same     (S,) strokes of key a that key b repeats with all that was set on them, to the bit
    rows, z  (m,) the vertices of their chains, and where they are, scene units
    """

    stroke: Index
    pairs: Index
    same: Mask
    rows: Index
    z: Complex

    def laid(self, z: Complex) -> Complex:
        """Positions (V,) with those that are known to the bit."""
        if not len(self.rows):
            return z
        out = z.copy()
        out[self.rows] = self.z
        return out


def kept_of(ribbon: Ribbon, match: Match, key_a: Drawing, key_b: Drawing) -> Kept:
    """Which chains of the ribbon stay where they are."""
    still = [copy for copy in match.copies if copy.move.still]
    pairs = np.concatenate([np.zeros((0, 2), np.int64), *(copy.strokes for copy in still)])
    stays, same = np.zeros(key_a.stroke_count, bool), np.zeros(key_a.stroke_count, bool)
    stays[pairs[:, 0]] = True
    for copy in still:
        same[_equal(copy, key_a, key_b)] = True
    if not len(pairs):
        nothing = np.zeros(0, np.int64)
        return Kept(np.full(len(ribbon.offsets) - 1, -1), pairs, same, nothing, np.zeros(0, complex))
    first, count = ribbon.offsets[:-1], np.diff(ribbon.offsets)
    own = np.where(ribbon.copied[first], ribbon.stroke_a[first], -1)
    own = np.where((own >= 0) & stays[own], own, -1)
    chains = np.flatnonzero((own >= 0) & same[own] & (count == np.diff(key_a.offsets)[own]))
    rows, points = (Ragged.stretches(one, count[chains])[1] for one in (first[chains], key_a.offsets[own[chains]]))
    return Kept(own, pairs, same, rows, to_complex(key_a.xy[points]))


def _equal(copy: Copy, key_a: Drawing, key_b: Drawing) -> Index:
    """The strokes of key a in a copy that equal those of key b bit for bit."""
    pairs = [(i, j, p) for (i, j), p in zip(copy.strokes.tolist(), copy.points, strict=True) if p is not None]
    if not pairs:
        return np.zeros(0, np.int64)
    i, j = (np.array([pair[side] for pair in pairs]) for side in (0, 1))
    count = np.diff(key_a.offsets)[i]
    laid, one = Ragged.stretches(key_a.offsets[i], count)
    owner = laid.owner
    other = key_b.offsets[j][owner] + np.concatenate([pair[2] for pair in pairs])
    fits = (key_a.xy[one] == key_b.xy[other]).all(1) & (key_a.depth[one] == key_b.depth[other])
    equal = (key_a.cyclic[i] == key_b.cyclic[j]) & (key_a.material[i] == key_b.material[j])
    for name, attribute in key_a.attributes.items():
        twin = key_b.attributes.get(name)
        # positions are in layer space; where the layer lies has been compared
        if twin is None or name == "position" or (twin.domain, twin.kind) != (attribute.domain, attribute.kind):
            continue
        rows = (one, other) if attribute.domain == "POINT" else (i, j)
        agree = _bits(attribute.values[rows[0]], twin.values[rows[1]])
        if attribute.domain == "POINT":
            fits &= agree
        else:
            equal &= agree
    equal &= np.bincount(owner, ~fits, len(i)) == 0
    return i[equal]


def _bits(a: NDArray, b: NDArray) -> Mask:
    """(n,) whether rows are equal, a number that is none to itself, too."""
    same = a == b
    if a.dtype.kind == "f":
        same |= (a != a) & (b != b)
    return np.asarray(same.reshape(len(a), -1).all(1))
