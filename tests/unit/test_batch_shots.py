"""Which files a run means: as words, in lists as people and programs write them, by way of links."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from inkbetween.batch import command, exits
from inkbetween.batch.lists import named_in
from inkbetween.batch.result import FAILED, FILLED
from inkbetween.batch.settings import Settings
from inkbetween.batch.shots import Shot, UsageError, shots_of
from inkbetween.batch.unit import Filled, fill_shot, finished

PLAIN = Settings()


def fill(source: Path, target: Path, _asked: Settings) -> Filled:
    """Stands for Blender: the output is the source with something added."""
    target.write_bytes(source.read_bytes() + b"+in-betweens")
    return Filled((), (), "ours", "theirs", {"inbetweens": 3, "removed": 0}, {"draw": 0.5})


def call(*words: object) -> int:
    host = command.Host(fill, lambda source, asked: [], (sys.executable, "-c", ""))
    return command.main([str(word) for word in words], host)


@pytest.fixture
def shot(tmp_path: Path) -> Shot:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/sh010.blend").write_bytes(b"keys")
    return shots_of([tmp_path / "in/sh010.blend"], tmp_path / "out")[0]


def test_shots_of_one_name_need_a_root(tmp_path: Path) -> None:
    two = [tmp_path / "sq1/sh010.blend", tmp_path / "sq2/sh010.blend"]
    with pytest.raises(UsageError, match="--root"):
        shots_of(two, tmp_path / "out")
    assert [s.target for s in shots_of(two, tmp_path / "out", tmp_path)] == [
        tmp_path / "out/sq1/sh010.blend",
        tmp_path / "out/sq2/sh010.blend",
    ]
    with pytest.raises(UsageError, match="does not lie below"):
        shots_of(two, tmp_path / "out", tmp_path / "sq1")


def test_a_source_is_never_written_unasked(tmp_path: Path) -> None:
    source = tmp_path / "sh010.blend"
    with pytest.raises(UsageError, match="--in-place"):
        shots_of([source], tmp_path)
    with pytest.raises(UsageError, match="-o DIR"):
        shots_of([source], None)
    with pytest.raises(UsageError, match="is a source itself"):
        shots_of([tmp_path / "a/x.blend", tmp_path / "out/a/x.blend"], tmp_path / "out", tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffin/sh010.blend\nin/sh 020.blend\n",
        "in/sh010.blend\r\n\r\n  in/sh 020.blend \t\r\n",
        "\n# the first sequence\n\tin/sh010.blend\rin/sh 020.blend",
        "'in/sh010.blend'\n \"in/sh 020.blend\"",
        "\ufeff@more.txt\nin/sh 020.blend\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_lists_as_people_and_programs_write_them(
    tmp_path: Path, text: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever folder the command runs in: relative paths count from the list's."""
    (tmp_path / "show").mkdir()
    (tmp_path / "show/more.txt").write_text("\ufeff in/sh010.blend\n")
    listed = tmp_path / "show/shots.txt"
    listed.write_bytes(text.encode(encoding))
    monkeypatch.chdir(tmp_path)
    shots = shots_of(named_in([f"@{Path('show/shots.txt')}"]), tmp_path / "out")
    assert [shot.source for shot in shots] == [tmp_path / f"show/in/{name}.blend" for name in ("sh010", "sh 020")]
    assert [shot.target.name for shot in shots] == ["sh010.blend", "sh 020.blend"]


def test_quotes_keep_what_is_a_name(tmp_path: Path) -> None:
    names = [" x.blend ", "#x.blend", "@x.blend", "'x'.blend"]
    (tmp_path / "shots.txt").write_text("".join(f'"{name}"\n' for name in names))
    assert [one.path for one in named_in([f"@{tmp_path / 'shots.txt'}"])] == [tmp_path / name for name in names]
    assert [str(one) for one in named_in(["./@x.blend"])] == ["@x.blend"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"a.blend\n\n./a.blend", "a.blend (shots.txt, line 1) is named again in shots.txt, line 3"),
        (
            b"one/a.blend\ntwo/a.blend",
            "(shots.txt, line 1) and {}/two/a.blend (shots.txt, line 2) would become one file",
        ),
        (b"a.blend\nb\xe4r.blend\n", "shots.txt, line 2: this is not UTF-8"),
        (b'a.blend\n"b.blend\n', 'shots.txt, line 2: "b.blend begins with a quote that ends nowhere'),
        (b"a.blend\n\0\0b", "shots.txt, line 2: this is no text"),
        (b"a.blend\n/\n", "/ (shots.txt, line 2) is a folder"),
        (b"# nothing yet\n\n", "names no shot"),
        (b"a.blend\n@shots.txt", "names itself"),
        (b"a.blend\n@none.txt", "none.txt cannot be read"),
    ],
)
def test_lists_that_cannot_be_meant_name_the_line(
    tmp_path: Path, text: bytes, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shots.txt").write_bytes(text)
    assert call("fill", f"@{tmp_path / 'shots.txt'}", "-o", tmp_path / "out") == exits.USAGE
    assert says.format(tmp_path) in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert call("fill", f"@{tmp_path / 'none.txt'}", "-o", tmp_path / "out") == exits.USAGE


def test_a_line_outside_the_root_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "shots.txt").write_text("show/a.blend\nelsewhere/b.blend\n")
    asked = ("fill", f"@{tmp_path / 'shots.txt'}", "-o", tmp_path / "out", "--root", tmp_path / "show")
    assert call(*asked) == exits.USAGE
    assert "b.blend (shots.txt, line 2) does not lie below" in capsys.readouterr().err


def test_a_linked_shot_keeps_its_own_name(shot: Shot, tmp_path: Path) -> None:
    version = shot.source.rename(tmp_path / "in/sh010_v003.blend")
    shot.source.symlink_to(version)
    (tmp_path / "by another way").symlink_to(tmp_path / "in")
    (linked,) = shots_of([tmp_path / "by another way/sh010.blend"], tmp_path / "out", tmp_path)
    seen = []

    def look(source: Path, target: Path, asked: Settings) -> Filled:
        seen.append(source)
        return fill(source, target, asked)

    assert fill_shot(linked, PLAIN, look).state == FILLED
    assert seen == [version]  # its libraries are found from there
    assert linked.target == tmp_path / "out/by another way/sh010.blend"
    assert linked.target.read_bytes() == b"keys+in-betweens"
    assert linked.record.name == "sh010.inkbetween.json"
    assert finished(linked, PLAIN) is not None


def test_in_place_a_link_stays_one(shot: Shot, tmp_path: Path) -> None:
    version = shot.source.rename(tmp_path / "in/sh010_v003.blend")
    shot.source.symlink_to(version)
    (linked,) = shots_of([shot.source], tmp_path / "out", in_place=True)
    assert fill_shot(linked, PLAIN, fill).state == FILLED
    assert shot.source.readlink() == version
    assert version.read_bytes() == b"keys+in-betweens"
    assert linked.record == tmp_path / "out/sh010.inkbetween.json"
    assert finished(linked, PLAIN) is not None
    with pytest.raises(UsageError, match="links to one file"):
        shots_of([shot.source, version], None, in_place=True)


def test_no_output_replaces_a_source_by_way_of_a_link(shot: Shot, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").symlink_to(tmp_path / "in")
    with pytest.raises(UsageError, match="written to itself"):
        shots_of([shot.source], tmp_path / "elsewhere")
    (tmp_path / "links").mkdir()
    (tmp_path / "links/sh010.blend").symlink_to(shot.source)
    with pytest.raises(UsageError, match="written to itself"):
        shots_of([tmp_path / "links/sh010.blend"], tmp_path / "in")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    (loop,) = shots_of([tmp_path / "round"], tmp_path / "out")
    assert fill_shot(loop, PLAIN, fill).state == FAILED
