"""Settling: where a key's lines and paint go in the other key, as a drawing that holds together.

Matches say where most of a line goes. What they leave out is carried along, what contradicts all around it is let go,
ends stay on the lines that they touch, and paint goes where the lines above it go. Every edge keeps its shape as far
as the matches allow: it turns and grows as its surroundings do (as-rigid-as-possible, Sorkine, Alexa 2007, along
lines). Least squares, reweighted (Geman, McClure 1985) so that places far off have little say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..correspondence.matching import Match
from ..drawing.strokes import along_samples
from ..geometry.points import Array, Complex, Mask, to_complex, to_plane
from ..geometry.ragged import sums
from ..geometry.springs import Springs, solved
from ..geometry.tridiagonal import Tridiagonal
from ..motion.ribbon import FIRST, MATCHED, SECOND, Ribbon
from .contacts import PAINT, SLIDE, Contacts


@dataclass(frozen=True)
class SettleSettings:
    """How lines settle; lengths in engine units.

    reach     details of a line smaller than this keep their shape, larger ones go where matches say
    unknown   what a place without counterpart has to say, against one that is matched and sure
    unsure    what a matched place has to say at least
    far       a place this far from where it is said to go has a quarter of the say
    size      edges grow and shrink no more than by these factors, but for what matches say
    tie       how stiff contacts are
    pin       how many times as stiff as that paint is on its line
    shortest  edges are taken to be no shorter than this
    rounds    of weighing anew
    steps     of conjugate gradients in each, at most,
    close     ended where nothing is off by more than this share
    """

    reach: float = 5.0
    unknown: float = 0.02
    unsure: float = 0.1
    far: float = 25.0
    size: tuple[float, float] = (0.75, 1.33)
    tie: float = 0.05
    pin: float = 1e4
    shortest: float = 0.5
    rounds: int = 4
    steps: int = 40
    close: float = 1e-5


def settled(
    ribbon: Ribbon,
    contacts: Contacts,
    match: Match,
    sure: Array,
    solid: Mask,
    settings: SettleSettings = SettleSettings(),
) -> Ribbon:
    """The ribbon with every vertex where it goes in the key that does not draw it.

    `sure` (K,) is the probability that each span is right; `solid` (V,) bounds fills. Copies stay.
    """
    if not len(ribbon.s):
        return ribbon
    own, said = to_complex(ribbon.own), to_complex(ribbon.other)
    turn = _turns(ribbon, match, settings.size)
    first, second = ribbon.edges
    long = np.maximum(np.abs(own[second] - own[first]), settings.shortest)
    free = ~ribbon.copied
    grip = np.where(free[first] & free[second], 1.0 / long, 0.0)
    chains = Springs(first, second, grip, 0.5 * (turn[first] + turn[second]) * (own[second] - own[first]))
    mass = 0.5 * (sums(long, first, len(own)) + sums(long, second, len(own))) + settings.shortest
    say = _say(ribbon, sure, settings) * mass / settings.reach**2
    say = np.where(free, say, say + settings.pin)
    ends = _Ties.of(contacts.picked(contacts.kind != PAINT), own, turn, settings.tie)
    gone = said
    for round_ in range(settings.rounds):
        doubt = np.zeros(len(own)) if not round_ else np.abs(gone - said) / settings.far
        gone = _solved(chains, ends, say / (1.0 + np.where(free, doubt, 0.0) ** 2) ** 2, said, gone, settings)
    gone = _painted(contacts, chains, gone, own, said, turn, solid, say, settings)
    gone = np.where(free, gone, said)
    xy, second_half = to_plane(gone), (ribbon.half == SECOND)[:, None]
    first_half = (ribbon.half == FIRST)[:, None]
    return replace(ribbon, a=np.where(second_half, xy, ribbon.a), b=np.where(first_half, xy, ribbon.b))


@dataclass(frozen=True)
class _Ties:
    """Contacts as springs: where they hold in all directions, and across the line alone.

    `rest` (J,) is what lies between a vertex and its place; `across` (J,) unit, the direction that holds, 0 for all.
    """

    contacts: Contacts
    rest: Complex
    across: Complex
    grip: float

    @staticmethod
    def of(contacts: Contacts, own: Complex, turn: Complex, grip: float) -> _Ties:
        rest = (own[contacts.vertex] - contacts.on(own)) * turn[contacts.before]
        normal = 1j * (own[contacts.after] - own[contacts.before]) * turn[contacts.before]
        normal = normal / np.maximum(np.abs(normal), 1e-12)
        return _Ties(contacts, rest, np.where(contacts.kind == SLIDE, normal, 0.0), grip)

    def _held(self, apart: Complex) -> Complex:
        along = self.across * (np.conj(self.across) * apart).real
        return self.grip * np.where(self.contacts.kind == SLIDE, along, apart)

    def _spread(self, tug: Complex, count: int) -> Complex:
        on = self.contacts
        back = sums(tug * (1.0 - on.part), on.before, count) + sums(tug * on.part, on.after, count)
        return sums(tug, on.vertex, count) - back

    def pull(self, z: Complex) -> Complex:
        return self._spread(self._held(z[self.contacts.vertex] - self.contacts.on(z)), len(z))

    def load(self, count: int) -> Complex:
        return self._spread(self._held(self.rest), count)

    def stiffness(self, count: int) -> Array:
        on, grip = self.contacts, np.full(self.contacts.count, self.grip)
        out = sums(grip, on.vertex, count) + sums(grip * (1.0 - on.part) ** 2, on.before, count)
        return out + sums(grip * on.part**2, on.after, count)


def _solved(
    chains: Springs, ends: _Ties, say: Array, said: Complex, start: Complex, settings: SettleSettings
) -> Complex:
    count = len(said)
    right = say * said + chains.load(count) + ends.load(count)
    diagonal = say + chains.stiffness(count) + ends.stiffness(count)
    alone = Tridiagonal(diagonal, -chains.beside(count))
    return solved(
        lambda z: say * z + chains.pull(z) + ends.pull(z), right, start, alone, settings.steps, settings.close
    )


def _painted(
    contacts: Contacts,
    chains: Springs,
    gone: Complex,
    own: Complex,
    said: Complex,
    turn: Complex,
    solid: Mask,
    say: Array,
    settings: SettleSettings,
) -> Complex:
    """Places with paint where its lines are, and what of a fill lies on none between."""
    paint = contacts.picked(contacts.kind == PAINT)
    if not paint.count:
        return gone
    led = paint.on(gone) + (own[paint.vertex] - paint.on(own)) * paint.on(turn)
    goal, hold = np.where(solid, said, gone), np.where(solid, say, say + settings.pin)
    goal[paint.vertex], hold[paint.vertex] = led, settings.pin
    out = _solved(chains, _Ties.of(contacts.picked(np.zeros(0, int)), own, turn, 0.0), hold, goal, gone, settings)
    out = np.where(solid, out, gone)
    out[paint.vertex] = led
    return out


def _turns(ribbon: Ribbon, match: Match, size: tuple[float, float]) -> Complex:
    """(V,) how the surroundings of vertices turn and grow on the way to the other key."""
    turn = np.ones(len(ribbon.s), complex)
    for rows, side, motion, stroke, along in (
        (ribbon.half != SECOND, match.a, match.forth, ribbon.stroke_a, ribbon.s),
        (ribbon.half == SECOND, match.b, match.back, ribbon.stroke_b, ribbon.u),
    ):
        if rows.any():
            turn[rows] = along_samples(side.fine, motion.turn, stroke[rows], along[rows])
    grown = np.abs(turn)
    return np.where(grown > 1e-9, turn / np.maximum(grown, 1e-9) * np.clip(grown, *size), 1.0)


def _say(ribbon: Ribbon, sure: Array, settings: SettleSettings) -> Array:
    """(V,) how much of a say each place has in where it goes."""
    out = np.full(len(ribbon.s), settings.unknown)
    matched = ribbon.kind == MATCHED
    out[matched] = np.clip(sure[ribbon.piece[matched]], settings.unsure, 1.0)
    return out
