"""How vertices travel: their rotation, and how they enter and leave the keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..correspondence.copies.found import Copy
from ..correspondence.correspond import Correspondence
from ..drawing.strokes import Samples, along_samples
from ..geometry import keyed
from ..geometry.local_motion import LocalMotion
from ..geometry.neighbours import LendSettings, lent
from ..geometry.points import Array, Complex, Index, Mask, to_complex
from ..geometry.spirals import departure
from .clock import HALF_WAY
from .copy_joints import JointSettings, copy_joints_of
from .ribbon import FIRST, SECOND, Ribbon
from .screws import Paths


@dataclass(frozen=True)
class WaySettings:
    """How neighbouring keys bend paths; lengths in engine units.

    trusted  neighbouring matches that disagree by this much are believed half
    steady   how far a neighbouring key may bend a path, as a share of the distance travelled: feet on the ground stay
    lend     how vertices that one key lacks are bent as those near them
    joints   where copies are joined
    """

    trusted: float = 6.0
    steady: float = 1.0
    lend: LendSettings = LendSettings()
    joints: JointSettings = JointSettings()


def paths_of(
    ribbon: Ribbon,
    between: Correspondence,
    earlier: Correspondence | None,
    later: Correspondence | None,
    frames: tuple[float, float, float, float],
    settings: WaySettings = WaySettings(),
) -> Paths:
    """Paths of the vertices of `ribbon` in scene units.

    Each is a screw by the rotation that its surroundings show; where a neighbouring key is known (`earlier` leads to
    key a, `later` leads on from key b) the velocities at the key meet (a Catmull-Rom spline of screws).
    """
    match = between.match
    on_a, on_b = ribbon.stroke_a >= 0, ribbon.stroke_b >= 0
    turn = np.ones(len(ribbon.s), complex)
    turn[on_a] = along_samples(match.a.fine, match.forth.turn, ribbon.stroke_a[on_a], ribbon.s[on_a])
    only_b = ~on_a
    turn[only_b] = 1.0 / along_samples(match.b.fine, match.back.turn, ribbon.stroke_b[only_b], ribbon.u[only_b])
    a, b = (to_complex(match.units.to_scene(place)) for place in (ribbon.a, ribbon.b))
    leave, arrive = departure(turn)
    bend_a, bend_b = np.zeros(len(a), complex), np.zeros(len(a), complex)
    before, start, end, after = frames
    if earlier is not None:
        other = earlier.match
        arriving = -other.units.length_to_scene(_velocity(other.b.fine, other.back)) / (start - before) * (end - start)
        along = other.units.length_to_engine(match.units.length_to_scene(ribbon.s[on_a]))
        known = _read((other.b.fine, arriving, other.back), ribbon.stroke_a[on_a], along, settings.trusted)
        share = keyed.share_of(end - start, start - before)
        bend_a[on_a] = bent(known, ((b - a) * leave)[on_a], (b - a)[on_a], share, settings.steady)
        bend_a = _spread(bend_a, on_a, ribbon.b, settings.lend)
    if later is not None:
        other = later.match
        leaving = other.units.length_to_scene(_velocity(other.a.fine, other.forth)) / (after - end) * (end - start)
        along = other.units.length_to_engine(match.units.length_to_scene(ribbon.u[on_b]))
        known = _read((other.a.fine, leaving, other.forth), ribbon.stroke_b[on_b], along, settings.trusted)
        share = keyed.share_of(end - start, after - end)
        bend_b[on_b] = bent(known, ((b - a) * arrive)[on_b], (b - a)[on_b], share, settings.steady)
        bend_b = _spread(bend_b, on_b, ribbon.a, settings.lend)
    paths = _rigid(Paths(a, b, turn, bend_a, bend_b), ribbon, match.copies)
    return replace(paths, joints=copy_joints_of(ribbon, match.copies, match.units, settings.joints))


def _rigid(paths: Paths, ribbon: Ribbon, copies: Sequence[Copy]) -> Paths:
    """The paths with those of copies as their one similarity has them.

    They are bent all alike, so that copies keep their shape.
    """
    turn, bend_a, bend_b = paths.turn.copy(), paths.bend_a.copy(), paths.bend_b.copy()
    for number, copy in enumerate(copies):
        rows = np.flatnonzero(ribbon.copy == number)
        if not len(rows):
            continue
        # mirrored lines have no way to turn: they go straight, as a card does that is turned over
        turn[rows] = 1.0 if copy.move.mirrored else copy.move.turn
        bend_a[rows], bend_b[rows] = bend_a[rows].mean(), bend_b[rows].mean()
    return replace(paths, turn=turn, bend_a=bend_a, bend_b=bend_b)


def _velocity(samples: Samples, motion: LocalMotion) -> Complex:
    """(N,) velocity per gap, engine units, of screws as they leave `samples`."""
    leave, _ = departure(motion.turn)
    return to_complex(motion.target - samples.xy) * leave


def trust_in(motion: LocalMotion, half: float) -> Array:
    """(N,) how far motion is believed.

    It is believed half where matches disagree by `half`, engine units.
    """
    return np.asarray(1.0 / (1.0 + (np.minimum(motion.residual, 1e6) / half) ** 2))


def _read(
    known: tuple[Samples, Complex, LocalMotion], stroke: Index, along: Array, half: float
) -> tuple[Complex, Array]:
    samples, velocity, motion = known
    trust = trust_in(motion, half)
    values = along_samples(samples, np.stack([velocity, trust], 1), stroke, along)
    return values[:, 0], values[:, 1].real


def bent(
    known: tuple[Complex, Array], own: Complex, travelled: Complex, share: float, most: float = WaySettings().steady
) -> Complex:
    """Departure from the screw's own velocity so that both sides of a key meet.

    `share` is this gap's part of both. At
    `most` so many times the distance travelled."""
    velocity, trust = known
    bend = keyed.bend(velocity, own, share) * trust
    return bend * np.minimum(1.0, most * np.abs(travelled) / np.maximum(np.abs(bend), 1e-12))


def _spread(bend: Complex, known: Mask, at: Array, settings: LendSettings) -> Complex:
    """Lend vertices that lack the key the bend of the nearest vertices that have it."""
    if known.all() or not known.any():
        return bend
    out = bend.copy()
    out[~known] = lent(at[known], bend[known], at[~known], settings)
    return out


def life_of(ribbon: Ribbon) -> tuple[Array, Array]:
    """Birth and death (V,): the vertex is drawn while birth <= t <= death.

    One key's lines change over to the other's at once: never both are drawn. What is unmatched at a line's free end
    goes in, and comes out, all the way.
    """
    birth = np.where(ribbon.half == SECOND, np.maximum(HALF_WAY, ribbon.gone), -1.0)
    death = np.where(ribbon.half == FIRST, np.minimum(np.nextafter(HALF_WAY, 0.0), 1.0 - ribbon.gone), 2.0)
    return birth, death
