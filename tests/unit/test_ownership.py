"""Generated frames that the artist copied or moved by themselves, and those that went along with the timeline."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from inkbetween.inference.drawing.ownership import settled
from inkbetween.inference.drawing.timeline import Cel, Made, Origin

Line = dict[int, Cel]


def tweened(*keys: int, step: int = 1) -> Line:
    """Keys of different drawings, and in-betweens at every `step`-th frame."""
    line = {number: Cel(number, Origin.ARTIST, fingerprint=100 + number) for number in keys}
    for start, end in pairwise(keys):
        for number in range(start + step, end, step):
            made = Made(number, start, end, 100 + start, 100 + end)
            line[number] = Cel(number, Origin.OURS, fingerprint=1000 + number, made=made)
    return line


def moved(line: Line, by: dict[int, int]) -> Line:
    """What stood at a frame stands at another one; what was there is gone."""
    stay = {number: cel for number, cel in line.items() if number not in by and number not in by.values()}
    return stay | {to: replace(line[number], number=to) for number, to in by.items()}


def copied(line: Line, by: dict[int, int]) -> Line:
    return line | {to: replace(line[number], number=to) for number, to in by.items()}


def redrawn(line: Line, *numbers: int) -> Line:
    return line | {number: replace(line[number], fingerprint=5000 + number) for number in numbers}


def put(line: Line) -> list[int]:
    """Numbers of the frames that count as put there by the artist."""
    cels = tuple(line[number] for number in sorted(line))
    found = settled(
        cels,
        lambda number: line[number].fingerprint if number in line else None,
        lambda: [(cel.number, cel.made) for cel in cels if cel.made is not None],
    )
    assert [replace(cel, origin=Origin.OURS) for cel in found] == [replace(cel, origin=Origin.OURS) for cel in cels]
    return [cel.number for cel in found if cel.origin is Origin.PLACED]


def shifted(line: Line, by: int, start: int = -99, end: int = 99) -> Line:
    return moved(line, {number: number + by for number in line if start <= number <= end})


def test_what_stands_where_it_was_made_is_ours() -> None:
    line = tweened(1, 9, 17)
    assert put(line) == []
    assert put(redrawn(line, 1, 9, 17)) == []
    assert put(moved(line, {9: 5})) == []
    assert put({number: cel for number, cel in line.items() if number not in (1, 9, 17)}) == []


@pytest.mark.parametrize("to", [3, 6, 11, 13, 17, 21, 25, 40, -4])
@pytest.mark.parametrize("step", [1, 2, 4])
def test_a_copy_is_the_artists_wherever_it_is(to: int, step: int) -> None:
    """Keys every eighth frame: a copy of frame 5 at 13 lies between two keys as it did before."""
    line = tweened(1, 9, 17, 25, step=step)
    assert put(copied(line, {5: to})) == [to]
    assert put(moved(line, {5: to})) == [to]


def test_a_copied_run_is_the_artists() -> None:
    line = tweened(1, 9, 17)
    line = copied(line, {number: number + 8 for number in range(2, 9)})
    assert put(line) == list(range(10, 17))
    assert put(redrawn(line, 1, 9, 17)) == list(range(10, 17))


@pytest.mark.parametrize("by", [10, 8, -8, 1, 3])
@pytest.mark.parametrize("step", [1, 4])
def test_a_shifted_timeline_stays_ours(by: int, step: int) -> None:
    line = shifted(tweened(1, 9, 17, 25, step=step), by)
    assert put(line) == []
    assert put(redrawn(line, 9 + by)) == []
    # Deleted keys leave stale frames that are to go.
    assert put({number: cel for number, cel in line.items() if number != 25 + by}) == []


def test_a_timeline_shifted_and_then_drawn_anew_stays_ours() -> None:
    line = shifted(tweened(1, 9, 17, 25, step=4), 8)
    assert put(redrawn(line, 9, 17, 25, 33)) == []


def test_a_copy_is_known_in_a_shifted_timeline() -> None:
    line = copied(tweened(1, 9, 17, 25), {5: 13})
    assert put(shifted(line, 10)) == [23]


def test_time_let_in_within_a_gap_leaves_all_ours() -> None:
    """What is after frame 5 goes three frames on, the key included."""
    assert put(shifted(tweened(1, 9, 17), 3, start=6)) == []


@pytest.mark.parametrize("scale", [2.0, 3.0, 1.5, 0.5])
@pytest.mark.parametrize("about", [1, 9, 5])
def test_a_stretched_timeline_stays_ours(scale: float, about: int) -> None:
    line = tweened(1, 9, 17, step=2)
    assert put(moved(line, {number: round(about + scale * (number - about)) for number in line})) == []


def test_frames_copied_along_with_their_keys_stay_ours() -> None:
    """An animator who makes a cycle wants in-betweens there as here."""
    line = tweened(1, 9)
    assert put(copied(line, {number: number + 20 for number in line})) == []


def test_inbetweens_moved_without_their_keys_are_the_artists() -> None:
    line = tweened(1, 9, step=2)
    assert put(moved(line, {3: 4, 5: 6, 7: 8})) == [4, 6, 8]


def test_a_copy_stays_the_artists_when_the_gap_it_came_from_is_drawn_anew() -> None:
    line = copied(tweened(1, 9, 17), {5: 13})
    line = redrawn(line, 1, 5)
    line[5] = replace(line[5], made=Made(5, 1, 9, line[1].fingerprint, line[9].fingerprint))
    assert put(line) == [13]


def test_a_frame_of_another_layer_is_the_artists() -> None:
    line = tweened(1, 9)
    foreign = Made(5, 1, 9, 71, 79)
    assert put(line | {5: Cel(5, Origin.OURS, fingerprint=3, made=foreign)}) == [5]
    assert put(line | {12: Cel(12, Origin.OURS, fingerprint=3, made=foreign)}) == [12]


def performance(last: int) -> Line:
    return {n: Cel(n, Origin.OURS, fingerprint=n, made=Made(n, n, n)) for n in range(1, last + 1)}


def test_a_performance_is_moved_whole_or_copied() -> None:
    line = performance(9)
    assert put(line) == []
    assert put(shifted(line, 5)) == []
    assert put(moved(line, {4: 30})) == [30]
    assert put(copied(line, {number: number + 9 for number in line})) == list(range(10, 19))


def test_what_was_not_written_down_is_taken_as_it_stands() -> None:
    """Files of earlier versions say nothing of where their in-betweens were made for."""
    line = {number: replace(cel, made=None) for number, cel in tweened(1, 9, 17).items()}
    assert put(copied(line, {5: 13})) == []
