"""Write clips of procedural figures: python -m inkbetween.training.commands.figures --out DIR --count N --seed S."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from inkbetween.training.clips.clip import save_clip
from inkbetween.training.figures.generate import FAMILY, make_clip
from inkbetween.training.figures.motions.captured import Recording, load_recording

_recordings: list[Recording] = []


def read_recordings(folder: Path | None) -> Iterator[Recording]:
    """All usable files below a folder, in the order of their names; says which are skipped, and why."""
    for path in sorted(folder.rglob("*.bvh")) if folder else ():
        name = "-".join(path.relative_to(folder).with_suffix("").parts[-2:]).replace(" ", "_") if folder else path.stem
        try:
            yield load_recording(path, name)
        except ValueError as error:
            print(f"skipped {path.name}: {error}", file=sys.stderr)


def _prepare(folder: Path | None) -> None:
    _recordings[:] = read_recordings(folder)


def write(task: tuple[Path, int, int]) -> str:
    """Make clip `index` unless it is there."""
    out, seed, index = task
    number = f"s{seed}n{index:05d}"
    if any((out / FAMILY).glob(f"*--{number}.npz")):
        return "kept"
    clip = make_clip(seed, index, _recordings)
    save_clip(clip, out / FAMILY / f"{clip.character}--{clip.action}--{number}.npz")
    return "made"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help=f"clips go to OUT/{FAMILY}")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--mocap", type=Path, help="folder with .bvh files that drive a third of the clips")
    args = parser.parse_args()
    tasks = [(args.out, args.seed, index) for index in range(args.count)]
    began, made = time.monotonic(), 0
    with ProcessPoolExecutor(max(args.processes, 1), initializer=_prepare, initargs=(args.mocap,)) as pool:
        for done, what in enumerate(pool.map(write, tasks, chunksize=4), 1):
            made += what == "made"
            if done % 20 == 0 or done == len(tasks):
                print(f"{done}/{len(tasks)} clips, {made} new, {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
