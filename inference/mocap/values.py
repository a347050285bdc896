"""The numbers of a BVH file's motion."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array
from .capture import BvhError
from .words import AGAIN, FARTHEST, Line, clipped, fail, is_number, no_number

_NUMBERS = re.compile(r"[0-9+\-.eE\s]*")
_WORD = re.compile(r"\S+")
_CHUNK = 1 << 16
MOST_LINES = 3_000_000


@dataclass(frozen=True)
class Claim:
    """How many frames the file says it has, and in which line it does."""

    frames: int
    line: int


class Values:
    """Reads the motion, chunk by chunk, and knows how many values each line had."""

    def __init__(self, claim: Claim, width: int) -> None:
        self.claim, self.width = claim, width
        self.wanted = claim.frames * width
        self._numbers, self._counts = array("q"), array("q")

    def read(self, rest: Line, lines: Iterator[Line]) -> Array:
        """(frames, width) numbers, from what is left of a line and the lines after it.

        Raises `BvhError` where any value is no number, or values do not make up frames, or frames are fewer than
        announced.
        """
        chunks: list[Array] = []
        total = 0
        for words in self._chunks(chain([rest], lines)):
            chunks.append(self._converted(words, total))
            total += len(words)
        if not self._whole(total):
            raise self._wrong_count(total)
        return np.concatenate([np.zeros(0), *chunks]).reshape(-1 if self.width else 0, self.width)

    def _chunks(self, lines: Iterator[Line]) -> Iterator[list[str]]:
        """Words of many lines, or of a part of one that is very long."""
        words: list[str] = []
        for line in lines:
            if not _NUMBERS.fullmatch(line.text):
                raise _not_numbers(line)
            if len(self._numbers) > MOST_LINES:
                raise fail(
                    line.number, f"there are more than {MOST_LINES:,} lines of values", "cut the take into parts"
                )
            short = len(line.text) < _CHUNK
            found = iter(()) if short else (match.group() for match in _WORD.finditer(line.text))
            while more := line.text.split() if short else list(islice(found, _CHUNK)):
                self._numbers.append(line.number)
                self._counts.append(len(more))
                words += more
                if len(words) >= _CHUNK:
                    yield words
                    words = []
                if short:
                    break
        yield words

    def _converted(self, words: list[str], before: int) -> Array:
        try:
            values = np.fromiter(map(float, words), np.float64, len(words))
            good = np.abs(values) <= FARTHEST
        except ValueError:
            values = np.zeros(len(words))
            good = np.array([is_number(word) for word in words])
        if not good.all():
            at = int(np.argmin(good))
            ends = np.cumsum(self._lines()[1])
            line = self._numbers[int(np.searchsorted(ends, before + at, side="right"))]
            raise no_number(words[at], line)
        return values

    def _lines(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Numbers of the lines that hold values, and how many each holds."""
        numbers, counts = np.array(self._numbers, np.int64), np.array(self._counts, np.int64)
        starts = np.flatnonzero(np.diff(numbers, prepend=-1))
        return numbers[starts], np.add.reduceat(counts, starts) if len(starts) else counts

    def _whole(self, total: int) -> bool:
        """Whether all frames are whole.

        A frame may go over several lines. Files are in use that hold a frame more than they say: where each line is a
        whole one, that is fine.
        """
        counts = self._lines()[1]
        if bool((counts == self.width).all()):
            return total >= self.wanted
        return total == self.wanted and len(counts) != self.claim.frames

    def _wrong_count(self, total: int) -> BvhError:
        numbers, counts = self._lines()
        claim = f'line {self.claim.line} says "Frames: {self.claim.frames}"'
        odd = np.flatnonzero(counts != self.width)
        stray = len(odd) > 0 and 2 * len(odd) <= len(counts) and odd[0] < len(counts) - 1
        if stray or total == self.wanted:
            what = f"{counts[odd[0]]:,} values stand where the joints have {self.width:,} channels"
            return fail(int(numbers[odd[0]]), what, AGAIN)
        last = int(numbers[-1]) if len(numbers) else self.claim.line
        if total > self.wanted:
            return fail(last, f"there are {total:,} values instead of {self.wanted:,}, for {claim}", AGAIN)
        whole, more = divmod(total, self.width)
        cut = f"the motion breaks off within frame {whole + 1:,}" if more else f"the motion ends after {whole:,} frames"
        remedy = f'export the take again, or keep {whole:,} frames and write "Frames: {whole}"'
        return fail(last, f"{cut}, but {claim}", remedy)


def _not_numbers(line: Line) -> BvhError:
    bad = next(word for word in line.text.split() if not _NUMBERS.fullmatch(word))
    if bad.upper() in ("HIERARCHY", "ROOT", "MOTION"):
        return fail(line.number, f'"{clipped(bad)}" begins a second take', "save each take as a file of its own")
    return no_number(bad, line.number)
