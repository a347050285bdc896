"""Arrays written to disk so that a file is complete or not there at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def write_arrays(path: Path, arrays: dict[str, NDArray], *, compressed: bool = True) -> None:
    """Write an .npz under a temporary name and rename it.

    Raises OSError, and the file before stays as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    with unfinished.open("wb") as stream:
        (np.savez_compressed if compressed else np.savez)(stream, **arrays)
    unfinished.replace(path)
