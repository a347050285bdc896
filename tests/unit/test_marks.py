"""Marks of generated drawings: what counts as an edit, in this Blender and in others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Attribute, Curves
from inkbetween.inference.drawing.conversion import FINGERPRINT, MADE_FOR, MARKS, equal_drawings, fingerprint
from inkbetween.inference.drawing.marks import PAINTED, is_untouched, made_for, signature
from inkbetween.inference.drawing.timeline import Made

MADE = Made(5, 1, 9, 7, 2**31 - 1)
STROKES, POINTS = 4, 12


def curve(kind: str, values: object) -> Attribute:
    return Attribute("CURVE", kind, np.asarray(values))


def point(kind: str, values: object) -> Attribute:
    return Attribute("POINT", kind, np.asarray(values))


def drawn(**more: Attribute) -> Curves:
    """A drawing as a pen makes it: most attributes say nothing that their absence would not."""
    rng = np.random.default_rng(3)
    attributes = {
        "position": point("FLOAT_VECTOR", rng.normal(size=(POINTS, 3)).astype(np.float32)),
        "curve_type": curve("INT8", np.ones(STROKES, np.int8)),
        "material_index": curve("INT", np.zeros(STROKES, np.int32)),
        "radius": point("FLOAT", rng.random(POINTS).astype(np.float32)),
        "opacity": point("FLOAT", np.ones(POINTS, np.float32)),
        "softness": curve("FLOAT", np.zeros(STROKES, np.float32)),
        "vertex_color": point("FLOAT_COLOR", np.zeros((POINTS, 4), np.float32)),
        "strange": point("INT", rng.integers(0, 9, POINTS).astype(np.int32)),
    }
    return Curves(np.arange(0, POINTS + 1, POINTS // STROKES, dtype=np.int32), attributes | more)


def having(curves: Curves, **more: Attribute) -> Curves:
    return replace(curves, attributes={**curves.attributes, **more})


def signed(curves: Curves, made: Made = MADE) -> Curves:
    return having(curves, **signature(curves, made))


FOREIGN = {
    "fill_id": curve("INT", np.arange(1, STROKES + 1, dtype=np.int32)),
    "hide_stroke": curve("BOOLEAN", np.array([True, False, True, False])),
    "of_tomorrow": point("FLOAT", np.linspace(0, 1, POINTS, dtype=np.float32)),
}


def test_what_was_written_is_untouched_and_known() -> None:
    curves = signed(drawn())
    assert is_untouched(curves)
    assert made_for(curves) == MADE
    assert equal_drawings(curves, drawn())
    assert fingerprint(curves) == fingerprint(drawn())


@pytest.mark.parametrize("names", [["fill_id"], ["fill_id", "hide_stroke"], list(FOREIGN)])
def test_attributes_of_another_blender_are_no_edit(names: list[str]) -> None:
    curves = having(signed(drawn()), **{name: FOREIGN[name] for name in names})
    assert is_untouched(curves)


def test_an_edit_shows_beside_them() -> None:
    curves = having(signed(drawn()), **FOREIGN)
    for name in set(drawn().attributes):
        values = curves.attributes[name].values.copy()
        values.view(np.uint8).reshape(-1)[-1] ^= 1
        assert not is_untouched(having(curves, **{name: replace(curves.attributes[name], values=values)})), name
        without = {n: a for n, a in curves.attributes.items() if n != name}
        assert not is_untouched(replace(curves, attributes=without)), name


@pytest.mark.parametrize("name", list(FOREIGN))
def test_what_was_there_when_it_was_written_counts(name: str) -> None:
    """In the Blender that knows them, an artist changes them, too."""
    curves = signed(drawn(**FOREIGN))
    assert is_untouched(curves)
    values = curves.attributes[name].values.copy()
    values[0] = 0 if values[0] else 1
    assert not is_untouched(having(curves, **{name: replace(curves.attributes[name], values=values)}))


@pytest.mark.parametrize(
    ("name", "usual", "painted"),
    [
        ("fill_color", curve("FLOAT_COLOR", np.zeros((STROKES, 4), np.float32)), 0.3),
        ("fill_opacity", curve("FLOAT", np.ones(STROKES, np.float32)), 0.5),
        ("cyclic", curve("BOOLEAN", np.zeros(STROKES, bool)), True),
        ("rotation", point("FLOAT", np.zeros(POINTS, np.float32)), 1.0),
    ],
)
def test_what_is_painted_since_is_an_edit(name: str, usual: Attribute, painted: float) -> None:
    """Merely entering a mode may add an attribute that says nothing."""
    assert name in PAINTED
    curves = having(signed(drawn()), **FOREIGN)
    assert is_untouched(having(curves, **{name: usual}))
    values = usual.values.copy()
    values[-1] = painted
    assert not is_untouched(having(curves, **{name: replace(usual, values=values)}))


def test_curves_that_were_made_of_polylines_are_edited() -> None:
    handles = point("FLOAT_VECTOR", drawn().attributes["position"].values)
    assert not is_untouched(having(signed(drawn()), handle_left=handles, handle_right=handles))


def test_strokes_added_or_of_another_drawing_are_edits() -> None:
    curves = signed(drawn())
    for other in (0, 17):
        marks = curves.attributes[FINGERPRINT].values.copy()
        marks[2] = other
        assert not is_untouched(having(curves, **{FINGERPRINT: curve("INT", marks)}))


def test_an_edited_drawing_still_tells_what_it_was_made_for() -> None:
    """The stroke that an artist added comes first, without any mark."""
    curves = signed(drawn())
    bare = {name: curves.attributes[name].values.copy() for name in (FINGERPRINT, *MADE_FOR)}
    for values in bare.values():
        values[0] = 0
    curves = having(curves, **{name: curve("INT", values) for name, values in bare.items()})
    assert not is_untouched(curves)
    assert made_for(curves) == MADE


def test_marks_of_earlier_versions() -> None:
    """They had the fingerprint alone."""
    curves = having(signed(drawn()), **FOREIGN)
    old = replace(curves, attributes={n: a for n, a in curves.attributes.items() if n not in MADE_FOR})
    assert is_untouched(old)
    assert made_for(old) is None


def test_nothing_drawn() -> None:
    empty = Curves(np.zeros(1, np.int32))
    assert not is_untouched(empty)  # an empty drawing that nobody marked is the artist's
    assert is_untouched(signed(empty))
    assert made_for(signed(empty)) is None


def test_all_marks_are_left_out() -> None:
    assert set(signature(drawn(), MADE)) <= set(MARKS)
