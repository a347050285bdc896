"""Which number keys have at a frame of the scene.

Time Stretching sets the two apart.

Drawings, keys of actions and the cameras' markers are numbered as the Dope Sheet numbers them. Where a scene's frames
are stretched from 100 to 200 (*Output > Format > Time Stretching*), frame 18 of the scene shows what is keyed at 9.
"""

from __future__ import annotations

from typing import Any


def shown_frame(scene: Any) -> int:
    """The number among keys of what the scene's current frame shows.

    The Dope Sheet's playhead has it.
    """
    return int(scene.frame_current_final)


def key_frame(scene: Any, frame: int) -> int:
    """The number among keys of what a frame of the scene shows."""
    return int(frame * scene.render.frame_map_old / scene.render.frame_map_new)


def key_rate(scene: Any) -> float:
    """How many frames of keys pass in a second of the film."""
    render = scene.render
    return float(render.fps / render.fps_base * render.frame_map_old / render.frame_map_new)
