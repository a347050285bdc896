"""Learned motion in the engine's terms: how vertices depart from their paths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..correspondence.correspond import Correspondence
from ..drawing.strokes import along_samples
from ..geometry.neighbours import Grid, LendSettings, lent
from ..geometry.points import Complex, to_complex, to_plane
from ..networks.carrier import departure_of
from ..networks.fragments import HALF, fragments_of
from ..networks.travel import travel_inputs
from ..networks.weights import Weights
from .ribbon import MATCHED, Ribbon
from .screws import Paths

FRAME_RATE = 24.0
"""Frames per second of the drawings that the network was trained on."""


@dataclass(frozen=True)
class DepartureSettings:
    """How far the network's paths replace the engine's own.

    clearly  where it says to miss by less than this share of what the engine's miss by,
    by       and wholly where that is less by this
    beside   engine units: the vertex beside a fragment, which knows the way, is no farther from it
    lend     how vertices that key a lacks depart as those near them
    """

    clearly: float = 1.0
    by: float = 0.15
    beside: float = 60.0
    lend: LendSettings = LendSettings()


def departures_of(
    ribbon: Ribbon,
    between: Correspondence,
    paths: Paths,
    known: tuple[bool, bool],
    gap: float,
    weights: Weights,
    settings: DepartureSettings = DepartureSettings(),
) -> Complex:
    """(V, TERMS) coefficients of the vertices' departure from `paths`.

    Scene units; see `travel`.

    `known` says whether a key before and a key after were; `gap` is the time between the keys in frames of 1/24 s.
    """
    match = between.match
    side = match.a
    on_a = np.flatnonzero(ribbon.stroke_a >= 0)
    coarse = side.coarse
    if not coarse.count or not len(on_a):
        return np.zeros((len(ribbon.s), 1), complex)
    fragments = fragments_of(coarse, side.strokes, side.coarse_context)
    # the vertex beside each fragment knows the way
    index, _ = Grid(ribbon.a[on_a], settings.beside / 5).nearest(coarse.xy, 1, settings.beside)
    vertex = on_a[np.maximum(index[:, 0], 0)]
    here = to_complex(coarse.xy)
    turn = paths.turn[vertex]
    target = to_complex(ribbon.b)[vertex] + turn * (here - to_complex(ribbon.a)[vertex])
    drawn = (ribbon.kind[vertex] == MATCHED) & (index[:, 0] >= 0)
    told = np.stack([drawn, *(np.full(coarse.count, yes) for yes in (*known, True))], 1)
    bends = (match.units.length_to_engine(bend[vertex]) for bend in (paths.bend_a, paths.bend_b))
    bend_a, bend_b = (to_plane(bend) / HALF for bend in bends)
    inputs = travel_inputs(
        fragments.features, to_plane(target - here) / HALF, turn, bend_a, bend_b, told, max(gap, 1.0)
    )
    said = departure_of(fragments, inputs, weights)
    share = said.scale / np.maximum(said.baseline, 1e-9)
    trust = np.clip((settings.clearly - share) / settings.by, 0.0, 1.0)
    terms = match.units.length_to_scene((said.terms[..., 0] + 1j * said.terms[..., 1]) * trust[:, None])
    out = np.zeros((len(ribbon.s), terms.shape[1]), complex)
    out[on_a] = along_samples(coarse, terms, ribbon.stroke_a[on_a], ribbon.s[on_a])
    unmatched = np.flatnonzero(ribbon.stroke_a < 0)
    if len(unmatched):
        out[unmatched] = lent(ribbon.b[on_a], out[on_a], ribbon.b[unmatched], settings.lend)
    # what moves by one similarity departs from it nowhere
    out[ribbon.copied] = 0.0
    return out
