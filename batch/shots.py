"""Which files a run reads and writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class UsageError(ValueError):
    """The command line asks for something that cannot be; the message says what to do."""


@dataclass(frozen=True)
class Shot:
    """A file to fill, the file that it becomes, and the folder for what is told about it."""

    source: Path
    target: Path
    folder: Path

    @property
    def name(self) -> str:
        return self.target.stem

    @property
    def in_place(self) -> bool:
        return self.source == self.target

    @property
    def record(self) -> Path:
        """The result's file."""
        return self.folder / f"{self.name}.inkbetween.json"

    @property
    def sheet(self) -> Path:
        """The contact sheet's file."""
        return self.folder / f"{self.name}.contact-sheet.png"


def shots_of(
    sources: Sequence[Path], output: Path | None, root: Path | None = None, in_place: bool = False
) -> list[Shot]:
    """The shots of a run, in the order given.

    output    folder; below it a shot keeps its file name, or its path below `root` where that is given
    in_place  the sources are written to; results lie in `output`, or beside them

    Raises `UsageError` where two shots would become one file, or an output would replace a source unasked.
    """
    if output is None and not in_place:
        raise UsageError("Say where to write with -o DIR; or ask for --in-place, which writes to the shots themselves.")
    shots = [
        _shot(source.resolve(), output and output.resolve(), root and root.resolve(), in_place) for source in sources
    ]
    twice = [record for record, number in Counter(shot.record for shot in shots).items() if number > 1]
    if twice:
        same = [str(shot.source) for shot in shots if shot.record == twice[0]]
        raise UsageError(f"{same[0]} and {same[1]} would become one file; keep their folders apart with --root DIR.")
    ours = {shot.source for shot in shots}
    over = [shot for shot in shots if not shot.in_place and shot.target in ours]
    if over:
        raise UsageError(f"{over[0].target} is a source itself; choose another folder, or ask for --in-place.")
    return shots


def _shot(source: Path, output: Path | None, root: Path | None, in_place: bool) -> Shot:
    if root is None:
        below = Path()
    elif source.is_relative_to(root):
        below = source.parent.relative_to(root)
    else:
        raise UsageError(f"{source} does not lie below {root}; give --root a folder that holds all shots.")
    if output is None:
        return Shot(source, source, source.parent)
    folder = output / below
    target = source if in_place else folder / source.with_suffix(".blend").name
    if target == source and not in_place:
        raise UsageError(f"{source} would be written to itself; choose another folder, or ask for --in-place.")
    return Shot(source, target, folder)
