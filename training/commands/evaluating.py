"""Evaluate the engines on redrawn keys of held-out characters: what corresponds, what has no counterpart, how long it
takes, how much memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from inkbetween.inference.networks.files import write_arrays
from inkbetween.inference.networks.weights import bundled
from inkbetween.inference.tween.engines import settings_of
from inkbetween.training.calibration.evaluate import (
    WHY,
    KeyPair,
    Row,
    figures_of,
    judge_engine,
    judge_network,
    key_pairs,
)
from inkbetween.training.clips.library import Clips
from inkbetween.training.clips.redraw import redraw
from inkbetween.training.clips.split import Split
from inkbetween.training.clips.style import CLEAN
from inkbetween.training.tasks.pairs import drawing_of

ENGINES = ("classical", "learned")
NETWORK = "network"
"""The correspondence network alone stands beside the learned engine."""
SIZES = (0, 25, 50, 100, 150, 1000)
"""Strokes of a key: seconds are told in classes between these."""
HEAVY = 150
TRIED = 10
"""Pairs of which the one with most strokes is cut until it has HEAVY."""
_MEMORY = 2**28


def evaluate(
    clips: Path,
    count: int,
    gaps: Sequence[int],
    split: Split,
    engines: Sequence[str],
    seed: int = 0,
    save: Path | None = None,
    memory: bool = False,
) -> None:
    """Judge `count` pairs of each gap by each of `engines`, and print what they got right.

    Raises FileNotFoundError without clips of the split, ValueError for an engine or a gap that there is not, for clips
    that are too few, and without weights where the learned engine is asked for.
    """
    unknown = [name for name in engines if name not in ENGINES]
    if unknown or not engines:
        raise ValueError(f"There is no engine {', '.join(unknown)}: give one or both of {','.join(ENGINES)}.")
    if count < 1 or not gaps or min(gaps) < 1:
        raise ValueError("Give at least one pair, and gaps of at least one drawing, as in --gaps 2,4,8.")
    if "learned" in engines and bundled("correspondence") is None:
        raise ValueError("There are no weights to evaluate: train and export them first, see docs/training.md.")
    source = Clips.of(clips, split, _MEMORY)
    rows: list[Row] = []
    for gap in gaps:
        for number, keys in enumerate(key_pairs(source, gap, count, seed), 1):
            rows += _judged(keys, engines)
            if number % 10 == 0:
                print(f"gap {gap}: {number} of {count} pairs", file=sys.stderr, flush=True)
    print(f"{count} pairs of {split} clips for each gap; {len(source)} clips; seed {seed}\n")
    print(table(rows))
    print("\n" + seconds(rows))
    footprints = {name: footprint(source, name, seed) for name in engines} if memory else {}
    for name, spent in footprints.items():
        print(
            f"\nmemory, {name}: {spent['strokes']:.0f} strokes, peak {spent['peak']:.0f} MB, "
            f"{spent['peak'] - spent['bare']:.0f} MB above the engine loaded alone"
        )
    if save is not None:
        report = {"rows": [asdict(row) for row in rows], "memory": footprints}
        save.parent.mkdir(parents=True, exist_ok=True)
        save.write_text(json.dumps(report))


def _judged(keys: KeyPair, engines: Sequence[str]) -> list[Row]:
    rows = [judge_engine(keys, settings_of(name.upper()), name) for name in engines]
    weights = bundled("correspondence") if "learned" in engines else None
    return rows if weights is None else [*rows, judge_network(keys, weights, NETWORK)]


def table(rows: Sequence[Row]) -> str:
    """What was right, by engine and gap, and in all gaps together: shares in per cent, F1 from 0 to 1."""
    groups = [(engine, gap, own, figures_of(own)) for (engine, gap), own in _groups(rows)]
    lines = [
        "drawn in both keys, laid within 5 px of the truth; clean: but for the hand's errors; right: 5 px across the",
        "line, 15 along; best: what perfect matching would reach. Why not: none said, the hand erred, slid along, near",
        "(15 px), astray on the same part of the body, on another part",
        f"{'engine':10} gap  pairs points |  5 px clean right  best | {' '.join(f'{name:>6}' for name in WHY)}",
    ]
    for engine, gap, own, f in groups:
        shares = " ".join(f"{100 * f[name]:5.1f}" for name in ("within", "clean", "right", "best"))
        why = " ".join(f"{100 * f[name]:6.1f}" for name in WHY)
        lines.append(f"{engine:10} {gap:>3} {len(own):6} {sum(row.points for row in own):6} | {shares} | {why}")
    lines += [
        "\ndrawn in one key alone, recognised; F1*: at the threshold that is best for these pairs",
        f"{'engine':10} gap  share | precision recall    F1 |   F1*   at",
    ]
    for engine, gap, _, f in groups:
        said = f"{f['precision']:9.3f} {f['recall']:6.3f} {f['f1']:5.3f} |"
        best = f" {f['f1_best']:5.3f} {f['threshold']:4.2f}" if engine == NETWORK else ""
        lines.append(f"{engine:10} {gap:>3} {100 * f['alone']:5.1f}% | {said}{best}")
    return "\n".join(lines)


def _groups(rows: Sequence[Row]) -> list[tuple[tuple[str, str], list[Row]]]:
    """Rows by engine and gap, and by engine in all gaps."""
    out: dict[tuple[str, str], list[Row]] = {}
    for engine in dict.fromkeys(row.engine for row in rows):
        own = [row for row in rows if row.engine == engine]
        for gap in dict.fromkeys(row.gap for row in own):
            out[engine, str(gap)] = [row for row in own if row.gap == gap]
        if len({row.gap for row in own}) > 1:
            out[engine, "all"] = own
    return list(out.items())


def seconds(rows: Sequence[Row]) -> str:
    """How long a pair takes, by how many strokes it has."""
    lines = [
        "seconds a pair: the correspondence's median, most, and median of the processor; median for the rest of a plan",
        f"{'engine':10} strokes   pairs | median   most    cpu   plan",
    ]
    for engine in dict.fromkeys(row.engine for row in rows):
        for low, high in pairwise(SIZES):
            own = [row for row in rows if row.engine == engine and low <= row.strokes < high]
            if own:
                clock, cpu, plan = (np.array([getattr(row, n) for row in own]) for n in ("seconds", "cpu", "plan"))
                spent = np.median(clock), clock.max(), np.median(cpu), np.median(plan)
                said = " ".join(f"{value:6.2f}" for value in spent)
                lines.append(f"{engine:10} {low:3}-{high - 1:<4} {len(own):6} | {said}")
    return "\n".join(lines)


def footprint(clips: Clips, engine: str, seed: int) -> dict[str, float]:
    """Megabytes of a process of its own that tweens keys of HEAVY `strokes`: `peak`, and `bare` before it began."""
    a, b = (drawing_of(drawn) for drawn in _heavy(clips, seed).drawn)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "keys.npz"
        arrays = {f"xy_{name}": key.xy for name, key in (("a", a), ("b", b))}
        write_arrays(path, arrays | {f"offsets_{name}": key.offsets for name, key in (("a", a), ("b", b))})
        command = [sys.executable, "-m", "inkbetween.training.commands.footprint", str(path), engine.upper()]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(f"The process that was to measure memory failed: {done.stderr.strip()[-500:]}")
    return {name: float(value) for name, value in json.loads(done.stdout).items()}


def _heavy(clips: Clips, seed: int) -> KeyPair:
    """The pair with most strokes of a few, its lines cut until it has HEAVY."""
    rng = np.random.default_rng([seed, HEAVY])
    most = max(key_pairs(clips, 2, TRIED, seed), key=lambda keys: keys.strokes)
    for splits in 0.3 * 1.4 ** np.arange(12):
        style = replace(CLEAN, joins=0.0, splits=float(splits))
        drawn = redraw(most.drawn[0], rng, style), redraw(most.drawn[1], rng, style)
        if min(len(key.offsets) - 1 for key in drawn) >= HEAVY:
            break
    return replace(most, drawn=drawn)
