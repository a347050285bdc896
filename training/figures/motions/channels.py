"""How animators speak of a two-legged pose, turned into bones' angles; and curves through key poses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from inkbetween.training.figures.rig import Array, Pose

Channels = dict[str, Array]
"""Channel to (T,) values, degrees unless said otherwise.

bend, side, twist of the trunk; nod, tilt, look of the head; lean, yaw, roll of the whole; x, z: the way, in heights
of the figure; lift above the ground; stretch, added to 1. For arms arm.S.swing (ahead), .raise (out), .twist,
elbow.S, wrist.S; for legs leg.S.swing (ahead), .raise (out), knee.S, and foot.S: the sole's pitch, toes up; S is L or
R.
"""


def to_pose(channels: Mapping[str, Array], moments: int) -> Pose:
    """A pose of a biped; channels that are missing are zero."""

    def get(name: str) -> Array:
        return np.broadcast_to(np.asarray(channels.get(name, 0.0), dtype=np.float64), (moments,))

    pose = Pose(moments)
    pose.turn("hips", get("lean"), get("yaw"), get("roll"))
    pose.turn("spine", get("bend") * 0.45, get("twist") * 0.45, get("side") * 0.5)
    pose.turn("chest", get("bend") * 0.55, get("twist") * 0.55, get("side") * 0.5)
    pose.turn("neck", get("nod") * 0.4, get("look") * 0.4, get("tilt") * 0.4)
    pose.turn("head", get("nod") * 0.6, get("look") * 0.6, get("tilt") * 0.6)
    for s, side in ((1.0, "L"), (-1.0, "R")):
        swing, out, twist = (get(f"arm.{side}.{what}") for what in ("swing", "raise", "twist"))
        pose.turn(f"upperarm.{side}", -swing, -s * twist, s * (out + 9.0))
        pose.turn(f"forearm.{side}", -(get(f"elbow.{side}") + 8.0))
        pose.turn(f"hand.{side}", -get(f"wrist.{side}"))
        swing, out = get(f"leg.{side}.swing"), get(f"leg.{side}.raise")
        pose.turn(f"thigh.{side}", -swing, s * 8.0 + s * 0.5 * out, s * (out + 3.0))
        pose.turn(f"shin.{side}", get(f"knee.{side}") + 4.0)
        pose.turn(f"foot.{side}", swing - get(f"knee.{side}") - 4.0 - get("lean") - get(f"foot.{side}"))
    pose.root[:, 0], pose.root[:, 2] = get("x"), get("z")
    pose.lift[:] = get("lift")
    pose.stretch[:] = 1.0 + get("stretch")
    return pose


def mirrored(channels: Mapping[str, Array]) -> Channels:
    """Left for right."""
    out: Channels = {}
    for name, values in channels.items():
        parts = [{"L": "R", "R": "L"}.get(p, p) for p in name.split(".")]
        flips = name in ("side", "twist", "tilt", "look", "yaw", "roll", "x")
        out[".".join(parts)] = -values if flips else values
    return out


def through(moments: Array, times: Array, values: Array) -> Array:
    """Values (K,) at times (K,), eased: a monotone cubic that rests at extremes and holds, as key poses do (Fritsch,
    Carlson 1980). Outside the keys the end poses hold."""
    gaps = np.diff(times)
    rise = np.diff(values) / gaps
    slope = np.zeros(len(values))
    same = rise[:-1] * rise[1:] > 0
    slope[1:-1][same] = 2.0 * rise[:-1][same] * rise[1:][same] / (rise[:-1] + rise[1:])[same]
    at = np.clip(moments, times[0], times[-1])
    low = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(gaps) - 1)
    u = (at - times[low]) / gaps[low]
    span = gaps[low]
    square = u * u
    return (
        values[low] * (1 + 2 * u) * (1 - u) ** 2
        + slope[low] * span * u * (1 - u) ** 2
        + values[low + 1] * square * (3 - 2 * u)
        + slope[low + 1] * span * square * (u - 1)
    )


LAG = {"elbow": 0.7, "wrist": 1.4, "arm": 0.35, "nod": 0.6, "tilt": 0.6, "look": -0.4, "twist": 0.1}
"""Frames by which channels drag behind the body in a keyed action: overlap. The look comes first."""

HEAVY = 1.4
"""Frames over which a keyed channel is smoothed."""


def keyed(moments: Array, keys: Sequence[tuple[float, Mapping[str, float]]], speed: float, drag: float) -> Channels:
    """Channels from key poses (frame, pose); a channel keeps what the key before said."""
    names = sorted({name for _, pose in keys for name in pose})
    times = np.array([time for time, _ in keys]) / speed
    out: Channels = {}
    for name in names:
        values, now = [], keys[0][1].get(name, 0.0)
        for _, pose in keys:
            now = pose.get(name, now)
            values.append(now)
        late = LAG.get(name.split(".")[0], 0.0) * drag
        # Mass: no joint turns round from one drawing to the next.
        spots = (moments - late)[:, None] + HEAVY * np.array([-1.0, 0.0, 1.0])
        out[name] = through(spots, times, np.array(values)) @ np.array([0.25, 0.5, 0.25])
    return out


def combined(*layers: Mapping[str, Array]) -> Channels:
    """The sum of layers."""
    out: Channels = {}
    for layer in layers:
        for name, values in layer.items():
            out[name] = out[name] + values if name in out else values
    return out
