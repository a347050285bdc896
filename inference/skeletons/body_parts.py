"""Body parts: the trunk, arms, legs, head and tail that bones make up.

Each has a name and a colour. The skeleton's structure decides which bones belong together (`figure`), whatever they
are called. Their names only name the parts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..geometry.points import Index
from .figure import TRUNK, Figure, figure_of
from .guide import GuideError
from .rig import Rig, parents_first

Colour = tuple[float, float, float]

_KINDS = {
    "tail": ("tail",),
    "wing": ("wing",),
    "fin": ("fin", "fins"),
    "head": ("head", "neck", "skull", "jaw", "ear", "eye"),
    "arm": ("arm", "forearm", "upperarm", "lowerarm", "hand", "wrist", "elbow", "shoulder"),
    "leg": ("leg", "upleg", "upperleg", "lowerleg", "thigh", "shin", "calf", "knee", "foot", "ankle", "toe", "toebase"),
}
_SIDES = {"left": ("left", "l"), "right": ("right", "r")}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

_TRUNK_COLOUR: Colour = (0.93, 0.70, 0.10)
# far apart in hue, and dark enough for white paper as light enough for a dark view
_COLOURS: tuple[Colour, ...] = (
    (0.10, 0.50, 0.95),
    (0.93, 0.25, 0.22),
    (0.10, 0.68, 0.32),
    (0.76, 0.30, 0.85),
    (0.05, 0.70, 0.75),
    (0.98, 0.48, 0.08),
    (0.45, 0.38, 0.95),
    (0.60, 0.68, 0.05),
    (0.95, 0.35, 0.62),
)


@dataclass(frozen=True)
class Part:
    """A body part: what to call it, and its colour, sRGB from 0 to 1."""

    name: str
    colour: Colour


NO_PART = Part("No bone", (0.55, 0.55, 0.55))
# Bones of a limb that may be one with another.
_SMALL = 2


@dataclass(frozen=True)
class Parts:
    """The body parts: the trunk first, then the limbs, no bone at all last.

    of_bone (J + 1,) is the number of each bone's part.
    """

    parts: tuple[Part, ...]
    of_bone: Index


def body_parts(rig: Rig) -> Parts:
    """The body parts of a skeleton.

    What makes up no body is one part, called as a trunk would be.
    """
    try:
        figure = figure_of(rig)
    except GuideError:  # bones of no length, or nowhere: whoever needs more than a colour says so
        return Parts((Part("Trunk", _TRUNK_COLOUR), NO_PART), np.append(np.zeros(len(rig.names), np.int64), 1))
    of_bone = _of_bones(rig, figure)
    order = parents_first(rig.parents)
    limbs = [part for part in range(TRUNK + 1, int(figure.part.max(initial=0)) + 1) if (of_bone == part).any()]
    called = {part: _name([rig.names[bone] for bone in order if of_bone[bone] == part]) for part in limbs}
    number, names = _numbered(called, {part: int((of_bone == part).sum()) for part in limbs})
    parts = (*coloured(["Trunk", *names]), NO_PART)
    return Parts(parts, np.array([*(number[int(part)] for part in of_bone), len(parts) - 1], np.int64))


def coloured(names: Sequence[str]) -> list[Part]:
    """Parts of these names, the first in the colour of a trunk."""
    colours = [_TRUNK_COLOUR, *(_COLOURS[row % len(_COLOURS)] for row in range(len(names) - 1))]
    return [Part(*both) for both in zip(names, colours, strict=True)]


def _of_bones(rig: Rig, figure: Figure) -> Index:
    """(J,) the part of the figure that each bone belongs to.

    It is that of all that the figure kept of what hangs on the bone, or else that of its own joint, or of its
    parent.
    """
    part = dict(zip(figure.names, figure.part.tolist(), strict=True))
    below: list[set[int]] = [set() for _ in rig.names]
    order = parents_first(rig.parents)
    for bone in reversed(order):
        name, parent = rig.names[bone], int(rig.parents[bone])
        if f"{name} end" in part:
            below[bone].add(part[f"{name} end"])
        if parent >= 0:
            below[parent] |= {part[name]} if name in part else below[bone]
    out = np.zeros(len(rig.names), np.int64)
    for bone in order:
        parent = int(rig.parents[bone])
        if len(below[bone]) == 1:
            out[bone] = next(iter(below[bone]))
        else:
            out[bone] = part.get(rig.names[bone], out[parent] if parent >= 0 else TRUNK)
    return out


def _name(bones: Sequence[str]) -> str:
    """The name of the limb that these bones make up, from the trunk outwards.

    It is "Left arm", or that of its first bone.
    """
    words = [set(_words(bone)) for bone in bones]
    kinds, sides = (_votes(words, meant).most_common(2) for meant in (_KINDS, _SIDES))
    if not kinds:
        return bones[0].rpartition(":")[2] if bones else "Limb"
    # what holds bones of both sides is in the middle
    side = sides[0][0] if len(sides) == 1 else ""
    return f"{side} {kinds[0][0]}".strip().capitalize()


def _words(name: str) -> list[str]:
    """The words of a bone's name.

    "mixamorig:LeftForeArm" has mixamorig, left, fore, arm.
    """
    return [word.lower() for word in _WORD.findall(name.rpartition(":")[2])]


def _votes(words: Sequence[set[str]], meant: Mapping[str, tuple[str, ...]]) -> Counter[str]:
    """How many bones speak of what."""
    return Counter(key for of_bone in words for key, said in meant.items() if of_bone & set(said))


def _numbered(called: Mapping[int, str], size: Mapping[int, int]) -> tuple[dict[int, int], list[str]]:
    """The number of each limb's part, the trunk being 0, and names from part 1 on.

    Of limbs that are called the same small ones are one with the largest, as a foot that hangs on its own handle is
    with the leg. Others are told apart by a number: "Left leg", "Left leg 2".
    """
    number, names = {TRUNK: 0}, []
    count: Counter[str] = Counter()
    first: dict[str, int] = {}
    for limb in sorted(called, key=lambda limb: (-size[limb], limb)):
        name = called[limb]
        if name in first and size[limb] <= _SMALL:
            number[limb] = first[name]
            continue
        count[name] += 1
        names.append(name if count[name] == 1 else f"{name} {count[name]}")
        number[limb] = first.setdefault(name, len(names)) if count[name] == 1 else len(names)
    return number, names
