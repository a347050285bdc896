"""How figures move, without drawing them: spots of their surface through whole actions, in headless Blender.

`python -m inkbetween.training.commands.motions --out DIR --data CHARACTERS` makes a file for every character, which
holds all its actions and, where it has none, captures that it performs. The benchmark's characters and actions stay
out.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inkbetween.training.lineart import jobs as lineart_jobs
from inkbetween.training.tasks.constellations import Motion, save_motions

SPOTS = 420
LONGEST = 120
TAKES = 4
"""Times that a capture is performed, each from another moment."""
_SECONDS = 600


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the files; 1 where a character failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder with INDEX.csv and the characters")
    parser.add_argument("--bench", type=Path, help="what the benchmark shows (default DATA/../../bench/drawings.json)")
    parser.add_argument("--mocap", type=Path, help="folder of .bvh files (default DATA/../mocap)")
    parser.add_argument("--one", metavar="FILE", help="this character alone, in this process")
    options = parser.parse_args(arguments)
    shown = json.loads((options.bench or options.data / "../../bench/drawings.json").read_text())
    characters = lineart_jobs.allowed(lineart_jobs.read_index(options.data / "INDEX.csv"), shown)
    mocap = options.mocap or options.data / "../mocap"
    if options.one:
        return _film(next(one for one in characters if one.file == options.one), options.data, mocap, options.out)
    failed = 0
    for number, one in enumerate(characters, 1):
        path = _path(options.out, one)
        if path.exists():
            continue
        command = [sys.executable, "-m", "inkbetween.training.commands.motions", "--one", one.file]
        for name in ("out", "data", "bench", "mocap"):
            if getattr(options, name) is not None:
                command += [f"--{name}", str(getattr(options, name))]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
            trouble = "" if run.returncode == 0 else "; ".join(run.stderr.strip().splitlines()[-2:])
        except subprocess.TimeoutExpired:
            trouble = "too slow"
        failed += bool(trouble)
        print(f"[{number}/{len(characters)}] {one.file} {trouble or 'done'}", flush=True)
    return int(failed > 0)


def _path(out: Path, one: lineart_jobs.Character) -> Path:
    return out / one.pack / f"{one.name}.npz"


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
    save_motions(_path(out, one), motions)
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
