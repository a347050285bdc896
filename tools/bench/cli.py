"""The benchmark's command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from . import report, score, sheet
from .baselines import assignment, cross_fade, hold
from .paint.fills import Painting
from .sequences import Frame, SequenceError, load_folder
from .sequences import Sequence as DrawnSequence
from .tweened import Method, Tweened

_ROOT = Path(__file__).resolve().parents[2]
_FOLDER = _ROOT.parent / "shared" / "bench" / "drawings"
_OUTPUT = _ROOT / "build" / "bench"
# Our engine with and without its networks: the table's names, in its order, and the operator's.
_ENGINES = {
    "classical": "CLASSICAL",
    "learned-correspondence": "CORRESPONDENCE",
    "learned-motion": "MOTION",
    "ours": "LEARNED",
}
# Led by the sequence's own armature, as it is and displaced, scaled and late.
_GUIDED = {"guided": "true", "guided-off": "off"}
# Led by a skeleton inferred from the drawings.
_INFERRED = "auto"
_METHODS = ("truth", "hold", "cross-fade", "assignment", "blender", *_ENGINES, _INFERRED, *_GUIDED)
_ON_SHEET = (*_ENGINES, _INFERRED, *_GUIDED, "blender")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print the table, draw the contact sheets; 1 where something was wrong with what was asked."""
    options = _parse(arguments)
    try:
        old = report.restore(options.compare) if options.compare else None
        results = _run(options)
        if options.save:
            report.save(options.save, results)
    except (SequenceError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(report.table(results))
    print(
        "CD is x 1e5. lines = whole x even: do lines hold together as in the keys, and move without popping? 1 is best."
    )
    if old is not None:
        print(report.compare(old, results))
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=_FOLDER, help="folder of .npz sequences")
    parser.add_argument("--gaps", default="2,4,8", help="a key every so many frames (default 2,4,8)")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="sequences with NAME in their name")
    parser.add_argument("--engine", action="store_true", help="call the engine directly, without Blender")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--methods", help=f"of {', '.join(_METHODS)}; hold always runs")
    which.add_argument("--ablation", action="store_true", help=f"hold, {', '.join(_ENGINES)}: what each network adds")
    parser.add_argument("--save", type=Path, metavar="FILE.json", help="keep all numbers")
    parser.add_argument("--compare", type=Path, metavar="FILE.json", help="say what changed since that run")
    parser.add_argument("--sheet", type=Path, metavar="FILE.png", help="contact sheets' name (default build/bench)")
    parser.add_argument("--every", action="store_true", help="every in-between on the sheet, not the middle one")
    parser.add_argument("--no-sheet", action="store_true", help="numbers only")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> list[score.Result]:
    gaps = _gaps(options.gaps)
    methods = _methods(options)
    sequences = load_folder(options.folder, options.only)
    results: list[score.Result] = []
    rows: dict[int, list[sheet.Row]] = {gap: [] for gap in gaps}
    for number, sequence in enumerate(sequences, 1):
        print(f"[{number}/{len(sequences)}] {sequence.name}", file=sys.stderr, flush=True)
        drawn: dict[int, dict[str, Tweened]] = {}
        for result, tweened in score.run(sequence, gaps, methods):
            results.append(result)
            if result.method in _ON_SHEET:
                drawn.setdefault(result.gap, {})[result.method] = tweened
        for gap, frames in drawn.items():
            order = {name: frames[name] for name in _ON_SHEET if name in frames}
            rows[gap] += sheet.rows_of(sequence, gap, order, options.every)
    if not results:
        raise ValueError(f"No sequence is long enough for a key every {' or '.join(map(str, gaps))} frames.")
    if not options.no_sheet:
        _draw_sheets(options.sheet or _OUTPUT / "sheet.png", rows)
    return results


def _gaps(text: str) -> list[int]:
    try:
        gaps = sorted({int(part) for part in text.split(",")})
    except ValueError:
        gaps = []
    if not gaps or gaps[0] < 2:
        raise ValueError(f"--gaps {text}: give whole numbers of at least 2 with commas between, as in --gaps 2,4,8")
    return gaps


def _methods(options: argparse.Namespace) -> dict[str, Method]:
    """By name in the table's order. Blender is only imported where it is asked for."""
    asked = options.methods.split(",") if options.methods else ["truth", "ours"]
    if options.ablation:
        asked = list(_ENGINES)
    elif not options.methods and not options.engine:
        asked += ["cross-fade", "assignment", "blender"]
    for name in asked:
        if name not in _METHODS:
            raise ValueError(f"--methods {name}: known are {', '.join(_METHODS)}.")
    methods: dict[str, Method] = {"truth": _truth} if "truth" in asked else {}
    methods["hold"] = _untimed(hold, hold)
    if "cross-fade" in asked:
        methods["cross-fade"] = _untimed(cross_fade, cross_fade)
    if "assignment" in asked:
        methods["assignment"] = _untimed(assignment)
    ours = [name for name in (*_ENGINES, _INFERRED, *_GUIDED) if name in asked]
    if "blender" in asked or (ours and not options.engine):
        from . import in_blender

        in_blender.start()
    if "blender" in asked:
        methods["blender"] = in_blender.interpolate
    if ours:
        methods |= {name: partial(_tween(options), **_asked_of(name)) for name in ours}
    return methods


def _tween(options: argparse.Namespace) -> Callable[..., Tweened]:
    """Our engine through the registered operator, or alone."""
    if options.engine:
        from . import engine

        return engine.tween
    from . import in_blender

    return in_blender.tween


def _asked_of(name: str) -> dict[str, str]:
    """What a method of ours is called with beside the sequence and the gap."""
    if name == _INFERRED:
        return {"guided": "auto"}
    return {"guided": _GUIDED[name]} if name in _GUIDED else {"engine": _ENGINES[name]}


def _truth(sequence: DrawnSequence, gap: int) -> Tweened:
    numbers = [number for first, last in sequence.gaps(gap) for number in range(first + 1, last)]
    fills = {number: sequence.fills[number] for number in numbers} if sequence.fills else {}
    return Tweened({number: sequence.frames[number] for number in numbers}, 0.0, 0.0, fills)


def _untimed(
    baseline: Callable[[Frame, Frame, int], list[Frame]],
    paint: Callable[[Painting, Painting, int], list[Painting]] | None = None,
) -> Method:
    """A baseline as a method; `paint` does to fills what it does to lines."""

    def run(sequence: DrawnSequence, gap: int) -> Tweened:
        frames: dict[int, Frame] = {}
        fills: dict[int, Painting] = {}
        for first, last in sequence.gaps(gap):
            drawn = baseline(sequence.frames[first], sequence.frames[last], gap - 1)
            frames.update(zip(range(first + 1, last), drawn, strict=True))
            if sequence.fills and paint is not None:
                painted = paint(sequence.fills[first], sequence.fills[last], gap - 1)
                fills.update(zip(range(first + 1, last), painted, strict=True))
        return Tweened(frames, 0.0, 0.0, fills)

    return run


def _draw_sheets(path: Path, rows: dict[int, list[sheet.Row]]) -> None:
    """One per gap."""
    for gap, of_gap in rows.items():
        if of_gap:
            named = path.with_name(f"{path.stem}_gap{gap}{path.suffix}")
            sheet.draw(named, of_gap)
            print(f"contact sheet: {named}", file=sys.stderr)
