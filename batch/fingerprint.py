"""What a result depends on: where none of it changed, the work is done already."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from .files import sha256_of
from .settings import Settings

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("addon", "batch", "inference", "ops")
MISSING = "missing"


@dataclass(frozen=True)
class Fingerprint:
    """SHA-256 of everything that goes into a shot's in-betweens.

    source     the shot's own file
    libraries  the files that it links, by path
    settings   what was asked for
    version    of Inkbetween, and of its code
    weights    the trained networks
    """

    source: str
    settings: str
    version: str
    weights: str
    libraries: Mapping[str, str] = field(default_factory=dict)


def fingerprint_of(source: Path, libraries: Iterable[str], settings: Settings) -> Fingerprint:
    """The fingerprint of a shot as it is now.

    Raises OSError where the source cannot be read. Libraries may be missing.
    """
    linked = {path: _sha256_or_missing(Path(path)) for path in sorted(libraries)}
    return Fingerprint(sha256_of(source), settings.digest(), version(), weights(), linked)


@lru_cache(maxsize=1)
def version() -> str:
    """The version and what the code holds, as in "0.1.0+1a2b3c4d".

    No change of the code goes unnoticed.
    """
    manifest = ROOT / "blender_manifest.toml"
    number = str(tomllib.loads(manifest.read_text("utf-8"))["version"]) if manifest.exists() else "unknown"
    code = hashlib.sha256()
    for path in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith("batch/cluster/"):
            code.update(f"{name}\0".encode() + path.read_bytes())
    return f"{number}+{code.hexdigest()[:8]}"


@lru_cache(maxsize=1)
def weights() -> str:
    """The fingerprint of all trained networks that came along."""
    found = hashlib.sha256()
    for path in sorted((ROOT / "inference" / "networks" / "trained").glob("*.npz")):
        found.update(f"{path.name}\0{sha256_of(path)}\0".encode())
    return found.hexdigest()


def _sha256_or_missing(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError:
        return MISSING
