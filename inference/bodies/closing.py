"""Closing: what touches in a key does so on the way.

Lines and paint come along, less and less far away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..geometry.points import Array, Complex, Index, Mask, to_complex
from ..geometry.ragged import sums
from ..geometry.tridiagonal import Tridiagonal
from ..geometry.units import Units
from ..motion.clock import Moment
from ..motion.hinged import HingedPaths
from ..motion.ribbon import FIRST, SECOND, Ribbon
from ..motion.shape import Shape
from .contacts import PAINT, SLIDE, Contacts, ContactSettings, window


@dataclass(frozen=True)
class ClosingSettings:
    """How what touches is kept together.

    reach   engine units: an end that is moved to where it belongs takes its line along over about this length
    pin     how many times as firmly as by its own line it is held there,
    floor   and as by this share of the firmest line
    rounds  of closing: lines that end on each other move each other
    """

    reach: float = 5.0
    pin: float = 1e4
    floor: float = 1e-2
    rounds: int = 3


@dataclass(frozen=True)
class _Closed:
    """Contacts of one half and kind, and the lines that they move.

    apart_a, apart_b (J,) is what lies between each and its place in either key, scene units; turning (J,) the
    logarithm of how what sees them so turns. `around` (J, k) edges along which ends slide, `real` which there are,
    and `off` (J,) what lies between them and the nearest place there in the key that draws them.
    """

    contacts: Contacts
    apart_a: Complex
    apart_b: Complex
    turning: Complex
    pin: Array
    system: Tridiagonal
    around: Index
    real: Mask
    off: Complex

    def at(self, z: Complex, t: Array) -> Complex:
        """Positions (V,) with the contacts closed; vertices are on their ways at `t` (V,)."""
        on, now = self.contacts, t[self.contacts.vertex]
        apart = self.apart_a * (1.0 - now) + self.apart_b * np.exp(-self.turning) * now
        goal = on.on(z) + apart * np.exp(self.turning * now)
        sliding = on.kind == SLIDE
        if sliding.any():
            off = self.off[sliding] * np.exp(self.turning * now)[sliding]
            here = z[on.vertex[sliding]] - off
            goal[sliding] = _nearest(z, here, self.around[sliding], self.real[sliding]) + off
        pull = np.zeros(len(z), complex)
        pull[on.vertex] = on.share * (goal - z[on.vertex]) * self.pin
        return np.asarray(z + self.system.solve(pull))


@dataclass(frozen=True)
class Closing:
    """All that touches, half by half: ends of lines first, then paint under them."""

    lines: tuple[_Closed | None, _Closed | None]
    paint: tuple[_Closed | None, _Closed | None]
    rounds: int

    def close(self, z: Complex, moment: Moment) -> Complex:
        """Positions (V,) with what touches together at a `moment`."""
        if not len(z):
            return z
        for half, (lines, paint) in enumerate(zip(self.lines, self.paint, strict=True)):
            if moment.past.all() if half == 0 else not moment.past.any():
                continue
            for _ in range(self.rounds if lines is not None else 0):
                assert lines is not None
                z = lines.at(z, moment.each)
            z = z if paint is None else paint.at(z, moment.each)
        return z


def closing_of(
    ribbon: Ribbon,
    contacts: Contacts,
    shape: Shape,
    reach: float,
    units: Units,
    limbs: HingedPaths | None = None,
    settings: ClosingSettings = ClosingSettings(),
    beside: int = ContactSettings().beside,
) -> Closing:
    """The closing of `contacts`; `limbs` turn.

    `shape` is that of the ribbon's lines, details smaller than `reach` (engine units) keeping theirs.
    """
    a, b = (units.length_to_scene(to_complex(place)) for place in (ribbon.a, ribbon.b))
    anchor = shape.anchor * (reach / settings.reach) ** 2

    def closed(rows: Mask, on: Contacts) -> _Closed | None:
        if not rows.any():
            return None
        on = on.picked(rows)
        apart_a, apart_b = (place[on.vertex] - on.on(place) for place in (a, b))
        turning = np.zeros(on.count, complex) if limbs is None else limbs.frames(on.vertex, on.before)
        # what holds is what the key shows that is drawn; paint turns with its line
        ends, later = on.kind != PAINT, on.half == SECOND
        apart_b = np.where(ends & ~later, apart_a * np.exp(turning), apart_b)
        apart_a = np.where(ends & later, apart_b * np.exp(-turning), apart_a)
        pin = settings.pin * (anchor[on.vertex] + shape.grip.max(initial=0.0) * settings.floor)
        held = anchor + sums(pin, on.vertex, len(anchor))
        held[1:] += shape.beside
        held[:-1] += shape.beside
        around, real = window(ribbon, on.before, beside)
        real &= (around != on.vertex[:, None]) & (around + 1 != on.vertex[:, None])
        own = np.where(ribbon.half == SECOND, b, a)
        off = own[on.vertex] - _nearest(own, own[on.vertex], around, real)
        off = np.where(on.half == SECOND, off * np.exp(-turning), off)
        return _Closed(on, apart_a, apart_b, turning, pin, Tridiagonal(held, -shape.beside), around, real, off)

    def halves(kinds: Mask) -> tuple[_Closed | None, _Closed | None]:
        first, second = (closed(kinds & (contacts.half == half), contacts) for half in (FIRST, SECOND))
        return first, second

    return Closing(halves(contacts.kind != PAINT), halves(contacts.kind == PAINT), settings.rounds)


def _nearest(z: Complex, place: Complex, around: Index, real: Mask) -> Complex:
    """(J,) what of the edges `around` (J, k) is nearest to `place` (J,)."""
    start, way = z[around], z[np.minimum(around + 1, len(z) - 1)] - z[around]
    here = place[:, None]
    part = ((here - start) * np.conj(way)).real / np.maximum(np.abs(way) ** 2, 1e-30)
    near = start + way * np.clip(part, 0.0, 1.0)
    far = np.where(real, np.abs(near - here), np.inf)
    best = far.argmin(1)
    rows = np.arange(len(place))
    return np.where(np.isfinite(far[rows, best]), near[rows, best], place)
