"""A figure laid flat: through the camera, or as its own front or side shows it.

Which way it walks does not matter then.

One drawing shows one side of a body. A projection by the body's own axes keeps showing that side while the performer
turns, as the frontal and sagittal projections of Animated Drawings (Smith et al. 2023) do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..geometry.points import Array, Index
from ..geometry.tridiagonal import Tridiagonal
from .figure import Figure
from .guide import GuideError
from .steadiness import limited, limits_of, turns_in_space
from .view import Canvas, View, seen

VIEW, AUTO, FRONT, BACK, LEFT, RIGHT = "VIEW", "AUTO", "FRONT", "BACK", "LEFT", "RIGHT"
SIDE, THREE_QUARTER = "SIDE", "THREE_QUARTER"
HALF_LEFT, HALF_RIGHT = "HALF_LEFT", "HALF_RIGHT"
# How far the body turns away from facing the viewer, by the side of the picture that it faces.
YAWS = {FRONT: 0.0, HALF_RIGHT: 0.7, HALF_LEFT: -0.7, RIGHT: np.pi / 2, LEFT: -np.pi / 2, BACK: np.pi}
UP = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True)
class SideSettings:
    """How a figure turns in the plane.

    facing  the way a body faces is smoothed over this many frames, so that hips may swing
    seen    where less than this share of a bone is seen, its neighbours in time say where it points,
    most    and less than this share of the most that is ever seen of it;
    sure    where less than this is seen they have a say,
    stiff   so much, against what a bone says that is seen whole
    better  another side must show a limb's motion so many times better than the side that is drawn
    faster  an image turns at most so many times as fast as its bone does in space,
    beside  and by so many radians a frame besides
    """

    facing: int = 12
    seen: float = 0.3
    most: float = 0.8
    sure: float = 0.7
    stiff: float = 0.3
    better: float = 1.6
    faster: float = 2.5
    beside: float = 0.06


@dataclass(frozen=True)
class Planar:
    """A figure in the plane: xy (T, N, 2) and depth (T, N) of its joints.

    Depth is towards the viewer, in the same units.
    """

    xy: Array
    depth: Array

    def followed(self, by: Planar) -> Planar:
        """The figure with further moments after the last one."""
        return Planar(np.concatenate([self.xy, by.xy]), np.concatenate([self.depth, by.depth]))

    def segments(self, figure: Figure) -> tuple[Array, Array]:
        """(T, N, 2) from each joint's parent to it, and (T, N) how long that is in space."""
        above = np.where(figure.parents >= 0, figure.parents, 0)
        along = self.xy - self.xy[:, above]
        return along, np.hypot(np.linalg.norm(along, axis=2), self.depth - self.depth[:, above])


@dataclass(frozen=True)
class Swing:
    """How bones turn: angle (T, N) radians without jumps, share (T, N) of length seen."""

    angle: Array
    share: Array


@dataclass(frozen=True)
class Body:
    """Which way the figure faces: left, forward (T, 3), horizontal unit vectors."""

    left: Array
    forward: Array


def through_camera(figure: Figure, views: View | Sequence[View] | None, canvas: Canvas) -> Planar:
    """The figure as the camera sees it on the drawing plane.

    Raises `GuideError` as `view.seen` does.
    """
    guide = seen(figure.rig, views, canvas)
    return Planar(guide.tail, guide.tail_depth)


def by_body(figure: Figure, body: Body, yaw: float) -> Planar:
    """The figure as one sees it who walks beside it, always on the same side.

    That side is `yaw` from its front. The root goes as far to the side of the picture as it does across that side.
    """
    places = figure.places
    right = np.cos(yaw) * body.left + np.sin(yaw) * body.forward
    toward = np.cos(yaw) * body.forward - np.sin(yaw) * body.left
    own = places - places[:, :1]
    step = np.diff(places[:, 0], axis=0)
    across = (step * (right[1:] + right[:-1]) / 2.0).sum(1)
    nearer = (step * (toward[1:] + toward[:-1]) / 2.0).sum(1)
    start = places[0, 0]
    x = np.concatenate([[0.0], np.cumsum(across)]) + float(start @ right[0])
    z = np.concatenate([[0.0], np.cumsum(nearer)])
    xy = np.stack([np.einsum("tnk,tk->tn", own, right) + x[:, None], places @ UP], -1)
    return Planar(xy, np.einsum("tnk,tk->tn", own, toward) + z[:, None])


def still(places: Array, body: Body, moment: int, yaw: float) -> Planar:
    """Poses (K, N, 3) as `by_body` shows them, facing as the body does at a moment."""
    right = np.cos(yaw) * body.left[moment] + np.sin(yaw) * body.forward[moment]
    toward = np.cos(yaw) * body.forward[moment] - np.sin(yaw) * body.left[moment]
    return Planar(np.stack([places @ right, places @ UP], -1), places @ toward)


def body_of(figure: Figure, settings: SideSettings = SideSettings()) -> Body | None:
    """None where nothing tells left from right."""
    across = np.zeros_like(figure.places[:, 0])
    for one, other in figure.pairs:
        a, b = (figure.places[:, figure.chain(part)] for part in (one, other))
        root = [figure.places[:, figure.parents[figure.chain(part)[0]]] for part in (one, other)]
        # Limbs that hang on one joint are told apart by where they go.
        apart = root[0] - root[1] if not np.allclose(root[0], root[1]) else a[:, 0] - b[:, 0]
        sign = _side(figure, one, other, apart)
        across += sign * apart
    across[:, 2] = 0.0
    size = np.linalg.norm(across, axis=1)
    if not len(figure.pairs) or not (size > 1e-6).any():
        return None
    across = _smoothed(across, settings.facing)
    size = np.linalg.norm(across, axis=1)
    mean = across[int(np.argmax(size))] / size.max()
    left = np.where((size > 1e-6)[:, None], across / np.maximum(size, 1e-9)[:, None], mean)
    forward = np.cross(left, UP)
    return Body(left, forward)


def _side(figure: Figure, one: int, other: int, apart: Array) -> float:
    """1 where the part `one` is the left one, -1 where it is the right one."""
    names = [" ".join(figure.names[joint] for joint in figure.chain(part)).lower() for part in (one, other)]
    words = ("left", "right")
    told = [sum(1.0 for word, sign in zip(words, (1, -1), strict=True) if word in name) for name in names]
    if all(told):
        return 1.0 if "left" in names[0] else -1.0
    ahead = np.cross(apart, UP)
    feet = [figure.rig.tails[:, chain[-1]] - figure.rig.heads[:, chain[-1]] for chain in _lowest(figure)]
    told_by_feet = float(np.mean([(foot * ahead).sum(1).mean() for foot in feet])) if feet else 0.0
    if told_by_feet:
        return 1.0 if told_by_feet > 0.0 else -1.0
    return 1.0 if names[0].startswith("l") or ".l" in names[0] or "_l" in names[0] else -1.0


def _lowest(figure: Figure) -> list[Index]:
    """The chains of the pair that reaches farthest down."""
    if not figure.pairs:
        return []
    height = [float(figure.places[:, figure.chain(a)[-1], 2].mean()) for a, _ in figure.pairs]
    return [figure.chain(part) for part in figure.pairs[int(np.argmin(height))]]


def feet_of(figure: Figure) -> list[int]:
    """The joints that stand on the ground: where the lowest pair of limbs ends.

    Nothing where there is none.
    """
    chains = _lowest(figure)
    if not chains:
        return []
    low = float(np.mean([figure.places[:, chain[-1], 2].mean() for chain in chains]))
    return [int(chain[-1]) for chain in chains] if low < float(figure.places[:, 0, 2].mean()) else []


def _smoothed(values: Array, reach: int) -> Array:
    """Mean over `reach` frames to either side, fewer at the ends."""
    total = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
    index = np.arange(len(values))
    low, high = np.maximum(index - reach, 0), np.minimum(index + reach + 1, len(values))
    return np.asarray((total[high] - total[low]) / (high - low)[:, None])


def swing_of(figure: Figure, planar: Planar, settings: SideSettings = SideSettings()) -> Swing:
    """How the bones turn in the plane.

    A bone that points at the viewer does not spin: it goes the short way from how it lay before to how it lies
    after, and not much faster than it turns in space.
    """
    along, whole = planar.segments(figure)
    flat = np.linalg.norm(along, axis=2)
    share = np.where(whole > 1e-9, np.minimum(flat / np.maximum(whole, 1e-9), 1.0), 1.0)
    raw = np.arctan2(along[..., 1], along[..., 0])
    angle = np.zeros_like(raw)
    for joint in range(figure.count):
        angle[:, joint] = _steady(raw[:, joint], share[:, joint], settings)
    above = np.where(figure.parents >= 0, figure.parents, 0)
    deep = planar.depth - planar.depth[:, above]
    in_space = turns_in_space(np.concatenate([along, deep[..., None]], 2))
    return Swing(limited(angle, limits_of(in_space, settings.faster, settings.beside)), share)


def _steady(raw: Array, share: Array, settings: SideSettings) -> Array:
    known = np.flatnonzero(share > min(settings.seen, float(share.max()) * settings.most))
    count = np.arange(len(raw))
    whole = np.interp(count, known, np.unwrap(raw[known]))
    if len(raw) < 2:
        return whole
    # Near what was said before, as seen at each moment; the less of the bone is seen, the less that counts.
    said = whole + np.angle(np.exp(1j * (raw - whole)))
    sure = np.minimum(share / settings.sure, 1.0) ** 4 + 1e-6
    stiff = np.full(len(raw) - 1, settings.stiff)
    diagonal = sure.copy()
    diagonal[1:] += stiff
    diagonal[:-1] += stiff
    right = sure * np.where(share > settings.seen, said, whole)
    return np.asarray(Tridiagonal(diagonal, -stiff).solve(right.astype(complex)).real)


def sides_of(figure: Figure, body: Body | None, drawn: str, settings: SideSettings = SideSettings()) -> list[str]:
    """The side that shows each part's motion best, if clearly not the drawn one.

    Trunk and head go by the side that is drawn: a nod must not become a tilt.
    """
    out = [drawn] * (int(figure.part.max()) + 1)
    if body is None or drawn in (VIEW, HALF_LEFT, HALF_RIGHT):
        return out  # half a turn away shows both
    other = FRONT if drawn in (LEFT, RIGHT) else RIGHT
    for pair in figure.pairs:
        shown = {side: sum(_shown(figure, body, part, side) for part in pair) for side in (drawn, other)}
        if shown[other] > settings.better * shown[drawn]:
            for part in pair:
                out[part] = other
    return out


def _shown(figure: Figure, body: Body, part: int, side: str) -> float:
    """How much the directions of a part's bones vary as seen from a side."""
    joints = figure.chain(part)
    along = figure.places[:, joints] - figure.places[:, figure.parents[joints]]
    right = np.cos(YAWS[side]) * body.left + np.sin(YAWS[side]) * body.forward
    flat = np.stack([np.einsum("tnk,tk->tn", along, right), along @ UP], -1)
    return float(flat.var(axis=0).sum())


def require_body(figure: Figure, body: Body | None, projection: str) -> None:
    """Raise `GuideError` where a projection can't tell which way the figure faces."""
    if body is None and projection not in (VIEW, AUTO):
        raise GuideError(
            "The guide has no left and right limbs, so that its front and sides are unknown: choose View as the "
            "projection."
        )
