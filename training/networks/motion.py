"""The motion network: how fragments depart from the engine's own path on the way from key to key. Attention among the
fragments of key a, each knowing where it goes; `inference/networks/carrier.py` evaluates it with NumPy."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from inkbetween.inference.networks.travel import INPUTS, TERMS

from .correspondence import NetShape, Turning, Within

OUTPUTS = 2 * TERMS + 2


@dataclass(frozen=True)
class Departure:
    """terms (B, N, TERMS, 2) coefficients of the departure, units of HALF, see `inference.travel`; log_scale (B, N)
    and log_baseline (B, N): logarithms of the mean miss expected with and without the departure."""

    terms: Tensor
    log_scale: Tensor
    log_baseline: Tensor


class MotionNet(nn.Module):
    """Fragments and their way to key b, to their departure from the engine's path."""

    def __init__(self, shape: NetShape = NetShape(96, 4, 3)) -> None:
        super().__init__()
        self.shape = shape
        self.enter = nn.Linear(INPUTS, shape.width)
        self.turning = Turning(shape.width // shape.heads)
        self.within = nn.ModuleList(Within(shape) for _ in range(shape.layers))
        self.leave = nn.Linear(shape.width, OUTPUTS)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)

    def forward(self, inputs: Tensor, place: Tensor, links: Tensor, real: Tensor) -> Departure:
        """inputs (B, N, INPUTS) of `inference.travel`, place (B, N, 2), links (B, 2, N), real (B, N) bool."""
        x = self.enter(inputs)
        turning = self.turning(place)
        mask = real[:, None, None]
        for within in self.within:
            x = within(x, turning, links, mask)
        terms, scale, baseline = self.leave(x).split([2 * TERMS, 1, 1], -1)
        return Departure(0.1 * terms.unflatten(-1, (TERMS, 2)), scale[..., 0] - 4.0, baseline[..., 0] - 4.0)


def departed(terms: Tensor, moments: Tensor) -> Tensor:
    """(B, T, N, 2) departure at moments (T,)."""
    basis = torch.stack([4 * moments * (1 - moments) * (2 * moments - 1) ** k for k in range(TERMS)], -1)
    return torch.einsum("tk,bnkc->btnc", basis, terms)
