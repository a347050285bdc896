"""BVH files: every dialect reads as the same capture, every fault is named with its line, nothing else ever happens."""

from __future__ import annotations

import math
import random
from pathlib import Path

import numpy as np
import pytest

from inkbetween.inference.mocap.bvh import Bvh, BvhError, parse_bvh, read_bvh

PLAIN = """HIERARCHY
ROOT Hips
{
  OFFSET 0.5 9.0 0.25
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Chest
  {
    OFFSET 0.0 3.0 0.5
    CHANNELS 3 Yrotation Zrotation Xrotation
    End Site
    {
      OFFSET 0.0 2.0 0.0
    }
  }
  JOINT Leg
  {
    OFFSET 1.0 -1.0 0.0
    CHANNELS 3 Xrotation Yrotation Zrotation
    End Site
    {
      OFFSET 0.0 -4.0 0.0
    }
  }
}
MOTION
Frames: 3
Frame Time: 0.05
1.0 9.5 0.0 10 20 30 5 -15 25 40 -50 60
1.5 9.0 0.5 -70 80 -90 15 25 -35 -10 20 30
2.0 8.5 1.0 100 -110 120 25 35 45 0 0 90
"""
ODD = """HIERARCHY
ROOT Prop
{
  OFFSET 0 0 0
  CHANNELS 4 Xrotation Zposition Yrotation Xposition
  JOINT Rigid { OFFSET 0 1 0
    JOINT Sliding { OFFSET 0 1 0 CHANNELS 4 Xposition Yposition Zposition Yrotation }
    End Site { OFFSET 1 0 0 }
    End Site { OFFSET -1 0 0 }
  }
}
ROOT Second { OFFSET 5 0 0 CHANNELS 1 Yrotation }
MOTION
Frames: 2
Frame Time: 0.1
10 1 20 2 0.1 1.1 0.2 30 40
20 2 30 3 0.2 0.9 0.1 60 50
"""


def places_by_hand(bvh: Bvh, frame: int) -> np.ndarray:
    """(J, 3) by one matrix after the other, as the format's description has it."""
    places: list[np.ndarray] = []
    turns: list[np.ndarray] = []
    for joint, parent in enumerate(bvh.parents):
        place, turn = bvh.offsets[joint].copy(), np.eye(3)
        for column in np.flatnonzero(bvh.channel_joints == joint):
            kind, value = int(bvh.channel_kinds[column]), bvh.values[frame, column]
            if kind < 3:
                place[kind] = value
                continue
            c, s = math.cos(math.radians(value)), math.sin(math.radians(value))
            about = {
                3: [[1, 0, 0], [0, c, -s], [0, s, c]],
                4: [[c, 0, s], [0, 1, 0], [-s, 0, c]],
                5: [[c, -s, 0], [s, c, 0], [0, 0, 1]],
            }
            turn = turn @ np.array(about[kind])
        places.append(place if parent < 0 else places[parent] + turns[parent] @ place)
        turns.append(turn if parent < 0 else turns[parent] @ turn)
    return np.array(places)


def same(a: Bvh, b: Bvh) -> bool:
    return (
        a.names == b.names
        and a.parents.tolist() == b.parents.tolist()
        and a.frame_time == b.frame_time
        and np.array_equal(a.end_offsets, b.end_offsets)
        and np.allclose(a.positions(), b.positions(), atol=1e-12)
    )


@pytest.mark.parametrize("text", [PLAIN, ODD])
def test_places_are_those_of_the_formats_description(text: str) -> None:
    bvh = parse_bvh(text)
    positions, rotations = bvh.positions(), bvh.rotations()
    assert positions.shape == (bvh.frame_count, bvh.joint_count, 3)
    for frame in range(bvh.frame_count):
        assert positions[frame] == pytest.approx(places_by_hand(bvh, frame), abs=1e-12)
    assert rotations @ np.swapaxes(rotations, 2, 3) == pytest.approx(np.broadcast_to(np.eye(3), rotations.shape))
    assert np.linalg.det(rotations) == pytest.approx(1.0)


def test_what_a_file_holds() -> None:
    bvh = parse_bvh(PLAIN)
    assert bvh.names == ("Hips", "Chest", "Leg")
    assert bvh.parents.tolist() == [-1, 0, 0]
    assert bvh.offsets.tolist() == [[0.5, 9, 0.25], [0, 3, 0.5], [1, -1, 0]]
    assert bvh.end_joints.tolist() == [1, 2]
    assert bvh.end_offsets.tolist() == [[0, 2, 0], [0, -4, 0]]
    assert bvh.values.shape == (3, 12)
    assert bvh.rest()[2].tolist() == [1.5, 8, 0.25]
    odd = parse_bvh(ODD)
    assert odd.parents.tolist() == [-1, 0, 1, -1]
    assert odd.end_joints.tolist() == [1, 1]
    assert odd.turned.tolist() == [True, False, True, True]
    assert odd.shifted.tolist() == [True, False, True, False]


@pytest.mark.parametrize(
    "dialect",
    [
        lambda t: t.replace("\n", "\r\n"),
        lambda t: t.replace("\n", "\r"),
        lambda t: "\ufeff" + t,
        lambda t: t.encode("utf-16"),
        lambda t: b"\xef\xbb\xbf" + t.encode(),
        lambda t: t.replace("  ", "\t").replace(" ", "\t  "),
        lambda t: t.replace("\n", " \n\n"),
        lambda t: t.rstrip("\n"),
        lambda t: t + "\n\n \n\x1a",
        lambda t: t.replace("JOINT", "Joint").replace("OFFSET", "offset").replace("rotation", "ROTATION"),
        lambda t: t.replace("End Site", "end site LeftToe"),
        lambda t: t.replace("\n  {", " {").replace("\n{", " {").replace("\n    {", "{"),
        lambda t: t.replace("Frames: 3", "Frames:3").replace("Frame Time: ", "Frame Time:"),
        lambda t: t.replace("Frames: 3", "FRAMES :\t3").replace("Frame Time: 0.05", "FrameTime: 5.0E-2"),
        lambda t: t.replace("Frames: 3\nFrame Time: 0.05", "Frame Time: .05\nFrames: +3"),
        lambda t: t.replace(" 10 20 30 ", "\n1.0e1 2.e+1 30\n"),
        lambda t: t.split("MOTION")[0].replace("\n", " ") + "\nMOTION" + t.split("MOTION")[1],
    ],
)
def test_dialects_say_the_same(dialect: object) -> None:
    text = dialect(PLAIN)  # type: ignore[operator]
    plain = parse_bvh(PLAIN)
    assert same(parse_bvh(text), plain)


@pytest.mark.parametrize(
    "name", ["Left Up  Leg", "mixamorig:Hips", 'a"b\\c', "Hüfte", "JOINT", "x{1}y", "", "End", "a{b"]
)
def test_names_are_kept(name: str) -> None:
    bvh = parse_bvh(PLAIN.replace("JOINT Chest", f"JOINT {name}").replace("JOINT Leg", f"JOINT {name}"))
    assert bvh.names[1:] == (" ".join(name.split()),) * 2


def test_names_in_an_old_encoding() -> None:
    assert parse_bvh(PLAIN.replace("Chest", "Hüfte").encode("latin-1")).names[1] == "Hüfte"


def test_frames_more_than_announced_are_read() -> None:
    """A known exporter announces one frame too few."""
    assert parse_bvh(PLAIN.replace("Frames: 3", "Frames: 2")).frame_count == 3


def test_no_frames() -> None:
    bvh = parse_bvh(PLAIN.split("Frames")[0] + "Frames: 0\nFrame Time: 0.04\n")
    assert bvh.frame_count == 0
    assert bvh.positions().shape == (0, 3, 3)
    assert bvh.rotations().shape == (0, 3, 3, 3)


def test_positions_that_count_from_the_offset() -> None:
    """Where joints would otherwise fall onto their parents, their positions are added to their offsets."""
    joints = PLAIN.replace("CHANNELS 3", "CHANNELS 6 Xposition Yposition Zposition")
    rows = "1 9 0 0 0 0 {0} 0 0 0 {1} 0 0 0\n" * 3
    head = joints[: joints.index("1.0 9.5")]
    added = parse_bvh(head + rows.format("0 0.1 0", "0 0 0"))
    assert added.positions()[0] == pytest.approx(np.array([[1, 9, 0], [1, 12.1, 0.5], [2, 8, 0]]))
    replaced = parse_bvh(head + rows.format("0 3.1 0.5", "1 -1 0"))
    assert replaced.positions()[0] == pytest.approx(np.array([[1, 9, 0], [1, 12.1, 0.5], [2, 8, 0]]))


FAULTS = [
    ("", "", "empty"),
    ("HIERARCHY", "Hierarchie", "line 1: .*HIERARCHY"),
    ("CHANNELS 6 ", "CHANNELS 7 ", "line 5: .*CHANNELS 7"),
    ("CHANNELS 6 ", "CHANNELS 5 ", 'line 5: .*"Yrotation"'),
    ("CHANNELS 3 Yrotation", "CHANNELS 3 Wrotation", 'line 9: .*"Wrotation".*"Chest"'),
    ("CHANNELS 3 Yrotation", "CHANNELS 3 Zrotation", "line 9: .*twice"),
    ("OFFSET 0.0 3.0 0.5", "OFFSET 0.0 3.0", "line 9: .*CHANNELS"),
    ("OFFSET 0.0 3.0 0.5", "OFFSET 0.0 3,0 0.5", 'line 8: "3,0" .*point'),
    ("OFFSET 0.0 3.0 0.5", "OFFSET 0.0 nan 0.5", 'line 8: "nan"'),
    ("OFFSET 0.0 3.0 0.5", "OFFSET 0.0 1e99 0.5", 'line 8: "1e99"'),
    ("    OFFSET 0.0 3.0 0.5\n", "", '"Chest" has no OFFSET'),
    ("OFFSET 0.0 3.0 0.5", "OFFSET 0 3 1 OFFSET 0 3 1", "line 8: .*second OFFSET"),
    ("  }\n}\nMOTION", "  }\nMOTION", "line 24: .*closing brace is missing"),
    ("  }\n}\nMOTION", "  }\n}\n}\nMOTION", "line 25: .*closing brace too many"),
    ("JOINT Leg\n  {", "JOINT Leg\n", "line 17: .*opening brace"),
    (PLAIN[PLAIN.index("MOTION") :], "", "line 24: .*MOTION"),
    (PLAIN[PLAIN.index("Frames") :], "", "Frames"),
    (PLAIN[PLAIN.index("JOINT Leg") :], "JOI", "line 15: .*JOI"),
    ("Frames: 3\n", "", "line 27: .*Frames"),
    ("Frames: 3", "Frames: three", "line 26: .*three"),
    ("Frames: 3", "Frames: -3", "line 26: .*-3"),
    ("Frames: 3", "Frames: 4", "line 30: .*after 3 frames.*line 26"),
    ("Frames: 3", "Frames: 999999999", "after 3 frames"),
    ("Frames: 3", f"Frames: {'9' * 5000}", "line 26"),
    ("Frame Time: 0.05", "Frame Time: 0", "line 27: .*0 seconds"),
    ("Frame Time: 0.05", "Frame Time: -0.05", "line 27: .*-0.05"),
    ("Frame Time: 0.05", "Frame Time: inf", "line 27: .*inf"),
    ("Frame Time: 0.05", "Frame 0.05", "line 27: .*Time:"),
    ("-70 80", "-70", "line 29: 11 values .*12 channels"),
    ("-70 80", "-70 80 80", "line 29: 13 values"),
    ("25 35 45 0 0 90", "25 35", "line 30: .*breaks off within frame 3"),
    ("-70 80", "-70 8O", 'line 29: "8O"'),
    ("-70 80", "-70 NaN", 'line 29: "NaN"'),
    ("-70 80", "-70 1e400", 'line 29: "1e400"'),
    ("-70 80", "-70 1.2.3", r'line 29: "1\.2\.3"'),
    ("-70 80", "-70 1_0", 'line 29: "1_0"'),
    ("0 0 90\n", f"0 0 90\n{PLAIN}", "line 31: .*second take"),
]


@pytest.mark.parametrize(("part", "instead", "message"), FAULTS)
def test_faults_are_named(part: str, instead: str, message: str) -> None:
    text = PLAIN.replace(part, instead, 1) if part else instead
    with pytest.raises(BvhError, match=f"(?is){message}") as raised:
        parse_bvh(text)
    assert len(str(raised.value)) < 400
    assert str(raised.value).endswith(".")


def test_frames_without_channels() -> None:
    text = "HIERARCHY\nROOT a { OFFSET 0 0 0 }\nMOTION\nFrames: 900000000\nFrame Time: 1\n"
    with pytest.raises(BvhError, match=r"Line 4: .*no joint has CHANNELS"):
        parse_bvh(text)


@pytest.mark.parametrize(
    "text", ["JOINT a { OFFSET 0 1 0 " * 5000, "JOINT a { OFFSET 0 1 0 } " * 6000, "End Site { OFFSET 0 1 0 } " * 6000]
)
def test_absurd_hierarchies(text: str) -> None:
    with pytest.raises(BvhError, match="no skeleton"):
        parse_bvh("HIERARCHY ROOT r { OFFSET 0 0 0 " + text)


def test_absurd_products_are_refused_before_they_are_made() -> None:
    joints = "JOINT a { OFFSET 0 1 0 }\n" * 4000
    head = "HIERARCHY\nROOT r { OFFSET 0 0 0 CHANNELS 1 Yrotation\n" + joints + "}\nMOTION\n"
    bvh = parse_bvh(head + "Frames: 1000\nFrame Time: 0.01\n" + "1\n" * 1000)
    with pytest.raises(BvhError, match="too many"):
        bvh.positions()


def test_files_that_are_none(tmp_path: Path) -> None:
    good = tmp_path / "walk.bvh"
    good.write_text(PLAIN)
    assert same(read_bvh(str(good)), parse_bvh(PLAIN))
    for path in (tmp_path / "none.bvh", tmp_path, tmp_path / "nul\0.bvh"):
        with pytest.raises(BvhError, match="cannot be opened"):
            read_bvh(path)
    (tmp_path / "bad.bvh").write_bytes(bytes(range(256)))
    with pytest.raises(BvhError, match=r"bad\.bvh cannot be read\. Line"):
        read_bvh(tmp_path / "bad.bvh")


def mutated(text: str, rng: random.Random) -> bytes:
    raw = bytearray(text.encode())
    lines = text.split("\n")
    words = text.split(" ")
    match rng.randrange(6):
        case 0:
            for _ in range(rng.randint(1, 4)):
                raw[rng.randrange(len(raw))] = rng.randrange(256)
        case 1:
            del lines[rng.randrange(len(lines))]
            return "\n".join(lines).encode()
        case 2:
            at = rng.randrange(len(lines))
            lines[at:at] = [lines[at]] * rng.randint(1, 3)
            return "\n".join(lines).encode()
        case 3:
            numbers = ("nan", "-inf", "1e999", "1e308", "-0", "99999999999", "1e-320", "0x1", "", "7", "١", "{", "}")
            words[rng.randrange(len(words))] = rng.choice(numbers)
            return " ".join(words).encode()
        case 4:
            return bytes(raw[: rng.randrange(len(raw))])
        case _:
            start, length = rng.randrange(len(raw)), rng.randint(1, 40)
            raw[start : start + length] = raw[rng.randrange(len(raw)) :][:length]
    return bytes(raw)


def test_damage_is_refused_or_read() -> None:
    rng = random.Random(7)
    read = refused = 0
    for _ in range(3000):
        try:
            bvh = parse_bvh(mutated(rng.choice((PLAIN, ODD)), rng))
        except BvhError:
            refused += 1
        else:
            assert np.isfinite(bvh.positions()).all()
            assert np.isfinite(bvh.rotations()).all()
            read += 1
    assert read > 300
    assert refused > 300
