"""Tween with the engine alone, without Blender: quick to start, and it tells the plan's time from drawing's.

What it draws is what the operator draws: a frame's layers are planned as one stack, from keys in single precision, as
Blender stores them.
"""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import numpy as np

from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.skeletons.limbs import Limbs
from inkbetween.inference.tween.engines import settings_of
from inkbetween.inference.tween.plan import Context, MatchCache, plan_tween
from inkbetween.tools.bench.drawings.rigged import displaced, load_rig
from inkbetween.tools.bench.drawings.sequences import Fill, Frame, Painting, Sequence, Stroke
from inkbetween.tools.space import to_pixels, to_plane

from .tweened import Tweened


def to_drawing(frame: Frame, fills: Painting = []) -> Drawing:  # noqa: B006 (nobody writes to it)
    """Fills on a layer below the lines', a material for each colour."""
    outlines = [_stored(fill.outline) for fill in fills]
    count = len(fills)
    drawing = Drawing.from_strokes([*outlines, *map(_stored, frame)], [True] * count + [False] * len(frame))
    if not fills:
        return drawing
    filled = np.arange(drawing.stroke_count) < count
    material = np.array([fill.colour + 1 for fill in fills] + [0] * len(frame), np.int32)
    return replace(drawing, filled=filled, material=material, layer=(~filled).astype(np.int64))


def _stored(pixels: Stroke) -> Stroke:
    """(n, 2) in the drawing plane, rounded to what a Blender file keeps of it."""
    return to_plane(pixels).astype(np.float32).astype(np.float64)


def to_fills(drawing: Drawing) -> Painting:
    """What is painted, in pixels and drawing order."""
    rows = np.flatnonzero(drawing.material > 0)
    outlines = ((int(drawing.material[row]) - 1, to_pixels(drawing.stroke(row))) for row in rows)
    return [Fill(colour, outline) for colour, outline in outlines if len(outline)]


def to_frame(drawing: Drawing) -> Frame:
    """The lines in pixels again; a cyclic stroke gets its closing edge."""
    frame = []
    for index in np.flatnonzero(drawing.material == 0):
        points = drawing.stroke(index)
        if len(points):
            closed = np.concatenate([points, points[:1]]) if drawing.cyclic[index] else points
            frame.append(to_pixels(closed))
    return frame


def tween(sequence: Sequence, gap: int, engine: str = "LEARNED", guided: str = "") -> Tweened:
    """All gaps of a sequence with a key every `gap` frames, each planned with its neighbours as context; `guided` by
    the sequence's own armature as it is ("true"), by one that is off ("off"), or by a skeleton inferred from the
    drawings ("auto")."""
    settings = replace(settings_of(engine), wired=guided == "auto")
    guide = None
    if guided in ("true", "off"):
        seen = load_rig(sequence).guide()
        guide = Limbs.of(displaced(seen) if guided == "off" else seen)
    gaps = sequence.gaps(gap)
    numbers = [first for first, _ in gaps] + [gaps[-1][1]]
    keys = [to_drawing(sequence.frames[n], sequence.fills[n] if sequence.fills else []) for n in numbers]
    cache = MatchCache()
    frames: dict[int, Frame] = {}
    fills: dict[int, Painting] = {}
    planning = drawing_time = 0.0
    for index, (first, last) in enumerate(gaps):
        before = keys[index - 1] if index else None
        after = keys[index + 2] if index + 2 < len(keys) else None
        times = (float(first - gap), float(first), float(last), float(last + gap))
        started = perf_counter()
        context = Context(before, after, times)
        plan = plan_tween(keys[index], keys[index + 1], context=context, settings=settings, cache=cache, guide=guide)
        planned = perf_counter()
        drawn = [plan.at((number - first) / gap) for number in range(first + 1, last)]
        drawing_time += perf_counter() - planned
        planning += planned - started
        frames.update(zip(range(first + 1, last), map(to_frame, drawn), strict=True))
        if sequence.fills:
            fills.update(zip(range(first + 1, last), map(to_fills, drawn), strict=True))
    return Tweened(frames, planning / len(gaps), drawing_time / len(frames), fills)
