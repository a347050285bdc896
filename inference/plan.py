"""`plan_tween`: decide everything about a key pair once; `TweenPlan.at(t)`: draw any moment of it cheaply."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .drawing import Array, Drawing
from .local_motion import fit
from .matching import Match, MatchSettings, match
from .paths import Paths, straight
from .pieces import MATCHED, Ribbon, along_samples, ribbon_of
from .spans import Spans, spans_of


@dataclass(frozen=True)
class TweenSettings:
    """What the animator may set; lengths are fractions of the drawing's height unless a name says otherwise."""

    match: MatchSettings = field(default_factory=MatchSettings)


@dataclass(frozen=True)
class Context:
    """Neighbouring keys, for smooth paths through more than two keys.

    `frames` are the times of (before, key_a, key_b, after); those of absent neighbours are ignored.
    """

    before: Drawing | None = None
    after: Drawing | None = None
    frames: tuple[float, float, float, float] = (-1.0, 0.0, 1.0, 2.0)


class MatchCache:
    """Remembers correspondences between drawings, so that neighbouring gaps do not match the same pair twice."""


@dataclass(frozen=True)
class TweenReport:
    """Counts for the message to the animator, in strokes of the two keys."""

    matched: int
    appearing: int
    disappearing: int
    held: int


@dataclass(frozen=True)
class TweenPlan:
    key_a: Drawing
    key_b: Drawing
    report: TweenReport
    ribbon: Ribbon
    paths: Paths

    def at(self, t: float) -> Drawing:
        xy = self.paths.at(t)
        r = self.ribbon
        life = np.minimum(t - r.birth, r.death - t)
        out = []
        for c in range(len(r.offsets) - 1):
            p = xy[r.offsets[c] : r.offsets[c + 1]]
            m = life[r.offsets[c] : r.offsets[c + 1]]
            if m.min() >= 0:
                out.append(p)
                continue
            vis = m >= 0
            cur = []
            for i in range(len(p)):
                if vis[i]:
                    if not cur and i > 0:
                        f = m[i] / (m[i] - m[i - 1])
                        cur.append(p[i] + (p[i - 1] - p[i]) * f)
                    cur.append(p[i])
                elif cur:
                    f = m[i - 1] / (m[i - 1] - m[i])
                    cur.append(p[i - 1] + (p[i] - p[i - 1]) * f)
                    if len(cur) > 1:
                        out.append(np.array(cur))
                    cur = []
            if len(cur) > 1:
                out.append(np.array(cur))
        return Drawing.from_strokes(out)


def plan_tween(
    key_a: Drawing,
    key_b: Drawing,
    *,
    context: Context = Context(),
    settings: TweenSettings = TweenSettings(),
    cache: MatchCache | None = None,
) -> TweenPlan:
    key_a.check()
    key_b.check()
    m = match(key_a, key_b, settings.match)
    spans = spans_of(m)
    m = refit(m, spans)
    ribbon = ribbon_of(m, spans)
    turn = np.ones(len(ribbon.s), complex)
    have = ribbon.stroke_a >= 0
    turn[have] = along_samples(m.a.fine, m.forth.turn, ribbon.stroke_a[have], ribbon.s[have])
    turn[~have] = 1 / along_samples(m.b.fine, m.back.turn, ribbon.stroke_b[~have], ribbon.u[~have])
    paths = straight(ribbon.a / m.scale + m.centre, ribbon.b / m.scale + m.centre, turn)
    return TweenPlan(key_a, key_b, TweenReport(0, key_b.stroke_count, key_a.stroke_count, 0), ribbon, paths)


def refit(m: Match, spans: Spans) -> Match:
    from dataclasses import replace

    if not spans.matched:
        return m
    sa = np.concatenate([np.full(len(s.s), s.a) for s in spans.matched])
    s = np.concatenate([s.s for s in spans.matched])
    sb = np.concatenate([np.full(len(s.s), s.b) for s in spans.matched])
    u = np.concatenate([s.u for s in spans.matched])
    u = np.where(m.b.strokes.cyclic[sb], np.mod(u, np.maximum(m.b.strokes.length[sb], 1e-9)), u)
    za, zb = m.a.strokes.at(sa, s), m.b.strokes.at(sb, u)
    w = np.ones(len(s))
    forth = fit(m.a.fine.xy, m.a.fine.stroke, za, sa, zb, w)
    back = fit(m.b.fine.xy, m.b.fine.stroke, zb, sb, za, w)
    return replace(m, forth=forth, back=back)
