"""How time grows with strokes: `python -m tools.bench.scale`.

Plans and draws pairs of 50 to 2,000 strokes with the engine alone, fits time ~ strokes^k on logarithmic axes, prints
the figures for 150 strokes and draws the curve beside n log n.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.tween.plan import plan_tween

from .drawings.synthetic import Layout, pair
from .methods.engine import to_drawing

_ROOT = Path(__file__).resolve().parents[2]
_COUNTS = (50, 100, 150, 300, 500, 1000, 1500, 2000)
_MOMENTS = np.linspace(0.1, 0.9, 9)
# Constant costs hide growth in small drawings; the fit starts here.
_FIT_FROM = 150
_SIZE, _MARGIN = (900, 560), 70


@dataclass(frozen=True)
class Timing:
    """Seconds for one pair: the quickest of the runs, the one least disturbed by other work on the machine."""

    strokes: int
    plan: float
    frame: float


def measure(strokes: int, runs: int, layout: Layout = "dense") -> Timing:
    key_a, key_b = (to_drawing(key) for key in pair(strokes, layout))
    planning, drawing = [], []
    for _ in range(runs):
        started = perf_counter()
        plan = plan_tween(key_a, key_b)
        planned = perf_counter()
        for t in _MOMENTS:
            plan.at(float(t))
        drawing.append((perf_counter() - planned) / len(_MOMENTS))
        planning.append(planned - started)
    return Timing(strokes, min(planning), min(drawing))


def exponent(strokes: NDArray[np.float64], seconds: NDArray[np.float64]) -> float:
    """k of the least-squares fit seconds ~ strokes^k."""
    return float(np.polyfit(np.log(strokes), np.log(seconds), 1)[0])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.scale", description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=list(_COUNTS), help="numbers of strokes to try")
    parser.add_argument("--runs", type=int, default=3, help="each that often, the quickest counts (default 3)")
    parser.add_argument(
        "--layout", choices=["dense", "crowd"], default="dense", help="one full picture, or more figures"
    )
    parser.add_argument("--picture", type=Path, default=_ROOT / "build" / "bench" / "scale.png")
    options = parser.parse_args()
    if min(options.counts) < 1 or options.runs < 1:
        parser.error("--counts and --runs take whole numbers of at least 1")
    measure(50, 1)  # the first call pays for imports
    timings = []
    print(f"{'strokes':>8} {'plan s':>8} {'ms/in-between':>14}")
    for count in sorted(options.counts):
        timing = measure(count, options.runs, options.layout)
        timings.append(timing)
        print(f"{count:>8} {timing.plan:8.3f} {1000 * timing.frame:14.2f}", flush=True)
    fitted = [t for t in timings if t.strokes >= _FIT_FROM]
    if len(fitted) > 1:
        strokes = np.array([t.strokes for t in fitted], float)
        planning = exponent(strokes, np.array([t.plan for t in fitted]))
        drawing = exponent(strokes, np.array([t.frame for t in fitted]))
        same = exponent(strokes, strokes * np.log(strokes))
        print(f"from {_FIT_FROM} strokes on: plan ~ n^{planning:.2f}, in-between ~ n^{drawing:.2f}")
        print(f"n log n itself fits n^{same:.2f} there")
    _draw(options.picture, timings)
    print(f"curve: {options.picture}")
    return 0


def _draw(path: Path, timings: list[Timing]) -> None:
    """Both curves on logarithmic axes, and n log n through the plan's time at the first count."""
    strokes = np.array([t.strokes for t in timings], float)
    curves = {
        "plan, s": (np.array([t.plan for t in timings]), (40, 40, 200)),
        "in-between, s": (np.array([t.frame for t in timings]), (190, 110, 20)),
        "n log n": (timings[0].plan * strokes * np.log(strokes) / (strokes[0] * np.log(strokes[0])), (150, 150, 150)),
    }
    low = np.floor(np.log10(min(values.min() for values, _ in curves.values())))
    high = np.ceil(np.log10(max(values.max() for values, _ in curves.values())))
    left, right = np.log10(strokes[0]), max(np.log10(strokes[-1]), np.log10(strokes[0]) + 0.1)
    image = np.full((_SIZE[1], _SIZE[0], 3), 255, np.uint8)

    def place(count: float, seconds: float) -> tuple[int, int]:
        x = _MARGIN + (np.log10(count) - left) / (right - left) * (_SIZE[0] - 2 * _MARGIN)
        y = _SIZE[1] - _MARGIN - (np.log10(seconds) - low) / (high - low) * (_SIZE[1] - 2 * _MARGIN)
        return int(x), int(y)

    def write(text: str, at: tuple[int, int], colour: tuple[int, int, int] = (60, 60, 60)) -> None:
        cv2.putText(image, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.45, colour, 1, cv2.LINE_AA)

    for power in np.arange(low, high + 1):
        start, end = place(strokes[0], 10**power), place(strokes[-1], 10**power)
        cv2.line(image, start, end, (225, 225, 225), 1)
        write(f"{10**power:g} s", (8, start[1] + 5))
    for count in strokes:
        x, y = place(count, 10**low)
        write(f"{count:g}", (x - 12, y + 22))
    for row, (name, (values, colour)) in enumerate(curves.items()):
        line = np.array([place(n, s) for n, s in zip(strokes, values, strict=True)], np.int32)
        cv2.polylines(image, [line], False, colour, 2, cv2.LINE_AA)
        if name != "n log n":
            for x, y in line:
                cv2.circle(image, (int(x), int(y)), 4, colour, -1, cv2.LINE_AA)
        write(name, (_MARGIN + 10, _MARGIN + 18 * row), colour)
    write("strokes per key", (_SIZE[0] // 2 - 50, _SIZE[1] - 18))
    path.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(path), image):
        raise OSError(f"{path}: the curve could not be written.")


if __name__ == "__main__":
    sys.exit(main())
