"""The benchmark's table, its JSON, and the comparison of two runs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np

from .score import Result, Score

_COLUMNS = (
    f"{'CD':>6} {'CD/hold':>8} {'F1@2':>6} {'ink':>5} {'lines':>6} {'whole':>6} {'even':>5}"
    f" {'s/pair':>7} {'ms/in-between':>14}"
)


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
    return "\n".join(lines)


def save(path: Path, results: list[Result]) -> None:
    """All rows, raw columns included."""
    rows = [{"gap": r.gap, "method": r.method, "sequence": r.sequence, **asdict(r.score)} for r in results]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"rows": rows}, indent=1) + "\n", encoding="utf-8")


def restore(path: Path) -> list[Result]:
    """What `save` wrote; raises ValueError with the file's name where it is something else."""
    names = [field.name for field in fields(Score)]
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
        return [Result(r["gap"], r["method"], r["sequence"], Score(*(float(r[n]) for n in names))) for r in rows]
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path}: not a file saved with --save by this benchmark ({error!r}).") from error


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
            f"  s/pair {now.per_pair:.3f} ({now.per_pair - then.per_pair:+.3f})"
        )
        moved = sorted(((r.score.f1 - was.f1, r.sequence) for r, was in pairs), key=lambda change: -abs(change[0]))
        lines += [f"    {delta:+.3f}  {name}" for delta, name in moved[:shown] if abs(delta) >= 0.001]
    return "\n".join(lines)
