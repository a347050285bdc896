"""Easing curves: monotone, exact at the keys, bunched where they say."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from inkbetween.inference.motion.clock import EASINGS, away, eased

TIMES = np.linspace(0, 1, 101).tolist()


@pytest.mark.parametrize("easing", EASINGS)
def test_keys_are_met_and_time_never_runs_back(easing: str) -> None:
    values = [eased(easing, t) for t in TIMES]
    assert values[0] == 0.0
    assert values[-1] == 1.0
    assert all(a < b for a, b in pairwise(values))


def test_spacing_is_tight_where_the_name_says() -> None:
    first = {e: eased(e, 0.1) for e in EASINGS}
    last = {e: 1 - eased(e, 0.9) for e in EASINGS}
    assert first["EASE_IN"] < first["LINEAR"] < first["EASE_OUT"]
    assert last["EASE_OUT"] < last["LINEAR"] < last["EASE_IN"]
    assert first["EASE_IN_OUT"] < first["LINEAR"]
    assert last["EASE_IN_OUT"] < last["LINEAR"]


def test_ease_in_and_ease_out_mirror_each_other() -> None:
    assert [eased("EASE_IN", t) for t in TIMES] == pytest.approx([1 - eased("EASE_OUT", 1 - t) for t in TIMES])
    assert [eased("EASE_IN_OUT", t) for t in TIMES] == pytest.approx([1 - eased("EASE_IN_OUT", 1 - t) for t in TIMES])


def test_unknown_easing_and_times_outside() -> None:
    with pytest.raises(ValueError, match="BOUNCE"):
        eased("BOUNCE", 0.5)
    for t in (-0.01, 1.01, float("nan")):
        with pytest.raises(ValueError, match="outside"):
            eased("LINEAR", t)


def test_keys_are_neared_evenly() -> None:
    near = 0.125
    assert away(0.0, near) == away(1.0, near) == 0.0
    assert away(near, near) == away(0.5, near) == away(1.0 - near, near) == 1.0
    assert away(near / 4, near) == pytest.approx(0.25)
    assert away(1.0 - near / 4, near) == pytest.approx(0.25)
