"""The benchmark: sequences of line drawings, tweened and scored beside the alternatives.

`python -m tools.bench` runs it through the registered operator in Blender, `python -m tools.bench --engine` without
Blender, `python -m tools.bench.scale` measures how time grows with strokes.
"""

from .measures import continuity

__all__ = ["continuity"]
