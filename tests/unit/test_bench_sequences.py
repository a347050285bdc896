"""Sequences are read whole, or refused with a message that names the file and what is wrong."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inkbetween.tools.bench.drawings.sequences import SequenceError, load, load_folder

POINTS = np.array([[0, 0], [10, 0], [5, 5], [6, 6], [7, 8]], np.float32)
COUNTS = np.array([2, 3], np.int32)


def write(folder: Path, arrays: dict[str, Any], name: str = "one") -> Path:
    path = folder / f"{name}.npz"
    np.savez(path, **arrays)
    return path


def test_frames_and_gaps(tmp_path: Path):
    arrays: dict[str, Any] = {f"p{k}": POINTS + k for k in range(9)} | {f"n{k}": COUNTS for k in range(9)}
    sequence = load(write(tmp_path, arrays | {"meta": np.array("anything")}))
    assert [len(stroke) for stroke in sequence.frames[8]] == [2, 3]
    np.testing.assert_array_equal(sequence.frames[3][1], POINTS[2:] + 3)
    assert sequence.gaps(4) == [(0, 4), (4, 8)]
    assert sequence.gaps(3) == [(0, 3), (3, 6)]
    assert sequence.gaps(9) == []


def test_an_empty_frame_is_a_frame(tmp_path: Path):
    empty = {"p0": np.zeros((0, 2), np.float32), "n0": np.zeros(0, np.int32)}
    assert load(write(tmp_path, empty)).frames == [[]]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": POINTS}, "no frames"),
        ({"n0": COUNTS}, "no array p0"),
        ({"p0": POINTS, "n0": COUNTS, "p2": POINTS, "n2": COUNTS}, "frame 1 has no array p1"),
        ({"p0": POINTS[:, :1], "n0": COUNTS}, "expected \\(points, 2\\)"),
        ({"p0": POINTS, "n0": np.array([2, 2])}, "counts 4 points, p0 has 5"),
        ({"p0": POINTS, "n0": np.array([-1, 6])}, "one whole number of points per stroke"),
        ({"p0": POINTS, "n0": np.array([2.0, 3.0])}, "one whole number of points per stroke"),
        ({"p0": POINTS * np.nan, "n0": COUNTS}, "not finite"),
        ({"p0": np.array([{}], object), "n0": COUNTS}, "not a readable"),
    ],
)
def test_malformed_sequences_say_what_is_wrong(tmp_path: Path, arrays: dict[str, Any], message: str):
    with pytest.raises(SequenceError, match=rf"one\.npz.*{message}"):
        load(write(tmp_path, arrays))


def test_a_file_that_is_no_archive(tmp_path: Path):
    path = tmp_path / "one.npz"
    for content in (b"", b"not an archive", b"PK\x03\x04 cut short"):
        path.write_bytes(content)
        with pytest.raises(SequenceError, match=r"one\.npz: not a readable"):
            load(path)


def test_folders(tmp_path: Path):
    with pytest.raises(SequenceError, match="no such folder"):
        load_folder(tmp_path / "nowhere")
    with pytest.raises(SequenceError, match=r"holds no \.npz"):
        load_folder(tmp_path)
    for name in ("Fox", "Wolf"):
        write(tmp_path, {"p0": POINTS, "n0": COUNTS}, name)
    assert [s.name for s in load_folder(tmp_path)] == ["Fox", "Wolf"]
    assert [s.name for s in load_folder(tmp_path, ["wol"])] == ["Wolf"]
    with pytest.raises(SequenceError, match="named like Cat"):
        load_folder(tmp_path, ["Cat"])
