"""What the operators' tests share: the extension registered, layers to work on, and an eye on the artist's keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
import pytest

import inkbetween
from inkbetween.addon import adapter
from inkbetween.inference.drawing.contract import Attribute, Curves


@pytest.fixture(scope="module", autouse=True)
def registered() -> Iterator[None]:
    inkbetween.register()
    yield
    inkbetween.unregister()


@dataclass
class Ran:
    """What an operator answered: its result, and the text of its report or error."""

    result: str
    text: str

    def __post_init__(self) -> None:
        assert "Traceback" not in self.text, self.text


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Called with a verb ("tween") and its properties."""

    def call(verb: str, *arguments: Any, **properties: Any) -> Ran:
        capfd.readouterr()
        try:
            (result,) = getattr(bpy.ops.inkbetween, verb)(*arguments, **properties)
        except RuntimeError as error:  # how scripts see a report of the type ERROR
            return Ran("ERROR", str(error).strip())
        out = capfd.readouterr()
        assert "Traceback" not in out.err
        return Ran(result, out.out.strip())

    return call


def bar(x: float, angle: float = 0.0, count: int = 12) -> np.ndarray:
    """(count, 3) a straight line of length 2 from (x, 0, 0), turned by `angle` in the front view."""
    along = np.linspace(0, 2, count)
    return np.stack([x + along * np.cos(angle), 0 * along, along * np.sin(angle)], 1)


@pytest.fixture
def key(polylines: Callable[..., Curves]) -> Callable[..., Curves]:
    """Called with a place, returns a drawing of an L and a line below it, there."""

    def make(x: float = 0.0, angle: float = 0.3) -> Curves:
        return polylines(bar(x, angle), bar(x, angle + 1.5), bar(x, -0.5))

    return make


@pytest.fixture
def two_keys(new_object: Any, key: Any) -> Any:
    """An object with one layer, keys at 1 and 9, and the current frame between them."""
    obj = new_object({1: key(0.0), 9: key(4.0, 0.8)})
    bpy.context.scene.frame_set(4)
    return obj


def timeline(layer: Any) -> dict[int, str]:
    return {f.frame_number: f.keyframe_type for f in sorted(layer.frames, key=lambda f: f.frame_number)}


def generated(layer: Any) -> list[int]:
    return [number for number, kind in timeline(layer).items() if kind == "GENERATED"]


def bits(curves: Curves) -> tuple:
    return curves.offsets.tobytes(), {
        name: (a.domain, a.kind, a.values.tobytes()) for name, a in sorted(curves.attributes.items())
    }


def artist_frames(layer: Any) -> dict[int, tuple]:
    """Every bit of every frame that is not generated."""
    return {
        f.frame_number: (f.keyframe_type, f.select, None if f.drawing is None else bits(adapter.read_curves(f.drawing)))
        for f in layer.frames
        if f.keyframe_type != "GENERATED"
    }


def everything(data: Any) -> dict[str, dict[int, tuple]]:
    """Every bit of every frame of every layer."""
    return {
        layer.name: {
            f.frame_number: (f.keyframe_type, None if f.drawing is None else bits(adapter.read_curves(f.drawing)))
            for f in layer.frames
        }
        for layer in data.layers
    }


@pytest.fixture
def eye() -> Any:
    """The functions above, for tests: modules of tests cannot import each other."""

    class Eye:
        timeline = staticmethod(timeline)
        generated = staticmethod(generated)
        artist_frames = staticmethod(artist_frames)
        everything = staticmethod(everything)
        bits = staticmethod(bits)
        bar = staticmethod(bar)

    return Eye


@pytest.fixture
def edit() -> Callable[[Any, int], None]:
    """Move one point of a frame, as an artist's brush would."""

    def move(layer: Any, number: int) -> None:
        drawing = adapter.frame_at(layer, number).drawing
        position = adapter.read_curves(drawing).attributes["position"].values.copy()
        position[0, 2] += 0.25
        adapter.set_attribute(drawing, "position", Attribute("POINT", "FLOAT_VECTOR", position))

    return move
