"""Are probabilities honest? Regression that makes them so, the error that is left, and a picture of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.confidence.evidence import logistic
from inkbetween.inference.geometry.points import Array

BINS = 10
PANEL = 330
MARGIN = 44
INK, PALE, BEFORE, AFTER = (60, 60, 60), (225, 225, 225), (170, 170, 170), (205, 120, 40)
FONT = cv2.FONT_HERSHEY_SIMPLEX


def fit_logistic(
    features: Array, right: Array, weight: Array, *, offset: Array | None = None, ridge: float = 1.0
) -> tuple[Array, float]:
    """Coefficients (F,) and bias of the logistic regression of shares `right` (n,) in [0, 1], each of so much `weight`
    (n,), on `features` (n, F), by Newton's method with steps halved where they lead too far.

    What the regression says is added to `offset` (n,); `ridge` pulls coefficients, in standard deviations of their
    features, towards 0.
    """
    middle = np.average(features, axis=0, weights=weight)
    spread = np.sqrt(np.average((features - middle) ** 2, axis=0, weights=weight))
    # a feature that never varies says nothing
    scale = np.where(spread > 1e-9, spread, np.inf)
    x = np.concatenate([np.ones((len(features), 1)), (features - middle) / scale], axis=1)
    weight = weight / weight.mean()
    pull = ridge * np.eye(x.shape[1])
    pull[0, 0] = 1e-6
    at, base = np.zeros(x.shape[1]), np.zeros(len(x)) if offset is None else offset

    def loss(at: Array) -> float:
        z = x @ at + base
        return float((weight * (np.logaddexp(0.0, z) - right * z)).sum() + 0.5 * at @ pull @ at)

    for _ in range(100):
        p = logistic(x @ at + base)
        curvature = (x * (weight * p * (1 - p))[:, None]).T @ x + pull
        step = np.linalg.solve(curvature, x.T @ (weight * (right - p)) - pull @ at)
        while loss(at + step) > loss(at) and np.abs(step).max() > 1e-9:
            step *= 0.5
        at = at + step
        if np.abs(step).max() < 1e-8:
            break
    by = at[1:] / scale
    return by, float(at[0] - by @ middle)


@dataclass(frozen=True)
class Bins:
    """What was said and what was true in the mean, and how much ink, of BINS ranges of what was said."""

    said: Array
    true: Array
    ink: Array

    @staticmethod
    def of(said: Array, right: Array, weight: Array) -> Bins:
        row = np.minimum((said * BINS).astype(np.int64), BINS - 1)
        ink = np.bincount(row, weight, BINS)
        some = np.maximum(ink, 1e-12)
        return Bins(
            np.bincount(row, weight * said, BINS) / some, np.bincount(row, weight * right, BINS) / some, ink / ink.sum()
        )

    @property
    def error(self) -> float:
        """Expected calibration error (Naeini, Cooper, Hauskrecht 2015)."""
        return float((np.abs(self.said - self.true) * self.ink).sum())


def sharpness(said: Array, right: Array, weight: Array) -> float:
    """How probably ink that is right is said to be surer than ink that is not (area under the ROC curve)."""
    order = np.argsort(said, kind="stable")
    right, weight = right[order], weight[order]
    wrong = weight * (1 - right)
    below = np.cumsum(wrong) - 0.5 * wrong
    return float((weight * right * below).sum() / max((weight * right).sum() * wrong.sum(), 1e-12))


def draw_reliability(panels: Mapping[str, tuple[Bins, Bins]], picture: Path) -> None:
    """A panel for each name: what was true over what was said, before calibration grey and after it blue; bars below
    show how much ink was said to be so sure after it."""
    sheet = np.full((PANEL + 30, PANEL * len(panels), 3), 255, np.uint8)
    for number, (name, (before, after)) in enumerate(panels.items()):
        part = sheet[:, number * PANEL : (number + 1) * PANEL]
        _panel(part, name, before, after)
    picture.parent.mkdir(parents=True, exist_ok=True)
    unfinished = picture.with_name(f".unfinished.{picture.name}")
    cv2.imwrite(str(unfinished), sheet)
    unfinished.replace(picture)


def _panel(image: NDArray[np.uint8], name: str, before: Bins, after: Bins) -> None:
    side, top = PANEL - MARGIN - 22, 48

    def at(x: float, y: float) -> tuple[int, int]:
        return round(MARGIN + x * side), round(top + (1.0 - y) * side)

    cv2.putText(image, name, (MARGIN, 20), FONT, 0.48, INK, 1, cv2.LINE_AA)
    for mark in (0.0, 0.5, 1.0):
        cv2.line(image, at(mark, 0), at(mark, 1), PALE, 1)
        cv2.line(image, at(0, mark), at(1, mark), PALE, 1)
        cv2.putText(image, f"{mark:g}", (at(0, mark)[0] - 28, at(0, mark)[1] + 4), FONT, 0.36, INK, 1, cv2.LINE_AA)
        cv2.putText(image, f"{mark:g}", (at(mark, 0)[0] - 8, at(mark, 0)[1] + 14), FONT, 0.36, INK, 1, cv2.LINE_AA)
    cv2.line(image, at(0, 0), at(1, 1), INK, 1, cv2.LINE_AA)
    for k, share in enumerate(after.ink):
        cv2.rectangle(image, at(k / BINS + 0.015, 0), at((k + 1) / BINS - 0.015, min(float(share), 1.0)), PALE, -1)
    for bins, colour in ((before, BEFORE), (after, AFTER)):
        there = bins.ink > 0.002
        line = np.array([at(x, y) for x, y in zip(bins.said[there], bins.true[there], strict=True)], np.int32)
        cv2.polylines(image, [line], False, colour, 2, cv2.LINE_AA)
        for place in line:
            cv2.circle(image, (int(place[0]), int(place[1])), 4, colour, -1, cv2.LINE_AA)
    for left, text, bins, colour in ((0, "ECE before", before, BEFORE), (140, "after", after, AFTER)):
        cv2.putText(image, f"{text} {bins.error:.3f}", (MARGIN + left, 38), FONT, 0.42, colour, 1, cv2.LINE_AA)
    cv2.putText(image, "right, over said to be right", (MARGIN, PANEL + 20), FONT, 0.4, INK, 1, cv2.LINE_AA)
