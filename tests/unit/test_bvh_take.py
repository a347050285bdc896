"""Captures at another rate keep their speed; bones have length, names of their own, and a plausible size."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.mocap.bones import bones_of, fit_to_scene, poses_of, unique_names
from inkbetween.inference.mocap.bvh import Bvh, BvhError, parse_bvh
from inkbetween.inference.mocap.motion import about, from_matrices, product, rotated, slerp, to_matrices
from inkbetween.inference.mocap.retime import moments, retimed
from inkbetween.inference.mocap.take import take_of

FIGURE = """HIERARCHY
ROOT Hips {{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Xrotation Yrotation Zrotation
  JOINT Spine {{ OFFSET 0 0 0 CHANNELS 3 Zrotation Xrotation Yrotation
    JOINT Arm {{ OFFSET {two} {four} 0 CHANNELS 3 Zrotation Xrotation Yrotation
      JOINT Hand {{ OFFSET {two} 0 0 CHANNELS 3 Zrotation Xrotation Yrotation }} }}
    JOINT Neck {{ OFFSET 0 {five} 0 CHANNELS 3 Zrotation Xrotation Yrotation End Site {{ OFFSET 0 {two} 0 }} }}
  }}
  JOINT Leg {{ OFFSET {one} 0 0 CHANNELS 3 Zrotation Xrotation Yrotation
    JOINT Foot {{ OFFSET 0 -{ten} 0 CHANNELS 3 Zrotation Xrotation Yrotation End Site {{ OFFSET 0 0 {two} }} }} }}
}}
MOTION
Frames: {frames}
Frame Time: {time}
"""
HEIGHT = 17.0


def figure(frames: int = 5, time: float = 0.05, unit: float = 1.0, tilt: float = 0.0, lift: float = 10.0) -> Bvh:
    """A figure of 17 units high that turns 10 degrees and steps 0.1 units each frame; `tilt` turns y up into z up."""
    sizes = {name: f"{n * unit:.6f}" for name, n in (("one", 1), ("two", 2), ("four", 4), ("five", 5), ("ten", 10))}
    height = (0, lift) if tilt else (lift, 0)
    rows = [
        " ".join(str(v) for v in (0.1 * k * unit, height[0] * unit, height[1] * unit, tilt, 10 * k, 0, *[0] * 18))
        for k in range(frames)
    ]
    return parse_bvh(FIGURE.format(frames=frames, time=time, **sizes) + "\n".join(rows))


@pytest.mark.parametrize(
    ("frames", "time", "fps", "count", "step"),
    [
        (481, 1 / 120, 24.0, 97, 5.0),  # four seconds stay four seconds
        (480, 1 / 120, 24.0, 97, 5.0),  # and the last pose is not cut off
        (477, 1 / 120, 24.0, 97, 5.0),
        (476, 1 / 120, 24.0, 96, 5.0),
        (481, 0.0083333, 24.0, 97, 5.00002),
        (481, 0.0083334, 24.0, 97, 4.99996),
        (2, 1 / 30, 12.0, 2, 2.5),
        (2, 1 / 2000, 24.0, 2, 2000 / 24),
        (100, 0.0416667, 24.0, 100, 1.0),  # the same rate, rounded
        (1000, 0.0416666, 24.0, 1000, 1.0),
        (100, 1 / 30, 24.0, 81, 1.25),
        (10, 0.1, 24.0, 23, 1 / 2.4),
        (1001, 1 / 24, 24000 / 1001, 1000, 1.001),
        (1, 0.5, 24.0, 1, 12.0),
        (0, 0.5, 24.0, 0, 12.0),
    ],
)
def test_takes_last_as_long_as_they_did(frames: int, time: float, fps: float, count: int, step: float) -> None:
    at = moments(frames, time, fps)
    assert len(at) == count
    assert at[:-1] == pytest.approx(np.arange(len(at))[:-1] * step, rel=1e-5)
    assert len(at) == 0 or at[-1] == frames - 1


def test_a_take_ends_in_its_last_pose() -> None:
    for frames, late in ((8, 0.2), (11, 0.0), (10, 0.4)):
        bvh = figure(frames, 1 / 40)
        take = take_of(bvh, 16.0, 1.0, "Y")
        assert take.motion.world()[0][-1] == pytest.approx(bvh.positions()[-1][:, [0, 2, 1]] * [1, -1, 1])
        assert take.late == pytest.approx(late)
    assert take_of(figure(12, 1 / 40), None).late == 0.0


def test_absurd_lengths_are_refused() -> None:
    with pytest.raises(BvhError, match=r"Frame Time is 1e\+06 seconds.*frame per frame\."):
        moments(1000, 1e6, 24.0)


def test_retiming_goes_the_shortest_way_evenly() -> None:
    slow = retimed(figure(5, 0.1), 40.0)
    assert len(slow.turns) == 17
    assert slow.shifts[:, 0, 0] == pytest.approx(np.linspace(0, 0.4, 17))
    even = about(np.array([1]), np.radians(np.linspace(0, 40, 17))[:, None])[:, 0]
    assert np.abs((slow.turns[:, 0] * even).sum(1)) == pytest.approx(1.0)
    near, far = (about(np.array([1]), np.radians([[angle]]))[0] for angle in (170.0, 190.0))
    over = slerp(near, far, np.array([0.5]))
    assert np.abs(over[0]) == pytest.approx([0, 0, 1, 0], abs=1e-12)
    flipped = slerp(over, -over, np.array([0.3]))
    assert np.abs((flipped * over).sum()) == pytest.approx(1.0)


def test_the_same_rate_changes_nothing() -> None:
    bvh = figure(30, 0.0416667)
    assert np.array_equal(retimed(bvh, 24.0).world()[0], bvh.positions())


def test_turns_and_matrices_agree() -> None:
    rng = np.random.default_rng(3)
    turns = rng.normal(size=(200, 4))
    turns /= np.linalg.norm(turns, axis=1, keepdims=True)
    turns[:4] = np.eye(4)
    back = from_matrices(to_matrices(turns))
    assert np.abs((back * turns).sum(1)) == pytest.approx(1.0)
    vectors = rng.normal(size=(200, 3))
    assert rotated(turns, vectors) == pytest.approx(np.einsum("nij,nj->ni", to_matrices(turns), vectors))
    assert to_matrices(product(turns, turns[::-1])) == pytest.approx(to_matrices(turns) @ to_matrices(turns[::-1]))


@pytest.mark.parametrize(
    ("unit", "scale", "name"),
    [
        (0.1, 1.0, "metres"),
        (10.0, 0.01, "centimetres"),
        (4.0, 0.0254, "inches"),
        (1.0, 0.1, ""),
        (1e-5, 1e4, ""),
        (1e4, 1e-5, ""),
    ],
)
def test_units_are_guessed_from_the_height(unit: float, scale: float, name: str) -> None:
    take = take_of(figure(unit=unit), 20.0)
    assert take.fit.scale == pytest.approx(scale)
    assert take.fit.unit == name
    assert np.ptp(take.bones.heads[:, 2]) < 2.5


@pytest.mark.parametrize("lying", [False, True])
def test_the_height_is_that_of_the_whole_figure(lying: bool) -> None:
    """With the top of the head and the toes, far beyond the last joints, at rest as in motion."""
    up, turn = ("0 1 0", 0) if not lying else ("1 0 0", 90)
    neck, crown, foot, toes = (
        " ".join(f"{float(c) * size:g}" for c in up.split()) for size in (0.6, 1.2, -0.61, -0.67)
    )
    bvh = parse_bvh(
        f"""HIERARCHY ROOT Hips {{ OFFSET 0 0 0 CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
        JOINT Neck {{ OFFSET {neck} CHANNELS 3 Zrotation Xrotation Yrotation End Site {{ OFFSET {crown} }} }}
        JOINT Foot {{ OFFSET {foot} CHANNELS 3 Zrotation Xrotation Yrotation End Site {{ OFFSET {toes} }} }} }}
        MOTION Frames: 2 Frame Time: 0.05\n"""
        + f"0 1.3 0 {turn} 0 0 0 0 0 0 0 0\n" * 2
    )
    take = take_of(bvh, 20.0, up="Y")
    standing = np.ptp(take.fit.placed(bvh.reach(bvh.motion()))[0, :, 2])
    assert standing == pytest.approx(3.08 * take.fit.scale)
    assert (take.fit.unit, take.fit.scale) == ("", 0.6)


def test_two_dancers_of_one_capture_are_scaled_alike() -> None:
    assert {take_of(figure(unit=u), 20.0).fit.scale for u in (1.0, 1.04, 1.09)} == {0.1}


def test_up_is_y_unless_the_figure_stands_along_z() -> None:
    assert take_of(figure(), 20.0).fit.up == "Y"
    turned = figure(tilt=90.0)  # a rest pose with y up, turned by the root
    turned.values[:, 1] = -30.0
    assert take_of(turned, 20.0).fit.up == "Z"
    assert take_of(figure(tilt=90.0, lift=0.0), 20.0, up="Y").fit.up == "Y"
    lying = figure(tilt=90.0, lift=0.0)
    lying.values[:, 2] = 500.0  # far off along z, on the floor along y
    assert take_of(lying, 20.0).fit.up == "Y"


def test_bones_reach_to_what_goes_on() -> None:
    bvh = figure()
    bones = bones_of(bvh, fit_to_scene(bvh, bvh.motion(), 1.0, "Z"))
    along = dict(zip(bones.names, (bones.tails - bones.heads).tolist(), strict=True))
    assert along["Leg"] == [0, -10, 0]
    assert along["Foot"] == [0, 0, 2]
    assert along["Neck"] == [0, 2, 0]
    assert along["Arm"] == [2, 0, 0]
    assert along["Hand"] == [1, 0, 0]  # nothing is known of it: half its parent
    assert along["Hips"] == [1, 0, 0]  # the spine sits on it
    connected = dict(zip(bones.names, bones.connected.tolist(), strict=True))
    assert connected == dict.fromkeys(bones.names, False) | {"Leg": True, "Foot": True, "Hand": True} | {
        name: along["Spine"] == (bones.heads[bones.names.index(name)] - bones.heads[1]).tolist()
        for name in ("Arm", "Neck")
    }


def test_nothing_but_points_still_makes_bones() -> None:
    joints = "JOINT a { OFFSET 0 0 0 JOINT b { OFFSET 0 0 0 } }"
    bvh = parse_bvh(f"HIERARCHY ROOT r {{ OFFSET 0 0 0 {joints} }}\nMOTION\nFrames: 0\nFrame Time: 1\n")
    take = take_of(bvh, 24.0)
    assert take.frame_count == 0
    assert (np.linalg.norm(take.bones.tails - take.bones.heads, axis=1) > 0.001).all()


def test_names_are_unique_and_short_enough() -> None:
    names = unique_names(("Hand", "Hand", "Hand.001", "Hand", "", "", "\0\t", "ü" * 60, "ü" * 60, "x" * 90))
    assert len(set(names)) == len(names)
    assert names[:6] == ("Hand", "Hand.001", "Hand.001.001", "Hand.002", "Bone", "Bone.001")
    assert all(0 < len(name.encode()) <= 63 for name in names)
    assert all(name.isprintable() for name in names)


def test_poses_lead_where_the_motion_leads() -> None:
    """A bone's basis, put together as Blender does it, gives the joint's place."""
    bvh = figure(6, 0.05)
    take = take_of(bvh, 20.0, 0.5)
    rng = np.random.default_rng(1)
    axes = np.linalg.qr(rng.normal(size=(bvh.joint_count, 3, 3)))[0]
    axes *= np.linalg.det(axes)[:, None, None]
    poses = poses_of(take.motion, take.bones, axes)
    assert (np.abs((poses.turns[1:] * poses.turns[:-1]).sum(-1)) == (poses.turns[1:] * poses.turns[:-1]).sum(-1)).all()
    expected = bvh.positions()[..., [0, 2, 1]] * [0.5, -0.5, 0.5]
    for frame in range(6):
        world: list[np.ndarray] = []
        for joint, parent in enumerate(bvh.parents):
            rest = np.eye(4)
            rest[:3, :3], rest[:3, 3] = axes[joint], take.bones.heads[joint]
            basis = np.eye(4)
            basis[:3, :3], basis[:3, 3] = to_matrices(poses.turns[frame, joint]), poses.places[frame, joint]
            above = np.eye(4)
            if parent >= 0:
                rest_above = np.eye(4)
                rest_above[:3, :3], rest_above[:3, 3] = axes[parent], take.bones.heads[parent]
                above = world[parent] @ np.linalg.inv(rest_above)
            world.append(above @ rest @ basis)
        assert np.array(world)[:, :3, 3] == pytest.approx(expected[frame], abs=1e-9)
