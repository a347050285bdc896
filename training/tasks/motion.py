"""What the motion network learns, and how well it has: batches, losses, validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from inkbetween.inference.networks.travel import travel_inputs
from inkbetween.training.networks.correspondence import NetShape
from inkbetween.training.networks.motion import Departure, MotionNet, departed

from .constellations import Constellation, MotionSet
from .correspondence import Batch
from .pairs import MOMENTS, Pair
from .shards import PairSet

PIXELS = 350.0
"""Roughly a unit's pixels."""
NEAR = 2.0
"""Pixels: as near as this is as good as there."""


@dataclass(frozen=True)
class MotionTask:
    """Trains on drawn `pairs` and, where there are any, on undrawn `motions`, `drawn` telling how often on pairs, and
    validates on `held`; `size` of about equal length make a batch."""

    pairs: PairSet
    held: PairSet
    motions: MotionSet | None = None
    drawn: float = 0.15
    shape: NetShape = NetShape(96, 4, 3)
    size: int = 24
    checked: int = 400
    name: str = field(default="motion", init=False)

    def model(self) -> nn.Module:
        return MotionNet(self.shape)

    def batch(self, rng: np.random.Generator) -> Batch:
        if self.motions is None or rng.random() < self.drawn:
            return collate(self.pairs.alike(rng, self.size))
        return collate(self.motions.draw(rng, self.size))

    def loss(self, model: nn.Module, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        own, base, weight, said = misses(model, batch)
        total = weight.sum().clamp(min=1)
        # by the logarithm: a line that misses by 3 px can be mended, where one that misses by 60 px goes nobody knows
        path = (torch.log1p(own * PIXELS / NEAR) * weight).sum() / total
        honest = torch.zeros((), device=own.device)
        mean = weight.sum(1).clamp(min=1e-6)
        sure = (weight.sum(1) > 0).float()
        for miss, log_scale in ((own, said.log_scale), (base, said.log_baseline)):
            average = (miss.detach() * weight).sum(1) / mean
            scale = log_scale.clamp(-9, 2)
            honest = honest + ((average / scale.exp() + scale) * sure).sum() / sure.sum().clamp(min=1)
        return path + 0.1 * honest, {"path": float(path.detach()), "honest": float(honest.detach())}

    @torch.no_grad()
    def validate(self, model: nn.Module) -> dict[str, float]:
        device = next(model.parameters()).device
        sums: dict[str, float] = {}
        for chosen in self.held.in_order(self.size, self.checked):
            batch = {name: value.to(device) for name, value in collate(chosen).items()}
            own, base, weight, said = misses(model, batch)
            better = (said.log_scale < said.log_baseline)[:, None]
            gated = torch.where(better, own, base)
            for gap in (2, 4, 8):
                here = weight * (batch["gap"] == gap)[:, None, None]
                right = [(value * PIXELS < NEAR).float() for value in (base, gated)]
                rows = [own, base, gated, torch.ones_like(own), *right]
                for name, value in zip(("own", "base", "gated", "weight", "right", "gated_right"), rows, strict=True):
                    key = f"{name}{gap}"
                    sums[key] = sums.get(key, 0.0) + float((value * here).sum())
        out = {}
        for gap in (2, 4, 8):
            total = max(sums[f"weight{gap}"], 1e-9)
            out[f"baseline_px{gap}"] = sums[f"base{gap}"] / total * PIXELS
            out[f"share{gap}"] = sums[f"own{gap}"] / max(sums[f"base{gap}"], 1e-9)
            out[f"gated{gap}"] = sums[f"gated{gap}"] / max(sums[f"base{gap}"], 1e-9)
            out[f"baseline_within2_{gap}"] = sums[f"right{gap}"] / total
            out[f"within2_{gap}"] = sums[f"gated_right{gap}"] / total
        return out


def collate(chosen: Sequence[Pair | Constellation]) -> Batch:
    """One batch, padded to the longest."""
    rows: dict[str, list[np.ndarray]] = {name: [] for name in ("inputs", "place", "links", "real", "rest", "weight")}
    seen = [_key(one) for one in chosen]
    most = max(len(place) for _, place, _ in seen)
    for one, (features, place, links) in zip(chosen, seen, strict=True):
        way = one.travel
        turn = way.turn[:, 0] + 1j * way.turn[:, 1]
        inputs = travel_inputs(features, way.b - place, turn, way.bend_a, way.bend_b, way.known, one.gap)
        room = most - len(inputs)
        rows["inputs"].append(np.pad(inputs, ((0, room), (0, 0))))
        rows["place"].append(np.pad(place, ((0, room), (0, 0))))
        rows["links"].append(np.pad(links, ((0, 0), (0, room))))
        rows["real"].append(np.arange(most) < len(inputs))
        rows["rest"].append(np.pad(way.path - way.baseline, ((0, 0), (0, room), (0, 0))))
        rows["weight"].append(np.pad(way.weight, ((0, 0), (0, room))))
    batch = {name: torch.from_numpy(np.stack(values)) for name, values in rows.items()}
    batch["gap"] = torch.tensor([one.gap for one in chosen])
    return batch


def _key(one: Pair | Constellation) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if isinstance(one, Constellation):
        return one.features, one.place, one.links
    return one.a.features.astype(np.float32), one.a.place, np.stack([one.a.before, one.a.after])


def misses(model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor, Tensor, Departure]:
    """How far off (B, T, N) the learned and the engine's own paths are, weights (B, T, N), and the answer."""
    said: Departure = model(batch["inputs"], batch["place"], batch["links"], batch["real"])
    moments = torch.as_tensor(MOMENTS, dtype=torch.float32, device=batch["rest"].device)
    own = (departed(said.terms.float(), moments) - batch["rest"]).norm(dim=-1)
    return own, batch["rest"].norm(dim=-1), batch["weight"], said
