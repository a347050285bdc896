"""What can be trained, by name. A new task gets a line in `TASKS`, and `make train` and `make train-smoke` know it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from inkbetween.training.clips.split import Split
from inkbetween.training.loop.loop import Task
from inkbetween.training.networks.correspondence import NetShape
from inkbetween.training.networks.joints import JointShape

from .constellations import MotionSet
from .correspondence import CorrespondenceTask
from .joint_views import ViewSet
from .joints import NAME as JOINTS
from .joints import JointTask
from .motion import MotionTask
from .shards import PairSet
from .trial import Trial

TRAINING, VALIDATION = "training", "validation"
"""The folders of pairs that are learnt from, and that show how well."""
TINY = NetShape(32, 2, 1)
TINY_MAPS = JointShape(8, 8, 8, 8, 1)
"""Networks just large enough to see that training works."""


def _correspondence(pairs: PairSet, held: PairSet, tiny: bool) -> Task:
    return CorrespondenceTask(pairs, held, TINY, checked=20) if tiny else CorrespondenceTask(pairs, held)


def _motion(pairs: PairSet, held: PairSet, tiny: bool) -> Task:
    return MotionTask(pairs, held, shape=TINY, checked=40) if tiny else MotionTask(pairs, held)


def _joints(pairs: PairSet, held: PairSet, tiny: bool) -> Task:
    return JointTask(shape=TINY_MAPS, size=8, checked=16) if tiny else JointTask()


TASKS: dict[str, Callable[[PairSet, PairSet, bool], Task]] = {
    "correspondence": _correspondence,
    "motion": _motion,
    JOINTS: _joints,
}


def task_named(
    name: str, pairs: Path | None, tiny: bool = False, motions: Path | None = None, views: Path | None = None
) -> Task:
    """One of `TASKS` with the pairs in the folders `TRAINING` and `VALIDATION` of this folder, or the trial, which
    needs none; `motions` is a folder of undrawn motions for the task that can use them, `views` one of views of people
    for that which finds their joints. Raises ValueError for a name that is not known or a task without pairs."""
    if name == Trial.name:
        return Trial()
    if name not in TASKS:
        raise ValueError(f"no task is called {name}; there are {', '.join([*TASKS, Trial.name])}")
    if name == JOINTS:
        # It draws its own people where there are no others.
        task = TASKS[name](PairSet.of([]), PairSet.of([]), tiny)
        if isinstance(task, JointTask) and views is not None:
            return replace(task, views=ViewSet.read(views, Split.TRAINING), held=ViewSet.read(views, Split.VALIDATION))
        return task
    if pairs is None:
        raise ValueError(f"{name} learns from pairs: say in which folder they lie")
    task = TASKS[name](PairSet.read(pairs / TRAINING), PairSet.read(pairs / VALIDATION), tiny)
    if isinstance(task, MotionTask) and motions is not None:
        return replace(task, motions=MotionSet.read(motions, Split.TRAINING))
    return task
