"""Shots as the command line names them: files, and lists of files.

People and programs write lists.
"""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class UsageError(ValueError):
    """The command line asks for something that cannot be; the message says what to do."""


PREFIX, COMMENT, QUOTES = "@", "#", "\"'"
_ENCODINGS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Names of files may hold what `str.splitlines` takes for the end of a line.
_LINE_ENDS = re.compile("\r\n|\r|\n")
_MARK = "\ufeff"


@dataclass(frozen=True)
class Named:
    """A file, and where it is named: "shots.txt, line 3".

    "" for the command line itself.
    """

    path: Path
    where: str = ""

    def __str__(self) -> str:
        return f"{self.path} ({self.where})" if self.where else str(self.path)


def named_in(words: Sequence[str]) -> list[Named]:
    """The files that words of the command line mean; of a list `@LIST`, all it names.

    Raises `UsageError`, naming the line, where a list cannot be read or names no file.
    """
    found: list[Named] = []
    for word in words:
        if word.startswith(PREFIX):
            found += _listed(Path(word.removeprefix(PREFIX)), ())
        elif not word.strip():
            raise UsageError("A shot has no name; an empty word stands where its file should.")
        else:
            found.append(Named(Path(word)))
    return found


def _listed(path: Path, above: tuple[Path, ...]) -> list[Named]:
    """What a list names.

    Its paths count from its own folder: jobs of a farm run anywhere.
    """
    here = Path(os.path.abspath(path))
    if here in above:
        raise UsageError(f"The list {path} names itself, by way of {above[-1].name}; remove one of these lines.")
    found: list[Named] = []
    for number, line in enumerate(_LINE_ENDS.split(_text(path)), 1):
        where = f"{path.name}, line {number}"
        entry = _entry(line, where)
        if entry.startswith(PREFIX):
            found += _listed(here.parent / entry.removeprefix(PREFIX), (*above, here))
        elif entry:
            found.append(Named(here.parent / entry, where))
    if not found:
        raise UsageError(f"The list {path} names no shot; write one path on each line.")
    return found


def _entry(line: str, where: str) -> str:
    """The path that a line holds, "" where it holds none.

    Only quotes keep spaces at its ends, and a # at its start.
    """
    text = line.strip().strip(_MARK).strip()
    if not text or text.startswith(COMMENT):
        return ""
    if "\0" in text:
        raise UsageError(f"{where}: this is no text; give a list with one path on each line.")
    if text[0] in QUOTES:
        if len(text) < 3 or text[-1] != text[0]:
            raise UsageError(f"{where}: {text} begins with a quote that ends nowhere; remove it, or close it.")
        # so that a name may begin with an @, too
        return os.path.join(os.curdir, text[1:-1])
    return text


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"The list {path} cannot be read: {error.strerror or error}.") from error
    encoding = next((name for mark, name in _ENCODINGS if raw.startswith(mark)), "utf-8")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = len(_LINE_ENDS.split(raw[: error.start].decode(encoding, "replace")))
        raise UsageError(f"{path.name}, line {line}: this is not UTF-8; save the list as UTF-8.") from error
