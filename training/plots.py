"""Pictures of figures, drawn with matplotlib: panels beside each other, and a file that is complete or not there."""

from __future__ import annotations

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

_DOTS = 100
"""To the inch."""


def panels(count: int, columns: int, size: tuple[float, float]) -> tuple[Figure, list[Axes]]:
    """A sheet with `count` panels in rows of up to `columns`, each of `size` in inches."""
    columns = min(columns, count)
    rows = -(-count // columns)
    figure = Figure(figsize=(columns * size[0], rows * size[1]), dpi=_DOTS, layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for empty in grid[count:]:
        empty.set_axis_off()
    return figure, grid[:count]


def write(figure: Figure, picture: Path) -> None:
    """Write a sheet; the picture is complete, or still the one before."""
    picture.parent.mkdir(parents=True, exist_ok=True)
    unfinished = picture.with_name(f".unfinished.{picture.name}")
    figure.savefig(unfinished)
    unfinished.replace(picture)
