"""Confidence is fitted to what is true of clips, and says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inkbetween.inference.confidence.evidence import SIGNS
from inkbetween.inference.networks import weights
from inkbetween.training.calibration import calibrate
from inkbetween.training.calibration.calibrate import Judged, fit_calibration, honesty_of, judged_pairs
from inkbetween.training.cli import main
from inkbetween.training.clips.clip import save_clip
from inkbetween.training.clips.library import Clips, list_clips
from inkbetween.training.figures.generate import make_clip


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    folder = tmp_path_factory.mktemp("clips")
    for index in range(2):
        save_clip(make_clip(3, index), folder / f"{index}.npz")
    return Clips(list_clips(folder))


def judged(clips: Clips, gap: int, monkeypatch: pytest.MonkeyPatch) -> list[Judged]:
    """Classical pairs `gap` frames apart."""
    monkeypatch.setattr(calibrate, "GAPS", np.array([gap]))
    monkeypatch.setattr(calibrate, "CHANCES", np.array([1.0]))
    return judged_pairs(clips, 4, False, 0)


def share_right(pairs: list[Judged]) -> float:
    ink = np.concatenate([pair.spans.ink for pair in pairs])
    return float(np.average(np.concatenate([pair.spans.right for pair in pairs]), weights=ink))


def test_truth_and_confidence(clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    near, far = judged(clips, 1, monkeypatch), judged(clips, 8, monkeypatch)
    for pair in near + far:
        count = len(pair.spans.ink)
        assert pair.spans.signs.shape == pair.asked.shape == (count, len(SIGNS))
        assert pair.spans.middle is not None
        for share in (pair.spans.right, pair.unmatched.right, pair.spans.middle[0]):
            assert ((share >= 0) & (share <= 1 + 1e-9)).all()
    # what hardly moved is found, what moved far is less so
    assert share_right(near) > 0.8
    assert share_right(far) < share_right(near) - 0.15
    calibration = fit_calibration(near + far)
    honesty = honesty_of(near + far, calibration)
    assert honesty.after.error < 0.05 < honesty.before.error
    assert honesty.middle.error < 0.08
    assert honesty.sharp > 0.7
    sure = [calibration.bent(calibration.said(pair.asked)).mean() for pair in near + far]
    assert min(sure[: len(near)]) > max(sure[len(near) :])


def test_calibrating_asks_for_clips_and_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    order = ["calibrate", "--clips", str(tmp_path), "--plot", str(tmp_path / "plot.png")]
    assert main([*order, "--engine", "learned"]) == 1
    assert "train and export" in capsys.readouterr().err
    assert main([*order, "--engine", "classical"]) == 1
    assert "clips is for validation" in capsys.readouterr().err
    assert not (tmp_path / "plot.png").exists()
