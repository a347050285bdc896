"""Which files a run reads and writes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .lists import Named, UsageError

__all__ = ["Shot", "UsageError", "shots_of"]


@dataclass(frozen=True)
class Shot:
    """A file to fill, the file that it becomes, and the folder of reports on it.

    Where the shot is a link, its name is the link's.
    """

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
    def file(self) -> Path:
        """The file that is read.

        Where the source is a link, it is the file that it leads to, beside which its libraries lie.
        """
        return _real(self.source)

    @property
    def written(self) -> Path:
        """The file that is written.

        In place of a link it is the file that it leads to, so that it stays a link.
        """
        return self.file if self.in_place else self.target

    @property
    def record(self) -> Path:
        """The result's file."""
        return self.folder / f"{self.name}.inkbetween.json"

    @property
    def sheet(self) -> Path:
        """The contact sheet's file."""
        return self.folder / f"{self.name}.contact-sheet.png"


def shots_of(
    sources: Sequence[Path | Named], output: Path | None, root: Path | None = None, in_place: bool = False
) -> list[Shot]:
    """The shots of a run, in the order given.

    output    folder; below it a shot keeps its file name, or its path below `root` where that is given
    in_place  the sources are written to; results lie in `output`, or beside them

    Raises `UsageError` where two shots would become one file, or an output would replace a source unasked.
    """
    if output is None and not in_place:
        raise UsageError("Say where to write with -o DIR; or ask for --in-place, which writes to the shots themselves.")
    named = [source if isinstance(source, Named) else Named(source) for source in sources]
    shots = [_shot(source, output and output.resolve(), root, in_place) for source in named]
    if twice := _first_pair(shot.source for shot in shots):
        raise UsageError(f"{named[twice[0]]} is named again{_at(named[twice[1]])}; name each shot once.")
    if twice := _first_pair(shot.record for shot in shots):
        one, two = (named[index] for index in twice)
        raise UsageError(f"{one} and {two} would become one file; keep their folders apart with --root DIR.")
    if in_place and (twice := _first_pair(shot.written for shot in shots)):
        one, two = (named[index] for index in twice)
        raise UsageError(f"{one} and {two} are links to one file, which --in-place would fill twice; name one of them.")
    ours = {place for shot in shots for place in (_place(shot.source), shot.file)}
    over = [shot for shot in shots if not shot.in_place and _place(shot.target) in ours]
    if over:
        raise UsageError(f"{over[0].target} is a source itself; choose another folder, or ask for --in-place.")
    return shots


def _first_pair(values: Iterable[Path]) -> tuple[int, int] | None:
    """The numbers of the first value that repeats an earlier one, earlier first."""
    seen: dict[Path, int] = {}
    for number, value in enumerate(values):
        if value in seen:
            return seen[value], number
        seen[value] = number
    return None


def _at(named: Named) -> str:
    return f" in {named.where}" if named.where else ""


def _shot(named: Named, output: Path | None, root: Path | None, in_place: bool) -> Shot:
    source = _absolute(named.path)
    if not source.name:
        raise UsageError(f"{named} is a folder; name the shot's file.")
    below = Path() if root is None else _below(source, root, named)
    if output is None:
        return Shot(source, source, source.parent)
    folder = output / below
    target = source if in_place else folder / source.with_suffix(".blend").name
    if not in_place and _place(target) in (_place(source), _real(source)):
        raise UsageError(f"{named} would be written to itself; choose another folder, or ask for --in-place.")
    return Shot(source, target, folder)


def _below(source: Path, root: Path, named: Named) -> Path:
    """The way from the root to the shot's folder, as it is named; else as links lead."""
    for folder, above in ((source.parent, _absolute(root)), (_real(source.parent), _real(root))):
        if folder.is_relative_to(above):
            return folder.relative_to(above)
    raise UsageError(f"{named} does not lie below {root}; give --root a folder that holds all shots.")


def _absolute(path: Path) -> Path:
    """The path from the root of all files, links as they are named.

    What ".." leaves may be a link: it is followed.
    """
    path = path.absolute()
    return _real(path.parent) / path.name if ".." in path.parts[:-1] else path


def _place(path: Path) -> Path:
    """The one name of a place in a folder, whatever lies there."""
    return _real(path.parent) / path.name


def _real(path: Path) -> Path:
    """Where links lead; those that lead round to themselves stay as they are."""
    return Path(os.path.realpath(path))
