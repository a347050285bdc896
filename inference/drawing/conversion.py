"""`Curves` (Blender's arrays) to `Drawing` (polylines in a plane) and back.

`Curves` lie in layer space; `Drawing` is in scene units.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array
from ..geometry.ragged import Ragged
from .contract import Attribute, Curves, Drawing, DrawingError
from .fitting.making import CONTROLS, PEAKS, SETUP, TYPES, UNALIGNED, marks, peaks, type_shares
from .fitting.refit import refit
from .fitting.runs import CurveSettings
from .plane import Plane
from .splines import CONTROL_ATTRIBUTES, POLY, drawn_types, traced

# Written on every stroke of a generated drawing by the operators; no part of what the artist drew.
FINGERPRINT = "inkbetween_fingerprint"

# Written on every stroke of a generated drawing, too: the probability that its places are right (see `trust`). It says
# something about the drawing and is no part of it.
CONFIDENCE = "inkbetween_confidence"

# Likewise: the frame that a generated drawing was made for, and the frames and fingerprints of the keys that it lies
# between (see `marks`).
MADE_FOR = (
    "inkbetween_frame",
    "inkbetween_start",
    "inkbetween_end",
    "inkbetween_start_print",
    "inkbetween_end_print",
)
MARKS = (FINGERPRINT, CONFIDENCE, *MADE_FOR)

# Of strokes that a plan draws, never written: the stroke of the gap's first key, counted from 1, that they are and that
# has not moved; 0 for all others.
KEPT = "inkbetween_kept"

# Fields of `Drawing` rather than attributes of it.
_STRUCTURE = ("curve_type", "cyclic", "material_index")

# What Blender assumes where an attribute is missing and the assumption is not zero.
_DEFAULTS = {
    "radius": 0.01,
    "opacity": 1.0,
    "fill_opacity": 1.0,
    "aspect_ratio": 1.0,
    "u_scale": 1.0,
    "uv_scale": 1.0,
    "resolution": 12,
    "nurbs_order": 4,
}

# Evaluated curves may stray by this fraction of the drawing's size: a tenth of a pixel on a screen full of it.
_FINE = 1e-4


def check_curves(curves: Curves, where: str) -> None:
    """Raise `DrawingError` if a coordinate is not finite.

    It names the stroke, and `where` it is, as in "frame 12".
    """
    offsets = curves.offsets
    if len(offsets) < 1 or offsets[0] != 0 or np.any(np.diff(offsets) < 0):
        raise DrawingError(f"The strokes of {where} do not fit their points; redraw that key.")
    if curves.point_count == 0:
        return
    position = curves.attributes.get("position")
    if position is None or len(position.values) != curves.point_count:
        raise DrawingError(f"The points of {where} have no positions; redraw that key.")
    bad = ~np.isfinite(position.values).all(1)
    for name in ("handle_left", "handle_right"):
        if name in curves.attributes:
            bad |= ~np.isfinite(curves.attributes[name].values).all(1)
    if bad.any():
        strokes = np.unique(np.searchsorted(offsets, np.flatnonzero(bad), side="right"))
        many = f" and {len(strokes) - 1} more" if len(strokes) > 1 else ""
        raise DrawingError(
            f"Stroke {int(strokes[0])}{many} of {where} has points whose coordinates are not finite numbers; "
            "delete or redraw it."
        )


def to_drawing(curves: Curves, plane: Plane, fills: frozenset[int] = frozenset()) -> Drawing:
    """The drawing of curves: every stroke a polyline, laid in the plane.

    `fills` are the material slots that fill.

    The layer-space positions stay with the drawing as its attribute "position", so that points nobody moved return
    to the very same bits. Selection and the marks of generated frames are left behind.
    """
    polylines = _evaluated(curves)
    raw = _positions(polylines)
    xy, depth = plane.project(raw)
    dropped = {*_STRUCTURE, *MARKS}
    attributes = {n: a for n, a in polylines.attributes.items() if n not in dropped and not _is_selection(n)}
    count = polylines.stroke_count
    material = _stroke_values(polylines, "material_index", count).astype(np.int32)
    return Drawing(
        xy,
        depth,
        polylines.offsets.astype(np.int64),
        _stroke_values(polylines, "cyclic", count).astype(bool),
        material,
        attributes,
        np.isin(material, list(fills)),
    )


def _evaluated(curves: Curves) -> Curves:
    """The strokes as polylines, with the way they were made where any was a curve."""
    polylines, number, control = traced(curves, _FINE * _extent(curves))
    attributes = {n: a for n, a in polylines.attributes.items() if n not in CONTROL_ATTRIBUTES}
    if number is not None and control is not None:
        attributes[TYPES] = type_shares(drawn_types(curves))
        attributes[CONTROLS] = marks(number, _free_handles(curves)[control])
        attributes[PEAKS] = peaks(number)
        attributes |= {n: a for n, a in curves.attributes.items() if n in SETUP and a.domain == "CURVE"}
    return Curves(polylines.offsets, attributes)


def _free_handles(curves: Curves) -> NDArray[np.bool_]:
    """(P,) control points with a handle that need not align with the other."""
    free = np.zeros(curves.point_count, bool)
    for name in ("handle_type_left", "handle_type_right"):
        if name in curves.attributes:
            free |= np.isin(curves.attributes[name].values, UNALIGNED)
    return free


def to_curves(drawing: Drawing, plane: Plane, settings: CurveSettings = CurveSettings()) -> Curves:
    """The drawing in layer space, float32.

    Strokes are curves of the type that they come from, else poly curves.
    """
    position = plane.lift(drawing.xy, drawing.depth).astype(np.float32)
    raw = drawing.attributes.get("position")
    if raw is not None and raw.domain == "POINT" and raw.values.shape == position.shape:
        xy, depth = plane.project(raw.values)
        still = (xy == drawing.xy).all(1) & (depth == drawing.depth)
        position = np.where(still[:, None], raw.values, position)
    attributes = {"position": Attribute("POINT", "FLOAT_VECTOR", position)}
    attributes["curve_type"] = Attribute("CURVE", "INT8", np.full(drawing.stroke_count, POLY, np.int8))
    attributes["cyclic"] = Attribute("CURVE", "BOOLEAN", np.asarray(drawing.cyclic, bool))
    attributes["material_index"] = Attribute("CURVE", "INT", np.asarray(drawing.material, np.int32))
    attributes.update((n, a) for n, a in drawing.attributes.items() if n not in attributes)
    return refit(Curves(np.asarray(drawing.offsets, np.int32), attributes), settings)


def repeated(curves: Curves, source: Curves, stroke: NDArray[np.int64]) -> Curves:
    """The curves with strokes of `source` in place of some, bit for bit.

    They replace every stroke for which `stroke` (S,) is not -1, whatever type its curve has. What the source does
    not know stays as it is. Where that can't be, because an attribute of the same name is of another kind, the
    curves themselves.
    """
    repeats = stroke >= 0
    theirs = {n: a for n, a in source.attributes.items() if n not in MARKS and not _is_selection(n)}
    if np.all(_stroke_values(source, "curve_type", source.stroke_count)[stroke[repeats]] == POLY):
        theirs = {n: a for n, a in theirs.items() if n not in CONTROL_ATTRIBUTES}
    own = curves.attributes
    shared = [name for name in theirs if name in own]
    if not repeats.any() or any(
        (theirs[n].domain, theirs[n].kind, theirs[n].values.dtype) != (own[n].domain, own[n].kind, own[n].values.dtype)
        for n in shared
    ):
        return curves
    # strokes and points of both, one drawing after the other
    number = np.where(repeats, curves.stroke_count + stroke, np.arange(curves.stroke_count))
    first = np.concatenate([curves.offsets[:-1], curves.point_count + source.offsets[:-1]])[number]
    count = np.concatenate([np.diff(curves.offsets), np.diff(source.offsets)])[number]
    rows_of, point = Ragged.stretches(first, count)
    offsets = rows_of.offsets
    rows = {"POINT": point, "CURVE": number}
    attributes = {}
    for name, like in {**theirs, **own}.items():
        if name not in theirs and like.domain == "CURVE":
            attributes[name] = like
            continue
        both = [_matching(each, name, like).values for each in (curves, source)]
        attributes[name] = Attribute(like.domain, like.kind, np.concatenate(both)[rows[like.domain]])
    return Curves(offsets.astype(np.int32), attributes)


def unified(drawings: Sequence[Drawing]) -> list[Drawing]:
    """The same drawings, all with the same attributes.

    They are the very same object where nothing is missing.

    Missing ones are filled with what Blender assumes where there is none. Where two drawings use one name for
    attributes of different kinds, the first one's kind wins and the other's values are dropped.
    """
    union: dict[str, Attribute] = {}
    for drawing in drawings:
        for name, attribute in drawing.attributes.items():
            union.setdefault(name, attribute)
    return [_fitted(drawing, union) for drawing in drawings]


def fingerprint(curves: Curves, without: Collection[str] = ()) -> int:
    """31 bits that change when a stroke, a point or any attribute does.

    Selecting is not editing.

    The same for the same drawing in every session and Blender version. Attributes named in `without` do not count.
    """
    code = zlib.crc32(np.ascontiguousarray(curves.offsets, np.int32).tobytes())
    for name, attribute in sorted(substance(curves).items()):
        if name in without:
            continue
        label = f"{name}\0{attribute.domain}\0{attribute.kind}\0{attribute.values.shape}"
        code = zlib.crc32(label.encode(), code)
        code = zlib.crc32(attribute.values.tobytes(), code)
    return code & 0x7FFFFFFF


def selected_strokes(curves: Curves) -> NDArray[np.bool_]:
    """(S,) strokes of which anything is selected.

    Where nothing was ever deselected, all are.
    """
    marks = curves.attributes.get(".selection")
    if marks is None:
        return np.ones(curves.stroke_count, bool)
    selected = marks.values.astype(bool)
    if marks.domain == "CURVE":
        return selected
    total = np.concatenate([[0], np.cumsum(selected)])
    return np.asarray(total[curves.offsets[1:]] > total[curves.offsets[:-1]])


def equal_drawings(a: Curves, b: Curves) -> bool:
    """Whether two keys hold the same drawing, bit for bit (a hold).

    It does not matter what is selected in either.
    """
    if not np.array_equal(a.offsets, b.offsets):
        return False
    first, second = substance(a), substance(b)
    return first.keys() == second.keys() and all(_same(first[name], second[name]) for name in first)


def equal_strokes(a: Curves, b: Curves, i: NDArray[np.int64], j: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,) whether strokes `i` (n,) of one key equal strokes `j` (n,) of another.

    They are equal bit for bit, with all attributes.
    """
    first, second = substance(a), substance(b)
    count = np.diff(a.offsets)[i]
    equal = count == np.diff(b.offsets)[j]
    if first.keys() != second.keys():
        return np.zeros(len(i), bool)
    laid = Ragged.of(np.where(equal, count, 0))
    owner, local = laid.owner, laid.within
    rows = {"POINT": (a.offsets[i][owner] + local, b.offsets[j][owner] + local), "CURVE": (i, j)}
    for name, one in first.items():
        other = second[name]
        if (one.domain, one.kind, one.values.dtype) != (other.domain, other.kind, other.values.dtype):
            return np.zeros(len(i), bool)
        values = [
            np.ascontiguousarray(each.values[at]) for each, at in zip((one, other), rows[one.domain], strict=True)
        ]
        # bits, not numbers: NaN equals itself here
        bits = [v.reshape(len(v), -1).view(np.uint8) if len(v) else np.zeros((0, 1), np.uint8) for v in values]
        agree = (bits[0] == bits[1]).all(1)
        equal &= agree if one.domain == "CURVE" else np.bincount(owner, ~agree, len(i)) == 0
    return np.asarray(equal)


def _same(a: Attribute, b: Attribute) -> bool:
    if (a.domain, a.kind, a.values.shape) != (b.domain, b.kind, b.values.shape):
        return False
    return a.values.tobytes() == b.values.tobytes()  # bits, not numbers: NaN equals itself here


def substance(curves: Curves) -> Mapping[str, Attribute]:
    """What is drawn: all attributes but marks and selection."""
    return {n: a for n, a in curves.attributes.items() if n not in MARKS and not _is_selection(n)}


def _is_selection(name: str) -> bool:
    return name.startswith(".selection")


def _extent(curves: Curves) -> float:
    """The longest side of the drawing's box in layer space."""
    return float(np.ptp(_positions(curves), axis=0).max()) if curves.point_count else 0.0


def _positions(curves: Curves) -> Array:
    if "position" not in curves.attributes:
        return np.zeros((curves.point_count, 3))
    return curves.attributes["position"].values.astype(np.float64)


def _stroke_values(curves: Curves, name: str, count: int) -> NDArray:
    attribute = curves.attributes.get(name)
    return np.zeros(count, np.int32) if attribute is None or attribute.domain != "CURVE" else attribute.values


def _fitted(drawing: Drawing, union: Mapping[str, Attribute]) -> Drawing:
    attributes = {name: _matching(drawing, name, like) for name, like in union.items()}
    if all(drawing.attributes.get(name) is attribute for name, attribute in attributes.items()):
        return drawing
    return replace(drawing, attributes=attributes)


def _matching(drawing: Drawing | Curves, name: str, like: Attribute) -> Attribute:
    own = drawing.attributes.get(name)
    if own is not None and (own.domain, own.kind) == (like.domain, like.kind):
        return own
    count = drawing.point_count if like.domain == "POINT" else drawing.stroke_count
    values = np.full((count, *like.values.shape[1:]), _DEFAULTS.get(name, 0), like.values.dtype)
    return Attribute(like.domain, like.kind, values)
