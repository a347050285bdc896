"""What became of a run: a summary for programs, a few lines for people."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .exits import OK, SOME_FAILED
from .files import write_text
from .result import FAILED, FILLED, NOTHING, Result, read_result, sum_of
from .shots import Shot

SUMMARY = "summary.json"


class Tell(Protocol):
    """Told of every result as it comes, with how many there are and will be."""

    def __call__(self, result: Result, done: int, total: int) -> None: ...


class Names:
    """Sources as people call them.

    They are their paths below the folder that they share, without the ending.
    """

    def __init__(self, sources: Sequence[str]) -> None:
        folders = {str(Path(source).parent) for source in sources}
        try:
            self._shared = Path(os.path.commonpath(folders)) if folders else None
        except ValueError:  # on several drives, or some below nothing
            self._shared = None

    def __call__(self, source: str) -> str:
        path = Path(source).with_suffix("")
        return path.as_posix() if self._shared is None else path.relative_to(self._shared).as_posix()


@dataclass(frozen=True)
class Summary:
    """The results of a run, in the order of their names.

    `missing` shots have left none.
    """

    results: tuple[Result, ...]
    missing: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        return OK if all(result.good for result in self.results) and not self.missing else SOME_FAILED

    def lines(self) -> list[str]:
        """How many of each, then every shot that failed or left something alone."""
        states = Counter(result.state for result in self.results)
        again = sum(result.reused for result in self.results)
        drawn = sum(result.counts.get("inbetweens", 0) for result in self.results if not result.reused)
        counts = [f"{states[state]:,} {state}" for state in (FILLED, NOTHING, FAILED) if states[state]]
        counts += [f"{len(self.missing):,} without result"] if self.missing else []
        lines = [f"{len(self.results) + len(self.missing):,} shots: {', '.join(counts) or 'none'}."]
        lines.append(f"{drawn:,} in-betweens drawn; {again:,} shots were finished before.")
        name_of = Names([*(result.source for result in self.results), *self.missing])
        lines += [result.line(name_of(result.source)) for result in self.results if not result.good]
        lines += [f"{name_of(source)}: no result" for source in self.missing]
        lines += [f"{name_of(r.source)}: left alone: {one}" for r in self.results if r.good for one in r.left]
        return lines

    def write(self, folder: Path) -> Path:
        """Write summary.json into the folder, whole or not at all."""
        shots = [
            {
                "shot": r.shot,
                "state": r.state,
                "reason": r.reason,
                "left": list(r.left),
                "inbetweens": r.inbetweens,
                "drawn": r.counts.get("inbetweens", 0),
                "seconds": round(sum_of(r.seconds), 3),
                "reused": r.reused,
            }
            for r in self.results
        ]
        told = {"states": Counter(r.state for r in self.results), "missing": list(self.missing), "shots": shots}
        write_text(folder / SUMMARY, json.dumps(told, indent=1) + "\n")
        return folder / SUMMARY


def summary_of(results: Iterable[Result]) -> Summary:
    return Summary(tuple(sorted(results, key=lambda result: result.source)))


def gather(folder: Path, shots: Sequence[Shot] = ()) -> Summary:
    """The summary of what lies below a folder.

    Of `shots`, those without a result are told.
    """
    if not shots:
        found = [read_result(path) for path in sorted(folder.rglob("*.inkbetween.json"))]
        return summary_of(result for result in found if result is not None)
    results = [(shot, read_result(shot.record)) for shot in shots]
    missing = tuple(str(shot.source) for shot, result in results if result is None)
    summary = summary_of(result for _, result in results if result is not None)
    return Summary(summary.results, missing)
