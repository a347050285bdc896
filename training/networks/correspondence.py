"""The correspondence network: attention within and between the fragments of two keys, after LightGlue (Lindenberger,
Sarlin, Pollefeys 2023), with messages along the strokes besides. `inference/networks/matcher.py` evaluates it with
NumPy."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from inkbetween.inference.networks.fragments import CONTEXT, HALF, WIDTH

EMBEDDING = 8
"""Numbers by which fragments of one body part know each other."""
DESCRIBED = 2 + 1 + 2 + 1 + 1 + 1 + EMBEDDING
"""Outputs of the fragment head: see `Described`."""
NEARBY = 30.0
"""Engine units: places this far apart are half as near as places on each other."""


@dataclass(frozen=True)
class NetShape:
    """Width of a fragment's state, attention heads, layers."""

    width: int = 128
    heads: int = 4
    layers: int = 4


@dataclass(frozen=True)
class Described:
    """What the network says of every fragment (B, N): where it moves (mean, and logarithm of the scale of a Laplace
    distribution, units of HALF), its surroundings' rotation and scale, whether the other line runs the other way, how
    what share of the way it is seen (a logit), how near to the viewer it is, and its body part's embedding."""

    move: Tensor
    log_scale: Tensor
    turn: Tensor
    flip: Tensor
    lasting: Tensor
    depth: Tensor
    part: Tensor


@dataclass(frozen=True)
class Matched:
    """score (B, N, M) logarithm of the probability that fragments correspond; partnered_a (B, N), partnered_b (B, M)
    logits of having a counterpart; what is known of either side's fragments; `guesses`: the score, without regard to
    whether there is a counterpart, as it was after every layer but the last."""

    score: Tensor
    partnered_a: Tensor
    partnered_b: Tensor
    a: Described
    b: Described
    guesses: tuple[Tensor, ...] = ()


class Turning(nn.Module):
    """Rotary position encoding in the plane with learned frequencies."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.frequencies = nn.Linear(2, width // 2, bias=False)
        nn.init.normal_(self.frequencies.weight, std=6.0)

    def forward(self, place: Tensor) -> tuple[Tensor, Tensor]:
        angle = self.frequencies(place)[:, None]
        return angle.cos(), angle.sin()


def turned(x: Tensor, turning: tuple[Tensor, Tensor]) -> Tensor:
    """x (B, heads, N, d): the first half of the channels against the second."""
    cos, sin = turning
    one, two = x.chunk(2, -1)
    return torch.cat([one * cos - two * sin, one * sin + two * cos], -1)


class Update(nn.Module):
    """A fragment's state with a message: a small network beside the state itself."""

    def __init__(self, width: int, sources: int) -> None:
        super().__init__()
        self.first = nn.Linear(width * sources, 2 * width)
        self.norm = nn.LayerNorm(2 * width)
        self.second = nn.Linear(2 * width, width)

    def forward(self, x: Tensor, *messages: Tensor) -> Tensor:
        hidden = self.norm(self.first(torch.cat([x, *messages], -1)))
        return x + self.second(functional.gelu(hidden, approximate="tanh"))


class Within(nn.Module):
    """Attention among a drawing's own fragments, and messages along its strokes."""

    def __init__(self, shape: NetShape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.project = nn.Linear(shape.width, 3 * shape.width)
        self.out = nn.Linear(shape.width, shape.width)
        self.update = Update(shape.width, 4)

    def forward(self, x: Tensor, turning: tuple[Tensor, Tensor], links: Tensor, mask: Tensor) -> Tensor:
        q, k, v = (_split(part, self.heads) for part in self.project(x).chunk(3, -1))
        message = functional.scaled_dot_product_attention(turned(q, turning), turned(k, turning), v, attn_mask=mask)
        before, after = _gather(x, links[:, 0]), _gather(x, links[:, 1])
        # which way a stroke runs says nothing
        return self.update(x, self.out(_join(message)), before + after, (before - after).abs())


class Between(nn.Module):
    """Attention from each drawing's fragments to the other's."""

    def __init__(self, shape: NetShape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.key = nn.Linear(shape.width, shape.width)
        self.value = nn.Linear(shape.width, shape.width)
        self.out = nn.Linear(shape.width, shape.width)
        self.update = Update(shape.width, 2)

    def forward(self, a: Tensor, b: Tensor, mask_a: Tensor, mask_b: Tensor) -> tuple[Tensor, Tensor]:
        key_a, key_b = _split(self.key(a), self.heads), _split(self.key(b), self.heads)
        value_a, value_b = _split(self.value(a), self.heads), _split(self.value(b), self.heads)
        to_a = functional.scaled_dot_product_attention(key_a, key_b, value_b, attn_mask=mask_b)
        to_b = functional.scaled_dot_product_attention(key_b, key_a, value_a, attn_mask=mask_a)
        return self.update(a, self.out(_join(to_a))), self.update(b, self.out(_join(to_b)))


class Told(nn.Module):
    """Where fragments seem to go is told them: the neighbours' answers are then a vote, as in belief propagation."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.tell = nn.Linear(4, width)
        nn.init.zeros_(self.tell.weight)
        nn.init.zeros_(self.tell.bias)

    def forward(self, x: Tensor, likely: Tensor, place: Tensor, other: Tensor) -> Tensor:
        """x (B, N, width); likely (B, N, M) probabilities of the other key's fragments, at `other` (B, M, 2)."""
        way = likely @ other - place
        sure = torch.stack([likely.amax(2), (likely * likely).sum(2)], -1)
        return x + self.tell(torch.cat([4.0 * way, sure], -1))


class CorrespondenceNet(nn.Module):
    """Fragments of two keys to the probabilities that they correspond, and what else is known of each."""

    def __init__(self, shape: NetShape = NetShape()) -> None:
        super().__init__()
        self.shape = shape
        self.enter = nn.Linear(WIDTH, shape.width)
        self.turning = Turning(shape.width // shape.heads)
        self.within = nn.ModuleList(Within(shape) for _ in range(shape.layers))
        self.between = nn.ModuleList(Between(shape) for _ in range(shape.layers))
        self.told = nn.ModuleList(Told(shape.width) for _ in range(shape.layers - 1))
        self.match = nn.Linear(shape.width, shape.width)
        # how much like surroundings and nearness say from the start
        self.prior = nn.Parameter(torch.tensor([2.0, 0.5]))
        self.partnered = nn.Linear(shape.width, 1)
        self.describe = Update(shape.width, 1)
        self.described = nn.Linear(shape.width, DESCRIBED)

    def forward(
        self,
        features: tuple[Tensor, Tensor],
        place: tuple[Tensor, Tensor],
        links: tuple[Tensor, Tensor],
        real: tuple[Tensor, Tensor],
    ) -> Matched:
        """features (B, N, WIDTH), place (B, N, 2), links (B, 2, N) fragment before and after, real (B, N) bool: false
        where a drawing has fewer fragments than another of the batch."""
        a, b = self.enter(features[0]), self.enter(features[1])
        turning = self.turning(place[0]), self.turning(place[1])
        mask_a, mask_b = real[0][:, None, None], real[1][:, None, None]
        prior = self._prior(features, place).masked_fill(~(real[0][:, :, None] & real[1][:, None]), -1e4)
        guesses = []
        for number, (within, between) in enumerate(zip(self.within, self.between, strict=True)):
            a, b = within(a, turning[0], links[0], mask_a), within(b, turning[1], links[1], mask_b)
            a, b = between(a, b, mask_a, mask_b)
            if number < len(self.told):
                similar = self._similar(a, b) + prior
                told = self.told[number]
                a, b = (
                    told(a, similar.softmax(2), place[0], place[1]),
                    told(b, similar.softmax(1).transpose(1, 2), place[1], place[0]),
                )
                guesses.append(_score(similar))
        partnered_a, partnered_b = self.partnered(a)[..., 0], self.partnered(b)[..., 0]
        score = _score(self._similar(a, b) + prior)
        score = score + functional.logsigmoid(partnered_a)[:, :, None] + functional.logsigmoid(partnered_b)[:, None]
        return Matched(score, partnered_a, partnered_b, self._described(a), self._described(b), tuple(guesses))

    def _prior(self, features: tuple[Tensor, Tensor], place: tuple[Tensor, Tensor]) -> Tensor:
        alike = features[0][..., :CONTEXT] @ features[1][..., :CONTEXT].transpose(1, 2)
        far = (place[0][:, :, None] - place[1][:, None]).norm(dim=-1)
        return self.prior[0] * alike - self.prior[1] * torch.log1p(far * (HALF / NEARBY))

    def _similar(self, a: Tensor, b: Tensor) -> Tensor:
        scale = self.shape.width**-0.25
        return (self.match(a) * scale) @ (self.match(b) * scale).transpose(1, 2)

    def _described(self, x: Tensor) -> Described:
        out = self.described(self.describe(x))
        move, scale, turn, flip, lasting, depth, part = out.split([2, 1, 2, 1, 1, 1, EMBEDDING], -1)
        identity = torch.tensor([1.0, 0.0], device=turn.device)
        return Described(move, scale[..., 0], turn + identity, flip[..., 0], lasting[..., 0], depth[..., 0], part)


def _score(similar: Tensor) -> Tensor:
    return functional.log_softmax(similar, 2) + functional.log_softmax(similar, 1)


def _split(x: Tensor, heads: int) -> Tensor:
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def _join(x: Tensor) -> Tensor:
    return x.transpose(1, 2).flatten(-2)


def _gather(x: Tensor, index: Tensor) -> Tensor:
    return x.gather(1, index[..., None].expand(-1, -1, x.shape[-1]))
