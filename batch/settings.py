"""What is asked of every shot of a run, and how that is written on a command line."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

EASINGS = ("LINEAR", "EASE_IN", "EASE_OUT", "EASE_IN_OUT")
ENGINES = ("LEARNED", "CORRESPONDENCE", "MOTION", "CLASSICAL")
SCENES = ("EVERY", "CURRENT")
RENDERS = ("contact-sheet",)


@dataclass(frozen=True)
class Settings:
    """How in-betweens are wanted; None is what the file's scene says.

    step, easing, guide, engine  as Tween has them; a guide of "" is none
    layers, frames               patterns of names, separated by commas; "12-48". "" means all
    scenes                       "EVERY" or "CURRENT", the one that the file opens with
    least                        gaps less sure than this, 0 to 1, are left as they are
    render                       "contact-sheet" or ""
    """

    step: int | None = None
    easing: str | None = None
    guide: str | None = None
    engine: str = "LEARNED"
    layers: str = ""
    frames: str = ""
    scenes: str = "EVERY"
    least: float = 0.0
    render: str = ""

    def digest(self) -> str:
        """The same for the same settings, whoever asks."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def arguments(self) -> list[str]:
        """The options that say the same on the command line."""
        options = []
        for name, value in asdict(self).items():
            if value is not None and value != getattr(Settings, name):
                options.append(f"--{OPTION_OF.get(name, name)}={value}")
        return options


OPTION_OF = {"least": "least-confidence"}
"""Options whose name differs from the setting's."""
