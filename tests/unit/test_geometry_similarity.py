"""The fit of a similarity: nothing lays places on places better, and what tells of no turn is not turned."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.geometry.local_motion import LocalMotion, still
from inkbetween.inference.geometry.ragged import Ragged
from inkbetween.inference.geometry.similarity import Similarity, similarity_of, similarity_of_rows


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(11)


def places(random: np.random.Generator, *shape: int) -> np.ndarray:
    return random.normal(size=shape) + 1j * random.normal(size=shape)


@pytest.mark.parametrize("turn", [1.0, -0.7, 2.0j, 0.3 - 1.1j])
def test_a_similarity_is_found_again(random: np.random.Generator, turn: complex) -> None:
    z = places(random, 9)
    found = similarity_of(z, turn * z + (3.0 - 5.0j), random.uniform(0.1, 1.0, 9))
    assert found.turn == pytest.approx(turn)
    assert found.shift == pytest.approx(3.0 - 5.0j)
    assert np.allclose(found.misses(z, turn * z + (3.0 - 5.0j)), 0.0)
    assert np.allclose(found.at(z), turn * z + (3.0 - 5.0j))


def test_nothing_near_lies_better(random: np.random.Generator) -> None:
    z, w, weight = places(random, 9), places(random, 9), random.uniform(0.1, 1.0, 9)
    found = similarity_of(z, w, weight)

    def cost(turn: complex, shift: complex) -> float:
        return float((weight * np.abs(turn * z + shift - w) ** 2).sum())

    best = cost(complex(found.turn), complex(found.shift))
    assert best == pytest.approx(float((weight * found.misses(z, w) ** 2).sum()))
    for step in 0.01 * np.exp(2j * np.pi * np.arange(8) / 8):
        assert cost(complex(found.turn) + step, complex(found.shift)) > best
        assert cost(complex(found.turn), complex(found.shift) + step) > best


def test_many_at_once_are_as_each_alone(random: np.random.Generator) -> None:
    z, w, weight = places(random, 2, 5, 7), places(random, 2, 5, 7), random.uniform(0.0, 1.0, (2, 5, 7))
    together = similarity_of(z, w, weight, stiffness=0.3)
    assert together.turn.shape == (2, 5)
    for at in np.ndindex(2, 5):
        alone = similarity_of(z[at], w[at], weight[at], stiffness=0.3)
        assert together.turn[at] == pytest.approx(complex(alone.turn))
        assert together.misses(z, w)[at] == pytest.approx(alone.misses(z[at], w[at]))


def test_stiffness_pulls_towards_no_turn(random: np.random.Generator) -> None:
    z = places(random, 9)
    off = [abs(complex(similarity_of(z, 2.0j * z, stiffness=much).turn) - 1.0) for much in (0.0, 1.0, 100.0, 1e9)]
    assert off == sorted(off, reverse=True)
    assert off[-1] < 1e-6


@pytest.mark.parametrize("count", [1, 4])
def test_places_in_one_place_are_shifted_only(count: int) -> None:
    found = similarity_of(np.full(count, 2.0 + 1.0j), np.full(count, 5.0j))
    assert found.turn == 1.0
    assert found.at(np.array(3.0 + 1.0j)) == 1.0 + 5.0j


def test_sizes_stay_within_bounds(random: np.random.Generator) -> None:
    z = places(random, 3, 6)
    free = similarity_of(z, np.array([[0.1j], [1.1], [-4.0]]) * z)
    rigid, bound = free.sized(), free.sized(0.8, 1.25)
    assert np.allclose(np.abs(rigid.turn), 1.0)
    assert np.allclose(np.abs(bound.turn), [0.8, 1.1, 1.25])
    assert np.allclose(np.angle(bound.turn), np.angle(free.turn))
    assert np.allclose(rigid.at(free.middle), free.goal)
    nowhere = Similarity(np.zeros(1, complex), np.zeros(1, complex), np.ones(1, complex))
    assert nowhere.sized(0.8, 1.25).turn == [1.0]


@pytest.mark.parametrize("counts", [[], [0], [1], [4, 0, 1, 6], [0, 3, 0]])
def test_rows_are_fitted_each_on_its_own(random: np.random.Generator, counts: list[int]) -> None:
    rows = Ragged.of(counts)
    z, w = places(random, rows.total), places(random, rows.total)
    found = similarity_of_rows(z, w, rows.owner, rows.count)
    assert np.isfinite(found.turn).all()
    for number, (one, other) in enumerate(zip(rows.parts(z), rows.parts(w), strict=True)):
        if len(one):
            alone = similarity_of(one, other)
            assert found.turn[number] == pytest.approx(complex(alone.turn))
            assert found.picked(np.array([number])).at(one[:1]) == pytest.approx(alone.at(one[:1]))
        else:
            assert found.turn[number] == 1.0


def test_local_motions_are_laid_over_each_other(random: np.random.Generator) -> None:
    place = random.normal(size=(6, 2))
    moved = LocalMotion(place + 1.0, np.full(6, 1j), np.zeros(6))
    rows = np.arange(6) % 2 == 0
    both = moved.over(rows, still(place))
    assert np.array_equal(both.target, np.where(rows[:, None], place + 1.0, place))
    assert np.array_equal(both.turn, np.where(rows, 1j, 1.0))
    assert np.array_equal(np.isinf(both.residual), ~rows)
