"""The drawing plane: found again however the drawing lies in space, safe where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.drawing.plane import Plane, fit_planes


def fit_plane(keys: list[np.ndarray], to_world: np.ndarray) -> Plane:
    """The plane of a single layer."""
    return fit_planes([keys], [to_world])[0]


def flat_drawing(right: np.ndarray, up: np.ndarray, count: int = 200, seed: int = 0) -> np.ndarray:
    """Points scattered over the plane spanned by two vectors, as Blender stores them."""
    place = np.random.default_rng(seed).uniform(-1, 1, (count, 2))
    return (place @ np.array([right, up])).astype(np.float32)


def rotation(seed: int) -> np.ndarray:
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    q *= np.sign(np.diag(r))
    return q if np.linalg.det(q) > 0 else -q


def normal(plane: Plane, linear: np.ndarray) -> np.ndarray:
    """The plane's normal in world space, from how it maps layer space."""
    return (plane.to_plane @ np.linalg.inv(linear))[2]


X, Y, Z = np.eye(3)


@pytest.mark.parametrize(("right", "up"), [(X, Z), (Y, Z), (X, Y)])
def test_axis_planes_keep_coordinates_bit_for_bit(right: np.ndarray, up: np.ndarray) -> None:
    points = flat_drawing(right, up)
    xy, depth = fit_plane([points], np.eye(4)).project(points)
    assert (depth == 0).all()
    assert (xy == np.column_stack([points @ right, points @ up])).all()


@pytest.mark.parametrize("seed", range(8))
def test_a_tilted_drawing_is_flat_in_its_plane(seed: int) -> None:
    frame = rotation(seed)
    points = flat_drawing(frame[0], frame[1])
    plane = fit_plane([points], np.eye(4))
    xy, depth = plane.project(points)
    assert np.ptp(depth) < 3e-5
    # Distances on the plane are the true ones: the frame is orthonormal.
    true = np.linalg.norm(points[1:] - points[:-1], axis=1)
    assert np.linalg.norm(np.diff(xy, axis=0), axis=1) == pytest.approx(true, abs=1e-6)
    assert plane.lift(xy, depth) == pytest.approx(points, abs=1e-6)


def test_the_frame_does_not_turn_with_the_drawing() -> None:
    """Neighbouring frames of one layer must not be seen from the back, or upside down, by chance."""
    frame = rotation(3)
    planes = [fit_plane([flat_drawing(frame[0], frame[1], seed=seed)], np.eye(4)) for seed in range(12)]
    for plane in planes:
        assert plane.to_plane == pytest.approx(planes[0].to_plane, abs=1e-5)
        assert plane.to_plane[1, 2] > 0  # the world's up is up


def test_a_slight_tilt_is_taken_for_the_axis_plane() -> None:
    angle = np.radians(1.0)
    points = flat_drawing(X, Z * np.cos(angle) + Y * np.sin(angle))
    assert np.abs(normal(fit_plane([points], np.eye(4)), np.eye(3))).tolist() == [0, 1, 0]
    angle = np.radians(10.0)
    points = flat_drawing(X, Z * np.cos(angle) + Y * np.sin(angle))
    assert abs(normal(fit_plane([points], np.eye(4)), np.eye(3))[1]) == pytest.approx(np.cos(angle), abs=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_lengths_are_measured_in_the_world(seed: int) -> None:
    """A layer stretched threefold: a turn that is rigid in the scene must be rigid on the plane."""
    matrix = np.eye(4)
    matrix[:3, :3] = rotation(seed) @ np.diag([3.0, 1.0, 0.5]) @ rotation(seed + 10)
    matrix[:3, 3] = 1e5
    points = flat_drawing(X, Z)
    world = points.astype(np.float64) @ matrix[:3, :3].T
    plane = fit_plane([points], matrix)
    xy, depth = plane.project(points)
    assert np.ptp(depth) < 1e-6
    true = np.linalg.norm(np.diff(world, axis=0), axis=1)
    assert np.linalg.norm(np.diff(xy, axis=0), axis=1) == pytest.approx(true, rel=1e-6)
    assert plane.lift(xy, depth) == pytest.approx(points, abs=1e-6)


def test_all_keys_share_the_plane() -> None:
    """Each key alone is a line; only together do they say where the drawing lies."""
    frame = rotation(6)
    keys = [np.outer(np.linspace(0, 1, 9), axis).astype(np.float32) for axis in (frame[0], frame[1])]
    plane = fit_plane(keys, np.eye(4))
    assert abs(float(normal(plane, np.eye(3)) @ frame[2])) == pytest.approx(1, abs=1e-6)


def test_depth_is_kept() -> None:
    points = flat_drawing(X, Z)
    points[:, 1] = np.random.default_rng(1).normal(scale=0.1, size=len(points))
    plane = fit_plane([points], np.eye(4))
    xy, depth = plane.project(points)
    assert (depth == -points[:, 1]).all()
    assert (plane.lift(xy, depth).astype(np.float32) == points).all()


NOTHING = np.zeros((0, 3))
DEGENERATE = {
    "nothing": [NOTHING],
    "no keys": [],
    "a point": [np.ones((1, 3))],
    "one place": [np.full((9, 3), 7.0)],
    "a line up": [np.outer(np.arange(5.0), Z)],
    "a slanted line": [np.outer(np.arange(5.0), [1, 2, 3])],
    "a line along the view": [np.outer(np.arange(5.0), Y)],
    "a ball": [np.random.default_rng(2).normal(size=(4000, 3))],
    "huge": [np.random.default_rng(2).normal(size=(9, 3)) * 1e38],
    "tiny": [np.random.default_rng(2).normal(size=(9, 3)) * 1e-38],
    "not finite": [np.array([[0, 0, 0], [np.nan, 1, 1], [np.inf, 0, 0], [1, 0, 1], [-np.inf, np.nan, 0]])],
}


@pytest.mark.parametrize("keys", DEGENERATE.values(), ids=DEGENERATE.keys())
def test_no_plane_worth_the_name_is_still_a_plane(keys: list[np.ndarray]) -> None:
    plane = fit_plane(keys, np.eye(4))
    assert plane.to_plane @ plane.to_plane.T == pytest.approx(np.eye(3), abs=1e-12)
    for points in keys:
        fine = points[np.isfinite(points).all(1)]
        assert plane.lift(*plane.project(fine)) == pytest.approx(fine, rel=1e-9)


@pytest.mark.parametrize("line", ["a line up", "a slanted line", "a line along the view"])
def test_a_line_lies_in_its_plane(line: str) -> None:
    points = DEGENERATE[line][0]
    xy, depth = fit_plane([points], np.eye(4)).project(points)
    assert np.ptp(depth) < 1e-12
    assert np.ptp(np.linalg.norm(xy, axis=1)) == pytest.approx(np.linalg.norm(points[-1] - points[0]))


@pytest.mark.parametrize("scale", [(1, 0, 1), (0, 0, 0), (1, 1e-12, 1), (np.nan, 1, 1), (np.inf, 1, 1)])
def test_a_singular_matrix_falls_back_to_layer_space(scale: tuple[float, float, float]) -> None:
    points = flat_drawing(X, Z)
    xy, depth = fit_plane([points], np.diag([*scale, 1.0])).project(points)
    assert (xy == points[:, [0, 2]]).all()
    assert (depth == 0).all()


def test_one_bad_coordinate_does_not_spoil_its_neighbours() -> None:
    points = flat_drawing(X, Z)
    points[3] = np.inf
    points[5, 1] = np.nan
    xy, _ = fit_plane([points], np.eye(4)).project(points)
    assert np.isfinite(np.delete(xy, 3, axis=0)).all()


def test_layers_share_a_plane_in_the_world() -> None:
    """The same drawing on two layers, one of them turned, stretched and moved: it lies in the same place."""
    points = flat_drawing(X, Z)
    matrix = np.eye(4)
    matrix[:3, :3] = rotation(4) @ np.diag([3.0, 1.0, 0.5])
    matrix[:3, 3] = (5, -2, 1)
    other = (points - matrix[:3, 3]) @ np.linalg.inv(matrix[:3, :3]).T
    first, second = fit_planes([[points], [other]], [np.eye(4), matrix])
    assert (first.project(points)[0] == points[:, [0, 2]]).all()
    for one, two in zip(first.project(points), second.project(other), strict=True):
        assert two == pytest.approx(one, abs=1e-6)
    assert second.lift(*second.project(other)) == pytest.approx(other, abs=1e-6)


def test_layers_behind_each_other_do_not_tilt_the_plane() -> None:
    frame = rotation(3)
    points = flat_drawing(frame[0], frame[1])
    behind = np.eye(4)
    behind[:3, 3] = frame[2] * 4 + frame[0] * 3
    alone = fit_plane([points], np.eye(4))
    planes = fit_planes([[points], [points]], [np.eye(4), behind])
    assert planes[0].to_plane == pytest.approx(alone.to_plane, abs=1e-5)
    apart = planes[1].project(points)[1] - planes[0].project(points)[1]
    assert np.abs(apart) == pytest.approx(4, abs=1e-3)


def test_where_an_object_lies_does_not_matter() -> None:
    far = np.eye(4)
    far[:3, 3] = (1e7, 1e-3, 0.1)
    points = flat_drawing(X, Z)
    for plane in fit_planes([[points], [points]], [far, far]):
        assert (plane.project(points)[0] == points[:, [0, 2]]).all()


def test_neighbouring_gaps_find_the_very_same_plane() -> None:
    frame = rotation(5)
    planes = [fit_plane([flat_drawing(frame[0], frame[1], seed=seed)], np.eye(4)) for seed in (1, 2)]
    assert (planes[0].to_plane == planes[1].to_plane).all()
