"""Numbers fitted by `training.calibrate` that no weights file can keep; what they mean is said at `Calibration`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CLASSICAL: Mapping[str, float] = MappingProxyType(
    {
        "span.bias": -21.3635,
        "span.surroundings": 8.3897,
        "span.cost": -0.8025,
        "span.home": 0.2827,
        "span.calm": 13.6521,
        "span.turn": 0.8082,
        "span.scaled": -1.7182,
        "span.travel": -0.1910,
        "span.length": -1.0322,
        "span.covered": 3.2790,
        "bend.low": 0.4720,
        "bend.high": 1.6612,
        "bend.bias": -1.0461,
        "loose.bias": -10.3283,
        "loose.sure": 1.0995,
        "loose.calm": 11.3540,
        "loose.travel": -0.4085,
        "middle.bias": 0.9055,
        "middle.sure": -0.2998,
        "middle.travel": -1.8546,
        "middle.both": -0.1904,
    }
)
"""For the classical engine."""

LEARNED: Mapping[str, float] = MappingProxyType(
    {
        "span.bias": -19.9225,
        "span.surroundings": 7.8820,
        "span.cost": -0.6954,
        "span.likeness": 1.5211,
        "span.unlikeliest": -1.1775,
        "span.lead": 0.3981,
        "span.home": 0.4203,
        "span.calm": 13.1160,
        "span.turn": 1.1650,
        "span.scaled": -2.3076,
        "span.travel": -0.0379,
        "span.length": -1.2031,
        "span.covered": 2.6248,
        "span.likely": -0.4773,
        "span.agreed": 0.5017,
        "span.asked": -0.3055,
        "bend.low": 0.1628,
        "bend.high": 2.0571,
        "bend.bias": -1.5992,
        "loose.bias": -9.0537,
        "loose.sure": 1.2092,
        "loose.calm": 9.6143,
        "loose.travel": -0.2323,
        "middle.bias": 0.5628,
        "middle.sure": -0.2547,
        "middle.travel": -1.6542,
        "middle.both": -0.3894,
    }
)
"""For a trained network whose weights were not calibrated: what another one's said."""
