"""Redrawing changes strokes and hand, never the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from inkbetween.training.clips.augment import View, seen_through
from inkbetween.training.clips.clip import Labelled
from inkbetween.training.clips.redraw import FARTHEST, redraw
from inkbetween.training.clips.style import CLEAN, ROUGH, TIDY, Style

T, OWN = 5, 2
STILL = Style(splits=0, corner_splits=0, part_splits=0, joins=0, uneven_joins=0, reseam=0, flips=0, shuffle=0)


def labelled(*strokes: np.ndarray) -> Labelled:
    """Strokes that move by (30, 10) px a drawing, drawn everywhere but in the last drawing; parts change half way."""
    xy = np.concatenate(strokes).astype(np.float32)
    offsets = np.cumsum([0, *(len(s) for s in strokes)])
    half = np.concatenate([np.arange(len(s)) >= len(s) / 2 for s in strokes])
    track = xy + (np.arange(T) - OWN)[:, None, None] * np.array([30, 10])
    seen = np.ones((T, len(xy)), bool)
    seen[-1] = False
    return Labelled(
        xy, offsets, half.astype(np.uint8), half.astype(np.int16), xy[:, 0] * 2, track.astype(np.float32), seen
    )


def straight(start: tuple[float, float], stop: tuple[float, float], count: int = 41) -> np.ndarray:
    return np.linspace(start, stop, count)


def ring(centre: tuple[float, float], radius: float, count: int = 90) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, count)
    return np.stack([centre[0] + radius * np.cos(angle), centre[1] + radius * np.sin(angle)], axis=1)


def figure() -> Labelled:
    corner = np.concatenate([straight((500, 300), (600, 300), 26), straight((600, 304), (600, 400), 25)])
    return labelled(
        straight((100, 100), (300, 100)),
        straight((300, 100), (480, 130)),
        straight((200, 100), (210, 280)),
        ring((700, 200), 60),
        corner,
        np.array([[50.0, 50.0]]),
    )


def ink(frame: Labelled) -> float:
    step = np.hypot(*np.diff(frame.xy, axis=0).T)
    return float(step[np.diff(frame.stroke_of_point) == 0].sum())


def strokes(frame: Labelled) -> list[np.ndarray]:
    return np.split(frame.xy, frame.offsets[1:-1])


@pytest.mark.parametrize("style", [CLEAN, TIDY, ROUGH])
def test_arrays_fit_together_and_points_lie_close(style: Style) -> None:
    for seed in range(20):
        drawn = redraw(figure(), np.random.default_rng(seed), style)
        count = len(drawn.xy)
        assert drawn.offsets[0] == 0
        assert drawn.offsets[-1] == count
        assert (np.diff(drawn.offsets) > 0).all()
        assert drawn.track.shape == (T, count, 2)
        assert drawn.seen.shape == (T, count)
        for values, kind in (
            (drawn.xy, np.float32),
            (drawn.track, np.float32),
            (drawn.depth, np.float32),
            (drawn.offsets, np.int64),
            (drawn.kind, np.uint8),
            (drawn.part, np.int16),
            (drawn.seen, np.bool_),
        ):
            assert values.dtype == kind
        assert len(drawn.kind) == len(drawn.part) == len(drawn.depth) == count
        assert np.isfinite(drawn.xy).all()
        step = np.hypot(*np.diff(drawn.xy, axis=0).T)
        assert step[np.diff(drawn.stroke_of_point) == 0].max() <= FARTHEST + 1e-3


def test_the_same_seed_draws_the_same() -> None:
    one, same, other = (redraw(figure(), np.random.default_rng(seed), ROUGH) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.xy, same.xy)
    np.testing.assert_array_equal(one.track, same.track)
    assert one.xy.shape != other.xy.shape or not np.array_equal(one.xy, other.xy)


def test_a_style_that_changes_nothing_changes_nothing() -> None:
    before, after = figure(), redraw(figure(), np.random.default_rng(0), STILL)
    np.testing.assert_array_equal(after.offsets, before.offsets)
    for name in ("xy", "depth", "track", "kind", "part", "seen"):
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), atol=1e-4)


def test_clean_draws_the_same_lines_with_other_strokes() -> None:
    before = figure()
    drawings = [redraw(before, np.random.default_rng(seed), CLEAN) for seed in range(20)]
    for after in drawings:
        # Joining bridges gaps of up to 3 px.
        assert ink(after) == pytest.approx(ink(before), rel=1e-2)
        assert cKDTree(before.xy).query(after.xy)[0].max() < 4
        np.testing.assert_allclose(after.track[OWN], after.xy, atol=1e-3)
    assert len({len(after.offsets) for after in drawings}) > 3
    # Beginnings and ends lie elsewhere, and some strokes run the other way.
    firsts = {tuple(np.round(strokes(after)[0][0]).tolist()) for after in drawings}
    assert len(firsts) > 5


def test_joined_lines_are_one_stroke_and_a_corner_may_be_cut() -> None:
    pair = labelled(straight((100, 100), (200, 100)), straight((300, 102), (201, 101)))
    joined = redraw(pair, np.random.default_rng(0), replace(STILL, joins=1))
    assert len(joined.offsets) == 2
    assert abs(np.ptp(joined.xy[:, 0]) - 200) < 1
    assert len(redraw(pair, np.random.default_rng(0), replace(STILL, uneven_joins=1)).offsets) == 3
    corner = labelled(np.concatenate([straight((0, 0), (100, 0), 26), straight((100, 4), (100, 100), 25)]))
    cut = redraw(corner, np.random.default_rng(0), replace(STILL, corner_splits=1))
    assert len(cut.offsets) == 3
    np.testing.assert_allclose(strokes(cut)[0][-1], (100, 0))
    np.testing.assert_allclose(strokes(cut)[1][0], (100, 0))


def test_a_part_change_may_be_cut_and_keeps_both_parts() -> None:
    cut = redraw(labelled(straight((0, 0), (100, 0), 26)), np.random.default_rng(0), replace(STILL, part_splits=1))
    assert len(cut.offsets) == 3
    assert [set(part.tolist()) for part in np.split(cut.part, cut.offsets[1:-1])] in ([{0}, {1}], [{0, 1}, {1}])


def test_a_closed_line_begins_elsewhere_and_stays_whole() -> None:
    before = labelled(ring((300, 300), 100))
    for seed in range(5):
        after = redraw(before, np.random.default_rng(seed), replace(STILL, reseam=1))
        assert len(after.offsets) == 2
        assert ink(after) == pytest.approx(ink(before), rel=1e-3)
        assert np.hypot(*(after.xy[0] - after.xy[-1])) < 1
        assert np.hypot(*(after.xy[0] - before.xy[0])) > 1


def test_resampled_lines_keep_their_corners() -> None:
    corner = labelled(np.concatenate([straight((0, 0), (100, 0), 18), straight((100, 6), (100, 100), 17)]))
    for spacing in (2.7, 3.3, 4.5):
        drawn = redraw(corner, np.random.default_rng(0), replace(STILL, spacing=spacing))
        assert cKDTree(drawn.xy).query((100, 0))[0] < 1e-3
        assert ink(drawn) == pytest.approx(ink(corner), abs=1e-2)


@pytest.mark.parametrize("style", [TIDY, ROUGH])
def test_tracks_stay_the_truth_of_the_clean_line(style: Style) -> None:
    before = figure()
    for seed in range(20):
        after = redraw(before, np.random.default_rng(seed), style)
        own = after.seen.any(axis=0)
        # On the clean line in every drawing, moving as the line moves, near where the hand drew it.
        assert cKDTree(before.xy).query(after.track[OWN][own])[0].max() < 4
        np.testing.assert_allclose(
            after.track[4] - after.track[1], np.broadcast_to((90, 30), after.xy.shape), atol=1e-2
        )
        far = np.hypot(*(after.xy - after.track[OWN]).T)
        assert far.max() < style.wobble * 1.5 + style.part_offset + style.overshoot + 5 * style.tremor + 0.5
        assert far.max() > style.part_offset / 4
        np.testing.assert_array_equal(
            after.seen[:, own], np.broadcast_to((np.arange(T) < T - 1)[:, None], (T, own.sum()))
        )


def test_missing_and_extra_ink_stay_within_the_style() -> None:
    before = figure()
    some_missing = some_extra = 0
    for seed in range(30):
        less = redraw(before, np.random.default_rng(seed), replace(CLEAN, missing=0.15))
        assert 0.84 * ink(before) < ink(less) <= ink(before) * 1.001
        some_missing += ink(less) < 0.97 * ink(before)
        more = redraw(before, np.random.default_rng(seed), replace(CLEAN, extra=0.08))
        assert 0.999 * ink(before) <= ink(more) < 1.12 * ink(before)
        extra = ~more.seen.any(axis=0)
        assert ink(more) > ink(before) * 1.01 or extra.mean() < 0.05
        some_extra += bool(extra.any())
        # A stroke is extra or it is not, and goes along with the line beside it.
        assert all(len(set(flags.tolist())) == 1 for flags in np.split(extra, more.offsets[1:-1]))
        np.testing.assert_allclose(more.track[OWN], more.xy, atol=1e-2)
        assert cKDTree(before.xy).query(more.xy[extra])[0].max(initial=0) < 50
    assert some_missing > 10
    assert some_extra > 15


def test_strokes_miss_their_ends_as_the_style_has_it() -> None:
    line = labelled(straight((100, 100), (300, 100)))
    length = [ink(redraw(line, np.random.default_rng(s), replace(STILL, overshoot=8, spacing=4))) for s in range(40)]
    assert 184 <= min(length) < 196
    assert 204 < max(length) <= 216
    tee = labelled(straight((100, 100), (300, 100)), straight((200, 100), (200, 200)))
    for seed in range(10):
        gapped = redraw(tee, np.random.default_rng(seed), replace(STILL, gaps=1, spacing=4))
        stem = strokes(gapped)[1]
        assert 101 <= stem[0, 1] <= 103.1
        assert stem[-1, 1] == pytest.approx(200)


def test_nothing_and_dots_can_be_redrawn() -> None:
    empty = labelled(np.zeros((0, 2)))
    assert len(redraw(empty, np.random.default_rng(0), ROUGH).xy) == 0
    dots = labelled(np.array([[10.0, 10.0]]), np.array([[20.0, 20.0], [20.0, 20.0]]))
    for seed in range(10):
        drawn = redraw(dots, np.random.default_rng(seed), ROUGH)
        assert len(drawn.offsets) >= 2
        assert np.isfinite(drawn.track).all()


def test_random_styles_differ_and_stay_within_bounds() -> None:
    styles = [Style.random(np.random.default_rng(seed)) for seed in range(100)]
    assert len(set(styles)) == 100
    for name, most in (("wobble", 2.5), ("part_offset", 2), ("overshoot", 8), ("missing", 0.15), ("extra", 0.08)):
        values = [getattr(style, name) for style in styles]
        assert min(values) == 0
        assert most / 2 < max(values) <= most


def test_a_view_moves_drawings_and_tracks_alike() -> None:
    frame = figure()
    for seed in range(20):
        view = View.random(np.random.default_rng(seed))
        assert 0.6 - 1e-9 <= view.scale <= 1.2 + 1e-9
        (seen,) = seen_through(view, [frame])
        np.testing.assert_allclose(seen.track[OWN], seen.xy, atol=1e-3)
        step, scaled = (np.hypot(*np.diff(one.track[4], axis=0).T) for one in (frame, seen))
        np.testing.assert_allclose(scaled, step * view.scale, atol=1e-2)
        np.testing.assert_allclose(seen.depth, frame.depth * view.scale, rtol=1e-5)
    mirrored = [np.linalg.det(View.random(np.random.default_rng(seed)).matrix) < 0 for seed in range(40)]
    assert 5 < sum(mirrored) < 35
