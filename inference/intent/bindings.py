"""What the animator says of bindings: this stroke belongs to that bone.

It is a hard constraint, whatever the stroke looks like.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..geometry.points import Index

NO_BONE = ""
"""How the animator calls no bone at all: what belongs to it goes straight from key to key."""
FREE = -1
"""Nothing was said."""


@dataclass(frozen=True)
class Corrections:
    """The bones that the animator bound the strokes of a key pair to.

    For strokes a (S,) and b (S',), int64: the number of the bone, the number of bones for no bone, `FREE` where
    nothing was said.
    """

    a: Index
    b: Index

    @staticmethod
    def of(bones: Sequence[str], *keys: tuple[int, Mapping[int, str]]) -> Corrections | None:
        """What was said of both keys, or None where nothing was.

        Each key gives its number of strokes and, by stroke, the bone's name. Bones that the guide does not have, and
        strokes that the key does not have, are passed over.
        """
        number = {name: index for index, name in enumerate(bones)} | {NO_BONE: len(bones)}
        said = []
        for count, names in keys:
            one = np.full(count, FREE, np.int64)
            for stroke, name in names.items():
                if 0 <= stroke < count and name in number:
                    one[stroke] = number[name]
            said.append(one)
        a, b = said
        return Corrections(a, b) if (a != FREE).any() or (b != FREE).any() else None
