"""A pose laid on joints of which the places are known.

The others go with those around them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...geometry.points import Complex, Index
from ...skeletons.figure import TRUNK, Figure

# How much longer and shorter what goes along may get.
_LONGEST, _SHORTEST = 2.0, 0.5


def laid_out(figure: Figure, z: Complex, known: Mapping[int, complex]) -> Complex:
    """Where the joints (N,) come to.

    The trunk turns and stretches from the root to the middle of what hangs on it highest. Beyond known joints of a
    limb its last piece does as the one before; up to a known joint by itself it is straight.
    """
    out = z.copy()
    hung = [int(figure.parents[figure.chain(part)[0]]) for pair in figure.pairs for part in pair]
    tops = [joint for joint in hung if joint in known and figure.parents[joint] != 0]
    root = known.get(0, complex(z[0]))
    trunk = 1.0 + 0.0j
    if tops:
        trunk = _ratio(sum(known[joint] for joint in tops) / len(tops) - root, complex(z[tops].mean() - z[0]))
    turned = np.full(figure.count, trunk)
    for joint, parent in enumerate(figure.parents.tolist()):
        along = z[joint] - z[parent]
        if parent < 0:
            out[joint] = root
        elif joint in known:
            out[joint] = known[joint]
            turned[joint] = _ratio(out[joint] - out[parent], along)
        else:
            turned[joint] = trunk if figure.part[joint] == TRUNK else turned[parent]
            out[joint] = out[parent] + turned[joint] * along
    for part in range(1, int(figure.part.max()) + 1):
        _straighten(figure, figure.chain(part), z, out, known)
    return out


def _straighten(figure: Figure, chain: Index, z: Complex, out: Complex, known: Mapping[int, complex]) -> None:
    """A limb of which the end alone is known, as a head, leads there straight."""
    if not len(chain) or int(chain[-1]) not in known or any(int(joint) in known for joint in chain[:-1]):
        return
    heads = figure.parents[chain]
    share = np.cumsum(np.abs(z[chain] - z[heads]))
    start = out[heads[0]]
    out[chain] = start + (out[chain[-1]] - start) * share / max(float(share[-1]), 1e-12)


def _ratio(new: complex, old: complex) -> complex:
    """By what the old way is multiplied, within what may be stretched."""
    if abs(old) < 1e-12 or abs(new) < 1e-12:
        return 1.0 + 0.0j
    ratio = new / old
    return complex(ratio / abs(ratio) * np.clip(abs(ratio), _SHORTEST, _LONGEST))
