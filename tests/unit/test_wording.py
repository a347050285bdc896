"""Reports read like sentences whatever the counts."""

from __future__ import annotations

import pytest

from inkbetween.ops import wording


def test_counts() -> None:
    assert [wording.count(n, "key") for n in (0, 1, 2, 3000)] == ["0 keys", "1 key", "2 keys", "3,000 keys"]
    assert wording.count(2, "canvas", "canvases") == "2 canvases"
    assert [wording.were(n) for n in (1, 2)] == ["was", "were"]


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (list("abcde"), "a, b, c and 2 more"),
    ],
)
def test_lists_stay_short(items: list[str], text: str) -> None:
    assert wording.listed(items) == text


def test_sentences() -> None:
    assert wording.sentence(["drew 2 in-betweens", "", "1 hold stayed"]) == "Drew 2 in-betweens; 1 hold stayed."
    assert wording.sentence(["", ""]) == ""


def test_doubts_say_what_became_of_strokes() -> None:
    assert wording.doubts(0, 0, 0) == []
    assert wording.doubts(3, 1, 0) == ["3 strokes, low confidence", "1 stroke carried along"]
    assert wording.doubts(0, 0, 2) == ["2 strokes held"]


def test_skeletons_say_where_they_led() -> None:
    assert wording.skeletons([]) == ""
    assert wording.skeletons([0]) == "no skeleton was found to lead 1 gap"
    assert wording.skeletons([9, 9, 0, 9]) == "a skeleton of 9 bones led 3 of 4 gaps"
    assert wording.skeletons([1]) == "a skeleton of 1 bone led 1 gap"
    assert wording.skeletons([12, 7]) == "skeletons of 7 to 12 bones led 2 gaps"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "less than a second"), (40, "about 40 s"), (300, "about 5 min"), (9000, "about 2.5 h")],
)
def test_durations(seconds: float, text: str) -> None:
    assert wording.duration(seconds) == text
