"""Numbers fitted by `training.calibrate` that no weights file can keep.

`Calibration` says what they mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CLASSICAL: Mapping[str, float] = MappingProxyType(
    {
        "span.bias": -17.8419,
        "span.surroundings": 7.4326,
        "span.cost": -2.6907,
        "span.home": 1.0738,
        "span.calm": 8.1885,
        "span.turn": 1.0355,
        "span.scaled": -1.0731,
        "span.travel": -0.1469,
        "span.length": -0.5351,
        "span.covered": 6.2533,
        "bend.low": 0.4830,
        "bend.high": 1.4112,
        "bend.bias": -0.8752,
        "loose.bias": -8.7340,
        "loose.sure": 0.9086,
        "loose.calm": 9.3299,
        "loose.travel": -0.3967,
        "middle.bias": 0.6085,
        "middle.sure": -0.3410,
        "middle.travel": -1.2654,
        "middle.both": -0.1772,
    }
)
"""For the classical engine."""

LEARNED: Mapping[str, float] = MappingProxyType(
    {
        "span.bias": -6.3250,
        "span.surroundings": -0.1364,
        "span.cost": -5.4954,
        "span.likeness": -0.0242,
        "span.unlikeliest": -0.2241,
        "span.lead": 0.9728,
        "span.home": 1.0589,
        "span.calm": 6.4706,
        "span.turn": 0.4639,
        "span.scaled": -1.0366,
        "span.travel": 0.1758,
        "span.length": -0.6428,
        "span.covered": 6.0357,
        "span.likely": -1.9124,
        "span.agreed": 0.9324,
        "span.asked": -0.4822,
        "bend.low": 0.5892,
        "bend.high": 1.2162,
        "bend.bias": -0.5182,
        "loose.bias": -8.0290,
        "loose.sure": 1.0221,
        "loose.calm": 7.7983,
        "loose.travel": -0.2829,
        "middle.bias": 0.3709,
        "middle.sure": -0.4863,
        "middle.travel": -1.0472,
        "middle.both": -0.1670,
    }
)
"""For a trained network whose weights were not calibrated: what another one's said."""
