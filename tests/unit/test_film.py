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
