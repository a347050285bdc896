"""The one reader of a scene: all that it says of in-betweens.

Whoever draws them, fills scenes or shows them starts from it.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from ...addon import adapter, rigs, targets
from ...addon.evaluated import places
from ...addon.properties import DEFAULT_ENGINE
from ...addon.scene_time import shown_frame
from ...inference.correspondence.cache import MatchCache
from ...inference.drawing.contract import Curves
from ...inference.drawing.placement import Placement
from ...inference.drawing.prints import print_of
from ...inference.intent.said import FoundAgain
from ...inference.leads.tuning import TweenSettings
from ...inference.tween import engines
from ...inference.tween.object_tween import Key, Layer, ObjectTween
from .guiding import AUTO, Guidance, frames_of, is_inferred, read_guidance
from .said import read_said
from .snapshot import LayerRef, LayerSnapshot, read_beside, read_layer, read_rate

_known: dict[engines.Shortfall | None, MatchCache] = {}


def known_by(engine: str) -> MatchCache:
    """What this session worked out with the networks that there are.

    What was shown need not be worked out again to be drawn.
    """
    lacks = engines.shortfall_of(engine)
    if lacks not in _known:
        _known.clear()
        _known[lacks] = MatchCache()
    return _known[lacks]


class Asked(Protocol):
    """How in-betweens are wanted: the properties of Tween and its like."""

    @property
    def step(self) -> int: ...

    @property
    def easing(self) -> str: ...

    @property
    def guide(self) -> str: ...

    @property
    def engine(self) -> str: ...


@dataclass(frozen=True)
class Wanted:
    """How in-betweens are wanted, where no operator's properties say it."""

    step: int
    easing: str
    guide: str
    engine: str = DEFAULT_ENGINE


def wanted_in(scene: Any) -> Wanted:
    """What the scene's settings ask for: what the sidebar's buttons hand to Tween."""
    stored = scene.inkbetween
    return Wanted(stored.step, stored.easing, stored.guide_name)


@dataclass(frozen=True)
class TweenRequest:
    """All that in-betweens of an object depend on. It holds no Blender reference.

    obj         the object's name
    layers      that in-betweens are asked of
    beside      other layers: what is on them moves together with what is drawn, and stays as it is
    placements  where layers lie at the frames of their keys and of the guide
    fills       material slots that fill
    around      the frame whose gap is meant; None: all gaps
    step        every so many frames are drawn
    easing      how in-betweens are spaced
    rate        frames per second
    settings    of the engine
    guidance    what leads the lines, if anything does
    said        the bones that the animator bound strokes to
    notes       parts of a sentence for the report
    known       what was worked out before
    """

    obj: str
    layers: tuple[LayerSnapshot, ...]
    beside: tuple[LayerSnapshot, ...]
    placements: dict[LayerRef, Placement]
    fills: frozenset[int]
    around: int | None
    step: int
    easing: str
    rate: float
    settings: TweenSettings
    guidance: Guidance | None = None
    said: FoundAgain | None = None
    notes: tuple[str, ...] = ()
    known: MatchCache = field(default_factory=MatchCache, repr=False, compare=False)

    @property
    def stack(self) -> tuple[LayerSnapshot, ...]:
        """All layers in drawing order, bottom first: so they are numbered."""
        return tuple(sorted([*self.layers, *self.beside], key=lambda snapshot: snapshot.place))

    def tween(self) -> ObjectTween:
        """The work that is asked for; nothing is computed yet."""
        layers = [self._layer(snapshot) for snapshot in self.stack]
        recording = None if self.guidance is None else self.guidance.recording
        return ObjectTween(layers, self.settings, self.fills, self.rate, recording, self.easing, self.known)

    def _layer(self, snapshot: LayerSnapshot) -> Layer:
        nothing = Curves(np.zeros(1, np.int32))
        bones = {} if self.said is None else self.said.bones.get(snapshot.ref.name, {})
        keys = [
            Key(cel.number, snapshot.curves.get(cel.number, nothing), bones.get(cel.number, {}))
            for cel in snapshot.cels
            if cel.is_key
        ]
        return Layer(keys, self.placements[snapshot.ref])

    @property
    def content(self) -> bytes:
        """The print of all that the engine's work depends on.

        Equal contents mean equal in-betweens at equal moments.
        """
        layers = [(_content(snapshot), self.placements[snapshot.ref]) for snapshot in self.stack]
        recording = None if self.guidance is None else self.guidance.recording
        said = None if self.said is None else self.said.bones
        return print_of(layers, sorted(self.fills), self.easing, self.rate, self.settings, recording, said)


def read_request(
    scene: Any,
    chosen: targets.Targets,
    asked: Asked,
    around: int | None = None,
    known: MutableMapping[Hashable, Guidance] | None = None,
) -> TweenRequest:
    """All that is to be known to draw in-betweens of the chosen layers.

    Each key is read at its own frame.

    around  the frame whose gap is meant; None: all gaps
    known   how guides move, as far as it was read before and may not have changed since; what is read is added

    Raises `GuideError`, which says what to do, where the guide cannot be used.
    """
    obj = chosen.obj
    snapshots = [read_layer(obj, layer, around) for layer in chosen.layers]
    beside = read_beside(obj, snapshots, around)
    stack = [*snapshots, *beside]
    settings = replace(engines.settings_of(asked.engine), judged=True)
    guidance, said, notes = None, None, tuple[str, ...]()
    if is_inferred(scene, asked.guide):
        settings = replace(settings, wired=True)
    elif asked.guide and any(snapshot.gaps(around) for snapshot in snapshots):
        guidance = _guidance(scene, asked.guide, frames_of(stack), known)
        said = read_said(obj, asked.guide, guidance.recording.rig.names, snapshots, beside, around)
        notes = guidance.notes
        if asked.guide == AUTO:
            notes += (f'the armature called "{AUTO}" led, no skeleton inferred from the drawings: rename it',)
    frames = {cel.number for snapshot in stack for cel in snapshot.cels if cel.is_key}
    if guidance is not None:
        frames.update(frames_of(stack))
    return TweenRequest(
        obj=obj.name,
        layers=tuple(snapshots),
        beside=tuple(beside),
        placements=_placements(scene, obj, stack, frames),
        fills=adapter.filling_materials(obj),
        around=around,
        step=asked.step,
        easing=asked.easing,
        rate=read_rate(scene),
        settings=settings,
        guidance=guidance,
        said=said,
        notes=notes,
        known=known_by(asked.engine),
    )


def _placements(
    scene: Any, obj: Any, snapshots: Sequence[LayerSnapshot], frames: Collection[int]
) -> dict[LayerRef, Placement]:
    refs = [snapshot.ref for snapshot in snapshots]
    found = places.read_placements(scene, obj, [ref.find() for ref in refs], sorted(frames) or [shown_frame(scene)])
    return dict(zip(refs, found, strict=True))


def _guidance(scene: Any, name: str, frames: range, known: MutableMapping[Hashable, Guidance] | None) -> Guidance:
    """How the guide moves; read only where that is not known."""
    if known is None:
        return read_guidance(scene, name, frames)
    armature = rigs.find_armature(scene, name)
    about = scene.session_uid, None if armature is None else armature.session_uid, name, frames
    if about not in known:
        known[about] = read_guidance(scene, name, frames)
    return known[about]


def _content(snapshot: LayerSnapshot) -> tuple[object, ...]:
    """Of a layer, which one it is and what its keys hold."""
    return (
        snapshot.ref,
        snapshot.place,
        [(cel.number, cel.blank, cel.fingerprint) for cel in snapshot.cels if cel.is_key],
    )
