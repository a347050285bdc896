"""Which clips of which characters are made, and which never are: whatever the benchmark shows stays out of training."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

import numpy as np

LONGEST, SHORTEST = 25, 17
VIEWS = 3
# How many captures a character performs.
CAPTURES = 9
# What is played in circles; everything else has a beginning and an end.
_CYCLES = ("run", "walk", "gallop", "idle", "fly", "swim", "dance", "anim_0", "crawl", "pulsating", "sparkle")
_STILL = ("idle", "pose", "static", "reset", "aiming", "eating", "multiple_hearts")
# Other files that show a character of the benchmark: recoloured, or the same suit with another head.
_TWINS = ("Horse_White", "Astronaut_*", "Mech_FinnTheFrog", "Mech_RaeTheRedPanda", "Skeleton_*")
# Rigs without a figure.
_BODILESS = ("KayKit-anim-libraries/*",)
# Rigs with a human's bones.
_HUMANS = ("*/modular_men/*", "*/modular_women/*")
_CAPTURED = ("CMU-05-06-02/*", "assimp-bvh/01_0?.bvh", "pybvh/*/cmu_*")
# The same character once more, with something in its hand or another face: never split between training and validation.
_VARIANT = re.compile(r"(_Gun|_angry|-transformed)+$")


@dataclass(frozen=True)
class Character:
    """`file` is relative to the data, `actions` are their names and lengths in frames."""

    file: str
    actions: Mapping[str, int]

    @property
    def name(self) -> str:
        return PurePosixPath(self.file).stem.removesuffix("-transformed")

    @property
    def pack(self) -> str:
        """The folder that an artist's figures came in; men and women of one set share their motions."""
        folders = [f for f in PurePosixPath(self.file).parts[:-1] if f.lower() not in {"fbx", "glb"}]
        pack = re.sub(r"\s+-\s.*$", "", folders[-1])
        return re.sub(r"\W+", "_", re.sub(r"\b(Men|Women) ", "", pack)).strip("_")


@dataclass(frozen=True)
class Job:
    """One clip. yaw and pitch of the camera in rad and as a slope, `margin` is the picture's width per figure's width,
    `start` (0 to 1) where in the action the clip begins, `number` tells the clips of an action apart. `capture` is the
    motion capture file that is performed instead of an action, or empty."""

    file: str
    family: str
    name: str
    character: str
    action: str
    action_name: str
    number: int
    yaw: float
    pitch: float
    margin: float
    start: float
    capture: str = ""

    @property
    def path(self) -> Path:
        return Path(self.family) / f"{self.name}--{self.action_name}--{self.number}.npz"

    def frames(self, first: float, last: float) -> list[float]:
        """The frames of the action to draw.

        Short actions are played more slowly, down to half their speed, or in circles where they are cycles; raises
        ValueError where that is not enough.
        """
        length = last - first
        if not self.capture and any(word in self.action_name.lower() for word in _CYCLES) and length >= 4:
            begin = np.floor(self.start * length)
            return [float(first + (begin + i) % length) for i in range(LONGEST)]
        if length < (SHORTEST - 1) / 2:
            raise ValueError(f"{self.action_name} has {length:.0f} frames")
        count = int(np.clip(np.floor(length) + 1, SHORTEST, LONGEST))
        step = min(length / (count - 1), 1.0)
        begin = np.floor(self.start * max(length - (count - 1), 0.0))
        return [float(first + begin + step * i) for i in range(count)]


def action_name(action: str, all_actions: Iterable[str]) -> str:
    """The action without rig, figure and file noise: "FrogArmature|Frog_Jump" of a frog is "Jump"."""
    plain = _plain(action)
    everything = [_plain(a).lower() for a in all_actions]
    head, _, tail = plain.partition("_")
    # A stray action of another figure does not stop the others' prefix from being seen. Where the prefix is an action
    # itself, it is none.
    sharing = sum(a.startswith(head.lower() + "_") for a in everything)
    prefix = sharing > 0.7 * len(everything) and head.lower() not in everything
    return tail if tail and len(everything) > 1 and prefix else plain


def _plain(action: str) -> str:
    return re.sub(r"\.\d+$", "", action.split("|")[-1])


def stem(name: str) -> str:
    """What two actions share that are one motion: no case, no number, no variant letter."""
    return re.sub(r"(_?\d+|_[a-z])$", "", name.lower())


def _stems(action: str, all_actions: Iterable[str]) -> set[str]:
    return {stem(_plain(action)), stem(action_name(action, all_actions))}


def read_index(path: Path) -> list[Character]:
    """The characters that may be shared, by INDEX.csv; raises OSError, or KeyError where it is another kind of file."""
    with path.open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["share"] == "yes"]
    actions = r"\s*([^;]+?)\((\d+)\)"
    return [
        Character(row["file"], {m[1]: int(m[2]) for m in re.finditer(actions, row["actions(frames)"])}) for row in rows
    ]


def allowed(characters: Sequence[Character], bench: Iterable[Sequence]) -> list[Character]:
    """Without the benchmark's characters and their twins, and without actions it shows of another figure of the pack.

    `bench` lists (file, action, ...).
    """
    shown = {file for file, *_ in bench}
    by_file = {c.file: c for c in characters}
    taken: set[tuple[str, str]] = set()
    for file, action, *_ in bench:
        one = by_file.get(file, Character(file, {action: 0}))
        full = next((a for a in one.actions if _plain(a) == _plain(action)), action)
        taken |= {(one.pack, name) for name in _stems(full, one.actions)}
    kept = []
    for one in characters:
        twin = any(fnmatch(one.name, pattern) for pattern in _TWINS)
        if one.file in shown or twin or any(fnmatch(one.file, pattern) for pattern in _BODILESS):
            continue
        free = {
            a: n for a, n in one.actions.items() if not taken & {(one.pack, name) for name in _stems(a, one.actions)}
        }
        kept.append(Character(one.file, free))
    return kept


def plan(characters: Sequence[Character], seed: int) -> list[list[Job]]:
    """The jobs of every character, the most telling first: all its moving actions, then the same from other sides."""
    return [jobs for one in characters if (jobs := _jobs(one, seed))]


def usable(captures: Iterable[str]) -> list[str]:
    """The captures of people whose joints have the names that `lineart_mocap` knows."""
    return [c for c in captures if any(fnmatch(c, pattern) for pattern in _CAPTURED)]


def plan_captures(characters: Sequence[Character], captures: Sequence[str], seed: int) -> list[list[Job]]:
    """Clips of people who came without actions, each performing its own choice of the captures."""
    jobs = []
    for one in characters:
        if one.actions or not any(fnmatch(one.file, pattern) for pattern in _HUMANS) or not captures:
            continue
        random = np.random.default_rng([seed, *one.file.encode()])
        order = random.permutation(len(captures))
        chosen = [captures[order[i % len(order)]] for i in range(CAPTURES)]
        mine = []
        for number, capture in enumerate(chosen):
            name = "capture_" + re.sub(r"\W+", "_", PurePosixPath(capture).stem)
            mine.append(replace(job(one, "", name, number % VIEWS, random), capture=capture))
        jobs.append(mine)
    return jobs


def _jobs(one: Character, seed: int) -> list[Job]:
    random = np.random.default_rng([seed, *one.file.encode()])
    names = {action: action_name(action, one.actions) for action in one.actions}
    once: dict[str, str] = {}
    for action, name in names.items():
        once.setdefault(re.sub(r"\W+", "_", name), action)
    moving = [n for n in once if not any(word in n.lower() for word in _STILL) or "hit" in n.lower()]
    still = [n for n in once if n not in moving and n.lower().endswith("idle")][:1]
    moving = [moving[i] for i in random.permutation(len(moving))]
    jobs = []
    for number in range(VIEWS):
        for name in moving + (still if number == 0 else []):
            jobs.append(job(one, once[name], name, number, random))
    return jobs


def job(one: Character, action: str, name: str, number: int, random: np.random.Generator) -> Job:
    """A clip from the left, from the right or from anywhere, by its number."""
    side = random.uniform(0.3, 1.35) * random.choice([-1, 1])
    yaw = random.uniform(-np.pi, np.pi) if number == VIEWS - 1 else side
    return Job(
        one.file,
        one.pack,
        one.name,
        _VARIANT.sub("", one.name),
        action,
        name,
        number,
        float(yaw),
        float(0.1 if random.random() < 0.5 else random.uniform(0.0, 0.25)),
        float(random.uniform(1.15, 1.35)),
        float(random.random()),
    )
