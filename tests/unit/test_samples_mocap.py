"""The project's own motion capture: a whole BVH file, a person of natural size, feet that stay where they stand."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from inkbetween.inference.mocap.bvh import Bvh, parse_bvh
from inkbetween.tools.samples import mocap

TEXT = mocap.bvh()
SIDES = ("Left", "Right")


@pytest.fixture(scope="module")
def capture() -> Bvh:
    return parse_bvh(TEXT)


@pytest.fixture(scope="module")
def places(capture: Bvh) -> dict[str, np.ndarray]:
    """(T, 3) of every joint."""
    positions = capture.positions()
    return {name: positions[:, joint] for joint, name in enumerate(capture.names)}


def test_the_text_is_a_whole_file() -> None:
    """By its structure alone, without a reader."""
    hierarchy, _, motion = TEXT.partition("MOTION\n")
    assert hierarchy.startswith("HIERARCHY\nROOT Hips\n{\n")
    depth = 0
    for character in hierarchy:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    joints = hierarchy.count("JOINT") + hierarchy.count("ROOT")
    assert 18 <= joints <= 24
    assert hierarchy.count("OFFSET") == joints + hierarchy.count("End Site")
    channels = [line.split() for line in hierarchy.splitlines() if "CHANNELS" in line]
    assert all(len(words) == 2 + int(words[1]) for words in channels)
    frames, seconds, *rows = motion.splitlines()
    assert frames == f"Frames: {len(rows)}"
    assert 48 <= len(rows) <= 96
    assert 1 / float(seconds.removeprefix("Frame Time: ")) == pytest.approx(24, abs=1e-3)
    assert {len(row.split()) for row in rows} == {sum(int(words[1]) for words in channels)}
    assert np.isfinite(np.array([row.split() for row in rows], float)).all()


def test_it_is_the_same_every_time(tmp_path: Path) -> None:
    mocap.write(tmp_path / "walk.bvh")
    assert (tmp_path / "walk.bvh").read_bytes() == TEXT.encode() == mocap.bvh().encode()


def test_joints_are_where_the_curves_have_them(places: dict[str, np.ndarray]) -> None:
    """Angles in the file make the turns they were made of, and legs reach the ankles that steps ask for."""
    hips, _ = mocap.turns()
    assert places["Hips"] == pytest.approx(hips, abs=1e-3)
    for side in SIDES:
        wanted = np.array([mocap._foot(side, frame)[0] for frame in range(mocap.FRAMES)])
        assert np.linalg.norm(places[f"{side}Foot"] - wanted, axis=1).max() < 1.0


@pytest.mark.parametrize("side", SIDES)
def test_feet_stay_where_they_stand(side: str, places: dict[str, np.ndarray]) -> None:
    ball = places[f"{side}Toe"]
    assert ball[:, 1].min() > 2.9  # never in the ground
    landed = 0
    _, steps = mocap._FEET[side]
    for lift, land in [*((int(step.lift), int(step.land)) for step in steps), (mocap.FRAMES - 1, 0)]:
        standing = ball[landed : lift + 1]
        assert len(standing) >= 2
        assert np.ptp(standing, axis=0).max() < 0.1
        landed = land + 3  # on its heel at first
    travelled = ball[48, 2] - ball[0, 2]
    assert travelled == pytest.approx(2 * mocap.STRIDE, abs=1)


def test_a_person_of_natural_size(capture: Bvh, places: dict[str, np.ndarray]) -> None:
    ends = dict(zip((capture.names[joint] for joint in capture.end_joints), capture.end_offsets, strict=True))
    height = places["Head"][:, 1].max() + ends["Head"][1]
    assert 160 < height < 180
    for side in SIDES:
        leg = places[f"{side}UpLeg"], places[f"{side}Leg"], places[f"{side}Foot"]
        thigh, shin = (np.linalg.norm(a - b, axis=1) for a, b in pairwise(leg))
        assert 0.8 < shin.mean() / thigh.mean() < 1.05
        # Knees bend forwards and never straighten beyond.
        knee = np.cross(leg[1] - leg[0], leg[2] - leg[1])[:, 0]
        assert (knee > 0).all()


def test_arms_swing_against_legs_and_hips_sway(places: dict[str, np.ndarray]) -> None:
    walk = slice(0, 48)
    hips = places["Hips"][walk]
    for side, other in (SIDES, SIDES[::-1]):
        hand = places[f"{side}Hand"][walk, 2] - hips[:, 2]
        assert np.corrcoef(hand, places[f"{other}Foot"][walk, 2] - hips[:, 2])[0, 1] > 0.8
        assert np.corrcoef(hand, places[f"{side}Foot"][walk, 2] - hips[:, 2])[0, 1] < -0.5
    assert 2 < np.ptp(hips[:, 0]) < 8
    assert 2 < np.ptp(hips[:, 1]) < 6
    assert (np.diff(hips[:, 2]) > 0).all()
    # Hips are over the foot that carries them.
    raised = places["LeftFoot"][walk, 1] - places["RightFoot"][walk, 1]
    assert np.corrcoef(hips[:, 0], raised)[0, 1] < -0.3


def test_in_the_dance_hands_go_up_in_turn(places: dict[str, np.ndarray]) -> None:
    dance = slice(66, mocap.FRAMES)
    left, right = (places[f"{side}Hand"][dance, 1] for side in SIDES)
    head = places["Head"][dance, 1]
    assert (left > head).any()
    assert (right > head).any()
    assert np.corrcoef(left, right)[0, 1] < -0.5


def test_nothing_jumps(capture: Bvh) -> None:
    positions = capture.positions()
    assert np.linalg.norm(np.diff(positions, axis=0), axis=2).max() < 40  # cm a frame: 10 m a second
    assert np.abs(np.diff(capture.values[:, 3:], axis=0)).max() < 60
