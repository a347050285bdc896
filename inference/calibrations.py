"""Numbers fitted by `training.calibrate` that no weights file can keep; what they mean is said at `Calibration`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CLASSICAL: Mapping[str, float] = MappingProxyType(
    {
        "span.bias": -21.7789,
        "span.surroundings": 8.4816,
        "span.cost": -0.8491,
        "span.home": 0.2415,
        "span.calm": 13.9086,
        "span.turn": 0.7453,
        "span.scaled": -1.0907,
        "span.travel": -0.1993,
        "span.length": -0.9270,
        "span.covered": 3.2739,
        "bend.low": 0.4765,
        "bend.high": 1.6550,
        "bend.bias": -1.0355,
        "loose.bias": -10.3409,
        "loose.sure": 1.1040,
        "loose.calm": 11.3598,
        "loose.travel": -0.3996,
        "middle.bias": 0.8991,
        "middle.sure": -0.2941,
        "middle.travel": -1.8471,
        "middle.both": -0.1913,
    }
)
"""For the classical engine."""

LEARNED: Mapping[str, float] = MappingProxyType(
    {
        "span.bias": -19.8808,
        "span.surroundings": 7.6264,
        "span.cost": -0.6648,
        "span.likeness": 1.3774,
        "span.unlikeliest": -1.0728,
        "span.lead": 0.4649,
        "span.home": 0.4233,
        "span.calm": 13.0920,
        "span.turn": 0.8757,
        "span.scaled": -2.0368,
        "span.travel": -0.0276,
        "span.length": -1.0964,
        "span.covered": 2.6873,
        "span.likely": -0.4299,
        "span.agreed": 0.5047,
        "span.asked": -0.3074,
        "bend.low": 0.1533,
        "bend.high": 2.0712,
        "bend.bias": -1.6188,
        "loose.bias": -9.0438,
        "loose.sure": 1.2098,
        "loose.calm": 9.6046,
        "loose.travel": -0.2341,
        "middle.bias": 0.5573,
        "middle.sure": -0.2419,
        "middle.travel": -1.6515,
        "middle.both": -0.4025,
    }
)
"""For a trained network whose weights were not calibrated: what another one's said."""
