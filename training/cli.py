"""The command line of training: `python -m inkbetween.training COMMAND …`, see docs/training.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from .clips.split import Split
from .commands.calibrating import calibrate
from .commands.evaluating import ENGINES, evaluate
from .commands.make_pairs import make_pairs
from .commands.smoke import smoke
from .loop.loop import LoopSettings, train
from .networks.export import export
from .tasks.registry import TASKS, task_named
from .tasks.trial import Trial


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; 1 where it asks for what is not there."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _train(options: argparse.Namespace) -> None:
    chosen = {field.name: getattr(options, field.name) for field in fields(LoopSettings)}
    task = task_named(options.task, options.pairs, options.tiny, options.motions, options.views)
    train(task, options.folder, LoopSettings(**chosen))


def _pairs(options: argparse.Namespace) -> None:
    make_pairs(options.clips, options.folder, options.count, options.held, options.seed, options.processes)


def _calibrate(options: argparse.Namespace) -> None:
    calibrate(options.clips, options.count, options.plot, options.engine, options.seed, options.write)


def _evaluate(options: argparse.Namespace) -> None:
    engines = options.engine.split(",")
    split = Split(options.split)
    evaluate(options.clips, options.count, options.gaps, split, engines, options.seed, options.save, options.memory)


def _gaps(text: str) -> list[int]:
    return sorted({int(part) for part in text.split(",")})


def _export(options: argparse.Namespace) -> None:
    about = {"command": options.command, "data": options.data}
    told = "; calibrate it now" if options.task == "correspondence" else ""
    print(f"wrote {export(options.task, options.folder, {}, about)}{told}")


def _smoke(options: argparse.Namespace) -> None:
    smoke(options.folder, options.minutes)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m inkbetween.training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("pairs", help="redraw pairs of drawings from clips, to learn from")
    command.set_defaults(run=_pairs)
    command.add_argument("--clips", type=Path, required=True, help="folder of clips")
    command.add_argument("--folder", type=Path, required=True, help="where the pairs go")
    command.add_argument("--count", type=int, default=20_000, help="pairs to learn from (default %(default)s)")
    command.add_argument("--held", type=int, default=1_000, help="pairs to validate on (default %(default)s)")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("--processes", type=int, default=1)
    command = commands.add_parser("export", help="put a run's weights where the extension finds them")
    command.set_defaults(run=_export)
    command.add_argument("task", choices=TASKS)
    command.add_argument("--folder", type=Path, required=True, help="where the run's checkpoint is kept")
    command.add_argument("--data", required=True, help="what it was trained on, in a few words that are kept inside")
    command.add_argument("--command", required=True, help="the command that trained it, likewise")
    command = commands.add_parser("calibrate", help="make the confidence of the shipped weights honest")
    command.set_defaults(run=_calibrate)
    command.add_argument("--clips", type=Path, required=True, help="folder of clips")
    command.add_argument("--count", type=int, default=100, help="pairs to fit to, half as many to test (%(default)s)")
    command.add_argument("--plot", type=Path, default=Path("docs/reliability.png"), help="where the picture goes")
    command.add_argument("--engine", choices=("both", "learned", "classical"), default="both")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("--write", action=argparse.BooleanOptionalAction, default=True, help="into the weights")
    command = commands.add_parser("evaluate", help="see what the engines find in keys of characters not learnt from")
    command.set_defaults(run=_evaluate)
    command.add_argument("--clips", type=Path, required=True, help="folder of clips")
    command.add_argument("--count", type=int, default=40, help="pairs of each gap (default %(default)s)")
    command.add_argument("--gaps", type=_gaps, default=[2, 4, 8], metavar="2,4,8", help="drawings between the keys")
    command.add_argument("--split", choices=(Split.VALIDATION, Split.TEST), default=Split.VALIDATION)
    command.add_argument("--engine", default=",".join(ENGINES), help="one or both (default %(default)s)")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("--memory", action="store_true", help="also tween 150 strokes in a process of its own")
    command.add_argument("--save", type=Path, metavar="FILE.json", help="keep the numbers of every pair")
    command = commands.add_parser("smoke", help="see within a minute whether training works at all")
    command.set_defaults(run=_smoke)
    command.add_argument("--folder", type=Path, required=True, help="an empty folder")
    command.add_argument("--minutes", type=float, default=1.0)
    command = commands.add_parser("train", help="train one network, or go on with it")
    command.set_defaults(run=_train)
    command.add_argument("task", choices=[*TASKS, Trial.name])
    command.add_argument("--folder", type=Path, required=True, help="where checkpoint, metrics and curves are kept")
    command.add_argument("--pairs", type=Path, help="folder of pairs, made by `pairs`")
    command.add_argument("--motions", type=Path, help="folder of motions, made by `motions`, for the motion network")
    command.add_argument("--views", type=Path, help="folder of views, made by `joint_views`, for the joint detector")
    command.add_argument("--tiny", action="store_true", help="a network just large enough to see that training works")
    for field in fields(LoopSettings):
        _add_setting(command, field.name, field.default)
    return parser


def _add_setting(command: argparse.ArgumentParser, name: str, default: Any) -> None:
    """One field of `LoopSettings`, whose docstring says what it means."""
    flag = "--" + name.replace("_", "-")
    if isinstance(default, bool):
        command.add_argument(flag, action=argparse.BooleanOptionalAction, default=default)
    else:
        kind = float if default is None else type(default)
        command.add_argument(flag, type=kind, default=default, help=f"default {default}")
