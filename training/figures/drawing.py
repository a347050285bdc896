"""From a body and its poses to drawings: strokes of what is visible, every point knowing its track."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.geometry.points import arc_length
from inkbetween.inference.geometry.ragged import Ragged
from inkbetween.training.clips.clip import HEIGHT, OUTLINE, WIDTH, Labelled

from .forms import Body
from .lines import Lines, all_lines
from .rig import Array, Pose, moved, solve
from .surface import Camera, Rings, place_controls, place_rings
from .visibility import covered

STEP = 5.5
"""Pixels between a stroke's points."""
WIDEST = 7.9
"""Pixels between a stroke's points at the most."""
SHORTEST = 8.0
"""Shorter runs are not drawn, pixels."""


def draw(
    body: Body, pose: Pose, warm: int, yaw: float, pitch: float, fill: float, rng: np.random.Generator
) -> list[Labelled]:
    """All drawings of a pose's moments after the first `warm`, which only set springs swinging.

    yaw, pitch in radians; the figure fills `fill` of the picture's height or width over the whole clip.
    """
    controls, shape = stand(body, pose)
    controls = (controls[0][warm:], controls[1][warm:], controls[2][warm:])
    rings = frame_up(body, controls, shape[warm:], yaw, pitch, fill)
    lines = all_lines(body, rings)
    drawn = visible(lines, rings)
    return [_drawing(lines, drawn, k, rng) for k in range(len(drawn))]


def stand(body: Body, pose: Pose) -> tuple[tuple[Array, Array, Array], Array]:
    """Controls' places, sides and axes after the figure was put on the ground, and how space is squashed, (T, 3, 3)."""
    posed = solve(body.rig, pose)
    if body.soles:
        controls = [body.controls[k] for k in body.soles]
        bones = np.array([c.bone for c in controls])
        offsets = np.array([c.offset for c in controls])
        soles = posed.place[:, bones] + np.einsum("tcij,cj->tci", posed.turn[:, bones], offsets)
        low = soles[..., 1].min(1)
        shift = np.zeros((pose.moments, 3))
        # The body is heavy: it does not follow every step of the lowest sole at once.
        shift[:, 1] = np.where(np.isnan(pose.lift), 0.0, np.nan_to_num(pose.lift) - _eased(low))
        posed = moved(posed, shift)
    shape = np.zeros((pose.moments, 3, 3))
    shape[:, 1, 1] = pose.stretch
    shape[:, 0, 0] = shape[:, 2, 2] = 1.0 / np.sqrt(pose.stretch)
    return place_controls(body, posed), shape


def _eased(values: Array) -> Array:
    """Smoothed over about five drawings."""
    kernel = np.exp(-0.5 * (np.arange(-4, 5) / 1.5) ** 2)
    return np.convolve(np.pad(values, 4, mode="edge"), kernel / kernel.sum(), mode="valid")


def frame_up(
    body: Body, controls: tuple[Array, Array, Array], shape: Array, yaw: float, pitch: float, fill: float
) -> Rings:
    """One camera for all drawings: the figure in the middle, filling the picture as told."""
    return place_rings(body, controls, shape, camera_of(body, controls, shape, yaw, pitch, fill))


def camera_of(
    body: Body, controls: tuple[Array, Array, Array], shape: Array, yaw: float, pitch: float, fill: float
) -> Camera:
    loose = place_rings(body, controls, shape, Camera(yaw, pitch, 1.0, (0.0, 0.0)))
    reach = np.sqrt(np.stack([loose.spread[..., 0, 0], loose.spread[..., 1, 1]], -1))
    low, high = (loose.centre[..., :2] - reach).min((0, 1)), (loose.centre[..., :2] + reach).max((0, 1))
    scale = fill * float(np.min(np.array([WIDTH, HEIGHT]) / (high - low)))
    shift = np.array([WIDTH, HEIGHT]) / 2 - scale * (low + high) / 2
    return Camera(yaw, pitch, scale, (float(shift[0]), float(shift[1])))


def visible(lines: Lines, rings: Rings) -> NDArray[np.bool_]:
    """Where lines are drawn, (T, P): not hidden, turned to the viewer, and not in crumbs."""
    starts = np.searchsorted(rings.tube, np.arange(rings.tube[-1] + 2))
    reach = np.sqrt(np.maximum(rings.spread[..., 2, 2], 0.0)).mean(0)
    thick = np.maximum.reduceat(reach, starts[:-1])
    outline = lines.kind == OUTLINE
    slack = np.where(outline, 1.2, 0.8)
    own = np.where(outline, 1.5, 0.5 * thick[lines.tube])
    drawn = lines.facing & ~covered(lines.places, lines.tube, rings, slack, own)
    step = np.linalg.norm(np.diff(lines.places[..., :2], axis=1, append=lines.places[:, :1, :2]), axis=-1)
    for line in range(len(lines.closed)):
        of = slice(lines.starts[line], lines.starts[line + 1])
        for t in np.flatnonzero(drawn[:, of].any(1)):
            drawn[t, of] = _without_crumbs(drawn[t, of], step[t, of], bool(lines.closed[line]))
    return drawn


def _runs(on: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Starts and ends (n, 2) of runs of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]])))
    return edges.reshape(-1, 2)


def _without_crumbs(on: NDArray[np.bool_], step: Array, closed: bool) -> NDArray[np.bool_]:
    """Gaps of a single place are closed, runs shorter than SHORTEST px dropped."""
    if len(on) < 3:
        return np.zeros_like(on)
    turn = int(np.argmin(on)) if closed else 0
    rolled, length = np.roll(on, -turn), np.roll(step, -turn)
    filled = rolled.copy()
    filled[1:-1] |= rolled[:-2] & rolled[2:] & (length[1:-1] < STEP)
    for start, end in _runs(filled):
        if length[start : end - 1].sum() < SHORTEST:
            filled[start:end] = False
    return np.roll(filled, turn)


def _drawing(lines: Lines, drawn: NDArray[np.bool_], k: int, rng: np.random.Generator) -> Labelled:
    strokes = []
    for line in range(len(lines.closed)):
        start, end = int(lines.starts[line]), int(lines.starts[line + 1])
        on = drawn[k, start:end]
        if not on.any():
            continue
        order = np.arange(start, end)
        if lines.closed[line]:
            turn = int(np.argmin(on))
            order, on = np.roll(order, -turn), np.roll(on, -turn)
            if on.all():
                order, on = np.append(order, order[0]), np.append(on, True)
        strokes += [_thinned(order[a:b], lines.places[k, order[a:b], :2]) for a, b in _runs(on)]
    strokes = _joined([s for s in strokes if len(s) > 1], lines.places[k, :, :2], rng)
    low = np.concatenate(strokes) if strokes else np.zeros(0, dtype=np.int64)
    rows = Ragged.of([len(s) for s in strokes])
    last = np.zeros(len(low), dtype=bool)
    last[rows.last] = True
    high = np.where(last, low, np.append(low[1:], low[-1:]))
    # Where labels are farther apart than a stroke's points may be, points go between them.
    gap = np.linalg.norm(lines.places[k, high, :2] - lines.places[k, low, :2], axis=1)
    counts = np.where(gap > WIDEST, np.ceil(gap / STEP), 1).astype(np.int64)
    finer, cut = rows.divided(counts)
    part, low, high = cut.share, low[cut.owner], high[cut.owner]
    places = (lines.places[:, low] * (1 - part[:, None]) + lines.places[:, high] * part[:, None]).astype(np.float32)
    return Labelled(
        places[k, :, :2],
        finer.offsets,
        lines.kind[low],
        lines.tube[low].astype(np.int16),
        places[k, :, 2],
        places[..., :2],
        drawn[:, low] & (drawn[:, high] | (part == 0)),
    )


def _thinned(order: NDArray[np.int64], places: Array) -> NDArray[np.int64]:
    """Every so manieth place, so that points are about STEP px apart."""
    travelled = arc_length(places)
    pieces = max(round(float(travelled[-1]) / STEP), 1)
    at = np.searchsorted(travelled, np.linspace(0.0, travelled[-1], pieces + 1)[1:-1])
    return order[np.unique(np.concatenate([[0], at, [len(order) - 1]]))]


def _joined(strokes: list[NDArray[np.int64]], places: Array, rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """Some strokes that meet and go on in the same direction become one, as a pen would run on."""
    strokes = list(strokes)
    for _ in range(len(strokes)):
        ends = np.array([[places[s[0]], places[s[-1]]] for s in strokes]).reshape(-1, 2)
        out = np.array([[places[s[0]] - places[s[1]], places[s[-1]] - places[s[-2]]] for s in strokes]).reshape(-1, 2)
        out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
        near = (np.linalg.norm(ends[:, None] - ends[None], axis=-1) < 2.0) & (out @ out.T < -0.7)
        near &= np.arange(len(ends))[:, None] // 2 < np.arange(len(ends))[None] // 2
        pairs = np.argwhere(near)
        if not len(pairs):
            break
        a, b = pairs[rng.integers(len(pairs))]
        if rng.random() < 0.5:
            break
        first, second = strokes[a // 2], strokes[b // 2]
        joined = np.concatenate([first if a % 2 else first[::-1], second[::-1] if b % 2 else second])
        strokes = [s for i, s in enumerate(strokes) if i not in (a // 2, b // 2)] + [joined]
    return strokes
