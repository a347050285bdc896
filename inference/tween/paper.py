"""The paper of a gap: what its layers are drawn on, and how it sees a guide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..drawing.placement import Placement, corners, laid, ride_together
from ..drawing.plane import Plane, fit_planes
from ..geometry.points import Array
from ..skeletons.guide import Guide
from ..skeletons.view import Recording, canvas_of

Clouds = Sequence[NDArray[np.floating]]
"""(P, 3) points of a layer in its own space, an array for each key."""


@dataclass(frozen=True)
class Paper:
    """What the layers of a gap are drawn on.

    planes  by layer, the plane as that layer sees it
    first   where the first of these layers lies: the paper travels with it
    laid    (4, 4) from that layer's space to the paper's, which is the world where the layer stays
    """

    planes: Mapping[int, Plane]
    first: Placement
    laid: Array

    def seen(self, recording: Recording, depth: float) -> Guide:
        """The guide as the plane sees it, where strokes lie `depth` off it.

        Raises `GuideError` as the function `seen` does.
        """
        canvas = canvas_of(next(iter(self.planes.values())), self.laid, depth)
        return recording.travelling(self.first, self.laid).seen(canvas)


def paper_of(placements: Mapping[int, Placement], clouds: Mapping[int, Clouds], ends: tuple[int, int]) -> Paper:
    """The paper, from frame to frame, of layers that `lie_together`, by number.

    `clouds` are both keys' points. Other keys have no say: it must not matter which of them are known.
    """
    numbers = list(placements)
    to_paper = laid([placements[number] for number in numbers], ends)
    planes = fit_planes([clouds[number] for number in numbers], to_paper)
    return Paper(dict(zip(numbers, planes, strict=True)), placements[numbers[0]], to_paper[0])


def lie_together(
    layer: int, placements: Mapping[int, Placement], clouds: Mapping[int, Clouds], ends: tuple[int, int]
) -> list[int]:
    """The numbers of the layers that lie on one paper with `layer`.

    They do not move against each other.

    What moves against the others is carried by a transform of its own, and drawn by itself: planned with them, its
    strokes would undo what carries it.
    """
    papers: list[list[int]] = []
    boxes = {number: corners(clouds[number]) for number in placements}
    for number, placement in placements.items():
        for paper in papers:
            if ride_together(placements[paper[0]], placement, ends, (boxes[paper[0]], boxes[number])):
                paper.append(number)
                break
        else:
            papers.append([number])
    return next(paper for paper in papers if layer in paper)
