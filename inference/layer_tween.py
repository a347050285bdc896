"""The unit of work: all keys of one layer in, any in-between out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from .curves import check_curves, equal_drawings, fingerprint, to_curves, to_drawing, unified
from .drawing import Array, Curves, Drawing, DrawingError
from .plan import Context, MatchCache, TweenPlan, TweenReport, TweenSettings, plan_tween
from .plane import Plane, fit_plane

__all__ = ["Key", "LayerTween", "equal_drawings", "fingerprint"]


@dataclass(frozen=True)
class Key:
    """One key of a layer: the frame it starts at and what is drawn, in layer space."""

    frame: int
    curves: Curves


class LayerTween:
    """In-betweens of one layer. Gap i lies between key i and key i + 1; each is planned once, when first asked for.

    keys      in the order of their frames
    to_world  (4, 4) float64, layer space to world space
    fills     material slots that fill: their strokes correspond whole or not at all
    """

    def __init__(
        self,
        keys: Sequence[Key],
        to_world: Array,
        settings: TweenSettings | None = None,
        fills: frozenset[int] = frozenset(),
    ) -> None:
        if any(a.frame >= b.frame for a, b in pairwise(keys)):
            raise DrawingError("The keys of a layer must be given in the order of their frames.")
        self.keys = tuple(keys)
        self._to_world = np.asarray(to_world, np.float64)
        self._settings = TweenSettings() if settings is None else settings
        self._fills = fills
        self._cache = MatchCache()
        self._plans: dict[int, TweenPlan] = {}
        self._held: dict[int, bool] = {}

    @property
    def gap_count(self) -> int:
        return max(len(self.keys) - 1, 0)

    def is_hold(self, gap: int) -> bool:
        """Whether both keys of the gap hold the same drawing."""
        if gap not in self._held:
            self._held[gap] = equal_drawings(self._key(gap).curves, self.keys[gap + 1].curves)
        return self._held[gap]

    def prepare(self, gap: int) -> None:
        """Plan the gap now; raises `DrawingError`, naming frame and stroke, if one of its keys can't be used."""
        for key in (self._key(gap), self.keys[gap + 1]):
            check_curves(key.curves, _where(key))
        if not self.is_hold(gap) and gap not in self._plans:
            self._plans[gap] = self._plan(gap)

    def inbetween(self, gap: int, t: float) -> Curves:
        """The drawing at t from 0 (the gap's first key) to 1 (its second); a hold repeats its key bit for bit.

        Raises `DrawingError`, naming frame and stroke, if one of the two keys can't be used.
        """
        self.prepare(gap)
        if self.is_hold(gap):
            return self.keys[gap].curves
        return to_curves(self._plans[gap].at(t), self.plane)

    def report(self, gap: int) -> TweenReport:
        """What the plan of the gap does, counted in strokes; raises as `inbetween` does."""
        self.prepare(gap)
        if self.is_hold(gap):
            return TweenReport(matched=0, appearing=0, disappearing=0, held=self.keys[gap].curves.stroke_count)
        return self._plans[gap].report

    @cached_property
    def plane(self) -> Plane:
        """One plane for all keys, so that depth means the same in each of them."""
        return fit_plane([k.curves.attributes["position"].values for k in self._usable_keys.values()], self._to_world)

    @cached_property
    def _usable_keys(self) -> dict[int, Key]:
        usable = {}
        for index, key in enumerate(self.keys):
            try:
                check_curves(key.curves, _where(key))
            except DrawingError:
                continue  # raised again by `prepare` for the gaps that need this key; the others go on without it
            if key.curves.point_count:
                usable[index] = key
        return usable

    @cached_property
    def _drawings(self) -> dict[int, Drawing]:
        usable = {i: k.curves for i, k in enumerate(self.keys) if i in self._usable_keys or not k.curves.point_count}
        drawings = unified([to_drawing(curves, self.plane, self._fills) for curves in usable.values()])
        return dict(zip(usable, drawings, strict=True))

    def _plan(self, gap: int) -> TweenPlan:
        start, end = float(self.keys[gap].frame), float(self.keys[gap + 1].frame)
        before = float(self.keys[gap - 1].frame) if gap > 0 else start - 1.0
        after = float(self.keys[gap + 2].frame) if gap + 2 < len(self.keys) else end + 1.0
        frames = (before, start, end, after)
        context = Context(self._drawings.get(gap - 1), self._drawings.get(gap + 2), frames)
        return plan_tween(
            self._drawings[gap], self._drawings[gap + 1], context=context, settings=self._settings, cache=self._cache
        )

    def _key(self, gap: int) -> Key:
        if not 0 <= gap < self.gap_count:
            raise IndexError(f"There is no gap {gap}: {len(self.keys)} keys make {self.gap_count} gaps.")
        return self.keys[gap]


def _where(key: Key) -> str:
    return f"frame {key.frame}"
