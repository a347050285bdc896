"""The dancer and the motion capture in one scene: keys that it leads from one to the next, and a drawing that performs
it. As the dancer can be drawn at any frame, what is true between keys is known."""

from __future__ import annotations

from dataclasses import dataclass

from . import dancer
from .hand import Hand
from .sample import Key, Sample


@dataclass(frozen=True)
class Staging:
    """A sample, and how the performer stands in its scene.

    sample   with the dancer's drawings as keys
    yaw, x   from where drawings see the performer, and where the walk begins, as in `dancer.seen`
    first, last  frames of the capture that are shown; the capture's first frame is the scene's
    """

    sample: Sample
    yaw: float
    x: float
    first: int
    last: int

    def true(self, frame: int, hand: str = "true") -> Hand:
        """What is drawn at a frame, by a hand that has drawn no key."""
        return dancer.draw(f"{hand} {frame}", dancer.seen(frame, self.yaw, self.x))

    def middle(self, frame: int) -> float:
        """Where the dancer is, pixels from the left."""
        return float(dancer.seen(frame, self.yaw, self.x).at["Hips"][0])


def guided(frames: tuple[int, ...] = (1, 9, 17, 25)) -> Staging:
    """A walk with a key every eighth frame."""
    yaw, x = 55.0, 480.0
    keys = [Key.of(frame, dancer.draw(f"dancer {frame}", dancer.seen(frame, yaw, x))) for frame in frames]
    sample = Sample("guided", "A walk, its keys eight frames apart", keys, dancer.PALETTE, dancer.PAPER)
    return Staging(sample, yaw, x, frames[0], frames[-1])


def retargeted(first: int = 58, last: int = 96) -> Staging:
    """A model sheet's drawing, in a pose that the performance does not have, and a dance."""
    yaw, x = 20.0, 420.0
    where = dancer.seen((first + last) // 2, yaw, x).at["Hips"][0]
    keys = [Key.of(first, dancer.draw("model", dancer.model(yaw, where)))]
    sample = Sample("retargeted", "One drawing dances", keys, dancer.PALETTE, dancer.PAPER)
    return Staging(sample, yaw, x, first, last)
