"""Gaps, holds and whose frame is whose, on bare timelines."""

from __future__ import annotations

import pytest

from inkbetween.inference.drawing.timeline import Cel, Gap, Origin, gap_at, gaps_between, neighbourhood


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
        (5, None),
        (10, (10, 30)),
        (15, (10, 30)),
        (20, (10, 40)),
        (35, (20, 50)),
        (45, (30, 50)),
        (50, (30, 50)),
        (51, None),
    ],
)
def test_what_a_gap_depends_on(frame: int, expected: tuple[int, int] | None) -> None:
    """Two keys to either side: its own and one neighbour each; frames that may be ours do not count."""
    numbers = [10, 12, 20, 25, 30, 40, 50]
    keys = [number % 10 == 0 for number in numbers]
    assert neighbourhood(numbers, keys, frame) == expected


def test_a_timeline_without_keys() -> None:
    assert neighbourhood([], [], 1) is None
    assert neighbourhood([1, 2], [False, False], 1) is None
