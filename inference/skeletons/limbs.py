"""Places relative to bones.

A limb's outline keeps its distance from a bone that swings and foreshortens.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array, Complex, Index, to_complex
from ..geometry.units import Units
from .guide import Guide


@dataclass(frozen=True)
class LimbSettings:
    """How bones are seen.

    certain  a bone of which less than this share of its length is seen points nearly at the viewer: which way it lies
             in the picture is hardly known, and its neighbours in time say more,
    stiff    so much, against what a bone says that is seen whole
    """

    certain: float = 0.35
    stiff: float = 0.02


@dataclass(frozen=True)
class Frames:
    """Bones (J + 1,) at one moment, in the picture.

    head, along (from head to tail) and heading (unit) are complex; depth (J + 1, 2) of head and tail is towards the
    viewer. The last one is no bone: what belongs to it stays.
    """

    head: Complex
    along: Complex
    heading: Complex
    depth: Array

    def local(self, z: Complex, bone: Index) -> tuple[Array, Complex]:
        """Places z (N, ...) relative to bones `bone` (N, ...).

        How far along the bone their foot lies, 0 to 1, and the way from the foot to them as seen along the bone.
        """
        along = self.along[bone]
        size = np.abs(along) ** 2
        share = (np.conj(along) * (z - self.head[bone])).real / np.maximum(size, 1e-12)
        share = np.where(size > 1e-12, np.clip(share, 0.0, 1.0), 0.0)
        foot = self.head[bone] + share * along
        return share, (z - foot) * np.conj(self.heading[bone])

    def placed(self, share: Array, off: Complex, bone: Index) -> Complex:
        """The places that `local` told of."""
        out: Complex = self.head[bone] + share * self.along[bone] + off * self.heading[bone]
        return out

    def scaled(self, units: Units) -> Frames:
        """In engine units."""
        head = units.to_engine(self.head)
        head[-1] = 0.0
        along, depth = units.length_to_engine(self.along), units.length_to_engine(self.depth)
        return Frames(head, along, self.heading, depth)

    def depth_at(self, share: Array, bone: Index) -> Array:
        """Depth of the bone where the foot lies."""
        return np.asarray(self.depth[bone, 0] * (1.0 - share) + self.depth[bone, 1] * share)


@dataclass(frozen=True)
class Limbs:
    """A guide's bones with headings (T, J) that do not spin.

    A bone that points at the viewer hardly shows which way it points.
    """

    guide: Guide
    heading: Complex

    @staticmethod
    def of(guide: Guide, settings: LimbSettings = LimbSettings()) -> Limbs:
        return Limbs(guide, _headings(guide, settings))

    def at(self, frame: float) -> Frames:
        """The bones at a frame, whole or not."""
        pose = self.guide.at(frame)
        place = float(np.interp(frame, self.guide.frames, np.arange(len(self.guide.frames))))
        low = min(int(place), len(self.heading) - 1)
        high = min(low + 1, len(self.heading) - 1)
        turn = np.angle(self.heading[high] * np.conj(self.heading[low]))
        heading = self.heading[low] * np.exp(1j * turn * (place - low))
        along = to_complex(pose.tail) - to_complex(pose.head)
        # between two frames a swinging bone would be cut short by the chord
        size = np.abs(to_complex(self.guide.tail[[low, high]]) - to_complex(self.guide.head[[low, high]]))
        meant = size[0] + (size[1] - size[0]) * (place - low)
        along = along * np.where(np.abs(along) > 1e-9, meant / np.maximum(np.abs(along), 1e-9), 1.0)
        depth = np.stack([pose.head_depth, pose.tail_depth], 1)
        still = np.median(depth, axis=0, keepdims=True)
        return Frames(
            np.append(to_complex(pose.head), 0.0),
            np.append(along, 0.0),
            np.append(heading, 1.0),
            np.concatenate([depth, still]),
        )


def _headings(guide: Guide, settings: LimbSettings) -> Complex:
    """(T, J) unit directions, smooth where a bone hardly shows which way it points."""
    along = to_complex(guide.tail) - to_complex(guide.head)
    flat = np.abs(along)
    whole = np.hypot(flat, guide.tail_depth - guide.head_depth)
    seen = np.where(whole > 1e-9, flat / np.maximum(whole, 1e-9), 0.0)
    sure = np.minimum(seen / settings.certain, 1.0) ** 4 + 1e-6
    said = sure * np.where(flat > 1e-9, along / np.maximum(flat, 1e-9), 1.0)
    return _unit(_smoothed(said, sure, settings.stiff))


def _smoothed(said: Complex, sure: Array, stiff: float) -> Complex:
    """(T, n) columns that are smooth in time and near what is said.

    They minimise sum(sure |x - said / sure|^2) + stiff sum |dx|^2, all at once (Thomas).
    """
    count = len(said)
    main = sure.copy()
    main[1:] += stiff
    main[:-1] += stiff
    right = said.astype(complex)
    for row in range(1, count):
        factor = stiff / main[row - 1]
        main[row] -= factor * stiff
        right[row] += factor * right[row - 1]
    out = np.empty_like(right)
    out[-1] = right[-1] / main[-1]
    for row in range(count - 2, -1, -1):
        out[row] = (right[row] + stiff * out[row + 1]) / main[row]
    return out


def _unit(z: NDArray[np.complex128]) -> Complex:
    size = np.abs(z)
    return np.where(size > 1e-9, z / np.maximum(size, 1e-9), 1.0)
