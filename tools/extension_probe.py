"""Runs inside a Blender: installs the extension's zip, enables it, tweens two keys, says what happened.

Needs nothing but that Blender's own Python. Usable both ways:
python extension_probe.py -- ZIP [--register-only]             with bpy as a module
blender -b --python extension_probe.py -- ZIP [--register-only]
The last line printed is `INKBETWEEN-PROBE {json}`; trust that line and the exit status together, never one alone.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
import traceback
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

MODULE = "bl_ext.user_default.inkbetween"
# What strokes must do without. Blender brings NumPy; everything else is the animator's to install, or not.
FORBIDDEN = ("cv2", "scipy", "torch")
PREFIX = "INKBETWEEN-PROBE "
LAST_FRAME = 9


class ProbeFailure(Exception):
    """The extension did not do what it must; the message says what."""


class ImportBlocker:
    """First in `sys.meta_path`: makes the forbidden modules as absent as in a fresh Blender."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = frozenset(names)
        self.asked: list[str] = []

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in self.names:
            self.asked.append(fullname)
            raise ModuleNotFoundError(f"No module named {fullname!r} (blocked by the probe)", name=fullname)
        return None


def require(condition: object, failure: str) -> None:
    if not condition:
        raise ProbeFailure(failure)


def install(archive: Path) -> float:
    """Install the zip without enabling it, then enable it; returns the seconds that enabling took."""
    import addon_utils
    import bpy

    bpy.ops.extensions.package_install_files(filepath=str(archive), repo="user_default", enable_on_install=False)
    start = time.perf_counter()
    module = addon_utils.enable(MODULE, default_set=True)
    seconds = time.perf_counter() - start
    require(module is not None, "the extension did not register; the traceback stands above")
    require(all(addon_utils.check(MODULE)), "Blender does not list the extension as enabled")
    early = sorted(name for name in sys.modules if name in (f"{MODULE}.inference.drawing", f"{MODULE}.inference.plan"))
    require(not early, f"registering loaded the engine ({', '.join(early)}); import it where it is used")
    return seconds


def arm(angle: float, points: int) -> list[tuple[float, float, float]]:
    """A bent line from the origin, turned by `angle` (radians), seen from the front."""
    bent = [(s, 0.2 * math.sin(math.pi * s)) for s in (i / (points - 1) for i in range(points))]
    cos, sin = math.cos(angle), math.sin(angle)
    return [(cos * x - sin * z, 0.0, sin * x + cos * z) for x, z in bent]


def draw_key(layer: object, number: int, strokes: Sequence[Sequence[tuple[float, float, float]]]) -> None:
    frame = layer.frames.new(number)  # type: ignore[attr-defined]
    frame.drawing.add_strokes([len(points) for points in strokes])
    for stroke, points in zip(frame.drawing.strokes, strokes, strict=True):
        for point, position in zip(stroke.points, points, strict=True):
            point.position = position


def key_positions(layer: object, number: int) -> list[tuple[float, ...]]:
    frame = next(f for f in layer.frames if f.frame_number == number)  # type: ignore[attr-defined]
    return [tuple(p.position) for stroke in frame.drawing.strokes for p in stroke.points]


def tween_two_keys() -> dict[str, object]:
    """Two keys, other stroke orders, directions and point counts in each; Tween; what stands on the timeline then."""
    import bpy

    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=False)
    bpy.ops.object.grease_pencil_add(type="EMPTY")
    layers = bpy.context.object.data.layers
    layer = layers[0] if len(layers) else layers.new("Lines")
    layers.active = layer
    for number in [f.frame_number for f in layer.frames]:
        layer.frames.remove(number)
    draw_key(layer, 1, [arm(0.0, 24), arm(2.0, 17)])
    draw_key(layer, LAST_FRAME, [arm(2.4, 20)[::-1], arm(0.4, 30)])
    keys = {number: key_positions(layer, number) for number in (1, LAST_FRAME)}

    bpy.context.scene.frame_set(3)
    start = time.perf_counter()
    result = bpy.ops.inkbetween.tween(scope="LAYER")
    seconds = time.perf_counter() - start

    require(result == {"FINISHED"}, f"Tween answered {result}")
    layer = bpy.context.object.data.layers[0]
    made = sorted(f.frame_number for f in layer.frames if f.keyframe_type == "GENERATED")
    require(made == list(range(2, LAST_FRAME)), f"generated frames are {made}, not 2 to {LAST_FRAME - 1}")
    strokes = [len(f.drawing.strokes) for f in layer.frames if f.keyframe_type == "GENERATED"]
    require(all(strokes), f"strokes per generated frame: {strokes}")
    require(all(key_positions(layer, n) == was for n, was in keys.items()), "a key of the artist was changed")
    return {"frames": made, "strokes": strokes, "tween_seconds": round(seconds, 4)}


def disable() -> None:
    import addon_utils
    import bpy

    def present() -> list[str]:
        classes = [name for name in ("INKBETWEEN_OT_tween", "INKBETWEEN_PT_tween") if hasattr(bpy.types, name)]
        return classes + (["Scene.inkbetween"] if hasattr(bpy.types.Scene, "inkbetween") else [])

    require(len(present()) == 3, f"while enabled, Blender knows only {present()}")
    addon_utils.disable(MODULE, default_set=True)
    require(not present(), f"disabling leaves {present()} behind")


def probe(archive: Path, register_only: bool) -> dict[str, object]:
    blocker = ImportBlocker(FORBIDDEN)
    sys.meta_path.insert(0, blocker)
    import bpy

    enabling = install(archive)
    answer: dict[str, object] = {
        "blender": bpy.app.version_string,
        "python": sys.version.split()[0],
        "register_ms": round(enabling * 1000, 2),
    }
    if not register_only:
        answer |= tween_two_keys()
    disable()
    import numpy as np

    loaded = sorted({name.partition(".")[0] for name in sys.modules} & set(FORBIDDEN))
    require(not loaded, f"loaded though strokes must do without: {', '.join(loaded)}")
    return answer | {"numpy": np.__version__, "asked_for": sorted(set(blocker.asked))}


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--register-only", action="store_true", help="install and enable, no Tween")
    args = parser.parse_args(list(argv))
    try:
        answer = {"ok": True} | probe(args.archive.resolve(), args.register_only)
    except (ProbeFailure, RuntimeError, AttributeError, ImportError) as failure:
        traceback.print_exc()
        answer = {"ok": False, "failure": f"{type(failure).__name__}: {failure}"}
    print(PREFIX + json.dumps(answer), flush=True)
    return 0 if answer["ok"] else 1


if __name__ == "__main__":
    status = main(sys.argv[sys.argv.index("--") + 1 :])
    sys.stderr.flush()
    # bpy as a module may crash while the interpreter shuts down; the verdict is out, so skip that.
    os._exit(status)
