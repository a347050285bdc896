"""Motion capture in the Biovision hierarchy format, as far as figures need it: where joints are, and how they are
turned."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .rig import Array


@dataclass(frozen=True)
class Capture:
    """Joints, parents before children (-1 the root's); "End" is where a limb ends. offsets (J, 3) in the parent's
    frame; channels name what each column of `values` (N, C) drives: (joint, "Xposition" and so on); `seconds` per
    frame."""

    names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: Array
    channels: tuple[tuple[int, str], ...]
    values: Array
    seconds: float


def read_bvh(path: Path) -> Capture:
    """Read a file. Raises ValueError where it is malformed: anything but a whole hierarchy and as many whole frames
    as it announces."""
    words = path.read_text(encoding="utf-8", errors="replace").replace(";", " ").split()
    names: list[str] = []
    parents: list[int] = []
    offsets: list[list[float]] = []
    channels: list[tuple[int, str]] = []
    open_joints: list[int] = []
    at = 0
    try:
        while words[at].upper() != "MOTION":
            word = words[at].upper()
            if word in ("ROOT", "JOINT", "END"):
                end = words.index("{", at)
                names.append("End" if word == "END" else "_".join(words[at + 1 : end]))
                parents.append(open_joints[-1] if open_joints else -1)
                offsets.append([0.0, 0.0, 0.0])
                open_joints.append(len(names) - 1)
                at = end
            elif word == "}":
                open_joints.pop()
            elif word == "OFFSET":
                offsets[open_joints[-1]] = [float(w) for w in words[at + 1 : at + 4]]
                at += 3
            elif word == "CHANNELS":
                count = int(words[at + 1])
                channels += [(open_joints[-1], w) for w in words[at + 2 : at + 2 + count]]
                at += 1 + count
            at += 1
        frames = int(words[words.index("Frames:", at) + 1])
        time = words.index("Time:", at) + 1
        seconds = float(words[time])
        values = np.array(words[time + 1 :], dtype=np.float64)
    except IndexError as error:
        raise ValueError(f"{path.name}: the hierarchy ends too early") from error
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error
    if not channels or len(values) != frames * len(channels) or frames < 2 or seconds <= 0:
        raise ValueError(
            f"{path.name}: {frames} frames of {len(channels)} channels announced, {len(values)} numbers found"
        )
    grid = values.reshape(frames, len(channels))
    return Capture(tuple(names), tuple(parents), np.array(offsets), tuple(channels), grid, seconds)


def joints_at(capture: Capture, frames: NDArray[np.int64]) -> tuple[Array, Array]:
    """Places (F, J, 3) and turns (F, J, 3, 3) of all joints in some frames, in the file's own axes and units."""
    count = len(capture.names)
    shift = np.tile(capture.offsets, (len(frames), 1, 1))
    turn = np.tile(np.eye(3), (len(frames), count, 1, 1))
    for column, (joint, kind) in enumerate(capture.channels):
        values = capture.values[frames, column]
        axis = "XYZ".find(kind[:1].upper())
        if axis < 0:
            raise ValueError(f"unknown channel {kind}")
        if kind.lower().endswith("position"):
            # Positions replace the offset in files that give them for every joint, and stand in for the root's.
            shift[:, joint, axis] = values + (0.0 if joint else capture.offsets[joint, axis])
        else:
            turn[:, joint] = turn[:, joint] @ _about(axis, values)
    for joint, parent in enumerate(capture.parents):
        if parent >= 0:
            shift[:, joint] = shift[:, parent] + np.einsum("fij,fj->fi", turn[:, parent], shift[:, joint])
            turn[:, joint] = turn[:, parent] @ turn[:, joint]
    return shift, turn


def _about(axis: int, degrees: Array) -> Array:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    out = np.zeros((len(degrees), 3, 3))
    j, k = (axis + 1) % 3, (axis + 2) % 3
    out[:, axis, axis] = 1.0
    out[:, j, j], out[:, k, k], out[:, j, k], out[:, k, j] = c, c, -s, s
    return out
