"""What the joint detector learns, and how well it has: batches, losses, validation."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from inkbetween.inference.skeletons.detector.joint_view import JOINTS, LEFT_OUT, LIMBS, MAP_CELL, SIDE
from inkbetween.training.networks.joints import JointNet, JointShape

from .correspondence import Batch
from .dolls import doll
from .joint_inputs import seen
from .joint_views import ViewSet

NAME = "joints"
_WIDE = 0.9
"""Cells of the maps: how far from a joint its map should still say something, a standard deviation."""
_SHARES = (0.1, 0.05)


@dataclass(frozen=True)
class JointTask:
    """Trains on dolls and, where there are any, on `views` of people, `drawn` telling how often on dolls; validates on
    `held` and on dolls that are always the same. `size` of them make a batch."""

    views: ViewSet | None = None
    held: ViewSet | None = None
    drawn: float = 0.4
    shape: JointShape = JointShape()
    size: int = 32
    checked: int = 384
    name: str = field(default=NAME, init=False)

    def model(self) -> nn.Module:
        return JointNet(self.shape)

    def batch(self, rng: np.random.Generator) -> Batch:
        chosen = [
            doll(rng) if self.views is None or rng.random() < self.drawn else self.views.draw(rng)
            for _ in range(self.size)
        ]
        return collate([seen(one, rng) for one in chosen])

    def loss(self, model: nn.Module, batch: Batch) -> tuple[Tensor, dict[str, float | Tensor]]:
        each, _ = misses(model(batch["view"]), batch["joints"])
        return each.mean(), {"limbs": each[:, LEFT_OUT:].mean().detach()}

    def validate(self, model: nn.Module) -> dict[str, float]:
        """The share of joints whose map is highest within a tenth and a twentieth of the longer side."""
        out, device = {}, next(model.parameters()).device
        for name, held in (("dolls", None), ("views", self.held)):
            if name == "views" and held is None:
                continue
            rng = np.random.default_rng(5)
            off = []
            for _ in range(0, self.checked, self.size):
                chosen = [doll(rng) if held is None else held.draw(rng) for _ in range(self.size)]
                batch = {key: value.to(device) for key, value in collate([seen(one, rng) for one in chosen]).items()}
                off.append(misses(model(batch["view"]), batch["joints"])[1])
            far = torch.cat(off)
            for share in _SHARES:
                out[f"{name}{share}"] = float((far <= share).float().mean())
            out[f"{name}_limbs"] = float((far[:, LEFT_OUT:] <= _SHARES[0]).float().mean())
        return out


def collate(seen_views: list[tuple[np.ndarray, np.ndarray]]) -> Batch:
    views, joints = zip(*seen_views, strict=True)
    return {"view": torch.from_numpy(np.stack(views)), "joints": torch.from_numpy(np.stack(joints))}


def misses(logits: Tensor, joints: Tensor) -> tuple[Tensor, Tensor]:
    """(B, J) cross-entropy of the maps, and how far their highest places are off, shares of the drawing's longer side.

    Who is left a drawing need not show: of a pair of limbs those may be exchanged that fit better so.
    """
    own, other = (_against(logits.float(), joints[:, order]) for order in (list(range(len(JOINTS))), _exchanged()))
    loss, off = own[0].clone(), own[1].clone()
    start = LEFT_OUT
    for limb in LIMBS:
        of = slice(start, start + 2 * len(limb))
        for kept, mine, its in ((loss, own[0], other[0]), (off, own[1], other[1])):
            better = (its[:, of].sum(1) < mine[:, of].sum(1))[:, None]
            kept[:, of] = torch.where(better, its[:, of], mine[:, of])
        start = of.stop
    return loss, off


def _exchanged() -> list[int]:
    """The joints' order with first and second limbs exchanged."""
    order, start = list(range(LEFT_OUT)), LEFT_OUT
    for limb in LIMBS:
        middle, end = start + len(limb), start + 2 * len(limb)
        order += [*range(middle, end), *range(start, middle)]
        start = end
    return order


def _against(logits: Tensor, joints: Tensor) -> tuple[Tensor, Tensor]:
    wide = logits.shape[3]
    at = (joints / MAP_CELL).clamp(0.0, SIDE / MAP_CELL)
    middle = torch.arange(wide, device=logits.device) + 0.5
    x, y = ((-0.5 * ((middle - at[..., n, None]) / _WIDE) ** 2).exp() for n in (0, 1))
    target = y[..., :, None] * x[..., None, :]
    target = target / target.sum((2, 3), keepdim=True).clamp(min=1e-9)
    said = logits.flatten(2).log_softmax(2)
    best = said.argmax(2)
    spot = torch.stack([best % wide, best // wide], -1) + 0.5
    off = (spot - joints / MAP_CELL).norm(dim=-1) * MAP_CELL / 130.0
    return -(target.flatten(2) * said).sum(2), off
