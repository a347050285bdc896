"""How close an in-between is to the true frame, in pictures of two-pixel lines."""

from __future__ import annotations

import numpy as np

from inkbetween.tools.picture import Picture


def chamfer_distance(truth: Picture, drawn: Picture) -> float:
    """CD as AnimeInbet's code computes it, x 1e5.

    The distances of either one's ink to the other's are summed, divided by all pixels of the picture and its diagonal,
    and the two directions averaged. It grows with the amount of ink: never quote it alone.
    """
    there = float(drawn.distance[truth.ink].sum(dtype=np.float64))
    back = float(truth.distance[drawn.ink].sum(dtype=np.float64))
    return 1e5 * (there + back) / 2 / truth.ink.size / truth.diagonal


def f1_score(truth: Picture, drawn: Picture, tolerance: float = 2.0) -> float:
    """Harmonic mean of precision and recall of ink pixels within `tolerance` pixels; 0 where either has no ink."""
    if not truth.amount or not drawn.amount:
        return 0.0
    precision = float((truth.distance[drawn.ink] <= tolerance).mean())
    recall = float((drawn.distance[truth.ink] <= tolerance).mean())
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def ink_ratio(truth: Picture, drawn: Picture) -> float:
    """Ink drawn over ink expected: above 1 lines are doubled, below 1 they are missing."""
    return drawn.amount / max(truth.amount, 1)
