"""Filling a .blend file: open, fill as Fill Scene does, save under another name.

The command line does so.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import perf_counter, process_time

import bpy
import numpy as np

from ...addon import adapter
from ...batch.settings import Settings
from ...batch.unit import Filled, ShotError
from ...inference.skeletons.guide import GuideError
from ...inference.tween.engines import shortfall_of
from ..fill_scene import EVERY, fill_job, outline, sum_of
from ..jobs.fill import FillJob
from ..scene.commit import Committed, commit
from ..scene.digest import digests
from ..scene.request import Wanted, wanted_in
from ..scene.snapshot import StaleError
from .plan import FillPlan, LeftAlone, parse_frames, plan_fill
from .sheet import sheet_of

ZSTANDARD = b"\x28\xb5\x2f\xfd"
"""What compressed files begin with (RFC 8878)."""


def fill_file(source: Path, target: Path, settings: Settings) -> Filled:
    """What became of `source`, filled and saved as `target`, a new file.

    Raises `ShotError` where that cannot be done.

    Nothing is saved where nothing was drawn.
    """
    started = perf_counter()
    _open(source)
    opened = perf_counter()
    plan, wanted, frames = _look(settings)
    _, before = digests()
    job, notes, done = _draw(plan, wanted, frames, settings.least)
    drawn = perf_counter()
    ours, theirs = digests()
    if theirs != before:
        raise ShotError(
            "A drawing of the artist's was changed, so that nothing is saved; this is a fault of Inkbetween."
        )
    if done.drawn or done.removed:
        _save(source, target)
    saved = perf_counter()
    sheet = sheet_of([part.chosen for part in plan.parts]) if settings.render else None
    tally = sum_of(job.tallies)
    return Filled(
        left=tuple(str(one) for one in [*plan.left, *job.left, *_lacks(settings), *notes]),
        libraries=tuple(_libraries()),
        inbetweens=ours,
        keys=theirs,
        counts={
            "objects": len(plan.parts),
            "layers": plan.layers,
            "gaps": tally.gaps,
            "inbetweens": done.drawn,
            "removed": done.removed,
            "low_confidence": tally.doubtful,
            "points": plan.points,
        },
        seconds={
            "open": round(opened - started, 4),
            "draw": round(drawn - opened, 4),
            "save": round(saved - drawn, 4),
            "sheet": round(perf_counter() - saved, 4),
            "expected": round(plan.seconds, 4),
        },
        about={
            "blender": bpy.app.version_string,
            "numpy": np.__version__,
            "cpu_seconds": round(process_time(), 3),
            "peak_mb": _peak_megabytes(),
            **_traffic(),
        },
        sheet=sheet,
    )


def plan_file(source: Path, settings: Settings) -> list[str]:
    """What filling the file would do, as lines; raises `ShotError`."""
    _open(source)
    plan, _, _ = _look(settings)
    return [outline(plan), *(f"left alone: {one}" for one in plan.left)]


def _open(source: Path) -> None:
    """Open a file, running none of its scripts.

    Raises `ShotError` where it or a library of it cannot be read.
    """
    try:
        bpy.ops.wm.open_mainfile(filepath=str(source), load_ui=False, use_scripts=False)
    except RuntimeError as error:
        raise ShotError(_plain(error)) from error
    missing = [path for path in _libraries() if not Path(path).exists()]
    if missing:
        raise ShotError(f"Library {missing[0]} is missing: what the shot links from it cannot be seen.")


def _look(settings: Settings) -> tuple[FillPlan, Wanted, range | None]:
    scene = bpy.context.scene
    stored = wanted_in(scene)
    wanted = Wanted(
        settings.step or stored.step,
        settings.easing or stored.easing,
        stored.guide if settings.guide is None else settings.guide,
        settings.engine,
    )
    try:
        frames = parse_frames(settings.frames)
    except ValueError as error:
        raise ShotError(str(error)) from error
    scenes = list(bpy.data.scenes) if settings.scenes == EVERY else [scene]
    return plan_fill(scenes, settings.layers, frames, wanted.step), wanted, frames


def _draw(plan: FillPlan, wanted: Wanted, frames: range | None, least: float) -> tuple[FillJob, list[str], Committed]:
    """Fill what is open; returns what was done, and notes on the guide."""
    try:
        job, notes = fill_job(bpy.context.scene, plan, wanted, frames, least)
        for _ in job.steps():
            pass
        return job, notes, commit(job.edits, job.used)
    except MemoryError as error:
        raise ShotError("Memory ran out; give --memory more, or fill fewer --frames at once.") from error
    except (GuideError, StaleError, adapter.AdapterError) as error:
        raise ShotError(str(error)) from error


def _save(source: Path, target: Path) -> None:
    with source.open("rb") as stream:
        compressed = stream.read(4) == ZSTANDARD
    try:
        # As a copy, so that relative paths are rewritten for the new folder; they are right at any name in it.
        bpy.ops.wm.save_as_mainfile(
            filepath=str(target), copy=True, compress=compressed, relative_remap=True, check_existing=False
        )
    except RuntimeError as error:
        raise ShotError(f"The filled copy cannot be saved: {_plain(error)}") from error
    if not target.exists():
        raise ShotError(f"Blender saved nothing as {target}.")


def _libraries() -> list[str]:
    """Files that the shot links, and that those link in turn."""
    paths = [bpy.path.abspath(library.filepath, library=library.parent) for library in bpy.data.libraries]
    return sorted({os.path.normpath(path) for path in paths})


def _lacks(settings: Settings) -> list[LeftAlone]:
    """Trained networks that could not be used."""
    lacks = shortfall_of(settings.engine)
    return [] if lacks is None else [LeftAlone(f"Learned {name}", "is unavailable") for name in lacks.networks]


def _plain(error: RuntimeError) -> str:
    """Blender's own words without its prefix, in one line."""
    return " ".join(str(error).replace("Error: ", "").split())


def _traffic() -> dict[str, int]:
    """Bytes that this process has read and written, and in how many calls.

    Nothing where the system does not count them, as Linux does.
    """
    try:
        lines = Path("/proc/self/io").read_text().splitlines()
    except OSError:
        return {}
    counts = dict(line.split(": ") for line in lines)
    names = {"rchar": "read_bytes", "wchar": "written_bytes", "syscr": "reads", "syscw": "writes"}
    return {name: int(counts[key]) for key, name in names.items()}


def _peak_megabytes() -> int | None:
    """The most memory that this process has had, in MB, or None.

    None where the system does not say.
    """
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / 2**20 if sys.platform == "darwin" else peak / 2**10)
