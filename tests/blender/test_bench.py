"""The benchmark through Blender: our registered operator and Blender's own, on a sequence made here."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
import numpy as np
import pytest

import inkbetween
from inkbetween.addon import adapter
from inkbetween.inference import engines
from inkbetween.inference.engines import settings_of
from inkbetween.inference.plan import TweenSettings
from inkbetween.tools.bench import in_blender
from inkbetween.tools.bench.sequences import Sequence


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


@pytest.mark.parametrize("method", [in_blender.tween, in_blender.interpolate])
def test_in_betweens_of_a_sliding_wave(sequence: Sequence, method):
    tweened = method(sequence, 4)
    assert sorted(tweened.frames) == [1, 2, 3, 5, 6, 7]
    assert tweened.per_pair > 0
    for number, frame in tweened.frames.items():
        drawn, true = np.concatenate(frame), sequence.frames[number][0]
        assert np.linalg.norm(drawn[:, None] - true[None], axis=2).min(1).max() < 6


def test_the_operator_is_told_the_engine(sequence: Sequence, monkeypatch: pytest.MonkeyPatch):
    asked = []

    def told(engine: str) -> TweenSettings:
        asked.append(engine)
        return settings_of(engine)

    monkeypatch.setattr(engines, "settings_of", told)
    for engine in engines.ENGINES:
        in_blender.tween(sequence, 8, engine)
    in_blender.tween(sequence, 8)
    assert asked == [*engines.ENGINES, "LEARNED"]


def test_nothing_is_left_in_the_file(sequence: Sequence):
    objects, materials = len(bpy.data.objects), len(bpy.data.materials)
    in_blender.tween(sequence, 2)
    assert (len(bpy.data.objects), len(bpy.data.materials)) == (objects, materials)
    assert not len(adapter.grease_pencil_data())
