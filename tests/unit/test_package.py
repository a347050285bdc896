"""What is installed and what the shop window says agree with what lies in the folders."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("addon", "batch", "ops", "inference", "training")


def test_an_installed_package_has_the_weights() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    name, folder = "inkbetween.inference.networks", ROOT / "inference" / "networks"
    taken = {path for pattern in setuptools["package-data"][name] for path in folder.glob(pattern)}
    assert folder / "trained/correspondence.npz" in taken
    assert taken == set((folder / "trained").iterdir())


def test_an_installed_package_has_every_room() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    rooms = {
        ".".join(("inkbetween", *path.parent.relative_to(ROOT).parts))
        for room in ROOMS
        for path in (ROOT / room).rglob("__init__.py")
    }
    assert set(setuptools["packages"]) == rooms | {"inkbetween"}


def test_manifest_says_what_the_shop_window_needs() -> None:
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert manifest["id"] == project["name"] == "inkbetween"
    assert manifest["version"] == project["version"]
    assert manifest["blender_version_min"] == "4.3.0"
    assert manifest["license"] == ["SPDX:GPL-3.0-or-later"]
    assert 0 < len(manifest["tagline"]) <= 64
    assert not manifest["tagline"].endswith(".")
    # Strokes never leave the machine, so no permission is asked for.
    assert "permissions" not in manifest
    assert "wheels" not in manifest
