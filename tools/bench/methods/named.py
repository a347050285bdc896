"""The benchmark's methods by name: truth, what needs no engine, Blender's own, and ours in all its ways."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import TypeVar

from inkbetween.tools.bench.drawings.sequences import Frame, Painting, Sequence

from .baselines import assignment, cross_fade, hold
from .tweened import Method, Tweened

# Our engine with and without its networks: the table's names, in its order, and the operator's.
ENGINES = {
    "classical": "CLASSICAL",
    "learned-correspondence": "CORRESPONDENCE",
    "learned-motion": "MOTION",
    "ours": "LEARNED",
}
# Led by the sequence's own armature, as it is and displaced, scaled and late.
GUIDED = {"guided": "true", "guided-off": "off"}
# Led by a skeleton inferred from the drawings.
INFERRED = "auto"
HOLD = "hold"
NAMES = ("truth", HOLD, "cross-fade", "assignment", "blender", *ENGINES, INFERRED, *GUIDED)

_Shown = TypeVar("_Shown")


def methods_of(names: Collection[str], alone: bool) -> dict[str, Method]:
    """Methods by name, in the table's order; `alone` calls our engine without Blender, which is loaded only if needed.

    Raises ValueError where a name is not known.
    """
    for name in names:
        if name not in NAMES:
            raise ValueError(f"--methods {name}: known are {', '.join(NAMES)}.")
    ours = [name for name in (*ENGINES, INFERRED, *GUIDED) if name in names]
    methods: dict[str, Method] = {
        "truth": _truth,
        HOLD: _untimed(hold, hold),
        "cross-fade": _untimed(cross_fade, cross_fade),
        "assignment": _untimed(assignment),
    }
    if "blender" in names or (ours and not alone):
        from . import in_blender

        in_blender.start()
        if "blender" in names:
            methods["blender"] = in_blender.interpolate
    if ours:
        methods |= {name: partial(_tween(alone), **_asked_of(name)) for name in ours}
    return {name: methods[name] for name in NAMES if name in names}


def _tween(alone: bool) -> Callable[..., Tweened]:
    """Our engine through the registered operator, or alone."""
    if alone:
        from . import engine

        return engine.tween
    from . import in_blender

    return in_blender.tween


def _asked_of(name: str) -> dict[str, str]:
    """What a method of ours is called with beside the sequence and the gap."""
    if name == INFERRED:
        return {"guided": "auto"}
    return {"guided": GUIDED[name]} if name in GUIDED else {"engine": ENGINES[name]}


def _truth(sequence: Sequence, gap: int) -> Tweened:
    numbers = [number for first, last in sequence.gaps(gap) for number in range(first + 1, last)]
    fills = {number: sequence.fills[number] for number in numbers} if sequence.fills else {}
    return Tweened({number: sequence.frames[number] for number in numbers}, 0.0, 0.0, fills)


def _untimed(
    lines: Callable[[Frame, Frame, int], list[Frame]],
    paint: Callable[[Painting, Painting, int], list[Painting]] | None = None,
) -> Method:
    """A baseline as a method; `paint` does to fills what `lines` does to lines."""

    def run(sequence: Sequence, gap: int) -> Tweened:
        frames = _between(sequence.frames, sequence.gaps(gap), lines)
        fills = _between(sequence.fills, sequence.gaps(gap), paint) if sequence.fills and paint is not None else {}
        return Tweened(frames, 0.0, 0.0, fills)

    return run


def _between(
    shown: list[_Shown], gaps: list[tuple[int, int]], draw: Callable[[_Shown, _Shown, int], list[_Shown]]
) -> dict[int, _Shown]:
    drawn: dict[int, _Shown] = {}
    for first, last in gaps:
        between = draw(shown[first], shown[last], last - first - 1)
        drawn.update(zip(range(first + 1, last), between, strict=True))
    return drawn
