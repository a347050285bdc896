"""A folder of clips: which are there, and random ones of them, in which no pack drowns the others."""

from __future__ import annotations

import json
import logging
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .clip import Clip, load_clip
from .split import Split, split_of

log = logging.getLogger(__name__)

UNREADABLE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)
GIGABYTE = 2**30


@dataclass(frozen=True)
class Entry:
    """A clip on disk by its names."""

    path: Path
    character: str
    action: str
    family: str

    @property
    def split(self) -> Split:
        return split_of(self.character, self.action, self.family)


def list_clips(folder: Path) -> list[Entry]:
    """All clips below a folder in the order of their paths; what cannot be read is named in the log and left out."""
    entries = []
    for path in sorted(folder.rglob("*.npz")):
        # A clip that is being written has a name of its own, with a dot in front.
        if path.name.startswith("."):
            continue
        try:
            with np.load(path, allow_pickle=False) as data:
                meta = json.loads(str(data["meta"]))
            entries.append(Entry(path, meta["character"], meta["action"], meta["family"]))
        except UNREADABLE as error:
            log.warning("%s is no clip and is left out: %s", path, error)
    return entries


class Clips:
    """Clips to draw from at random. Loaded ones stay in memory, the latest used, up to `memory` bytes.

    Families are drawn in proportion to the square root of how many clips they have, so that a large pack counts more
    than a small one and yet does not drown it; within a family characters are equal, and so are a character's clips.
    """

    def __init__(self, entries: Iterable[Entry], memory: int = 2 * GIGABYTE) -> None:
        self._families: dict[str, dict[str, list[Path]]] = {}
        for entry in entries:
            self._families.setdefault(entry.family, {}).setdefault(entry.character, []).append(entry.path)
        self._memory, self._used = memory, 0
        self._loaded: OrderedDict[Path, tuple[Clip | None, int]] = OrderedDict()

    @staticmethod
    def of(folder: Path, split: Split, memory: int = 2 * GIGABYTE) -> Clips:
        """The clips of a folder that belong to one split; raises FileNotFoundError where there are none."""
        entries = list_clips(folder)
        chosen = [entry for entry in entries if entry.split == split]
        if not chosen:
            raise FileNotFoundError(f"{folder}: none of its {len(entries)} clips is for {split}")
        return Clips(chosen, memory)

    def __len__(self) -> int:
        return sum(len(paths) for characters in self._families.values() for paths in characters.values())

    @property
    def count(self) -> dict[str, int]:
        """How many clips each family has."""
        return {name: sum(map(len, characters.values())) for name, characters in self._families.items()}

    def sample(self, rng: np.random.Generator) -> Clip:
        """A random clip; one that turns out to be unreadable is named in the log, and another drawn. Raises
        FileNotFoundError where none can be read."""
        names = list(self._families)
        if not names:
            raise FileNotFoundError("there are no clips to draw from")
        weight = np.sqrt(list(self.count.values()))
        for _ in range(10 * len(self) + 10):
            family = self._families[names[int(rng.choice(len(names), p=weight / weight.sum()))]]
            paths = list(family.values())[int(rng.integers(len(family)))]
            clip = self._get(paths[int(rng.integers(len(paths)))])
            if clip is not None:
                return clip
        raise FileNotFoundError(f"none of the {len(self)} clips can be read")

    def _get(self, path: Path) -> Clip | None:
        if path not in self._loaded:
            self._remember(path, self._load(path))
        self._loaded.move_to_end(path)
        return self._loaded[path][0]

    def _load(self, path: Path) -> Clip | None:
        try:
            return load_clip(path)
        except UNREADABLE as error:
            log.warning("%s cannot be read and is left out: %s", path, error)
            return None

    def _remember(self, path: Path, clip: Clip | None) -> None:
        size = _bytes(clip)
        while self._loaded and self._used + size > self._memory:
            self._used -= self._loaded.popitem(last=False)[1][1]
        self._loaded[path] = (clip, size)
        self._used += size

    @property
    def used(self) -> int:
        """Bytes of the clips in memory."""
        return self._used


def _bytes(clip: Clip | None) -> int:
    arrays = ("xy", "offsets", "kind", "part", "depth", "track", "seen")
    return sum(getattr(frame, name).nbytes for frame in clip.frames for name in arrays) if clip else 0
