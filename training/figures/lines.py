"""All places where a figure may have a line, followed through all drawings of a clip.

Every place keeps its label: part, position along it and side for outlines, a spot of the surface for marks. The
labels are chosen once for the whole clip, so dense that neighbours are close in every drawing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.geometry.ragged import Ragged
from inkbetween.training.clips.clip import FEATURE, OUTLINE

from .forms import Body
from .rig import Array
from .surface import Rings, cap_points, envelope, support

SPACING = 4.5
"""Pixels between neighbouring labels where they are farthest apart."""


@dataclass(frozen=True)
class Lines:
    """places (T, P, 3) px, z towards the viewer; facing (T, P) is False where a mark is turned away; tube and kind
    (P,); starts (L+1,): line l owns the places starts[l]:starts[l+1]; closed (L,) says that its end meets its
    start."""

    places: Array
    facing: NDArray[np.bool_]
    tube: NDArray[np.int64]
    kind: NDArray[np.uint8]
    starts: NDArray[np.int64]
    closed: NDArray[np.bool_]


def all_lines(body: Body, rings: Rings) -> Lines:
    """Outlines of all drawn forms, then their marks."""
    pieces: list[Array] = []
    owners: list[int] = []
    shown: list[NDArray[np.bool_]] = []
    closed: list[bool] = []
    edge = envelope(rings)
    starts = np.searchsorted(rings.tube, np.arange(len(body.tubes) + 1))
    for k, form in enumerate(body.tubes):
        if not form.drawn:
            continue
        first, last = int(starts[k]), int(starts[k + 1]) - 1
        if form.rings == 1:
            pieces.append(_arc(rings, first, 1.0, -np.pi, np.pi)[:, :-1])
            owners.append(k)
            closed.append(True)
            shown.append(np.ones((len(edge), pieces[-1].shape[1]), dtype=bool))
            continue
        half = np.pi / 2
        loop = [
            _side(rings, edge[:, :, 0], first, last),
            _arc(rings, last, 1.0, half, -half),
            _side(rings, edge[:, :, 1], first, last)[:, ::-1],
            _arc(rings, first, -1.0, -half, half),
        ]
        pieces.append(np.concatenate(loop, axis=1))
        owners.append(k)
        closed.append(True)
        shown.append(np.ones((len(edge), pieces[-1].shape[1]), dtype=bool))
        for ring, outward in ((last, 1.0), (first, -1.0)):
            pieces.append(_arc(rings, ring, outward, half, 3 * half))
            owners.append(k)
            closed.append(False)
            shown.append(np.repeat(_looks_back(rings, ring, form.flat)[:, None], pieces[-1].shape[1], axis=1))
    outlines = len(pieces)
    places, facing = _marks(body, rings, starts)
    rows = Ragged.of([p.shape[1] for p in pieces] + [len(m.ring) for m in body.marks])
    owner = np.array(owners + [m.tube for m in body.marks], dtype=np.int64)
    kinds = np.where(np.arange(rows.count) < outlines, OUTLINE, FEATURE).astype(np.uint8)
    return Lines(
        np.concatenate([*pieces, places], axis=1),
        np.concatenate([*shown, facing], axis=1),
        owner[rows.owner],
        kinds[rows.owner],
        rows.offsets,
        np.array(closed + [_meets(m.offset) for m in body.marks]),
    )


def _meets(offset: Array) -> bool:
    return len(offset) > 3 and bool(np.allclose(offset[0], offset[-1]))


def _looks_back(rings: Rings, ring: int, flat: bool) -> NDArray[np.bool_]:
    """In which drawings (T,) the far half of an end's outline is a line: a can has a rim, a round end only where the
    form points at the viewer and is thicker than a line there."""
    if flat:
        return np.ones(len(rings.centre), dtype=bool)
    axis = rings.frame[:, ring, :, 2]
    ends = np.linalg.norm(axis[:, :2], axis=-1) < 0.6 * np.linalg.norm(axis, axis=-1)
    thick = np.sqrt(rings.spread[:, ring, 0, 0] + rings.spread[:, ring, 1, 1]) > 12.0
    return ends & thick


def _side(rings: Rings, ways: Array, first: int, last: int) -> Array:
    """Places (T, P, 3) along one side of a tube, from the directions of its outline at the rings `first` to `last`.

    Between two rings a ring between them is taken, so that an outline runs around a sharp bend instead of across it.
    """
    centre, spread = rings.centre[:, first : last + 1], rings.spread[:, first : last + 1]
    way = ways[:, first : last + 1]
    angle = np.unwrap(np.arctan2(way[..., 1], way[..., 0]), axis=1)
    pieces = last - first
    counts = np.full(pieces, 2)
    places = centre
    for _ in range(2):
        cut = Ragged.of(counts)
        at, part = np.append(cut.owner, pieces - 1), np.append(cut.share, 1.0)
        q = part[:, None]
        p0, p1, p2, p3 = (centre[:, np.clip(at + k, 0, pieces)] for k in (-1, 0, 1, 2))
        bend = (2 * p0 - 5 * p1 + 4 * p2 - p3) * q**2 + (3 * (p1 - p2) + p3 - p0) * q**3
        middle = p1 + 0.5 * ((p2 - p0) * q + bend)
        wide = spread[:, at] * (1 - part[:, None, None]) + spread[:, at + 1] * part[:, None, None]
        turn = angle[:, at] * (1 - part) + angle[:, at + 1] * part
        places = support(middle, wide, np.stack([np.cos(turn), np.sin(turn)], axis=-1))
        gaps = np.linalg.norm(np.diff(places[..., :2], axis=1), axis=-1).max(0)
        longest = np.maximum.reduceat(gaps, cut.first)
        counts = np.maximum(np.ceil(counts * longest / SPACING).astype(int), 1)
    return places


def _arc(rings: Rings, ring: int, outward: float, start: float, end: float) -> Array:
    """Places (T, P, 3) on a ring's outline, between two angles."""
    angles = np.linspace(start, end, 9 if abs(end - start) < 4.0 else 17)
    for _ in range(2):
        places = cap_points(rings, np.full(len(angles), ring), angles, np.full(len(angles), outward))
        gaps = np.linalg.norm(np.diff(places[..., :2], axis=1), axis=-1).max(0)
        counts = np.maximum(np.ceil(gaps / SPACING).astype(int), 1)
        if counts.max() == 1:
            return places
        at = Ragged.of(counts).offsets
        angles = np.interp(np.arange(at[-1] + 1), at, angles)
    return cap_points(rings, np.full(len(angles), ring), angles, np.full(len(angles), outward))


def _marks(body: Body, rings: Rings, starts: NDArray[np.int64]) -> tuple[Array, NDArray[np.bool_]]:
    if not body.marks:
        return np.zeros((len(rings.centre), 0, 3)), np.zeros((len(rings.centre), 0), dtype=bool)
    ring = np.concatenate([m.ring for m in body.marks])
    offset = np.concatenate([m.offset for m in body.marks])
    normal = np.concatenate([m.normal for m in body.marks])
    tube = np.repeat([m.tube for m in body.marks], [len(m.ring) for m in body.marks])
    count = np.array([t.rings for t in body.tubes])[tube]
    low = np.minimum(ring.astype(int), np.maximum(count - 2, 0))
    part = (ring - low)[:, None]
    high = np.minimum(low + 1, count - 1) + starts[tube]
    low = low + starts[tube]
    centre = rings.centre[:, low] * (1 - part) + rings.centre[:, high] * part
    frame = rings.frame[:, low] * (1 - part[..., None]) + rings.frame[:, high] * part[..., None]
    places = centre + np.einsum("tpij,pj->tpi", frame, offset)
    # Normals go by the inverse transpose; rows of the inverse frame are its dual axes.
    dual = np.stack([np.cross(frame[..., 1], frame[..., 2]), np.cross(frame[..., 2], frame[..., 0]),
                     np.cross(frame[..., 0], frame[..., 1])], axis=-1)  # fmt: skip
    handed = np.sign(np.einsum("tpi,tpi->tp", dual[..., 0], frame[..., 0]))
    turned = np.einsum("tpij,pj->tpi", dual, normal) * handed[..., None]
    depth = turned[..., 2] / np.maximum(np.linalg.norm(turned, axis=-1), 1e-12)
    return places, depth > 0.08
