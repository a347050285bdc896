"""The benchmark's table, its JSON, and the comparison of two runs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import MISSING, asdict, fields
from math import isnan, nan
from pathlib import Path

import numpy as np

from .score import Result, Score

_COLUMNS = (
    f"{'CD':>6} {'CD/hold':>8} {'F1@2':>6} {'ink':>5} {'lines':>6} {'whole':>6} {'even':>5}"
    f" {'s/pair':>7} {'ms/in-between':>14}"
)
# Columns that files of older versions lack: those that may be missing.
_LATER = frozenset(f.name for f in fields(Score) if f.default is not MISSING)
# What of paint is told when two runs are compared.
_COMPARED = ("colour", "naked", "cracks", "loose", "bits", "lost")


def mean(results: Iterable[Result]) -> Score:
    """The mean over sequences."""
    rows = [list(asdict(result.score).values()) for result in results]
    return Score(*(float(v) for v in np.mean(rows, axis=0)))


def table(results: list[Result]) -> str:
    """One line per gap and method; CD/hold is the ratio of the means, as hold's CD may be 0 in one sequence."""
    width = max([12, *(len(r.method) for r in results)])
    lines = [f"{'gap':>3}  {'method':<{width}} {_COLUMNS}"]
    for gap in sorted({r.gap for r in results}):
        of_gap = [r for r in results if r.gap == gap]
        held = mean(r for r in of_gap if r.method == "hold").chamfer
        for method in dict.fromkeys(r.method for r in of_gap):
            s = mean(r for r in of_gap if r.method == method)
            timed = f"{s.per_pair:7.3f} {1000 * s.per_frame:14.1f}" if s.per_pair else f"{'':7} {'':14}"
            lines.append(
                f"{gap:>3}  {method:<{width}} {s.chamfer:6.2f} {s.chamfer / max(held, 1e-9):8.2f} {s.f1:6.3f}"
                f" {s.ink:5.2f} {s.continuity:6.2f} {s.wholeness:6.2f} {s.evenness:5.2f} {timed}"
            )
    return "\n".join(lines + _paint_table(results, width))


def _paint_table(results: list[Result], width: int) -> list[str]:
    """What is measured of coloured sequences; nothing where there are none."""
    painted = [r for r in results if not isnan(r.score.colour)]
    if not painted:
        return []
    names = ("colour", "/hold", "whole", "naked", "cracks", "loose", "bits", "lost %", "F1@2", "CD/hold")
    lines = ["", f"{'gap':>3}  {'method':<{width}} " + " ".join(f"{name:>7}" for name in names)]
    for gap, method in dict.fromkeys((r.gap, r.method) for r in sorted(painted, key=lambda r: r.gap)):
        s, held = (mean(r for r in painted if (r.gap, r.method) == (gap, name)) for name in (method, "hold"))
        told = (s.colour, s.colour / max(s.held, 1e-9), s.wholeness, s.naked, s.cracks, s.loose, s.bits, s.lost, s.f1)
        shown = " ".join(f"{value:7.3f}" for value in (*told, s.chamfer / max(held.chamfer, 1e-9)))
        lines.append(f"{gap:>3}  {method:<{width}} {shown}")
    return lines


def save(path: Path, results: list[Result]) -> None:
    """All rows, raw columns included."""
    rows = [{"gap": r.gap, "method": r.method, "sequence": r.sequence, **asdict(r.score)} for r in results]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"rows": rows}, indent=1) + "\n", encoding="utf-8")


def restore(path: Path) -> list[Result]:
    """What `save` wrote; raises ValueError with the file's name where it is something else."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
        return [Result(r["gap"], r["method"], r["sequence"], _score(r)) for r in rows]
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path}: not a file saved with --save by this benchmark ({error!r}).") from error


def _score(row: dict[str, float]) -> Score:
    return Score(*(float(row.get(f.name, nan) if f.name in _LATER else row[f.name]) for f in fields(Score)))


def compare(old: list[Result], new: list[Result], method: str = "ours", shown: int = 6) -> str:
    """How one method changed since `old`, over the sequences both runs have: means, and who lost and won most F1."""
    before = {(r.gap, r.sequence): r.score for r in old if r.method == method}
    both = [(r, before[r.gap, r.sequence]) for r in new if r.method == method and (r.gap, r.sequence) in before]
    lines = [f"{method}, now against before:"]
    for gap in sorted({r.gap for r, _ in both}):
        pairs = [(r, was) for r, was in both if r.gap == gap]
        now, then = mean(r for r, _ in pairs), mean(Result(gap, method, r.sequence, was) for r, was in pairs)
        lines.append(
            f"gap {gap}, {len(pairs)} sequences: F1 {now.f1:.3f} ({now.f1 - then.f1:+.3f})"
            f"  CD {now.chamfer:.2f} ({now.chamfer - then.chamfer:+.2f})  ink {now.ink:.2f} ({now.ink - then.ink:+.2f})"
            f"  lines {now.continuity:.2f} ({now.continuity - then.continuity:+.2f})"
            f"  whole {now.wholeness:.3f} ({now.wholeness - then.wholeness:+.3f})"
            f"  s/pair {now.per_pair:.3f} ({now.per_pair - then.per_pair:+.3f})"
        )
        if not isnan(now.colour - then.colour):
            changed = ((name, getattr(now, name), getattr(then, name)) for name in _COMPARED)
            lines.append("    " + "  ".join(f"{name} {is_:.3f} ({is_ - was:+.3f})" for name, is_, was in changed))
        moved = sorted(((r.score.f1 - was.f1, r.sequence) for r, was in pairs), key=lambda change: -abs(change[0]))
        lines += [f"    {delta:+.3f}  {name}" for delta, name in moved[:shown] if abs(delta) >= 0.001]
    return "\n".join(lines)
