"""The dancer does what the motion capture does, with proportions of its own, and can be drawn at any frame."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from inkbetween.tools.picture import Picture
from inkbetween.tools.samples import dance, dancer, mocap
from inkbetween.tools.samples.hand import Hand

LIMBS = [(f"{side}{a}", f"{side}{b}") for side in ("Left", "Right") for a, b in (("UpLeg", "Leg"), ("Arm", "ForeArm"))]


def ink(hand: Hand) -> np.ndarray:
    return np.concatenate([mark.path for mark in hand.lines()])


def headings(places: dict[str, np.ndarray]) -> np.ndarray:
    """(L, 2) unit vectors along limbs."""
    ways = np.array([places[b] - places[a] for a, b in LIMBS])
    return ways / np.linalg.norm(ways, axis=1, keepdims=True)


@pytest.mark.parametrize("frame", [1, 18, 74])
def test_limbs_point_where_the_performer_has_them_but_are_not_as_long(frame: int):
    """From the side, x is the performer's z; y points down."""
    hips, turned = mocap.turns()
    places, turns = {"Hips": hips}, {"Hips": turned["Hips"]}
    for name, (parent, offset) in mocap.JOINTS.items():
        if parent:
            places[name] = places[parent] + turns[parent] @ np.array(offset)
            turns[name] = turns[parent] @ turned[name]
    performed = {name: at[frame - 1, [2, 1]] * (1, -1) for name, at in places.items()}
    pose = dancer.seen(frame, 90.0, 0.0)
    assert headings(pose.at) == pytest.approx(headings(performed), abs=1e-6)

    def share(one: str, other: str) -> float:
        drawn, real = (np.linalg.norm(at[one] - at[other]) for at in (pose.at, performed))
        return float(drawn / real / dancer.SCALE)

    assert share("LeftUpLeg", "LeftLeg") == pytest.approx(dancer.LEGS)
    assert share("Hips", "Spine") == pytest.approx(dancer.TRUNK)


def test_feet_stay_where_they_stand():
    """The left foot stands from frame 12 to 25 of the walk."""
    standing = np.array([dancer.seen(frame, 55.0, 0.0).at["LeftToe"] for frame in range(15, 26)])
    assert np.ptp(standing, axis=0).max() < 1.0


def test_a_frame_is_drawn_differently_by_another_hand_yet_alike():
    staging = dance.guided()
    one, other = staging.true(5), staging.true(5, "again")
    assert len(one.lines()) != len(other.lines()) or not np.array_equal(one.lines()[0].path, other.lines()[0].path)
    near = Picture([mark.path for mark in one.lines()]).distance
    x, y = np.clip(np.round(ink(other)).astype(int), 0, (1279, 719)).T
    assert np.median(near[y, x]) < 3


@pytest.mark.parametrize("staging", [dance.guided(), dance.retargeted()], ids=["guided", "retargeted"])
def test_the_dancer_stays_in_the_picture(staging: dance.Staging):
    for frame in (staging.first, (staging.first + staging.last) // 2, staging.last):
        points = ink(staging.true(frame))
        assert (points > 10).all()
        assert (points < (1270, 710)).all()
        assert abs(np.median(points[:, 0]) - staging.middle(frame)) < 60


def test_limbs_cross_between_the_keys():
    """What makes it worth a guide: legs pass each other between two keys, and hands pass the body."""
    keys = [key.frame for key in dance.guided().sample.keys]
    apart = {f: dancer.seen(f, 55.0, 0.0) for f in range(keys[0], keys[-1] + 1)}
    legs = [float((pose.at["LeftFoot"] - pose.at["RightFoot"])[0]) for pose in apart.values()]
    assert sum(a * b < 0 for a, b in pairwise(legs)) >= 2


def test_the_model_has_a_pose_that_is_not_performed():
    model = headings(dancer.model(20.0, 0.0).at)
    performed = [headings(dancer.seen(frame, 20.0, 0.0).at) for frame in range(1, mocap.FRAMES + 1)]
    assert min(np.linalg.norm(pose - model, axis=1).max() for pose in performed) > 0.2
