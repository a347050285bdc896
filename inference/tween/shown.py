"""What an overlay shows of a guide: its bones on the drawing, and what they hold.

It is made once for a gap, then asked cheaply for any frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..drawing.contract import Drawing
from ..drawing.plane import Plane
from ..drawing.strokes import Strokes
from ..geometry.points import Array, Complex, Index, to_complex, to_plane
from ..geometry.units import Units
from ..intent.bindings import FREE
from ..leads.guided.carried import Guided, divided
from ..skeletons.belonging import Belonging
from ..skeletons.body_parts import Part, Parts, body_parts
from ..skeletons.held import Held
from ..skeletons.limbs import Frames
from ..skeletons.rig import Rig

FAINT = 0.3
"""Opacity of bones that draw nothing."""
RING = 4.0
"""Engine units: as large are the rings around joints."""
_TURN = np.exp(2j * np.pi * np.arange(9) / 8)

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Lines:
    """Short lines, n of them, with a colour at each end.

    points   (2 n, 3) float32, their ends in the layer's space
    colours  (2 n, 4) float32, sRGB and opacity
    """

    points: Floats
    colours: Floats

    @property
    def count(self) -> int:
        return len(self.points) // 2

    def tinted(self, colour: tuple[float, float, float, float]) -> Lines:
        """The same lines in one colour, as opaque as that and they are."""
        tint = np.tile(np.array(colour, np.float32), (len(self.points), 1))
        tint[:, 3] *= self.colours[:, 3]
        return Lines(self.points, tint)


@dataclass(frozen=True)
class Sketch:
    """What is drawn over one frame.

    Bones and rings around their joints; strokes coloured by what holds them; and once more those bound by hand.
    """

    bones: Lines
    joints: Lines
    strokes: Lines
    by_hand: Lines


class Looked(Protocol):
    """A gap from frame `start` to `end`, and the parts that hold its strokes."""

    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...
    @property
    def legend(self) -> tuple[Part, ...]: ...
    def at(self, frame: float) -> Sketch: ...
    def tally(self, frame: float) -> list[tuple[Part, int]]: ...
    def by_hand(self, frame: float) -> int: ...


@dataclass(frozen=True)
class _Key:
    """A key to be coloured: Q places z on S strokes, `depth` off the plane.

    held, coloured  (Q, 3)
    part            (S,) that most of a stroke belongs to
    by_hand         (S,) bool
    """

    frame: float
    strokes: Strokes
    z: Complex
    depth: Array
    held: Held
    colour: Array
    part: Index
    by_hand: NDArray[np.bool_]

    @cached_property
    def edges(self) -> Index:
        """(n,) places from which a stroke goes on to the next."""
        owner = self.strokes.owner
        return np.flatnonzero(owner[1:] == owner[:-1])


@dataclass(frozen=True)
class Look:
    """A gap's guide and keys; its frames are those from `start` to `end`."""

    guided: Guided
    parts: Parts
    draws: NDArray[np.bool_]
    keys: tuple[_Key, _Key]
    plane: Plane
    depth: float
    unit: float

    @property
    def legend(self) -> tuple[Part, ...]:
        return self.parts.parts

    @property
    def start(self) -> float:
        return self.guided.frame_a

    @property
    def end(self) -> float:
        return self.guided.frame_b

    def at(self, frame: float) -> Sketch:
        """What to draw over a frame.

        The strokes are the nearer key's, where its bones have carried them by then.
        """
        bones = self.guided.limbs.at(frame)
        key = self._key(frame)
        z = key.z if frame == key.frame else key.held.moved(key.z, self.guided.limbs.at(key.frame), bones)[0]
        by_hand = key.edges[key.by_hand[key.strokes.owner[key.edges]]]
        return Sketch(
            *self._bones(bones),
            joined_lines(self.plane, z, key.depth, key.colour, key.edges),
            joined_lines(self.plane, z, key.depth, key.colour, by_hand),
        )

    def tally(self, frame: float) -> list[tuple[Part, int]]:
        """The parts with bones, and how many strokes most belong to each.

        The strokes are the nearer key's.
        """
        count = np.bincount(self._key(frame).part, minlength=len(self.parts.parts))
        return list(zip(self.parts.parts, count.tolist(), strict=True))

    def by_hand(self, frame: float) -> int:
        """How many strokes of the nearer key the animator bound."""
        return int(self._key(frame).by_hand.sum())

    def _key(self, frame: float) -> _Key:
        return self.keys[0] if frame - self.start < self.end - frame else self.keys[1]

    def _bones(self, bones: Frames) -> tuple[Lines, Lines]:
        """The bones and rings around their joints; those that draw something lie on top."""
        order = np.argsort(self.draws, kind="stable")
        head, tail = bones.head[order], (bones.head + bones.along)[order]
        table = np.array([part.colour for part in self.parts.parts])
        tint = np.column_stack([table[self.parts.of_bone[order]], np.where(self.draws[order], 1.0, FAINT)])
        ends = np.stack([head, tail], 1)
        tint = np.repeat(tint, 2, axis=0)
        lines = lifted(self.plane, ends.ravel(), np.full(ends.size, self.depth), tint)
        return lines, rings(self.plane, ends.ravel(), self.depth, tint, self.unit)


def lifted(plane: Plane, z: Complex, depth: Array, colours: Array) -> Lines:
    """Lines whose ends z (2 n,) lie `depth` (2 n,) off the plane; colours (2 n, 4)."""
    return Lines(plane.lift(to_plane(z), depth).astype(np.float32), colours.astype(np.float32))


def joined_lines(plane: Plane, z: Complex, depth: Array, colour: Array, edges: Index) -> Lines:
    """Lines from places `edges` (n,) to the next; z, depth (Q,), colour (Q, 3)."""
    rows = np.stack([edges, edges + 1], 1).ravel()
    return lifted(plane, z[rows], depth[rows], np.column_stack([colour[rows], np.ones(len(rows))]))


def rings(plane: Plane, z: Complex, depth: float, tint: Array, unit: float) -> Lines:
    """Rings around places z (n,) in colours (n, 4); `unit` is an engine unit."""
    ring = z[:, None] + RING * unit * _TURN
    circle = np.stack([ring[:, :-1], ring[:, 1:]], 2).ravel()
    return lifted(plane, circle, np.full(len(circle), depth), np.repeat(tint, 2 * (len(_TURN) - 1), axis=0))


def look_of(guided: Guided, key_b: Drawing, plane: Plane, rig: Rig) -> Look:
    """What is seen of bound keys in their plane; `rig` is the guide as it was read."""
    parts = body_parts(rig)
    units = Units.of(guided.key_a.xy, key_b.xy)
    said = (None, None) if guided.said is None else (guided.said.a, guided.said.b)
    step = units.length_to_scene(guided.step)
    keys = (
        _key(guided.frame_a, divided(guided.key_a, step), guided.parts.a, parts, said[0]),
        _key(guided.frame_b, divided(key_b, step), guided.parts.b, parts, said[1]),
    )
    depth = float(np.median(np.concatenate([key.depth for key in keys])))
    draws = np.zeros(len(parts.of_bone) - 1, bool)
    for belonging in (guided.parts.a, guided.parts.b):
        draws |= (belonging.weight[:, :-1] > 0.5).any(0)
    return Look(guided, parts, draws, keys, plane, depth, units.one)


def _key(frame: float, drawing: Drawing, belonging: Belonging, parts: Parts, said: Index | None) -> _Key:
    strokes = Strokes.of(drawing, drawing.xy)
    weight = belonging.along(strokes, strokes.owner, strokes.reach)
    table = np.array([part.colour for part in parts.parts])
    share = np.zeros((strokes.count, len(table)))
    samples = belonging.samples
    for bone, part in enumerate(parts.of_bone.tolist()):
        ink = samples.weight + 1e-9  # a dot has no length, and belongs somewhere all the same
        share[:, part] += np.bincount(samples.stroke, ink * belonging.weight[:, bone], strokes.count)
    return _Key(
        frame,
        strokes,
        to_complex(strokes.xy),
        drawing.depth[strokes.point],
        Held.of(weight),
        weight @ table[parts.of_bone],
        share.argmax(1)[share.any(1)],
        np.zeros(strokes.count, bool) if said is None else said != FREE,
    )
