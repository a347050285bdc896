"""Motion without drawings: spots of moving figures, seen by any camera, between any keys, at any pace.

Drawings are dear to make and few; how limbs move can be learnt from the figures' surfaces alone. The motion network
sees where fragments lie and go, not what they look like, so that spots near the outline do as well as lines.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from inkbetween.inference.geometry.points import Array, Complex
from inkbetween.inference.geometry.similarity import similarity_of
from inkbetween.inference.geometry.spirals import departure
from inkbetween.inference.geometry.units import DIAGONAL
from inkbetween.inference.motion.screws import Paths
from inkbetween.inference.motion.ways import bent
from inkbetween.inference.networks.files import write_arrays
from inkbetween.inference.networks.fragments import CONTEXT, FREQUENCIES, HALF, WIDTH
from inkbetween.training.clips.split import Split, split_of

from .pairs import MOMENTS, Travel

GAPS, CHANCES = np.array([1, 2, 3, 4, 6, 8]), np.array([0.05, 0.25, 0.1, 0.3, 0.1, 0.2])
AROUND = 9
"""Spots by whose motion a spot's rotation is told, itself included."""
STIFF = 10.0
OUTLINE = 0.35
"""Spots whose normal lies this near to the picture plane are drawn as outlines; of the others some are, as features."""
FEATURES = 0.15


@dataclass(frozen=True)
class Motion:
    """places (T, V, 3) of a figure's spots in the world, z up, at 24 frames a second; normals (T, V, 3); part (V,)."""

    character: str
    action: str
    family: str
    places: NDArray[np.float32]
    normals: NDArray[np.float32]
    part: NDArray[np.int64]


@dataclass(frozen=True)
class Constellation:
    """A key as the motion network sees it, and the way from it: features (N, WIDTH) without surroundings, place (N, 2),
    links (2, N), travel, the gap in frames."""

    features: NDArray[np.float32]
    place: NDArray[np.float32]
    links: NDArray[np.int64]
    travel: Travel
    gap: float


def save_motions(path: Path, motions: Sequence[Motion]) -> None:
    """One file for a character's motions, complete or not there at all."""
    arrays: dict[str, NDArray] = {}
    for k, motion in enumerate(motions):
        arrays[f"places{k}"] = motion.places.astype(np.float32)
        arrays[f"normals{k}"] = np.rint(motion.normals * 127).astype(np.int8)
        arrays[f"part{k}"] = motion.part.astype(np.int16)
    names = [(motion.character, motion.action, motion.family) for motion in motions]
    write_arrays(path, {"names": np.array(json.dumps(names)), **arrays})


def load_motions(path: Path) -> list[Motion]:
    """Raises OSError, KeyError or ValueError for files that hold none."""
    with np.load(path, allow_pickle=False) as data:
        names = json.loads(str(data["names"]))
        return [
            Motion(
                str(character),
                str(action),
                str(family),
                data[f"places{k}"],
                data[f"normals{k}"].astype(np.float32) / 127,
                data[f"part{k}"].astype(np.int64),
            )
            for k, (character, action, family) in enumerate(names)
        ]


@dataclass(frozen=True)
class MotionSet:
    """Motions by family."""

    families: tuple[tuple[Motion, ...], ...]

    @staticmethod
    def read(folder: Path, split: Split) -> MotionSet:
        """Those of a folder's motions that belong to the split; raises FileNotFoundError where there are none."""
        families: dict[str, list[Motion]] = {}
        for path in sorted(folder.rglob("*.npz")):
            for motion in load_motions(path):
                captured = motion.action.startswith("capture_")
                family = f"{motion.family}_captured" if captured else motion.family
                if split_of(motion.character, motion.action, motion.family) == split:
                    families.setdefault(family, []).append(motion)
        if not families:
            raise FileNotFoundError(f"No motions for {split} in {folder}: make them first, see docs/training.md.")
        return MotionSet(tuple(map(tuple, families.values())))

    def __len__(self) -> int:
        return sum(map(len, self.families))

    def draw(self, rng: np.random.Generator, count: int) -> list[Constellation]:
        """Random constellations; families by the square root of how many motions they have."""
        weight = np.sqrt([len(family) for family in self.families])
        out: list[Constellation] = []
        while len(out) < count:
            family = self.families[rng.choice(len(weight), p=weight / weight.sum())]
            one = constellation(family[rng.integers(len(family))], rng)
            if one is not None:
                out.append(one)
        return out


def constellation(motion: Motion, rng: np.random.Generator) -> Constellation | None:
    """A random view, moment, gap and pace of a motion; None where it is too short or nothing of it is seen."""
    pace = float(np.exp(rng.uniform(np.log(0.7), np.log(1.3))))
    room = (len(motion.places) - 1) / pace
    fits = room > GAPS
    if not fits.any():
        return None
    gap = int(rng.choice(GAPS[fits], p=CHANCES[fits] / CHANCES[fits].sum()))
    start = rng.uniform(0.0, room - gap)
    times = np.array([start - gap, start, *(start + gap * MOMENTS), start + gap, start + 2 * gap])
    known = (times[0] >= 0 and rng.random() < 0.75, times[-1] <= room and rng.random() < 0.75)
    at = np.clip(times * pace, 0, len(motion.places) - 1)
    track, facing = _seen(motion, at, rng)
    spots = np.flatnonzero(np.abs(facing) < OUTLINE)
    extra = np.flatnonzero((facing > 0.5) & (rng.random(len(facing)) < FEATURES))
    spots = np.concatenate([spots, extra])
    spots = spots[rng.random(len(spots)) > rng.uniform(0.0, 0.4)]
    if len(spots) < 12:
        return None
    both = track[[1, -2]][:, spots]
    low, high = both.reshape(-1, 2).min(0), both.reshape(-1, 2).max(0)
    diagonal = float(np.linalg.norm(high - low))
    if diagonal < 1e-9:
        return None
    placed = (track[:, spots] - (low + high) / 2) * (DIAGONAL / diagonal)
    return _constellation(placed, motion.part[spots], known, float(gap), rng)


def _seen(motion: Motion, at: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Where spots (T, V, 2) are seen at frames `at` (T,) that need not be whole, and how far each faces the viewer at
    the first key (V,)."""
    low = np.floor(at).astype(int)
    share = (at - low)[:, None, None]
    after = np.minimum(low + 1, len(motion.places) - 1)
    places = motion.places[low] * (1 - share) + motion.places[after] * share
    yaw, pitch = rng.uniform(-np.pi, np.pi), rng.uniform(-0.05, 0.3)
    away = np.array([np.sin(yaw), -np.cos(yaw), pitch]) / np.hypot(1.0, pitch)
    right = np.array([np.cos(yaw), np.sin(yaw), 0.0])
    up = np.cross(away, right) * -1.0
    up *= np.sign(up[2])
    axes = np.stack([right * rng.choice([-1.0, 1.0]), up], 1)
    roll = np.radians(rng.uniform(-12, 12))
    turn = np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
    return places @ axes @ turn, motion.normals[low[1]] @ away


def _constellation(
    track: Array, part: NDArray[np.int64], known: tuple[bool, bool], gap: float, rng: np.random.Generator
) -> Constellation:
    z: Complex = track[..., 0] + 1j * track[..., 1]
    past, here, there, future = z[0], z[1], z[-2], z[-1]
    near = _near(np.stack([here.real, here.imag], 1), part)
    turn = _turn(near, here, there)
    leave, arrive = departure(turn)
    moved = there - here
    trust = np.ones(len(here))
    bend_a, bend_b = np.zeros(len(here), complex), np.zeros(len(here), complex)
    if known[0]:
        away, _ = departure(_turn(near, here, past))
        bend_a = bent(((here - past) * away, trust), moved * leave, moved, 0.5)
    if known[1]:
        away, _ = departure(_turn(near, there, future))
        bend_b = bent(((future - there) * away, trust), moved * arrive, moved, 0.5)
    paths = Paths(here, there, turn, bend_a, bend_b)
    baseline = np.stack([paths.at(float(t)) for t in MOMENTS]) - here
    wobble = rng.normal(size=len(here)) + 1j * rng.normal(size=len(here))
    drawn = here + wobble * rng.choice([0.0, 0.5, 1.5])
    one = np.ones(len(here))
    told = np.stack([one, one * known[0], one * known[1], one], 1)
    travel = Travel(
        _plane(there + drawn - here),
        np.stack([turn.real, turn.imag], 1).astype(np.float32),
        _plane(bend_a),
        _plane(bend_b),
        told.astype(np.float32),
        _plane(baseline),
        _plane(z[2:-2] - here),
        np.ones((len(MOMENTS), len(here)), np.float32),
    )
    links = np.stack([near[:, 1], near[:, 2]])
    return Constellation(_features(drawn, near), _plane(drawn), links, travel, gap)


def _near(xy: Array, part: NDArray[np.int64]) -> NDArray[np.int64]:
    """(N, AROUND) nearest spots, those of the own part first; the spot itself where there are too few."""
    # other parts lie farther off than they are
    apart = np.column_stack([xy, part * 40.0])
    far = cKDTree(apart).query(apart, k=min(AROUND, len(xy)))[1]
    wide = np.repeat(np.arange(len(xy))[:, None], AROUND, 1)
    wide[:, : far.shape[1]] = far
    return wide


def _turn(near: NDArray[np.int64], here: Complex, there: Complex) -> Complex:
    """Rotation and scale of the spots around each: a least-squares similarity, drawn towards none."""
    return similarity_of(here[near], there[near], stiffness=STIFF).turn


def _features(z: Complex, near: NDArray[np.int64]) -> NDArray[np.float32]:
    """As `fragments_of` tells them, except for what only a drawing has: surroundings and strokes."""
    place = np.stack([z.real, z.imag], 1) / HALF
    waves = (place[:, :, None] * (np.pi * np.array(FREQUENCIES))).reshape(len(z), -1)
    out = np.zeros((len(z), WIDTH), np.float32)
    start = CONTEXT
    for part in (place, np.sin(waves), np.cos(waves)):
        out[:, start : start + part.shape[1]] = part
        start += part.shape[1]
    heading = z[near[:, 1]] - z[near[:, 2]]
    size = np.abs(heading)
    heading = np.where(size > 1e-9, heading / np.maximum(size, 1e-9), 0.0) ** 2
    out[:, start + 2], out[:, start + 3] = heading.real, heading.imag
    return out


def _plane(z: Complex) -> NDArray[np.float32]:
    return (np.stack([z.real, z.imag], -1) / HALF).astype(np.float32)
