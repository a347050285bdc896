"""The benchmark's command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from . import report, score
from .drawings.sequences import Sequence as DrawnSequence
from .drawings.sequences import SequenceError, load_folder
from .methods.named import ENGINES, GUIDED, HOLD, INFERRED, NAMES, methods_of
from .sheets import contact
from .sheets.contact import Drawn
from .sheets.strip import draw_strip

_ROOT = Path(__file__).resolve().parents[2]
_FOLDER = _ROOT.parent / "shared" / "bench" / "drawings"
_OUTPUT = _ROOT / "build" / "bench"
_ON_SHEET = (*ENGINES, INFERRED, *GUIDED, "blender")


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
    which.add_argument("--methods", help=f"of {', '.join(NAMES)}; hold always runs")
    which.add_argument("--ablation", action="store_true", help=f"hold, {', '.join(ENGINES)}: what each network adds")
    parser.add_argument("--save", type=Path, metavar="FILE.json", help="keep all numbers")
    parser.add_argument("--compare", type=Path, metavar="FILE.json", help="say what changed since that run")
    parser.add_argument("--sheet", type=Path, metavar="FILE.png", help="contact sheets' name (default build/bench)")
    parser.add_argument("--every", action="store_true", help="every in-between on the sheet, not the middle one")
    parser.add_argument("--strip", metavar="NAME", help="all frames of sequences with NAME in their name, as a strip")
    parser.add_argument("--no-sheet", action="store_true", help="no contact sheets")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> list[score.Result]:
    gaps = _gaps(options.gaps)
    methods = methods_of(_asked(options), options.engine)
    sequences = load_folder(options.folder, options.only)
    results: list[score.Result] = []
    rows: dict[int, list[contact.Row]] = {gap: [] for gap in gaps}
    for number, sequence in enumerate(sequences, 1):
        print(f"[{number}/{len(sequences)}] {sequence.name}", file=sys.stderr, flush=True)
        drawn: dict[int, dict[str, Drawn]] = {}
        for result, tweened in score.run(sequence, gaps, methods):
            results.append(result)
            if result.method in _ON_SHEET:
                drawn.setdefault(result.gap, {})[result.method] = Drawn(tweened, result.moments)
        for gap, by_method in drawn.items():
            order = {name: by_method[name] for name in _ON_SHEET if name in by_method}
            rows[gap] += contact.rows_of(sequence, gap, order, options.every)
            _draw_strip(options, sequence, gap, order)
    if not results:
        raise ValueError(f"No sequence is long enough for a key every {' or '.join(map(str, gaps))} frames.")
    if not options.no_sheet:
        _draw_sheets(options.sheet or _OUTPUT / "sheet.png", rows)
    spent = 1000 * sum(result.measuring for result in results) / len(results)
    print(f"measuring took {spent:.0f} ms an in-between", file=sys.stderr)
    return results


def _gaps(text: str) -> list[int]:
    try:
        gaps = sorted({int(part) for part in text.split(",")})
    except ValueError:
        gaps = []
    if not gaps or gaps[0] < 2:
        raise ValueError(f"--gaps {text}: give whole numbers of at least 2 with commas between, as in --gaps 2,4,8")
    return gaps


def _asked(options: argparse.Namespace) -> list[str]:
    """Names of methods. All are measured against holding the nearest key."""
    if options.methods:
        return [HOLD, *options.methods.split(",")]
    if options.ablation:
        return [HOLD, *ENGINES]
    return ["truth", HOLD, "cross-fade", "ours", *([] if options.engine else ["assignment", "blender"])]


def _draw_sheets(path: Path, rows: dict[int, list[contact.Row]]) -> None:
    """One per gap."""
    for gap, of_gap in rows.items():
        if of_gap:
            named = path.with_name(f"{path.stem}_gap{gap}{path.suffix}")
            contact.draw(named, of_gap)
            print(f"contact sheet: {named}", file=sys.stderr)


def _draw_strip(options: argparse.Namespace, sequence: DrawnSequence, gap: int, drawn: dict[str, Drawn]) -> None:
    if options.strip and options.strip.lower() in sequence.name.lower():
        folder = options.sheet.parent if options.sheet else _OUTPUT
        path = folder / f"strip_{sequence.name}_gap{gap}.png"
        draw_strip(path, sequence, gap, drawn)
        print(f"strip: {path}", file=sys.stderr)
