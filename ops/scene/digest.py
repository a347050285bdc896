"""Every bit of a file's drawings in two numbers: equal digests are equal strokes."""

from __future__ import annotations

import hashlib
from typing import Any

from ...addon import adapter
from ...inference.drawing.contract import Curves


def digests() -> tuple[str, str]:
    """SHA-256 over all generated drawings of the file, and over all others.

    It covers their layers, frames, offsets and attributes. What is linked is not the file's own.
    """
    ours, theirs = hashlib.sha256(), hashlib.sha256()
    for data in sorted(adapter.grease_pencil_data(), key=lambda data: str(data.name)):
        if data.library is not None:
            continue
        for layer in data.layers:
            for frame in sorted(layer.frames, key=adapter.frame_number):
                generated = adapter.frame_type(frame) == adapter.GENERATED
                into = ours if generated else theirs
                into.update(f"{data.name}\0{adapter.tree_name(layer)}\0{adapter.frame_number(frame)}\0".encode())
                if frame.drawing is not None:
                    _update(into, adapter.read_curves(frame.drawing))
    return ours.hexdigest(), theirs.hexdigest()


def _update(into: Any, curves: Curves) -> None:
    into.update(curves.offsets.tobytes())
    for name, attribute in sorted(curves.attributes.items()):
        into.update(f"{name}\0{attribute.domain}\0{attribute.kind}\0{attribute.values.shape}\0".encode())
        into.update(attribute.values.tobytes())
