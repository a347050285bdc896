"""A stack of layers as one drawing, and each layer's strokes out of it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..geometry.ragged import Ragged
from .contract import Drawing
from .conversion import unified


def stack(drawings: Mapping[int, Drawing]) -> Drawing:
    """The stack of several layers' strokes as one drawing.

    `drawings` come by the number of their layer, in drawing order.

    The strokes keep their order and know their layer. All get the same attributes (see `unified`), except "position",
    which means something else in every layer's space and is left out.
    """
    layers = [
        replace(_without_positions(drawing), layer=np.full(drawing.stroke_count, number, np.int64))
        for number, drawing in drawings.items()
    ]
    if not layers:
        raise ValueError("There is no layer to stack.")
    return joined(layers)


def joined(drawings: Sequence[Drawing]) -> Drawing:
    """One drawing of the strokes of several, in their order.

    They have the same attributes (see `unified`).
    """
    parts = unified(drawings)
    attributes = {
        name: replace(like, values=np.concatenate([part.attributes[name].values for part in parts]))
        for name, like in parts[0].attributes.items()
    }
    filled = [np.zeros(part.stroke_count, bool) if part.filled is None else part.filled for part in parts]
    layer = [np.zeros(part.stroke_count, np.int64) if part.layer is None else part.layer for part in parts]
    return Drawing(
        xy=np.concatenate([part.xy for part in parts]),
        depth=np.concatenate([part.depth for part in parts]),
        offsets=Ragged.of(np.concatenate([part.rows.counts for part in parts])).offsets,
        cyclic=np.concatenate([part.cyclic for part in parts]),
        material=np.concatenate([part.material for part in parts]),
        attributes=attributes,
        filled=None if all(part.filled is None for part in parts) else np.concatenate(filled),
        layer=None if all(part.layer is None for part in parts) else np.concatenate(layer),
    )


def take(drawing: Drawing, layer: int) -> Drawing:
    """The strokes of one layer, in their order.

    Raises ValueError if the strokes of the drawing know no layer.
    """
    if drawing.layer is None:
        raise ValueError("The strokes of this drawing know no layer.")
    return drawing.picked(np.flatnonzero(drawing.layer == layer))


def _without_positions(drawing: Drawing) -> Drawing:
    return replace(drawing, attributes={n: a for n, a in drawing.attributes.items() if n != "position"})
