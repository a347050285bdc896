"""The part of a BVH file before its motion: joints, offsets, channels."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from ..geometry.points import Array
from .capture import Bvh, BvhError
from .words import AGAIN, Line, Words, clipped, fail, number

MOST_JOINTS = 5_000
DEEPEST = 500
"""Levels of joints; a hand's fingers are some twelve below the root."""
NO_SKELETON = "this is no skeleton: " + AGAIN
UNCLOSED = "a closing brace is missing: " + AGAIN

_KINDS = {f"{axis}POSITION": kind for kind, axis in enumerate("XYZ")} | {
    f"{axis}ROTATION": kind for kind, axis in enumerate("XYZ", 3)
}
_WORDS = re.compile(r"[{}]|[^\s{}]+")


class Hierarchy:
    """Joints as they come; `read` fills it, `capture` adds the motion."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.parents: list[int] = []
        self.offsets: list[list[float] | None] = []
        self.ends: list[tuple[int, list[float]]] = []
        self.channel_joints: list[int] = []
        self.channel_kinds: list[int] = []

    def read(self, lines: Iterator[Line]) -> Line:
        """Read up to the word MOTION; what stands after it in its line. Raises `BvhError`."""
        words = Words(Line(1, ""), lines, _WORDS)
        try:
            first = words.next("HIERARCHY")
        except BvhError as error:
            raise BvhError("It is empty: choose a BVH file.") from error
        if first.upper() != "HIERARCHY":
            raise fail(words.line, f'a BVH file begins with HIERARCHY, not "{clipped(first)}"', "choose a BVH file")
        while (word := words.next("MOTION after the joints").upper()) != "MOTION":
            if word == "ROOT":
                self._read_tree(words)
            elif word != "HIERARCHY":
                raise fail(words.line, f'"{clipped(word)}" stands where ROOT or MOTION should', self._balance(word))
        if not self.names:
            raise fail(words.line, "there is no ROOT, and so no joint", AGAIN)
        return words.rest()

    @staticmethod
    def _balance(word: str) -> str:
        """What to do where a tree has ended too early."""
        return "there is a closing brace too many: " + AGAIN if word in ("}", "JOINT") else AGAIN

    def _read_tree(self, words: Words) -> None:
        """One root and all below it, without recursion: the depth is the file's to choose."""
        open_joints = [self._begin(words, -1)]
        channelled: set[int] = set()
        while open_joints:
            joint = open_joints[-1]
            label = f'joint "{clipped(self.names[joint])}"'
            word = words.next(f"the brace that closes {label}").upper()
            if word == "JOINT":
                if len(open_joints) >= DEEPEST:
                    raise fail(words.line, f"joints are nested more than {DEEPEST} deep", NO_SKELETON)
                open_joints.append(self._begin(words, joint))
            elif word == "END":
                self._count(words, len(self.ends))
                self.ends.append((joint, self._end_site(words)))
            elif word == "}":
                if self.offsets[joint] is None:
                    raise fail(words.line, f"{label} has no OFFSET", AGAIN)
                open_joints.pop()
            elif word == "OFFSET" and self.offsets[joint] is None:
                self.offsets[joint] = _offset(words)
            elif word == "CHANNELS" and joint not in channelled:
                channelled.add(joint)
                self._channels(words, joint)
            elif word in ("OFFSET", "CHANNELS"):
                raise fail(words.line, f"{label} has a second {word}", AGAIN)
            elif word in ("MOTION", "ROOT"):
                raise fail(words.line, f"{word} stands where {label} is still open", UNCLOSED)
            else:
                raise fail(words.line, f'"{clipped(word)}" means nothing within {label}', AGAIN)

    @staticmethod
    def _count(words: Words, so_far: int) -> None:
        if so_far >= MOST_JOINTS:
            raise fail(words.line, f"there are more than {MOST_JOINTS:,} joints", NO_SKELETON)

    def _begin(self, words: Words, parent: int) -> int:
        self._count(words, len(self.names))
        name = words.name()
        self.names.append(name)
        self.parents.append(parent)
        self.offsets.append(None)
        _brace(words, f'joint "{clipped(name)}"')
        return len(self.names) - 1

    def _end_site(self, words: Words) -> list[float]:
        words.name()  # "Site", sometimes a name
        _brace(words, "End Site")
        offset: list[float] | None = None
        while (word := words.next("the brace that closes an End Site").upper()) != "}":
            if word == "OFFSET" and offset is None:
                offset = _offset(words)
            elif word == "CHANNELS" and words.next("a number of channels") == "0":
                continue
            else:
                raise fail(words.line, f'"{clipped(word)}" means nothing within an End Site', AGAIN)
        if offset is None:
            raise fail(words.line, "an End Site has no OFFSET", AGAIN)
        return offset

    def _channels(self, words: Words, joint: int) -> None:
        label = f'joint "{clipped(self.names[joint])}"'
        word = words.next("a number of channels")
        if word not in "0123456" or len(word) != 1:
            raise fail(words.line, f'"CHANNELS {clipped(word)}" of {label} is not a number from 0 to 6', AGAIN)
        kinds: list[int] = []
        for _ in range(int(word)):
            name = words.next(f"{word} channels of {label}")
            kind = _KINDS.get(name.upper())
            if kind is None:
                what = f'"{clipped(name)}" is no channel; {label} must have {word} such as Xposition or Zrotation'
                raise fail(words.line, what, AGAIN)
            if kind in kinds:
                raise fail(words.line, f"{label} has the channel {clipped(name)} twice", AGAIN)
            kinds.append(kind)
        self.channel_joints += [joint] * len(kinds)
        self.channel_kinds += kinds

    def capture(self, values: Array, frame_time: float) -> Bvh:
        return Bvh(
            names=tuple(self.names),
            parents=np.array(self.parents, np.int64),
            offsets=np.array(self.offsets, np.float64).reshape(-1, 3),
            end_joints=np.array([joint for joint, _ in self.ends], np.int64),
            end_offsets=np.array([offset for _, offset in self.ends], np.float64).reshape(-1, 3),
            channel_joints=np.array(self.channel_joints, np.int64),
            channel_kinds=np.array(self.channel_kinds, np.int64),
            values=values,
            frame_time=frame_time,
        )


def _brace(words: Words, label: str) -> None:
    word = words.next(f"the opening brace of {label}")
    if word != "{":
        raise fail(words.line, f'"{clipped(word)}" stands where the opening brace of {label} should', AGAIN)


def _offset(words: Words) -> list[float]:
    return [number(words.next("the three numbers of an OFFSET"), words.line) for _ in range(3)]
