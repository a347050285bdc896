"""The unit of all batch work: one shot, from its file to its result.

It is done once, however often it is asked for.
"""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from .files import png, publish, sha256_of, sweep, unfinished_name, write_bytes
from .fingerprint import Fingerprint, fingerprint_of
from .result import FAILED, FILLED, NOTHING, Result, read_result, write_result
from .settings import Settings
from .shots import Shot


class ShotError(RuntimeError):
    """A shot that cannot be filled; the message says what is wrong with it."""


@dataclass(frozen=True)
class Filled:
    """What Blender answers of a file that it has filled and saved.

    Digests, counts and seconds as in `Result`.

    left, libraries  what was left alone; the files that it links
    sheet            width, height and pixels of the contact sheet, where one was asked for
    """

    left: tuple[str, ...]
    libraries: tuple[str, ...]
    inbetweens: str
    keys: str
    counts: Mapping[str, int]
    seconds: Mapping[str, float]
    about: Mapping[str, Any] = field(default_factory=dict)
    sheet: tuple[int, int, bytes] | None = None


Filler = Callable[[Path, Path, Settings], Filled]
"""Fills the first file and saves it as the second one; raises `ShotError`."""


def finished(shot: Shot, settings: Settings) -> Result | None:
    """The result of an earlier run that still holds, or None.

    It holds where everything that it depends on and what it wrote are as they were.
    """
    result = read_result(shot.record)
    if result is None or not result.good or result.fingerprint is None:
        return None
    try:
        now = fingerprint_of(shot.file, result.fingerprint.libraries, settings)
        written = sha256_of(shot.written)
        sheet = sha256_of(shot.sheet) if settings.render else None
    except OSError:
        return None
    then = result.fingerprint
    if shot.in_place:  # the source now is what was written then
        now = replace(now, source=then.source)
    if now != then or written != result.output.get("sha256") or sheet != result.output.get("sheet_sha256"):
        return None
    return replace(result, reused=True)


def fill_shot(shot: Shot, settings: Settings, fill: Filler, force: bool = False) -> Result:
    """The result of a shot, filled unless that is done already.

    The result is written last. `force` fills the shot anew.

    Raises OSError where nothing can be written.
    """
    shot.folder.mkdir(parents=True, exist_ok=True)
    for path in (shot.written, shot.record, shot.sheet):
        sweep(path)
    result = None if force else finished(shot, settings)
    if result is not None:
        return result
    unfinished = unfinished_name(shot.written)
    try:
        result = _fill(shot, settings, fill, unfinished)
    except ShotError as error:
        result = failed(shot, settings, str(error))
    finally:
        unfinished.unlink(missing_ok=True)
    write_result(shot.record, result)
    return result


def failed(shot: Shot, settings: Settings, reason: str, died: bool = False) -> Result:
    """The result of a shot that could not be filled, with what is known of it.

    `died` marks that of a dead process, which may be luck.
    """
    try:
        fingerprint = fingerprint_of(shot.file, (), settings)
    except OSError:
        fingerprint = None
    return Result(shot.name, str(shot.source), FAILED, reason, fingerprint=fingerprint, about=_about(), died=died)


def _fill(shot: Shot, settings: Settings, fill: Filler, unfinished: Path) -> Result:
    before = _source_print(shot, settings)
    filled = fill(shot.file, unfinished, settings)
    started = perf_counter()
    fingerprint = fingerprint_of(shot.file, filled.libraries, settings)
    if fingerprint.source != before.source:
        raise ShotError(f"{shot.source} was changed while it was being filled; nothing was written. Run this again.")
    output: dict[str, Any] = {"file": shot.written.name}
    drawn = filled.counts.get("inbetweens", 0) + filled.counts.get("removed", 0)
    if drawn:
        output |= _published(unfinished, shot.written)
    elif shot.in_place:
        output |= {"bytes": shot.written.stat().st_size, "sha256": before.source}
    else:
        # Nothing is drawn: the output is the source, byte for byte.
        shutil.copyfile(shot.file, unfinished)
        output |= _published(unfinished, shot.written)
    if filled.sheet is not None:
        write_bytes(shot.sheet, png(*filled.sheet))
        output |= {"sheet": shot.sheet.name, "sheet_sha256": sha256_of(shot.sheet)}
    return Result(
        shot.name,
        str(shot.source),
        FILLED if drawn else NOTHING,
        left=filled.left,
        fingerprint=fingerprint,
        output=output,
        inbetweens=filled.inbetweens,
        keys=filled.keys,
        counts=filled.counts,
        seconds={**filled.seconds, "publish": round(perf_counter() - started, 4)},
        about={**filled.about, **_about()},
    )


def _source_print(shot: Shot, settings: Settings) -> Fingerprint:
    try:
        return fingerprint_of(shot.file, (), settings)
    except OSError as error:
        raise ShotError(f"{shot.source} cannot be read: {error.strerror or error}.") from error


def _published(unfinished: Path, target: Path) -> dict[str, Any]:
    told = {"bytes": unfinished.stat().st_size, "sha256": sha256_of(unfinished)}
    publish(unfinished, target)
    return told


def _about() -> dict[str, Any]:
    return {"machine": platform.node(), "process": os.getpid()}
