"""Drawing a retargeted drawing's frames, without Blender's context.

A thread may run it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...inference.drawing.contract import Curves, DrawingError
from ...inference.drawing.placement import Placement
from ...inference.retargeting.object_retarget import DrawnLayer, ObjectRetarget, planes_of
from ...inference.retargeting.plan import RetargetSettings
from ...inference.retargeting.views import TurningRetarget
from ...inference.skeletons.guide import GuideError
from ...inference.skeletons.view import Recording
from ..scene.snapshot import LayerSnapshot

Place = tuple[float, float, float]


@dataclass(frozen=True)
class Source:
    """A layer whose drawing at `frame` performs.

    With the name of the layer that gets the result, and where the layer lies at that frame and those of the
    performance.
    """

    snapshot: LayerSnapshot
    frame: int
    target: str
    placement: Placement

    @property
    def curves(self) -> Curves:
        return self.snapshot.curves[self.frame]


@dataclass(frozen=True)
class View:
    """Another drawing of the figure.

    What each source's layer shows at a frame, the side it shows, and its joints that are known.
    """

    frame: int
    side: str
    curves: Sequence[Curves]
    joints: Mapping[str, Place]


@dataclass
class RetargetJob:
    """All frames from `start` to `end`, every `step`-th.

    They are counted from the one that is drawn already.

    `fills` are material slots that fill; `joints` are places in the world that are known, by the joints' names; `views`
    are further drawings that take turns with it, a change being `blend` frames long. `drawn` holds the drawings of each
    source by frame number; `problem` says why there are none.
    """

    sources: Sequence[Source]
    recording: Recording
    start: int
    end: int
    step: int
    settings: RetargetSettings
    fills: frozenset[int] = frozenset()
    joints: Mapping[str, Place] = field(default_factory=dict)
    views: Sequence[View] = ()
    blend: int = 0
    done: int = 0
    drawn: list[dict[int, Curves]] = field(default_factory=list)
    problem: str = ""

    def __post_init__(self) -> None:
        first = self.sources[0]
        layers = [DrawnLayer(source.curves, source.placement.at(source.frame)) for source in self.sources]
        seen = self.recording.travelling(first.placement, layers[0].to_world)
        others = [
            [DrawnLayer(one, layer.to_world) for one, layer in zip(v.curves, layers, strict=True)] for v in self.views
        ]
        planes, fills = planes_of([layers, *others]), self.fills
        self.retarget = ObjectRetarget(layers, seen, float(first.frame), self.settings, fills, self.joints, planes)
        self.turning: TurningRetarget | None = None
        if self.views:
            more = [
                ObjectRetarget(
                    drawn,
                    seen,
                    float(view.frame),
                    replace(self.settings, projection=view.side),
                    fills,
                    view.joints,
                    planes,
                )
                for drawn, view in zip(others, self.views, strict=True)
            ]
            self.turning = TurningRetarget([self.retarget, *more], self.blend)
        # Planning takes about as long as many frames do.
        self.total = 1 + len(range(self.start, self.end + 1, self.step))

    def steps(self) -> Iterator[None]:
        """Do the work, the plan or a frame at a time; `drawn` is complete at the end."""
        try:
            drawn_frame = round(self.retarget.plan.drawn_frame)
            if self.turning is not None:
                self.turning.prepare()
        except (DrawingError, GuideError) as error:
            self.problem = str(error)
            return
        self.done = 1
        yield
        drawn: list[dict[int, Curves]] = [{} for _ in self.sources]
        for number in frame_numbers(self.start, self.end, self.step, drawn_frame):
            for layer, curves in zip(drawn, (self.turning or self.retarget).at(number), strict=True):
                layer[number] = curves
            self.done = min(self.done + 1, self.total)
            yield
        self.drawn = drawn


@dataclass
class JointsJob:
    """Where the joints are in the drawing of a retarget job, by name.

    Places are in the world; `size` is the drawing's.
    """

    retargeting: RetargetJob
    total: int = 1
    done: int = 0
    places: dict[str, Place] = field(default_factory=dict)
    size: float = 0.0
    problem: str = ""

    @property
    def sources(self) -> Sequence[Source]:
        return self.retargeting.sources

    def steps(self) -> Iterator[None]:
        """Fit the joints."""
        retarget = self.retargeting.retarget
        try:
            self.places, self.size = retarget.joints_in_world(), retarget.size
        except (DrawingError, GuideError) as error:
            self.problem = str(error)
            return
        self.done = 1
        yield


def frame_numbers(start: int, end: int, step: int, drawn: int) -> list[int]:
    """Every `step`-th frame so that `drawn` is among them, and the first one."""
    return sorted({start, *(number for number in range(start, end + 1) if (number - drawn) % step == 0)})
