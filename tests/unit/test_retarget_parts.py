"""What retargeting is made of: the figure of a skeleton, silhouettes, puppets, and who is drawn in front."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.retargeting.draw_order import order_of, standings
from inkbetween.inference.retargeting.pose.match import nearest_moment
from inkbetween.inference.retargeting.puppet import Puppet
from inkbetween.inference.retargeting.rigidity import rigidity_of
from inkbetween.inference.retargeting.skinning import Skin
from inkbetween.inference.skeletons.detector.silhouette import silhouette_of
from inkbetween.inference.skeletons.detector.stances import stances_of
from inkbetween.inference.skeletons.figure import TRUNK, figure_of
from inkbetween.inference.skeletons.projection import Planar, body_of, by_body, swing_of
from inkbetween.inference.skeletons.rig import Rig
from inkbetween.inference.skeletons.steadiness import limited, turns_in_space


def body(turn: float = 0.0) -> Rig:
    """A person who stands: hips, spine in four pieces, two arms with fingers, two legs, a head; faces -y, then turned
    to the left by `turn` radians a frame."""
    joints: dict[str, tuple[str, tuple[float, float, float]]] = {"Hips": ("", (0, 0, 1.0))}
    for number in range(4):
        joints[f"Spine{number}"] = (f"Spine{number - 1}" if number else "Hips", (0, 0, 1.1 + 0.1 * number))
    joints["Head"] = ("Spine3", (0, 0, 1.55))
    for side, x in (("L", 1.0), ("R", -1.0)):
        chain = {"Clavicle": (0.05, 1.45), "Arm": (0.2, 1.45), "Fore": (0.48, 1.45), "Hand": (0.73, 1.45)}
        above = "Spine3"
        for name, (out, up) in chain.items():
            joints[f"{name}{side}"] = (above, (x * out, 0, up))
            above = f"{name}{side}"
        for finger in range(3):
            joints[f"Finger{finger}{side}"] = (above, (x * 0.8, 0.02 * finger, 1.45))
        above = "Hips"
        for name, place in {"Thigh": (0.1, 0, 0.95), "Shin": (0.1, -0.01, 0.5), "Foot": (0.1, 0, 0.08)}.items():
            joints[f"{name}{side}"] = (above, (x * place[0], place[1], place[2]))
            above = f"{name}{side}"
    names = tuple(joints)
    parents = np.array([names.index(parent) if parent else -1 for parent, _ in joints.values()])
    heads = np.array([place for _, place in joints.values()], float)
    tails = heads + np.array([0.0, 0.0, 0.04])
    for bone, parent in enumerate(parents):
        if parent >= 0:
            tails[parent] = heads[bone]
    for bone, name in enumerate(names):
        if name == "Head":
            tails[bone] = heads[bone] + [0, 0, 0.25]
        if name.startswith("Foot"):
            tails[bone] = heads[bone] + [0, -0.16, -0.06]
    frames = np.arange(1.0, 9.0)
    turns = [np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]]) for a in turn * frames]
    return Rig(names, parents, frames, *(np.array([each @ t.T for t in turns]) for each in (heads, tails)))


def test_a_person_is_a_trunk_a_head_and_two_pairs_of_limbs() -> None:
    figure = figure_of(body())
    assert len(figure.pairs) == 2
    paired = {part for pair in figure.pairs for part in pair}
    assert int(figure.part.max()) == 5
    for part in paired:
        assert 2 <= len(figure.chain(part)) <= 3
    fixed = {figure.names[joint] for joint in np.flatnonzero(figure.fixed)}
    assert fixed == {"ArmL", "ArmR", "ThighL", "ThighR"}
    assert not any("Finger1" in name for name in figure.names)
    assert len(figure.chain(TRUNK)) <= 3
    assert (figure.parents[1:] < np.arange(1, figure.count)).all()


def test_the_body_faces_where_its_feet_point() -> None:
    figure = figure_of(body())
    facing = body_of(figure)
    assert facing is not None
    assert facing.forward == pytest.approx(np.tile([0.0, -1.0, 0.0], (8, 1)), abs=1e-9)
    assert facing.left == pytest.approx(np.tile([1.0, 0.0, 0.0], (8, 1)), abs=1e-9)


def test_the_side_shows_the_same_while_the_body_turns() -> None:
    still, turning = (figure_of(body(turn)) for turn in (0.0, 0.01))
    views = []
    for figure in (still, turning):
        facing = body_of(figure)
        assert facing is not None
        views.append(by_body(figure, facing, np.pi / 2).xy)
    assert views[1] == pytest.approx(views[0], abs=0.05)
    foot = still.names.index("FootL end") if "FootL end" in still.names else still.count - 1
    assert views[0][0, foot, 0] - views[0][0, still.parents[foot], 0] > 0.1  # faces right


def test_a_bone_that_points_at_the_viewer_does_not_spin() -> None:
    """An arm swings from down to up by way of the viewer, a little to one side: in the plane it goes by that side."""
    angle = np.linspace(-1.2, 1.2, 13)
    tip = np.stack([0.02 * np.ones(13), -np.cos(angle), np.sin(angle)], 1)
    heads = np.zeros((13, 1, 3))
    figure = figure_of(Rig(("arm",), np.array([-1]), np.arange(13.0), heads, tip[:, None]))
    swing = swing_of(figure, Planar(figure.places[..., [0, 2]], -figure.places[..., 1]))
    turned = swing.angle[:, 1]
    assert turned[-1] - turned[0] == pytest.approx(np.pi, abs=0.3)
    assert np.diff(turned).min() > -1e-6
    assert swing.share[6, 1] < 0.1


def test_a_silhouette_closes_small_gaps_and_counts_lines_between() -> None:
    angle = np.linspace(0.02, 2 * np.pi - 0.02, 400)
    ring = np.stack([np.cos(angle), np.sin(angle)], 1)
    drawn = silhouette_of(ring, 2.0)
    assert drawn.inside[tuple(drawn.cells(np.zeros(2)))]
    inner, outer = drawn.depth_at(np.array([[0.5, 0.0], [0.0, 1.05]]))
    assert inner == pytest.approx(0.5, abs=0.05)
    assert outer < 0.0
    crossed, outside = drawn.crossings(np.zeros((2, 2)), np.array([[0.0, 0.8], [0.0, 1.5]]), 0.0)
    assert crossed.tolist() == [0, 1]
    assert outside == pytest.approx([0.0, 0.5], abs=0.05)


def elbow() -> tuple[Puppet, np.ndarray]:
    """An arm of two bones along x with its two outlines, 0.2 thick."""
    places = np.array([[[0.0, 0, 0], [1.0, 0, 0]]])
    rig = Rig(("upper", "lower"), np.array([-1, 0]), np.zeros(1), places, places + np.array([1.0, 0, 0]))
    figure = figure_of(rig)
    joints = figure.places[0][:, [0, 2]]
    x = np.linspace(0.1, 1.9, 37)
    xy = np.concatenate([np.stack([x, 0 * x + y], 1) for y in (-0.1, 0.1)])
    share = np.clip((xy[:, 0] - 0.9) / 0.2, 0.0, 1.0)
    first = share < 0.5
    bone = np.where(first[:, None], [1, 2], [2, 1])
    weight = np.stack([np.where(first, 1 - share, share), np.where(first, share, 1 - share)], 1)
    return Puppet.of(figure, xy, joints, Skin(bone, weight, np.zeros(2, np.int64))), xy


def test_a_bent_limb_keeps_its_width_at_the_joint() -> None:
    puppet, xy = elbow()
    bent = puppet.bent(np.array([0.0, 0.0, np.pi / 2]), np.ones(3), 0j)
    moved = puppet.at(bent)
    joint = np.array([1.0, 0.0])
    assert np.linalg.norm(moved - joint, axis=1) == pytest.approx(np.linalg.norm(xy - joint, axis=1))
    assert moved[36] == pytest.approx([1.1, 0.9])
    assert bent.z[-1] == pytest.approx(1 + 1j)


def test_a_still_puppet_stays() -> None:
    puppet, xy = elbow()
    assert puppet.at(puppet.bent(np.zeros(3), np.ones(3), 0j)) == pytest.approx(xy)


def test_parts_change_places_once_and_only_when_clearly_in_front() -> None:
    nearer = np.array([0.0, 0.1, -0.1, 0.1, 0.5, 0.1, -0.1, 0.15, -0.5, 0.0])
    depth = np.stack([np.zeros(10), nearer], 1)
    changed = standings(depth, 0, 0.3)
    assert changed[:, 1, 0].tolist() == [0, 0, 0, 0, 1, 1, 1, 1, -1, -1]
    assert (changed == -changed.transpose(0, 2, 1)).all()


def test_only_strokes_of_parts_that_changed_places_move() -> None:
    part = np.array([1, 2, 3, 1, 2, 3])
    layer = np.array([0, 0, 0, 0, 0, 1])
    changed = np.zeros((4, 4), np.int8)
    assert order_of(part, layer, changed).tolist() == [0, 1, 2, 3, 4, 5]
    changed[1, 2], changed[2, 1] = 1, -1
    # part 1 goes above part 2; not all of part 3 can stay where it is between them
    assert order_of(part, layer, changed).tolist() == [1, 2, 4, 0, 3, 5]


def test_what_falls_behind_changes_nothing_between_others() -> None:
    """An arm that goes behind leaves the jacket above the trousers, though their depths say otherwise."""
    thigh, trunk, arm = 0, 1, 2
    changed = standings(np.array([[0.5, 0.0, 1.0], [0.5, 0.0, -1.0]]), 0, 0.1)[1]
    assert order_of(np.array([thigh, trunk, arm]), np.zeros(3, int), changed).tolist() == [arm, thigh, trunk]


def test_what_comes_in_front_passes_only_what_it_must() -> None:
    changed = np.zeros((3, 3), np.int8)
    changed[0, 1], changed[1, 0] = 1, -1
    assert order_of(np.array([0, 1, 2]), np.zeros(3, int), changed).tolist() == [1, 0, 2]


def test_angles_are_limited_without_lag_and_only_where_they_must() -> None:
    steep = np.array([0.0, 0, 0, 3, 3, 3, 0, 0])[:, None]
    slowed = limited(steep, np.full((7, 1), 0.5))
    assert np.abs(np.diff(slowed, axis=0)).max() <= 0.5 + 1e-12
    assert slowed[:, 0].argmax() in (3, 4, 5)
    slow = np.linspace(0.0, 1.0, 8)[:, None]
    assert limited(slow, np.full((7, 1), 0.5)) == pytest.approx(slow)
    assert limited(steep[:1], np.zeros((0, 1))).tolist() == [[0.0]]


def test_a_bone_turns_in_space_by_what_it_turns() -> None:
    angle = np.array([0.0, 0.1, 0.4])
    along = np.stack([np.cos(angle), 0 * angle, np.sin(angle)], -1)[:, None]
    assert turns_in_space(along)[:, 0] == pytest.approx([0.1, 0.3])
    assert turns_in_space(0.0 * along)[:, 0] == pytest.approx([0.0, 0.0])


def test_people_stand_with_arms_down_out_and_up() -> None:
    figure = figure_of(body())
    stances = stances_of(figure, body_of(figure), 0)
    hand = [figure.chain(part)[-1] for part in figure.pairs[0] + figure.pairs[1]]
    arms = [joint for joint in hand if figure.places[0, joint, 2] > 1.0]
    assert stances.shape == (len(stances), figure.count, 3)
    raised = stances[:, arms, 2] - stances[:, :1, 2]
    assert raised.min() < 0.2 < 0.9 < raised.max()
    length = np.linalg.norm(figure.places[0] - figure.places[0, figure.parents], axis=1)[figure.bones]
    for places in stances:
        along = places[figure.bones] - places[figure.parents[figure.bones]]
        assert np.linalg.norm(along, axis=1) == pytest.approx(length)
    chain = figure_of(Rig(("a", "b"), np.array([-1, 0]), np.zeros(1), np.zeros((1, 2, 3)), np.ones((1, 2, 3))))
    assert len(stances_of(chain, None, 0)) == 0


def test_a_line_gives_over_some_length_where_bones_part() -> None:
    """A straight line whose halves hang on two bones that share no joint; the second one goes away."""
    x = np.linspace(0.0, 2.0, 81)
    drawing = Drawing.from_strokes([np.stack([x, 0 * x], 1)])
    second = x > 1.0
    held = Skin(np.where(second, 2, 1)[:, None], np.ones((81, 1)), np.ones(1, np.int64))
    kept = rigidity_of(drawing, held, np.full((3, 3), -1), 2.0)
    assert kept is not None
    rest = drawing.xy[:, 0].astype(complex)
    carried = rest + np.where(second, 0.2j, 0.0)
    torn, whole = (np.abs(np.diff(line)).max() for line in (carried, kept.kept(carried)))
    assert torn > 0.2
    assert whole < 0.3 * torn
    assert np.abs(kept.kept(carried) - carried)[[0, 80]].max() < 0.02
    assert kept.kept(rest) == pytest.approx(rest)
    assert rigidity_of(drawing, held, np.zeros((3, 3), np.int64), 2.0) is None


def test_the_moment_whose_pose_it_is() -> None:
    angle = np.linspace(0.0, 1.5, 7)
    tip = np.stack([np.cos(angle), 0 * angle, np.sin(angle)], 1)
    figure = figure_of(Rig(("arm",), np.array([-1]), np.arange(7.0), np.zeros((7, 1, 3)), tip[:, None]))
    planar = Planar(figure.places[..., [0, 2]], -figure.places[..., 1])
    assert nearest_moment(figure, planar, 3.0 * planar.xy[4]) == 4
    assert nearest_moment(figure, planar, planar.xy[4], own=4) == 4
    assert nearest_moment(figure, planar, planar.xy[4], own=0) == 4
