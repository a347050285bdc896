"""The benchmark as a command: the engine alone on a small folder, saved, compared, drawn."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from inkbetween.inference.drawing.contract import Drawing
from inkbetween.inference.tween.engines import settings_of
from inkbetween.inference.tween.plan import TweenPlan, plan_tween
from inkbetween.tools.bench import cli, methods, report
from inkbetween.tools.bench.drawings.rigged import displaced, load_rig
from inkbetween.tools.bench.drawings.sequences import load
from inkbetween.tools.bench.drawings.synthetic import pair
from inkbetween.tools.bench.methods import engine
from inkbetween.tools.bench.methods.baselines import assignment, cross_fade, hold
from inkbetween.tools.bench.methods.named import methods_of


def wave(shift: float, down: float = 0.0) -> np.ndarray:
    x = np.linspace(0, 300, 40)
    return np.stack([400 + x + shift, 300 + down + 60 * np.sin(x / 50)], axis=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One sequence: two waves that slide to the right, drawn in turn forwards and backwards."""
    arrays: dict[str, np.ndarray] = {}
    for k in range(9):
        strokes = [wave(8 * k), wave(8 * k, 150)[::-1]]
        strokes = strokes[:: -1 if k % 2 else 1]
        arrays[f"p{k}"] = np.concatenate(strokes).astype(np.float32)
        arrays[f"n{k}"] = np.array([40, 40], np.int32)
    np.savez(tmp_path / "waves.npz", **arrays)
    return tmp_path


def add_rig(folder: Path, rest: np.ndarray, pose: np.ndarray) -> None:
    """Give the sequence an armature of bones in a chain."""
    count = len(rest)
    with np.load(folder / "waves.npz") as archive:
        arrays = dict(archive)
    names = np.array([f"bone {number}" for number in range(count)])
    arrays |= {"bones": names, "parents": np.arange(count) - 1, "rest": rest, "pose": pose}
    np.savez(folder / "waves.npz", **arrays, px_per_unit=np.array(200.0))


def test_engine_mode_scores_saves_compares_and_draws(folder: Path, capsys: pytest.CaptureFixture[str]):
    out = folder / "out"
    common = [str(folder), "--engine", "--gaps", "2,4", "--sheet", str(out / "sheet.png")]
    assert cli.main([*common, "--methods", "truth,assignment,ours", "--save", str(out / "run.json")]) == 0
    results = report.restore(out / "run.json")
    assert {(r.gap, r.method) for r in results} == {
        (gap, method) for gap in (2, 4) for method in ("truth", "hold", "assignment", "ours")
    }
    by_name = {(r.gap, r.method): r.score for r in results}
    assert by_name[2, "truth"].f1 == 1
    assert by_name[4, "hold"].f1 < 0.5 < by_name[4, "assignment"].f1
    assert by_name[4, "hold"].evenness == pytest.approx(0, abs=0.01)
    assert (out / "sheet_gap4.png").stat().st_size > 1000
    capsys.readouterr()
    assert cli.main([*common, "--no-sheet", "--compare", str(out / "run.json")]) == 0
    printed = capsys.readouterr().out
    assert "gap 4, 1 sequences" in printed
    assert "(+0.000)" in printed


def test_ablation_tells_the_networks_apart(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    asked = []

    def plan(a: Drawing, b: Drawing, **options: Any) -> TweenPlan:
        asked.append(options["settings"])
        return plan_tween(a, b, **{**options, "settings": settings_of("CLASSICAL")})

    monkeypatch.setattr(engine, "plan_tween", plan)
    assert cli.main([str(folder), "--engine", "--ablation", "--gaps", "8", "--no-sheet"]) == 0
    assert asked == [settings_of(name) for name in ("CLASSICAL", "CORRESPONDENCE", "MOTION", "LEARNED")]
    header, *rows = capsys.readouterr().out.splitlines()[:6]
    assert [row.split()[1] for row in rows] == ["hold", "classical", "learned-correspondence", "learned-motion", "ours"]
    places = [header.index(name) + len(name) for name in ("CD/hold", "F1@2", "s/pair")]
    assert all(float(row[place - 5 : place]) >= 0 for row in rows[1:] for place in places)


def test_a_guide_is_what_the_file_holds_seen_by_its_camera(folder: Path):
    """Two bones, the second half a turn about z from rest in frame 1; 200 px a unit, 5 units from the camera."""
    rest, pose = np.tile(np.eye(4), (2, 1, 1)), np.tile(np.eye(4), (2, 2, 1, 1))
    rest[1, :3, 3] = (0, 1, 0)
    pose[..., 2, 3] = -5.0
    pose[:, 1, :3, 3] += (0, 1, 0)
    pose[1, 1, :2, :2] *= -1
    add_rig(folder, rest, pose)
    guide = load_rig(load(folder / "waves.npz")).guide()
    assert guide.head == pytest.approx(np.array([[[0, 0], [0, 2]], [[0, 0], [0, 2]]]))
    assert guide.tail == pytest.approx(np.array([[[0, 2], [0, 3]], [[0, 2], [0, 1]]]))
    assert guide.head_depth == pytest.approx(np.zeros((2, 2)))
    off = displaced(guide)
    assert np.ptp(off.head[0, :, 1]) == pytest.approx(1.15 * 2)
    assert off.head[0, 0, 0] == pytest.approx(0.05 * 3)
    assert off.frames.tolist() == [2, 3]


def test_guided_methods_are_asked_of_the_engine(folder: Path, capsys: pytest.CaptureFixture[str]):
    add_rig(folder, np.eye(4)[None], np.tile(np.eye(4), (9, 1, 1, 1)))
    common = [str(folder), "--engine", "--gaps", "8", "--no-sheet"]
    assert cli.main([*common, "--methods", "guided,guided-off"]) == 0
    assert [row.split()[1] for row in capsys.readouterr().out.splitlines()[1:4]] == ["hold", "guided", "guided-off"]


def test_guided_methods_ask_for_an_armature(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert cli.main([str(folder), "--engine", "--gaps", "8", "--no-sheet", "--methods", "guided"]) == 1
    assert "waves.npz: has no armature to guide by; array bones is missing" in capsys.readouterr().err


@pytest.mark.parametrize(("engine_alone", "module"), [(True, "engine"), (False, "in_blender")])
def test_guided_methods_run_through_the_operator_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, engine_alone: bool, module: str
):
    ours = SimpleNamespace(start=lambda: None, tween=lambda *_, **asked: (module, asked))
    monkeypatch.setitem(sys.modules, f"inkbetween.tools.bench.methods.{module}", ours)
    monkeypatch.setattr(methods, module, ours, raising=False)
    chosen = methods_of(["ours", "guided", "guided-off"], engine_alone)
    called = {name: method(None, 4) for name, method in chosen.items()}  # type: ignore[arg-type]
    assert called == {
        "ours": (module, {"engine": "LEARNED"}),
        "guided": (module, {"guided": "true"}),
        "guided-off": (module, {"guided": "off"}),
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "no such folder"),
        (["--gaps", "1"], "--gaps 1"),
        (["--gaps", "two"], "--gaps two"),
        (["--methods", "magic"], "magic"),
        (["--gaps", "50"], "long enough"),
    ],
)
def test_wrong_arguments_are_explained(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
):
    where = [] if arguments == ["nowhere"] else [str(folder)]
    assert cli.main([*where, *arguments, "--engine"]) == 1
    assert message in capsys.readouterr().err


def test_comparing_with_something_else(folder: Path, capsys: pytest.CaptureFixture[str]):
    other = folder / "other.json"
    other.write_text("[1, 2]")
    assert cli.main([str(folder), "--engine", "--compare", str(other)]) == 1
    assert "other.json" in capsys.readouterr().err


def test_hold_changes_over_in_the_middle():
    a, b = [wave(0)], [wave(80)]
    assert hold(a, b, 3) == [a, a, b]


def test_assignment_moves_reordered_reversed_strokes_straight():
    a = [wave(0), wave(0, 150)]
    b = [wave(40, 150)[::-1], wave(40)]
    (middle,) = assignment(a, b, 1)
    drawn = np.concatenate(middle)
    expected = np.concatenate([wave(20), wave(20, 150)])
    nearest = np.linalg.norm(drawn[:, None] - expected[None], axis=-1).min(1)
    assert nearest.max() < 8


def test_assignment_with_an_empty_key():
    drawn = assignment([], [wave(0)], 3)
    assert [len(frame) for frame in drawn] == [0, 0, 1]


@pytest.mark.parametrize("layout", ["dense", "crowd"])
def test_synthetic_pairs_have_the_strokes_asked_for(layout: str):
    a, b = pair(57, layout)  # type: ignore[arg-type]
    assert len(a) == len(b) == 57
    again, _ = pair(57, layout)  # type: ignore[arg-type]
    assert all(np.array_equal(x, y) for x, y in zip(a, again, strict=True))


def test_cross_fade_shows_both_keys_the_nearer_one_above():
    assert cross_fade([1], [2], 3) == [[2, 1], [2, 1], [1, 2]]
