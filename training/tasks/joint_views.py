"""What joint detection is learnt from: people as drawn, and where their joints are, a file for every character."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.geometry.ragged import Ragged
from inkbetween.inference.networks.files import write_arrays
from inkbetween.inference.skeletons.detector.joint_view import JOINTS
from inkbetween.training.clips.split import Split, split_of

Floats = NDArray[np.float32]
TALL = 1000.0
"""Views are kept in units of which the longer side of the ink has so many, as 16-bit integers."""


@dataclass(frozen=True)
class JointView:
    """One person seen from somewhere: ink (n, 2), places along all lines, y up; joints (J, 2) by `JOINTS`, hidden ones
    too. `action` is what the person does; the split goes by its name."""

    action: str
    ink: Floats
    joints: Floats


def save_views(path: Path, character: str, family: str, views: Sequence[JointView]) -> None:
    """The file is complete or not there at all."""
    meta = {"character": character, "family": family, "actions": [one.action for one in views]}
    ink, joints, counts = [], [], []
    for one in views:
        low, size = one.ink.min(0), float(np.ptp(one.ink, axis=0).max())
        ink.append(np.round((one.ink - low) * (TALL / size)).astype(np.int16))
        joints.append(np.round((one.joints - low) * (TALL / size)).clip(-32000, 32000).astype(np.int16))
        counts.append(len(one.ink))
    offsets = Ragged.of(counts).offsets
    whole = {"ink": np.concatenate(ink), "offsets": offsets, "joints": np.array(joints)}
    write_arrays(path, {"meta": np.array(json.dumps(meta)), **whole})


def load_views(path: Path, split: Split) -> list[JointView]:
    """Those of a file that belong to a split; raises OSError, ValueError or KeyError where it is another kind."""
    with np.load(path, allow_pickle=False) as data:
        meta, ink, offsets, joints = json.loads(str(data["meta"])), data["ink"], data["offsets"], data["joints"]
    if joints.shape[1:] != (len(JOINTS), 2):
        raise ValueError(f"{path}: has other joints than {', '.join(JOINTS)}; make it anew")
    return [
        JointView(action, ink[offsets[n] : offsets[n + 1]].astype(np.float32), joints[n].astype(np.float32))
        for n, action in enumerate(meta["actions"])
        if split_of(meta["character"], action, meta["family"]) == split
    ]


@dataclass(frozen=True)
class ViewSet:
    """Views by character: each is drawn equally often."""

    characters: tuple[tuple[JointView, ...], ...]

    @classmethod
    def read(cls, folder: Path, split: Split) -> ViewSet:
        """All files below a folder; raises ValueError where there is none of that split."""
        found = [tuple(load_views(path, split)) for path in sorted(folder.rglob("*.npz"))]
        kept = tuple(views for views in found if views)
        if not kept:
            raise ValueError(f"{folder}: has no views for {split}; make some with tools.training.joint_views")
        return cls(kept)

    def draw(self, rng: np.random.Generator) -> JointView:
        views = self.characters[int(rng.integers(len(self.characters)))]
        return views[int(rng.integers(len(views)))]
