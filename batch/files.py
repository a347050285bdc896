"""Files that are complete or not there at all, and what they hold in one number."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import struct
import time
import zlib
from pathlib import Path

ABANDONED_SECONDS = 24 * 3600
"""An unfinished file of another machine is taken for abandoned after a day."""


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes; raises OSError where it cannot be read."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def unfinished_name(target: Path) -> Path:
    """Where this process writes what is to become `target`.

    It is in the same folder, so that renaming is atomic.
    """
    return target.with_name(f".{target.stem}.{_host()}.{os.getpid()}.unfinished{target.suffix}")


def publish(unfinished: Path, target: Path) -> None:
    """Make a finished file appear under its name, on the disk too.

    First come its bytes, then its name.
    """
    with unfinished.open("rb+") as stream:  # Windows flushes only what may be written to
        os.fsync(stream.fileno())
    unfinished.replace(target)
    if os.name == "posix":  # Windows cannot open folders, and has no need to
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def write_text(target: Path, text: str) -> None:
    """Write a text file whole; raises OSError, and the file before stays as it was."""
    write_bytes(target, text.encode())


def write_bytes(target: Path, content: bytes) -> None:
    """Write a file whole; raises OSError, and the file before stays as it was."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = unfinished_name(target)
    unfinished.write_bytes(content)
    publish(unfinished, target)


def sweep(target: Path) -> None:
    """Remove what processes that were killed have left of `target`."""
    for path in target.parent.glob(f".{_escaped(target.stem)}.*.unfinished{target.suffix}*"):
        host, _, number = path.name.partition(".unfinished")[0].removeprefix(f".{target.stem}.").rpartition(".")
        with contextlib.suppress(FileNotFoundError):  # somebody else may sweep at the same time
            old = time.time() - path.stat().st_mtime > ABANDONED_SECONDS
            if old or (host == _host() and number.isdecimal() and not _runs(int(number))):
                path.unlink()


def png(width: int, height: int, rgb: bytes) -> bytes:
    """A picture of `height` rows of `width` pixels, three bytes each, as a PNG file.

    See PNG Specification, W3C 2003.
    """

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    row = 3 * width
    lines = b"".join(b"\0" + rgb[start : start + row] for start in range(0, row * height, row))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines, 6)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _host() -> str:
    return platform.node().partition(".")[0] or "host"


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _runs(pid: int) -> bool:
    """Whether a process of this machine is alive; where that cannot be told, it is."""
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
