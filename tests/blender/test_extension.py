"""The zip as an animator gets it: what is in it, that Blender's validator takes it, that it runs on NumPy alone."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from inkbetween.tools import extension

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return extension.build(tmp_path_factory.mktemp("extension"))


def test_zip_holds_what_runs_and_nothing_else(archive: Path) -> None:
    sources = [p for room in ("addon", "batch", "ops", "inference") for p in (ROOT / room).rglob("*.py")]
    names = set(zipfile.ZipFile(archive).namelist())
    apart = "batch/cluster/"
    runs = {name for p in sources if not (name := p.relative_to(ROOT).as_posix()).startswith(apart)}
    assert runs < {p.relative_to(ROOT).as_posix() for p in sources}
    assert runs <= names
    weights = {path.relative_to(ROOT).as_posix() for path in (ROOT / "inference/networks/trained").iterdir()}
    assert "inference/networks/trained/correspondence.npz" in weights
    assert weights == {
        name for name in names if name.startswith("inference/networks/trained/") and not name.endswith("/")
    }
    assert not [name for name in names if "training" in name or "cluster" in name]
    assert {"batch/farms/inkbetween.openjd.yaml", "batch/farms/inkbetween_fill.js"} <= names
    top = {name.partition("/")[0] for name in names}
    rooms = {"addon", "batch", "ops", "inference"}
    assert top == {"blender_manifest.toml", "__init__.py", "__main__.py", "README.md", "LICENSE"} | rooms
    assert not [name for name in names if name.endswith(".pyc") or "/." in name]


def test_blenders_validator_takes_it(archive: Path) -> None:
    extension.validate(archive)


def test_validator_refuses_a_zip_without_manifest(tmp_path: Path) -> None:
    empty = tmp_path / "empty.zip"
    with zipfile.ZipFile(empty, "w") as file:
        file.writestr("__init__.py", "")
    with pytest.raises(extension.ExtensionError, match="validate failed"):
        extension.validate(empty)


def test_installs_and_tweens_on_numpy_alone(archive: Path, tmp_path: Path) -> None:
    answer = extension.run_probe(extension.bpy_module(tmp_path), archive)
    assert answer["frames"] == [2, 3, 4, 5, 6, 7, 8]
    assert len(answer["strokes"]) == 7
    assert min(answer["strokes"]) > 0
    assert answer["asked_for"] == []


def test_a_zip_that_cannot_register_is_refused(archive: Path, tmp_path: Path) -> None:
    """The probe's verdict is worth something only if it can be bad."""
    broken = tmp_path / "inkbetween.zip"
    with zipfile.ZipFile(archive) as good, zipfile.ZipFile(broken, "w") as bad:
        for name in good.namelist():
            bad.writestr(name, "raise ImportError('broken on purpose')" if name == "__init__.py" else good.read(name))
    with pytest.raises(extension.ExtensionError, match="broken on purpose"):
        extension.run_probe(extension.bpy_module(tmp_path), broken, "--register-only")
