"""What was said of strokes is found again by their shape, and by nothing else."""

from __future__ import annotations

import numpy as np

from inkbetween.inference.drawing.contract import Attribute, Curves
from inkbetween.inference.drawing.conversion import selected_strokes
from inkbetween.inference.intent.bindings import NO_BONE
from inkbetween.inference.intent.said import Saying, bone_code, found_again, put_right, stroke_prints

BONES = ("upper", "lower")


def key(*starts: float, **attributes: Attribute) -> Curves:
    """A stroke of three points from each place."""
    points = np.concatenate([np.array([[x, 0, 0], [x + 1, 0, 1], [x + 2, 0, 0]], np.float32) for x in starts])
    offsets = np.arange(0, 3 * len(starts) + 1, 3, dtype=np.int32)
    return Curves(offsets, {"position": Attribute("POINT", "FLOAT_VECTOR", points), **attributes})


def say(curves: Curves, stroke: int, bone: str, frame: int = 1, armature: str = "Rig") -> Saying:
    return Saying("Lines", frame, int(stroke_prints(curves)[stroke]), bone_code(armature, bone))


def test_a_print_is_of_the_shape_alone() -> None:
    width = Attribute("POINT", "FLOAT", np.linspace(0, 1, 6).astype(np.float32))
    assert stroke_prints(key(0, 5)).tolist() == stroke_prints(key(0, 5, radius=width)).tolist()
    assert stroke_prints(key(0, 5)).tolist() == stroke_prints(key(5, 0)).tolist()[::-1]
    assert stroke_prints(key(0, 5))[0] != stroke_prints(key(1e-6, 5))[0]
    closed = Attribute("CURVE", "BOOLEAN", np.array([True, False]))
    assert (stroke_prints(key(0, 5, cyclic=closed)) == stroke_prints(key(0, 5))).tolist() == [False, True]
    assert (stroke_prints(key(*range(50))) > 0).all()


def test_bones_of_armatures_have_codes_of_their_own() -> None:
    codes = {bone_code(armature, bone) for armature in ("Rig", "Rig.001") for bone in (*BONES, NO_BONE)}
    assert len(codes) == 6
    assert min(codes) > 0


def test_it_is_found_whatever_the_order() -> None:
    before, after = key(0, 5, 9), key(9, 0, 7, 5)
    said = [say(before, 0, "upper"), say(before, 2, NO_BONE)]
    found = found_again(said, {"Lines": {1: after}}, {"Lines": {1}}, "Rig", BONES)
    assert found.bones == {"Lines": {1: {1: "upper", 0: NO_BONE}}}
    assert (found.count, found.lost, found.alien) == (2, (), 0)


def test_a_redrawn_stroke_is_lost_and_told() -> None:
    said = [say(key(0, 5), 0, "upper"), say(key(0, 5), 1, "lower")]
    found = found_again(said, {"Lines": {1: key(0, 5.5)}}, {"Lines": {1}}, "Rig", BONES)
    assert found.bones == {"Lines": {1: {0: "upper"}}}
    assert found.lost == (said[1],)


def test_what_was_not_read_is_neither_found_nor_lost() -> None:
    said = [say(key(0), 0, "upper", frame=30)]
    found = found_again(said, {"Lines": {1: key(0)}}, {"Lines": {1, 30}}, "Rig", BONES)
    assert (found.count, found.lost) == (0, ())


def test_a_key_that_was_moved_takes_it_along() -> None:
    said = [say(key(0, 5), 1, "lower", frame=9)]
    keys, frames = {"Lines": {1: key(0, 7), 12: key(0, 5)}}, {"Lines": {1, 12}}
    assert put_right(said, keys, frames) == [Saying("Lines", 12, said[0].stroke, said[0].bone)]
    assert found_again(said, keys, frames, "Rig", BONES).bones == {"Lines": {12: {1: "lower"}}}
    # a copy of the key elsewhere is another key while the first is there
    assert put_right(said, keys, {"Lines": {1, 9, 12}}) == said


def test_bones_of_another_guide_are_counted_and_left_alone() -> None:
    curves = key(0, 5)
    said = [say(curves, 0, "upper", armature="Other"), say(curves, 1, "tail")]
    found = found_again(said, {"Lines": {1: curves}}, {"Lines": {1}}, "Rig", BONES)
    assert (found.count, found.lost, found.alien) == (0, (), 2)


def test_strokes_of_the_same_shape_share_what_was_said() -> None:
    curves = key(0, 5, 0)
    found = found_again([say(curves, 0, "upper")], {"Lines": {1: curves}}, {"Lines": {1}}, "Rig", BONES)
    assert found.bones == {"Lines": {1: {0: "upper", 2: "upper"}}}


def test_a_stroke_is_selected_by_any_of_its_points() -> None:
    assert selected_strokes(key(0, 5)).tolist() == [True, True]
    points = Attribute("POINT", "BOOLEAN", np.array([0, 0, 0, 0, 0, 1], bool))
    assert selected_strokes(key(0, 5, **{".selection": points})).tolist() == [False, True]
    strokes = Attribute("CURVE", "BOOLEAN", np.array([True, False]))
    assert selected_strokes(key(0, 5, **{".selection": strokes})).tolist() == [True, False]
