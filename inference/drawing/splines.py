"""Curves of every type to polylines, in bulk.

Catmull-Rom, Bezier and NURBS are evaluated as Blender does.

Positions are evaluated in layer space, in three dimensions. Everything else follows its control points: numbers are
interpolated linearly between the two neighbouring ones, what can't be mixed is taken from the nearer one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array
from ..geometry.ragged import Ragged
from .contract import Attribute, Curves
from .knots import basis_of, knots_of, makes_nurbs
from .mixing import turns

CATMULL_ROM, POLY, BEZIER, NURBS = 0, 1, 2, 3
_VECTOR_HANDLE = 2
_DEFAULT_RESOLUTION = 12
_DEFAULT_ORDER = 4

# Only control points of Bezier and NURBS curves have these, or only curves that are still to be evaluated.
CONTROL_ATTRIBUTES = frozenset(
    {
        "handle_left",
        "handle_right",
        "handle_type_left",
        "handle_type_right",
        "nurbs_weight",
        "nurbs_order",
        "knots_mode",
        "resolution",
    }
)
_LINEAR = frozenset({"FLOAT", "FLOAT2", "FLOAT_VECTOR", "FLOAT_COLOR", "BYTE_COLOR", "QUATERNION", "FLOAT4X4"})


@dataclass(frozen=True)
class _Samples:
    """Evaluated points of some strokes: where each lies, between which control points.

    stroke (E,), left (E,), right (E,) int64; fraction (E,) float64 from left to right; position (E, 3) float64
    number (E,) float64, where they lie between their stroke's control points, on NURBS curves between the beginnings of
    spans, counted from 0"""

    stroke: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    fraction: Array
    position: Array
    number: Array


def evaluate(curves: Curves, tolerance: float = 0.0) -> Curves:
    """The same drawing with every stroke a polyline.

    It is the very same object if every stroke already is one.

    With a tolerance (a length in layer space) Catmull-Rom and Bezier strokes get only as many points as it takes to
    stay that close to them, and never more than their resolution asks for.
    """
    return traced(curves, tolerance)[0]


def traced(curves: Curves, tolerance: float = 0.0) -> tuple[Curves, Array | None, NDArray[np.int64] | None]:
    """The same drawing as polylines, and where its points (E,) come from.

    Where each lies between its stroke's control points, on NURBS curves between the beginnings of spans, counted
    from 0; and the drawing's control point before it. None where nothing is evaluated."""
    types = curve_types(curves)
    if (types == POLY).all():
        return curves, None, None
    parts = []
    if (types == POLY).any():
        parts.append(_evaluate_poly(curves, np.flatnonzero(types == POLY)))
    for kind, function in ((CATMULL_ROM, _evaluate_catmull_rom), (BEZIER, _evaluate_bezier)):
        if (types == kind).any():
            parts.append(function(curves, np.flatnonzero(types == kind), tolerance))
    orders = np.where(types == NURBS, _per_stroke(curves, "nurbs_order", _DEFAULT_ORDER), -1)
    for order in np.unique(orders[types == NURBS]):
        parts.append(_evaluate_nurbs(curves, np.flatnonzero((orders == order) & (types == NURBS))))
    samples = _joined(parts)
    counts = np.bincount(samples.stroke, minlength=curves.stroke_count)
    offsets = Ragged.of(counts).offsets.astype(np.int32)
    attributes = {
        name: _sampled(attribute, samples) if attribute.domain == "POINT" else attribute
        for name, attribute in curves.attributes.items()
        if name not in CONTROL_ATTRIBUTES
    }
    attributes["position"] = Attribute("POINT", "FLOAT_VECTOR", samples.position.astype(np.float32))
    attributes["curve_type"] = Attribute("CURVE", "INT8", np.full(curves.stroke_count, POLY, np.int8))
    return Curves(offsets, attributes), samples.number, samples.left


def _joined(parts: list[_Samples]) -> _Samples:
    """All samples in the order of their strokes."""
    order = np.argsort(np.concatenate([p.stroke for p in parts]), kind="stable")
    return _Samples(
        np.concatenate([p.stroke for p in parts])[order],
        np.concatenate([p.left for p in parts])[order],
        np.concatenate([p.right for p in parts])[order],
        np.concatenate([p.fraction for p in parts])[order],
        np.concatenate([p.position for p in parts])[order],
        np.concatenate([p.number for p in parts])[order],
    )


def curve_types(curves: Curves) -> NDArray[np.int8]:
    """(S,) the type of each stroke.

    A Bezier stroke without handles counts as a polyline, for it draws as one."""
    types = _per_stroke(curves, "curve_type", CATMULL_ROM).astype(np.int8)
    if "handle_left" not in curves.attributes or "handle_right" not in curves.attributes:
        types = np.where(types == BEZIER, np.int8(POLY), types)
    return types


def drawn_types(curves: Curves) -> NDArray[np.int8]:
    """(S,) likewise; NURBS strokes whose points do not suffice draw as polylines, too."""
    types = curve_types(curves)
    nurbs = np.flatnonzero(types == NURBS)
    counts, cyclic = np.diff(curves.offsets)[nurbs], _per_stroke(curves, "cyclic", 0)[nurbs] != 0
    modes, orders = (
        _per_stroke(curves, "knots_mode", 0)[nurbs],
        _per_stroke(curves, "nurbs_order", _DEFAULT_ORDER)[nurbs],
    )
    types[nurbs[~makes_nurbs(counts, orders - 1, modes, cyclic)]] = POLY
    return types


def mix(attribute: Attribute, left: NDArray[Any], right: NDArray[Any], fraction: Array) -> NDArray[Any]:
    """Values of `attribute` between elements `left` and `right` (E,).

    Fraction 0 gives `left`'s bits."""
    values = attribute.values
    if attribute.kind not in _LINEAR:
        return values[np.where(fraction < 0.5, left, right)]
    first = values[left]
    moving = np.flatnonzero(fraction != 0.0)
    if not len(moving):
        return first
    a, b = first[moving].astype(np.float64), values[right[moving]].astype(np.float64)
    weight = fraction[moving].reshape(-1, *[1] * (values.ndim - 1))
    # colours and angles go the straight way here, darkening and turning as Blender has them between control points
    mixed = turns(a, b, weight) if attribute.kind == "QUATERNION" else a + (b - a) * weight
    if attribute.kind == "BYTE_COLOR":
        mixed = np.rint(mixed)
    first[moving] = mixed.astype(values.dtype)
    return first


def _sampled(attribute: Attribute, samples: _Samples) -> Attribute:
    values = mix(attribute, samples.left, samples.right, samples.fraction)
    return Attribute("POINT", attribute.kind, values)


def _per_stroke(curves: Curves, name: str, default: int) -> NDArray[np.int64]:
    attribute = curves.attributes.get(name)
    if attribute is None or attribute.domain != "CURVE":
        return np.full(curves.stroke_count, default, np.int64)
    return attribute.values.astype(np.int64)


def _positions(curves: Curves, name: str = "position") -> Array:
    return curves.attributes[name].values.astype(np.float64)


def _evaluate_poly(curves: Curves, strokes: NDArray[np.int64]) -> _Samples:
    rows, points = Ragged(curves.offsets.astype(np.int64)).picked(strokes)
    return _Samples(
        strokes[rows.owner], points, points, np.zeros(len(points)), _positions(curves)[points], rows.within * 1.0
    )


@dataclass(frozen=True)
class _Steps:
    """Evaluated points of segmented strokes (E,).

    Index into the strokes; the segment's first and second point as places within the stroke; fraction along the
    segment."""

    which: NDArray[np.int64]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    fraction: Array


def _steps(counts: NDArray[np.int64], cyclic: NDArray[np.bool_], pieces: NDArray[np.int64]) -> _Steps:
    """Cut segments into pieces.

    counts (n,) points and cyclic (n,) of each stroke; pieces (sum of counts,) into how many pieces the segment after
    each point is cut. The last point of an open stroke, and the point of a one-point stroke, counts 1.
    """
    rows = Ragged.of(counts)
    which, place = rows.owner, rows.within
    alone = counts[which] == 1
    end = (place == counts[which] - 1) & (~cyclic[which] | alone)
    cuts = np.where(end, 1, np.maximum(pieces, 1))
    segments = Ragged.of(cuts)
    segment = segments.owner
    first, owner = place[segment], which[segment]
    second = np.where(end[segment], first, (first + 1) % np.maximum(counts[owner], 1))
    return _Steps(owner, first, second, segments.share)


def _layout(
    curves: Curves, strokes: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """First point, point count, cyclic and resolution of some strokes, each (n,)."""
    offsets = curves.offsets.astype(np.int64)
    cyclic = _per_stroke(curves, "cyclic", 0)[strokes] != 0
    resolution = np.maximum(_per_stroke(curves, "resolution", _DEFAULT_RESOLUTION)[strokes], 1)
    return offsets[strokes], np.diff(offsets)[strokes], cyclic, resolution


def _evaluate_catmull_rom(curves: Curves, strokes: NDArray[np.int64], tolerance: float) -> _Samples:
    start, counts, cyclic, _ = _layout(curves, strokes)
    rows = Ragged.of(counts)
    which, place = rows.owner, rows.within
    base, number = start[which], counts[which]
    here, following = base + place, base + (place + 1) % number
    wraps = (cyclic & (counts > 2))[which]
    before = base + np.where(wraps, (place - 1) % number, np.maximum(place - 1, 0))
    after = base + np.where(wraps, (place + 2) % number, np.minimum(place + 2, number - 1))
    # A closed pair of points has no neighbours to bend towards.
    pair = (cyclic & (counts == 2))[which]
    before, after = np.where(pair, here, before), np.where(pair, following, after)
    p = _positions(curves)
    leaving, arriving = p[here] + (p[following] - p[before]) / 6.0, p[following] - (p[after] - p[here]) / 6.0
    return _evaluate_cubics(curves, strokes, leaving, arriving, np.zeros(len(here), bool), tolerance)


def _evaluate_bezier(curves: Curves, strokes: NDArray[np.int64], tolerance: float) -> _Samples:
    start, counts, _, _ = _layout(curves, strokes)
    rows = Ragged.of(counts)
    which, place = rows.owner, rows.within
    here, following = start[which] + place, start[which] + (place + 1) % counts[which]
    straight = np.zeros(len(here), bool)
    left_type, right_type = curves.attributes.get("handle_type_left"), curves.attributes.get("handle_type_right")
    if left_type is not None and right_type is not None:
        straight = (right_type.values[here] == _VECTOR_HANDLE) & (left_type.values[following] == _VECTOR_HANDLE)
    leaving, arriving = _positions(curves, "handle_right")[here], _positions(curves, "handle_left")[following]
    return _evaluate_cubics(curves, strokes, leaving, arriving, straight, tolerance)


def _evaluate_cubics(
    curves: Curves,
    strokes: NDArray[np.int64],
    leaving: Array,
    arriving: Array,
    straight: NDArray[np.bool_],
    tolerance: float,
) -> _Samples:
    """Strokes of cubic segments, evaluated.

    One segment starts at each of their points, the last one's being unused in open strokes: its handles `leaving`
    and `arriving` (n, 3), and whether it is `straight` (n,)."""
    start, counts, cyclic, resolution = _layout(curves, strokes)
    rows = Ragged.of(counts)
    which, place = rows.owner, rows.within
    p = _positions(curves)
    first, last = p[start[which] + place], p[start[which] + (place + 1) % counts[which]]
    pieces = np.where(straight, 1, np.repeat(resolution, counts))
    if tolerance > 0.0:
        bends = (first - 2.0 * leaving + arriving, leaving - 2.0 * arriving + last)
        bend = np.maximum(*(np.linalg.norm(b, axis=1) for b in bends))
        # A chord over 1/n of a cubic strays from it by at most 3/4 of its bend / n².
        enough = np.ceil(np.sqrt(0.75 * bend / tolerance))
        pieces = np.where(enough < pieces, enough, pieces).astype(np.int64)
    steps = _steps(counts, cyclic, pieces)
    segment = rows.first[steps.which] + steps.first
    t = steps.fraction[:, None]
    s = 1.0 - t
    curve = s * s * s * first[segment] + t * t * t * last[segment]
    curve += 3.0 * s * t * (s * leaving[segment] + t * arriving[segment])
    position = np.where(t == 0.0, first[segment], curve)
    base = start[steps.which]
    number = steps.first + steps.fraction
    return _Samples(strokes[steps.which], base + steps.first, base + steps.second, steps.fraction, position, number)


def _evaluate_nurbs(curves: Curves, strokes: NDArray[np.int64]) -> _Samples:
    """NURBS strokes of one order, evaluated.

    Those whose points don't suffice are polylines, as in Blender.

    Samples divide each knot span, as in Blender 5; earlier versions spread them over all spans and cut corners.
    """
    if not len(strokes):
        return _evaluate_poly(curves, strokes)
    start, counts, cyclic, resolution = _layout(curves, strokes)
    modes = _per_stroke(curves, "knots_mode", 0)[strokes]
    degree = int(_per_stroke(curves, "nurbs_order", _DEFAULT_ORDER)[strokes[0]]) - 1
    valid = makes_nurbs(counts, degree, modes, cyclic)
    if not valid.all():
        return _joined([_evaluate_poly(curves, strokes[~valid]), _evaluate_nurbs(curves, strokes[valid])])
    which, control, basis, number = [], [], [], []
    for i, count in enumerate(counts.tolist()):
        knots = knots_of(count, degree + 1, int(modes[i]), bool(cyclic[i]))
        wrapped = count + degree if cyclic[i] else count
        edges = np.unique(knots[degree : wrapped + 1])
        steps = np.arange(resolution[i]) / resolution[i]
        along = (edges[:-1, None] + np.diff(edges)[:, None] * steps).ravel()
        if not cyclic[i]:
            along = np.append(along, edges[-1])
        number.append(np.arange(len(along)) / resolution[i])
        # The span that ends at or after the parameter, never an empty one: knots may repeat, at the end above all.
        spans = np.searchsorted(knots, along, side="left") - 1
        spans[along <= knots[degree]] = np.searchsorted(knots, knots[degree], side="right") - 1
        basis.append(basis_of(along, knots, spans, degree))
        control.append(spans[:, None] - degree + np.arange(degree + 1))
        which.append(np.full(len(along), i))
    owner, places, weights = np.concatenate(which), np.concatenate(control), np.concatenate(basis)
    points = start[owner][:, None] + places % counts[owner][:, None]
    importance = curves.attributes.get("nurbs_weight")
    if importance is not None:
        weights = weights * importance.values.astype(np.float64)[points]
        total = weights.sum(1, keepdims=True)
        weights = np.divide(weights, total, out=np.zeros_like(weights), where=total != 0.0)
    position = np.einsum("ek,ekc->ec", weights, _positions(curves)[points])
    # Attributes follow the mean of the control points' own places.
    last = np.where(cyclic, counts + degree, counts)[owner] - 1
    place = np.clip(np.sum(weights * places, 1), 0, last)
    floor = np.floor(place).astype(np.int64)
    left = start[owner] + floor % counts[owner]
    right = start[owner] + np.minimum(floor + 1, last) % counts[owner]
    return _Samples(strokes[owner], left, right, place - floor, position, np.concatenate(number))
