"""The contact sheet: key, truth, ours, Blender's, key, a row for each sequence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from inkbetween.tools.bench.drawings.sequences import Sequence
from inkbetween.tools.bench.methods.tweened import Tweened
from inkbetween.tools.bench.score import Moment

from .cells import Cell, Image, Palette, bar, below, beside, cell_drawn, cell_image, cell_of, window_around, write

_WIDTH = 400
# With more rows than these the sheet is two columns wide.
_ONE_COLUMN = 20
# Where in a sequence one looks: as it goes on, not as it starts.
_LOOKED_AT = 1


@dataclass(frozen=True)
class Drawn:
    """What a method drew of a sequence, and the score of each in-between by its number."""

    tweened: Tweened
    moments: Mapping[int, Moment]

    def cell(self, number: int, title: str) -> Cell:
        """An in-between, with what was measured of it."""
        return cell_drawn(self.tweened, number, title, notes_of(self.moments[number]))


@dataclass(frozen=True)
class Row:
    """One moment of one sequence, cells from left to right; all are framed alike.

    The `palette` (C, 3) is that of the fills, RGB.
    """

    label: str
    cells: list[Cell]
    palette: Palette | None = None


def notes_of(moment: Moment) -> tuple[str, ...]:
    """What of an in-between's score is good to know when one looks at it."""
    lines = f"whole {moment.wholeness:.2f}", f"F1 {moment.f1:.2f}"
    if moment.paint is None:
        return lines
    paint = moment.paint
    return f"colour {paint.colour:.2f}", lines[0], f"naked {paint.naked:.1f}", f"cracks {paint.cracks:.1f}", lines[1]


def rows_of(sequence: Sequence, gap: int, drawn: Mapping[str, Drawn], every: bool = False) -> list[Row]:
    """The middle in-between of the second gap, or `every` in-between of the sequence."""
    gaps = sequence.gaps(gap)
    first, last = gaps[min(_LOOKED_AT, len(gaps) - 1)]
    moments = [(first, last, (first + last) // 2)]
    if every:
        moments = [(a, b, number) for a, b in gaps for number in range(a + 1, b)]
    rows = []
    for a, b, number in moments:
        cells = [cell_of(sequence, a, f"key {a}"), cell_of(sequence, number, f"truth {number}")]
        cells += [one.cell(number, name) for name, one in drawn.items()]
        cells.append(cell_of(sequence, b, f"key {b}"))
        rows.append(Row(f"{sequence.name}, gap {gap}", cells, sequence.palette))
    return rows


def draw(path: Path, rows: list[Row]) -> None:
    """Write the sheet; raises OSError where the file cannot be written."""
    images = [_image(row) for row in rows]
    if len(images) <= _ONE_COLUMN:
        write(path, below(images))
        return
    half = (len(images) + 1) // 2
    write(path, beside([below(images[:half]), below(images[half:])]))


def _image(row: Row) -> Image:
    """What is drawn may leave the window: the keys and the true frame say what is shown."""
    window = window_around([*row.cells[:2], row.cells[-1]])
    cells = beside([cell_image(cell, row.palette, window, _WIDTH) for cell in row.cells])
    return below([bar(cells.shape[1], row.label), cells])
