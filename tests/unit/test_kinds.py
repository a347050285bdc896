"""What strokes are of one kind: the same in both keys, whatever materials and layers else there are in either."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.drawing.strokes import Strokes
from inkbetween.inference.tween.engines import settings_of
from inkbetween.inference.tween.plan import plan_tween


def lines(heights: list[float], material: list[int], layer: list[int]) -> Drawing:
    """Level lines from 0 to 200 at these heights."""
    strokes = [np.stack([np.linspace(0, 200, 21), np.full(21, y)], 1) for y in heights]
    drawing = Drawing.from_strokes(strokes)
    return replace(drawing, material=np.array(material, np.int32), layer=np.array(layer, np.int64))


def test_kinds_are_numbered_alike_in_every_drawing() -> None:
    named = [(material, layer) for layer in (0, 1, 3) for material in (-1, 0, 1, 2, 7, 2**31 - 1)]
    everything = lines([0.0] * len(named), *map(list, zip(*named, strict=True)))
    kinds = dict(zip(named, Strokes.of(everything, everything.xy).kind.tolist(), strict=True))
    assert len(set(kinds.values())) == len(named)
    for material, layer in named:
        alone = lines([0.0], [material], [layer])
        assert Strokes.of(alone, alone.xy).kind.tolist() == [kinds[material, layer]]


@pytest.mark.parametrize("engine", ["LEARNED", "CLASSICAL"])
def test_more_materials_on_another_layer_change_nothing(engine: str) -> None:
    """A line of the second material has a line of either beside it; on the layer below, key b has a material more."""
    a = lines([0.0, 150.0], [1, 1], [1, 0])
    b = lines([4.0, -4.0, 150.0, 180.0], [1, 0, 1, 2], [1, 1, 0, 0])
    half = plan_tween(a, b, settings=settings_of(engine)).at(0.499)
    heights = [half.stroke(k)[:, 1].mean() for k in range(half.stroke_count) if half.layer is None or half.layer[k]]
    assert heights == pytest.approx([4.0 * 0.499], abs=0.1)
