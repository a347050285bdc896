"""What the verbs share: when they can run, their layers, how they are asked."""

from __future__ import annotations

from typing import Any

from ..addon import targets
from ..addon.scene_time import shown_frame

_SETTINGS = {"step": "step", "easing": "easing", "guide": "guide_name"}
"""Properties of operators, and where the scene's settings have the same."""


def as_in_sidebar(operator: Any, scene: Any) -> None:
    """Give an operator that was called without arguments the sidebar's.

    A shortcut or the search calls so.
    """
    for name, setting in _SETTINGS.items():
        if not operator.properties.is_property_set(name):
            setattr(operator, name, getattr(scene.inkbetween, setting))


class ScopedOperator:
    """Mixin for operators with a property `scope`."""

    @classmethod
    def poll(cls, context: Any) -> bool:
        blocker = targets.object_blocker(context.active_object)
        if blocker:
            cls.poll_message_set(blocker)  # type: ignore[attr-defined]
        return not blocker

    def chosen(self, context: Any) -> tuple[targets.Targets, int | None] | None:
        """The layers, and the frame whose gap is meant (None: all gaps).

        None where the scope is blocked, which is then reported.
        """
        scope: str = self.scope  # type: ignore[attr-defined]
        blocker = targets.scope_blocker(context.active_object, scope)
        if blocker:
            self.report({"ERROR"}, blocker)  # type: ignore[attr-defined]
            return None
        around = shown_frame(context.scene) if scope == targets.GAP else None
        return targets.targets(context.active_object, scope), around
