"""A rig seen through a camera: joints land where the eye sees them on the paper, and depth is measured alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inkbetween.inference.drawing.plane import fit_planes
from inkbetween.inference.skeletons.guide import GuideError
from inkbetween.inference.skeletons.rig import Rig
from inkbetween.inference.skeletons.view import Canvas, Recording, View, canvas_of, seen

# Front view: x right, z up, the viewer at negative y.
FRONT = Canvas(np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]), np.zeros(3))


def rotation(seed: int) -> np.ndarray:
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    q *= np.sign(np.diag(r))
    return q if np.linalg.det(q) > 0 else -q


def rig_of(heads: np.ndarray, tails: np.ndarray | None = None) -> Rig:
    """Bones "0", "1", ... in a chain at frames 1, 2, ..., from (T, J, 3)."""
    count = heads.shape[1]
    parents = np.arange(count) - 1
    return Rig(
        tuple(map(str, range(count))), parents, np.arange(1.0, 1 + len(heads)), heads, heads if tails is None else tails
    )


def scattered(moments: int = 3, bones: int = 4, seed: int = 0) -> Rig:
    heads, tails = np.random.default_rng(seed).uniform(-1, 1, (2, moments, bones, 3))
    return rig_of(heads, tails)


def camera(eye: tuple[float, float, float], target: tuple[float, float, float], perspective: bool = True) -> View:
    """A camera at `eye` that looks at `target`, the world's z up."""
    back = np.subtract(eye, target) / np.linalg.norm(np.subtract(eye, target))
    right = np.cross([0.0, 0, 1], back)
    right /= np.linalg.norm(right)
    matrix = np.eye(4)
    matrix[:3, :3] = np.column_stack([right, np.cross(back, right), back])
    matrix[:3, 3] = eye
    return View(matrix, perspective)


def in_world(canvas: Canvas, xy: np.ndarray) -> np.ndarray:
    return canvas.middle + xy @ canvas.axes[:2]


@pytest.mark.parametrize("view", [None, camera((0, -50, 0), (0, 0, 0), perspective=False)])
def test_square_to_the_drawing_places_are_what_they_are(view: View | None) -> None:
    rig = scattered()
    guide = seen(rig, view, FRONT)
    assert guide.names == rig.names
    assert (guide.parents == rig.parents).all()
    assert (guide.frames == rig.frames).all()
    assert guide.head == pytest.approx(rig.heads[..., [0, 2]])
    assert guide.tail == pytest.approx(rig.tails[..., [0, 2]])
    assert guide.head_depth == pytest.approx(-rig.heads[..., 1])
    assert guide.tail_depth == pytest.approx(-rig.tails[..., 1])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("perspective", [True, False])
def test_a_joint_lies_on_its_line_of_sight_and_on_the_plane(seed: int, perspective: bool) -> None:
    rig = scattered(seed=seed)
    turn = rotation(seed)
    canvas = Canvas(turn, np.array([0.3, -0.2, 0.1]), depth=0.4)
    view = camera(tuple(turn.T @ np.array([2.0, 1.0, 9.0])), (0, 0, 0), perspective)
    guide = seen(rig, view, canvas)
    hit = in_world(canvas, guide.head)
    sight = rig.heads - view.matrix[:3, 3] if perspective else np.broadcast_to(-view.matrix[:3, 2], hit.shape)
    assert np.linalg.norm(np.cross(hit - rig.heads, sight), axis=2) == pytest.approx(0, abs=1e-9)
    # What lies between plane and viewer is nearer than the plane.
    nearer = np.einsum("tji,tji->tj", hit - rig.heads, sight) > 0
    assert (nearer == (guide.head_depth > 0)).all()
    assert nearer.any()
    assert not nearer.all()


def test_from_behind_right_is_still_right_on_the_paper_and_near_is_near_the_viewer() -> None:
    rig = rig_of(np.array([[[1.0, 0.5, 0.0]]]))
    guide = seen(rig, camera((0, 8, 0), (0, 0, 0), perspective=False), FRONT)
    assert guide.head[0, 0] == pytest.approx([1, 0])
    assert guide.head_depth[0, 0] == pytest.approx(0.5)


@pytest.mark.parametrize("away", [-4.0, 0.0, 12.0])
def test_through_an_eye_a_small_step_counts_alike_in_all_directions(away: float) -> None:
    """Otherwise a limb that points at the viewer would seem longer or shorter than the same limb seen from the side."""
    step = 1e-4
    joints = np.array([0.0, away, 0.0]) + step * np.array([[0, 0, 0], [1, 0, 0], [0, 0, 1], [0, -1, 0]])
    guide = seen(rig_of(joints[None]), camera((0, -10, 0), (0, 0, 0)), FRONT)
    places = np.column_stack([guide.head[0], guide.head_depth[0]])
    moved = (places[1:] - places[0]) / step
    assert moved == pytest.approx(np.eye(3) * 10 / (10 + away), abs=1e-3)
    assert np.sign(guide.head_depth[0, 0]) == -np.sign(away)


def test_a_camera_far_away_sees_as_one_without_perspective() -> None:
    rig = scattered()
    near = seen(rig, camera((3e5, -9e5, 2e5), (0, 0, 0)), FRONT)
    far = seen(rig, camera((3, -9, 2), (0, 0, 0), perspective=False), FRONT)
    assert near.head == pytest.approx(far.head, abs=1e-4)
    # Both count the way to the plane; through an eye along where the camera looks, which is the line of sight here.
    assert near.head_depth == pytest.approx(far.head_depth, abs=1e-4)


def test_each_moment_has_its_view() -> None:
    rig = rig_of(np.tile(np.array([0.0, 5.0, 0.0]), (3, 1, 1)))
    views = [camera((0, -5, 0), (0, 0, 0)), camera((1, -5, 0), (1, 0, 0)), camera((2, -5, 0), (2, 0, 0), False)]
    guide = seen(rig, views, FRONT)
    assert guide.head[:, 0, 0] == pytest.approx([0, 0.5, 0])
    with pytest.raises(GuideError, match="3 frames"):
        seen(rig, views[:2], FRONT)


def test_paper_that_travels_with_the_camera() -> None:
    """A figure that stands while camera and paper pass by to the right goes left on the paper."""
    rig = rig_of(np.tile(np.array([0.0, 2.0, 0.0]), (3, 1, 1)))
    places = np.tile(np.eye(4), (3, 1, 1))
    places[:, 0, 3] = [0, 1, 2]
    views = tuple(camera((x, -6, 0), (x, 0, 0), False) for x in (0.0, 1.0, 2.0))
    guide = Recording(rig, views).steadied(places, places[1]).seen(replace(FRONT, origin=np.array([1.0, 0, 0])))
    assert guide.head[:, 0] == pytest.approx(np.array([[0, 0], [-1, 0], [-2, 0]]))
    # A figure that travels along stands, turn and scale of the paper included.
    turned = np.tile(np.eye(4), (3, 1, 1))
    for moment in range(3):
        turned[moment, :3, :3] = rotation(moment) * (1 + moment)
        turned[moment, :3, 3] = moment, 2, 3
    start = scattered(1)
    whole = replace(
        start, frames=np.arange(3.0), heads=np.repeat(start.heads, 3, 0), tails=np.repeat(start.tails, 3, 0)
    ).carried(turned)
    assert not whole.is_still
    steady = Recording(whole).steadied(turned, turned[0])
    assert steady.rig.is_still
    assert steady.rig.heads[0] == pytest.approx(whole.heads[0])


def test_paper_squashed_flat_takes_nothing_along() -> None:
    places = np.tile(np.eye(4), (3, 1, 1))
    places[1, :3, :3] = 0.0
    rig = scattered()
    assert (Recording(rig).steadied(places, np.eye(4)).rig.heads == rig.heads).all()


@pytest.mark.parametrize("seed", range(3))
def test_the_canvas_of_layers_is_where_they_are(seed: int) -> None:
    """Coordinates found through the plane and through the canvas agree, for every layer of an object."""
    random = np.random.default_rng(seed)
    matrices, clouds = [], []
    world = rotation(seed)
    for _ in range(2):
        matrix = np.eye(4)
        matrix[:3, :3] = rotation(seed + 5) @ np.diag([2.0, 1.0, 0.5])
        matrix[:3, 3] = random.normal(size=3)
        flat = (random.normal(size=(40, 2)) @ world[:2] - matrix[:3, 3]) @ np.linalg.inv(matrix[:3, :3]).T
        matrices.append(matrix)
        clouds.append([flat])
    for plane, matrix, (flat,) in zip(fit_planes(clouds, matrices), matrices, clouds, strict=True):
        canvas = canvas_of(plane, matrix)
        assert canvas.axes @ canvas.axes.T == pytest.approx(np.eye(3), abs=1e-9)
        placed = flat @ matrix[:3, :3].T + matrix[:3, 3]
        guide = seen(rig_of(placed[None]), None, canvas)
        xy, depth = plane.project(flat)
        assert guide.head[0] == pytest.approx(xy)
        assert guide.head_depth[0] == pytest.approx(depth, abs=1e-9)
        assert seen(rig_of(placed[None]), None, replace(canvas, depth=depth[0])).head_depth == pytest.approx(
            0, abs=1e-4
        )


def test_bones_of_an_object_go_where_it_goes() -> None:
    heads = np.zeros((2, 1, 3), np.float32)
    tails = heads + np.array([0, 0, 1], np.float32)
    places = np.tile(np.eye(4), (2, 1, 1))
    places[1, :3, :3], places[1, :3, 3] = np.diag([1, 1, -3]), (5, 6, 7)
    rig = Rig.of(["a"], [-1], range(4, 6), heads, tails, places)
    assert rig.heads[:, 0] == pytest.approx(np.array([[0, 0, 0], [5, 6, 7]]))
    assert rig.tails[:, 0] == pytest.approx(np.array([[0, 0, 1], [5, 6, 4]]))
    assert rig.frames.tolist() == [4, 5]
    assert not rig.is_still


def test_bones_without_length_may_guide() -> None:
    rig = rig_of(np.zeros((2, 3, 3)))
    assert rig.is_still
    guide = seen(rig, camera((0, -5, 0), (0, 0, 0)), FRONT)
    assert (guide.head == guide.tail).all()


@pytest.mark.parametrize("perspective", [True, False])
@pytest.mark.parametrize("eye", [(6.0, -0.1, 0.0), (6.0, 0.0, 0.0)])
def test_a_plane_seen_edge_on_is_refused(perspective: bool, eye: tuple[float, float, float]) -> None:
    rig = rig_of(np.array([[[0.0, 0.0, 0.0]], [[0.0, 0.5, 0.0]]]))
    with pytest.raises(GuideError, match=r"edge-on|stands in") as refused:
        seen(rig, camera(eye, (0, 0, 0), perspective), FRONT)
    assert "frame 1" in str(refused.value)


def test_a_plane_behind_the_camera_is_refused() -> None:
    with pytest.raises(GuideError, match="behind it"):
        seen(rig_of(np.array([[[0.0, 9.0, 0.0]]])), camera((0, 5, 0), (0, 9, 0)), FRONT)


@pytest.mark.parametrize("place", [(0.0, -9.0, 0.0), (0.0, -5.0, 0.0), (3.0, -5.0, 0.0)])
def test_bones_behind_the_camera_are_refused_by_name(place: tuple[float, float, float]) -> None:
    heads = np.zeros((2, 2, 3))
    tails = heads.copy()
    tails[1, 1] = place
    with pytest.raises(GuideError, match=r'"1".*frame 2'):
        seen(rig_of(heads, tails), camera((0, -5, 0), (0, 0, 0)), FRONT)
    # Parallel lines of sight have no behind.
    seen(rig_of(heads, tails), camera((0, -5, 0), (0, 0, 0), False), FRONT)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_numbers_that_are_none_are_refused(bad: float) -> None:
    rig = scattered()
    heads = rig.heads.copy()
    heads[1, 2, 0] = bad
    with pytest.raises(GuideError, match=r'"2".*frame 2'):
        seen(replace(rig, heads=heads), None, FRONT)
    view = camera((0, -5, 0), (0, 0, 0))
    view.matrix[0, 3] = bad
    with pytest.raises(GuideError, match="camera is nowhere at frame 1"):
        seen(rig, view, FRONT)
    with pytest.raises(GuideError, match="drawing is nowhere"):
        seen(rig, None, replace(FRONT, origin=np.array([bad, 0, 0])))
    with pytest.raises(GuideError, match="scale is zero"):
        seen(rig, View(np.zeros((4, 4)), False), FRONT)


def test_a_rig_of_nothing_is_refused() -> None:
    for rig in (rig_of(np.zeros((2, 0, 3))), rig_of(np.zeros((0, 2, 3)))):
        with pytest.raises(GuideError, match="no bones"):
            seen(rig, None, FRONT)
    with pytest.raises(GuideError, match="ascend"):
        replace(scattered(), frames=np.array([1.0, 3.0, 2.0])).check()
    with pytest.raises(GuideError, match="every bone"):
        replace(scattered(), tails=np.zeros((3, 1, 3))).check()
