"""What Retarget and Show Joints share: settings, and reading what they work on.

That is the drawing, its joints and the performance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from ...addon import adapter, joints, rigs, targets
from ...addon.properties import ONCE
from ...addon.scene_time import key_frame, shown_frame
from ..jobs.job import JobOperator

if TYPE_CHECKING:
    from ..jobs.retarget import RetargetJob, Source, View

LONGEST = 20_000
"""Frames that are retargeted at once."""


class NothingToDo(RuntimeError):
    """Why nothing can be retargeted, as a sentence that says what to do."""


def _armatures(_owner: Any, context: Any, _typed: str) -> list[str]:
    return sorted(obj.name for obj in context.scene.objects if obj.type == "ARMATURE")


GUIDE: Any = StringProperty(
    name="Guide", description="The armature whose performance the drawing takes over", search=_armatures, options=ONCE
)
START: Any = IntProperty(
    name="Start",
    description="First frame to draw; with an end of 0, too, the scene's frames in which the guide moves",
    options=ONCE,
)
END: Any = IntProperty(name="End", description="Last frame to draw", options=ONCE)
PROJECTION: Any = EnumProperty(
    name="Projection",
    description="From where the performance is seen",
    items=(
        (
            "AUTO",
            "Automatic",
            "From the side that is drawn; limbs that hardly move there, from where their motion shows",
        ),
        ("VIEW", "View", "Through the scene's camera, as drawings are"),
        ("FRONT", "Front", "Always from the performer's front, whichever way the performer turns"),
        ("THREE_QUARTER", "Three-Quarter", "Always from between front and side, the one that the drawing shows"),
        ("SIDE", "Side", "Always from the performer's side, the one that the drawing shows"),
        ("BACK", "Back", "Always from behind the performer"),
    ),
    default="AUTO",
    options=ONCE,
)
SEARCH: Any = BoolProperty(
    name="Find Pose",
    description="Look for the frame whose pose the drawing has; otherwise it has that of its own frame",
    default=True,
    options=ONCE,
)


class Retargeting(JobOperator):
    """A mixin for operators that lay the guide's figure on the current drawing."""

    guide: GUIDE
    frame_start: START
    frame_end: END
    projection: PROJECTION
    search: SEARCH

    @classmethod
    def poll(cls, context: Any) -> bool:
        blocker = targets.object_blocker(context.active_object)
        if blocker:
            cls.poll_message_set(blocker)  # type: ignore[attr-defined]
        return not blocker

    def settings(self) -> Any:
        """`RetargetSettings` as the operator's properties say."""
        raise NotImplementedError

    def make_job(self, context: Any, step: int, known: bool = True, views: str = "", blend: int = 0) -> RetargetJob:
        """The job, with joints as the artist put them, unless they are not to be `known`.

        Raises `NothingToDo`, `GuideError` and `AdapterError`.
        """
        # Imported here because they bring NumPy: Blender's start should not wait for it.
        from ..jobs.retarget import RetargetJob, View
        from .guiding import read_guidance

        obj, scene = context.active_object, context.scene
        start, end = self._range(scene)
        frames = range(start, end + 1)
        sources = _sources(obj, scene, frames)
        guidance = read_guidance(scene, self.guide, frames)
        self._notes = guidance.notes
        context.view_layer.update()
        placed = joints.read(scene, obj, sources[0].frame) if known else {}
        settings, others = self.settings(), list[View]()
        if views:
            settings, others = _views(scene, obj, sources, views, settings)
        fills = adapter.filling_materials(obj)
        return RetargetJob(
            sources, guidance.recording, start, end, step, settings, fills, placed, others, blend if views else 0
        )

    def _range(self, scene: Any) -> tuple[int, int]:
        start, end = self.frame_start, self.frame_end
        if not start and not end:
            start, end = (key_frame(scene, frame) for frame in (scene.frame_start, scene.frame_end))
            armature = rigs.find_armature(scene, self.guide)
            action = armature.animation_data.action if armature and armature.animation_data else None
            if action is not None:
                first, last = (round(number) for number in action.frame_range)
                if max(start, first) <= min(end, last):
                    start, end = max(start, first), min(end, last)
        if end < start:
            raise NothingToDo(f"The frames end at {end}, before they start at {start}: choose a later end.")
        if end - start >= LONGEST:
            raise NothingToDo(f"Frames {start} to {end} are more than {LONGEST:,}: choose a shorter range.")
        return start, end


def _views(scene: Any, obj: Any, sources: list[Source], text: str, settings: Any) -> tuple[Any, list[View]]:
    """Further drawings of the figure on the sources' layers, and settings.

    The settings are for the drawing at the current frame, seen from the side that the text names for it, or that it
    shows.
    """
    from dataclasses import replace

    from ...inference.drawing.contract import Curves
    from ...inference.retargeting.views import parse_views
    from ..jobs.retarget import View
    from .snapshot import read_layer

    if settings.projection == "VIEW":
        settings = replace(settings, projection="AUTO")
    others = []
    for named in parse_views(text):
        if named.frame == sources[0].frame:
            settings = replace(settings, projection=named.side)
            continue
        drawn = []
        for source in sources:
            snapshot = read_layer(obj, source.snapshot.ref.find(), named.frame)
            drawn.append(snapshot.curves.get(named.frame, Curves(source.curves.offsets[:1])))
        if not any(curves.stroke_count for curves in drawn):
            raise NothingToDo(f"There is no drawing of yours at frame {named.frame}: name frames with a key.")
        others.append(View(named.frame, named.side, drawn, joints.read(scene, obj, named.frame)))
    return settings, others


def _sources(obj: Any, scene: Any, frames: range) -> list[Source]:
    """The active layer, and the other layers that belong to its drawing.

    They are all visible, unlocked ones with a key where it has the one that shows; `frames` are those of the
    performance.
    """
    from ...addon.evaluated import places
    from ..jobs.retarget import Source
    from .snapshot import RETARGETED, read_layer

    blocker = targets.scope_blocker(obj, targets.LAYER)
    if blocker:
        raise NothingToDo(blocker)
    active = obj.data.layers.active
    name, now = adapter.tree_name(active), shown_frame(scene)
    numbers = [adapter.frame_number(frame) for frame in active.frames if adapter.frame_number(frame) <= now]
    if not numbers:
        raise NothingToDo(f'Layer "{name}" shows nothing at frame {now}: go to a frame with a drawing.')
    number = max(numbers)
    drawn = []
    for layer in obj.data.layers:
        if layer != active and (adapter.is_layer_editable(obj, layer) or not adapter.find_frame(layer, number)):
            continue
        snapshot = read_layer(obj, layer, number)
        if number in snapshot.curves:
            drawn.append(snapshot)
        elif layer == active:
            ours = any(cel.number == number and not cel.is_key for cel in snapshot.cels)
            what = "shows a generated drawing" if ours else "shows nothing"
            raise NothingToDo(
                f'Layer "{name}" {what} at frame {now}: choose the layer and a frame with a drawing of yours.'
            )
    # the layers that get the result are made like these are now, and are not animated
    layers, moments = [one.ref.find() for one in drawn], sorted({number, *frames})
    lying = places.read_placements(scene, obj, layers, moments, held=True)
    return [Source(one, number, f"{one.ref.name}{RETARGETED}", at) for one, at in zip(drawn, lying, strict=True)]
