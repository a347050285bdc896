"""Paint is measured as it is seen: what comes off its line, what cracks, what has another colour."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from inkbetween.tools.bench import cli, report
from inkbetween.tools.bench.drawings.sequences import Fill, SequenceError, load
from inkbetween.tools.bench.measures.paint import PaintScore, paint_score
from inkbetween.tools.bench.measures.painted import PAPER, Painted, label_map
from inkbetween.tools.bench.methods import engine
from inkbetween.tools.picture import Picture

TURN = np.linspace(0.0, 2.0 * np.pi, 200)
DISC = np.stack([640.0 + 150.0 * np.cos(TURN), 360.0 + 150.0 * np.sin(TURN)], 1)


def frame(fills: list[Fill], lines: list[np.ndarray]) -> Painted:
    return Painted(fills, Picture(lines))


def beside(drawn: Painted, true: Painted | None = None, colours: int = 2) -> PaintScore:
    """The score of a frame whose keys are as it should be."""
    still = true or frame([Fill(0, DISC)], [DISC])
    return paint_score(still, drawn, still, still, 0.5, colours)


def test_what_is_as_it_should_be_has_no_fault() -> None:
    score = beside(frame([Fill(0, DISC)], [DISC]))
    assert (score.colour, score.naked, score.cracks, score.bits, score.lost) == (0.0, 0.0, 0.0, 0.0, 0.0)
    assert score.loose == pytest.approx(0.0, abs=0.5)


def test_paint_that_is_shifted_bares_its_line() -> None:
    score = beside(frame([Fill(0, DISC + np.array([20.0, 0.0]))], [DISC]))
    # on the left the paint is 20 cos(a) away: naked where that is more than 6
    share = np.arccos(6.0 / 20.0) / np.pi
    assert score.naked == pytest.approx(100.0 * share, abs=4.0)
    # the edges of both sides have no line within 4 px
    assert score.loose == pytest.approx(100.0 * 2.0 * np.arccos(4.0 / 20.0) / np.pi, abs=5.0)
    sliver = 2.0 * 150.0 * 20.0
    assert score.colour == pytest.approx(2.0 * sliver / (np.pi * 150.0**2 + sliver), rel=0.1)
    assert score.lost == pytest.approx(0.0, abs=0.5)


def test_a_slit_is_a_crack_and_a_gap_is_none() -> None:
    def box(left: float, right: float) -> np.ndarray:
        return np.array([[left, 200.0], [right, 200.0], [right, 500.0], [left, 500.0]])

    whole, halves = box(500.0, 780.0), [box(500.0, 638.0), box(642.0, 780.0)]
    still = frame([Fill(0, whole)], [whole])
    score = beside(frame([Fill(0, half) for half in halves], [whole]), still)
    assert score.cracks == pytest.approx(1000.0 * 4.0 / 276.0, rel=0.3)
    far = [half + np.array([shift, 0.0]) for half, shift in zip(halves, (-40.0, 40.0), strict=True)]
    assert beside(frame([Fill(0, half) for half in far], [whole]), still).cracks < 1.0


def test_another_colour_and_pieces_that_fly_about() -> None:
    assert beside(frame([Fill(1, DISC)], [DISC])).colour == pytest.approx(1.0)
    assert beside(frame([Fill(1, DISC)], [DISC])).lost == pytest.approx(200.0, abs=1.0)
    crumb = 0.1 * (DISC - [640.0, 360.0]) + [200.0, 200.0]
    assert beside(frame([Fill(0, DISC), Fill(0, crumb)], [DISC])).bits == 1.0


def test_where_the_figure_stands_changes_nothing() -> None:
    """Also at the picture's edge: what is measured around the figure is what the whole picture says."""
    random = np.random.default_rng(3)
    for corner in ([0.0, 0.0], [1130.0, 570.0], [500.0, 300.0]):
        spots = [Fill(0, DISC * 0.06 + spot) for spot in corner + random.uniform(-40.0, 130.0, (40, 2)) - [38.0, 22.0]]
        drawn = frame(spots, [])
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (15, 15))
        closed = cv2.morphologyEx(drawn.paint.astype(np.uint8), cv2.MORPH_CLOSE, disc)
        assert drawn.cracked == pytest.approx(1000.0 * (closed.sum() / drawn.paint.sum() - 1.0))
        assert drawn.cracked > 10.0
        assert drawn.areas(3).tolist() == [drawn.paint.sum(), 0, 0]


def test_nothing_drawn_is_all_lost() -> None:
    score = beside(frame([], []))
    assert (score.colour, score.lost) == (1.0, 100.0)
    assert (score.naked, score.cracks, score.loose, score.bits) == (0.0, 0.0, 0.0, 0.0)


def test_later_fills_cover_earlier_ones() -> None:
    labels = label_map([Fill(0, DISC), Fill(1, 0.5 * (DISC - [640.0, 360.0]) + [640.0, 360.0])])
    assert (labels[360, 640], labels[360, 760], labels[0, 0]) == (1, 0, PAPER)


def coloured(folder: Path, **changed: np.ndarray) -> Path:
    """Two discs with their outlines that slide to the right and grow."""
    arrays: dict[str, np.ndarray] = {"palette": np.array([[200, 60, 40], [40, 90, 200]], np.uint8)}
    for k in range(5):
        rings = [0.4 * (1.0 + 0.05 * k) * (DISC - [640, 360]) + [500 + 12 * k, 300], 0.4 * DISC + [400 - 9 * k, 200]]
        lines = [ring * [1.0, 1.0 + 0.02 * k] for ring in rings]
        rings = [np.roll(line[:-1], 17 * k, axis=0) for line in lines]
        for name, parts in (("p", lines), ("q", rings)):
            arrays[f"{name}{k}"] = np.concatenate(parts).astype(np.float32)
            arrays[f"{'n' if name == 'p' else 'm'}{k}"] = np.array([len(part) for part in parts], np.int32)
        arrays[f"c{k}"] = np.array([0, 1], np.int32)
    path = folder / "discs.npz"
    np.savez(path, **arrays | changed)
    return path


def test_coloured_sequences_are_tweened_scored_and_drawn(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    coloured(tmp_path)
    saved, sheet = tmp_path / "run.json", tmp_path / "sheet.png"
    asked = [str(tmp_path), "--gaps", "4", "--engine", "--methods", "truth,cross-fade,ours"]
    assert cli.main([*asked, "--save", str(saved), "--sheet", str(sheet)]) == 0
    told = capsys.readouterr().out
    assert "cracks" in told
    rows = {row.method: row.score for row in report.restore(saved)}
    assert rows["truth"].colour == 0.0
    assert rows["hold"].colour == rows["hold"].held > 0.0
    assert rows["ours"].naked == 0.0
    assert rows["ours"].colour < 0.3 * rows["hold"].held
    assert (tmp_path / "sheet_gap4.png").stat().st_size > 2000


def test_the_engine_gets_keys_as_blender_stores_them() -> None:
    drawing = engine.to_drawing([DISC], [Fill(1, DISC + 0.1)])
    assert (drawing.xy == drawing.xy.astype(np.float32)).all()
    assert drawing.layer is not None
    assert drawing.filled is not None
    assert (drawing.layer.tolist(), drawing.filled.tolist()) == ([0, 1], [True, False])
    assert (drawing.material.tolist(), drawing.cyclic.tolist()) == ([2, 0], [True, False])
    (fill,) = engine.to_fills(drawing)
    assert fill.colour == 1
    assert fill.outline == pytest.approx(DISC + 0.1, abs=1e-3)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"c2": np.array([0, 7], np.int32)}, "c2 names colours"),
        ({"c2": np.array([0], np.int32)}, "c2 must be one whole number"),
        ({"m1": np.array([3, 3], np.int32)}, "m1 counts 6 points"),
        ({"palette": np.zeros((2, 4), np.uint8)}, "palette is \\(2, 4\\)"),
    ],
)
def test_malformed_fills_say_what_is_wrong(tmp_path: Path, changed: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(SequenceError, match=message):
        load(coloured(tmp_path, **changed))
