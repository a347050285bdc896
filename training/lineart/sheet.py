"""Contact sheets of clips: a drawing in colours, and where its lines are in later drawings, over those drawings.

python -m inkbetween.training.lineart.sheet OUT.png CLIP.npz ... [--from K] [--later 4,8]
Grey is what is truly drawn there; coloured and thick: seen; coloured and thin: hidden or gone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inkbetween.training.clips.clip import HEIGHT, WIDTH, Clip, load_clip

_PAPER, _GREY = 255, (190, 190, 190)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--from", dest="first", type=int, default=4)
    parser.add_argument("--later", default="4,8")
    options = parser.parse_args(arguments)
    later = [int(x) for x in options.later.split(",")]
    rows = []
    for path in options.clips:
        clip = load_clip(path)
        row = np.hstack([picture(clip, options.first, j) for j in (options.first, *(options.first + x for x in later))])
        cv2.putText(row, path.stem, (10, 30), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 0, 0), 2)
        rows.append(row)
    if not cv2.imwrite(str(options.out), np.vstack(rows)):
        print(f"cannot write {options.out}", file=sys.stderr)
        return 1
    return 0


def picture(clip: Clip, source: int, there: int) -> NDArray[np.uint8]:
    """(HEIGHT, WIDTH, 3) the lines of drawing `source` where they are in drawing `there`, over that drawing."""
    image = np.full((HEIGHT, WIDTH, 3), _PAPER, np.uint8)
    true = clip.frames[there]
    for a, b in zip(true.offsets, true.offsets[1:], strict=False):
        cv2.polylines(image, [np.rint(true.xy[a:b] * 16).astype(np.int32)], False, _GREY, 1, cv2.LINE_AA, 4)
    frame = clip.frames[source]
    colours = _colours(frame.xy)
    place, seen = frame.track[there], frame.seen[there]
    pairs = np.flatnonzero(np.diff(frame.stroke_of_point) == 0)
    for i in pairs:
        ends = np.rint(np.clip(place[[i, i + 1]], -3000, 3000) * 16).astype(np.int32)
        thick = 2 if seen[i] and seen[i + 1] else 1
        colour = colours[i] if thick == 2 else tuple(int(c * 0.4 + 255 * 0.6) for c in colours[i])
        cv2.line(image, tuple(ends[0].tolist()), tuple(ends[1].tolist()), colour, thick, cv2.LINE_AA, 4)
    return image


def _colours(xy: NDArray[np.float32]) -> list[tuple[int, int, int]]:
    """By place in the source drawing, so that a line that jumps elsewhere stands out."""
    low, high = xy.min(0), xy.max(0)
    unit = (xy - low) / np.maximum(high - low, 1e-6)
    hue = (unit[:, 0] * 110 + unit[:, 1] * 60 + 60 * (np.floor(unit[:, 1] * 7) % 2)) % 180
    value = np.stack([hue, np.full(len(xy), 230), np.full(len(xy), 200)], axis=1).astype(np.uint8)
    return [tuple(c) for c in cv2.cvtColor(value[None], cv2.COLOR_HSV2BGR)[0].tolist()]


if __name__ == "__main__":
    sys.exit(main())
