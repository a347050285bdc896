"""Equal content has equal prints, other content has others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inkbetween.inference.correspondence.cache import MatchCache
from inkbetween.inference.correspondence.matching import MatchSettings
from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.drawing.prints import print_of


def drawing(shift: float = 0.0) -> Drawing:
    return Drawing.from_strokes([np.array([[0.0, 0.0], [1.0, shift], [2.0, 0.0]]), np.array([[0.0, 1.0], [2.0, 1.0]])])


def test_what_is_equal_has_one_print_whatever_object_holds_it() -> None:
    assert print_of(drawing()) == print_of(drawing())
    assert print_of((1, "a", None)) == print_of((1, "a", None))


@pytest.mark.parametrize(
    "other",
    [
        drawing(1e-12),
        replace(drawing(), offsets=np.array([0, 2, 5])),
        replace(drawing(), cyclic=np.array([True, False])),
        replace(drawing(), material=np.array([0, 1], np.int32)),
        replace(drawing(), layer=np.array([0, 1])),
        replace(drawing(), filled=np.array([False, False])),
    ],
)
def test_what_differs_in_anything_has_another(other: Drawing) -> None:
    assert print_of(other) != print_of(drawing())


def test_borders_between_things_count() -> None:
    assert print_of(("ab", "c")) != print_of(("a", "bc"))
    assert print_of((1, 2), (3,)) != print_of((1,), (2, 3))


def test_what_has_no_content_to_read_is_refused() -> None:
    with pytest.raises(TypeError, match="has no print"):
        print_of(lambda: None)


def test_the_cache_knows_equal_drawings_again_and_asks_anew_with_other_settings() -> None:
    cache, asked = MatchCache(), list[str]()

    def answer(name: str, settings: MatchSettings, shift: float = 0.0) -> str:
        def work() -> str:
            asked.append(name)
            return name

        return cache.known((drawing(shift), settings), work)

    assert answer("first", MatchSettings()) == "first"
    assert answer("again", MatchSettings()) == "first"
    assert answer("classical", MatchSettings(learned=False)) == "classical"
    assert answer("moved", MatchSettings(), 0.1) == "moved"
    assert asked == ["first", "classical", "moved"]


def test_correspondences_found_with_other_settings_are_others() -> None:
    cache = MatchCache()
    one = cache.get(drawing(), drawing(0.1), MatchSettings(learned=False))
    assert cache.get(drawing(), drawing(0.1), MatchSettings(learned=False)) is one
    other = cache.get(drawing(), drawing(0.1), MatchSettings(learned=False, coarse=28.0))
    assert other is not one
    assert other.match.a.coarse.count < one.match.a.coarse.count


def test_the_oldest_answer_goes_first() -> None:
    cache = MatchCache(size=2)
    for name in ("a", "b", "a", "c"):
        cache.known(name, lambda name=name: name)  # type: ignore[misc]
    assert cache.known("a", lambda: "new") == "a"
    assert cache.known("b", lambda: "new") == "new"
