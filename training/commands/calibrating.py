"""Calibrate the engines: fit confidence on validation clips, see on test clips how honest it is, keep the numbers."""

from __future__ import annotations

import time
from pathlib import Path

from inkbetween.inference.confidence.calibrations import CLASSICAL
from inkbetween.inference.confidence.evidence import Calibration
from inkbetween.inference.networks.weights import FOLDER, bundled
from inkbetween.training.calibration.calibrate import Honesty, fit_calibration, honesty_of, judged_pairs
from inkbetween.training.calibration.reliability import Bins, draw_reliability
from inkbetween.training.clips.library import Clips
from inkbetween.training.clips.split import Split
from inkbetween.training.networks.export import recalibrate

NETWORK = "correspondence"


def calibrate(clips: Path, count: int, plot: Path, engine: str, seed: int = 0, write: bool = True) -> None:
    """Fit on `count` pairs, test on half as many, and draw a picture of both.

    The learned engine's numbers go into the weights that ship, unless told not to `write`. Those of the classical
    engine are part of its code: half as many pairs say how honest it is; if it alone is asked for, its numbers are
    fitted and printed. Raises FileNotFoundError without clips, ValueError without weights.
    """
    panels: dict[str, tuple[Bins, Bins]] = {}
    if engine != "classical":
        if bundled(NETWORK) is None:
            raise ValueError("There are no weights to calibrate: train and export them first, see docs/training.md.")
        fitted = _run("learned", clips, count, seed, panels)
        if write:
            recalibrate(FOLDER / f"{NETWORK}.npz", fitted.numbers)
    if engine == "classical":
        fitted = _run("classical", clips, count, seed, panels)
        print("\n".join(f'        "{name}": {value:.4f},' for name, value in fitted.numbers.items()))
    elif engine == "both":
        _run("classical", clips, count // 2, seed, panels, Calibration(CLASSICAL))
    draw_reliability(panels, plot)


def _run(
    engine: str,
    clips: Path,
    count: int,
    seed: int,
    panels: dict[str, tuple[Bins, Bins]],
    known: Calibration | None = None,
) -> Calibration:
    calibration = known
    for split, number in ((Split.VALIDATION, count), (Split.TEST, count // 2)):
        began = time.perf_counter()
        pairs = judged_pairs(Clips.of(clips, split), number, engine == "learned", seed)
        if calibration is None:
            calibration = fit_calibration(pairs)
        honesty: Honesty = honesty_of(pairs, calibration)
        print(
            f"{engine}, {split}, {len(pairs)} pairs: {honesty.text} ({time.perf_counter() - began:.0f} s)", flush=True
        )
        panels[f"{engine}, {split}"] = honesty.before, honesty.after
    assert calibration is not None
    return calibration
