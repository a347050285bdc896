"""What the tests in real Blender share: an empty scene for each, and Grease Pencil objects in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import bpy
import numpy as np
import pytest

from inkbetween.addon import adapter
from inkbetween.inference.drawing.contract import Attribute, Curves

# What the extension runs is tested with NumPy alone, as Blender has it; developers' tools need more.
_NEEDS = {"test_bench.py": ("cv2",), "test_training_lineart.py": ("cv2", "scipy")}
collect_ignore = [file for file, needs in _NEEDS.items() if not all(map(find_spec, needs))]

_ENDED = pytest.StashKey[int]()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[_ENDED] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Blender 4.3 as a module crashes as Python ends where a PropertyGroup with a function of its own was ever
    registered, even if it was unregistered; that would hide how the tests ended."""
    if bpy.app.version < (4, 5) and _ENDED in config.stash:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(config.stash[_ENDED])


# Called with a name and, for one layer "Lines", the drawing of each frame; returns the object, linked and active.
NewObject = Callable[..., Any]


@pytest.fixture(autouse=True)
def empty_scene() -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)


@pytest.fixture
def new_object() -> NewObject:
    def make(frames: Mapping[int, Curves] | None = None, name: str = "Drawing", layer: str = "Lines") -> Any:
        data = adapter.grease_pencil_data().new(name)
        target = data.layers.new(layer)
        for number, curves in (frames or {}).items():
            adapter.insert_frame(target, number, curves, keyframe_type="KEYFRAME")
        obj = bpy.data.objects.new(name, data)
        bpy.context.scene.collection.objects.link(obj)
        bpy.context.view_layer.objects.active = obj
        obj.select_set(True)
        return obj

    return make


@pytest.fixture
def polylines() -> Callable[..., Curves]:
    """Called with strokes (n, 3), returns them as poly curves, as a pen would have drawn them."""

    def make(*strokes: Any, **attributes: Attribute) -> Curves:
        points = [np.asarray(s, np.float32).reshape(-1, 3) for s in strokes]
        offsets = np.cumsum([0] + [len(p) for p in points]).astype(np.int32)
        position = np.concatenate([np.zeros((0, 3), np.float32), *points])
        count = len(points)
        return Curves(
            offsets,
            {
                "position": Attribute("POINT", "FLOAT_VECTOR", position),
                "curve_type": Attribute("CURVE", "INT8", np.full(count, 1, np.int8)),
                "cyclic": Attribute("CURVE", "BOOLEAN", np.zeros(count, bool)),
                "material_index": Attribute("CURVE", "INT", np.zeros(count, np.int32)),
                "radius": Attribute("POINT", "FLOAT", np.full(len(position), 0.01, np.float32)),
                "opacity": Attribute("POINT", "FLOAT", np.ones(len(position), np.float32)),
                **attributes,
            },
        )

    return make


@pytest.fixture
def blenders_points() -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """Called with an object, returns the points of its drawing as Blender evaluates them, and their attribute "place",
    by way of geometry nodes."""

    def evaluated(obj: Any) -> tuple[np.ndarray, np.ndarray]:
        tree = bpy.data.node_groups.new("evaluate", "GeometryNodeTree")
        tree.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
        names = ("ObjectInfo", "GreasePencilToCurves", "RealizeInstances", "CurveToPoints", "PointsToVertices")
        nodes = [tree.nodes.new(f"GeometryNode{name}") for name in names] + [tree.nodes.new("NodeGroupOutput")]
        nodes[0].inputs["Object"].default_value = obj
        nodes[3].mode = "EVALUATED"
        tree.links.new(nodes[0].outputs["Geometry"], nodes[1].inputs[0])
        for previous, following in pairwise(nodes[1:]):
            tree.links.new(previous.outputs[0], following.inputs[0])
        helper = bpy.data.objects.new("helper", bpy.data.meshes.new("helper"))
        bpy.context.scene.collection.objects.link(helper)
        helper.modifiers.new("evaluate", "NODES").node_group = tree
        mesh = helper.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
        position, place = np.zeros(len(mesh.vertices) * 3, np.float32), np.zeros(len(mesh.vertices), np.float32)
        mesh.vertices.foreach_get("co", position)
        mesh.attributes["place"].data.foreach_get("value", place)
        return position.reshape(-1, 3), place

    return evaluated
