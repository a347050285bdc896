"""Drawings that retargeting is measured on, in the formats they are found in, and where their joints are in truth."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
from numpy.typing import NDArray

from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.skeletons.guide import Guide
from inkbetween.tools.bench.drawings.rigged import load_rig
from inkbetween.tools.bench.drawings.sequences import SequenceError
from inkbetween.tools.bench.drawings.sequences import load as load_sequence
from inkbetween.tools.space import to_plane

Points = NDArray[np.float64]

JOINTS = tuple(f"{side} {joint}" for side in ("left", "right") for joint in ("shoulder", "elbow", "hand")) + tuple(
    f"{side} {joint}" for side in ("left", "right") for joint in ("hip", "knee", "foot")
)
# How tall drawings are in the plane, scene units: as large as an animator's.
_TALL = 6.0
# A line traced from pixels is simplified to within this share of the picture's height.
_TRACED = 0.0015
_CURVE_STEPS = 12
# Bones of the benchmark's characters: the upper bone's head, the lower one's head and tail are a limb's joints.
_UPPER = {"arm": r"upper[ _.]?arm|(left|right)arm$|^[lr]-arm$", "leg": r"upper[ _.]?leg|thigh|up[ _.]?leg"}
_LOWER = {"arm": r"lower[ _.]?arm|fore[ _.]?arm", "leg": r"lower[ _.]?leg|calf|shin|(left|right)leg$|^[lr]-leg$"}
_NAMED = {"arm": ("shoulder", "elbow", "hand"), "leg": ("hip", "knee", "foot")}


class SubjectError(ValueError):
    """A drawing that cannot be read; the message names the file."""


@dataclass(frozen=True)
class Subject:
    """A drawing, and where its joints are, by their names among `JOINTS`, as far as that is known."""

    name: str
    drawing: Drawing
    joints: Mapping[str, Points] = field(default_factory=dict)

    @property
    def height(self) -> float:
        return float(np.ptp(self.drawing.xy[:, 1]))


def load(path: Path, frame: int = 0) -> Subject:
    """A sequence of the benchmark (.npz), a drawing as SVG paths, or a folder with a character's mask, texture and
    joints as Animated Drawings keeps them; raises `SubjectError`."""
    try:
        if path.is_dir():
            return _of_character(path)
        if path.suffix == ".npz":
            return _of_sequence(path, frame)
        if path.suffix == ".svg":
            return _of_svg(path)
    except (OSError, KeyError, IndexError, SequenceError, ElementTree.ParseError) as error:
        raise SubjectError(f"{path}: {error}") from error
    raise SubjectError(f"{path}: give a sequence (.npz), a drawing (.svg) or a character's folder.")


def _of_sequence(path: Path, frame: int) -> Subject:
    sequence = load_sequence(path)
    strokes = [to_plane(one) for one in sequence.frames[frame] if len(one) > 1]
    return Subject(path.stem, Drawing.from_strokes(strokes), _joints_of(load_rig(sequence).guide(), frame))


def _joints_of(guide: Guide, frame: int) -> dict[str, Points]:
    """The joints of a person's limbs; nothing where the bones' names do not tell all of them."""
    pose = guide.at(float(frame))
    number = {name: bone for bone, name in enumerate(guide.names)}
    ends = {"head": pose.head, "tail": pose.tail}
    return {joint: ends[end][number[bone]] for joint, (bone, end) in limb_bones(guide.names).items()}


def limb_bones(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """For each of `JOINTS` a bone and which of its ends ("head", "tail") is the joint; nothing where the bones' names
    do not tell all of them."""
    out: dict[str, tuple[str, str]] = {}
    for limb, (first, middle, last) in _NAMED.items():
        for name in names:
            side = side_of(name.lower())
            if side and re.search(_UPPER[limb], name.lower()):
                out.setdefault(f"{side} {first}", (name, "head"))
            elif side and re.search(_LOWER[limb], name.lower()):
                out.setdefault(f"{side} {middle}", (name, "head"))
                out.setdefault(f"{side} {last}", (name, "tail"))
    return out if set(out) == set(JOINTS) else {}


def side_of(name: str) -> str:
    """ "left", "right" or nothing, by what a bone is called, in lower case."""
    for side in ("left", "right"):
        letter = side[0]
        if side in name or re.search(rf"[._]{letter}(_|$)|^{letter}[-_.]", name):
            return side
    return ""


def _of_character(folder: Path) -> Subject:
    """Outlines of the mask and of what is dark inside of it."""
    mask, texture = (cv2.imread(str(folder / name)) for name in ("mask.png", "texture.png"))
    if mask is None or texture is None:
        raise SubjectError(f"{folder}: mask.png or texture.png is missing.")
    cover = (mask[..., 0] > 127).astype(np.uint8)
    grey = cv2.cvtColor(texture, cv2.COLOR_BGR2GRAY)[: cover.shape[0], : cover.shape[1]]
    dark = cv2.adaptiveThreshold(cv2.GaussianBlur(grey, (5, 5), 0), 1, 0, cv2.THRESH_BINARY_INV, 31, 12)
    inner = dark * cv2.erode(cover, np.ones((9, 9), np.uint8))
    tall = float(cover.shape[0])
    strokes, closed = [], []
    for image, least in ((cover, 0.2 * tall), (inner, 0.06 * tall)):
        for contour in cv2.findContours(image, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)[0]:
            if cv2.arcLength(contour, True) >= least:
                line = cv2.approxPolyDP(contour, _TRACED * tall, True)[:, 0].astype(float)
                strokes.append(line)
                closed.append(True)
    if not strokes:
        raise SubjectError(f"{folder}: the mask is empty.")
    scale = _TALL / tall
    drawing = Drawing.from_strokes([line * (scale, -scale) for line in strokes], closed)
    places = _yaml_joints((folder / "char_cfg.yaml").read_text())
    known = {name: name.replace(" ", "_") for name in JOINTS}
    whole = set(known.values()) <= set(places)
    joints = {name: places[key] * (scale, -scale) for name, key in known.items()} if whole else {}
    return Subject(folder.name, drawing, joints)


def _yaml_joints(text: str) -> dict[str, Points]:
    """`loc` and `name` of each joint: all that is needed of the file."""
    out = {}
    for x, y, name in re.findall(r"- loc:\s*\n\s*- (\d+)\s*\n\s*- (\d+)\s*\n\s*name: (\w+)", text):
        out[name] = np.array([float(x), float(y)])
    return out


def _of_svg(path: Path) -> Subject:
    """Its paths, as far as they consist of lines and cubic curves and are merely moved."""
    strokes = []
    for element in ElementTree.fromstring(path.read_text()).iter():  # noqa: S314 - a developer's own files
        if element.tag.rpartition("}")[2] == "path":
            moved = re.search(r"translate\(([-\d.e]+)[, ]+([-\d.e]+)\)", element.get("transform", ""))
            shift = np.array([float(moved[1]), float(moved[2])]) if moved else np.zeros(2)
            strokes += [line + shift for line in _polylines(element.get("d", ""))]
    if not strokes:
        raise SubjectError(f"{path}: has no path.")
    drawing = Drawing.from_strokes([line * (1.0, -1.0) for line in strokes])
    return Subject(path.stem, replace(drawing, xy=drawing.xy * (_TALL / float(np.ptp(drawing.xy[:, 1])))))


def _polylines(path: str) -> list[Points]:
    """Absolute M, L, C and Z; anything else ends the line."""
    out: list[Points] = []
    share = np.linspace(0.0, 1.0, _CURVE_STEPS + 1)[1:, None]
    line: list[Points] = []
    for letter, body in re.findall(r"([A-Za-z])([^A-Za-z]*(?:e[-+]?\d+[^A-Za-z]*)*)", path):
        numbers = np.array([float(n) for n in re.findall(r"[-+]?\d*\.?\d+(?:e[-+]?\d+)?", body)])
        if letter == "M":
            out += [np.concatenate(line)] if len(line) > 1 else []
            line = [numbers[:2][None]]
        elif letter == "L" and line:
            line.append(numbers.reshape(-1, 2))
        elif letter == "C" and line:
            for a, b, c in numbers.reshape(-1, 3, 2):
                start, rest = line[-1][-1], 1.0 - share
                line.append(start * rest**3 + 3 * a * rest**2 * share + 3 * b * rest * share**2 + c * share**3)
        elif letter in "Zz" and line:
            line.append(line[0][:1])
    return [*out, np.concatenate(line)] if len(line) > 1 else out
