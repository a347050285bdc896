"""Batch work without Blender: what is finished, what is written, what exit codes say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inkbetween.batch import command, exits, files, fingerprint, settings
from inkbetween.batch.report import Names, gather, summary_of
from inkbetween.batch.result import FAILED, FILLED, NOTHING
from inkbetween.batch.settings import Settings
from inkbetween.batch.shots import Shot, shots_of
from inkbetween.batch.unit import Filled, ShotError, fill_shot, finished
from inkbetween.inference.motion.clock import EASINGS
from inkbetween.inference.tween.engines import ENGINES

PLAIN = Settings()


@pytest.fixture
def shot(tmp_path: Path) -> Shot:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/sh010.blend").write_bytes(b"keys")
    return shots_of([tmp_path / "in/sh010.blend"], tmp_path / "out")[0]


class Filler:
    """Stands for Blender: the output is the source with something added."""

    def __init__(self, drawn: int = 3, libraries: tuple[str, ...] = (), fault: str = "") -> None:
        self.drawn, self.libraries, self.fault, self.calls = drawn, libraries, fault, 0

    def __call__(self, source: Path, target: Path, asked: Settings) -> Filled:
        self.calls += 1
        if self.fault:
            raise ShotError(self.fault)
        if self.drawn:
            target.write_bytes(source.read_bytes() + b"+in-betweens")
        sheet = (1, 1, b"\0\0\0") if asked.render else None
        counts = {"inbetweens": self.drawn, "removed": 0}
        return Filled(('Layer "A" is locked',), self.libraries, "ours", "theirs", counts, {"draw": 0.5}, {}, sheet)


def test_a_shot_is_filled_once(shot: Shot) -> None:
    fill = Filler()
    first = fill_shot(shot, PLAIN, fill)
    assert (first.state, first.left, first.reused) == (FILLED, ('Layer "A" is locked',), False)
    assert shot.target.read_bytes() == b"keys+in-betweens"
    assert shot.source.read_bytes() == b"keys"
    second = fill_shot(shot, PLAIN, fill)
    assert fill.calls == 1
    assert second == replace(first, reused=True)
    assert [path.name for path in sorted(shot.folder.iterdir())] == ["sh010.blend", "sh010.inkbetween.json"]


def touch_source(shot: Shot) -> Settings:
    shot.source.write_bytes(b"other keys")
    return PLAIN


def damage_output(shot: Shot) -> Settings:
    shot.target.write_bytes(b"keys+in-betwee")
    return PLAIN


def remove_output(shot: Shot) -> Settings:
    shot.target.unlink()
    return PLAIN


def damage_record(shot: Shot) -> Settings:
    shot.record.write_text(shot.record.read_text()[:-40])
    return PLAIN


def ask_otherwise(shot: Shot) -> Settings:
    return Settings(step=2)


def ask_for_a_sheet(shot: Shot) -> Settings:
    return Settings(render="contact-sheet")


@pytest.mark.parametrize(
    "change", [touch_source, damage_output, remove_output, damage_record, ask_otherwise, ask_for_a_sheet]
)
def test_whatever_changes_is_done_again(shot: Shot, change: Callable[[Shot], Settings]) -> None:
    fill = Filler()
    fill_shot(shot, PLAIN, fill)
    asked = change(shot)
    assert finished(shot, asked) is None
    assert not fill_shot(shot, asked, fill).reused
    assert fill.calls == 2
    assert fill_shot(shot, asked, fill).reused


def test_other_code_or_weights_do_it_again(shot: Shot, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_shot(shot, PLAIN, Filler())
    for what in ("version", "weights"):
        monkeypatch.setattr(fingerprint, what, lambda: "other")
        assert finished(shot, PLAIN) is None
        monkeypatch.undo()
        assert finished(shot, PLAIN) is not None


def test_a_library_that_changes_does_it_again(shot: Shot, tmp_path: Path) -> None:
    library = tmp_path / "rig.blend"
    library.write_bytes(b"rig")
    fill = Filler(libraries=(str(library),))
    fill_shot(shot, PLAIN, fill)
    assert finished(shot, PLAIN) is not None
    library.write_bytes(b"other rig")
    assert finished(shot, PLAIN) is None


def test_where_nothing_is_drawn_the_output_is_the_source(shot: Shot) -> None:
    result = fill_shot(shot, PLAIN, Filler(drawn=0))
    assert result.state == NOTHING
    assert shot.target.read_bytes() == b"keys"
    assert finished(shot, PLAIN) is not None


def test_a_failure_is_recorded_and_tried_again(shot: Shot) -> None:
    bad = Filler(fault="Library rig.blend is missing.")
    result = fill_shot(shot, PLAIN, bad)
    assert (result.state, result.reason) == (FAILED, "Library rig.blend is missing.")
    assert not shot.target.exists()
    stored = json.loads(shot.record.read_text())
    assert stored["reason"] == "Library rig.blend is missing."
    assert len(stored["fingerprint"]["source"]) == 64
    assert fill_shot(shot, PLAIN, bad).state == FAILED
    assert bad.calls == 2
    assert fill_shot(shot, PLAIN, Filler()).state == FILLED


def test_a_source_that_is_not_there_fails_with_its_name(tmp_path: Path) -> None:
    gone = shots_of([tmp_path / "gone.blend"], tmp_path / "out")[0]
    result = fill_shot(gone, PLAIN, Filler())
    assert result.state == FAILED
    assert "gone.blend cannot be read: No such file" in result.reason


def test_a_source_that_changes_meanwhile_is_not_written(shot: Shot) -> None:
    def fill(source: Path, target: Path, asked: Settings) -> Filled:
        answer = Filler()(source, target, asked)
        source.write_bytes(b"saved by the artist meanwhile")
        return answer

    assert "was changed while" in fill_shot(shot, PLAIN, fill).reason
    assert not shot.target.exists()


def test_a_source_in_place_is_filled_once_and_done_again_when_it_changes(tmp_path: Path) -> None:
    source = tmp_path / "sh010.blend"
    source.write_bytes(b"keys")
    shot = shots_of([source], None, in_place=True)[0]
    fill = Filler()
    fill_shot(shot, PLAIN, fill)
    assert source.read_bytes() == b"keys+in-betweens"
    assert fill_shot(shot, PLAIN, fill).reused
    source.write_bytes(b"the artist drew on")
    assert not fill_shot(shot, PLAIN, fill).reused


def test_leftovers_of_the_dead_are_swept_and_of_the_living_kept(shot: Shot) -> None:
    shot.folder.mkdir()
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    ours = files.unfinished_name(shot.target)
    theirs = ours.with_name(ours.name.replace(f".{os.getpid()}.", f".{dead.pid}."))
    elsewhere = ours.with_name(f".sh010.elsewhere.{dead.pid}.unfinished.blend")
    for path in (ours, theirs, elsewhere):
        path.write_bytes(b"half")
    files.sweep(shot.target)
    assert (ours.exists(), theirs.exists(), elsewhere.exists()) == (True, False, True)
    os.utime(elsewhere, (time.time() - 2 * files.ABANDONED_SECONDS,) * 2)
    files.sweep(shot.target)
    assert not elsewhere.exists()


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "result.json"
    files.write_text(target, "old")

    def full(self: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        files.write_text(target, "new")
    assert target.read_text() == "old"


def test_pictures_are_png(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "two.png"
    path.write_bytes(files.png(2, 1, bytes([255, 0, 0, 0, 0, 255])))
    with Image.open(path) as image:
        assert [image.getpixel((x, 0)) for x in (0, 1)] == [(255, 0, 0), (0, 0, 255)]


def test_settings_survive_the_command_line() -> None:
    asked = Settings(2, "EASE_IN", "", "CLASSICAL", "Ink*,Colour", "-4-9", "CURRENT", 0.25, "contact-sheet")
    words = ["fill", "a.blend", "-o", "out", *asked.arguments()]
    assert command._settings(command._parser().parse_args(words)) == asked
    assert PLAIN.arguments() == []
    assert command._settings(command._parser().parse_args(["fill", "a.blend", "--step=0"])) == PLAIN
    assert asked.digest() != PLAIN.digest()


def test_choices_are_those_of_the_engine() -> None:
    assert list(ENGINES) == list(settings.ENGINES)
    assert list(EASINGS) == list(settings.EASINGS)


def host(fill: Any) -> command.Host:
    return command.Host(fill, lambda source, asked: ["1 object, 3 in-betweens"], (sys.executable, "-c", ""))


def call(*words: Any, fill: Any = None) -> int:
    return command.main([str(word) for word in words], host(fill or Filler()))


def test_exit_codes(shot: Shot, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("fill", shot.source, "-o", shot.folder) == exits.OK
    assert call("fill", shot.source, "-o", shot.folder, "--force", fill=Filler(fault="bad")) == exits.SOME_FAILED
    assert call("fill", shot.source) == exits.USAGE
    assert call("fill", shot.source, "-o", shot.folder, "--step=-1") == exits.USAGE
    assert call("summary", tmp_path / "nowhere") == exits.USAGE
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert call("fill", shot.source, "-o", blocked / "below") == exits.UNAVAILABLE
    assert "Nothing more can be done" in capsys.readouterr().err

    def stopped(source: Path, target: Path, asked: Settings) -> Filled:
        raise KeyboardInterrupt

    assert call("fill", shot.source, "-o", shot.folder, "--force", fill=stopped) == exits.INTERRUPTED


def test_a_dry_run_writes_nothing(shot: Shot, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("fill", shot.source, "-o", shot.folder, "--dry-run") == exits.OK
    assert "sh010: 1 object, 3 in-betweens" in capsys.readouterr().out
    assert not shot.folder.exists()


def test_lists_and_picks(shot: Shot, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = tmp_path / "shots.txt"
    listed.write_text(f"{tmp_path}/in/none.blend\n{shot.source}\n")
    assert call("fill", f"@{listed}", "--pick=2", "-o", shot.folder, "--progress=openjd") == exits.OK
    assert "openjd_progress: 100.0" in capsys.readouterr().out
    assert call("fill", f"@{listed}", "--pick=3", "-o", shot.folder) == exits.USAGE
    assert call("summary", shot.folder, f"@{listed}") == exits.SOME_FAILED
    out = capsys.readouterr().out
    assert "2 shots: 1 filled, 1 without result." in out
    assert "\nnone: no result" in out
    assert json.loads((shot.folder / "summary.json").read_text())["states"] == {"filled": 1}


def test_shots_of_one_name_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sources = [tmp_path / f"{sequence}/sh010.blend" for sequence in ("sq1", "sq2")]
    call("fill", *sources, "-o", tmp_path / "out", "--root", tmp_path)
    out = capsys.readouterr().out
    assert "[1 of 2] sq1/sh010: FAILED" in out
    assert "\nsq2/sh010: FAILED" in out
    assert Names(["/a/b/c.blend"])("/a/b/c.blend") == "c"


def test_one_bad_shot_stops_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sources = [tmp_path / f"{name}.blend" for name in "ab"]
    assert call("fill", *sources, "-o", tmp_path / "out") == exits.SOME_FAILED
    assert "2 shots: 2 failed." in capsys.readouterr().out
    assert gather(tmp_path / "out").exit_code == exits.SOME_FAILED
    assert summary_of([]).exit_code == exits.OK


def test_without_dask_the_message_says_what_to_install(
    shot: Shot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("inkbetween.batch.cluster")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert call("fill", shot.source, "-o", shot.folder, "--workers=2") == exits.UNAVAILABLE
    assert "pip install -r requirements-batch.txt" in capsys.readouterr().err


def test_starting_needs_neither_blender_nor_numpy() -> None:
    code = "import sys\nimport inkbetween.batch.command, inkbetween.batch.child, inkbetween.ops.filling.command_line\n"
    code += "print([name for name in ('bpy', 'numpy', 'distributed') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
