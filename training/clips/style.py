"""How a key is drawn: what one artist's hand does to a line, from clean (only the strokes differ) to rough pencil."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Style:
    """Lengths in pixels of a 1280 x 720 picture. One artist draws all keys of a clip: draw one style per clip and
    redraw every key with it.

    splits           cuts at random places per 100 px of line
    corner_splits    probability of a cut at each corner
    part_splits      probability of a cut where a line leaves a body part
    joins            probability that lines become one stroke where their ends meet and go on evenly
    uneven_joins     the same where they meet at an angle
    reseam           probability that a closed line begins elsewhere
    flips            probability that a stroke is drawn the other way round
    shuffle          how thoroughly strokes change their order, 0 not at all to 1 any order
    spacing          distance of points; 0 keeps the points of the clean line
    wobble           how far slow wobble leads a line astray, at the most about
    tremor           how far each point strays on its own, standard deviation
    part_offset      how far a whole body part is misplaced, at the most
    overshoot        how far strokes miss where they should end, at the most
    gaps             probability of a gap where a stroke ends on another
    missing          share of ink that is not drawn, at the most
    extra            share of ink that is drawn in this key alone, at the most
    """

    splits: float = 0.3
    corner_splits: float = 0.3
    part_splits: float = 0.2
    joins: float = 0.4
    uneven_joins: float = 0.1
    reseam: float = 0.8
    flips: float = 0.5
    shuffle: float = 1.0
    spacing: float = 0.0
    wobble: float = 0.0
    tremor: float = 0.0
    part_offset: float = 0.0
    overshoot: float = 0.0
    gaps: float = 0.0
    missing: float = 0.0
    extra: float = 0.0

    @staticmethod
    def any(rng: np.random.Generator) -> Style:
        """That of a pair of keys. One in three is clean: the lines of a careful hand, or of a tracing."""
        return CLEAN if rng.random() < 0.33 else Style.random(rng)

    @staticmethod
    def random(rng: np.random.Generator) -> Style:
        """Any artist: every tenth changes nothing but strokes; for the others one roughness, and a taste of their own
        in each respect."""
        rough = 0.0 if rng.random() < 0.1 else float(rng.beta(1.2, 1.6))

        def much(most: float) -> float:
            return most * min(rough * float(rng.uniform(0.4, 1.6)), 1.0)

        return Style(
            splits=float(rng.uniform(0.0, 0.6)) + much(0.4),
            corner_splits=float(rng.choice([0.0, 0.3, 0.6, 0.95])),
            part_splits=float(rng.choice([0.0, 0.2, 0.6, 0.95])),
            joins=float(rng.choice([0.0, 0.4, 0.9])),
            uneven_joins=float(rng.choice([0.0, 0.1, 0.4])),
            reseam=float(rng.uniform(0.5, 1.0)),
            flips=float(rng.choice([0.05, 0.5])),
            shuffle=float(rng.choice([0.1, 1.0])),
            spacing=float(rng.uniform(2.5, 4.5)),
            wobble=much(2.5),
            tremor=much(0.3),
            part_offset=much(2.0),
            overshoot=much(8.0),
            gaps=much(0.7),
            missing=much(0.15),
            extra=much(0.08),
        )


CLEAN = Style()
"""The line itself, in other strokes."""
TIDY = Style(spacing=4.0, wobble=0.6, part_offset=0.5, overshoot=2.0, gaps=0.2, missing=0.05, extra=0.01)
"""A cleaned-up key."""
ROUGH = Style(
    splits=0.8,
    corner_splits=0.6,
    spacing=4.0,
    wobble=2.5,
    tremor=0.25,
    part_offset=2.0,
    overshoot=8.0,
    gaps=0.6,
    missing=0.15,
    extra=0.08,
)
"""Rough pencil."""
