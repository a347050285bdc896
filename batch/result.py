"""What became of a shot, as a JSON file beside its output.

The record says whether the work is done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from .files import write_text
from .fingerprint import Fingerprint

SCHEMA = 1
FILLED, NOTHING, FAILED = "filled", "nothing to fill", "failed"
FINISHED_STATES = (FILLED, NOTHING)


@dataclass(frozen=True)
class Result:
    """One shot.

    state        "filled", "nothing to fill" (the output is then a copy of the source) or "failed"
    reason       why it failed, as a sentence
    left         what was left alone in it, each with the reason
    fingerprint  what it depends on; None where that could not be read
    output       file, bytes and sha256 of what was written
    inbetweens   SHA-256 over every bit of all generated drawings: equal digests are equal strokes
    keys         the same over all other drawings
    counts       objects, layers, gaps, in-betweens drawn and removed, strokes of low confidence
    seconds      of the steps, and what was expected
    about        Blender's version, the machine, peak memory
    reused       it was finished before, and nothing was done
    died         the process that filled it was killed or crashed
    """

    shot: str
    source: str
    state: str
    reason: str = ""
    left: tuple[str, ...] = ()
    fingerprint: Fingerprint | None = None
    output: Mapping[str, Any] = field(default_factory=dict)
    inbetweens: str = ""
    keys: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)
    reused: bool = False
    died: bool = False

    @property
    def good(self) -> bool:
        return self.state in FINISHED_STATES

    def line(self, name: str = "") -> str:
        """What happened, for a person; `name` where the shot's own does not tell it apart."""
        name = name or self.shot
        if self.state == FAILED:
            return f"{name}: FAILED: {self.reason}"
        drawn = self.counts.get("inbetweens", 0)
        did = f"{self.state}, {drawn:,} in-between{'' if drawn == 1 else 's'}"
        did += ", done before" if self.reused else f" in {sum_of(self.seconds):.1f} s"
        left = f"; left alone: {'; '.join(self.left[:3])}" if self.left else ""
        more = f"; {len(self.left) - 3:,} more" if len(self.left) > 3 else ""
        return f"{name}: {did}{left}{more}"


def sum_of(seconds: Mapping[str, float]) -> float:
    """The steps together; what was expected is no step."""
    return sum(value for name, value in seconds.items() if name != "expected")


def write_result(path: Path, result: Result) -> None:
    """Write the result as JSON, whole or not at all.

    This comes last, after everything that it speaks of.
    """
    write_text(path, json.dumps({"schema": SCHEMA, **asdict(replace(result, reused=False))}, indent=1) + "\n")


def read_result(path: Path) -> Result | None:
    """The result of an earlier run, or None.

    None where there is none, or none that can be read.
    """
    try:
        stored = json.loads(path.read_text("utf-8"))
        if stored.pop("schema") != SCHEMA:
            return None
        known, left = stored.pop("fingerprint"), tuple(stored.pop("left"))
        return Result(**stored, left=left, fingerprint=Fingerprint(**known) if known else None)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
