"""Settling: where a key's lines and paint go, as a drawing that holds together.

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
from ..geometry.points import Array, Complex, Index, Mask, to_complex, to_plane
from ..geometry.ragged import sums
from ..geometry.springs import Springs, solved
from ..geometry.tridiagonal import Tridiagonal
from ..motion.ribbon import FIRST, MATCHED, SECOND, THROUGH, Ribbon
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
    led       a fill of which this share lies on lines goes where they go
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
    led: float = 0.5
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
    count = len(ribbon.s)
    if not count:
        return ribbon
    sheet, contacts = _Sheet.of(ribbon, contacts, match, sure, solid, settings)
    ends = _Ties.of(contacts.picked(contacts.kind != PAINT), sheet, settings.tie)
    gone = sheet.said
    for round_ in range(settings.rounds):
        doubt = np.where(sheet.fixed, 0.0, np.abs(gone - sheet.said) / settings.far) if round_ else 0.0
        gone = _solved(sheet, ends, sheet.say / (1.0 + doubt**2) ** 2, sheet.said, gone, settings)
    gone = _painted(sheet, contacts.picked(contacts.kind == PAINT), gone, settings)
    xy = to_plane(gone[:count])
    first, second = ((ribbon.half == half)[:, None] for half in (FIRST, SECOND))
    return replace(ribbon, a=np.where(second, xy, ribbon.a), b=np.where(first, xy, ribbon.b))


@dataclass(frozen=True)
class _Sheet:
    """All vertices (W,) as each key draws them.

    Those of copies, which both keys draw, come twice.

    own, said  where they are in the key that draws them, and where matches say that they go in the other
    turn       how their surroundings turn and grow on the way
    chains     edges, which keep their shape
    mass       the length of line that each stands for, over the square of `reach`
    say        how much of a say each has in where it goes
    fixed      copies, which are certain
    solid      it bounds a fill
    chain      number of its chain
    """

    own: Complex
    said: Complex
    turn: Complex
    chains: Springs
    mass: Array
    say: Array
    fixed: Mask
    solid: Mask
    chain: Index

    @staticmethod
    def of(
        ribbon: Ribbon, contacts: Contacts, match: Match, sure: Array, solid: Mask, settings: SettleSettings
    ) -> tuple[_Sheet, Contacts]:
        """The vertices of `ribbon`, and the contacts between them."""
        count, twice = len(ribbon.s), np.flatnonzero(ribbon.half == THROUGH)
        own = to_complex(np.concatenate([ribbon.own, ribbon.b[twice]]))
        said = to_complex(np.concatenate([ribbon.other, ribbon.a[twice]]))
        turn = _turns(ribbon, match, settings.size)
        turn = np.concatenate([turn, 1.0 / turn[twice]])
        fixed = np.concatenate([ribbon.copied, np.ones(len(twice), bool)])
        first, second = ribbon.edges
        long = np.maximum(np.abs(own[second] - own[first]), settings.shortest)
        grip = np.where(fixed[first] & fixed[second], 0.0, 1.0 / long)
        rest = np.asarray(0.5 * (turn[first] + turn[second]) * (own[second] - own[first]), complex)
        chains = Springs(first, second, grip, rest)
        total = len(own)
        mass = 0.5 * (sums(long, first, total) + sums(long, second, total)) + settings.shortest
        mass /= settings.reach**2
        say = np.concatenate([_say(ribbon, sure, settings), np.ones(len(twice))]) * mass
        say = np.where(fixed, say + settings.pin, say)
        number = np.arange(count)
        number[twice] = count + np.arange(len(twice))
        later = contacts.half == SECOND
        moved = [np.where(later, number[v], v) for v in (contacts.vertex, contacts.before, contacts.after)]
        told = replace(contacts, vertex=moved[0], before=moved[1], after=moved[2])
        chain = ribbon.chains.owner
        solid, chain = (np.concatenate([value, value[twice]]) for value in (solid, chain))
        return _Sheet(own, said, turn, chains, mass, say, fixed, solid, chain), told


@dataclass(frozen=True)
class _Ties:
    """Contacts as springs, which hold in all directions or across the line alone.

    `rest` (J,) is what lies between a vertex and its place; `across` (J,) unit, the direction that holds, 0 for all.
    """

    contacts: Contacts
    rest: Complex
    across: Complex
    grip: float

    @staticmethod
    def of(contacts: Contacts, sheet: _Sheet, grip: float) -> _Ties:
        own, turn = sheet.own, sheet.turn
        rest = (own[contacts.vertex] - contacts.on(own)) * turn[contacts.before]
        normal = 1j * (own[contacts.after] - own[contacts.before]) * turn[contacts.before]
        normal = normal / np.maximum(np.abs(normal), 1e-12)
        return _Ties(contacts, rest, np.where(contacts.kind == SLIDE, normal, 0.0), grip)

    def _held(self, apart: Complex) -> Complex:
        along = self.across * (np.conj(self.across) * apart).real
        held: Complex = np.where(self.contacts.kind == SLIDE, along, apart)
        return self.grip * held

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


def _solved(sheet: _Sheet, ends: _Ties, say: Array, said: Complex, start: Complex, settings: SettleSettings) -> Complex:
    """(W,) where vertices come to rest, each with so much of a `say` where."""
    count, chains = len(said), sheet.chains
    right = say * said + chains.load(count) + ends.load(count)
    diagonal = say + chains.stiffness(count) + ends.stiffness(count)
    alone = Tridiagonal(diagonal, -chains.beside(count))
    return solved(
        lambda z: say * z + chains.pull(z) + ends.pull(z), right, start, alone, settings.steps, settings.close
    )


def _painted(sheet: _Sheet, paint: Contacts, gone: Complex, settings: SettleSettings) -> Complex:
    """Places with paint where its lines are, and what of a fill lies on none between."""
    if not paint.count:
        return gone
    own, solid = sheet.own, sheet.solid
    led = paint.on(gone) + (own[paint.vertex] - paint.on(own)) * paint.on(sheet.turn)
    # a fill that lies on lines goes where they go, between them, too
    chain, count = sheet.chain, int(sheet.chain.max()) + 1
    ones = np.ones(len(chain))
    share = sums(ones[paint.vertex], chain[paint.vertex], count) / np.maximum(sums(ones, chain, count), 1.0)
    say = np.where(share[chain] >= settings.led, np.minimum(sheet.say, settings.unknown * sheet.mass), sheet.say)
    goal, hold = np.where(solid, sheet.said, gone), np.where(solid, say, say + settings.pin)
    goal[paint.vertex], hold[paint.vertex] = led, settings.pin
    none = _Ties.of(paint.picked(np.zeros(0, np.int64)), sheet, 0.0)
    out = np.where(solid, _solved(sheet, none, hold, goal, gone, settings), gone)
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
    # what is certain is not to be moved
    say = np.where(sure < 1.0, np.clip(sure, settings.unsure, 1.0), settings.pin)
    out[matched] = say[ribbon.piece[matched]]
    return out
