"""From a view of a person to what the joint detector sees of it in training: drawn with another hand, on the grid."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.skeletons.detector.joint_view import CHANNELS, JOINTS, SIDE

from .joint_views import JointView

Floats = NDArray[np.float32]
Rng = np.random.Generator
_CELLS = 130
_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)
_GAP = 2
_ARMS = tuple(JOINTS.index(f"elbow {n}") for n in (1, 2))


def seen(view: JointView, rng: Rng | None = None) -> tuple[Floats, Floats]:
    """(CHANNELS, SIDE, SIDE) as `joint_view.view_of` makes it, and (J, 2) the joints in cells, x right and y down.
    With `rng` it is drawn by another hand."""
    ink, joints = view.ink, view.joints
    if rng is not None:
        ink, joints = _turned(ink, joints, rng)
        if rng.random() < 0.4:
            ink = _held(ink, joints, rng)
        ink, joints = _bent(ink, joints, rng)
        ink = _more(_less(ink, rng), rng)
    low, high = _box(ink)
    scale = _CELLS / float((high - low).max())
    shift = (np.array([SIDE, SIDE]) - (high - low) * scale) / 2.0
    cells = np.floor((ink - low) * scale + shift).astype(np.int64).clip(0, SIDE - 1)
    grid = np.zeros((SIDE, SIDE), np.uint8)
    grid[SIDE - 1 - cells[:, 1], cells[:, 0]] = 1
    if rng is not None:
        grid = _styled(grid, rng)
    at = (joints - low) * scale + shift
    return channels(grid), np.stack([at[:, 0], SIDE - at[:, 1]], 1).astype(np.float32)


def channels(ink: NDArray[np.uint8]) -> Floats:
    """What `silhouette_of` and `view_of` tell of a grid of ink, faster."""
    wall = cv2.dilate(ink, _CROSS, iterations=_GAP)
    # The grid's own edge may hold ink here, so that what is outside is flooded from beyond it.
    outside = cv2.copyMakeBorder(wall, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    cv2.floodFill(outside, None, (0, 0), 2, flags=4)
    open_ = (outside[1:-1, 1:-1] == 2).astype(np.uint8)
    inside = ((cv2.dilate(open_, _CROSS, iterations=_GAP) == 0) | (ink > 0)).astype(np.uint8)
    far = cv2.distanceTransform(1 - ink, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    deep = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    out = np.empty((CHANNELS, SIDE, SIDE), np.float32)
    out[0], out[1] = ink, inside
    out[2], out[3] = np.minimum(far / 10.0, 2.0), np.minimum(deep / 20.0, 2.0)
    return out


def _turned(ink: Floats, joints: Floats, rng: Rng) -> tuple[Floats, Floats]:
    """Mirrored, turned, wider or taller."""
    angle = float(np.clip(rng.normal(0.0, 0.14), -0.4, 0.4))
    cos, sin = np.cos(angle), np.sin(angle)
    wide = np.exp(rng.normal(0.0, 0.1)) * (-1.0 if rng.random() < 0.5 else 1.0)
    turn = np.array([[cos, -sin], [sin, cos]]) @ np.diag([wide, 1.0])
    return (ink @ turn.T).astype(np.float32), (joints @ turn.T).astype(np.float32)


def _held(ink: Floats, joints: Floats, rng: Rng) -> Floats:
    """Something in a hand, before all else: blades, sticks, guns, shields, balls; some are no part of any limb."""
    size, limb = _size(ink), int(rng.choice(_ARMS))
    elbow, hand = joints[limb], joints[limb + 1]
    angle, shape = rng.uniform(-np.pi, np.pi), rng.random()
    way = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-way[1], way[0]])
    if shape < 0.65:
        long, wide = size * rng.uniform(0.1, 0.5), size * float(np.exp(rng.uniform(np.log(0.008), np.log(0.06))))
        middle, tip = hand + way * long * rng.uniform(0.15, 0.5), rng.uniform(0.0, 1.2)
    else:
        long, wide = size * rng.uniform(0.08, 0.4), size * rng.uniform(0.05, 0.2)
        middle, tip = hand + (elbow - hand) * rng.uniform(-0.5, 0.7), 1.0
    off = ink - middle
    u, v = off @ way / (long / 2), off @ across / wide
    hidden = (u**2 + v**2 < 1.0) if shape > 0.85 else (np.abs(u) < 1.0) & (np.abs(v) < 1.0 + (tip - 1.0) * (u + 1) / 2)
    if shape > 0.85:
        turn = np.linspace(0.0, 2 * np.pi, 500)
        edge = np.stack([np.cos(turn), np.sin(turn)], 1)
    else:
        corners = np.array([[-1, -1], [1, -tip], [1, tip], [-1, 1], [-1, -1]])
        edge = np.concatenate([a + (b - a) * np.linspace(0, 1, 200)[:, None] for a, b in pairwise(corners)])
    if rng.random() < 0.3:
        edge = np.concatenate([edge, edge * rng.uniform(0.3, 0.8)])
    drawn = middle + edge[:, :1] * way * (long / 2) + edge[:, 1:] * across * wide
    return np.concatenate([ink[~hidden], drawn.astype(np.float32)])


def _bent(ink: Floats, joints: Floats, rng: Rng) -> tuple[Floats, Floats]:
    """By slow waves, joints too, and quick ones, lines alone."""
    size = _size(ink)
    strength, tremor = abs(rng.normal(0.0, 0.012)), abs(rng.normal(0.0, 0.003))
    for most, waves, both in ((strength, 3.0, True), (tremor, 25.0, False)):
        way = rng.normal(0.0, waves * np.pi / size, (2, 6)).astype(np.float32)
        phase = rng.uniform(0, 2 * np.pi, 6).astype(np.float32)
        height = (most * size * rng.normal(0.0, 1.0, (6, 1))).astype(np.float32)
        height = height * np.repeat(np.eye(2, dtype=np.float32), 3, 0)
        joints = joints + np.sin(joints @ way + phase) @ height if both else joints
        ink = ink + np.sin(ink @ way + phase) @ height
    return ink, joints


def _size(ink: Floats) -> float:
    low, high = _box(ink)
    return float((high - low).max())


def _box(ink: Floats) -> tuple[Floats, Floats]:
    """As `min(0)` and `max(0)`, which are slow for so few columns."""
    x, y = np.ascontiguousarray(ink.T)
    return np.array([x.min(), y.min()]), np.array([x.max(), y.max()])


def _less(ink: Floats, rng: Rng) -> Floats:
    """Small and large gaps."""
    if rng.random() < 0.4:
        return ink
    size, keep = _size(ink), np.ones(len(ink), bool)
    for _ in range(int(rng.integers(1, 9))):
        reach = size * (rng.uniform(0.005, 0.02) if rng.random() < 0.8 else rng.uniform(0.02, 0.07))
        off = ink - ink[rng.integers(len(ink))]
        keep &= off[:, 0] ** 2 + off[:, 1] ** 2 > reach**2
    return ink[keep] if keep.mean() > 0.6 else ink


def _more(ink: Floats, rng: Rng) -> Floats:
    """Lines drawn twice, and accents that mean nothing."""
    size = _size(ink)
    if rng.random() < 0.12:
        again, _ = _bent(ink, ink[:1], rng)
        ink = np.concatenate([ink, again + (rng.normal(0.0, 0.008, 2) * size).astype(np.float32)])
    if rng.random() < 0.3:
        lines = []
        for _ in range(int(rng.integers(1, 8))):
            ends = ink[rng.integers(len(ink))] + rng.normal(0.0, 0.04 * size, (2, 2))
            lines.append(ends[0] + (ends[1] - ends[0]) * np.linspace(0.0, 1.0, 60)[:, None])
        low, high = _box(ink)
        ink = np.concatenate([ink, np.concatenate(lines).clip(low, high).astype(np.float32)])
    return ink


def _styled(grid: NDArray[np.uint8], rng: Rng) -> NDArray[np.uint8]:
    """As it is, its outline alone, with thick lines, or with thick lines of which the edges are drawn."""
    style = rng.random()
    if style < 0.62:
        return grid
    if style < 0.78:
        covered = (channels(grid)[1] > 0).astype(np.uint8)
        edge = covered & ~cv2.erode(covered, _CROSS)
        # Some of what is inside stays.
        left = grid if rng.random() < 0.5 else np.zeros_like(grid)
        x, y = rng.integers(0, SIDE, 2)
        left[max(y - 45, 0) : y + 45, max(x - 45, 0) : x + 45] = 0
        return edge | left
    thick = cv2.dilate(grid, np.ones((3, 3), np.uint8), iterations=int(rng.integers(1, 3)))
    return thick if style < 0.86 else thick & ~cv2.erode(thick, _CROSS)
