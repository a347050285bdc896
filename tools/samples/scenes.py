"""All samples by name."""

from __future__ import annotations

from . import head, painter, walk
from .sample import Sample


def all_samples() -> list[Sample]:
    return [painter.sample(), head.sample(), walk.sample()]
