"""Layers that travel: drawn in their own space, measured where their keys are, by themselves where they part."""

from __future__ import annotations

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Attribute, Curves
from inkbetween.inference.drawing.placement import Placement, is_usable, laid
from inkbetween.inference.geometry.points import Array
from inkbetween.inference.skeletons.rig import Rig
from inkbetween.inference.skeletons.view import Recording
from inkbetween.inference.tween.object_tween import Key, Layer, ObjectTween
from inkbetween.inference.tween.plan import TweenSettings

ENDS = (1, 9)
FRAMES = range(-3, 14)


def limb(angle: float, seed: int = 0) -> Curves:
    """Both sides of a limb of length 2 that turns about the origin, and a mark on it."""
    along = np.linspace(0.1, 2.0, 16)
    sides = [np.column_stack([along, np.full(16, y) + 0.02 * np.sin(5 * along + seed)]) for y in (-0.2, 0.2)]
    strokes = [*sides, np.column_stack([np.full(16, 1.4), np.linspace(-0.15, 0.1, 16)])]
    c, s = np.cos(angle), np.sin(angle)
    flat = np.concatenate(strokes) @ np.array([[c, s], [-s, c]])
    position = np.column_stack([flat[:, 0], np.zeros(len(flat)), flat[:, 1]]).astype(np.float32)
    return Curves(np.arange(4, dtype=np.int32) * 16, {"position": Attribute("POINT", "FLOAT_VECTOR", position)})


KEYS = [Key(1, limb(0.0)), Key(9, limb(1.1, 2)), Key(17, limb(1.6, 4))]


def matrix(place: tuple[float, float, float] = (0, 0, 0), scale: tuple[float, float, float] = (1, 1, 1)) -> Array:
    out = np.diag([*scale, 1.0])
    out[:3, 3] = place
    return out


def turned(angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0, 0], [s, c, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]])


def moving(*there: Array) -> Placement:
    """At frames 1, 9, 17 as given, in between on the way, as far as that is asked for at all."""
    frames = np.arange(-3, 22)
    rows = [[np.interp(frames, (1, 9, 17), [m[i, j] for m in there]) for j in range(4)] for i in range(4)]
    return Placement.of(frames.tolist(), np.moveaxis(np.array(rows), -1, 0))


def places(tween: ObjectTween, layer: int = 0, gap: int = 0, t: float = 0.5) -> Array:
    return tween.inbetween(layer, gap, t).attributes["position"].values.astype(np.float64)


def test_what_was_not_read_is_not_made_up() -> None:
    placement = moving(matrix(), matrix((1, 0, 0)), matrix())
    assert placement.at(9)[0, 3] == 1.0
    assert placement.along([1.0, 9.0]).shape == (2, 4, 4)
    for frame in (-4, 99):
        with pytest.raises(ValueError, match=f"frame {frame} was not read"):
            placement.at(frame)
    still = Placement.of([1, 9], np.stack([matrix((3, 0, 0))] * 2))
    assert still.is_still
    assert still.at(99)[0, 3] == 3.0
    assert not is_usable(matrix(scale=(1, 0, 1)))
    assert not is_usable(matrix((np.nan, 0, 0)))


@pytest.mark.parametrize(
    "placement",
    [
        moving(matrix((5, 0, 1)), matrix((-900, 3, 2)), matrix()),
        moving(turned(0.4), turned(2.9), turned(-1.0)),
        moving(matrix(scale=(0.05, 0.05, 0.05)), matrix(scale=(3, 3, 3)), matrix()),
        moving(matrix(scale=(1e-9, 1e-9, 0)), matrix((4, 0, 0)), matrix()),
    ],
    ids=["moved", "turned", "scaled", "flat in one key"],
)
def test_a_layer_that_is_carried_is_drawn_as_one_that_stays(placement: Placement) -> None:
    still, carried = (ObjectTween([Layer(KEYS, where)]) for where in (np.eye(4), placement))
    for gap in (0, 1):
        assert places(carried, 0, gap) == pytest.approx(places(still, 0, gap), abs=2e-3)


def test_the_paper_is_that_of_the_key_that_is_squashed_less() -> None:
    squashed = moving(matrix(scale=(1, 1, 0.02)), matrix(scale=(2, 2, 2)), matrix())
    (paper,) = laid([squashed], ENDS)
    assert paper == pytest.approx(np.eye(4), abs=1e-5)
    both = moving(matrix(scale=(2, 1, 1)), matrix((7, 0, 0), (4, 2, 2)), matrix())
    (paper,) = laid([both], ENDS)
    assert paper[0, 0] / paper[2, 2] == pytest.approx(2.0, abs=1e-3)
    assert np.linalg.det(paper[:3, :3]) == pytest.approx(1.0, abs=1e-3)


def test_a_gap_is_the_same_whatever_the_layer_does_elsewhere() -> None:
    """Bit for bit: turning, growing and travelling have no say in the plane."""
    one = moving(turned(0.3), turned(0.9), turned(1.4))
    other = moving(matrix((3, 1, 0), (0.5, 0.5, 0.5)), matrix(), matrix((0, 9, 0)))
    first, second = (ObjectTween([Layer(KEYS, where)]) for where in (one, other))
    assert (places(first) == places(second)).all()


def test_layers_carried_together_are_planned_together() -> None:
    carrier = moving(matrix(), matrix((4, 0, 2), (0.3, 0.3, 0.3)), turned(0.5))
    own = matrix((1, 0, 0.5), (2, 2, 2))
    above = Placement(carrier.frames, carrier.matrices @ own)
    tween = ObjectTween([Layer(KEYS, carrier), Layer(KEYS, above)])
    assert tween.together(0, 0) == (0, 1)
    assert tween.together(1, 1) == (0, 1)
    still = ObjectTween([Layer(KEYS, np.eye(4)), Layer(KEYS, own)])
    for layer in (0, 1):
        assert places(tween, layer) == pytest.approx(places(still, layer), abs=2e-3)


@pytest.mark.parametrize("first", [0, 1])
def test_a_layer_that_moves_against_the_others_is_drawn_by_itself(first: int) -> None:
    """Planned with them, it would undo on the way what carries it."""
    moves = moving(matrix(), matrix((4, 0, 0)), matrix((4, 0, 0)))
    layers = [Layer(KEYS, np.eye(4)), Layer(KEYS, moves)]
    tween = ObjectTween(layers if first == 0 else layers[::-1])
    alone = ObjectTween([Layer(KEYS, np.eye(4))])
    for layer in (0, 1):
        assert tween.together(layer, 0) == (layer,)
        assert places(tween, layer) == pytest.approx(places(alone), abs=2e-3)
    # from the second key on they keep still to each other
    assert tween.together(0, 1) == (0, 1)


def rig() -> Rig:
    """A bone in the limb, which goes another way between the keys than the shortest."""
    angle = np.interp(FRAMES, (1, 9), (0.0, 1.1)) + 0.5 * np.sin(np.pi * np.clip((np.array(FRAMES) - 1) / 8, 0, 1))
    tails = np.stack([2 * np.cos(angle), np.zeros(len(FRAMES)), 2 * np.sin(angle)], 1)[:, None]
    return Rig(("limb",), np.array([-1]), np.array(FRAMES, float), np.zeros_like(tails), tails)


def test_a_guide_is_seen_from_each_layers_own_paper() -> None:
    """Two layers that part: the guide stays with the one that stays, whichever lies below."""
    settings = TweenSettings(hidden=False)
    moves = moving(matrix((0, 0, 3)), matrix((5, 0, 3)), matrix((5, 0, 3)))
    alone = ObjectTween([Layer(KEYS[:2], np.eye(4))], settings, guide=Recording(rig()))
    for order in (slice(None), slice(None, None, -1)):
        layers = [Layer(KEYS[:2], np.eye(4)), Layer(KEYS[:2], moves)][order]
        tween = ObjectTween(layers, settings, guide=Recording(rig()))
        stays = 0 if layers[0].placement.is_still else 1
        assert (places(tween, stays) == places(alone)).all()


def test_a_guide_that_is_carried_along_leads_as_if_all_stayed() -> None:
    carrier = moving(matrix(), matrix((6, 0, 1), (0.5, 0.5, 0.5)), matrix((6, 0, 1)))
    still = ObjectTween([Layer(KEYS[:2], np.eye(4))], guide=Recording(rig()))
    along = Recording(rig().carried(carrier.along(FRAMES)))
    carried = ObjectTween([Layer(KEYS[:2], carrier)], guide=along)
    assert places(carried) == pytest.approx(places(still), abs=1e-3)
