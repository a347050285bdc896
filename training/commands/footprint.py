"""How much memory a tween needs: `python -m inkbetween.training.commands.footprint KEYS.npz ENGINE`, a process
of its own that has loaded nothing but the engine, tweens two keys, and prints its peak as JSON.

KEYS.npz holds, for keys a and b, points `xy_a` (P, 2) and stroke offsets `offsets_a` (S+1,), and the same of b.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.tween.engines import settings_of
from inkbetween.inference.tween.plan import plan_tween

_STATUS = Path("/proc/self/status")


def main(arguments: Sequence[str] | None = None) -> int:
    path, engine = sys.argv[1:] if arguments is None else arguments
    bare = peak()
    with np.load(path, allow_pickle=False) as data:
        a, b = (_key(data[f"xy_{side}"], data[f"offsets_{side}"]) for side in "ab")
    plan = plan_tween(a, b, settings=settings_of(engine))
    for t in (0.25, 0.5, 0.75):
        plan.at(t)
    print(json.dumps({"strokes": max(a.stroke_count, b.stroke_count), "bare": bare, "peak": peak()}))
    return 0


def _key(xy: np.ndarray, offsets: np.ndarray) -> Drawing:
    count = len(offsets) - 1
    return Drawing(
        xy.astype(float), np.zeros(len(xy)), offsets.astype(np.int64), np.zeros(count, bool), np.zeros(count, np.int32)
    )


def peak() -> float:
    """Megabytes this process has had resident at the most."""
    if _STATUS.exists():
        # what getrusage says of a process that another has started may be the other's
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    sys.exit(main())
