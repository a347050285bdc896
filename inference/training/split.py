"""Which clips are learnt from and which show how well: decided by names alone, so it never changes as clips come."""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum

HELD_CHARACTERS, HELD_ACTIONS = 0.12, 0.12
"""Within a generated family: shares that training never sees. A clip is held out where both are; clips between the two
are not used."""
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
"""Artists' packs have few characters, which share their motions: each goes where it goes as a whole."""


def split_of(character: str, action: str, family: str) -> Split:
    """Where a clip with these names belongs.

    Characters and actions are the same within a family alone: two packs' walks are two animators' work. Case, a number
    or a variant letter at the end make no other action: Walk_2 is Walk. A family that is not among `PACKS` counts as
    generated.
    """
    if family in PACKS:
        return PACKS[family]
    character_held = _draw("character", _plain(family), _plain(character)) < HELD_CHARACTERS
    action_held = _draw("action", _plain(family), _motion(action)) < HELD_ACTIONS
    if character_held != action_held:
        return Split.UNUSED
    if not character_held:
        return Split.TRAINING
    return Split.TEST if _draw("test", _plain(family), _plain(character)) < TESTED else Split.VALIDATION


def _draw(*words: str) -> float:
    """A number from 0 to 1 that is these words' own on every machine."""
    digest = hashlib.blake2b("\0".join(words).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2.0**64


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


def _motion(action: str) -> str:
    return re.sub(r"( ?\d+| [a-z])$", "", _plain(action)) or _plain(action)
