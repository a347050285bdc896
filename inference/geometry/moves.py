"""Similarities of the plane: mirrored first of all, then turned, scaled and moved.

Places are complex numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .points import Complex, Index, Mask
from .similarity import similarity_of


@dataclass(frozen=True)
class Move:
    """z goes to turn * z + shift, or turn * conj(z) + shift where it is `mirrored`.

    The numbers may be arrays (n,).
    """

    turn: complex | Complex = 1.0
    shift: complex | Complex = 0.0
    mirrored: bool | Mask = False

    def at(self, z: Complex) -> Complex:
        """Where places go."""
        return np.asarray(self.turn * np.where(self.mirrored, np.conj(z), z) + self.shift)

    def pick(self, rows: Index) -> Move:
        """The similarities `rows` of many."""
        turn, shift, mirrored = (np.asarray(value)[rows] for value in (self.turn, self.shift, self.mirrored))
        return Move(turn, shift, mirrored)

    @property
    def inverse(self) -> Move:
        """What brings places back."""
        turn = 1.0 / self.turn
        back = np.where(self.mirrored, np.conj(turn), turn)[()]
        shift = -back * np.where(self.mirrored, np.conj(self.shift), self.shift)[()]
        return Move(back, shift, self.mirrored)

    @property
    def still(self) -> bool:
        """Whether one similarity moves nothing."""
        return not self.mirrored and self.turn == 1.0 and self.shift == 0.0


def fitted(z: Complex, w: Complex, mirrored: bool = False) -> Move:
    """The similarity that lays `z` (n,) on `w` (n,) with the least squares missed.

    It is a shift where all lie in a place.
    """
    own = np.conj(z) if mirrored else z
    laid = similarity_of(own, w)
    return Move(complex(laid.turn), complex(laid.shift), mirrored)


def settled(move: Move, z: Complex, slack: float) -> Move:
    """The plainest similarity that takes `z` (n,) to within `slack` of `move`'s.

    It is none, a shift, a turn without scale, or the move itself.
    """
    if move.mirrored:
        return move
    goal, middle = move.at(z), complex(z.mean())
    turn = complex(move.turn)
    rigid = turn / abs(turn)
    for plain in (
        Move(1.0, 0.0),
        Move(1.0, complex(move.at(np.array(middle))) - middle),
        Move(rigid, complex(move.at(np.array(middle))) - rigid * middle),
    ):
        if float(np.abs(plain.at(z) - goal).max(initial=0.0)) <= slack:
            return plain
    return replace(move)
