"""Pairs on disk: shards of many, made by several processes, and sets of them to train on."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from inkbetween.inference.networks.files import write_arrays
from inkbetween.training.clips.augment import View, seen_through
from inkbetween.training.clips.clip import Clip, Labelled
from inkbetween.training.clips.redraw import redraw
from inkbetween.training.clips.style import Style

from .pairs import Pair, pack, pair_of, unpack

GAPS, CHANCES = np.array([1, 2, 3, 4, 6, 8]), np.array([0.05, 0.2, 0.1, 0.35, 0.1, 0.2])
"""Frames between the keys of a pair, and how often."""


def draw_pair(clip: Clip, rng: np.random.Generator) -> Pair | None:
    """A random pair of a clip, forwards or backwards in time, both keys redrawn and seen through the same view."""
    fits = len(clip) > GAPS
    gap = int(rng.choice(GAPS[fits], p=CHANCES[fits] / CHANCES[fits].sum()))
    first = int(rng.integers(len(clip) - gap))
    a, b = (first, first + gap) if rng.random() < 0.5 else (first + gap, first)
    style = Style.any(rng)
    view = View.random(rng)

    def drawn(frame: Labelled) -> Labelled:
        return redraw(seen_through(view, [frame])[0], rng, style)

    pair = pair_of(clip, a, b, drawn, rng)
    return None if pair is None else replace(pair, pixel=pair.pixel * view.scale)


def write_shard(path: Path, pairs: Sequence[Pair]) -> None:
    """One file of pairs, complete or not there at all."""
    write_arrays(path, pack(list(pairs)), compressed=False)


@dataclass(frozen=True)
class PairSet:
    """Pairs in memory, sorted by size, so that batches waste little."""

    pairs: tuple[Pair, ...]

    @staticmethod
    def read(folder: Path, most: int | None = None) -> PairSet:
        """All pairs of a folder's shards, or the first `most`; raises FileNotFoundError where there are none, and
        ValueError for a shard that cannot be read."""
        pairs: list[Pair] = []
        for path in sorted(folder.rglob("*.npz")):
            try:
                with np.load(path, allow_pickle=False) as data:
                    pairs.extend(unpack({name: data[name] for name in data.files}))
            except (OSError, KeyError, zipfile.BadZipFile) as error:
                raise ValueError(f"{path} holds no pairs ({error}); delete it and make the shards again.") from error
            if most is not None and len(pairs) >= most:
                break
        if not pairs:
            raise FileNotFoundError(f"No pairs in {folder}: make them first, see docs/training.md.")
        return PairSet.of(pairs[:most])

    @staticmethod
    def of(pairs: Sequence[Pair]) -> PairSet:
        return PairSet(tuple(sorted(pairs, key=lambda pair: len(pair.a.place) + len(pair.b.place))))

    def __len__(self) -> int:
        return len(self.pairs)

    def alike(self, rng: np.random.Generator, count: int, spread: int = 40) -> list[Pair]:
        """`count` random pairs of about the same size."""
        middle = int(rng.integers(len(self.pairs)))
        low = max(0, min(middle - spread // 2, len(self.pairs) - spread))
        chosen = rng.integers(low, min(low + spread, len(self.pairs)), count)
        return [self.pairs[i] for i in chosen]

    def in_order(self, count: int, most: int) -> Iterator[list[Pair]]:
        """Up to `most` pairs, evenly over all sizes, `count` at a time."""
        chosen = np.unique(np.linspace(0, len(self.pairs) - 1, min(most, len(self.pairs))).astype(int))
        for start in range(0, len(chosen), count):
            yield [self.pairs[i] for i in chosen[start : start + count]]
