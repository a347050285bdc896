"""Views of drawn people for finding joints: one moment each, from all sides, of more proportions than clips have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.geometry.ragged import Ragged
from inkbetween.inference.skeletons.detector.joint_view import JOINTS
from inkbetween.training.tasks.joint_views import JointView

from .drawing import camera_of, stand, visible
from .forms import Body, Control
from .generate import biped_motion, make_body
from .lines import all_lines
from .motions.captured import Recording, perform
from .rig import Array, Pose
from .surface import place_rings

Rng = np.random.Generator

MOTIONS, SHOTS = 3, 5
"""Motions of a body, and views of each."""
_MOMENTS = np.arange(-6.0, 19.0)
_SHARED = 0.55
"""Share of motions that are captured, where there are captures."""
_HEAD_MIDDLE = 0.6
_SPACING = 2.0
_BONES = {
    "neck": "head",
    "pelvis": "hips",
    **{
        f"{joint} {number}": f"{bone}.{side}"
        for number, side in ((1, "L"), (2, "R"))
        for joint, bone in (
            *(("shoulder", "upperarm"), ("elbow", "forearm"), ("hand", "hand")),
            *(("hip", "thigh"), ("knee", "shin"), ("foot", "foot")),
        )
    },
}
# Forms that grow together, and how much (log) by chance: thin and thick limbs, wide cloth.
_GROUPS = (
    (("arm", "sleeve", "forearm", "upperarm", "shoulder", "elbow", "cuff"), -0.4, 0.7),
    (("leg", "trousers", "shorts", "boot", "thigh", "shin", "knee"), -0.4, 0.5),
    (("trousers", "shorts"), 0.0, 0.7),
    (("sleeve",), 0.0, 0.7),
    (("skirt", "cape"), -0.2, 0.4),
    (("torso",), -0.3, 0.4),
    (("hand", "finger", "thumb", "foot"), -0.2, 0.5),
)


def views_of_body(number: int, recordings: Sequence[Recording] = ()) -> tuple[str, list[JointView]]:
    """The name of a body, and views of it; the same for the same number and recordings."""
    body, rng = make_body("biped", number), np.random.default_rng([11, number])
    body = _with_joints(_varied(body, rng))
    leg = -float(sum(body.rig.offsets[body.rig.index(n)][1] for n in ("shin.L", "foot.L")))
    views = []
    for _ in range(MOTIONS):
        if recordings and rng.random() < _SHARED:
            recording = recordings[int(rng.integers(len(recordings)))]
            action, pose = f"mocap-{recording.name}", perform(recording, _MOMENTS, leg, rng)
        else:
            action, pose = biped_motion(_MOMENTS, rng)
        views += _shots(body, action, pose, rng)
    return body.name, views


def _varied(body: Body, rng: Rng) -> Body:
    by: dict[str, float] = {}
    for names, low, high in _GROUPS:
        grown = float(np.exp(rng.uniform(low, high))) if rng.random() < 0.6 else 1.0
        for name in names:
            by[name] = by.get(name, 1.0) * grown
    tubes = [
        replace(tube, radii=tube.radii * [by.get(stem, 1.0), by.get(stem, 1.0), 1.0])
        for tube in body.tubes
        for stem in [tube.name.split(".")[0]]
    ]
    return replace(body, tubes=tuple(tubes))


def _with_joints(body: Body) -> Body:
    """With a control for each of `JOINTS` after the others."""
    tall = max(c.offset[1] for t in body.tubes if t.name == "head" for c in _controls(body, t.first, 2))
    places = {"head": ("head", (0.0, _HEAD_MIDDLE * 1.25 * tall, 0.0))}
    for joint, bone in _BONES.items():
        places[joint] = (bone, (0.0, 0.0, 0.0))
    added = [
        Control(body.rig.index(bone), at, (1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
        for bone, at in (places[joint] for joint in JOINTS)
    ]
    return replace(body, controls=(*body.controls, *added))


def _controls(body: Body, first: int, count: int) -> tuple[Control, ...]:
    return body.controls[first : first + count]


def _shots(body: Body, action: str, pose: Pose, rng: Rng) -> list[JointView]:
    controls, shape = stand(body, pose)
    out = []
    for moment in rng.integers(6, len(_MOMENTS), SHOTS):
        here = np.array([moment])
        now = (controls[0][here], controls[1][here], controls[2][here])
        camera = camera_of(body, now, shape[here], *_side(rng), 0.8)
        rings = place_rings(body, now, shape[here], camera)
        lines = all_lines(body, rings)
        drawn = visible(lines, rings)[0]
        places = lines.places[0, :, :2]
        ink = [
            _dense(places[a:b][drawn[a:b]], np.flatnonzero(drawn[a:b]))
            for a, b in zip(lines.starts[:-1], lines.starts[1:], strict=True)
        ]
        squash = camera.scale * camera.matrix @ shape[moment]
        joints = (now[0][0, -len(JOINTS) :] @ squash.T)[:, :2] + camera.shift
        whole = np.concatenate(ink) * (1.0, -1.0)
        if len(whole) > 300:
            out.append(JointView(action, whole.astype(np.float32), (joints * (1.0, -1.0)).astype(np.float32)))
    return out


def _dense(places: Array, numbers: NDArray[np.int64]) -> Array:
    """Places of one line close together; those whose numbers do not follow one another lie apart."""
    if len(places) < 2:
        return places
    step = np.diff(places, axis=0)
    far = np.linalg.norm(step, axis=1)
    counts = np.where((np.diff(numbers) == 1) & (far < 30.0), np.ceil(far / _SPACING), 1).astype(np.int64)
    cut = Ragged.of(counts)
    return np.concatenate([places[cut.owner] + step[cut.owner] * cut.share[:, None], places[-1:]])


def _side(rng: Rng) -> tuple[float, float]:
    """Yaw and pitch: mostly from ahead and from half ahead, sometimes from anywhere."""
    yaw = rng.normal(0.0, 0.7) if rng.random() < 0.7 else rng.uniform(-np.pi, np.pi)
    return float(yaw), float(np.clip(rng.normal(0.06, 0.1), -0.12, 0.4))
