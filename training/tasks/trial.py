"""A task so small that it shows within seconds whether the training loop works: to tell how far points lie from 0."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from inkbetween.training.loop.loop import Batch


class Trial:
    """Learns the radius of points in the plane. Dropout is there to draw random numbers."""

    name = "trial"

    def model(self) -> nn.Module:
        return nn.Sequential(nn.Linear(2, 16), nn.GELU(), nn.Dropout(0.1), nn.Linear(16, 1))

    def batch(self, rng: np.random.Generator) -> Batch:
        points = torch.from_numpy(rng.normal(size=(64, 2)).astype(np.float32))
        return {"points": points, "radius": torch.linalg.vector_norm(points, dim=1, keepdim=True)}

    def loss(self, model: nn.Module, batch: Batch) -> tuple[Tensor, dict[str, float | Tensor]]:
        error = model(batch["points"]) - batch["radius"]
        return error.square().mean(), {"error": error.abs().mean()}

    def validate(self, model: nn.Module) -> dict[str, float]:
        device = next(model.parameters()).device
        batch = {name: value.to(device) for name, value in self.batch(np.random.default_rng(99)).items()}
        return {"error": float((model(batch["points"]) - batch["radius"]).abs().mean())}
