"""The engines are measured against what is true of clips."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inkbetween.inference.correspondence.spans import Span
from inkbetween.inference.networks import weights
from inkbetween.inference.tween.engines import settings_of
from inkbetween.training.calibration import evaluate
from inkbetween.training.calibration.evaluate import BINS, WHY, KeyPair, Row, figures_of, judge_engine, key_pairs
from inkbetween.training.cli import main
from inkbetween.training.clips.clip import Clip, Labelled, save_clip
from inkbetween.training.clips.library import Clips, list_clips
from inkbetween.training.clips.split import Split
from inkbetween.training.clips.style import CLEAN, Style
from inkbetween.training.commands import evaluating
from inkbetween.training.figures.generate import make_clip

CLASSICAL = settings_of("CLASSICAL")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    for index in range(2):
        save_clip(make_clip(3, index), folder / f"{index}.npz")
    return folder


@pytest.fixture(scope="module")
def clips(folder: Path) -> Clips:
    return Clips(list_clips(folder))


def slid_clip(by: float, moved: float) -> Clip:
    """Two drawings of a line and a zigzag that go down together; in truth the line also slides along itself."""
    x = np.arange(0.0, 401.0, 4.0)
    frames = []
    for k in range(2):
        line = np.stack([200 + x, np.full(len(x), 200.0)], 1)
        zigzag = np.stack([200 + x, 400 + 40 * (np.arange(len(x)) // 20 % 2) + x / 9], 1)
        down = np.array([0.0, moved])
        xy = np.concatenate([line, zigzag]) + k * down
        track = np.stack([xy + (j - k) * down for j in range(2)])
        track[:, : len(x), 0] += by * (np.arange(2)[:, None] - k)
        seen = np.ones((2, len(xy)), bool)
        # what slid over the end is there no more
        beyond = (track[:, : len(x), 0] < 200 - 1e-6) | (track[:, : len(x), 0] > 600 + 1e-6)
        seen[:, : len(x)] &= ~beyond
        part = np.repeat([0, 1], len(x)).astype(np.int16)
        offsets = np.array([0, len(x), 2 * len(x)])
        zero = np.zeros(len(xy))
        frames.append(
            Labelled(
                xy.astype(np.float32),
                offsets,
                zero.astype(np.uint8),
                part,
                zero.astype(np.float32),
                track.astype(np.float32),
                seen,
            )
        )
    return Clip("ruler", "slide", "test", ("line", "zigzag"), tuple(frames))


def pairs_of(clip: Clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, style: Style) -> list[KeyPair]:
    save_clip(clip, tmp_path / "clip.npz")
    monkeypatch.setattr(evaluate.Style, "any", lambda _: style)
    return list(key_pairs(Clips(list_clips(tmp_path)), 1, 3, 0))


WHOLE = replace(CLEAN, splits=0.0, corner_splits=0.0, part_splits=0.0, joins=0.0)


def judged(clip: Clip, folder: Path, monkeypatch: pytest.MonkeyPatch, style: Style = WHOLE) -> list[Row]:
    return [judge_engine(keys, CLASSICAL, "x") for keys in pairs_of(clip, folder, monkeypatch, style)]


def share(rows: list[Row], name: str) -> float:
    return figures_of(rows)[name]


def test_what_stays_is_found_and_what_slid_is_said_to_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    still = judged(slid_clip(0, 6), tmp_path / "0", monkeypatch)
    assert share(still, "within") == share(still, "best") == 1.0
    assert all(sum(row.why.values()) == 0 and sum(row.lone) == 0 for row in still)
    # by no more than SLIDE: on the line, though not where it was; the engine cannot know
    slid = judged(slid_clip(10, 6), tmp_path / "1", monkeypatch)
    assert share(slid, "best") == share(slid, "right") == 1.0
    assert 0.3 < share(slid, "within") < 0.7
    assert share(slid, "slid") == pytest.approx(1.0 - share(slid, "within"))
    # farther: neither right nor near, but on the same part
    far = judged(slid_clip(40, 6), tmp_path / "2", monkeypatch)
    assert share(far, "right") < 0.8
    assert share(far, "astray") > 0.2
    assert share(far, "part") == share(far, "none") == 0.0


def test_the_hand_is_told_from_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = figures_of(judged(slid_clip(0, 6), tmp_path, monkeypatch, replace(WHOLE, wobble=20.0)))
    assert found["best"] < 0.9
    assert found["clean"] > found["within"] + 0.05
    assert found["hand"] > 0.05


def test_a_wrong_limb_and_nothing_at_all_are_wrong(clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = next(key_pairs(clips, 1, 1, 0))
    good = judge_engine(keys, CLASSICAL, "x")
    assert share([good], "within") > 0.6
    honest = evaluate.descend

    def lost(*given: object) -> object:
        footing = honest(*given)  # type: ignore[arg-type]
        return replace(footing, found=replace(footing.found, spans=replace(footing.found.spans, matched=())))

    monkeypatch.setattr(evaluate, "descend", lost)
    none = judge_engine(keys, CLASSICAL, "x")
    assert none.within == none.clean == none.right == 0
    assert none.why["none"] == none.points == good.points
    assert figures_of([none])["recall"] == 1.0

    def shuffled(*given: object) -> object:
        """Every span goes where another one goes."""
        footing = honest(*given)  # type: ignore[arg-type]
        spans = footing.found.spans.matched
        others = spans[len(spans) // 2 :] + spans[: len(spans) // 2]
        wrong = [
            Span(
                one.a,
                other.b,
                one.s,
                np.interp(np.linspace(0, 1, len(one.s)), np.linspace(0, 1, len(other.u)), other.u),
            )
            for one, other in zip(spans, others, strict=True)
        ]
        return replace(footing, found=replace(footing.found, spans=replace(footing.found.spans, matched=tuple(wrong))))

    monkeypatch.setattr(evaluate, "descend", shuffled)
    wrong = judge_engine(keys, CLASSICAL, "x")
    assert wrong.within < 0.2 * wrong.points
    assert wrong.why["astray"] + wrong.why["part"] > 0.5 * wrong.points


def test_pairs_are_the_same_for_the_same_seed(clips: Clips) -> None:
    one, same, other = (list(key_pairs(clips, 4, 3, seed)) for seed in (5, 5, 6))
    assert [keys.frames for keys in one] == [keys.frames for keys in same]
    for first, second in zip(one, same, strict=True):
        np.testing.assert_array_equal(first.drawn[0].xy, second.drawn[0].xy)
        np.testing.assert_array_equal(first.pair.b.match, second.pair.b.match)
        assert abs(first.frames[1] - first.frames[0]) == 4
    assert any(x.drawn[0].xy.shape != y.drawn[0].xy.shape for x, y in zip(one, other, strict=True))
    # keys lie where fragments are asked for
    for key in evaluate.keys_of(one[0]):
        assert key.samples.count == len(key.side.place)


def row(paired: dict[int, int], lone: dict[int, int], points: int = 0, within: int = 0) -> Row:
    has, alone = ([counts.get(k, 0) for k in range(BINS)] for counts in (paired, lone))
    return Row("x", 4, 9, points, within, within, within, points, dict.fromkeys(WHY, 0), has, alone, 1.0, 1.0, 1.0)


def test_figures_are_of_all_fragments_together() -> None:
    low, high = 5, 40
    rows = [row({high: 80, low: 10}, {low: 10}, 90, 90), row({high: 10}, {high - 2: 10}, 10, 0)]
    found = figures_of(rows)
    assert found["within"] == pytest.approx(0.9)
    assert found["alone"] == pytest.approx(20 / 120)
    assert (found["precision"], found["recall"], found["f1"]) == pytest.approx((0.5, 0.5, 0.5))
    # between the two is the threshold that tells them best
    assert found["f1_best"] == pytest.approx(2 * 20 / (30 + 20))
    assert found["threshold"] == pytest.approx((high - 1) / BINS)
    empty = figures_of([row({}, {})])
    assert all(np.isnan(empty[name]) for name in ("within", "precision", "recall", "f1"))


def test_command(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    order = ["evaluate", "--clips", str(folder), "--gaps", "2", "--count", "1"]
    assert main([*order, "--engine", "psychic"]) == 1
    assert "no engine psychic" in capsys.readouterr().err
    assert main([*order, "--count", "0"]) == 1
    assert "at least one pair" in capsys.readouterr().err
    assert main(["evaluate", "--clips", str(tmp_path)]) == 1
    assert "clips is for validation" in capsys.readouterr().err
    monkeypatch.setattr(evaluating.Clips, "of", staticmethod(lambda *_: Clips(list_clips(folder))))
    monkeypatch.setattr(evaluating, "HEAVY", 30)
    monkeypatch.setattr(evaluating, "TRIED", 2)
    saved = tmp_path / "out" / "file.json"
    assert main([*order, "--engine", "classical", "--memory", "--save", str(saved)]) == 0
    said = capsys.readouterr().out
    report = json.loads(saved.read_text())
    (only,) = report["rows"]
    assert only["engine"] == "classical"
    assert only["gap"] == 2
    assert f"{only['points']}" in said
    assert sum(only["why"].values()) == only["points"] - only["within"]
    footprint = report["memory"]["classical"]
    assert footprint["strokes"] >= 30
    assert 0 < footprint["bare"] < footprint["peak"]
    # gaps that no clip is long enough for
    assert main([*order[:3], "--gaps", "60", "--engine", "classical"]) == 1
    assert "gave 0 pairs" in capsys.readouterr().err


def test_without_weights(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="train and export"):
        evaluating.evaluate(folder, 1, [2], Split.VALIDATION, ["learned"])


def test_learned_engine_and_network(clips: Clips) -> None:
    if weights.bundled("correspondence") is None:
        pytest.skip("no weights here")
    keys = list(key_pairs(clips, 1, 2, 0))
    rows = [one for pair in keys for one in evaluating._judged(pair, ["learned"])]
    assert [one.engine for one in rows] == ["learned", evaluating.NETWORK] * 2
    for engine in ("learned", evaluating.NETWORK):
        own = [one for one in rows if one.engine == engine]
        assert share(own, "within") > 0.5
        assert share(own, "best") > 0.9
    assert rows[0].points == rows[1].points
