"""Layers stacked to one drawing, and taken out of it again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Attribute, Drawing
from inkbetween.inference.drawing.layers import stack, take


def drawing(counts: list[int], seed: int, filled: bool | None = None, **attributes: Attribute) -> Drawing:
    rng = np.random.default_rng(seed)
    bare = Drawing.from_strokes([rng.normal(size=(n, 2)) for n in counts], [n > 3 for n in counts])
    return replace(
        bare,
        depth=rng.normal(size=bare.point_count),
        material=rng.integers(0, 5, bare.stroke_count).astype(np.int32),
        attributes={"radius": Attribute("POINT", "FLOAT", rng.random(bare.point_count, np.float32)), **attributes},
        filled=None if filled is None else np.full(bare.stroke_count, filled),
    )


def same(one: Drawing, two: Drawing) -> bool:
    arrays = ("xy", "depth", "offsets", "cyclic", "material")
    return all(np.array_equal(getattr(one, name), getattr(two, name)) for name in arrays)


LINES, NOTHING, FILLS = drawing([2, 5, 1], 0, False), drawing([], 1), drawing([4, 3], 2, True)


def test_what_was_stacked_is_taken_out_again() -> None:
    stacked = stack({2: FILLS, 5: NOTHING, 7: LINES})
    stacked.check()
    assert stacked.layer is not None
    assert stacked.layer.tolist() == [2, 2, 7, 7, 7]
    assert stacked.filled is not None
    assert stacked.filled.tolist() == [True, True, False, False, False]
    for layer, drawn in ((2, FILLS), (5, NOTHING), (7, LINES)):
        taken = take(stacked, layer)
        taken.check()
        assert same(taken, drawn)
        assert np.array_equal(taken.attributes["radius"].values, drawn.attributes["radius"].values)
    assert take(stacked, 3).stroke_count == 0


def test_strokes_of_a_layer_need_not_lie_together() -> None:
    stacked = replace(stack({0: LINES, 1: FILLS}), layer=np.array([1, 0, 1, 0, 1]))
    lines = take(stacked, 0)
    assert lines.offsets.tolist() == [0, 5, 9]
    assert np.array_equal(lines.stroke(0), LINES.stroke(1))
    assert np.array_equal(lines.stroke(1), FILLS.stroke(0))
    assert np.array_equal(lines.material, stacked.material[[1, 3]])


def test_attributes_of_one_layer_are_what_blender_assumes_on_the_others() -> None:
    opacity = Attribute("POINT", "FLOAT", np.full(FILLS.point_count, 0.5, np.float32))
    cap = Attribute("CURVE", "INT8", np.arange(LINES.stroke_count, dtype=np.int8) + 1)
    fills = replace(FILLS, attributes={**FILLS.attributes, "opacity": opacity})
    lines = replace(LINES, attributes={**LINES.attributes, "start_cap": cap})
    stacked = stack({0: fills, 1: lines})
    assert (take(stacked, 0).attributes["opacity"].values == 0.5).all()
    assert (take(stacked, 1).attributes["opacity"].values == 1.0).all()
    assert take(stacked, 0).attributes["start_cap"].values.tolist() == [0, 0]
    assert take(stacked, 1).attributes["start_cap"].values.tolist() == [1, 2, 3]


def test_positions_in_layer_space_are_left_out() -> None:
    position = Attribute("POINT", "FLOAT_VECTOR", np.zeros((LINES.point_count, 3), np.float32))
    assert "position" not in stack({0: replace(LINES, attributes={"position": position})}).attributes


def test_only_known_fills_are_fills() -> None:
    assert stack({0: NOTHING, 1: drawing([2], 3)}).filled is None
    filled = stack({0: drawing([2], 3), 1: FILLS}).filled
    assert filled is not None
    assert filled.tolist() == [False, True, True]


def test_without_layers_there_is_nothing_to_stack_or_take() -> None:
    with pytest.raises(ValueError, match="no layer"):
        stack({})
    with pytest.raises(ValueError, match="no layer"):
        take(LINES, 0)
