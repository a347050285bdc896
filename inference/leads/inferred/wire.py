"""Wireframe tween: the drawings' own skeleton carries their lines.

It is matched in all keys around a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...correspondence.correspond import Correspondence
from ...correspondence.matching import Match
from ...drawing.strokes import along_samples
from ...geometry.exact import smallest, steady
from ...geometry.points import Array, Complex, Index, to_complex
from ...geometry.units import Units
from ...motion.ribbon import MATCHED, Ribbon
from ...motion.screws import Ways
from ...motion.ways import WaySettings, trust_in
from .parts import PartSettings, Seen, overlap, rigid_parts, similarities, weights_of
from .skeleton import Skeleton, SkeletonSettings, skeleton_of


@dataclass(frozen=True)
class WireSettings:
    """Lengths in engine units.

    parts     what makes a part
    skeleton  what joints parts have, and how they turn about them
    meet      over this length a line passes from part to part where they meet
    most      parts that have a say in where a vertex goes
    size      parts that grow or shrink by less (its logarithm) between the keys are limbs, not places of something that
              changes its shape
    least     a skeleton leads where limbs have at least this share of what is drawn in the first key, counted as far as
              it is sure what it becomes
    lead      how far lines of parts that swing go the skeleton's way, the rest the way that they go without
    swing     radians: parts that turn by less than the first of them go as they do without, those that turn by more
              than the second are led
    shape     as the reach of `ShapeSettings`: lines need less to keep theirs where rigid parts carry them
    """

    parts: PartSettings = PartSettings()
    skeleton: SkeletonSettings = SkeletonSettings()
    meet: float = 18.0
    most: int = 4
    size: float = 0.1
    least: float = 0.6
    lead: float = 0.7
    swing: tuple[float, float] = (0.1, 0.4)
    shape: float = 15.0


@dataclass(frozen=True)
class WirePaths:
    """Ways of V vertices carried by a skeleton.

    What the drawings add to its motion changes evenly from key to key, so that both are hit. What no part carries
    goes the way it has without.

    part, weight  (V, most) which parts carry each vertex; the weights' sum is how far it is carried at all
    a             (V,) where it is in key a, engine units; home (V, most) the places in key a that each of its parts
                  carries to where it is in key b
    own           (V,) the part that a vertex belongs to, led or not, the number of parts where it is to none
    units         of the places in key a and of the skeleton
    """

    skeleton: Skeleton
    part: Index
    weight: Array
    a: Complex
    home: Complex
    own: Index
    units: Units
    without: Ways

    def at(self, t: float) -> Complex:
        """(V,) positions at `t` in [0, 1], scene units."""
        pose = self.skeleton.at(t)
        place = self.a[:, None] * (1.0 - t) + self.home * t
        carried = pose.turn[self.part] * place + pose.shift[self.part]
        free = self.without.at(t)
        led = self.units.to_scene(carried)
        out: Complex = free + (self.weight * (led - free[:, None])).sum(1)
        return out


def wired(
    ribbon: Ribbon,
    match: Match,
    sure: Array,
    around: tuple[Correspondence | None, Correspondence | None],
    frames: tuple[float, float, float, float],
    without: Ways,
    settings: WireSettings = WireSettings(),
    ways: WaySettings = WaySettings(),
) -> WirePaths | None:
    """The ways of `ribbon` on the drawings' own skeleton, or None.

    None where their motion shows no skeleton, and where nothing swings.

    sure     (K,) the probability that each span of the match is right
    around   what leads from the key before to key a, and from key b to the key after, where they are known
    frames   of those four keys
    without  the ways that lines go without a skeleton
    ways     how far those other keys are believed
    """
    weight = weights_of(ribbon)
    if not weight.any():
        return None
    seen = _seen(ribbon, match, around, frames, ways)
    part = rigid_parts(ribbon, [keys for _, keys in seen], settings.parts)
    count = int(part.max(initial=-1)) + 1
    if not count:
        return None
    z = to_complex(ribbon.a)
    fits = [(frame, similarities(part, count, weight, z, keys, settings.parts)) for frame, keys in seen]
    limb = np.append(np.abs(np.log(np.abs(fits[0][1].turn))) < settings.size, False)
    trusted = weight * np.append(sure, 0.0)[np.where(ribbon.kind == MATCHED, ribbon.piece, -1)]
    if float(trusted[limb[part]].sum()) < settings.least * float(match.a.strokes.length.sum()):
        return None
    skeleton = skeleton_of(ribbon, part, weight, fits, frames[1:3], settings.skeleton, settings.parts.step)
    wire = _carried(skeleton, ribbon, match, part, weight, without, settings)
    if not wire.weight.any():
        return None
    # of copies there is no more to know
    return replace(wire, weight=np.where(ribbon.copied[:, None], 0.0, wire.weight))


def _carried(
    skeleton: Skeleton,
    ribbon: Ribbon,
    match: Match,
    part: Index,
    weight: Array,
    without: Ways,
    settings: WireSettings,
) -> WirePaths:
    share = overlap(part, skeleton.count, ribbon, weight, settings.meet, settings.parts)
    number = min(settings.most, skeleton.count)
    chosen = smallest(steady(-share), number)
    kept = np.take_along_axis(share, chosen, 1)
    kept *= (share.sum(1) / np.maximum(kept.sum(1), 1e-12))[:, None]
    end = skeleton.at(1.0)
    # what hardly turns is known as well without
    kept *= settings.lead * np.interp(np.abs(np.angle(end.turn)), settings.swing, (0.0, 1.0))[chosen]
    home = (to_complex(ribbon.b)[:, None] - end.shift[chosen]) / end.turn[chosen]
    own = np.where(share.any(1), share.argmax(1), skeleton.count)
    return WirePaths(skeleton, chosen, kept, to_complex(ribbon.a), home, own, match.units, without)


def _seen(
    ribbon: Ribbon,
    match: Match,
    around: tuple[Correspondence | None, Correspondence | None],
    frames: tuple[float, float, float, float],
    settings: WaySettings,
) -> Sequence[tuple[float, Seen]]:
    """Where the vertices are at key b and at known keys around, with their frames."""
    out = [(frames[2], Seen.of(to_complex(ribbon.b), np.ones(len(ribbon.s)), ribbon))]
    before, after = around
    if before is not None and before.match.b.fine.count:
        out.append((frames[0], _beyond(ribbon, match, before.match, False, settings)))
    if after is not None and after.match.a.fine.count:
        out.append((frames[3], _beyond(ribbon, match, after.match, True, settings)))
    return out


def _beyond(ribbon: Ribbon, match: Match, other: Match, later: bool, settings: WaySettings) -> Seen:
    """Where matched vertices are at the key that `other` leads to.

    It leads on from key b (`later`) or back from key a.
    """
    samples, motion = (other.a.fine, other.forth) if later else (other.b.fine, other.back)
    stroke, along = (ribbon.stroke_b, ribbon.u) if later else (ribbon.stroke_a, ribbon.s)
    on = np.flatnonzero(ribbon.kind == MATCHED)
    trust = trust_in(motion, settings.trusted)
    values = np.stack([to_complex(motion.target), trust], 1)
    there = other.units.length_to_engine(match.units.length_to_scene(along[on]))
    read = along_samples(samples, values, stroke[on], there)
    place, sure = to_complex(ribbon.a).copy(), np.zeros(len(ribbon.s))
    # the other pair of keys has engine units of its own
    place[on] = match.units.to_engine(other.units.to_scene(read[:, 0]))
    sure[on] = read[:, 1].real
    return Seen.of(place, sure, ribbon)
