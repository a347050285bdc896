"""One clip of a moving figure, from a seed and a number alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from inkbetween.training.clips.clip import Clip, Labelled

from .bodies import bipeds, creatures, quadrupeds
from .drawing import draw
from .forms import Body
from .motions import actions, beasts, gaits
from .motions.captured import Recording, perform
from .motions.channels import mirrored, to_pose
from .rig import Pose

Rng = np.random.Generator

FAMILY = "figures"
LENGTH = 25
WARM = 10
"""Drawings before the clip in which springs begin to swing."""
CHARACTERS = 1200
"""Bodies per kind; a body comes in several clips."""

MAKERS: dict[str, tuple[Callable[[str, Rng], Body], float]] = {
    "biped": (bipeds.biped, 0.52),
    "quadruped": (quadrupeds.quadruped, 0.21),
    "flyer": (creatures.bird, 0.08),
    "swimmer": (creatures.fish, 0.06),
    "crawler": (creatures.spider, 0.06),
    "blob": (creatures.blob, 0.07),
}
"""Kind of body: who makes it, and how often it is taken."""


def make_body(kind: str, number: int) -> Body:
    """The same body for the same number, whatever moves it."""
    order = list(MAKERS).index(kind)
    return MAKERS[kind][0](f"{kind}-{number:04d}", np.random.default_rng([7, order, number]))


def make_clip(seed: int, index: int, recordings: Sequence[Recording] = (), captured: float = 0.34) -> Clip:
    """Clip `index` of the set `seed`; recordings drive about `captured` of all clips, where there are any.

    Poor takes, too small or with hardly a line, are taken again, from the next numbers of the same generator.
    """
    for take in range(12):
        clip = _take(np.random.default_rng([seed, index, take]), recordings, captured)
        if worth(clip.frames):
            return clip
    return clip


def _take(rng: Rng, recordings: Sequence[Recording], captured: float) -> Clip:
    moments = np.arange(-WARM, LENGTH, dtype=np.float64)
    acting = bool(recordings) and rng.random() < captured
    kinds, shares = list(MAKERS), np.array([share for _, share in MAKERS.values()])
    kind = "biped" if acting else str(rng.choice(kinds, p=shares / shares.sum()))
    body = make_body(kind, int(rng.integers(CHARACTERS)))
    if acting:
        recording = recordings[int(rng.integers(len(recordings)))]
        leg = -float(sum(body.rig.offsets[body.rig.index(n)][1] for n in ("shin.L", "foot.L")))
        action, pose = f"mocap-{recording.name}", perform(recording, moments, leg, rng)
    elif kind == "biped":
        action, pose = biped_motion(moments, rng)
    else:
        known = beasts.MOTIONS[kind]
        action = str(rng.choice(list(known)))
        pose = known[action](moments, rng)
    yaw, pitch = _view(rng, kind)
    frames = draw(body, pose, WARM, yaw, pitch, rng.uniform(0.72, 0.87), rng)
    return Clip(body.name, action, FAMILY, tuple(t.name for t in body.tubes), tuple(frames))


def biped_motion(moments: np.ndarray, rng: Rng) -> tuple[str, Pose]:
    """What a figure on two legs does by rule, by name."""
    if rng.random() < 0.45:
        action = str(rng.choice(list(gaits.CYCLES), p=[0.26, 0.28, 0.1, 0.16, 0.06, 0.06, 0.08]))
        channels = gaits.CYCLES[action](moments, rng)
        if rng.random() < 0.5:
            channels = mirrored(channels)
    else:
        action = str(rng.choice(list(actions.ACTIONS)))
        channels = actions.act(action, moments, rng)
    return action, to_pose(channels, len(moments))


def _view(rng: Rng, kind: str) -> tuple[float, float]:
    """Where it is seen from: mostly from ahead at an angle; animals mostly from the side. Radians."""
    side = float(rng.choice([-1.0, 1.0]))
    pitch = float(np.clip(rng.normal(0.08, 0.1), -0.12, 0.4))
    if kind in ("quadruped", "swimmer"):
        return side * rng.uniform(0.6, 2.2), pitch
    if kind == "flyer":
        return side * rng.uniform(0.2, 1.9), float(rng.uniform(-0.3, 0.6))
    if kind == "crawler":
        return side * rng.uniform(0.0, 1.6), float(rng.uniform(0.1, 0.8))
    low, high = ((0.15, 1.0), (1.0, 1.8), (1.8, np.pi))[int(rng.choice(3, p=[0.58, 0.3, 0.12]))]
    return side * rng.uniform(low, high), pitch


def worth(frames: Sequence[Labelled]) -> bool:
    """Whether there is enough to see: lines in all drawings, and a figure that is not lost in the picture."""
    for frame in frames:
        if len(frame.offsets) < 12 or len(frame.xy) < 250:
            return False
        if float(np.ptp(frame.xy, axis=0).max()) < 240.0:
            return False
    return True
