"""Sheets show what is there: paint below lines in its order and colours, keys, truth and methods side by side."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from inkbetween.tools.bench import score
from inkbetween.tools.bench.drawings.sequences import Fill, Sequence
from inkbetween.tools.bench.methods.named import methods_of
from inkbetween.tools.bench.sheets import cells, contact
from inkbetween.tools.bench.sheets.cells import BAR, Cell, cell_image, window_around
from inkbetween.tools.bench.sheets.contact import Drawn
from inkbetween.tools.bench.sheets.strip import draw_strip

RED, BLUE = (200, 60, 40), (40, 90, 200)
PALETTE = np.array([RED, BLUE], np.uint8)


def box(left: float, top: float, width: float, height: float) -> np.ndarray:
    return np.array([[left, top], [left + width, top], [left + width, top + height], [left, top + height]])


def closed(outline: np.ndarray) -> np.ndarray:
    return np.concatenate([outline, outline[:1]])


def seen(image: np.ndarray, x: float, y: float) -> tuple[int, ...]:
    """RGB at a share of the cell below its title."""
    shown = image[BAR:]
    return tuple(int(v) for v in shown[int(y * len(shown)), int(x * shown.shape[1])][::-1])


@pytest.fixture
def sequence() -> Sequence:
    """A red box with a blue one upon it, sliding to the right through nine frames."""
    large, small = (
        [box(200 + 10 * k + inset, 100 + inset, 300 - 2 * inset, 300 - 2 * inset) for k in range(9)]
        for inset in (0, 100)
    )
    fills = [[Fill(0, a), Fill(1, b)] for a, b in zip(large, small, strict=True)]
    return Sequence("boxes", [[closed(a), closed(b)] for a, b in zip(large, small, strict=True)], None, fills, PALETTE)


def drawn_by(sequence: Sequence, gap: int, name: str = "truth") -> dict[str, Drawn]:
    ((result, tweened),) = score.run(sequence, [gap], methods_of([name], alone=True))
    return {name: Drawn(tweened, result.moments)}


def test_later_fills_cover_earlier_ones_and_lines_cover_both(sequence: Sequence):
    cell = Cell("", sequence.frames[0], sequence.fills[0])
    window = window_around([cell])
    image = cell_image(cell, PALETTE, window, 300)
    assert image.shape == (300 + BAR, 300, 3)
    assert seen(image, 0.5, 0.5) == BLUE
    assert seen(image, 0.2, 0.5) == RED
    assert seen(image, 0.01, 0.01) == (255, 255, 255)
    under = Cell("", sequence.frames[0], sequence.fills[0][::-1])
    assert seen(cell_image(under, PALETTE, window, 300), 0.5, 0.5) == RED
    across = Cell("", [np.array([[200.0, 250.0], [500.0, 250.0]])], sequence.fills[0])
    assert max(seen(cell_image(across, PALETTE, window, 300), 0.5, 0.5)) < 60


def test_edges_are_smooth_and_neighbours_leave_no_seam():
    halves = [Fill(0, box(100, 100, 130.3, 300)), Fill(0, box(230.3, 100, 169.7, 300))]
    image = cell_image(Cell("", [], halves), PALETTE, window_around([Cell("", [], halves)]), 200)
    inside = image[BAR + 30 : -30, 30:-30]
    assert (inside == np.array(RED[::-1])).all()
    slanted = Cell("", [np.array([[0.0, 0.0], [100.0, 37.0]])])
    greys = np.unique(cell_image(slanted, None, window_around([slanted]), 200)[BAR:, :-1, 0])
    assert len(greys) > 5


def test_notes_are_written_as_far_as_there_is_room():
    def ink(*notes: str) -> int:
        cell = Cell("ours", [np.array([[0.0, 0.0], [9.0, 9.0]])], notes=notes)
        return int((cell_image(cell, None, window_around([cell]), 120)[:BAR] < 200).sum())

    assert ink() < ink("colour 1") == ink("colour 1", "too long to be written") < ink("colour 1", "F1")


def test_a_window_holds_all_that_is_shown(sequence: Sequence):
    shown = [Cell("", sequence.frames[0]), Cell("", sequence.frames[8])]
    window = window_around(shown)
    assert window.left < 200
    assert window.left + window.width > 580
    assert 0.5 * window.width <= window.height <= window.width
    assert window_around([]).width == 1280


def test_rows_show_the_middle_of_the_second_gap(sequence: Sequence):
    (row,) = contact.rows_of(sequence, 4, drawn_by(sequence, 4))
    assert [cell.title for cell in row.cells] == ["key 4", "truth 6", "truth", "key 8"]
    assert row.cells[2].fills == sequence.fills[6]
    assert row.cells[2].notes[0] == "colour 0.00"
    (alone,) = contact.rows_of(sequence, 8, drawn_by(sequence, 8))
    assert alone.cells[0].title == "key 0"
    every = contact.rows_of(sequence, 4, drawn_by(sequence, 4), every=True)
    assert [each.cells[1].title for each in every] == [f"truth {k}" for k in (1, 2, 3, 5, 6, 7)]


def test_a_sheet_has_a_row_for_each_sequence(sequence: Sequence, tmp_path: Path):
    rows = contact.rows_of(sequence, 4, drawn_by(sequence, 4))
    sizes = []
    for count in (1, 16, 21):
        contact.draw(tmp_path / "new" / "sheet.png", rows * count)
        sizes.append(cv2.imread(str(tmp_path / "new" / "sheet.png")).shape[:2])
    assert sizes[1] == (16 * sizes[0][0], sizes[0][1])
    assert sizes[2] == (11 * sizes[0][0], 2 * sizes[0][1])


def test_a_strip_shows_every_frame(sequence: Sequence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    titles: list[str] = []

    def noted(cell: Cell, *arguments: object) -> np.ndarray:
        titles.append(cell.title)
        return cell_image(cell, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("inkbetween.tools.bench.sheets.strip.cell_image", noted)
    draw_strip(tmp_path / "strip.png", sequence, 4, drawn_by(sequence, 4, "hold"))
    below = [f"hold {k}" if k % 4 else f"key {k}" for k in range(9)]
    assert titles == [f"truth {k}" if k % 4 else f"key {k}" for k in range(9)] + below
    image = cv2.imread(str(tmp_path / "strip.png"))
    assert image.shape[1] % 9 == 0
    assert (image == np.array(BLUE[::-1])).all(2).sum() > 1000


def test_a_sheet_that_cannot_be_written_says_so(tmp_path: Path):
    (tmp_path / "sheet.png").mkdir()
    with pytest.raises(OSError, match=r"sheet\.png: the sheet could not be written"):
        cells.write(tmp_path / "sheet.png", np.zeros((4, 4, 3), np.uint8))
