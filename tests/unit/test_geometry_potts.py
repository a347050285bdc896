"""Mean field: places choose what is cheapest for them, and what their neighbours choose where they hardly care."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.geometry.potts import Beside, mean_field, softmax


def row(count: int) -> Beside:
    """Places in a row, each with one neighbour on either side, ends with themselves."""
    index = np.clip(np.arange(count)[:, None] + [-1, 1], 0, count - 1)
    return Beside(index, np.full((count, 2), 0.5))


@pytest.mark.parametrize("shape", [(0, 3), (1, 1), (4, 3)])
def test_shares_sum_to_one(shape: tuple[int, int]) -> None:
    value = np.random.default_rng(1).normal(0.0, 500.0, shape)
    shares = softmax(value)
    assert np.allclose(shares.sum(1), 1.0)
    assert np.array_equal(shares.argmax(1), value.argmax(1))


def test_neighbours_say_what_they_hold() -> None:
    values = np.random.default_rng(2).normal(size=(5, 3))
    beside = row(5)
    assert np.allclose(beside.mixed(values)[2], (values[1] + values[3]) / 2)
    assert np.allclose(beside.mixed(values)[0], (values[0] + values[1]) / 2)


def test_alone_places_take_what_is_cheapest() -> None:
    cost = np.random.default_rng(3).normal(size=(6, 4))
    assert np.array_equal(mean_field(cost, np.zeros_like, 5), softmax(-cost))


def test_what_hardly_cares_goes_with_its_neighbours() -> None:
    cost = np.zeros((7, 2))
    cost[:, 1] = 3.0
    # one place in the middle would rather be otherwise, but not much
    cost[3] = [0.2, 0.0]
    beside, apart = row(7), 1.0 - np.eye(2)
    alone = mean_field(cost, np.zeros_like, 8)
    together = mean_field(cost, lambda weight: 4.0 * (beside.mixed(weight) @ apart), 8)
    assert alone[3].argmax() == 1
    assert (together.argmax(1) == 0).all()
    assert together[3, 0] > 0.9


def test_what_cares_a_lot_stays_as_it_is() -> None:
    cost = np.zeros((7, 2))
    cost[:, 1] = 3.0
    cost[3] = [50.0, 0.0]
    beside, apart = row(7), 1.0 - np.eye(2)
    together = mean_field(cost, lambda weight: 4.0 * (beside.mixed(weight) @ apart), 8)
    assert together.argmax(1).tolist() == [0, 0, 0, 1, 0, 0, 0]
