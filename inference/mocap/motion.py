"""Joints in motion relative to their parents: in the world, and at another rate.

Turns are quaternions (w, x, y, z) of length 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..geometry.points import Array, Index


def about(axes: Index, angles: Array) -> Array:
    """Turns (..., A, 4) about axes (A,), 0 to 2, by angles (..., A) in radians."""
    out = np.zeros((*angles.shape, 4))
    out[..., 0] = np.cos(angles / 2)
    out[..., np.arange(len(axes)), axes + 1] = np.sin(angles / 2)
    return out


def product(a: Array, b: Array) -> Array:
    """First b, then a: (..., 4)."""
    aw, ax, ay, az = np.moveaxis(a, -1, 0)
    bw, bx, by, bz = np.moveaxis(b, -1, 0)
    w = aw * bw - ax * bx - ay * by - az * bz
    x = aw * bx + ax * bw + ay * bz - az * by
    y = aw * by - ax * bz + ay * bw + az * bx
    z = aw * bz + ax * by - ay * bx + az * bw
    return np.stack([w, x, y, z], -1)


def inverse(turn: Array) -> Array:
    return turn * np.array([1.0, -1.0, -1.0, -1.0])


def rotated(turn: Array, vectors: Array) -> Array:
    """Vectors (..., 3), turned."""
    axis = turn[..., 1:]
    twice = 2.0 * np.cross(axis, vectors)
    out: Array = vectors + turn[..., :1] * twice + np.cross(axis, twice)
    return out


def to_matrices(turn: Array) -> Array:
    """(..., 3, 3); columns are where the axes go."""
    columns = [rotated(turn, np.broadcast_to(axis, (*turn.shape[:-1], 3))) for axis in np.eye(3)]
    return np.stack(columns, -1)


def from_matrices(matrices: Array) -> Array:
    """Turns (N, 4) of rotations (N, 3, 3), by way of the largest component of each."""
    m = matrices
    trace = np.trace(m, axis1=1, axis2=2)
    spin = np.stack([m[:, 2, 1] - m[:, 1, 2], m[:, 0, 2] - m[:, 2, 0], m[:, 1, 0] - m[:, 0, 1]], -1)
    # Four times the outer product of the quaternion with itself: its longest row is the safest to divide by.
    outer = np.empty((len(m), 4, 4))
    outer[:, 0, 0] = 1.0 + trace
    outer[:, 0, 1:] = outer[:, 1:, 0] = spin
    outer[:, 1:, 1:] = m + np.swapaxes(m, 1, 2) + (1.0 - trace)[:, None, None] * np.eye(3)
    row = outer[np.arange(len(m)), np.argmax(np.einsum("nii->ni", outer), axis=1)]
    return row / np.linalg.norm(row, axis=1, keepdims=True)


def slerp(a: Array, b: Array, share: Array) -> Array:
    """Turns on the shorter way from a to b (..., 4); share (...) from 0 to 1."""
    cosine = (a * b).sum(-1)
    b = np.where((cosine < 0.0)[..., None], -b, b)
    angle = np.arccos(np.clip(np.abs(cosine), 0.0, 1.0))
    sine = np.sin(angle)
    near = sine < 1e-6
    safe = np.where(near, 1.0, sine)
    weight_a = np.where(near, 1.0 - share, np.sin((1.0 - share) * angle) / safe)
    weight_b = np.where(near, share, np.sin(share * angle) / safe)
    out = weight_a[..., None] * a + weight_b[..., None] * b
    return np.asarray(out / np.linalg.norm(out, axis=-1, keepdims=True))


def unwound(turns: Array) -> Array:
    """The same turns (T, J, 4) without flips of sign, which curves could not follow."""
    if not len(turns):
        return turns
    flips = np.where((turns[1:] * turns[:-1]).sum(-1) < 0.0, -1.0, 1.0)
    signs = np.cumprod(np.concatenate([np.ones((1, turns.shape[1])), flips]), axis=0)
    return np.asarray(turns * signs[..., None])


@dataclass(frozen=True)
class Motion:
    """J joints at T moments, relative to their parents.

    parents  (J,) earlier joints, -1 for roots
    shifts   (T, J, 3) places in the parent's frame
    turns    (T, J, 4) quaternions
    """

    parents: Index
    shifts: Array
    turns: Array

    def world(self) -> tuple[Array, Array]:
        """Places (T, J, 3) and turns (T, J, 4) in the world."""
        places, turns = self.shifts.copy(), self.turns.copy()
        for joints in levels(self.parents)[1:]:
            above = self.parents[joints]
            places[:, joints] = places[:, above] + rotated(turns[:, above], places[:, joints])
            turns[:, joints] = product(turns[:, above], turns[:, joints])
        return places, turns

    def matrices(self) -> Array:
        """(T, J, 3, 3) turns in the world."""
        return to_matrices(self.world()[1])


def levels(parents: Index) -> list[Index]:
    """Joints without parents, their children, their children's children and so on."""
    depth = np.zeros(len(parents), np.int64)
    for joint, parent in enumerate(parents):
        if parent >= 0:
            depth[joint] = depth[parent] + 1
    order = np.argsort(depth, kind="stable")
    return [order[start:end] for start, end in _runs(depth[order])]


def _runs(values: Index) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(values)) + 1
    bounds = [0, *edges.tolist(), len(values)]
    return list(pairwise(bounds))
