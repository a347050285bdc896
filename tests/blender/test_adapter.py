"""Drawings to arrays and back: not one bit may change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from inkbetween.addon import adapter
from inkbetween.inference.drawing.contract import Attribute, Curves

WIDTHS = {
    "FLOAT": (1, np.float32),
    "INT": (1, np.int32),
    "INT8": (1, np.int8),
    "BOOLEAN": (1, np.bool_),
    "FLOAT2": (2, np.float32),
    "FLOAT_VECTOR": (3, np.float32),
    "FLOAT4": (4, np.float32),
    "FLOAT_COLOR": (4, np.float32),
    "BYTE_COLOR": (4, np.uint8),
    "QUATERNION": (4, np.float32),
    "FLOAT4X4": (16, np.float32),
    "INT16_2D": (2, np.int16),
    "INT32_2D": (2, np.int32),
}
KINDS = tuple(bpy.types.AttributeGroupGreasePencilDrawing.bl_rna.functions["new"].parameters["type"].enum_items.keys())


def random_values(rng: np.random.Generator, kind: str, count: int) -> np.ndarray:
    """Any bits at all: negative zero, denormals, infinities and NaN among them."""
    if kind == "STRING":
        return np.array([f"ümlaut {i}".encode() for i in rng.integers(0, 1000, count)], "S255")
    width, dtype = WIDTHS[kind]
    if dtype is np.bool_:
        values = rng.integers(0, 2, count * width).astype(bool)
    else:
        values = np.frombuffer(rng.bytes(count * width * np.dtype(dtype).itemsize), dtype).copy()
    return values.reshape(count, width) if width > 1 else values


def random_curves(seed: int, strokes: int = 40, types: tuple[int, ...] = (0, 1, 2, 3)) -> Curves:
    rng = np.random.default_rng(seed)
    offsets = np.concatenate([[0], np.cumsum(rng.integers(1, 9, strokes))]).astype(np.int32)
    size = {"POINT": int(offsets[-1]), "CURVE": strokes}
    attributes = {
        "position": Attribute("POINT", "FLOAT_VECTOR", random_values(rng, "FLOAT_VECTOR", size["POINT"])),
        "curve_type": Attribute("CURVE", "INT8", rng.choice(types, strokes).astype(np.int8)),
        "cyclic": Attribute("CURVE", "BOOLEAN", random_values(rng, "BOOLEAN", strokes)),
        "material_index": Attribute("CURVE", "INT", rng.integers(0, 9, strokes).astype(np.int32)),
        "fill_color": Attribute("CURVE", "FLOAT_COLOR", random_values(rng, "FLOAT_COLOR", strokes)),
        "vertex_color": Attribute("POINT", "FLOAT_COLOR", random_values(rng, "FLOAT_COLOR", size["POINT"])),
        ".selection": Attribute("CURVE", "BOOLEAN", random_values(rng, "BOOLEAN", strokes)),
    }
    for side in ("left", "right"):
        handle = Attribute("POINT", "FLOAT_VECTOR", random_values(rng, "FLOAT_VECTOR", size["POINT"]))
        kinds = Attribute("POINT", "INT8", rng.integers(0, 4, size["POINT"]).astype(np.int8))
        attributes |= {f"handle_{side}": handle, f"handle_type_{side}": kinds}
    for kind in KINDS:
        attributes[f"точки {kind}"] = Attribute("POINT", kind, random_values(rng, kind, size["POINT"]))
        attributes[f".strokes {kind}"] = Attribute("CURVE", kind, random_values(rng, kind, strokes))
    return Curves(offsets, attributes)


def bits(curves: Curves) -> dict[str, Any]:
    """Everything that must not change, comparable: NaN is equal to itself here."""
    attributes = {
        name: (a.domain, a.kind, a.values.dtype, a.values.shape, a.values.tobytes())
        for name, a in curves.attributes.items()
    }
    return {"": curves.offsets.tolist(), **attributes}


@pytest.fixture
def drawing(new_object: Callable[..., Any]) -> Any:
    return new_object().data.layers[0].frames.new(1).drawing


def test_this_test_knows_all_kinds_of_attributes() -> None:
    assert set(KINDS) <= {*WIDTHS, "STRING"}


@pytest.mark.parametrize("seed", range(3))
def test_round_trip_is_bit_exact(drawing: Any, seed: int) -> None:
    curves = random_curves(seed)
    adapter.write_curves(drawing, curves)
    assert bits(adapter.read_curves(drawing)) == bits(curves)


def test_writing_replaces_all_that_was_there(drawing: Any) -> None:
    adapter.write_curves(drawing, random_curves(1))
    second = random_curves(2, strokes=7)
    # The same names with other kinds and domains must not get in each other's way.
    swapped = {f"точки {kind}": second.attributes[f".strokes {kind}"] for kind in KINDS}
    second = replace(second, attributes={**second.attributes, **swapped})
    adapter.write_curves(drawing, second)
    assert bits(adapter.read_curves(drawing)) == bits(second)


def test_an_empty_drawing_survives(drawing: Any) -> None:
    adapter.write_curves(drawing, random_curves(1))
    adapter.write_curves(drawing, Curves(np.zeros(1, np.int32)))
    empty = adapter.read_curves(drawing)
    assert (empty.stroke_count, empty.point_count) == (0, 0)
    assert {a.values.size for a in empty.attributes.values()} <= {0}
    adapter.write_curves(drawing, empty)
    assert bits(adapter.read_curves(drawing)) == bits(empty)


def test_every_byte_of_a_byte_color_survives(drawing: Any) -> None:
    values = np.arange(256, dtype=np.uint8).reshape(64, 4)
    offsets = np.array([0, 64], np.int32)
    position = Attribute("POINT", "FLOAT_VECTOR", np.zeros((64, 3), np.float32))
    adapter.write_curves(
        drawing, Curves(offsets, {"position": position, "tint": Attribute("POINT", "BYTE_COLOR", values)})
    )
    assert (adapter.read_curves(drawing).attributes["tint"].values == values).all()


def test_what_blender_draws_reads_as_drawn(drawing: Any) -> None:
    drawing.add_strokes([3, 2])
    points = drawing.strokes[1].points
    points[0].position, points[0].radius = (1.0, 2.0, 3.0), 0.25
    drawing.strokes[1].cyclic = True
    curves = adapter.read_curves(drawing)
    assert curves.offsets.tolist() == [0, 3, 5]
    assert curves.attributes["position"].values[3].tolist() == [1.0, 2.0, 3.0]
    assert curves.attributes["radius"].values[3] == np.float32(0.25)
    assert curves.attributes["cyclic"].values.tolist() == [False, True]
    assert curves.attributes["curve_type"].values.tolist() == [1, 1]


def test_a_saved_file_brings_back_the_same_bits(drawing: Any, tmp_path: Path) -> None:
    curves = random_curves(4)
    adapter.write_curves(drawing, curves)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "saved.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "saved.blend"))
    loaded = adapter.grease_pencil_data()["Drawing"].layers[0].frames[0].drawing
    assert bits(adapter.read_curves(loaded)) == bits(curves)


def test_custom_knots_become_endpoint_knots(drawing: Any) -> None:
    """Blender gives no access to custom knots, and crashes on a NURBS stroke that should have some and has none."""
    curves = random_curves(5, strokes=4, types=(3,))
    types = Attribute("CURVE", "INT8", np.array([3, 3, 1, 3], np.int8))
    modes = Attribute("CURVE", "INT8", np.array([4, 2, 4, 0], np.int8))
    curves = replace(curves, attributes={**curves.attributes, "curve_type": types, "knots_mode": modes})
    adapter.write_curves(drawing, curves)
    assert adapter.read_curves(drawing).attributes["knots_mode"].values.tolist() == [1, 2, 4, 0]


def test_one_attribute_alone(drawing: Any) -> None:
    curves = random_curves(6)
    adapter.write_curves(drawing, curves)
    mark = Attribute("CURVE", "INT", np.arange(40, dtype=np.int32))
    adapter.set_attribute(drawing, "mark", mark)
    assert adapter.has_attribute(drawing, "mark")
    marked = replace(curves, attributes={**curves.attributes, "mark": mark})
    assert bits(adapter.read_curves(drawing)) == bits(marked)
    assert adapter.remove_attribute(drawing, "mark")
    assert not adapter.remove_attribute(drawing, "mark")
    assert bits(adapter.read_curves(drawing)) == bits(curves)


def test_an_attribute_blender_refuses_is_named(drawing: Any) -> None:
    position = Attribute("CURVE", "FLOAT", np.zeros(1, np.float32))
    good = Attribute("POINT", "FLOAT_VECTOR", np.zeros((1, 3), np.float32))
    adapter.write_curves(drawing, Curves(np.array([0, 1], np.int32), {"position": good}))
    with pytest.raises(adapter.AdapterError, match='"position" must be FLOAT_VECTOR on POINT, not FLOAT'):
        adapter.set_attribute(drawing, "position", position)
