"""A drawing as a puppet: joints travel, and bones carry the lines they hold.

Near a joint a line turns by part of the bend about that joint, so that limbs keep their width where they bend; blending
places alone would make them thin there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..drawing.contract import Drawing
from ..geometry.points import Array, Complex, Index, to_complex, to_plane
from ..skeletons.figure import Figure
from .rigidity import Rigidity, RigidSettings, rigidity_of
from .skinning import Skin

# Radians beyond which bones let go of what the other one holds more.
_FAR = 2.0


@dataclass(frozen=True)
class Bent:
    """Bones at a moment.

    turn (N,) radians and stretch (N,) of each joint's segment since it was drawn, z (N,) complex places of the
    joints.
    """

    turn: Array
    stretch: Array
    z: Complex


@dataclass(frozen=True)
class Puppet:
    """A drawing's points z (P,) and joints at rest, complex, and what carries what.

    meeting  (N, N) the joint about which two bones bend against each other, -1 where they share none
    rigid    what keeps lines whole that bones tear at, or None
    """

    figure: Figure
    z: Complex
    joints: Complex
    skin: Skin
    meeting: Index
    rigid: Rigidity | None = None

    @staticmethod
    def of(figure: Figure, xy: Array, joints: Array, held: Skin) -> Puppet:
        return Puppet(figure, to_complex(xy), to_complex(joints), held, _meetings(figure))

    def kept_whole(self, drawing: Drawing, size: float, settings: RigidSettings = RigidSettings()) -> Puppet:
        """The puppet with the drawing's lines kept as rigid as possible.

        `size` is the drawing's longer side.
        """
        return replace(self, rigid=rigidity_of(drawing, self.skin, self.meeting, size, settings))

    def bent(self, turn: Array, stretch: Array, root: complex) -> Bent:
        """The bones, turned by `turn` and stretched by `stretch` (N,), from `root` on.

        What is fixed goes with its carrier.
        """
        figure = self.figure
        turn, stretch = turn.copy(), stretch.copy()
        z = np.empty(figure.count, complex)
        for joint, parent in enumerate(figure.parents):
            if parent < 0:
                z[joint] = root
                continue
            along = self.joints[joint] - self.joints[parent]
            if figure.fixed[joint]:
                carrier = int(figure.carrier[joint])
                turn[joint] = turn[carrier]
                along = _stretched(along, self._heading(carrier), stretch[carrier])
            else:
                along = along * stretch[joint]
            z[joint] = z[parent] + along * np.exp(1j * turn[joint])
        return Bent(turn, stretch, z)

    def _heading(self, joint: int) -> complex:
        along = complex(self.joints[joint] - self.joints[self.figure.parents[joint]])
        return along / max(abs(along), 1e-12)

    def at(self, bent: Bent) -> Array:
        """(P, 2) where the points go."""
        bone, weight = self.skin.bone, self.skin.weight
        main = bone[:, 0]
        alone = self._carried(main, bent)
        out = np.zeros(len(self.z), complex)
        total = np.zeros(len(self.z))
        for number in range(1, bone.shape[1]):
            other, held = bone[:, number], weight[:, number]
            share = held / (weight[:, 0] + held)
            out += held * self._between(main, other, share, alone, bent)
            total += held
        carried = np.where(total > 1e-7, out / np.maximum(total, 1e-12), alone)
        return to_plane(carried if self.rigid is None else self.rigid.kept(carried))

    def _between(self, main: Index, other: Index, share: Array, alone: Complex, bent: Bent) -> Complex:
        """Points that two bones hold, `share` of each by the second."""
        joint = self.meeting[main, other]
        shared = joint >= 0
        bend = np.angle(np.exp(1j * (bent.turn[other] - bent.turn[main])))
        # A bend by half a turn goes either way round: near it each point goes with one bone, and nothing jumps.
        share = share * (1.0 - np.clip((np.abs(bend) - _FAR) / (np.pi - _FAR), 0.0, 1.0))
        way = self.z - self.joints[joint]
        way = (1.0 - share) * self._along(main, way, bent) + share * self._along(other, way, bent)
        about = bent.z[joint] + way * np.exp(1j * (bent.turn[main] + share * bend))
        apart = (1.0 - share) * alone + share * self._carried(other, bent)
        return np.where(shared, about, apart)

    def _carried(self, bone: Index, bent: Bent) -> Complex:
        """Points (P,), each carried by its bone alone."""
        start = self.figure.parents[bone]
        way = self._along(bone, self.z - self.joints[start], bent)
        return np.asarray(bent.z[start] + way * np.exp(1j * bent.turn[bone]))

    def _along(self, bone: Index, way: Complex, bent: Bent) -> Complex:
        """Ways (P,) stretched along their bones as those are."""
        heading = self.joints[bone] - self.joints[self.figure.parents[bone]]
        heading = heading / np.maximum(np.abs(heading), 1e-12)
        return np.asarray(_stretched(way, heading, bent.stretch[bone]))


def _stretched(way: Complex | complex, heading: Complex | complex, by: Array | float) -> Complex:
    along = (np.conj(heading) * way).real
    return np.asarray(way + (by - 1.0) * along * heading)


def _meetings(figure: Figure) -> Index:
    """Which bones meet, and where.

    Bones that follow each other meet at the joint between them. A limb's first bone meets its carrier where it hangs
    on it.
    """
    out = np.full((figure.count, figure.count), -1, np.int64)
    for bone in figure.bones:
        parent = int(figure.parents[bone])
        carrier = int(figure.carrier[parent] if figure.fixed[parent] else figure.carrier[bone])
        if carrier > 0 and carrier != bone:
            out[bone, carrier] = out[carrier, bone] = parent
        for sibling in np.flatnonzero((figure.parents == parent) & ~figure.fixed):
            if sibling != bone and out[bone, sibling] < 0:
                out[bone, sibling] = parent
    return out
