"""What a run reports: one JSON object per line, and curves drawn from them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

PANEL = 420, 260
MARGIN = 46
COLUMNS = 3
INK, PALE, TRAINED, VALIDATED = (60, 60, 60), (225, 225, 225), (205, 150, 90), (40, 40, 210)
"""Blue, green, red."""
FONT = cv2.FONT_HERSHEY_SIMPLEX

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
    width, height = PANEL
    rows = -(-len(names) // COLUMNS)
    sheet = np.full((rows * height, COLUMNS * width, 3), 255, np.uint8)
    for k, name in enumerate(names):
        top, left = k // COLUMNS * height, k % COLUMNS * width
        _panel(sheet[top : top + height, left : left + width], name, trained.get(name), validated.get(name))
    picture.parent.mkdir(parents=True, exist_ok=True)
    unfinished = picture.with_name(f".unfinished.{picture.name}")
    cv2.imwrite(str(unfinished), sheet)
    unfinished.replace(picture)


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


def _panel(image: NDArray[np.uint8], name: str, trained: Curve | None, validated: Curve | None) -> None:
    curves = [(c, colour) for c, colour in ((trained, TRAINED), (validated, VALIDATED)) if c is not None and len(c[0])]
    cv2.putText(image, name, (MARGIN, 18), FONT, 0.45, INK, 1, cv2.LINE_AA)
    if not curves:
        return
    steps = np.concatenate([curve[0] for curve, _ in curves])
    values = np.concatenate([curve[1] for curve, _ in curves])
    # A few outliers, such as the first steps, do not squeeze the rest.
    low, high = np.percentile(values, [1.0, 99.0])
    low, high = (low, high) if high > low else (low - 0.5, high + 0.5)
    right, bottom = image.shape[1] - 12, image.shape[0] - 28
    for share in (0.0, 0.5, 1.0):
        y = int(bottom + share * (30 - bottom))
        cv2.line(image, (MARGIN, y), (right, y), PALE, 1)
        cv2.putText(image, f"{low + share * (high - low):.3g}", (2, y + 4), FONT, 0.35, INK, 1, cv2.LINE_AA)
    cv2.putText(image, f"{steps.max():.0f} steps", (right - 90, image.shape[0] - 10), FONT, 0.35, INK, 1, cv2.LINE_AA)
    for (at, value), colour in curves:
        x = MARGIN + at / max(steps.max(), 1.0) * (right - MARGIN)
        y = bottom + np.clip((value - low) / (high - low), 0.0, 1.0) * (30 - bottom)
        points = np.round(np.stack([x, y], axis=1) * 16).astype(np.int32)
        cv2.polylines(image, [points], False, colour, 1, cv2.LINE_AA, 4)
    if validated is not None and len(validated[1]):
        cv2.putText(image, f"{validated[1][-1]:.4g}", (right - 90, 18), FONT, 0.45, VALIDATED, 1, cv2.LINE_AA)
