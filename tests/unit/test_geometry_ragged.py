"""Ragged rows: every answer is what a plain loop over the rows gives, empty rows and single items among them."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Attribute, Drawing
from inkbetween.inference.geometry.ragged import Ragged, begins, sums, wide

SHAPES = [[], [0], [1], [0, 0, 0], [3, 0, 1, 0, 5], [0, 2], [2, 0], [1, 1, 1]]
SHAPES += [np.random.default_rng(seed).integers(0, 5, 12).tolist() for seed in range(6)]


@pytest.fixture(params=SHAPES, ids=str)
def counts(request: pytest.FixtureRequest) -> list[int]:
    return list(request.param)


def rows_of(ragged: Ragged, items: np.ndarray) -> list[list[int]]:
    return [items[ragged.row(r)].tolist() for r in range(ragged.count)]


def test_items_know_their_row_and_their_place_in_it(counts: list[int]) -> None:
    rows = Ragged.of(counts)
    told = [(r, k) for r, many in enumerate(counts) for k in range(many)]
    assert list(zip(rows.owner.tolist(), rows.within.tolist(), strict=True)) == told
    assert rows.share.tolist() == [k / counts[r] for r, k in told]
    assert (rows.count, rows.total) == (len(counts), sum(counts))
    assert rows.counts.tolist() == counts
    assert rows.offsets.dtype == np.int64
    assert rows.filled.tolist() == [many > 0 for many in counts]
    filled = rows.filled
    assert rows.within[rows.first[filled]].tolist() == [0] * int(filled.sum())
    assert rows.within[rows.last[filled]].tolist() == [many - 1 for many in counts if many]


def test_edges_join_items_of_one_row(counts: list[int]) -> None:
    rows = Ragged.of(counts)
    pairs = [(i, i + 1) for r in range(len(counts)) for i in range(rows.offsets[r], rows.offsets[r + 1] - 1)]
    assert [(i, i + 1) for i in rows.edges.tolist()] == pairs
    assert len(rows.joined) == max(rows.total - 1, 0)


def test_rows_are_picked_in_the_order_asked_for(counts: list[int]) -> None:
    rows, random = Ragged.of(counts), np.random.default_rng(len(counts))
    whole = rows_of(rows, np.arange(rows.total))
    chosen = random.integers(0, max(len(counts), 1), 7 if counts else 0)
    picked, items = rows.picked(chosen)
    assert rows_of(picked, items) == [whole[r] for r in chosen.tolist()]
    mask = random.random(len(counts)) < 0.5
    picked, items = rows.picked(mask)
    assert rows_of(picked, items) == [row for row, kept in zip(whole, mask.tolist(), strict=True) if kept]
    same, items = rows.picked(np.arange(len(counts)))
    assert np.array_equal(same.offsets, rows.offsets)
    assert np.array_equal(items, np.arange(rows.total))


def test_closed_rows_come_back_to_where_they_start(counts: list[int]) -> None:
    rows, random = Ragged.of(counts), np.random.default_rng(sum(counts))
    closing = random.random(len(counts)) < 0.5
    start = np.array([int(random.integers(0, max(many, 1))) for many in counts], np.int64)
    whole = rows_of(rows, np.arange(rows.total))
    expected = [
        row[at:] + row[:at] + row[at : at + 1] * bool(ends)
        for row, at, ends in zip(whole, start.tolist(), closing.tolist(), strict=True)
    ]
    assert rows_of(*rows.closed(closing, start)) == expected
    plain = [row + row[:1] * bool(ends) for row, ends in zip(whole, closing.tolist(), strict=True)]
    assert rows_of(*rows.closed(closing)) == plain


def test_divided_items_stay_in_their_rows(counts: list[int]) -> None:
    rows = Ragged.of(counts)
    parts = np.random.default_rng(1).integers(1, 4, rows.total)
    finer, cut = rows.divided(parts)
    assert finer.counts.tolist() == [int(parts[rows.row(r)].sum()) for r in range(rows.count)]
    assert np.array_equal(finer.owner, rows.owner[cut.owner])


def test_runs_are_stretches_of_items_that_are_alike(counts: list[int]) -> None:
    one, two = Ragged.of(counts).owner, np.arange(sum(counts)) // 2
    runs = Ragged.runs(one, two)
    names = list(zip(one.tolist(), two.tolist(), strict=True))
    expected = [k for k, name in enumerate(names) if k == 0 or name != names[k - 1]]
    assert runs.first.tolist() == expected
    assert runs.total == len(names)
    assert np.flatnonzero(begins(one, two)).tolist() == expected


def test_parts_and_sums_are_those_of_the_rows(counts: list[int]) -> None:
    rows, random = Ragged.of(counts), np.random.default_rng(3)
    real = random.normal(size=rows.total)
    for values in (real, real + 1j * random.normal(size=rows.total)):
        parts = rows.parts(values)
        assert [len(part) for part in parts] == counts
        total = sums(values, rows.owner, rows.count)
        assert np.allclose(total, [part.sum() for part in parts])
        assert total.dtype == values.dtype


def test_shares_weigh_values_of_any_shape() -> None:
    share = np.array([0.0, 0.5, 1.0])
    for shape in ((3,), (3, 2), (3, 2, 4)):
        weighed = wide(share, np.ones(shape)) * np.ones(shape)
        assert weighed.shape == shape
        assert (weighed[1] == 0.5).all()


def test_strokes_are_picked_with_all_that_they_carry(counts: list[int]) -> None:
    random = np.random.default_rng(5)
    drawing = Drawing.from_strokes([random.normal(size=(many, 2)) for many in counts])
    strokes, points = drawing.stroke_count, drawing.point_count
    known = {
        "radius": Attribute("POINT", "FLOAT", random.normal(size=points)),
        "fill_color": Attribute("CURVE", "FLOAT_COLOR", random.normal(size=(strokes, 4))),
    }
    full = Drawing(
        drawing.xy,
        random.normal(size=points),
        drawing.offsets,
        random.random(strokes) < 0.5,
        np.arange(strokes, dtype=np.int32),
        known,
        random.random(strokes) < 0.5,
        random.integers(0, 3, strokes),
    )
    order = random.permutation(strokes)
    picked = full.picked(order)
    picked.check()
    assert full.filled is not None
    assert full.layer is not None
    for new, old in enumerate(order.tolist()):
        mine, theirs = picked.rows.row(new), full.rows.row(old)
        assert np.array_equal(picked.xy[mine], full.xy[theirs])
        assert np.array_equal(picked.depth[mine], full.depth[theirs])
        radius = known["radius"].values[theirs]
        assert np.array_equal(picked.attributes["radius"].values[mine], radius)
        assert np.array_equal(picked.attributes["fill_color"].values[new], known["fill_color"].values[old])
    assert picked.material.tolist() == order.tolist()
    back = picked.picked(np.argsort(order))
    assert np.array_equal(back.xy, full.xy)
    assert np.array_equal(back.offsets, full.offsets)
    assert drawing.picked(order).filled is None
    assert drawing.picked(order).layer is None
