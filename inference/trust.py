"""How far what is drawn between two keys is to be trusted: every vertex, at any moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .confidence import Calibration, calibration_of, near
from .correspondence import Correspondence
from .drawing import Array
from .ladder import Footing
from .likeness import nearest_along
from .neighbours import Index
from .pieces import MATCHED, VANISHING, Ribbon

LOW = 0.25
"""Strokes of which less than this is probably right are reported."""


@dataclass(frozen=True)
class Trust:
    """key (V,) how probably the vertices of a ribbon are right in the key that they are laid in; travel (V,) how far
    they move, engine units."""

    key: Array
    travel: Array
    calibration: Calibration

    def at(self, t: float) -> Array:
        """(V,) how probably they are right at `t`."""
        return self.calibration.between(self.key, self.travel, t)


def trust_of(footing: Footing, ribbon: Ribbon, sure: Array) -> Trust:
    """The trust in the vertices of `ribbon`; `sure` (K,) is how probably each span is right."""
    calibration = calibration_of(footing.found)
    travel = np.asarray(np.linalg.norm(ribbon.b - ribbon.a, axis=1))
    key = np.zeros(len(ribbon.s))
    matched = ribbon.kind == MATCHED
    key[matched] = sure[ribbon.piece[matched]]
    loose = ~matched
    if loose.any():
        calm = calm_at(footing.found, ribbon)[loose]
        key[loose] = calibration.loose(mean_of(footing.found, sure), calm, travel[loose])
    return Trust(key, travel, calibration)


def mean_of(found: Correspondence, sure: Array) -> float:
    """How probably ink in spans is right, in the mean; 0 where there are no spans."""
    if not len(sure):
        return 0.0
    return float(np.average(sure, weights=[abs(span.s[-1] - span.s[0]) + 1e-3 for span in found.spans.matched]))


def calm_at(found: Correspondence, ribbon: Ribbon) -> Array:
    """(V,) 0 to 1, how well matches around a vertex without counterpart agree; 0 where there are none."""
    out = np.zeros(len(ribbon.s))
    match = found.match
    for rows, side, motion, stroke, along in (
        (ribbon.kind == VANISHING, match.a, match.forth, ribbon.stroke_a, ribbon.s),
        ((ribbon.kind != VANISHING) & (ribbon.kind != MATCHED), match.b, match.back, ribbon.stroke_b, ribbon.u),
    ):
        if rows.any():
            out[rows] = near(motion.residual[nearest_along(side.fine, stroke[rows], along[rows])], 6.0)
    return out


def doubtful_strokes(found: Correspondence, sure: Array) -> Index:
    """Strokes of key a, sorted, whose spans (K,) are less `sure` than LOW in the mean over their length."""
    if not len(sure):
        return np.zeros(0, np.int64)
    stroke = np.array([span.a for span in found.spans.matched], np.int64)
    length = np.array([abs(span.s[-1] - span.s[0]) + 1e-3 for span in found.spans.matched])
    own, number = np.unique(stroke, return_inverse=True)
    return own[np.bincount(number, length * sure) < LOW * np.bincount(number, length)]
