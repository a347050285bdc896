"""Are probabilities honest? Regression that makes them so, the error that is left, and a picture of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inkbetween.inference.confidence.evidence import logistic
from inkbetween.inference.geometry.points import Array
from inkbetween.training import plots

BINS = 10
PANEL = 3.4, 3.6
"""Inches."""
PALE, BEFORE, AFTER = "gainsboro", "darkgrey", "tab:blue"
LITTLE = 0.002
"""The share of ink that a range needs to be drawn."""


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
    figure, axes = plots.panels(len(panels), len(panels), PANEL)
    for panel, (name, (before, after)) in zip(axes, panels.items(), strict=True):
        panel.set(title=name, xlabel="said to be right", ylabel="right", xlim=(0, 1), ylim=(0, 1), aspect="equal")
        panel.bar((np.arange(BINS) + 0.5) / BINS, after.ink, 0.7 / BINS, color=PALE)
        panel.plot([0, 1], [0, 1], color="black", linewidth=0.8)
        for text, bins, colour in (("before", before, BEFORE), ("after", after, AFTER)):
            there = bins.ink > LITTLE
            label = f"ECE {text} {bins.error:.3f}"
            panel.plot(bins.said[there], bins.true[there], "o-", color=colour, label=label)
        panel.legend(loc="upper left", frameon=False)
    plots.write(figure, picture)
