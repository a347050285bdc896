"""The samples in real Blender: tweened by the registered operator, keys untouched, seen by the camera as drawn."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

import inkbetween
from inkbetween.addon import adapter
from inkbetween.inference.drawing.contract import Curves
from inkbetween.inference.mocap.bvh import parse_bvh
from inkbetween.tools.demo import performer, stage
from inkbetween.tools.samples import dance, dancer, mocap
from inkbetween.tools.samples.sample import Sample
from inkbetween.tools.samples.scenes import all_samples
from inkbetween.tools.space import to_pixels, to_plane

SAMPLES = all_samples()
each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=[s.name for s in SAMPLES])


@pytest.fixture(autouse=True)
def unregistered_afterwards() -> Iterator[None]:
    yield
    if hasattr(bpy.types, "INKBETWEEN_OT_tween"):
        inkbetween.unregister()


def drawings(obj: object, layer: str) -> dict[int, Curves]:
    frames = obj.data.layers[layer].frames  # type: ignore[attr-defined]
    return {adapter.frame_number(frame): adapter.read_curves(frame.drawing) for frame in frames}


@each_sample
def test_tween_fills_every_gap_and_leaves_keys_alone(sample: Sample):
    staged = stage.build(sample)
    names = (stage.COLOUR_LAYER, stage.LINE_LAYER)
    before = {name: drawings(staged, name) for name in names}
    keys = [key.frame for key in sample.keys]
    assert [sorted(frames) for frames in before.values()] == [keys, keys]
    said = stage.tween(staged)
    assert said == f"{2 * (keys[-1] - keys[0] + 1 - len(keys))} in-betweens on 2 layers"
    for name in names:
        after = drawings(staged, name)
        assert sorted(after) == list(range(keys[0], keys[-1] + 1))
        for frame, key in before[name].items():
            assert np.array_equal(after[frame].offsets, key.offsets)
            for attribute, values in key.attributes.items():
                assert np.array_equal(after[frame].attributes[attribute].values, values.values)
        for frame in set(after) - set(keys):
            drawn = after[frame]
            assert drawn.stroke_count
            position = drawn.attributes["position"].values
            assert np.isfinite(position).all()
            # Nothing flies out of the picture.
            pixels = to_pixels(position[:, [0, 2]])
            assert (pixels > (-100, -100)).all()
            assert (pixels < (1380, 820)).all()
    types = {adapter.frame_number(f): adapter.frame_type(f) for f in staged.data.layers[0].frames}
    assert {number for number, kind in types.items() if kind != adapter.GENERATED} == set(keys)


def test_the_camera_sees_the_picture_as_drawn():
    stage.build(SAMPLES[0])
    camera = bpy.context.scene.camera
    corner = to_plane(np.array([[0.0, 0.0]]))[0]
    bpy.context.view_layer.update()
    seen = camera.matrix_world.inverted() @ type(camera.location)((corner[0], 0, corner[1]))
    assert seen.x == pytest.approx(-camera.data.ortho_scale / 2, abs=1e-5)
    assert seen.y == pytest.approx(camera.data.ortho_scale * 720 / 1280 / 2, abs=1e-5)


def test_colours_are_converted_to_linear_light():
    assert stage.linear((0, 255, 128)) == pytest.approx((0, 1, 0.2158), abs=1e-3)


def test_the_demo_with_its_own_rasteriser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    pytest.importorskip("cv2")
    pytest.importorskip("PIL")
    from inkbetween.tools.demo import __main__ as demo

    monkeypatch.setattr(sys, "argv", ["demo", "head", "--own-rasteriser", "--output", str(tmp_path)])
    assert demo.main() == 0
    printed = capsys.readouterr().out
    assert "own rasteriser, not by Blender" in printed
    for name in ("head.blend", "head_sheet.png", "head.gif"):
        assert (tmp_path / name).stat().st_size > 10_000
        assert str(tmp_path / name) in printed


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The classical engine draws; what the learned one adds is no matter here."""
    from inkbetween.inference.tween import engines

    classical = engines.settings_of("CLASSICAL")
    monkeypatch.setattr(engines, "settings_of", lambda _engine: classical)


def test_a_guide_brings_a_walk_nearer_to_the_truth(tmp_path: Path, cheap: None, capsys: pytest.CaptureFixture):
    pytest.importorskip("cv2")
    pytest.importorskip("PIL")
    from inkbetween.tools.demo import guided

    made = guided.make(dance.guided((10, 16)), tmp_path, own=True)
    assert [path.name for path in made] == ["guided_without.blend", "guided.blend", "guided_sheet.png", "guided.gif"]
    assert all(path.stat().st_size > 10_000 for path in made)
    assert parse_bvh((tmp_path / "dance.bvh").read_text()).frame_count == mocap.FRAMES
    printed = capsys.readouterr().out
    f1, chamfer = (
        {way: float(number) for way, number in re.findall(rf"guided: (.+): .*{name} (\d.\d+)", printed)}
        for name in ("F1@2", "CD/hold")
    )
    assert set(f1) == {"without the guide", "with the guide", "drawn once more"}
    assert f1["with the guide"] > f1["without the guide"] + 0.1
    assert chamfer["with the guide"] < chamfer["without the guide"] < 1
    assert f1["drawn once more"] > 0.95


def test_the_performer_is_where_the_dancer_is(tmp_path: Path):
    staging = dance.guided((1, 2))
    armature = performer.bring(stage.build(staging.sample), staging, tmp_path)
    assert bpy.context.active_object.type == "GREASEPENCIL"
    for frame in (1, 20):
        bpy.context.scene.frame_set(frame)
        pose = dancer.seen(frame, staging.yaw, staging.x)
        for name in ("Hips", "LeftLeg", "RightFoot"):
            joint = armature.matrix_world @ armature.pose.bones[name].head
            assert to_pixels(np.array([[joint.x, joint.z]]))[0] == pytest.approx(pose.at[name], abs=0.1)


def test_one_drawing_performs_every_other_frame(tmp_path: Path):
    pytest.importorskip("cv2")
    pytest.importorskip("PIL")
    from inkbetween.tools.demo import retargeted

    staging = dance.retargeted(60, 72)
    made = retargeted.make(staging, tmp_path, own=True)
    assert [path.name for path in made] == ["retargeted.blend", "retargeted_sheet.png", "retargeted.gif"]
    assert all(path.stat().st_size > 10_000 for path in made)
    layers = bpy.context.active_object.data.layers
    assert [layer.hide for layer in layers] == [not layer.name.endswith("retargeted") for layer in layers]
    lines = layers[f"{stage.LINE_LAYER} retargeted"]
    assert [adapter.frame_number(frame) for frame in lines.frames] == list(range(60, 73, 2))
    # The near hand rises, as the performer's does.
    performed = [dancer.seen(frame, staging.yaw, staging.x).at["RightHand"][1] for frame in (60, 72)]
    drawn = [glove(bpy.context.active_object, frame)[1] for frame in (60, 72)]
    assert performed[0] - performed[1] > 50
    assert drawn[0] - drawn[1] > 50


def glove(obj: Any, frame: int) -> np.ndarray:
    """Where the near hand is drawn, px."""
    curves = drawings(obj, f"{stage.COLOUR_LAYER} retargeted")[frame]
    slot = [material.name.split(".")[0] for material in obj.data.materials].index("Gloves")
    (stroke,) = np.flatnonzero(curves.attributes["material_index"].values == slot)
    position = curves.attributes["position"].values[curves.offsets[stroke] : curves.offsets[stroke + 1]]
    return to_pixels(position[:, [0, 2]]).mean(0)


def test_a_machine_that_cannot_render_falls_back(tmp_path: Path, capsys: pytest.CaptureFixture):
    pytest.importorskip("cv2")
    from inkbetween.tools.demo import render

    broken = tmp_path / "broken.blend"
    broken.write_bytes(b"no blend file")
    assert render.with_blender(broken, SAMPLES[0], [1, 2]) is None
    assert "Blender cannot render here" in capsys.readouterr().out
