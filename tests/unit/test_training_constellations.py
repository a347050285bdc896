"""Spots of moving figures as the motion network learns from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inkbetween.inference.networks.fragments import CONTEXT, WIDTH
from inkbetween.training.clips.split import Split
from inkbetween.training.tasks.constellations import Motion, MotionSet, constellation, load_motions, save_motions


def ball(turn: float, drift: float, frames: int = 40) -> Motion:
    """A ball that turns about the vertical by `turn` rad and drifts by `drift` a frame."""
    rng = np.random.default_rng(0)
    spots = rng.normal(size=(300, 3))
    spots /= np.linalg.norm(spots, axis=1, keepdims=True)
    angle = turn * np.arange(frames)
    matrix = np.zeros((frames, 3, 3))
    matrix[:, 0, 0] = matrix[:, 1, 1] = np.cos(angle)
    matrix[:, 0, 1], matrix[:, 1, 0] = -np.sin(angle), np.sin(angle)
    matrix[:, 2, 2] = 1.0
    normals = np.einsum("tij,vj->tvi", matrix, spots)
    places = normals + np.array([0.0, 0.0, 1.0]) * (drift * np.arange(frames))[:, None, None]
    part = np.zeros(len(spots), np.int64)
    return Motion("ball", "drift", "balls", places.astype(np.float32), normals.astype(np.float32), part)


def test_what_drifts_evenly_leaves_nothing_to_learn() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        one = constellation(ball(0.0, 0.05), rng)
        assert one is not None
        assert np.abs(one.travel.path - one.travel.baseline).max() < 1e-4


def test_spots_end_where_the_next_key_has_them() -> None:
    rng = np.random.default_rng(2)
    for _ in range(20):
        one = constellation(ball(0.05, 0.02), rng)
        assert one is not None
        last = one.travel.path[-1] - (one.travel.b - one.place)
        # an eighth of the way is missing
        way = np.linalg.norm(one.travel.b - one.place, axis=1)
        assert np.all(np.linalg.norm(last, axis=1) < 0.35 * way + 0.02)


def test_features_are_a_fragments_without_its_looks() -> None:
    one = constellation(ball(0.05, 0.02), np.random.default_rng(3))
    assert one is not None
    assert one.features.shape == (len(one.place), WIDTH)
    assert not one.features[:, :CONTEXT].any()
    assert np.allclose(one.features[:, CONTEXT : CONTEXT + 2], one.place, atol=1e-6)
    assert np.all((one.links >= 0) & (one.links < len(one.place)))


def test_a_seed_gives_the_same_constellation() -> None:
    first, second = (constellation(ball(0.05, 0.02), np.random.default_rng(4)) for _ in range(2))
    assert first is not None
    assert second is not None
    assert np.array_equal(first.travel.path, second.travel.path)
    assert np.array_equal(first.features, second.features)


def test_what_is_too_short_gives_none() -> None:
    motion = ball(0.1, 0.1, frames=2)
    assert constellation(motion, np.random.default_rng(5)) is None


def test_motions_are_written_and_read(tmp_path: Path) -> None:
    save_motions(tmp_path / "balls" / "ball.npz", [ball(0.05, 0.02), ball(0.1, 0.0)])
    found = load_motions(tmp_path / "balls" / "ball.npz")
    assert [motion.action for motion in found] == ["drift", "drift"]
    assert np.array_equal(found[0].places, ball(0.05, 0.02).places)
    assert np.abs(found[0].normals - ball(0.05, 0.02).normals).max() < 0.005
    splits = [split for split in Split if _has(tmp_path, split)]
    assert len(splits) == 1
    drawn = MotionSet.read(tmp_path, splits[0]).draw(np.random.default_rng(0), 5)
    assert len(drawn) == 5


def _has(folder: Path, split: Split) -> bool:
    try:
        return len(MotionSet.read(folder, split)) > 0
    except FileNotFoundError:
        return False


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="No motions"):
        MotionSet.read(tmp_path, Split.TRAINING)
