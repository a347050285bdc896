"""The rules of the rooms, read from the source: who may import what, and what shipped code never does."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("addon", "batch", "ops", "inference")
BLENDER = {"bpy", "bpy_extras", "bpy_types", "addon_utils", "bl_ui", "mathutils", "gpu", "gpu_extras", "blf", "imbuf"}
# Which rooms a module of this room may import from. The root ties the rooms together and may import any.
MAY_IMPORT = {
    "": {"addon", "batch", "ops"},
    "addon": {"addon", "inference"},
    # Batch work is names of files, processes and results: it never sees a drawing.
    "batch": {"batch"},
    "ops": {"ops", "addon", "batch", "inference"},
    "inference": {"inference"},
}
# Registration is the one place in addon/ that must know the operators.
KNOWS_OPERATORS = {"addon/registration.py"}
# Loading data must never run it, drawing strokes must never leave the machine.
NEVER_IMPORTED = {
    *("pickle", "marshal", "shelve", "dill", "joblib", "code", "pty", "subprocess", "multiprocessing", "ctypes"),
    *("socket", "ssl", "http", "urllib", "ftplib", "smtplib", "xmlrpc", "webbrowser", "asyncio", "requests"),
}
# Training needs an animator's machine to have nothing: it does not ship, and nothing that ships may know of it.
TRAINING = ("inference", "training")
TRAINING_IMPORTS = {"torch", "scipy", "cv2", "multiprocessing", "subprocess"}
# Shots are filled by child processes: a crash of Blender takes one shot along and no more.
BATCH_IMPORTS = {"subprocess"}
# Handing shots to other machines takes a network: that part does not ship, and one module alone knows of it.
CLUSTER = ("batch", "cluster")
CLUSTER_IMPORTS = {"dask", "distributed"}
KNOWS_CLUSTER = {"batch/command.py"}
NEVER_CALLED = {"eval", "exec", "compile", "__import__", "system", "popen", "breakpoint", "print"}
LONGEST = 350


@dataclass(frozen=True)
class Source:
    """One module of a room: its path from the root, its room ("" for the root itself), its syntax tree."""

    path: str
    room: str
    tree: ast.Module

    @property
    def depth(self) -> int:
        """Dots that lead from the module to the root package."""
        return self.path.count("/") + 1

    @property
    def package(self) -> tuple[str, ...]:
        """The folders that lead from the root to the module."""
        return tuple(self.path.split("/")[:-1])

    @property
    def trains(self) -> bool:
        return self.package[: len(TRAINING)] == TRAINING

    @property
    def distributes(self) -> bool:
        return self.package[: len(CLUSTER)] == CLUSTER

    @property
    def packages_allowed(self) -> set[str]:
        """What may be imported by name."""
        blender = {"addon", "ops", ""}
        allowed = {*sys.stdlib_module_names, *(BLENDER if self.room in blender else ())} - NEVER_IMPORTED
        allowed |= {"numpy"} if self.room != "batch" else BATCH_IMPORTS
        if self.trains:
            allowed |= TRAINING_IMPORTS
        return allowed | CLUSTER_IMPORTS if self.distributes else allowed


@dataclass(frozen=True)
class Import:
    """`names` from `module`, `level` dots up; a plain `import x` is module x at level 0."""

    line: int
    level: int
    module: str
    names: tuple[str, ...]


def read(path: Path) -> Source:
    name = path.relative_to(ROOT).as_posix()
    return Source(name, name.partition("/")[0] if "/" in name else "", ast.parse(path.read_text(), name))


def shipped_paths() -> list[Path]:
    top = [ROOT / "__init__.py", ROOT / "__main__.py"]
    return [*top, *(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))]


def imports(tree: ast.AST) -> Iterator[Import]:
    """Every import, also those inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(node.lineno, 0, alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield Import(node.lineno, node.level, node.module or "", tuple(alias.name for alias in node.names))


def rooms_reached(source: Source, found: Import) -> set[str]:
    """The rooms that a relative import enters; its own room where it does not leave."""
    if found.level < source.depth:
        return {source.room}
    return {found.module.partition(".")[0]} if found.module else set(found.names)


def reaches(source: Source, found: Import, package: tuple[str, ...]) -> bool:
    """Whether a relative import enters the package, or takes it by name."""
    base = source.package[: len(source.package) - found.level + 1]
    module = (*base, *filter(None, found.module.split(".")))
    return any((*module, name)[: len(package)] == package for name in found.names)


def called_name(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr if isinstance(function.value, ast.Name) and function.value.id == "os" else ""
    return function.id if isinstance(function, ast.Name) else ""


def violations(source: Source) -> list[str]:
    """What the module does that no module of its room may do."""
    found: list[str] = []
    allowed = source.packages_allowed
    may_import = MAY_IMPORT[source.room] | ({"ops"} if source.path in KNOWS_OPERATORS else set())
    for one in imports(source.tree):
        top = one.module.partition(".")[0]
        if one.level == 0 and top not in allowed:
            found.append(f"{source.path}:{one.line}: imports {one.module}")
        if one.level > 0 and not rooms_reached(source, one) <= may_import:
            found.append(f"{source.path}:{one.line}: reaches {rooms_reached(source, one)} from {source.room or 'root'}")
        if one.level > 0 and not source.trains and reaches(source, one, TRAINING):
            found.append(f"{source.path}:{one.line}: knows of training")
        knows_cluster = source.distributes or source.path in KNOWS_CLUSTER
        if one.level > 0 and not knows_cluster and reaches(source, one, CLUSTER):
            found.append(f"{source.path}:{one.line}: knows of the cluster")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and called_name(node) in NEVER_CALLED:
            found.append(f"{source.path}:{node.lineno}: calls {called_name(node)}")
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle" and not is_false(node.value):
            found.append(f"{source.path}:{node.lineno}: allows pickles")
        if isinstance(node, ast.ExceptHandler) and (node.type is None or is_broad(node.type)):
            found.append(f"{source.path}:{node.lineno}: catches everything")
    return found


def is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def is_broad(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"Exception", "BaseException"}


@pytest.mark.parametrize("path", shipped_paths(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_shipped_module_keeps_the_rules(path: Path) -> None:
    assert violations(read(path)) == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("inference/plan.py", "import bpy"),
        ("inference/plan.py", "def f():\n    import cv2"),
        ("inference/plan.py", "import scipy.spatial"),
        ("inference/deep/plan.py", "from torch import nn"),
        ("inference/plan.py", "from ..addon import adapter"),
        ("inference/deep/plan.py", "from ... import ops"),
        ("addon/panel.py", "from ..ops import tween"),
        ("addon/panel.py", "from inkbetween.inference import plan"),
        ("ops/tween.py", "import pickle"),
        ("ops/tween.py", "from urllib.request import urlopen"),
        ("ops/tween.py", "eval('1')"),
        ("ops/tween.py", "import os\nos.system('x')"),
        ("inference/weights.py", "import numpy as np\nnp.load('w.npz', allow_pickle=True)"),
        ("ops/tween.py", "try:\n    pass\nexcept Exception:\n    pass"),
        ("ops/tween.py", "from ..tests import helpers"),
        ("inference/plan.py", "from .training import clip"),
        ("inference/plan.py", "from .training.clip import Clip"),
        ("inference/plan.py", "def f():\n    from . import training"),
        ("inference/deep/plan.py", "from ..training.clip import Clip"),
        ("ops/tween.py", "from ..inference.training import clip"),
        ("addon/panel.py", "from ..inference import plan, training"),
        ("inference/plan.py", "import multiprocessing"),
        ("inference/training_weights.py", "import torch"),
        ("inference/training/loop.py", "import bpy"),
        ("inference/training/loop.py", "import pickle"),
        ("inference/training/loop.py", "from urllib.request import urlopen"),
        ("inference/training/loop.py", "import matplotlib"),
        ("inference/training/loop.py", "from inkbetween.inference import plan"),
        ("inference/training/loop.py", "from ...addon import adapter"),
        ("inference/training/loop.py", "print('step')"),
        ("inference/training/deep/loop.py", "from .... import ops"),
        ("batch/unit.py", "import bpy"),
        ("batch/unit.py", "import numpy"),
        ("batch/unit.py", "import socket"),
        ("batch/unit.py", "from ..ops import fill_file"),
        ("batch/unit.py", "from ..inference import engines"),
        ("batch/unit.py", "from distributed import Client"),
        ("batch/unit.py", "from .cluster.task import fill_on_worker"),
        ("batch/unit.py", "from . import cluster"),
        ("ops/fill_file.py", "from ..batch.cluster import task"),
        ("ops/fill_file.py", "import subprocess"),
        ("addon/panel.py", "from ..batch import command"),
        ("inference/plan.py", "from ..batch import files"),
        ("batch/cluster/task.py", "import requests"),
        ("batch/cluster/task.py", "import bpy"),
        ("batch/cluster/task.py", "from ...ops import fill_file"),
    ],
)
def test_the_rules_catch(path: str, code: str) -> None:
    """A rule that nothing can break is no rule: each example must be found, and found once."""
    assert len(violations(Source(path, path.partition("/")[0], ast.parse(code)))) == 1


def test_the_rules_allow_what_the_rooms_need() -> None:
    code = "import bpy\nimport numpy as np\nimport re\nfrom . import job\nfrom ..addon import adapter\nre.compile('x')"
    assert violations(Source("ops/tween.py", "ops", ast.parse(code))) == []


def test_training_may_use_what_does_not_ship() -> None:
    code = "import torch\nfrom scipy import ndimage\nimport cv2\nimport subprocess\nfrom multiprocessing import Pool"
    code += "\nfrom .. import plan\nfrom . import clip\nfrom ..training.clip import Clip"
    assert violations(Source("inference/training/loop.py", "inference", ast.parse(code))) == []


def test_the_cluster_may_use_what_does_not_ship() -> None:
    code = "import subprocess\nimport dask\nfrom distributed import Client\nfrom ..child import run_shot"
    assert violations(Source("batch/cluster/coordinator.py", "batch", ast.parse(code))) == []


def test_modules_stay_short() -> None:
    everything = [*shipped_paths(), *(p for folder in ("tests", "tools") for p in (ROOT / folder).rglob("*.py"))]
    long = {p.relative_to(ROOT).as_posix(): n for p in everything if (n := len(p.read_text().splitlines())) > LONGEST}
    assert long == {}, f"split these by purpose, the limit is {LONGEST} lines"


def test_an_installed_package_has_the_weights() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    assert "inkbetween.inference" in setuptools["packages"]
    engine = ROOT / "inference"
    taken = {path for pattern in setuptools["package-data"]["inkbetween.inference"] for path in engine.glob(pattern)}
    assert engine / "trained/correspondence.npz" in taken
    assert taken == set((engine / "trained").iterdir())


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
