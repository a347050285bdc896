"""Redrawn key pairs from clips, in shards, by several processes; a run that was interrupted goes on where it was."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inkbetween.training.clips.library import Clips, Entry, list_clips
from inkbetween.training.clips.split import Split
from inkbetween.training.tasks.pairs import Pair
from inkbetween.training.tasks.shards import draw_pair, write_shard

SHARD = 64
PER_CLIP = 4
"""Pairs drawn from a clip once it is loaded: loading costs more than drawing one."""
FUTILE = 50
"""Clips in a row that give no pair, after which a split is given up."""


@dataclass(frozen=True)
class Shard:
    """One file of pairs that is still to be made."""

    path: Path
    split: Split
    seed: tuple[int, int, int]


def make_pairs(clips: Path, folder: Path, count: int, held: int, seed: int = 0, processes: int = 1) -> int:
    """Write about `count` training and `held` validation pairs, and say how many shards were made.

    A shard depends on the clips, the seed and its number, not on who makes it. Raises FileNotFoundError where there are
    no clips for one of the two, ValueError where clips give no pairs.
    """
    entries: dict[Split, list[Entry]] = {split: [] for split in Split}
    for entry in list_clips(clips):
        entries[entry.split].append(entry)
    print(", ".join(f"{len(own)} clips {split}" for split, own in entries.items()))
    wanted = []
    for kind, (split, pairs) in enumerate(((Split.TRAINING, count), (Split.VALIDATION, held))):
        if pairs and not entries[split]:
            raise FileNotFoundError(f"{clips} holds no clip for {split}: make more clips, of more characters")
        for number in range(-(-pairs // SHARD)):
            path = folder / split / f"{seed}-{number:05d}.npz"
            if not path.exists():
                wanted.append(Shard(path, split, (seed, kind, number)))
    with ProcessPoolExecutor(processes, initializer=_begin, initargs=(entries,)) as pool:
        for number, done in enumerate(as_completed([pool.submit(_make, shard) for shard in wanted]), 1):
            print(f"{done.result()} ({number} of {len(wanted)})", flush=True)
    return len(wanted)


_clips: dict[Split, Clips] = {}
"""Of this process."""


def _begin(entries: dict[Split, list[Entry]]) -> None:
    _clips.update({split: Clips(own, memory=2**29) for split, own in entries.items()})


def _make(shard: Shard) -> Path:
    rng = np.random.default_rng(shard.seed)
    pairs: list[Pair] = []
    futile = 0
    while len(pairs) < SHARD:
        clip = _clips[shard.split].sample(rng)
        drawn = [pair for _ in range(PER_CLIP) if (pair := draw_pair(clip, rng)) is not None]
        futile = 0 if drawn else futile + 1
        if futile == FUTILE:
            raise ValueError(f"{FUTILE} clips for {shard.split} in a row gave no pair")
        pairs += drawn
    write_shard(shard.path, pairs[:SHARD])
    return shard.path
