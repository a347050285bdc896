"""Learned motion: how fragments depart from the engine's own path between keys.

A network trained on true paths (`training.motion_net`) says so, evaluated with NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..geometry.exact import BITS
from . import numpy_layers as network
from .fragments import HALF, Fragments
from .numpy_layers import Layers, Tensor
from .travel import TERMS
from .weights import Weights


@dataclass(frozen=True)
class Departure:
    """How fragments depart, and how far the network is to be believed.

    terms (N, TERMS, 2) are coefficients of the departure, see `travel`; scale, baseline (N,) how far off places
    between the keys are expected to be with and without it. Engine units.
    """

    terms: Tensor
    scale: Tensor
    baseline: Tensor


def departure_of(fragments: Fragments, inputs: Tensor, weights: Weights, bits: int = BITS) -> Departure:
    """What the network says of fragments whose way `inputs` (N, INPUTS) tell."""
    layers = Layers(weights.arrays, bits=bits, rounded=weights.rounded)
    x = layers.linear("enter", inputs)
    by = network.turning(layers.at("turning"), fragments.place)
    for number in range(weights.layers):
        x = network.within(layers.at(f"within.{number}"), weights.heads, x, by, fragments.before, fragments.after)
    out = layers.linear("leave", x)
    terms = out[:, : 2 * TERMS].reshape(-1, TERMS, 2) * np.float32(0.1 * HALF)
    scale, baseline = (np.exp(out[:, column] - 4.0) * HALF for column in (2 * TERMS, 2 * TERMS + 1))
    return Departure(terms, scale, baseline)
