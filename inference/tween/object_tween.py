"""The unit of work: an object's keys in, any in-between of any layer out.

Artists put lines on one layer and fills on another. Layers that have keys at both ends of a gap and none between are
therefore planned together: their strokes stay on their layers but move as one drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..drawing.contract import Curves, Drawing, DrawingError
from ..drawing.conversion import CONFIDENCE, check_curves, equal_drawings, repeated, to_curves, to_drawing, unified
from ..drawing.fitting.making import MAKING
from ..drawing.layers import stack as stacked
from ..drawing.layers import take
from ..drawing.placement import Placement, is_usable
from ..drawing.plane import Plane
from ..geometry.points import Array
from ..intent.bindings import Corrections
from ..intent.intent import Intent
from ..leads.guided.carried import Guided
from ..leads.inferred.wire import WirePaths
from ..skeletons.guide import GuideError
from ..skeletons.limbs import Limbs
from ..skeletons.view import Recording
from .inferred_shown import NOTHING_FOUND, wire_look_of
from .paper import Paper, lie_together, paper_of
from .plan import Context, MatchCache, TweenPlan, TweenSettings, plan_tween
from .report import GapReport
from .shown import Looked, look_of
from .unmoved import unmoved


@dataclass(frozen=True)
class Key:
    """One key of a layer: the frame it starts at and its curves in layer space.

    `bones` names the bones that the animator bound strokes to, by the stroke's number; `NO_BONE` for none."""

    frame: int
    curves: Curves
    bones: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Layer:
    """A layer's keys, in the order of their frames, and where the layer lies.

    `to_world` (4, 4) leads from layer space to world space; a `Placement` does where that changes."""

    keys: Sequence[Key]
    to_world: Array | Placement

    @property
    def placement(self) -> Placement:
        return self.to_world if isinstance(self.to_world, Placement) else Placement.still(self.to_world)


@dataclass(frozen=True)
class _Stack:
    """A gap from frame `start` to `end`, and the layers planned together in it.

    `gaps` holds, by a layer's number, the number of the gap among its own."""

    start: int
    end: int
    gaps: Mapping[int, int]

    @property
    def name(self) -> tuple[int, int, tuple[int, ...]]:
        return self.start, self.end, tuple(self.gaps)


@dataclass(frozen=True)
class _Planned:
    """A stack's plan, and the plane it was made in as each of its layers sees it."""

    plan: TweenPlan
    planes: Mapping[int, Plane]


class ObjectTween:
    """In-betweens of an object's layers; each stack is planned once, when asked for.

    Gap i of a layer lies between its keys i and i + 1. Keys without points break the motion.

    layers    in drawing order, bottom first; layers are numbered in it
    settings  of the engine
    fills     material slots that fill: their strokes correspond whole or not at all
    rate      frames per second
    guide     a skeleton whose bones lead the lines
    spacing   the easing by which in-betweens are spaced
    cache     what is known of pairs of drawings already; threads may share it
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        settings: TweenSettings | None = None,
        fills: frozenset[int] = frozenset(),
        rate: float = 24.0,
        guide: Recording | None = None,
        spacing: str = "LINEAR",
        cache: MatchCache | None = None,
    ) -> None:
        if any(a.frame >= b.frame for layer in layers for a, b in pairwise(layer.keys)):
            raise DrawingError("The keys of a layer must be given in the order of their frames.")
        self.layers = tuple(layers)
        self._settings = TweenSettings() if settings is None else settings
        self._fills = fills
        self._rate = rate
        self._guide = guide
        self._spacing = spacing
        self._cache = MatchCache() if cache is None else cache
        self._gap_at = [{(a.frame, b.frame): i for i, (a, b) in enumerate(pairwise(la.keys))} for la in layers]
        self._plans: dict[tuple, _Planned] = {}
        self._drawings: dict[tuple, Drawing] = {}
        self._held: dict[tuple[int, int], bool] = {}
        self._fit: dict[tuple[int, int], bool] = {}
        self._stacks: dict[tuple[int, int], _Stack] = {}

    def gap_count(self, layer: int) -> int:
        return max(len(self.layers[layer].keys) - 1, 0)

    def gap_from(self, layer: int, frame: int) -> int:
        """The number of the layer's gap that starts at a frame."""
        return [key.frame for key in self.layers[layer].keys].index(frame)

    def is_hold(self, layer: int, gap: int) -> bool:
        """Whether both keys of the gap hold the same drawing."""
        if (layer, gap) not in self._held:
            a, b = self._keys(layer, gap)
            self._held[layer, gap] = equal_drawings(a.curves, b.curves)
        return self._held[layer, gap]

    def together(self, layer: int, gap: int) -> tuple[int, ...]:
        """The numbers of the layers whose keys have a say in the gap, its own included."""
        return tuple(self._stack(layer, gap).gaps)

    def prepare(self, layer: int, gap: int) -> None:
        """Plan the gap now; `DrawingError` or `GuideError` says why it cannot be."""
        for key in self._keys(layer, gap):
            check_curves(key.curves, _where(key))
        if not self.is_hold(layer, gap):
            self._planned(self._stack(layer, gap))

    def inbetween(self, layer: int, gap: int, t: float) -> Curves:
        """The layer at time t, from 0 (the gap's first key) to 1 (its second).

        A hold repeats its key bit for bit. Where plans are `judged`, strokes carry CONFIDENCE. Raises
        `DrawingError`, naming frame and stroke, if one of the two keys can't be used."""
        self.prepare(layer, gap)
        a, b = self._keys(layer, gap)
        if self.is_hold(layer, gap):
            return a.curves
        planned = self._planned(self._stack(layer, gap))
        drawing = take(planned.plan.at(t), layer)
        curves = to_curves(_own(drawing, a.curves, b.curves), planned.planes[layer], self._settings.curves)
        return repeated(curves, a.curves, unmoved(drawing, planned.plan, layer, a.curves, b.curves))

    def report(self, layer: int, gap: int) -> GapReport:
        """What the report says of the layer's gap; raises as `inbetween` does."""
        self.prepare(layer, gap)
        stack = self._stack(layer, gap)
        together = tuple(stack.gaps)
        if self.is_hold(layer, gap):
            return GapReport(together)
        plan = self._planned(stack).plan
        keys, sure = (plan.key_a, plan.key_b, layer), plan.sureness(0.5)
        return GapReport(
            together,
            plan.report.unmatched(*keys),
            plan.lent(layer),
            plan.report.carried(*keys),
            plan.report.held(*keys),
            1.0 if sure is None else sure.matched,
            plan.shown.skeleton.count if isinstance(plan.shown, WirePaths) else 0,
        )

    def look(self, layer: int, gap: int) -> Looked:
        """Which bones hold which strokes of the gap's keys, as the plan has them.

        The bones are the guide's, or those of the inferred skeleton. They are drawn over the strokes in the layer's
        space.

        Raises `DrawingError` if a key can't be used or shows nothing, `GuideError` if there is no guide, or it can't.
        """
        for key in self._keys(layer, gap):
            check_curves(key.curves, _where(key))
            if not key.curves.point_count:
                raise DrawingError(f"There is nothing at {_where(key)} that bones could hold: draw something there.")
        stack = self._stack(layer, gap)
        if self._guide is None:
            return self._wire_look(stack, layer)
        planned = self._planned(stack)
        # what the plan settled on, not a first look at it
        guided = planned.plan.shown
        assert isinstance(guided, Guided)
        return look_of(guided, planned.plan.key_b, planned.planes[layer], self._guide.rig)

    def _wire_look(self, stack: _Stack, layer: int) -> Looked:
        if not self._settings.wired:
            raise GuideError("There is no guide: choose an armature whose bones lead the lines.")
        planned = self._planned(stack)
        seen = wire_look_of(planned.plan, (stack.start, stack.end), planned.planes[layer])
        if seen is None:
            raise GuideError(NOTHING_FOUND)
        return seen

    def _keys(self, layer: int, gap: int) -> tuple[Key, Key]:
        if not 0 <= gap < self.gap_count(layer):
            keys = len(self.layers[layer].keys)
            raise IndexError(f"There is no gap {gap}: {keys} keys make {self.gap_count(layer)} gaps.")
        return self.layers[layer].keys[gap], self.layers[layer].keys[gap + 1]

    def _stack(self, layer: int, gap: int) -> _Stack:
        """The stack of the gap, the same for each of its layers."""
        a, b = self._keys(layer, gap)
        ends = a.frame, b.frame
        if (layer, gap) not in self._stacks:
            gaps = {n: at[ends] for n, at in enumerate(self._gap_at) if ends in at and self._joins(n, at[ends])}
            if layer in gaps:
                joined = lie_together(layer, self._placements(gaps), self._clouds(gaps), ends)
                gaps = {n: gaps[n] for n in joined}
            self._stacks[layer, gap] = _Stack(*ends, gaps if layer in gaps else {layer: gap})
        return self._stacks[layer, gap]

    def _joins(self, layer: int, gap: int) -> bool:
        placement = self.layers[layer].placement
        usable = all(is_usable(placement.at(key.frame)) for key in self._keys(layer, gap))
        return usable and self._is_fit(layer, gap) and self._is_fit(layer, gap + 1)

    def _placements(self, gaps: Mapping[int, int]) -> dict[int, Placement]:
        return {layer: self.layers[layer].placement for layer in gaps}

    def _clouds(self, gaps: Mapping[int, int]) -> dict[int, list[NDArray]]:
        """Of each layer, the points of both keys of its gap."""
        keys = {layer: [key.curves for key in self._keys(layer, gap)] for layer, gap in gaps.items()}
        return {n: [one.attributes["position"].values for one in both if one.point_count] for n, both in keys.items()}

    def _is_fit(self, layer: int, index: int) -> bool:
        """Whether a key is there, has points, and can be used."""
        keys = self.layers[layer].keys
        if not 0 <= index < len(keys) or not keys[index].curves.point_count:
            return False
        if (layer, index) not in self._fit:
            try:
                check_curves(keys[index].curves, _where(keys[index]))
                self._fit[layer, index] = True
            except DrawingError:  # raised again by `prepare` for the gaps of this key; the others go on without it
                self._fit[layer, index] = False
        return self._fit[layer, index]

    def _planned(self, stack: _Stack) -> _Planned:
        if stack.name not in self._plans:
            paper = self._paper(stack)
            a, b = self._pair(stack, paper.planes)
            context = self._context(stack, paper.planes)
            guide = self._limbs(paper, np.concatenate([a.depth, b.depth]))
            intent = Intent(self._said(stack, guide), self._spacing)
            plan = plan_tween(
                a, b, context=context, settings=self._settings, cache=self._cache, guide=guide, intent=intent
            )
            self._plans[stack.name] = _Planned(plan, paper.planes)
        return self._plans[stack.name]

    def _pair(self, stack: _Stack, planes: Mapping[int, Plane]) -> list[Drawing]:
        """Both keys of the gap, stacked; other gaps' contexts get the same objects."""
        return unified([self._stacked(frame, tuple(stack.gaps), planes) for frame in (stack.start, stack.end)])

    def _limbs(self, paper: Paper, depth: Array) -> Limbs | None:
        """The guide seen in the gap's plane, where strokes lie `depth` (P,) off it."""
        if self._guide is None or not len(depth):
            return None
        return Limbs.of(paper.seen(self._guide, float(np.median(depth))), self._settings.guided.limbs)

    def _said(self, stack: _Stack, guide: Limbs | None) -> Corrections | None:
        """What the animator says of the gap's strokes, numbered as in the stacks."""
        if guide is None:
            return None
        keys = []
        for end in (0, 1):
            count, names = 0, {}
            for layer, gap in stack.gaps.items():
                key = self._keys(layer, gap)[end]
                names.update({count + stroke: bone for stroke, bone in key.bones.items()})
                count += key.curves.stroke_count
            keys.append((count, names))
        return Corrections.of(guide.guide.names, *keys)

    def _paper(self, stack: _Stack) -> Paper:
        return paper_of(self._placements(stack.gaps), self._clouds(stack.gaps), (stack.start, stack.end))

    def _context(self, stack: _Stack, planes: Mapping[int, Plane]) -> Context:
        """The nearest keys before and after the gap, and when all of them are.

        A neighbour holds all the stack's layers that have their nearest key there."""
        before, after = self._neighbours(stack, -1), self._neighbours(stack, 2)
        start, end = float(stack.start), float(stack.end)
        earlier = later = None
        first, last = start - 1.0, end + 1.0
        if before:
            first = max(before)
            earlier = self._stacked(first, before[first], planes)
        if after:
            last = min(after)
            later = self._stacked(last, after[last], planes)
        return Context(earlier, later, (float(first), start, end, float(last)), self._rate)

    def _neighbours(self, stack: _Stack, step: int) -> dict[int, tuple[int, ...]]:
        """By frame, the layers that have a key there, `step` from the gap's first."""
        found: dict[int, tuple[int, ...]] = {}
        for layer, gap in stack.gaps.items():
            if self._is_fit(layer, gap + step):
                frame = self.layers[layer].keys[gap + step].frame
                found[frame] = (*found.get(frame, ()), layer)
        return found

    def _stacked(self, frame: int, layers: tuple[int, ...], planes: Mapping[int, Plane]) -> Drawing:
        """The keys of some layers at one frame, stacked; the same object each time."""
        where = b"".join(planes[layer].to_plane.tobytes() + planes[layer].offset.tobytes() for layer in layers)
        name = (frame, layers, where)
        if name not in self._drawings:
            keys = {n: next(key for key in self.layers[n].keys if key.frame == frame) for n in layers}
            drawn = {n: to_drawing(key.curves, planes[n], self._fills) for n, key in keys.items()}
            self._drawings[name] = stacked(drawn)
        return self._drawings[name]


def _own(drawing: Drawing, *keys: Curves) -> Drawing:
    """The drawing with the keys' own attributes, confidence and marks of curves."""
    known = {(name, a.domain, a.kind) for key in keys for name, a in key.attributes.items()}
    kept = {
        name: a
        for name, a in drawing.attributes.items()
        if (name, a.domain, a.kind) in known or name == CONFIDENCE or name in MAKING
    }
    return replace(drawing, attributes=kept)


def _where(key: Key) -> str:
    return f"frame {key.frame}"
