"""The benchmark through Blender: our registered operator and Blender's own, on a sequence made here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, replace
from pathlib import Path

import bpy
import numpy as np
import pytest

import inkbetween
from inkbetween.addon import adapter
from inkbetween.inference.skeletons.view import Canvas
from inkbetween.inference.tween import engines
from inkbetween.inference.tween.engines import settings_of
from inkbetween.inference.tween.plan import TweenSettings
from inkbetween.ops.scene.guiding import read_guidance
from inkbetween.tools.bench.drawings.rigged import displaced, load_rig
from inkbetween.tools.bench.drawings.sequences import Fill, Sequence, SequenceError
from inkbetween.tools.bench.measures.lines import f1_score
from inkbetween.tools.bench.methods import engine, in_blender, rig_scene
from inkbetween.tools.picture import Picture


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    in_blender.start()
    yield
    inkbetween.unregister()


@pytest.fixture
def sequence() -> Sequence:
    """A wave that slides 5 px to the right a frame."""
    x = np.linspace(0, 300, 40)
    return Sequence("wave", [[np.stack([400 + x + 5 * k, 300 + 60 * np.sin(x / 50)], axis=1)] for k in range(9)])


@pytest.fixture
def coloured(sequence: Sequence) -> Sequence:
    """The wave over paint that slides along: a band below the line, and a patch upon the band."""
    fills = []
    for (line,) in sequence.frames:
        band = np.concatenate([line, line[::-1] + np.array([0.0, 80.0])])
        patch = line[10:20].mean(0) + 20.0 * np.array([[-1.0, 1.0], [1.0, 1.0], [1.0, 3.0], [-1.0, 3.0]])
        fills.append([Fill(0, band), Fill(1, patch)])
    return replace(sequence, fills=fills, palette=np.array([[200, 60, 40], [40, 90, 200]], np.uint8))


@pytest.mark.parametrize("method", [in_blender.tween, in_blender.interpolate])
def test_in_betweens_of_a_sliding_wave(sequence: Sequence, method):
    tweened = method(sequence, 4)
    assert sorted(tweened.frames) == [1, 2, 3, 5, 6, 7]
    assert tweened.per_pair > 0
    for number, frame in tweened.frames.items():
        drawn, true = np.concatenate(frame), sequence.frames[number][0]
        assert np.linalg.norm(drawn[:, None] - true[None], axis=2).min(1).max() < 6


def test_paint_and_lines_are_tweened_together(coloured: Sequence):
    tweened = in_blender.tween(coloured, 4)
    assert sorted(tweened.fills) == [1, 2, 3, 5, 6, 7]
    for number, fills in tweened.fills.items():
        assert [fill.colour for fill in fills] == [0, 1]
        for fill, true in zip(fills, coloured.fills[number], strict=True):
            apart = np.linalg.norm(fill.outline[:, None] - true.outline[None], axis=2)
            assert max(apart.min(1).max(), apart.min(0).max()) < 6


@pytest.mark.parametrize("name", ["CLASSICAL", "LEARNED"])
def test_the_engine_alone_draws_what_the_operator_draws(coloured: Sequence, name: str):
    by_operator, by_engine = in_blender.tween(coloured, 4, name), engine.tween(coloured, 4, name)
    for number, fills in by_operator.fills.items():
        there = [*by_operator.frames[number], *(fill.outline for fill in fills)]
        here = [*by_engine.frames[number], *(fill.outline for fill in by_engine.fills[number])]
        assert [fill.colour for fill in fills] == [fill.colour for fill in by_engine.fills[number]]
        for one, other in zip(there, here, strict=True):
            assert one == pytest.approx(other, abs=1e-3)


def test_blender_interpolates_paint_too(coloured: Sequence):
    tweened = in_blender.interpolate(coloured, 4)
    assert all([fill.colour for fill in fills] == [0, 1] for fills in tweened.fills.values())


def test_the_operator_is_told_the_engine(sequence: Sequence, monkeypatch: pytest.MonkeyPatch):
    asked = []

    def told(engine: str) -> TweenSettings:
        asked.append(engine)
        return settings_of(engine)

    monkeypatch.setattr(engines, "settings_of", told)
    for name in engines.ENGINES:
        in_blender.tween(sequence, 8, name)
    in_blender.tween(sequence, 8)
    assert asked == [*engines.ENGINES, "LEARNED"]


@pytest.fixture
def swinging(tmp_path: Path) -> Sequence:
    """An arm of two bones, both sides of each drawn, and the arm in the camera's space: 50 px a unit, 3 units away."""
    bones, rest, poses, frames = ["upper", "lower"], [], [], []

    def bone(angle: float, at: np.ndarray) -> np.ndarray:
        """A matrix whose y axis points along the angle."""
        matrix = np.eye(4)
        matrix[:2, :2] = [[np.sin(angle), np.cos(angle)], [-np.cos(angle), np.sin(angle)]]
        matrix[:3, 3] = *at, 3.0
        return matrix

    for k in range(9):
        first, second = -1.6 + 0.25 * k, 0.3 + 0.5 * np.sin(np.pi * k / 8)
        elbow = 4.0 * np.array([np.cos(first), np.sin(first)])
        poses.append([bone(first, np.zeros(2)), bone(first + second, elbow)])
        lines = []
        for angle, start in ((first, np.zeros(2)), (first + second, elbow)):
            way, side = (np.array(v) for v in ((np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))))
            along = start + np.linspace(0.3, 3.7, 20)[:, None] * way
            lines += [(640, 360) + 50 * (along + s * 0.4 * side) * (1, -1) for s in (1, -1)]
        frames.append(lines)
    rest = [bone(0.0, np.zeros(2)), bone(0.0, np.array([4.0, 0.0]))]
    arrays = {"bones": bones, "parents": [-1, 0], "rest": rest, "pose": poses, "px_per_unit": 50.0}
    np.savez(tmp_path / "arm.npz", **{name: np.array(values) for name, values in arrays.items()})
    return Sequence("arm", frames, tmp_path / "arm.npz")


@pytest.mark.parametrize("off", [False, True])
def test_the_armature_in_the_scene_is_the_guide_that_the_engine_gets(swinging: Sequence, off: bool):
    expected = load_rig(swinging).guide()
    expected = displaced(expected) if off else expected
    plane = Canvas(np.array([[1.0, 0, 0], [0, 0, 1.0], [0, -1.0, 0]]), np.zeros(3))
    with rig_scene.staged(swinging, off) as name:
        guide = read_guidance(bpy.context.scene, name, range(1, 13)).recording.seen(plane)
    assert guide.names == expected.names
    for frame in range(1, 13):
        there, here = guide.at(frame), expected.at(frame - 1)
        for one, other in zip(astuple(there), astuple(here), strict=True):
            assert one == pytest.approx(other, abs=1e-4)


def test_operator_and_engine_agree_with_a_guide(swinging: Sequence):
    for guided in ("true", "off"):
        by_operator = in_blender.tween(swinging, 8, "CLASSICAL", guided)
        by_engine = engine.tween(swinging, 8, "CLASSICAL", guided)
        for number, frame in by_operator.frames.items():
            assert f1_score(Picture(frame), Picture(by_engine.frames[number])) > 0.99
    alone = in_blender.tween(swinging, 8, "CLASSICAL")
    led = in_blender.tween(swinging, 8, "CLASSICAL", "true")
    plain, guided_f1 = (
        np.mean([f1_score(Picture(swinging.frames[n]), Picture(t.frames[n])) for n in t.frames]) for t in (alone, led)
    )
    assert guided_f1 > max(0.95, plain)


def test_the_scene_is_as_it_was_when_the_guide_has_gone(swinging: Sequence):
    scene = bpy.context.scene
    blocks = (bpy.data.objects, bpy.data.armatures, bpy.data.cameras, bpy.data.actions)
    before = [len(each) for each in blocks], scene.camera, scene.render.resolution_x
    in_blender.tween(swinging, 8, "CLASSICAL", "true")
    assert ([len(each) for each in blocks], scene.camera, scene.render.resolution_x) == before


def test_a_sequence_without_an_armature_says_so(sequence: Sequence):
    with pytest.raises(SequenceError, match=r"wave .* no file that could hold an armature"):
        in_blender.tween(sequence, 4, guided="true")


@pytest.mark.parametrize("which", ["sequence", "coloured"])
def test_nothing_is_left_in_the_file(which: str, request: pytest.FixtureRequest):
    objects, materials = len(bpy.data.objects), len(bpy.data.materials)
    in_blender.tween(request.getfixturevalue(which), 2)
    assert (len(bpy.data.objects), len(bpy.data.materials)) == (objects, materials)
    assert not len(adapter.grease_pencil_data())
