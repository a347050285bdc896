"""The ways of lines that bones lead.

Where a line lies relative to its bones changes evenly from key to key, and the bones move as they do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...bodies.contacts import PAINT, Contacts
from ...correspondence.correspond import Correspondence
from ...geometry.points import Array, Complex, to_complex
from ...intent.bindings import FREE, Corrections
from ...motion.ribbon import MATCHED, Ribbon
from ...skeletons.held import Held, HeldWays
from ...skeletons.limbs import Frames
from .carried import Guided
from .corrections import impose


@dataclass(frozen=True)
class HoldSettings:
    """How bones hold vertices; lengths in engine units.

    explained  a bone that leads a vertex astray by this much counts a quarter
    unbound    weight of bones that a vertex was not bound to
    smooth     over this length,
    rounds     and so many times, weights are evened out along strokes
    alike      paint lies under lines that are held by its bones to this share
    """

    explained: float = 15.0
    unbound: float = 1e-5
    smooth: float = 10.0
    rounds: int = 6
    alike: float = 0.02


def _explained(
    weight: Array, a: Complex, b: Complex, start: Frames, end: Frames, slack: float, unbound: float
) -> Array:
    """Weights (V, J + 1) of bones by how well they alone lead from `a` to `b`."""
    every = np.broadcast_to(np.arange(weight.shape[1]), weight.shape)
    share, off = start.local(a[:, None], every)
    there, arrived = end.local(b[:, None], every)
    astray = np.abs(off - arrived) + np.abs(share - there) * np.abs(end.along)
    weight = (weight + unbound) / (1.0 + (astray / slack) ** 2) ** 2
    return np.asarray(weight / np.maximum(weight.sum(1, keepdims=True), 1e-12))


def _pinned(weight: Array, ribbon: Ribbon, said: Corrections | None) -> tuple[Array, NDArray[np.bool_]]:
    """Weights (V, J + 1) as `said` of either key, and (V,) where something was.

    What the two keys give to two bones is held by both alike.
    """
    told = np.zeros_like(weight)
    if said is not None:
        for stroke, one in ((ribbon.stroke_a, said.a), (ribbon.stroke_b, said.b)):
            told += impose(np.zeros_like(weight), np.where(stroke >= 0, one[np.maximum(stroke, 0)], FREE))
    pinned = told.any(1)
    total = np.maximum(told.sum(1, keepdims=True), 1.0)
    return np.where(pinned[:, None], told / total, weight), pinned


def _smooth(weight: Array, ribbon: Ribbon, pinned: NDArray[np.bool_], settings: HoldSettings) -> Array:
    """Weights (V, J + 1) that change gradually along strokes.

    Those of vertices that are `pinned` stay.
    """
    kept = weight
    edge = np.linalg.norm(np.diff(ribbon.a, axis=0), axis=1)
    tie = np.where(ribbon.chains.joined, 0.5 * np.exp(-edge / settings.smooth), 0.0)
    for _ in range(settings.rounds):
        total, summed = np.ones(len(weight)), weight.copy()
        summed[1:] += tie[:, None] * weight[:-1]
        summed[:-1] += tie[:, None] * weight[1:]
        total[1:] += tie
        total[:-1] += tie
        weight = np.where(pinned[:, None], kept, summed / total[:, None])
    return weight


def held_alike(contacts: Contacts, held: Held, settings: HoldSettings = HoldSettings()) -> Contacts:
    """The contacts without paint on lines that other bones hold: these only pass it."""
    one, other = contacts.vertex, contacts.before
    same = held.bone[one][:, :, None] == held.bone[other][:, None, :]
    both = np.minimum(held.weight[one][:, :, None], held.weight[other][:, None, :])
    return contacts.picked((contacts.kind != PAINT) | (np.where(same, both, 0.0).sum((1, 2)) >= settings.alike))


def guided_paths(
    ribbon: Ribbon, found: Correspondence, guided: Guided, settings: HoldSettings = HoldSettings()
) -> HeldWays:
    """Paths of the vertices of `ribbon`; `found` has been `unwarped`."""
    match = found.match
    on_a, on_b = ribbon.stroke_a >= 0, ribbon.stroke_b >= 0
    one = guided.parts.a.along(match.a.strokes, ribbon.stroke_a[on_a], ribbon.s[on_a])
    other = guided.parts.b.along(match.b.strokes, ribbon.stroke_b[on_b], ribbon.u[on_b])
    weight = np.ones((len(ribbon.s), one.shape[1]))
    matched = ribbon.kind == MATCHED
    weight[on_a] *= np.where(matched[on_a, None], np.sqrt(one) + 1e-6, one)
    weight[on_b] *= np.where(matched[on_b, None], np.sqrt(other) + 1e-6, other)
    a, b = (to_complex(match.units.to_scene(place)) for place in (ribbon.a, ribbon.b))
    start, end = guided.at(0.0), guided.at(1.0)
    weight = _explained(weight, a, b, start, end, match.units.length_to_scene(settings.explained), settings.unbound)
    weight, pinned = _pinned(weight, ribbon, guided.said)
    held = Held.of(_smooth(weight, ribbon, pinned, settings))
    return HeldWays(guided, held, *start.local(a[:, None], held.bone), *end.local(b[:, None], held.bone))
