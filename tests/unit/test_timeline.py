"""Gaps, holds and whose frame is whose, on bare timelines."""

from __future__ import annotations

import pytest

from inkbetween.inference.drawing.timeline import (
    Cel,
    Gap,
    Made,
    Origin,
    gap_at,
    gaps_around,
    gaps_between,
    neighbourhood,
    orphans,
)


def cels(text: str) -> tuple[Cel, ...]:
    """One letter per frame from 1 on: A artist's, E edited, O ours, B blank, . nothing."""
    kinds = {"A": Origin.ARTIST, "B": Origin.ARTIST, "E": Origin.EDITED, "O": Origin.OURS}
    return tuple(Cel(i, kinds[c], blank=c == "B") for i, c in enumerate(text, 1) if c != ".")


def ends(text: str) -> list[tuple[int, int]]:
    return [(gap.start.number, gap.end.number) for gap in gaps_between(cels(text))]


def test_gaps_lie_between_the_artists_keys() -> None:
    assert ends("A..A...A") == [(1, 4), (4, 8)]
    assert ends("OOAOOAOO") == [(3, 6)]
    assert ends("A") == []
    assert ends("") == []


def test_an_edited_inbetween_is_a_key() -> None:
    assert ends("AOOEOOA") == [(1, 4), (4, 7)]
    assert [gap.ours for gap in gaps_between(cels("AOOEO.A"))] == [(2, 3), (5,)]


def test_a_blank_key_at_either_end() -> None:
    assert [gap.is_blank for gap in gaps_between(cels("A..B..A..A"))] == [True, True, False]


@pytest.mark.parametrize(("step", "numbers"), [(1, (2, 3, 4, 5, 6)), (2, (3, 5)), (4, (5,)), (6, ()), (99, ())])
def test_steps_count_from_the_first_key(step: int, numbers: tuple[int, ...]) -> None:
    (gap,) = gaps_between(cels("A.....A"))
    assert gap.inbetween_numbers(step) == numbers


def test_step_below_one() -> None:
    with pytest.raises(ValueError, match="1 or more"):
        Gap(Cel(1, Origin.ARTIST), Cel(5, Origin.ARTIST)).inbetween_numbers(0)


def test_time_runs_from_key_to_key() -> None:
    gap = Gap(Cel(-3, Origin.ARTIST), Cel(5, Origin.ARTIST))
    assert [gap.time_of(n) for n in (-3, 1, 5)] == [0.0, 0.5, 1.0]


@pytest.mark.parametrize(
    ("frame", "expected"), [(0, None), (1, (1, 4)), (3, (1, 4)), (4, (4, 8)), (7, (4, 8)), (8, (4, 8)), (9, None)]
)
def test_the_gap_that_shows(frame: int, expected: tuple[int, int] | None) -> None:
    gap = gap_at(gaps_between(cels("A..A...A")), frame)
    assert (gap and (gap.start.number, gap.end.number)) == expected


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (5, (8, 20)),
        (10, (8, 30)),
        (15, (8, 30)),
        (20, (10, 40)),
        (35, (20, 50)),
        (45, (30, 53)),
        (50, (30, 53)),
        (51, (30, 53)),
        (60, (30, 53)),
    ],
)
def test_what_a_gap_depends_on(frame: int, expected: tuple[int, int]) -> None:
    """Two keys to either side: its own and one neighbour each; at the ends all there is, as no key bounds it."""
    numbers = [8, 10, 12, 20, 25, 30, 40, 50, 53]
    keys = [number % 10 == 0 for number in numbers]
    assert neighbourhood(numbers, keys, frame, frame) == expected


def test_what_some_gaps_depend_on() -> None:
    numbers = list(range(10, 90, 10))
    assert neighbourhood(numbers, [True] * 8, 35, 55) == (20, 70)


def test_a_timeline_without_keys() -> None:
    assert neighbourhood([1, 2], [False, False], 1, 1) == (1, 2)


@pytest.mark.parametrize(
    ("frame", "expected"),
    [(1, [(1, 4), (4, 6)]), (5, [(1, 4), (4, 6)]), (6, [(6, 9)]), (8, [(6, 9)]), (9, [(6, 9)]), (10, [])],
)
def test_breakdowns_part_a_gap_and_do_not_end_it(frame: int, expected: list[tuple[int, int]]) -> None:
    gaps = gaps_around(gaps_between(cels("AOOEOAOOA")), frame)
    assert [(gap.start.number, gap.end.number) for gap in gaps] == expected


def test_a_corrected_frame_of_a_performance_ends_a_gap() -> None:
    corrected = Cel(4, Origin.EDITED, made=Made(4, 4, 4))
    line = [Cel(1, Origin.ARTIST), corrected, Cel(8, Origin.ARTIST)]
    assert [gap.start.number for gap in gaps_around(gaps_between(line), 2)] == [1]


@pytest.mark.parametrize(
    ("text", "around", "expected"),
    [
        ("OOAOOAOO", None, (1, 2, 7, 8)),
        ("OOAOOAOO", 4, (1, 2, 7, 8)),
        ("OOAOOAOOAOO", 4, (1, 2)),
        ("OOAOOAOOAOO", 8, (10, 11)),
        ("OOAO.O.AOOAO", 9, (12,)),
        ("OOA.A.A.AOO", 6, ()),
        ("OOA.A.AOO", 2, (1, 2)),
        ("OOA.A.AOO", 20, (8, 9)),
        ("AOOEOAOOEO", 2, ()),
        ("AOOEOAOOEO", 7, (10,)),
        ("OAOO", None, (1, 3, 4)),
        ("OAOO", 2, (1, 3, 4)),
    ],
)
def test_orphans_lie_outside_every_gap(text: str, around: int | None, expected: tuple[int, ...]) -> None:
    assert orphans(cels(text), around) == expected


def test_performances_are_no_orphans() -> None:
    line = [Cel(n, Origin.OURS, made=Made(n, n, n)) for n in range(1, 5)]
    assert orphans([*line, Cel(9, Origin.ARTIST)]) == ()
    assert orphans(cels("OOOO")) == ()  # whose they are was not written down by earlier versions
    assert orphans([Cel(n, Origin.OURS, made=Made(n, 1, 9)) for n in (3, 5)]) == (3, 5)
