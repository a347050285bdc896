"""The measuring tool: drawings of three formats in, a line for each, a contact sheet, and what is wrong said."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from inkbetween.tools.retargeting import cli
from inkbetween.tools.retargeting.subjects import JOINTS, SubjectError, load, side_of
from inkbetween.tools.samples import mocap, walk


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    mocap.write(tmp_path / "performer.bvh")
    return tmp_path / "performer.bvh"


@pytest.fixture
def girl(tmp_path: Path) -> Path:
    """As a picture of paths, y down."""
    paths = [np.round(mark.path, 2) for mark in walk.sample().keys[0].lines]
    text = "".join(f'<path d="M{" L".join(f"{x} {y}" for x, y in path)}"/>' for path in paths)
    (tmp_path / "girl.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{text}</svg>')
    return tmp_path / "girl.svg"


def test_a_line_and_a_sheet(girl: Path, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "out" / "sheet.png"
    asked = [str(girl), "--clip", str(clip), "--frames", "12", "--projection", "SIDE", "--sheet", str(sheet)]
    assert cli.main(asked) == 0
    header, row, worst = capsys.readouterr().out.splitlines()
    columns = dict(zip(header.replace(" s ", "_s ").split(), row.split(), strict=False))
    assert columns["drawing"] == "girl"
    assert columns["frames"] == "12"
    assert columns["same"] == "yes"
    assert float(columns["limbs"]) < 0.03
    assert columns["flips"] == "0"
    assert worst.startswith("worst of 1")
    assert cv2.imread(str(tmp_path / "out" / "sheet_1.png")).shape[1] > 1000


def test_a_character_with_mask_and_joints(tmp_path: Path) -> None:
    folder = tmp_path / "someone"
    folder.mkdir()
    mask, texture = np.zeros((200, 100, 3), np.uint8), np.full((200, 100, 3), 255, np.uint8)
    cv2.rectangle(mask, (20, 10), (80, 190), (255, 255, 255), -1)
    cv2.rectangle(texture, (40, 60), (60, 120), (0, 0, 0), 3)
    cv2.imwrite(str(folder / "mask.png"), mask)
    cv2.imwrite(str(folder / "texture.png"), texture)
    entries = [
        f"- loc:\n  - {10 + n}\n  - {20 + n}\n  name: {name.replace(' ', '_')}\n" for n, name in enumerate(JOINTS)
    ]
    (folder / "char_cfg.yaml").write_text("skeleton:\n" + "".join(entries))
    subject = load(folder)
    assert subject.drawing.stroke_count >= 2
    assert subject.height == pytest.approx(6.0 * 180 / 200, rel=0.02)
    assert set(subject.joints) == set(JOINTS)
    assert subject.joints[JOINTS[1]] == pytest.approx([11 * 0.03, -21 * 0.03])


def test_sides_by_names() -> None:
    names = ["upperarm.l", "LeftArm", "r-thigh", "RightUpLeg", "Spine", "lowerleg_r", "pelvis"]
    assert [side_of(name.lower()) for name in names] == ["left", "left", "right", "right", "", "right", ""]


def test_what_is_wrong_is_said(girl: Path, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for wrong, says in ((tmp_path / "no.svg", "no.svg"), (clip, "give a sequence")):
        with pytest.raises(SubjectError, match=says):
            load(wrong)
    broken = tmp_path / "broken.bvh"
    broken.write_text("HIERARCHY")
    assert cli.main([str(girl), "--clip", str(broken)]) == 1
    assert capsys.readouterr().err
