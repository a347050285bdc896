"""Where a figure of other proportions goes as the performer walks: feet stay put."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..geometry.points import Array, Complex, Index, to_complex
from ..skeletons.figure import TRUNK, Figure
from ..skeletons.projection import Planar, feet_of
from .puppet import Puppet


@dataclass(frozen=True)
class FootingSettings:
    """Which feet carry a figure.

    lifted  a foot this share of the figure's size above the ground, or
    moving  this much faster in a frame than the slowest, carries a third of what one that stands does
    lowest  the share of moments at which each is taken to stand on the ground
    """

    lifted: float = 0.01
    moving: float = 0.008
    lowest: float = 0.05


def path_of_root(
    figure: Figure,
    puppet: Puppet,
    planar: Planar,
    turn: Array,
    stretch: Array,
    moment: int,
    in_place: bool,
    settings: FootingSettings = FootingSettings(),
) -> Complex:
    """(T,) where the root is.

    Whatever stands on the ground goes as far as the performer's does, times the drawing's size over the performer's.
    Figures without feet go as the performer's root does.
    """
    joints = _contacts(figure)
    start = puppet.joints[0]
    seen = to_complex(planar.xy)
    if not len(joints):
        scale = _scale(figure, puppet, figure.bones)
        gone = scale * (seen[:, 0] - seen[moment, 0])
        return np.asarray(start + (1j * gone.imag if in_place else gone))
    legs = np.flatnonzero(np.isin(figure.part, figure.part[joints]) & ~figure.fixed & (figure.part != TRUNK))
    scale = _scale(figure, puppet, legs)
    local = np.array([puppet.bent(a, b, 0j).z[joints] for a, b in zip(turn, stretch, strict=True)])
    weight = _carrying(figure, joints, settings)
    wanted = scale * (seen[:, joints] - seen[moment, joints])
    height = puppet.joints[joints].imag + wanted.imag - local.imag
    y = (weight * height).sum(1)
    between = 0.5 * (weight[1:] + weight[:-1])
    step = (between * (np.diff(wanted.real, axis=0) - np.diff(local.real, axis=0))).sum(1)
    x = np.concatenate([[0.0], np.cumsum(step)])
    x = np.zeros_like(x) if in_place else x - x[moment]
    return np.asarray(start.real + x + 1j * (start.imag + y - y[moment]))


def _contacts(figure: Figure) -> Index:
    """Where feet touch the ground: their ends, and the joints before."""
    feet = feet_of(figure)
    return np.array(sorted({*feet, *(int(figure.parents[foot]) for foot in feet)}), np.int64)


def _scale(figure: Figure, puppet: Puppet, bones: Index) -> float:
    """How long bones are drawn over how long they are."""
    drawn = np.abs(puppet.joints[bones] - puppet.joints[figure.parents[bones]]).sum()
    length = np.linalg.norm(figure.rig.tails[:, bones] - figure.rig.heads[:, bones], axis=2).mean(0).sum()
    return float(drawn / max(float(length), 1e-12))


def _carrying(figure: Figure, joints: Index, settings: FootingSettings) -> Array:
    """(T, K) how much of the figure's weight rests on each place, rows sum to 1."""
    height = figure.places[:, joints, 2]
    # Each is measured from its own lowest place: an ankle never is as low as the toes.
    above = height - np.quantile(height, settings.lowest, axis=0)
    size = float(np.median(np.ptp(figure.places[:, :, 2], axis=1)))
    places = figure.places[:, joints]
    speed = np.linalg.norm(np.gradient(places, axis=0), axis=2) if len(places) > 1 else np.zeros_like(above)
    unsteady = above / max(settings.lifted * size, 1e-12) + speed / max(settings.moving * size, 1e-12)
    standing = np.exp(unsteady.min(1, keepdims=True) - unsteady)
    return np.asarray(standing / standing.sum(1, keepdims=True))
