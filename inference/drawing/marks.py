"""What generated drawings carry: are they still as written, and made for what?

Marks are attributes of every stroke. They are no part of the drawing: `curves` leaves them out wherever it matters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, islice
from typing import Any

import numpy as np

from .contract import Attribute, Curves
from .conversion import FINGERPRINT, MADE_FOR, fingerprint, substance
from .splines import CONTROL_ATTRIBUTES
from .timeline import Made

# What Blender's tools write and what it means where there is none: once more than that is set, somebody painted.
# An attribute that is not listed may have been added by another Blender version as it read the file.
PAINTED: Mapping[str, Any] = {
    "position": None,
    "curve_type": None,
    "cyclic": False,
    "material_index": 0,
    "radius": 0.01,
    "opacity": 1.0,
    "fill_opacity": 1.0,
    "vertex_color": 0.0,
    "fill_color": 0.0,
    "rotation": 0.0,
    "softness": 0.0,
    "start_cap": 0,
    "end_cap": 0,
    "aspect_ratio": 1.0,
    "u_translation": 0.0,
    "u_rotation": 0.0,
    "u_scale": 1.0,
    **dict.fromkeys(CONTROL_ATTRIBUTES),
}

# So often it is tried which attributes have come since; a drawing that is not recognised by then counts as edited.
MOST_TRIES = 256


def is_untouched(curves: Curves) -> bool:
    """Whether a generated drawing is what was written.

    Strokes that the artist added carry no or another mark.

    The mark is a fingerprint over the attributes that were there when it was made. Those that have come since are
    left out in trying, unless they hold what only an artist sets; whatever was there counts in full.
    """
    mark = curves.attributes.get(FINGERPRINT)
    if mark is None or mark.domain != "CURVE":
        return False
    if not curves.stroke_count:
        return True  # an in-between may be empty, and there is nothing in it to lose
    wanted = int(mark.values[0])
    if not (mark.values == wanted).all():
        return False
    return any(fingerprint(curves, without=names) == wanted for names in islice(_perhaps_added(curves), MOST_TRIES))


def made_for(curves: Curves) -> Made | None:
    """What a generated drawing was made for, or None.

    None where that is not known, as in files of earlier versions.

    Of a drawing that was edited, its first stroke that is still marked tells.
    """
    found = [curves.attributes.get(name) for name in (FINGERPRINT, *MADE_FOR)]
    if any(one is None or (one.domain, one.kind) != ("CURVE", "INT") for one in found):
        return None
    mark, *made = (one.values for one in found if one is not None)
    marked = np.flatnonzero(mark)
    return Made(*(int(values[marked[0]]) for values in made)) if len(marked) else None


def signature(curves: Curves, made: Made) -> dict[str, Attribute]:
    """The marks, by name, of a drawing that has just been written for that."""
    numbers = (fingerprint(curves), made.frame, made.start, made.end, made.start_print, made.end_print)
    count = curves.stroke_count
    return {
        name: Attribute("CURVE", "INT", np.full(count, number, np.int32))
        for name, number in zip((FINGERPRINT, *MADE_FOR), numbers, strict=True)
    }


def _perhaps_added(curves: Curves) -> Iterator[frozenset[str]]:
    """Sets of attributes that may have come since, likeliest first.

    None; those of other versions; with them some that say nothing.
    """
    drawn = sorted(substance(curves).items())
    unknown = [name for name, _ in drawn if name not in PAINTED]
    usual = [name for name, attribute in drawn if name in PAINTED and _is_usual(name, attribute)]
    yield frozenset()
    for few in range(len(usual) + 1):
        for some in combinations(usual, few):
            for most in range(len(unknown), -1, -1):
                yield from (frozenset([*some, *names]) for names in combinations(unknown, most))


def _is_usual(name: str, attribute: Attribute) -> bool:
    """Whether an attribute of Blender's tools says no more than its absence would."""
    meaning = PAINTED[name]
    return meaning is not None and bool((attribute.values == np.asarray(meaning, attribute.values.dtype)).all())
