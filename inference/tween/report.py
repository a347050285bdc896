"""What a gap's plan did with the artist's strokes, counted for the report."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..confidence.evidence import EvidenceSettings
from ..confidence.ladder import Rungs
from ..drawing.contract import Curves, Drawing
from ..drawing.conversion import CONFIDENCE
from ..geometry.points import Index


@dataclass(frozen=True)
class TweenReport:
    """What became of the strokes of two keys.

    vanishing, appearing  unmatched strokes of key a and of key b, sorted
    rungs                 what the others may do on their own
    """

    vanishing: Index
    appearing: Index
    rungs: Rungs

    def unmatched(self, key_a: Drawing, key_b: Drawing, layer: int | None = None) -> int:
        """How many strokes have no counterpart, in all or on one layer."""
        return _on_layer(key_a, self.vanishing, layer) + _on_layer(key_b, self.appearing, layer)

    def carried(self, key_a: Drawing, key_b: Drawing, layer: int | None = None) -> int:
        """How many strokes their surroundings carry; one in both keys counts once."""
        return _more(key_a, key_b, self.rungs.carried, layer)

    def held(self, key_a: Drawing, key_b: Drawing, layer: int | None = None) -> int:
        """How many strokes are shown as a key has them; one in both keys counts once."""
        return _more(key_a, key_b, self.rungs.held, layer)


@dataclass(frozen=True)
class GapReport:
    """What the report to the animator says of one layer's gap.

    together   numbers of the layers whose keys have a say in the gap, its own included
    unmatched  strokes without counterpart
    lent       strokes that both keys hide and a key beside them lends
    carried    strokes that are carried along with what is around them
    held       strokes that are shown as either key has them
    sureness   the probability that ink that has a counterpart is right half way through the gap, 0 to 1
    bones      of the skeleton that was inferred from the drawings and leads; 0 where none does
    """

    together: tuple[int, ...]
    unmatched: int = 0
    lent: int = 0
    carried: int = 0
    held: int = 0
    sureness: float = 1.0
    bones: int = 0


def doubtful(drawn: Curves, low: float = EvidenceSettings().low) -> int:
    """How many strokes of an in-between carry a confidence below `low`.

    Where its plan was not judged, none.
    """
    said = drawn.attributes.get(CONFIDENCE)
    return 0 if said is None else int(np.count_nonzero(said.values < low))


def _more(key_a: Drawing, key_b: Drawing, strokes: tuple[Index, Index], layer: int | None) -> int:
    return max(_on_layer(key_a, strokes[0], layer), _on_layer(key_b, strokes[1], layer))


def _on_layer(key: Drawing, strokes: Index, layer: int | None) -> int:
    return len(strokes) if layer is None or key.layer is None else int((key.layer[strokes] == layer).sum())
