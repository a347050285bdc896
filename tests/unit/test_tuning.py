"""One tree of tuning: every threshold of the engine is named, explained, reachable from its root, and read."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.leads.tuning import TweenSettings
from inkbetween.inference.retargeting.plan import RetargetSettings
from inkbetween.inference.skeletons.guide import Guide
from inkbetween.inference.skeletons.limbs import Limbs
from inkbetween.inference.tween.plan import Context, plan_tween
from inkbetween.tests.unit.test_architecture import ROOT, STAGES
from inkbetween.tests.unit.test_wire import drawn as swinging

ROOTS = (TweenSettings(), RetargetSettings())
ROOMS = tuple(room for room in STAGES if room != "mocap")
"""All but what reads files."""

PLAIN = {0.5, 1.0, 2.0}
"""Middles, wholes and the factors of formulas."""
LEAST, MOST = 1e-6, 1e6
"""What is smaller keeps divisors from being 0, what is larger stands for the impossible; 0 is neither."""
MAY_STAND = {
    # the Catmull-Rom and Bezier formulas, and axes of drawing planes
    "drawing": 21,
    "geometry": 5,
    # how inputs are scaled that networks were trained with
    "networks": 14,
    # how the stances are drawn that people are known by
    "skeletons": 11,
    # how curves are evened and eased
    "retargeting": 6,
    # a sign made as large as the others
    "correspondence": 1,
    # a parabola over the way, a length that is added so that nothing weighs nothing
    "confidence": 2,
    "motion": 4,
    "occlusion": 2,
    # the binomial 1 2 1, and again nothing that weighs nothing
    "leads": 6,
    "tween": 2,
}
"""How many numbers may stand in functions of a room, by their purpose; none in rooms that are not named."""
NO_THRESHOLDS = {
    "RIGHT": "what confidence means",
    "SLIDE": "what confidence means",
    "LEAST": "keeps logarithms finite",
    "STEEPEST": "keeps exponentials finite",
    "TRUE": "what floats miss",
    "ALIKE": "how far sampling blurs what is the same",
    "TELLING": "how far sampling blurs what tells nothing",
    "FRAME_RATE": "what a network was trained on",
    "HALF_WAY": "a middle",
    "SAME": "places that are one",
    "TURNING": "a guard against dividing by nothing",
    "IMPOSSIBLE": "stands for what cannot be",
    "CLEAR": "stands for what nothing hides",
}
"""Numbers that modules of the engine name, and why nobody would set them."""
NAMED_IN = ("correspondence", "confidence", "motion", "bodies", "occlusion", "drawn", "leads")


def tree(settings: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """All settings below some, by the way that leads there."""
    yield path, settings
    for field in fields(settings):
        value = getattr(settings, field.name)
        for number, one in enumerate(value if isinstance(value, tuple) else (value,)):
            if is_dataclass(one):
                step = f"{field.name}[{number}]" if isinstance(value, tuple) else field.name
                yield from tree(one, f"{path}.{step}".removeprefix("."))


def sources() -> Iterator[tuple[str, Path, ast.Module]]:
    for room in STAGES:
        for path in sorted((ROOT / "inference" / room).rglob("*.py")):
            yield room, path, ast.parse(path.read_text(encoding="utf-8"))


def test_all_settings_of_the_engine_are_reachable() -> None:
    reached = {type(settings) for root in ROOTS for _, settings in tree(root)}
    defined = set()
    for _, path, module in sources():
        name = ".".join(("inkbetween", *path.relative_to(ROOT).with_suffix("").parts))
        for node in module.body:
            if isinstance(node, ast.ClassDef) and node.name.endswith("Settings"):
                defined.add(getattr(importlib.import_module(name), node.name))
    assert len(defined) > 20
    assert defined - reached == set()


@pytest.mark.parametrize(("path", "settings"), [place for root in ROOTS for place in tree(root)])
def test_every_field_is_explained_and_frozen(path: str, settings: Any) -> None:
    assert type(settings).__dataclass_params__.frozen, path
    told = type(settings).__doc__ or ""
    alike = tuple(re.findall(r"([a-z]+_)\*", told))
    named = set(re.findall(r"[a-z_]+", told))
    assert [one.name for one in fields(settings) if one.name not in named and not one.name.startswith(alike)] == []


def test_every_field_is_read() -> None:
    read = {node.attr for _, _, module in sources() for node in ast.walk(module) if isinstance(node, ast.Attribute)}
    named = {field.name for root in ROOTS for _, settings in tree(root) for field in fields(settings)}
    assert named - read == set()


def numbers(module: ast.Module) -> list[float]:
    """Numbers that stand in functions of a module, in what they do and in what they take for granted."""
    # functions within functions are walked twice
    found = {
        id(one): abs(one.value)
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, float)
    }
    return [value for value in found.values() if value not in PLAIN and LEAST < value < MOST]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f(x):\n    return x if x > 12.5 else max(x, 1e-9) * 0.5 + 2.0 / 1e6", [12.5]),
        ("def f(x, least=3.0):\n    def g(y):\n        return y - -0.2\n    return g", [3.0, 0.2]),
        ("class S:\n    least: float = 3.0\n\ndef f(s=S()):\n    return s.least", []),
    ],
)
def test_numbers_are_seen(source: str, found: list[float]) -> None:
    assert numbers(ast.parse(source)) == found


@pytest.mark.parametrize("room", ROOMS)
def test_functions_hold_no_thresholds_of_their_own(room: str) -> None:
    found = {
        f"{path.relative_to(ROOT)}": stand
        for own, path, module in sources()
        if own == room and (stand := numbers(module))
    }
    assert sum(map(len, found.values())) <= MAY_STAND.get(room, 0), f"name these in the settings of their step: {found}"


def constants(module: ast.Module) -> set[str]:
    """Names of a module that stand for numbers."""
    names = set()
    for node in module.body:
        values = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
        if isinstance(node, ast.Assign) and any(isinstance(value, float) for value in values):
            names |= {one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    return names


def test_modules_hold_no_thresholds_of_their_own() -> None:
    assert constants(ast.parse("NEAR, FAR = 8.0, 12.0\nCOUNT = 3\nNAMES = ('a', 'b')")) == {"NEAR", "FAR"}
    found = {name for room, _, module in sources() if room in NAMED_IN for name in constants(module)}
    assert found - NO_THRESHOLDS.keys() == set()
    assert NO_THRESHOLDS.keys() - found == set(), "these are gone: leave them out here, too"


def branched(settings: Any, path: str, value: Any) -> Any:
    """The settings with another value at the end of a path."""
    first, _, rest = path.partition(".")
    return replace(settings, **{first: branched(getattr(settings, first), rest, value) if rest else value})


def face(x: float, turn: float, longer: int = 0) -> Drawing:
    """A head, two eyes, and a mouth that ends on the cheek, or is `longer`."""
    t = np.linspace(0.0, 2.0 * np.pi, 40)[:-1]
    head = np.stack([1.2 * np.cos(t), 1.5 * np.sin(t)], 1)
    eyes = [np.stack([0.2 * np.cos(t[::3]) + side, 0.15 * np.sin(t[::3]) + 0.4], 1) for side in (-0.5, 0.5)]
    along = np.linspace(0.0, 1.0 + longer, 15 * (1 + longer))
    mouth = np.stack([1.1 - 1.7 * along, -0.6 + 0.2 * np.sin(3.0 - 3.0 * along)], 1)
    way = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    lines = [line @ way + [x, 0.1 * x] for line in (head, *eyes, mouth)]
    return Drawing.from_strokes(lines, [True, True, True, False])


def faces() -> tuple[Drawing, Drawing, Context, Limbs | None]:
    return face(0.0, 0.0, 1), face(1.0, 0.3), Context(face(-1.4, -0.1), None, (-4.0, 0.0, 4.0, 8.0)), None


def arms() -> tuple[Drawing, Drawing, Context, Limbs | None]:
    return swinging(0), swinging(4, -1), Context(frames=(-4.0, 0.0, 4.0, 8.0)), None


def crossing() -> tuple[Drawing, Drawing, Context, Limbs | None]:
    """Two limbs with bones, one passing behind the other."""
    t = np.linspace(0.0, 1.0, 30)
    sides = [np.stack([np.full(30, x), 3.0 * t], 1) for x in (-0.4, 0.4)]
    moving = [[np.stack([np.full(30, x + half), 3.0 * t], 1) for half in (-0.25, 0.3)] for x in (-1.6, 1.6)]
    x = np.stack([np.zeros(9), np.linspace(-1.6, 1.7, 9)], 1)
    head, tail = (np.stack([x, np.full(x.shape, y)], 2) for y in (0.1, 2.9))
    depth = np.stack([np.zeros(9), np.full(9, -1.0)], 1)
    bones = Guide(("front", "back"), np.array([-1, -1]), np.arange(0.0, 9.0), head, tail, depth, depth)
    a, b = (Drawing.from_strokes([*sides, *lines]) for lines in moving)
    return a, b, Context(frames=(-8.0, 0.0, 8.0, 16.0)), Limbs.of(bones)


SCENES = {"faces": faces, "arms": arms, "crossing": crossing}


def tweened(scene: str, settings: TweenSettings) -> list[Drawing]:
    a, b, context, guide = SCENES[scene]()
    settings = replace(settings, learned=False, judged=True, wired=scene == "arms")
    # copies know their way, whatever else is set
    settings = branched(settings, "match.copies", False)
    if scene != "arms":
        settings = branched(settings, "match.learned", False)
    plan = plan_tween(a, b, context=context, settings=settings, guide=guide)
    return [plan.at(t) for t in (0.05, 0.3, 0.6)]


@cache
def usual(scene: str) -> list[Drawing]:
    return tweened(scene, TweenSettings())


def same(one: Drawing, other: Drawing) -> bool:
    told = one.attributes.keys() == other.attributes.keys() and all(
        np.array_equal(value.values, other.attributes[name].values) for name, value in one.attributes.items()
    )
    return told and np.array_equal(one.xy, other.xy) and np.array_equal(one.offsets, other.offsets)


@pytest.mark.parametrize("scene", SCENES)
def test_what_is_drawn_is_drawn_again_alike(scene: str) -> None:
    assert all(map(same, usual(scene), tweened(scene, TweenSettings())))


@pytest.mark.parametrize(
    ("scene", "path", "value"),
    [
        ("faces", "match.chain.absent", 0.1),
        ("faces", "match.belief.distance_scale", 600.0),
        ("faces", "match.local.reach", 15.0),
        ("faces", "match.trust.astray", 0.5),
        ("faces", "match.spans.settle", 0.1),
        ("faces", "match.whole.most", 0.0),
        ("faces", "evidence.home", 60.0),
        ("faces", "evidence.travel", 2.0),
        ("faces", "ladder.hold", 1.0),
        ("faces", "motion.ribbon.step", 3.0),
        ("faces", "motion.ways.steady", 0.0),
        ("faces", "motion.ways.trusted", 0.1),
        ("faces", "motion.shape.reach", 1.0),
        ("faces", "bodies.contacts.touch", 0.1),
        ("faces", "bodies.settle.reach", 60.0),
        ("faces", "bodies.closing.reach", 100.0),
        ("faces", "stub", 650.0),
        ("arms", "wire.parts.miss", 0.1),
        ("arms", "wire.parts.slide", 1.0),
        ("arms", "wire.skeleton.near", 1.0),
        ("arms", "wire.skeleton.stiff", 9.0),
        ("arms", "wire.lead", 0.1),
        ("crossing", "guided.fit.placed", 0.0),
        ("crossing", "guided.bind.near_weight", 30.0),
        ("crossing", "guided.bind.still", 0.0),
        ("crossing", "guided.carry.step", 40.0),
        ("crossing", "guided.hold.smooth", 200.0),
        ("crossing", "hide.margin", 9.0),
        ("crossing", "hide.regions.shrunk", 0.3),
    ],
)
def test_leaves_of_the_tree_are_read(scene: str, path: str, value: Any) -> None:
    changed = tweened(scene, branched(TweenSettings(), path, value))
    assert not all(map(same, usual(scene), changed))
