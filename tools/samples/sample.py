"""What a sample is, and its two pictures' worth of layers."""

from __future__ import annotations

from dataclasses import dataclass

from .hand import Hand, Mark

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Key:
    """One drawn key: flat colours on their own layer, lines above them; both back to front."""

    frame: int
    fills: list[Mark]
    lines: list[Mark]

    @staticmethod
    def of(frame: int, hand: Hand) -> Key:
        return Key(frame, hand.fills(), hand.lines())


@dataclass(frozen=True)
class Sample:
    """A little scene: its keys in time, and its colours by name, RGB 0..255; a cycle ends as it began."""

    name: str
    title: str
    keys: list[Key]
    palette: dict[str, Colour]
    paper: Colour
    cycle: bool = False
    size: tuple[int, int] = (1280, 720)
    frames_per_second: int = 24
