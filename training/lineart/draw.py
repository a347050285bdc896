"""Training clips from rigged 3D characters by Blender's Line Art, with true correspondence.

python -m inkbetween.training.lineart.draw --out DIR --data CHARACTERS [--mocap DIR] [--only NAME] [--limit N]

CHARACTERS holds INDEX.csv and the files it names. Clips that are there are left alone: a broken run goes on.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from . import jobs as lineart_jobs
from .apart import run_apart
from .jobs import Job

# Loading a character costs more than a clip; many characters early make a training set early.
_BATCH = 3
_SECONDS_PER_CLIP = 120
_WORKER = "inkbetween.training.lineart.clip"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the clips; 1 where a character failed altogether."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder with INDEX.csv and the characters")
    parser.add_argument("--bench", type=Path, help="what the benchmark shows (default DATA/../../bench/drawings.json)")
    parser.add_argument("--mocap", type=Path, help="folder of .bvh files (default DATA/../mocap)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", metavar="NAME", help="characters with NAME in their path")
    parser.add_argument("--limit", type=int, default=10**9, metavar="N", help="stop at N clips")
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args(arguments)
    try:
        shown = json.loads((options.bench or options.data / "../../bench/drawings.json").read_text())
        characters = lineart_jobs.allowed(lineart_jobs.read_index(options.data / "INDEX.csv"), shown)
    except (OSError, KeyError, ValueError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    chosen = [one for one in characters if options.only.lower() in one.file.lower()]
    options.mocap = options.mocap or options.data / "../mocap"
    captures = sorted(p.relative_to(options.mocap).as_posix() for p in options.mocap.rglob("*.bvh"))
    # Motion capture first: people are what is drawn most.
    jobs = lineart_jobs.plan_captures(chosen, lineart_jobs.usable(captures), options.seed)
    jobs += lineart_jobs.plan(chosen, options.seed)
    batches = list(round_robin(jobs, options.limit))
    return _run(batches, options)


def round_robin(jobs: Sequence[Sequence[Job]], limit: int) -> Iterator[list[Job]]:
    """Batches of a few clips of one character, every character in turn, `limit` clips in all."""
    left = limit
    for first in range(0, max(map(len, jobs), default=0), _BATCH):
        for mine in jobs:
            batch = list(mine[first : first + _BATCH])[:left]
            left -= len(batch)
            if batch:
                yield batch


def _run(batches: Sequence[list[Job]], options: argparse.Namespace) -> int:
    start = time.monotonic()
    todo = [[j for j in batch if not (options.out / j.path).exists()] for batch in batches]
    todo = [batch for batch in todo if batch]
    total, done, made, failed = sum(map(len, todo)), 0, 0, 0
    print(f"{total} clips to make, {sum(map(len, batches)) - total} are there", flush=True)
    with ThreadPoolExecutor(options.processes) as pool:
        for batch, (reports, trouble) in zip(todo, pool.map(lambda b: _batch(b, options), todo), strict=True):
            done += len(batch)
            made += sum("seconds" in r for r in reports)
            left = (time.monotonic() - start) / done * (total - done)
            for report in reports:
                print(json.dumps(report))
            if trouble:
                failed += 1
                print(f"FAILED {batch[0].file}: {trouble}")
            print(f"[{done}/{total}] {made} clips made, {left / 60:.0f} min left", flush=True)
    return int(failed > 0)


def _batch(batch: list[Job], options: argparse.Namespace) -> tuple[list[dict[str, Any]], str]:
    """What the character's own Blender reported, and what went wrong there: a crash costs a few clips."""
    jobs = json.dumps([asdict(j) for j in batch])
    folders = [str(folder) for folder in (options.data, options.mocap, options.out)]
    ended = run_apart(_WORKER, folders, _SECONDS_PER_CLIP * len(batch), jobs)
    reports = [json.loads(line) for line in ended.said.splitlines() if line.startswith('{"path"')]
    return reports, ended.trouble


if __name__ == "__main__":
    sys.exit(main())
