"""What a Dask worker does for one shot: it has a child fill it.

Blender is never loaded in the worker itself.
"""

from __future__ import annotations

import sys

from ..child import Limits, run_shot
from ..fingerprint import version
from ..result import Result
from ..settings import Settings
from ..shots import Shot


class ShotDiedError(RuntimeError):
    """The child crashed, was killed or took too long: another try may do better."""


def fill_on_worker(shot: Shot, settings: Settings, limits: Limits, force: bool, expected: str) -> Result:
    """The shot's result.

    Raises `ShotDiedError` after its failed result was written, so that Dask tries again.

    expected  the coordinator's version: workers of another one would draw other lines
    """
    if version() != expected:
        raise RuntimeError(
            f"This worker has Inkbetween {version()}, the coordinator {expected}; give all machines the same version."
        )
    result = run_shot((sys.executable, "-m", "inkbetween"), shot, settings, limits, force)
    if result.died:
        raise ShotDiedError(result.reason)
    return result
