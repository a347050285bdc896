"""Reading BVH files, in the dialects that programs write.

What cannot be meant is refused with the line it stands in. Nothing is made by the numbers that a file claims, only
by what it holds.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from .capture import Bvh, BvhError
from .hierarchy import Hierarchy
from .values import Claim, Values
from .words import AGAIN, Line, Words, clipped, fail, number

__all__ = ["Bvh", "BvhError", "parse_bvh", "read_bvh"]

MOST_BYTES = 128 * 2**20
_HEADER_WORDS = re.compile(r":|[^\s:]+")
_WHOLE = re.compile(r"\+?[0-9]{1,9}")


def read_bvh(path: str | Path) -> Bvh:
    """The capture in a file.

    Raises `BvhError` where it cannot be opened or is not a whole BVH file.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or error
        raise BvhError(f"{file_name(path)} cannot be opened ({reason}): choose another file.") from error
    try:
        return parse_bvh(raw)
    except BvhError as error:
        raise BvhError(f"{file_name(path)} cannot be read. {error}") from error


def file_name(path: Path) -> str:
    """The name of a file as it can be shown and stored, whatever bytes it is made of."""
    return path.name.encode("utf-8", "replace").decode() or "The file"


def parse_bvh(text: str | bytes) -> Bvh:
    """The capture that a file's content tells of; `BvhError` where it is malformed."""
    if len(text) > MOST_BYTES:
        raise BvhError(f"It is larger than {MOST_BYTES >> 20} MiB: cut the take into parts.")
    plain = _decoded(text) if isinstance(text, bytes) else text.encode("utf-8", "replace").decode().lstrip("\ufeff")
    # Old editors end files with Ctrl-Z.
    lines = _numbered(plain.rstrip("\x1a\0"))
    hierarchy = Hierarchy()
    motion = hierarchy.read(lines)
    frames, frame_time, rest = _header(motion, lines)
    width = len(hierarchy.channel_joints)
    if frames.frames and not width:
        raise fail(frames.line, "there are frames, but no joint has CHANNELS that they could move", AGAIN)
    values = Values(frames, width).read(rest, lines)
    return hierarchy.capture(values, frame_time)


def _decoded(raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _numbered(text: str) -> Iterator[Line]:
    """Lines that are not blank, counted from 1, whatever ends them.

    Not all of them are made at once.
    """
    for index, line in enumerate(io.StringIO(text, newline=None)):
        if not line.isspace():
            yield Line(index + 1, line)


def _header(motion: Line, lines: Iterator[Line]) -> tuple[Claim, float, Line]:
    """Frames and Frame Time, in either order, and what follows them in their line."""
    words = Words(motion, lines, _HEADER_WORDS)
    frames: Claim | None = None
    seconds: float | None = None
    while frames is None or seconds is None:
        word = words.next('"Frames:" and "Frame Time:" after MOTION').upper()
        if word == "FRAMES" and frames is None:
            count = _header_value(words, "Frames:")
            if not _WHOLE.fullmatch(count):
                raise fail(words.line, f'"Frames: {clipped(count)}" is not a number of frames', AGAIN)
            frames = Claim(int(count), words.line)
        elif word in ("FRAME", "FRAMETIME") and seconds is None:
            if word == "FRAME" and words.next('"Time:" after "Frame"').upper() != "TIME":
                raise fail(words.line, '"Frame" stands without "Time:"', AGAIN)
            seconds = number(_header_value(words, "Frame Time:"), words.line)
            if not seconds > 0.0:
                raise fail(words.line, f"a Frame Time of {seconds:g} seconds is no time", "write 0.0333333 for 30 fps")
        else:
            expected = '"Frame Time:"' if frames else '"Frames:"'
            raise fail(words.line, f'"{clipped(word)}" stands where {expected} should', AGAIN)
    return frames, seconds, words.rest()


def _header_value(words: Words, label: str) -> str:
    word = words.next(f'a number after "{label}"')
    return words.next(f'a number after "{label}"') if word == ":" else word
