"""The same keys tweened without and with a guide, beside the true frames; how near each comes to them, in numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from inkbetween.addon import adapter
from inkbetween.tools.bench.drawings.sequences import Frame
from inkbetween.tools.bench.measures.lines import chamfer_distance, f1_score
from inkbetween.tools.bench.methods.grease_pencil import read_frame
from inkbetween.tools.paint import Image
from inkbetween.tools.picture import Picture
from inkbetween.tools.samples.dance import Staging
from inkbetween.tools.samples.hand import Hand, Mark
from inkbetween.tools.samples.sample import Key

from . import film, frames, performer, stage

# Every so many frames on the sheet, and how much of the picture around the dancer, px.
_EVERY, _WIDTH = 2, 340.0
_WITHOUT, _WITH = "without the guide", "with the guide"


def make(staging: Staging, folder: Path, own: bool = False) -> list[Path]:
    """Write the capture, the .blend files, a sheet that compares, and a GIF; returns where they are. Numbers are
    printed."""
    sample = staging.sample
    numbers = range(staging.first, staging.last + 1)
    shown = sorted({*numbers[::_EVERY], *(key.frame for key in sample.keys)})
    blends = {_WITHOUT: folder / f"{sample.name}_without.blend", _WITH: folder / f"{sample.name}.blend"}
    pictures: dict[str, dict[int, Image]] = {}
    drawn: dict[str, dict[int, Frame]] = {}
    for way, blend in blends.items():
        staged = stage.build(sample)
        armature = performer.bring(staged, staging, folder)
        report = stage.tween(staged, armature.name if way == _WITH else "")
        stage.save(blend)
        print(f"{sample.name}: {sample.title}, {way}. {report}", flush=True)
        drawn[way] = lines_of(staged)
        pictures[way] = frames.look(staged, sample, blend, numbers if way == _WITH else shown, own)
    pictures["motion capture"] = performer.look(armature, staging, shown)
    pictures["true frames"] = _true_images(staging, shown, folder, own)
    for line in scores(staging, drawn):
        print(f"{sample.name}: {line}", flush=True)
    _draw(sheet := folder / f"{sample.name}_sheet.png", staging, pictures, shown)
    film.gif(gif := folder / f"{sample.name}.gif", pictures[_WITH], sample)
    return [*blends.values(), sheet, gif]


def _draw(path: Path, staging: Staging, pictures: dict[str, dict[int, Image]], shown: list[int]) -> None:
    sample = staging.sample
    keys = {key.frame for key in sample.keys}
    rows = []
    for name in ("motion capture", "true frames", _WITHOUT, _WITH):
        cells = []
        for number in shown:
            image = film.around(pictures[name][number], staging.middle(number), _WIDTH, sample)
            cells.append(film.Cell(image, str(number), number in keys and name in (_WITHOUT, _WITH)))
        rows.append((name, cells))
    film.comparison(path, rows)


def scores(staging: Staging, drawn: dict[str, dict[int, Frame]]) -> list[str]:
    """A sentence for each way of drawing: F1 at 2 px and the chamfer distance as a share of what holding the nearest
    key gives, means over all in-betweens; and what another drawing of the same frame scores."""
    keys = [key.frame for key in staging.sample.keys]
    between = [number for number in range(keys[0], keys[-1] + 1) if number not in keys]
    true = {number: Picture(_strokes(staging.true(number))) for number in between}
    held = {key.frame: Picture(_strokes_of(key.lines)) for key in staging.sample.keys}
    nearest = {number: held[min(keys, key=lambda key: abs(key - number))] for number in between}
    hold = np.mean([chamfer_distance(true[number], nearest[number]) for number in between])
    again = {number: _strokes(staging.true(number, "again")) for number in between}
    lines = []
    for name, way in (*drawn.items(), ("drawn once more", again)):
        pictures = {number: Picture(way[number]) for number in between}
        f1 = np.mean([f1_score(true[number], pictures[number]) for number in between])
        chamfer = np.mean([chamfer_distance(true[number], pictures[number]) for number in between])
        lines.append(f"{name}: F1@2 {f1:.3f}, CD/hold {chamfer / hold:.3f}")
    return lines


def lines_of(staged: Any) -> dict[int, Frame]:
    """Lines by frame number, px."""
    layer = staged.data.layers[stage.LINE_LAYER]
    return {adapter.frame_number(frame): read_frame(frame.drawing) for frame in layer.frames}


def _true_images(staging: Staging, numbers: list[int], folder: Path, own: bool) -> dict[int, Image]:
    sample = staging.sample
    keys = [Key.of(number, staging.true(number)) for number in numbers]
    true = replace(sample, name=f"{sample.name}_true", keys=keys)
    staged = stage.build(true)
    stage.save(blend := folder / f"{true.name}.blend")
    return frames.look(staged, true, blend, numbers, own)


def _strokes(hand: Hand) -> Frame:
    return _strokes_of(hand.lines())


def _strokes_of(marks: list[Mark]) -> Frame:
    """As they are read back from Blender: what is closed has its closing edge."""
    return [np.concatenate([mark.path, mark.path[:1]]) if mark.fill else mark.path for mark in marks]
