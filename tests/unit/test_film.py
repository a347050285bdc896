"""Contact sheets and GIFs of the demo."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageSequence

from inkbetween.tools.demo import film
from inkbetween.tools.samples.sample import Key, Sample


def images(numbers: range) -> dict[int, np.ndarray]:
    made = {}
    for number in numbers:
        made[number] = np.full((90, 160, 3), 255, np.uint8)
        made[number][40:60, 10 + 8 * number : 30 + 8 * number] = (200, 30, 30)
    return made


def sample(cycle: bool) -> Sample:
    return Sample("test", "A test", [Key(1, [], []), Key(9, [], [])], {}, (255, 255, 255), cycle, (160, 90))


@pytest.mark.parametrize("cycle", [True, False])
def test_gif(tmp_path: Path, cycle: bool):
    film.gif(tmp_path / "a.gif", images(range(1, 10)), sample(cycle))
    with Image.open(tmp_path / "a.gif") as made:
        assert made.size == (640, 360)
        assert made.info["loop"] == 0
        lasted, moments = 0, set()
        for frame in ImageSequence.Iterator(made):
            lasted += frame.info["duration"]
            moments.add(frame.convert("RGB").tobytes())
    assert lasted == 40 * (8 if cycle else 8 + 8 + 10 + 8)
    assert len(moments) == (8 if cycle else 9)


def test_contact_sheet_shows_every_frame_and_marks_keys(tmp_path: Path):
    film.contact_sheet(tmp_path / "a.png", images(range(1, 10)), sample(True))
    sheet = cv2.imread(str(tmp_path / "a.png"))[..., ::-1]
    cell = sheet.shape[0] // 2, sheet.shape[1] // 6
    keyed = [tuple(sheet[r * cell[0] + 3, c * cell[1] + 3]) == (214, 60, 60) for r in (0, 1) for c in range(6)]
    assert [index + 1 for index, key in enumerate(keyed) if key] == [1, 9]


def test_a_sheet_that_cannot_be_written_says_so(tmp_path: Path):
    with pytest.raises(OSError, match="contact sheet"):
        film.contact_sheet(tmp_path / "no" / "a.png", images(range(1, 3)), sample(True))


def test_frames_on_twos_last_twice_as_long(tmp_path: Path):
    film.gif(tmp_path / "a.gif", {n: image for n, image in images(range(1, 10)).items() if n % 2}, sample(True))
    with Image.open(tmp_path / "a.gif") as made:
        lasted = [frame.info["duration"] for frame in ImageSequence.Iterator(made)]
    assert lasted == [80] * 4


def test_a_comparison_has_a_column_for_each_frame(tmp_path: Path):
    drawn = images(range(1, 4))
    middles = {number: 20 + 8 * number for number in drawn}
    cells = [film.Cell(film.around(drawn[n], middles[n], 60, sample(True)), str(n), n == 2) for n in drawn]
    film.comparison(tmp_path / "a.png", [("above", cells), ("below", cells)])
    sheet = cv2.imread(str(tmp_path / "a.png"))[..., ::-1]
    height, width = sheet.shape[0] // 2, sheet.shape[1] // 3
    for row in (0, 1):
        for column in range(3):
            cell = sheet[(row + 1) * height - 240 : (row + 1) * height, column * width : (column + 1) * width]
            # What was drawn around the middle is in the middle.
            red = np.argwhere((np.abs(cell.astype(int) - (200, 30, 30)) < 8).all(-1))
            assert red.mean(0)[1] == pytest.approx(width / 2, abs=3)
            framed = tuple(cell[len(cell) // 2, 2]) == (214, 60, 60)
            assert framed == (column == 1)


def test_around_goes_on_where_a_picture_ends_and_knows_smaller_pictures():
    picture = images(range(1, 2))[1]
    beyond = film.around(picture, 0, 40, sample(True))
    assert beyond.shape == (90, 40, 3)
    assert (beyond[:, :20] == picture[:, :1]).all()
    half = cv2.resize(picture, (80, 45), interpolation=cv2.INTER_NEAREST)
    assert film.around(half, 28, 40, sample(True)).shape == (45, 20, 3)
