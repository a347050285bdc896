"""How figures move, without drawing them: spots of their surface through whole actions, in headless Blender.

`python -m inkbetween.training.commands.motions --out DIR --data CHARACTERS` makes a file for every character, which
holds all its actions and, where it has none, captures that it performs. The benchmark's characters and actions stay
out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inkbetween.training.lineart import apart
from inkbetween.training.lineart import jobs as lineart_jobs
from inkbetween.training.tasks.constellations import Motion, save_motions

SPOTS = 420
LONGEST = 120
TAKES = 4
"""Times that a capture is performed, each from another moment."""
_SECONDS = 600
_MODULE = "inkbetween.training.commands.motions"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the files; 1 where a character failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    apart.add_arguments(parser, required=True)
    options = parser.parse_args(arguments)
    if options.one:
        return _film(
            apart.own_character(options), options.data, options.mocap or options.data / "../mocap", options.out
        )
    return int(apart.each_character(_MODULE, options, _SECONDS) > 0)


def _film(one: lineart_jobs.Character, data: Path, mocap: Path, out: Path) -> int:
    """All motions of one character, this process's own Blender."""
    from inkbetween.training.lineart import scene as stage
    from inkbetween.training.lineart.mocap import can_perform, perform

    character = stage.load(data / one.file)
    surface = stage.surface(character)
    chosen = _spread(surface.rest)
    motions: list[Motion] = []

    def film(name: str, first: float, last: float) -> None:
        places, normals = [], []
        for frame in np.arange(first, min(last, first + LONGEST) + 1e-6):
            stage.go_to(float(frame))
            place, normal = stage.vertices(character)
            places.append(place[chosen])
            normals.append(normal[chosen])
        part = surface.part[chosen].astype(np.int64)
        motion = Motion(one.name, name, one.pack, np.array(places, np.float32), np.array(normals, np.float32), part)
        size = float(np.ptp(motion.places[0], axis=0).max())
        if len(places) >= 4 and float(np.ptp(motion.places, axis=0).max()) > 0.05 * size:
            motions.append(motion)

    done: set[str] = set()
    for action in one.actions:
        name = lineart_jobs.action_name(action, one.actions)
        if name not in done and "pose" not in name.lower():
            done.add(name)
            film(name, *stage.play(character, action))
    if not one.actions and can_perform(character):
        captures = lineart_jobs.usable(sorted(p.relative_to(mocap).as_posix() for p in mocap.rglob("*.bvh")))
        random = np.random.default_rng([*one.file.encode()])
        for take in range(TAKES):
            for capture in random.permutation(captures)[: len(captures) // 3]:
                try:
                    film(f"capture_{Path(capture).stem}_{take}", *perform(character, mocap / capture, random.random()))
                except ValueError as error:
                    print(error, file=sys.stderr)
    save_motions(apart.file_of(out, one), motions)
    return 0


def _spread(rest: np.ndarray) -> np.ndarray:
    """Vertices spread over the figure: the finest grid of which no more than SPOTS cells are taken."""
    size = float(np.ptp(rest, axis=0).max())
    for cells in range(64, 2, -2):
        cell = np.floor(rest / (size / cells)).astype(np.int64)
        _, first = np.unique(cell, axis=0, return_index=True)
        if len(first) <= SPOTS:
            break
    return np.sort(first)


if __name__ == "__main__":
    sys.exit(main())
