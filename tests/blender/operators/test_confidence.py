"""In-betweens say how far they are to be trusted: on their strokes, and in the report."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import bpy
import numpy as np
import pytest

from inkbetween.addon import adapter
from inkbetween.inference.confidence.evidence import EvidenceSettings
from inkbetween.inference.confidence.ladder import LadderSettings
from inkbetween.inference.drawing.contract import Attribute
from inkbetween.inference.drawing.conversion import CONFIDENCE
from inkbetween.inference.leads import free
from inkbetween.inference.tween import engines


@pytest.fixture
def layer(two_keys: Any) -> Any:
    """Keys at 1 and 9, the second drawn by hand: of copies all is sure."""
    layer = two_keys.data.layers["Lines"]
    drawing = adapter.frame_at(layer, 9).drawing
    position = adapter.read_curves(drawing).attributes["position"].values.copy()
    position[:, 2] += 0.05 * np.sin(np.arange(len(position)) * 0.7).astype(np.float32)
    adapter.set_attribute(drawing, "position", Attribute("POINT", "FLOAT_VECTOR", position))
    return layer


def curves_at(layer: Any, number: int) -> Any:
    return adapter.read_curves(adapter.frame_at(layer, number).drawing)


def test_every_generated_stroke_says_how_sure_it_is(layer: Any, run: Any, eye: Any) -> None:
    before = eye.artist_frames(layer)
    run("tween", scope="LAYER")
    for number in eye.generated(layer):
        curves = curves_at(layer, number)
        mark = curves.attributes[CONFIDENCE]
        assert (mark.domain, mark.kind) == ("CURVE", "FLOAT")
        assert len(mark.values) == curves.stroke_count > 0
        assert ((mark.values > 0) & (mark.values < 1)).all()
    assert eye.artist_frames(layer) == before
    assert not adapter.has_attribute(adapter.frame_at(layer, 1).drawing, CONFIDENCE)


def test_confidence_is_no_edit(layer: Any, run: Any, eye: Any) -> None:
    run("tween", scope="LAYER")
    drawing = adapter.frame_at(layer, 4).drawing
    count = len(drawing.strokes)
    adapter.set_attribute(drawing, CONFIDENCE, Attribute("CURVE", "FLOAT", np.full(count, 0.125, np.float32)))
    adapter.remove_attribute(adapter.frame_at(layer, 5).drawing, CONFIDENCE)
    assert "edited" not in run("tween", scope="LAYER").text
    assert (curves_at(layer, 4).attributes[CONFIDENCE].values != 0.125).all()
    assert CONFIDENCE in curves_at(layer, 5).attributes


def test_an_edited_inbetween_hands_its_confidence_to_nobody(layer: Any, run: Any, eye: Any, edit: Any) -> None:
    run("tween", scope="LAYER")
    edit(layer, 5)
    drawing = adapter.frame_at(layer, 5).drawing
    marks = Attribute("CURVE", "FLOAT", np.full(len(drawing.strokes), 7.0, np.float32))
    adapter.set_attribute(drawing, CONFIDENCE, marks)
    assert "1 generated frame you had edited was kept" in run("tween", scope="LAYER").text
    for number in (2, 3, 4, 6, 7, 8):
        assert curves_at(layer, number).attributes[CONFIDENCE].values.max() < 1


def test_bake_removes_confidence(layer: Any, run: Any) -> None:
    run("tween", scope="LAYER")
    run("bake", scope="LAYER")
    assert not any(adapter.has_attribute(frame.drawing, CONFIDENCE) for frame in layer.frames)


def test_undo_of_bake_brings_confidence_back(layer: Any, run: Any) -> None:
    # Headless Blender keeps no undo history until two steps were pushed.
    bpy.ops.ed.undo_push(message="Drawn")
    bpy.ops.ed.undo_push(message="Drawn")
    run("tween", "EXEC_DEFAULT", True, scope="LAYER")
    before = curves_at(layer, 4).attributes[CONFIDENCE].values
    run("bake", "EXEC_DEFAULT", True, scope="LAYER")
    bpy.ops.ed.undo()
    layer = bpy.data.objects["Drawing"].data.layers["Lines"]
    np.testing.assert_array_equal(curves_at(layer, 4).attributes[CONFIDENCE].values, before)


@pytest.mark.parametrize(("least", "counted"), [(1.0, True), (0.0, False)])
def test_strokes_of_low_confidence_are_counted(
    layer: Any, run: Any, monkeypatch: pytest.MonkeyPatch, least: float, counted: bool
) -> None:
    usual = engines.settings_of
    changed = EvidenceSettings(low=least)
    monkeypatch.setattr(engines, "settings_of", lambda engine: replace(usual(engine), evidence=changed))
    assert ("3 strokes, low confidence" in run("tween", scope="LAYER", engine="CLASSICAL").text) == counted


def test_keys_that_have_hardly_anything_in_common_hold(layer: Any, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    descend = free.descend
    monkeypatch.setattr(free, "descend", lambda found, sure, _: descend(found, sure, LadderSettings(hold=2.0)))
    assert "3 strokes held" in run("tween", scope="LAYER", engine="CLASSICAL").text
    key, held = (curves_at(layer, number).attributes["position"].values for number in (1, 3))
    assert np.linalg.norm(held[:, None] - key, axis=2).min(1).max() < 0.02


def test_what_the_report_counts_is_what_is_stored(new_object: Any, polylines: Any, run: Any, eye: Any) -> None:
    """Lines that go astray in a crowd: those whose stored confidence is low are those that are counted."""
    rng = np.random.default_rng(5)
    keys = {}
    for frame in (1, 9):
        starts = rng.uniform(-3.0, 3.0, (14, 2))
        lines = [start + np.cumsum(rng.normal(0.0, 0.3, (9, 2)), 0) for start in starts]
        keys[frame] = polylines(*(np.stack([line[:, 0], 0 * line[:, 0], line[:, 1]], 1) for line in lines))
    layer = new_object(keys).data.layers["Lines"]
    text = run("tween", scope="LAYER", engine="CLASSICAL").text
    low = [
        int((curves_at(layer, n).attributes[CONFIDENCE].values < EvidenceSettings().low).sum())
        for n in eye.generated(layer)
    ]
    assert max(low) > 1
    assert f"{max(low)} strokes, low confidence" in text
