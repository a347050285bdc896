"""The command line: drawings by clips, a line for each, and contact sheets."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from inkbetween.inference.mocap.bvh import parse_bvh
from inkbetween.inference.mocap.capture import BvhError
from inkbetween.inference.mocap.motion import rotated
from inkbetween.inference.mocap.take import take_of
from inkbetween.inference.retargeting.plan import FORESHORTENINGS, PROJECTIONS, RetargetSettings, plan_retarget
from inkbetween.inference.skeletons.figure import figure_of
from inkbetween.inference.skeletons.guide import GuideError
from inkbetween.inference.skeletons.rig import Rig
from inkbetween.inference.skeletons.view import Canvas, Recording

from . import sheet
from .measure import Measured, measure, pins
from .subjects import Subject, SubjectError, load

_OUTPUT = Path(__file__).resolve().parents[2] / "build" / "retargeting"
_RATE = 24.0
# The plane of the front view: x right, z up.
_FRONT = Canvas(np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]), np.zeros(3))


@dataclass(frozen=True)
class Run:
    drawing: str
    clip: str
    strokes: int
    frames: int
    planning: float
    drawn: float
    side: str
    measured: Measured


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print a line for each drawing and clip, draw the sheets; 1 where something was wrong with what was asked."""
    options = _parse(arguments)
    try:
        subjects = [load(path, options.frame) for path in options.drawings]
        clips = {path.stem: rig_of(path, options.frames) for path in options.clip}
        runs = _run(subjects, clips, options)
    except (SubjectError, BvhError, GuideError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(table(runs))
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.retargeting", description=__doc__)
    parser.add_argument("drawings", nargs="+", type=Path, help="sequences (.npz), drawings (.svg), characters' folders")
    parser.add_argument("--clip", action="append", required=True, type=Path, help="a capture (.bvh); may be repeated")
    parser.add_argument("--frame", type=int, default=0, help="of the sequences (default 0)")
    parser.add_argument("--frames", type=int, default=300, help="at most, of each clip at 24 a second (default 300)")
    parser.add_argument("--projection", choices=PROJECTIONS, default="AUTO")
    parser.add_argument("--foreshortening", choices=FORESHORTENINGS, default="OFF")
    parser.add_argument("--true-joints", action="store_true", help="place joints where the truth is known")
    parser.add_argument("--no-detector", action="store_true", help="find joints without what was learnt of people")
    parser.add_argument("--moments", type=int, default=7, help="on the sheet, of each run (default 7)")
    parser.add_argument("--sheet", type=Path, default=_OUTPUT / "sheet.png", metavar="FILE.png")
    parser.add_argument("--no-sheet", action="store_true", help="numbers only")
    return parser.parse_args(arguments)


def rig_of(path: Path, frames: int) -> Rig:
    """A capture as Blender would have it; raises `BvhError` where it is none."""
    take = take_of(parse_bvh(path.read_text(errors="replace")), _RATE)
    places, turns = take.motion.world()
    bones = take.bones
    tails = places + rotated(turns, np.broadcast_to(bones.tails - bones.heads, places.shape))
    count = min(len(places), frames)
    return Rig(bones.names, bones.parents, np.arange(1.0, 1 + count), places[:count], tails[:count])


def _run(subjects: Sequence[Subject], clips: dict[str, Rig], options: argparse.Namespace) -> list[Run]:
    settings = RetargetSettings(
        projection=options.projection, foreshortening=options.foreshortening, detect=not options.no_detector
    )
    runs, rows = [], []
    for subject in subjects:
        for name, rig in clips.items():
            print(f"{subject.name} by {name}", file=sys.stderr, flush=True)
            start = time.perf_counter()
            known = pins(subject, figure_of(rig)) if options.true_joints else None
            plan = plan_retarget(subject.drawing, Recording(rig), _FRONT, None, settings, known)
            planned = time.perf_counter()
            drawings = {float(frame): plan.at(frame) for frame in plan.frames}
            end = time.perf_counter()
            measured = measure(subject, plan, drawings)
            count = subject.drawing.stroke_count
            times = planned - start, end - planned
            runs.append(Run(subject.name, name, count, len(rig.frames), *times, plan.joints.side, measured))
            if not options.no_sheet:
                rows.append(
                    sheet.row_of(f"{subject.name} by {name}, {plan.joints.side}", subject, plan, options.moments)
                )
    for number in range(0, len(rows), 8):
        path = options.sheet.with_stem(f"{options.sheet.stem}_{number // 8 + 1}")
        sheet.write(path, rows[number : number + 8])
        print(f"contact sheet: {path}", file=sys.stderr)
    return runs


def table(runs: Sequence[Run]) -> str:
    """A line for each run, and the worst or the mean of all."""
    columns = ("limbs", "jump", "bone", "flips", "turn°", "tear", "torn", "mean")
    head = f"{'drawing':30} {'clip':14} strokes frames plan s draw s       side same"
    lines = [" ".join([head, *(f"{name:>6}" for name in columns), "placed    off"])]
    for run in runs:
        m = run.measured
        line = f"{run.drawing[:30]:30} {run.clip[:14]:14} {run.strokes:7} {run.frames:6}"
        line += f" {run.planning:6.1f} {run.drawn:6.1f} {run.side:>10} {'yes' if m.same else 'NO':>4}"
        line += f" {m.limbs:6.3f} {m.jump:6.3f} {m.jump_of_bone:6.3f} {m.flips:6} {m.turn:6.1f}"
        line += f" {m.tear:6.3f} {m.torn:6.3f} {m.drawn_out:6.3f}"
        lines.append(line + ("" if m.placed is None else f" {m.placed:6.2f} {m.off:6.3f}"))
    known = [run.measured.placed for run in runs if run.measured.placed is not None]
    off = [run.measured.off for run in runs if run.measured.off is not None]
    worst = np.array([astuple(run.measured)[1:9] for run in runs], float)
    lines.append(
        f"worst of {len(runs)}: limbs {worst[:, 0].max():.3f}, jump {worst[:, 1].max():.3f}, "
        f"flips {int(worst[:, 3].sum())} in all, turn {worst[:, 4].max():.0f}, tear {worst[:, 5].max():.3f}; "
        f"mean: tear {worst[:, 5].mean():.3f}, torn {worst[:, 6].mean():.3f}, drawn out {worst[:, 7].mean():.4f}"
        + (f", placed {np.mean(known):.3f}, off {np.mean(off):.3f}" if known else "")
    )
    return "\n".join(lines)
