"""The engines to choose from: for each step, a network or the classical way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..correspondence.matching import MatchSettings
from ..networks.weights import fault_of
from .plan import TweenSettings

ENGINES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "LEARNED": ("correspondence", "motion"),
        "CORRESPONDENCE": ("correspondence",),
        "MOTION": ("motion",),
        "CLASSICAL": (),
    }
)
"""By the engine's name, the networks that it works with."""


@dataclass(frozen=True)
class Shortfall:
    """Networks of an engine that could not be used, and why each, in brief.

    `all_of_it` means that the engine has no others.
    """

    networks: tuple[str, ...]
    faults: tuple[str, ...]
    all_of_it: bool


def settings_of(engine: str) -> TweenSettings:
    """The settings of an engine; raises KeyError where it is none of `ENGINES`."""
    networks = ENGINES[engine]
    return TweenSettings(match=MatchSettings(learned="correspondence" in networks), learned="motion" in networks)


def shortfall_of(engine: str) -> Shortfall | None:
    """What an engine must do without; None where it has everything.

    A network is missing where its weights are missing or damaged.
    """
    networks = ENGINES[engine]
    faults = {name: fault for name in networks if (fault := fault_of(name))}
    if not faults:
        return None
    return Shortfall(tuple(faults), tuple(faults.values()), len(faults) == len(networks))
