"""What the animator said of strokes, by their shape, so that it is found again.

Nothing is written on the drawings. A stroke is known by its print: its geometry, whatever its width or colour. One that
was redrawn is another stroke, and what was said of it is lost.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..drawing.contract import Curves
from .bindings import NO_BONE

_SHAPE = ("position", "handle_left", "handle_right")
_BITS = 0x7FFFFFFF

Keys = Mapping[str, Mapping[int, Curves]]
"""The keys of some layers, by the layer's name and the frame."""


@dataclass(frozen=True)
class Saying:
    """A stroke belongs to a bone: `layer`, `frame`, the `stroke`'s print, the `bone`.

    The layer is told by name, the frame is the key's, the bone is told by its code.
    """

    layer: str
    frame: int
    stroke: int
    bone: int


@dataclass(frozen=True)
class FoundAgain:
    """What was said, as it stands now.

    bones  by layer, frame and number of the stroke, the name of the bone, `NO_BONE` for none
    lost   sayings whose key is there but no longer has the stroke
    alien  how many name a bone that this guide does not have, or another armature
    """

    bones: Mapping[str, Mapping[int, Mapping[int, str]]]
    lost: tuple[Saying, ...] = ()
    alien: int = 0

    @property
    def count(self) -> int:
        """How many strokes are bound as was said."""
        return sum(len(strokes) for frames in self.bones.values() for strokes in frames.values())


def bone_code(armature: str, bone: str) -> int:
    """A number from 1 to 2^31 - 1 for a bone, the same in every session."""
    return (zlib.crc32(f"{armature}\0{bone}".encode()) & _BITS) or 1


def stroke_prints(curves: Curves) -> NDArray[np.int64]:
    """(S,) a number from 1 to 2^31 - 1 for each stroke's shape.

    Strokes of the very same shape have the same number.
    """
    shapes = [curves.attributes[name].values for name in _SHAPE if name in curves.attributes]
    shapes = [np.ascontiguousarray(values) for values in shapes if len(values) == curves.point_count]
    closed = curves.attributes.get("cyclic")
    flags = np.zeros(curves.stroke_count, bool) if closed is None else closed.values.astype(bool)
    offsets = curves.offsets
    out = np.zeros(curves.stroke_count, np.int64)
    for stroke, flag in enumerate(flags.tolist()):
        code = int(flag)
        for values in shapes:
            code = zlib.crc32(values[offsets[stroke] : offsets[stroke + 1]].tobytes(), code)
        out[stroke] = (code & _BITS) or 1
    return out


def put_right(sayings: Sequence[Saying], keys: Keys, frames: Mapping[str, Collection[int]]) -> list[Saying]:
    """The same sayings, with the frames of keys that have since moved in time.

    frames  of all that starts on the layers, whether it is among the `keys` or not
    """
    prints = {(layer, f): set(stroke_prints(c).tolist()) for layer, drawn in keys.items() for f, c in drawn.items()}
    out = []
    for saying in sayings:
        if saying.frame not in frames.get(saying.layer, ()):
            there = [f for f in sorted(keys.get(saying.layer, ())) if saying.stroke in prints[saying.layer, f]]
            if there:
                saying = replace(saying, frame=min(there, key=lambda f: abs(f - saying.frame)))
        out.append(saying)
    return out


def found_again(
    sayings: Sequence[Saying], keys: Keys, frames: Mapping[str, Collection[int]], armature: str, bones: Sequence[str]
) -> FoundAgain:
    """What was said of the strokes of `keys` and the bones of an armature.

    `frames` as given to `put_right`.
    """
    names = {bone_code(armature, bone): bone for bone in (*bones, NO_BONE)}
    numbers: dict[tuple[str, int], dict[int, list[int]]] = {}
    for layer, drawn in keys.items():
        for frame, curves in drawn.items():
            by_print = numbers.setdefault((layer, frame), {})
            for stroke, code in enumerate(stroke_prints(curves).tolist()):
                by_print.setdefault(code, []).append(stroke)
    found: dict[str, dict[int, dict[int, str]]] = {}
    lost: list[Saying] = []
    alien = 0
    for said, now in zip(sayings, put_right(sayings, keys, frames), strict=True):
        key = numbers.get((now.layer, now.frame))
        if key is None:
            continue
        if now.stroke not in key:
            lost.append(said)
        elif now.bone not in names:
            alien += 1
        else:
            strokes = found.setdefault(now.layer, {}).setdefault(now.frame, {})
            strokes.update(dict.fromkeys(key[now.stroke], names[now.bone]))
    return FoundAgain(found, tuple(lost), alien)
