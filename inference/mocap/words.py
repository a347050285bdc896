"""Words, lines and numbers of a BVH file, and how its faults are told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .capture import BvhError

FARTHEST = 1e9
"""Numbers beyond this are damage: a person would be as large as a planet in any unit."""
AGAIN = "export the take again, or correct it in a text editor"
LONGEST_NAME = 1_000

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_NAME_ENDS = re.compile(r"(?<!\S)\{|\{(?!\S)")


class Line(NamedTuple):
    """A line of a file, numbered from 1."""

    number: int
    text: str


def fail(line: int, what: str, remedy: str) -> BvhError:
    return BvhError(f"Line {line}: {what}; {remedy}.")


def clipped(word: str) -> str:
    """A word of the file, short enough for a message."""
    return word if len(word) <= 40 else word[:39] + "…"


def is_number(word: str) -> bool:
    """Whether a word is a finite number no farther from 0 than `FARTHEST`."""
    return _NUMBER.fullmatch(word) is not None and abs(float(word)) <= FARTHEST


def no_number(word: str, line: int) -> BvhError:
    hint = " (decimals need a point)" if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", word) else ""
    return fail(line, f'"{clipped(word)}" is not a number that can be used{hint}', AGAIN)


def number(word: str, line: int) -> float:
    """Raises `BvhError` where `is_number` says no."""
    if not is_number(word):
        raise no_number(word, line)
    return float(word)


class Words:
    """Word after word of a file, over the ends of lines.

    `line` is the number of the line of the last one given.
    """

    def __init__(self, first: Line, lines: Iterator[Line], pattern: re.Pattern[str]) -> None:
        self.line = first.number
        self._text, self._at = first.text, 0
        self._lines, self._pattern = lines, pattern

    def next(self, wanted: str) -> str:
        """Raises `BvhError` at the end of the file, which should have had `wanted`."""
        while (found := self._pattern.search(self._text, self._at)) is None:
            line = next(self._lines, None)
            if line is None:
                raise fail(self.line, f"the file ends here, without {wanted}", "it is cut off: export the take again")
            self.line, self._text, self._at = line.number, line.text, 0
        self._at = found.end()
        return found.group()

    def name(self) -> str:
        """What stands before the next opening brace or the end of the line.

        Raises `BvhError` where it is endless.
        """
        brace = _NAME_ENDS.search(self._text, self._at)
        end = brace.start() if brace else len(self._text)
        if end - self._at > LONGEST_NAME:
            raise fail(self.line, f"a name has more than {LONGEST_NAME:,} characters", AGAIN)
        name = self._text[self._at : end]
        self._at = end
        return " ".join(name.split())

    def rest(self) -> Line:
        """What has not been given of the line."""
        return Line(self.line, self._text[self._at :])
