"""The correspondence of a key pair, conducted.

Match, find spans, learn the motion from them, look again, farther each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..drawing.contract import Drawing
from ..geometry.local_motion import LocalMotion, fit
from ..networks.weights import bundled
from .copies.sculpted import Sculpted, sculpted
from .copies.told import known, spans_of_copies
from .joints.hinges import Hinge, Hung, hung
from .matching import Match, MatchSettings, Parts, Side, align_again, align_unmatched, match
from .shapes import led, match_wholes
from .spans import Span, Spans, Unmatched, spans_of
from .swings import Swung, doubtful, swing


@dataclass(frozen=True)
class Correspondence:
    """What corresponds between two keys.

    match   places and smooth motion in both directions
    spans   what becomes what, and what is unmatched
    hinges  which of it turns about joints
    """

    match: Match
    spans: Spans
    hinges: tuple[Hinge, ...] = ()


def correspond(a: Drawing, b: Drawing, settings: MatchSettings, parts: Parts | None = None) -> Correspondence:
    """Correspondence of two drawings that both have ink.

    Where the network leaves much unmatched, the classical matcher is asked, too, and believed if it clearly leaves
    less. Body `parts` that lines are known to belong to have a say.
    """
    found = _correspond(a, b, settings, parts)
    if settings.learned and unmatched_share(found) > settings.doubt and bundled("correspondence") is not None:
        other = _correspond(a, b, replace(settings, learned=False), parts)
        if unmatched_share(other) < settings.clearly * unmatched_share(found):
            return other
    return found


def unmatched_share(found: Correspondence) -> float:
    """The share of both drawings' ink that has no counterpart."""
    length = sum(one.end - one.start for one in (*found.spans.vanishing, *found.spans.appearing))
    ink = found.match.a.strokes.length.sum() + found.match.b.strokes.length.sum()
    return float(length / max(ink, 1e-9))


def _correspond(a: Drawing, b: Drawing, settings: MatchSettings, parts: Parts | None) -> Correspondence:
    first = match(a, b, settings, parts)
    # with a guide nothing is looked for
    shaped = sculpted(first, settings.sculpt) if parts is None else Sculpted()
    certain = spans_of_copies(first.copies) + shaped.spans
    found = _learn(first, certain, shaped)
    if _known(first, certain, 0).all() or _known(first, certain, 1).all():
        return found
    wholes = certain + match_wholes(found.match, taken=certain, settings=settings.whole)
    # shapes tell where the lines around them go
    if len(wholes) > len(certain):
        found = _learn(found.match, wholes, shaped)
    found = _learn(align_again(found.match, settings), wholes, shaped)
    unmatched_a, unmatched_b = unmatched_samples(found)
    # what seems squeezed or torn is more likely turned, and looked at again
    unmatched_a |= doubtful(found.match.forth, settings.swing) & ~_known(found.match, certain, 0)
    unmatched_b |= doubtful(found.match.back, settings.swing) & ~_known(found.match, certain, 1)
    swung = swing(found.match, unmatched_a, unmatched_b, settings.swing)
    if swung is not None:
        wholes += match_wholes(swung.match, taken=wholes, settings=settings.whole)
        lines_a, lines_b = _lines(swung.match.a, swung.rows_a), _lines(swung.match.b, swung.rows_b)
        found = _learn(align_unmatched(swung.match, lines_a, lines_b, settings.swung), wholes, shaped, swung)
    found = _search_unmatched(found, settings, wholes, shaped, swung)
    # the bones of a guide know better than joints where limbs are
    joined = hung(found.match, found.spans, settings.hinges) if parts is None else None
    joined = None if joined is None else _but_certain(joined, certain)
    if joined is None:
        return found
    # rings that hang on limbs correspond anew
    hanging_a, hanging_b = {span.a for span in joined.spans}, {span.b for span in joined.spans}
    kept = tuple(span for span in wholes if span.a not in hanging_a and span.b not in hanging_b)
    wholes = kept + joined.spans
    return _search_unmatched(
        _learn(found.match, wholes, shaped, swung, joined), settings, wholes, shaped, swung, joined
    )


def _but_certain(joined: Hung, certain: tuple[Span, ...]) -> Hung | None:
    """What hangs on joints and is not certain; None where that is nothing."""
    on_a, on_b = {span.a for span in certain}, {span.b for span in certain}
    kept = [k for k, span in enumerate(joined.spans) if not (span.a in on_a or span.b in on_b)]
    if not kept:
        return None
    hinges = tuple(hinge for hinge in joined.hinges if not (hinge.a in on_a or hinge.b in on_b))
    return Hung(tuple(joined.spans[k] for k in kept), tuple(joined.rates[k] for k in kept), hinges)


def _search_unmatched(
    found: Correspondence,
    settings: MatchSettings,
    wholes: tuple[Span, ...],
    shaped: Sculpted,
    swung: Swung | None,
    joined: Hung | None = None,
) -> Correspondence:
    """Match what is still unmatched on both sides, searched farther each time."""
    for chain in settings.unmatched:
        unmatched_a, unmatched_b = unmatched_samples(found)
        unmatched_a, unmatched_b = _lines(found.match.a, unmatched_a), _lines(found.match.b, unmatched_b)
        found = _learn(align_unmatched(found.match, unmatched_a, unmatched_b, chain), wholes, shaped, swung, joined)
    return found


def _learn(
    guess: Match, wholes: tuple[Span, ...], shaped: Sculpted, swung: Swung | None = None, joined: Hung | None = None
) -> Correspondence:
    """Find the spans of a match, and fit the smooth motion anew to where the spans go."""
    spans = spans_of(guess, wholes, guess.settings.spans)
    if not spans.matched:
        return Correspondence(guess, spans)
    forth, back = motion_of(guess, spans)
    learnt = led(replace(guess, forth=forth, back=back), wholes, guess.settings)
    if swung is not None:
        learnt = swung.impose(learnt)
    if joined is not None:
        learnt = joined.impose(learnt)
    return Correspondence(known(shaped.impose(learnt)), spans, () if joined is None else joined.hinges)


def motion_of(match: Match, spans: Spans) -> tuple[LocalMotion, LocalMotion]:
    """Smooth motion of all fine samples, a to b and back, as the spans show it."""
    a, b = match.a, match.b
    stroke_a = np.concatenate([np.full(len(span.s), span.a) for span in spans.matched])
    stroke_b = np.concatenate([np.full(len(span.s), span.b) for span in spans.matched])
    s = np.concatenate([span.s for span in spans.matched])
    u = b.strokes.wrap(stroke_b, np.concatenate([span.u for span in spans.matched]))
    at_a, at_b = a.strokes.at(stroke_a, s), b.strokes.at(stroke_b, u)
    trust = np.ones(len(s))
    forth = fit(a.fine.xy, a.fine.stroke, at_a, stroke_a, at_b, trust, match.settings.local)
    back = fit(b.fine.xy, b.fine.stroke, at_b, stroke_b, at_a, trust, match.settings.local)
    return forth, back


def _known(match: Match, certain: tuple[Span, ...], number: int) -> NDArray[np.bool_]:
    """(N,) which fine samples of side a (0) or b (1) lie on strokes that are certain."""
    side = (match.a, match.b)[number]
    return np.isin(side.fine.stroke, [(span.a, span.b)[number] for span in certain])


def unmatched_samples(found: Correspondence) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which fine samples of either side (N,), (M,) lie on unmatched lines."""
    slack = found.match.settings.spans.beside
    return _on_unmatched(found.match.a, found.spans.vanishing, slack), _on_unmatched(
        found.match.b, found.spans.appearing, slack
    )


def _lines(side: Side, unmatched: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Those of the unmatched samples that may be matched piece by piece.

    Those of fills may not.
    """
    return unmatched & ~side.strokes.solid[side.fine.stroke]


def _on_unmatched(side: Side, unmatched: Sequence[Unmatched], slack: float) -> NDArray[np.bool_]:
    """(N,) which fine samples lie on unmatched lines, or within `slack` of them."""
    lying = np.zeros(side.fine.count, bool)
    first = np.searchsorted(side.fine.stroke, np.arange(side.strokes.count + 1))
    for one in unmatched:
        rows = slice(first[one.stroke], first[one.stroke + 1])
        along = side.fine.along[rows]
        within = (along >= one.start - slack) & (along <= one.end + slack)
        if side.strokes.cyclic[one.stroke]:
            within |= along + side.strokes.length[one.stroke] <= one.end + slack
        lying[rows] |= within
    return lying
