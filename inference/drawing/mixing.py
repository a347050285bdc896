"""Values between values of what an artist set: colours as seen, angles, turns.

Angles and turns go the short way round.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array

SMOOTH_KINDS = {"FLOAT", "FLOAT2", "FLOAT_VECTOR", "FLOAT_COLOR", "BYTE_COLOR", "FLOAT4", "QUATERNION"}
"""Attribute kinds that are mixed; all others (flags, indices, matrices) are taken from the nearer one."""

COLOR_KINDS = {"FLOAT_COLOR", "BYTE_COLOR"}
"""Colours whose fourth number says how much of them is seen: at 0 the material shows, and the others mean nothing."""

ANGLE = "rotation"
"""Single numbers whose name is this, or ends in it after an underscore, are angles in radians, as Blender names those
of brushes ("rotation") and textures ("uv_rotation")."""


@dataclass(frozen=True)
class Mixer:
    """Mixes values of an attribute of this name and kind (Blender's data type)."""

    name: str
    kind: str

    @property
    def smooth(self) -> bool:
        return self.kind in SMOOTH_KINDS

    @property
    def angle(self) -> bool:
        return self.kind == "FLOAT" and (self.name == ANGLE or self.name.endswith(f"_{ANGLE}"))

    def __call__(self, a: NDArray, b: NDArray, part: Array | float) -> NDArray:
        """(n, ...) what lies `part` (n,), or one for all, of the way from `a` to `b`.

        It is to the bit what both are, where they are the same.
        """
        share = np.asarray(part, float)
        if share.ndim:
            share = share.reshape(-1, *[1] * (a.ndim - 1))
        if not self.smooth:
            return np.where(share < 0.5, a, b)
        return np.asarray(np.where(a == b, a, self._between(a, b, share)))

    def _between(self, a: NDArray, b: NDArray, share: Array) -> NDArray:
        if self.kind in COLOR_KINDS:
            return _colors(a, b, share)
        if self.kind == "QUATERNION":
            return turns(a, b, share)
        return _angles(a, b, share) if self.angle else a * (1.0 - share) + b * share


def _colors(a: NDArray, b: NDArray, part: Array) -> NDArray:
    """Colours between, each counting as much as it is seen.

    With premultiplied alpha (Porter and Duff 1984) one fades in or out, and does not darken to the black that stands
    where there is none.
    """
    opaque_a, opaque_b = np.maximum(a[..., 3:], 0.0) * (1.0 - part), np.maximum(b[..., 3:], 0.0) * part
    seen = opaque_a + opaque_b
    share = np.where(seen > 0, opaque_b / np.where(seen > 0, seen, 1.0), part)
    color = a[..., :3] * (1.0 - share) + b[..., :3] * share
    return np.concatenate([color, a[..., 3:] * (1.0 - part) + b[..., 3:] * part], -1)


def _angles(a: NDArray, b: NDArray, part: Array) -> NDArray:
    """Angles between, the short way round, in the numbers of the nearer one.

    Those of keys within half a turn stay within it.
    """
    way = np.subtract(b, a, dtype=float)
    way -= 2.0 * np.pi * np.rint(way / (2.0 * np.pi))
    return np.where(part < 0.5, a + way * part, b - way * (1.0 - part))


def turns(a: NDArray, b: NDArray, part: Array) -> NDArray:
    """Unit quaternions between (..., 4).

    q and -q are the same turn, so the nearer of the two is taken.
    """
    b = np.where((a * b).sum(-1, keepdims=True) < 0, -b, b)
    mixed = a + (b - a) * part
    length = np.linalg.norm(mixed, axis=-1, keepdims=True)
    return np.where(length > 1e-12, mixed / np.maximum(length, 1e-12), a)
