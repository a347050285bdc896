"""Views of people to learn joints from: drawn figures, and rigged characters in headless Blender.

`python -m inkbetween.training.commands.joint_views --out DIR --count N --mocap DIR [--data CHARACTERS]` makes a file
for every figure and character. The benchmark's characters, their twins and its actions stay out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inkbetween.training.figures.motions.captured import Recording, load_recording
from inkbetween.training.figures.people import views_of_body
from inkbetween.training.lineart import apart
from inkbetween.training.lineart import jobs as lineart_jobs
from inkbetween.training.tasks.joint_views import JointView, save_views

POSES, FRAMES, CAPTURES = 60, 6, 8
"""Of every rigged character: poses by chance, moments of each action, captures that those without actions perform."""
_SECONDS = 400
_MODULE = "inkbetween.training.commands.joint_views"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the files; 1 where a character failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    apart.add_arguments(parser, required=False)
    parser.add_argument("--count", type=int, default=0, help="drawn figures (default none)")
    options = parser.parse_args(arguments)
    if options.one:
        one = apart.own_character(options)
        return _film(one, options.data, options.mocap or options.data / "../mocap", options.out)
    failed = apart.each_character(_MODULE, options, _SECONDS) if options.data else 0
    recordings = _recordings(options.mocap) if options.mocap else []
    for number in range(options.count):
        path = options.out / "figures" / f"{number:04d}.npz"
        if not path.exists():
            name, views = views_of_body(number, recordings)
            save_views(path, name, "figures", views)
    return int(failed > 0)


def _recordings(folder: Path) -> list[Recording]:
    out = []
    for path in sorted(folder.rglob("*.bvh")):
        try:
            out.append(load_recording(path, path.stem))
        except ValueError as error:
            print(error, file=sys.stderr)
    return out


def _film(one: lineart_jobs.Character, data: Path, mocap: Path, out: Path) -> int:
    """All views of one character, this process's own Blender."""
    from inkbetween.training.lineart import joint_scene as scene
    from inkbetween.training.lineart import scene as stage
    from inkbetween.training.lineart.mocap import can_perform, perform

    character = stage.load(data / one.file)
    try:
        person = scene.person_of(character)
    except ValueError as error:
        print(f"left out: {error}")
        return 0
    rng, views = np.random.default_rng([*one.file.encode()]), list[JointView]()

    def film(action: str, first: float, last: float) -> None:
        for frame in rng.uniform(first, last, FRAMES):
            stage.go_to(float(frame))
            scene.take_shape(person, rng)
            views.extend(scene.shoot(person, action, _yaws(rng, 2), rng))

    done: set[str] = set()
    for action in one.actions:
        name = lineart_jobs.action_name(action, one.actions)
        if name not in done:
            done.add(name)
            film(name, *stage.play(character, action))
    if not one.actions and can_perform(character):
        captures = lineart_jobs.usable(sorted(p.relative_to(mocap).as_posix() for p in mocap.rglob("*.bvh")))
        for capture in rng.permutation(captures)[:CAPTURES]:
            try:
                film(f"capture_{Path(capture).stem}", *perform(character, mocap / capture, rng.random()))
            except ValueError as error:
                print(error, file=sys.stderr)
    for number in range(POSES):
        scene.take_pose(person, rng)
        scene.take_shape(person, rng)
        # A name that the split tells apart, so that some are held out.
        views.extend(scene.shoot(person, f"pose{'abcdefghij'[number % 10]}x", _yaws(rng, 2), rng))
    save_views(apart.file_of(out, one), one.name, one.pack, views)
    print(f"{len(views)} views")
    return 0


def _yaws(rng: np.random.Generator, count: int) -> np.ndarray:
    """Mostly from ahead and from half ahead, sometimes from anywhere."""
    ahead = rng.normal(0.0, 0.7, count)
    return np.where(rng.random(count) < 0.7, ahead, rng.uniform(-np.pi, np.pi, count))


if __name__ == "__main__":
    sys.exit(main())
