"""What a retargeted drawing is measured by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.geometry.points import Array
from inkbetween.inference.retargeting.plan import Retarget
from inkbetween.inference.skeletons.figure import Figure
from inkbetween.inference.skeletons.projection import feet_of

from .subjects import Subject, side_of

JUMP = 0.25
"""No point may move farther between frames than this share of the drawing's height, unless its bone does."""
PLACED = 0.1
"""A joint is placed right within this share of the drawing's height."""
_TORN = 1.5


@dataclass(frozen=True)
class Measured:
    """One drawing performing one clip; lengths as shares of the drawing's height.

    same      whether the drawing is itself, bit for bit, at the frame whose pose it has
    limbs     how much longer or shorter a bone gets at most, as a share of its length
    jump      how far a point moves between frames at most, and how far the ends of its bone do
    flips     points that jump farther than `JUMP` though their bone does not, all frames together
    turn      how far a bone turns between frames at most, degrees, beyond what it turns in space
    tear      how much longer an edge gets at most
    torn      the share of ink that gets longer by half, in the worst frame; `drawn_out` in the mean over frames
    placed    the share of joints placed right, None where the truth is not known; `off` how far all are off in the mean
    """

    same: bool
    limbs: float
    jump: float
    jump_of_bone: float
    flips: int
    turn: float
    tear: float
    torn: float
    drawn_out: float
    placed: float | None
    off: float | None


def measure(subject: Subject, plan: Retarget, drawings: Mapping[float, Drawing]) -> Measured:
    """`drawings` are those of all frames by frame, ascending."""
    height, drawing = subject.height, subject.drawing
    at = [points_at(plan, frame) for frame in drawings]
    joints = np.array([plan.joints_at(frame) for frame in drawings])
    bones = plan.figure.bones
    heads = plan.figure.parents[bones]
    length = np.linalg.norm(joints[:, bones] - joints[:, heads], axis=2)
    rest = np.linalg.norm(plan.joints.xy[bones] - plan.joints.xy[heads], axis=1)
    step = np.array([np.linalg.norm(b - a, axis=1) for a, b in pairwise(at)]) / height
    ends = np.linalg.norm(np.diff(joints, axis=0), axis=2) / height
    holder = plan.puppet.skin.bone[:, 0]
    of_bone = np.maximum(ends[:, holder], ends[:, plan.figure.parents[holder]])
    worst = np.unravel_index(int(np.argmax(step)), step.shape)
    edge, inner = _edges(drawing)
    lengths = np.array([np.linalg.norm(xy[edge + 1] - xy[edge], axis=1) for xy in at]) / height
    torn = ((lengths > _TORN * inner / height) * (inner / inner.sum())).sum(1)
    own = drawings[plan.drawn_frame]
    return Measured(
        own.xy.tobytes() == drawing.xy.tobytes() and bool((own.offsets == drawing.offsets).all()),
        float(np.abs(length / np.maximum(rest, 1e-12) - 1.0).max()),
        float(step[worst]),
        float(of_bone[worst]),
        int(((step > JUMP) & (of_bone <= JUMP)).sum()),
        _turned(plan, joints),
        float((lengths - inner / height).max()),
        float(torn.max()),
        float(torn.mean()),
        placed(subject, plan),
        off(subject, plan),
    )


def points_at(plan: Retarget, frame: float) -> Array:
    """(P, 2) the drawing's points in the order they are drawn in at the source, whatever is in front."""
    moment = plan.moment(frame)
    return plan.drawing.xy if moment == plan.joints.moment else plan.points(moment)


def _edges(drawing: Drawing) -> tuple[NDArray[np.int64], Array]:
    """Points with another after them on their stroke, and how far that is."""
    owner = drawing.stroke_of_point
    edge = np.flatnonzero(owner[1:] == owner[:-1])
    return edge, np.linalg.norm(drawing.xy[edge + 1] - drawing.xy[edge], axis=1)


def _turned(plan: Retarget, joints: Array) -> float:
    figure = plan.figure
    bones, heads = figure.bones, figure.parents[figure.bones]
    flat = joints[:, bones] - joints[:, heads]
    heading = np.arctan2(flat[..., 1], flat[..., 0])
    turned = np.abs(np.angle(np.exp(1j * np.diff(heading, axis=0))))
    along = figure.places[:, bones] - figure.places[:, heads]
    along /= np.maximum(np.linalg.norm(along, axis=2, keepdims=True), 1e-12)
    in_space = np.arccos(np.clip((along[1:] * along[:-1]).sum(2), -1.0, 1.0))
    return float(np.degrees((turned - in_space[: len(turned)]).max()))


def placed(subject: Subject, plan: Retarget) -> float | None:
    """Left and right may be taken for each other limb by limb: who they are a drawing need not show."""
    offs = misses(subject, plan)
    return None if offs is None else float((offs <= PLACED).mean())


def off(subject: Subject, plan: Retarget) -> float | None:
    """How far joints are off in the mean, none more than the height."""
    offs = misses(subject, plan)
    return None if offs is None else float(np.minimum(offs, 1.0).mean())


def pins(subject: Subject, figure: Figure) -> dict[str, tuple[float, float]]:
    """The places of the figure's joints as far as the truth tells them; sides by the joints' names."""
    out: dict[str, tuple[float, float]] = {}
    for chains, names in _limbs(figure) if subject.joints else ():
        for chain in chains:
            word = " ".join(figure.names[joint] for joint in chain).lower()
            side = side_of(word) or ("left" if chain is chains[0] else "right")
            for joint, name in zip((figure.parents[chain[0]], *chain[:2]), names, strict=False):
                x, y = subject.joints[f"{side} {name}"]
                out[figure.names[joint]] = (float(x), float(y))
    return out


def _limbs(figure: Figure) -> list[tuple[list[NDArray[np.int64]], tuple[str, str, str]]]:
    """The chains of each pair of limbs, and what their joints are called."""
    feet, out = set(feet_of(figure)), []
    for pair in figure.pairs:
        chains = [figure.chain(part) for part in pair]
        leg = any(int(chain[-1]) in feet for chain in chains)
        if min(map(len, chains)) > 1:
            out.append((chains, ("hip", "knee", "foot") if leg else ("shoulder", "elbow", "hand")))
    return out


def misses(subject: Subject, plan: Retarget) -> Array | None:
    """(12,) how far shoulder, elbow, hand, hip, knee, foot of either side are off, as shares of the height."""
    if not subject.joints:
        return None
    figure, xy = plan.figure, plan.joints.xy
    out: list[Array] = []
    for chains, names in _limbs(figure):
        found = [xy[[figure.parents[chain[0]], *chain[:2]]] for chain in chains]
        truth = [np.array([subject.joints[f"{side} {name}"] for name in names]) for side in ("left", "right")]
        ways = [[np.linalg.norm(a - b, axis=1) for a, b in zip(found, t, strict=True)] for t in (truth, truth[::-1])]
        out += min(ways, key=lambda way: sum(float(one.sum()) for one in way))
    missing = 12 - sum(len(one) for one in out)
    return np.concatenate([*out, np.full(missing, np.inf)]) / subject.height
