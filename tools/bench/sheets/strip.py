"""The strip: all frames of one sequence from left to right, the true ones above, each method's below."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from inkbetween.tools.bench.drawings.sequences import Sequence

from .cells import Image, bar, below, beside, cell_image, cell_of, window_around, write
from .contact import Drawn

_HEIGHT = 260
_NARROWEST, _WIDEST = 0.6, 1.6


def draw_strip(path: Path, sequence: Sequence, gap: int, drawn: Mapping[str, Drawn]) -> None:
    """Write the strip; keys stand in every row. Raises OSError where the file cannot be written."""
    keys = {first for first, _ in sequence.gaps(gap)} | {last for _, last in sequence.gaps(gap)}
    numbers = range(max(keys) + 1)
    true = [cell_of(sequence, n, f"{'key' if n in keys else 'truth'} {n}") for n in numbers]
    rows = {"truth": true}
    for name, one in drawn.items():
        rows[name] = [true[n] if n in keys else one.cell(n, f"{name} {n}") for n in numbers]
    window = window_around(true, 1.0 / _WIDEST, 1.0 / _NARROWEST)
    width = round(_HEIGHT * window.width / window.height)
    images: list[Image] = []
    for name, cells in rows.items():
        row = beside([cell_image(cell, sequence.palette, window, width) for cell in cells])
        images += [bar(row.shape[1], f"{sequence.name}, gap {gap}: {name}"), row]
    write(path, below(images))
