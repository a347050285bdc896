"""Polylines of an in-between as curves again, of the type of both keys' strokes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...geometry.points import Array, Index, Mask
from ...geometry.ragged import Ragged, sums
from ..contract import Attribute, Curves
from ..splines import BEZIER, CATMULL_ROM, NURBS, POLY, mix
from .cubics import Control, fit_bezier, fit_catmull_rom
from .making import CONTROLS, MAKING, PEAKS, SETUP, agreed_types, numbers
from .nurbs import fit_nurbs, rows_and_parts
from .runs import NOTHING, CurveSettings, Runs, measured, unrolled

FREE, ALIGN = 0, 3
"""Types of handles. Blender itself puts automatic and vector handles elsewhere: none of ours has those."""
DEFAULT_RADIUS, DEFAULT_ORDER = 0.01, 4
_FOLLOWED = ("radius", "opacity", "vertex_color")
"""Numbers along a line that it gets control points for, where two are not enough."""


@dataclass(frozen=True)
class _Made:
    """Control points (K,) of some strokes (n,), and how many each stroke has.

    The stroke's type now; where each control point lies (K, 3), its handles, whether these align, and between which
    points of the polylines its values are.
    """

    strokes: Index
    counts: Index
    types: NDArray[np.int8]
    place: Array
    left: Array
    right: Array
    aligned: Mask
    first: Index
    second: Index
    part: Array
    mode: int = 0


def refit(curves: Curves, settings: CurveSettings = CurveSettings()) -> Curves:
    """The drawing with strokes as curves of their type, where keys agree on one.

    The marks that tell are gone.
    """
    types = agreed_types(curves.attributes, curves.stroke_count)
    if (types == POLY).all():
        return Curves(curves.offsets, {n: a for n, a in curves.attributes.items() if n not in MAKING})
    number, free = numbers(curves.attributes[CONTROLS].values)
    peak = curves.attributes[PEAKS].values
    slack, values = _slack(curves, settings), _followed(curves, settings)

    # a dot is a dot, whatever its type
    is_kept = (types == POLY) | (np.diff(curves.offsets) < 2)
    made = [_kept(curves, np.flatnonzero(is_kept), types[is_kept])]
    for kind, fit in ((BEZIER, fit_bezier), (CATMULL_ROM, fit_catmull_rom), (NURBS, None)):
        strokes = np.flatnonzero(~is_kept & (types == kind))
        if not len(strokes):
            continue
        runs = unrolled(curves, strokes, (number, peak), free, values, slack)
        if fit is None:
            made += _nurbs(curves, strokes, measured(runs), settings)
        else:
            made.append(_made(strokes, kind, fit(runs, settings)))
    return _written(curves, made)


def _slack(curves: Curves, settings: CurveSettings) -> Array:
    """(S,) how far a curve may leave its stroke's polyline."""
    place = curves.attributes["position"].values.astype(np.float64)
    size = float(np.ptp(place, axis=0).max())
    counts = np.diff(curves.offsets)
    radius = curves.attributes.get("radius")
    mean = np.full(len(counts), DEFAULT_RADIUS)
    if radius is not None and radius.domain == "POINT":
        total = sums(np.nan_to_num(radius.values), Ragged.of(counts).owner, len(counts))
        mean = total / np.maximum(counts, 1)
    return np.clip(settings.line * mean, settings.fine * size, settings.coarse * size) + NOTHING


def _followed(curves: Curves, settings: CurveSettings) -> Array:
    """(P, k) numbers along the lines, in the unit by which they may stray."""
    columns = [np.zeros((curves.point_count, 0))]
    for name in _FOLLOWED:
        attribute = curves.attributes.get(name)
        if attribute is not None and attribute.domain == "POINT" and attribute.values.dtype.kind == "f":
            values = np.nan_to_num(attribute.values.reshape(curves.point_count, -1).astype(np.float64))
            columns.append(values / (settings.value * max(float(np.abs(values).max()), NOTHING)))
    return np.concatenate(columns, axis=1)


def _kept(curves: Curves, strokes: Index, types: NDArray[np.int8]) -> _Made:
    """Strokes as they are."""
    own, row = Ragged(curves.offsets.astype(np.int64)).picked(strokes)
    place = curves.attributes["position"].values[row]
    flat = np.zeros(len(row))
    return _Made(strokes, own.counts, types, place, place, place, flat > 0, row, row, flat)


def _made(strokes: Index, kind: int, control: Control) -> _Made:
    runs, row = control.runs, control.row
    counts = np.bincount(runs.owner[row], minlength=len(strokes))
    types = np.full(len(strokes), kind, np.int8)
    return _Made(
        strokes,
        counts,
        types,
        runs.place[row],
        control.left,
        control.right,
        control.aligned,
        runs.first[row],
        runs.second[row],
        runs.part[row],
    )


def _nurbs(curves: Curves, strokes: Index, runs: Runs, settings: CurveSettings) -> list[_Made]:
    """The NURBS strokes, fitted one by one.

    Each has its own system to be solved. It stays a polyline where no curve lies close enough.
    """
    orders, modes = (
        _of_strokes(curves, name, default) for name, default in zip(SETUP[1:], (DEFAULT_ORDER, 0), strict=True)
    )
    made = []
    for number, stroke in enumerate(strokes.tolist()):
        curve = fit_nurbs(runs, number, int(orders[stroke]), int(modes[stroke]), settings)
        if curve is None:
            made.append(_kept(curves, np.array([stroke]), np.array([POLY], np.int8)))
            continue
        rows = np.flatnonzero(runs.owner == number)
        low, high, part = rows_and_parts(curve.along, len(rows))
        # a point of the run lies between two of the drawing; the nearer of both neighbours tells
        near = rows[np.where(part < 0.5, low, high)]
        count = len(curve.points)
        made.append(
            _Made(
                np.array([stroke]),
                np.array([count]),
                np.array([NURBS], np.int8),
                curve.points,
                curve.points,
                curve.points,
                np.zeros(count, bool),
                runs.first[near],
                runs.second[near],
                runs.part[near],
                curve.mode,
            )
        )
    return made


def _of_strokes(curves: Curves, name: str, default: int) -> NDArray:
    attribute = curves.attributes.get(name)
    if attribute is None or attribute.domain != "CURVE":
        return np.full(curves.stroke_count, default)
    return attribute.values


def _written(curves: Curves, made: list[_Made]) -> Curves:
    """All control points in the order of their strokes, with their types' attributes."""
    strokes = np.concatenate([one.strokes for one in made])
    counts = np.zeros(curves.stroke_count, np.int64)
    counts[strokes] = np.concatenate([one.counts for one in made])
    types = np.zeros(curves.stroke_count, np.int8)
    types[strokes] = np.concatenate([one.types for one in made])
    owner = np.concatenate([np.repeat(one.strokes, one.counts) for one in made])
    order = np.argsort(owner, kind="stable")

    def gathered(name: str) -> NDArray:
        return np.concatenate([getattr(one, name) for one in made])[order]

    first, second, part = (gathered(name) for name in ("first", "second", "part"))
    attributes: dict[str, Attribute] = {}
    for name, attribute in curves.attributes.items():
        if name in MAKING:
            continue
        values = mix(attribute, first, second, part) if attribute.domain == "POINT" else attribute.values
        attributes[name] = Attribute(attribute.domain, attribute.kind, values)
    attributes["position"] = Attribute("POINT", "FLOAT_VECTOR", gathered("place").astype(np.float32))
    attributes["curve_type"] = Attribute("CURVE", "INT8", types)
    attributes |= _setup(curves.attributes, types, made)
    if (types == BEZIER).any():
        for side in ("left", "right"):
            attributes[f"handle_{side}"] = Attribute("POINT", "FLOAT_VECTOR", gathered(side).astype(np.float32))
            kinds = np.where(gathered("aligned"), np.int8(ALIGN), np.int8(FREE))
            attributes[f"handle_type_{side}"] = Attribute("POINT", "INT8", kinds)
    return Curves(np.concatenate([[0], np.cumsum(counts)]).astype(np.int32), attributes)


def _setup(given: Mapping[str, Attribute], types: NDArray[np.int8], made: list[_Made]) -> dict[str, Attribute]:
    """What else is set of curves as a whole, where the types that are left have it."""
    resolution, order, mode = SETUP
    out = {resolution: given[resolution]} if resolution in given and (types != POLY).any() else {}
    if not (types == NURBS).any():
        return out
    if order in given:
        out[order] = given[order]
    modes = np.zeros(len(types), np.int8)
    for one in made:
        modes[one.strokes] = one.mode
    return {**out, mode: Attribute("CURVE", "INT8", modes)}
