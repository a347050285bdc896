"""What may be set of how bones carry lines."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SkinSettings:
    """Lengths as shares of the drawing's size, costs without unit.

    spacing   of samples along the lines
    cross     cost of each line between a place and a bone; `cross_most` of them count
    near      cost of being e - 1 limb thicknesses away from the outline a bone would have; it grows ever slower
    astray    cost of a size's length of that way through what is outside the drawing, `astray_most` at most
    across    cost of a line that runs across the bone
    agree     cost of belonging elsewhere than one's neighbours do, those along the stroke and others within `reach`
    stroke    how much of that the whole stroke has to say; `solid` where it bounds a fill
    rounds    of mean field
    bend      how far from a joint, in limb thicknesses, both bones have a say
    smooth    over which length weights are evened along lines
    small     strokes shorter than this move as a whole, and with what is within `surroundings`
    spots     where along a bone its thickness is looked at, as shares of its length
    thinnest  no bone is thinner: those of the trunk, all others
    thickest  no bone is thicker, in shares of its length: those of trunk and head, those of limbs; and not for that
              thinner than `thinnest` times the last
    inside    cost of lying on the outline instead of on the bone
    tried     bones, the nearest to each place, from which is looked for lines between
    clear     cells of the silhouette around a place in which its own line is not counted as crossed
    never     cost of a part that has no bone
    detail    what a detail's own neighbours have to say, and what it is drawn in
    seen      places around a detail that are asked, `asked` around others, the nearest
    alike     how steeply neighbours that run another way have less to say
    joint     share of its length beyond which a bone shares no place with the next
    met       ends of lines nearer than so many times `spacing` meet,
    ends      the nearest so many, and are evened `again` so often
    sharp     how sharply small strokes that lie across a joint go with one bone
    """

    spacing: float = 0.008
    cross: float = 1.2
    cross_most: int = 3
    near: float = 2.0
    astray: float = 50.0
    astray_most: float = 8.0
    across: float = 0.4
    agree: float = 4.0
    stroke: float = 0.35
    solid: float = 0.6
    reach: float = 0.02
    rounds: int = 12
    bend: float = 0.9
    smooth: float = 0.012
    small: float = 0.07
    surroundings: float = 0.09
    spots: tuple[float, ...] = (0.3, 0.5, 0.7)
    thinnest: tuple[float, float] = (0.05, 0.018)
    thickest: tuple[float, float, float] = (1.2, 0.5, 1.5)
    inside: float = 0.2
    tried: int = 12
    clear: float = 2.5
    never: float = 50.0
    detail: tuple[float, float] = (0.3, 1.2)
    seen: int = 48
    asked: int = 8
    alike: int = 4
    joint: float = 0.45
    met: float = 1.2
    ends: int = 3
    again: int = 4
    sharp: int = 3
