"""Tests in a real Blender window: they need INKBETWEEN_GUI_ROOT, Xvfb, xdotool, ImageMagick (docs/developers.md)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from inkbetween.tools import extension

from .window import BlenderWindow

NEEDED = ("Xvfb", "xdotool", "import")


@pytest.fixture(scope="session")
def blender(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlenderWindow]:
    """One Blender for all tests, the extension installed from its zip."""
    root = os.environ.get("INKBETWEEN_GUI_ROOT")
    if not root:
        pytest.skip(
            "INKBETWEEN_GUI_ROOT is not set: it names a root folder with Blender installed, see docs/developers.md"
        )
    if not (Path(root) / "usr/bin/blender").exists():
        pytest.skip(f"INKBETWEEN_GUI_ROOT: there is no usr/bin/blender in {root}")
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    shots = Path(os.environ.get("INKBETWEEN_GUI_SHOTS") or tmp_path_factory.mktemp("screenshots"))
    shots.mkdir(parents=True, exist_ok=True)
    archive = extension.build(tmp_path_factory.mktemp("zip"))
    with BlenderWindow(Path(root).resolve(), archive, shots) as window:
        yield window
