"""What a run reports: one JSON object per line, and curves drawn from them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from inkbetween.training import plots

PANEL = 4.2, 2.6
"""Inches."""
COLUMNS = 3
TRAINED, VALIDATED = "tab:blue", "tab:red"

Curve = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Steps and values."""


def append(path: Path, line: Mapping[str, Any]) -> None:
    """Add one report."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as stream:
        stream.write(json.dumps(dict(line)) + "\n")


def read(path: Path) -> list[dict[str, Any]]:
    """All reports; a last line that was cut off when a run was killed is left out."""
    lines = path.read_text().splitlines() if path.exists() else []
    reports = []
    for number, line in enumerate(lines):
        try:
            reports.append(dict(json.loads(line)))
        except json.JSONDecodeError:
            if number + 1 < len(lines):
                raise
    return reports


def keep_until(path: Path, step: int) -> None:
    """Forget reports of later steps: a run that goes on from a checkpoint makes them anew."""
    kept = [report for report in read(path) if report["step"] <= step]
    if path.exists():
        unfinished = path.with_name(f".{path.name}.unfinished")
        unfinished.write_text("".join(json.dumps(report) + "\n" for report in kept))
        unfinished.replace(path)


def draw_curves(metrics: Path, picture: Path) -> None:
    """One panel for each figure, training in blue and validation in red, over steps."""
    trained, validated = _curves(metrics)
    names = list(dict.fromkeys([*trained, *validated]))
    if not names:
        return
    figure, axes = plots.panels(len(names), COLUMNS, PANEL)
    for panel, name in zip(axes, names, strict=True):
        _panel(panel, name, trained.get(name), validated.get(name))
    plots.write(figure, picture)


def _curves(metrics: Path) -> tuple[dict[str, Curve], dict[str, Curve]]:
    found: tuple[dict[str, list[tuple[int, float]]], dict[str, list[tuple[int, float]]]] = ({}, {})
    for report in read(metrics):
        for curves, kind in zip(found, ("training", "validation"), strict=True):
            for name, value in report.get(kind, {}).items():
                curves.setdefault(name, []).append((report["step"], float(value)))
    trained, validated = ({name: _columns(points) for name, points in curves.items()} for curves in found)
    return trained, validated


def _columns(points: list[tuple[int, float]]) -> Curve:
    steps, values = np.array(points, np.float64).T
    finite = np.isfinite(values)
    return steps[finite], values[finite]


def _panel(panel: Axes, name: str, trained: Curve | None, validated: Curve | None) -> None:
    panel.set_title(name, loc="left")
    curves = [(c, colour) for c, colour in ((trained, TRAINED), (validated, VALIDATED)) if c is not None and len(c[0])]
    if not curves:
        return
    for (steps, values), colour in curves:
        panel.plot(steps, values, color=colour, linewidth=1.0)
    # A few outliers, such as the first steps, do not squeeze the rest.
    low, high = np.percentile(np.concatenate([values for (_, values), _ in curves]), [1.0, 99.0])
    panel.set_ylim(*((low, high) if high > low else (low - 0.5, high + 0.5)))
    panel.grid(visible=True, axis="y", alpha=0.3)
    panel.set_xlabel("steps")
    if validated is not None and len(validated[1]):
        panel.set_title(f"{validated[1][-1]:.4g}", loc="right", color=VALIDATED)
