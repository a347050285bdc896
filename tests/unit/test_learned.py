"""The learned engine: NumPy answers as torch does, weights are read safely, without them the classical engine works."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from inkbetween.inference.correspondence.matching import MatchSettings
from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.networks import carrier, matcher, weights
from inkbetween.inference.networks.fragments import CONTEXT, HALF, WIDTH, Fragments
from inkbetween.inference.networks.travel import INPUTS
from inkbetween.inference.networks.weights import Weights, WeightsError, bundled, read_weights, write_weights
from inkbetween.inference.tween.plan import TweenSettings, plan_tween
from inkbetween.training.networks.correspondence import CorrespondenceNet, NetShape
from inkbetween.training.networks.motion import MotionNet

BUNDLED = ("correspondence", "motion")
FINE = 22
"""Bits of factors at which products are as fine as torch's."""


def fragments(count: int, seed: int) -> Fragments:
    rng = np.random.default_rng(seed)
    before = np.maximum(np.arange(count) - 1, 0)
    after = np.minimum(np.arange(count) + 1, count - 1)
    place = rng.uniform(-1, 1, (count, 2)).astype(np.float32)
    features = rng.normal(size=(count, WIDTH)).astype(np.float32)
    # surroundings are unit vectors
    features[:, :CONTEXT] = np.abs(features[:, :CONTEXT])
    features[:, :CONTEXT] /= np.linalg.norm(features[:, :CONTEXT], axis=1, keepdims=True)
    return Fragments(features, place, before, after)


def weights_of(net: torch.nn.Module, name: str, heads: int, layers: int) -> Weights:
    arrays = {key: value.detach().numpy().astype(np.float32) for key, value in net.state_dict().items()}
    return Weights(name, heads, layers, arrays, {})


def in_torch(side: Fragments) -> tuple[torch.Tensor, ...]:
    links = np.stack([side.before, side.after])
    return tuple(torch.from_numpy(x)[None] for x in (side.features, side.place, links, np.ones(side.count, bool)))


@pytest.mark.parametrize("shape", [NetShape(32, 2, 2), NetShape(128, 4, 4)])
def test_numpy_matches_as_torch_does(shape: NetShape) -> None:
    torch.manual_seed(0)
    net = CorrespondenceNet(shape).eval()
    for name, parameter in net.named_parameters():
        if name.endswith("tell.weight"):
            torch.nn.init.normal_(parameter, std=0.3)
    a, b = fragments(70, 1), fragments(55, 2)
    with torch.no_grad():
        expected = net(*zip(in_torch(a), in_torch(b), strict=True))
    found = matcher.match_fragments(a, b, weights_of(net, "correspondence", shape.heads, shape.layers), FINE)
    assert np.abs(found.score - expected.score[0].numpy()).max() < 1e-4
    for ours, theirs in ((found.a, expected.a), (found.b, expected.b)):
        assert np.abs(ours.move / HALF - theirs.move[0].numpy()).max() < 1e-4
        assert np.abs(ours.part - theirs.part[0].numpy()).max() < 1e-4
        assert np.abs(ours.depth / HALF - theirs.depth[0].numpy()).max() < 1e-4
        assert np.abs(ours.flip - theirs.flip[0].numpy()).max() < 1e-4
        turn = theirs.turn[0].numpy()
        assert np.abs(ours.turn - (turn[:, 0] + 1j * turn[:, 1])).max() < 1e-4
    assert np.abs(found.a.partnered - expected.partnered_a[0].numpy()).max() < 1e-4


def test_numpy_moves_as_torch_does() -> None:
    torch.manual_seed(0)
    shape = NetShape(32, 2, 2)
    net = MotionNet(shape).eval()
    torch.nn.init.normal_(net.leave.weight)
    side = fragments(60, 3)
    inputs = np.random.default_rng(4).normal(size=(60, INPUTS)).astype(np.float32)
    _, place, links, real = in_torch(side)
    with torch.no_grad():
        expected = net(torch.from_numpy(inputs)[None], place, links, real)
    found = carrier.departure_of(side, inputs, weights_of(net, "motion", shape.heads, shape.layers), FINE)
    assert np.abs(found.terms / HALF - expected.terms[0].numpy()).max() < 1e-4
    assert np.abs(np.log(found.scale / HALF) - expected.log_scale[0].numpy()).max() < 1e-4


def test_weights_are_written_and_read_whole(tmp_path: Path) -> None:
    net = CorrespondenceNet(NetShape(32, 2, 1))
    kept = replace(weights_of(net, "correspondence", 2, 1), calibration={"slope": 1.5})
    write_weights(tmp_path / "x.npz", kept, {"data": "none"})
    found = read_weights(tmp_path / "x.npz")
    assert (found.name, found.heads, found.layers, found.calibration) == ("correspondence", 2, 1, {"slope": 1.5})
    assert set(found.arrays) == set(kept.arrays)
    for name, array in found.arrays.items():
        assert np.array_equal(array, kept.arrays[name].astype(np.float16).astype(np.float32))


def _damage(path: Path, how: str) -> None:
    raw = bytearray(path.read_bytes())
    if how == "missing":
        path.unlink()
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "truncated":
        path.write_bytes(raw[: len(raw) // 2])
    elif how == "flipped":
        raw[len(raw) // 2] ^= 0xFF
        path.write_bytes(raw)
    elif how == "text":
        path.write_text("not weights")
    else:
        with np.load(path) as data:
            arrays = {name: data[name] for name in data.files}
        meta = json.loads(str(arrays["meta"]))
        if how == "version":
            meta["version"] = 999
        elif how == "lacks an array":
            del arrays["enter.weight"]
        elif how == "other shape":
            arrays["enter.weight"] = arrays["enter.weight"][:-1]
        elif how == "not a number":
            arrays["enter.weight"][0, 0] = np.nan
        elif how == "no meta":
            meta = ["nothing"]
        np.savez(path, **{**arrays, "meta": np.array(json.dumps(meta))})


DAMAGE = (
    *("missing", "empty", "truncated", "flipped", "text"),
    *("version", "lacks an array", "other shape", "not a number", "no meta"),
)


@pytest.mark.parametrize("how", DAMAGE)
def test_damaged_weights_are_refused_and_missed_by_nobody(
    how: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in BUNDLED:
        path = tmp_path / f"{name}.npz"
        path.write_bytes((weights.FOLDER / path.name).read_bytes())
        _damage(path, how)
        with pytest.raises(WeightsError, match=path.name):
            read_weights(path)
    with caplog.at_level(logging.WARNING):
        assert [bundled(name, tmp_path) for name in BUNDLED] == [None, None]
    assert all(f"without learned {name}" in caplog.text for name in BUNDLED)


def test_what_is_bundled_is_small_and_whole() -> None:
    paths = [weights.FOLDER / f"{name}.npz" for name in BUNDLED]
    assert sum(path.stat().st_size for path in paths) < 8e6
    for path in paths:
        assert read_weights(path).name == path.stem


def _limb(angle: float) -> Drawing:
    s = np.linspace(0, 1, 30)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    body = np.stack([0.4 * np.cos(2 * np.pi * s), 0.8 * np.sin(2 * np.pi * s) + 0.8], 1)
    arm = (np.stack([0.2 + s, 0.1 * np.sin(3 * s)], 1)) @ turn + (0.3, 1.2)
    return Drawing.from_strokes([body, arm])


@pytest.mark.parametrize("learned", [(True, True), (True, False), (False, True), (False, False)])
def test_every_engine_tweens_and_keeps_the_keys(learned: tuple[bool, bool]) -> None:
    settings = TweenSettings(match=MatchSettings(learned=learned[0]), learned=learned[1])
    a, b = _limb(0.0), _limb(0.5)
    plan = plan_tween(a, b, settings=settings)
    for t, key in ((0.0, a), (1.0, b)):
        away = np.linalg.norm(plan.at(t).xy[:, None] - key.xy[None], axis=2).min(1)
        assert away.max() < 0.02
    assert np.isfinite(plan.at(0.5).xy).all()
