"""What the animator said of strokes and bones, read from the scene and written."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from ...addon import adapter, bindings
from ...inference.intent.said import FoundAgain, Saying, found_again
from .. import wording
from .snapshot import LayerSnapshot


def read_said(
    obj: Any,
    armature: str,
    bones: Sequence[str],
    snapshots: Sequence[LayerSnapshot],
    beside: Sequence[LayerSnapshot] = (),
    around: int | None = None,
) -> FoundAgain:
    """What was said of the strokes drawn between, about `bones` of the `armature`.

    Of the keys that were copied, only those at the ends of gaps of the `snapshots` count; `around` as given to
    `LayerSnapshot.gaps`. Layers `beside` have a say at the same frames.
    """
    gaps = [gap for snapshot in snapshots for gap in snapshot.gaps(around)]
    ends = {cel.number for gap in gaps for cel in (gap.start, gap.end)}
    keys = {
        snapshot.ref.name: {number: curves for number, curves in snapshot.curves.items() if number in ends}
        for snapshot in (*snapshots, *beside)
    }
    return found_again(bindings.read_sayings(obj.data), keys, frames_of_layers(obj.data), armature, bones)


def frames_of_layers(data: Any) -> dict[str, set[int]]:
    """By layer, the frames on which anything starts."""
    return {adapter.tree_name(la): {adapter.frame_number(frame) for frame in la.frames} for la in data.layers}


def forget(data: Any, sayings: Collection[Saying]) -> None:
    """Drop sayings, those of strokes that are gone, say."""
    if sayings:
        bindings.write_sayings(data, [saying for saying in bindings.read_sayings(data) if saying not in sayings])


def parts(said: FoundAgain | None) -> list[str]:
    """Parts of a report: what held, what was lost, what is another guide's."""
    if said is None:
        return []
    out = []
    if said.count:
        out.append(f"{wording.count(said.count, 'stroke')} followed the bones you chose")
    if said.lost:
        lost = wording.count(len(said.lost), "redrawn stroke")
        out.append(f"{lost} lost the {'bone' if len(said.lost) == 1 else 'bones'} you had chosen")
    if said.alien:
        verb = "is" if said.alien == 1 else "are"
        out.append(f"{wording.count(said.alien, 'stroke')} {verb} bound to bones that this guide does not have")
    return out
