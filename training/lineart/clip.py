"""Clips of one character, made in Blender.

python -m inkbetween.training.lineart.clip DATA MOCAP OUT, and jobs as JSON on stdin.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils.bvhtree import BVHTree
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from inkbetween.inference.geometry.points import arc_length
from inkbetween.inference.geometry.ragged import Ragged
from inkbetween.training.clips.clip import FEATURE, OUTLINE, Clip, save_clip
from inkbetween.training.clips.tracking import Lines, Tracked, follow

from . import scene as stage
from .jobs import Job
from .mocap import perform

Floats = NDArray[np.floating]
Strokes = tuple[Floats, NDArray[np.int64]]

_SPACING = 5.5
_SHORTEST = 3.0
_CORNER = np.deg2rad(45.0)
# A line this near to a contour, px, is one; depth is known less well.
_ON_CONTOUR = 2.0
# A clip in which nothing moves this far from the first drawing, px, teaches nothing.
_LEAST_MOTION = 12.0


class TooStillError(ValueError):
    """The action hardly moves."""


@dataclass(frozen=True)
class _Shot:
    """One frame: vertices and normals (V, 3) and strokes by layer, in the world."""

    places: Floats
    normals: Floats
    strokes: dict[str, Strokes]


@dataclass(frozen=True)
class _Moving:
    """The vertices' places and normals (T, V, 3) in all drawings and at rest (V, 3), pixels."""

    places: Floats
    normals: Floats
    rest: Floats


def make_clip(character: stage.Character, job: Job, mocap: Path) -> tuple[Clip, Tracked]:
    """Raises ValueError where the character lacks the action, TooStillError where it hardly moves."""
    if job.capture:
        return film(character, job, *perform(character, mocap / job.capture, job.start))
    return film(character, job, *stage.play(character, job.action))


def film(character: stage.Character, job: Job, first: float, last: float) -> tuple[Clip, Tracked]:
    """Draw what the character plays now, from frame `first` to `last`, and follow all lines through the drawings."""
    surface = stage.surface(character)
    frames = job.frames(first, last)
    world = [_vertices(character, frame) for frame in frames]
    camera = stage.add_camera(np.concatenate(world), job.yaw, job.pitch, job.margin)
    moved = _quick([w - world[0] for w in world], camera)
    if moved < _LEAST_MOTION:
        raise TooStillError(f"{job.action} moves {moved:.0f} px")
    line_art = stage.add_line_art()
    shots = [_shot(character, line_art, frame) for frame in frames]
    stage.remove([line_art, bpy.context.scene.camera])
    moving = _Moving(
        np.stack([camera.pixels(shot.places) for shot in shots]).astype(np.float32),
        np.stack([camera.directions(shot.normals) for shot in shots]).astype(np.float32),
        surface.rest * camera.scale,
    )
    drawings = [_lines(number, shot, camera, surface, moving) for number, shot in enumerate(shots)]
    tracked = follow(drawings)
    return Clip(job.character, job.action_name, job.family, surface.parts, tracked.frames), tracked


def _vertices(character: stage.Character, frame: float) -> Floats:
    stage.go_to(frame)
    return stage.vertices(character)[0]


def _quick(motions: Sequence[Floats], camera: stage.Camera) -> float:
    """How far all but the quickest vertices get at most, px."""
    return max(float(np.quantile(np.linalg.norm(m, axis=1), 0.95)) for m in motions) * camera.scale


def _shot(character: stage.Character, line_art: Any, frame: float) -> _Shot:
    stage.go_to(frame)
    drawn = {layer: stage.strokes(line_art, layer) for layer in (stage.DRAWN, stage.CONTOURS, stage.HIDDEN)}
    return _Shot(*stage.vertices(character), drawn)


def _lines(number: int, shot: _Shot, camera: stage.Camera, surface: stage.Surface, moving: _Moving) -> Lines:
    """All lines of a drawing with the spots of the surface under them."""
    places, normals, rest = moving.places, moving.normals, moving.rest
    drawn = _long_enough(shot.strokes[stage.DRAWN], camera, _SHORTEST)
    hidden = _long_enough(shot.strokes[stage.HIDDEN], camera, 2 * _SHORTEST)
    pieces = [_resampled(stroke) for stroke in drawn + hidden]
    shown = np.arange(len(pieces)) < len(drawn)
    if not pieces:
        return _no_lines(len(places))
    xyz = np.concatenate(pieces)
    tree = BVHTree.FromPolygons(places[number].tolist(), surface.triangles.tolist())
    triangle = np.array([tree.find_nearest(p)[2] for p in xyz.tolist()])
    corners = surface.triangles[triangle]
    weights = _barycentric(xyz, places[number][corners])
    carried = np.einsum("pc,tpcx->tpx", weights, places[:, corners])
    carried += xyz - carried[number]
    facing = np.einsum("pc,tpcx->tpx", weights, normals[:, corners])
    facing /= np.maximum(np.linalg.norm(facing, axis=-1, keepdims=True), 1e-9)
    return Lines(
        xyz,
        Ragged.of([len(piece) for piece in pieces]).offsets,
        shown,
        _kinds(xyz, *shot.strokes[stage.CONTOURS], camera),
        surface.part[corners[np.arange(len(xyz)), weights.argmax(1)]],
        np.einsum("pc,pcx->px", weights, rest[corners]),
        _sizes(rest[corners]),
        carried,
        facing,
    )


def _no_lines(count: int) -> Lines:
    none = np.zeros((0, 3))
    return Lines(
        none,
        np.zeros(1, np.int64),
        np.zeros(0, bool),
        np.zeros(0, np.uint8),
        np.zeros(0, np.int16),
        none,
        np.zeros(0),
        np.zeros((count, 0, 3)),
        np.zeros((count, 0, 3)),
    )


def _long_enough(strokes: Strokes, camera: stage.Camera, shortest: float) -> list[Floats]:
    """The strokes (n, 3) in pixels that are longer than `shortest` px."""
    places, offsets = camera.pixels(strokes[0]), strokes[1]
    along = arc_length(places[:, :2])
    long = [i for i in range(len(offsets) - 1) if along[offsets[i + 1] - 1] - along[offsets[i]] > shortest]
    return [places[offsets[i] : offsets[i + 1]] for i in long]


def _resampled(stroke: Floats) -> Floats:
    """(n, 3) evenly along the picture between corners; ends and corners are kept."""
    step = np.diff(stroke[:, :2], axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    kept = length > 1e-4
    stroke, step, length = stroke[np.concatenate([[True], kept])], step[kept], length[kept]
    along = np.concatenate([[0.0], np.cumsum(length)])
    cross = step[:-1, 0] * step[1:, 1] - step[:-1, 1] * step[1:, 0]
    turn = np.abs(np.arctan2(cross, (step[:-1] * step[1:]).sum(1)))
    # Corners closer than half the spacing are a rounded end or a wobble, and the spacing keeps those.
    marks = [0.0]
    for corner in along[1 + np.flatnonzero(turn > _CORNER)]:
        if corner - marks[-1] > _SPACING / 2 and along[-1] - corner > _SPACING / 2:
            marks.append(corner)
    marks.append(along[-1])
    counts = np.maximum(np.ceil(np.diff(marks) / _SPACING), 1).astype(int)
    sample = np.interp(np.arange(counts.sum() + 1), Ragged.of(counts).offsets, marks)
    return np.stack([np.interp(sample, along, stroke[:, axis]) for axis in range(3)], axis=1)


def _barycentric(points: Floats, corners: Floats) -> Floats:
    """(P, 3) weights of the corners (P, 3, 3) nearest to reproducing the points, none negative."""
    one, two, to = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0], points - corners[:, 0]
    a, b, c = (one * one).sum(1), (one * two).sum(1), (two * two).sum(1)
    d, e = (to * one).sum(1), (to * two).sum(1)
    area = np.maximum(a * c - b * b, 1e-12)
    weights = np.stack([np.zeros(len(points)), (c * d - b * e) / area, (a * e - b * d) / area], axis=1)
    weights[:, 0] = 1 - weights[:, 1] - weights[:, 2]
    weights = np.clip(weights, 0.0, 1.0)
    return weights / weights.sum(1, keepdims=True)


def _sizes(corners: Floats) -> Floats:
    """(P,) the length of the middle one of the edges: long slivers are no coarser than they are wide, nearly."""
    return np.sort(np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2), axis=1)[:, 1]


def _kinds(xyz: Floats, contours: Floats, offsets: NDArray[np.int64], camera: stage.Camera) -> NDArray[np.uint8]:
    """(P,) OUTLINE where a contour passes, FEATURE elsewhere."""
    places = camera.pixels(contours)
    inside = np.ones(max(len(places) - 1, 0), bool)
    inside[offsets[1:-1] - 1] = False
    start, end = places[:-1][inside], places[1:][inside]
    if not len(start):
        return np.full(len(xyz), FEATURE, np.uint8)
    counts = np.ceil(np.linalg.norm(end - start, axis=1) / _ON_CONTOUR).astype(int) + 1
    cut = Ragged.of(counts)
    share = cut.share[:, None]
    dense = (1 - share) * start[cut.owner] + share * end[cut.owner]
    squeeze = np.array([1.0, 1.0, 0.3])
    distance = cKDTree(dense * squeeze).query(xyz * squeeze, distance_upper_bound=_ON_CONTOUR)[0]
    return np.where(np.isfinite(distance), OUTLINE, FEATURE).astype(np.uint8)


def main(arguments: Sequence[str] | None = None) -> int:
    """One line of JSON for every job: its clip's path, or why there is none."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("mocap", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args(arguments)
    jobs = [Job(**one) for one in json.load(sys.stdin)]
    character = stage.load(options.data / jobs[0].file)
    for job in jobs:
        start = time.monotonic()
        report: dict[str, object] = {"path": str(job.path)}
        try:
            clip, tracked = make_clip(character, job, options.mocap)
        except ValueError as error:
            report |= {"skipped": f"{type(error).__name__}: {error}"}
        else:
            save_clip(clip, options.out / job.path)
            seen = float(np.mean([f.seen.mean() for f in clip.frames]))
            points = float(np.mean([len(f.xy) for f in clip.frames]))
            report |= {"drawings": len(clip), "points": round(points), "agreeing": round(tracked.agreeing, 4)}
            report |= {"seen": round(seen, 3), "seconds": round(time.monotonic() - start, 1)}
        print("\n" + json.dumps(report), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
