"""What filling a scene would do: layers, gaps, in-betweens; what is left alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Any

from ...addon import adapter, targets
from ...addon.evaluated import visibility

# Seconds of one core of a server, fitted to some forty objects drawn by the learned engine (docs/batch.md): what a gap
# costs, to which the points of both its keys add, and what an in-between costs. Time left follows the pace itself.
GAP_SECONDS, GAP_SECONDS_PER_POINT, INBETWEEN_SECONDS = 0.06, 0.00052, 0.015


@dataclass(frozen=True)
class LeftAlone:
    """One thing that is not filled, and why.

    `what` names it ('Layer "Ink" of "Hero"'), `why` ends that sentence.
    """

    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what} {self.why}"


@dataclass(frozen=True)
class Part:
    """One object to be filled.

    scene, chosen  Blender's scene; the object and its layers that may be written to
    gaps           between two keys that show something; holds are among them, as only reading them would tell
    inbetweens     frames to be drawn in them, those there already included
    points         of the keys at either end of the gaps
    seconds        that it takes, as far as can be told beforehand
    """

    scene: Any
    chosen: targets.Targets
    gaps: int
    inbetweens: int
    points: int
    seconds: float


@dataclass(frozen=True)
class FillPlan:
    """Everything to be filled, object by object, and what is left alone."""

    parts: tuple[Part, ...]
    left: tuple[LeftAlone, ...]

    @property
    def layers(self) -> int:
        return sum(len(part.chosen.layers) for part in self.parts)

    @property
    def gaps(self) -> int:
        return sum(part.gaps for part in self.parts)

    @property
    def inbetweens(self) -> int:
        return sum(part.inbetweens for part in self.parts)

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)

    @property
    def seconds(self) -> float:
        return sum(part.seconds for part in self.parts)


def plan_fill(scenes: Sequence[Any], layers: str, frames: range | None, step: int) -> FillPlan:
    """Look at the scenes without reading their drawings.

    layers  names of layers as shell patterns, separated by commas; "" means all. Others are not mentioned at all.
    frames  None means all; otherwise only gaps that have a frame in the range
    """
    patterns = [pattern.strip() for pattern in layers.split(",") if pattern.strip()]
    parts: list[Part] = []
    left: list[LeftAlone] = []
    seen: dict[int, str] = {}
    for scene, obj in _drawn_objects(scenes):
        uid = obj.data.session_uid
        if uid in seen:
            left.append(LeftAlone(f'"{obj.name}"', f'shows the drawings of "{seen[uid]}", which are filled there'))
            continue
        blocker = _blocker(scene, obj)
        if blocker:
            left.append(LeftAlone(f'"{obj.name}"', blocker))
            continue
        seen[uid] = obj.name
        part = _part(scene, obj, patterns, frames, step, left)
        if part is not None:
            parts.append(part)
    return FillPlan(tuple(parts), tuple(left))


def parse_frames(text: str) -> range | None:
    """The frames that a text names: "12-48", "12" for one, "" for all.

    Raises ValueError, which says how to write them.
    """
    if not text.strip():
        return None
    first, _, last = text.strip().rpartition("-")
    # A dash at the front, or behind another one, is a minus.
    if first.endswith("-"):
        first, last = first[:-1], f"-{last}"
    try:
        start, end = (int(first), int(last)) if first else (int(text), int(text))
    except ValueError:
        raise ValueError(f'Frames "{text}" cannot be read; write two numbers with a dash, as 12-48.') from None
    if end < start:
        raise ValueError(f"Frames {start}-{end} end before they start; write the smaller number first.")
    return range(start, end + 1)


def _drawn_objects(scenes: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Grease Pencil objects by name, each with the first scene that shows it."""
    known = set()
    for scene in scenes:
        for obj in sorted(scene.objects, key=lambda obj: obj.name):
            if adapter.is_grease_pencil(obj) and obj not in known:
                known.add(obj)
                yield scene, obj


def _blocker(scene: Any, obj: Any) -> str:
    """Why no layer of the object is filled, as the rest of a sentence; "" if they are."""
    reason = adapter.data_blocker(obj)
    if reason:
        return reason
    if not visibility.is_object_visible(obj, scene.view_layers[0]):
        return "is hidden"
    return "" if len(obj.data.layers) else "has no layers"


def _part(
    scene: Any, obj: Any, patterns: Sequence[str], frames: range | None, step: int, left: list[LeftAlone]
) -> Part | None:
    """What is to be done on an object, or None; what is left alone is added to `left`."""
    everything = targets.targets(obj, targets.OBJECT)
    left += [
        LeftAlone(f'Layer "{name}" of "{obj.name}"', why) for name, why in everything.skipped if _asked(name, patterns)
    ]
    layers = tuple(layer for layer in everything.layers if _asked(adapter.tree_name(layer), patterns))
    kept = []
    spans: dict[tuple[int, int], list[Span]] = {}
    for layer in layers:
        if len(_keys(layer)) < 2:
            left.append(LeftAlone(f'Layer "{adapter.tree_name(layer)}" of "{obj.name}"', "has fewer than two keys"))
            if not _has_generated(layer):
                continue
        kept.append(layer)  # without keys, too: in-betweens that lost their gap go
        for span in _spans(layer, frames, step):
            spans.setdefault((span.start, span.end), []).append(span)
    if not kept:
        return None
    drawn = [span for together in spans.values() for span in together]
    chosen = targets.Targets(obj, tuple(kept), everything.skipped)
    seconds = sum(_seconds(together) for together in spans.values())
    inbetweens, points = sum(span.inbetweens for span in drawn), sum(span.points for span in drawn)
    return Part(scene, chosen, len(drawn), inbetweens, points, seconds)


@dataclass(frozen=True)
class Span:
    """A gap of one layer: its keys' frames, its in-betweens, its keys' points.

    Both of the latter are numbers.
    """

    start: int
    end: int
    inbetweens: int
    points: int


def _asked(name: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


def _keys(layer: Any) -> list[Any]:
    """Frames that are the artist's, as far as their type tells."""
    keys = [frame for frame in layer.frames if adapter.frame_type(frame) != adapter.GENERATED]
    return sorted(keys, key=adapter.frame_number)


def _has_generated(layer: Any) -> bool:
    return any(adapter.frame_type(frame) == adapter.GENERATED for frame in layer.frames)


def _spans(layer: Any, frames: range | None, step: int) -> Iterator[Span]:
    """The layer's gaps that something is drawn in."""
    for a, b in pairwise(_keys(layer)):
        start, end = adapter.frame_number(a), adapter.frame_number(b)
        points = [0 if key.drawing is None else adapter.point_count(key.drawing) for key in (a, b)]
        count = len(range(start + step, end, step))
        asked = frames is None or (start < frames.stop - 1 and frames.start < end)
        if asked and count and all(points):
            yield Span(start, end, count, sum(points))


def _seconds(together: Sequence[Span]) -> float:
    """What a gap takes that some layers share, and are planned together in."""
    points, inbetweens = sum(span.points for span in together), sum(span.inbetweens for span in together)
    return GAP_SECONDS + GAP_SECONDS_PER_POINT * points + INBETWEEN_SECONDS * inbetweens
