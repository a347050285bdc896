"""Blender's own render of a demo file, in a process of its own: without OpenGL Blender may not fail but crash."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from inkbetween.tools.paint import Image
from inkbetween.tools.samples.sample import Sample

# Software OpenGL takes about a second for a frame; a minute for the first is a machine that cannot.
_SECONDS_PER_FRAME = 10
_SECONDS_TO_START = 60


def with_blender(blend: Path, sample: Sample, numbers: Sequence[int]) -> dict[int, Image] | None:
    """(height, width, 3) RGB by frame number, or None where Blender cannot render here; the reason is printed."""
    limit = _SECONDS_TO_START + _SECONDS_PER_FRAME * len(numbers)
    with tempfile.TemporaryDirectory() as folder:
        module = "inkbetween.tools.demo.render"
        command = [sys.executable, "-m", module, str(blend), folder, *map(str, numbers)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            print(f"Blender's render did not finish within {limit} s.")
            return None
        images = {number: _read(Path(folder) / f"{number:04d}.png", sample) for number in numbers}
    missing = [number for number, image in images.items() if image is None]
    if missing:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        print(f"Blender cannot render here (exit code {done.returncode}{': ' if last else ''}{''.join(last)}).")
        print("It needs OpenGL, software will do: on Debian and Ubuntu the packages libegl1 and libgl1-mesa-dri.")
        return None
    return {number: image for number, image in images.items() if image is not None}


def _read(path: Path, sample: Sample) -> Image | None:
    """The drawing over its paper; None without a file or with nothing drawn."""
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED) if path.exists() else None
    if image is None or image.ndim != 3 or image.shape[2] != 4 or not image[..., 3].any():
        return None
    alpha = image[..., 3:].astype(float) / 255
    over = image[..., 2::-1] * alpha + np.array(sample.paper) * (1 - alpha)
    return np.asarray(np.round(over), np.uint8)


def _render(blend: str, folder: str, numbers: list[int]) -> None:
    import bpy

    bpy.ops.wm.open_mainfile(filepath=blend)
    scene = bpy.context.scene
    # Three quarters of the size in half the time; lines are smooth without the renderer's own sampling.
    scene.render.resolution_percentage = 75
    scene.display.render_aa = "OFF"
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode = "RGBA"
    for number in numbers:
        scene.frame_set(number)
        scene.render.filepath = str(Path(folder) / f"{number:04d}.png")
        bpy.ops.render.render(write_still=True)


if __name__ == "__main__":
    _render(sys.argv[1], sys.argv[2], [int(number) for number in sys.argv[3:]])
