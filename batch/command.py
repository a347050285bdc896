"""The command line `python -m inkbetween …`.

The same stands behind `blender --command inkbetween …`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import exits
from .child import Limits, end_with_parent, limit_memory, run_shot
from .lists import named_in
from .report import Names, Summary, Tell, gather, summary_of
from .result import Result
from .settings import EASINGS, ENGINES, RENDERS, SCENES, Settings
from .shots import Shot, UsageError, shots_of
from .unit import Filler, ShotError, fill_shot, finished

SIZES = {"K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


@dataclass(frozen=True)
class Host:
    """Where the command runs.

    How a file is filled and planned here, and the program that children are.
    """

    fill: Filler
    plan: Callable[[Path, Settings], list[str]]
    program: Sequence[str]


def main(argv: Sequence[str], host: Host) -> int:
    """Do what the arguments say; returns the exit code (`exits`)."""
    try:
        options = _parser().parse_args(list(argv))
    except SystemExit as stop:  # argparse has printed help, or what is wrong
        return stop.code if isinstance(stop.code, int) else exits.USAGE
    try:
        return int(options.run(options, host))
    except UsageError as error:
        _complain(str(error))
        return exits.USAGE
    except OSError as error:
        _complain(f"Nothing more can be done: {error}.")
        return exits.UNAVAILABLE
    except KeyboardInterrupt:
        _complain("Interrupted. What is finished stays; the same command goes on from there.")
        return exits.INTERRUPTED


def _fill(options: argparse.Namespace, host: Host) -> int:
    if options.bound:
        end_with_parent()
    named = named_in(options.shots)
    shots = _picked(shots_of(named, options.output, options.root, options.in_place), options.pick)
    settings, tell = _settings(options), _teller(options, shots)
    limits = Limits(options.timeout, options.memory)
    if options.dry_run:
        return _dry_run(shots, settings, host)
    if options.workers or options.scheduler:
        summary = _on_dask(options, shots, settings, limits, tell)
    elif len(shots) == 1 and not options.timeout:
        if options.memory and not limit_memory(options.memory):
            _complain("This system cannot limit a process's memory; going on without.")
        result = fill_shot(shots[0], settings, host.fill, options.force)
        tell(result, 1, 1)
        return summary_of([result]).exit_code
    else:
        results: list[Result] = []
        for shot in shots:
            results.append(run_shot(host.program, shot, settings, limits, options.force))
            tell(results[-1], len(results), len(shots))
        summary = summary_of(results)
    _conclude(summary, options.output or shots[0].folder)
    return summary.exit_code


def _picked(shots: list[Shot], pick: int | None) -> list[Shot]:
    """All shots, or the one of that number.

    A farm's task is given the list of all, and its own number in it.
    """
    if pick is None:
        return shots
    if pick > len(shots):
        raise UsageError(f"There is no shot {pick}: the list has {len(shots)}.")
    return [shots[pick - 1]]


def _on_dask(
    options: argparse.Namespace, shots: Sequence[Shot], settings: Settings, limits: Limits, tell: Tell
) -> Summary:
    """The run on Dask's workers.

    The extension's zip brings nothing for it: it reaches no network.
    """
    try:
        from .cluster.coordinator import Cluster, run
    except ImportError as error:
        raise OSError(
            f"--workers and --scheduler need Inkbetween's folder from its repository, and Dask in the same Python "
            f"(pip install -r requirements-batch.txt): {error}"
        ) from error
    cluster = Cluster(options.workers, options.scheduler, options.retries)
    return summary_of(run(cluster, shots, settings, limits, options.force, tell, _say))


def _dry_run(shots: Sequence[Shot], settings: Settings, host: Host) -> int:
    """Say what would be done to each file; nothing is written.

    It goes a file at a time, in this process.
    """
    failed = False
    for shot in shots:
        if finished(shot, settings) is not None:
            _say(f"{shot.name}: finished before")
            continue
        try:
            for line in host.plan(shot.file, settings):
                _say(f"{shot.name}: {line}")
        except ShotError as error:
            failed = True
            _say(f"{shot.name}: cannot be filled: {error}")
    return exits.SOME_FAILED if failed else exits.OK


def _summary(options: argparse.Namespace, _host: Host) -> int:
    shots = shots_of(named_in(options.shots), options.folder, options.root) if options.shots else []
    summary = gather(options.folder, shots)
    if not summary.results and not summary.missing:
        raise UsageError(f"There are no results below {options.folder}; give the folder that was filled into.")
    _conclude(summary, options.folder)
    return summary.exit_code


def _conclude(summary: Summary, folder: Path) -> None:
    for line in summary.lines():
        _say(line)
    _say(f"Summary: {summary.write(folder)}")


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(
        options.step or None,
        options.easing,
        options.guide,
        options.engine,
        options.layers,
        options.frames,
        options.scenes,
        options.least,
        options.render,
    )


def _teller(options: argparse.Namespace, shots: Sequence[Shot]) -> Tell:
    """How results are told.

    As lines, and in the words that OpenJD reads from a task's output.
    """
    name_of = Names([str(shot.source) for shot in shots])

    def plain(result: Result, done: int, total: int) -> None:
        line = result.line(name_of(result.source))
        _say(line if total == 1 else f"[{done} of {total}] {line}")

    def openjd(result: Result, done: int, total: int) -> None:
        plain(result, done, total)
        _say(f"openjd_progress: {100 * done / total:.1f}")
        _say(f"openjd_{'status' if result.good else 'fail'}: {result.line()}")

    return openjd if options.progress == "openjd" else plain


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="inkbetween", description="Draw the in-betweens of shots.")
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")
    fill = verbs.add_parser("fill", help="fill shots")
    fill.set_defaults(run=_fill)
    fill.add_argument("shots", nargs="+", metavar="SHOT.blend", help="files; @LIST reads one a line")
    where = fill.add_argument_group("where to")
    where.add_argument("-o", "--output", type=Path, metavar="DIR", help="folder of the filled copies and the results")
    where.add_argument("--root", type=_folder, metavar="DIR", help="shots keep their path below this folder")
    where.add_argument("--in-place", action="store_true", help="write to the shots themselves")
    where.add_argument("--render", choices=RENDERS, default="", help="a picture of each shot beside it")
    where.add_argument("--dry-run", action="store_true", help="say what would be done; write nothing")
    where.add_argument("--force", action="store_true", help="fill also what is finished")
    what = fill.add_argument_group("what to draw; what is not given is as the scene has it")
    what.add_argument("--step", type=_at_least(0), metavar="N", help="draw every N-th frame; 0 is as the scene has it")
    what.add_argument("--easing", choices=EASINGS)
    what.add_argument(
        "--guide",
        metavar="NAME",
        help="armature that leads the lines, AUTO infers a skeleton from the drawings; an empty NAME is none",
    )
    what.add_argument("--engine", choices=ENGINES, default="LEARNED")
    what.add_argument("--layers", default="", metavar="NAMES", help='only these layers: "Ink*,Colour"')
    what.add_argument("--frames", default="", metavar="A-B", help="only gaps with a frame in this range")
    what.add_argument("--scenes", choices=SCENES, default="EVERY")
    what.add_argument(
        "--least-confidence", dest="least", type=_share, default=0.0, metavar="0..1", help="leave gaps less sure alone"
    )
    how = fill.add_argument_group("how")
    how.add_argument("--workers", type=_at_least(1), metavar="N", help="on N processes of this machine, by Dask")
    how.add_argument("--scheduler", metavar="ADDRESS", help="on the workers of a Dask scheduler, as tcp://host:8786")
    how.add_argument("--pick", type=_at_least(1), metavar="N", help="only the N-th shot, as for an array of tasks")
    how.add_argument("--retries", type=_at_least(0), default=1, metavar="N", help="tries more where a process dies")
    how.add_argument("--timeout", type=float, metavar="SECONDS", help="of one shot")
    how.add_argument("--memory", type=_size, metavar="SIZE", help="of one shot, as 4G")
    how.add_argument("--progress", choices=("plain", "openjd"), default="plain")
    how.add_argument("--bound", action="store_true", help=argparse.SUPPRESS)
    summary = verbs.add_parser("summary", help="gather the results of a folder")
    summary.set_defaults(run=_summary)
    summary.add_argument("folder", type=Path, metavar="DIR")
    summary.add_argument("shots", nargs="*", metavar="SHOT.blend", help="tell which of these are missing; or @LIST")
    summary.add_argument("--root", type=_folder, metavar="DIR")
    return parser


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"{text} is less than {least}")
        return value

    return number


def _folder(text: str) -> Path | None:
    return Path(text) if text else None


def _share(text: str) -> float:
    value = float(text)
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError(f"{text} does not lie between 0 and 1")
    return value


def _size(text: str) -> int:
    """Bytes: "4G", "500M", or a plain number."""
    factor = SIZES.get(text[-1:].upper(), 1)
    number = float(text[:-1] if factor > 1 else text)
    if number <= 0:
        raise argparse.ArgumentTypeError(f"{text} is no size")
    return int(number * factor)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _complain(text: str) -> None:
    sys.stderr.write(f"inkbetween: {text}\n")
