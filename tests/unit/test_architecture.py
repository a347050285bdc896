"""The rules of the rooms, read from the source: who may import what, and what shipped code never does."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("addon", "batch", "ops", "inference")
# The rooms of the engine from the ground up: a room may use itself and those before it, never one after it.
STAGES = (
    "geometry",
    "drawing",
    "networks",
    "skeletons",
    "intent",
    "correspondence",
    "confidence",
    "motion",
    "bodies",
    "occlusion",
    "drawn",
    "leads",
    "tween",
    "mocap",
    "retargeting",
)
# Leads know nothing of each other: the plan chooses between them.
APART = (("leads", "guided"), ("leads", "inferred"))
BLENDER = {
    *("bpy", "bpy_extras", "bpy_types", "addon_utils", "bl_ui", "mathutils"),
    *("bmesh", "gpu", "gpu_extras", "blf", "imbuf"),
}
# Which rooms a module of this room may import from. The root ties the rooms together and may import any.
MAY_IMPORT = {
    "": {"addon", "batch", "ops"},
    "addon": {"addon", "inference"},
    # Batch work is names of files, processes and results: it never sees a drawing.
    "batch": {"batch"},
    "ops": {"ops", "addon", "batch", "inference"},
    "inference": {"inference"},
    "training": {"training"},
}
# Registration is the one place in addon/ that must know the operators.
KNOWS_OPERATORS = {"addon/registration.py"}
# Loading data must never run it, drawing strokes must never leave the machine.
NEVER_IMPORTED = {
    *("pickle", "marshal", "shelve", "dill", "joblib", "code", "pty", "subprocess", "multiprocessing", "ctypes"),
    *("socket", "ssl", "http", "urllib", "ftplib", "smtplib", "xmlrpc", "webbrowser", "asyncio", "requests"),
}
# Training does not ship, and nothing that ships may know of it. It may use what an animator's machine need not have.
TRAINING = "training"
TRAINING_IMPORTS = {"torch", "scipy", "cv2", "matplotlib", "multiprocessing", "subprocess"}
TRAINING_READS = {"inference", "training"}
# Drawing rigged characters takes Blender, and the tools that measure it; commands start such processes.
DRAWS_IN_BLENDER = {("training", "lineart"), ("training", "commands")}
# Shots are filled by child processes: a crash of Blender takes one shot along and no more.
BATCH_IMPORTS = {"subprocess"}
# Handing shots to other machines takes a network: that part does not ship, and one module alone knows of it.
CLUSTER = ("batch", "cluster")
CLUSTER_IMPORTS = {"dask", "distributed"}
KNOWS_CLUSTER = {"batch/command.py"}
NEVER_CALLED = {"eval", "exec", "compile", "__import__", "system", "popen", "breakpoint", "print"}


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
        return self.room == TRAINING

    @property
    def stage(self) -> int | None:
        """The number of the engine's room that the module lies in; None outside of them."""
        return stage_of(self.package)

    @property
    def distributes(self) -> bool:
        return self.package[: len(CLUSTER)] == CLUSTER

    @property
    def packages_allowed(self) -> set[str]:
        """What may be imported by name."""
        has_blender = self.room in {"addon", "ops", ""} or self.package[:2] in DRAWS_IN_BLENDER
        allowed = {*sys.stdlib_module_names, *(BLENDER if has_blender else ())} - NEVER_IMPORTED
        allowed |= {"numpy"} if self.room != "batch" else BATCH_IMPORTS
        if self.trains:
            allowed |= TRAINING_IMPORTS | {"inkbetween"}
        return allowed | CLUSTER_IMPORTS if self.distributes else allowed


@dataclass(frozen=True)
class Import:
    """`names` from `module`, `level` dots up; a plain `import x` is module x at level 0."""

    line: int
    level: int
    module: str
    names: tuple[str, ...]


def stage_of(module: tuple[str, ...]) -> int | None:
    return STAGES.index(module[1]) if module[:1] == ("inference",) and module[1:2] and module[1] in STAGES else None


def read(path: Path) -> Source:
    name = path.relative_to(ROOT).as_posix()
    return Source(name, name.partition("/")[0] if "/" in name else "", ast.parse(path.read_text(), name))


def shipped_paths() -> list[Path]:
    top = [ROOT / "__init__.py", ROOT / "__main__.py"]
    return [*top, *(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))]


def ruled_paths() -> list[Path]:
    return [*shipped_paths(), *sorted((ROOT / TRAINING).rglob("*.py"))]


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


def targets(source: Source, found: Import) -> list[tuple[str, ...]]:
    """What a relative import takes, name by name, as paths from the root: the last part may be a module or not."""
    base = source.package[: len(source.package) - found.level + 1]
    module = (*base, *filter(None, found.module.split(".")))
    return [(*module, name) for name in found.names]


def reaches(source: Source, found: Import, package: tuple[str, ...]) -> bool:
    """Whether a relative import enters the package, or takes it by name."""
    return any(target[: len(package)] == package for target in targets(source, found))


def climbs(source: Source, found: Import) -> bool:
    """Whether an import inside the engine reaches a room above its own, or from one lead into another."""
    for target in targets(source, found):
        aim = stage_of(target)
        if source.stage is not None and aim is not None and aim > source.stage:
            return True
        own, other = (next((lead for lead in APART if where[1:3] == lead), None) for where in (source.package, target))
        if own and other and own != other:
            return True
    return False


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
        if one.level > 0 and source.room == "inference" and climbs(source, one):
            found.append(f"{source.path}:{one.line}: reaches up")
        if one.level == 0 and top == "inkbetween" and source.trains and not reads_what_it_may(source, one):
            found.append(f"{source.path}:{one.line}: imports {one.module}")
        knows_cluster = source.distributes or source.path in KNOWS_CLUSTER
        if one.level > 0 and not knows_cluster and reaches(source, one, CLUSTER):
            found.append(f"{source.path}:{one.line}: knows of the cluster")
    never_called = NEVER_CALLED - ({"print"} if source.trains else set())
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and called_name(node) in never_called:
            found.append(f"{source.path}:{node.lineno}: calls {called_name(node)}")
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle" and not is_false(node.value):
            found.append(f"{source.path}:{node.lineno}: allows pickles")
        if isinstance(node, ast.ExceptHandler) and (node.type is None or is_broad(node.type)):
            found.append(f"{source.path}:{node.lineno}: catches everything")
    return found


def reads_what_it_may(source: Source, found: Import) -> bool:
    rooms = {found.module.split(".")[1]} if "." in found.module else set(found.names)
    return rooms <= TRAINING_READS | ({"tools"} if source.package[:2] in DRAWS_IN_BLENDER else set())


def is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def is_broad(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"Exception", "BaseException"}


@pytest.mark.parametrize("path", ruled_paths(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_keeps_the_rules(path: Path) -> None:
    assert violations(read(path)) == []


def climbing() -> Iterator[tuple[str, str]]:
    """For every room of the engine, a module that reaches into the room above it."""
    for own, above in pairwise(STAGES):
        yield f"inference/{own}/module.py", f"from ..{above}.module import thing"
        yield f"inference/{own}/deep/module.py", f"def f():\n    from ...{above} import module"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("inference/tween/plan.py", "import bpy"),
        ("inference/tween/plan.py", "def f():\n    import cv2"),
        ("inference/tween/plan.py", "import scipy.spatial"),
        ("inference/leads/deep/plan.py", "from torch import nn"),
        ("inference/tween/plan.py", "from ...addon import adapter"),
        ("inference/leads/deep/plan.py", "from .... import ops"),
        ("addon/panel.py", "from ..ops import tween"),
        ("addon/panel.py", "from inkbetween.inference import plan"),
        ("ops/tween.py", "import pickle"),
        ("ops/scene/snapshot.py", "from urllib.request import urlopen"),
        ("ops/tween.py", "eval('1')"),
        ("ops/tween.py", "import os\nos.system('x')"),
        ("inference/networks/weights.py", "import numpy as np\nnp.load('w.npz', allow_pickle=True)"),
        ("ops/tween.py", "try:\n    pass\nexcept Exception:\n    pass"),
        ("ops/tween.py", "from ..tests import helpers"),
        ("inference/tween/plan.py", "from ...training.clips import clip"),
        ("inference/tween/plan.py", "def f():\n    from ... import training"),
        ("ops/tween.py", "from ..training.clips.clip import Clip"),
        ("addon/panel.py", "from .. import inference, training"),
        ("inference/tween/plan.py", "from inkbetween.training.clips.clip import Clip"),
        ("inference/tween/plan.py", "import multiprocessing"),
        ("inference/networks/training_weights.py", "import torch"),
        *climbing(),
        ("inference/leads/guided/carried.py", "from ..inferred.wire import wired"),
        ("inference/leads/inferred/wire.py", "def f():\n    from .. import guided"),
        ("inference/geometry/points.py", "from .. import tween"),
        ("inference/geometry/points.py", "from ..drawing.contract import Drawing"),
        ("training/loop/loop.py", "import bpy"),
        ("training/loop/loop.py", "import pickle"),
        ("training/loop/loop.py", "from urllib.request import urlopen"),
        ("training/loop/loop.py", "import pandas"),
        ("training/loop/loop.py", "from inkbetween.ops import tween"),
        ("training/loop/loop.py", "from inkbetween import addon"),
        ("training/loop/loop.py", "from inkbetween.tools import picture"),
        ("training/loop/loop.py", "from ...addon import adapter"),
        ("training/lineart/scene.py", "from inkbetween.ops import tween"),
        ("batch/unit.py", "import bpy"),
        ("batch/unit.py", "import numpy"),
        ("batch/unit.py", "import socket"),
        ("batch/unit.py", "from ..ops import fill_file"),
        ("batch/unit.py", "from ..inference.tween import engines"),
        ("batch/unit.py", "from distributed import Client"),
        ("batch/unit.py", "from .cluster.task import fill_on_worker"),
        ("batch/unit.py", "from . import cluster"),
        ("ops/filling/file.py", "from ...batch.cluster import task"),
        ("ops/filling/file.py", "import subprocess"),
        ("addon/panel.py", "from ..batch import command"),
        ("inference/tween/plan.py", "from ...batch import files"),
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
    code += "\nfrom inkbetween.inference.tween import plan\nfrom inkbetween.training.clips.clip import Clip"
    code += "\nfrom . import metrics\nprint('step')"
    assert violations(Source("training/loop/loop.py", "training", ast.parse(code))) == []


def test_rooms_may_use_those_below_them() -> None:
    for below, own in pairwise(STAGES):
        code = f"from ..{below} import thing\nfrom ..{own}.other import thing\nfrom .other import thing"
        assert violations(Source(f"inference/{own}/module.py", "inference", ast.parse(code))) == []


def test_the_cluster_may_use_what_does_not_ship() -> None:
    code = "import subprocess\nimport dask\nfrom distributed import Client\nfrom ..child import run_shot"
    assert violations(Source("batch/cluster/coordinator.py", "batch", ast.parse(code))) == []
