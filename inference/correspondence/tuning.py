"""Settings of the steps that follow matching; `MatchSettings` reaches all of them.

Those settings stand here, not beside their steps: a match carries all that it was found with, and the steps read it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..geometry.local_motion import LocalSettings
from . import alignment as chains
from . import belief
from .copies.groups import CopySettings
from .learned import PlaceSettings
from .moved_whole import MovedSettings


@dataclass(frozen=True)
class CoarseSettings:
    """How far coarse matches are believed; lengths in engine units.

    least   so far at least, however near a rival's cost comes to a match's own,
    most    and so far at most, as far as copies, and what the network is certain of
    astray  led back by the other direction to a place so far off, a match is believed half as much
    reach   as near as this lies what the other direction says of a place;
    lost    where nothing does, the match is taken to be so far astray
    """

    least: float = 0.05
    most: float = 2.0
    astray: float = 12.0
    reach: float = 60.0
    lost: float = 1000.0


@dataclass(frozen=True)
class WholeSettings:
    """How closed and filled shapes become each other whole.

    Costs are without unit, lengths in engine units.

    distance       shapes as far apart as this, or as far from where the motion around leads, cost 1; `far_most` at most
    size_weight    cost of e times the length
    kind_weight    cost of another material
    vote_weight    cost where no sample is matched from one to the other yet
    only_bonus     what it is worth to be the only one of its material in either key
    shape_weight   cost of an outline with nothing in common
    turn_weight    cost of being turned by a right angle against the surroundings, twice that half round
    goal_weight    cost of an outline that lies `distance` from where the motion around leads
    most           shapes that cost more are none
    tries          shapes of the other key looked at closely for each: the cheapest
    slide          steps of 1 / ROUND of an outline that places may slide along it, so that corners meet corners
    led_weight     cost of sliding a size of the shape from where the motion around leads
    heading_weight cost of sliding to where the outline runs another way by its own step
    slide_cost     cost of sliding by a step more than the place before
    near           lines as near as this to a fill go where it goes:
    foreign        so much its outline counts for them, against their own matches
    """

    distance: float = 60.0
    far_most: float = 3.0
    size_weight: float = 1.5
    kind_weight: float = 2.0
    vote_weight: float = 1.5
    only_bonus: float = 1.0
    shape_weight: float = 3.0
    turn_weight: float = 0.15
    goal_weight: float = 0.5
    most: float = 2.2
    tries: int = 4
    slide: int = 12
    led_weight: float = 2.0
    heading_weight: float = 0.3
    slide_cost: float = 0.12
    near: float = 12.0
    foreign: float = 1.0


@dataclass(frozen=True)
class SwingSettings:
    """How limbs that swing far are found.

    Lengths and costs are in engine units, angles in radians.

    squeezed        surroundings that shrink or grow by more (the logarithm of their size) are looked at again,
    torn            and those whose matches disagree by more
    gap             free samples nearer to each other than this are one cluster, and hang on what is as near
    least           line that a cluster has at least
    clusters        looked at: the largest
    samples         of a cluster that are laid, and `others` of the other key that they are laid on
    fewest          samples that must be free there
    angles          tried, all round
    pivots          places tried that a cluster may turn about, of those that it hangs on
    far             what a sample costs at most that lies on nothing
    angle_cost      cost of a radian
    direction_cost  cost of running across the line below
    kind_cost       cost of another material
    squeeze_cost    cost of surroundings that shrink or grow e times, for staying as it was
    rounds          of fitting to what is nearest
    size            at least and at most so many times as long as it was
    travel_cost     cost of each unit from where it was expected
    good            laid so far off on average it is believed, and so near to a line it lies on that,
    better          where that is less than this share of what staying costs
    covered         share of the clusters that it lies on that it must cover; of clusters that are covered by less than
                    the share `touched` it lies on none
    catch           samples of the other key as near as this are taken to be its own
    """

    squeezed: float = 0.36
    torn: float = 5.0
    gap: float = 20.0
    least: float = 90.0
    clusters: int = 6
    samples: int = 60
    others: int = 400
    fewest: int = 4
    angles: int = 24
    pivots: int = 4
    far: float = 40.0
    angle_cost: float = 2.0
    direction_cost: float = 10.0
    kind_cost: float = 20.0
    squeeze_cost: float = 25.0
    rounds: int = 6
    size: tuple[float, float] = (0.8, 1.25)
    travel_cost: float = 0.08
    good: float = 9.0
    better: float = 0.5
    covered: float = 0.6
    touched: float = 0.15
    catch: float = 30.0


@dataclass(frozen=True)
class SpanSettings:
    """How chains of matched samples become spans.

    Lengths are in engine units, paces without unit.

    worth     of a matched sample before its cost: a little more than a sample without match costs
    slowest   pace on the other stroke below which a run ends: 1 is even, less than 0 turns back,
    fastest   and above which it does
    least     shorter runs are dropped unless they are `most` of a stroke that is shorter than `short` times this
    bridge    holes up to this long are bridged, and longer ones that are at most `uneven` times as long as that on the
              other stroke
    crumple   spans bend by at most this share of their length, else they are no match
    rounds    of evening out the pace, each time by the share `settle` of the way to an even one
    close     unmatched lines shorter than this are drawn into the span beside them, both up to `both` times as long
              where neither is more than `alike` times as long as the other
    trifle    what is unmatched and shorter than this is nothing
    beside    a sample that is as near as this to an unmatched line, along its stroke, lies on it
    """

    worth: float = 3.7
    slowest: float = -0.5
    fastest: float = 4.5
    least: float = 12.0
    short: float = 2.5
    most: float = 0.4
    bridge: float = 40.0
    uneven: float = 2.2
    crumple: float = 0.12
    rounds: int = 12
    settle: float = 0.75
    close: float = 16.0
    both: float = 2.5
    alike: float = 1.6
    trifle: float = 3.0
    beside: float = 1.0


@dataclass(frozen=True)
class HingeSettings:
    """How limbs that hang on joints are found.

    Lengths are in engine units, angles in radians.

    touch     an end this near to another stroke is joined to it
    apart     what is joined and becomes places farther apart than this has come apart
    slip      a joint may move this far along what it is on
    least     shorter strokes are no limbs, nor are those whose ends are nearer than `reach` of their length
    host      a stroke is known to become another where this share of both is matched,
    whole     wholly where this is,
    all       and all of it where this is
    miss      how far a limb may be from the other's shape, as a share of its length, and
              `near_miss` where it has not come apart, `mend_miss` where it hardly turns and `round_miss` for rings
    stretch   how many times as long it may be
    places    at which shapes are compared
    within    an end that is as near as this to what is matched of its stroke goes where that does
    turned    a limb that turns less about its joint may move as its surroundings do
    turn_cost, stretch_cost, kind_cost  of turning round, of another length, and of another material
    deep_cost of each joint more on the way to what all hangs on
    known     what having been matched is worth
    """

    touch: float = 18.0
    apart: float = 40.0
    slip: float = 40.0
    least: float = 40.0
    reach: float = 0.3
    host: float = 0.5
    whole: float = 0.85
    all: float = 0.98
    miss: float = 0.15
    stretch: float = 1.25
    near_miss: float = 0.1
    mend_miss: float = 0.06
    round_miss: float = 0.03
    places: int = 33
    within: float = 12.0
    turned: float = 0.6
    turn_cost: float = 0.1
    stretch_cost: float = 0.5
    kind_cost: float = 0.3
    deep_cost: float = 0.02
    known: float = 0.1


@dataclass(frozen=True)
class SculptSettings:
    """When strokes are the other key's, sculpted.

    points  they have at least so many points in all
    share   they are at least this share of what is drawn in either key, but for copies
    miss    the smooth motion misses by no more than this share of the drawing's size, on average (root mean square),
    folds   and turns no more than this share of it inside out
    places  of the strokes, so many for each number that describes the motion: else it could explain anything
    bent    a line that is alone in both keys becomes the other whole
    """

    points: int = 12
    share: float = 0.8
    miss: float = 0.03
    folds: float = 0.02
    places: int = 4
    bent: bool = True


@dataclass(frozen=True)
class MatchSettings:
    """Lengths in engine units.

    fine, coarse  spacing of samples
    coarse_most   the coarse search looks at no more places of one drawing than this,
    ink_most      and chooses among, and describes surroundings by, no more places of the other
    turn_*        how a turn of the whole drawing is found: by how many samples, at what cost a radian, and at what
                  share of the cost without it at most
    stay_clear    a drawing stays in place at this share of the cost of moving as its middle does
    learned       let the trained network say what corresponds, where its weights are there
    copies        look first for what is the other key's, moved, turned, scaled or mirrored;
    copy          how that is told
    doubt         where that leaves more than this share of the ink without counterpart, the classical matcher is asked,
                  too, and believed if it leaves less than `clearly` as much
    moved         when a drawing moved as a whole
    place         where exactly the network says that places lie
    belief        what the classical matcher holds of places
    local         how motion is fitted to matches
    trust         how far either is believed
    chain         how strokes are laid along those of the other drawing,
    swung         anew where they swing,
    unmatched     and what is unmatched then, each time farther
    whole         how shapes become each other whole
    swing         how limbs that swing are found
    spans         how what is matched becomes spans
    hinges        how limbs that hang on joints are found
    sculpt        when strokes are the other key's, pushed out of shape
    """

    fine: float = 7.0
    coarse: float = 14.0
    coarse_most: int = 900
    ink_most: int = 2400
    turn_samples: int = 160
    turn_cost: float = 0.2
    turn_clear: float = 0.5
    stay_clear: float = 0.85
    learned: bool = True
    copies: bool = True
    copy: CopySettings = field(default_factory=CopySettings)
    doubt: float = 0.14
    clearly: float = 0.8
    moved: MovedSettings = MovedSettings()
    place: PlaceSettings = PlaceSettings()
    belief: belief.BeliefSettings = field(default_factory=belief.BeliefSettings)
    local: LocalSettings = LocalSettings()
    trust: CoarseSettings = CoarseSettings()
    chain: chains.ChainSettings = field(default_factory=chains.ChainSettings)
    swung: chains.ChainSettings = chains.ChainSettings(candidates=12, radius=40.0, distance_scale=18.0)
    unmatched: tuple[chains.ChainSettings, ...] = (
        chains.ChainSettings(candidates=16, radius=70.0, distance_scale=32.0),
    )
    whole: WholeSettings = WholeSettings()
    swing: SwingSettings = SwingSettings()
    spans: SpanSettings = SpanSettings()
    hinges: HingeSettings = HingeSettings()
    sculpt: SculptSettings = SculptSettings()
