"""Drawings that moved as a whole are compared where they have moved to.

One such drawing is about the other key's, moved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..drawing.strokes import Samples
from ..geometry.moves import Move
from ..geometry.neighbours import Grid
from ..geometry.points import Complex, to_complex, to_plane


@dataclass(frozen=True)
class MovedSettings:
    """When a drawing moved as a whole; lengths are shares of its size.

    The size is how far its ink lies from its middle in
    the mean of squares.

    about   a drawing that lies this near to the other, averaged over its ink, is about the same drawing
    clear   a drawing has moved if, once that is made good, it lies at most this share as far from the other; and it
            has turned if it lies so much nearer than if it had turned less or not at all
    alike   drawings whose sizes differ by no more than this (a logarithm) have not grown
    least   of this many samples, to be sure
    about_face  a lone line that is its own mirror image has rather been bent over than turned by more than this
    """

    about: float = 0.06
    clear: float = 0.25
    alike: float = 0.1
    least: int = 6
    about_face: float = np.pi / 2


def moved_whole(a: Samples, b: Samples, settings: MovedSettings = MovedSettings()) -> Move | None:
    """How a drawing moved as a whole, or None.

    Even samples of both keys tell. None where it did not, or became another.
    """
    if min(a.count, b.count) < settings.least:
        return None
    z, w = to_complex(a.xy), to_complex(b.xy)
    middle, there = np.average(z, weights=a.weight + 1e-9), np.average(w, weights=b.weight + 1e-9)
    size_a, size_b = (_size(p, m, s) for p, m, s in ((z, middle, a), (w, there, b)))
    if min(size_a, size_b) <= 1e-9:
        return None
    scale = 1.0 if abs(np.log(size_b / size_a)) <= settings.alike else size_b / size_a
    in_place = _apart(z, w, a, b)
    if in_place <= settings.about * size_b:
        return None
    # what turns less explains more, unless it clearly explains less
    allowed = min(settings.about * size_b, settings.clear * in_place)
    for angle in sorted(_angles(z - middle, w - there, a, b), key=abs):
        turn = complex(scale * np.exp(1j * angle))
        move = Move(turn, complex(there - turn * middle))
        apart = _apart(move.at(z), w, a, b)
        if apart <= allowed:
            is_doubtful = abs(angle) > settings.about_face and _is_single_line(a) and _is_single_line(b)
            return None if is_doubtful and _is_own_mirror_image(z - middle, a, settings.about * size_a) else move
        allowed = min(allowed, settings.clear * apart)
    return None


def _is_single_line(samples: Samples) -> bool:
    """Whether there is one stroke, with two ends."""
    return bool((samples.stroke == samples.stroke[0]).all() and (samples.before < 0).any())


def _is_own_mirror_image(z: Complex, samples: Samples, slack: float) -> bool:
    """Whether ink at `z` about its middle is its own mirror image: a smile, a bow."""
    angles = _angles(np.conj(z), z, samples, samples)
    return any(_apart(np.conj(z) * np.exp(1j * angle), z, samples, samples) <= slack for angle in angles)


def _size(place: Complex, middle: complex, samples: Samples) -> float:
    return float(np.sqrt(np.average(np.abs(place - middle) ** 2, weights=samples.weight + 1e-9)))


def _angles(z: Complex, w: Complex, a: Samples, b: Samples) -> list[float]:
    """Angles by which ink at `z` may be turned about its middle to lie as at `w`.

    They are none, and what the second moments say, either way round.
    """
    one, other = np.average(z * z, weights=a.weight + 1e-9), np.average(w * w, weights=b.weight + 1e-9)
    half = float(np.angle(other * np.conj(one))) / 2
    return [0.0, *(float(np.angle(np.exp(1j * angle))) for angle in (half, half + np.pi))]


def _apart(z: Complex, w: Complex, a: Samples, b: Samples) -> float:
    """How far ink of either drawing lies from that of the other, on average."""
    reach = float(max(np.ptp(p) for q in (z, w) for p in (q.real, q.imag)) + np.abs(z.mean() - w.mean())) + 1.0
    far = []
    for here, other, samples in ((z, w, a), (w, z, b)):
        _, distance = Grid(to_plane(other), reach / 64).nearest(to_plane(here), 1, 2.0 * reach)
        far.append(float(np.average(distance[:, 0], weights=samples.weight + 1e-9)))
    return max(far)
