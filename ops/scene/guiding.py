"""Which armature guides and what it does, read once as plain data.

Plain data outlive any undo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...addon import rigs
from ...inference.leads.guided.fit import FitSettings
from ...inference.skeletons.guide import GuideError
from ...inference.skeletons.rig import Rig
from ...inference.skeletons.view import Recording, View
from .snapshot import LayerSnapshot

AUTO = "AUTO"
"""In place of an armature's name: a skeleton inferred from the drawings. An armature that is called so goes before."""
MARGIN = FitSettings().latest
"""Frames by which drawings may be early or late."""


@dataclass(frozen=True)
class Guidance:
    """What leads the paths of strokes, and notes for the report.

    Notes are parts of a sentence: what the artist may not expect.
    """

    recording: Recording
    notes: tuple[str, ...] = ()


def is_inferred(scene: Any, name: str) -> bool:
    """Whether `name` asks for a skeleton inferred from the drawings."""
    return name == AUTO and rigs.find_armature(scene, AUTO) is None


def frames_of(snapshots: Sequence[LayerSnapshot]) -> range:
    """Every whole frame from the first to the last key copied, and a few more.

    Neighbours of a gap are included. More are read because the guide may be early or late.
    """
    numbers = [cel.number for snapshot in snapshots for cel in snapshot.cels if cel.is_key]
    return range(min(numbers) - MARGIN, max(numbers) + MARGIN + 1) if numbers else range(0)


def read_guidance(scene: Any, name: str, frames: Sequence[int]) -> Guidance:
    """How the armature called `name` moves at some frames, and the camera.

    Raises `GuideError`, which says what to do, where there is no such armature, or it has no bones or no animation.
    """
    blocker = rigs.guide_blocker(scene, name)
    if blocker:
        raise GuideError(blocker)
    motion = rigs.read_motion(scene, rigs.find_armature(scene, name), frames)
    rig = Rig.of(motion.names, motion.parents, frames, motion.heads, motion.tails, motion.to_world)
    rig.check()
    views = tuple(View(*camera) for camera in motion.cameras)
    notes = []
    if not views:
        notes.append(f'"{name}" is seen square to the drawing, as the scene has no camera')
    if rig.is_still:
        notes.append(f'"{name}" stands still from frame {frames[0]} to {frames[-1]}')
    return Guidance(Recording(rig, views), tuple(notes))
