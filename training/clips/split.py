"""Which clips are learnt from and which show how well: decided by names alone, so it never changes as clips come."""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum

HELD_CHARACTERS, HELD_ACTIONS = 0.1, 0.12
"""Within a family that is not held out or learnt from as a whole: shares that training never sees. A clip is held out
where both are; clips between the two are not used."""
HELD_FIGURE_ACTIONS = frozenset({"skip", "roundhouse", "leap", "pounce"})
"""What drawn figures do by rule: a few motions out of many. Chance might take walking away from training. What they do
after motion capture is held out by chance."""
TESTED = 0.4
"""Share of the characters held out that stays for the test."""


class Split(StrEnum):
    """Training and the others share neither a character nor an action of one family; validation and test share no
    character. What would join them is UNUSED."""

    TRAINING = "training"
    VALIDATION = "validation"
    TEST = "test"
    UNUSED = "unused"


PACKS = {
    **dict.fromkeys(("dinosaurs_pack", "single_knight_pack", "Animal_Pack_Vol_2"), Split.VALIDATION),
    **dict.fromkeys(("Animated_Robot", "easy_enemies_pack"), Split.TEST),
    **dict.fromkeys(
        (
            *("Animated_Characters", "animals_pack", "babylon", "cute_fish_pack", "cyberpunk_pack", "fish_pack"),
            *("godot_demo_characters", "kenney_character", "khronos_samples", "mech_pack", "platformer_game_pack"),
            *("ultimate_space_pack",),
        ),
        Split.TRAINING,
    ),
}
"""Artists' packs have few characters, which share their motions: each goes where it goes as a whole. Packs of people
who move after motion capture are not among them: one capture serves many people."""


def split_of(character: str, action: str, family: str) -> Split:
    """Where a clip with these names belongs.

    Characters and actions are the same within a family alone: two packs' walks are two animators' work. Case, a number
    or a variant letter at the end make no other action: Walk_2 is Walk.
    """
    if family in PACKS:
        return PACKS[family]
    character_held = _draw("character", _plain(family), _plain(character)) < HELD_CHARACTERS
    action_held = _action_held(action, family)
    if character_held != action_held:
        return Split.UNUSED
    if not character_held:
        return Split.TRAINING
    return Split.TEST if _draw("test", _plain(family), _plain(character)) < TESTED else Split.VALIDATION


def _action_held(action: str, family: str) -> bool:
    if family == "figures" and not action.startswith("mocap"):
        return _motion(action) in HELD_FIGURE_ACTIONS
    return _draw("action", _plain(family), _motion(action)) < HELD_ACTIONS


def _draw(*words: str) -> float:
    """A number from 0 to 1 that is these words' own on every machine."""
    digest = hashlib.blake2b("\0".join(words).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2.0**64


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


def _motion(action: str) -> str:
    return re.sub(r"( ?\d+| [a-z])$", "", _plain(action)) or _plain(action)
