"""What training knows: clips, consecutive drawings of one moving character in which every line knows where it goes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.geometry.ragged import Ragged
from inkbetween.inference.networks.files import write_arrays

WIDTH, HEIGHT, FPS = 1280, 720, 24
SIXTEENTH = 16.0
"""Tracks are stored in sixteenths of a pixel, as 16-bit integers."""

OUTLINE, FEATURE = 0, 1
"""Kinds of line: the edge of a form, which slides over the form as it turns, and a line that is painted on it."""


@dataclass(frozen=True)
class Labelled:
    """One drawing, every point of which knows its place in all drawings of the clip. Pixels, y down.

    xy      (P, 2) float32, points no more than 8 px apart along their stroke
    offsets (S+1,) int64, stroke s owns the points offsets[s]:offsets[s+1]
    kind    (P,) uint8, OUTLINE or FEATURE
    part    (P,) int16, body part, the same number in all drawings of the clip
    depth   (P,) float32, px towards the viewer
    track   (T, P, 2) float32, where the line's place lies in every drawing of the clip, drawn there or hidden;
            track[k] is xy in the clip's drawing k itself. Outlines stay outlines: they are followed along their part
            and on their side, not as spots of the surface.
    seen    (T, P) bool, a line is drawn there in that drawing
    """

    xy: NDArray[np.float32]
    offsets: NDArray[np.int64]
    kind: NDArray[np.uint8]
    part: NDArray[np.int16]
    depth: NDArray[np.float32]
    track: NDArray[np.float32]
    seen: NDArray[np.bool_]

    @property
    def stroke_of_point(self) -> NDArray[np.int64]:
        return Ragged(self.offsets).owner


@dataclass(frozen=True)
class Clip:
    """`character` and `action` name what must not be split between training and validation; `family` is the pack, rig
    or generator they come from; `parts` names the body parts by number."""

    character: str
    action: str
    family: str
    parts: tuple[str, ...]
    frames: tuple[Labelled, ...]

    def __len__(self) -> int:
        return len(self.frames)


def save_clip(clip: Clip, path: Path) -> None:
    """Write one clip; the file is complete or not there at all."""
    arrays: dict[str, NDArray] = {}
    for k, frame in enumerate(clip.frames):
        arrays[f"xy{k}"] = frame.xy.astype(np.float32)
        arrays[f"offsets{k}"] = frame.offsets.astype(np.int32)
        arrays[f"kind{k}"] = frame.kind.astype(np.uint8)
        arrays[f"part{k}"] = frame.part.astype(np.int16)
        arrays[f"depth{k}"] = frame.depth.astype(np.float16)
        arrays[f"track{k}"] = np.clip(np.rint(frame.track * SIXTEENTH), -32768, 32767).astype(np.int16)
        arrays[f"seen{k}"] = np.packbits(frame.seen, axis=None)
    meta = {
        "character": clip.character,
        "action": clip.action,
        "family": clip.family,
        "parts": clip.parts,
        "frames": len(clip),
    }
    write_arrays(path, {"meta": np.array(json.dumps(meta)), **arrays})


def load_clip(path: Path) -> Clip:
    """Read a clip; raises ValueError, KeyError or OSError on files that hold none."""
    with np.load(path, allow_pickle=False) as data:
        meta = json.loads(str(data["meta"]))
        count = int(meta["frames"])
        frames = []
        for k in range(count):
            xy = data[f"xy{k}"]
            seen = np.unpackbits(data[f"seen{k}"], count=count * len(xy)).reshape(count, len(xy)).astype(bool)
            frames.append(
                Labelled(
                    xy,
                    data[f"offsets{k}"].astype(np.int64),
                    data[f"kind{k}"],
                    data[f"part{k}"],
                    data[f"depth{k}"].astype(np.float32),
                    data[f"track{k}"].astype(np.float32) / SIXTEENTH,
                    seen,
                )
            )
    return Clip(meta["character"], meta["action"], meta["family"], tuple(meta["parts"]), tuple(frames))
