"""How far to trust what is drawn between two keys: every vertex, at any moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..confidence.evidence import Calibration, EvidenceSettings, calibration_of, near
from ..confidence.ladder import Footing
from ..correspondence.correspond import Correspondence
from ..correspondence.likeness import nearest_along
from ..geometry.points import Array
from .ribbon import MATCHED, VANISHING, Ribbon


@dataclass(frozen=True)
class Sureness:
    """How far to trust a whole in-between.

    matched    the mean probability that matched ink is right, 0 where there is none
    unmatched  the share of ink that has no counterpart
    """

    matched: float
    unmatched: float


@dataclass(frozen=True)
class Trust:
    """How far to trust V vertices of a ribbon.

    key      (V,) the probability that they are right in the key that they are laid in
    travel   (V,) how far they move, engine units
    ink      (V,) the length that each stands for, engine units
    matched  (V,) they have a counterpart
    copied   (V,) they are the other key's, which is right on the way, too
    """

    key: Array
    travel: Array
    ink: Array
    matched: NDArray[np.bool_]
    copied: NDArray[np.bool_]
    calibration: Calibration

    def at(self, t: float | Array) -> Array:
        """(V,) the probability that they are right at `t`, of all or (V,) of each."""
        return np.where(self.copied, 1.0, self.calibration.between(self.key, self.travel, t))

    def whole(self, t: float | Array) -> Sureness:
        """How far the in-between at `t` is to be trusted."""
        ink = np.where(self.matched, self.ink, 0.0)
        total = max(float(self.ink.sum()), 1e-12)
        return Sureness(float((ink * self.at(t)).sum()) / max(float(ink.sum()), 1e-12), 1.0 - float(ink.sum()) / total)


def trust_of(footing: Footing, ribbon: Ribbon, sure: Array, settings: EvidenceSettings = EvidenceSettings()) -> Trust:
    """The trust in the vertices of `ribbon`.

    `sure` (K,) is the probability that each span is right.
    """
    calibration = calibration_of(footing.found, settings)
    travel = np.asarray(np.linalg.norm(ribbon.b - ribbon.a, axis=1))
    key = np.zeros(len(ribbon.s))
    matched = ribbon.kind == MATCHED
    key[matched] = sure[ribbon.piece[matched]]
    unmatched = ~matched
    if unmatched.any():
        calm = calm_at(footing.found, ribbon, settings)[unmatched]
        key[unmatched] = calibration.unmatched(mean_of(footing.found, sure), calm, travel[unmatched])
    return Trust(key, travel, _ink(ribbon), matched, ribbon.copied, calibration)


def _ink(ribbon: Ribbon) -> Array:
    """(V,) half of the edges on either side of a vertex, averaged over both keys."""
    edge = 0.5 * sum(np.linalg.norm(np.diff(xy, axis=0), axis=1) for xy in (ribbon.a, ribbon.b))
    edge = np.where(ribbon.chains.joined, edge, 0.0)
    return np.asarray(0.5 * (np.concatenate([[0.0], edge]) + np.concatenate([edge, [0.0]]))[: len(ribbon.s)])


def mean_of(found: Correspondence, sure: Array) -> float:
    """The mean probability that ink in spans is right; 0 where there are no spans."""
    if not len(sure):
        return 0.0
    return float(np.average(sure, weights=[abs(span.s[-1] - span.s[0]) + 1e-3 for span in found.spans.matched]))


def calm_at(found: Correspondence, ribbon: Ribbon, settings: EvidenceSettings = EvidenceSettings()) -> Array:
    """(V,) 0 to 1, how well matches around an unmatched vertex agree; 0 for none."""
    out = np.zeros(len(ribbon.s))
    match = found.match
    for rows, side, motion, stroke, along in (
        (ribbon.kind == VANISHING, match.a, match.forth, ribbon.stroke_a, ribbon.s),
        ((ribbon.kind != VANISHING) & (ribbon.kind != MATCHED), match.b, match.back, ribbon.stroke_b, ribbon.u),
    ):
        if rows.any():
            out[rows] = near(motion.residual[nearest_along(side.fine, stroke[rows], along[rows])], settings.calm)
    return out
