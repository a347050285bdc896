"""Where layers and objects lie at some frames, wherever the playhead stands.

Nothing is evaluated where nothing may move them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import adapter
from .animation import is_animated
from .stage import apart

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ...inference.drawing.placement import Placement

# Parents that carry a child by their shape, which anything may change.
_BY_SHAPE = ("VERTEX", "VERTEX_3")


def read_placements(
    scene: Any, obj: Any, layers: Sequence[Any], frames: Sequence[int], held: bool = False
) -> list[Placement]:
    """Where layers of a Grease Pencil object lie at some frames.

    One frame or more, as Blender draws them then. If `held`, where they would lie with their own transforms as these
    are now, so that only the object or a parent carries them.
    """
    import numpy as np

    from ...inference.drawing.placement import Placement

    if not _layers_may_move(obj, layers):
        return [Placement.still(adapter.layer_matrix(obj, layer)) for layer in layers]
    numbers = [list(obj.data.layers).index(layer) for layer in layers]
    matrices = np.zeros((len(layers), len(frames), 4, 4))
    with apart(scene) as stage:
        stage.follow(obj)
        holder = stage.hold(obj.data)
        for carrier in dict.fromkeys(carrier_of(obj, layer) for layer in layers):
            stage.follow(*carrier)  # holding the data evaluates no pose that a layer hangs on
        for moment, frame in enumerate(frames):
            stage.go(frame)
            there, shown = stage.evaluated(obj), stage.evaluated(holder).data.layers
            for row, number in enumerate(numbers):
                matrices[row, moment] = adapter.layer_matrix(there, shown[number])
                if held:
                    own = np.array(shown[number].matrix_local.inverted_safe() @ layers[row].matrix_local)
                    matrices[row, moment] = matrices[row, moment] @ own
    return [Placement.of(frames, row) for row in matrices]


def read_matrices(scene: Any, objects: Sequence[Any], frame: int) -> list[NDArray[np.float64]]:
    """(4, 4) for each object where it is at a frame."""
    import numpy as np

    moving = [obj for obj in objects if _may_move(obj)]
    out = {obj: np.array(obj.matrix_world, np.float64) for obj in objects}
    if moving:
        with apart(scene) as stage:
            followers = [stage.follow(obj) for obj in moving]
            stage.go(frame)
            out |= {obj: np.array(stage.matrix(one), np.float64) for obj, one in zip(moving, followers, strict=True)}
    return [out[obj] for obj in objects]


def carrier_of(obj: Any, layer: Any) -> tuple[Any, str]:
    """The object, and the bone of it if any, that takes a layer's strokes along."""
    parent = layer.parent
    if parent is None:
        return obj, ""
    bones = parent.pose.bones if parent.type == "ARMATURE" and parent.pose is not None else {}
    return parent, layer.parent_bone if layer.parent_bone in bones else ""


def _layers_may_move(obj: Any, layers: Sequence[Any]) -> bool:
    return is_animated(obj.data) or any(_may_move(*carrier_of(obj, layer)) for layer in layers)


def _may_move(obj: Any, bone: str = "") -> bool:
    """Whether anything may move an object, or a bone of it."""
    if bone and _pose_may_move(obj):
        return True
    while obj is not None:
        if is_animated(obj) or len(obj.constraints) or obj.rigid_body is not None or obj.parent_type in _BY_SHAPE:
            return True
        parent = obj.parent
        if parent is not None and (is_animated(parent.data) or (obj.parent_type == "BONE" and _pose_may_move(parent))):
            return True
        obj = parent
    return False


def _pose_may_move(armature: Any) -> bool:
    """Whether anything may move bones.

    An action of the armature object moves the object, too, as far as is known.
    """
    return is_animated(armature) or any(len(bone.constraints) for bone in armature.pose.bones)
