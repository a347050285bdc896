"""The joint detector, to be trained: a small convolutional network with attention where it is coarsest.

`retargeting/joint_net.py` evaluates the same on NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from inkbetween.inference.skeletons.detector.joint_net import GROUP, HEADS
from inkbetween.inference.skeletons.detector.joint_view import CHANNELS, JOINTS, SIDE


@dataclass(frozen=True)
class JointShape:
    """Channels at a half, a quarter, an eighth and a sixteenth of the grid, and layers of attention at the last."""

    half: int = 16
    quarter: int = 32
    eighth: int = 64
    sixteenth: int = 80
    layers: int = 2


class Block(nn.Module):
    """Two convolutions beside a way around them (He et al. 2016)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(width // GROUP, width), nn.GroupNorm(width // GROUP, width)
        self.conv1, self.conv2 = (nn.Conv2d(width, width, 3, padding=1) for _ in range(2))
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(functional.relu(self.norm1(x)))
        return x + self.conv2(functional.relu(self.norm2(out)))


class Within(nn.Module):
    """Attention among all places (Vaswani et al. 2017), normalised before."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.project, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.first, self.second = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        batch, count, width = x.shape
        parts = self.project(self.norm1(x)).view(batch, count, 3, HEADS, width // HEADS).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2])
        x = x + self.out(mixed.transpose(1, 2).reshape(batch, count, width))
        return x + self.second(functional.gelu(self.first(self.norm2(x)), approximate="tanh"))


class JointNet(nn.Module):
    """(B, CHANNELS, SIDE, SIDE) to logits (B, J, SIDE / 4, SIDE / 4)."""

    def __init__(self, shape: JointShape = JointShape()) -> None:
        super().__init__()
        half, quarter, eighth, deep = shape.half, shape.quarter, shape.eighth, shape.sixteenth
        self.down1, self.down2 = nn.Conv2d(CHANNELS, half, 3, 2, 1), nn.Conv2d(half, quarter, 3, 2, 1)
        self.down3, self.down4 = nn.Conv2d(quarter, eighth, 3, 2, 1), nn.Conv2d(eighth, deep, 3, 2, 1)
        self.block2, self.block3, self.block4 = Block(quarter), Block(eighth), Block(deep)
        self.place = nn.Parameter(0.02 * torch.randn((SIDE // 16) ** 2, deep))
        self.within = nn.ModuleList(Within(deep) for _ in range(shape.layers))
        self.up3, self.up2 = nn.Conv2d(deep, eighth, 1), nn.Conv2d(eighth, quarter, 1)
        self.join3, self.join2 = Block(eighth), Block(quarter)
        self.norm, self.answer = nn.GroupNorm(quarter // GROUP, quarter), nn.Conv2d(quarter, len(JOINTS), 1)

    def forward(self, view: Tensor) -> Tensor:
        x = functional.relu(self.down1(view.contiguous(memory_format=torch.channels_last)))
        two = self.block2(self.down2(x))
        three = self.block3(self.down3(functional.relu(two)))
        deep = self.block4(self.down4(functional.relu(three)))
        batch, width, tall, wide = deep.shape
        places = deep.flatten(2).transpose(1, 2) + self.place
        for layer in self.within:
            places = layer(places)
        deep = places.transpose(1, 2).reshape(batch, width, tall, wide)
        three = self.join3(three + functional.interpolate(self.up3(deep), scale_factor=2.0))
        two = self.join2(two + functional.interpolate(self.up2(three), scale_factor=2.0))
        logits: Tensor = self.answer(functional.relu(self.norm(two)))
        return logits
