"""`python -m inkbetween.tools.farm chaos|scaling|overhead|simulate`: what docs/batch.md tells, measured."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m inkbetween.tools.farm", description=__doc__)
    verbs = parser.add_subparsers(required=True, dest="verb")
    chaos = verbs.add_parser("chaos", help="fill a show under SIGKILLs, and compare with a calm run")
    chaos.add_argument("shots", type=Path, help="the show's shots.txt")
    chaos.add_argument("calm", type=Path, help="folder that the show was filled into undisturbed")
    chaos.add_argument("out", type=Path, help="a folder that is not there yet")
    chaos.add_argument("--kills", type=int, default=10)
    chaos.add_argument("--workers", type=int, default=2)
    chaos.add_argument("--seed", type=int, default=1)
    chaos.add_argument("--within", type=float, default=60.0, help="seconds from work to a kill, at most")
    chaos.add_argument("--engine", default="LEARNED")
    scaling = verbs.add_parser("scaling", help="one worker against two")
    scaling.add_argument("shots", type=Path)
    scaling.add_argument("scratch", type=Path)
    scaling.add_argument("--rounds", type=int, default=3)
    scaling.add_argument("--engine", default="LEARNED")
    overhead = verbs.add_parser("overhead", help="what a task costs the scheduler")
    overhead.add_argument("--tasks", type=int, default=2000)
    simulate = verbs.add_parser("simulate", help="up to 1,000 workers, from measured numbers")
    simulate.add_argument("--shot-seconds", type=float, required=True)
    simulate.add_argument("--scheduler-seconds", type=float, required=True)
    simulate.add_argument("--shot-megabytes", type=float, required=True)
    simulate.add_argument("--server-megabytes", type=float, default=1000.0, help="a second")
    options = parser.parse_args()
    return _VERBS[options.verb](options)


def _chaos(options: argparse.Namespace) -> int:
    from .chaos import chaos

    verdict = chaos(
        options.shots,
        options.out,
        options.calm,
        options.workers,
        options.kills,
        options.seed,
        options.within,
        options.engine,
    )
    print(json.dumps({**asdict(verdict), "good": verdict.good}, indent=1))
    return 0 if verdict.good else 1


def _scaling(options: argparse.Namespace) -> int:
    from .scaling import efficiency

    options.scratch.mkdir(parents=True, exist_ok=True)
    ratio, timings = efficiency(options.shots, options.scratch, options.rounds, options.engine)
    for timing in timings:
        print(json.dumps(asdict(timing)))
    print(f"Efficiency of two workers against one: {ratio:.3f}")
    return 0


def _overhead(options: argparse.Namespace) -> int:
    from .scaling import overhead

    print(json.dumps(overhead(options.tasks)))
    return 0


def _simulate(options: argparse.Namespace) -> int:
    from .simulate import Farm, table

    farm = Farm(
        options.shot_seconds,
        scheduler_seconds=options.scheduler_seconds,
        shot_bytes=options.shot_megabytes * 1e6,
        server_bytes=options.server_megabytes * 1e6,
    )
    print("workers  shots/s  efficiency  scheduler  file server")
    for one in table(farm, (1, 2, 10, 50, 100, 200, 500, 1000)):
        print(f"{one.workers:7,}  {one.rate:7.2f}  {one.efficiency:10.2f}  {one.scheduler:9.2f}  {one.server:11.2f}")
    return 0


_VERBS = {"chaos": _chaos, "scaling": _scaling, "overhead": _overhead, "simulate": _simulate}

if __name__ == "__main__":
    sys.exit(main())
