"""Values between values: colours fade and do not darken, angles and turns go the short way round."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.drawing.mixing import Mixer

SHARES = np.array([0.0, 0.25, 0.5, 0.75, 1.0])


def between(name: str, kind: str, a: list[float], b: list[float]) -> np.ndarray:
    """(5, ...) at the five shares."""
    return Mixer(name, kind)(np.array([a] * 5, float), np.array([b] * 5, float), SHARES)


@pytest.mark.parametrize("kind", ["FLOAT_COLOR", "BYTE_COLOR"])
@pytest.mark.parametrize("name", ["vertex_color", "fill_color", "my_tint"])
def test_a_colour_that_only_one_has_fades_and_stays_itself(name: str, kind: str) -> None:
    full = 1.0 if kind == "FLOAT_COLOR" else 255.0
    mixed = between(name, kind, [0.9 * full, 0.2 * full, 0.1 * full, full], [0, 0, 0, 0])
    assert mixed[:4, :3] == pytest.approx(np.array([[0.9, 0.2, 0.1]] * 4) * full)
    assert mixed[:, 3] == pytest.approx((1.0 - SHARES) * full)


def test_what_is_seen_of_colours_changes_evenly() -> None:
    under = np.array([0.3, 0.3, 0.3])
    a, b = [1.0, 0.0, 0.5, 0.8], [0.0, 1.0, 0.0, 0.2]
    mixed = between("vertex_color", "FLOAT_COLOR", a, b)
    seen = under * (1.0 - mixed[:, 3:]) + mixed[:, :3] * mixed[:, 3:]
    assert np.diff(seen, axis=0) == pytest.approx(np.tile((seen[-1] - seen[0]) / 4, (4, 1)))


def test_colours_that_are_not_seen_are_mixed_as_they_stand() -> None:
    mixed = between("vertex_color", "FLOAT_COLOR", [1, 0, 0, 0], [0, 1, 0, 0])
    assert mixed[2].tolist() == [0.5, 0.5, 0.0, 0.0]


@pytest.mark.parametrize("name", ["rotation", "uv_rotation", "brush_rotation"])
def test_angles_go_the_short_way_and_stay_within_half_a_turn(name: str) -> None:
    for a, b in ((3.0, -3.0), (-3.0, 3.0), (0.2, 1.0), (-1.0, 1.0)):
        mixed = between(name, "FLOAT", [a], [b])[:, 0]
        assert (mixed[0], mixed[-1]) == (a, b)
        assert np.abs(mixed).max() <= np.pi
        steps = np.angle(np.exp(1j * np.diff(mixed)))
        assert steps == pytest.approx(np.full(4, np.angle(np.exp(1j * (b - a))) / 4))


def test_whole_turns_are_no_turn() -> None:
    mixed = between("rotation", "FLOAT", [0.5], [0.5 + 4 * np.pi])
    assert np.cos(mixed) == pytest.approx(np.full((5, 1), np.cos(0.5)))


def test_numbers_that_are_no_angles_are_mixed_as_they_are() -> None:
    assert between("radius", "FLOAT", [3.0], [-3.0])[:, 0].tolist() == [3.0, 1.5, 0.0, -1.5, -3.0]
    assert between("rotations", "FLOAT", [3.0], [-3.0])[2, 0] == 0.0


def test_quaternions_turn_the_short_way() -> None:
    half = between("pose", "QUATERNION", [1, 0, 0, 0], [-np.sqrt(0.5), -np.sqrt(0.5), 0, 0])[2]
    assert half == pytest.approx([np.cos(np.radians(22.5)), np.sin(np.radians(22.5)), 0, 0])


def test_names_and_numbers_of_things_are_never_mixed() -> None:
    assert between("material", "INT", [3], [5])[:, 0].tolist() == [3, 3, 5, 5, 5]
