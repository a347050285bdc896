"""Makes the show's files in headless Blender, and a list of what is wrong with which."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from inkbetween.addon import adapter
from inkbetween.inference.drawing.contract import Attribute, Curves
from inkbetween.inference.geometry.ragged import Ragged

from .figure import walker

DAMAGED, LOCKED, ORPHANED = 3, 2, 1
LIST, TRUTH = "shots.txt", "show.json"


@dataclass
class Truth:
    """What is known of a show: its good shots, and those that are damaged, have locked layers, lack a library."""

    good: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    locked: list[str] = field(default_factory=list)
    orphaned: list[str] = field(default_factory=list)


def make_show(folder: Path, shots: int, seed: int = 1) -> Truth:
    """`shots` files below `folder`, in sequences of 20, a list of them, and what is known of them.

    The same seed makes the same drawings. Raises ValueError for fewer shots than are to be bad.
    """
    bad = DAMAGED + LOCKED + ORPHANED
    if shots < bad:
        raise ValueError(f"{shots} shots are too few: {bad} of them are bad in some way.")
    rng = np.random.default_rng(seed)
    faults = dict(zip(rng.choice(shots, bad, replace=False).tolist(), _faults(), strict=True))
    folder.mkdir(parents=True, exist_ok=True)
    truth, paths = Truth(), []
    for number in range(shots):
        path = folder / f"sq{number // 20 + 1:02}" / f"sh{10 * (number % 20 + 1):03}.blend"
        path.parent.mkdir(exist_ok=True)
        fault = faults.get(number, "good")
        _shot(path, np.random.default_rng((seed, number)))
        if fault == "locked":
            bpy.data.objects[0].data.layers[0].lock = True
        if fault == "orphaned":
            _link_what_is_gone(path)
        bpy.ops.wm.save_as_mainfile(filepath=str(path), check_existing=False, compress=bool(number % 2))
        if fault == "damaged":
            _damage(path, len(truth.damaged))
        getattr(truth, fault).append(path.relative_to(folder).as_posix())
        paths.append(path)
    (folder / LIST).write_text("".join(f"{path}\n" for path in paths))
    (folder / TRUTH).write_text(json.dumps(asdict(truth), indent=1) + "\n")
    return truth


def _faults() -> list[str]:
    return ["damaged"] * DAMAGED + ["locked"] * LOCKED + ["orphaned"] * ORPHANED


def _shot(path: Path, rng: np.random.Generator) -> None:
    """A figure on one or two layers, two or three keys, one to three in-betweens to a gap; every tenth shot has up to
    three figures and five keys."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    long = rng.random() < 0.1
    for number in range(int(rng.integers(1, 4)) if long else 1):
        name = f"{path.stem} figure {number + 1}"
        data = adapter.grease_pencil_data().new(name)
        scene.collection.objects.link(bpy.data.objects.new(name, data))
        spacing, start, size = int(rng.integers(2, 5)), 1 + number, float(rng.uniform(1, 2))
        keys, pace = int(rng.integers(3, 6) if long else rng.integers(2, 4)), float(rng.uniform(0.4, 1.0))
        for layer_name in ("Lines", "Rough")[: int(rng.integers(1, 3))]:
            layer = data.layers.new(layer_name)
            for key in range(keys):
                strokes = walker(pace * key, 0.3 * size * pace * key + 2.5 * number, size, rng)
                adapter.insert_frame(layer, start + spacing * key, _curves(strokes), "KEYFRAME")
        scene.frame_end = max(scene.frame_end, start + spacing * keys)


def _curves(strokes: list[Any]) -> Curves:
    offsets = Ragged.of([len(stroke) for stroke in strokes]).offsets.astype(np.int32)
    position = np.zeros((int(offsets[-1]), 3), np.float32)
    position[:, [0, 2]] = np.concatenate(strokes)
    return Curves(
        offsets,
        {
            "position": Attribute("POINT", "FLOAT_VECTOR", position),
            "radius": Attribute("POINT", "FLOAT", np.full(len(position), 0.01, np.float32)),
            "curve_type": Attribute("CURVE", "INT8", np.ones(len(strokes), np.int8)),
        },
    )


def _link_what_is_gone(path: Path) -> None:
    """Link a material from a file, and remove that file."""
    bpy.ops.wm.save_as_mainfile(filepath=str(path), check_existing=False)
    library = path.with_name(f"{path.stem}-library.blend")
    bpy.data.libraries.write(str(library), {bpy.data.materials.new("Gone")})
    with bpy.data.libraries.load(str(library), link=True, relative=True) as (_, wanted):
        wanted.materials = ["Gone"]
    bpy.data.objects[0].data.materials.append(wanted.materials[0])
    library.unlink()


def _damage(path: Path, kind: int) -> None:
    """Cut off, empty, or never a .blend at all."""
    content = path.read_bytes()
    path.write_bytes((content[: len(content) // 2], b"", b"This was a shot once.\n" * 100)[kind % 3])
