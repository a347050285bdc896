"""All settings of a tween in one tree: every threshold of the engine is on it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..bodies.tuning import BodySettings
from ..confidence.evidence import EvidenceSettings
from ..confidence.ladder import LadderSettings
from ..correspondence.matching import MatchSettings
from ..drawing.fitting.runs import CurveSettings
from ..motion.tuning import MotionSettings
from ..occlusion.cover import HideSettings
from .guided.tuning import GuidedSettings
from .inferred.wire import WireSettings


@dataclass(frozen=True)
class TweenSettings:
    """The settings of a tween.

    Lengths are in engine units: the two keys together are 700 from corner to corner.

    match     what becomes what
    evidence  how sure that is
    ladder    when what is not sure is not trusted
    judged    say of every stroke how far it is to be trusted
    motion    which ways what is drawn goes
    bodies    how drawings hold together
    learned   let the trained network lead the way between the keys, where its weights are there
    stub      lines that come out or go in are left out while they are shorter than this
    guided    how a guide leads
    hidden    let what lies in front hide what lies behind, where a guide tells which does
    hide      how that is told
    wired     where no guide leads, let a skeleton that is inferred from the drawings lead
    wire      how it does
    curves    how close in-betweens of curves lie to what they are fitted to
    """

    match: MatchSettings = field(default_factory=MatchSettings)
    evidence: EvidenceSettings = field(default_factory=EvidenceSettings)
    ladder: LadderSettings = field(default_factory=LadderSettings)
    judged: bool = False
    motion: MotionSettings = field(default_factory=MotionSettings)
    bodies: BodySettings = field(default_factory=BodySettings)
    learned: bool = True
    stub: float = 5.0
    guided: GuidedSettings = field(default_factory=GuidedSettings)
    hidden: bool = True
    hide: HideSettings = field(default_factory=HideSettings)
    wired: bool = False
    wire: WireSettings = field(default_factory=WireSettings)
    curves: CurveSettings = field(default_factory=CurveSettings)
