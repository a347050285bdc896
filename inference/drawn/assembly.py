"""From travelling vertices to a drawing, with all that was set on its lines.

Lines are cut where they come out or go in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ..drawing.contract import Attribute, Domain, Drawing
from ..drawing.mixing import Mixer
from ..drawing.strokes import Strokes
from ..geometry.points import Array, Index, Mask
from ..geometry.ragged import Ragged, begins, wide
from ..motion.clock import HALF_WAY, Moment
from ..motion.ribbon import Ribbon

DEPTH = Mixer("depth", "FLOAT")


@dataclass(frozen=True)
class Blend:
    """One attribute in both keys, at vertices (V, ...) or at chains (C, ...).

    `mixer` says what lies between them, `dtype` how it is stored."""

    mixer: Mixer
    domain: Domain
    dtype: np.dtype
    a: NDArray
    b: NDArray

    def at(self, t: Array) -> NDArray:
        """The values at `t`, (V,) or (C,) of each.

        They are mixed or, where they cannot be, those of the nearer key."""
        return self.mixer(self.a, self.b, t)

    def stored(self, values: NDArray) -> Attribute:
        if self.mixer.smooth and self.dtype.kind in "iu":
            bounds = np.iinfo(self.dtype)
            values = np.clip(np.rint(values), bounds.min, bounds.max)
        return Attribute(self.domain, self.mixer.kind, values.astype(self.dtype))


@dataclass(frozen=True)
class Outfit:
    """All that a tween's lines wear.

    Attributes, material and depth in either key; which chains are closed; the order (C,) in which they are drawn,
    that of key a before half way and that of key b after."""

    blends: tuple[Blend, ...]
    material_a: NDArray[np.int32]
    material_b: NDArray[np.int32]
    depth_a: Array
    depth_b: Array
    closed: NDArray[np.bool_]
    order_a: Index
    order_b: Index
    layer: Index | None


def outfit_of(ribbon: Ribbon, key_a: Drawing, key_b: Drawing, strokes_a: Strokes, strokes_b: Strokes) -> Outfit:
    """Every attribute of both keys at the ribbon's vertices and chains.

    What one key lacks is the other's."""
    on_a, on_b = ribbon.stroke_a >= 0, ribbon.stroke_b >= 0
    read_a = _Reader(strokes_a, ribbon.stroke_a, ribbon.s, on_a, ribbon.point_a)
    read_b = _Reader(strokes_b, ribbon.stroke_b, ribbon.u, on_b, ribbon.point_b)
    chain_a, chain_b = _owner(ribbon, ribbon.stroke_a, ribbon.a), _owner(ribbon, ribbon.stroke_b, ribbon.b)
    names = [n for n in {**key_a.attributes, **key_b.attributes} if n != "position"]
    blends = []
    for name in names:
        one, two = key_a.attributes.get(name), key_b.attributes.get(name)
        first = one or two
        assert first is not None
        if one is not None and two is not None and (one.domain, one.kind) != (two.domain, two.kind):
            two = None
        points = first.domain == "POINT"
        mixer = Mixer(name, first.kind)
        value_a = _values(one, mixer, read_a, points, chain_a)
        value_b = _values(two, mixer, read_b, points, chain_b)
        has_a = (on_a if points else chain_a >= 0) & (one is not None)
        has_b = (on_b if points else chain_b >= 0) & (two is not None)
        value_a, value_b = _lend(value_a, value_b, has_a, has_b, first.values)
        blends.append(Blend(mixer, first.domain, first.values.dtype, value_a, value_b))
    depth_a = read_a(key_a.depth, DEPTH)
    depth_b = read_b(key_b.depth, DEPTH)
    depth_a, depth_b = _lend(depth_a, depth_b, on_a, on_b, key_a.depth)
    material_a = key_a.material[np.maximum(chain_a, 0)] if key_a.stroke_count else np.zeros(len(chain_a), np.int32)
    material_b = key_b.material[np.maximum(chain_b, 0)] if key_b.stroke_count else np.zeros(len(chain_b), np.int32)
    material_a, material_b = _lend(material_a, material_b, chain_a >= 0, chain_b >= 0, key_a.material)
    return Outfit(
        tuple(blends),
        material_a,
        material_b,
        depth_a,
        depth_b,
        ribbon.loop,
        *_orders(chain_a, chain_b),
        _layers(key_a, key_b, chain_a, chain_b),
    )


class _Reader:
    """Reads point values of one key at the vertices that it has.

    Arc length does not tell points in one place apart."""

    def __init__(self, strokes: Strokes, stroke: Index, along: Array, has: Mask, point: Index | None) -> None:
        self.has = has
        row, self.part = strokes.locate(stroke[has], along[has])
        after = np.minimum(row + 1, strokes.offsets[stroke[has] + 1] - 1)
        self.first, self.second = strokes.point[row], strokes.point[after]
        if point is not None:
            own, self.part = point[has] >= 0, np.where(point[has] >= 0, 0.0, self.part)
            self.first[own] = self.second[own] = strokes.point[(strokes.offsets[stroke] + point)[has][own]]

    def __call__(self, values: NDArray, mixer: Mixer) -> NDArray:
        kind = np.result_type(values, 1.0) if mixer.smooth else values.dtype
        out = np.zeros((len(self.has), *values.shape[1:]), kind)
        out[self.has] = mixer(values[self.first], values[self.second], self.part)
        return out


def _values(attribute: Attribute | None, mixer: Mixer, read: _Reader, points: bool, chain: Index) -> NDArray | None:
    if attribute is None:
        return None
    if points:
        return read(attribute.values, mixer)
    return attribute.values[np.maximum(chain, 0)] if len(attribute.values) else None


def _lend(
    a: NDArray | None, b: NDArray | None, has_a: NDArray[np.bool_], has_b: NDArray[np.bool_], like: NDArray
) -> tuple[NDArray, NDArray]:
    """Fill what one key lacks from the other."""
    if a is None and b is None:
        nothing = np.zeros((len(has_a), *like.shape[1:]), like.dtype)
        return nothing, nothing
    if a is None or b is None:
        only = a if a is not None else b
        assert only is not None
        return only, only
    has_a, has_b = wide(has_a, a), wide(has_b, a)
    return np.where(has_a | ~has_b, a, b), np.where(has_b | ~has_a, b, a)


def _owner(ribbon: Ribbon, stroke: Index, xy: Array) -> Index:
    """(C,) the stroke of one key that most of each chain comes from, -1 for none."""
    chain = ribbon.chains.owner
    length = np.concatenate([np.linalg.norm(np.diff(xy, axis=0), axis=1), [0.0]])[: len(xy)] + 1e-9
    has = stroke >= 0
    pair, inverse = np.unique(np.stack([chain[has], stroke[has]], 1), axis=0, return_inverse=True)
    total = np.bincount(inverse.ravel(), length[has], minlength=len(pair))
    order = np.argsort(total, kind="stable")
    owner = np.full(ribbon.chains.count, -1, np.int64)
    owner[pair[order, 0]] = pair[order, 1]
    return owner


def _layers(key_a: Drawing, key_b: Drawing, chain_a: Index, chain_b: Index) -> Index | None:
    """(C,) layer of each chain, None where the keys know of none."""
    if key_a.layer is None or key_b.layer is None:
        return None
    out = np.zeros(len(chain_a), np.int64)
    for layer, chain in ((key_b.layer, chain_b), (key_a.layer, chain_a)):
        out[chain >= 0] = layer[chain[chain >= 0]]
    return out


def _orders(chain_a: Index, chain_b: Index) -> tuple[Index, Index]:
    """Drawing order of chains in either key.

    A chain that only the other key has comes right after the chain that it comes after there."""
    return _order(chain_a, chain_b), _order(chain_b, chain_a)


def _order(own: Index, other: Index) -> Index:
    rank = own.astype(float)
    foreign = np.flatnonzero(own < 0)
    both = np.flatnonzero((own >= 0) & (other >= 0))
    if len(foreign) and len(both):
        known = both[np.argsort(other[both], kind="stable")]
        # the latest place among all that lie below it there would lift it over too much; the nearest below decides
        below = np.searchsorted(other[known], other[foreign], side="right") - 1
        rank[foreign] = np.where(below >= 0, own[known[np.maximum(below, 0)]] + 0.5, -0.5)
    return np.lexsort((other, rank))


@dataclass(frozen=True)
class _Rows:
    """Points of a drawing to be: between vertices `first` and `second` at `part`.

    All (n,). `offsets` (S+1,) of strokes; `source` (S,), the chain each stroke is a stretch of; `cut` (S,), whether
    it ends in a cut."""

    first: Index
    second: Index
    part: Array
    offsets: Index
    source: Index
    cut: NDArray[np.bool_]

    def mix(self, values: NDArray) -> NDArray:
        """Values (V, ...) of vertices, at the points."""
        return values[self.first] + (values[self.second] - values[self.first]) * wide(self.part, values)

    def pick(self, strokes: Index) -> _Rows:
        """These strokes, in this order."""
        picked, rows = Ragged(self.offsets).picked(strokes)
        first, second, part = self.first[rows], self.second[rows], self.part[rows]
        return _Rows(first, second, part, picked.offsets, self.source[strokes], self.cut[strokes])


def assemble(
    xy: Array,
    ribbon: Ribbon,
    birth: Array,
    death: Array,
    outfit: Outfit,
    moment: Moment,
    least: float,
    means: Mapping[str, Array] = MappingProxyType({}),
    cover: Array | None = None,
    marks: Mapping[str, Index] = MappingProxyType({}),
) -> Drawing:
    """The drawing at a `moment`, of vertices at `xy` (V, 2).

    Lines cut shorter than `least` (scene units) are left out.

    `cover` (V,), where it is given, is how deep vertices lie below what hides them, below 0 where nothing does. By
    name, the mean of `means` (V,) over a stroke's length becomes an attribute of it; so do whole numbers, `marks` (C,).
    """
    each, chain = moment.each, moment.of_chains(ribbon.offsets)
    left = [np.minimum(each - birth, death - each)]
    if cover is not None:
        left.append(-cover)
    rows = _seen(ribbon, left)
    place = rows.mix(xy)
    step = np.linalg.norm(np.diff(place, axis=0, prepend=place[:1]), axis=1)
    step[rows.offsets[:-1]] = 0.0
    length = np.add.reduceat(step, rows.offsets[:-1]) if len(rows.source) else np.zeros(0)
    past = chain >= HALF_WAY
    height = np.where(past, np.argsort(outfit.order_b), np.argsort(outfit.order_a))
    kept = np.flatnonzero(~(rows.cut & (length < least)))
    rows = rows.pick(kept[np.argsort(height[rows.source[kept]], kind="stable")])
    source = rows.source
    # a ring that parts anywhere is no ring
    cyclic = outfit.closed[source] & ~rows.cut & (np.bincount(source, minlength=len(outfit.closed))[source] == 1)
    depth = rows.mix(DEPTH(outfit.depth_a, outfit.depth_b, each))
    material = np.where(past, outfit.material_b, outfit.material_a)[source]
    layer = None if outfit.layer is None else outfit.layer[source]
    place = rows.mix(xy)
    attributes = {**_dress(outfit.blends, rows, each, chain), **_averaged(means, rows, place)}
    attributes.update({n: Attribute("CURVE", "INT", v[source].astype(np.int32)) for n, v in marks.items()})
    return Drawing(place, depth, rows.offsets, cyclic, material, attributes, None, layer)


def _seen(ribbon: Ribbon, left: Sequence[Array]) -> _Rows:
    """What is drawn: rows where none of `left` (V,) is below 0.

    One of `left` is the time that vertices have left to live. Lines are cut where the first passes 0."""
    seen = np.min(left, axis=0) >= 0
    vertex, chain = _laid_out(ribbon, seen)
    left, seen = [value[vertex] for value in left], seen[vertex]
    crossing = np.flatnonzero((seen[1:] != seen[:-1]) & (chain[1:] == chain[:-1]))
    whole = np.flatnonzero(seen)
    row = np.concatenate([whole, crossing])
    is_cut = np.arange(len(row)) >= len(whole)
    part = np.concatenate([np.zeros(len(whole)), _cuts(left, crossing, seen[crossing])])
    order = np.argsort(row + 0.5 * is_cut, kind="stable")
    row, part, is_cut = row[order], part[order], is_cut[order]
    starts = begins(chain[row])
    starts |= is_cut & ~seen[row]
    begin = np.flatnonzero(starts)
    offsets = np.r_[begin, len(row)].astype(np.int64)
    cut = np.logical_or.reduceat(is_cut, begin) if len(begin) else np.zeros(0, bool)
    return _Rows(vertex[row], vertex[np.where(is_cut, row + 1, row)], part, offsets, chain[row[begin]], cut)


def _laid_out(ribbon: Ribbon, seen: NDArray[np.bool_]) -> tuple[Index, Index]:
    """The vertices of all chains in drawing order, and their chains.

    Rings that part anywhere come round to where they begin, which is where they are not `seen`."""
    chains = ribbon.chains
    chain, first = chains.owner, chains.first
    parts = ribbon.loop & (np.bincount(chain, ~seen, chains.count) > 0)
    hidden = np.flatnonzero(~seen)
    begin = first.copy()
    # the last that is written stays: the first hidden one of each
    begin[chain[hidden[::-1]]] = hidden[::-1]
    turn = np.where(parts, begin - first, 0)
    laid, vertex = chains.closed(parts, turn)
    return vertex, laid.owner


def _cuts(left: Sequence[Array], edge: Index, leaving: NDArray[np.bool_]) -> Array:
    """(n,) where lines end or begin on edges from the vertices `edge` to the next.

    Those drawn at the first vertex (`leaving`) end, those drawn at the second begin."""
    part = np.where(leaving, 1.0, 0.0)
    for value in left:
        here, there = value[edge], value[edge + 1]
        passes = (here >= 0) != (there >= 0)
        at = here / np.where(passes, here - there, 1.0)
        part = np.where(passes, np.where(leaving, np.minimum(part, at), np.maximum(part, at)), part)
    return part


def _dress(blends: tuple[Blend, ...], rows: _Rows, each: Array, chain: Array) -> Mapping[str, Attribute]:
    """Attributes at the moments of vertices `each` (V,) and of their chains (C,)."""
    out = {}
    for blend in blends:
        values = blend.at(chain if blend.domain == "CURVE" else each)
        if blend.domain == "CURVE":
            values = values[rows.source]
        else:
            values = blend.mixer(values[rows.first], values[rows.second], rows.part)
        out[blend.mixer.name] = blend.stored(values)
    return out


def _averaged(means: Mapping[str, Array], rows: _Rows, place: Array) -> dict[str, Attribute]:
    """Mean values (V,) over the length of strokes whose points are `place` (n, 2)."""
    if not means or not len(rows.source):
        return {name: Attribute("CURVE", "FLOAT", np.zeros(0, np.float32)) for name in means}
    step = np.linalg.norm(np.diff(place, axis=0, append=place[-1:]), axis=1)
    step[rows.offsets[1:] - 1] = 0.0
    # half of either edge is a point's own; a dot has no length
    length = step + np.concatenate([[0.0], step[:-1]]) + 1e-12
    total = np.add.reduceat(length, rows.offsets[:-1])
    return {
        name: Attribute(
            "CURVE",
            "FLOAT",
            (np.add.reduceat(rows.mix(values) * length, rows.offsets[:-1]) / total).astype(np.float32),
        )
        for name, values in means.items()
    }
