"""Follow-through: hair, tails and ears lag behind what they hang on, and swing past it."""

from __future__ import annotations

import numpy as np

from .forms import Body
from .rig import Array, Posed


def swing(body: Body, posed: Posed) -> list[Array]:
    """Where every spring's nodes are, (T, n, 3) each.

    All springs are stepped together. Nodes are pulled to where they would be at rest, less so towards the free end,
    and keep their distance to the node before them.
    """
    if not body.springs:
        return []
    longest = max(len(s.nodes) for s in body.springs)
    # Shorter chains repeat their last node.
    rest = np.stack(
        [np.concatenate([s.nodes, np.repeat(s.nodes[-1:], longest - len(s.nodes), 0)]) for s in body.springs]
    )
    bones = np.array([s.bone for s in body.springs])
    goal = posed.place[:, bones, None] + np.einsum("tsij,snj->tsni", posed.turn[:, bones], rest)
    pull = np.array([s.stiffness for s in body.springs])[:, None] * np.linspace(1.0, 0.45, longest)
    drag = np.array([s.damping for s in body.springs])[:, None, None]
    fall = np.array([s.weight for s in body.springs])[:, None] * body.height * 0.004
    lengths = np.linalg.norm(np.diff(rest, axis=1), axis=-1)
    at, speed = goal[0].copy(), np.zeros_like(goal[0])
    out = np.empty_like(goal)
    out[0] = at
    steps = 2
    for moment in range(1, len(goal)):
        for step in range(1, steps + 1):
            target = goal[moment - 1] + (goal[moment] - goal[moment - 1]) * (step / steps)
            speed = speed * (1.0 - drag / steps) + (target - at) * pull[..., None] / steps
            speed[..., 1] -= fall / steps
            new = at + speed / steps
            new[:, 0] = target[:, 0]
            for node in range(1, longest):
                gap = new[:, node] - new[:, node - 1]
                length = np.linalg.norm(gap, axis=-1, keepdims=True)
                new[:, node] = new[:, node - 1] + gap * (lengths[:, node - 1, None] / np.maximum(length, 1e-9))
            speed = (new - at) * steps
            at = new
        out[moment] = at
    return [out[:, k, : len(s.nodes)] for k, s in enumerate(body.springs)]
