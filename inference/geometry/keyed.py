"""Ways through keys that are unevenly far apart in time.

They are smooth through a key where what lies beyond it is known.

Between two keys a way is what it would be without its neighbours, and besides the cubic that gives it the velocity at
either key that both sides of the key agree on (a Catmull-Rom spline for uneven steps). Velocities are per gap.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from .points import Complex

Bend = TypeVar("Bend", float, np.ndarray)


def share_of(own: float, beside: float) -> float:
    """How much the gap beside a key has to say of the velocity there.

    The shorter gap has more; both are durations.
    """
    return own / (own + beside)


def bend(beside: Complex, own: Complex, share: float) -> Complex:
    """How a gap's `own` velocity is bent at a key, to meet the one `beside`.

    That one has the `share`.
    """
    return (beside - own) * share


def between(t: float, bend_a: Bend, bend_b: Bend) -> Bend:
    """What ways depart at `t`, 0 to 1, from those without neighbours.

    Their velocities are bent so at either key: ways depart by nothing at the keys, and as fast as they are bent
    there.
    """
    rest = 1.0 - t
    out: Bend = t * rest * rest * bend_a - t * t * rest * bend_b
    return out
