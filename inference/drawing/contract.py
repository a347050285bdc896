"""The data contract: what a drawing is, to Blender and to the engine.

`Curves` is an exact copy of a Blender drawing (every attribute, in its own type, in layer space).
`Drawing` is what the engine works on: polylines in a drawing plane. `inference.curves` turns one into the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..geometry.points import Array, Index, Mask
from ..geometry.ragged import Ragged

Domain = Literal["POINT", "CURVE"]


class DrawingError(ValueError):
    """A drawing that cannot be worked on.

    The message says what is wrong, where, and what to do.
    """


@dataclass(frozen=True)
class Attribute:
    """One named attribute of all points or all strokes of a drawing.

    `kind` is Blender's attribute data type ("FLOAT", "FLOAT_COLOR", "INT8", ...);
    `values` is (N,) or (N, k) in the matching NumPy type.
    """

    domain: Domain
    kind: str
    values: NDArray


@dataclass(frozen=True)
class Curves:
    """A Grease Pencil drawing, bit for bit.

    `offsets` (S+1,) int32 and every attribute by name, "position" included.
    """

    offsets: NDArray[np.int32]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)

    @property
    def stroke_count(self) -> int:
        return max(len(self.offsets) - 1, 0)

    @property
    def point_count(self) -> int:
        return int(self.offsets[-1]) if len(self.offsets) else 0


@dataclass(frozen=True)
class Drawing:
    """Polylines in a drawing plane.

    xy          (P, 2) float64, position in the plane, scene units
    depth       (P,) float64, distance off the plane, scene units
    offsets     (S+1,) int64, stroke s owns the points offsets[s]:offsets[s+1]
    cyclic      (S,) bool
    material    (S,) int32, material slot
    attributes  everything else an artist may have set: radius, opacity, vertex_color, fill_color, softness, ...
    filled      (S,) bool, the stroke bounds a fill, or None where no stroke does
    layer       (S,) int64, number of the layer the stroke lies on, or None where all lie on one; strokes of different
                layers never become each other, but move together where they are drawn together
    """

    xy: Array
    depth: Array
    offsets: NDArray[np.int64]
    cyclic: NDArray[np.bool_]
    material: NDArray[np.int32]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    filled: NDArray[np.bool_] | None = None
    layer: NDArray[np.int64] | None = None

    @property
    def stroke_count(self) -> int:
        return len(self.offsets) - 1

    @property
    def point_count(self) -> int:
        return len(self.xy)

    @cached_property
    def rows(self) -> Ragged:
        """Which points are whose."""
        return Ragged(self.offsets)

    @property
    def stroke_of_point(self) -> NDArray[np.int64]:
        """(P,) which stroke each point belongs to."""
        return self.rows.owner

    def stroke(self, index: int) -> Array:
        """(n, 2) the points of one stroke."""
        return self.xy[self.rows.row(index)]

    def with_points(self, xy: Array, depth: Array | None = None) -> Drawing:
        """The same strokes with their points elsewhere."""
        return replace(self, xy=xy, depth=self.depth if depth is None else depth)

    def picked(self, strokes: Index | Mask) -> Drawing:
        """Some strokes, in the order asked for, with all that they and their points carry."""
        rows, points = self.rows.picked(strokes)
        of_domain = {"POINT": points, "CURVE": strokes}
        return Drawing(
            self.xy[points],
            self.depth[points],
            rows.offsets,
            self.cyclic[strokes],
            self.material[strokes],
            {name: replace(one, values=one.values[of_domain[one.domain]]) for name, one in self.attributes.items()},
            None if self.filled is None else self.filled[strokes],
            None if self.layer is None else self.layer[strokes],
        )

    @staticmethod
    def from_strokes(strokes: Sequence[Array], cyclic: Sequence[bool] | None = None) -> Drawing:
        """A drawing of bare polylines, each (n, 2); for tests, benchmarks and tools."""
        rows = Ragged.of([len(s) for s in strokes])
        count = rows.count
        xy = np.concatenate([np.asarray(s, float).reshape(-1, 2) for s in strokes]) if count else np.zeros((0, 2))
        closed = np.zeros(count, bool) if cyclic is None else np.asarray(cyclic, bool)
        return Drawing(xy, np.zeros(rows.total), rows.offsets, closed, np.zeros(count, np.int32))

    def check(self) -> None:
        """Raise `DrawingError` where shapes disagree or a coordinate is not finite."""
        if len(self.offsets) < 1 or self.offsets[-1] != len(self.xy) or np.any(np.diff(self.offsets) < 0):
            raise DrawingError(
                "The drawing's stroke offsets do not fit its points; re-save the file or redraw the key."
            )
        if len(self.depth) != len(self.xy) or len(self.cyclic) != self.stroke_count:
            raise DrawingError("The drawing's arrays differ in length; re-save the file or redraw the key.")
        bad = ~np.isfinite(self.xy).all(1) | ~np.isfinite(self.depth)
        if bad.any():
            stroke = int(self.stroke_of_point[np.flatnonzero(bad)[0]])
            raise DrawingError(
                f"{int(bad.sum())} points have a coordinate that is no finite number, first in stroke {stroke + 1}; "
                "delete or redraw that stroke."
            )
