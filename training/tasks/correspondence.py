"""What the correspondence network learns, and how well it has: batches, losses, validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from inkbetween.inference.networks.fragments import HALF
from inkbetween.training.networks.correspondence import CorrespondenceNet, Described, Matched, NetShape

from .pairs import SPACING, UNMATCHED, Pair, Side
from .shards import PairSet

Batch = dict[str, Tensor]
KEPT = ("features", "place", "match", "flip", "move", "turn", "seen", "depth", "part")
STEP = SPACING / HALF


@dataclass(frozen=True)
class CorrespondenceTask:
    """Trains on `pairs` and validates on `held`; `size` pairs of about equal length make a batch."""

    pairs: PairSet
    held: PairSet
    shape: NetShape = NetShape()
    size: int = 4
    checked: int = 200
    name: str = field(default="correspondence", init=False)

    def model(self) -> nn.Module:
        return CorrespondenceNet(self.shape)

    def batch(self, rng: np.random.Generator) -> Batch:
        return collate(self.pairs.alike(rng, self.size))

    def loss(self, model: nn.Module, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        parts = losses(run(model, batch), batch)
        total = torch.stack(list(parts.values())).sum()
        return total, {name: float(value.detach()) for name, value in parts.items()}

    @torch.no_grad()
    def validate(self, model: nn.Module) -> dict[str, float]:
        device = next(model.parameters()).device
        rows = []
        for chosen in self.held.in_order(self.size, self.checked):
            batch = {name: value.to(device) for name, value in collate(chosen).items()}
            matched = run(model, batch)
            row = figures(matched, batch)
            row["loss"] = float(sum(losses(matched, batch).values()))
            rows.append(row)
        return {name: float(np.nanmean([row[name] for row in rows])) for name in rows[0]} if rows else {}


def collate(pairs: Sequence[Pair]) -> Batch:
    """One batch: sides a and b padded to the longest, `.real` telling which fragments are."""
    out: Batch = {}
    for name in ("a", "b"):
        sides: list[Side] = [getattr(pair, name) for pair in pairs]
        most = max(len(side.place) for side in sides)

        def padded(values: list[np.ndarray], most: int = most) -> Tensor:
            kind = np.float32 if values[0].dtype == np.float16 else values[0].dtype
            room = np.zeros((len(values), most, *values[0].shape[1:]), kind)
            for row, value in zip(room, values, strict=True):
                row[: len(value)] = value
            return torch.from_numpy(room)

        for part in KEPT:
            out[f"{name}.{part}"] = padded([getattr(side, part) for side in sides])
        out[f"{name}.links"] = padded([np.stack([side.before, side.after], 1) for side in sides]).transpose(1, 2)
        out[f"{name}.real"] = padded([np.ones(len(side.place), bool) for side in sides])
    out["pixel"] = torch.tensor([pair.pixel for pair in pairs])
    out["gap"] = torch.tensor([pair.gap for pair in pairs])
    return out


def run(model: nn.Module, batch: Batch) -> Matched:
    """The network's answer to a batch."""
    inputs = [(batch[f"a.{name}"], batch[f"b.{name}"]) for name in ("features", "place", "links", "real")]
    matched: Matched = model(*inputs)
    return matched


def labels(batch: Batch, one: str, other: str) -> tuple[Tensor, Tensor]:
    """The fragments (B, N, 3) of the other key that a fragment may be said to become, and in which shares: its place
    there lies between two, as a rule."""
    match = batch[f"{one}.match"].clamp(min=0)
    links = batch[f"{other}.links"]
    around = torch.stack([match, links[:, 0].gather(1, match), links[:, 1].gather(1, match)], -1)
    goal = batch[f"{one}.place"] + batch[f"{one}.move"]
    there = batch[f"{other}.place"][:, :, None].expand(-1, -1, 3, -1)
    there = there.gather(1, around[..., None].expand(-1, -1, -1, 2))
    share = (1.0 - (goal[:, :, None] - there).norm(dim=-1) / STEP).clamp(min=0)
    share[..., 0] += 0.05
    # at an open end the neighbour is the fragment itself
    share[..., 1:] = share[..., 1:] * (around[..., 1:] != around[..., :1])
    return around, share / share.sum(-1, keepdim=True)


def losses(matched: Matched, batch: Batch) -> dict[str, Tensor]:
    """All losses by name, weighted."""
    found = torch.zeros((), device=batch["pixel"].device)
    partnered, rest = (
        found.clone(),
        {name: found.clone() for name in ("move", "turn", "flip", "lasting", "depth", "part")},
    )
    score = matched.score.float()
    gone = functional.logsigmoid(matched.partnered_a.float())[:, :, None]
    gone = gone + functional.logsigmoid(matched.partnered_b.float())[:, None]
    score = score - gone
    for one, other, table, logit, described in (
        ("a", "b", score, matched.partnered_a, matched.a),
        ("b", "a", score.transpose(1, 2), matched.partnered_b, matched.b),
    ):
        match, real = batch[f"{one}.match"], batch[f"{one}.real"]
        has = (match >= 0) & real
        around, share = labels(batch, one, other)
        found = found - _mean((table.gather(2, around) * share).sum(-1), has)
        sure = real & ((match >= 0) | (match == UNMATCHED))
        wrong = functional.binary_cross_entropy_with_logits(logit.float(), has.float(), reduction="none")
        partnered = partnered + _mean(wrong, sure)
        for name, value in _described_losses(described, batch, one, has, real).items():
            rest[name] = rest[name] + value
    guessed = torch.zeros_like(found)
    for guess in matched.guesses:
        for one, other, table in (("a", "b", guess), ("b", "a", guess.transpose(1, 2))):
            around, share = labels(batch, one, other)
            has = (batch[f"{one}.match"] >= 0) & batch[f"{one}.real"]
            guessed = guessed - _mean((table.float().gather(2, around) * share).sum(-1), has)
    return {"match": 0.5 * found, "guessed": 0.15 * guessed, "partnered": partnered, **rest}


def _described_losses(said: Described, batch: Batch, one: str, has: Tensor, real: Tensor) -> dict[str, Tensor]:
    scale = said.log_scale.float().clamp(-7, 3)
    miss = (said.move.float() - batch[f"{one}.move"]).norm(dim=-1)
    # hidden places count, too: they are what this head is for
    certain = torch.where(has, 1.0, 0.4) * real
    move = (miss / scale.exp() + 2 * scale) * certain
    turn = functional.smooth_l1_loss(said.turn.float(), batch[f"{one}.turn"], reduction="none").sum(-1)
    flip = functional.binary_cross_entropy_with_logits(said.flip.float(), batch[f"{one}.flip"], reduction="none")
    lone = real & (batch[f"{one}.match"] == UNMATCHED)
    lasting = functional.binary_cross_entropy_with_logits(
        said.lasting.float(), batch[f"{one}.seen"].mean(-1), reduction="none"
    )
    depth = batch[f"{one}.depth"]
    middle = (depth * real).sum(1, keepdim=True) / real.sum(1, keepdim=True)
    part = batch[f"{one}.part"]
    own = said.part.float()
    # distances squared by way of products: the gradient of torch.cdist takes half the step
    size = (own * own).sum(-1)
    apart = size[:, :, None] + size[:, None] - 2.0 * own @ own.transpose(1, 2)
    same = (part[:, :, None] == part[:, None]).float()
    both = real[:, :, None] & real[:, None]
    kin = functional.binary_cross_entropy_with_logits(2.0 - apart, same, reduction="none")
    return {
        "move": 0.1 * move.sum() / certain.sum().clamp(min=1),
        "turn": 0.3 * _mean(turn, has),
        "flip": 0.2 * _mean(flip, has),
        "lasting": 0.2 * _mean(lasting, lone),
        "depth": 0.3 * _mean((said.depth.float() - (depth - middle)).abs(), real),
        "part": 0.1 * _mean(kin, both),
    }


def _mean(value: Tensor, where: Tensor) -> Tensor:
    return (value * where).sum() / where.sum().clamp(min=1)


def figures(matched: Matched, batch: Batch) -> dict[str, float]:
    """Share of fragments drawn in both keys that are laid within 5 px of the truth (`within5`; `sought5` at the level
    of motion of four frames), and the F1 of recognising those without counterpart (`alone_f1`)."""
    right: dict[str, list[Tensor]] = {"within5": [], "sought5": []}
    hits = said = true = 0.0
    for one, other, table, logit in (
        ("a", "b", matched.score, matched.partnered_a),
        ("b", "a", matched.score.transpose(1, 2), matched.partnered_b),
    ):
        match, real = batch[f"{one}.match"], batch[f"{one}.real"]
        has = (match >= 0) & real
        miss = (laid(table, batch[f"{other}.place"]) - batch[f"{one}.place"] - batch[f"{one}.move"]).norm(dim=-1)
        good = miss <= 5.0 * batch["pixel"][:, None]
        right["within5"].append(good[has])
        right["sought5"].append(good[has & (batch["gap"] == 4)[:, None]])
        alone, lone = (logit < 0) & real, (match == UNMATCHED) & real
        sure = lone | has
        hits += float((alone & lone).sum())
        said += float((alone & sure).sum())
        true += float(lone.sum())
    shares = {name: float(torch.cat(values).float().mean()) for name, values in right.items()}
    return {**shares, "alone_f1": 2 * hits / max(said + true, 1.0)}


def laid(score: Tensor, place: Tensor, reach: float = 1.6 * STEP) -> Tensor:
    """Where fragments (B, N) lie in the other key: the mean of the places around the likeliest."""
    best = score.argmax(2)
    centre = place.gather(1, best[..., None].expand(-1, -1, 2))
    near = torch.cdist(centre, place) <= reach
    weight = (score - score.amax(2, keepdim=True)).exp() * near
    return (weight @ place) / weight.sum(2, keepdim=True)
