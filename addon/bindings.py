"""What the animator said of bindings, kept with Grease Pencil data.

It says which strokes belong to which bones.

It is kept as whole numbers of layers (attributes of the domain LAYER, hidden by the dot that their names begin with),
three for each saying: nothing else does. Drawings must stay as they are, bit for bit. Undo in Edit Mode, which knows
drawings and layers alone in Blender 4.3 to 5.2, leaves custom properties of data, object and scene as they are. And
numbers of a layer follow it when it is renamed or moved, and go when it goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from . import adapter

if TYPE_CHECKING:
    from ..inference.intent.said import Saying

_PREFIX = ".inkbetween_said_"
_FIELDS = ("frame", "stroke", "bone")


def read_sayings(data: Any) -> list[Saying]:
    """All that was said of the strokes of this data, layer by layer."""
    import numpy as np

    from ..inference.intent.said import Saying

    names = [adapter.tree_name(layer) for layer in data.layers]
    out = []
    for slot in range(_slot_count(data)):
        columns = []
        for field in _FIELDS:
            values = np.zeros(len(names), np.int32)
            attribute = data.attributes.get(_name(slot, field))
            if attribute is not None and len(attribute.data) == len(names):
                attribute.data.foreach_get("value", values)
            columns.append(values.tolist())
        out += [Saying(*row) for row in zip(names, *columns, strict=True) if row[2] and row[3]]
    return sorted(out, key=lambda saying: names.index(saying.layer))


def write_sayings(data: Any, sayings: Iterable[Saying]) -> None:
    """Replace all that was said. Sayings of layers that are not there are dropped."""
    import numpy as np

    by_layer: dict[str, list[Saying]] = {adapter.tree_name(layer): [] for layer in data.layers}
    for saying in dict.fromkeys(sayings):
        by_layer.get(saying.layer, []).append(saying)
    needed = max((len(of_layer) for of_layer in by_layer.values()), default=0)
    for slot in range(needed, _slot_count(data)):
        for field in _FIELDS:
            attribute = data.attributes.get(_name(slot, field))
            if attribute is not None:
                data.attributes.remove(attribute)
    for slot in range(needed):
        rows = [of_layer[slot] if slot < len(of_layer) else None for of_layer in by_layer.values()]
        for field in _FIELDS:
            values = np.array([0 if row is None else getattr(row, field) for row in rows], np.int32)
            _column(data, _name(slot, field)).data.foreach_set("value", values)
    data.update_tag()


def _name(slot: int, field: str) -> str:
    return f"{_PREFIX}{slot}_{field}"


def _slot_count(data: Any) -> int:
    return sum(name.startswith(_PREFIX) and name.endswith(_FIELDS[0]) for name in data.attributes.keys())  # noqa: SIM118


def _column(data: Any, name: str) -> Any:
    attribute = data.attributes.get(name)
    return data.attributes.new(name, "INT", "LAYER") if attribute is None else attribute
